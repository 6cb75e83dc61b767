//! `after(c)` and `before(c)`: the rows on one side of a cursor, in the order in force.
//!
//! In: what stands in the parentheses, and the order once the whole chain is known. Out: the [`Keyset`]: the keys that
//! rows are compared by and a value for each of them. A Rust value keeps its place in the order of evaluation; what it
//! is bound as is said when the order is known.

use super::context::{Context, Expected};
use super::draft::{Draft, Rows};
use super::shape::describe;
use super::value::{is_rust, not_nullable};
use crate::ast::{self, Arguments, Form, Literal, Method, Tokens};
use crate::check::fingerprint::fingerprint;
use crate::check::literal::literal;
use crate::check::order::{is_random, is_total};
use crate::check::types;
use crate::hir::select::{Annotation, Bound, Distinct, KeyValue, Keyset, KeysetVariant, Null, Order, Side};
use crate::hir::value::{CursorKey, CursorOrder};
use crate::hir::{Bind, Ending, Expr, ExprKind, SqlType, ValueId};

/// `after(…)`, `before(…)` as written.
pub(super) struct Written {
    /// Which.
    pub(super) side: Side,
    /// The method's name.
    pub(super) place: Tokens,
    given: Given,
    /// The switches of the order's variants that were known before it.
    known: Vec<Option<u8>>,
}

/// What stands in the parentheses.
enum Given {
    /// `None`.
    Nothing,
    /// A Rust value: a cursor, or the values of the keys.
    Whole(ValueId),
    /// A tuple or a literal: one value for each key.
    Parts(Vec<Part>, Tokens),
}

enum Part {
    Literal(Literal, Tokens),
    Rust(ValueId),
}

/// What the method is called.
pub(super) fn name(side: Side) -> &'static str {
    match side {
        Side::After => "after",
        Side::Before => "before",
    }
}

/// Whether a slice counts from the end: `before` alone says where that is.
pub(super) fn backward(written: &[Written]) -> bool {
    !written.is_empty() && written.iter().all(|bound| bound.side == Side::Before)
}

/// Reads one of the methods. `None`: reported.
pub(super) fn written(cx: &mut Context<'_>, draft: &mut Draft, side: Side, m: &Method, place: Tokens) -> Option<()> {
    let name = name(side);
    if draft.part == super::draft::Part::Prefetch {
        let text = format!("`{name}` goes on in one list of rows, `prefetch_related` has one for each parent");
        cx.diagnostics.error("N0253", place, text).note("`Model(x).relation` are the rows of one object");
        return None;
    }
    if draft.bounds.iter().any(|bound| bound.side == side) {
        cx.diagnostics.error("N0253", place, format!("`{name}` stands twice"));
        return None;
    }
    let Arguments::Values(values) = &m.arguments else { return None };
    let [value] = values.as_slice() else {
        let text = format!("`{name}` takes one cursor, or a tuple with one value for each key of the order");
        cx.diagnostics.error("N0250", place, text);
        return None;
    };
    let given = match &value.form {
        Form::Empty => return None,
        Form::Literal(Literal::None) => Given::Nothing,
        Form::Literal(_) => Given::Parts(vec![part(cx, value, m)?], value.place),
        Form::Tuple(list) => {
            let parts: Vec<Option<Part>> = list.iter().map(|value| part(cx, value, m)).collect();
            Given::Parts(parts.into_iter().collect::<Option<_>>()?, value.place)
        }
        Form::Rust | Form::Chain(_) if is_rust(cx, value) => Given::Whole(hold(cx, value, m)),
        _ => {
            unfit(cx, value);
            return None;
        }
    };
    let known = draft.order.iter().flatten().map(|variant| variant.switch).collect();
    draft.bounds.push(Written { side, place, given, known });
    Some(())
}

/// One value of a tuple.
fn part(cx: &mut Context<'_>, value: &ast::Value, m: &Method) -> Option<Part> {
    match &value.form {
        Form::Empty => None,
        Form::Literal(literal) => Some(Part::Literal(literal.clone(), value.place)),
        Form::Rust | Form::Chain(_) | Form::Array(_) if is_rust(cx, value) => Some(Part::Rust(hold(cx, value, m))),
        _ => {
            unfit(cx, value);
            None
        }
    }
}

fn unfit(cx: &mut Context<'_>, value: &ast::Value) {
    let found = match &value.form {
        Form::Expr(_) => "an SQL expression",
        Form::Array(_) => "an array",
        Form::Range(..) => "a range",
        Form::Tuple(_) => "a tuple",
        _ => "a chain",
    };
    let text = format!("expected a cursor, or the values of the order's keys, found {found}");
    cx.diagnostics.error("N0250", value.place, text);
}

/// Keeps the place of a Rust value.
fn hold(cx: &mut Context<'_>, value: &ast::Value, m: &Method) -> ValueId {
    let expected = types::bare(SqlType::Int8);
    cx.value(value.tokens.clone(), value.place, m.parentheses, &expected, Bind::One, None)
}

/// What the bounds are in the order of the finished chain, each variant of it as it was written or is the model's. The
/// rows have cursors if their shape and the `ending` let them. `None`: reported.
pub(super) fn keyset(
    cx: &mut Context<'_>,
    draft: &Draft,
    written: Vec<Written>,
    orders: &[(Option<u8>, Vec<Order>)],
    ending: &Ending,
) -> Option<Box<Keyset>> {
    branching(cx, &written, orders)?;
    let annotations = &draft.annotations;
    let mut variants = Vec::new();
    let mut total = orders.len() == 1;
    for (switch, order) in orders {
        let mut keys = order.clone();
        draft.complete_forwards(cx, &mut keys, true);
        let place = lasting(cx, draft, &keys, written.first()?)?;
        if let Distinct::On(on) = &draft.distinct {
            // The first row of each value stands for all of them.
            keys.truncate(on.len());
        } else {
            total &= order.is_empty() || keys.len() == order.len();
        }
        for key in &keys {
            if !carries(&key.expr.ty) {
                let found = describe(cx.schema, &key.expr, annotations);
                let ty = types::article(&types::describe(cx.schema, &key.expr.ty));
                let text = format!("{found} is {ty}, which a cursor cannot hold");
                cx.diagnostics.error("N0254", place, text).note("the order of such a chain is by plain values");
                return None;
            }
        }
        let fingerprint = fingerprint(cx.schema, &keys, annotations);
        variants.push(KeysetVariant { switch: *switch, keys, fingerprint });
    }
    let place = written.first()?.place;
    let named = matches!(draft.rows, Rows::Model | Rows::Values(_));
    let backward = backward(&written) && draft.slice.is_some();
    let rows =
        matches!(ending, Ending::Rows | Ending::One | Ending::First | Ending::Last | Ending::Page(..) | Ending::None);
    if backward && matches!(ending, Ending::Page(..)) {
        cx.diagnostics.error("N0253", place, "a slice of `before` counts from its end, `page` from the start");
        return None;
    }
    let cursors = rows && named && draft.part == super::draft::Part::Query;
    let mut bounds = Vec::new();
    let mut broken = false;
    for Written { side, given, .. } in written {
        let values = match (given, variants.as_slice()) {
            (Given::Nothing, _) => continue,
            (Given::Whole(id), _) => whole(cx, id, &variants, total),
            (Given::Parts(list, at), [KeysetVariant { keys, .. }]) if total => {
                tuple(cx, list, at, keys, annotations).map(|values| (None, values))
            }
            (Given::Parts(_, at), [KeysetVariant { keys, .. }]) => {
                not_total(cx, keys, annotations, at);
                None
            }
            (Given::Parts(_, at), _) => {
                let text = "values do not say in which variant of the order a row stands, a cursor does";
                cx.diagnostics.error("N0256", at, text);
                None
            }
        };
        match values {
            Some((switch, values)) => bounds.push(Bound { side, switch, values }),
            None => broken = true,
        }
    }
    (!broken).then(|| Box::new(Keyset { variants, bounds, backward, cursors }))
}

/// The values of a tuple, one for each key.
fn tuple(
    cx: &mut Context<'_>,
    list: Vec<Part>,
    at: Tokens,
    keys: &[Order],
    annotations: &[Annotation],
) -> Option<Vec<KeyValue>> {
    if list.len() == keys.len() {
        return parts(cx, list, keys, annotations);
    }
    let (names, n) = (names(cx, keys, annotations), list.len());
    let count = if let [_] = keys { "one key".into() } else { format!("{} keys", keys.len()) };
    let found = if n == 1 { "one value".to_owned() } else { format!("{n} values") };
    let text = format!("the order has {count}, {names}, found {found}");
    cx.diagnostics.error("N0250", at, text);
    None
}

/// Reports an order in which no row has a place to go on from.
fn lasting(cx: &mut Context<'_>, draft: &Draft, order: &[Order], bound: &Written) -> Option<Tokens> {
    let (name, place) = (name(bound.side), bound.place);
    if is_random(order, &draft.annotations) {
        let text = format!("`{name}` in a random order, in which no row has a place");
        cx.diagnostics.error("N0252", place, text);
        return None;
    }
    let plain = draft.group.is_none() && matches!(draft.distinct, Distinct::No);
    let model = cx.schema.model(draft.model);
    if plain && model.key.is_empty() && !is_total(cx.schema, draft.model, order, &draft.annotations) {
        let text = format!("`{}` has no primary key, and its order does not tell all rows apart", model.name);
        cx.diagnostics.error("N0252", place, text);
        return None;
    }
    Some(place)
}

/// Reports a cursor that stands before the `if` or `match` which says what order it is of.
fn branching(cx: &mut Context<'_>, bounds: &[Written], orders: &[(Option<u8>, Vec<Order>)]) -> Option<()> {
    if orders.len() == 1 {
        return Some(());
    }
    let early = bounds.iter().find(|bound| !bound.known.iter().eq(orders.iter().map(|(switch, _)| switch)));
    let Some(bound) = early else { return Some(()) };
    let name = name(bound.side);
    let text = format!("`{name}` stands before an order with `if` or `match`, whose variant a cursor must be of");
    cx.diagnostics.error("N0255", bound.place, text).note(format!("first `order_by`, then `{name}`"));
    None
}

/// Whether a cursor can hold values of a type: those whose bytes can be checked before the server reads them.
fn carries(ty: &SqlType) -> bool {
    match ty {
        SqlType::Jsonb(_)
        | SqlType::Array(..)
        | SqlType::Range(_)
        | SqlType::HStore
        | SqlType::TsVector
        | SqlType::TsQuery
        | SqlType::Inferred
        | SqlType::Custom { .. } => false,
        SqlType::Bool
        | SqlType::Int2
        | SqlType::Int4
        | SqlType::Int8
        | SqlType::Float4
        | SqlType::Float8
        | SqlType::Numeric
        | SqlType::Text
        | SqlType::Date
        | SqlType::Time
        | SqlType::TimestampTz
        | SqlType::Timestamp
        | SqlType::Duration
        | SqlType::Interval
        | SqlType::Uuid
        | SqlType::Bytea
        | SqlType::Inet
        | SqlType::Enum(_)
        | SqlType::NativeEnum(_) => true,
    }
}

/// The values of the keys in a Rust value, and the switch that it sets.
fn whole(
    cx: &mut Context<'_>,
    id: ValueId,
    variants: &[KeysetVariant],
    total: bool,
) -> Option<(Option<u8>, Vec<KeyValue>)> {
    let switch = cx.switch();
    let mut orders = Vec::new();
    let mut values = Vec::new();
    let mut next = 0..u16::MAX;
    for KeysetVariant { switch: variant, keys, fingerprint } in variants {
        let mut kept = Vec::new();
        for key in keys {
            let Expr { ty, nullable, .. } = &key.expr;
            let switch = nullable.then(|| cx.switch());
            kept.push(CursorKey { ty: ty.clone(), switch });
            let expr = Expr { kind: ExprKind::Bound(id, next.next()?), ty: ty.clone(), nullable: false };
            values.push(KeyValue { expr, null: switch.map_or(Null::Never, Null::Unless) });
        }
        orders.push(CursorOrder { variant: *variant, fingerprint: *fingerprint, keys: kept });
    }
    let value = cx.values.get_mut(usize::from(id.0))?;
    value.ty = variants.first()?.keys.first()?.expr.ty.clone();
    value.switch = Some(switch);
    value.bind = Bind::Cursor { orders, total };
    // The slots of later values were given out as if this one filled one.
    let more = value.bind.slots().saturating_sub(1);
    cx.slots = cx.slots.saturating_add(more);
    for later in cx.values.iter_mut().skip(usize::from(id.0) + 1) {
        later.slot = later.slot.saturating_add(more);
    }
    Some((Some(switch), values))
}

/// The values of a tuple.
fn parts(cx: &mut Context<'_>, parts: Vec<Part>, keys: &[Order], annotations: &[Annotation]) -> Option<Vec<KeyValue>> {
    let mut values = Vec::new();
    let mut broken = false;
    for (part, key) in parts.into_iter().zip(keys) {
        let expected = expected(cx, &key.expr, annotations);
        let ty = expected.ty.clone();
        match part {
            Part::Literal(Literal::None, place) if !expected.nullable => {
                not_nullable(cx, &ast::Value { place, ..empty(place) }, &expected);
                broken = true;
            }
            Part::Literal(written, place) => match literal(cx, &written, place, &expected) {
                Some(expr) => {
                    let null = if written == Literal::None { Null::Always } else { Null::Never };
                    values.push(KeyValue { expr, null });
                }
                None => broken = true,
            },
            Part::Rust(id) => {
                let switch = expected.nullable.then(|| cx.switch());
                let value = cx.values.get_mut(usize::from(id.0))?;
                value.ty = ty.clone();
                value.switch = switch;
                value.bind = if expected.nullable { Bind::Nullable } else { Bind::One };
                let expr = Expr { kind: ExprKind::Bound(id, 0), ty, nullable: false };
                values.push(KeyValue { expr, null: switch.map_or(Null::Never, Null::Unless) });
            }
        }
    }
    (!broken).then_some(values)
}

/// A value of which only the place matters.
fn empty(place: Tokens) -> ast::Value {
    ast::Value { form: Form::Empty, tokens: proc_macro2::TokenStream::new(), place }
}

/// What a key's value is checked against.
fn expected(cx: &Context<'_>, key: &Expr, annotations: &[Annotation]) -> Expected {
    let mut column = key;
    while let ExprKind::Annotation(i) = column.kind {
        column = &annotations[i].expr;
    }
    match &column.kind {
        ExprKind::Column(path) => {
            let of = Expected::of_field(cx.schema, path.model, path.field);
            Expected { nullable: key.nullable, key_of: None, ..of }
        }
        _ => Expected { nullable: key.nullable, ..types::bare(key.ty.clone()) },
    }
}

/// Reports a tuple of values for an order in which it may stand for many rows.
fn not_total(cx: &mut Context<'_>, keys: &[Order], annotations: &[Annotation], place: Tokens) {
    let text = "the order does not tell all rows apart, so values do not say where in it a row stands";
    let names = names(cx, keys, annotations);
    let error = cx.diagnostics.error("N0251", place, text);
    error.note(format!("a cursor does, and so do values of {names} if the order names them all"));
}

fn names(cx: &Context<'_>, keys: &[Order], annotations: &[Annotation]) -> String {
    let names: Vec<String> = keys.iter().map(|key| describe(cx.schema, &key.expr, annotations)).collect();
    names.join(", ")
}
