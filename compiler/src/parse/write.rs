//! Assignments: of writes (`name = value`, `defaults(…)`, `for x in xs => …`) and of new fields (`n = Count(tags)`).
//!
//! In: the parentheses of a method. Out: assignments, groups, a bulk.

use super::condition::{self, spelling};
use super::scan::{Sign, scan};
use super::tokens::{braces, is_punct, is_word, name, parentheses, place, shown, stream, text, trees};
use super::{args, path, phrase, rust, value};
use crate::ast::{Assignment, Bulk, Group as Groups, Name, Path, SegmentKind, Tokens};
use crate::diagnostic::Diagnostics;
use crate::tables::methods::GROUPS;
use proc_macro2::{Group, Span, TokenTree};

/// `name = expr` of `annotate`, `alias`, `aggregate`.
pub(super) fn named(list: &Group, d: &mut Diagnostics) -> Vec<Assignment> {
    let mut out = Vec::new();
    let before = d.len();
    let arguments = args::arguments(list, d);
    let spoilt = d.len() > before;
    for argument in arguments {
        if let Some(cut) = args::assigned(&argument) {
            out.extend(computed(&cut, d));
            continue;
        }
        if let Some((left, rest)) = phrase::renamed(&argument) {
            phrase::as_name(left, rest, d);
            continue;
        }
        if spoilt {
            // A comma that is missing, as in `Count(tags) n`, has been reported.
            continue;
        }
        let message = match argument.as_slice() {
            [TokenTree::Ident(i)] => format!("expected `= expression` after `{i}`"),
            _ => "expected a name for the expression: `name = expression`".to_owned(),
        };
        d.error("N0119", place(&argument, list.span()), message);
    }
    out
}

/// A new field.
pub(super) fn computed(cut: &args::Assigned<'_>, d: &mut Diagnostics) -> Option<Assignment> {
    let left = left(cut, "a name", d)?;
    if left.segments.len() > 1 || left.segments.iter().any(|s| s.alias.is_some()) {
        d.error("N0106", left.tokens(), "the name of a new field is one word, without `__` and dots");
    }
    if cut.optional {
        d.error("N0125", Tokens::one(cut.equals), "`? =` stands in conditions and writes only");
    }
    let value = value::computed(cut.right, cut.equals, d);
    Some(Assignment { path: left, optional: cut.optional, equals: cut.equals, value })
}

fn left(cut: &args::Assigned<'_>, what: &str, d: &mut Diagnostics) -> Option<Path> {
    if cut.left.is_empty() {
        d.error("N0106", Tokens::one(cut.equals), format!("expected {what} before `=`"));
        return None;
    }
    path::whole(cut.left, what, d)
}

/// The assignments and groups of a write.
pub(super) fn assignments(list: &Group, d: &mut Diagnostics) -> (Vec<Assignment>, Vec<Groups>) {
    let mut out = Vec::new();
    let mut groups = Vec::new();
    for argument in args::arguments(list, d) {
        if let ([TokenTree::Ident(word), TokenTree::Group(_)], Some(inner)) =
            (argument.as_slice(), parentheses(argument.get(1)))
            && GROUPS.contains(&word.to_string().as_str())
        {
            groups.push(group(word, inner, d));
            continue;
        }
        out.extend(assignment(&argument, d));
    }
    (out, groups)
}

/// `defaults(a = 1)`, `unique_fields(a, b)`.
fn group(word: &proc_macro2::Ident, inner: &Group, d: &mut Diagnostics) -> Groups {
    let mut out = Groups { name: name(word), assignments: Vec::new(), paths: Vec::new() };
    let of_paths = out.name.text.ends_with("_fields");
    for argument in args::arguments(inner, d) {
        if !of_paths {
            out.assignments.extend(assignment(&argument, d));
        } else if let Some(path) = path::whole(&argument, "a field", d) {
            out.paths.push(path);
        }
    }
    out
}

/// `field = value`.
fn assignment(argument: &[TokenTree], d: &mut Diagnostics) -> Option<Assignment> {
    if let Some(cut) = args::assigned(argument) {
        if let ([TokenTree::Ident(word)], false) = (cut.left, cut.optional)
            && GROUPS.contains(&word.to_string().as_str())
        {
            d.error(
                "N0119",
                Tokens::one(word.span()),
                if word.to_string().ends_with("_fields") {
                    format!("`{word}` is written `{word}(field)`")
                } else {
                    format!("`{word}` is written `{word}(field = value)`")
                },
            );
            return None;
        }
        if let Some((function, _)) = value::call(cut.left) {
            let here = place(cut.left, cut.equals);
            d.error("N0106", here, format!("expected a field before `=`, found `{function}(…)`"))
                .note("expressions stand behind `=`: `stock = F(stock) + 1`");
            return None;
        }
        let path = left(&cut, "a field", d)?;
        let value = value::required(cut.right, cut.equals, d);
        return Some(Assignment { path, optional: cut.optional, equals: cut.equals, value });
    }
    let here = place(argument, Span::call_site());
    if foreign(argument, here, d) {
        return None;
    }
    if let Some(m) = scan(argument).into_iter().find(|m| matches!(m.sign, Sign::Compare(_))) {
        let operator = place(&argument[m.at..m.at + m.len], here.first);
        d.error("N0108", operator, "an assignment has one `=`: `field = value`");
        return None;
    }
    if let Some((function, _)) = value::call(argument) {
        d.error("N0119", here, format!("expected `field = value`, found `{function}(…)`"))
            .note("expressions stand behind `=`: `stock = F(stock) + 1`");
        return None;
    }
    let sign = |m: &super::scan::Mark| argument[m.at..m.at + m.len].iter().map(ToString::to_string).collect::<String>();
    if let Some(m) = scan(argument).into_iter().find(|m| m.sign == Sign::Other && sign(m).ends_with('=')) {
        let (field, value) = (phrase::written(&argument[..m.at]), phrase::written(&argument[m.at + m.len..]));
        let sign = sign(&m);
        let operator = sign.trim_end_matches('=');
        let at = place(&argument[m.at..m.at + m.len], here.first);
        d.error("N0119", at, format!("`{sign}` is written `{field} = F({field}) {operator} {value}`"));
        return None;
    }
    let mut silent = Diagnostics::default();
    let Some((path, used)) = path::path(argument, path::Calls::Segments, &mut silent) else {
        let found = argument.first().map(shown).unwrap_or_default();
        let code = if text(argument.first()).is_some() { "N0107" } else { "N0119" };
        d.error(code, here, format!("expected `field = value`, found `{found}`"));
        return None;
    };
    d.append(silent);
    if !path.dangling {
        let shown = spelling(&path);
        let error = d.error("N0119", here, format!("expected `= value` after `{shown}`"));
        if used < argument.len() || path.segments.iter().any(|s| matches!(s.kind, SegmentKind::Call(..))) {
            error.note("a write takes `field = value`");
        }
    }
    let equals = path.tokens().last;
    Some(Assignment { path, optional: false, equals, value: value::value(&[], equals, d) })
}

/// Whether fields are given as in other languages: `**data`, `name: "x"`, `Tag { name: "x" }`; reported.
fn foreign(argument: &[TokenTree], here: Tokens, d: &mut Diagnostics) -> bool {
    if is_punct(argument.first(), '*') {
        d.error("N0126", here, "unpacking has no meaning here")
            .note("fields are written one by one: `field = value`, or `field? = option` where one may be missing");
        return true;
    }
    if let Some(at) = condition::colon(argument) {
        let (left, right) = (phrase::written(&argument[..at]), phrase::written(&argument[at + 1..]));
        let message = format!("`:` is written `=`: `{left} = {right}`");
        d.error("N0126", Tokens::one(argument[at].span()), message);
        return true;
    }
    if let [.., TokenTree::Group(fields)] = argument
        && braces(argument.last()).is_some()
    {
        let inside = trees(fields.stream());
        let first = match (inside.first(), text(inside.first())) {
            (_, Some(text)) => text,
            (Some(TokenTree::Ident(name)), _) => name.to_string(),
            _ => "field".to_owned(),
        };
        d.error("N0119", here, format!("expected `field = value`, found `{}`", shown(&argument[argument.len() - 1])))
            .note(format!("fields are written one by one: `{first} = …`"));
        return true;
    }
    false
}

/// `for pattern in rows => field = value`.
pub(super) fn bulk(called: &Name, list: &Group, d: &mut Diagnostics) -> Option<Bulk> {
    const FORM: &str = "expected `for pattern in rows => field = value`";
    let run = trees(list.stream());
    let tokens = place(&run, list.span());
    if !is_word(run.first(), "for") {
        d.error("N0118", tokens, FORM).note(match called.text.as_str() {
            "bulk_update" => "`bulk_update(for row in &rows => pk = row.id, name = row.name)` is one",
            _ => "`bulk_create(for row in rows => name = row.name)` is one",
        });
        return None;
    }
    let Some(keyword) = (1..run.len()).find(|i| is_word(run.get(*i), "in")) else {
        d.error("N0118", tokens, format!("{FORM}, found no `in`"));
        return None;
    };
    let rest = &run[keyword + 1..];
    let arrow = scan(rest).into_iter().find(|m| m.sign == Sign::Arrow);
    if arrow.is_none() {
        d.error("N0118", tokens, format!("{FORM}, found no `=>`"));
    }
    let (iterable, fields) = rest.split_at(arrow.map_or(rest.len(), |m| m.at));
    let fields = &fields[arrow.map_or(0, |m| m.len)..];
    if keyword == 1 {
        d.error("N0118", Tokens::one(run[0].span()), "expected a pattern after `for`");
    } else if !rust::reads(syn::Pat::parse_multi_with_leading_vert, stream(&run[1..keyword])) {
        d.error("N0118", place(&run[1..keyword], run[0].span()), "expected a pattern of Rust between `for` and `in`");
    }
    if iterable.is_empty() {
        d.error("N0118", Tokens::one(run[keyword].span()), "expected what to go through after `in`");
    }
    if arrow.is_some() && fields.is_empty() {
        d.error("N0118", tokens, "expected `field = value` after `=>`");
    }
    let assignments = args::split(fields, d).iter().filter_map(|a| assignment(a, d)).collect();
    Some(Bulk { pattern: stream(&run[1..keyword]), iterable: stream(iterable), assignments, tokens })
}
