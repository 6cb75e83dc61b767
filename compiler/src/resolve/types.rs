//! Types written in queries: `Cast(e, Decimal(10, 2))`, `Value(x, Array(Integer))`.
//!
//! In: tokens in the schema's vocabulary of field types. Out: the type, whether `?` follows it, and the length or
//! digits that a value cast to it has.

use super::context::Context;
use crate::ast::{CallOption, OptionValue, Tokens};
use crate::hir::SqlType;
use nuages_schema::suggest::nearest;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The type.
    pub ty: SqlType,
    /// `?` follows.
    pub nullable: bool,
    /// The length of a text; digits and scale of a decimal; nothing.
    pub limits: Vec<u32>,
}

/// Types that are a name alone.
const PLAIN: &[(&str, SqlType)] = &[
    ("Char", SqlType::Text),
    ("Text", SqlType::Text),
    ("Slug", SqlType::Text),
    ("Email", SqlType::Text),
    ("Url", SqlType::Text),
    ("Boolean", SqlType::Bool),
    ("SmallInteger", SqlType::Int2),
    ("Integer", SqlType::Int4),
    ("BigInteger", SqlType::Int8),
    ("PositiveSmallInteger", SqlType::Int2),
    ("PositiveInteger", SqlType::Int4),
    ("PositiveBigInteger", SqlType::Int8),
    ("SmallAuto", SqlType::Int2),
    ("Auto", SqlType::Int4),
    ("BigAuto", SqlType::Int8),
    ("Serial", SqlType::Int4),
    ("BigSerial", SqlType::Int8),
    ("Float", SqlType::Float8),
    ("Real", SqlType::Float4),
    ("Decimal", SqlType::Numeric),
    ("Date", SqlType::Date),
    ("Time", SqlType::Time),
    ("DateTime", SqlType::TimestampTz),
    ("Duration", SqlType::Duration),
    ("Interval", SqlType::Interval),
    ("Uuid", SqlType::Uuid),
    ("Binary", SqlType::Bytea),
    ("Json", SqlType::Jsonb(None)),
    ("Inet", SqlType::Inet),
    ("HStore", SqlType::HStore),
    ("SearchVector", SqlType::TsVector),
];

/// The type in a call's type argument. `None`: reported.
pub fn option(cx: &mut Context<'_>, option: &CallOption) -> Option<Written> {
    let OptionValue::Tokens(tokens) = &option.value else { return None };
    let place = option.name.ident.span();
    match read(cx, tokens.clone()) {
        Ok(written) => Some(written),
        Err(problem) => {
            let last = tokens.clone().into_iter().last().map_or(place, |t| t.span());
            let error = cx.diagnostics.error("N0316", Tokens { first: place, last }, problem.text);
            error.suggest(problem.near.as_deref());
            None
        }
    }
}

/// Why tokens are no type.
#[derive(Debug)]
struct Problem {
    text: String,
    near: Option<String>,
}

fn problem(text: impl Into<String>) -> Problem {
    Problem { text: text.into(), near: None }
}

/// Reads a type.
fn read(cx: &Context<'_>, tokens: TokenStream) -> Result<Written, Problem> {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let nullable = matches!(trees.last(), Some(TokenTree::Punct(p)) if p.as_char() == '?');
    if nullable {
        trees.pop();
    }
    let (name, inner) = match trees.as_slice() {
        [TokenTree::Ident(name)] => (name.to_string(), None),
        [TokenTree::Ident(name), TokenTree::Group(g)] if g.delimiter() == Delimiter::Parenthesis => {
            (name.to_string(), Some(g.stream()))
        }
        _ => return Err(problem("expected a type of the schema, like `Integer` or `Decimal(10, 2)`")),
    };
    let (ty, limits) = typed(cx, &name, inner)?;
    Ok(Written { ty, nullable, limits })
}

fn typed(cx: &Context<'_>, name: &str, inner: Option<TokenStream>) -> Result<(SqlType, Vec<u32>), Problem> {
    match (name, inner) {
        ("Array", Some(inner)) => {
            let element = read(cx, inner)?;
            Ok((SqlType::Array(Box::new(element.ty), element.nullable), Vec::new()))
        }
        ("Range", Some(inner)) => {
            let element = read(cx, inner)?.ty;
            let known = matches!(
                element,
                SqlType::Int4 | SqlType::Int8 | SqlType::Numeric | SqlType::Date | SqlType::TimestampTz
            );
            if !known {
                return Err(problem("a range is of `Integer`, `BigInteger`, `Decimal`, `Date` or `DateTime`"));
            }
            Ok((SqlType::Range(Box::new(element)), Vec::new()))
        }
        ("Array" | "Range", None) => {
            Err(problem(format!("`{name}` needs the type of its elements: `{name}(Integer)`")))
        }
        ("DateTime", Some(inner)) if inner.to_string() == "naive" => Ok((SqlType::Timestamp, Vec::new())),
        ("Char" | "Slug", Some(inner)) => {
            let [length] = numbers(name, inner)?[..] else {
                return Err(problem(format!("`{name}` takes a length: `{name}(100)`")));
            };
            if length == 0 {
                return Err(problem(format!("the length of a `{name}` is at least 1")));
            }
            Ok((SqlType::Text, vec![length]))
        }
        ("Decimal", Some(inner)) => {
            let [precision, scale] = numbers(name, inner)?[..] else {
                return Err(problem("`Decimal` takes digits and scale: `Decimal(10, 2)`"));
            };
            if !(1..=1000).contains(&precision) {
                return Err(problem("a `Decimal` has 1 to 1000 digits"));
            }
            if scale > precision {
                return Err(problem("the scale of a `Decimal` is at most its digits"));
            }
            Ok((SqlType::Numeric, vec![precision, scale]))
        }
        (name, inner) => {
            if let Some((_, ty)) = PLAIN.iter().find(|(known, _)| *known == name) {
                return match inner {
                    None => Ok((ty.clone(), Vec::new())),
                    Some(_) => Err(problem(format!("`{name}` takes nothing in parentheses"))),
                };
            }
            if let (Some(id), None) = (cx.schema.enum_named(name), &inner) {
                let native = cx.schema.enumeration(id).native.is_some();
                return Ok((if native { SqlType::NativeEnum(id) } else { SqlType::Enum(id) }, Vec::new()));
            }
            let enums = cx.schema.enums.iter().map(|e| e.name.as_str());
            let known = PLAIN.iter().map(|(n, _)| *n).chain(["Array", "Range"]).chain(enums);
            let plain = nuages_schema::foreign::field_type(name);
            let near = match plain {
                Some(right) => Some(right.to_owned()),
                None => nearest(name, known).map(str::to_owned),
            };
            Err(Problem { text: format!("no type `{name}`"), near })
        }
    }
}

/// `10, 2`.
fn numbers(name: &str, inner: TokenStream) -> Result<Vec<u32>, Problem> {
    let mut list = Vec::new();
    for tree in inner {
        match tree {
            TokenTree::Punct(p) if p.as_char() == ',' => {}
            other => match other.to_string().parse() {
                Ok(n) => list.push(n),
                Err(_) => return Err(problem(format!("`{name}` takes numbers in parentheses, found `{other}`"))),
            },
        }
    }
    Ok(list)
}
