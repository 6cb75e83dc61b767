//! Expressions with a name: `annotate(n = …)`, `alias`, `aggregate`, `values(n = …)`.
//!
//! In: the assignment as written and the names in force. Out: an expression that may stand there; what is no expression
//! of the language is reported with what was most likely meant.

use super::context::{Context, Names};
use super::expr::expr;
use crate::ast::{self, Assignment, Form, Tokens};
use crate::hir::{Expr, ExprKind};
use crate::tables::foreign;
use crate::tables::names::FUNCTIONS;
use nuages_schema::suggest::nearest;
use proc_macro2::{Delimiter, TokenTree};

/// What names an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// `annotate(n = …)`.
    Annotate,
    /// `alias(n = …)`.
    Alias,
    /// `aggregate(n = …)`.
    Aggregate,
    /// `values(n = …)`.
    Values,
}

impl Naming {
    fn method(self) -> &'static str {
        match self {
            Self::Annotate => "annotate",
            Self::Alias => "alias",
            Self::Aggregate => "aggregate",
            Self::Values => "values",
        }
    }
}

/// The expression of `name = expr`. `None`: reported.
pub(super) fn named_expr(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    assignment: &Assignment,
    naming: Naming,
) -> Option<Expr> {
    let value = &assignment.value;
    let method = naming.method();
    let (problem, hint) = match &value.form {
        Form::Empty => return None,
        Form::Expr(written) => match &**written {
            ast::Expr::Error => return None,
            ast::Expr::Path(p) => {
                ("a name alone".to_owned(), Some(format!("`F({})` is its value", super::shape::written(p))))
            }
            ast::Expr::Literal(l, _) => (
                "a literal".into(),
                Some(format!("`Value({})` is its value", crate::check::literal::written(l).trim_matches('`'))),
            ),
            written => return finished(cx, names, written, value.place, naming),
        },
        Form::Literal(l) => {
            let text = crate::check::literal::written(l);
            ("a literal".into(), Some(format!("`Value({})` is its value", text.trim_matches('`'))))
        }
        Form::Chain(chain) if super::value::is_model(cx, chain) => (
            "a chain".into(),
            Some("`Subquery(chain)` is its single value, `Exists(chain)` whether it has rows".into()),
        ),
        _ if misspelt(cx, value) => return None,
        _ if single_case(value) => {
            ("`CASE` of SQL".into(), Some("it is `Case(When(a = 1, then = b), default = c)`".into()))
        }
        _ if of_relation(cx, names, value).is_some() => ("a chain on a relation".into(), of_relation(cx, names, value)),
        _ if prefixed(value).is_some() => {
            let name = prefixed(value).unwrap_or_default();
            ("a Rust value".into(), Some(format!("a function stands without a prefix: `{name}(…)`")))
        }
        _ if foreign_call(value).is_some() => ("a Rust value".into(), foreign_call(value).map(foreign::sentence)),
        _ => match single_word(value) {
            Some(word) if is_member(cx, names, &word) => {
                ("a name alone".into(), Some(format!("`F({word})` is its value")))
            }
            _ => {
                let field = written_path(value)
                    .filter(|path| path.split('.').next().is_some_and(|first| is_member(cx, names, first)));
                let hint = match field {
                    Some(path) => format!("a field is `F({path})` here, a Rust value `Value(rust, Type)`"),
                    None => "`Value(rust, Type)` is its value".into(),
                };
                ("a Rust value".into(), Some(hint))
            }
        },
    };
    let text = format!("`{method}` takes an expression of the language, found {problem}");
    let error = cx.diagnostics.error("N0312", value.place, text);
    if let Some(hint) = hint {
        error.note(hint);
    }
    None
}

/// The resolved expression, with the rules for aggregates in its place.
fn finished(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    written: &ast::Expr,
    place: Tokens,
    naming: Naming,
) -> Option<Expr> {
    let found = expr(cx, names, written, None)?;
    if naming == Naming::Aggregate && found.has_window() {
        let error =
            cx.diagnostics.error("N0355", place, "a window has a value for each row, `aggregate` gives one row");
        error.note("`annotate` gives each row a value");
        return None;
    }
    if naming == Naming::Aggregate {
        if !found.has_aggregate() {
            let error =
                cx.diagnostics.error("N0311", place, "`aggregate` takes aggregates, found an expression of one row");
            error.note("`annotate` gives each row a value");
            return None;
        }
        return Some(found);
    }
    let mut nested = false;
    found.walk(&mut |e| {
        if let ExprKind::Aggregate(aggregate) = &e.kind {
            for argument in &aggregate.arguments {
                argument.walk(&mut |a| {
                    nested |= matches!(
                        a.kind,
                        ExprKind::Annotation(i) if i >= names.per_row && names.annotations[i].expr.has_aggregate()
                    );
                });
            }
        }
    });
    if nested {
        let error = cx.diagnostics.error("N0311", place, "an aggregate of an aggregate");
        error.note("`aggregate(…)` at the end of the chain aggregates the annotations of its rows");
        return None;
    }
    Some(found)
}

/// The identifier that a Rust value is, if it is one.
fn single_word(value: &ast::Value) -> Option<String> {
    let mut trees = value.tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(word)), None) => Some(word.to_string()),
        _ => None,
    }
}

/// Whether a value begins as `CASE WHEN …` of SQL does.
fn single_case(value: &ast::Value) -> bool {
    let mut trees = value.tokens.clone().into_iter();
    let mut is =
        |word: &str| matches!(trees.next(), Some(TokenTree::Ident(i)) if i.to_string().eq_ignore_ascii_case(word));
    is("case") && is("when")
}

/// What is written instead of `products.count()`, `products.values(price)[..1]`.
fn of_relation(cx: &Context<'_>, names: &Names<'_>, value: &ast::Value) -> Option<String> {
    let trees: Vec<TokenTree> = value.tokens.clone().into_iter().collect();
    let [TokenTree::Ident(relation), TokenTree::Punct(_), TokenTree::Ident(method), TokenTree::Group(_), ..] =
        trees.as_slice()
    else {
        return None;
    };
    let model = cx.schema.model(names.model);
    let known = matches!(model.member(&relation.to_string()), Some(nuages_schema::model::Member::Relation(_)));
    crate::tables::methods::method(&method.to_string()).filter(|_| known)?;
    Some(match method.to_string().as_str() {
        "count" => format!("an aggregate is `Count({relation})`"),
        "exists" => format!("whether there is one is `Exists({relation})`"),
        _ => format!("`Subquery({}…)` is its single value", format_args!("{relation}.{method}")),
    })
}

/// The function of `models.Count(…)`, `func::Count(…)`.
fn prefixed(value: &ast::Value) -> Option<String> {
    let trees: Vec<TokenTree> = value.tokens.clone().into_iter().collect();
    let [.., TokenTree::Punct(_), TokenTree::Ident(name), TokenTree::Group(_)] = trees.as_slice() else { return None };
    let name = name.to_string();
    (FUNCTIONS.contains(&name.as_str()) && trees.len() <= 5).then_some(name)
}

/// What is written instead of a function of SQL or Django.
fn foreign_call(value: &ast::Value) -> Option<&'static str> {
    let mut trees = value.tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(_))) => foreign::function(&name.to_string()),
        _ => None,
    }
}

/// The first `a.b.c` in a Rust value that is no call.
fn written_path(value: &ast::Value) -> Option<String> {
    let mut path = String::new();
    for tree in value.tokens.clone() {
        match tree {
            TokenTree::Ident(word) if path.is_empty() || path.ends_with('.') => path += &word.to_string(),
            TokenTree::Punct(dot) if dot.as_char() == '.' && !path.is_empty() => path.push('.'),
            TokenTree::Group(_) if !path.is_empty() => return None,
            TokenTree::Punct(colon) if colon.as_char() == ':' => return None,
            _ if !path.is_empty() => break,
            _ => {}
        }
    }
    (!path.is_empty() && !path.ends_with('.')).then_some(path)
}

/// Reports a call of what is nearly a function of the language. True if it was.
fn misspelt(cx: &mut Context<'_>, value: &ast::Value) -> bool {
    let mut trees = value.tokens.clone().into_iter();
    let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(list))) = (trees.next(), trees.next()) else {
        return false;
    };
    let written = name.to_string();
    let capital = written.starts_with(char::is_uppercase) && list.delimiter() == Delimiter::Parenthesis;
    let Some(near) = nearest(&written, FUNCTIONS.iter().copied()).filter(|_| capital) else { return false };
    let error = cx.diagnostics.error("N0301", Tokens::one(name.span()), format!("no function `{written}`"));
    error.suggest(Some(near));
    true
}

fn is_member(cx: &Context<'_>, names: &Names<'_>, word: &str) -> bool {
    cx.schema.model(names.model).member(word).is_some() || names.annotations.iter().any(|a| a.name == word)
}
