//! `SeaORM`: its entities and loaders, over sqlx's pool. The dashboard is SQL.

use super::counted;
use super::hand::days;
use crate::Failure;
use crate::sql;
use crate::work::{NewUser, POOL, Way, spread, sum};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::prelude::*;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend, FromQueryResult, LoaderTrait, QueryOrder, QuerySelect,
    Set, Statement, TransactionTrait,
};
use std::hint::black_box;

mod users {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) name: String,
        pub(crate) hair_color: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(has_many = "super::posts::Entity")]
        Posts,
    }

    impl Related<super::posts::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Posts.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod posts {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "posts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) user_id: i64,
        pub(crate) title: String,
        pub(crate) content: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(belongs_to = "super::users::Entity", from = "Column::UserId", to = "super::users::Column::Id")]
        User,
        #[sea_orm(has_many = "super::comments::Entity")]
        Comments,
    }

    impl Related<super::users::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::User.def()
        }
    }

    impl Related<super::comments::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Comments.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod comments {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "comments")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) post_id: i64,
        pub(crate) text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(belongs_to = "super::posts::Entity", from = "Column::PostId", to = "super::posts::Column::Id")]
        Post,
    }

    impl Related<super::posts::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Post.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod fresh {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "fresh")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) name: String,
        pub(crate) hair_color: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod events {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) user_id: i64,
        pub(crate) kind: String,
        pub(crate) payload: String,
        pub(crate) weight: f64,
        pub(crate) at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(FromQueryResult)]
#[expect(dead_code, reason = "read from the database, as everybody does")]
struct Shelf {
    name: String,
    revenue: Option<Decimal>,
    sold: Option<i64>,
    orders: i64,
}

#[derive(FromQueryResult)]
#[expect(dead_code, reason = "read from the database, as everybody does")]
struct Month {
    month: DateTime<Utc>,
    orders: i64,
    revenue: Option<Decimal>,
}

#[derive(FromQueryResult)]
#[expect(dead_code, reason = "read from the database, as everybody does")]
struct Top {
    id: i64,
    name: String,
    category: String,
    revenue: Decimal,
    rating: Option<f64>,
    voices: i64,
}

#[derive(FromQueryResult)]
#[expect(dead_code, reason = "read from the database, as everybody does")]
struct Low {
    id: i64,
    name: String,
    category: String,
    stock: i32,
}

/// A pool, without the ping that would double each round trip.
pub(crate) struct SeaOrm {
    db: DatabaseConnection,
}

impl SeaOrm {
    pub(crate) async fn connect(url: &str) -> Result<Self, Failure> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(u32::try_from(POOL)?).test_before_acquire(false).sqlx_logging(false);
        Ok(Self { db: Database::connect(options).await? })
    }
}

impl Way for SeaOrm {
    async fn load(&self, n: i64) -> Result<u64, Failure> {
        let users = users::Entity::find().order_by_asc(users::Column::Id).limit(n.unsigned_abs()).all(&self.db).await?;
        Ok(sum(&black_box(users), |user| user.id))
    }

    async fn join(&self, n: i64) -> Result<u64, Failure> {
        let posts = posts::Entity::find()
            .find_also_related(users::Entity)
            .order_by_asc(posts::Column::Id)
            .limit(n.unsigned_abs())
            .all(&self.db)
            .await?;
        Ok(sum(&black_box(posts), |(post, _)| post.id))
    }

    async fn by_key(&self, ids: &[i64]) -> Result<u64, Failure> {
        let mut total = 0;
        for id in ids {
            total += one(&self.db, *id).await?;
        }
        Ok(total)
    }

    async fn nested(&self, writers: i64) -> Result<u64, Failure> {
        let users = users::Entity::find()
            .filter(users::Column::Id.lte(writers))
            .order_by_asc(users::Column::Id)
            .all(&self.db)
            .await?;
        let posts = users.load_many(posts::Entity, &self.db).await?;
        let lengths: Vec<usize> = posts.iter().map(Vec::len).collect();
        let all: Vec<posts::Model> = posts.into_iter().flatten().collect();
        let comments = all.load_many(comments::Entity, &self.db).await?;
        let total = users.len() + all.len() + comments.iter().map(Vec::len).sum::<usize>();
        let mut pairs = all.into_iter().zip(comments);
        let nested: Vec<(users::Model, Vec<(posts::Model, Vec<comments::Model>)>)> = users
            .into_iter()
            .zip(lengths)
            .map(|(user, length)| {
                let of = pairs.by_ref().take(length).collect();
                (user, of)
            })
            .collect();
        black_box(nested);
        Ok(total as u64)
    }

    async fn insert(&self, rows: &[NewUser]) -> Result<u64, Failure> {
        let models = rows.iter().map(|row| fresh::ActiveModel {
            name: Set(row.name.clone()),
            hair_color: Set(row.hair_color.clone()),
            ..Default::default()
        });
        let mut models: Vec<fresh::ActiveModel> = models.collect();
        if models.len() == 1 {
            let model = models.remove(0);
            black_box(model.insert(&self.db).await?);
            return Ok(1);
        }
        Ok(fresh::Entity::insert_many(models).exec_without_returning(&self.db).await?)
    }

    async fn update(&self, changes: &[(i64, String)]) -> Result<u64, Failure> {
        let transaction = self.db.begin().await?;
        let mut changed = 0;
        for (id, color) in changes {
            let row = users::Entity::update_many()
                .col_expr(users::Column::HairColor, Expr::value(color.as_str()))
                .filter(users::Column::Id.eq(*id));
            changed += row.exec(&transaction).await?.rows_affected;
        }
        transaction.commit().await?;
        Ok(changed)
    }

    async fn stream(&self) -> Result<u64, Failure> {
        counted(events::Entity::find().stream(&self.db).await?).await
    }

    async fn stream_of(&self, n: i64) -> Result<u64, Failure> {
        let rows = events::Entity::find().order_by_asc(events::Column::Id).limit(n.unsigned_abs());
        counted(rows.stream(&self.db).await?).await
    }

    async fn tasks(&self, tasks: usize, each: i64) -> Result<u64, Failure> {
        spread(tasks, each, &self.db, |db, id| async move { one(&db, id).await }).await
    }

    async fn dashboard(&self) -> Result<u64, Failure> {
        let (start, end) = days();
        let say = |text: &str, values: Vec<Value>| Statement::from_sql_and_values(DbBackend::Postgres, text, values);
        let shelves = Shelf::find_by_statement(say(sql::REVENUE, vec![start.into(), end.into()])).all(&self.db).await?;
        let trend = Month::find_by_statement(say(sql::TREND, vec![])).all(&self.db).await?;
        let top = Top::find_by_statement(say(sql::TOP, vec![])).all(&self.db).await?;
        let low = Low::find_by_statement(say(sql::LOW, vec![5_i32.into()])).all(&self.db).await?;
        let ids = top.iter().map(|row| row.id).chain(low.iter().map(|row| row.id));
        let ids = ids.map(i64::unsigned_abs).sum::<u64>();
        Ok(ids + (black_box(shelves).len() + black_box(trend).len()) as u64)
    }
}

async fn one(db: &DatabaseConnection, id: i64) -> Result<u64, Failure> {
    let user = users::Entity::find_by_id(id).one(db).await?.ok_or("there is no such user")?;
    Ok(black_box(user).id.unsigned_abs())
}
