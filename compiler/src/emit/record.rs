//! What comes of each row: the types that a query defines, and how they are read.
//!
//! In: a shape, whose columns stand in the order that [`crate::render::Sql::columns`] promises. Out: [`Shaped`]: the
//! Rust type of a row and the type that decodes it. Records are named after what they hold; a struct of the user's
//! (`as Type`) is built by a struct literal whose names have the user's spans, so that rustc itself says which field
//! is missing, too many or of another type.

use super::item::{Base, Contents, Member};
use super::lent::family;
use super::name::Names;
use super::rust::{Lent, Place, camel, ident, spanned};
use super::target::Alias;
use crate::hir::select::{Annotation, Cardinality, Record, Related, fields};
use crate::hir::{Output, Prefetch, Select, Shape, SqlType, Target};
use nuages_schema::model::{FieldId, Model};
use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use std::collections::BTreeMap;

/// A shape as Rust.
pub(super) struct Shaped {
    /// The type of a row.
    pub(super) row: TokenStream,
    /// The type that decodes it.
    pub(super) decoder: TokenStream,
    /// A struct of the user's, or one that holds one: what that can is not known here.
    pub(super) foreign: bool,
    /// It borrows from the answer; what decodes it is a `Lend`.
    pub(super) lent: bool,
}

/// What a query's records are called with besides their fields.
#[derive(Default)]
pub(super) struct Attributes {
    /// `derive`s of the user's, which say all that the records can.
    pub(super) derives: TokenStream,
    /// Whether they make the records something that serde writes or reads.
    pub(super) serial: bool,
    /// Others.
    pub(super) others: TokenStream,
    /// `cfg`s, which stand at every item.
    pub(super) guards: TokenStream,
}

/// The definitions that a query needs.
pub(super) struct Definitions<'a> {
    /// What they are written for.
    pub(super) place: Place<'a>,
    /// How the records are called.
    pub(super) names: Names,
    /// Attributes of the records.
    pub(super) attributes: Attributes,
    /// Visibility of the records.
    pub(super) visibility: TokenStream,
    /// The records.
    pub(super) records: TokenStream,
    /// Types that only decode.
    pub(super) decoders: TokenStream,
    /// What decodes lists of the row that is being defined.
    pub(super) lists: Lists,
    /// How many decoders there are.
    count: usize,
}

/// What decodes the rows of prefetches that are lists, and those of theirs, by their numbers among those of a row.
#[derive(Default)]
pub(super) struct Lists(BTreeMap<usize, (Option<TokenStream>, Lists)>);

impl Lists {
    /// Of the prefetch of this number.
    pub(super) fn of(&self, index: usize) -> Option<&(Option<TokenStream>, Self)> {
        self.0.get(&index)
    }
}

impl<'a> Definitions<'a> {
    /// None yet.
    pub(super) fn new(place: Place<'a>, names: Names, attributes: Attributes, visibility: TokenStream) -> Self {
        let (records, decoders) = (TokenStream::new(), TokenStream::new());
        let lists = Lists::default();
        Self { place, names, attributes, visibility, records, decoders, lists, count: 0 }
    }

    /// The rows of a chain. `owner` is the beginning of its records' names.
    pub(super) fn select(&mut self, select: &Select, owner: &str) -> Option<Shaped> {
        Some(match &select.shape {
            Shape::Model(record) => self.model(record, &select.annotations, owner, 0, cursor(select)),
            Shape::Values(outputs, target) => self.outputs(outputs, target, owner, "Values", cursor(select)),
            Shape::Tuple(outputs) => self.tuple(outputs),
            Shape::Flat(outputs) => self.flat(outputs),
            Shape::Nothing => return None,
        })
    }

    /// A record with named outputs. `kind` is the word in its name.
    pub(super) fn values(&mut self, outputs: &[Output], target: &Target, owner: &str, kind: &str) -> Shaped {
        self.outputs(outputs, target, owner, kind, None)
    }

    fn outputs(
        &mut self,
        outputs: &[Output],
        target: &Target,
        owner: &str,
        kind: &str,
        cursor: Option<TokenStream>,
    ) -> Shaped {
        let members = members(self.within(target), outputs);
        let parts: Vec<&str> = fields(outputs).map(|parts| parts[0].name.as_str()).collect();
        self.build(&Contents { members, base: None, cursor }, target, owner, kind, &parts)
    }

    /// Where the columns of rows stand that become this.
    fn within(&self, target: &Target) -> Place<'a> {
        let lent = match target {
            Target::Lent(Some(_)) => Some(Lent::Here),
            Target::Lent(None) => Some(Lent::Named),
            Target::Record | Target::Struct(_) => None,
        };
        Place { lent, ..self.place }
    }

    /// `values_list(a, b)`.
    fn tuple(&mut self, outputs: &[Output]) -> Shaped {
        let members = members(self.place, outputs);
        let (types, reads) = (members.iter().map(|m| &m.ty), members.iter().map(|m| &m.read));
        self.decoder(quote!((#(#types,)*)), &quote!((#(#reads,)*)))
    }

    /// `in_bulk(…)`: a map from these columns to the rows. Those that the shape lacks are the last of all `columns`.
    pub(super) fn keyed(&mut self, select: &Select, fields: &[FieldId], columns: usize, row: Shaped) -> Shaped {
        let model = self.place.schema.model(select.model);
        let read = match &select.shape {
            Shape::Model(record) => record.fields.as_slice(),
            _ => &[],
        };
        let lacking: Vec<FieldId> = fields.iter().copied().filter(|f| !read.contains(f)).collect();
        let first = columns.saturating_sub(lacking.len());
        let parts = fields.iter().map(|f| {
            let ty = SqlType::of_field(self.place.schema, model.field(*f));
            let added = || first + lacking.iter().position(|l| l == f).unwrap_or(0);
            let index = read.iter().position(|r| r == f).unwrap_or_else(added);
            (self.place.value(&ty), self.place.read(&ty, false, index))
        });
        let (types, reads): (Vec<_>, Vec<_>) = parts.unzip();
        let (key, value) = match (types.as_slice(), reads.as_slice()) {
            ([ty], [read]) => (quote!(#ty), quote!(#read)),
            _ => (quote!((#(#types,)*)), quote!((#(#reads,)*))),
        };
        let Shaped { row, decoder, foreign, .. } = row;
        let pair = self.decoder(quote!((#key, #row)), &quote!((#value, __cx.model::<#decoder>(0usize)?)));
        Shaped { row: quote!(::std::collections::HashMap<#key, #row>), foreign, ..pair }
    }

    /// `(row, value)`: a row, and the column behind its own.
    pub(super) fn beside(&mut self, row: Shaped, ty: &TokenStream, column: usize) -> Shaped {
        let Shaped { row, decoder, foreign, .. } = row;
        let pair = quote!((__cx.model::<#decoder>(0usize)?, __cx.get::<#ty>(#column)?));
        Shaped { foreign, ..self.decoder(quote!((#row, #ty)), &pair) }
    }

    /// `values_list(a, flat)`.
    fn flat(&mut self, parts: &[Output]) -> Shaped {
        let Member { ty, read, .. } = member(self.place, parts, 0);
        self.decoder(ty, &read)
    }

    /// A model, or a record on it. `group` is the number of its first prefetch among those of the row.
    pub(super) fn record(&mut self, record: &Record, annotations: &[Annotation], owner: &str, group: usize) -> Shaped {
        self.model(record, annotations, owner, group, None)
    }

    fn model(
        &mut self,
        record: &Record,
        annotations: &[Annotation],
        owner: &str,
        group: usize,
        cursor: Option<TokenStream>,
    ) -> Shaped {
        let model = self.place.schema.model(record.model);
        let alone = record.related.is_empty() && record.annotations.is_empty() && record.prefetches.is_empty();
        let path = self.place.model(record.model);
        if alone && record.whole && cursor.is_none() && matches!(record.target, Target::Record) {
            return Shaped { row: path.clone(), decoder: path, foreign: false, lent: false };
        }
        let mut members = Vec::new();
        let mut parts: Vec<&str> = Vec::new();
        let mut base = None;
        let place = self.within(&record.target);
        if record.whole && place.lent.is_none() {
            let field = base_name(model, record, annotations);
            members.push(Member {
                name: field.clone(),
                ident: None,
                ty: path.clone(),
                read: quote!(__cx.model::<#path>(0usize)?),
                foreign: false,
            });
            base = Some(Base { field, model, ty: path });
        } else {
            for (i, id) in record.fields.iter().enumerate() {
                let field = model.field(*id);
                let ty = SqlType::of_field(self.place.schema, field);
                parts.push(&field.attname);
                members.push(Member {
                    name: field.attname.clone(),
                    ident: None,
                    ty: place.column(&ty, field.nullable),
                    read: place.read(&ty, field.nullable, i),
                    foreign: false,
                });
            }
        }
        let mut offset = record.own_width();
        let mut next = group + record.prefetches.len();
        for related in &record.related {
            parts.push(&related.name);
            members.push(self.related(related, offset, owner, next));
            offset += related.record.width();
            next += related.record.groups();
        }
        for (i, prefetch) in record.prefetches.iter().enumerate() {
            parts.push(&prefetch.name);
            members.extend(self.prefetch(prefetch, group + i, owner));
        }
        for index in &record.annotations {
            let annotation = &annotations[*index];
            let (ty, nullable) = (&annotation.expr.ty, annotation.expr.nullable);
            parts.push(&annotation.name);
            members.push(Member {
                name: annotation.name.clone(),
                ident: annotation.ident.clone(),
                ty: place.column(ty, nullable),
                read: place.read(ty, nullable, offset),
                foreign: false,
            });
            offset += 1;
        }
        let kind = if record.whole { "With" } else { "Only" };
        if cursor.is_some() {
            parts.push("cursor");
        }
        self.build(&Contents { members, base, cursor }, &record.target, owner, kind, &parts)
    }

    /// A relation of `select_related`, whose columns begin at `offset` and whose prefetches at `group`.
    fn related(&mut self, related: &Related, offset: usize, owner: &str, group: usize) -> Member {
        let owner = format!("{owner}{}", camel(&related.name));
        let Shaped { row, decoder, foreign, .. } = self.record(&related.record, &[], &owner, group);
        let name = related.name.clone();
        let read = quote!(__cx.model::<#decoder>(#offset)?);
        if !related.optional {
            return Member { name, ident: None, ty: row, read, foreign };
        }
        let absent = self.absent(&related.record, offset);
        Member {
            name,
            ident: None,
            ty: quote!(::core::option::Option<#row>),
            read: quote!(if #absent { ::core::option::Option::None } else { ::core::option::Option::Some(#read) }),
            foreign,
        }
    }

    /// Whether there is no related row: its key is NULL, or another column that never is; of a view without one, all of
    /// them.
    fn absent(&self, record: &Record, offset: usize) -> TokenStream {
        let model = self.place.schema.model(record.model);
        let key = record.fields.iter().position(|f| model.key.first() == Some(f));
        let certain = key
            .or_else(|| record.fields.iter().position(|f| !model.field(*f).nullable))
            .or(record.witness.map(|_| record.fields.len()));
        if let Some(i) = certain {
            let column = offset + i;
            return quote!(__cx.is_null(#column));
        }
        let columns = (0..record.fields.len()).map(|i| offset + i);
        quote!((#(__cx.is_null(#columns))&&*))
    }

    /// The `index`-th prefetch of a record.
    fn prefetch(&mut self, prefetch: &Prefetch, index: usize, owner: &str) -> Option<Member> {
        let owner = format!("{owner}{}", camel(&prefetch.name));
        let outer = std::mem::take(&mut self.lists);
        let shaped = self.select(&prefetch.select, &owner)?;
        let below = std::mem::replace(&mut self.lists, outer);
        let listed = prefetch.cardinality == Cardinality::Many && !shaped.lent;
        self.lists.0.insert(index, (listed.then(|| shaped.decoder.clone()), below));
        let read = shaped.read();
        let Shaped { row, decoder, foreign, .. } = shaped;
        let (ty, read) = match prefetch.cardinality {
            Cardinality::Many if listed => (quote!(::std::vec::Vec<#row>), quote!(all::<#decoder>(#index))),
            Cardinality::Many => (quote!(::std::vec::Vec<#row>), quote!(many(#index, #read))),
            Cardinality::Optional => (quote!(::core::option::Option<#row>), quote!(optional(#index, #read))),
            Cardinality::One => (row, quote!(required(#index, #read))),
        };
        let read = quote!(__cx.#read?);
        Some(Member { name: prefetch.name.clone(), ident: prefetch.ident.clone(), ty, read, foreign })
    }

    /// The struct that holds the members: a record, or the user's.
    fn build(&mut self, contents: &Contents<'_>, target: &Target, owner: &str, kind: &str, parts: &[&str]) -> Shaped {
        match target {
            Target::Record | Target::Lent(None) => {
                let name = ident(&self.names.give(owner, kind, parts));
                let foreign = contents.members.iter().any(|m| m.foreign);
                let lent = matches!(target, Target::Lent(_));
                let value = self.define(&name, contents, foreign, lent);
                if lent {
                    return Shaped { foreign, ..self.lender(quote!(#name<'_>), &value) };
                }
                Shaped { row: quote!(#name), decoder: quote!(#name), foreign, lent }
            }
            Target::Struct(ty) => {
                let ty = owned(ty);
                let alias = self.alias(&ty, None);
                let value = filled(&ty, &alias, &contents.members);
                // What is wrong with the type makes `__cx` one of no type, and rustc silent about the fields' types.
                let value = quote!({
                    let __cx: <Self::Row as ::nuages::private::Beside>::Of<::nuages::private::Context<'_>> = __cx;
                    #value
                });
                Shaped { row: ty, foreign: true, ..self.decoder(alias.name.to_token_stream(), &value) }
            }
            Target::Lent(Some(ty)) => {
                let alias = self.alias(ty, Some("__r"));
                let (value, alias) = (filled(ty, &alias, &contents.members), alias.name);
                Shaped { row: ty.clone(), foreign: true, ..self.lender(quote!(#alias<'_>), &value) }
            }
        }
    }

    /// Gives a struct of the user's another name.
    fn alias(&mut self, ty: &TokenStream, lifetime: Option<&str>) -> Alias {
        let alias = Alias::new(self.place, self.count, ty, lifetime);
        self.decoders.extend(alias.definition.clone());
        alias
    }

    /// Defines a type that decodes another.
    fn decoder(&mut self, row: TokenStream, value: &TokenStream) -> Shaped {
        let name = ident(&format!("__Row{}", self.count));
        self.count += 1;
        self.decoders.extend(quote! {
            struct #name;
            impl ::nuages::private::Decode for #name {
                type Row = #row;
                #[allow(non_snake_case, clippy::needless_question_mark)]
                fn decode(
                    __cx: ::nuages::private::Context<'_>,
                ) -> ::core::result::Result<#row, ::nuages::Error> {
                    ::core::result::Result::Ok(#value)
                }
            }
        });
        Shaped { row, decoder: quote!(#name), foreign: false, lent: false }
    }

    /// Defines a type that reads another which borrows.
    fn lender(&mut self, row: TokenStream, value: &TokenStream) -> Shaped {
        let (name, family) = (ident(&format!("__Row{}", self.count)), family(&row));
        self.count += 1;
        self.decoders.extend(quote! {
            struct #name;
            impl ::nuages::private::Lend for #name {
                type Rows = #family;
                #[allow(non_snake_case, clippy::needless_question_mark)]
                fn read(__cx: ::nuages::private::Context<'_>) -> ::core::result::Result<#row, ::nuages::Error> {
                    ::core::result::Result::Ok(#value)
                }
            }
        });
        Shaped { row, decoder: quote!(#name), foreign: false, lent: true }
    }
}

/// The fields that outputs make.
fn members(place: Place<'_>, outputs: &[Output]) -> Vec<Member> {
    let mut next = 0;
    let member = |parts: &[Output]| {
        next += parts.len();
        member(place, parts, next - parts.len())
    };
    fields(outputs).map(member).collect()
}

/// A field of one column, or the tuple of a key whose columns begin at `first`.
fn member(place: Place<'_>, parts: &[Output], first: usize) -> Member {
    let Output { name, ident, .. } = &parts[0];
    let (ty, read) = match parts {
        [Output { expr, .. }] => (place.column(&expr.ty, expr.nullable), place.read(&expr.ty, expr.nullable, first)),
        several => {
            let types = several.iter().map(|part| place.column(&part.expr.ty, false));
            let columns = first..first + several.len();
            let reads = several.iter().zip(columns.clone()).map(|(p, i)| place.read(&p.expr.ty, false, i));
            let (ty, read) = (quote!((#(#types),*)), quote!((#(#reads),*)));
            if several.iter().any(|part| part.expr.nullable) {
                let some = quote!(::core::option::Option::Some(#read));
                let none = quote!(::core::option::Option::None);
                (quote!(::core::option::Option<#ty>), quote!(if #(__cx.is_null(#columns))||* { #none } else { #some }))
            } else {
                (ty, read)
            }
        }
    };
    Member { name: name.clone(), ident: ident.clone(), ty, read, foreign: false }
}

/// A struct of the user's. Each value has a name of its own before it goes in, so that an error about its type stands at
/// the field's name.
fn filled(ty: &TokenStream, alias: &Alias, members: &[Member]) -> TokenStream {
    // The places are the user's, the hygiene is not: rustc then does not offer to edit the query.
    let at = |span: Span| span.resolved_at(Span::call_site());
    let lets = members.iter().map(|m| {
        let (name, read) = (ident(&m.name), &m.read);
        quote!(let #name = #read;)
    });
    let names = members.iter().map(|m| spanned(&m.name, at(m.ident.as_ref().map_or(last(ty), Ident::span))));
    alias.literal(lets, &names.collect::<Vec<_>>())
}

/// How the cursor of a chain's rows is read, if they have one.
fn cursor(select: &Select) -> Option<TokenStream> {
    let keyset = select.keyset.as_ref().filter(|keyset| keyset.cursors)?;
    let mut columns = select.cursor_columns().into_iter().map(|column| Literal::usize_unsuffixed(column.position));
    let orders: Vec<TokenStream> = keyset
        .variants
        .iter()
        .map(|variant| {
            let fingerprint = Literal::u64_unsuffixed(variant.fingerprint);
            let columns = columns.by_ref().take(variant.keys.len());
            quote!(#fingerprint, &[#(#columns),*])
        })
        .collect();
    match (orders.as_slice(), select.variant_column()) {
        ([order], _) => Some(quote!(__cx.cursor(#order))),
        (_, at) => {
            let at = Literal::usize_unsuffixed(at?);
            Some(quote!(__cx.cursor_of(#at, &[#((#orders)),*])))
        }
    }
}

/// The field of a record that holds the model: its name, or `self_` if something of the model or the record is called so.
fn base_name(model: &Model, record: &Record, annotations: &[Annotation]) -> String {
    let own = record
        .related
        .iter()
        .map(|r| &r.name)
        .chain(record.prefetches.iter().map(|p| &p.name))
        .chain(record.annotations.iter().map(|i| &annotations[*i].name));
    let mut name = nuages_schema::codegen::snake(&model.name);
    // Else `row.name` would be the model of that name and not its field.
    if model.member(&name).is_some() || own.clone().any(|taken| *taken == name) {
        "self_".clone_into(&mut name);
    }
    while own.clone().any(|taken| *taken == name) {
        name.push('_');
    }
    name
}

/// A type of the user's as the rows hold it: they borrow nothing.
pub(super) fn owned(ty: &TokenStream) -> TokenStream {
    with_lifetime(ty, "static")
}

/// A type with this lifetime in the place of `'_`.
pub(super) fn with_lifetime(ty: &TokenStream, lifetime: &str) -> TokenStream {
    let mut out = TokenStream::new();
    let mut after_quote = false;
    for token in ty.clone() {
        let quote = matches!(&token, TokenTree::Punct(p) if p.as_char() == '\'');
        out.extend([match token {
            TokenTree::Ident(name) if after_quote && name == "_" => Ident::new(lifetime, name.span()).into(),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), with_lifetime(&group.stream(), lifetime));
                inner.set_span(group.span());
                inner.into()
            }
            other => other,
        }]);
        after_quote = quote;
    }
    out
}

/// The span of the last token.
pub(super) fn last(tokens: &TokenStream) -> Span {
    tokens.clone().into_iter().last().as_ref().map_or_else(Span::call_site, TokenTree::span)
}
