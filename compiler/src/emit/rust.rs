//! Types and names of the schema as Rust tokens.
//!
//! In: SQL types, models, enums, names. Out: tokens with absolute paths, which mean the same wherever the macro stands.

use super::Paths;
use crate::hir::value::CursorOrder;
use crate::hir::{SqlType, Value};
use nuages_schema::model::{ModelId, Schema};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// What a piece of emitted code is written for: the schema, and where its models are.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The schema.
    pub(super) schema: &'a Schema,
    /// The paths.
    pub(super) paths: &'a Paths,
    /// Set: columns are of rows that borrow.
    pub(super) lent: Option<Lent>,
}

/// How a borrowed column's lifetime is called.
#[derive(Clone, Copy)]
pub(super) enum Lent {
    /// `'_`, in a function that reads it.
    Here,
    /// `'r`, in a struct.
    Named,
}

impl Place<'_> {
    /// The struct of a model.
    pub(super) fn model(self, id: ModelId) -> TokenStream {
        self.item(&self.schema.model(id).name)
    }

    /// An item of the models' module.
    fn item(self, name: &str) -> TokenStream {
        let (models, name) = (&self.paths.models, ident(name));
        quote!(#models::#name)
    }

    /// The Rust type of a value that is not NULL.
    pub(super) fn value(self, ty: &SqlType) -> TokenStream {
        match ty {
            SqlType::Bool => quote!(bool),
            SqlType::Int2 => quote!(i16),
            SqlType::Int4 => quote!(i32),
            SqlType::Int8 => quote!(i64),
            SqlType::Float4 => quote!(f32),
            SqlType::Float8 => quote!(f64),
            SqlType::Numeric => quote!(::nuages::rust_decimal::Decimal),
            SqlType::Text | SqlType::TsQuery => quote!(::std::string::String),
            // Bound by its own type, never named.
            SqlType::Inferred => quote!(_),
            SqlType::Date => quote!(::nuages::chrono::NaiveDate),
            SqlType::Time => quote!(::nuages::chrono::NaiveTime),
            SqlType::TimestampTz => quote!(::nuages::chrono::DateTime<::nuages::chrono::Utc>),
            SqlType::Timestamp => quote!(::nuages::chrono::NaiveDateTime),
            SqlType::Duration => quote!(::nuages::chrono::TimeDelta),
            SqlType::Interval => quote!(::nuages::Interval),
            SqlType::Uuid => quote!(::nuages::uuid::Uuid),
            SqlType::Bytea => quote!(::std::vec::Vec<u8>),
            SqlType::Jsonb(None) => quote!(::nuages::serde_json::Value),
            SqlType::Inet => quote!(::std::net::IpAddr),
            SqlType::Array(element, nullable) => {
                let element = Self { lent: None, ..self }.column(element, *nullable);
                quote!(::std::vec::Vec<#element>)
            }
            SqlType::Range(element) => {
                let element = self.value(element);
                quote!(::nuages::Range<#element>)
            }
            SqlType::HStore => quote! {
                ::std::collections::HashMap<::std::string::String, ::core::option::Option<::std::string::String>>
            },
            SqlType::TsVector => quote!(::nuages::SearchVector),
            SqlType::Enum(id) | SqlType::NativeEnum(id) => self.item(&self.schema.enumeration(*id).name),
            SqlType::Jsonb(Some(path)) | SqlType::Custom { rust_type: path, .. } => self.named(path),
        }
    }

    /// A Rust type that the schema names: its alias in the models' module.
    fn named(self, path: &str) -> TokenStream {
        let n = nuages_schema::codegen::rust_paths(self.schema).iter().position(|p| *p == path).unwrap_or(0);
        self.item(&nuages_schema::codegen::alias(n))
    }

    /// The Rust type of a column.
    pub(super) fn column(self, ty: &SqlType, nullable: bool) -> TokenStream {
        let value = match (ty, self.lent) {
            (SqlType::Text, Some(Lent::Here)) => quote!(&'_ str),
            (SqlType::Text, Some(Lent::Named)) => quote!(&'r str),
            (SqlType::Bytea, Some(Lent::Here)) => quote!(&'_ [u8]),
            (SqlType::Bytea, Some(Lent::Named)) => quote!(&'r [u8]),
            _ => self.value(ty),
        };
        if nullable { quote!(::core::option::Option<#value>) } else { value }
    }

    /// Reads the `index`-th column of `__cx`.
    pub(super) fn read(self, ty: &SqlType, nullable: bool, index: usize) -> TokenStream {
        let lent = match (ty, nullable) {
            _ if self.lent.is_none() => None,
            (SqlType::Text, false) => Some("text"),
            (SqlType::Text, true) => Some("text_opt"),
            (SqlType::Bytea, false) => Some("bytes"),
            (SqlType::Bytea, true) => Some("bytes_opt"),
            _ => None,
        };
        if let Some(method) = lent.map(ident) {
            return quote!(__cx.#method(#index)?);
        }
        let method = match (ty, nullable) {
            (SqlType::Jsonb(Some(_)), false) => "json",
            (SqlType::Jsonb(Some(_)), true) => "json_opt",
            (SqlType::Custom { .. }, false) => "custom",
            (SqlType::Custom { .. }, true) => "custom_opt",
            _ => {
                let column = self.column(ty, nullable);
                return quote!(__cx.get::<#column>(#index)?);
            }
        };
        let (method, value) = (ident(method), self.value(ty));
        quote!(__cx.#method::<#value>(#index)?)
    }

    /// The type that stands for what a slot takes.
    pub(super) fn slot(self, ty: &SqlType) -> TokenStream {
        let value = self.value(ty);
        match ty {
            SqlType::Jsonb(Some(_)) => quote!(::nuages::private::Document<#value>),
            SqlType::Custom { .. } => quote!(::nuages::private::Custom<#value>),
            SqlType::Array(element, nullable) => {
                let element = self.slot(element);
                let element = if *nullable { quote!(::core::option::Option<#element>) } else { element };
                quote!(::std::vec::Vec<#element>)
            }
            _ => value,
        }
    }

    /// What a cursor must fit: the orders, and the parameters that its values become.
    pub(super) fn orders(self, orders: &[CursorOrder]) -> TokenStream {
        let bit = |switch: Option<u8>| match switch.map(Literal::u8_unsuffixed) {
            None => quote!(::core::option::Option::None),
            Some(switch) => quote!(::core::option::Option::Some(#switch)),
        };
        let orders = orders.iter().map(|order| {
            let keys = order.keys.iter().map(|key| {
                let oid = Literal::u32_unsuffixed(key.ty.oid());
                let switch = bit(key.switch);
                let values = match &key.ty {
                    SqlType::NativeEnum(id) => self.schema.enumeration(*id).variants.iter().map(|v| &v.value).collect(),
                    _ => Vec::new(),
                };
                quote!(::nuages::private::OrderKey { ty: #oid, switch: #switch, values: &[#(#values),*] })
            });
            let variant = bit(order.variant);
            let fingerprint = Literal::u64_unsuffixed(order.fingerprint);
            quote! {
                ::nuages::private::Order { variant: #variant, fingerprint: #fingerprint, keys: &[#(#keys),*] }
            }
        });
        quote!(&[#(#orders),*])
    }

    /// The same for a value: where a key of a model is expected, also a reference to one will do.
    pub(super) fn expected(self, value: &Value) -> TokenStream {
        match self.key(value) {
            Some((model, slot)) => quote!(::nuages::private::Key<#model, #slot>),
            None => self.slot(&value.ty),
        }
    }

    /// The model and the type of the key for which a reference to an object stands where this value is expected.
    pub(super) fn key(self, value: &Value) -> Option<(TokenStream, TokenStream)> {
        // The runtime lists the types whose keys a reference stands for.
        let list = matches!(
            value.ty,
            SqlType::Array(..) | SqlType::Range(_) | SqlType::Custom { .. } | SqlType::Jsonb(Some(_))
        );
        let model = value.key_of.filter(|_| !list)?;
        Some((self.model(model), self.slot(&value.ty)))
    }
}

/// A name as an identifier, raw if Rust reserves it.
pub(super) fn ident(name: &str) -> Ident {
    spanned(name, Span::call_site())
}

/// A name as an identifier with a span.
pub(super) fn spanned(name: &str, span: Span) -> Ident {
    match nuages_schema::codegen::identifier(name).strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, span),
        // These cannot be raw; the schema does not have them, an annotation might.
        None if matches!(name, "self" | "Self" | "super" | "crate" | "_") => Ident::new(&format!("{name}_"), span),
        None => Ident::new(name, span),
    }
}

/// `order_items` → `OrderItems`.
pub(super) fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut chars = word.chars();
        if let Some(first) = chars.next() {
            out.extend(first.to_uppercase());
            out.push_str(chars.as_str());
        }
    }
    out
}
