//! A resolved query as text: conditions, annotations and assignments with their types, values with how they are bound.

use nuages_compiler::check::types::describe;
use nuages_compiler::hir::condition::{Comparison, Condition, PeriodRelation, Test};
use nuages_compiler::hir::window::Function;
use nuages_compiler::hir::{Body, ColumnPath, Ending, Expr, ExprKind, Literal, Query, Select};
use nuages_schema::Schema;
use std::fmt::Write as _;

/// All of a query, one line for each part.
pub(crate) fn query(query: &Query, schema: &Schema) -> String {
    let mut out = String::new();
    match &query.body {
        Body::Select(select, ending) => {
            chain(&mut out, schema, select);
            if let Ending::Aggregate(outputs, _) = ending {
                for o in outputs {
                    let _ = writeln!(out, "{} = {}", o.name, typed(schema, &o.expr));
                }
            }
        }
        Body::Update(update) => {
            chain(&mut out, schema, &update.select);
            for a in &update.assignments {
                assignment(&mut out, schema, query, a);
            }
        }
        Body::Create(create) => {
            for a in &create.assignments {
                assignment(&mut out, schema, query, a);
            }
        }
        Body::BulkCreate(_) | Body::Delete(_) | Body::Upsert(_) | Body::BulkUpdate(_) | Body::Link(_) => {
            out.push_str("another write\n");
        }
    }
    for (i, v) in query.values.iter().enumerate() {
        let switch = v.switch.map_or(String::new(), |s| format!(" switch {s}"));
        let key = v.key_of.map_or(String::new(), |m| format!(" or {}", schema.model(m).name));
        let ty = describe(schema, &v.ty);
        let _ = writeln!(out, "  v{i}: {} as {ty}{key}, {:?}{switch}", v.tokens, v.bind);
    }
    out
}

fn assignment(out: &mut String, schema: &Schema, query: &Query, a: &nuages_compiler::hir::Assignment) {
    let name = &schema.field(query.model, a.field).attname;
    let switch = a.switch.map_or(String::new(), |s| format!(" if {s}"));
    let _ = writeln!(out, "{name} := {}{switch}", typed(schema, &a.value));
}

fn chain(out: &mut String, schema: &Schema, select: &Select) {
    for a in &select.annotations {
        let _ = writeln!(out, "{} = {}", a.name, typed(schema, &a.expr));
    }
    for f in &select.filters {
        let _ = writeln!(out, "{}", condition(schema, &f.condition));
    }
    for o in select.shape.outputs() {
        let _ = writeln!(out, "{}: {}", o.name, typed(schema, &o.expr));
    }
}

fn inner(schema: &Schema, select: &Select) -> String {
    let mut out = String::new();
    chain(&mut out, schema, select);
    format!("({} {})", schema.model(select.model).name, out.trim().replace('\n', "; "))
}

fn typed(schema: &Schema, e: &Expr) -> String {
    format!("{} :: {}{}", expr(schema, e), describe(schema, &e.ty), if e.nullable { "?" } else { "" })
}

fn expr(schema: &Schema, e: &Expr) -> String {
    match &e.kind {
        ExprKind::Column(path) => column(schema, path),
        ExprKind::Outer(path, levels) => format!("{}{}", "^".repeat(usize::from(*levels)), column(schema, path)),
        ExprKind::Annotation(i) => format!("@{i}"),
        ExprKind::Output(i) => format!("c{i}"),
        ExprKind::Literal(l) => literal(schema, l),
        ExprKind::Bound(id, 0) => format!("v{}", id.0),
        ExprKind::Bound(id, n) => format!("v{}.{n}", id.0),
        ExprKind::Template(sql, operands) => template(schema, sql, operands.iter()),
        ExprKind::Written(written, operands) => {
            let operands: Vec<String> = operands.iter().map(|e| expr(schema, e)).collect();
            format!("{written:?}({})", operands.join(", "))
        }
        ExprKind::Window(window) => {
            let function = match &window.function {
                Function::Row(row, operands) => template(schema, row.sql, operands.iter()),
                Function::Aggregate(a) => template(schema, a.function.sql, a.arguments.iter()),
            };
            format!("<{function} over>")
        }
        ExprKind::Cast(e2) => format!("CAST({} AS {})", expr(schema, e2), describe(schema, &e.ty)),
        ExprKind::Aggregate(a) => {
            let mut call = template(schema, a.function.sql, a.arguments.iter());
            if a.arguments.is_empty() {
                call = "COUNT(*)".into();
            }
            if a.distinct {
                call.push_str(" distinct");
            }
            for key in &a.order {
                let _ = write!(call, " order by {}{}", if key.descending { "-" } else { "" }, expr(schema, &key.expr));
            }
            if let Some(f) = &a.filter {
                let _ = write!(call, " filter [{}]", condition(schema, f));
            }
            if let Some(d) = &a.default {
                let _ = write!(call, " default {}", typed(schema, d));
            }
            if !a.path.is_empty() {
                let hops: Vec<&str> =
                    a.path.iter().map(|h| schema.relation(h.from, h.relation).name.as_str()).collect();
                let _ = write!(call, " along {}", hops.join("."));
            }
            if a.raw != e.ty {
                let _ = write!(call, " raw {}", describe(schema, &a.raw));
            }
            format!("<{call}>")
        }
        ExprKind::Case(arms, otherwise) => {
            let mut out = String::from("CASE");
            for (when, then) in arms {
                let _ = write!(out, " WHEN {} THEN {}", condition(schema, when), expr(schema, then));
            }
            if let Some(e) = otherwise {
                let _ = write!(out, " ELSE {}", expr(schema, e));
            }
            out + " END"
        }
        ExprKind::Condition(c) => format!("[{}]", condition(schema, c)),
        ExprKind::Subquery(select) => inner(schema, select),
    }
}

fn column(schema: &Schema, path: &ColumnPath) -> String {
    let hops = path.hops.iter().map(|h| schema.relation(h.from, h.relation).name.clone());
    hops.chain([schema.field(path.model, path.field).column.clone()]).collect::<Vec<_>>().join(".")
}

fn template<'e>(schema: &Schema, sql: &str, operands: impl Iterator<Item = &'e Expr>) -> String {
    let list: Vec<String> = operands.map(|e| expr(schema, e)).collect();
    let mut out = sql.replace("{*}", &list.join(", "));
    for (i, operand) in list.iter().enumerate() {
        out = out.replace(&format!("{{{i}}}"), operand);
    }
    out
}

fn literal(schema: &Schema, l: &Literal) -> String {
    match l {
        Literal::Null => "NULL".into(),
        Literal::Bool(b) => b.to_string(),
        Literal::Integer(n) => n.to_string(),
        Literal::Number(n) => format!("{n}."),
        Literal::Text(t) => format!("'{t}'"),
        Literal::Variant(id, n) => {
            let e = schema.enumeration(*id);
            format!("{}::{}", e.name, e.variants[*n as usize].name)
        }
        Literal::Array(list) => {
            format!("[{}]", list.iter().map(|l| literal(schema, l)).collect::<Vec<_>>().join(", "))
        }
    }
}

pub(crate) fn condition(schema: &Schema, c: &Condition) -> String {
    let join = |list: &[Condition], word: &str| {
        let parts: Vec<String> = list.iter().map(|c| condition(schema, c)).collect();
        match parts.as_slice() {
            [one] => one.clone(),
            _ => format!("({})", parts.join(word)),
        }
    };
    match c {
        Condition::All(list) => join(list, " AND "),
        Condition::Any(list) => join(list, " OR "),
        Condition::Xor(a, b) => format!("({} XOR {})", condition(schema, a), condition(schema, b)),
        Condition::Not(c) => format!("NOT {}", condition(schema, c)),
        Condition::Test(t) => test(schema, t),
        Condition::Exists(select) => format!("EXISTS {}", inner(schema, select)),
        Condition::Expr(e) => expr(schema, e),
        Condition::Switched(s, c) => format!("if {s}: {}", condition(schema, c)),
    }
}

fn test(schema: &Schema, t: &Test) -> String {
    let left = expr(schema, &t.left);
    let e = |e: &Expr| expr(schema, e);
    let list = |l: &[Expr]| l.iter().map(|x| expr(schema, x)).collect::<Vec<_>>().join(", ");
    let text = match &t.operator {
        Comparison::Operator(op, right) => format!("{left} {op} {}", e(right)),
        Comparison::EqualOrNull(v, s) => format!("{left} =? v{} (null unless {s})", v.0),
        Comparison::Template(sql, operands) => template(schema, sql, std::iter::once(&t.left).chain(operands)),
        Comparison::IsNull(is) => format!("{left} IS {}NULL", if *is { "" } else { "NOT " }),
        Comparison::IsNullBound(v) => format!("({left} IS NULL) = v{}", v.0),
        Comparison::NoRow(none) => format!("{} ROW {left}", if *none { "NO" } else { "SOME" }),
        Comparison::Iexact(right) => format!("lower({left}) = lower({})", e(right)),
        Comparison::Like { pattern, caseless, right, escape } => {
            let word = if *caseless { "ILIKE" } else { "LIKE" };
            let escape = if *escape { format!(" escape {pattern:?}") } else { String::new() };
            format!("{left} {word} {}{escape}", e(right))
        }
        Comparison::InList(v) => format!("{left} = ANY(v{})", v.0),
        Comparison::InEach(v, each) => format!("{left} IN each({}) of v{}", each.join(", "), v.0),
        Comparison::InKeys(more, v) => format!("({left}, {}) IN v{}", list(more), v.0),
        Comparison::InKeySelect(more, select) => format!("({left}, {}) IN {}", list(more), inner(schema, select)),
        Comparison::InValues(values) => format!("{left} IN ({})", list(values)),
        Comparison::InSelect(select) => format!("{left} IN {}", inner(schema, select)),
        Comparison::Between(a, b) => format!("{left} BETWEEN {} AND {}", e(a), e(b)),
        Comparison::Period { unit, relation, zone } => {
            let zone = zone.as_ref().map_or(String::new(), |z| format!(" in {z}"));
            let relation = match relation {
                PeriodRelation::Equal(x) => format!("= {}", e(x)),
                PeriodRelation::Less(x) => format!("< {}", e(x)),
                PeriodRelation::LessEqual(x) => format!("<= {}", e(x)),
                PeriodRelation::Greater(x) => format!("> {}", e(x)),
                PeriodRelation::GreaterEqual(x) => format!(">= {}", e(x)),
                PeriodRelation::Between(a, b) => format!("BETWEEN {} AND {}", e(a), e(b)),
            };
            format!("{unit:?} of {left}{zone} {relation}")
        }
    };
    match t.switch {
        Some(s) => format!("if {s}: {text}"),
        None => text,
    }
}
