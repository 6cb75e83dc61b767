//! The Rust enum of an enum.
//!
//! In: an enum. Out: `pub enum Status { … }` with its values as text both ways (`Display`, `FromStr`, `as_str`,
//! `ALL`), as a parameter and a column of queries, and as a value of plain `tokio_postgres` statements.

use super::{LENIENT, docs, identifier, is_camel, paragraphs, unusual};
use crate::Schema;
use crate::model::{Enum, EnumId, FieldType};
use std::fmt::Write as _;

/// Writes an enum.
pub(super) fn write(out: &mut String, schema: &Schema, id: EnumId) {
    let e = schema.enumeration(id);
    declaration(out, e);
    text(out, e);
    query(out, e);
    if is_key(schema, id) {
        key(out, e);
    }
    postgres(out, e);
}

/// Whether its values are keys of a model, or refer to one.
fn is_key(schema: &Schema, id: EnumId) -> bool {
    schema.models.iter().any(|model| {
        model.field_ids().any(|field| {
            let of_key = model.key.contains(&field) || model.field(field).foreign_key.is_some();
            of_key && model.field(field).ty == FieldType::Enum(id)
        })
    })
}

/// The enum and its inherent members.
fn declaration(out: &mut String, e: &Enum) {
    let stored = match &e.native {
        Some(native) => format!("PostgreSQL enum `{native}`."),
        None => format!("Stored as `varchar({})`.", e.max_length()),
    };
    out.push('\n');
    docs(out, 0, &paragraphs(&[&e.docs, &stored]));
    let derive = "#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]";
    let unusual = unusual(&e.name, e.variants.iter().map(|v| v.name.as_str()), is_camel);
    let _ = writeln!(out, "{unusual}{LENIENT}\n{derive}\npub enum {} {{", e.name);
    for variant in &e.variants {
        docs(out, 4, &paragraphs(&[&variant.docs, &format!("`{}`", variant.value.replace('\n', " "))]));
        let _ = writeln!(out, "    {},", identifier(&variant.name));
    }
    let all: Vec<String> = e.variants.iter().map(|v| format!("Self::{}", identifier(&v.name))).collect();
    let _ = write!(
        out,
        "}}

impl {} {{
    /// All values, in the order of their declaration.
    pub const ALL: [Self; {}] = [{}];

    /// The value as the database stores it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {{
        match self {{
",
        e.name,
        all.len(),
        all.join(", ")
    );
    for variant in &e.variants {
        let _ = writeln!(out, "            Self::{} => {:?},", identifier(&variant.name), variant.value);
    }
    out.push_str("        }\n    }\n}\n");
}

/// `Display`, `FromStr`.
fn text(out: &mut String, e: &Enum) {
    let _ = write!(
        out,
        "
impl ::core::fmt::Display for {name} {{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {{
        f.pad(self.as_str())
    }}
}}

impl ::core::str::FromStr for {name} {{
    type Err = ::nuages::UnknownVariant;
    fn from_str(text: &str) -> ::core::result::Result<Self, ::nuages::UnknownVariant> {{
        match text {{
",
        name = e.name
    );
    for variant in &e.variants {
        let _ = writeln!(
            out,
            "            {:?} => ::core::result::Result::Ok(Self::{}),",
            variant.value,
            identifier(&variant.name)
        );
    }
    let _ = write!(
        out,
        "            _ => ::core::result::Result::Err(::nuages::UnknownVariant::new(\"{}\", text)),
        }}
    }}
}}
",
        e.name
    );
}

/// As a column and a parameter of queries. A native enum is sent without a type, so that the server infers it; its
/// bytes are its text.
fn query(out: &mut String, e: &Enum) {
    let (oid, array) = if e.native.is_some() { (0, 0) } else { (25, 1009) };
    let _ = write!(
        out,
        "
impl ::nuages::private::SqlType for {name} {{
    const OID: u32 = {oid};
    const ARRAY_OID: u32 = {array};
}}

impl ::nuages::private::Own for {name} {{
    type As = Self;
}}

impl ::nuages::private::Element for {name} {{}}

impl ::nuages::private::Column for {name} {{
    fn fits(ty: &::nuages::private::Type) -> bool {{
        ::nuages::private::is_variant(ty)
    }}
    fn read(
        ty: &::nuages::private::Type,
        raw: ::core::option::Option<&[u8]>,
    ) -> ::core::result::Result<Self, ::nuages::private::BoxError> {{
        ::nuages::private::read_variant(ty, raw)
    }}
    fn blank() -> Self {{
        Self::ALL[0]
    }}
}}

#[diagnostic::do_not_recommend]
impl ::nuages::private::Accepts<{name}> for {name} {{
    fn encode(self, out: &mut ::std::vec::Vec<u8>) {{
        out.extend_from_slice(self.as_str().as_bytes());
    }}
}}

#[diagnostic::do_not_recommend]
impl ::nuages::private::Accepts<{name}> for &{name} {{
    fn encode(self, out: &mut ::std::vec::Vec<u8>) {{
        out.extend_from_slice(self.as_str().as_bytes());
    }}
}}
",
        name = e.name
    );
}

/// As a key. Few enums are one, and rustc compares each impl of this trait with all others.
fn key(out: &mut String, e: &Enum) {
    let _ = write!(
        out,
        "
#[diagnostic::do_not_recommend]
impl<M> ::nuages::private::Accepts<::nuages::private::Key<M, {name}>> for {name} {{
    fn encode(self, out: &mut ::std::vec::Vec<u8>) {{
        out.extend_from_slice(self.as_str().as_bytes());
    }}
}}

#[diagnostic::do_not_recommend]
impl<M> ::nuages::private::Accepts<::nuages::private::Key<M, {name}>> for &{name} {{
    fn encode(self, out: &mut ::std::vec::Vec<u8>) {{
        out.extend_from_slice(self.as_str().as_bytes());
    }}
}}
",
        name = e.name
    );
}

/// As a value of plain statements.
fn postgres(out: &mut String, e: &Enum) {
    let accepts = match &e.native {
        Some(native) => {
            // A name written with its PostgreSQL schema: the server's type has only the last part.
            let name = native.rsplit('.').next().unwrap_or(native).trim_matches('"');
            format!("ty.name() == {name:?} || <&str as ::nuages::private::ToSql>::accepts(ty)")
        }
        None => "<&str as ::nuages::private::ToSql>::accepts(ty)".to_owned(),
    };
    let _ = write!(
        out,
        "
impl ::nuages::private::ToSql for {name} {{
    fn to_sql(
        &self,
        _: &::nuages::private::Type,
        out: &mut ::nuages::private::BytesMut,
    ) -> ::core::result::Result<::nuages::private::IsNull, ::nuages::private::BoxError> {{
        out.extend_from_slice(self.as_str().as_bytes());
        ::core::result::Result::Ok(::nuages::private::IsNull::No)
    }}
    fn accepts(ty: &::nuages::private::Type) -> bool {{
        {accepts}
    }}
    fn to_sql_checked(
        &self,
        ty: &::nuages::private::Type,
        out: &mut ::nuages::private::BytesMut,
    ) -> ::core::result::Result<::nuages::private::IsNull, ::nuages::private::BoxError> {{
        ::nuages::private::to_sql_checked(self, ty, out)
    }}
}}

impl<'a> ::nuages::private::FromSql<'a> for {name} {{
    fn from_sql(
        ty: &::nuages::private::Type,
        raw: &'a [u8],
    ) -> ::core::result::Result<Self, ::nuages::private::BoxError> {{
        ::nuages::private::read_variant(ty, ::core::option::Option::Some(raw))
    }}
    fn accepts(ty: &::nuages::private::Type) -> bool {{
        {accepts}
    }}
}}
",
        name = e.name
    );
}
