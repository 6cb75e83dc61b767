//! Foreign keys: which field they point to, and the type that gives them.
//!
//! In: drafts. Out: for each foreign key the field of the target and the type of its column. One that points to what
//! cannot be pointed to is reported and becomes [`Kind::Bad`].

use super::drafts::{Draft, Key, Kind, of};
use super::types::{Meaning, integer_of_auto};
use crate::ast::MemberKind;
use crate::diagnostic::Diagnostic;
use crate::model::{FieldType, ModelId};
use crate::source::Span;
use std::collections::BTreeMap;

/// Index of a field in a draft, and the draft's.
pub(crate) type Spot = (usize, usize);

/// Where a foreign key points to, and the type of its column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pointer {
    /// Index of the field in the target's draft.
    pub(crate) to: usize,
    /// Type of the column.
    pub(crate) ty: FieldType,
}

/// Resolves all foreign keys.
pub(crate) fn resolve(drafts: &mut [Draft<'_>], diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<Spot, Pointer> {
    let mut targets = BTreeMap::new();
    let mut bad = Vec::new();
    for (m, draft) in drafts.iter().enumerate() {
        for (f, field) in draft.fields.iter().enumerate() {
            let Kind::Good(Meaning::Foreign { target, .. }) = field.kind else { continue };
            match point(drafts, (m, f), target, diagnostics) {
                Some(to) => drop(targets.insert((m, f), to)),
                None => bad.push((m, f)),
            }
        }
    }
    let mut pointers = BTreeMap::new();
    for (&spot, &to) in &targets {
        if let Some(ty) = follow(drafts, &targets, spot, &mut Vec::new()) {
            if is_array(&ty) {
                diagnostics.extend(array(drafts, spot, to));
                bad.push(spot);
            } else {
                pointers.insert(spot, Pointer { to, ty });
            }
            continue;
        }
        bad.push(spot);
        if first_of_cycle(drafts, &targets, spot) {
            let field = &drafts[spot.0].fields[spot.1];
            let message = format!("the key `{}` refers to itself through other keys: it has no type", field.name);
            diagnostics.push(Diagnostic::at("S041", field.span, message));
        }
    }
    for (m, f) in bad {
        drafts[m].fields[f].kind = Kind::Bad;
    }
    pointers
}

/// The field of the target that a foreign key points to.
fn point(drafts: &[Draft<'_>], (m, f): Spot, target: ModelId, diagnostics: &mut Vec<Diagnostic>) -> Option<usize> {
    let field = &drafts[m].fields[f];
    let ast = field.ast?;
    let target = of(drafts, target);
    let model = &target.heir.ast.name.text;
    if let Some(name) = ast.word("to_field") {
        let Some(to) = target.find(&name.text) else {
            if !target.heir.broken {
                let known = target.fields.iter().filter(|f| f.is_column()).map(|f| f.name.as_str());
                let message = format!("`{model}` has no field `{}`", name.text);
                diagnostics.push(Diagnostic::at("S061", name.span, message).suggest(&name.text, known));
            }
            return None;
        };
        if target.fields[to].kind == Kind::Bad {
            return None;
        }
        if !is_unique(target, to) {
            diagnostics.push(
                Diagnostic::at(
                    "S042",
                    name.span,
                    format!("`{model}.{}` is not unique: `to_field` needs a unique field", name.text),
                )
                .place(target.fields[to].span, "declared here"),
            );
            return None;
        }
        return Some(to);
    }
    let problem = match &target.key {
        Key::Fields(key) if key.len() == 1 => return Some(key[0]),
        Key::Bad => return None,
        Key::View => format!("`{model}` has no primary key: nothing can refer to it"),
        Key::Fields(_) => format!("`{model}` has a composite key: no single column can refer to it"),
    };
    diagnostics.push(Diagnostic::at("S043", ast.ty.span, problem).place(target.heir.ast.name.span, "declared here"));
    None
}

/// What is wrong with a key that refers to an array; of one that refers to such a key that has been said there.
fn array(drafts: &[Draft<'_>], (m, f): Spot, to: usize) -> Option<Diagnostic> {
    let field = &drafts[m].fields[f];
    let Kind::Good(Meaning::Foreign { target, .. }) = field.kind else { return None };
    let target = of(drafts, target);
    let end = &target.fields[to];
    let place = field.ast.map_or(field.span, |ast| ast.ty.span);
    let said = matches!(end.kind, Kind::Good(Meaning::Foreign { .. }));
    (!said).then(|| refused(&target.heir.ast.name.text, &end.name, end.span, place))
}

/// Whether the values of a type are arrays: keys are sought in lists, and a list of arrays is no list of keys.
pub(super) fn is_array(ty: &FieldType) -> bool {
    match ty {
        FieldType::Array { .. } => true,
        FieldType::Custom { pg_type, .. } => pg_type.ends_with("[]"),
        _ => false,
    }
}

/// Of what refers to an array.
pub(super) fn refused(model: &str, field: &str, declared: Span, place: Span) -> Diagnostic {
    Diagnostic::at("S049", place, format!("`{model}.{field}` is an array: nothing can refer to it"))
        .place(declared, "declared here")
        .help(
            "let it refer to a key that is no array, as `id: BigAuto primary_key`; the array can be `unique` beside it",
        )
}

/// Whether a field alone is unique or the key.
fn is_unique(draft: &Draft<'_>, field: usize) -> bool {
    let by_itself = draft.fields[field].ast.is_some_and(|f| f.has("unique"))
        || matches!(draft.fields[field].kind, Kind::Good(Meaning::Foreign { one_to_one: true, .. }));
    by_itself
        || draft.key == Key::Fields(vec![field])
        || draft.members().any(|member| match &member.kind {
            MemberKind::Unique(unique) => {
                let name = match unique.keys.as_slice() {
                    [key] => match &key.target {
                        crate::ast::KeyTarget::Name(name) => Some(name.text.as_str()),
                        crate::ast::KeyTarget::Expression(_) => None,
                    },
                    _ => None,
                };
                // PostgreSQL refuses keys to deferrable constraints.
                unique.condition.is_none()
                    && unique.deferrable.is_none()
                    && name.is_some_and(|name| draft.find(name) == Some(field))
            }
            _ => false,
        })
}

/// The type at the end of a line of keys that refer to keys.
fn follow(
    drafts: &[Draft<'_>],
    targets: &BTreeMap<Spot, usize>,
    spot: Spot,
    line: &mut Vec<Spot>,
) -> Option<FieldType> {
    if line.contains(&spot) {
        return None;
    }
    line.push(spot);
    match &drafts[spot.0].fields[spot.1].kind {
        Kind::Good(Meaning::Column(ty)) => Some(integer_of_auto(ty.clone())),
        Kind::Good(Meaning::Foreign { target, .. }) => {
            follow(drafts, targets, (target.0 as usize, *targets.get(&spot)?), line)
        }
        _ => None,
    }
}

/// Whether the line of keys from here comes back to here, and no other of the circle was declared before.
fn first_of_cycle(drafts: &[Draft<'_>], targets: &BTreeMap<Spot, usize>, spot: Spot) -> bool {
    let mut at = spot;
    for _ in 0..drafts.len() {
        let Kind::Good(Meaning::Foreign { target, .. }) = drafts[at.0].fields[at.1].kind else { return false };
        let Some(to) = targets.get(&at) else { return false };
        at = (target.0 as usize, *to);
        if at <= spot {
            return at == spot;
        }
    }
    false
}
