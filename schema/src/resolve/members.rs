//! Members of models that are no fields: indexes, constraints, ordering, scopes.
//!
//! In: models with their columns and relations. Out: the same with everything their members say and what fields
//! imply, each with its final name.

use super::facts::{Facts, Origin, find_field};
use super::names::number;
use super::naming::{constraint, hash, snake_case};
use super::types;
use crate::ast::{self, KeyTarget, MemberKind, Name};
use crate::diagnostic::Diagnostic;
use crate::lexer::{TokenKind, lex};
use crate::model::{
    Check, CheckCondition, Code, Enum, Exclude, FieldId, FieldType, Index, IndexItem, IndexMethod, IndexTarget, Model,
    ModelId, OrderKey, Scope, ScopeParam, Unique,
};
use crate::source::Span;

/// Fills in all that members say.
pub(crate) fn fill(models: &mut [Model], facts: &Facts<'_>, enums: &[Enum], diagnostics: &mut Vec<Diagnostic>) {
    for (m, origin) in facts.origins.iter().enumerate() {
        let id = ModelId(number(m));
        let mut names = Labels::default();
        let mut indexes = Vec::new();
        for member in origin.draft.members() {
            let model = &mut models[m];
            match &member.kind {
                MemberKind::Ordering(keys) => model.ordering = keys.iter().map(order_key).collect(),
                MemberKind::Index(index) => {
                    if let Some((items, include)) = keys(model, facts, id, index, diagnostics) {
                        indexes.push(Index {
                            name: names.add(model, &items, index, "idx"),
                            items,
                            condition: index.condition.clone(),
                            include,
                            method: method(index.method.as_ref()),
                            span: index.span,
                        });
                    }
                }
                MemberKind::Unique(unique) => {
                    if let Some((items, include)) = keys(model, facts, id, unique, diagnostics) {
                        let unique = Unique {
                            name: names.add(model, &items, unique, "key"),
                            items,
                            condition: unique.condition.clone(),
                            include,
                            nulls_not_distinct: unique.nulls_not_distinct.is_some(),
                            deferrable: unique.deferrable.is_some(),
                            span: unique.span,
                        };
                        model.uniques.push(unique);
                    }
                }
                MemberKind::Check(name, code) => model.checks.push(Check {
                    name: name.text.clone(),
                    condition: CheckCondition::Code(code.clone()),
                    span: name.span,
                }),
                MemberKind::Exclude(name, exclude) => {
                    if let Some(exclude) = exclusion(model, facts, id, name, exclude, diagnostics) {
                        model.excludes.push(exclude);
                    }
                }
                MemberKind::Scope(scope) => {
                    if let Some(scope) = self::scope(scope, &member.docs, facts, diagnostics) {
                        if scope.name == "default" {
                            model.default_scope = Some(scope);
                        } else {
                            model.scopes.push(scope);
                        }
                    }
                }
                _ => {}
            }
        }
        let model = &mut models[m];
        implied(model, origin, indexes, enums);
        names.settle(model);
    }
}

fn order_key(key: &ast::OrderKey) -> OrderKey {
    OrderKey {
        path: key.path.iter().map(|segment| segment.text.clone()).collect(),
        descending: key.descending,
        span: key.span,
    }
}

fn method(name: Option<&Name>) -> Option<IndexMethod> {
    Some(match name?.text.as_str() {
        "gin" => IndexMethod::Gin,
        "gist" => IndexMethod::Gist,
        "brin" => IndexMethod::Brin,
        "hash" => IndexMethod::Hash,
        _ => IndexMethod::SpGist,
    })
}

/// The columns of an index's keys and of its `include`.
fn keys(
    model: &Model,
    facts: &Facts<'_>,
    id: ModelId,
    index: &ast::Index,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Vec<IndexItem>, Vec<FieldId>)> {
    if index.opclass.len() > 1 && index.opclass.len() != index.keys.len() {
        let message = format!("{} operator classes for {} keys", index.opclass.len(), index.keys.len());
        diagnostics.push(
            Diagnostic::at("S062", index.opclass[0].span, message)
                .help("one is for every key, several are for one each"),
        );
    }
    let mut items = Vec::new();
    let mut good = true;
    for (i, key) in index.keys.iter().enumerate() {
        let target = match &key.target {
            KeyTarget::Name(name) => {
                let Some(field) = column(model, facts, id, name, diagnostics) else {
                    good = false;
                    continue;
                };
                IndexTarget::Field(field)
            }
            KeyTarget::Expression(code) => IndexTarget::Expression(code.clone()),
        };
        let common = if index.opclass.len() == 1 { index.opclass.first() } else { index.opclass.get(i) };
        let opclass = key.opclass.as_ref().or(common).map(|name| name.text.clone());
        items.push(IndexItem { target, descending: key.descending.is_some(), opclass });
    }
    let mut include = Vec::new();
    for name in &index.include {
        match column(model, facts, id, name, diagnostics) {
            Some(field) => include.push(field),
            None => good = false,
        }
    }
    good.then_some((items, include))
}

/// The column of a name in an index.
fn column(
    model: &Model,
    facts: &Facts<'_>,
    id: ModelId,
    name: &Name,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FieldId> {
    if let Some(field) = find_field(model, &name.text) {
        return Some(field);
    }
    if facts.may_have(id, &name.text) {
        return None;
    }
    if model.relations.iter().any(|r| r.name == name.text) {
        let message = format!("`{}` is a relation without a column on `{}`", name.text, model.name);
        diagnostics.push(Diagnostic::at("S061", name.span, message));
        return None;
    }
    let known = model.fields.iter().flat_map(|f| [f.name.as_str(), f.attname.as_str()]);
    diagnostics.push(
        Diagnostic::at("S061", name.span, format!("`{}` has no field `{}`", model.name, name.text))
            .suggest(&name.text, known),
    );
    None
}

fn exclusion(
    model: &Model,
    facts: &Facts<'_>,
    id: ModelId,
    name: &Name,
    exclude: &ast::Index,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Exclude> {
    let (items, _) = keys(model, facts, id, exclude, diagnostics)?;
    let mut pairs = Vec::new();
    for (item, key) in items.into_iter().zip(&exclude.keys) {
        match &key.operator {
            Some(operator) if is_operator(&operator.text) => pairs.push((item, operator.text.clone())),
            Some(operator) => {
                let message = format!("{:?} is not an operator", operator.text);
                diagnostics.push(Diagnostic::at("S063", operator.span, message));
            }
            None => {
                let message = "a key of an exclusion constraint has an operator: `during with \"&&\"`";
                diagnostics.push(Diagnostic::at("S063", key.span, message));
            }
        }
    }
    (pairs.len() == exclude.keys.len()).then(|| Exclude {
        name: name.text.clone(),
        method: method(exclude.method.as_ref()).unwrap_or(IndexMethod::Gist),
        items: pairs,
        condition: exclude.condition.clone(),
        deferrable: exclude.deferrable.is_some(),
        span: name.span,
    })
}

/// Whether a text is an operator of PostgreSQL and no comment.
fn is_operator(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= super::naming::LIMIT
        && text.chars().all(|c| "+-*/<>=~!@#%^&|`?".contains(c))
        && !text.contains("--")
        && !text.contains("/*")
}

fn scope(scope: &ast::Scope, docs: &str, facts: &Facts<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Scope> {
    let mut params = Vec::new();
    let mut good = true;
    for param in &scope.params {
        match types::param(&param.ty, &facts.names, diagnostics) {
            Some(ty) => params.push(ScopeParam {
                name: param.name.text.clone(),
                ty,
                nullable: param.nullable.is_some(),
                span: param.name.span,
            }),
            None => good = false,
        }
    }
    good.then(|| Scope {
        name: scope.name.text.clone(),
        params,
        chain: scope.chain.clone(),
        docs: docs.to_owned(),
        span: scope.name.span,
    })
}

/// Adds what fields imply: indexes, unique constraints, checks. `members` are the indexes that members declare.
fn implied(model: &mut Model, origin: &Origin<'_>, members: Vec<Index>, enums: &[Enum]) {
    let mut uniques = Vec::new();
    let mut checks = Vec::new();
    let mut indexes = Vec::new();
    let plain = |field: FieldId| IndexItem { target: IndexTarget::Field(field), descending: false, opclass: None };
    let marked = |field: FieldId| {
        let at = origin.ids.iter().position(|id| *id == Some(field));
        at.and_then(|at| origin.draft.fields[at].ast)
    };
    for id in model.field_ids() {
        let field = model.field(id);
        let mark = marked(id);
        let has = |word: &str| mark.is_some_and(|ast| ast.has(word));
        let one_to_one = field.foreign_key.as_ref().is_some_and(|key| key.one_to_one);
        let is_key = model.key == [id];
        if (has("unique") || one_to_one) && !is_key {
            uniques.push(Unique {
                name: constraint(&model.table, [field.column.as_str()], "key"),
                items: vec![plain(id)],
                condition: None,
                include: Vec::new(),
                nulls_not_distinct: false,
                deferrable: false,
                span: field.span,
            });
        }
        let wants_index = has("index") || (field.foreign_key.is_some() && !has("no_index"));
        let is_led = model.key.first() == Some(&id)
            || uniques.iter().chain(&model.uniques).any(|u| u.condition.is_none() && leads(&u.items, id))
            || (!has("index") && members.iter().any(|index| serves(index, id)));
        if wants_index && !is_led {
            indexes.push(Index {
                name: constraint(&model.table, [field.column.as_str()], "idx"),
                items: vec![plain(id)],
                condition: None,
                include: Vec::new(),
                method: None,
                span: field.span,
            });
        }
        // What the key of another model may be was checked there.
        let condition = match field.ty {
            _ if field.foreign_key.is_some() => None,
            FieldType::PositiveSmallInteger | FieldType::PositiveInteger | FieldType::PositiveBigInteger => {
                Some(CheckCondition::NotNegative(id))
            }
            FieldType::Enum(of) if enums[of.0 as usize].native.is_none() => Some(CheckCondition::OneOf(id, of)),
            _ => None,
        };
        if let Some(condition) = condition {
            let name = constraint(&model.table, [field.column.as_str()], "check");
            checks.push(Check { name, condition, span: field.span });
        }
    }
    indexes.extend(members);
    model.indexes = indexes;
    model.uniques.splice(0..0, uniques);
    model.checks.splice(0..0, checks);
}

/// Whether the first key is the plain column.
fn leads(items: &[IndexItem], field: FieldId) -> bool {
    items.first().is_some_and(|item| item.target == IndexTarget::Field(field) && item.opclass.is_none())
}

/// Whether an index finds the rows of a foreign key.
fn serves(index: &Index, field: FieldId) -> bool {
    index.condition.is_none() && matches!(index.method, None | Some(IndexMethod::Hash)) && leads(&index.items, field)
}

/// Names of indexes and unique constraints while a model is filled.
///
/// A computed name says table and columns only, so two indexes of the same columns want the same one. The plain index
/// has it, and the others get a mark that comes from what makes them different, not from their order.
#[derive(Default)]
struct Labels {
    /// Where it is declared, the computed name, and what makes it different from a plain one.
    computed: Vec<(Span, String, String)>,
}

impl Labels {
    /// The name of an index: the given one, or the computed one.
    fn add(&mut self, model: &Model, items: &[IndexItem], index: &ast::Index, kind: &str) -> String {
        if let Some(name) = &index.name {
            return name.text.clone();
        }
        let parts: Vec<String> = items
            .iter()
            .map(|item| match &item.target {
                IndexTarget::Field(field) => model.field(*field).column.clone(),
                IndexTarget::Expression(code) => words(code),
            })
            .collect();
        let name = constraint(&model.table, parts.iter().map(String::as_str), kind);
        self.computed.push((index.span, name.clone(), difference(items, index)));
        name
    }

    /// Gives marks to those whose name another one has.
    fn settle(&self, model: &mut Model) {
        let table = model.table.clone();
        let mut taken: Vec<String> = Vec::new();
        let kept = |span: Span| self.computed.iter().all(|(other, ..)| *other != span);
        taken.extend(model.indexes.iter().filter(|i| kept(i.span)).map(|i| i.name.clone()));
        taken.extend(model.uniques.iter().filter(|u| kept(u.span)).map(|u| u.name.clone()));
        let mut order: Vec<_> = self.computed.iter().collect();
        order.sort_by_key(|(_, _, difference)| !difference.is_empty());
        for (span, name, difference) in order {
            let mut chosen = name.clone();
            if taken.contains(name) && !difference.is_empty() {
                let (stem, kind) = name.rsplit_once('_').unwrap_or((name, "idx"));
                let mark = hash(difference);
                // The stem already holds the table; the mark takes part in a shortening like another column.
                let columns = stem.strip_prefix(&format!("{table}_")).unwrap_or(stem);
                chosen = constraint(&table, [columns, mark.as_str()], kind);
            }
            taken.push(chosen.clone());
            for index in model.indexes.iter_mut().filter(|i| i.span == *span) {
                index.name.clone_from(&chosen);
            }
            for unique in model.uniques.iter_mut().filter(|u| u.span == *span) {
                unique.name.clone_from(&chosen);
            }
        }
    }
}

/// The names in an expression, as part of a name: `Lower(email)` → `lower_email`.
fn words(code: &Code) -> String {
    let lexed = lex(code.span.file, code.span.start, &code.text, &mut Vec::new());
    let words: Vec<String> = lexed
        .tokens
        .into_iter()
        .filter_map(|token| match token.kind {
            TokenKind::Ident(name) => Some(snake_case(&name)),
            TokenKind::Number(number) => Some(number),
            _ => None,
        })
        .collect();
    words.join("_")
}

/// What makes an index different from the plain one of its columns; empty for the plain one.
fn difference(items: &[IndexItem], index: &ast::Index) -> String {
    let text = |code: &Code| code.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts: Vec<String> = Vec::new();
    parts.extend(index.condition.as_ref().map(|c| format!("where {}", text(c))));
    parts.extend(index.method.as_ref().map(|m| format!("using {}", m.text)));
    parts.extend(index.include.iter().map(|name| format!("include {}", name.text)));
    for (i, item) in items.iter().enumerate() {
        parts.extend(item.descending.then(|| format!("{i} desc")));
        parts.extend(item.opclass.as_ref().map(|class| format!("{i} {class}")));
        if let IndexTarget::Expression(code) = &item.target {
            parts.push(format!("{i} {}", text(code)));
        }
    }
    parts.extend(index.nulls_not_distinct.map(|_| "nulls_not_distinct".to_owned()));
    parts.join(", ")
}
