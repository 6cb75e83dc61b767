//! The ast as short text, without spans.
//!
//! In: a part of the ast. Out: one line; Rust stands in `«…»`, what is undecided between Rust and a chain in `?«…»`.

use nuages_compiler::ast::{
    Arguments, Assignment, Bulk, Call, Chain, Comparison, Condition, Expr, Form, Group, Head, Input, Key, Literal,
    Method, Named, Operator, OptionValue, Order, OrderKey, Path, Prefetch, SegmentKind, Selection, Slice, Step, Value,
    Word,
};
use proc_macro2::TokenStream;

pub(crate) fn input(input: &Input) -> String {
    match input {
        Input::Expression(c) => chain(c),
        Input::Named(n) => named(n),
    }
}

fn named(n: &Named) -> String {
    let part = |label: &str, t: &TokenStream| if t.is_empty() { String::new() } else { format!("{label} «{t}» ") };
    let attributes: Vec<String> = n.attributes.iter().map(ToString::to_string).collect();
    format!(
        "{} {}fn {} {}({}) {}{}{{ {} }}",
        attributes.join(" "),
        part("", &n.visibility),
        n.name,
        part("generics", &n.generics),
        n.arguments,
        part("->", &n.output),
        part("where", &n.where_clause),
        chain(&n.chain)
    )
}

pub(crate) fn chain(c: &Chain) -> String {
    let head = match &c.head {
        Head::Name { name, key } => format!("{}{}", name.text, key.as_ref().map_or(String::new(), self::key)),
        Head::Path(p) => path(p),
        Head::Error => "<error>".to_owned(),
    };
    let target = c.target.as_ref().map_or(String::new(), |t| format!(" as «{}»", t.ty));
    format!("{head}{}{target}", steps(&c.steps))
}

fn key(key: &Key) -> String {
    format!("({})", value(&key.value))
}

pub(crate) fn steps(steps: &[Step]) -> String {
    steps.iter().map(step).collect()
}

fn step(step: &Step) -> String {
    match step {
        Step::Method(m) => method(m),
        Step::Slice(s) => slice(s),
        Step::Relation(n) => format!(".{}", n.text),
        Step::Dot(_) => ".<dot>".to_owned(),
    }
}

fn slice(s: &Slice) -> String {
    let bound = |b: &Option<Value>| b.as_ref().map_or(String::new(), value);
    format!("[{}{}{}]", bound(&s.start), if s.inclusive { "..=" } else { ".." }, bound(&s.end))
}

fn method(m: &Method) -> String {
    let inside = match &m.arguments {
        Arguments::Conditions(all) => list(all, condition),
        Arguments::Named(all) => list(all, assignment),
        Arguments::Selections(all) => list(all, |s| match s {
            Selection::Expr(e) => expr(e),
            Selection::Named(a) => assignment(a),
        }),
        Arguments::Orders(all) => list(all, order),
        Arguments::Paths(all) => list(all, path),
        Arguments::Prefetches(all) => list(all, prefetch),
        Arguments::Assignments(all, groups) => {
            let groups = groups.iter().map(group);
            all.iter().map(assignment).chain(groups).collect::<Vec<_>>().join(", ")
        }
        Arguments::Bulk(bulk) => bulk.as_ref().map_or("<none>".to_owned(), self::bulk),
        Arguments::Chains(all) => list(all, chain),
        Arguments::None => String::new(),
        Arguments::Values(all) => format!("values: {}", list(all, value)),
        Arguments::Words(all, options) => {
            let options = options.iter().map(|o| format!("{} = {}", o.name.text, value(&o.value)));
            all.iter().map(word).chain(options).collect::<Vec<_>>().join(", ")
        }
        Arguments::Keyed(values, field) => {
            let values = values.iter().map(|v| format!("values: {}", value(v)));
            values.chain(field.iter().map(path)).collect::<Vec<_>>().join(", ")
        }
    };
    format!(".{}({inside})", m.name.text)
}

fn list<T>(all: &[T], print: impl Fn(&T) -> String) -> String {
    all.iter().map(print).collect::<Vec<_>>().join(", ")
}

fn prefetch(p: &Prefetch) -> String {
    let name = p.name.as_ref().map_or(String::new(), |n| format!("{} = ", n.text));
    format!("{name}{}", chain(&p.chain))
}

fn group(g: &Group) -> String {
    let all: Vec<String> = g.assignments.iter().map(assignment).chain(g.paths.iter().map(path)).collect();
    format!("{}({})", g.name.text, all.join(", "))
}

fn bulk(b: &Bulk) -> String {
    format!("for «{}» in «{}» => {}", b.pattern, b.iterable, list(&b.assignments, assignment))
}

fn word(w: &Word) -> String {
    match &w.inner {
        None => path(&w.path),
        Some(inner) => format!("{}({})", path(&w.path), list(inner, path)),
    }
}

pub(crate) fn path(p: &Path) -> String {
    let mut out = String::new();
    for (i, s) in p.segments.iter().enumerate() {
        let joint = match (&s.kind, i) {
            (SegmentKind::Key(_), _) | (_, 0) => "",
            _ if s.alias.is_some() && s.ident.is_none() => "__",
            _ => ".",
        };
        let part = match &s.kind {
            SegmentKind::Name(n) => n.clone(),
            SegmentKind::Index(n) => n.to_string(),
            SegmentKind::Key(k) => format!("[{k:?}]"),
            SegmentKind::Call(n, values) => format!("{n}({})", list(values, value)),
        };
        out.extend([joint, &part]);
    }
    if p.dangling {
        out.push_str(".<dot>");
    }
    out
}

pub(crate) fn condition(c: &Condition) -> String {
    match c {
        Condition::Lookup(l) => {
            format!("{} {} {}", path(&l.path), if l.optional { "?=" } else { "=" }, value(&l.value))
        }
        Condition::All(all, _) => format!("Q({})", list(all, condition)),
        Condition::And(a, b) => format!("({} & {})", condition(a), condition(b)),
        Condition::Or(a, b) => format!("({} | {})", condition(a), condition(b)),
        Condition::Xor(a, b) => format!("({} ^ {})", condition(a), condition(b)),
        Condition::Not(a, _) => format!("!{}", condition(a)),
        Condition::Exists(c, _) => format!("Exists({})", chain(c)),
        Condition::Compare { left, operator, right, .. } => {
            format!("({} {} {})", expr(left), comparison(*operator), expr(right))
        }
        Condition::If { branches, otherwise, .. } => {
            let parts: Vec<String> =
                branches.iter().map(|(head, c)| format!("if «{head}» {{ {} }}", condition(c))).collect();
            let otherwise = otherwise.as_ref().map_or(String::new(), |c| format!(" else {{ {} }}", condition(c)));
            format!("{}{otherwise}", parts.join(" else "))
        }
        Condition::Match { scrutinee, arms, .. } => {
            let arms = list(arms, |(p, c)| format!("«{p}» => {}", condition(c)));
            format!("match «{scrutinee}» {{ {arms} }}")
        }
        Condition::Always => "<always>".to_owned(),
        Condition::Bare(e) => format!("bare {}", expr(e)),
        Condition::Reported(p, values) => {
            format!("<reported {}>", p.iter().map(path).chain(values.iter().map(value)).collect::<Vec<_>>().join(" "))
        }
        Condition::Error => "<error>".to_owned(),
    }
}

fn comparison(c: Comparison) -> &'static str {
    match c {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterEqual => ">=",
    }
}

fn value(v: &Value) -> String {
    match &v.form {
        Form::Rust => format!("«{}»", v.tokens),
        Form::Literal(l) => literal(l),
        Form::Tuple(all) => format!("tuple({})", list(all, value)),
        Form::Array(all) => format!("[{}]", list(all, value)),
        Form::Range(a, b) => format!("{}..={}", value(a), value(b)),
        Form::Expr(e) => expr(e),
        Form::Chain(c) => format!("?«{}»{}", chain(c), if c.problems.is_empty() { "" } else { "!" }),
        Form::Empty => "<empty>".to_owned(),
    }
}

fn literal(l: &Literal) -> String {
    match l {
        Literal::Bool(b) => b.to_string(),
        Literal::Integer(i) => i.to_string(),
        Literal::Number(n) => format!("number({n})"),
        Literal::Text(t) => format!("{t:?}"),
        Literal::None => "None".to_owned(),
    }
}

pub(crate) fn expr(e: &Expr) -> String {
    match e {
        Expr::Path(p) => format!("${}", path(p)),
        Expr::Literal(l, _) => literal(l),
        Expr::Rust(v) => value(v),
        Expr::Call(c) => call(c),
        Expr::Binary { left, operator, right, .. } => {
            format!("({} {} {})", expr(left), symbol(*operator), expr(right))
        }
        Expr::Negative(e, _) => format!("-{}", expr(e)),
        Expr::Condition(c, _) => format!("cond[{}]", condition(c)),
        Expr::Chain(c) => format!("?{}{}", chain(c), if c.problems.is_empty() { "" } else { "!" }),
        Expr::Star(_) => "*".to_owned(),
        Expr::Error => "<error>".to_owned(),
    }
}

fn symbol(o: Operator) -> &'static str {
    match o {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Remainder => "%",
        Operator::And => "&",
        Operator::Or => "|",
    }
}

fn call(c: &Call) -> String {
    let options = c.options.iter().map(|o| {
        let value = match &o.value {
            OptionValue::Condition(c) => condition(c),
            OptionValue::Expr(e) => expr(e),
            OptionValue::Value(v) => value(v),
            OptionValue::Orders(all) => list(all, order),
            OptionValue::Exprs(all) => list(all, expr),
            OptionValue::Tokens(t) => format!("«{t}»"),
        };
        format!("{}: {value}", o.name.text)
    });
    let all: Vec<String> = c.arguments.iter().map(expr).chain(options).collect();
    format!("{}({})", c.name.text, all.join(", "))
}

fn assignment(a: &Assignment) -> String {
    format!("{} {} {}", path(&a.path), if a.optional { "?=" } else { "=" }, value(&a.value))
}

fn order(o: &Order) -> String {
    match o {
        Order::Key(k) => order_key(k),
        Order::If { branches, otherwise, .. } => {
            let parts: Vec<String> =
                branches.iter().map(|(head, o)| format!("if «{head}» {{ {} }}", list(o, order))).collect();
            let otherwise = otherwise.as_ref().map_or(String::new(), |o| format!(" else {{ {} }}", list(o, order)));
            format!("{}{otherwise}", parts.join(" else "))
        }
        Order::Match { scrutinee, arms, .. } => {
            let arms = list(arms, |(p, o)| format!("«{p}» => {{ {} }}", list(o, order)));
            format!("match «{scrutinee}» {{ {arms} }}")
        }
    }
}

fn order_key(k: &OrderKey) -> String {
    let nulls = match k.nulls_first {
        Some(true) => " nulls first",
        Some(false) => " nulls last",
        None => "",
    };
    format!("{}{}{nulls}", expr(&k.expr), if k.descending { " desc" } else { "" })
}
