//! Types of expressions: their names in messages, PostgreSQL's arithmetic on them, which fit together.

use crate::ast::{Call, Operator};
use crate::hir::{Expr, ExprKind, SqlType};
use crate::resolve::context::{About, Expected};
use crate::tables::classes::Class;
use crate::tables::operators::{self, Outcome};
use nuages_schema::model::{Field, FieldId, FieldType, ModelId, Schema};

/// The name of a type in the schema's vocabulary: `Decimal`, `Array(Text)`, an enum's name.
pub fn describe(schema: &Schema, ty: &SqlType) -> String {
    match ty {
        SqlType::Bool => "Boolean".into(),
        SqlType::Int2 => "SmallInteger".into(),
        SqlType::Int4 => "Integer".into(),
        SqlType::Int8 => "BigInteger".into(),
        SqlType::Float4 => "Real".into(),
        SqlType::Float8 => "Float".into(),
        SqlType::Numeric => "Decimal".into(),
        SqlType::Text => "Text".into(),
        SqlType::Date => "Date".into(),
        SqlType::Time => "Time".into(),
        SqlType::TimestampTz => "DateTime".into(),
        SqlType::Timestamp => "DateTime(naive)".into(),
        SqlType::Duration => "Duration".into(),
        SqlType::Interval => "Interval".into(),
        SqlType::Uuid => "Uuid".into(),
        SqlType::Bytea => "Binary".into(),
        SqlType::Jsonb(None) => "Json".into(),
        SqlType::Jsonb(Some(path)) => format!("Json({path})"),
        SqlType::Inet => "Inet".into(),
        SqlType::Array(element, nullable) => {
            format!("Array({}{})", describe(schema, element), if *nullable { "?" } else { "" })
        }
        SqlType::Range(element) => format!("Range({})", describe(schema, element)),
        SqlType::HStore => "HStore".into(),
        SqlType::TsVector => "SearchVector".into(),
        SqlType::TsQuery => "SearchQuery".into(),
        SqlType::Inferred => "value".into(),
        SqlType::Enum(id) | SqlType::NativeEnum(id) => schema.enumeration(*id).name.clone(),
        SqlType::Custom { pg_type, .. } => format!("Custom(\"{pg_type}\")"),
    }
}

/// A field's type as it is written in the schema: `Decimal(10, 2)`, `Char(255)`; of a foreign key the model's name.
pub fn describe_field(schema: &Schema, field: &Field) -> String {
    match &field.foreign_key {
        Some(fk) => schema.model(fk.target).name.clone(),
        None => describe_type(schema, &field.ty),
    }
}

/// A schema type as it is written.
pub fn describe_type(schema: &Schema, ty: &FieldType) -> String {
    match ty {
        FieldType::Char(n) if *n > 0 => format!("Char({n})"),
        FieldType::Slug(n) if *n > 0 => format!("Slug({n})"),
        FieldType::Decimal(Some((p, s))) => format!("Decimal({p}, {s})"),
        FieldType::NaiveDateTime => "DateTime(naive)".into(),
        FieldType::Json(Some(path)) => format!("Json({path})"),
        FieldType::Array { element, nullable } => {
            format!("Array({}{})", describe_type(schema, element), if *nullable { "?" } else { "" })
        }
        FieldType::Range(element) => format!("Range({})", describe_type(schema, element)),
        FieldType::Enum(id) => schema.enumeration(*id).name.clone(),
        FieldType::Custom { pg_type, .. } => format!("Custom(\"{pg_type}\")"),
        other => other.name().into(),
    }
}

/// A name with its article: `an Integer`.
pub fn article(name: &str) -> String {
    let an = name.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']);
    format!("{} `{name}`", if an { "an" } else { "a" })
}

/// What a value is for, in a message: `` `Product.price`, a `Decimal(10, 2)` ``, or `` an `Integer` ``.
pub fn label(schema: &Schema, expected: &Expected) -> String {
    match expected.field {
        Some((model, id)) => {
            let field = schema.field(model, id);
            let name =
                if field.foreign_key.is_some() && expected.key_of.is_none() { &field.attname } else { &field.name };
            format!("`{}.{name}`, {}", schema.model(model).name, article(&describe_field(schema, field)))
        }
        None => match (expected.key_of, &expected.about) {
            (Some(model), _) => format!("a key of `{}`", schema.model(model).name),
            (None, Some(About::Value(name))) => format!("`{name}`, {}", article(&describe(schema, &expected.ty))),
            (None, _) => article(&describe(schema, &expected.ty)),
        },
    }
}

/// `Product.price`.
pub fn full_name(schema: &Schema, model: ModelId, field: FieldId) -> String {
    format!("{}.{}", schema.model(model).name, schema.field(model, field).name)
}

/// What an expression is called that is a column and nothing else.
pub fn column_name(schema: &Schema, expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Column(path) => Some(full_name(schema, path.model, path.field)),
        _ => None,
    }
}

/// What a type alone takes.
pub fn bare(ty: SqlType) -> Expected {
    Expected { ty, nullable: false, field: None, key_of: None, about: None }
}

/// What a function takes that takes values of a type.
pub fn operand_of(call: &Call, ty: SqlType) -> Expected {
    Expected { about: Some(About::Function(call.name.text.clone())), ..bare(ty) }
}

/// What a key of a model takes, of one column.
pub fn key(schema: &Schema, model: ModelId) -> Option<Expected> {
    match schema.model(model).key.as_slice() {
        [id] => Some(Expected::of_key(schema, model, *id)),
        _ => None,
    }
}

/// The SQL and type of `left operator right`, as PostgreSQL computes it.
pub fn arithmetic(operator: Operator, left: &SqlType, right: &SqlType) -> Option<(&'static str, SqlType)> {
    if left.is_number() && right.is_number() {
        let ty = promote(left, right)?;
        let sql = match operator {
            Operator::Add => "({0} + {1})",
            Operator::Subtract => "({0} - {1})",
            Operator::Multiply => "({0} * {1})",
            Operator::Divide => "({0} / {1})",
            // The server has no remainder of floats.
            Operator::Remainder if !matches!(ty, SqlType::Float4 | SqlType::Float8) => "({0} % {1})",
            Operator::Remainder | Operator::And | Operator::Or => return None,
        };
        return Some((sql, ty));
    }
    let row = operators::find(operator, left, right)?;
    if matches!((left, right), (SqlType::Range(a), SqlType::Range(b)) if a != b) {
        return None;
    }
    // `date + bigint` does not exist.
    if Class::of(left) != Class::Span
        && Class::of(right) != Class::Span
        && (*left == SqlType::Int8 || *right == SqlType::Int8)
    {
        return None;
    }
    let ty = match row.result {
        Outcome::Left => left.clone(),
        Outcome::Right => right.clone(),
        Outcome::Span if *left == SqlType::Interval || *right == SqlType::Interval => SqlType::Interval,
        Outcome::Span => SqlType::Duration,
        Outcome::Days => SqlType::Int4,
        Outcome::Naive => SqlType::Timestamp,
    };
    Some((row.sql, ty))
}

/// The type that two numbers are computed in.
fn promote(left: &SqlType, right: &SqlType) -> Option<SqlType> {
    use SqlType::{Float4, Float8, Int2, Int4, Int8, Numeric};
    if left == right {
        return Some(left.clone());
    }
    let rank = |ty: &SqlType| match ty {
        Int2 => Some(0),
        Int4 => Some(1),
        Int8 => Some(2),
        Numeric => Some(3),
        Float4 | Float8 => Some(4),
        _ => None,
    };
    Some(match rank(left)?.max(rank(right)?) {
        1 => Int4,
        2 => Int8,
        3 => Numeric,
        _ => Float8,
    })
}

/// The type that values of both types can be given as: of `Coalesce`, `Case`, `Greatest`, `Least`.
pub fn common(left: &SqlType, right: &SqlType) -> Option<SqlType> {
    if left == right {
        return Some(left.clone());
    }
    if left.is_number() && right.is_number() {
        return promote(left, right);
    }
    match (left, right) {
        (l, r) if l.is_text() && r.is_text() => Some(SqlType::Text),
        (SqlType::Duration | SqlType::Interval, SqlType::Duration | SqlType::Interval) => Some(SqlType::Interval),
        (SqlType::Date | SqlType::Timestamp, SqlType::Date | SqlType::Timestamp) => Some(SqlType::Timestamp),
        (SqlType::Jsonb(_), SqlType::Jsonb(_)) => Some(SqlType::Jsonb(None)),
        (SqlType::Array(a, x), SqlType::Array(b, y)) if a == b => Some(SqlType::Array(a.clone(), *x || *y)),
        _ => None,
    }
}

/// Whether values of the two types can be compared.
pub fn comparable(left: &SqlType, right: &SqlType) -> bool {
    common(left, right).is_some() || matches!((left, right), (SqlType::TsVector, SqlType::TsQuery))
}

/// Whether an expression of one type can be stored in a column of the other: as comparable, but nothing becomes an enum.
pub fn assignable(from: &SqlType, to: &SqlType) -> bool {
    match (from, to) {
        (a, b) if a == b => true,
        (a, b) if a.is_number() && b.is_number() => true,
        (a, SqlType::Text) => a.is_text(),
        (SqlType::Duration, SqlType::Interval) | (SqlType::Jsonb(_), SqlType::Jsonb(_)) => true,
        (SqlType::Array(a, _), SqlType::Array(b, _)) => a == b,
        _ => false,
    }
}

/// What a value whose type must be guessed is beside a value of a known type: `true` for the left side of the operator.
pub fn sibling(operator: Operator, known: &SqlType, unknown_left: bool) -> Option<SqlType> {
    match Class::of(known) {
        Class::Integer | Class::Float | Class::Numeric | Class::Range | Class::Vector | Class::Query => {
            Some(known.clone())
        }
        Class::Date | Class::Instant | Class::Naive | Class::Time => match operator {
            Operator::Subtract if unknown_left => Some(known.clone()),
            Operator::Add | Operator::Subtract => Some(SqlType::Duration),
            _ => None,
        },
        Class::Span => match operator {
            Operator::Add | Operator::Subtract => Some(known.clone()),
            Operator::Multiply | Operator::Divide => Some(SqlType::Float8),
            _ => None,
        },
        _ => None,
    }
}
