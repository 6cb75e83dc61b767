//! Lookups: `path.lookup = value`.
//!
//! In: a path followed to its field, the segments behind it, and the right side. Out: a test, with everything bound
//! that the right side binds; a day or year is compared as a range of its column.

use super::context::{Context, End, Expected, Followed, Names, Purpose};
use super::expr::expr;
use super::path::{column, key_columns};
use super::transform::{KEY, Left, Period, Place, apply, subject};
use super::value::{is_rust, literal_array, model_chain, not_nullable, operand, optional_form};
use super::{call, chain};
use crate::ast::{self, Form, Segment, SegmentKind, Tokens, Value};
use crate::check::types::{bare, comparable, describe};
use crate::hir::condition::{Comparison, PeriodRelation};
use crate::hir::value::Pattern;
use crate::hir::{Bind, Condition, Expr, ExprKind, Literal, SqlType, Test};
use crate::tables::lookups::{self, Form as Way, JSON_LAST, JSON_TEXT, LookupRow, Operand};
use nuages_schema::model::{FieldType, ModelId, RelationKind};
use proc_macro2::Span;

/// The right side of a lookup, as it stands.
#[derive(Clone, Copy)]
struct Right<'v> {
    value: &'v Value,
    optional: bool,
    equals: Span,
}

/// The left side with what is expected on the right.
struct Subject {
    left: Left,
    expected: Expected,
    /// The end of the path is a relation, whose rows may be missing.
    relation: bool,
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
            let start = Left::of(cx, left, start);
            let (left, row) = divide(cx, names, start, left.rest)?;
            let expected = match left.field {
                Some((model, id)) if cx.schema.model(model).key == [id] => Expected {
                    nullable: left.nullable,
                    ..Expected::of_key(cx.schema, model, id)
                },
                Some((model, id)) => Expected { key_of: None, ..Expected::of_field(cx.schema, model, id) },
                None => Expected { nullable: left.nullable, ..bare(left.expr.ty.clone()) },
            };
            compare(cx, names, Subject { left, expected, relation: false }, row, right)
        }
    }
}

/// Applies the transforms and finds the lookup. `None`: reported.
fn divide(cx: &mut Context<'_>, names: &Names<'_>, mut left: Left, rest: &[Segment]) -> Option<(Left, &'static LookupRow)> {
    for (i, segment) in rest.iter().enumerate() {
        if i + 1 == rest.len() {
            if let Some(row) = last(cx, &mut left, segment) {
                call::extension(cx, row.extension, row.name, Tokens::one(segment.span))?;
                return Some((left.complete(cx)?, row));
            }
        }
        left = apply(cx, names, left, segment, Place::Condition)?;
    }
    let left = left.complete(cx)?;
    let row = lookups::find("exact", &left.expr.ty)?;
    Some((left, row))
}

/// The lookup that a path's last segment is. A document's key is taken as text where the lookup wants text.
fn last(cx: &Context<'_>, left: &mut Left, segment: &Segment) -> Option<&'static LookupRow> {
    let SegmentKind::Name(name) = &segment.kind else { return None };
    let _ = cx;
    if matches!(left.expr.ty, SqlType::Jsonb(_)) && left.keyed {
        if !JSON_LAST.contains(&name.as_str()) {
            return None;
        }
        if JSON_TEXT.contains(&name.as_str()) {
            if let ExprKind::Template(sql, _) = &mut left.expr.kind {
                if *sql == KEY.0 {
                    *sql = KEY.1;
                }
            }
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
    let mut left = Left::of(cx, left, start);
    left.nullable = expected.nullable;
    left.field = expected.field;
    compare(cx, names, Subject { left, expected, relation: true }, row, right)
}

/// A key of several columns: `pk = (a, b)`.
fn composite(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    left: &Followed<'_>,
    model: ModelId,
    right: Right<'_>,
) -> Option<Condition> {
    let columns = key_columns(cx.schema, names.model, &left.hops);
    let fields = cx.schema.model(model).key.clone();
    let lookup = match left.rest {
        [] => "exact",
        [Segment { kind: SegmentKind::Name(name), .. }] => name.as_str(),
        _ => "",
    };
    let whole = |cx: &mut Context<'_>| {
        let parts: Vec<&str> = fields.iter().map(|f| cx.schema.field(model, *f).attname.as_str()).collect();
        let text = format!("the key of `{}` is `({})`", cx.schema.model(model).name, parts.join(", "));
        cx.diagnostics.error("N0325", right.value.place, text);
        None
    };
    let equals = |cx: &mut Context<'_>, values: &[Value]| {
        let mut tests = Vec::new();
        let mut broken = false;
        for ((column, field), value) in columns.iter().zip(&fields).zip(values) {
            let expected = Expected { key_of: None, ..Expected::of_key(cx.schema, model, *field) };
            match operand(cx, names, value, right.equals, &expected) {
                Some(found) => tests.push(plain(column.clone(), Comparison::Operator("=", found), None)),
                None => broken = true,
            }
        }
        (!broken).then_some(Condition::All(tests))
    };
    match (lookup, &right.value.form) {
        (_, Form::Empty) => None,
        ("isnull", Form::Literal(ast::Literal::Bool(b))) => {
            let first = columns.into_iter().next()?;
            Some(plain(first, Comparison::NoRow(*b), None))
        }
        ("exact", Form::Tuple(values)) if values.len() == fields.len() && !right.optional => equals(cx, values),
        ("exact", form) if matches!(form, Form::Rust) || is_rust(cx, right.value) && !matches!(form, Form::Tuple(_) | Form::Array(_)) => {
            let types: Vec<SqlType> = columns.iter().map(|c| c.ty.clone()).collect();
            let expected = Expected { key_of: Some(model), ..bare(types.first()?.clone()) };
            let switch = right.optional.then(|| cx.switch());
            let id = bind(cx, right, &expected, Bind::Key(types), switch);
            let switch = switch.and(cx.switch_of(id));
            let tests = columns.into_iter().zip(0u16..).map(|(column, part)| {
                let ty = column.ty.clone();
                let found = Expr { kind: ExprKind::Bound(id, part), ty, nullable: false };
                plain(column, Comparison::Operator("=", found), switch)
            });
            Some(Condition::All(tests.collect()))
        }
        ("in", Form::Array(list)) if !right.optional => {
            let mut any = Vec::new();
            for value in list {
                match &value.form {
                    Form::Tuple(values) if values.len() == fields.len() => any.push(equals(cx, values)?),
                    _ => return whole(cx),
                }
            }
            if any.is_empty() {
                let first = columns.into_iter().next()?;
                return Some(plain(first, Comparison::InValues(Vec::new()), None));
            }
            Some(Condition::Any(any))
        }
        ("in", _) => {
            cx.diagnostics.error("N0313", right.value.place, "`in` on a key of several columns is not available yet");
            None
        }
        ("exact", _) => whole(cx),
        _ => {
            let segment = left.rest.first()?;
            let text = format!("a key of several columns has no lookup `{}`", super::path::segment_text(segment));
            let error = cx.diagnostics.error("N0321", Tokens::one(segment.span), text);
            error.note("it has exact, in, isnull");
            None
        }
    }
}

/// A test on its own.
fn plain(left: Expr, operator: Comparison, switch: Option<u8>) -> Condition {
    Condition::Test(Test { left, operator, switch })
}

/// Registers the right side as a Rust value.
fn bind(cx: &mut Context<'_>, right: Right<'_>, expected: &Expected, how: Bind, switch: Option<u8>) -> crate::hir::ValueId {
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
    match row.form {
        Way::IsNull => return is_null(cx, subject, right),
        Way::In => return among(cx, names, subject, right),
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
            Some(match left.period.clone() {
                Some(period) => {
                    let relation = match operator {
                        "<" => PeriodRelation::Less(found),
                        "<=" => PeriodRelation::LessEqual(found),
                        ">" => PeriodRelation::Greater(found),
                        _ => PeriodRelation::GreaterEqual(found),
                    };
                    within(period, relation, switch)
                }
                None => {
                    let found = alike(cx, &left, found);
                    plain(left.expr, Comparison::Operator(operator, found), switch)
                }
            })
        }
        Way::Iexact => {
            let (found, switch) = text_operand(cx, names, right, row)?;
            let found = both(&subject.left, found);
            Some(plain(subject.left.expr, Comparison::Iexact(found), switch))
        }
        Way::Like(pattern) => like(cx, names, subject.left, row, pattern, false, right),
        Way::Ilike(pattern) => like(cx, names, subject.left, row, pattern, true, right),
        Way::Template(sql) => template(cx, names, subject, row, sql, right),
        Way::IsNull | Way::In | Way::Range => None,
    }
}

/// `= None`.
fn equals_none(cx: &mut Context<'_>, subject: Subject, right: Right<'_>) -> Option<Condition> {
    let Subject { left, expected, relation } = subject;
    if left.keyed && matches!(left.expr.ty, SqlType::Jsonb(_)) {
        let null = Literal::Text("null".into());
        let null = Expr { kind: ExprKind::Literal(null), ty: left.expr.ty.clone(), nullable: false };
        return Some(plain(left.expr, Comparison::Operator("=", null), None));
    }
    let to_many = relation && !matches!(&left.expr.kind, ExprKind::Column(path) if path.hops.iter().all(|h| h.to_one));
    if relation && (expected.nullable || to_many || left.expr.nullable) {
        return Some(plain(left.expr, Comparison::NoRow(true), None));
    }
    if left.nullable {
        return Some(plain(left.expr, Comparison::IsNull(true), None));
    }
    not_nullable(cx, right.value, &expected);
    None
}

/// `= value`.
fn equal(cx: &mut Context<'_>, names: &Names<'_>, subject: Subject, right: Right<'_>) -> Option<Condition> {
    let Subject { left, expected, .. } = subject;
    let rust = is_rust(cx, right.value) && literal_array(right.value).is_none_or(|_| !matches!(left.expr.ty, SqlType::Array(..)));
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
fn single(
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
fn alike(cx: &Context<'_>, left: &Left, right: Expr) -> Expr {
    let right = both(left, right);
    if !varchar_array(cx, left) {
        return right;
    }
    let (ty, nullable) = (right.ty.clone(), right.nullable);
    Expr { kind: ExprKind::Template("{0}::varchar[]", vec![right]), ty, nullable }
}

/// The right side through the functions that work on both sides.
fn both(left: &Left, right: Expr) -> Expr {
    left.bilateral.iter().fold(right, |inner, sql| {
        let nullable = inner.nullable;
        Expr { kind: ExprKind::Template(sql, vec![inner]), ty: SqlType::Text, nullable }
    })
}

/// An array of `varchar`, which the server does not compare with one of `text`.
fn varchar_array(cx: &Context<'_>, left: &Left) -> bool {
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

/// Text on the right. `None`: reported.
fn text_operand(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    right: Right<'_>,
    row: &'static LookupRow,
) -> Option<(Expr, Option<u8>)> {
    if let Form::Literal(written) = &right.value.form {
        if !matches!(written, ast::Literal::Text(_)) {
            let found = crate::check::literal::written(written);
            cx.diagnostics.error("N0330", right.value.place, format!("`{}` takes text, found {found}", row.name));
            return None;
        }
    }
    single(cx, names, right, &bare(SqlType::Text))
}

/// `contains` and the like.
fn like(
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
            let id = bind(cx, right, &bare(SqlType::Text), Bind::Pattern(pattern), switch);
            let switch = switch.and(cx.switch_of(id));
            (Expr { kind: ExprKind::Bound(id, 0), ty: SqlType::Text, nullable: false }, false, switch)
        }
        _ => {
            let (found, switch) = text_operand(cx, names, right, row)?;
            (found, true, switch)
        }
    };
    let found = both(&left, found);
    Some(plain(left.expr, Comparison::Like { pattern, caseless, right: found, escape }, switch))
}

/// A literal as a pattern.
pub fn escaped(pattern: Pattern, text: &str) -> String {
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
        Operand::Text => text_operand(cx, names, right, row)?,
        Operand::Element => {
            let element = match &left.expr.ty {
                SqlType::Range(element) | SqlType::Array(element, _) => (**element).clone(),
                other => other.clone(),
            };
            // A range of the database lies in another one as well.
            match &right.value.form {
                Form::Expr(written) => {
                    let found = expr(cx, names, written, Some(&bare(element.clone())))?;
                    if !comparable(&found.ty, &element) && found.ty != left.expr.ty {
                        let text = format!("expected a `{}`, found `{}`", describe(cx.schema, &element), describe(cx.schema, &found.ty));
                        cx.diagnostics.error("N0326", right.value.place, text);
                        return None;
                    }
                    (found, None)
                }
                _ => {
                    let (found, switch) = single(cx, names, right, &bare(element))?;
                    // A constant without its type would be read as a range.
                    let (ty, nullable) = (found.ty.clone(), found.nullable);
                    let constant = matches!(found.kind, ExprKind::Literal(_));
                    let cast = |e| Expr { kind: ExprKind::Cast(Box::new(e)), ty, nullable };
                    (if constant { cast(found) } else { found }, switch)
                }
            }
        }
        Operand::Texts => single(cx, names, right, &bare(SqlType::Array(Box::new(SqlType::Text), false)))?,
        Operand::Same | Operand::Bool | Operand::Many | Operand::Pair => {
            let expected = Expected { nullable: false, ..expected };
            single(cx, names, right, &expected)?
        }
    };
    let found = if row.operand == Operand::Same { alike(cx, &left, found) } else { both(&left, found) };
    Some(plain(left.expr, Comparison::Template(sql, vec![found]), switch))
}

/// `isnull`.
fn is_null(cx: &mut Context<'_>, subject: Subject, right: Right<'_>) -> Option<Condition> {
    let Subject { left, relation, .. } = subject;
    if let (Form::Literal(ast::Literal::Bool(is)), false) = (&right.value.form, right.optional) {
        let operator = if relation { Comparison::NoRow(*is) } else { Comparison::IsNull(*is) };
        return Some(plain(left.expr, operator, None));
    }
    if !is_rust(cx, right.value) {
        if right.optional {
            optional_form(cx, right.value)?;
        }
        cx.diagnostics.error("N0325", right.value.place, "`isnull` takes `true` or `false`");
        return None;
    }
    if right.optional {
        optional_form(cx, right.value)?;
    }
    let switch = right.optional.then(|| cx.switch());
    let id = bind(cx, right, &bare(SqlType::Bool), Bind::One, switch);
    let switch = switch.and(cx.switch_of(id));
    if relation {
        // Some related row, or not as asked.
        let asked = Expr { kind: ExprKind::Bound(id, 0), ty: SqlType::Bool, nullable: false };
        let some = plain(left.expr, Comparison::NoRow(false), None);
        let either = Condition::Xor(Box::new(some), Box::new(Condition::Expr(asked)));
        return Some(match switch {
            Some(switch) => Condition::Switched(switch, Box::new(either)),
            None => either,
        });
    }
    Some(plain(left.expr, Comparison::IsNullBound(id), switch))
}

/// `in`.
fn among(cx: &mut Context<'_>, names: &Names<'_>, subject: Subject, right: Right<'_>) -> Option<Condition> {
    let Subject { left, expected, relation } = subject;
    let expected = Expected { nullable: false, ..expected };
    if right.optional && !matches!(right.value.form, Form::Array(_)) {
        optional_form(cx, right.value)?;
    }
    if let (Some(chain), false) = (model_chain(cx, right.value), right.optional) {
        return in_chain(cx, left, &expected, relation, chain);
    }
    let elements = match &right.value.form {
        Form::Array(list) | Form::Tuple(list) => Some(list),
        _ => None,
    };
    match (&right.value.form, elements) {
        (_, Some(list)) if !right.optional && in_database(cx, list) => {
            let mut values = Vec::new();
            let mut broken = false;
            for value in list {
                if matches!(value.form, Form::Literal(ast::Literal::None)) {
                    continue;
                }
                match operand(cx, names, value, right.equals, &expected) {
                    Some(found) => values.push(alike(cx, &left, found)),
                    None => broken = true,
                }
            }
            (!broken).then(|| plain(left.expr, Comparison::InValues(values), None))
        }
        (Form::Array(_), _) if right.optional => {
            optional_form(cx, right.value)?;
            None
        }
        (Form::Expr(written), _) => {
            let array = SqlType::Array(Box::new(expected.ty.clone()), false);
            let found = expr(cx, names, written, Some(&bare(array)))?;
            let element = match &found.ty {
                SqlType::Array(element, _) => Some((**element).clone()),
                _ => None,
            };
            match (found.kind, element) {
                (ExprKind::Subquery(select), _) if comparable(&left.expr.ty, &found.ty) => {
                    Some(plain(left.expr, Comparison::InSelect(select), None))
                }
                (kind, Some(element)) if comparable(&left.expr.ty, &element) => {
                    let found = Expr { kind, ty: found.ty, nullable: found.nullable };
                    Some(plain(left.expr, Comparison::Template("{0} = ANY({1})", vec![found]), None))
                }
                _ => {
                    not_a_list(cx, right.value, &format!("`{}`", describe(cx.schema, &found.ty)));
                    None
                }
            }
        }
        (Form::Literal(written), _) => {
            not_a_list(cx, right.value, &crate::check::literal::written(written));
            None
        }
        (Form::Tuple(_), _) => {
            not_a_list(cx, right.value, "a tuple");
            None
        }
        _ if matches!(left.expr.ty, SqlType::Array(..)) => {
            cx.diagnostics.error("N0313", right.value.place, "`in` with a list of arrays from Rust is not available yet");
            None
        }
        _ => {
            let switch = right.optional.then(|| cx.switch());
            let id = bind(cx, right, &expected, Bind::List, switch);
            let switch = switch.and(cx.switch_of(id));
            if left.bilateral.is_empty() {
                return Some(plain(left.expr, Comparison::InList(id), switch));
            }
            cx.diagnostics.error("N0313", right.value.place, "`in` after `unaccent` is not available yet");
            None
        }
    }
}

/// Whether the elements of a list are constants or expressions of the database; anything else is a Rust list.
fn in_database(cx: &Context<'_>, list: &[Value]) -> bool {
    let constant = |v: &Value| matches!(v.form, Form::Literal(_)) || literal_array(v).is_some();
    let expression = |v: &Value| matches!(v.form, Form::Expr(_)) || model_chain(cx, v).is_some();
    list.iter().all(constant) || list.iter().any(expression)
}

fn not_a_list(cx: &mut Context<'_>, value: &Value, found: &str) {
    let text = format!("`in` takes a list, anything that iterates, or a chain, found {found}");
    cx.diagnostics.error("N0325", value.place, text);
}

/// `in = Model.filter(…)`.
fn in_chain(
    cx: &mut Context<'_>,
    left: Left,
    expected: &Expected,
    relation: bool,
    written: &ast::Chain,
) -> Option<Condition> {
    // What the chain's rows are compared by, if it does not say so: the field that a foreign key refers to.
    let refers = match expected.field {
        Some((model, id)) if relation => cx.schema.field(model, id).foreign_key.as_ref().map(|fk| fk.to_field),
        _ => None,
    };
    let select = chain::select(cx, None, written, Purpose::List(refers))?;
    let Some(output) = call::single_output(&select) else {
        let error = cx.diagnostics.error("N0317", written.tokens, "a chain after `in` has one column");
        error.note("`values(x)` names it");
        return None;
    };
    if !comparable(&left.expr.ty, &output.ty) {
        let found = describe(cx.schema, &output.ty);
        let text = format!("{}, cannot be one of the chain's `{found}`", subject(cx, &left));
        cx.diagnostics.error("N0326", written.tokens, text);
        return None;
    }
    Some(plain(left.expr, Comparison::InSelect(Box::new(select)), None))
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
