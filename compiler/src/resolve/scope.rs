//! Scopes: pieces of chain that the schema declares.
//!
//! In: a call of a scope and the scope's text. Out: the scope's methods applied to the chain, its parameters replaced by
//! the caller's arguments: a literal as it is, any other value by a name for which [`Context::value`] registers the
//! caller's tokens once; they are evaluated in the order written, used or not. Mistakes are reported at the call (or the argument) with the scope's place in the schema.

use super::bind::{Binding, bind};
use super::chain::read_step;
use super::context::{Argument, Context, Declared, Expected, Names, alike};
use super::draft::Draft;
use super::path::declared_at;
use crate::ast::{Arguments, Form, Literal, Method, Step, Tokens, Value};
use crate::check::types;
use crate::diagnostic::InScope;
use crate::hir;
use crate::hir::value::{argument, arguments};
use nuages_schema::model::{ModelId, Scope, ScopeParam, ScopeParamType};
use proc_macro2::{Spacing, Span, TokenStream, TokenTree};

/// Applies `scope default`, unless the chain says `unscoped()`.
pub(super) fn default(cx: &mut Context<'_>, draft: &mut Draft, outer: Option<&Names<'_>>, steps: &[Step]) {
    let unscoped = steps.iter().any(|step| matches!(step, Step::Method(m) if m.name.text == "unscoped"));
    let schema = cx.schema;
    if let (Some(scope), false) = (&schema.model(draft.model).default_scope, unscoped) {
        let before = draft.filters.len();
        run(cx, draft, outer, scope, &[], (draft.head, Span::call_site()));
        draft.defaults = draft.filters.len() - before;
    }
}

/// Applies a scope called by name.
pub(super) fn call(cx: &mut Context<'_>, draft: &mut Draft, outer: Option<&Names<'_>>, method: &Method, scope: &Scope) {
    if !method.held.is_empty() {
        return cx.diagnostics.append(method.held.clone());
    }
    let place = Tokens::one(method.name.ident.span());
    let values: &[Value] = match &method.arguments {
        Arguments::Values(values) => values,
        _ => &[],
    };
    let label = label(cx, draft, scope);
    if let Some((value, given)) = values.iter().find_map(|value| Some((value, named(value)?))) {
        let error = cx.diagnostics.error("N0209", value.place, format!("the arguments of `{label}` have no names"));
        error.note(format!("it is written `{}({given})`", scope.name));
        return;
    }
    if values.len() != scope.params.len() {
        let names: Vec<&str> = scope.params.iter().map(|p| p.name.as_str()).collect();
        let takes = match names.as_slice() {
            [] => "no arguments".to_owned(),
            [one] => format!("one argument, `{one}`"),
            many => format!("{} arguments, `{}`", many.len(), many.join("`, `")),
        };
        let found = values.len();
        let at = values.get(scope.params.len()).map_or(place, |extra| extra.place);
        let error = cx.diagnostics.error("N0209", at, format!("`{label}` takes {takes}, found {found}"));
        if let Some(at) = declared_at(cx.schema, scope.span) {
            error.note(format!("the scope `{}` is declared at {at}", scope.name));
        }
        return;
    }
    let (known, before) = (cx.arguments.len(), cx.steps.len());
    let mut bindings = Vec::new();
    for (value, param) in values.iter().zip(&scope.params) {
        let literal = match &value.form {
            Form::Empty => return,
            Form::Literal(Literal::None) if !param.nullable => {
                let text = format!("`{}` of `{label}` is never `None`", param.name);
                cx.diagnostics.error("N0209", value.place, text);
                return;
            }
            Form::Literal(_) => true,
            Form::Expr(_) => {
                let text = format!("`{}` of `{label}` is a Rust value, found an SQL expression", param.name);
                cx.diagnostics.error("N0209", value.place, text);
                return;
            }
            _ => constant_array(value),
        };
        if Argument::index(&value.tokens).is_some_and(|i| cx.arguments[i].option) && !param.nullable {
            let text = format!("`{}` of `{label}` is never `None`, the parameter given to it may be", param.name);
            cx.diagnostics.error("N0210", place, text);
            return;
        }
        if literal && matches!(param.ty, ScopeParamType::Field(_)) && !fits(cx, draft, scope, value, param) {
            return;
        }
        let value = if literal {
            value.clone()
        } else {
            let label = format!("`{}` of `{label}`", param.name);
            let declared = declared(cx, param);
            if let Some(given) = Argument::index(&value.tokens).and_then(|i| cx.arguments.get(i))
                && let (Some(has), Some(takes)) = (&given.declared, &declared)
                && !alike(&has.expected.ty, &takes.ty)
            {
                let (has, takes) = (has.described(cx.schema), types::label(cx.schema, takes));
                cx.diagnostics.error("N0210", place, format!("{label} takes {takes}, found {has}"));
                return;
            }
            let declared = declared.map(|expected| Declared { label, expected });
            marked(cx, value, param.nullable, declared)
        };
        bindings.push(Binding { name: param.name.clone(), value, literal, nullable: param.nullable });
    }
    run(cx, draft, outer, scope, &bindings, (place, method.parentheses));
    given(cx, &bindings, scope, known, before);
}

/// What stands behind `name =` where an argument has a name, as in Python.
fn named(value: &Value) -> Option<String> {
    let mut trees = value.tokens.clone().into_iter();
    let (Some(TokenTree::Ident(_)), Some(TokenTree::Punct(equals))) = (trees.next(), trees.next()) else { return None };
    (equals.as_char() == '=' && equals.spacing() == Spacing::Alone).then(|| crate::parse::brief(&trees.collect()))
}

/// Has the arguments of a call, those from `known` on, evaluated before the `before`-th step and those that use them:
/// each once, in the order written. Where each is used once, and in that order, it is evaluated where it is used.
fn given(cx: &mut Context<'_>, bindings: &[Binding], scope: &Scope, known: usize, before: usize) {
    let new = known..cx.arguments.len();
    let used = |cx: &Context<'_>, step: &hir::Step| match step {
        hir::Step::Value(id) => {
            let value = &cx.values[usize::from(id.0)];
            value.argument.map_or_else(|| arguments(&value.tokens), |argument| vec![argument])
        }
        hir::Step::Given(_) | hir::Step::Branch(_) => Vec::new(),
    };
    let steps = cx.steps.iter().skip(before);
    let all: Vec<usize> = steps.clone().flat_map(|step| used(cx, step)).filter(|i| new.contains(i)).collect();
    let whole = |step: &hir::Step| match step {
        hir::Step::Value(id) => cx.values[usize::from(id.0)].argument.is_some_and(|i| new.contains(&i)),
        hir::Step::Given(_) | hir::Step::Branch(_) => false,
    };
    if all.iter().copied().eq(new.clone()) && steps.clone().filter(|step| whole(step)).count() == new.len() {
        for value in &mut cx.values {
            value.argument = value.argument.filter(|i| !new.contains(i));
        }
        return;
    }
    let list = new.map(|i| {
        let Argument { tokens, place, .. } = cx.arguments[i].clone();
        let of =
            bindings.iter().zip(&scope.params).find(|(binding, _)| Argument::index(&binding.value.tokens) == Some(i));
        let unused = of.filter(|_| !all.contains(&i)).and_then(|(_, param)| unused(cx, param, i));
        hir::Given { argument: i, tokens, place, unused: unused.map(Box::new) }
    });
    let list = list.collect();
    cx.steps.insert(before, hir::Step::Given(list));
}

/// What an argument would be bound as that the scope does not use.
fn unused(cx: &Context<'_>, param: &ScopeParam, argument: usize) -> Option<hir::Value> {
    let Argument { tokens, place, .. } = cx.arguments[argument].clone();
    let expected = declared(cx, param)?;
    let (equals, switch) = (Span::call_site(), param.nullable.then_some(0));
    let (ty, key_of, bind) = (expected.ty, expected.key_of, hir::Bind::One);
    Some(hir::Value {
        tokens,
        place,
        equals,
        ty,
        key_of,
        subject: None,
        bind,
        switch,
        slot: 0,
        argument: Some(argument),
    })
}

/// What a parameter takes by its declaration; nothing where that is a model with a key of several columns.
fn declared(cx: &Context<'_>, param: &ScopeParam) -> Option<Expected> {
    match &param.ty {
        ScopeParamType::Field(ty) => Some(types::bare(hir::SqlType::of(cx.schema, ty))),
        ScopeParamType::Model(model) => types::key(cx.schema, *model).map(|key| Expected { field: None, ..key }),
    }
}

/// Applies the scope's text. Its mistakes are reported at the call's name; what binds its values has the other place, as
/// an editor is to find nothing but the scope at the name.
fn run(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    outer: Option<&Names<'_>>,
    scope: &Scope,
    bindings: &[Binding],
    (place, binds): (Tokens, Span),
) {
    let known = cx.values.len();
    if !room(cx, draft, scope, place) {
        return;
    }
    cx.depth += 1;
    cx.scopes += 1;
    let before = cx.diagnostics.len();
    match scope.chain.text.parse::<TokenStream>() {
        Ok(tokens) => {
            let mut steps = crate::parse::parse_chain_steps(respan(tokens, place.first), cx.diagnostics);
            if cx.diagnostics.len() == before {
                let mut going = true;
                for (i, step) in steps.iter_mut().enumerate() {
                    let known = cx.diagnostics.len();
                    bind(cx, step, bindings, place);
                    going = going && read_step(cx, draft, outer, step);
                    within(cx, known, draft.model, scope, Some(i));
                }
            } else {
                within(cx, before, draft.model, scope, None);
            }
        }
        Err(error) => {
            cx.diagnostics.error("N0210", place, format!("the text of a scope is not readable: {error}"));
            within(cx, before, draft.model, scope, None);
        }
    }
    for value in &mut cx.values[known..] {
        value.equals = binds;
    }
    cx.depth -= 1;
    let label = label(cx, draft, scope);
    let at = declared_at(cx.schema, scope.span).map(|at| format!(", {at}")).unwrap_or_default();
    for diagnostic in cx.diagnostics.since(before).filter(|d| d.code != TOO_MANY) {
        diagnostic.note(format!("in the scope `{label}`{at}"));
    }
}

/// Notes of the mistakes from the n-th on where they were found; of a scope that uses others its own text counts.
fn within(cx: &mut Context<'_>, known: usize, model: ModelId, scope: &Scope, method: Option<usize>) {
    for diagnostic in cx.diagnostics.since(known) {
        diagnostic.scope = Some(Box::new(InScope { model, name: scope.name.clone(), method }));
    }
}

/// The code of scopes that are more than a query can have.
const TOO_MANY: &str = "N0580";

/// Scopes within scopes, deeper than which the stack may not be; scopes of related models may even use each other.
const DEEPEST: usize = 24;

/// Scopes in one query: two of each in the next are many soon.
const MOST: usize = 1000;

/// Whether a scope can be read; if not, it is said once.
fn room(cx: &mut Context<'_>, draft: &Draft, scope: &Scope, place: Tokens) -> bool {
    if cx.depth < DEEPEST && cx.scopes < MOST {
        return true;
    }
    // The others are no news.
    cx.scopes = MOST;
    if cx.diagnostics.iter().all(|d| d.code != TOO_MANY) {
        let label = label(cx, draft, scope);
        let text =
            format!("scopes that use scopes, more than {DEEPEST} within one another or {MOST} in all: `{label}`");
        cx.diagnostics.error(TOO_MANY, place, text);
    }
    false
}

/// A value as the marker of one of the query's arguments. The argument of a scope inside a scope is the outer one's.
fn marked(cx: &mut Context<'_>, value: &Value, option: bool, declared: Option<Declared>) -> Value {
    let index = Argument::index(&value.tokens).filter(|i| *i < cx.arguments.len()).unwrap_or_else(|| {
        let (tokens, place) = (value.tokens.clone(), value.place);
        cx.arguments.push(Argument { tokens, place, option, declared, uses: Vec::new() });
        cx.arguments.len() - 1
    });
    let ident = argument(index, value.place.first);
    Value { tokens: proc_macro2::TokenTree::from(ident).into(), place: value.place, form: Form::Rust }
}

/// Whether a literal is of the parameter's type; lengths and digits are checked where it is used.
fn fits(cx: &mut Context<'_>, draft: &Draft, scope: &Scope, value: &Value, param: &ScopeParam) -> bool {
    let (Form::Literal(literal), ScopeParamType::Field(ty)) = (&value.form, &param.ty) else { return true };
    if *literal == Literal::None {
        return true;
    }
    let before = cx.diagnostics.len();
    let ty = crate::hir::SqlType::of(cx.schema, ty);
    let expected = crate::check::types::bare(ty);
    let fits = crate::check::literal::literal(cx, literal, value.place, &expected).is_some();
    let label = label(cx, draft, scope);
    for diagnostic in cx.diagnostics.since(before) {
        diagnostic.note(format!("`{}` of the scope `{label}`", param.name));
    }
    fits
}

fn constant_array(value: &Value) -> bool {
    match &value.form {
        Form::Array(elements) => elements.iter().all(|e| matches!(e.form, Form::Literal(_)) || constant_array(e)),
        _ => false,
    }
}

fn label(cx: &Context<'_>, draft: &Draft, scope: &Scope) -> String {
    format!("{}.{}", cx.schema.model(draft.model).name, scope.name)
}

/// Every token of the schema's text stands, for the user, where the scope is called.
fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut tree| {
            if let proc_macro2::TokenTree::Group(group) = &tree {
                let mut inner = proc_macro2::Group::new(group.delimiter(), respan(group.stream(), span));
                inner.set_span(span);
                return inner.into();
            }
            tree.set_span(span);
            tree
        })
        .collect()
}
