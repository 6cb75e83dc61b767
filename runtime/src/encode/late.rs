//! Arrays of a custom type, whose elements can be written only when the server has said what they are.

use std::error::Error;

use bytes::BytesMut;
use postgres_types::{IsNull, ToSql, Type};

use super::Late;

/// The elements of such an array.
#[derive(Debug)]
pub(crate) struct LateElements(pub(crate) Vec<Option<Late>>);

impl ToSql for LateElements {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let elements: Vec<Option<Element<'_>>> = self.0.iter().map(|late| late.as_ref().map(Element)).collect();
        elements.to_sql(ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(ty, out)
    }
}

/// One of them.
#[derive(Debug)]
struct Element<'v>(&'v Late);

impl ToSql for Element<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql_checked(ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(ty, out)
    }
}
