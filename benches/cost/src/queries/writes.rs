//! The writes among the queries.
//!
//! In: a model. Out: an update, a row made, rows deleted, many rows made, each in the three ways.

use super::{Bodies, all};
use crate::schema::Model;

pub(super) fn updated(_: &[Model], model: &Model) -> Bodies {
    write(
        "id: i64, by: i32, note: &str",
        &format!("{}.filter(id = id, stock.gte = by).update(stock = F(stock) - by, note = note)", model.name),
        &format!("UPDATE {} SET stock = stock - $2, note = $3 WHERE id = $1 AND stock >= $2", model.table),
        "id, by, note",
        "&id, &by, &note",
    )
}

pub(super) fn created(_: &[Model], model: &Model) -> Bodies {
    let (name, table, columns) = (&model.name, &model.table, all(model, ""));
    let sql = format!("INSERT INTO {table} (name, slug, price, owner_id) VALUES ($1, $2, $3, $4) RETURNING {columns}");
    Bodies {
        takes: "name: &str, slug: &str, price: Decimal, owner: i64",
        gives: name.clone(),
        nuages: format!("query!({name}.create(name = name, slug = slug, price = price, owner = owner)).run(db).await"),
        sqlx: format!("sqlx::query_as!({name}, r#\"{sql}\"#, name, slug, price, owner).fetch_one(db).await"),
        hand: format!(
            "let row = db.query_one(r#\"{sql}\"#, &[&name, &slug, &price, &owner]).await?;\n{name}::read(&row, 0)"
        ),
    }
}

pub(super) fn deleted(_: &[Model], model: &Model) -> Bodies {
    write(
        "name: &str, before: DateTime<Utc>",
        &format!("{}.filter(name.startswith = name, created_at.lt = before).delete()", model.name),
        &format!("DELETE FROM {} WHERE name LIKE $1 || '%' AND created_at < $2", model.table),
        "name, before",
        "&name, &before",
    )
}

pub(super) fn bulk(_: &[Model], model: &Model) -> Bodies {
    let sql = format!(
        "INSERT INTO {} (name, slug, price, owner_id) SELECT * FROM UNNEST($1::text[], $2::text[], $3::numeric[], $4::bigint[])",
        model.table
    );
    let split = "let (mut names, mut slugs, mut prices, mut owners) = (vec![], vec![], vec![], vec![]);
            for (name, price, owner) in rows {
                names.push(name.clone());
                slugs.push(name.to_lowercase());
                prices.push(*price);
                owners.push(*owner);
            }";
    Bodies {
        takes: "rows: &[(String, Decimal, i64)]",
        gives: "u64".into(),
        nuages: format!(
            "query!({}.bulk_create(for (name, price, owner) in rows => name = name, slug = name.to_lowercase(), price = *price, owner = *owner).no_returning()).run(db).await",
            model.name
        ),
        sqlx: format!(
            "{split}\nOk(sqlx::query!(r#\"{sql}\"#, &names, &slugs, &prices, &owners).execute(db).await?.rows_affected())"
        ),
        hand: format!("{split}\ndb.execute(r#\"{sql}\"#, &[&names, &slugs, &prices, &owners]).await"),
    }
}

/// A write that tells how many rows it touched.
fn write(takes: &'static str, chain: &str, sql: &str, arguments: &str, parameters: &str) -> Bodies {
    Bodies {
        takes,
        gives: "u64".into(),
        nuages: format!("query!({chain}).run(db).await"),
        sqlx: format!("Ok(sqlx::query!(r#\"{sql}\"#, {arguments}).execute(db).await?.rows_affected())"),
        hand: format!("db.execute(r#\"{sql}\"#, &[{parameters}]).await"),
    }
}
