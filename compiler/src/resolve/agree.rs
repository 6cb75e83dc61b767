//! The columns of chains that are combined: whether they agree.
//!
//! In: the shapes of two chains. Out: the second with its columns in the order of the first's, or what differs.

use super::path::part_name;
use crate::check::types::describe;
use crate::hir::select::{Annotation, Record, fields};
use crate::hir::{Expr, ExprKind, Output, Select, Shape, SqlType};
use nuages_schema::model::{Field, FieldId, Schema};
use proc_macro2::Ident;

/// A column of combined rows.
pub(super) struct Column {
    /// `name`, `category__name`; of a part of a key [`part_name`]; empty if it has none.
    pub(super) name: String,
    /// The user's token for it.
    pub(super) ident: Option<Ident>,
    /// Type.
    pub(super) ty: SqlType,
    /// Whether it can be NULL.
    pub(super) nullable: bool,
    /// An annotation of a model's rows.
    pub(super) selected: bool,
    /// The server's type, where it has no equality and no order.
    pub(super) unequal: Option<&'static str>,
}

/// Types whose values PostgreSQL cannot tell apart as `UNION` and `ORDER BY` must.
const UNEQUAL: &[&str] = &["json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle", "jsonpath"];

/// The type of a field if it is one of those.
fn unequal(ty: &SqlType, field: Option<&Field>) -> Option<&'static str> {
    let declared = field.and_then(|field| field.db_type.as_deref()).or(match ty {
        SqlType::Custom { pg_type, .. } => Some(pg_type),
        _ => None,
    })?;
    UNEQUAL.iter().copied().find(|name| declared.eq_ignore_ascii_case(name))
}

/// The field that an expression of a chain is.
fn field_of<'s>(schema: &'s Schema, select: &Select, expr: &Expr) -> Option<&'s Field> {
    match &expr.kind {
        ExprKind::Annotation(i) => field_of(schema, select, &select.annotations[*i].expr),
        ExprKind::Column(path) => Some(schema.field(path.model, path.field)),
        _ => None,
    }
}

/// Puts the columns of a part into the order of the first chain's, or says what differs.
pub(super) fn agree(schema: &Schema, first: &Select, part: &mut Select) -> Result<(), String> {
    match (&first.shape, &mut part.shape) {
        (Shape::Model(a), Shape::Model(b)) if a.model == b.model => {
            records(schema, a, b, "")?;
            let names = names_of(&first.annotations, &a.annotations);
            let order = positions(schema, &names, &names_of(&part.annotations, &b.annotations))?;
            b.annotations = order.into_iter().map(|i| b.annotations[i]).collect();
            Ok(())
        }
        (Shape::Values(a, _), Shape::Values(b, _)) => {
            let names = |list: &[Output]| fields(list).map(|f| (f[0].name.clone(), types(f))).collect::<Vec<_>>();
            let order = positions(schema, &names(a), &names(b))?;
            let own: Vec<&[Output]> = fields(b).collect();
            *b = order.into_iter().flat_map(|i| own[i].to_vec()).collect();
            Ok(())
        }
        (Shape::Tuple(a), Shape::Tuple(b)) => {
            let (a, b): (Vec<&[Output]>, Vec<&[Output]>) = (fields(a).collect(), fields(b).collect());
            if a.len() != b.len() {
                let columns = if a.len() == 1 { "column" } else { "columns" };
                return Err(format!("the first gives {} {columns}, this one {}", a.len(), b.len()));
            }
            for (i, (a, b)) in a.into_iter().zip(b).enumerate() {
                alike(schema, &format!("column {}", i + 1), &types(a), &types(b))?;
            }
            Ok(())
        }
        (Shape::Flat(a), Shape::Flat(b)) => alike(schema, "the value", &types(a), &types(b)),
        (a, b) => Err(format!("the first gives {}, this one {}", shown(schema, a), shown(schema, b))),
    }
}

/// What an output is called, with the types of its parts.
type Typed = (String, Vec<SqlType>);

fn types(parts: &[Output]) -> Vec<SqlType> {
    parts.iter().map(|part| part.expr.ty.clone()).collect()
}

fn names_of(annotations: &[Annotation], selected: &[usize]) -> Vec<Typed> {
    selected.iter().map(|i| (annotations[*i].name.clone(), vec![annotations[*i].expr.ty.clone()])).collect()
}

/// Where each of the first chain's columns stands among those of a part.
fn positions(schema: &Schema, first: &[Typed], part: &[Typed]) -> Result<Vec<usize>, String> {
    if let Some((extra, _)) = part.iter().find(|(name, _)| first.iter().all(|(n, _)| n != name)) {
        return Err(format!("`{extra}` of this one is missing in the first"));
    }
    first
        .iter()
        .map(|(name, ty)| {
            let Some(position) = part.iter().position(|(n, _)| n == name) else {
                return Err(format!("`{name}` of the first is missing in this one"));
            };
            alike(schema, &format!("`{name}`"), ty, &part[position].1).map(|()| position)
        })
        .collect()
}

fn records(schema: &Schema, first: &Record, part: &mut Record, path: &str) -> Result<(), String> {
    let model = schema.model(first.model);
    let name = |field: &FieldId| format!("`{path}{}`", model.field(*field).attname);
    if let Some(field) = first.fields.iter().find(|f| !part.fields.contains(f)) {
        return Err(format!("{} of the first is missing in this one", name(field)));
    }
    if let Some(field) = part.fields.iter().find(|f| !first.fields.contains(f)) {
        return Err(format!("{} of this one is missing in the first", name(field)));
    }
    if let Some(extra) = part.related.iter().find(|r| first.related.iter().all(|f| f.name != r.name)) {
        return Err(format!("the relation `{path}{}` of this one is missing in the first", extra.name));
    }
    let mut related = Vec::new();
    for own in &first.related {
        let Some(position) = part.related.iter().position(|r| r.name == own.name) else {
            return Err(format!("the relation `{path}{}` of the first is missing in this one", own.name));
        };
        let mut theirs = part.related.swap_remove(position);
        records(schema, &own.record, &mut theirs.record, &format!("{path}{}.", own.name))?;
        related.push(theirs);
    }
    part.related = related;
    Ok(())
}

fn alike(schema: &Schema, what: &str, first: &[SqlType], part: &[SqlType]) -> Result<(), String> {
    if first.len() == part.len() && first.iter().zip(part).all(|(a, b)| merged(a, b).is_some()) {
        return Ok(());
    }
    let described = |types: &[SqlType]| match types {
        [one] => describe(schema, one),
        several => {
            let several: Vec<String> = several.iter().map(|ty| describe(schema, ty)).collect();
            format!("({})", several.join(", "))
        }
    };
    let (first, part) = (described(first), described(part));
    Err(format!("{what} is `{first}` in the first, `{part}` in this one"))
}

/// The type of values of both types, that differ at most in whether elements can be NULL.
pub(super) fn merged(a: &SqlType, b: &SqlType) -> Option<SqlType> {
    match (a, b) {
        (SqlType::Array(a, n), SqlType::Array(b, m)) => Some(SqlType::Array(Box::new(merged(a, b)?), *n || *m)),
        _ => (a == b).then(|| a.clone()),
    }
}

fn shown(schema: &Schema, shape: &Shape) -> String {
    match shape {
        Shape::Model(record) => format!("rows of `{}`", schema.model(record.model).name),
        Shape::Values(..) => "`values`".into(),
        Shape::Tuple(_) => "`values_list`".into(),
        Shape::Flat(_) => "bare values".into(),
        Shape::Nothing => "nothing".into(),
    }
}

/// The columns of a chain, in their order.
pub(super) fn columns(schema: &Schema, select: &Select) -> Vec<Column> {
    let expr_unequal = |expr: &Expr| unequal(&expr.ty, field_of(schema, select, expr));
    let of_output = |name: String, o: &Output| Column {
        name,
        ident: o.ident.clone(),
        ty: o.expr.ty.clone(),
        nullable: o.expr.nullable,
        selected: false,
        unequal: expr_unequal(&o.expr),
    };
    match &select.shape {
        Shape::Values(list, _) | Shape::Tuple(list) | Shape::Flat(list) => fields(list)
            .flat_map(|parts| {
                let name = |i, o: &Output| if parts.len() == 1 { o.name.clone() } else { part_name(&o.name, i) };
                parts.iter().enumerate().map(move |(i, o)| (name(i, o), o))
            })
            .map(|(name, o)| of_output(name, o))
            .collect(),
        Shape::Nothing => Vec::new(),
        Shape::Model(record) => {
            let mut list = Vec::new();
            record_columns(schema, record, "", false, &mut list);
            list.extend(record.annotations.iter().map(|i| {
                let Annotation { name, ident, expr, .. } = &select.annotations[*i];
                let (ty, nullable, unequal) = (expr.ty.clone(), expr.nullable, expr_unequal(expr));
                Column { name: name.clone(), ident: ident.clone(), ty, nullable, selected: true, unequal }
            }));
            list
        }
    }
}

fn record_columns(schema: &Schema, record: &Record, prefix: &str, optional: bool, list: &mut Vec<Column>) {
    for field in record.fields.iter().chain(&record.witness) {
        let field = schema.field(record.model, *field);
        let ty = SqlType::of_field(schema, field);
        list.push(Column {
            name: format!("{prefix}{}", field.attname),
            ident: None,
            nullable: field.nullable || optional,
            selected: false,
            unequal: unequal(&ty, Some(field)),
            ty,
        });
    }
    for related in &record.related {
        let prefix = format!("{prefix}{}__", related.name);
        record_columns(schema, &related.record, &prefix, optional || related.optional, list);
    }
}
