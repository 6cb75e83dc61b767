//! Paths: names to relations and fields, and the column at a path's end.
//!
//! In: a dotted path and the names in force. Out: [`Followed`], or a column in its shortest form: `category.id` is the
//! key column `category_id`, no join. Unknown names have been reported with the nearest known one.

use super::context::{Context, End, Followed, Names};
use crate::ast::{Path, Segment, SegmentKind, Tokens};
use crate::check::cardinality::cut;
use crate::hir::{ColumnPath, Expr, ExprKind, Hop, SqlType};
use nuages_schema::model::{FieldId, Member, Model, ModelId, RelationId, RelationKind, Schema};
use nuages_schema::suggest::nearest;

/// What may follow a relation without being a member of its model.
const RELATION_LOOKUPS: &[&str] = &["exact", "gt", "gte", "in", "isnull", "lt", "lte", "range"];

/// Follows a path as far as its names are relations and fields. `None`: reported.
pub fn follow<'p>(cx: &mut Context<'_>, names: &Names<'_>, path: &'p Path) -> Option<Followed<'p>> {
    if path.dangling {
        return None;
    }
    if names.closed {
        return among_columns(cx, names, path);
    }
    let mut hops: Vec<Hop> = Vec::new();
    let mut model = names.model;
    for (i, segment) in path.segments.iter().enumerate() {
        let done = |end, used: usize, hops| {
            let tokens = segments_tokens(&path.segments[..used]);
            Some(Followed { hops, end, rest: &path.segments[used..], tokens })
        };
        let SegmentKind::Name(name) = &segment.kind else {
            let found = segment_text(segment);
            unknown(cx, names, model, segment, &found, i);
            return None;
        };
        if i == 0
            && let Some(index) = names.annotations.iter().rposition(|a| a.name == *name)
        {
            return done(End::Annotation(index), 1, hops);
        }
        let declared = cx.schema.model(model);
        match declared.member(name) {
            Some(Member::Relation(relation)) => {
                let hop = hop(cx.schema, model, relation);
                model = hop.to;
                hops.push(hop);
            }
            Some(Member::Field(field)) => return done(End::Field(model, field), i + 1, hops),
            None if name == "pk" => match declared.key.as_slice() {
                [] => {
                    let text = format!("`{}` has no primary key", declared.name);
                    cx.diagnostics.error("N0205", Tokens::one(segment.span), text);
                    return None;
                }
                [field] => return done(End::Field(model, *field), i + 1, hops),
                _ => return done(End::CompositeKey(model), i + 1, hops),
            },
            None if !hops.is_empty() && RELATION_LOOKUPS.contains(&name.as_str()) => {
                return done(End::Relation, i, hops);
            }
            None => {
                unknown(cx, names, model, segment, name, i);
                return None;
            }
        }
    }
    Some(Followed { hops, end: End::Relation, rest: &[], tokens: path.tokens() })
}

/// A column of combined rows, called as the chains that are combined call it.
fn among_columns<'p>(cx: &mut Context<'_>, names: &Names<'_>, path: &'p Path) -> Option<Followed<'p>> {
    let parts: Vec<String> = path.segments.iter().map(segment_text).collect();
    let key = &cx.schema.model(names.model).key;
    for used in (1..=parts.len()).rev() {
        let mut name = parts[..used].join("__");
        if let ("pk", [field]) = (name.as_str(), key.as_slice()) {
            name.clone_from(&cx.schema.field(names.model, *field).attname);
        }
        if let Some(index) = names.annotations.iter().rposition(|a| a.name == name) {
            let tokens = segments_tokens(&path.segments[..used]);
            return Some(Followed {
                hops: Vec::new(),
                end: End::Annotation(index),
                rest: &path.segments[used..],
                tokens,
            });
        }
    }
    for used in (1..=parts.len()).rev() {
        let name = parts[..used].join("__");
        let first = part_name(&name, 0);
        if names.annotations.iter().any(|a| a.name == first) {
            let text = format!("`{name}` is a key of several columns, expected one");
            cx.diagnostics.error("N0206", segments_tokens(&path.segments[..used]), text);
            return None;
        }
    }
    let name = parts.join(".");
    let columns = names.annotations.iter().filter_map(|a| a.name.split(PART).next()).filter(|name| !name.is_empty());
    let near = nearest(&name, columns);
    let text = format!("`{name}` is no column of the combined rows");
    cx.diagnostics.error("N0242", path.tokens(), text).suggest(near);
    None
}

/// What no name that can be written holds.
const PART: char = '#';

/// What the n-th column of a key is called among combined rows, where the key's name is that of all of them.
pub fn part_name(name: &str, n: usize) -> String {
    format!("{name}{PART}{n}")
}

/// The column at a path's end, typed. `None`: reported.
pub fn column(cx: &mut Context<'_>, names: &Names<'_>, followed: &Followed<'_>) -> Option<Expr> {
    let path = match followed.end {
        End::Annotation(index) => {
            let annotation = &names.annotations[index];
            return Some(Expr {
                kind: ExprKind::Annotation(index),
                ty: annotation.expr.ty.clone(),
                nullable: annotation.expr.nullable,
            });
        }
        End::Field(model, field) => reduce(cx.schema, ColumnPath { hops: followed.hops.clone(), model, field }),
        End::Relation => {
            let last = followed.hops.last()?;
            let target = cx.schema.model(last.to);
            match (cx.schema.relation(last.from, last.relation).kind, target.key.as_slice()) {
                (RelationKind::Forward { field }, _) => {
                    let hops = followed.hops[..followed.hops.len() - 1].to_vec();
                    reduce(cx.schema, ColumnPath { hops, model: last.from, field })
                }
                (_, [field]) => ColumnPath { hops: followed.hops.clone(), model: last.to, field: *field },
                _ => {
                    composite(cx, last.to, followed.tokens);
                    return None;
                }
            }
        }
        End::CompositeKey(model) => {
            composite(cx, model, followed.tokens);
            return None;
        }
    };
    let column = typed(cx.schema, names.present, path);
    let ExprKind::Column(path) = &column.kind else { return Some(column) };
    let gathered = if names.gathered { cut(&path.hops).len() } else { 0 };
    if gathered == 0 {
        return Some(column);
    }
    // From the gathered rows on the path is one to one.
    let field = cx.schema.field(path.model, path.field);
    let nullable = field.nullable || path.hops[gathered..].iter().any(|hop| hop.optional);
    Some(Expr { nullable, ..column })
}

/// The columns at a path's end: those of a key of several, or one. `None`: reported.
pub fn columns(cx: &mut Context<'_>, names: &Names<'_>, followed: &Followed<'_>) -> Option<Vec<Expr>> {
    match whole_key(cx.schema, names, followed) {
        Some(key) => Some(key),
        None => column(cx, names, followed).map(|column| vec![column]),
    }
}

/// The columns of the key at a path's end, if it has several.
pub fn whole_key(schema: &Schema, names: &Names<'_>, followed: &Followed<'_>) -> Option<Vec<Expr>> {
    let model = match (followed.end, followed.hops.last()) {
        (End::CompositeKey(model), _) => model,
        (End::Relation, Some(last)) => {
            let declared = schema.relation(last.from, last.relation);
            (!matches!(declared.kind, RelationKind::Forward { .. })).then_some(last.to)?
        }
        _ => return None,
    };
    let key = &schema.model(model).key;
    let column = |field: &FieldId| reduce(schema, ColumnPath { hops: followed.hops.clone(), model, field: *field });
    let several = key.len() > 1 && followed.rest.is_empty();
    several.then(|| key.iter().map(|field| typed(schema, names.present, column(field))).collect())
}

/// A column as an expression, NULL where its field or a row on the way may be.
pub fn typed(schema: &Schema, present: &[ColumnPath], path: ColumnPath) -> Expr {
    let field = schema.field(path.model, path.field);
    let nullable = field.nullable && !present.contains(&path);
    let missing =
        path.hops.iter().enumerate().any(|(i, hop)| hop.optional && !certain(schema, present, &path.hops[..=i]));
    Expr { ty: SqlType::of_field(schema, field), nullable: nullable || missing, kind: ExprKind::Column(path) }
}

/// The relation of an id as a hop.
pub fn hop(schema: &Schema, from: ModelId, relation: RelationId) -> Hop {
    let declared = schema.relation(from, relation);
    let optional = match declared.kind {
        RelationKind::Forward { field } => {
            let field = schema.field(from, field);
            // Without a constraint nothing says that the row exists.
            field.nullable || field.foreign_key.as_ref().is_none_or(|fk| !fk.constraint)
        }
        _ => true,
    };
    Hop { from, relation, to: declared.target, to_one: declared.kind.is_to_one(), optional }
}

/// The same column without the relations that only lead to a copy of it: the field that a foreign key refers to is
/// the key column before it.
pub fn reduce(schema: &Schema, mut path: ColumnPath) -> ColumnPath {
    while let Some(last) = path.hops.last() {
        let RelationKind::Forward { field } = schema.relation(last.from, last.relation).kind else { break };
        let refers = schema.field(last.from, field).foreign_key.as_ref().map(|fk| fk.to_field);
        if refers != Some(path.field) {
            break;
        }
        path.model = last.from;
        path.field = field;
        path.hops.pop();
    }
    path
}

/// The primary key's columns of the model at the end of `hops` (of `model` if there are none), reduced.
pub fn key_columns(schema: &Schema, model: ModelId, hops: &[Hop]) -> Vec<Expr> {
    let model = hops.last().map_or(model, |hop| hop.to);
    let key = schema.model(model).key.iter();
    key.map(|field| typed(schema, &[], reduce(schema, ColumnPath { hops: hops.to_vec(), model, field: *field })))
        .collect()
}

/// Reports segments behind a path's end where none may follow. True if there were some.
pub fn trailing(cx: &mut Context<'_>, followed: &Followed<'_>) -> bool {
    let Some(segment) = followed.rest.first() else { return false };
    let text = match followed.end {
        End::Field(model, field) => {
            let model = cx.schema.model(model);
            format!(
                "`{}.{}` is no relation: no `{}` follows it",
                model.name,
                model.field(field).name,
                segment_text(segment)
            )
        }
        _ => format!("expected a field or a relation, found `{}`", segment_text(segment)),
    };
    cx.diagnostics.error("N0204", Tokens::one(segment.span), text);
    true
}

/// `schema/catalog.nuages:7`, where something is declared.
pub fn declared_at(schema: &Schema, span: nuages_schema::Span) -> Option<String> {
    let source = schema.sources.get(span.file as usize)?;
    let (line, _) = source.position(span.start);
    Some(format!("{}:{line}", source.path))
}

/// A segment as it is named in messages.
pub fn segment_text(segment: &Segment) -> String {
    match &segment.kind {
        SegmentKind::Name(name) => name.clone(),
        SegmentKind::Index(index) => index.to_string(),
        SegmentKind::Key(key) => format!("[{key:?}]"),
        SegmentKind::Call(name, _) => format!("{name}(…)"),
    }
}

/// Whether conditions have shown that the row at the end of `hops` exists, given that the one before it does.
fn certain(schema: &Schema, present: &[ColumnPath], hops: &[Hop]) -> bool {
    let Some((last, before)) = hops.split_last() else { return true };
    if !hops.iter().all(|hop| hop.to_one) {
        return false;
    }
    present.iter().any(|shown| {
        let key = match schema.relation(last.from, last.relation).kind {
            RelationKind::Forward { field } => {
                let constrained = schema.field(last.from, field).foreign_key.as_ref().is_some_and(|fk| fk.constraint);
                constrained && shown.hops == before && shown.model == last.from && shown.field == field
            }
            _ => false,
        };
        key || shown.hops.starts_with(hops)
    })
}

fn composite(cx: &mut Context<'_>, model: ModelId, tokens: Tokens) {
    let model = cx.schema.model(model);
    let parts: Vec<String> = model.key.iter().map(|f| format!("`{}`", model.field(*f).attname)).collect();
    let text = format!("the key of `{}` has {} columns, expected one", model.name, parts.len());
    cx.diagnostics.error("N0206", tokens, text).note(format!("its columns are {}", parts.join(", ")));
}

fn unknown(cx: &mut Context<'_>, names: &Names<'_>, model: ModelId, segment: &Segment, name: &str, position: usize) {
    if position == 0 && cx.broken.iter().any(|b| b == name) {
        return;
    }
    let declared = cx.schema.model(model);
    let annotations = names.annotations.iter().filter(|_| position == 0).map(|a| a.name.as_str());
    let lookups = RELATION_LOOKUPS.iter().copied().filter(|_| position > 0);
    let near = nearest(name, annotations.chain(member_names(declared)).chain(lookups));
    let near = near.or_else(|| relation_to(cx.schema, declared, name));
    let along = along(cx, declared, name);
    let near = along.as_deref().or(near);
    let further = if near.is_none() { further(cx, declared, name, position) } else { None };
    let of_itself = position == 0 && name == declared.name;
    let mut text = format!("`{}` has no field or relation `{name}`", declared.name);
    if let Some(alias) = &segment.alias {
        text = format!("in `{alias}`: {text}");
    }
    let place = declared_at(cx.schema, declared.span);
    let error = cx.diagnostics.error("N0202", Tokens::one(segment.span), text);
    if of_itself {
        error.note("a field stands without its model");
        return;
    }
    error.suggest(near);
    if let Some(further) = further {
        error.note(further);
    }
    if let Some(place) = place {
        error.note(format!("`{}` is declared at {place}", declared.name));
    }
}

/// What stands on both sides of each underscore.
fn cuts(name: &str) -> impl Iterator<Item = (&str, &str)> {
    name.match_indices('_').map(|(at, _)| (&name[..at], &name[at + 1..]))
}

/// `category.name` for `category_name`.
fn along(cx: &Context<'_>, model: &Model, name: &str) -> Option<String> {
    cuts(name).find_map(|(relation, field)| {
        let Some(Member::Relation(found)) = model.member(relation) else { return None };
        cx.schema.model(model.relation(found).target).member(field).map(|_| format!("{relation}.{field}"))
    })
}

/// What else a name may have been meant as, where none is near.
fn further(cx: &Context<'_>, model: &Model, name: &str, position: usize) -> Option<String> {
    if position > 0 && matches!(name, "count" | "sum" | "avg" | "min" | "max") {
        return Some("an aggregate has a name first: `annotate(n = Count(relation)).filter(n.gt = 1)`".to_owned());
    }
    if position == 0 && model.scopes.iter().any(|scope| scope.name == name) {
        return Some(format!("`{name}` is a scope, a step of the chain: `.{name}(…)`"));
    }
    if position > 0 {
        return None;
    }
    if cx.later.iter().any(|later| later == name) {
        return Some(format!("`{name}` is annotated further on: `annotate` stands before what uses it"));
    }
    // `name_icontains` has one underscore too few.
    let known = |(field, lookup): &(&str, &str)| {
        model.member(field).is_some()
            && (crate::tables::lookups::known(lookup) || crate::tables::transforms::known(lookup))
    };
    if let Some((field, lookup)) = cuts(name).find(known) {
        return Some(format!("did you mean `{field}.{lookup}`?"));
    }
    if crate::tables::names::is_function(name) {
        return Some(format!("`{name}` is a function, written `{name}(…)`"));
    }
    if crate::tables::lookups::known(name) || crate::tables::transforms::known(name) {
        return Some(format!("lookups and transforms stand behind a field: `field.{name}`"));
    }
    // The one model next to this one that has such a field.
    let beside =
        model.relations.iter().filter(|r| matches!(cx.schema.model(r.target).member(name), Some(Member::Field(_))));
    let mut beside = beside.filter(|r| !cx.schema.model(r.target).hidden);
    match (beside.next(), beside.next()) {
        (Some(one), None) => {
            Some(format!("`{}.{name}` is a field of `{}`", one.name, cx.schema.model(one.target).name))
        }
        _ => None,
    }
}

/// The one relation to the model that a name is of, as Django would call the way back: `orderitem_set`, `orderitem`.
pub fn relation_to<'s>(schema: &'s Schema, model: &'s Model, name: &str) -> Option<&'s str> {
    let plain = name.strip_suffix("_set").unwrap_or(name).replace('_', "");
    let mut found = model.relations.iter().filter(|r| schema.model(r.target).name.eq_ignore_ascii_case(&plain));
    match (found.next(), found.next()) {
        (Some(one), None) => Some(&one.name),
        _ => None,
    }
}

/// The names that a path may go on with at a model.
pub fn member_names(model: &Model) -> impl Iterator<Item = &str> {
    let relations = model.relations.iter().map(|r| r.name.as_str());
    relations.chain(model.fields.iter().map(|f| f.attname.as_str()))
}

/// The member of a field id, by the name that a writer of queries uses: a foreign key's relation.
pub fn field_name(schema: &Schema, model: ModelId, field: FieldId) -> &str {
    &schema.field(model, field).name
}

fn segments_tokens(segments: &[Segment]) -> Tokens {
    let first = segments.first().map_or_else(proc_macro2::Span::call_site, |s| s.span);
    Tokens { first, last: segments.last().map_or(first, |s| s.span) }
}
