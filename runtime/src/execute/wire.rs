//! Parameters on their way: slots of the query, and keys of parents, as the driver takes them.

use std::error::Error as StdError;

use bytes::BytesMut;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use postgres_types::{Format, FromSql, IsNull, ToSql, Type};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::encode::{Late, Value, Values};
use crate::error::Error;
use crate::plan::Param;
use crate::prefetch::Keys;

/// The types that the parameters of `sql` are declared with. The server infers `unknown` as it does a type that is not
/// given; of a parameter that this variant of the statement leaves out there is nothing to infer, and it is text.
/// A value may say itself which type it is.
pub(super) fn types(sql: &str, params: &[Param], values: &Values) -> Vec<Type> {
    let own =
        |param: &Param| values.own().iter().find(|(slot, _)| *slot == usize::from(param.slot)).map(|(_, oid)| *oid);
    let known = |param: &Param| Type::from_oid(if param.ty == 0 { own(param).unwrap_or(0) } else { param.ty });
    let declared = |(i, param): (usize, &Param)| match known(param) {
        Some(ty) => ty,
        None if mentions(sql, i + 1) => Type::UNKNOWN,
        None => Type::TEXT,
    };
    params.iter().enumerate().map(declared).collect()
}

/// Whether `$n` stands in `sql`.
fn mentions(sql: &str, n: usize) -> bool {
    let name = format!("${n}");
    sql.match_indices(&name).any(|(at, _)| !sql[at + name.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

/// Parameters, and where their values are. A reference to it is all that goes to the driver, whose futures are large enough.
#[derive(Clone, Copy)]
pub(super) struct Given<'v> {
    pub(super) params: &'v [Param],
    pub(super) values: &'v Values,
    pub(super) keys: &'v Keys,
}

impl<'v> Given<'v> {
    fn wire(&self, param: Param) -> Wire<'v> {
        match self.values.get(usize::from(param.slot)) {
            Some(Value::Null) => Wire::Null,
            Some(Value::Number(number)) => Wire::Bytes(number.bytes(), false),
            Some(Value::Bytes(bytes, text)) => Wire::Bytes(bytes, text),
            Some(Value::Late(late)) => Wire::Late(late),
            None => match self.keys.get(usize::from(u16::MAX - param.slot)) {
                Some((bytes, text)) => Wire::Bytes(bytes, *text),
                None => Wire::Missing(param.slot),
            },
        }
    }
}

impl Given<'_> {
    /// What an error says: the driver's, unless there is a parameter without a value. That is looked for when the driver has
    /// refused the parameters, as it costs as much as to send them.
    pub(super) fn refused(&self, error: Error) -> Error {
        let missing = |wire| if let Wire::Missing(slot) = wire { Some(slot) } else { None };
        match self.into_iter().find_map(missing) {
            Some(slot) => Error::invalid(format!("the query has no slot {slot}")),
            None => error,
        }
    }
}

/// The parameters, one after the other, as they are sent.
impl<'v> IntoIterator for &'v Given<'v> {
    type Item = Wire<'v>;
    type IntoIter = Wires<'v>;

    fn into_iter(self) -> Wires<'v> {
        Wires { params: self.params.iter(), given: self }
    }
}

/// See [`Given`].
#[derive(Clone)]
pub(super) struct Wires<'v> {
    params: std::slice::Iter<'v, Param>,
    given: &'v Given<'v>,
}

impl<'v> Iterator for Wires<'v> {
    type Item = Wire<'v>;

    fn next(&mut self) -> Option<Wire<'v>> {
        Some(self.given.wire(*self.params.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.params.size_hint()
    }
}

impl ExactSizeIterator for Wires<'_> {}

/// The parameters as text, for those who asked to see them.
pub(super) fn shown(sql: &str, given: &Given<'_>) -> String {
    let types = types(sql, given.params, given.values);
    let one = |(i, (wire, ty)): (usize, (Wire<'_>, &Type))| format!("${} = {}", i + 1, wire.shown(ty));
    given.into_iter().zip(&types).enumerate().map(one).collect::<Vec<_>>().join(", ")
}

/// A value on its way to the server, whatever type the server gives the parameter.
pub(super) enum Wire<'v> {
    Null,
    Bytes(&'v [u8], bool),
    Late(&'v Late),
    /// The query was put together wrongly.
    Missing(u16),
}

impl Wire<'_> {
    pub(super) fn is_late(&self) -> bool {
        matches!(self, Self::Late(_))
    }

    fn shown(&self, ty: &Type) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Bytes(bytes, true) => format!("{:?}", String::from_utf8_lossy(bytes)),
            Self::Bytes(bytes, false) => {
                plain(bytes, ty).unwrap_or_else(|| format!("{} of {} bytes", ty.name(), bytes.len()))
            }
            Self::Late(_) => "<custom>".to_owned(),
            Self::Missing(slot) => format!("<no slot {slot}>"),
        }
    }
}

/// A value of a common type, and arrays of some.
fn plain(bytes: &[u8], ty: &Type) -> Option<String> {
    fn read<'b, T: FromSql<'b> + std::fmt::Debug>(bytes: &'b [u8], ty: &Type) -> Option<String> {
        T::from_sql(ty, bytes).ok().map(|value| format!("{value:?}"))
    }
    match *ty {
        Type::BOOL => read::<bool>(bytes, ty),
        Type::INT2 => read::<i16>(bytes, ty),
        Type::INT4 => read::<i32>(bytes, ty),
        Type::INT8 => read::<i64>(bytes, ty),
        Type::FLOAT4 => read::<f32>(bytes, ty),
        Type::FLOAT8 => read::<f64>(bytes, ty),
        Type::NUMERIC => read::<Decimal>(bytes, ty),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => read::<&str>(bytes, ty),
        Type::UUID => read::<Uuid>(bytes, ty),
        Type::DATE => read::<NaiveDate>(bytes, ty),
        Type::TIMESTAMP => read::<NaiveDateTime>(bytes, ty),
        Type::TIMESTAMPTZ => read::<DateTime<Utc>>(bytes, ty),
        Type::JSON | Type::JSONB => read::<serde_json::Value>(bytes, ty),
        Type::INT8_ARRAY => read::<Vec<Option<i64>>>(bytes, ty),
        Type::INT4_ARRAY => read::<Vec<Option<i32>>>(bytes, ty),
        Type::TEXT_ARRAY | Type::VARCHAR_ARRAY => read::<Vec<Option<&str>>>(bytes, ty),
        _ => None,
    }
}

// The driver may log parameters; ours may be secrets.
impl std::fmt::Debug for Wire<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Bytes(bytes, _) => write!(f, "<{} bytes>", bytes.len()),
            Self::Late(_) => f.write_str("<custom>"),
            Self::Missing(slot) => write!(f, "<no slot {slot}>"),
        }
    }
}

impl ToSql for Wire<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bytes(bytes, _) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            Self::Late(late) => late.to_sql_checked(ty, out),
            Self::Missing(slot) => Err(format!("the query has no slot {slot}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, ty: &Type) -> Format {
        match self {
            Self::Bytes(_, true) => Format::Text,
            Self::Late(late) => late.encode_format(ty),
            _ => Format::Binary,
        }
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_parameter_is_found_by_its_whole_number() {
        assert!(mentions("a = $1", 1));
        assert!(mentions("a = $12 OR b = $1 AND c", 1));
        assert!(!mentions("a = $12", 1));
        assert!(!mentions("a IS NULL", 1));
    }
}
