//! A schema in short, one line per thing, for people to compare.

use nuages_schema::{
    CheckCondition, Default, Field, FieldType, IndexItem, IndexTarget, Model, ModelId, OnDelete, RelationKind, Schema,
    Scope, ScopeParamType,
};
use std::fmt::Write as _;

pub(crate) fn schema(schema: &Schema) -> String {
    let mut out = String::new();
    if !schema.extensions.is_empty() {
        writeln!(out, "extensions {}", schema.extensions.join(", ")).unwrap();
    }
    for e in &schema.enums {
        let variants: Vec<String> = e.variants.iter().map(|v| format!("{}={:?}", v.name, v.value)).collect();
        let native = e.native.as_ref().map_or(String::new(), |n| format!(" native {n}"));
        writeln!(out, "enum {}{native} {}{}", e.name, variants.join(" "), docs(&e.docs)).unwrap();
    }
    for id in schema.model_ids() {
        model(&mut out, schema, id);
    }
    out
}

fn docs(docs: &str) -> String {
    if docs.is_empty() { String::new() } else { format!(" /// {}", docs.replace('\n', " | ")) }
}

fn model(out: &mut String, schema: &Schema, id: ModelId) {
    let m = schema.model(id);
    let namespace = m.namespace.as_ref().map_or(String::new(), |n| format!("{n}."));
    write!(out, "{} {} = {namespace}{}", if m.hidden { "hidden" } else { "model" }, m.name, m.table).unwrap();
    if m.unmanaged {
        out.push_str(" unmanaged");
    }
    if let Some(old) = &m.renamed_from {
        write!(out, " was {old}").unwrap();
    }
    if let Some(comment) = &m.comment {
        write!(out, " comment {comment:?}").unwrap();
    }
    writeln!(out, "{}", docs(&m.docs)).unwrap();
    for f in &m.fields {
        field(out, schema, f);
    }
    let key: Vec<&str> = m.key.iter().map(|f| m.field(*f).attname.as_str()).collect();
    if key.is_empty() {
        writeln!(out, "  no key").unwrap();
    } else {
        writeln!(out, "  key ({}) {}", key.join(", "), m.key_name).unwrap();
    }
    for r in &m.relations {
        let target = schema.model(r.target);
        let of = |f| target.field(f).attname.clone();
        let kind = match r.kind {
            RelationKind::Forward { field } => format!("by {}", m.field(field).attname),
            RelationKind::ReverseOne { field } => format!("one, by its {}", of(field)),
            RelationKind::ReverseMany { field } => format!("many, by their {}", of(field)),
            RelationKind::ManyToMany { through, near, far, symmetrical } => {
                let t = schema.model(through);
                let both = if symmetrical { ", symmetrical" } else { "" };
                format!("many through {} ({} → {}){both}", t.name, t.field(near).attname, t.field(far).attname)
            }
        };
        writeln!(out, "  relation {} → {} {kind}{}", r.name, target.name, docs(&r.docs)).unwrap();
    }
    for k in &m.ordering {
        writeln!(out, "  order {}{}", if k.descending { "-" } else { "" }, k.path.join(".")).unwrap();
    }
    for u in &m.uniques {
        write!(out, "  unique {} ({})", u.name, items(m, &u.items)).unwrap();
        write!(out, "{}{}", condition(u.condition.as_ref()), include(m, &u.include)).unwrap();
        let flags = [(u.nulls_not_distinct, " nulls_not_distinct"), (u.deferrable, " deferrable")];
        writeln!(out, "{}", flags.iter().filter(|(on, _)| *on).map(|(_, w)| *w).collect::<String>()).unwrap();
    }
    for i in &m.indexes {
        write!(out, "  index {} ({})", i.name, items(m, &i.items)).unwrap();
        let using = i.method.map_or(String::new(), |m| format!(" using {m:?}"));
        writeln!(out, "{using}{}{}", condition(i.condition.as_ref()), include(m, &i.include)).unwrap();
    }
    for c in &m.checks {
        let what = match &c.condition {
            CheckCondition::Code(code) => code.text.clone(),
            CheckCondition::NotNegative(f) => format!("{} >= 0", m.field(*f).column),
            CheckCondition::OneOf(f, e) => format!("{} in {}", m.field(*f).column, schema.enumeration(*e).name),
        };
        writeln!(out, "  check {} {what}", c.name).unwrap();
    }
    for e in &m.excludes {
        let pairs: Vec<String> =
            e.items.iter().map(|(i, op)| format!("{} {op}", items(m, std::slice::from_ref(i)))).collect();
        let deferrable = if e.deferrable { " deferrable" } else { "" };
        let text = condition(e.condition.as_ref());
        writeln!(out, "  exclude {} {:?} ({}){text}{deferrable}", e.name, e.method, pairs.join(", ")).unwrap();
    }
    for s in m.default_scope.iter().chain(&m.scopes) {
        writeln!(out, "  scope {}{}", scope(schema, s), docs(&s.docs)).unwrap();
    }
}

fn field(out: &mut String, schema: &Schema, f: &Field) {
    write!(out, "  {}: {}{}", f.attname, ty(schema, &f.ty), if f.nullable { "?" } else { "" }).unwrap();
    if f.column != f.attname {
        write!(out, " column {}", f.column).unwrap();
    }
    if let Some(key) = &f.foreign_key {
        let target = schema.model(key.target);
        let one = if key.one_to_one { " one" } else { "" };
        write!(out, " → {}.{}{one}", target.name, target.field(key.to_field).attname).unwrap();
        if key.on_delete != OnDelete::Protect {
            write!(out, " {:?}", key.on_delete).unwrap();
        }
        write!(out, " {}", if key.constraint { &key.name } else { "no constraint" }).unwrap();
    }
    match &f.default {
        None => {}
        Some(Default::Literal(l)) => write!(out, " = {l:?}").unwrap(),
        Some(other) => write!(out, " = {other:?}").unwrap(),
    }
    for (on, word) in [(f.auto_now_add, "auto_now_add"), (f.auto_now, "auto_now")] {
        if on {
            write!(out, " {word}").unwrap();
        }
    }
    let texts = [
        ("generated", f.generated.as_ref().map(|c| &c.text)),
        ("collation", f.collation.as_ref()),
        ("db_type", f.db_type.as_ref()),
        ("help", f.help.as_ref()),
        ("was", f.renamed_from.as_ref()),
    ];
    for (word, text) in texts {
        if let Some(text) = text {
            write!(out, " {word} {text:?}").unwrap();
        }
    }
    writeln!(out, "{}", docs(&f.docs)).unwrap();
}

fn ty(schema: &Schema, t: &FieldType) -> String {
    match t {
        FieldType::Enum(id) => schema.enumeration(*id).name.clone(),
        FieldType::Array { element, nullable } => {
            format!("Array({}{})", ty(schema, element), if *nullable { "?" } else { "" })
        }
        FieldType::Range(element) => format!("Range({})", ty(schema, element)),
        other => format!("{other:?}"),
    }
}

fn items(m: &Model, items: &[IndexItem]) -> String {
    let one = |i: &IndexItem| {
        let target = match &i.target {
            IndexTarget::Field(f) => m.field(*f).column.clone(),
            IndexTarget::Expression(code) => format!("[{}]", code.text),
        };
        let class = i.opclass.as_ref().map_or(String::new(), |c| format!(" {c}"));
        format!("{}{target}{class}", if i.descending { "-" } else { "" })
    };
    items.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn condition(code: Option<&nuages_schema::Code>) -> String {
    code.map_or(String::new(), |c| format!(" where {}", c.text))
}

fn include(m: &Model, fields: &[nuages_schema::FieldId]) -> String {
    if fields.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = fields.iter().map(|f| m.field(*f).column.as_str()).collect();
    format!(" include {}", names.join(", "))
}

fn scope(schema: &Schema, s: &Scope) -> String {
    let param = |p: &nuages_schema::ScopeParam| {
        let t = match &p.ty {
            ScopeParamType::Field(t) => ty(schema, t),
            ScopeParamType::Model(id) => schema.model(*id).name.clone(),
        };
        format!("{}: {t}{}", p.name, if p.nullable { "?" } else { "" })
    };
    let params: Vec<String> = s.params.iter().map(param).collect();
    format!("{}({}) = {}", s.name, params.join(", "), s.chain.text)
}
