//! Mixed queries, each written three times.
//!
//! In: a schema's models. Out: functions with the same arguments and the same result, whose bodies use Nuages, sqlx's
//! checked macros and tokio-postgres by hand. The kinds take turns, the models are chosen as random ones.

mod writes;

use crate::schema::{Model, Numbers, columns};
use std::fmt::Write as _;
use writes::{bulk, created, deleted, updated};

/// A query as three functions.
pub(crate) struct Query {
    /// With `query!`.
    pub(crate) nuages: String,
    /// With `sqlx::query_as!` and its like.
    pub(crate) sqlx: String,
    /// With `tokio_postgres`.
    pub(crate) hand: String,
}

/// The bodies of one query: what a function takes, gives, and how.
struct Bodies {
    takes: &'static str,
    gives: String,
    nuages: String,
    sqlx: String,
    hand: String,
}

/// So many queries over the models.
pub(crate) fn queries(models: &[Model], count: usize) -> Vec<Query> {
    let mut numbers = Numbers::new(11);
    let kinds: [fn(&[Model], &Model) -> Bodies; 20] = [
        filtered, by_key, along, optional, related, prefetched, annotated, grouped, total, tuples, counted, exists,
        subquery, updated, created, deleted, nested, bulk, first, labelled,
    ];
    (0..count)
        .map(|n| {
            let model = loop {
                let model = &models[1 + numbers.below(models.len() - 1)];
                if n % kinds.len() != 19 || model.labels.is_some() {
                    break model;
                }
            };
            let Bodies { takes, gives, nuages, sqlx, hand } = kinds[n % kinds.len()](models, model);
            let function = |db: &str, error: &str, body: &str| {
                format!(
                    "/// One of many.\npub async fn q{n}(db: &{db}{}{takes}) -> Result<{gives}, {error}> {{\n{}}}\n\n",
                    if takes.is_empty() { "" } else { ", " },
                    body.trim().lines().fold(String::new(), |mut out, line| {
                        let _ = writeln!(out, "    {}", line.strip_prefix("        ").unwrap_or(line));
                        out
                    })
                )
            };
            Query {
                nuages: function("Db", "nuages::Error", &nuages),
                sqlx: function("PgPool", "sqlx::Error", &sqlx),
                hand: function("Client", "tokio_postgres::Error", &hand),
            }
        })
        .collect()
}

/// The columns of a model, with `prefix` before each.
fn all(model: &Model, prefix: &str) -> String {
    let columns = columns(model, "String");
    columns.iter().map(|(name, _)| format!("{prefix}{name}")).collect::<Vec<_>>().join(", ")
}

/// What a model refers to.
fn owner<'a>(models: &'a [Model], model: &'a Model) -> (&'a Model, &'a str) {
    model.owner.as_ref().map_or((&models[0], ""), |(owner, reverse)| (&models[*owner], reverse.as_str()))
}

/// Rows of a model, chosen by a statement with these parameters.
fn rows(takes: &'static str, model: &Model, chain: &str, rest: &str, arguments: &str, parameters: &str) -> Bodies {
    let (name, table, columns) = (&model.name, &model.table, all(model, "t."));
    let sql = format!("SELECT {columns} FROM {table} t {rest}");
    Bodies {
        takes,
        gives: format!("Vec<{name}>"),
        nuages: format!("query!({name}{chain}).run(db).await"),
        sqlx: format!("sqlx::query_as!({name}, r#\"{sql}\"#, {arguments}).fetch_all(db).await"),
        hand: format!(
            "let rows = db.query(r#\"{sql}\"#, &[{parameters}]).await?;\nrows.iter().map(|row| {name}::read(row, 0)).collect()"
        ),
    }
}

fn filtered(_: &[Model], model: &Model) -> Bodies {
    rows(
        "name: &str, min: Decimal",
        model,
        ".filter(name = name, price.gte = min).order_by(-created_at)[..20]",
        "WHERE t.name = $1 AND t.price >= $2 ORDER BY t.created_at DESC, t.id DESC LIMIT 20",
        "name, min",
        "&name, &min",
    )
}

fn by_key(_: &[Model], model: &Model) -> Bodies {
    let (name, table, columns) = (&model.name, &model.table, all(model, ""));
    let sql = format!("SELECT {columns} FROM {table} WHERE id = $1");
    Bodies {
        takes: "id: i64",
        gives: name.clone(),
        nuages: format!("query!({name}.get(id = id)).run(db).await"),
        sqlx: format!("sqlx::query_as!({name}, r#\"{sql}\"#, id).fetch_one(db).await"),
        hand: format!("let row = db.query_one(r#\"{sql}\"#, &[&id]).await?;\n{name}::read(&row, 0)"),
    }
}

fn along(models: &[Model], model: &Model) -> Bodies {
    let (owner, _) = owner(models, model);
    rows(
        "slug: &str, stock: i32",
        model,
        ".filter(owner.slug = slug, stock.gt = stock).exclude(note.isnull = true).order_by(name)",
        &format!(
            "JOIN {} o ON o.id = t.owner_id WHERE o.slug = $1 AND t.stock > $2 AND NOT (t.note IS NULL) ORDER BY t.name",
            owner.table
        ),
        "slug, stock",
        "&slug, &stock",
    )
}

fn optional(_: &[Model], model: &Model) -> Bodies {
    rows(
        "text: Option<&str>, min: Option<Decimal>, max: Option<Decimal>, after: Option<DateTime<Utc>>",
        model,
        ".filter(name.icontains? = text, price.gte? = min, price.lte? = max, created_at.gt? = after).order_by(-price, name)[..50]",
        "WHERE ($1::text IS NULL OR t.name ILIKE '%' || $1 || '%') AND ($2::numeric IS NULL OR t.price >= $2) \
         AND ($3::numeric IS NULL OR t.price <= $3) AND ($4::timestamptz IS NULL OR t.created_at > $4) \
         ORDER BY t.price DESC, t.name, t.id LIMIT 50",
        "text, min, max, after",
        "&text, &min, &max, &after",
    )
}

fn related(models: &[Model], model: &Model) -> Bodies {
    let (owner, _) = owner(models, model);
    let (name, table, columns_of) = (&model.name, &model.table, all(model, "t."));
    let of_owner: Vec<String> =
        columns(owner, "").iter().map(|(name, _)| format!("o.{name} AS owner__{name}")).collect();
    let sql = format!(
        "SELECT {columns_of}, {} FROM {table} t JOIN {} o ON o.id = t.owner_id WHERE t.stock > $1 ORDER BY t.name",
        of_owner.join(", "),
        owner.table
    );
    let (width, of) = (columns(model, "").len(), &owner.name);
    Bodies {
        takes: "stock: i32",
        gives: "String".into(),
        nuages: format!(
            "let mut out = String::new();
            for row in query!({name}.filter(stock.gt = stock).select_related(owner).order_by(name)).run(db).await? {{
                let _ = write!(out, \"{{}} {{}}\", row.name, row.owner.name);
            }}
            Ok(out)"
        ),
        sqlx: format!(
            "let mut out = String::new();
            for row in sqlx::query!(r#\"{sql}\"#, stock).fetch_all(db).await? {{
                let _ = write!(out, \"{{}} {{}}\", row.name, row.owner__name);
            }}
            Ok(out)"
        ),
        hand: format!(
            "let mut out = String::new();
            for row in db.query(r#\"{sql}\"#, &[&stock]).await? {{
                let (row, owner) = ({name}::read(&row, 0)?, {of}::read(&row, {width})?);
                let _ = write!(out, \"{{}} {{}}\", row.name, owner.name);
            }}
            Ok(out)"
        ),
    }
}

fn prefetched(models: &[Model], model: &Model) -> Bodies {
    let (owner, reverse) = owner(models, model);
    let (parent, child) = (&owner.name, &model.name);
    let parents =
        format!("SELECT {} FROM {} t WHERE t.is_active = $1 ORDER BY t.id LIMIT 10", all(owner, "t."), owner.table);
    let children = format!("SELECT {} FROM {} t WHERE t.owner_id = ANY($1)", all(model, "t."), model.table);
    let end = "let mut of: HashMap<i64, Vec<_>> = HashMap::new();
        for row in rows {
            of.entry(row.owner_id).or_default().push(row);
        }
        for parent in &parents {
            let _ = write!(out, \"{} {}\", parent.name, of.get(&parent.id).map_or(0, Vec::len));
        }
        Ok(out)";
    Bodies {
        takes: "active: bool",
        gives: "String".into(),
        nuages: format!(
            "let mut out = String::new();
            for row in query!({parent}.filter(is_active = active).order_by(id).prefetch_related({reverse})[..10]).run(db).await? {{
                let _ = write!(out, \"{{}} {{}}\", row.name, row.{reverse}.len());
            }}
            Ok(out)"
        ),
        sqlx: format!(
            "let mut out = String::new();
        let parents = sqlx::query_as!({parent}, r#\"{parents}\"#, active).fetch_all(db).await?;
        let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
        let rows = sqlx::query_as!({child}, r#\"{children}\"#, &ids).fetch_all(db).await?;
        {end}"
        ),
        hand: format!(
            "let mut out = String::new();
        let parents = db.query(r#\"{parents}\"#, &[&active]).await?;
        let parents = parents.iter().map(|row| {parent}::read(row, 0)).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<i64> = parents.iter().map(|parent| parent.id).collect();
        let rows = db.query(r#\"{children}\"#, &[&ids]).await?;
        let rows = rows.iter().map(|row| {child}::read(row, 0)).collect::<Result<Vec<_>, _>>()?;
        {end}"
        ),
    }
}

/// Two numbers of each row, written out.
fn two(takes: &'static str, chain: &str, sql: &str, arguments: (&str, &str), fields: [(&str, &str); 3]) -> Bodies {
    let [(a, a_type), (b, b_type), (c, c_type)] = fields;
    let fields = format!("row.{a}, row.{b}, row.{c}");
    let (arguments, parameters) = arguments;
    let after = if arguments.is_empty() { "" } else { ", " };
    Bodies {
        takes,
        gives: "String".into(),
        nuages: format!(
            "let mut out = String::new();
            for row in query!({chain}).run(db).await? {{
                let _ = write!(out, \"{{:?}} {{:?}} {{:?}}\", {fields});
            }}
            Ok(out)"
        ),
        sqlx: format!(
            "let mut out = String::new();
            for row in sqlx::query!(r#\"{sql}\"#{after}{arguments}).fetch_all(db).await? {{
                let _ = write!(out, \"{{:?}} {{:?}} {{:?}}\", {fields});
            }}
            Ok(out)"
        ),
        hand: format!(
            "let mut out = String::new();
            for row in db.query(r#\"{}\"#, &[{parameters}]).await? {{
                let ({a}, {b}, {c}): ({a_type}, {b_type}, {c_type}) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                let _ = write!(out, \"{{:?}} {{:?}} {{:?}}\", {a}, {b}, {c});
            }}
            Ok(out)",
            sql.replace("!\"", "\"")
        ),
    }
}

fn annotated(models: &[Model], model: &Model) -> Bodies {
    let (owner, reverse) = owner(models, model);
    two(
        "min: i32",
        &format!(
            "{}.filter(stock.gte = min).annotate(n = Count({reverse}), best = Max({reverse}.price)).order_by(-n)[..10]",
            owner.name
        ),
        &format!(
            "SELECT t.name, COALESCE(a.n, 0) AS \"n!\", a.best FROM {} t LEFT JOIN (SELECT owner_id, COUNT(*) AS n, MAX(price) \
             AS best FROM {} GROUP BY owner_id) a ON a.owner_id = t.id WHERE t.stock >= $1 ORDER BY 2 DESC LIMIT 10",
            owner.table, model.table
        ),
        ("min", "&min"),
        [("name", "String"), ("n", "i64"), ("best", "Option<Decimal>")],
    )
}

fn grouped(_: &[Model], model: &Model) -> Bodies {
    two(
        "most: i64, active: bool",
        &format!(
            "{}.filter(is_active = active).values(owner).annotate(n = Count(), worth = Sum(price)).filter(n.lt = most).order_by(-n)",
            model.name
        ),
        &format!(
            "SELECT owner_id AS owner, COUNT(*) AS \"n!\", SUM(price) AS worth FROM {} WHERE is_active = $1 GROUP BY owner_id \
             HAVING COUNT(*) < $2 ORDER BY 2 DESC",
            model.table
        ),
        ("active, most", "&active, &most"),
        [("owner", "i64"), ("n", "i64"), ("worth", "Option<Decimal>")],
    )
}

fn total(_: &[Model], model: &Model) -> Bodies {
    let (name, table) = (&model.name, &model.table);
    let sql =
        format!("SELECT COUNT(*) AS \"n!\", AVG(rating) AS mean, MAX(price) AS best FROM {table} WHERE stock > $1");
    let show = "Ok(format!(\"{:?} {:?} {:?}\", row.n, row.mean, row.best))";
    Bodies {
        takes: "stock: i32",
        gives: "String".into(),
        nuages: format!(
            "let row = query!({name}.filter(stock.gt = stock).aggregate(n = Count(), mean = Avg(rating), best = Max(price))).run(db).await?;\n{show}"
        ),
        sqlx: format!("let row = sqlx::query!(r#\"{sql}\"#, stock).fetch_one(db).await?;\n{show}"),
        hand: format!(
            "let row = db.query_one(r#\"{}\"#, &[&stock]).await?;
            let (n, mean, best): (i64, Option<f64>, Option<Decimal>) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            Ok(format!(\"{{:?}} {{:?}} {{:?}}\", n, mean, best))",
            sql.replace("!\"", "\"")
        ),
    }
}

fn tuples(_: &[Model], model: &Model) -> Bodies {
    let (name, table) = (&model.name, &model.table);
    let sql = format!("SELECT id, name, price FROM {table} WHERE is_active AND stock BETWEEN $1 AND $2 ORDER BY name");
    Bodies {
        takes: "from: i32, to: i32",
        gives: "Vec<(i64, String, Decimal)>".into(),
        nuages: format!(
            "query!({name}.filter(is_active = true, stock.range = (from, to)).order_by(name).values_list(id, name, price)).run(db).await"
        ),
        sqlx: format!(
            "let rows = sqlx::query!(r#\"{sql}\"#, from, to).fetch_all(db).await?;\nOk(rows.into_iter().map(|row| (row.id, row.name, row.price)).collect())"
        ),
        hand: format!(
            "let rows = db.query(r#\"{sql}\"#, &[&from, &to]).await?;\nrows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()"
        ),
    }
}

fn counted(models: &[Model], model: &Model) -> Bodies {
    let (owner, reverse) = owner(models, model);
    let sql = format!(
        "SELECT COUNT(*) AS \"n!\" FROM {} t WHERE t.name <> $1 AND EXISTS (SELECT FROM {} c WHERE c.owner_id = t.id AND c.price > $2)",
        owner.table, model.table
    );
    Bodies {
        takes: "name: &str, price: Decimal",
        gives: "i64".into(),
        nuages: format!(
            "query!({}.exclude(name = name).filter({reverse}.price.gt = price).count()).run(db).await",
            owner.name
        ),
        sqlx: format!("sqlx::query_scalar!(r#\"{sql}\"#, name, price).fetch_one(db).await"),
        hand: format!("db.query_one(r#\"{}\"#, &[&name, &price]).await?.try_get(0)", sql.replace("!\"", "\"")),
    }
}

fn exists(_: &[Model], model: &Model) -> Bodies {
    let sql =
        format!("SELECT EXISTS (SELECT FROM {} WHERE slug = $1 AND status = 'active') AS \"there!\"", model.table);
    Bodies {
        takes: "slug: &str",
        gives: "bool".into(),
        nuages: format!("query!({}.filter(slug = slug, status = \"active\").exists()).run(db).await", model.name),
        sqlx: format!("sqlx::query_scalar!(r#\"{sql}\"#, slug).fetch_one(db).await"),
        hand: format!("db.query_one(r#\"{}\"#, &[&slug]).await?.try_get(0)", sql.replace("!\"", "\"")),
    }
}

fn subquery(models: &[Model], model: &Model) -> Bodies {
    let (owner, _) = owner(models, model);
    rows(
        "min: Decimal, ids: &[i64]",
        model,
        &format!(
            ".filter(Q(owner.in = {}.filter(price.gte = min).values(id)) | Q(id.in = ids)).order_by(-id)",
            owner.name
        ),
        &format!(
            "WHERE t.owner_id IN (SELECT id FROM {} WHERE price >= $1) OR t.id = ANY($2) ORDER BY t.id DESC",
            owner.table
        ),
        "min, ids",
        "&min, &ids",
    )
}

fn nested(models: &[Model], model: &Model) -> Bodies {
    let (owner, _) = owner(models, model);
    two(
        "active: bool",
        &format!(
            "{}.filter(owner.is_active = active).order_by(owner.name, -price).values(name, owner.name, worth = F(price) * 2)[..100]",
            model.name
        ),
        &format!(
            "SELECT t.name, o.name AS owner__name, t.price * 2 AS \"worth!\" FROM {} t JOIN {} o ON o.id = t.owner_id \
             WHERE o.is_active = $1 ORDER BY o.name, t.price DESC LIMIT 100",
            model.table, owner.table
        ),
        ("active", "&active"),
        [("name", "String"), ("owner__name", "String"), ("worth", "Decimal")],
    )
}

fn first(_: &[Model], model: &Model) -> Bodies {
    let (name, table, columns) = (&model.name, &model.table, all(model, ""));
    let sql = format!(
        "SELECT {columns} FROM {table} WHERE price < $1 AND rating >= $2 ORDER BY rating DESC, id DESC LIMIT 1"
    );
    Bodies {
        takes: "price: Decimal, rating: f64",
        gives: format!("Option<{name}>"),
        nuages: format!(
            "query!({name}.filter(price.lt = price, rating.gte = rating).order_by(-rating).first()).run(db).await"
        ),
        sqlx: format!("sqlx::query_as!({name}, r#\"{sql}\"#, price, rating).fetch_optional(db).await"),
        hand: format!(
            "let row = db.query_opt(r#\"{sql}\"#, &[&price, &rating]).await?;\nrow.map(|row| {name}::read(&row, 0)).transpose()"
        ),
    }
}

fn labelled(models: &[Model], model: &Model) -> Bodies {
    let label = &models[model.labels.unwrap_or(0)];
    let (table, snake, target) = (&model.table, &model.snake, &label.snake);
    rows(
        "label: &str, year: i32",
        model,
        ".filter(labels.name = label, created_at.year = year).order_by(name)[..10]",
        &format!(
            "WHERE EXISTS (SELECT FROM {table}_labels l JOIN {} x ON x.id = l.{target}_id WHERE l.{snake}_id = t.id AND x.name = $1) \
             AND t.created_at >= make_timestamptz($2, 1, 1, 0, 0, 0) AND t.created_at < make_timestamptz($2 + 1, 1, 1, 0, 0, 0) \
             ORDER BY t.name LIMIT 10",
            label.table
        ),
        "label, year",
        "&label, &year",
    )
}
