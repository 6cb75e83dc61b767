//! The same query, compiled and asked of the server.

use crate::query::Query;
use crate::value::Val;
use crate::world::{Way, World};
use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::{Diagnostic, Diagnostics};
use nuages_compiler::hir::{self, SqlType};
use nuages_compiler::render::{Compiled, Sql};
use nuages_compiler::{lower, parse, resolve};
use nuages_schema::model::{RelationKind, Schema};
use nuages_schema::source::SourceFile;
use std::fmt::Write as _;
use tokio_postgres::{Client, SimpleQueryMessage};

/// The schema of a world.
pub(crate) fn schema(world: &World) -> Schema {
    let (path, app) = ("schema.nuages".to_owned(), None);
    let source = SourceFile { location: path.clone().into(), path, app, text: world.text() };
    nuages_schema::parse(vec![source], "UTC").unwrap_or_else(|d| panic!("{}\n{d}", world.text()))
}

/// Makes the tables, in place of all others, and puts the rows in.
pub(crate) async fn fill(client: &Client, world: &World, schema: &Schema) {
    let mut text =
        format!("DROP SCHEMA public CASCADE; CREATE SCHEMA public; BEGIN; {}\n", nuages_migrate::ddl(schema).unwrap());
    for (at, model) in world.models.iter().enumerate() {
        let of = &schema.models[at];
        assert_eq!(of.name, model.name);
        let columns: Vec<String> = of.fields.iter().map(|f| format!("\"{}\"", f.column)).collect();
        let rows: Vec<String> = (0..model.rows.len())
            .map(|row| {
                let mut cells: Vec<Val> = model.rows[row].values.clone();
                cells.extend((0..model.refs.len()).map(|r| world.key(at, row, r)));
                let cells: Vec<String> = cells.iter().map(sql).collect();
                format!("({})", cells.join(", "))
            })
            .collect();
        if !rows.is_empty() {
            let (table, columns, rows) = (&of.table, columns.join(", "), rows.join(", "));
            writeln!(text, "INSERT INTO \"{table}\" ({columns}) OVERRIDING SYSTEM VALUE VALUES {rows};").unwrap();
        }
    }
    for (model, link) in world.models.iter().flat_map(|m| m.links.iter().map(move |l| (m, l))) {
        let Way::Pairs(at, false) = link.way else { continue };
        let of = schema.models.iter().find(|m| m.name == model.name).unwrap();
        let relation = of.relations.iter().find(|r| r.name == link.name).unwrap();
        let RelationKind::ManyToMany { through, near, far, .. } = relation.kind else { panic!("{relation:?}") };
        let table = schema.model(through);
        let [near, far] = [near, far].map(|f| table.fields[usize::try_from(f.0).unwrap()].column.clone());
        for (a, b) in &world.pairs[at].list {
            let (a, b) = (&model.rows[*a].values[0], &world.models[link.target].rows[*b].values[0]);
            let (a, b) = (sql(a), sql(b));
            writeln!(text, "INSERT INTO \"{}\" (\"{near}\", \"{far}\") VALUES ({a}, {b});", table.table).unwrap();
        }
    }
    text.push_str("COMMIT;");
    client.batch_execute(&text).await.unwrap_or_else(|e| panic!("{e:?}\n{text}"));
}

fn sql(value: &Val) -> String {
    match value {
        Val::Null => "NULL".into(),
        value => value.literal('\''),
    }
}

/// A compiled query.
pub(crate) struct Asked {
    sql: Sql,
    query: hir::Query,
}

/// Compiles a query; the mistakes if it has some.
pub(crate) fn compiled(text: &str, schema: &Schema) -> Result<Asked, String> {
    let mut diagnostics = Diagnostics::default();
    let Input::Expression(chain) = parse::parse(text.parse().unwrap(), &mut diagnostics) else {
        return Err("no chain".into());
    };
    let said = |diagnostics: &Diagnostics| diagnostics.iter().map(Diagnostic::text).collect::<Vec<_>>().join("\n");
    if !diagnostics.is_empty() {
        return Err(said(&diagnostics));
    }
    match resolve::resolve(&chain, schema, &mut diagnostics) {
        Some(query) if diagnostics.is_empty() => {
            let Compiled { root, .. } = lower::compile(&query, schema);
            Ok(Asked { sql: root, query })
        }
        _ => Err(said(&diagnostics)),
    }
}

impl Asked {
    /// The text with the switches of the values that are there.
    pub(crate) fn text(&self, query: &Query) -> String {
        self.sql.text.text(self.mask(query))
    }

    fn mask(&self, query: &Query) -> u64 {
        let switch = |value: &hir::Value| value.switch.filter(|_| !query.absent.contains(&number(value)));
        self.query.values.iter().filter_map(switch).fold(0, |mask, switch| mask | 1 << switch)
    }

    /// The rows as text.
    pub(crate) async fn ask(
        &self,
        client: &Client,
        query: &Query,
        schema: &Schema,
    ) -> Result<Vec<Vec<Option<String>>>, String> {
        let types: Vec<String> = self.sql.params.iter().map(|p| p.ty.sql_name(schema)).collect();
        let mut values = Vec::new();
        for param in &self.sql.params {
            let of = |v: &&hir::Value| (v.slot..v.slot + v.bind.slots()).contains(&param.slot);
            let value = self.query.values.iter().find(of).expect("a value for the slot");
            values.push(match (&query.values[number(value)], &param.ty) {
                (Val::List(list), SqlType::Array(..)) => {
                    format!(
                        "ARRAY[{}]::{}",
                        list.iter().map(sql).collect::<Vec<_>>().join(", "),
                        param.ty.sql_name(schema)
                    )
                }
                (Val::List(list), _) => sql(&list[usize::from(param.slot - value.slot)]),
                (value, _) => sql(value),
            });
        }
        let (types, values) = match types.len() {
            0 => (String::new(), String::new()),
            _ => (format!("({})", types.join(", ")), format!("({})", values.join(", "))),
        };
        let text = self.text(query);
        let all = format!("DEALLOCATE ALL; PREPARE asked{types} AS {text}; EXECUTE asked{values}");
        let messages = client.simple_query(&all).await.map_err(|error| match error.as_db_error() {
            Some(report) => report.to_string(),
            None => error.to_string(),
        })?;
        let row = |message| match message {
            SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect()),
            _ => None,
        };
        Ok(messages.into_iter().filter_map(row).collect())
    }

    /// Which columns are promised never to be NULL.
    pub(crate) fn closed(&self) -> Vec<bool> {
        self.sql.columns.iter().map(|c| !c.nullable).collect()
    }
}

/// The number in a value's name.
fn number(value: &hir::Value) -> usize {
    value.tokens.to_string().trim_start_matches('v').parse().unwrap()
}
