//! diesel-async: its query builder, `belonging_to` and `grouped_by` for relations, a pool without the ping. The
//! dashboard is SQL, as its builder lacks what that asks.

use super::counted;
use super::hand::days;
use crate::Failure;
use crate::sql;
use crate::work::{NewUser, POOL, Way, spread, sum};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Integer, Nullable, Numeric, Text, Timestamptz};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rust_decimal::Decimal;
use std::hint::black_box;

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        hair_color -> Nullable<Text>,
    }
}
diesel::table! {
    posts (id) {
        id -> BigInt,
        user_id -> BigInt,
        title -> Text,
        content -> Nullable<Text>,
    }
}
diesel::table! {
    comments (id) {
        id -> BigInt,
        post_id -> BigInt,
        text -> Text,
    }
}
diesel::table! {
    fresh (id) {
        id -> BigInt,
        name -> Text,
        hair_color -> Nullable<Text>,
    }
}
diesel::table! {
    events (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        payload -> Text,
        weight -> Double,
        at -> Timestamptz,
    }
}
diesel::joinable!(posts -> users (user_id));
diesel::joinable!(comments -> posts (post_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts, comments);

#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)]
struct User {
    id: i64,
    #[expect(dead_code, reason = "read from the database, as everybody does")]
    name: String,
    #[expect(dead_code, reason = "read from the database, as everybody does")]
    hair_color: Option<String>,
}

#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = posts, belongs_to(User))]
struct Post {
    id: i64,
    user_id: i64,
    #[expect(dead_code, reason = "read from the database, as everybody does")]
    title: String,
    #[expect(dead_code, reason = "read from the database, as everybody does")]
    content: Option<String>,
}

#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = comments, belongs_to(Post))]
struct Comment {
    id: i64,
    post_id: i64,
    #[expect(dead_code, reason = "read from the database, as everybody does")]
    text: String,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = events)]
#[expect(dead_code, reason = "read from the database, as everybody does")]
struct Event {
    id: i64,
    user_id: i64,
    kind: String,
    payload: String,
    weight: f64,
    at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = fresh)]
struct Row<'r> {
    name: &'r str,
    hair_color: Option<&'r str>,
}

#[derive(QueryableByName)]
#[expect(dead_code, reason = "read from the database, as everybody does")]
struct Shelf {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Numeric>)]
    revenue: Option<Decimal>,
    #[diesel(sql_type = Nullable<BigInt>)]
    sold: Option<i64>,
    #[diesel(sql_type = BigInt)]
    orders: i64,
}

#[derive(QueryableByName)]
#[expect(dead_code, reason = "read from the database, as everybody does")]
struct Month {
    #[diesel(sql_type = Timestamptz)]
    month: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    orders: i64,
    #[diesel(sql_type = Nullable<Numeric>)]
    revenue: Option<Decimal>,
}

#[derive(QueryableByName)]
#[expect(dead_code, reason = "read from the database, as everybody does")]
struct Top {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = Numeric)]
    revenue: Decimal,
    #[diesel(sql_type = Nullable<Double>)]
    rating: Option<f64>,
    #[diesel(sql_type = BigInt)]
    voices: i64,
}

#[derive(QueryableByName)]
#[expect(dead_code, reason = "read from the database, as everybody does")]
struct Low {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = Integer)]
    stock: i32,
}

/// A pool.
pub(crate) struct Diesel {
    pool: Pool<AsyncPgConnection>,
}

impl Diesel {
    pub(crate) async fn connect(url: &str) -> Result<Self, Failure> {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
        let pool = Pool::builder(manager).max_size(POOL).build()?;
        drop(pool.get().await?);
        Ok(Self { pool })
    }

    async fn get(&self) -> Result<Object<AsyncPgConnection>, Failure> {
        Ok(self.pool.get().await?)
    }
}

impl Way for Diesel {
    async fn load(&self, n: i64) -> Result<u64, Failure> {
        let mut connection = self.get().await?;
        let users = users::table.order(users::id).limit(n).select(User::as_select()).load(&mut connection).await?;
        Ok(sum(&black_box(users), |user| user.id))
    }

    async fn join(&self, n: i64) -> Result<u64, Failure> {
        let mut connection = self.get().await?;
        let posts = posts::table
            .inner_join(users::table)
            .order(posts::id)
            .limit(n)
            .select((Post::as_select(), User::as_select()))
            .load(&mut connection)
            .await?;
        Ok(sum(&black_box(posts), |(post, _)| post.id))
    }

    async fn by_key(&self, ids: &[i64]) -> Result<u64, Failure> {
        let mut total = 0;
        for id in ids {
            total += one(&self.pool, *id).await?;
        }
        Ok(total)
    }

    async fn nested(&self, writers: i64) -> Result<u64, Failure> {
        let mut connection = self.get().await?;
        let users = users::table
            .filter(users::id.le(writers))
            .order(users::id)
            .select(User::as_select())
            .load(&mut connection)
            .await?;
        let posts = Post::belonging_to(&users).select(Post::as_select()).load(&mut connection).await?;
        let comments = Comment::belonging_to(&posts).select(Comment::as_select()).load(&mut connection).await?;
        let total = (users.len() + posts.len() + comments.len()) as u64;
        let of_posts = comments.grouped_by(&posts);
        let of_users = posts.into_iter().zip(of_posts).grouped_by(&users);
        let nested: Vec<(User, Vec<(Post, Vec<Comment>)>)> = users.into_iter().zip(of_users).collect();
        black_box(nested);
        Ok(total)
    }

    async fn insert(&self, rows: &[NewUser]) -> Result<u64, Failure> {
        let mut connection = self.get().await?;
        let rows: Vec<Row<'_>> =
            rows.iter().map(|row| Row { name: &row.name, hair_color: row.hair_color.as_deref() }).collect();
        if let [row] = rows.as_slice() {
            let made: (i64, String, Option<String>) =
                diesel::insert_into(fresh::table).values(row).get_result(&mut connection).await?;
            black_box(made);
            return Ok(1);
        }
        Ok(diesel::insert_into(fresh::table).values(&rows).execute(&mut connection).await? as u64)
    }

    async fn update(&self, changes: &[(i64, String)]) -> Result<u64, Failure> {
        let mut connection = self.get().await?;
        let changed = connection.transaction(async |connection| {
            let mut changed = 0;
            for (id, color) in changes {
                let row = diesel::update(users::table.find(id)).set(users::hair_color.eq(color));
                changed += row.execute(connection).await?;
            }
            diesel::QueryResult::Ok(changed as u64)
        });
        Ok(changed.await?)
    }

    async fn stream(&self) -> Result<u64, Failure> {
        let mut connection = self.get().await?;
        counted(events::table.select(Event::as_select()).load_stream(&mut connection).await?).await
    }

    async fn stream_of(&self, n: i64) -> Result<u64, Failure> {
        let mut connection = self.get().await?;
        let rows = events::table.order(events::id).limit(n).select(Event::as_select());
        counted(rows.load_stream(&mut connection).await?).await
    }

    async fn tasks(&self, tasks: usize, each: i64) -> Result<u64, Failure> {
        spread(tasks, each, &self.pool, |pool, id| async move { one(&pool, id).await }).await
    }

    async fn dashboard(&self) -> Result<u64, Failure> {
        let mut connection = self.get().await?;
        let (start, end) = days();
        let shelves: Vec<Shelf> = diesel::sql_query(sql::REVENUE)
            .bind::<Timestamptz, _>(start)
            .bind::<Timestamptz, _>(end)
            .load(&mut connection)
            .await?;
        let trend: Vec<Month> = diesel::sql_query(sql::TREND).load(&mut connection).await?;
        let top: Vec<Top> = diesel::sql_query(sql::TOP).load(&mut connection).await?;
        let low: Vec<Low> = diesel::sql_query(sql::LOW).bind::<Integer, _>(5).load(&mut connection).await?;
        let ids = top.iter().map(|row| row.id).chain(low.iter().map(|row| row.id));
        let ids = ids.map(i64::unsigned_abs).sum::<u64>();
        Ok(ids + (black_box(shelves).len() + black_box(trend).len()) as u64)
    }
}

async fn one(pool: &Pool<AsyncPgConnection>, id: i64) -> Result<u64, Failure> {
    let mut connection = pool.get().await?;
    let user = users::table.find(id).select(User::as_select()).first(&mut connection).await?;
    Ok(black_box(user).id.unsigned_abs())
}
