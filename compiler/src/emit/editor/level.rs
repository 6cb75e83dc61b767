//! What a path can begin with where it stands: the columns of the chain it stands in, and what that chain adds.
//!
//! In: chains, outermost first. Out: the receiver of a path. Names that a chain adds (`annotate(sold = …)`) are fields of a
//! struct that holds the columns too; a path over `__` is a field of another, which has the names that fit there. These
//! structs stand behind everything else: they depend on what is written after the cursor.

use super::word;
use crate::ast::{Arguments, Assignment, Chain, Segment, SegmentKind, Selection, Step};
use crate::hir::SqlType;
use crate::parse::MARKERS;
use crate::tables::{lookups, transforms};
use nuages_schema::model::{Member, ModelId, Schema};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// What all levels share.
pub(super) struct Shared<'s> {
    pub(super) schema: &'s Schema,
    /// The module of the models.
    pub(super) models: &'s TokenStream,
    /// The structs.
    items: RefCell<TokenStream>,
    next: Cell<usize>,
}

/// A chain whose columns are in force.
#[derive(Clone, Copy)]
pub(super) struct Level<'l> {
    pub(super) outer: Option<&'l Level<'l>>,
    /// Number of the closure whose parameter holds the columns.
    pub(super) depth: usize,
    /// Number of the struct with what the chain adds.
    pub(super) added: Option<usize>,
    /// Its model, where that is known.
    pub(super) model: Option<ModelId>,
}

impl<'s> Shared<'s> {
    pub(super) fn new(schema: &'s Schema, models: &'s TokenStream) -> Self {
        Self { schema, models, items: RefCell::default(), next: Cell::new(0) }
    }

    pub(super) fn items(self) -> TokenStream {
        self.items.into_inner()
    }

    fn number(&self) -> usize {
        let number = self.next.get();
        self.next.set(number + 1);
        number
    }

    /// The struct of what a chain adds, if it does.
    pub(super) fn added(&self, chain: &Chain) -> Option<usize> {
        let all = added(chain);
        if all.is_empty() {
            return None;
        }
        let number = self.number();
        let (of, ty) = (format_ident!("__a{number}"), format_ident!("__A{number}"));
        let fields = all.iter().filter_map(|assignment| {
            let SegmentKind::Name(text) = &assignment.path.segments.first()?.kind else { return None };
            let name = word(text, assignment.path.segments.first()?.span);
            let doc = format!("`{}`, which the query adds.", written(&assignment.value.tokens));
            Some(quote!(#[doc = #doc] pub #name: ::nuages::ide::TextCol<()>,))
        });
        self.items.borrow_mut().extend(quote! {
            struct #ty<C> { #(#fields)* rest: ::core::marker::PhantomData<C> }
            impl<C> ::core::ops::Deref for #ty<C> {
                type Target = C;
                fn deref(&self) -> &C { ::nuages::ide::never() }
            }
            fn #of<C>(columns: &C) -> #ty<C> { ::nuages::ide::never() }
        });
        Some(number)
    }

    /// The function that leads to the names that fit in the last place of a path over `__`.
    pub(super) fn alias(&self, model: Option<ModelId>, before: &[Segment], parts: &[Segment]) -> TokenStream {
        let number = self.number();
        let (of, ty) = (format_ident!("__l{number}"), format_ident!("__L{number}"));
        let whole = parts.first().and_then(|part| part.alias.as_deref()).unwrap_or_default();
        let (prefix, last) = whole.rsplit_once("__").unwrap_or_default();
        let known = parts.len() - usize::from(!last.is_empty());
        let front = before.iter().chain(&parts[..known]).map(|segment| &segment.kind);
        let names =
            model.and_then(|model| place(self.schema, model, front)).map_or_else(Vec::new, |place| place.names());
        // A name that is there is shown as what it is: only of one that is being written the others are of use.
        let fields = names.iter().filter(|_| names.iter().all(|(name, _)| *name != last)).map(|(name, doc)| {
            let name = word(&format!("{prefix}__{name}"), Span::call_site());
            quote!(#[doc = #doc] pub #name: ::nuages::ide::Lookup<()>,)
        });
        self.items.borrow_mut().extend(quote! {
            struct #ty { #(#fields)* }
            fn #of<C>(columns: &C) -> #ty { ::nuages::ide::never() }
        });
        quote!(#of)
    }
}

impl Level<'_> {
    /// What holds the columns.
    pub(super) fn columns(&self) -> TokenStream {
        let columns = format_ident!("c{}", self.depth);
        match self.added {
            None => quote!(#columns),
            Some(number) => {
                let of = format_ident!("__a{number}");
                quote!(#of(&#columns))
            }
        }
    }
}

/// What a path has led to.
enum Reached<'s> {
    Model(&'s Schema, ModelId),
    Column(SqlType),
}

impl Reached<'_> {
    /// The names that can follow, with a line on each.
    fn names(&self) -> Vec<(String, String)> {
        match self {
            Self::Model(schema, id) => {
                let model = schema.model(*id);
                let target = |id: ModelId| format!("relation to `{}`", schema.model(id).name);
                let relations = model.relations.iter().filter(|r| !schema.model(r.target).hidden);
                let relations = relations.map(|r| (r.name.clone(), target(r.target)));
                let fields = model.fields.iter().map(|f| (f.attname.clone(), f.docs.clone()));
                relations.chain(fields).collect()
            }
            Self::Column(ty) => {
                let doc = |name: &str| lookups::find(name, ty).map_or_else(String::new, |row| row.doc.to_owned());
                let lookups = lookups::names(ty).into_iter().map(|name| (name.to_owned(), doc(name)));
                let transforms = transforms::names(ty).into_iter().map(|name| (name.to_owned(), String::new()));
                lookups.chain(transforms).collect()
            }
        }
    }
}

fn place<'s, 'p>(
    schema: &'s Schema,
    model: ModelId,
    path: impl Iterator<Item = &'p SegmentKind>,
) -> Option<Reached<'s>> {
    let mut reached = Reached::Model(schema, model);
    for kind in path {
        let (Reached::Model(_, id), SegmentKind::Name(name)) = (&reached, kind) else { return None };
        let model = schema.model(*id);
        reached = match model.member(name)? {
            Member::Relation(relation) => Reached::Model(schema, model.relation(relation).target),
            Member::Field(field) => Reached::Column(SqlType::of_field(schema, model.field(field))),
        };
    }
    Some(reached)
}

/// The model at the end of relations.
pub(super) fn target<'p>(
    schema: &Schema,
    model: Option<ModelId>,
    names: impl Iterator<Item = &'p SegmentKind>,
) -> Option<ModelId> {
    match place(schema, model?, names)? {
        Reached::Model(_, id) => Some(id),
        Reached::Column(_) => None,
    }
}

/// What a chain adds to its model's names, wherever in it. Where none is written yet there is none, also at the cursor.
fn added(chain: &Chain) -> Vec<&Assignment> {
    let mut all: Vec<&Assignment> = Vec::new();
    for step in &chain.steps {
        let Step::Method(method) = step else { continue };
        match &method.arguments {
            Arguments::Named(named) => all.extend(named),
            Arguments::Selections(selections) => {
                all.extend(selections.iter().filter_map(|selection| match selection {
                    Selection::Named(assignment) => Some(assignment),
                    Selection::Expr(_) => None,
                }));
            }
            _ => {}
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|a| a.path.single().is_some_and(|name| !MARKERS.contains(&name) && seen.insert(name)));
    all
}

/// Tokens as one writes them.
fn written(tokens: &TokenStream) -> String {
    let text = tokens.to_string();
    let mut out = String::with_capacity(text.len());
    for (i, word) in text.split_whitespace().enumerate() {
        let glued = word.starts_with(['.', ',', ')', '(', ']', '?', ';']) || out.ends_with(['.', '(', '[', '!']);
        if i > 0 && !glued {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.replace('`', "'")
}
