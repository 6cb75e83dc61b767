//! The structs that a query defines.
//!
//! In: the fields of a record and what it stands on. Out: the struct with what it can: it is read from a row, derefs to
//! its model and stands for its key, and unless a struct of the user's is in it, is `Debug`, `Clone`, `PartialEq` and,
//! with the feature of that name, known to serde.

use super::record::Definitions;
use super::rust::{ident, spanned};
use crate::hir::SqlType;
use nuages_schema::model::Model;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// A field of a record to be.
pub(super) struct Member {
    /// Its name.
    pub(super) name: String,
    /// The user's token for it.
    pub(super) ident: Option<Ident>,
    /// Its type.
    pub(super) ty: TokenStream,
    /// How it is read of `__cx`.
    pub(super) read: TokenStream,
    /// Whether a struct of the user's is in it.
    pub(super) foreign: bool,
}

/// What a record derefs to.
pub(super) struct Base<'a> {
    /// The field.
    pub(super) field: String,
    /// Its model.
    pub(super) model: &'a Model,
    /// Its type.
    pub(super) ty: TokenStream,
}

/// What a record holds.
pub(super) struct Contents<'a> {
    /// Its fields.
    pub(super) members: Vec<Member>,
    /// What it derefs to.
    pub(super) base: Option<Base<'a>>,
    /// How its cursor is read of `__cx`, if it has one.
    pub(super) cursor: Option<TokenStream>,
}

impl Definitions<'_> {
    /// Defines a record. What comes back is its literal, each field read of `__cx`; one that borrows is read nowhere else.
    pub(super) fn define(&mut self, name: &Ident, contents: &Contents<'_>, foreign: bool, lent: bool) -> TokenStream {
        let (members, base) = (&contents.members, contents.base.as_ref());
        let super::record::Attributes { derives, serial, others, guards } = &self.attributes;
        let visibility = &self.visibility;
        let idents: Vec<Ident> = members.iter().map(Member::own).collect();
        let (types, reads) = (members.iter().map(|m| &m.ty), members.iter().map(|m| &m.read));
        let (generics, elided) = if lent { (quote!(<'r>), quote!(<'_>)) } else { Default::default() };
        let all = derives.is_empty() && !foreign;
        let derives = if all { quote!(#[derive(Debug, Clone, PartialEq)]) } else { derives.clone() };
        let flat = members.iter().map(|m| {
            // What is written of a record is what is read of it: the columns of its model stand beside its own.
            (*serial && base.is_some_and(|b| b.field == m.name)).then(|| quote!(#[serde(flatten)]))
        });
        let place = contents.cursor.as_ref().map(|read| quote!(__cursor: #read,));
        let hidden = place.as_ref().map(|_| {
            let skip = serial.then(|| quote!(#[serde(skip, default = "::nuages::private::no_cursor")]));
            quote!(#skip __cursor: ::nuages::Cursor,)
        });
        let cursor = place.as_ref().map(|_| {
            quote! {
                #guards
                impl #name #elided {
                    /// The row's place in the order of its query.
                    #[allow(dead_code)]
                    pub fn cursor(&self) -> ::nuages::Cursor {
                        ::core::clone::Clone::clone(&self.__cursor)
                    }
                }
            }
        });
        let record = quote! {
            #guards
            #derives
            #others
            #[allow(dead_code, non_snake_case)]
            #visibility struct #name #generics { #(#flat pub #idents: #types,)* #hidden }
        };
        let fields = quote!({ #(#idents: #reads,)* #place });
        let decode = (!lent).then(|| {
            quote! {
                #guards
                impl ::nuages::private::Decode for #name {
                    type Row = Self;
                    #[allow(non_snake_case)]
                    fn decode(
                        __cx: ::nuages::private::Context<'_>,
                    ) -> ::core::result::Result<Self, ::nuages::Error> {
                        ::core::result::Result::Ok(Self #fields)
                    }
                }
            }
        });
        let serial = all.then(|| {
            let base_of = base.map(|Base { field, ty, .. }| (ident(field), ty));
            let base_of = base_of.map(|(field, ty)| quote!(#field: #ty));
            let own = members.iter().zip(&idents).filter(|(m, _)| base.is_none_or(|b| b.field != m.name));
            let own = own.map(|(m, ident)| (ident, &m.name)).map(|(ident, name)| quote!(#ident #name));
            quote!(#guards ::nuages::__serial_record! { #name #elided [#base_of] { #(#own,)* } })
        });
        let deref = base.map(|base| self.deref(name, base));
        self.records.extend(quote!(#record #decode #cursor #serial #deref));
        quote!(#name #fields)
    }

    /// A record derefs to its base and is a key of it.
    fn deref(&self, name: &Ident, base: &Base<'_>) -> TokenStream {
        let (field, ty, guards) = (ident(&base.field), &base.ty, &self.attributes.guards);
        let mut out = quote! {
            #guards
            impl ::core::ops::Deref for #name {
                type Target = #ty;
                fn deref(&self) -> &#ty {
                    &self.#field
                }
            }
        };
        let key = base.model.key.iter().map(|f| {
            let ty = SqlType::of_field(self.place.schema, base.model.field(*f));
            (self.place.slot(&ty), matches!(ty, SqlType::Custom { .. } | SqlType::Jsonb(_)))
        });
        match key.collect::<Vec<_>>().as_slice() {
            [] | [(_, true)] => {}
            [(key, false)] => out.extend(quote! {
                #guards
                #[diagnostic::do_not_recommend]
                impl ::nuages::private::Accepts<::nuages::private::Key<#ty, #key>> for &#name {
                    fn encode(self, out: &mut ::std::vec::Vec<u8>) {
                        ::nuages::private::Accepts::<::nuages::private::Key<#ty, #key>>::encode(&self.#field, out);
                    }
                }
            }),
            keys => {
                let keys = keys.iter().map(|(key, _)| key);
                let key = quote!((#(#keys,)*));
                out.extend(quote! {
                    #guards
                    impl ::nuages::private::AcceptsKey<#key> for &#name {
                        fn bind_to(self, build: ::nuages::private::Build) -> ::nuages::private::Build {
                            ::nuages::private::AcceptsKey::<#key>::bind_to(&self.#field, build)
                        }
                    }
                });
            }
        }
        out
    }
}

impl Member {
    /// Its name in a record of ours. Where the user gave it, an editor leads from `row.name` to the query.
    fn own(&self) -> Ident {
        spanned(&self.name, self.ident.as_ref().map_or_else(Span::call_site, Ident::span))
    }
}
