//! Links of a many-to-many: those of rows that are there, and those of rows that the same statement makes.
//!
//! In: what is linked, and the object it is linked to. Out: one statement; a link that is there already stays.

use super::Lower;
use super::bulk::{ascending, one, outputs};
use super::text::readable;
use crate::hir::condition::Comparison;
use crate::hir::select::{Record, SetOperator};
use crate::hir::{Link, Links, SqlType};
use crate::plan::{self, Body, Expr, From, Guard, Insert, Rows, Select, Set, Source, Statement};
use crate::render::Column;
use nuages_schema::model::FieldId;

impl<'a> Lower<'a> {
    /// `add(…)`, `set(…)`. The rows come in one order, so that two who add the same wait for one another and not in a
    /// circle.
    pub(super) fn link(&mut self, link: &'a Link) -> Statement {
        let delete = link.removed.as_ref().map(|select| {
            let (table, filter) = self.touched(select);
            plan::Delete { table, filter, returning: vec![one()] }
        });
        let links = &link.links;
        let (from, far) = self.objects(link);
        let alias = from.alias;
        let near = super::expr::typed(self.expr(&links.key), &links.key.ty);
        let mut select = Select {
            columns: outputs([near.clone(), far.clone()], [None, None]),
            from: Some(from),
            order: vec![ascending(alias, "k0")],
            ..Select::default()
        };
        if links.both {
            let names = || [Some("k0".to_owned()), Some("k1".to_owned())];
            select.order.clear();
            select.columns = outputs([near.clone(), far], names());
            let (from, far) = self.objects(link);
            let back = Select { columns: outputs([far, near], names()), from: Some(from), ..Select::default() };
            select = self.all_of(select, vec![back]);
        }
        let mut insert = self.links_in(links, select);
        if delete.is_some() {
            insert.returning.push(one());
        }
        match delete {
            None => Statement { body: Body::Insert(insert), columns: Vec::new() },
            Some(delete) => {
                let names = ["gone", "made"].map(|name| self.unused_name(name));
                let body = Body::Replace(Box::new(plan::Replace { names, delete, insert }));
                Statement { body, columns: vec![Column { ty: SqlType::Int8, nullable: false }] }
            }
        }
    }

    /// Rows that `made` inserts, and links to them. They come back as the record says, or else only their number.
    pub(super) fn linked(
        &mut self,
        links: &'a Links,
        mut made: Insert,
        record: Option<(&'a Record, Vec<Column>)>,
    ) -> Statement {
        let names = ["made", "linked"].map(|name| self.unused_name(name));
        let far = self.referred(links.through, links.far);
        let (fields, columns) = if let Some((record, columns)) = record {
            (record.fields.as_slice(), columns)
        } else {
            let model = self.foreign_key(links.through, links.far).map_or(links.through, |key| key.target);
            made.returning = vec![Expr::Bare(self.column_name(model, far))];
            (&[] as &[FieldId], vec![Column { ty: SqlType::Int8, nullable: false }])
        };
        let counted = fields.is_empty();
        let mut links = self.links_of(links, &[&names[0]], fields);
        if !matches!(made.conflict, plan::Conflict::Update { .. }) {
            // What is new has no links yet: nothing needs to keep them single.
            links.conflict = plan::Conflict::Fail;
        }
        Statement { body: Body::Linked(Box::new(plan::Linked { names, made, links, counted })), columns }
    }

    /// Links to the rows of parts of the statement, whose columns are `fields`, called `c0`, `c1`, …
    pub(super) fn links_of(&mut self, links: &'a Links, parts: &[&str], fields: &[FieldId]) -> Insert {
        let far = self.referred(links.through, links.far);
        let position = fields.iter().position(|field| *field == far).unwrap_or_default();
        let ty = SqlType::of_field(self.schema, self.schema.field(links.through, links.far));
        let near = super::expr::typed(self.expr(&links.key), &links.key.ty);
        let names = || [Some("k0".to_owned()), Some("k1".to_owned())];
        let mut ways = Vec::new();
        for part in parts {
            let source = Source::Table { namespace: None, name: (*part).to_owned() };
            let from = From { source, alias: self.alias() };
            let read = Expr::Column(from.alias, format!("c{position}"));
            // What the client reads as text is stored as what it is.
            let far = if readable(read.clone(), &ty) == read { read } else { Expr::Cast(Box::new(read), ty.clone()) };
            let mut way = |ends| {
                ways.push(Select { columns: outputs(ends, names()), from: Some(from.clone()), ..Select::default() });
            };
            way([near.clone(), far.clone()]);
            if links.both {
                way([far, near.clone()]);
            }
        }
        let first = ways.remove(0);
        let rows = if ways.is_empty() { first } else { self.all_of(first, ways) };
        self.links_in(links, rows)
    }

    /// The rows of several selects of two columns, `k0` and `k1`, in one order.
    fn all_of(&mut self, first: Select, rest: Vec<Select>) -> Select {
        let rest = rest.into_iter().map(|select| (SetOperator::UnionAll, select)).collect();
        let alias = self.alias();
        let read = |name: &str| Expr::Column(alias, name.to_owned());
        Select {
            columns: outputs([read("k0"), read("k1")], [None, None]),
            from: Some(From { source: Source::Set(Box::new(Set { first, rest })), alias }),
            order: vec![ascending(alias, "k0"), ascending(alias, "k1")],
            ..Select::default()
        }
    }

    /// Inserts links; those that are there stay.
    fn links_in(&self, links: &Links, rows: Select) -> Insert {
        let names = self.column_names(links.through, &[links.near, links.far]);
        Insert {
            table: self.table_of(links.through),
            alias: None,
            columns: names.iter().map(|name| (name.clone(), Guard::Always)).collect(),
            rows: Rows::Select(Box::new(rows)),
            conflict: plan::Conflict::Ignore(names),
            returning: Vec::new(),
        }
    }

    /// The objects that are linked, as rows, and the column that is read of them.
    fn objects(&mut self, link: &'a Link) -> (From, Expr) {
        let ty = SqlType::of_field(self.schema, self.schema.field(link.links.through, link.links.far));
        let source = match &link.objects {
            Comparison::InList(value) => Source::Unnest { arrays: vec![self.list(*value)], ordinality: false },
            Comparison::InSelect(select) => {
                let mut select = self.column_select(select);
                if let Some(column) = select.columns.first_mut() {
                    column.name = Some("k0".into());
                }
                Source::Derived(Box::new(select))
            }
            other => {
                let mut list = Vec::new();
                other.operands(&mut |e| list.push(e));
                let list = list.into_iter().map(|e| self.expr(e)).collect();
                let array = Expr::Template("ARRAY[{*}]", list);
                let array = Expr::Cast(Box::new(array), SqlType::Array(Box::new(ty), false));
                Source::Unnest { arrays: vec![array], ordinality: false }
            }
        };
        let alias = self.alias();
        (From { source, alias }, Expr::Column(alias, "k0".into()))
    }
}
