//! The functions of the table: which of a name's rows is meant, and what its operands must be.
//!
//! In: a call as written. Out: the row's SQL with its operands, each of a type that the row takes.

use super::call::{count, extension, name_tokens, options};
use super::context::{Context, Expected, Names};
use super::expr::{expr, is_untyped, literal_of};
use super::peek::peek;
use super::shape::expr_tokens;
use crate::ast::{self, Call};
use crate::check::literal::natural;
use crate::check::nullability;
use crate::check::types::{article, common, describe, operand_of};
use crate::hir::{Expr, ExprKind, SqlType};
use crate::tables::classes::Class;
use crate::tables::functions::{self, FunctionRow, Operand, Outcome};
use nuages_schema::suggest::nearest;

/// A function of the table.
pub fn function(cx: &mut Context<'_>, names: &Names<'_>, call: &Call, expected: Option<&Expected>) -> Option<Expr> {
    let name = call.name.text.as_str();
    let rows: Vec<&'static FunctionRow> = functions::named(name).collect();
    if rows.is_empty() {
        let known = functions::names();
        let error = cx.diagnostics.error("N0301", name_tokens(call), format!("no function `{name}`"));
        error.suggest(nearest(name, known));
        return None;
    }
    options(cx, call, &[])?;
    let arguments = &call.arguments;
    let fitting: Vec<&'static FunctionRow> = rows.iter().copied().filter(|r| r.takes(arguments.len())).collect();
    if fitting.is_empty() {
        let least = rows.iter().map(|r| r.operands.len()).min().unwrap_or(0);
        let most = if rows.iter().any(|r| r.many) {
            usize::MAX
        } else {
            rows.iter().map(|r| r.operands.len()).max().unwrap_or(0)
        };
        count(cx, call, least, most)?;
        return None;
    }
    let row = choose(cx, names, &fitting, arguments, expected);
    extension(cx, row.extension, name, name_tokens(call))?;
    let operands = operands(cx, names, row, call, expected)?;
    Some(result(row, operands))
}

/// The row whose operands fit the types that are known beforehand; the first if none does, for its message.
fn choose(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    rows: &[&'static FunctionRow],
    arguments: &[ast::Expr],
    expected: Option<&Expected>,
) -> &'static FunctionRow {
    if let [only] = rows {
        return only;
    }
    let known: Vec<Option<SqlType>> =
        arguments.iter().map(|a| if is_untyped(a) { None } else { peek(cx, names, a) }).collect();
    let fits = |row: &&&'static FunctionRow| {
        known.iter().enumerate().all(|(i, ty)| match ty {
            Some(ty) => row.operand(i).classes().contains(&Class::of(ty)),
            None => true,
        })
    };
    // Where the first operand says nothing of its type, the row of what is expected takes it, else the widest.
    if known.first().is_some_and(Option::is_none) {
        let wanted = expected.map(|e| Class::of(&e.ty));
        let takes = |row: &&&'static FunctionRow| wanted.is_some_and(|w| row.operand(0).classes().contains(&w));
        let named = rows.iter().filter(fits).find(takes);
        return named.or_else(|| rows.iter().rfind(fits)).unwrap_or(&rows[0]);
    }
    rows.iter().find(fits).unwrap_or(&rows[rows.len() - 1])
}

/// The operands of a row, each of a type that it takes. `None`: reported.
fn operands(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    row: &'static FunctionRow,
    call: &Call,
    expected: Option<&Expected>,
) -> Option<Vec<Expr>> {
    let arguments: Vec<&ast::Expr> = call.arguments.iter().collect();
    let flexible = arguments.iter().enumerate().any(|(i, _)| type_of(row.operand(i)).is_none());
    let target = if flexible { shared(cx, names, &arguments, expected) } else { None };
    let of_call = |ty| operand_of(call, ty);
    let beside = target.map(of_call);
    let mut list = Vec::new();
    for (i, written) in arguments.iter().enumerate() {
        let fixed = type_of(row.operand(i)).map(of_call);
        let takes = match &fixed {
            Some(fixed) => is_untyped(written).then_some(fixed),
            None => expected_for(written, beside.as_ref()),
        };
        list.push(operand(cx, names, row, row.operand(i), written, takes, call));
    }
    let list = list.into_iter().collect::<Option<Vec<_>>>()?;
    if row.operands.contains(&Operand::Like) {
        let (list, _) = unify(cx, list, &arguments, call)?;
        return Some(list);
    }
    Some(list)
}

/// One operand. `None`: reported.
fn operand(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    row: &'static FunctionRow,
    kind: Operand,
    written: &ast::Expr,
    takes: Option<&Expected>,
    call: &Call,
) -> Option<Expr> {
    let found = expr(cx, names, written, takes)?;
    let small = matches!(kind, Operand::Small | Operand::From(_));
    if !kind.classes().contains(&Class::of(&found.ty)) || (small && found.ty == SqlType::Int8) {
        let found_name = article(&describe(cx.schema, &found.ty));
        let words = if small && found.ty == SqlType::Int8 { "an `Integer`" } else { kind.words() };
        let text = format!("`{}` takes {words}, found {found_name}", row.name);
        cx.diagnostics.error("N0303", expr_tokens(written, name_tokens(call)), text);
        return None;
    }
    if let (Operand::From(least), Some(ast::Literal::Integer(n))) = (kind, literal_of(written))
        && *n < i128::from(least)
    {
        let text = format!("`{}` takes {}, found {n}", row.name, kind.words());
        cx.diagnostics.error("N0303", expr_tokens(written, name_tokens(call)), text);
        return None;
    }
    Some(found)
}

/// The one type that an operand kind stands for.
fn type_of(kind: Operand) -> Option<SqlType> {
    match kind {
        Operand::Text => Some(SqlType::Text),
        Operand::Small | Operand::From(_) => Some(SqlType::Int4),
        Operand::Numeric => Some(SqlType::Numeric),
        Operand::Float => Some(SqlType::Float8),
        Operand::Integer | Operand::Exact | Operand::Number | Operand::Magnitude | Operand::Any | Operand::Like => None,
    }
}

/// What an operand is told about its type: Rust values and texts take that of the others; numbers only where they fit.
pub fn expected_for<'e>(written: &ast::Expr, beside: Option<&'e Expected>) -> Option<&'e Expected> {
    let beside = beside?;
    match literal_of(written).and_then(natural) {
        None => is_untyped(written).then_some(beside),
        Some(SqlType::Text) => Some(beside),
        Some(own) => {
            let fits = match own {
                SqlType::Bool => false,
                SqlType::Numeric => !beside.ty.is_integer(),
                SqlType::Int8 => !matches!(beside.ty, SqlType::Int2 | SqlType::Int4),
                _ => beside.ty != SqlType::Int2,
            };
            (fits && beside.ty.is_number()).then_some(beside)
        }
    }
}

/// The type that operands share as far as it is known before they are resolved: of those that say theirs, else of
/// what is expected.
pub fn shared(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    written: &[&ast::Expr],
    expected: Option<&Expected>,
) -> Option<SqlType> {
    let mut target: Option<SqlType> = None;
    let mut numbers: Option<SqlType> = None;
    let merged = |known: Option<SqlType>, next: SqlType| match known {
        Some(known) => common(&known, &next).or(Some(known)),
        None => Some(next),
    };
    for e in written {
        if let Some(own) = literal_of(e).and_then(natural).filter(|ty| *ty != SqlType::Text) {
            numbers = merged(numbers, own);
        } else if let Some(ty) = (!is_untyped(e)).then(|| peek(cx, names, e)).flatten() {
            target = merged(target, ty);
        }
    }
    let text = || written.iter().any(|e| matches!(literal_of(e), Some(ast::Literal::Text(_)))).then_some(SqlType::Text);
    target.or_else(|| expected.map(|e| e.ty.clone())).or(numbers).or_else(text)
}

/// Operands brought to the type they have in common. `None`: reported.
pub fn unify(
    cx: &mut Context<'_>,
    list: Vec<Expr>,
    written: &[&ast::Expr],
    call: &Call,
) -> Option<(Vec<Expr>, SqlType)> {
    let mut ty = list.first()?.ty.clone();
    for (found, written) in list.iter().zip(written).skip(1) {
        let Some(shared) = common(&ty, &found.ty) else {
            let (a, b) = (article(&describe(cx.schema, &ty)), article(&describe(cx.schema, &found.ty)));
            let tokens = expr_tokens(written, name_tokens(call));
            let text = format!("`{}` takes values of one type, found {b} beside {a}", call.name.text);
            cx.diagnostics.error("N0303", tokens, text);
            return None;
        };
        ty = shared;
    }
    let list = list
        .into_iter()
        .map(|e| {
            let same = e.ty == ty
                || (e.ty.is_text() && ty.is_text())
                || matches!(e.ty, SqlType::Jsonb(_) | SqlType::Array(..));
            let nullable = e.nullable;
            if same { e } else { Expr { kind: ExprKind::Cast(Box::new(e)), ty: ty.clone(), nullable } }
        })
        .collect();
    Some((list, ty))
}

/// The call of a row.
fn result(row: &'static FunctionRow, operands: Vec<Expr>) -> Expr {
    let first = operands.first().map_or(SqlType::Text, |o| o.ty.clone());
    let ty = match row.result {
        Outcome::Text => SqlType::Text,
        Outcome::Int4 => SqlType::Int4,
        Outcome::Float4 => SqlType::Float4,
        Outcome::Float8 => SqlType::Float8,
        Outcome::Numeric => SqlType::Numeric,
        Outcome::Instant => SqlType::TimestampTz,
        Outcome::First | Outcome::Back => first,
        Outcome::Common => operands.iter().skip(1).fold(first, |ty, o| common(&ty, &o.ty).unwrap_or(ty)),
    };
    let nullable = nullability::function(row.null, &operands);
    let call = Expr { kind: ExprKind::Template(row.sql, operands), ty: ty.clone(), nullable };
    if row.result == Outcome::Back { Expr { kind: ExprKind::Cast(Box::new(call)), ty, nullable } } else { call }
}
