//! Every order of three keys, walked page by page: in both directions, with every place of NULLs, over rows with ties
//! and NULLs. Page after page gives all rows once, in the order that the server gives them at once.

use crate::shop::{plain, shop};
use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::hir::{Bind, Body};
use nuages_compiler::{lower, parse, resolve};
use nuages_schema::model::Schema;
use std::error::Error;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};
use tokio_postgres::{Client, Statement};

/// A value as the server sent it, on its way back.
#[derive(Debug, Clone)]
struct Raw(Option<Vec<u8>>);

impl<'r> FromSql<'r> for Raw {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Some(raw.to_owned())))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl ToSql for Raw {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let Some(raw) = &self.0 else { return Ok(IsNull::Yes) };
        out.extend_from_slice(raw);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(ty, out)
    }
}

/// A chain with one cursor, as emitted code has it.
struct Pages {
    query: nuages_compiler::hir::Query,
    sql: nuages_compiler::render::Sql,
    /// The columns of a row's cursor.
    columns: Vec<usize>,
}

impl Pages {
    fn of(chain: &str, schema: &Schema) -> Self {
        let mut diagnostics = Diagnostics::default();
        let Input::Expression(parsed) = parse::parse(chain.parse().unwrap(), &mut diagnostics) else {
            panic!("{chain} is no expression")
        };
        let query = resolve::resolve(&parsed, schema, &mut diagnostics);
        let texts: Vec<String> = diagnostics.iter().map(nuages_compiler::diagnostic::Diagnostic::text).collect();
        let query = query.unwrap_or_else(|| panic!("{chain}: {texts:?}"));
        let sql = lower::compile(&query, schema).root;
        let Body::Select(select, _) = &query.body else { panic!("{chain} writes") };
        let columns = select.cursor_columns().into_iter().map(|column| column.position).collect();
        Self { query, sql, columns }
    }

    /// The ids of a page, with the places of its first and last row.
    async fn page(&self, client: &Client, at: Option<&[Raw]>) -> (Vec<i64>, Option<[Vec<Raw>; 2]>) {
        let mut mask = 0_u64;
        if let (Some(values), Some(value)) = (at, self.query.values.first()) {
            let Bind::Cursor { orders, .. } = &value.bind else { panic!("{value:?}") };
            mask |= 1 << value.switch.unwrap();
            for (key, value) in orders[0].keys.iter().zip(values) {
                mask |= key.switch.filter(|_| value.0.is_some()).map_or(0, |switch| 1 << switch);
                assert!(key.switch.is_some() || value.0.is_some(), "NULL in a key that is never NULL");
            }
        }
        let text = self.sql.text.text(mask);
        let types: Vec<Type> = self.sql.params.iter().map(|p| Type::from_oid(p.oid).unwrap()).collect();
        let statement: Statement =
            client.prepare_typed(&text, &types).await.unwrap_or_else(|e| panic!("{text}: {e:?}"));
        let params = self.sql.params.iter().map(|p| at.map_or(Raw(None), |at| at[usize::from(p.slot)].clone()));
        let params: Vec<Raw> = params.collect();
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as &(dyn ToSql + Sync)).collect();
        let rows = client.query(&statement, &params).await.unwrap_or_else(|e| panic!("{text}: {e:?}"));
        let place = |row: &tokio_postgres::Row| self.columns.iter().map(|i| row.get(*i)).collect::<Vec<Raw>>();
        let ends = rows.first().map(|first| [place(first), place(rows.last().unwrap())]);
        (rows.iter().map(|row| row.get(0)).collect(), ends)
    }
}

async fn walk(client: &Client, schema: &Schema, order: &str) {
    let (all, _) = Pages::of(&format!("Product.order_by({order}).values(id)[..1000]"), schema).page(client, None).await;
    let forward = Pages::of(&format!("Product.order_by({order}).after(c).values(id)[..7]"), schema);
    let (mut found, mut at) = (Vec::new(), None);
    loop {
        let (ids, ends) = forward.page(client, at.as_deref()).await;
        found.extend(ids);
        let Some([_, last]) = ends else { break };
        assert!(found.len() <= all.len(), "{order} goes on for ever");
        at = Some(last);
    }
    assert_eq!(found, all, "{order} forwards");
    let backward = Pages::of(&format!("Product.order_by({order}).before(c).values(id)[..7]"), schema);
    let (mut found, mut at) = (Vec::new(), None);
    loop {
        let (ids, ends) = backward.page(client, at.as_deref()).await;
        found.splice(0..0, ids);
        let Some([first, _]) = ends else { break };
        assert!(found.len() <= all.len(), "{order} goes on for ever");
        at = Some(first);
    }
    assert_eq!(found, all, "{order} backwards");
}

#[tokio::test]
async fn pages_of_every_order_are_its_rows() {
    let (keep, _db) = shop().await;
    let client = plain(&keep).await;
    // 3 × 4 × 3 values with NULLs among them, not evenly spread, so that ties are of every length.
    let rows = "INSERT INTO catalog_product
            (name, slug, category_id, price, stock, status, description, weight, released_on, created_at, updated_at)
        SELECT 'n' || i % 4, 'slug-' || i, 1 + i % 3, (i % 5) / 2.0, i % 3, 'draft',
            (ARRAY['a', 'B', 'ä', NULL])[1 + i * i % 4], (ARRAY[1.5, 'NaN', NULL, '-Infinity']::float8[])[1 + i % 7 % 4],
            (ARRAY['2024-01-01', NULL, 'infinity']::date[])[1 + i % 11 % 3], now(), now()
        FROM generate_series(1, 40) AS i";
    client.batch_execute(rows).await.unwrap();
    let config = nuages_schema::Config::find(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let schema = nuages_schema::load(&config).unwrap();
    let ways = |name: &str| {
        let ends = ["asc()", "desc()", "asc(nulls_first)", "asc(nulls_last)", "desc(nulls_first)", "desc(nulls_last)"];
        ends.map(|end| format!("F({name}).{end}"))
    };
    let mut walked = 0;
    for a in ways("released_on") {
        for b in ways("weight") {
            for c in ways("description") {
                walk(&client, &schema, &format!("{a}, {b}, {c}")).await;
                walked += 1;
            }
        }
    }
    assert_eq!(walked, 216);
    for signs in 0..8 {
        let sign = |n: u8| if signs >> n & 1 == 0 { "" } else { "-" };
        walk(&client, &schema, &format!("{}price, {}stock, {}name", sign(0), sign(1), sign(2))).await;
        walk(&client, &schema, &format!("{}price, {}weight, {}stock", sign(0), sign(1), sign(2))).await;
        let paths = format!("{}category.parent.name, {}category.name, {}created_at", sign(0), sign(1), sign(2));
        walk(&client, &schema, &paths).await;
    }
}
