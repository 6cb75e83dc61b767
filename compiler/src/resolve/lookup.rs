//! Lookups: `path.lookup = value`.
//!
//! In: a path followed to its field, the segments behind it, and the right side. Out: a test, with everything bound
//! that the right side binds; a day or year is compared as a range of its column.

use super::composite::composite;
use super::context::{Context, End, Expected, Followed, Names};
use super::expr::expr;
use super::null::{equals_none, is_null};
use super::path::{column, typed};
use super::pattern::{like, text_operand};
use super::transform::{KEY, Left, Period, Place, apply};
use super::value::{is_rust, literal_array, operand, optional_form};
use super::{among, call};
use crate::ast::{self, Form, Segment, SegmentKind, Tokens, Value};
use crate::check::types::{article, bare, comparable, describe};
use crate::hir::condition::{Comparison, PeriodRelation};
use crate::hir::{Bind, ColumnPath, Condition, Expr, ExprKind, SqlType, Test};
use crate::tables::lookups::{self, Form as Way, JSON_LAST, JSON_TEXT, LookupRow, Operand};
use nuages_schema::model::{FieldType, ModelId, RelationKind};
use proc_macro2::Span;

/// The right side of a lookup, as it stands.
#[derive(Clone, Copy)]
pub struct Right<'v> {
    /// What was written.
    pub value: &'v Value,
    /// `? =`.
    pub optional: bool,
    /// The `=`.
    pub equals: Span,
}

/// The left side with what is expected on the right.
pub struct Subject {
    /// Its value.
    pub left: Left,
    /// What stands on the right.
    pub expected: Expected,
    /// The end of the path is a relation, whose rows may be missing.
    pub relation: bool,
    /// The model whose rows stand at the end of the path.
    pub rows: Option<ModelId>,
}

/// `path = value` with all that stands behind the path's field. `None`: reported.
pub fn test(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    left: &Followed<'_>,
    optional: bool,
    equals: Span,
    value: &Value,
) -> Option<Condition> {
    let right = Right { value, optional, equals };
    match left.end {
        End::CompositeKey(model) => composite(cx, names, left, model, right),
        End::Relation => relation(cx, names, left, right),
        End::Field(..) | End::Annotation(_) => {
            let start = column(cx, names, left)?;
            let mut start = Left::of(cx, left, start);
            if let End::Annotation(index) = left.end {
                let (model, annotation) = (cx.schema.model(names.model), &names.annotations[index]);
                start.name = Some(format!("{}.{}", model.name, annotation.name));
            }
            let (followed, (mut left, row)) = (left, divide(cx, start, left.rest)?);
            if matches!(row.form, Way::IsNull) || matches!(right.value.form, Form::Literal(ast::Literal::None)) {
                of_row(cx, names, followed, &mut left);
            }
            let expected = match left.field {
                Some((model, id)) if cx.schema.model(model).key == [id] => {
                    Expected { nullable: left.nullable, ..Expected::of_key(cx.schema, model, id) }
                }
                Some((model, id)) => Expected { key_of: None, ..Expected::of_field(cx.schema, model, id) },
                None => Expected { nullable: left.nullable, ..left.takes(left.expr.ty.clone()) },
            };
            compare(cx, names, Subject { left, expected, relation: false, rows: None }, row, right)
        }
    }
}

/// What is asked whether it is NULL is the field of the related row, never the key that refers to that row, which is
/// NULL where there is none.
fn of_row(cx: &Context<'_>, names: &Names<'_>, followed: &Followed<'_>, left: &mut Left) {
    if let (End::Field(model, field), ExprKind::Column(path)) = (&followed.end, &left.expr.kind)
        && path.hops.len() < followed.hops.len()
    {
        let path = ColumnPath { hops: followed.hops.clone(), model: *model, field: *field };
        left.expr = typed(cx.schema, names.present, path);
    }
}

/// Applies the transforms and finds the lookup. `None`: reported.
fn divide(cx: &mut Context<'_>, mut left: Left, rest: &[Segment]) -> Option<(Left, &'static LookupRow)> {
    for (i, segment) in rest.iter().enumerate() {
        if i + 1 == rest.len()
            && let Some(row) = last(&mut left, segment)
        {
            call::extension(cx, row.extension, row.name, Tokens::one(segment.span))?;
            return Some((left.complete(cx)?, row));
        }
        left = apply(cx, left, segment, Place::Condition)?;
    }
    let left = left.complete(cx)?;
    let row = lookups::find("exact", &left.expr.ty)?;
    Some((left, row))
}

/// The lookup that a path's last segment is. A document's key is taken as text where the lookup wants text.
fn last(left: &mut Left, segment: &Segment) -> Option<&'static LookupRow> {
    let SegmentKind::Name(name) = &segment.kind else { return None };
    if matches!(left.expr.ty, SqlType::Jsonb(_)) {
        if !JSON_LAST.contains(&name.as_str()) {
            return None;
        }
        if JSON_TEXT.contains(&name.as_str()) {
            match &mut left.expr.kind {
                ExprKind::Template(sql, _) if *sql == KEY.0 => *sql = KEY.1,
                _ => {
                    let whole = vec![left.expr.clone()];
                    left.expr.kind = ExprKind::Template("{0}::text", whole);
                }
            }
            left.field = None;
            left.expr.ty = SqlType::Text;
        }
    }
    lookups::find(name, &left.expr.ty)
}

/// `relation = value`, `relation.isnull = true`, …
fn relation(cx: &mut Context<'_>, names: &Names<'_>, left: &Followed<'_>, right: Right<'_>) -> Option<Condition> {
    let hop = *left.hops.last()?;
    let kind = cx.schema.relation(hop.from, hop.relation).kind;
    let target = cx.schema.model(hop.to);
    let forward = match kind {
        RelationKind::Forward { field } => Some(field),
        _ => None,
    };
    if forward.is_none() && target.key.len() != 1 {
        return composite(cx, names, left, hop.to, right);
    }
    let start = column(cx, names, left)?;
    let expected = match (forward, target.key.as_slice()) {
        (Some(field), _) => Expected::of_field(cx.schema, hop.from, field),
        (None, [key]) => Expected::of_key(cx.schema, hop.to, *key),
        (None, _) => return None,
    };
    let row = match left.rest {
        [] => lookups::find("exact", &start.ty)?,
        [Segment { kind: SegmentKind::Name(name), .. }] => lookups::find(name, &start.ty)?,
        [first, ..] => {
            let text = format!("`{}` is a lookup and stands last in a path", super::path::segment_text(first));
            cx.diagnostics.error("N0322", Tokens::one(first.span), text);
            return None;
        }
    };
    // The key column of a row of a to-many relation is a field of that row: `items.product.isnull` speaks of an item.
    let of_row = forward.is_some()
        && matches!(&start.kind, ExprKind::Column(path) if path.hops.last().is_some_and(|hop| !hop.to_one));
    let mut left = Left::of(cx, left, start);
    left.nullable = expected.nullable;
    left.field = expected.field;
    compare(cx, names, Subject { left, expected, relation: !of_row, rows: Some(hop.to) }, row, right)
}

/// A test on its own.
pub fn plain(left: Expr, operator: Comparison, switch: Option<u8>) -> Condition {
    Condition::Test(Test { left, operator, switch })
}

/// Registers the right side as a Rust value.
pub fn bind(
    cx: &mut Context<'_>,
    right: Right<'_>,
    expected: &Expected,
    how: Bind,
    switch: Option<u8>,
) -> crate::hir::ValueId {
    cx.value(right.value.tokens.clone(), right.value.place, right.equals, expected, how, switch)
}

/// The comparison of a lookup. `None`: reported.
fn compare(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    subject: Subject,
    row: &'static LookupRow,
    right: Right<'_>,
) -> Option<Condition> {
    if matches!(right.value.form, Form::Empty) {
        return None;
    }
    if let (Some((part, bounds)), Way::Equal | Way::In | Way::Range) = (subject.left.part, row.form) {
        possible(cx, part, bounds, row.form, right.value)?;
    }
    match row.form {
        Way::IsNull => return is_null(cx, subject, right),
        Way::In => return among::among(cx, names, subject, right),
        Way::Range => return between(cx, names, subject, right),
        _ => {}
    }
    if right.optional {
        optional_form(cx, right.value)?;
    }
    let none = matches!(right.value.form, Form::Literal(ast::Literal::None));
    match row.form {
        Way::Equal | Way::Iexact if none => equals_none(cx, subject, right),
        _ if none => {
            let text = format!("`{}` takes no `None`", row.name);
            let error = cx.diagnostics.error("N0323", right.value.place, text);
            error.note("`isnull = true` asks for NULL");
            None
        }
        Way::Equal => equal(cx, names, subject, right),
        Way::Order(operator) => {
            let (found, switch) = single(cx, names, right, &subject.expected)?;
            let Subject { left, .. } = subject;
            if let Some(period) = left.period {
                let relation = match operator {
                    "<" => PeriodRelation::Less(found),
                    "<=" => PeriodRelation::LessEqual(found),
                    ">" => PeriodRelation::Greater(found),
                    _ => PeriodRelation::GreaterEqual(found),
                };
                return Some(within(period, relation, switch));
            }
            let found = alike(cx, &left, found);
            Some(plain(left.expr, Comparison::Operator(operator, found), switch))
        }
        Way::Iexact => {
            let (found, switch) = text_operand(cx, names, &subject.left, row, right)?;
            let found = both(&subject.left, found);
            Some(plain(subject.left.expr, Comparison::Iexact(found), switch))
        }
        Way::Like(pattern) => like(cx, names, subject.left, row, pattern, false, right),
        Way::Ilike(pattern) => like(cx, names, subject.left, row, pattern, true, right),
        Way::Template(sql) => template(cx, names, subject, row, sql, right),
        Way::IsNull | Way::In | Way::Range => None,
    }
}

/// Reports a number that a part of a date is never, such as a month 13. `None`: reported.
fn possible(cx: &mut Context<'_>, part: &str, (least, most): (i128, i128), form: Way, value: &Value) -> Option<()> {
    let number = |value: &Value| match &value.form {
        Form::Literal(ast::Literal::Integer(n)) => Some(*n),
        _ => None,
    };
    let outside = |value: &Value| number(value).is_some_and(|n| n < least || n > most);
    let (low, high) = match &value.form {
        Form::Range(a, b) => (Some(&**a), Some(&**b)),
        Form::Tuple(values) => (values.first(), values.get(1)),
        _ => (None, None),
    };
    let wrong = match (&value.form, form) {
        // A range holds something unless all of it lies beyond.
        (_, Way::Range) => match (low, high) {
            (Some(low), _) if number(low).is_some_and(|n| n > most) => Some(low),
            (_, Some(high)) if number(high).is_some_and(|n| n < least) => Some(high),
            _ => None,
        },
        (Form::Array(values), _) => values.iter().find(|value| outside(value)),
        _ => Some(value).filter(|value| outside(value)),
    };
    let Some(wrong) = wrong else { return Some(()) };
    let found = crate::parse::brief(&wrong.tokens);
    let text = format!("`{part}` is {least} to {most}, so it is never `{found}`");
    cx.diagnostics.error("N0330", wrong.place, text);
    None
}

/// `= value`.
fn equal(cx: &mut Context<'_>, names: &Names<'_>, subject: Subject, right: Right<'_>) -> Option<Condition> {
    let Subject { left, expected, .. } = subject;
    if let (Form::Range(..), false) =
        (&right.value.form, matches!(left.expr.ty, SqlType::Range(_) | SqlType::Custom { .. }))
    {
        let text = format!("expected one value, found the range `{}`", crate::parse::brief(&right.value.tokens));
        cx.diagnostics
            .error("N0325", right.value.place, text)
            .note("the lookup `range` takes `a..=b`: `path.range = a..=b`");
        return None;
    }
    let many = matches!(
        left.expr.ty,
        SqlType::Array(..) | SqlType::Jsonb(_) | SqlType::Bytea | SqlType::Custom { .. } | SqlType::Range(_)
    );
    if let (Form::Array(_), false) = (&right.value.form, many) {
        let text = format!("expected one value, found the list `{}`", crate::parse::brief(&right.value.tokens));
        cx.diagnostics.error("N0325", right.value.place, text).note("the lookup `in` takes a list: `path.in = list`");
        return None;
    }
    let rust = is_rust(cx, right.value)
        && literal_array(right.value).is_none_or(|_| !matches!(left.expr.ty, SqlType::Array(..)));
    if rust && left.nullable && !left.keyed && !right.optional && left.period.is_none() && left.bilateral.is_empty() {
        let expected = Expected { nullable: true, ..expected };
        if varchar_array(cx, &left) {
            let id = bind(cx, right, &expected, Bind::Nullable, None);
            let found = Expr { kind: ExprKind::Bound(id, 0), ty: expected.ty, nullable: true };
            let sql = "{0} IS NOT DISTINCT FROM {1}::varchar[]";
            return Some(plain(left.expr, Comparison::Template(sql, vec![found]), None));
        }
        let switch = cx.switch();
        let id = bind(cx, right, &expected, Bind::Nullable, Some(switch));
        let switch = cx.switch_of(id).unwrap_or(switch);
        return Some(plain(left.expr, Comparison::EqualOrNull(id, switch), None));
    }
    let (found, switch) = single(cx, names, right, &expected)?;
    if let Some(period) = left.period {
        return Some(within(period, PeriodRelation::Equal(found), switch));
    }
    if found.ty == SqlType::TsQuery {
        return Some(plain(left.expr, Comparison::Template("{0} @@ {1}", vec![found]), switch));
    }
    let found = alike(cx, &left, found);
    Some(plain(left.expr, Comparison::Operator("=", found), switch))
}

/// One operand and the switch that it sets.
pub fn single(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    right: Right<'_>,
    expected: &Expected,
) -> Option<(Expr, Option<u8>)> {
    if !right.optional {
        return Some((operand(cx, names, right.value, right.equals, expected)?, None));
    }
    optional_form(cx, right.value)?;
    let switch = cx.switch();
    let id = bind(cx, right, expected, Bind::One, Some(switch));
    let switch = cx.switch_of(id);
    Some((Expr { kind: ExprKind::Bound(id, 0), ty: expected.ty.clone(), nullable: false }, switch))
}

/// The right side as the left side is: through the same functions, and of the column's own array type.
pub fn alike(cx: &Context<'_>, left: &Left, right: Expr) -> Expr {
    let right = both(left, right);
    if !varchar_array(cx, left) {
        return right;
    }
    let (ty, nullable) = (right.ty.clone(), right.nullable);
    Expr { kind: ExprKind::Template("{0}::varchar[]", vec![right]), ty, nullable }
}

/// The right side through the functions that work on both sides.
pub fn both(left: &Left, right: Expr) -> Expr {
    left.bilateral.iter().fold(right, |inner, sql| {
        let nullable = inner.nullable;
        Expr { kind: ExprKind::Template(sql, vec![inner]), ty: SqlType::Text, nullable }
    })
}

/// An array of `varchar`, which the server does not compare with one of `text`.
pub fn varchar_array(cx: &Context<'_>, left: &Left) -> bool {
    let Some((model, id)) = left.field else { return false };
    let FieldType::Array { element, .. } = &cx.schema.field(model, id).ty else { return false };
    match &**element {
        FieldType::Text => false,
        FieldType::Enum(id) => cx.schema.enumeration(*id).native.is_none(),
        other => other.is_text(),
    }
}

/// A day or year as a range.
fn within(period: Period, relation: PeriodRelation, switch: Option<u8>) -> Condition {
    plain(period.plain, Comparison::Period { unit: period.unit, relation, zone: period.zone }, switch)
}

/// A lookup with SQL of its own.
fn template(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    subject: Subject,
    row: &'static LookupRow,
    sql: &'static str,
    right: Right<'_>,
) -> Option<Condition> {
    let Subject { left, expected, .. } = subject;
    let (found, switch) = match row.operand {
        Operand::Text => text_operand(cx, names, &left, row, right)?,
        Operand::Element => element(cx, names, &left, right)?,
        Operand::Texts => single(cx, names, right, &left.takes(SqlType::Array(Box::new(SqlType::Text), false)))?,
        Operand::Same | Operand::Bool | Operand::Many | Operand::Pair => {
            let expected = Expected { nullable: false, ..expected };
            single(cx, names, right, &expected)?
        }
    };
    let found = if row.operand == Operand::Same { alike(cx, &left, found) } else { both(&left, found) };
    Some(plain(left.expr, Comparison::Template(sql, vec![found]), switch))
}

/// What lies in a range: a value of its elements, or another range of the database.
fn element(cx: &mut Context<'_>, names: &Names<'_>, left: &Left, right: Right<'_>) -> Option<(Expr, Option<u8>)> {
    let whole = &left.expr.ty;
    let element = match whole {
        SqlType::Range(element) | SqlType::Array(element, _) => (**element).clone(),
        other => other.clone(),
    };
    if let Form::Expr(written) = &right.value.form {
        let found = expr(cx, names, written, Some(&bare(element.clone())))?;
        if !comparable(&found.ty, &element) && found.ty != *whole {
            let (takes, found) = (describe(cx.schema, &element), describe(cx.schema, &found.ty));
            cx.diagnostics.error(
                "N0326",
                right.value.place,
                format!("expected {}, found {}", article(&takes), article(&found)),
            );
            return None;
        }
        return Some((found, None));
    }
    let (found, switch) = single(cx, names, right, &left.takes(element))?;
    // A constant without its type would be read as a range.
    let (ty, nullable) = (found.ty.clone(), found.nullable);
    let constant = matches!(found.kind, ExprKind::Literal(_));
    let found = if constant { Expr { kind: ExprKind::Cast(Box::new(found)), ty, nullable } } else { found };
    Some((found, switch))
}

/// `range`.
fn between(cx: &mut Context<'_>, names: &Names<'_>, subject: Subject, right: Right<'_>) -> Option<Condition> {
    let Subject { left, expected, .. } = subject;
    let expected = Expected { nullable: false, ..expected };
    let ends = match &right.value.form {
        Form::Tuple(values) => match values.as_slice() {
            [a, b] => Some((a, b)),
            _ => None,
        },
        Form::Range(a, b) => Some((&**a, &**b)),
        _ => None,
    };
    if right.optional {
        optional_form(cx, right.value)?;
    }
    let (low, high, switch) = match (&right.value.form, ends) {
        (_, Some((a, b))) => {
            let low = operand(cx, names, a, right.equals, &expected);
            let high = operand(cx, names, b, right.equals, &expected);
            (low?, high?, None)
        }
        (Form::Rust | Form::Chain(_), None) if is_rust(cx, right.value) => {
            let switch = right.optional.then(|| cx.switch());
            let id = bind(cx, right, &expected, Bind::Range, switch);
            let end = |part| Expr { kind: ExprKind::Bound(id, part), ty: expected.ty.clone(), nullable: false };
            (end(0), end(1), switch.and(cx.switch_of(id)))
        }
        _ => {
            cx.diagnostics.error("N0325", right.value.place, "`range` takes `(a, b)` or `a..=b`");
            return None;
        }
    };
    if let Some(period) = left.period {
        return Some(within(period, PeriodRelation::Between(low, high), switch));
    }
    let (low, high) = (alike(cx, &left, low), alike(cx, &left, high));
    Some(plain(left.expr, Comparison::Between(low, high), switch))
}
