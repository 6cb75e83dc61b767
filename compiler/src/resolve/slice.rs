//! Slices: `[a..b]` as offset and limit.
//!
//! In: bounds as written, constants or Rust values. Out: the slice in force; a slice of a slice is one slice, now if all
//! bounds are constants, else when the query is built. Bounds that are negative or no numbers have been reported.

use super::context::Context;
use super::cursor::backward;
use super::draft::Draft;
use crate::ast::{self, Form, Tokens};
use crate::check::types::bare;
use crate::hir::{Bind, Slice, SqlType, ValueId};
use proc_macro2::{Literal, TokenStream, TokenTree};

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
    if draft.slice.is_some() && backward(&draft.bounds) {
        let text = "a slice of `before` counts from its end, so that a slice of it would count twice";
        cx.diagnostics.error("N0253", place, text);
        return;
    }
    let (start, end) = (bound(cx, written.start.as_ref()), bound(cx, written.end.as_ref()));
    let (Some(start), Some(end)) = (start, end) else { return };
    draft.sliced.get_or_insert(place);
    let known = match (&start, &end) {
        (Bound::Open, Bound::Open) => return,
        (Bound::Open, Bound::Constant(b)) => Some(constant(0, Some(*b), written.inclusive)),
        (Bound::Constant(a), Bound::Open) => Some(constant(*a, None, false)),
        (Bound::Constant(a), Bound::Constant(b)) => Some(constant(*a, Some(*b), written.inclusive)),
        _ => None,
    };
    draft.slice = Some(match (draft.slice.take(), known) {
        (None, Some((offset, limit))) => Slice::Constant { offset, limit },
        (Some(Slice::Constant { offset, limit }), Some((further, fewer))) => {
            let left = limit.map(|n| n.saturating_sub(further));
            let limit = match (left, fewer) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            Slice::Constant { offset: offset.saturating_add(further), limit }
        }
        (kept, _) => {
            let kept = kept.map(|slice| at_run_time(cx, &slice, place));
            let (start, end, inclusive) = (tokens(start), tokens(end), written.inclusive);
            let within = kept.map(|slice| cx.back(slice));
            let value = register(cx, place, Bind::Slice { start, end, inclusive, within });
            Slice::Bound(kept.unwrap_or(value))
        }
    });
}

/// The value of a slice, in which a further slice or a page is taken: a constant one is computed at run time, too.
pub(super) fn at_run_time(cx: &mut Context<'_>, slice: &Slice, place: Tokens) -> ValueId {
    match slice {
        Slice::Bound(value) => *value,
        Slice::Constant { offset, limit } => {
            let start = tokens(Bound::Constant(*offset));
            let end = limit.and_then(|n| tokens(Bound::Constant(offset.saturating_add(n))));
            register(cx, place, Bind::Slice { start, end, inclusive: false, within: None })
        }
    }
}

fn register(cx: &mut Context<'_>, place: Tokens, bind: Bind) -> ValueId {
    let expected = bare(SqlType::Int8);
    cx.value(TokenStream::new(), place, proc_macro2::Span::call_site(), &expected, bind, None)
}

/// Offset and limit.
fn constant(start: u64, end: Option<u64>, inclusive: bool) -> (u64, Option<u64>) {
    (start, end.map(|end| end.saturating_add(u64::from(inclusive)).saturating_sub(start)))
}

fn tokens(bound: Bound) -> Option<TokenStream> {
    match bound {
        Bound::Open => None,
        Bound::Constant(n) => Some(number(n)),
        Bound::Rust(tokens) => Some(tokens),
    }
}

/// A number as rustc takes it without being told its type.
pub(super) fn number(n: u64) -> TokenStream {
    let literal = if i32::try_from(n).is_ok() { Literal::u64_unsuffixed(n) } else { Literal::u64_suffixed(n) };
    TokenTree::from(literal).into()
}

fn bound(cx: &mut Context<'_>, value: Option<&ast::Value>) -> Option<Bound> {
    let Some(value) = value else { return Some(Bound::Open) };
    match &value.form {
        Form::Empty => None,
        Form::Literal(ast::Literal::Integer(n)) if *n < 0 => {
            let text = format!("a slice counts from the first row, found `{n}`");
            let error = cx.diagnostics.error("N0211", value.place, text);
            error.note("`reverse()[..n]` gives the last n rows, last one first");
            None
        }
        Form::Literal(ast::Literal::Integer(n)) => {
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
