//! The part of an expansion that only editors compile: model, methods, paths and functions as uses of the types in the
//! runtime's `ide`, so that rust-analyzer completes, explains and finds every name of a query.
//!
//! In: what was written, understood or not. Out: a block under `cfg(rust_analyzer)` that stands first in the expansion.
//! Each of the user's names stands in it once, with its own span, in the order written, and what stands before a name
//! does not depend on what follows it; an empty slot keeps the receiver that a name in it would have. Right sides in
//! Rust stand elsewhere. Helpers never carry a user's span.

use super::Paths;
use crate::ast::{
    Arguments, Assignment, Call, Chain, Condition, Expr, Form, Group, Head, Method, Name, OptionValue, Order, Path,
    Segment, SegmentKind, Selection, Step, Value,
};
use crate::parse::is_pattern_alone;
use crate::tables::methods::{Kind, METHODS, method};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

/// A statement for editors, made from the ast alone.
pub fn editor(chain: &Chain, paths: &Paths) -> TokenStream {
    let scope = Scope { models: &paths.models, depth: None, added: &[] };
    let body = scope.chain(chain, Place::Query);
    quote! {
        #[allow(unexpected_cfgs, unused, path_statements)] {
            #[cfg(rust_analyzer)] { #body; }
        }
    }
}

/// What names mean where something stands.
#[derive(Clone, Copy)]
struct Scope<'p> {
    /// The module of the models.
    models: &'p TokenStream,
    /// Number of the innermost closure: its parameter holds the columns. None outside all chains.
    depth: Option<usize>,
    /// Fields that the chain itself adds.
    added: &'p [&'p str],
}

/// Where a chain stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Query,
    Inner,
    Prefetch,
}

/// What stands on the right of `=`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Of a condition or a write: Rust, unless it holds something of the language.
    Bound,
    /// Of a new field: a function, unless it is Rust.
    Computed,
}

impl Scope<'_> {
    /// The columns in force.
    fn columns(self) -> TokenStream {
        let columns = format_ident!("c{}", self.depth.unwrap_or(0));
        quote!(#columns)
    }

    fn inner(self) -> Self {
        Self { depth: Some(self.depth.map_or(0, |n| n + 1)), ..self }
    }

    /// The columns of the enclosing chain, for `OuterRef`.
    fn outer(self) -> Self {
        Self { depth: self.depth.map(|n| n.saturating_sub(1)), ..self }
    }

    /// A slot for a path: the receiver that a name in it would have.
    fn slot(self) -> TokenStream {
        let columns = self.columns();
        quote!(::nuages::ide::of(&#columns);)
    }

    /// A slot for a chain.
    fn chain_slot(self) -> TokenStream {
        let columns = self.columns();
        quote!(&#columns;)
    }

    fn path(self, path: &Path) -> TokenStream {
        if let Some((SegmentKind::Name(first), rest)) = path.segments.split_first().map(|(s, rest)| (&s.kind, rest))
            && self.added.contains(&first.as_str())
        {
            let fields = fields(rest);
            // The name itself may still be typed, and would be a column until it is complete.
            let typing = rest.is_empty() && !path.dangling;
            return if typing { self.slot() } else { quote!(::nuages::ide::of(&::nuages::ide::annotation() #fields);) };
        }
        let (columns, fields) = (self.columns(), fields(&path.segments));
        quote!(::nuages::ide::of(&#columns #fields);)
    }

    fn model(self, name: &Name) -> TokenStream {
        let (models, ident) = (self.models, &name.ident);
        if models.is_empty() { quote!(#ident) } else { quote!(#models::#ident) }
    }

    /// A chain as an expression.
    fn chain(self, chain: &Chain, place: Place) -> TokenStream {
        let mut out = self.head(&chain.head, place);
        let added = added(chain);
        let scope = Scope { added: &added, ..self };
        for step in &chain.steps {
            out.extend(match step {
                Step::Method(m) => scope.method(m),
                Step::Relation(name) => {
                    let ident = word(&name.text, name.ident.span());
                    quote!(.#ident)
                }
                Step::Slice(_) | Step::Dot(_) => TokenStream::new(),
            });
        }
        out
    }

    fn head(self, head: &Head, place: Place) -> TokenStream {
        let columns = self.columns();
        match head {
            Head::Name { name, key } if place == Place::Query || capital(name) => {
                let model = self.model(name);
                let start = if key.is_some() { quote!(one) } else { quote!(q) };
                quote!(::nuages::ide::#start::<#model>())
            }
            Head::Name { name, .. } => {
                let field = word(&name.text, name.ident.span());
                quote!(&#columns.#field.chain())
            }
            Head::Path(path) => relation(path, &columns, place),
            Head::Error if place == Place::Query => {
                let models = self.models;
                quote!(::nuages::ide::q::<#models>())
            }
            Head::Error => quote!(&#columns),
        }
    }

    /// `.name(…)`: what takes paths gets a closure over the columns.
    fn method(self, m: &Method) -> TokenStream {
        let name = word(&m.name.text, m.name.ident.span());
        let scope = self.inner();
        let columns = scope.columns();
        let arguments = match method(&m.name.text).map(|m| m.kind) {
            Some(Kind::Nothing) => TokenStream::new(),
            Some(Kind::Values) => quote!(()),
            Some(_) => {
                let body = scope.arguments(&m.name.text, &m.arguments);
                quote!(|#columns| { #body })
            }
            None => {
                let n = if let Arguments::Values(values) = &m.arguments { values.len() } else { 0 };
                let units = std::iter::repeat_n(quote!(()), n);
                quote!(#(#units),*)
            }
        };
        quote!(.#name(#arguments))
    }

    fn arguments(self, method: &str, arguments: &Arguments) -> TokenStream {
        let mut out = TokenStream::new();
        match arguments {
            Arguments::Conditions(all) => out.extend(all.iter().map(|c| self.condition(c))),
            Arguments::Named(all) => out.extend(all.iter().map(|a| self.value(&a.value, Side::Computed))),
            Arguments::Selections(all) => out.extend(all.iter().map(|s| match s {
                Selection::Expr(Expr::Path(p)) if p.single() == Some("flat") => self.slot(),
                Selection::Expr(e) => self.expr(e),
                Selection::Named(a) => self.value(&a.value, Side::Computed),
            })),
            Arguments::Orders(all) => out.extend(all.iter().map(|o| self.order(o))),
            Arguments::Paths(all) => out.extend(all.iter().map(|p| self.path(p))),
            Arguments::Prefetches(all) => {
                for prefetch in all {
                    let chain = self.chain(&prefetch.chain, Place::Prefetch);
                    out.extend(quote!(#chain;));
                }
                out.extend(self.chain_slot());
                return out;
            }
            Arguments::Chains(all) => {
                for chain in all {
                    let chain = self.chain(chain, Place::Inner);
                    out.extend(quote!(#chain;));
                }
                out.extend(self.chain_slot());
                return out;
            }
            Arguments::Assignments(all, groups) => {
                out.extend(all.iter().map(|a| self.assignment(a)));
                out.extend(groups.iter().map(|g| self.group(g)));
            }
            Arguments::Bulk(bulk) => {
                out.extend(bulk.iter().flat_map(|b| &b.assignments).map(|a| self.assignment(a)));
            }
            Arguments::Words(words, _) => {
                for (i, word) in words.iter().enumerate() {
                    // Other words are none of the model's.
                    if i == 0 && matches!(method, "dates" | "datetimes") {
                        out.extend(self.path(&word.path));
                    }
                    out.extend(word.inner.iter().flatten().map(|p| self.path(p)));
                }
            }
            Arguments::Keyed(_, field) => out.extend(field.iter().map(|p| self.path(p))),
            Arguments::None | Arguments::Values(_) => {}
        }
        out.extend(self.slot());
        out
    }

    fn group(self, group: &Group) -> TokenStream {
        let mut out: TokenStream = group.assignments.iter().map(|a| self.assignment(a)).collect();
        out.extend(group.paths.iter().map(|p| self.path(p)));
        out.extend(self.slot());
        out
    }

    fn assignment(self, assignment: &Assignment) -> TokenStream {
        let mut out = self.path(&assignment.path);
        out.extend(self.value(&assignment.value, Side::Bound));
        out
    }

    fn conditions(self, all: &[Condition]) -> TokenStream {
        let mut out: TokenStream = all.iter().map(|c| self.condition(c)).collect();
        out.extend(self.slot());
        out
    }

    fn condition(self, condition: &Condition) -> TokenStream {
        let mut out = TokenStream::new();
        match condition {
            Condition::Lookup(lookup) => {
                out.extend(self.path(&lookup.path));
                out.extend(self.value(&lookup.value, Side::Bound));
            }
            Condition::All(all, _) => out.extend(self.conditions(all)),
            Condition::And(a, b) | Condition::Or(a, b) | Condition::Xor(a, b) => {
                out.extend(self.condition(a));
                out.extend(self.condition(b));
            }
            Condition::Not(inner, _) => out.extend(self.condition(inner)),
            Condition::Exists(chain, _) => {
                let chain = self.chain(chain, Place::Inner);
                out.extend(quote!(#chain;));
            }
            Condition::Compare { left, right, .. } => {
                out.extend(self.expr(left));
                out.extend(self.expr(right));
            }
            Condition::If { branches, otherwise, .. } => {
                out.extend(branches.iter().map(|(_, c)| self.condition(c)));
                out.extend(otherwise.iter().map(|c| self.condition(c)));
            }
            Condition::Match { arms, .. } => {
                let arms = arms.iter().filter(|(pattern, _)| !is_pattern_alone(pattern));
                out.extend(arms.map(|(_, c)| self.condition(c)));
            }
            Condition::Bare(e) => out.extend(self.expr(e)),
            Condition::Reported(path, values) => {
                out.extend(path.iter().map(|p| self.path(p)));
                out.extend(values.iter().map(|v| self.value(v, Side::Bound)));
            }
            Condition::Always | Condition::Error => out.extend(self.slot()),
        }
        out
    }

    fn order(self, order: &Order) -> TokenStream {
        let all = |orders: &[Order]| orders.iter().map(|o| self.order(o)).collect::<TokenStream>();
        match order {
            Order::Key(key) => self.expr(&key.expr),
            Order::If { branches, otherwise, .. } => {
                let mut out: TokenStream = branches.iter().map(|(_, o)| all(o)).collect();
                out.extend(otherwise.iter().map(|o| all(o)));
                out.extend(self.slot());
                out
            }
            Order::Match { arms, .. } => {
                let mut out: TokenStream = arms.iter().map(|(_, o)| all(o)).collect();
                out.extend(self.slot());
                out
            }
        }
    }

    fn value(self, value: &Value, side: Side) -> TokenStream {
        match &value.form {
            Form::Expr(e) => self.expr(e),
            Form::Tuple(all) | Form::Array(all) => all.iter().map(|v| self.value(v, Side::Bound)).collect(),
            Form::Range(a, b) => {
                let mut out = self.value(a, Side::Bound);
                out.extend(self.value(b, Side::Bound));
                out
            }
            Form::Chain(chain) if side == Side::Computed || is_chain(chain) => self.undecided(chain),
            Form::Empty if side == Side::Computed => self.slot(),
            Form::Rust | Form::Literal(_) | Form::Chain(_) | Form::Empty => TokenStream::new(),
        }
    }

    /// A capital name: a chain if something follows it, otherwise a function that is being typed.
    fn undecided(self, chain: &Chain) -> TokenStream {
        match &chain.head {
            Head::Name { name, .. } if chain.steps.is_empty() => function(name),
            _ => {
                let chain = self.chain(chain, Place::Inner);
                quote!(#chain;)
            }
        }
    }

    fn expr(self, expr: &Expr) -> TokenStream {
        match expr {
            Expr::Path(path) => self.path(path),
            Expr::Call(call) => self.call(call),
            Expr::Binary { left, right, .. } => {
                let mut out = self.expr(left);
                out.extend(self.expr(right));
                out
            }
            Expr::Negative(inner, _) => self.expr(inner),
            Expr::Condition(condition, _) => self.condition(condition),
            Expr::Chain(chain) => self.undecided(chain),
            Expr::Error => self.slot(),
            Expr::Literal(..) | Expr::Rust(_) | Expr::Star(_) => TokenStream::new(),
        }
    }

    fn call(self, call: &Call) -> TokenStream {
        let mut out = function(&call.name);
        if matches!(call.name.text.as_str(), "Exists" | "Subquery") {
            for argument in &call.arguments {
                if let Expr::Chain(chain) = argument {
                    let chain = self.chain(chain, Place::Inner);
                    out.extend(quote!(#chain;));
                }
            }
            out.extend(self.chain_slot());
            return out;
        }
        let scope = if call.name.text == "OuterRef" { self.outer() } else { self };
        for (i, argument) in call.arguments.iter().enumerate() {
            let word = match argument {
                Expr::Path(p) if matches!(call.name.text.as_str(), "Extract" | "Trunc") => i == 1 && !p.dangling,
                Expr::Path(p) => p.single() == Some("distinct"),
                _ => false,
            };
            out.extend(if word { scope.slot() } else { scope.expr(argument) });
        }
        for option in &call.options {
            out.extend(match &option.value {
                OptionValue::Condition(c) => scope.condition(c),
                OptionValue::Expr(e) => scope.expr(e),
                OptionValue::Value(v) => scope.value(v, Side::Bound),
                OptionValue::Orders(all) => {
                    let mut out: TokenStream = all.iter().map(|o| scope.order(o)).collect();
                    out.extend(scope.slot());
                    out
                }
                OptionValue::Exprs(all) => {
                    let mut out: TokenStream = all.iter().map(|e| scope.expr(e)).collect();
                    out.extend(scope.slot());
                    out
                }
                OptionValue::Tokens(_) => TokenStream::new(),
            });
        }
        out.extend(scope.slot());
        out
    }
}

/// The name of a function, for its documentation.
fn function(name: &Name) -> TokenStream {
    let ident = &name.ident;
    quote!(::nuages::ide::functions::#ident;)
}

/// The fields of a path, as far as they can be fields of Rust.
fn fields(segments: &[Segment]) -> TokenStream {
    let mut out = TokenStream::new();
    for segment in segments {
        match &segment.kind {
            SegmentKind::Name(text) => match field(text, segment.span) {
                Some(ident) => out.extend(quote!(.#ident)),
                None => break,
            },
            SegmentKind::Call(text, _) => match field(text, segment.span) {
                Some(ident) => out.extend(quote!(.#ident(()))),
                None => break,
            },
            SegmentKind::Index(_) | SegmentKind::Key(_) => out.extend(quote!(.item)),
        }
    }
    out
}

/// A path of relations at which a chain starts. While a method after it is being typed it looks like one more relation:
/// an unfinished last name with which a method begins is taken for that method.
fn relation(path: &Path, columns: &TokenStream, place: Place) -> TokenStream {
    let plain = || {
        let fields = fields(&path.segments);
        quote!(&#columns #fields.chain())
    };
    let Some((last, front)) = path.segments.split_last() else { return plain() };
    let SegmentKind::Name(text) = &last.kind else { return plain() };
    if place == Place::Prefetch || path.dangling || front.is_empty() || last.alias.is_some() {
        return plain();
    }
    let typed = MARKERS.iter().find_map(|m| text.strip_suffix(m)).unwrap_or(text);
    if !METHODS.iter().any(|m| m.name.starts_with(typed)) {
        return plain();
    }
    let (fields, method) = (fields(front), word(text, last.span));
    quote!(&#columns #fields.chain().#method)
}

/// What rust-analyzer puts at the cursor before it expands a second time.
const MARKERS: &[&str] = &["raCompletionMarker", "intellijRulezz"];

/// A name as a field; `None` for what Rust does not let be one.
fn field(text: &str, span: Span) -> Option<Ident> {
    if matches!(text, "self" | "Self" | "super" | "crate" | "_") {
        return None;
    }
    if syn::parse_str::<Ident>(text).is_ok() {
        return Some(Ident::new(text, span));
    }
    let keyword = syn::parse::Parser::parse_str(Ident::parse_any, text).is_ok();
    keyword.then(|| Ident::new_raw(text, span))
}

/// A name as a method or relation. What cannot be one is replaced by something that is none.
fn word(text: &str, span: Span) -> Ident {
    field(text, span).unwrap_or_else(|| Ident::new("none_such", Span::call_site()))
}

/// The names that a chain adds to its model's, wherever in it.
fn added(chain: &Chain) -> Vec<&str> {
    let mut out = Vec::new();
    for step in &chain.steps {
        let Step::Method(m) = step else { continue };
        match &m.arguments {
            Arguments::Named(all) => out.extend(all.iter().filter_map(|a| a.path.single())),
            Arguments::Selections(all) => out.extend(all.iter().filter_map(|s| match s {
                Selection::Named(a) => a.path.single(),
                Selection::Expr(_) => None,
            })),
            _ => {}
        }
    }
    out
}

fn capital(name: &Name) -> bool {
    name.text.starts_with(char::is_uppercase)
}

/// Whether what may be Rust is rather a chain: `Product.filter(…)`, not `MAX.min(…)`.
fn is_chain(chain: &Chain) -> bool {
    let named = matches!(&chain.head, Head::Name { name, .. } if name.text.contains(char::is_lowercase));
    named && !chain.steps.is_empty()
}

#[cfg(test)]
mod tests;
