//! Types of arithmetic, and how literals are read.

use super::literal::{Checked, check, json, natural};
use super::types::{arithmetic, article, assignable, common, comparable, sibling};
use crate::ast::{Literal as Written, Operator};
use crate::hir::{Literal, SqlType};
use SqlType::{
    Date, Duration, Float4, Float8, Int2, Int4, Int8, Interval, Numeric, Text, Time, Timestamp, TimestampTz,
};
use nuages_schema::model::{FieldType, Schema};

fn result(left: &SqlType, operator: Operator, right: &SqlType) -> Option<SqlType> {
    arithmetic(operator, left, right).map(|(_, ty)| ty)
}

#[test]
fn numbers_are_computed_in_the_wider_type() {
    use Operator::{Add, Divide, Multiply, Remainder};
    for (left, operator, right, expected) in [
        (Int2, Add, Int2, Int2),
        (Int2, Add, Int4, Int4),
        (Int4, Divide, Int4, Int4),
        (Int8, Multiply, Int2, Int8),
        (Int8, Multiply, Numeric, Numeric),
        (Numeric, Add, Float4, Float8),
        (Float4, Add, Float4, Float4),
        (Float4, Add, Int2, Float8),
        (Float4, Multiply, Float8, Float8),
        (Int4, Remainder, Numeric, Numeric),
    ] {
        assert_eq!(result(&left, operator, &right), Some(expected.clone()), "{left:?} {operator:?} {right:?}");
        assert_eq!(result(&right, operator, &left), Some(expected), "{right:?} {operator:?} {left:?}");
    }
    assert_eq!(result(&Float8, Remainder, &Int4), None);
    assert_eq!(result(&Text, Add, &Text), None);
    assert_eq!(result(&Int4, Operator::And, &Int4), None);
}

#[test]
fn dates_and_spans() {
    use Operator::{Add, Divide, Multiply, Subtract};
    for (left, operator, right, expected) in [
        (Date, Subtract, Date, Some(Int4)),
        (Date, Add, Int4, Some(Date)),
        (Int2, Add, Date, Some(Date)),
        (Date, Add, Int8, None),
        (Date, Add, Date, None),
        (Date, Add, Duration, Some(Timestamp)),
        (Date, Add, Time, Some(Timestamp)),
        (Time, Subtract, Time, Some(Duration)),
        (Time, Add, Duration, Some(Time)),
        (TimestampTz, Subtract, TimestampTz, Some(Duration)),
        (TimestampTz, Subtract, Timestamp, None),
        (TimestampTz, Subtract, Date, None),
        (TimestampTz, Add, Interval, Some(TimestampTz)),
        (Duration, Add, TimestampTz, Some(TimestampTz)),
        (Duration, Subtract, TimestampTz, None),
        (Timestamp, Subtract, Date, Some(Duration)),
        (Duration, Add, Interval, Some(Interval)),
        (Duration, Multiply, Int8, Some(Duration)),
        (Float8, Multiply, Duration, Some(Duration)),
        (Duration, Divide, Int4, Some(Duration)),
        (Int4, Divide, Duration, None),
    ] {
        assert_eq!(result(&left, operator, &right), expected, "{left:?} {operator:?} {right:?}");
    }
}

#[test]
fn a_bound_operand_has_the_type_beside_it() {
    assert_eq!(sibling(Operator::Subtract, &Int4, false), Some(Int4));
    assert_eq!(sibling(Operator::Subtract, &TimestampTz, false), Some(Duration));
    assert_eq!(sibling(Operator::Subtract, &TimestampTz, true), Some(TimestampTz));
    assert_eq!(sibling(Operator::Add, &Date, true), Some(Duration));
    assert_eq!(sibling(Operator::Multiply, &Duration, false), Some(Float8));
    assert_eq!(sibling(Operator::Multiply, &Date, false), None);
    assert_eq!(sibling(Operator::Add, &Text, false), None);
}

#[test]
fn what_goes_together() {
    assert_eq!(common(&Int4, &Numeric), Some(Numeric));
    assert_eq!(common(&Duration, &Interval), Some(Interval));
    assert_eq!(common(&Date, &TimestampTz), None);
    assert_eq!(common(&Text, &Int4), None);
    assert!(comparable(&SqlType::TsVector, &SqlType::TsQuery));
    assert!(!comparable(&SqlType::Uuid, &Text));
    assert!(assignable(&Float8, &Int2));
    assert!(assignable(&Duration, &Interval));
    assert!(!assignable(&Interval, &Duration));
    assert!(!assignable(&TimestampTz, &Timestamp));
    assert!(!assignable(&Int4, &Text));
}

#[test]
fn articles() {
    assert_eq!(article("Integer"), "an `Integer`");
    assert_eq!(article("Uuid"), "a `Uuid`");
    assert_eq!(article("Char(5)"), "a `Char(5)`");
}

#[test]
fn literals_have_the_type_that_the_server_gives_them() {
    assert_eq!(natural(&Written::Integer(5)), Some(Int4));
    assert_eq!(natural(&Written::Integer(-2_147_483_648)), Some(Int4));
    assert_eq!(natural(&Written::Integer(2_147_483_648)), Some(Int8));
    assert_eq!(natural(&Written::Integer(1 << 70)), Some(Numeric));
    assert_eq!(natural(&Written::Number("1.5".into())), Some(Numeric));
    assert_eq!(natural(&Written::None), None);
}

/// The text of a constant, or why there is none.
fn read(literal: &Written, ty: &SqlType, field: Option<&FieldType>) -> Result<Checked, String> {
    let schema = Schema { time_zone: "UTC".into(), ..Schema::default() };
    check(&schema, literal, ty, field).map_err(|problem| problem.text)
}

#[test]
fn digits_of_decimals() {
    let money = FieldType::Decimal(Some((6, 2)));
    for good in ["1", "9999.99", "-9999.99", "1.500", "1.5e3", "0", "0.00", "0012.1", "100e-4"] {
        assert!(read(&Written::Number(good.into()), &Numeric, Some(&money)).is_ok(), "{good}");
    }
    for (bad, why) in [
        ("1.234", "3 digits after the point, at most 2"),
        ("10000", "5 digits before the point, at most 4"),
        ("1e4", "5 digits before the point, at most 4"),
        ("1e-3", "3 digits after the point, at most 2"),
    ] {
        assert_eq!(read(&Written::Number(bad.into()), &Numeric, Some(&money)), Err(why.into()), "{bad}");
    }
    let fraction = FieldType::Decimal(Some((2, 2)));
    assert!(read(&Written::Number("0.99".into()), &Numeric, Some(&fraction)).is_ok());
    assert!(read(&Written::Integer(1), &Numeric, Some(&fraction)).is_err());
    assert!(read(&Written::Integer(1 << 100), &Numeric, None).is_err());
}

#[test]
fn whole_numbers_fit_their_column() {
    assert!(read(&Written::Integer(32_767), &Int2, None).is_ok());
    assert!(read(&Written::Integer(32_768), &Int2, None).is_err());
    assert!(read(&Written::Integer(i128::from(i64::MIN)), &Int8, None).is_ok());
    assert_eq!(
        read(&Written::Integer(-1), &Int8, Some(&FieldType::PositiveBigInteger)),
        Err("it is never negative".into())
    );
}

#[test]
fn instants_carry_their_offset() {
    let constant = |text: &str| Ok(Checked::Constant(Literal::Text(text.into())));
    let ask = |text: &str| read(&Written::Text(text.into()), &TimestampTz, None);
    assert_eq!(ask("2024-05-01"), constant("2024-05-01 00:00:00+00:00"));
    assert_eq!(ask("2024-05-01T10:00:00+02"), constant("2024-05-01 10:00:00+02:00"));
    assert!(ask("2024-05-01T10").is_err());
    let paris = Schema { time_zone: "Europe/Paris".into(), ..Schema::default() };
    let local = check(&paris, &Written::Text("2024-05-01".into()), &TimestampTz, None);
    assert_eq!(local, Ok(Checked::Local("2024-05-01 00:00:00".into())));
}

#[test]
fn text_is_counted_in_characters() {
    let field = FieldType::Char(3);
    assert!(read(&Written::Text("äöü".into()), &Text, Some(&field)).is_ok());
    assert!(read(&Written::Text("äöüx".into()), &Text, Some(&field)).is_err());
    assert!(read(&Written::Text("a\0".into()), &Text, None).is_err());
}

#[test]
fn json_text_is_escaped() {
    assert_eq!(json(&Written::Text("a\"b\\c\n\u{1}é".into())), "\"a\\\"b\\\\c\\n\\u0001é\"");
    assert_eq!(json(&Written::None), "null");
    assert_eq!(json(&Written::Number("1.5".into())), "1.5");
}
