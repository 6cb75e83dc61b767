//! Nuages.

use super::counted;
use super::hand::days;
use crate::Failure;
use crate::work::{Doing, NewUser, POOL, Peer, Way, Work, spread, sum};
use futures_util::TryStreamExt;
use nuages::chrono::{DateTime, Utc};
use nuages::{Db, query};
use std::hint::black_box;

/// How many of the connections are shared by reads; the pool has the others.
const SHARED: usize = 2;

async fn by_tasks(db: &Db, tasks: usize, each: i64) -> Result<u64, Failure> {
    spread(tasks, each, db, |db, id| async move { Ok(black_box(query!(User(id)).run(&db).await?).id.unsigned_abs()) })
        .await
}

/// How many rows there are on three levels.
fn nested<U, P>(users: &[U], posts: impl Fn(&U) -> &Vec<P>, comments: impl Fn(&P) -> usize) -> u64 {
    let posts = users.iter().flat_map(posts);
    (users.len() + posts.map(|post| 1 + comments(post)).sum::<usize>()) as u64
}

/// One database, as everybody makes it.
pub(crate) struct Nuages {
    db: Db,
}

impl Nuages {
    pub(crate) async fn connect(url: &str) -> Result<Self, Failure> {
        Ok(Self { db: Db::builder().url(url).pool_size(POOL).connect().await? })
    }
}

impl Way for Nuages {
    async fn load(&self, n: i64) -> Result<u64, Failure> {
        let users = query!(User.order_by(id)[..n]).run(&self.db).await?;
        Ok(sum(&black_box(users), |user| user.id))
    }

    async fn join(&self, n: i64) -> Result<u64, Failure> {
        let posts = query!(Post.select_related(user).order_by(id)[..n]).run(&self.db).await?;
        Ok(sum(&black_box(posts), |post| post.id))
    }

    async fn by_key(&self, ids: &[i64]) -> Result<u64, Failure> {
        let mut total = 0;
        for id in ids {
            total += black_box(query!(User(*id)).run(&self.db).await?).id.unsigned_abs();
        }
        Ok(total)
    }

    async fn held(&self, ids: &[i64]) -> Result<u64, Failure> {
        let client = self.db.client().await?;
        let mut total = 0;
        for id in ids {
            total += black_box(query!(User(*id)).run(&client).await?).id.unsigned_abs();
        }
        Ok(total)
    }

    async fn nested(&self, writers: i64) -> Result<u64, Failure> {
        let users = query!(User.filter(id.lte = writers).order_by(id).prefetch_related(posts.comments)).run(&self.db);
        Ok(nested(&black_box(users.await?), |user| &user.posts, |post| post.comments.len()))
    }

    async fn insert(&self, rows: &[NewUser]) -> Result<u64, Failure> {
        if let [row] = rows {
            let made = query!(Fresh.create(name = &row.name, hair_color = row.hair_color.as_deref()));
            black_box(made.run(&self.db).await?);
            return Ok(1);
        }
        let many = query!(
            Fresh.bulk_create(for row in rows => name = &row.name, hair_color = row.hair_color.as_deref()).no_returning()
        );
        Ok(many.run(&self.db).await?)
    }

    async fn update(&self, changes: &[(i64, String)]) -> Result<u64, Failure> {
        let many = query!(User.bulk_update(for (id, color) in changes => pk = *id, hair_color = color));
        Ok(many.run(&self.db).await?)
    }

    async fn stream(&self) -> Result<u64, Failure> {
        counted(query!(Event).stream(&self.db)).await
    }

    async fn stream_of(&self, n: i64) -> Result<u64, Failure> {
        counted(query!(Event.order_by(id)[..n]).stream(&self.db)).await
    }

    async fn tasks(&self, tasks: usize, each: i64) -> Result<u64, Failure> {
        by_tasks(&self.db, tasks, each).await
    }

    async fn dashboard(&self) -> Result<u64, Failure> {
        let (start, end) = days();
        let mut total = 0;
        let shelves = query!(
            OrderItem
                .filter(order.placed_at.gte = start, order.placed_at.lt = end)
                .exclude(order.status = "cancelled")
                .values(product.category.name)
                .annotate(revenue = Sum(quantity * unit_price), sold = Sum(quantity), orders = Count(order, distinct))
                .order_by(-revenue)[..8]
        );
        total += black_box(shelves.run(&self.db).await?).len() as u64;
        let trend = query!(
            Order
                .exclude(status = "cancelled")
                .annotate(month = TruncMonth(placed_at))
                .values(month)
                .annotate(orders = Count(), revenue = Sum(items.quantity * items.unit_price))
                .order_by(month)
        );
        total += black_box(trend.run(&self.db).await?).len() as u64;
        let top = query!(
            Product
                .annotate(
                    revenue = Sum(order_items.quantity * order_items.unit_price, default = 0),
                    rating = Avg(reviews.rating, filter = Q(reviews.is_approved = true)),
                    voices = Count(reviews)
                )
                .select_related(category)
                .order_by(-revenue)[..8]
        );
        total += black_box(top.run(&self.db).await?).iter().map(|product| product.id.unsigned_abs()).sum::<u64>();
        let low = query!(Product.filter(stock.lte = 5).select_related(category).order_by(stock, name)[..8]);
        total += black_box(low.run(&self.db).await?).iter().map(|product| product.id.unsigned_abs()).sum::<u64>();
        Ok(total)
    }

    fn columns(&self, n: u32) -> Option<Doing<'_>> {
        let db = &self.db;
        let doing: Doing<'_> = match n {
            1 => Box::pin(async move { Ok(sum(&black_box(query!(Narrow.order_by(id)).run(db).await?), |row| row.id)) }),
            20 => {
                Box::pin(async move { Ok(sum(&black_box(query!(Medium.order_by(id)).run(db).await?), |row| row.id)) })
            }
            200 => Box::pin(async move { Ok(sum(&black_box(query!(Wide.order_by(id)).run(db).await?), |row| row.id)) }),
            _ => return None,
        };
        Some(doing)
    }
}

/// A user whose text is borrowed from the answer.
#[expect(dead_code, reason = "it is read into, as by everybody")]
struct UserCard<'r> {
    id: i64,
    name: &'r str,
    hair_color: Option<&'r str>,
}

/// A post with its user.
#[expect(dead_code, reason = "it is read into, as by everybody")]
struct PostCard<'r> {
    id: i64,
    user_id: i64,
    title: &'r str,
    content: Option<&'r str>,
    writer: i64,
    name: &'r str,
    hair_color: Option<&'r str>,
}

/// An event.
#[expect(dead_code, reason = "it is read into, as by everybody")]
struct EventCard<'r> {
    id: i64,
    user_id: i64,
    kind: &'r str,
    payload: &'r str,
    weight: f64,
    at: DateTime<Utc>,
}

/// Nuages, where it has another way that may be faster: COPY for many rows, rows that borrow, one statement for rows and their
/// relations.
pub(crate) struct Other {
    db: Db,
}

impl Other {
    pub(crate) async fn connect(url: &str) -> Result<Self, Failure> {
        Ok(Self { db: Db::builder().url(url).pool_size(POOL).connect().await? })
    }

    async fn load(&self, n: i64) -> Result<u64, Failure> {
        let users = query!(User.order_by(id)[..n] as UserCard<'_>).run(&self.db).await?;
        let users = users.iter().collect::<Result<Vec<_>, _>>()?;
        Ok(sum(&black_box(users), |user| user.id))
    }

    async fn join(&self, n: i64) -> Result<u64, Failure> {
        let posts = query!(
            Post.order_by(id).values(
                id,
                user_id,
                title,
                content,
                writer = F(user.id),
                name = F(user.name),
                hair_color = F(user.hair_color)
            )[..n] as PostCard<'_>
        );
        let posts = posts.run(&self.db).await?;
        let posts = posts.iter().collect::<Result<Vec<_>, _>>()?;
        Ok(sum(&black_box(posts), |post| post.id))
    }

    async fn stream(&self) -> Result<u64, Failure> {
        let mut rows = query!(Event as EventCard<'_>).stream(&self.db);
        let mut total = 0;
        while let Some(event) = rows.try_next().await? {
            black_box(event.get()?);
            total += 1;
        }
        Ok(total)
    }

    async fn pipelined(&self, writers: i64) -> Result<u64, Failure> {
        let users = query!(User.filter(id.lte = writers).order_by(id).prefetch_related(posts.comments).pipelined());
        let users = users.run(&self.db).await?;
        Ok(nested(&black_box(users), |user| &user.posts, |post| post.comments.len()))
    }

    async fn copy(&self, rows: &[NewUser]) -> Result<u64, Failure> {
        let many = query!(
            Fresh.bulk_create(for row in rows => name = &row.name, hair_color = row.hair_color.as_deref()).copy()
        );
        Ok(many.run(&self.db).await?)
    }
}

impl Peer for Other {
    fn work<'p>(&'p self, work: &'p Work) -> Option<Doing<'p>> {
        match work {
            Work::Insert(rows) if rows.len() > 1 => Some(Box::pin(self.copy(rows))),
            Work::Load(n) if *n > 1 => Some(Box::pin(self.load(*n))),
            Work::Join(n) => Some(Box::pin(self.join(*n))),
            Work::Stream => Some(Box::pin(self.stream())),
            Work::Nested(writers) => Some(Box::pin(self.pipelined(*writers))),
            _ => None,
        }
    }
}

/// Nuages, where tasks that read share connections.
pub(crate) struct Sharing {
    db: Db,
}

impl Sharing {
    pub(crate) async fn connect(url: &str) -> Result<Self, Failure> {
        Ok(Self { db: Db::builder().url(url).pool_size(POOL - SHARED).shared_reads(SHARED).connect().await? })
    }
}

impl Peer for Sharing {
    fn work<'p>(&'p self, work: &'p Work) -> Option<Doing<'p>> {
        match work {
            Work::Tasks(tasks, each) => Some(Box::pin(by_tasks(&self.db, *tasks, *each))),
            _ => None,
        }
    }
}
