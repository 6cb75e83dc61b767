//! The rows that are read.
//!
//! In: an empty database with the tables. Out: the same rows each time.

use crate::Failure;
use nuages::Db;

/// How many users there are.
pub(crate) const USERS: i64 = 10_000;
/// Users of whom each has ten posts, of which each has ten comments.
pub(crate) const WRITERS: i64 = 100;

/// Everything is computed from row numbers: no rows travel.
const ROWS: &str = "
INSERT INTO users (name, hair_color)
    SELECT 'User number ' || i, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 'black' ELSE 'chestnut' END
    FROM generate_series(1, 10000) AS i;
INSERT INTO posts (user_id, title, content)
    SELECT u, 'Post ' || p || ' of ' || u, CASE WHEN p % 4 > 0 THEN repeat('words ', 20) END
    FROM generate_series(1, 100) AS u, generate_series(1, 10) AS p;
INSERT INTO posts (user_id, title, content)
    SELECT u, 'The only post of ' || u, CASE WHEN u % 4 > 0 THEN repeat('words ', 20) END
    FROM generate_series(101, 10000) AS u;
INSERT INTO comments (post_id, text)
    SELECT p, 'Comment ' || c || ' on ' || p
    FROM generate_series(1, 1000) AS p, generate_series(1, 10) AS c;
INSERT INTO events (user_id, kind, payload, weight, at)
    SELECT i % 10000 + 1, 'kind ' || i % 7, repeat('x', (i % 90 + 10)::int), i / 3.0,
        timestamptz '2025-01-01' + i * interval '1 minute'
    FROM generate_series(1, 200000) AS i;
INSERT INTO categories (name) SELECT 'Category ' || i FROM generate_series(1, 20) AS i;
INSERT INTO products (name, category_id, price, stock)
    SELECT 'Product ' || i, i % 20 + 1, (i % 500 + 100) / 10.0, i % 200
    FROM generate_series(1, 1000) AS i;
INSERT INTO orders (status, placed_at)
    SELECT CASE WHEN i % 10 = 0 THEN 'cancelled' ELSE 'paid' END,
        timestamptz '2025-01-01' + i * interval '26 minutes'
    FROM generate_series(1, 20000) AS i;
INSERT INTO order_items (order_id, product_id, quantity, unit_price)
    SELECT o, (o * 7 + n * 131) % 1000 + 1, n, ((o * 7 + n * 131) % 500 + 100) / 10.0
    FROM generate_series(1, 20000) AS o, generate_series(1, 3) AS n;
INSERT INTO reviews (product_id, rating, is_approved)
    SELECT i % 1000 + 1, i % 5 + 1, i % 4 > 0 FROM generate_series(1, 10000) AS i;
ANALYZE;
CHECKPOINT;
";

/// Fills the tables.
pub(crate) async fn fill(db: &Db) -> Result<(), Failure> {
    Ok(db.execute_script(ROWS).await?)
}
