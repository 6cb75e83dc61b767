//! `values` and `values_list`: the columns of a chain.
//!
//! In: paths, expressions and named expressions. Out: [`Output`]s with their names and types; a to-many path makes
//! one row of each related row, and only one such path may stand in a chain. A key of several columns is one field of as
//! many outputs.

use super::context::{Context, Names};
use super::draft::{Draft, Rows};
use super::path::{typed, whole_key};
use super::through;
use crate::ast::{self, Path, Selection, Tokens};
use crate::check::cardinality::{one_path, to_many_paths};
use crate::hir::select::{Annotation, fields};
use crate::hir::{ColumnPath, Expr, ExprKind, Output};
use nuages_schema::model::{Member, Schema};
use proc_macro2::Ident;

/// Which method it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `values`.
    Values,
    /// `values_list`.
    List,
}

/// `values(…)`, `values_list(…)`.
pub(super) fn values(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    outer: Option<&Names<'_>>,
    selections: &[Selection],
    kind: Kind,
    method: Tokens,
) {
    let (selections, flat) = match (kind, selections) {
        (Kind::List, [one @ .., Selection::Expr(ast::Expr::Path(word))])
            if word.single() == Some("flat") && !one.is_empty() =>
        {
            (one, true)
        }
        _ => (selections, false),
    };
    let present = draft.present();
    let before = draft.annotations.len();
    let mut outputs: Vec<(Output, Tokens)> = Vec::new();
    for selection in selections {
        let output = match selection {
            Selection::Expr(expr) => positional(cx, draft, outer, &present, expr, kind),
            Selection::Named(assignment) => named(cx, draft, outer, &present, assignment, kind),
        };
        let Some((parts, tokens)) = output else { continue };
        if kind == Kind::Values
            && let Some((twice, _)) = outputs.iter().find(|(o, _)| parts.iter().any(|part| part.name == o.name))
        {
            cx.diagnostics.error("N0214", tokens, format!("`{}` stands twice in `values`", twice.name));
            continue;
        }
        outputs.extend(parts.into_iter().map(|part| (part, tokens)));
    }
    if selections.is_empty() {
        outputs = all_columns(cx.schema, draft, &present).into_iter().map(|o| (o, method)).collect();
        // The keys of a group that `values_list` made may be expressions.
        if kind == Kind::Values && outputs.iter().any(|(o, _)| o.name.is_empty()) {
            cx.diagnostics.error("N0214", method, "an expression in `values` needs a name");
            outputs.retain(|(o, _)| !o.name.is_empty());
        }
    }
    if let Some(group) = &draft.group {
        for (output, tokens) in &outputs {
            // What `values(n = …)` computes has not been looked at yet.
            let read = match output.expr.kind {
                ExprKind::Annotation(i) if i >= before => &draft.annotations[i].expr,
                _ => &output.expr,
            };
            if let Some(part) = group.outsider(read) {
                let found = describe(cx.schema, part, &draft.annotations);
                let text = format!("{found} is neither a key nor an annotation of the grouped chain");
                cx.diagnostics.error("N0218", *tokens, text).note("an aggregate makes one value of it for each group");
            }
        }
    }
    check_paths(cx, draft, &outputs);
    let (mut outputs, tokens): (Vec<Output>, Vec<Tokens>) = outputs.into_iter().unzip();
    draft.rows = match kind {
        Kind::Values => Rows::Values(outputs),
        Kind::List if !flat => Rows::Tuple(outputs),
        Kind::List => {
            let first = fields(&outputs).next().map_or(0, <[Output]>::len);
            if let Some(extra) = tokens.get(first) {
                cx.diagnostics.error("N0207", *extra, "`flat` takes one column");
            }
            outputs.truncate(first);
            if outputs.is_empty() { Rows::Tuple(outputs) } else { Rows::Flat(outputs) }
        }
    };
}

/// The outputs of a field: of a key of several columns one for each.
fn parts(name: &str, ident: Option<&Ident>, exprs: Vec<Expr>) -> Vec<Output> {
    let last = exprs.len().saturating_sub(1);
    let part = |(i, expr)| Output { name: name.to_owned(), ident: ident.cloned(), expr, more: i < last };
    exprs.into_iter().enumerate().map(part).collect()
}

/// What `values` calls a path.
pub(super) fn output_name(path: &Path) -> String {
    let parts = path.segments.iter().map(|s| match &s.kind {
        ast::SegmentKind::Call(name, _) => name.clone(),
        ast::SegmentKind::Key(key) => key.clone(),
        _ => super::path::segment_text(s),
    });
    parts.collect::<Vec<_>>().join("__")
}

/// A path as written, with dots.
pub(super) fn written(path: &Path) -> String {
    path.segments.iter().map(super::path::segment_text).collect::<Vec<_>>().join(".")
}

/// A column path in the words of the schema.
pub(super) fn path_text(schema: &Schema, path: &ColumnPath) -> String {
    let hops = path.hops.iter().map(|hop| schema.relation(hop.from, hop.relation).name.as_str());
    let field = schema.field(path.model, path.field).attname.as_str();
    hops.chain([field]).collect::<Vec<_>>().join(".")
}

/// What an expression is called in a message.
pub(super) fn describe(schema: &Schema, expr: &Expr, annotations: &[Annotation]) -> String {
    match &expr.kind {
        ExprKind::Column(path) | ExprKind::Outer(path, _) => format!("`{}`", path_text(schema, path)),
        ExprKind::Annotation(i) if !annotations[*i].name.starts_with('#') => format!("`{}`", annotations[*i].name),
        _ => "the expression".into(),
    }
}

/// The tokens of an expression, as far as they are known.
pub(super) fn expr_tokens(expr: &ast::Expr, otherwise: Tokens) -> Tokens {
    use ast::Expr as E;
    match expr {
        E::Path(path) => path.tokens(),
        E::Literal(_, tokens) | E::Condition(_, tokens) => *tokens,
        E::Rust(value) => value.place,
        E::Call(call) => Tokens { first: call.name.ident.span(), last: call.parentheses },
        E::Binary { left, right, .. } => {
            Tokens { first: expr_tokens(left, otherwise).first, last: expr_tokens(right, otherwise).last }
        }
        E::Negative(inner, span) => Tokens { first: *span, last: expr_tokens(inner, otherwise).last },
        E::Chain(chain) => chain.tokens,
        E::Star(span) => Tokens::one(*span),
        E::Error => otherwise,
    }
}

/// Reports a name that is taken. True if it is.
pub(super) fn is_taken(cx: &mut Context<'_>, draft: &Draft, name: &str, tokens: Tokens) -> bool {
    let model = cx.schema.model(draft.model);
    let text = match model.member(name) {
        Some(Member::Field(_)) => format!("`{name}` is a field of `{}`", model.name),
        Some(Member::Relation(_)) => format!("`{name}` is a relation of `{}`", model.name),
        None if name == "pk" => "`pk` is the primary key".to_owned(),
        None if draft.annotations.iter().any(|a| a.name == name) => format!("`{name}` is an annotation already"),
        None if draft.rows.outputs().iter().any(|o| o.name == name) => format!("`{name}` is a value already"),
        None if draft.prefetches.iter().any(|p| p.is_called(name)) => format!("`{name}` is prefetched already"),
        None => return false,
    };
    cx.diagnostics.error("N0214", tokens, format!("{text}, another name is needed"));
    true
}

fn positional(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    outer: Option<&Names<'_>>,
    present: &[ColumnPath],
    expr: &ast::Expr,
    kind: Kind,
) -> Option<(Vec<Output>, Tokens)> {
    let tokens = expr_tokens(expr, draft.head);
    let (name, ident) = match expr {
        ast::Expr::Path(path) => (output_name(path), path_ident(path)),
        ast::Expr::Error => return None,
        _ if kind == Kind::Values => {
            let error = cx.diagnostics.error("N0214", tokens, "an expression in `values` needs a name");
            error.note("`values(name = expression)`");
            return None;
        }
        _ => (String::new(), None),
    };
    if let (ast::Expr::Path(_), Some(known)) = (expr, draft.rows.key(&name)) {
        return Some((known.to_vec(), tokens));
    }
    let names = Names { present, ..draft.names(outer) };
    let exprs = super::expr::exprs(cx, &names, expr)?;
    let hide = |expr: Expr| if expr.has_aggregate() || expr.has_window() { draft.hidden(expr) } else { expr };
    let exprs = exprs.into_iter().map(hide).collect();
    Some((parts(&name, ident.as_ref(), exprs), tokens))
}

fn named(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    outer: Option<&Names<'_>>,
    present: &[ColumnPath],
    assignment: &ast::Assignment,
    kind: Kind,
) -> Option<(Vec<Output>, Tokens)> {
    let tokens = assignment.path.tokens();
    if kind == Kind::List {
        cx.diagnostics.error("N0207", tokens, "the columns of `values_list` have no names");
        return None;
    }
    let (name, ident) = super::annotate::new_name(cx, draft, assignment)?;
    let names = Names { present, ..draft.names(outer) };
    if let Some(path) = field_alone(assignment) {
        let Some(followed) = through::follow(cx, &names, path) else {
            cx.broken.push(name);
            return None;
        };
        if let Some(key) = whole_key(cx.schema, &names, &followed) {
            return Some((parts(&name, ident.as_ref(), key), tokens));
        }
    }
    let Some(expr) = super::naming::named_expr(cx, &names, assignment, super::naming::Naming::Values) else {
        cx.broken.push(name);
        return None;
    };
    let (ty, nullable) = (expr.ty.clone(), expr.nullable);
    let index = draft.annotation(name.clone(), ident.clone(), expr, false);
    Some((parts(&name, ident.as_ref(), vec![Expr { kind: ExprKind::Annotation(index), ty, nullable }]), tokens))
}

/// The path of `name = F(path)`.
fn field_alone(assignment: &ast::Assignment) -> Option<&Path> {
    let ast::Form::Expr(written) = &assignment.value.form else { return None };
    let ast::Expr::Call(call) = &**written else { return None };
    match call.arguments.as_slice() {
        [ast::Expr::Path(path)] if call.name.text == "F" && call.options.is_empty() => Some(path),
        _ => None,
    }
}

/// What `values()` gives: every column, and the annotations; of a grouped chain its keys and annotations.
fn all_columns(schema: &Schema, draft: &Draft, present: &[ColumnPath]) -> Vec<Output> {
    if draft.group.is_some() {
        return draft.rows.outputs().to_vec();
    }
    let model = schema.model(draft.model);
    let columns = model.field_ids().map(|field| Output {
        name: model.field(field).attname.clone(),
        ident: None,
        expr: typed(schema, present, ColumnPath { hops: Vec::new(), model: draft.model, field }),
        more: false,
    });
    let annotations = draft.annotations.iter().enumerate().filter(|(_, a)| a.selected).map(|(i, a)| Output {
        name: a.name.clone(),
        ident: a.ident.clone(),
        expr: Expr { kind: ExprKind::Annotation(i), ty: a.expr.ty.clone(), nullable: a.expr.nullable },
        more: false,
    });
    columns.chain(annotations).collect()
}

/// Two to-many paths that do not lie on one another would give every pair of their rows.
fn check_paths(cx: &mut Context<'_>, draft: &Draft, outputs: &[(Output, Tokens)]) {
    let mut paths = Vec::new();
    for (i, (output, _)) in outputs.iter().enumerate() {
        paths.extend(to_many_paths(&output.expr, &draft.annotations).into_iter().map(|hops| (i, hops)));
    }
    let Err((a, b)) = one_path(&paths) else { return };
    let (first, second) = (&outputs[a].0, &outputs[b].0);
    let text = format!(
        "{} and {} go through two independent to-many relations",
        describe(cx.schema, &first.expr, &draft.annotations),
        describe(cx.schema, &second.expr, &draft.annotations)
    );
    let error = cx.diagnostics.error("N0216", outputs[b].1, text);
    error.note("`ArrayAgg(path)` gathers the values of one of them, `prefetch_related` its rows");
}

/// The token that stands for the whole path, if there is one.
fn path_ident(path: &Path) -> Option<Ident> {
    let first = path.segments.first()?;
    let whole = match &first.alias {
        // `category__name`: one token for all of it.
        Some(alias) => path.segments.iter().all(|s| s.alias.as_ref() == Some(alias)),
        None => path.segments.len() == 1,
    };
    first.ident.clone().filter(|_| whole)
}
