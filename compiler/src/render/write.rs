//! Statements that write, as text.

use super::Fragment;
use super::expr::{Writer, list, seq, text};
use super::ident::quote;
use super::statement::table;
use crate::plan::{
    Assigned, Conflict, Delete, Expr, From, Guard, Insert, Linked, Replace, Rows, Source, Update, Upsert,
};

impl Writer<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Fragment {
        let mut parts = vec![text(&format!("INSERT INTO {}", table(&insert.table)))];
        if let Some(alias) = insert.alias {
            parts.push(text(&format!(" AS t{}", alias.0)));
        }
        if insert.columns.is_empty() {
            parts.push(text(" DEFAULT VALUES"));
        } else {
            let columns = insert.columns.iter().map(|(name, guard)| present(*guard, text(&quote(name)))).collect();
            parts.push(list(" (", ", ", ") ", columns));
            parts.push(self.rows(insert));
        }
        match &insert.conflict {
            Conflict::Fail => {}
            Conflict::Ignore(target) => {
                let target = target.iter().map(|c| text(&quote(c))).collect();
                parts.extend([text(" ON CONFLICT"), list(" (", ", ", ")", target), text(" DO NOTHING")]);
            }
            Conflict::Update { target, condition, set } => {
                let target: Vec<String> = target.iter().map(|c| quote(c)).collect();
                parts.push(text(&format!(" ON CONFLICT ({})", target.join(", "))));
                parts.push(self.conjunction(" WHERE ", condition));
                parts.push(text(" DO UPDATE"));
                parts.push(self.set_list(set));
            }
        }
        parts.push(self.returning(&insert.returning));
        seq(parts)
    }

    fn rows(&mut self, insert: &Insert) -> Fragment {
        match &insert.rows {
            Rows::One(values) => {
                let values = values.iter().map(|e| self.expr(e)).collect();
                list("VALUES (", ", ", ")", values)
            }
            Rows::Select(select) => self.select(select),
            Rows::Unless(values, known) => {
                let guards = insert.columns.iter().map(|(_, guard)| *guard);
                let values = values.iter().zip(guards).map(|(e, guard)| present(guard, self.expr(e))).collect();
                let known = text(&format!(" WHERE NOT EXISTS (SELECT 1 FROM {})", quote(known)));
                seq(vec![list("SELECT ", ", ", "", values), known])
            }
        }
    }

    fn set_list(&mut self, set: &[Assigned]) -> Fragment {
        let set = set.iter().map(|Assigned { column, value, guard }| {
            let assignment = seq(vec![text(&format!("{} = ", quote(column))), self.expr(value)]);
            present(*guard, assignment)
        });
        list(" SET ", ", ", "", set.collect())
    }

    pub(super) fn update(&mut self, update: &Update) -> Fragment {
        let parts = vec![
            text("UPDATE "),
            self.from(&update.table),
            self.set_list(&update.set),
            self.also_from(update.from.as_ref()),
            self.conjunction(" WHERE ", &update.filter),
            self.returning(&update.returning),
        ];
        seq(parts)
    }

    fn also_from(&mut self, from: Option<&From>) -> Fragment {
        from.map_or_else(|| text(""), |from| seq(vec![text(" FROM "), self.from(from)]))
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Fragment {
        let parts = vec![
            text("DELETE FROM "),
            self.from(&delete.table),
            self.conjunction(" WHERE ", &delete.filter),
            self.returning(&delete.returning),
        ];
        seq(parts)
    }

    pub(super) fn replace(&mut self, replace: &Replace) -> Fragment {
        let [gone, made] = replace.names.each_ref().map(|name| quote(name));
        let parts = vec![
            text(&format!("WITH {gone} AS (")),
            self.delete(&replace.delete),
            text(&format!("), {made} AS (")),
            self.insert(&replace.insert),
            text(&format!(") SELECT (SELECT COUNT(*) FROM {gone}) + (SELECT COUNT(*) FROM {made})")),
        ];
        seq(parts)
    }

    pub(super) fn upsert(&mut self, upsert: &Upsert) -> Fragment {
        let [found, made] = upsert.names.each_ref().map(|name| quote(name));
        let known = match &upsert.update {
            None => self.select(&upsert.found),
            Some((Guard::Always, update)) => self.update(update),
            Some((Guard::If(any) | Guard::Unless(any), update)) => Fragment::When {
                any: *any,
                then: Box::new(self.update(update)),
                otherwise: Box::new(self.select(&upsert.found)),
            },
        };
        let columns = upsert.links.as_ref().map(|_| named(&upsert.insert)).unwrap_or_default();
        let mut parts = vec![
            text(&format!("WITH {found}{columns} AS (")),
            known,
            text(&format!("), {made}{columns} AS (")),
            self.insert(&upsert.insert),
        ];
        if let Some((name, links)) = &upsert.links {
            parts.extend([text(&format!("), {} AS (", quote(name))), self.insert(links)]);
        }
        parts.push(text(&format!(") SELECT * FROM {found} UNION ALL SELECT * FROM {made}")));
        seq(parts)
    }

    pub(super) fn linked(&mut self, linked: &Linked) -> Fragment {
        let [made, links] = linked.names.each_ref().map(|name| quote(name));
        let read = if linked.counted { "COUNT(*)" } else { "*" };
        let parts = vec![
            text(&format!("WITH {made}{} AS (", named(&linked.made))),
            self.insert(&linked.made),
            text(&format!("), {links} AS (")),
            self.insert(&linked.links),
            text(&format!(") SELECT {read} FROM {made}")),
        ];
        seq(parts)
    }

    fn returning(&mut self, columns: &[Expr]) -> Fragment {
        let columns = columns.iter().map(|e| self.expr(e)).collect();
        list(" RETURNING ", ", ", "", columns)
    }
}

/// The columns that an insert gives back as columns `c0`, `c1`, … of the part it is.
fn named(insert: &Insert) -> String {
    let columns: Vec<String> = (0..insert.returning.len()).map(|i| quote(&format!("c{i}"))).collect();
    format!(" ({})", columns.join(", "))
}

/// Present only under a guard.
fn present(guard: Guard, fragment: Fragment) -> Fragment {
    let nothing = || text("");
    let (any, then, otherwise) = match guard {
        Guard::Always => return fragment,
        Guard::If(any) => (any, fragment, nothing()),
        Guard::Unless(any) => (any, nothing(), fragment),
    };
    Fragment::When { any, then: Box::new(then), otherwise: Box::new(otherwise) }
}

/// `COPY … FROM STDIN`.
pub(super) fn copy(source: &Source, columns: &[String]) -> Fragment {
    let columns: Vec<String> = columns.iter().map(|c| quote(c)).collect();
    text(&format!("COPY {} ({}) FROM STDIN (FORMAT BINARY)", table(source), columns.join(", ")))
}
