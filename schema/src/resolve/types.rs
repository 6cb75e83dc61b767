//! Types as written to types that mean something.
//!
//! In: a type of the tree. Out: [`Meaning`], or nothing after a report. Each field type is one row that says what
//! stands in its parentheses.

use super::names::{Names, Thing};
use crate::ast::{Name, Type, TypeArg, TypeKind};
use crate::diagnostic::Diagnostic;
use crate::foreign;
use crate::model::{FieldType, ModelId, ScopeParamType};
use crate::source::Span;
use crate::words::TYPES;

/// What a field's type means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    /// A column.
    Column(FieldType),
    /// A foreign key, or a one-to-one.
    Foreign {
        /// The model it points to.
        target: ModelId,
        /// `unique Model`.
        one_to_one: bool,
    },
    /// A many-to-many.
    Many(ModelId),
}

/// The longest `varchar` of PostgreSQL.
const MAX_CHAR: u32 = 10_485_760;
/// The most digits of a `numeric` with a declared precision.
const MAX_DIGITS: u32 = 1000;

/// Whether lengths must stand or must not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lengths {
    Given,
    Absent,
}

/// What a field's type means.
pub(crate) fn meaning(ty: &Type, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Meaning> {
    match &ty.kind {
        TypeKind::OneToOne(name) => {
            model(name, names, diagnostics).map(|target| Meaning::Foreign { target, one_to_one: true })
        }
        TypeKind::ManyToMany(name) => model(name, names, diagnostics).map(Meaning::Many),
        TypeKind::Named(name, args) => {
            if let Some(Thing::Model(target)) = names.get(&name.text) {
                no_args(name, args.as_deref(), ty.span, diagnostics)?;
                return Some(Meaning::Foreign { target, one_to_one: false });
            }
            column(name, args.as_deref(), ty.span, Lengths::Given, names, diagnostics).map(Meaning::Column)
        }
    }
}

/// What the type of a scope's parameter means.
pub(crate) fn param(ty: &Type, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<ScopeParamType> {
    let TypeKind::Named(name, args) = &ty.kind else {
        diagnostics.push(
            Diagnostic::at("S032", ty.span, "a parameter has a field type, an enum or a model")
                .help("several keys are an array: `Array(BigInteger)`"),
        );
        return None;
    };
    if let Some(Thing::Model(target)) = names.get(&name.text) {
        no_args(name, args.as_deref(), ty.span, diagnostics)?;
        return Some(ScopeParamType::Model(target));
    }
    let ty = column(name, args.as_deref(), ty.span, Lengths::Absent, names, diagnostics)?;
    Some(ScopeParamType::Field(integer_of_auto(ty)))
}

/// The type of a column that refers to an automatic one.
pub(crate) fn integer_of_auto(ty: FieldType) -> FieldType {
    match ty {
        FieldType::SmallAuto => FieldType::SmallInteger,
        FieldType::Auto | FieldType::Serial => FieldType::Integer,
        FieldType::BigAuto | FieldType::BigSerial => FieldType::BigInteger,
        other => other,
    }
}

/// The model of a name in `unique Name` and `[Name]`.
fn model(name: &Name, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<ModelId> {
    match names.get(&name.text) {
        Some(Thing::Model(id)) => return Some(id),
        Some(Thing::Abstract(_)) => diagnostics.push(abstract_has_no_rows(name)),
        Some(Thing::Enum(_)) => {
            diagnostics.push(Diagnostic::at(
                "S030",
                name.span,
                format!("`{}` is an enum, expected a model", name.text),
            ));
        }
        None if TYPES.contains(&name.text.as_str()) => {
            let message = format!("`{}` is a field type, expected a model", name.text);
            let help = format!("an array is written `Array({})`", name.text);
            diagnostics.push(Diagnostic::at("S030", name.span, message).help(help));
        }
        None if names.incomplete => {}
        None => diagnostics.push(
            Diagnostic::at("S030", name.span, format!("there is no model `{}`", name.text))
                .suggest(&name.text, names.model_names()),
        ),
    }
    None
}

fn abstract_has_no_rows(name: &Name) -> Diagnostic {
    let message = format!("`{}` is an abstract: it has no table, so nothing can refer to it", name.text);
    Diagnostic::at("S030", name.span, message)
}

fn no_args(name: &Name, args: Option<&[TypeArg]>, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<()> {
    if args.is_none() {
        return Some(());
    }
    diagnostics.push(Diagnostic::at("S031", span, format!("`{}` takes nothing in parentheses", name.text)));
    None
}

/// The column type of a name.
fn column(
    name: &Name,
    args: Option<&[TypeArg]>,
    span: Span,
    lengths: Lengths,
    names: &Names<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FieldType> {
    use FieldType as T;
    let plain = match name.text.as_str() {
        "Text" => T::Text,
        "Email" => T::Email,
        "Url" => T::Url,
        "Boolean" => T::Boolean,
        "SmallInteger" => T::SmallInteger,
        "Integer" => T::Integer,
        "BigInteger" => T::BigInteger,
        "PositiveSmallInteger" => T::PositiveSmallInteger,
        "PositiveInteger" => T::PositiveInteger,
        "PositiveBigInteger" => T::PositiveBigInteger,
        "SmallAuto" => T::SmallAuto,
        "Auto" => T::Auto,
        "BigAuto" => T::BigAuto,
        "Serial" => T::Serial,
        "BigSerial" => T::BigSerial,
        "Float" => T::Float,
        "Real" => T::Real,
        "Date" => T::Date,
        "Time" => T::Time,
        "Duration" => T::Duration,
        "Interval" => T::Interval,
        "Uuid" => T::Uuid,
        "Binary" => T::Binary,
        "Inet" => T::Inet,
        "HStore" => T::HStore,
        "SearchVector" => T::SearchVector,
        "Char" | "Slug" | "Decimal" | "DateTime" | "Json" | "Array" | "Range" | "Custom" => {
            return with_args(name, args, span, lengths, names, diagnostics);
        }
        _ => match names.get(&name.text) {
            Some(Thing::Enum(id)) => T::Enum(id),
            Some(Thing::Abstract(_)) => {
                diagnostics.push(abstract_has_no_rows(name));
                return None;
            }
            Some(Thing::Model(_)) => {
                let message = format!("`{}` is a model, expected a field type or an enum", name.text);
                let help = format!("many related rows are written `[{}]`", name.text);
                diagnostics.push(Diagnostic::at("S032", name.span, message).help(help));
                return None;
            }
            None => {
                if !names.incomplete {
                    let message = format!("there is no type `{}`", name.text);
                    let diagnostic = Diagnostic::at("S030", name.span, message);
                    let known = TYPES.iter().copied().chain(names.all());
                    diagnostics.push(match (foreign::relation(&name.text), foreign::field_type(&name.text)) {
                        (Some(help), _) => diagnostic.help(help),
                        (None, Some(here)) => diagnostic.help(format!("did you mean `{here}`?")),
                        (None, None) => diagnostic.suggest(&name.text, known),
                    });
                }
                return None;
            }
        },
    };
    no_args(name, args, span, diagnostics)?;
    Some(plain)
}

/// The column type of a name that can have something in parentheses.
fn with_args(
    name: &Name,
    args: Option<&[TypeArg]>,
    span: Span,
    lengths: Lengths,
    names: &Names<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FieldType> {
    use FieldType as T;
    let list = args.unwrap_or_default();
    let absent = lengths == Lengths::Absent;
    let expected = match (name.text.as_str(), list) {
        ("Char", []) if absent && args.is_none() => return Some(T::Char(0)),
        ("Slug", []) if absent && args.is_none() => return Some(T::Slug(0)),
        ("Char" | "Slug" | "Decimal", _) if absent && args.is_some() => {
            diagnostics.push(
                Diagnostic::at("S032", span, "the type of a parameter has no length")
                    .help(format!("`{}` takes values of any length", name.text)),
            );
            return None;
        }
        ("Char", [TypeArg::Number(n)]) => return whole(n, 1, MAX_CHAR, diagnostics).map(T::Char),
        ("Slug", [TypeArg::Number(n)]) => return whole(n, 1, MAX_CHAR, diagnostics).map(T::Slug),
        ("Decimal" | "DateTime" | "Json", []) if args.is_none() => {
            return Some(match name.text.as_str() {
                "Decimal" => T::Decimal(None),
                "DateTime" => T::DateTime,
                _ => T::Json(None),
            });
        }
        ("Decimal", [TypeArg::Number(p), TypeArg::Number(s)]) => {
            let digits = whole(p, 1, MAX_DIGITS, diagnostics);
            let scale = whole(s, 0, digits.unwrap_or(MAX_DIGITS), diagnostics);
            return digits.zip(scale).map(|pair| T::Decimal(Some(pair)));
        }
        ("DateTime", [TypeArg::Path(word)]) if word.text == "naive" => return Some(T::NaiveDateTime),
        ("Json", [TypeArg::Path(path)]) => return rust_path(path, diagnostics).map(|p| T::Json(Some(p))),
        ("Array", [TypeArg::Type(ty, nullable)]) => return array(ty, *nullable, lengths, names, diagnostics),
        ("Range", [TypeArg::Type(ty, None)]) => return range(ty, names, diagnostics),
        ("Custom", [TypeArg::Text(pg), TypeArg::Path(path)]) => {
            if pg.text.trim().is_empty() {
                diagnostics.push(Diagnostic::at("S031", pg.span, "expected the name of a PostgreSQL type"));
                return None;
            }
            let rust_type = rust_path(path, diagnostics)?;
            return Some(T::Custom { pg_type: pg.text.clone(), rust_type });
        }
        ("Char", _) => "its length: `Char(150)`",
        ("Slug", _) => "its length: `Slug(150)`",
        ("Decimal", _) => "all digits and those after the point, `Decimal(10, 2)`, or nothing",
        ("DateTime", _) => "`DateTime(naive)` or nothing",
        ("Json", _) => "the path of a Rust type, `Json(crate::Address)`, or nothing",
        ("Array", _) => "the type of its elements: `Array(Integer)`",
        ("Range", _) => "the type of its bounds: `Range(Date)`",
        _ => "a PostgreSQL type and a Rust type: `Custom(\"citext\", String)`",
    };
    diagnostics.push(Diagnostic::at("S031", span, format!("`{}` takes {expected}", name.text)));
    None
}

/// A whole number between two bounds.
fn whole(number: &Name, least: u32, most: u32, diagnostics: &mut Vec<Diagnostic>) -> Option<u32> {
    let value = number.text.replace('_', "").parse().ok().filter(|n| (least..=most).contains(n));
    if value.is_none() {
        let message = format!("expected a whole number from {least} to {most}, found `{}`", number.text);
        diagnostics.push(Diagnostic::at("S031", number.span, message));
    }
    value
}

/// The path of a Rust type, checked to look like one.
fn rust_path(path: &Name, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    // `Vec::<T>` is a path too.
    let head = path.text.split_once('<').map_or(path.text.as_str(), |(head, _)| head.trim_end_matches("::"));
    let segments = head.strip_prefix("::").unwrap_or(head).split("::").map(str::trim);
    let is_name = |s: &str| {
        let s = s.strip_prefix("r#").unwrap_or(s);
        s.starts_with(crate::lexer::begins_name) && s.chars().all(crate::lexer::continues_name)
    };
    let balanced = path.text.matches('<').count() == path.text.replace("->", "").matches('>').count();
    if segments.clone().all(is_name) && balanced {
        return Some(path.text.trim().to_owned());
    }
    diagnostics.push(Diagnostic::at(
        "S031",
        path.span,
        format!("expected the path of a Rust type, found `{}`", path.text),
    ));
    None
}

fn array(
    ty: &Type,
    nullable: Option<Span>,
    lengths: Lengths,
    names: &Names<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FieldType> {
    let element = element(ty, lengths, names, diagnostics)?;
    if element.is_auto() || element == FieldType::SearchVector {
        diagnostics.push(Diagnostic::at("S033", ty.span, format!("an array cannot hold `{}`", element.name())));
        return None;
    }
    if let FieldType::Custom { pg_type, .. } = &element {
        let message = "an array cannot hold a custom type, whose form only its own code knows";
        let help = format!(
            "an array of it is a custom type too: `Custom(\"{pg_type}[]\", path::Type)`, where `Type` is a `Vec`"
        );
        diagnostics.push(Diagnostic::at("S033", ty.span, message).help(help));
        return None;
    }
    if let (FieldType::Array { .. }, Some(mark)) = (&element, nullable) {
        let message = "an array in an array cannot be null: PostgreSQL's arrays are rectangular";
        diagnostics.push(Diagnostic::at("S033", mark, message));
        return None;
    }
    Some(FieldType::Array { element: Box::new(element), nullable: nullable.is_some() })
}

fn range(ty: &Type, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<FieldType> {
    use FieldType as T;
    let bound = element(ty, Lengths::Given, names, diagnostics)?;
    if matches!(bound, T::Integer | T::BigInteger | T::Decimal(None) | T::Date | T::DateTime) {
        return Some(T::Range(Box::new(bound)));
    }
    diagnostics.push(
        Diagnostic::at("S033", ty.span, "there is no range of this type")
            .note("the ranges are those of `Integer`, `BigInteger`, `Decimal`, `Date` and `DateTime`"),
    );
    None
}

/// A type in the parentheses of another.
fn element(ty: &Type, lengths: Lengths, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<FieldType> {
    let TypeKind::Named(name, args) = &ty.kind else {
        diagnostics.push(Diagnostic::at("S033", ty.span, "expected a field type or an enum, found a relation"));
        return None;
    };
    column(name, args.as_deref(), ty.span, lengths, names, diagnostics)
}
