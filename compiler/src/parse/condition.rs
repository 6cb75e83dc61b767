//! Conditions: lookups, Django's `Q` algebra with Rust's precedence, `Exists`, comparisons, `if` and `match`.
//!
//! In: the trees of one argument. Out: a condition. A mistake is reported at its token and what was understood is kept.

use super::expr::{self, Side};
use super::path::{self, Calls};
use super::scan::{Mark, Sign, scan};
use super::tokens::{ident, is_punct, is_word, parentheses, place, shown, text, trees, unmarked};
use super::{args, branch, chain, compare, phrase, value};
use crate::ast::{Condition, Expr, Literal, Lookup, Path, SegmentKind, Tokens};
use crate::diagnostic::Diagnostics;
use crate::tables::methods::method;
use crate::tables::names::is_function;
use crate::tables::transforms;
use crate::tables::{aggregates, foreign};
use proc_macro2::{Delimiter, Group, Span, TokenTree};

/// The conditions between parentheses.
pub(super) fn conditions(list: &Group, d: &mut Diagnostics) -> Vec<Condition> {
    args::arguments(list, d).iter().map(|a| condition(a, d)).collect()
}

/// One argument, never empty.
pub(super) fn condition(run: &[TokenTree], d: &mut Diagnostics) -> Condition {
    if let [word] = run {
        // A field alone is no condition.
        let here = Tokens::one(word.span());
        if is_word(Some(word), "if") {
            return conditional(run, here, d);
        }
        if is_word(Some(word), "match") {
            return matching(run, here, d);
        }
    }
    if let Some(found) = phrase::phrase(run) {
        return found.condition(d);
    }
    if is_punct(run.first(), '*') {
        d.error("N0126", place(run, Span::call_site()), "unpacking has no meaning here")
            .note("conditions are written one by one: `path = value`, or `path? = option` where one may be missing");
        return Condition::Error;
    }
    if let Some(colon) = colon(run) {
        let path = phrase::whole(&run[..colon]);
        let shown = path.as_ref().map_or_else(|| "path".to_owned(), spelling);
        let right = &run[colon + 1..];
        let here = Tokens::one(run[colon].span());
        d.error("N0126", here, format!("`:` is written `=`: `{shown} = {}`", phrase::written(right)));
        return Condition::Reported(path, vec![value::value(right, here.first, &mut Diagnostics::default())]);
    }
    if !(branch::begins(run, "if") || branch::begins(run, "match"))
        && let Some(cut) = args::assigned(run)
    {
        return lookup(&cut, d);
    }
    algebra(run, d)
}

/// What is written instead of a `?` that stands elsewhere.
fn optional(path: &[TokenTree]) -> String {
    let path = phrase::written(path);
    format!("a value that may be absent is given with `{path}? = option`")
}

/// `path = value`.
fn lookup(cut: &args::Assigned<'_>, d: &mut Diagnostics) -> Condition {
    if let Some(path) = joined_names(cut.left) {
        let here = place(cut.left, cut.equals);
        d.error("N0106", here, format!("the names of a path are joined by dots: `{path}`"));
        return Condition::Error;
    }
    let marks = scan(cut.left);
    if let Some(m) = args::operators(&marks).chain(marks.iter().filter(|m| m.sign == Sign::Not)).next() {
        let here = place(cut.left, cut.equals);
        let operator = cut.left.get(m.at).map(shown).unwrap_or_default();
        let error = d.error("N0106", here, format!("expected a path before `=`, found `{operator}`"));
        error.note(match m.sign {
            _ if operator == "?" && m.at > 0 => optional(&cut.left[..m.at]),
            _ if operator == "?" => optional(&cut.left[m.at + m.len..]),
            Sign::Not => {
                let path = phrase::whole(&cut.left[m.at + m.len..]).map_or_else(|| "path".to_owned(), |p| spelling(&p));
                format!("a lookup is negated by `!Q({path} = {})`", phrase::written(cut.right))
            }
            _ => "operators join lookups that stand in `Q(path = value)`".to_owned(),
        });
        return Condition::Error;
    }
    if cut.left.is_empty() {
        d.error("N0106", Tokens::one(cut.equals), "expected a path before `=`");
        return Condition::Error;
    }
    if let [TokenTree::Ident(function), list] = cut.left
        && let Some(inside) = parentheses(Some(list))
        && transforms::known(&function.to_string())
    {
        let path = phrase::written(&trees(inside.stream()));
        let here = Tokens { first: function.span(), last: inside.span() };
        let error = d.error("N0106", here, format!("expected a path before `=`, found `{function}(…)`"));
        error.note(format!("a transform stands behind its field: `{path}.{function} = value`"));
        return Condition::Error;
    }
    if let Some((function, list)) = value::call(cut.left) {
        let here = Tokens { first: function.span(), last: list.span() };
        d.error("N0106", here, format!("expected a path before `=`, found `{function}(…)`")).note(
            if aggregates::find(&function.to_string()).is_some() {
                format!("an aggregate has a name first: `annotate(n = {function}(…)).filter(n = value)`")
            } else {
                format!("expressions are compared with `==`: `{function}(…) == value`")
            },
        );
        return Condition::Error;
    }
    let Some(path) = path::whole(cut.left, "a path", d) else {
        return Condition::Error;
    };
    let of = |right: &[TokenTree], d: &mut Diagnostics| {
        let value = value::required(right, cut.equals, d);
        Condition::Lookup(Lookup { path, optional: cut.optional, equals: cut.equals, value })
    };
    match joint(cut.right) {
        Some(m) => {
            joined(cut.right, m, d);
            let left = of(&cut.right[..m.at], d);
            join(m.sign, left, condition(&cut.right[m.at + m.len..], d))
        }
        None => of(cut.right, d),
    }
}

/// `category->name`, `category/name`, `category::name` with dots.
fn joined_names(run: &[TokenTree]) -> Option<String> {
    let mut names = Vec::new();
    for part in run.split(|tree| !matches!(tree, TokenTree::Ident(_))) {
        match part {
            [TokenTree::Ident(name)] => names.push(name.to_string()),
            [] => {}
            _ => return None,
        }
    }
    let signs: String =
        run.iter().filter(|tree| !matches!(tree, TokenTree::Ident(_))).map(ToString::to_string).collect();
    let joined = names.len().saturating_sub(1);
    let by = |sign: &str| joined > 0 && signs == sign.repeat(joined);
    (run.len() > names.len() && (by("->") || by("/") || by("::"))).then(|| names.join("."))
}

/// The `:` of `name: value`, at which a path of Rust does not go on.
pub(super) fn colon(run: &[TokenTree]) -> Option<usize> {
    let at = run.iter().position(|tree| is_punct(Some(tree), ':'))?;
    let joint = matches!(&run[at], TokenTree::Punct(p) if p.spacing() == proc_macro2::Spacing::Joint);
    let single = !(joint && is_punct(run.get(at + 1), ':'));
    (at > 0 && single && phrase::whole(&run[..at]).is_some()).then_some(at)
}

/// The `&&` or `||` of `a = 1 && b = 2`, which is no value: it holds a `=` that is no pattern's.
fn joint(value: &[TokenTree]) -> Option<Mark> {
    if value.iter().any(|t| matches!(t, TokenTree::Ident(i) if i == "let")) {
        return None;
    }
    let marks = scan(value);
    let joins = |m: &Mark| matches!(m.sign, Sign::AndAnd | Sign::OrOr | Sign::Pipe | Sign::Ampersand);
    let at = marks.iter().position(joins)?;
    marks[at..].iter().any(|m| m.sign == Sign::Assign).then(|| marks[at])
}

/// Reports `&&` or `||` between conditions.
fn joined(run: &[TokenTree], m: Mark, d: &mut Diagnostics) {
    let message = match m.sign {
        Sign::OrOr => "`||` is written `Q(…) | Q(…)`",
        Sign::Pipe => "`|` joins `Q(…)`s: `Q(a = 1) | Q(b = 2)`",
        Sign::Ampersand => "`&` joins `Q(…)`s: `Q(a = 1) & Q(b = 2)`; a comma does the same",
        _ => "`&&` is a comma, or `&` between `Q(…)`",
    };
    d.error("N0110", place(&run[m.at..m.at + m.len], Span::call_site()), message);
}

/// A condition without `=` at its top level.
pub(super) fn algebra(run: &[TokenTree], d: &mut Diagnostics) -> Condition {
    let here = place(run, Span::call_site());
    let marks = scan(run);
    if expr::crowded(&marks, here, d) {
        return Condition::Error;
    }
    if let Some(m) = marks.iter().find(|m| m.sign == Sign::OrOr) {
        joined(run, *m, d);
        return fold(run, &marks, Sign::OrOr, d);
    }
    if let Some(m) = marks.iter().find(|m| m.sign == Sign::AndAnd) {
        joined(run, *m, d);
        return fold(run, &marks, Sign::AndAnd, d);
    }
    if let Some(m) = marks.iter().find(|m| matches!(m.sign, Sign::Compare(_))) {
        return compare::compare(run, *m, d);
    }
    for level in [Sign::Pipe, Sign::Caret, Sign::Ampersand] {
        if marks.iter().any(|m| m.sign == level) {
            return fold(run, &marks, level, d);
        }
    }
    single(run, &marks, d)
}

/// Splits at the operators of one kind, from the left.
fn fold(run: &[TokenTree], marks: &[Mark], level: Sign, d: &mut Diagnostics) -> Condition {
    let cuts: Vec<&Mark> = marks.iter().filter(|m| m.sign == level).collect();
    let mut left = None;
    let mut from = 0;
    for i in 0..=cuts.len() {
        let to = cuts.get(i).map_or(run.len(), |m| m.at);
        let beside = cuts.get(i).or(cuts.last()).map_or_else(Span::call_site, |m| run[m.at].span());
        let right = part(&run[from..to], beside, d);
        left = Some(match left {
            None => right,
            Some(left) => join(level, left, right),
        });
        from = cuts.get(i).map_or(to, |m| m.at + m.len);
    }
    left.unwrap_or(Condition::Error)
}

fn join(level: Sign, left: Condition, right: Condition) -> Condition {
    let (left, right) = (Box::new(left), Box::new(right));
    match level {
        Sign::Pipe | Sign::OrOr => Condition::Or(left, right),
        Sign::Caret => Condition::Xor(left, right),
        _ => Condition::And(left, right),
    }
}

/// An operand beside the operator at `beside`.
fn part(run: &[TokenTree], beside: Span, d: &mut Diagnostics) -> Condition {
    if run.is_empty() {
        d.error("N0104", Tokens::one(beside), "expected a condition on both sides of the operator");
        return Condition::Error;
    }
    algebra(run, d)
}

/// A condition without operators between operands.
fn single(run: &[TokenTree], marks: &[Mark], d: &mut Diagnostics) -> Condition {
    let here = place(run, Span::call_site());
    if let Some(m) = marks.first()
        && m.sign == Sign::Not
        && m.at == 0
    {
        let span = run[0].span();
        return Condition::Not(Box::new(part(&run[1..], span, d)), span);
    }
    if branch::begins(run, "if") {
        return conditional(run, here, d);
    }
    if branch::begins(run, "match") {
        return matching(run, here, d);
    }
    if let Some((function, list)) = value::call(run)
        && let name = function.to_string()
        && matches!(unmarked(&name), "Q" | "Exists")
    {
        let whole = Tokens { first: function.span(), last: list.span() };
        if let Some(rest) = run.get(2) {
            let message = format!("unexpected `{}` after `{function}(…)`", shown(rest));
            d.error("N0116", place(&run[2..], rest.span()), message);
        }
        if unmarked(&name) == "Q" {
            return Condition::All(conditions(list, d), whole);
        }
        return exists(list, whole, d);
    }
    if let [only] = run
        && let Some(list) = parentheses(Some(only))
    {
        return group(list, d);
    }
    if let Some(written) = text(run.first()) {
        let error = d.error("N0107", here, "expected a condition, found text");
        match path::strip(&written) {
            Some(plain) => error.note(format!("names are written without quotes: `{plain} = value`")),
            None => error.note("a condition is `path = value`"),
        };
        return Condition::Error;
    }
    if matches!(run.first(), Some(TokenTree::Literal(_))) || marks.first().is_some_and(|m| m.sign == Sign::Closure) {
        let found = shown(&run[0]);
        let error = d.error("N0113", here, format!("expected a condition such as `path = value`, found `{found}`"));
        if let (None, Some(Literal::Integer(_))) = (marks.first(), value::literal(run)) {
            error.note(format!("a key is `pk = {found}`"));
        } else if marks.first().is_some_and(|m| m.sign == Sign::Closure) {
            error.note("rows are chosen by the database, which runs no closure of Rust");
        }
        return Condition::Error;
    }
    if let (Some(TokenTree::Group(list)), true) = (run.first(), marks.is_empty()) {
        let error = d.error("N0113", here, "expected a condition such as `path = value`");
        error.note(match list.delimiter() {
            Delimiter::Bracket => "conditions stand side by side: `a = 1, b = 2`",
            _ => "whether a condition applies is said by `if`: `if wanted { path = value }`",
        });
        return Condition::Error;
    }
    if let Some(condition) = rust_path(run, here, d) {
        return condition;
    }
    bare(run, d)
}

/// `Column::Stock.eq(1)`: a field as enums of other libraries name it.
fn rust_path(run: &[TokenTree], here: Tokens, d: &mut Diagnostics) -> Option<Condition> {
    let last = (0..run.len()).rev().find(|at| is_punct(run.get(*at), ':') && is_punct(run.get(at + 1), ':'))?;
    let field = ident(run.get(last + 2))?.to_string();
    let method = ident(run.get(last + 4)).filter(|_| is_punct(run.get(last + 3), '.'))?.to_string();
    let list = parentheses(run.get(last + 5))?;
    let hint = foreign::lookup(&method);
    let field = snake(&field);
    let lookup = match hint {
        Some(hint) => foreign::filled(hint, &field, &phrase::argument(list)),
        None => format!("`{field}.{method} = {}`", phrase::argument(list)),
    };
    d.error("N0113", here, format!("a field stands by its name alone, a condition is {lookup}"));
    Some(Condition::Error)
}

/// `StockLevel` as `stock_level`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Methods of Rust's that make a condition of what an `Option` holds.
const OF_OPTIONS: &[&str] = &["map", "map_or", "map_or_else", "and_then", "is_some_and", "is_none_or", "unwrap_or"];

/// A path or expression alone; a call on a path is a lookup as other languages write it.
fn bare(run: &[TokenTree], d: &mut Diagnostics) -> Condition {
    let mut silent = Diagnostics::default();
    if let Some((path, used)) = path::path(run, Calls::Segments, &mut silent)
        && used == run.len()
        && let Some(at) = path.segments.iter().position(|s| matches!(&s.kind, SegmentKind::Call(n, _) if n != "tz"))
        && let SegmentKind::Call(name, values) = &path.segments[at].kind
    {
        let left = Path { segments: path.segments[..at].to_vec(), dangling: false };
        if OF_OPTIONS.contains(&name.as_str()) {
            let message = format!("`.{name}(…)` of Rust has no meaning in a condition");
            let error = d.error("N0113", Tokens::one(path.segments[at].span), message);
            error.note(
                "a value that may be absent is given with `path? = option`, or `if let Some(x) = option { path = x }`",
            );
            return Condition::Error;
        }
        let (shown, value) =
            (spelling(&left), values.first().map_or_else(|| "…".to_owned(), |v| phrase::brief(&v.tokens)));
        let instead = match (foreign::lookup(name), method(name)) {
            _ if is_function(name) => format!("a function stands without `{shown}.`: `{name}(…)`"),
            (Some(hint), _) => format!("a lookup is {}", foreign::filled(hint, &shown, &value)),
            (None, Some(m)) if m.name != "contains" => "a chain stands in `Exists(…)`".to_owned(),
            _ => format!("a lookup is `{shown}.{name} = {}`", if name == "isnull" { "true" } else { &value }),
        };
        let message = format!("unexpected `.{name}(…)` in a condition; {instead}");
        d.error("N0113", Tokens::one(path.segments[at].span), message);
        let known = (at > 0 && !is_function(name)).then_some(left);
        return Condition::Reported(known, values.clone());
    }
    match expr::expr(run, Side::Sql, d) {
        Expr::Error => Condition::Error,
        other => Condition::Bare(other),
    }
}

/// `Exists(chain)`.
fn exists(list: &Group, whole: Tokens, d: &mut Diagnostics) -> Condition {
    let arguments = args::arguments(list, d);
    if arguments.len() > 1 {
        d.error("N0125", whole, "expected one chain in `Exists(…)`");
    }
    let empty = Vec::new();
    let run = arguments.first().unwrap_or(&empty);
    if let Some(cut) = args::assigned(run) {
        let relation = ident(cut.left.first()).map_or_else(|| "relation".to_owned(), ToString::to_string);
        d.error("N0125", place(run, whole.first), "expected a chain in `Exists(…)`, found a condition")
            .note(format!("conditions stand in `Exists({relation}.filter(…))`"));
        return Condition::Error;
    }
    if run.is_empty() {
        d.error("N0101", whole, "expected a chain in `Exists(…)`");
        return Condition::Exists(Box::new(chain::empty(whole)), whole);
    }
    Condition::Exists(Box::new(chain::chain(run, chain::Start::Inner, d)), whole)
}

/// `( condition )`; nothing between them is no condition.
fn group(list: &Group, d: &mut Diagnostics) -> Condition {
    branch_condition(&trees(list.stream()), Tokens::one(list.span()), d)
}

fn conditional(run: &[TokenTree], tokens: Tokens, d: &mut Diagnostics) -> Condition {
    let parts = branch::conditional(run, d);
    let branches = parts.branches.into_iter().map(|(head, b)| (head, branch_condition(&b, tokens, d))).collect();
    let otherwise = parts.otherwise.map(|b| Box::new(branch_condition(&b, tokens, d)));
    Condition::If { branches, otherwise, tokens }
}

fn matching(run: &[TokenTree], tokens: Tokens, d: &mut Diagnostics) -> Condition {
    let parts = branch::matching(run, d);
    let arms = parts.arms.into_iter().map(|(pattern, b)| (pattern, branch_condition(&b, tokens, d))).collect();
    Condition::Match { scrutinee: parts.scrutinee, arms, ends: parts.ends, tokens }
}

/// What a branch holds: one condition or none.
fn branch_condition(run: &[TokenTree], otherwise: Tokens, d: &mut Diagnostics) -> Condition {
    let word = ident(run.first()).map(ToString::to_string).unwrap_or_default();
    if matches!(word.as_str(), "let" | "return" | "break" | "continue") || word == "None" && run.len() == 1 {
        let here = Tokens::one(run[0].span());
        let error = d.error("N0113", here, format!("expected a condition in the branch, found `{word}`"));
        error.note(if word == "let" {
            "statements stand before `query!(…)`, whose conditions may use their variables"
        } else {
            "a branch without a condition is `{}`"
        });
        return Condition::Error;
    }
    let mut all: Vec<Condition> = args::split(run, d).iter().map(|a| condition(a, d)).collect();
    if all.len() > 1 {
        let here = place(run, otherwise.first);
        d.error("N0113", here, "expected one condition; several stand in `Q(…)`");
        // No place: there is no `Q` that an editor could explain.
        return Condition::All(all, Tokens::one(Span::call_site()));
    }
    all.pop().unwrap_or(Condition::Always)
}

/// The path with dots, for a message.
pub(super) fn spelling(path: &Path) -> String {
    let part = |kind: &SegmentKind| match kind {
        SegmentKind::Name(n) => n.clone(),
        SegmentKind::Index(i) => i.to_string(),
        SegmentKind::Key(k) => format!("[{k:?}]"),
        SegmentKind::Call(n, _) => format!("{n}(…)"),
    };
    path.segments.iter().map(|s| part(&s.kind)).collect::<Vec<_>>().join(".")
}
