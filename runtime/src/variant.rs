//! Enums of the schema as text of the database.
//!
//! In: what generated enums call. Out: a value of an enum from the text of a column or from a parsed text, or an error
//! that names the enum and the text it does not have.

use postgres_types::WrongType;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

pub use bytes::BytesMut;
pub use postgres_types::{FromSql, IsNull, ToSql, Type};

/// What conversions of `postgres_types` fail with.
pub type BoxError = Box<dyn Error + Sync + Send>;

/// A text that is no value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVariant {
    name: &'static str,
    text: String,
}

impl UnknownVariant {
    /// What generated enums fail with.
    #[doc(hidden)]
    pub fn new(name: &'static str, text: &str) -> Self {
        Self { name, text: text.to_owned() }
    }

    /// Name of the enum.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for UnknownVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no value of `{}`", self.text, self.name)
    }
}

impl Error for UnknownVariant {}

/// Whether a column can hold values of an enum: text, or an enum of the server's.
pub fn is_variant(ty: &Type) -> bool {
    <String as crate::decode::Column>::fits(ty)
}

/// A value of an enum from a column.
pub fn read_variant<T: FromStr<Err = UnknownVariant>>(_: &Type, raw: Option<&[u8]>) -> Result<T, BoxError> {
    match raw {
        Some(raw) => Ok(std::str::from_utf8(raw)?.parse()?),
        None => Err("found NULL, expected a value".into()),
    }
}

/// [`ToSql::to_sql_checked`] of generated enums.
pub fn to_sql_checked<T: ToSql>(value: &T, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
    if !T::accepts(ty) {
        return Err(WrongType::new::<T>(ty.clone()).into());
    }
    value.to_sql(ty, out)
}

#[cfg(test)]
mod tests {
    use super::{Type, UnknownVariant, read_variant};
    use std::str::FromStr;

    #[derive(Debug, PartialEq)]
    struct Only;

    impl FromStr for Only {
        type Err = UnknownVariant;
        fn from_str(text: &str) -> Result<Self, UnknownVariant> {
            if text == "only" { Ok(Self) } else { Err(UnknownVariant::new("Only", text)) }
        }
    }

    #[test]
    fn columns_become_values_or_errors_that_name_the_enum() {
        assert_eq!(read_variant::<Only>(&Type::TEXT, Some(b"only")).ok(), Some(Only));
        let text = |raw| read_variant::<Only>(&Type::TEXT, raw).unwrap_err().to_string();
        assert_eq!(text(Some(b"other")), "\"other\" is no value of `Only`");
        assert_eq!(text(None), "found NULL, expected a value");
    }
}
