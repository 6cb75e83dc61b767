//! JSON: `JSONObject(key = e, …)`, `JSONArray(e, …)`.
//!
//! In: a call as written. Out: a document; each value is of its own type, `None` is JSON's null.

use super::call::{count, options, twice};
use super::context::{Context, Names};
use super::expr::expr;
use crate::ast::{self, Call, OptionValue, Tokens};
use crate::check::literal::text_constant;
use crate::hir::{Expr, ExprKind, Literal, SqlType};

/// `JSONObject(key = e, …)`.
pub(super) fn object(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    count(cx, call, 0, 0)?;
    let mut operands = Vec::new();
    let mut broken = twice(cx, call).is_none();
    for option in &call.options {
        let OptionValue::Expr(written) = &option.value else {
            let tokens = Tokens::one(option.name.ident.span());
            cx.diagnostics.error("N0306", tokens, "`JSONObject` takes `key = e`");
            broken = true;
            continue;
        };
        match value(cx, names, written) {
            Some(found) => operands.extend([text_constant(&option.name.text), found]),
            None => broken = true,
        }
    }
    let kind = ExprKind::Template("JSONB_BUILD_OBJECT({*})", operands);
    (!broken).then_some(Expr { kind, ty: SqlType::Jsonb(None), nullable: false })
}

/// `JSONArray(e, …)`. `None`: reported.
pub(super) fn array(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &[])?;
    let operands: Vec<Option<Expr>> = call.arguments.iter().map(|written| value(cx, names, written)).collect();
    let kind = ExprKind::Template("JSONB_BUILD_ARRAY({*})", operands.into_iter().collect::<Option<_>>()?);
    Some(Expr { kind, ty: SqlType::Jsonb(None), nullable: false })
}

/// A value in a document. `None`: reported.
fn value(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Expr) -> Option<Expr> {
    match written {
        ast::Expr::Literal(ast::Literal::None, _) => {
            Some(Expr { kind: ExprKind::Literal(Literal::Null), ty: SqlType::Jsonb(None), nullable: true })
        }
        written => expr(cx, names, written, None),
    }
}
