//! Calls of the language's functions.
//!
//! In: a call as written. Out: an expression. Here are the constructs with rules of their own; aggregates, parts of
//! dates, search and the functions of the table have their own modules.

use super::context::{Context, Expected, Names, Purpose};
use super::expr::{expr, is_untyped, path_value};
use super::function::{self, expected_for, shared, unify};
use super::shape::expr_tokens;
use super::{aggregate, cast, chain, document, parts, rank, search, types, window, written};
use crate::ast::{self, Call, CallOption, LISTS, OptionValue, Tokens};
use crate::check::types::{bare, operand_of};
use crate::hir::{Condition, Expr, ExprKind, SqlType};
use crate::tables::{aggregates, foreign, windows};
use nuages_schema::suggest::nearest;

/// A call. `None`: reported.
pub fn call(cx: &mut Context<'_>, names: &Names<'_>, call: &Call, expected: Option<&Expected>) -> Option<Expr> {
    let name = call.name.text.as_str();
    quoted(cx, names, call)?;
    match name {
        "F" => field(cx, names, call),
        "Value" => value(cx, names, call, expected),
        "Case" => case(cx, names, call, expected),
        "Cast" => cast::cast(cx, names, call),
        "Concat" => concat(cx, names, call),
        "JSONObject" => document::object(cx, names, call),
        "JSONArray" => document::array(cx, names, call),
        "OuterRef" => outer(cx, names, call),
        "Subquery" => subquery(cx, names, call),
        "Exists" => exists(cx, names, call),
        "Func" => written::function(cx, names, call),
        "RawSQL" => written::raw(cx, names, call),
        "Collate" => written::collate(cx, names, call),
        "Window" => window::window(cx, names, call),
        "SearchVector" => search::vector(cx, names, call),
        "SearchQuery" => search::query(cx, names, call),
        "SearchRank" => rank::rank(cx, names, call),
        "SearchHeadline" => rank::headline(cx, names, call),
        "When" => {
            cx.diagnostics.error("N0307", name_tokens(call), "`When` stands in `Case(…)` only");
            None
        }
        _ => {
            if let Some(part) = parts::named(name) {
                return parts::call(cx, names, call, part);
            }
            if let Some(row) = aggregates::find(name) {
                return aggregate::aggregate(cx, names, call, row);
            }
            if windows::find(name).is_some() {
                if call.spoilt {
                    return None;
                }
                let text = format!("`{name}` stands in a window: `Window({name}(…), order_by(…))`");
                cx.diagnostics.error("N0354", name_tokens(call), text);
                return None;
            }
            function::function(cx, names, call, expected)
        }
    }
}

/// Reports `Lower("name")`: a function of nothing but texts, one of which is a field's name, was meant to be of the field.
fn quoted(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<()> {
    let constant = |e: &ast::Expr| match e {
        ast::Expr::Literal(..) => true,
        ast::Expr::Call(inner) => inner.name.text == "Value",
        _ => false,
    };
    let own =
        matches!(call.name.text.as_str(), "Value" | "Func" | "RawSQL" | "SearchQuery" | "JSONObject" | "JSONArray");
    if own || !call.arguments.iter().all(constant) {
        return Some(());
    }
    for argument in &call.arguments {
        let ast::Expr::Literal(ast::Literal::Text(text), tokens) = argument else { continue };
        let plain = text.replace("__", ".");
        let first = plain.split('.').next().unwrap_or_default();
        if cx.schema.model(names.model).member(first).is_some() {
            let message = format!("expected a field in `{}(…)`, found text", call.name.text);
            let error = cx.diagnostics.error("N0107", *tokens, message);
            error.note(format!("names are written without quotes: `{plain}`; the text itself is `Value({text:?})`"));
            return None;
        }
    }
    Some(())
}

/// The function's name, for messages about the call.
pub fn name_tokens(call: &Call) -> Tokens {
    Tokens::one(call.name.ident.span())
}

/// Reports options that a function does not have. `None`: reported.
pub fn options(cx: &mut Context<'_>, call: &Call, allowed: &[&str]) -> Option<()> {
    let mut fine = twice(cx, call);
    for option in &call.options {
        let name = option.name.text.as_str();
        if allowed.contains(&name) {
            // `order_by = x`, as Django writes it.
            if LISTS.contains(&name) && matches!(option.value, OptionValue::Value(_)) {
                let text = format!("`{name}` is written `{name}(…)`");
                cx.diagnostics.error("N0306", Tokens::one(option.name.ident.span()), text);
                fine = None;
            }
            continue;
        }
        let text = match name {
            "type" => format!("`{}` takes no type", call.name.text),
            _ => format!("`{}` has no argument `{name}`", call.name.text),
        };
        let near = nearest(name, allowed.iter().copied());
        let error = cx.diagnostics.error("N0306", Tokens::one(option.name.ident.span()), text);
        let known: Vec<&str> = allowed.iter().copied().filter(|known| *known != "type").collect();
        match near {
            _ if foreign::option(name).is_some() => error.note(foreign::option(name).unwrap_or_default()),
            Some(_) => error.suggest(near),
            None if name == "type" => error,
            None if known.is_empty() => error.note("what it takes stands without names"),
            None => error.note(format!("it has {}", known.join(", "))),
        };
        fine = None;
    }
    fine
}

/// Reports options that stand twice. `None`: reported.
pub fn twice(cx: &mut Context<'_>, call: &Call) -> Option<()> {
    let mut fine = Some(());
    for (i, option) in call.options.iter().enumerate() {
        let name = &option.name.text;
        if call.options[..i].iter().any(|known| known.name.text == *name) {
            let text = format!("`{name}` stands twice in `{}`", call.name.text);
            cx.diagnostics.error("N0306", Tokens::one(option.name.ident.span()), text);
            fine = None;
        }
    }
    fine
}

/// An option by its name.
pub fn option<'c>(call: &'c Call, name: &str) -> Option<&'c CallOption> {
    call.options.iter().find(|o| o.name.text == name)
}

/// Reports a wrong number of operands. `None`: reported.
pub fn count(cx: &mut Context<'_>, call: &Call, least: usize, most: usize) -> Option<()> {
    let found = call.arguments.len();
    if (least..=most).contains(&found) {
        return Some(());
    }
    let takes = match (least, most) {
        (0, 0) => "nothing".to_owned(),
        (a, b) if a == b => number(a),
        (a, usize::MAX) => format!("at least {}", number(a)),
        (a, b) => format!("{a} to {}", number(b)),
    };
    let text = format!("`{}` takes {takes}, found {found}", call.name.text);
    let error = cx.diagnostics.error("N0302", name_tokens(call), text);
    if call.arguments.iter().any(|argument| matches!(argument, ast::Expr::Condition(..))) {
        error.note("what an aggregate counts is said by `filter = Q(…)`");
    } else if call.name.text == "JSONObject" {
        error.note("its values have names: `JSONObject(name = path)`");
    }
    None
}

fn number(n: usize) -> String {
    if n == 1 { "1 operand".into() } else { format!("{n} operands") }
}

/// `F(path)`.
fn field(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &[])?;
    count(cx, call, 1, 1)?;
    match &call.arguments[0] {
        ast::Expr::Path(path) => path_value(cx, names, path),
        ast::Expr::Error => None,
        other => {
            let tokens = expr_tokens(other, name_tokens(call));
            let text = "`F` takes the name of a field or annotation";
            let error = cx.diagnostics.error("N0303", tokens, text);
            if let ast::Expr::Literal(ast::Literal::Text(text), _) = other {
                error.note(format!("names stand without quotes: `F({text})`"));
            }
            None
        }
    }
}

/// `Value(x)`, `Value(x, Type)`.
fn value(cx: &mut Context<'_>, names: &Names<'_>, call: &Call, expected: Option<&Expected>) -> Option<Expr> {
    options(cx, call, &["type"])?;
    count(cx, call, 1, 1)?;
    let Some(option) = option(call, "type") else { return expr(cx, names, &call.arguments[0], expected) };
    let written = types::option(cx, option)?;
    let expected = Expected { nullable: written.nullable, ..bare(written.ty) };
    let found = expr(cx, names, &call.arguments[0], Some(&expected))?;
    // A constant alone does not say its type.
    let constant = matches!(found.kind, ExprKind::Literal(_));
    let nullable = found.nullable || expected.nullable;
    Some(if constant {
        Expr { ty: found.ty.clone(), nullable, kind: ExprKind::Cast(Box::new(found)) }
    } else {
        Expr { nullable, ..found }
    })
}

/// `Case(When(cond, then = e), …, default = e)`.
fn case(cx: &mut Context<'_>, names: &Names<'_>, call: &Call, expected: Option<&Expected>) -> Option<Expr> {
    options(cx, call, &["default"])?;
    let mut branches: Vec<(&Call, &ast::Expr)> = Vec::new();
    let mut broken = false;
    for argument in &call.arguments {
        match argument {
            ast::Expr::Call(when) if when.name.text == "When" => match then(cx, when) {
                Some(value) => branches.push((when, value)),
                None => broken = true,
            },
            ast::Expr::Error => broken = true,
            other => {
                let tokens = expr_tokens(other, name_tokens(call));
                cx.diagnostics.error("N0307", tokens, "`Case` takes branches `When(cond, then = e)` and `default = e`");
                broken = true;
            }
        }
    }
    if broken {
        return None;
    }
    if branches.is_empty() && call.spoilt {
        return None;
    }
    if branches.is_empty() {
        cx.diagnostics.error("N0307", name_tokens(call), "`Case` needs a branch `When(cond, then = e)`");
        return None;
    }
    let default = option(call, "default").and_then(|o| match &o.value {
        OptionValue::Expr(e) => Some(e),
        _ => None,
    });
    let written: Vec<&ast::Expr> = branches.iter().map(|(_, value)| *value).chain(default).collect();
    let target = shared(cx, names, &written, expected);
    let beside = target.map(|ty| operand_of(call, ty));
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    for (when, value) in &branches {
        conditions.push(when_condition(cx, names, when));
        values.push(expr(cx, names, value, expected_for(value, beside.as_ref())));
    }
    if let Some(default) = default {
        values.push(expr(cx, names, default, expected_for(default, beside.as_ref())));
    }
    let values = values.into_iter().collect::<Option<Vec<_>>>()?;
    let conditions = conditions.into_iter().collect::<Option<Vec<_>>>()?;
    let (mut values, ty) = unify(cx, values, &written, call)?;
    let nullable = default.is_none() || values.iter().any(|v| v.nullable);
    let otherwise = default.is_some().then(|| values.pop()).flatten().map(Box::new);
    let arms = conditions.into_iter().zip(values).collect();
    Some(Expr { kind: ExprKind::Case(arms, otherwise), ty, nullable })
}

/// The value of a branch. `None`: reported.
fn then<'c>(cx: &mut Context<'_>, when: &'c Call) -> Option<&'c ast::Expr> {
    options(cx, when, &["then"])?;
    match option(when, "then").map(|o| &o.value) {
        Some(OptionValue::Expr(e)) if !when.arguments.is_empty() => Some(e),
        Some(OptionValue::Expr(_)) => {
            if !when.spoilt {
                cx.diagnostics.error("N0307", name_tokens(when), "`When` needs a condition");
            }
            None
        }
        _ => {
            cx.diagnostics.error("N0307", name_tokens(when), "`When` needs `then = e`");
            None
        }
    }
}

/// The conditions of a branch. `None`: reported.
fn when_condition(cx: &mut Context<'_>, names: &Names<'_>, when: &Call) -> Option<Condition> {
    let before = cx.diagnostics.len();
    let list: Vec<ast::Condition> = when
        .arguments
        .iter()
        .map(|argument| match argument {
            ast::Expr::Condition(condition, _) => (**condition).clone(),
            other => ast::Condition::Bare(other.clone()),
        })
        .collect();
    let condition = super::condition::conditions(cx, names, &list);
    if condition.is_empty() {
        if cx.diagnostics.len() == before && !when.spoilt {
            cx.diagnostics.error("N0307", name_tokens(when), "`When` needs a condition");
        }
        return None;
    }
    Some(condition)
}

/// `Concat(a, b, …)`: NULL is empty, and the operator can stand in an index where the function cannot.
fn concat(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &[])?;
    count(cx, call, 1, usize::MAX)?;
    let text = operand_of(call, SqlType::Text);
    let parts: Vec<Option<Expr>> = call
        .arguments
        .iter()
        .map(|written| {
            let expected = (is_untyped(written)).then_some(&text);
            let found = expr(cx, names, written, expected)?;
            let nullable = found.nullable;
            let found = if found.ty.is_text() {
                found
            } else {
                Expr { kind: ExprKind::Cast(Box::new(found)), ty: SqlType::Text, nullable }
            };
            Some(if nullable {
                Expr { kind: ExprKind::Template("COALESCE({0}, '')", vec![found]), ty: SqlType::Text, nullable: false }
            } else {
                found
            })
        })
        .collect();
    let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
    parts.into_iter().reduce(|a, b| Expr {
        kind: ExprKind::Template("({0} || {1})", vec![a, b]),
        ty: SqlType::Text,
        nullable: false,
    })
}

/// `OuterRef(path)`.
fn outer(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &[])?;
    count(cx, call, 1, 1)?;
    let Some(enclosing) = names.outer else {
        let text = "`OuterRef` stands in a chain inside `Exists` or `Subquery` only";
        cx.diagnostics.error("N0308", name_tokens(call), text);
        return None;
    };
    let found = match &call.arguments[0] {
        ast::Expr::Path(path) => path_value(cx, enclosing, path)?,
        // `OuterRef(OuterRef(x))` looks one chain further out.
        ast::Expr::Call(inner) if inner.name.text == "OuterRef" => outer(cx, enclosing, inner)?,
        ast::Expr::Error => return None,
        other => {
            let tokens = expr_tokens(other, name_tokens(call));
            cx.diagnostics.error("N0303", tokens, "`OuterRef` takes the name of a field");
            return None;
        }
    };
    let (ty, nullable) = (found.ty, found.nullable);
    match found.kind {
        ExprKind::Column(path) if path.hops.iter().all(|hop| hop.to_one) => {
            Some(Expr { kind: ExprKind::Outer(path, 1), ty, nullable })
        }
        ExprKind::Outer(path, levels) => Some(Expr { kind: ExprKind::Outer(path, levels + 1), ty, nullable }),
        _ => {
            let tokens = expr_tokens(&call.arguments[0], name_tokens(call));
            let text = "`OuterRef` takes a field of the enclosing chain or of a to-one relation of it";
            cx.diagnostics.error("N0308", tokens, text);
            None
        }
    }
}

/// `Subquery(chain)`.
fn subquery(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &[])?;
    let [ast::Expr::Chain(written)] = call.arguments.as_slice() else { return None };
    let select = chain::select(cx, Some(names), written, Purpose::Scalar)?;
    // A chain that is read for this purpose has one column.
    let ty = single_output(&select)?.ty.clone();
    Some(Expr { kind: ExprKind::Subquery(Box::new(select)), ty, nullable: true })
}

/// The only column of a chain.
pub fn single_output(select: &crate::hir::Select) -> Option<&Expr> {
    match select.shape.outputs() {
        [output] => Some(&output.expr),
        _ => None,
    }
}

/// `Exists(chain)` as a boolean.
fn exists(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &[])?;
    let [ast::Expr::Chain(written)] = call.arguments.as_slice() else { return None };
    let select = chain::select(cx, Some(names), written, Purpose::Exists)?;
    Some(super::expr::boolean(Condition::Exists(Box::new(select))))
}

/// Reports an extension that the schema does not declare. `None`: reported.
pub fn extension(cx: &mut Context<'_>, needed: Option<&'static str>, name: &str, tokens: Tokens) -> Option<()> {
    match needed {
        Some(extension) if !cx.schema.has_extension(extension) => {
            let text = format!("`{name}` needs the extension `{extension}`, which the schema does not declare");
            cx.diagnostics
                .error("N0314", tokens, text)
                .note(format!("`extension({extension})` in the schema declares it"));
            None
        }
        _ => Some(()),
    }
}
