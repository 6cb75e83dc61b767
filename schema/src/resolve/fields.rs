//! Columns: everything about a field but its relations.
//!
//! In: a field on its way and where it points. Out: the [`Field`] of the model, with final names.

use super::drafts::{DraftField, Kind};
use super::foreign::Pointer;
use super::naming::constraint;
use super::types::Meaning;
use crate::ast::{self, Arg};
use crate::diagnostic::Diagnostic;
use crate::model::{Default, Enum, Field, FieldId, ForeignKey, OnDelete};

/// What a column needs to know of its surroundings.
pub(crate) struct Place<'a> {
    /// The table.
    pub(crate) table: &'a str,
    /// All enums.
    pub(crate) enums: &'a [Enum],
    /// Where the foreign key points: the target's column, and the type.
    pub(crate) pointer: Option<(&'a Pointer, FieldId)>,
}

/// Makes the column of a field.
pub(crate) fn field(draft: &DraftField<'_>, place: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Field> {
    let attname = draft.attname();
    let (ty, foreign) = match (&draft.kind, place.pointer) {
        (Kind::Good(Meaning::Column(ty)), _) => (ty.clone(), None),
        (Kind::Good(Meaning::Foreign { target, one_to_one }), Some((pointer, to_field))) => {
            (pointer.ty.clone(), Some((*target, *one_to_one, to_field)))
        }
        _ => return None,
    };
    let Some(ast) = draft.ast else {
        return Some(super::relations::column_of(&draft.name, attname.clone(), attname, ty, draft.span));
    };
    let text = |name: &str| ast.word(name).map(|word| word.text.clone());
    let column = text("column").unwrap_or_else(|| attname.clone());
    let foreign_key = foreign.map(|(target, one_to_one, to_field)| ForeignKey {
        target,
        to_field,
        one_to_one,
        on_delete: on_delete(ast, diagnostics),
        constraint: !ast.has("no_constraint"),
        name: constraint(place.table, [column.as_str()], "fkey"),
    });
    let (auto_now, auto_now_add) = (ast.has("auto_now"), ast.has("auto_now_add"));
    let default = match ast.attribute("default").map(|a| &a.arg) {
        // That it takes none is said by the rules.
        Some(_) if ty.is_auto() => None,
        Some(Arg::Value(value)) => {
            super::defaults::default(value, &ty, ast.nullable.is_some(), place.enums, diagnostics)
        }
        _ if auto_now || auto_now_add => Some(Default::Now),
        _ => None,
    };
    let generated = match ast.attribute("generated").map(|a| &a.arg) {
        Some(Arg::Code(code)) => Some(code.clone()),
        _ => None,
    };
    Some(Field {
        name: draft.name.clone(),
        attname,
        column,
        ty,
        nullable: ast.nullable.is_some(),
        foreign_key,
        default,
        auto_now_add,
        auto_now,
        generated,
        collation: text("collation"),
        db_type: text("db_type"),
        help: text("help"),
        docs: draft.docs.to_owned(),
        renamed_from: text("renamed_from"),
        span: draft.span,
    })
}

/// What `on_delete(…)` says.
fn on_delete(ast: &ast::Field, diagnostics: &mut Vec<Diagnostic>) -> OnDelete {
    let Some(word) = ast.word("on_delete") else { return OnDelete::Protect };
    match word.text.as_str() {
        "cascade" => OnDelete::Cascade,
        "protect" => OnDelete::Protect,
        "restrict" => OnDelete::Restrict,
        "set_null" => OnDelete::SetNull,
        "set_default" => OnDelete::SetDefault,
        "do_nothing" => OnDelete::DoNothing,
        _ => {
            diagnostics.push(
                Diagnostic::at("S015", word.span, format!("unknown `on_delete` action `{}`", word.text))
                    .suggest(&word.text, crate::words::ON_DELETE.iter().copied())
                    .note(format!("the actions are {}", crate::words::ON_DELETE.join(", "))),
            );
            OnDelete::Protect
        }
    }
}
