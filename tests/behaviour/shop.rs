//! A database for each test, and the rows in it.
//!
//! ```text
//! categories  1 Books, 2 Novels (in Books), 3 Short novels (in Novels), 4 Games
//! products    1 Atlas in Books 10.00 ×5 active, 2 Ballad in Novels 20.00 ×0 active, 3 Cubes in Games 30.00 ×7 active,
//!             4 Dice in Games 5.50 ×100 draft, 5 Epic in Novels 20.00 ×3 archived
//! tags        1 rust (Atlas, Dice), 2 sql (Atlas), 3 fun (Cubes, Dice), 4 lonely
//! users       1 Ada, 2 Bob (brought by Ada), 3 Cyd (brought by Bob, inactive)
//! addresses   1 and 2 Ada's, 3 Bob's
//! reviews     1 Ada of Atlas 5, 2 Bob of Atlas 3, 3 Ada of Cubes 4; the second is not approved
//! orders      1 Ada's to address 1 with Atlas ×2 and Cubes ×1, 2 Ada's without address and items,
//!             3 Bob's to address 3 with Atlas ×1, which is under way
//! ```

use nuages::chrono::{DateTime, Utc};
use nuages::rust_decimal::Decimal;
use nuages::{Db, Error, query};
use nuages_devdb::Database;
use nuages_tests::models::{self, OrderStatus, Status};
use tokio::runtime::Handle;

/// A database with the rows, and a pool of four connections to it.
pub(crate) async fn shop() -> (Database, Db) {
    let handle = Handle::current();
    let database = tokio::task::spawn_blocking(move || {
        // Another schema or another compiler is another build, and that has a program of another name or age.
        let program = std::env::current_exe().and_then(|path| path.metadata()?.modified()).unwrap();
        let key = format!("behaviour {program:?}");
        nuages_devdb::shared_from_template(&key, |url| handle.block_on(fill(url)))
    });
    let database = database.await.unwrap().expect("a server for tests");
    let db = crate::pooler::way(&database).pool_size(4).connect().await.unwrap();
    (database, db)
}

/// A plain connection of the driver to a database.
pub(crate) async fn plain(database: &Database) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(&database.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// What one statement without parameters counts, asked without Nuages.
pub(crate) async fn number(db: &Db, sql: &str) -> i64 {
    db.client().await.unwrap().query_one(sql, &[]).await.expect(sql).get(0)
}

/// `"9.90"` as a price.
pub(crate) fn price(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// An hour of a day in May 2024.
pub(crate) fn may(day: u32, hour: u32) -> DateTime<Utc> {
    format!("2024-05-{day:02}T{hour:02}:00:00Z").parse().unwrap()
}

async fn fill(url: &str) -> Result<(), Error> {
    let db = &Db::connect(url).await?;
    models::create_all(db).await?;
    let shelves = [("Books", None), ("Novels", Some(1)), ("Short novels", Some(2)), ("Games", None)];
    query!(Category.bulk_create(for (name, parent) in shelves => name = name, slug = slug(name), parent = parent))
        .run(db)
        .await?;
    let products = [
        ("Atlas", 1, "10.00", 5, Status::Active),
        ("Ballad", 2, "20.00", 0, Status::Active),
        ("Cubes", 4, "30.00", 7, Status::Active),
        ("Dice", 4, "5.50", 100, Status::Draft),
        ("Epic", 2, "20.00", 3, Status::Archived),
    ];
    query!(Product.bulk_create(for (name, shelf, cost, stock, status) in products =>
        name = name, slug = slug(name), category = shelf, price = price(cost), stock = stock, status = status))
    .run(db)
    .await?;
    query!(Tag.bulk_create(for name in ["rust", "sql", "fun", "lonely"] => name = name)).run(db).await?;
    query!(ProductTag.bulk_create(for (product, tag) in [(1, 1), (1, 2), (3, 3), (4, 3), (4, 1)] =>
        product = product, tag = tag))
    .run(db)
    .await?;
    let users = [("Ada", None, true), ("Bob", Some(1), true), ("Cyd", Some(2), false)];
    query!(User.bulk_create(for (name, by, active) in users =>
        name = name, email = format!("{}@example.org", slug(name)), referred_by = by, is_active = active))
    .run(db)
    .await?;
    query!(Address.bulk_create(for (user, city, default) in [(1, "Paris", true), (1, "Lyon", false), (2, "Brest", true)] =>
        user = user, street = "1, rue de la Paix", city = city, country = "FR", is_default = default))
    .run(db)
    .await?;
    query!(Review.bulk_create(for (product, user, rating, approved, day) in
        [(1, 1, 5, true, 1), (1, 2, 3, false, 2), (3, 1, 4, true, 3)] =>
        product = product, user = user, rating = rating, is_approved = approved, created_at = may(day, 12)))
    .run(db)
    .await?;
    let orders = [
        ("A-1", 1, Some(1), OrderStatus::Paid, 1),
        ("A-2", 1, None, OrderStatus::Pending, 2),
        ("B-1", 2, Some(3), OrderStatus::Shipped, 3),
    ];
    query!(Order.bulk_create(for (number, user, address, status, day) in orders =>
        number = number, user = user, address = address, status = status, placed_at = may(day, 9)))
    .run(db)
    .await?;
    query!(OrderItem.bulk_create(for (order, product, quantity, cost) in
        [(1, 1, 2, "10.00"), (1, 3, 1, "30.00"), (3, 1, 1, "9.00")] =>
        order = order, product = product, quantity = quantity, unit_price = price(cost)))
    .run(db)
    .await?;
    query!(Shipment.create(order = 3, carrier = "Pigeon", shipped_at = may(4, 8))).run(db).await?;
    db.execute_script("ANALYZE").await
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}
