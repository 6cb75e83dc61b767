//! Set operations: the rows of several chains under one alias.
//!
//! In: chains with the same columns. Out: a source whose columns are called `c0`, `c1`, …, of the types that the server
//! computes with: what the client reads as text is made text outside of it.

use super::Lower;
use super::select::{Built, Want};
use crate::hir::select::{Annotation, Distinct, Record, Set};
use crate::hir::{self, ExprKind, Shape, SqlType};
use crate::plan::{self, Expr, From, Source};
use nuages_schema::model::Field;

/// What stands behind a column of a chain.
#[derive(Clone)]
struct Behind<'a> {
    ty: SqlType,
    /// A field of a model, as it is.
    field: Option<&'a Field>,
}

impl<'a> Lower<'a> {
    /// The chains as one source. No chain of its own is being planned yet: what encloses it encloses each of them.
    pub(super) fn set(&mut self, set: &'a Set) -> From {
        let alias = self.alias();
        let all = || std::iter::once(&set.first).chain(set.rest.iter().map(|(_, part)| part));
        let behind: Vec<Vec<Behind<'a>>> = all().map(|part| self.behind(part)).collect();
        let mut parts: Vec<plan::Select> = all().map(|part| self.set_part(part)).collect();
        for i in 0..behind[0].len() {
            // Types and collations that the schema says of one and not of another.
            let differ = |get: fn(&'a Field) -> Option<&'a String>| {
                let of = |part: &Vec<Behind<'a>>| part.get(i).and_then(|b| b.field).and_then(get);
                behind.iter().any(|part| of(part) != of(&behind[0]))
            };
            let (typed, collated) = (differ(|f| f.db_type.as_ref()), differ(|f| f.collation.as_ref()));
            for column in parts.iter_mut().filter_map(|part| part.columns.get_mut(i)) {
                if typed {
                    column.expr = Expr::Cast(Box::new(column.expr.clone()), behind[0][i].ty.clone());
                }
                if collated {
                    column.expr = Expr::Template("{0} COLLATE \"default\"", vec![column.expr.clone()]);
                }
            }
        }
        let mut parts = parts.into_iter();
        let mut first = parts.next().unwrap_or_default();
        for (i, column) in first.columns.iter_mut().enumerate() {
            column.name = Some(format!("c{i}"));
        }
        let rest = set.rest.iter().map(|(operator, _)| *operator).zip(parts).collect();
        From { source: Source::Set(Box::new(plan::Set { first, rest })), alias }
    }

    /// One of the chains.
    fn set_part(&mut self, part: &'a hir::Select) -> plan::Select {
        let kept = part.slice.is_some() || matches!(part.distinct, Distinct::On(_));
        let want = if kept { Want::Rows } else { Want::Unordered };
        let mut built = self.guarded(None, |l| l.select(part, &want));
        super::text::as_stored(&mut built);
        built.select
    }

    /// A column of the combined rows.
    pub(super) fn set_column(&mut self, index: usize) -> Expr {
        let chain = self.current();
        let alias = self.table(chain, 0, &[]);
        Expr::Column(alias, format!("c{index}"))
    }

    /// The columns of a record of combined rows, from the first on.
    pub(super) fn set_record(&mut self, record: &'a Record, optional: bool, built: &mut Built) {
        for field in record.fields.iter().chain(&record.witness) {
            let field = self.schema.field(record.model, *field);
            let ty = SqlType::of_field(self.schema, field);
            let expr = super::text::readable(self.set_column(built.columns.len()), &ty);
            built.push(expr, ty, field.nullable || optional);
        }
        for related in &record.related {
            self.set_record(&related.record, optional || related.optional, built);
        }
    }

    fn behind(&self, select: &'a hir::Select) -> Vec<Behind<'a>> {
        let mut list = Vec::new();
        match &select.shape {
            Shape::Model(record) => {
                self.behind_record(record, &mut list);
                list.extend(record.annotations.iter().map(|i| self.behind_expr(select, &select.annotations[*i].expr)));
            }
            shape => list.extend(shape.outputs().iter().map(|o| self.behind_expr(select, &o.expr))),
        }
        list
    }

    fn behind_record(&self, record: &'a Record, list: &mut Vec<Behind<'a>>) {
        for field in record.fields.iter().chain(&record.witness) {
            let field = self.schema.field(record.model, *field);
            list.push(Behind { ty: SqlType::of_field(self.schema, field), field: Some(field) });
        }
        record.related.iter().for_each(|related| self.behind_record(&related.record, list));
    }

    fn behind_expr(&self, select: &'a hir::Select, expr: &'a hir::Expr) -> Behind<'a> {
        match (&expr.kind, &select.set) {
            (ExprKind::Annotation(i), _) => {
                let Annotation { expr, .. } = &select.annotations[*i];
                self.behind_expr(select, expr)
            }
            (ExprKind::Output(i), Some(set)) => self.behind(&set.first).swap_remove(*i),
            (ExprKind::Column(path), _) => {
                Behind { ty: expr.ty.clone(), field: Some(self.schema.field(path.model, path.field)) }
            }
            _ => Behind { ty: expr.ty.clone(), field: None },
        }
    }
}
