//! sqlx: `query_as` with `FromRow`, a pool, statements cached by the library.

use super::counted;
use super::hand::days;
use super::rows::{Comment, Event, Post, User, nest};
use super::wide::{Columns, Reading};
use crate::Failure;
use crate::sql;
use crate::work::{Doing, NewUser, POOL, Way, spread, sum};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::postgres::{PgPool, PgPoolOptions};
use std::hint::black_box;

/// A pool, without the ping that would double each round trip.
pub(crate) struct Sqlx {
    pool: PgPool,
}

/// A post with its user, side by side.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Written {
    #[sqlx(flatten)]
    pub(crate) post: Post,
    pub(crate) user_name: String,
    pub(crate) user_hair_color: Option<String>,
}

impl Sqlx {
    pub(crate) async fn connect(url: &str) -> Result<Self, Failure> {
        let options = PgPoolOptions::new().max_connections(u32::try_from(POOL)?).test_before_acquire(false);
        Ok(Self { pool: options.connect(url).await? })
    }
}

impl Reading for Sqlx {
    async fn read<C: Columns>(&self) -> Result<u64, Failure> {
        let rows: Vec<C> = sqlx::query_as(C::SQL).fetch_all(&self.pool).await?;
        Ok(sum(&black_box(rows), C::id))
    }
}

impl Way for Sqlx {
    async fn load(&self, n: i64) -> Result<u64, Failure> {
        let users: Vec<User> = sqlx::query_as(sql::LOAD).bind(n).fetch_all(&self.pool).await?;
        Ok(sum(&black_box(users), |user| user.id))
    }

    async fn join(&self, n: i64) -> Result<u64, Failure> {
        let rows: Vec<Written> = sqlx::query_as(sql::JOIN_NAMED).bind(n).fetch_all(&self.pool).await?;
        let posts: Vec<(Post, User)> = rows
            .into_iter()
            .map(|row| {
                let user = User { id: row.post.user_id, name: row.user_name, hair_color: row.user_hair_color };
                (row.post, user)
            })
            .collect();
        Ok(sum(&black_box(posts), |(post, _)| post.id))
    }

    async fn by_key(&self, ids: &[i64]) -> Result<u64, Failure> {
        let mut total = 0;
        for id in ids {
            let user: User = sqlx::query_as(sql::BY_KEY).bind(id).fetch_one(&self.pool).await?;
            total += black_box(user).id.unsigned_abs();
        }
        Ok(total)
    }

    async fn nested(&self, writers: i64) -> Result<u64, Failure> {
        let users: Vec<User> = sqlx::query_as(sql::WRITERS).bind(writers).fetch_all(&self.pool).await?;
        let ids: Vec<i64> = users.iter().map(|user| user.id).collect();
        let posts: Vec<Post> = sqlx::query_as(sql::POSTS_OF).bind(ids).fetch_all(&self.pool).await?;
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let comments: Vec<Comment> = sqlx::query_as(sql::COMMENTS_OF).bind(ids).fetch_all(&self.pool).await?;
        let total = (users.len() + posts.len() + comments.len()) as u64;
        black_box(nest(users, posts, comments));
        Ok(total)
    }

    async fn insert(&self, rows: &[NewUser]) -> Result<u64, Failure> {
        if let [row] = rows {
            let made: User =
                sqlx::query_as(sql::INSERT_ONE).bind(&row.name).bind(&row.hair_color).fetch_one(&self.pool).await?;
            black_box(made);
            return Ok(1);
        }
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        let colors: Vec<Option<&str>> = rows.iter().map(|row| row.hair_color.as_deref()).collect();
        Ok(sqlx::query(sql::INSERT).bind(names).bind(colors).execute(&self.pool).await?.rows_affected())
    }

    async fn update(&self, changes: &[(i64, String)]) -> Result<u64, Failure> {
        let ids: Vec<i64> = changes.iter().map(|(id, _)| *id).collect();
        let colors: Vec<&str> = changes.iter().map(|(_, color)| color.as_str()).collect();
        Ok(sqlx::query(sql::UPDATE).bind(ids).bind(colors).execute(&self.pool).await?.rows_affected())
    }

    async fn stream(&self) -> Result<u64, Failure> {
        counted(sqlx::query_as::<_, Event>(sql::STREAM).fetch(&self.pool)).await
    }

    async fn stream_of(&self, n: i64) -> Result<u64, Failure> {
        counted(sqlx::query_as::<_, Event>(sql::STREAM_OF).bind(n).fetch(&self.pool)).await
    }

    async fn tasks(&self, tasks: usize, each: i64) -> Result<u64, Failure> {
        spread(tasks, each, &self.pool, |pool, id| async move {
            let user: User = sqlx::query_as(sql::BY_KEY).bind(id).fetch_one(&pool).await?;
            Ok(black_box(user).id.unsigned_abs())
        })
        .await
    }

    async fn dashboard(&self) -> Result<u64, Failure> {
        let (start, end) = days();
        let shelves: Vec<(String, Option<Decimal>, Option<i64>, i64)> =
            sqlx::query_as(sql::REVENUE).bind(start).bind(end).fetch_all(&self.pool).await?;
        let trend: Vec<(DateTime<Utc>, i64, Option<Decimal>)> =
            sqlx::query_as(sql::TREND).fetch_all(&self.pool).await?;
        let top: Vec<(i64, String, String, Decimal, Option<f64>, i64)> =
            sqlx::query_as(sql::TOP).fetch_all(&self.pool).await?;
        let low: Vec<(i64, String, String, i32)> = sqlx::query_as(sql::LOW).bind(5_i32).fetch_all(&self.pool).await?;
        let ids = top.iter().map(|row| row.0).chain(low.iter().map(|row| row.0));
        let ids = ids.map(i64::unsigned_abs).sum::<u64>();
        Ok(ids + (black_box(shelves).len() + black_box(trend).len()) as u64)
    }

    fn columns(&self, n: u32) -> Option<Doing<'_>> {
        self.read_columns(n)
    }
}
