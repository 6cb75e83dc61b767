//! Text on the right: `contains` and the like, and what other lookups of text share with them.
//!
//! In: a finished left side and the right side. Out: a comparison with a pattern whose wildcards are only ours, whether
//! it was written as a literal, comes from Rust or from the database.

use super::context::{Context, Names};
use super::lookup::{Right, bind, both, plain, single};
use super::transform::Left;
use super::value::is_rust;
use crate::ast::{self, Form};
use crate::hir::condition::Comparison;
use crate::hir::value::Pattern;
use crate::hir::{Bind, Condition, Expr, ExprKind, Literal, SqlType};
use crate::tables::lookups::LookupRow;

/// Text on the right. `None`: reported.
pub(super) fn text_operand(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    left: &Left,
    row: &'static LookupRow,
    right: Right<'_>,
) -> Option<(Expr, Option<u8>)> {
    if let Form::Literal(written) = &right.value.form
        && !matches!(written, ast::Literal::Text(_))
    {
        let found = crate::check::literal::written(written);
        cx.diagnostics.error("N0330", right.value.place, format!("`{}` takes text, found {found}", row.name));
        return None;
    }
    single(cx, names, right, &left.takes(SqlType::Text))
}

/// `contains` and the like.
pub(super) fn like(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    left: Left,
    row: &'static LookupRow,
    pattern: Pattern,
    caseless: bool,
    right: Right<'_>,
) -> Option<Condition> {
    let (found, escape, switch) = match &right.value.form {
        Form::Literal(ast::Literal::Text(text)) if !text.contains('\0') => {
            let literal = Literal::Text(escaped(pattern, text));
            (Expr { kind: ExprKind::Literal(literal), ty: SqlType::Text, nullable: false }, false, None)
        }
        _ if is_rust(cx, right.value) => {
            let switch = right.optional.then(|| cx.switch());
            let id = bind(cx, right, &left.takes(SqlType::Text), Bind::Pattern(pattern), switch);
            let switch = switch.and(cx.switch_of(id));
            (Expr { kind: ExprKind::Bound(id, 0), ty: SqlType::Text, nullable: false }, false, switch)
        }
        _ => {
            let (found, switch) = text_operand(cx, names, &left, row, right)?;
            (found, true, switch)
        }
    };
    let found = both(&left, found);
    Some(plain(left.expr, Comparison::Like { pattern, caseless, right: found, escape }, switch))
}

/// A literal as a pattern.
fn escaped(pattern: Pattern, text: &str) -> String {
    let mut out = String::new();
    if pattern != Pattern::StartsWith {
        out.push('%');
    }
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    if pattern != Pattern::EndsWith {
        out.push('%');
    }
    out
}
