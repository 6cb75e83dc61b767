//! tokio-postgres by hand: the practical limit. Statements are prepared once, columns are read by index.

use super::rows::{Comment, Event, Post, User, nest};
use super::wide::{Columns, Medium, Narrow, Reading, Wide};
use crate::Failure;
use crate::sql;
use crate::work::{Doing, NewUser, POOL, Way, spread, sum};
use chrono::{DateTime, Utc};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use futures_util::{TryStreamExt, pin_mut};
use rust_decimal::Decimal;
use std::hint::black_box;
use tokio::sync::OnceCell;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls, Row, Statement};

/// One connection with its statements, and a pool for the tasks.
pub(crate) struct Hand {
    client: Client,
    pool: Pool,
    statements: [OnceCell<Statement>; 18],
}

/// Which statement is kept where.
const TEXTS: [&str; 18] = [
    sql::LOAD,
    sql::JOIN,
    sql::BY_KEY,
    sql::WRITERS,
    sql::POSTS_OF,
    sql::COMMENTS_OF,
    sql::INSERT_ONE,
    sql::INSERT,
    sql::UPDATE,
    sql::STREAM,
    sql::STREAM_OF,
    sql::REVENUE,
    sql::TREND,
    sql::TOP,
    sql::LOW,
    Narrow::SQL,
    Medium::SQL,
    Wide::SQL,
];

impl Hand {
    pub(crate) async fn connect(url: &str) -> Result<Self, Failure> {
        let config: tokio_postgres::Config = url.parse()?;
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager).max_size(POOL).build()?;
        Ok(Self { client, pool, statements: [const { OnceCell::const_new() }; 18] })
    }

    async fn statement(&self, text: &'static str) -> Result<&Statement, Failure> {
        let place = TEXTS.iter().position(|known| *known == text).ok_or("a statement that is not kept")?;
        Ok(self.statements[place].get_or_try_init(|| self.client.prepare(text)).await?)
    }

    async fn rows(&self, text: &'static str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Failure> {
        Ok(self.client.query(self.statement(text).await?, params).await?)
    }

    async fn events<const N: usize>(&self, text: &'static str, params: [i64; N]) -> Result<u64, Failure> {
        let rows = self.client.query_raw(self.statement(text).await?, params).await?;
        pin_mut!(rows);
        let mut total = 0;
        while let Some(row) = rows.try_next().await? {
            let event = Event {
                id: row.try_get(0)?,
                user_id: row.try_get(1)?,
                kind: row.try_get(2)?,
                payload: row.try_get(3)?,
                weight: row.try_get(4)?,
                at: row.try_get(5)?,
            };
            black_box(event);
            total += 1;
        }
        Ok(total)
    }
}

impl Reading for Hand {
    async fn read<C: Columns>(&self) -> Result<u64, Failure> {
        let rows = self.rows(C::SQL, &[]).await?;
        let rows = rows.iter().map(C::read).collect::<Result<Vec<_>, _>>()?;
        Ok(sum(&black_box(rows), C::id))
    }
}

impl Way for Hand {
    async fn load(&self, n: i64) -> Result<u64, Failure> {
        let rows = self.rows(sql::LOAD, &[&n]).await?;
        let users = rows.iter().map(|row| user(row, 0)).collect::<Result<Vec<_>, _>>()?;
        Ok(sum(&black_box(users), |user| user.id))
    }

    async fn join(&self, n: i64) -> Result<u64, Failure> {
        let rows = self.rows(sql::JOIN, &[&n]).await?;
        let posts = rows.iter().map(|row| Ok((post(row)?, user(row, 4)?))).collect::<Result<Vec<_>, Failure>>()?;
        Ok(sum(&black_box(posts), |(post, _)| post.id))
    }

    async fn by_key(&self, ids: &[i64]) -> Result<u64, Failure> {
        let statement = self.statement(sql::BY_KEY).await?;
        let mut total = 0;
        for id in ids {
            total += black_box(user(&self.client.query_one(statement, &[id]).await?, 0)?).id.unsigned_abs();
        }
        Ok(total)
    }

    async fn pooled(&self, ids: &[i64]) -> Result<u64, Failure> {
        let mut total = 0;
        for id in ids {
            let client = self.pool.get().await?;
            let statement = client.prepare_cached(sql::BY_KEY).await?;
            total += black_box(user(&client.query_one(&statement, &[id]).await?, 0)?).id.unsigned_abs();
        }
        Ok(total)
    }

    async fn first(&self, id: i64) -> Result<u64, Failure> {
        let rows = self.client.query_typed(sql::BY_KEY, &[(&id, Type::INT8)]).await?;
        let row = rows.first().ok_or("there is no such user")?;
        Ok(black_box(user(row, 0)?).id.unsigned_abs())
    }

    async fn nested(&self, writers: i64) -> Result<u64, Failure> {
        let rows = self.rows(sql::WRITERS, &[&writers]).await?;
        let users = rows.iter().map(|row| user(row, 0)).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<i64> = users.iter().map(|user| user.id).collect();
        let rows = self.rows(sql::POSTS_OF, &[&ids]).await?;
        let posts = rows.iter().map(post).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let rows = self.rows(sql::COMMENTS_OF, &[&ids]).await?;
        let comment = |row: &Row| -> Result<Comment, tokio_postgres::Error> {
            Ok(Comment { id: row.try_get(0)?, post_id: row.try_get(1)?, text: row.try_get(2)? })
        };
        let comments = rows.iter().map(comment).collect::<Result<Vec<_>, _>>()?;
        let total = (users.len() + posts.len() + comments.len()) as u64;
        black_box(nest(users, posts, comments));
        Ok(total)
    }

    async fn insert(&self, rows: &[NewUser]) -> Result<u64, Failure> {
        if let [row] = rows {
            let statement = self.statement(sql::INSERT_ONE).await?;
            let made = self.client.query_one(statement, &[&row.name, &row.hair_color]).await?;
            black_box(user(&made, 0)?);
            return Ok(1);
        }
        let (names, colors) = columns(rows);
        Ok(self.client.execute(self.statement(sql::INSERT).await?, &[&names, &colors]).await?)
    }

    async fn inserts(&self, lists: &[Vec<NewUser>]) -> Result<u64, Failure> {
        let mut total = 0;
        for rows in lists {
            let client = self.pool.get().await?;
            total += if let [row] = rows.as_slice() {
                let statement = client.prepare_cached(sql::INSERT_ONE).await?;
                let made = client.query_one(&statement, &[&row.name, &row.hair_color]).await?;
                black_box(user(&made, 0)?);
                1
            } else {
                let (names, colors) = columns(rows);
                client.execute(&client.prepare_cached(sql::INSERT).await?, &[&names, &colors]).await?
            };
        }
        Ok(total)
    }

    async fn update(&self, changes: &[(i64, String)]) -> Result<u64, Failure> {
        let ids: Vec<i64> = changes.iter().map(|(id, _)| *id).collect();
        let colors: Vec<&str> = changes.iter().map(|(_, color)| color.as_str()).collect();
        Ok(self.client.execute(self.statement(sql::UPDATE).await?, &[&ids, &colors]).await?)
    }

    async fn stream(&self) -> Result<u64, Failure> {
        self.events(sql::STREAM, [0_i64; 0]).await
    }

    async fn stream_of(&self, n: i64) -> Result<u64, Failure> {
        self.events(sql::STREAM_OF, [n]).await
    }

    async fn tasks(&self, tasks: usize, each: i64) -> Result<u64, Failure> {
        spread(tasks, each, &self.pool, |pool, id| async move {
            let client = pool.get().await?;
            let statement = client.prepare_cached(sql::BY_KEY).await?;
            let row = client.query_one(&statement, &[&id]).await?;
            Ok(black_box(user(&row, 0)?).id.unsigned_abs())
        })
        .await
    }

    async fn dashboard(&self) -> Result<u64, Failure> {
        let (start, end) = days();
        let mut total = 0;
        for row in self.rows(sql::REVENUE, &[&start, &end]).await? {
            let shelf: (String, Option<Decimal>, Option<i64>, i64) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
            black_box(shelf);
            total += 1;
        }
        for row in self.rows(sql::TREND, &[]).await? {
            let month: (DateTime<Utc>, i64, Option<Decimal>) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            black_box(month);
            total += 1;
        }
        for row in self.rows(sql::TOP, &[]).await? {
            let product: (i64, String, String, Decimal, Option<f64>, i64) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
            total += black_box(product).0.unsigned_abs();
        }
        for row in self.rows(sql::LOW, &[&5_i32]).await? {
            let product: (i64, String, String, i32) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
            total += black_box(product).0.unsigned_abs();
        }
        Ok(total)
    }

    fn columns(&self, n: u32) -> Option<Doing<'_>> {
        self.read_columns(n)
    }
}

/// The days of the dashboard.
pub(crate) fn days() -> (DateTime<Utc>, DateTime<Utc>) {
    let end = DateTime::from_timestamp(1_764_547_200, 0).unwrap_or_default();
    (end - chrono::Duration::days(90), end)
}

/// Names and hair colours, as the parameters of one statement.
fn columns(rows: &[NewUser]) -> (Vec<&str>, Vec<Option<&str>>) {
    let names = rows.iter().map(|row| row.name.as_str()).collect();
    (names, rows.iter().map(|row| row.hair_color.as_deref()).collect())
}

fn user(row: &Row, at: usize) -> Result<User, tokio_postgres::Error> {
    Ok(User { id: row.try_get(at)?, name: row.try_get(at + 1)?, hair_color: row.try_get(at + 2)? })
}

fn post(row: &Row) -> Result<Post, tokio_postgres::Error> {
    Ok(Post { id: row.try_get(0)?, user_id: row.try_get(1)?, title: row.try_get(2)?, content: row.try_get(3)? })
}
