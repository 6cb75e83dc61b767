//! Slices: `[a..b]` as offset and limit.
//!
//! In: bounds as written, constants or Rust values. Out: the slice in force; a constant slice of a constant slice is one
//! slice. Bounds that are negative or no numbers have been reported.

use super::context::{Context, Expected};
use super::draft::Draft;
use crate::ast::{self, Form, Literal, Tokens};
use crate::hir::{Bind, Slice, SqlType};
use proc_macro2::TokenStream;

enum Bound {
    Open,
    Constant(u64),
    Rust(TokenStream),
}

/// Applies a slice to the chain.
pub(super) fn slice(cx: &mut Context<'_>, draft: &mut Draft, written: &ast::Slice) {
    let place = Tokens::one(written.brackets);
    if let Some((_, name)) = &draft.ending {
        cx.diagnostics.error("N0213", place, format!("a slice cannot follow `{}()`, it stands before it", name.text));
        return;
    }
    let (start, end) = (bound(cx, written.start.as_ref()), bound(cx, written.end.as_ref()));
    let (Some(start), Some(end)) = (start, end) else { return };
    draft.sliced.get_or_insert(place);
    let next = match (start, end) {
        (Bound::Open, Bound::Open) => return,
        (Bound::Open, Bound::Constant(b)) => constant(0, Some(b), written.inclusive),
        (Bound::Constant(a), Bound::Open) => constant(a, None, false),
        (Bound::Constant(a), Bound::Constant(b)) => constant(a, Some(b), written.inclusive),
        (start, end) => {
            let bind = Bind::Slice { start: tokens(start), end: tokens(end), inclusive: written.inclusive };
            let expected = Expected { ty: SqlType::Int8, nullable: false, field: None, key_of: None };
            Slice::Bound(cx.value(TokenStream::new(), place, written.brackets, &expected, bind, None))
        }
    };
    draft.slice = match (draft.slice.take(), next) {
        (None, next) => Some(next),
        (Some(Slice::Constant { offset, limit }), Slice::Constant { offset: further, limit: fewer }) => {
            let left = limit.map(|n| n.saturating_sub(further));
            let limit = match (left, fewer) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            Some(Slice::Constant { offset: offset.saturating_add(further), limit })
        }
        (Some(kept), _) => {
            let text = "a slice of a slice is not available yet unless all bounds are literals";
            cx.diagnostics.error("N0208", place, text);
            Some(kept)
        }
    };
}

fn constant(start: u64, end: Option<u64>, inclusive: bool) -> Slice {
    let limit = end.map(|end| end.saturating_add(u64::from(inclusive)).saturating_sub(start));
    Slice::Constant { offset: start, limit }
}

fn tokens(bound: Bound) -> Option<TokenStream> {
    match bound {
        Bound::Open => None,
        Bound::Constant(n) => Some(proc_macro2::TokenTree::from(proc_macro2::Literal::u64_unsuffixed(n)).into()),
        Bound::Rust(tokens) => Some(tokens),
    }
}

fn bound(cx: &mut Context<'_>, value: Option<&ast::Value>) -> Option<Bound> {
    let Some(value) = value else { return Some(Bound::Open) };
    match &value.form {
        Form::Empty => None,
        Form::Literal(Literal::Integer(n)) if *n < 0 => {
            let text = format!("a slice counts from the first row, found `{n}`");
            let error = cx.diagnostics.error("N0211", value.place, text);
            error.note("`reverse()[..n]` gives the last n rows, last one first");
            None
        }
        Form::Literal(Literal::Integer(n)) => {
            let count = u64::try_from(*n).ok().filter(|n| i64::try_from(*n).is_ok());
            if count.is_none() {
                cx.diagnostics.error("N0211", value.place, format!("`{n}` is more rows than a table can have"));
            }
            count.map(Bound::Constant)
        }
        Form::Literal(_) | Form::Expr(_) | Form::Array(_) | Form::Tuple(_) | Form::Range(..) => {
            let text = "expected a whole number, unsigned or `i64`, as the bound of a slice";
            cx.diagnostics.error("N0211", value.place, text);
            None
        }
        Form::Rust | Form::Chain(_) => Some(Bound::Rust(value.tokens.clone())),
    }
}
