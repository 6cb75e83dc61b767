//! The struct of a model, and what makes it a row.
//!
//! In: a visible model. Out: `pub struct Product { … }` with one field per column, its key and how it is taken apart and put
//! together (`nuages::Model`: columns in the model's order), and of which other fields `&Product` is the value. What is
//! derived of other structs is one call for a model: most of what rustc did for it were the bodies of derives.

use super::{
    LENIENT, UNUSUAL, constraints, docs, identifier, is_snake, null, objects, paragraphs, parts, places::Places,
    sentence, table, types, unusual,
};
use crate::Schema;
use crate::model::{Field, FieldId, FieldType, Model, ModelId};
use std::fmt::Write as _;

/// Writes a model.
pub(super) fn write(out: &mut String, schema: &Schema, id: ModelId, places: &Places<'_>, targets: &[FieldId]) {
    let model = schema.model(id);
    structure(out, schema, model, places);
    key(out, schema, model);
    accepts(out, schema, model, targets);
    own(out, schema, model);
}

/// What a model has of its own: one `impl`, as each costs rustc as much as some of what is in it.
fn own(out: &mut String, schema: &Schema, model: &Model) {
    let mut items = String::new();
    constraints::write(&mut items, schema, model);
    if !items.is_empty() && !model.key.is_empty() {
        items.push('\n');
    }
    objects::write(&mut items, model);
    if !items.is_empty() {
        // Names of constants are in capitals, as far as there are such of their letters.
        let unusual = if items.is_ascii() { "" } else { UNUSUAL };
        let _ = write!(out, "\n{unusual}{LENIENT}\nimpl {} {{\n{items}}}\n", model.name);
    }
}

/// The struct.
fn structure(out: &mut String, schema: &Schema, model: &Model, places: &Places<'_>) {
    let what = if model.key.is_empty() { "View" } else { "Table" };
    let comment = model.comment.as_deref().map(sentence).unwrap_or_default();
    out.push('\n');
    let table = format!("{what} `{}`; `{}`.", table(model), places.text(model.span));
    docs(out, 0, &paragraphs(&[&model.docs, &comment, &table]));
    let unusual = unusual(&model.name, model.fields.iter().map(|field| field.attname.as_str()), is_snake);
    let _ = writeln!(out, "{unusual}{LENIENT}\npub struct {} {{", model.name);
    for field in &model.fields {
        docs(out, 4, &about(schema, field, places));
        let _ = writeln!(out, "    pub {}: {},", identifier(&field.attname), types::of_field(schema, field, ""));
    }
    out.push_str("}\n");
}

/// The documentation of a field.
fn about(schema: &Schema, field: &Field, places: &Places<'_>) -> String {
    let help = field.help.as_deref().map(sentence).unwrap_or_default();
    let target = field.foreign_key.as_ref().map(|fk| format!(", key of `{}`", schema.model(fk.target).name));
    let (ty, null, target) = (types::sql(schema, field), null(field), target.unwrap_or_default());
    let column = format!("`{}` {ty}, {null}{target}; `{}`.", field.column, places.text(field.span));
    paragraphs(&[&field.docs, &help, &column])
}

/// The type of the key: the field's own, or a tuple; `()` for a view.
fn key_type(schema: &Schema, model: &Model) -> String {
    let types: Vec<String> = model.key.iter().map(|f| types::rust(schema, &model.field(*f).ty, "")).collect();
    match types.as_slice() {
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    }
}

/// A copy of a field of `self`.
fn copy(field: &Field) -> String {
    let name = identifier(&field.attname);
    if types::is_copy(&field.ty) {
        format!("self.{name}")
    } else {
        format!("::core::clone::Clone::clone(&self.{name})")
    }
}

/// A field of `self` as a value to encode.
fn borrowed(field: &Field) -> String {
    let name = identifier(&field.attname);
    if types::is_copy(&field.ty) { format!("self.{name}") } else { format!("&self.{name}") }
}

/// `impl nuages::Model`, and what is made of it. The parts have a name first: rustc would look at what is expected of each
/// where it is told the type of all.
/// All is `inline`, as what is derived is: packages that use a model compile it, the one that has them all compiles none.
fn key(out: &mut String, schema: &Schema, model: &Model) {
    let parts: Vec<String> = model.key.iter().map(|f| copy(model.field(*f))).collect();
    let value = match parts.as_slice() {
        [] => String::new(),
        [one] => format!(" {one} "),
        many => format!(" ({}) ", many.join(", ")),
    };
    let result = if parts.is_empty() { String::new() } else { " -> Self::Key".to_owned() };
    let names: Vec<&str> = model.fields.iter().map(|field| field.attname.as_str()).collect();
    let _ = write!(
        out,
        "
impl ::nuages::Model for {name} {{
    type Key = {key};
    type Parts = {types};
    const NAME: &'static str = \"{name}\";
    const FIELDS: &'static str = \"{names}\";
    #[inline]
    fn pk(&self){result} {{{value}}}
    #[inline]
    fn __new(parts: Self::Parts) -> Self {{
        Self {{
",
        name = model.name,
        key = key_type(schema, model),
        types = parts::types(schema, &model.fields),
        names = names.join(","),
    );
    for (field, place) in model.fields.iter().zip(parts::places(&model.fields)) {
        let _ = writeln!(out, "            {}: parts{place},", identifier(&field.attname));
    }
    let _ = write!(
        out,
        "        }}
    }}
    #[cfg_attr(clippy, allow(clippy::let_and_return))]
    #[inline]
    fn __parts(&self) -> <Self::Parts as ::nuages::private::Tuple>::Refs<'_> {{
        let parts = {refs};
        parts
    }}
}}

impl ::core::fmt::Debug for {name} {{
    #[inline]
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {{
        ::nuages::private::debug(self, f)
    }}
}}

impl ::core::clone::Clone for {name} {{
    #[inline]
    fn clone(&self) -> Self {{
        ::nuages::private::clone(self)
    }}
}}

impl ::core::cmp::PartialEq for {name} {{
    #[inline]
    fn eq(&self, other: &Self) -> bool {{
        ::nuages::private::equal(self, other)
    }}
}}
",
        name = model.name,
        refs = parts::refs(&model.fields),
    );
}

/// `&Product` where a foreign key refers to another field than the key (`to_field`): the reference stands for that field's
/// value, told apart by its type. For the key the runtime knows it of all models.
fn accepts(out: &mut String, schema: &Schema, model: &Model, targets: &[FieldId]) {
    for field in values(schema, model, targets).into_iter().filter(|field| model.key != [*field]) {
        let field = model.field(field);
        let ty = types::rust(schema, &field.ty, "");
        let _ = write!(
            out,
            "\n#[diagnostic::do_not_recommend]\nimpl ::nuages::private::Accepts<::nuages::private::Key<{name}, {ty}>> for &{name} {{
    fn encode(self, out: &mut ::std::vec::Vec<u8>) {{
        ::nuages::private::Accepts::<{ty}>::encode({value}, out);
    }}
}}

#[diagnostic::do_not_recommend]
impl ::nuages::private::Accepts<::nuages::private::Key<{name}, {ty}>> for &&{name} {{
    fn encode(self, out: &mut ::std::vec::Vec<u8>) {{
        ::nuages::private::Accepts::<{ty}>::encode({value}, out);
    }}
}}
",
            name = model.name,
            value = borrowed(field),
        );
    }
}

/// The fields whose value a reference to the model can stand for, one of each Rust type.
pub fn referred(schema: &Schema, id: ModelId) -> Vec<FieldId> {
    values(schema, schema.model(id), &targets(schema)[id.0 as usize])
}

/// The same, where it is known which fields foreign keys refer to: the single primary key first, then those.
fn values(schema: &Schema, model: &Model, targets: &[FieldId]) -> Vec<FieldId> {
    let key = match model.key.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let mut seen: Vec<String> = Vec::new();
    let mut list: Vec<FieldId> = key.into_iter().chain(targets.iter().copied().filter(|id| key != Some(*id))).collect();
    list.retain(|id| {
        let field = model.field(*id);
        let ty = types::rust(schema, &field.ty, "");
        if field.nullable || matches!(field.ty, FieldType::Custom { .. } | FieldType::Json(_)) || seen.contains(&ty) {
            return false;
        }
        seen.push(ty);
        true
    });
    list
}

/// Of each model the fields that foreign keys refer to, each once, in the order in which they are referred to.
pub(super) fn targets(schema: &Schema) -> Vec<Vec<FieldId>> {
    let mut all = vec![Vec::new(); schema.models.len()];
    for key in schema.models.iter().flat_map(|model| &model.fields).filter_map(|field| field.foreign_key.as_ref()) {
        let fields = &mut all[key.target.0 as usize];
        if !fields.contains(&key.to_field) {
            fields.push(key.to_field);
        }
    }
    all
}
