//! The part of an expansion that only editors compile: model, methods, paths and functions as uses of the types in the
//! runtime's `ide`, so that rust-analyzer completes, explains and finds every name of a query.
//!
//! In: what was written, understood or not. Out: a block under `cfg(rust_analyzer)` that stands first in the expansion.
//! Each of the user's names stands in it once, with its own span, in the order written, and what stands before a name
//! does not depend on what follows it; an empty slot keeps the receiver that a name in it would have. Names that the query
//! itself adds lead to where they are written in it. Right sides in Rust stand elsewhere. Helpers never carry a user's span.

mod level;
mod word;

use super::Paths;
use crate::ast::{
    Arguments, Assignment, Call, Chain, Condition, Expr, Form, Group, Head, Method, Name, OptionValue, Order, Path,
    SegmentKind, Selection, Step, Value,
};
use crate::parse::{MARKERS, is_pattern_alone, unmarked};
use crate::tables::methods::{Kind, method};
use level::{Level, Shared};
use nuages_schema::model::{ModelId, Schema};
use proc_macro2::TokenStream;
use quote::quote;
use word::{fields, function, relation, word};

/// A statement for editors, made from the ast alone; the schema says which names are offered in a path over `__`, and how
/// many arguments a scope has.
pub fn editor(chain: &Chain, schema: &Schema, paths: &Paths) -> TokenStream {
    let shared = Shared::new(schema, &paths.models);
    let body = Scope { shared: &shared, level: None }.chain(chain, Place::Query);
    let items = shared.items();
    quote! {
        #[allow(unexpected_cfgs, unused, path_statements)] {
            #[cfg(rust_analyzer)] { #body; #items }
        }
    }
}

/// What names mean where something stands.
#[derive(Clone, Copy)]
struct Scope<'p> {
    shared: &'p Shared<'p>,
    /// The innermost chain. None outside all chains.
    level: Option<&'p Level<'p>>,
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
        self.level.map_or_else(|| quote!(c0), Level::columns)
    }

    /// The columns of the enclosing chain, for `OuterRef`.
    fn outer(self) -> Self {
        Self { level: self.level.map(|level| level.outer.unwrap_or(level)), ..self }
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
        let (mut out, mut receiver, mut from) = (TokenStream::new(), self.columns(), 0);
        let segments = &path.segments;
        while let Some(at) = (from..segments.len()).find(|at| segments[*at].alias.is_some()) {
            let first = &segments[at];
            let more = segments[at + 1..].iter().take_while(|s| s.alias.is_some() && s.ident.is_none()).count();
            let parts = &segments[at..=at + more];
            let (before, whole) = (fields(&segments[from..at]), first.alias.as_deref().unwrap_or_default());
            receiver.extend(before);
            let of = self.shared.alias(self.level.and_then(|level| level.model), &segments[..at], parts);
            let whole = word(whole, first.span);
            out.extend(quote!(::nuages::ide::of(&#of(&#receiver).#whole);));
            // What is being written leads nowhere yet.
            let unfinished = parts.last().is_some_and(|part| match &part.kind {
                SegmentKind::Name(name) => MARKERS.iter().any(|marker| name.ends_with(marker)),
                _ => false,
            });
            receiver.extend(fields(&parts[..parts.len() - usize::from(unfinished)]));
            from = at + parts.len();
        }
        let rest = fields(&segments[from..]);
        out.extend(quote!(::nuages::ide::of(&#receiver #rest);));
        out
    }

    fn model(self, name: &Name) -> TokenStream {
        let (models, ident) = (self.shared.models, &name.ident);
        if models.is_empty() { quote!(#ident) } else { quote!(#models::#ident) }
    }

    /// A chain as an expression.
    fn chain(self, chain: &Chain, place: Place) -> TokenStream {
        let mut out = self.head(&chain.head, place);
        let (depth, added) = (self.level.map_or(0, |level| level.depth + 1), self.shared.added(chain));
        let mut level = Level { outer: self.level, depth, added, model: self.model_of(&chain.head, place) };
        for step in &chain.steps {
            out.extend(match step {
                Step::Method(m) => Scope { shared: self.shared, level: Some(&level) }.method(m),
                Step::Relation(name) => {
                    let kind = SegmentKind::Name(name.text.clone());
                    level.model = level::target(self.shared.schema, level.model, std::iter::once(&kind));
                    let ident = word(&name.text, name.ident.span());
                    quote!(.#ident)
                }
                Step::Slice(_) | Step::Dot(_) => TokenStream::new(),
            });
        }
        out
    }

    /// The model that a chain begins at, as far as it is known.
    fn model_of(self, head: &Head, place: Place) -> Option<ModelId> {
        let (schema, outer) = (self.shared.schema, self.level.and_then(|level| level.model));
        match head {
            Head::Name { name, .. } if place == Place::Query || capital(name) => schema.model_named(&name.text),
            Head::Name { name, .. } => {
                let kind = SegmentKind::Name(name.text.clone());
                level::target(schema, outer, std::iter::once(&kind))
            }
            Head::Path(path) => level::target(schema, outer, path.segments.iter().map(|segment| &segment.kind)),
            Head::Error => None,
        }
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
                let models = self.shared.models;
                quote!(::nuages::ide::q::<#models>())
            }
            Head::Error => quote!(&#columns),
        }
    }

    /// `.name(…)`: what takes paths gets a closure over the columns.
    fn method(self, m: &Method) -> TokenStream {
        let name = word(&m.name.text, m.name.ident.span());
        let columns = quote::format_ident!("c{}", self.level.map_or(0, |level| level.depth));
        let arguments = match method(unmarked(&m.name.text)).map(|m| m.kind) {
            Some(Kind::Nothing) => TokenStream::new(),
            Some(Kind::Values) => quote!(()),
            Some(_) => {
                let body = self.arguments(unmarked(&m.name.text), &m.arguments);
                quote!(|#columns| { #body })
            }
            None => {
                let written = if let Arguments::Values(values) = &m.arguments { values.len() } else { 0 };
                let units = std::iter::repeat_n(quote!(()), self.parameters(&m.name.text).unwrap_or(written));
                quote!(#(#units),*)
            }
        };
        quote!(.#name(#arguments))
    }

    /// How many arguments a scope has, however many are there.
    fn parameters(self, scope: &str) -> Option<usize> {
        let schema = self.shared.schema;
        let first = self.level.and_then(|level| level.model).into_iter();
        let scopes = first.chain(schema.model_ids()).flat_map(|id| &schema.model(id).scopes);
        scopes.into_iter().find(|found| found.name == scope).map(|found| found.params.len())
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
            Condition::All(all, place) => {
                out.extend(function("Q", place.first));
                out.extend(self.conditions(all));
            }
            Condition::And(a, b) | Condition::Or(a, b) | Condition::Xor(a, b) => {
                out.extend(self.condition(a));
                out.extend(self.condition(b));
            }
            Condition::Not(inner, _) => out.extend(self.condition(inner)),
            Condition::Exists(chain, place) => {
                out.extend(function("Exists", place.first));
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
            Head::Name { name, .. } if chain.steps.is_empty() => function(&name.text, name.ident.span()),
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
        let mut out = function(&call.name.text, call.name.ident.span());
        if matches!(unmarked(&call.name.text), "Exists" | "Subquery") {
            for argument in &call.arguments {
                if let Expr::Chain(chain) = argument {
                    let chain = self.chain(chain, Place::Inner);
                    out.extend(quote!(#chain;));
                }
            }
            out.extend(self.chain_slot());
            return out;
        }
        let scope = if unmarked(&call.name.text) == "OuterRef" { self.outer() } else { self };
        for (i, argument) in call.arguments.iter().enumerate() {
            out.extend(scope.options(call, i));
            let word = match argument {
                Expr::Path(p) if matches!(unmarked(&call.name.text), "Extract" | "Trunc") => i == 1 && !p.dangling,
                Expr::Path(p) => p.single() == Some("distinct"),
                _ => false,
            };
            out.extend(if word { scope.slot() } else { scope.expr(argument) });
        }
        out.extend(scope.options(call, call.arguments.len()));
        out.extend(scope.slot());
        out
    }

    /// The named arguments before the positional one at `at`.
    fn options(self, call: &Call, at: usize) -> TokenStream {
        let mut out = TokenStream::new();
        for option in call.options.iter().filter(|option| option.at == at) {
            out.extend(match &option.value {
                OptionValue::Condition(c) => self.condition(c),
                OptionValue::Expr(e) => self.expr(e),
                OptionValue::Value(v) => self.value(v, Side::Bound),
                OptionValue::Orders(all) => {
                    let mut out: TokenStream = all.iter().map(|o| self.order(o)).collect();
                    out.extend(self.slot());
                    out
                }
                OptionValue::Exprs(all) => {
                    let mut out: TokenStream = all.iter().map(|e| self.expr(e)).collect();
                    out.extend(self.slot());
                    out
                }
                OptionValue::Tokens(_) => TokenStream::new(),
            });
        }
        out
    }
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
