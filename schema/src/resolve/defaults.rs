//! Defaults: a value as written to a value of the field's type.
//!
//! In: the value of `default(…)` and the type. Out: the [`Default`], or nothing after a report that says what the type
//! takes.

use super::texts;
use crate::ast::{Value, ValueKind};
use crate::diagnostic::Diagnostic;
use crate::foreign;
use crate::model::{Default, Enum, EnumId, FieldType, Literal};

/// The functions a default may call.
const FUNCTIONS: [&str; 3] = ["now", "gen_random_uuid", "sql"];

/// What a default means.
pub(crate) fn default(
    value: &Value,
    ty: &FieldType,
    nullable: bool,
    enums: &[Enum],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Default> {
    let result = match &value.kind {
        ValueKind::Call(name, argument) => call(value, &name.text, argument.as_ref().map(|a| a.text.as_str()), ty),
        // The same as no default, as in Django.
        ValueKind::Null if nullable && !has_none(ty, enums) => return None,
        _ => literal(value, ty, enums).map(Default::Literal),
    };
    result.map_err(|problem| diagnostics.push(*problem)).ok()
}

type Checked<T> = Result<T, Box<Diagnostic>>;

fn wrong<T>(value: &Value, message: impl Into<String>) -> Checked<T> {
    Err(Box::new(Diagnostic::at("S050", value.span, message)))
}

/// A default that is computed by the database.
fn call(value: &Value, name: &str, argument: Option<&str>, ty: &FieldType) -> Checked<Default> {
    use FieldType as T;
    match (name, argument) {
        ("now", None) if matches!(ty, T::Date | T::Time | T::DateTime | T::NaiveDateTime) => Ok(Default::Now),
        ("now", None) => wrong(value, format!("`now()` is a date or time, the field is {}", described(ty))),
        ("gen_random_uuid", None) if *ty == T::Uuid => Ok(Default::RandomUuid),
        ("gen_random_uuid", None) => {
            wrong(value, format!("`gen_random_uuid()` is a `Uuid`, the field is {}", described(ty)))
        }
        ("sql", Some(text)) if !text.trim().is_empty() => Ok(Default::Sql(text.to_owned())),
        ("sql", _) => wrong(value, "`sql` takes an SQL expression in quotes: `sql(\"…\")`"),
        (known, Some(_)) if FUNCTIONS.contains(&known) => wrong(value, format!("`{known}()` takes nothing")),
        _ => {
            let unknown = Diagnostic::at("S050", value.span, format!("unknown function `{name}` in a default"));
            let unknown = match foreign::default(name) {
                Some(help) => unknown.help(help),
                None => unknown.suggest(name, FUNCTIONS),
            };
            Err(Box::new(unknown.note("a default is a value, `now()`, `gen_random_uuid()` or `sql(\"…\")`")))
        }
    }
}

/// A value of a type.
fn literal(value: &Value, ty: &FieldType, enums: &[Enum]) -> Checked<Literal> {
    use FieldType as T;
    use ValueKind as V;
    match (ty, &value.kind) {
        (T::Char(_) | T::Text | T::Slug(_) | T::Email | T::Url, V::Text(text)) => {
            let length = text.chars().count();
            match ty.max_length() {
                Some(most) if length > most as usize => {
                    wrong(value, format!("the text has {length} characters, the field holds {most}"))
                }
                _ => Ok(Literal::Text(text.clone())),
            }
        }
        (T::Boolean, V::Bool(bool)) => Ok(Literal::Bool(*bool)),
        (_, V::Number(number)) if bounds(ty).is_some() => integer(value, number, ty),
        (T::Float | T::Real, V::Number(text)) => number(value, text),
        (T::Decimal(limits), V::Number(text)) => {
            let literal = number(value, text)?;
            match limits {
                Some((digits, scale)) => fits(value, &literal, *digits, *scale).map(|()| literal),
                None => Ok(literal),
            }
        }
        // Of an enum that could not be read the variants are not known.
        (T::Enum(id), _) if enums[id.0 as usize].variants.is_empty() => Ok(Literal::Variant(*id, 0)),
        (T::Enum(id), V::Word(word)) => {
            let of = &enums[id.0 as usize];
            let message = format!("`{}` has no variant `{word}`", of.name);
            variant(value, *id, word, of.variants.iter().map(|v| v.name.as_str()), message)
        }
        (T::Enum(id), V::Null) if has_none(ty, enums) => {
            variant(value, *id, "None", enums[id.0 as usize].variants.iter().map(|v| v.name.as_str()), String::new())
        }
        (T::Enum(id), V::Text(text)) => {
            let of = &enums[id.0 as usize];
            let message = format!("`{}` has no value {text:?}", of.name);
            variant(value, *id, text, of.variants.iter().map(|v| v.value.as_str()), message)
        }
        (T::Array { element, nullable }, V::Array(values)) => array(value, values, element, *nullable, enums),
        (T::Custom { .. }, V::Text(text)) => Ok(Literal::Text(text.clone())),
        (_, V::Text(text)) => match texts::form(ty) {
            Some(form) if (form.check)(text) => Ok(Literal::Text(text.clone())),
            Some(form) => wrong(value, format!("{text:?} is not {}: expected a form like {}", form.what, form.example)),
            None => mismatch(value, ty),
        },
        _ => mismatch(value, ty),
    }
}

/// Whether a type is an enum with a variant `None`, which then means that variant.
fn has_none(ty: &FieldType, enums: &[Enum]) -> bool {
    matches!(ty, FieldType::Enum(id) if enums[id.0 as usize].variants.iter().any(|v| v.name == "None"))
}

/// The variant that is called so, among names or values.
fn variant<'a>(
    value: &Value,
    id: EnumId,
    wanted: &str,
    mut known: impl Iterator<Item = &'a str> + Clone,
    message: String,
) -> Checked<Literal> {
    let all = known.clone();
    let found = known.position(|one| one == wanted).map(|i| Literal::Variant(id, super::names::number(i)));
    found.ok_or_else(|| Box::new(Diagnostic::at("S051", value.span, message).suggest(wanted, all)))
}

fn mismatch<T>(value: &Value, ty: &FieldType) -> Checked<T> {
    use FieldType as T;
    if matches!(value.kind, ValueKind::Null) {
        return wrong(value, "`None` is no value of a field that is not nullable");
    }
    let found = match &value.kind {
        ValueKind::Bool(bool) => format!("`{bool}`"),
        ValueKind::Number(number) => format!("the number `{number}`"),
        ValueKind::Text(_) => "a text".into(),
        ValueKind::Word(word) => format!("`{word}`"),
        ValueKind::Null => "`None`".into(),
        ValueKind::Array(_) => "an array".into(),
        ValueKind::Call(name, _) => format!("`{}()`", name.text),
    };
    let message = format!("expected {}, found {found}", expected(ty));
    let diagnostic = Diagnostic::at("S050", value.span, message);
    if let ValueKind::Word(word) = &value.kind {
        return Err(Box::new(match foreign::default(word) {
            Some(help) => diagnostic.help(help),
            None if word == "gen_random_uuid" => diagnostic.help("a function has parentheses: `gen_random_uuid()`"),
            None if *ty == T::Boolean => diagnostic.suggest(word, ["true", "false"]),
            None if ty.is_text() => diagnostic.help(format!("a text stands in double quotes: `{word:?}`")),
            None => diagnostic,
        }));
    }
    Err(Box::new(match ty {
        T::Binary | T::Range(_) | T::HStore | T::SearchVector => {
            diagnostic.help("a default of this type is written in SQL: `default(sql(\"…\"))`")
        }
        _ => diagnostic,
    }))
}

/// What a type takes, in words.
fn expected(ty: &FieldType) -> String {
    use FieldType as T;
    if let Some(form) = texts::form(ty) {
        return format!("{} as a text like {}", form.what, form.example);
    }
    match ty {
        T::Boolean => "`true` or `false`".into(),
        T::Enum(_) => "a variant of the enum".into(),
        T::Array { .. } => "an array like `[a, b]`".into(),
        T::Float | T::Real | T::Decimal(_) => "a number".into(),
        _ if bounds(ty).is_some() => "a whole number".into(),
        _ if ty.is_text() || matches!(ty, T::Custom { .. }) => "a text in quotes".into(),
        _ => "an SQL expression".into(),
    }
}

/// A type with its article.
fn described(ty: &FieldType) -> String {
    match ty {
        FieldType::Enum(_) => "an enum".into(),
        other => format!("`{}`", other.name()),
    }
}

/// The least and greatest number of an integer type.
fn bounds(ty: &FieldType) -> Option<(i64, i64)> {
    use FieldType as T;
    let (small, normal) = ((i64::from(i16::MIN), i64::from(i16::MAX)), (i64::from(i32::MIN), i64::from(i32::MAX)));
    Some(match ty {
        T::SmallInteger => small,
        T::Integer => normal,
        T::BigInteger => (i64::MIN, i64::MAX),
        T::PositiveSmallInteger => (0, small.1),
        T::PositiveInteger => (0, normal.1),
        T::PositiveBigInteger => (0, i64::MAX),
        _ => return None,
    })
}

fn integer(value: &Value, text: &str, ty: &FieldType) -> Checked<Literal> {
    let Some(number) = texts::integer(text) else {
        return wrong(value, format!("expected a whole number, found `{text}`"));
    };
    let (least, most) = bounds(ty).unwrap_or((i64::MIN, i64::MAX));
    match i64::try_from(number) {
        Ok(n) if (least..=most).contains(&n) => Ok(Literal::Integer(n)),
        _ if least == 0 && number < 0 => wrong(value, format!("`{text}` is negative, the field is `{}`", ty.name())),
        _ => wrong(value, format!("`{text}` is out of range: `{}` holds {least} to {most}", ty.name())),
    }
}

/// A number with or without a fraction.
fn number(value: &Value, text: &str) -> Checked<Literal> {
    if let Some(whole) = texts::integer(text) {
        return Ok(i64::try_from(whole).map_or_else(|_| Literal::Number(whole.to_string()), Literal::Integer));
    }
    let plain = text.replace('_', "");
    let finite = plain.parse::<f64>().is_ok_and(f64::is_finite);
    if finite && !plain.contains(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E')) {
        return Ok(Literal::Number(plain));
    }
    wrong(value, format!("expected a number, found `{text}`"))
}

/// Whether a number fits the digits of a `Decimal`.
fn fits(value: &Value, literal: &Literal, digits: u32, scale: u32) -> Checked<()> {
    let text = match literal {
        Literal::Integer(n) => n.to_string(),
        Literal::Number(text) => text.clone(),
        _ => return Ok(()),
    };
    let Some((before, after)) = texts::digits(&text) else {
        return wrong(value, format!("`{text}` is too large for `Decimal({digits}, {scale})`"));
    };
    if after > scale as usize {
        return wrong(
            value,
            format!("`{text}` has {after} digits after the point, `Decimal({digits}, {scale})` holds {scale}"),
        );
    }
    let room = digits - scale;
    if before > room as usize {
        return wrong(
            value,
            format!("`{text}` has {before} digits before the point, `Decimal({digits}, {scale})` holds {room}"),
        );
    }
    Ok(())
}

fn array(value: &Value, values: &[Value], element: &FieldType, nullable: bool, enums: &[Enum]) -> Checked<Literal> {
    let mut out = Vec::new();
    for one in values {
        out.push(match one.kind {
            ValueKind::Null if has_none(element, enums) => literal(one, element, enums)?,
            ValueKind::Null if nullable => Literal::Null,
            ValueKind::Null => return wrong(one, "the elements of this array are not nullable: `Array(T?)` has such"),
            ValueKind::Call(..) => return wrong(one, "an element is a value; an array may be `sql(\"…\")` as a whole"),
            _ => literal(one, element, enums)?,
        });
    }
    let lengths: Vec<usize> =
        out.iter().filter_map(|v| if let Literal::Array(a) = v { Some(a.len()) } else { None }).collect();
    if lengths.windows(2).any(|pair| pair[0] != pair[1]) {
        return wrong(value, "the arrays in an array have the same length in PostgreSQL");
    }
    Ok(Literal::Array(out))
}
