//! From the tokens of a macro's call to its expansion: the stages one after the other.
//!
//! In: what stands in `query!(…)`, the schema, and where its models are. Out: tokens, whatever was written: a query, or
//! the mistakes, each at its place, beside all that an editor needs to go on completing.

use crate::ast::{Arguments, Chain, Form, Input, Step, Tokens, Value};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::{self, Paths};
use crate::render::object::{self, Sent};
use crate::visit::Item;
use crate::{hir, lower, parse, raw, resolve, visit};
use nuages_schema::model::{ModelId, Schema, Scope};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::HashSet;

/// Expands `query!(…)`.
pub fn expand(tokens: TokenStream, schema: &Schema, paths: &Paths) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    match parse::parse(tokens, &mut diagnostics) {
        Input::Expression(mut chain) => {
            let editor = emit::editor::editor(&chain, schema, paths);
            if let Some(query) = checked(&mut chain, schema, &mut diagnostics, paths.is_first) {
                let compiled = lower::compile(&query, schema);
                emit::expression(&editor, &query, &compiled, schema, paths)
            } else {
                told(schema, &mut diagnostics);
                emit::faulty(&editor, &mut chain, &diagnostics, schema, paths)
            }
        }
        Input::Named(mut named) => {
            let editor = emit::editor::editor(&named.chain, schema, paths);
            if let Some(query) = checked(&mut named.chain, schema, &mut diagnostics, paths.is_first) {
                let compiled = lower::compile(&query, schema);
                emit::named(&editor, &mut named, &query, &compiled, schema, paths)
            } else {
                diagnostics.append(std::mem::take(&mut named.around));
                diagnostics.sort();
                told(schema, &mut diagnostics);
                emit::faulty_named(&editor, &mut named, &diagnostics, schema, paths)
            }
        }
    }
}

/// Expands `raw!(…)`.
pub fn expand_raw(tokens: TokenStream, schema: &Schema, paths: &Paths) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let read = raw::read(tokens, schema, &mut diagnostics);
    match &read.raw {
        Some(raw) => emit::raw(raw, schema, paths),
        None => emit::faulty_raw(&read, &diagnostics, paths),
    }
}

/// Expands `query!(…)` where there is no schema: `message` says why. The same tokens do for an expression and an item.
pub fn refuse(message: &str) -> TokenStream {
    quote!(::core::compile_error! { #message })
}

/// Whether it is the first mistake of a build, see [`Paths::is_first`].
type IsFirst = Option<fn() -> bool>;

/// The query that a chain is; `None` if it has mistakes. Where nothing is wrong but values that are not there yet, it is
/// a query whose values are errors: an editor then completes in their places as in those of any other.
fn checked(chain: &mut Chain, schema: &Schema, diagnostics: &mut Diagnostics, is_first: IsFirst) -> Option<hir::Query> {
    let missing = std::mem::take(diagnostics);
    if !missing.is_empty() && !fill(chain, &missing) {
        // What was understood has mistakes of its own, which are told in the same build.
        resolve::resolve(chain, schema, diagnostics);
        if missing.iter().any(|told| told.code == "N0112") {
            // `delete(id = 1)` has its condition.
            diagnostics.take_back(0, &["N0225"]);
        }
        let found = std::mem::replace(diagnostics, missing);
        diagnostics.append(found);
        diagnostics.sort();
        return None;
    }
    let query = resolve::resolve(chain, schema, diagnostics).filter(|_| diagnostics.is_empty());
    if query.is_none() {
        if missing.is_empty()
            && let Some(whole) = supplied(chain, schema, diagnostics, is_first)
        {
            let mut others = Diagnostics::default();
            if let Some(query) = resolve::resolve(&whole, schema, &mut others).filter(|_| others.is_empty()) {
                return Some(query);
            }
        }
        let found = std::mem::replace(diagnostics, missing);
        diagnostics.append(found);
        diagnostics.sort();
    }
    query
}

/// The chain with its only mistake as the last argument of a scope, if that is what is missing: so that an editor
/// completes there, too.
fn supplied(chain: &Chain, schema: &Schema, diagnostics: &Diagnostics, is_first: IsFirst) -> Option<Chain> {
    let mut whole = chain.clone();
    let mut found = diagnostics.iter();
    let (Some("N0209"), None) = (found.next().map(|d| d.code), found.next()) else { return None };
    let lacks_one = |name: &str, written: usize| {
        let mut scopes = schema.model_ids().flat_map(|id| &schema.model(id).scopes);
        scopes.any(|scope| scope.name == name && scope.params.len() == written + 1)
    };
    let method = whole.steps.iter_mut().find_map(|step| match step {
        Step::Method(method) => match &method.arguments {
            Arguments::Values(values) if lacks_one(&method.name.text, values.len()) => Some(method),
            _ => None,
        },
        _ => None,
    })?;
    let (place, tokens) = (Tokens::one(method.parentheses), emit::error::each(diagnostics, is_first).pop()?);
    if let Arguments::Values(values) = &mut method.arguments {
        values.push(Value { tokens, place, form: Form::Rust });
    }
    Some(whole)
}

/// Puts each mistake in the place of the value, or of the part of a branch's head, that is missing; false if there are
/// others.
fn fill(chain: &mut Chain, missing: &Diagnostics) -> bool {
    let mut places = 0;
    visit::all(chain, &mut |item, _| match item {
        Item::Value(value) => places += usize::from(matches!(value.form, Form::Empty)),
        Item::If(head, _) | Item::Match(head) | Item::Arm(head) => {
            places += head.clone().into_iter().filter(parse::is_missing).count();
        }
        Item::Else | Item::Close => {}
    });
    if places != missing.len() || missing.iter().any(|d| !parse::MISSING.contains(&d.code)) {
        return false;
    }
    let mut errors = emit::error::each(missing, None).into_iter().peekable();
    visit::all(chain, &mut |item, _| match item {
        Item::Value(value) if matches!(value.form, Form::Empty) => {
            value.form = Form::Rust;
            value.tokens = errors.next().unwrap_or_default();
        }
        Item::If(head, _) | Item::Match(head) | Item::Arm(head) => {
            let trees = std::mem::take(head).into_iter();
            *head = trees
                .flat_map(|tree| match errors.next_if(|_| parse::is_missing(&tree)) {
                    Some(error) => error,
                    None => tree.into(),
                })
                .collect();
        }
        Item::Value(_) | Item::Else | Item::Close => {}
    });
    true
}

/// What the objects of all models send by themselves: `save`, `delete`, `refresh_from_db`. It stands in the models' module.
pub fn objects(schema: &Schema) -> TokenStream {
    let visible = schema.model_ids().filter(|id| !schema.model(*id).hidden);
    let of_model = |model: ModelId| {
        let statements = object::plain(schema, model).or_else(|| sent(schema, model))?;
        Some(emit::Object { model, statements })
    };
    emit::objects(visible.filter_map(of_model), schema)
}

/// The statements of `save`, `delete` and `refresh_from_db` of any model, through all stages; `None` for a view.
pub fn sent(schema: &Schema, model: ModelId) -> Option<[Sent; 3]> {
    let stored = resolve::stored::stored(schema, model)?;
    Some([&stored.save, &stored.delete, &stored.refresh].map(|query| {
        let root = lower::compile(query, schema).root;
        let params = root.params.iter().map(|param| (param.slot, param.oid)).collect();
        // The values are always there, so there is one variant.
        Sent { text: root.text.text(0), params }
    }))
}

/// The mistakes in the scopes of all models, each once and at its place in the schema.
pub fn scopes(schema: &Schema) -> Vec<nuages_schema::Diagnostic> {
    let mut list: Vec<(nuages_schema::Span, Diagnostic)> = Vec::new();
    for id in schema.model_ids() {
        let model = schema.model(id);
        for scope in model.scopes.iter().chain(&model.default_scope) {
            let methods = scope.chain.methods();
            for mut mistake in alone(schema, id, scope).into_list() {
                let method = mistake.scope.as_ref().and_then(|scope| methods.get(scope.method?));
                // Where it stands is shown.
                if mistake.scope.is_some() && mistake.notes.last().is_some_and(|note| note.starts_with("in the scope"))
                {
                    mistake.notes.pop();
                }
                list.push((method.copied().unwrap_or(scope.chain.span), mistake));
            }
        }
    }
    // A mistake of a scope is found again in each that uses it, with a note more or as it was.
    let all: Vec<String> = list.iter().map(|(_, mistake)| mistake.text()).collect();
    let again = |text: &str, other: &str| text.strip_prefix(other).is_some_and(|more| more.starts_with('\n'));
    let mut seen = HashSet::new();
    list.retain(|(_, mistake)| {
        let text = mistake.text();
        !all.iter().any(|other| again(&text, other)) && seen.insert(text)
    });
    list.iter().map(|(span, mistake)| mistake.placed(*span)).collect()
}

/// The mistakes of a scope by itself.
fn alone(schema: &Schema, model: ModelId, scope: &Scope) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    if let Input::Expression(mut chain) = parse::parse(call(schema, model, scope), &mut diagnostics) {
        checked(&mut chain, schema, &mut diagnostics, None);
    }
    diagnostics
}

/// Marks mistakes of scopes that `models!()` tells: those of scopes that are wrong by themselves.
fn told(schema: &Schema, diagnostics: &mut Diagnostics) {
    for mistake in diagnostics.since(0) {
        let Some(found) = &mistake.scope else { continue };
        let model = schema.model(found.model);
        let mut scopes = model.scopes.iter().chain(&model.default_scope);
        let scope = scopes.find(|scope| scope.name == found.name);
        mistake.told = scope.is_some_and(|scope| !alone(schema, found.model, scope).is_empty());
    }
}

/// A chain that uses a scope: `Product.by_category(slug)`; the default scope needs no call.
fn call(schema: &Schema, model: ModelId, scope: &Scope) -> TokenStream {
    let of = schema.model(model);
    let head = name(&of.name);
    if of.default_scope.as_ref() == Some(scope) {
        return quote!(#head);
    }
    let (method, arguments) = (name(&scope.name), scope.params.iter().map(|p| name(&p.name)));
    quote!(#head.#method(#(#arguments),*))
}

/// A name of the schema as a token.
fn name(text: &str) -> Ident {
    let text = nuages_schema::codegen::identifier(text);
    match text.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(&text, Span::call_site()),
    }
}
