//! Rows at a real size, the same in every run.
//!
//! All of it goes through `bulk_create`: one statement with one array per column for each few thousand rows.

use crate::models::{OrderStatus, Status};
use indicatif::{ProgressBar, ProgressStyle};
use nuages::chrono::{DateTime, Days, TimeDelta, Utc};
use nuages::rust_decimal::Decimal;
use nuages::{Db, Error, query};

/// Rows of one statement.
const CHUNK: usize = 10_000;

/// How many rows of each model are made.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Categories, a tree of three levels.
    pub categories: usize,
    /// Tags.
    pub tags: usize,
    /// Products.
    pub products: usize,
    /// Users, each with one address.
    pub users: usize,
    /// Orders.
    pub orders: usize,
    /// Order items.
    pub items: usize,
    /// Reviews.
    pub reviews: usize,
}

impl Size {
    /// The size that goes with a number of orders: 100,000 of them have 20,000 users and 5,000 products.
    pub fn of_orders(orders: usize) -> Self {
        Self {
            categories: 200,
            tags: 200,
            products: (orders / 20).max(50),
            users: (orders / 5).max(20),
            orders,
            items: orders * 3,
            reviews: orders / 2,
        }
    }

    fn rows(&self) -> usize {
        let links = self.products * 2;
        self.categories + self.tags + self.products + links + self.users * 2 + self.orders + self.items + self.reviews
    }
}

/// The last moment that the data knows of.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default()
}

/// Fills an empty database.
///
/// # Errors
/// Those of the database.
pub async fn fill(db: &Db, size: Size) -> Result<(), Error> {
    let bar = ProgressBar::new(size.rows() as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg:<12} {wide_bar} {human_pos}/{human_len} rows  {elapsed}") {
        bar.set_style(style);
    }
    let mut dice = fastrand::Rng::with_seed(42);

    bar.set_message("categories");
    let shelves = categories(db, size.categories).await?;
    bar.inc(size.categories as u64);

    bar.set_message("tags");
    let names = (0..size.tags).map(|i| format!("{} {i}", pick(&ADJECTIVES, i)));
    let tags = query!(Tag.bulk_create(for name in names => name = name)).run(db).await?;
    bar.inc(size.tags as u64);

    bar.set_message("products");
    let products = products(db, size.products, &shelves, &mut dice).await?;
    bar.inc(size.products as u64);
    let links: Vec<(i64, i64)> = products
        .iter()
        .flat_map(|(product, _)| {
            let first = dice.usize(..tags.len());
            [(*product, tags[first].id), (*product, tags[(first + 7) % tags.len()].id)]
        })
        .collect();
    for links in links.chunks(CHUNK) {
        query!(ProductTag.bulk_create(for (product, tag) in links => product = *product, tag = *tag).no_returning())
            .run(db)
            .await?;
        bar.inc(links.len() as u64);
    }

    bar.set_message("users");
    let users = users(db, size.users, &bar).await?;

    bar.set_message("orders");
    orders(db, size, &users, &products, &mut dice, &bar).await?;

    bar.set_message("reviews");
    reviews(db, size, &users, &products, &mut dice, &bar).await?;
    bar.finish_with_message("filled");
    db.execute_script("ANALYZE").await
}

/// Ten shelves at the top, forty on them, the rest on those. Gives the ids of the last level.
async fn categories(db: &Db, count: usize) -> Result<Vec<i64>, Error> {
    let mut level: Vec<Option<i64>> = vec![None];
    let mut made = 0;
    for width in [10, 40, count.saturating_sub(50)] {
        let rows: Vec<(String, String, Option<i64>)> = (0..width)
            .map(|i| {
                let n = made + i;
                let name = format!("{} {}", pick(&ADJECTIVES, n), pick(&SHELVES, n / 3));
                (format!("{name} {n}"), format!("shelf-{n}"), level[i % level.len()])
            })
            .collect();
        made += width;
        let created = query!(
            Category.bulk_create(for (name, slug, parent) in &rows => name = name, slug = slug, parent = *parent)
        )
        .run(db)
        .await?;
        level = created.iter().map(|c| Some(c.id)).collect();
    }
    Ok(level.into_iter().flatten().collect())
}

async fn products(
    db: &Db,
    count: usize,
    shelves: &[i64],
    dice: &mut fastrand::Rng,
) -> Result<Vec<(i64, Decimal)>, Error> {
    let mut products = Vec::with_capacity(count);
    for start in (0..count).step_by(CHUNK) {
        let rows: Vec<_> = (start..count.min(start + CHUNK))
            .map(|n| {
                let name = format!("{} {} {n}", pick(&ADJECTIVES, n), pick(&THINGS, n / 7));
                let price = Decimal::new(dice.i64(199..49_999), 2);
                let status = match dice.u8(..20) {
                    0 => Status::Draft,
                    1 => Status::Archived,
                    _ => Status::Active,
                };
                (name, format!("product-{n}"), shelves[dice.usize(..shelves.len())], price, dice.i32(0..400), status)
            })
            .collect();
        let created = query!(Product.bulk_create(for (name, slug, category, price, stock, status) in &rows =>
            name = name, slug = slug, category = *category, price = *price, stock = *stock, status = *status
        ))
        .run(db)
        .await?;
        products.extend(created.iter().map(|p| (p.id, p.price)));
    }
    Ok(products)
}

async fn users(db: &Db, count: usize, bar: &ProgressBar) -> Result<Vec<(i64, i64)>, Error> {
    let mut users = Vec::with_capacity(count);
    for start in (0..count).step_by(CHUNK) {
        let rows: Vec<_> = (start..count.min(start + CHUNK))
            .map(|n| {
                let name = format!("{} {}", pick(&FIRST, n), pick(&LAST, n / 5));
                (format!("user{n}@example.com"), name)
            })
            .collect();
        let created =
            query!(User.bulk_create(for (email, name) in &rows => email = email, name = name)).run(db).await?;
        bar.inc(created.len() as u64);
        let addresses = query!(Address.bulk_create(for user in &created =>
            user = user,
            street = format!("{} Market Street", user.id % 300 + 1),
            city = pick(&CITIES, usize::try_from(user.id).unwrap_or_default()),
            country = "FR",
            is_default = true
        ))
        .run(db)
        .await?;
        bar.inc(addresses.len() as u64);
        users.extend(created.iter().zip(&addresses).map(|(user, address)| (user.id, address.id)));
    }
    Ok(users)
}

/// Orders of two years; a few customers buy far more than the others. Three items each.
async fn orders(
    db: &Db,
    size: Size,
    users: &[(i64, i64)],
    products: &[(i64, Decimal)],
    dice: &mut fastrand::Rng,
    bar: &ProgressBar,
) -> Result<(), Error> {
    let first_day = now().checked_sub_days(Days::new(730)).unwrap_or_default();
    for start in (0..size.orders).step_by(CHUNK) {
        let rows: Vec<_> = (start..size.orders.min(start + CHUNK))
            .map(|n| {
                // One order in a hundred is the wholesaler's.
                let (user, address) = users[if n % 100 == 0 { 0 } else { skewed(dice, users.len()) }];
                let placed = first_day + TimeDelta::seconds(dice.i64(0..730 * 86_400));
                let status = match dice.u8(..10) {
                    0 => OrderStatus::Cancelled,
                    1 => OrderStatus::Pending,
                    2 => OrderStatus::Paid,
                    3 => OrderStatus::Shipped,
                    _ => OrderStatus::Delivered,
                };
                // One in ten is fetched in the shop.
                (format!("O-{n:07}"), user, (dice.u8(..10) > 0).then_some(address), placed, status)
            })
            .collect();
        let created = query!(Order.bulk_create(for (number, user, address, placed_at, status) in &rows =>
            number = number, user = *user, address = *address, placed_at = *placed_at, status = *status
        ))
        .run(db)
        .await?;
        bar.inc(created.len() as u64);
        let items: Vec<_> = created
            .iter()
            .flat_map(|order| std::iter::repeat_n(order.id, 3))
            .map(|order| {
                let (product, price) = products[skewed(dice, products.len())];
                (order, product, dice.i32(1..5), price)
            })
            .collect();
        let created = query!(OrderItem.bulk_create(for (order, product, quantity, price) in &items =>
            order = *order, product = *product, quantity = *quantity, unit_price = *price
        ).no_returning())
        .run(db)
        .await?;
        bar.inc(created);
    }
    Ok(())
}

async fn reviews(
    db: &Db,
    size: Size,
    users: &[(i64, i64)],
    products: &[(i64, Decimal)],
    dice: &mut fastrand::Rng,
    bar: &ProgressBar,
) -> Result<(), Error> {
    for start in (0..size.reviews).step_by(CHUNK) {
        let rows: Vec<_> = (start..size.reviews.min(start + CHUNK))
            .map(|n| {
                // A user reviews a product once: the rounds over all users move on by a step of its own.
                let user = n % users.len();
                let product = (user * 31 + n / users.len() * 17) % products.len();
                (products[product].0, users[user].0, dice.i16(1..=5), dice.u8(..5) > 0)
            })
            .collect();
        let created = query!(Review.bulk_create(for (product, user, rating, approved) in &rows =>
            product = *product, user = *user, rating = *rating, is_approved = *approved
        ).no_returning())
        .run(db)
        .await?;
        bar.inc(created);
    }
    Ok(())
}

/// A position that is small more often than not.
fn skewed(dice: &mut fastrand::Rng, length: usize) -> usize {
    let (a, b, c) = (dice.usize(..length), dice.usize(..length), dice.usize(..length));
    a.min(b).min(c)
}

fn pick<'w>(words: &[&'w str], n: usize) -> &'w str {
    words[n % words.len()]
}

const ADJECTIVES: [&str; 11] =
    ["Quiet", "Bright", "Northern", "Little", "Solid", "Wild", "Gentle", "Amber", "Rapid", "Plain", "Grand"];
const SHELVES: [&str; 7] = ["Kitchen", "Garden", "Books", "Music", "Outdoor", "Office", "Toys"];
const THINGS: [&str; 13] = [
    "Kettle", "Lamp", "Chair", "Notebook", "Tent", "Guitar", "Puzzle", "Mug", "Scarf", "Clock", "Radio", "Basket",
    "Knife",
];
const FIRST: [&str; 8] = ["Ada", "Björn", "Chloé", "Dmitri", "Esra", "Farah", "Goran", "Hana"];
const LAST: [&str; 9] = ["Lovelace", "Ångström", "Dupont", "Ivanov", "Yılmaz", "Haddad", "Petrović", "Sato", "O'Neill"];
const CITIES: [&str; 6] = ["Paris", "Lyon", "Lille", "Nantes", "Nice", "Brest"];
