//! The statements of those who write SQL, as an expert would write them.

pub(crate) const LOAD: &str = "SELECT id, name, hair_color FROM users ORDER BY id LIMIT $1";
pub(crate) const JOIN: &str = "SELECT p.id, p.user_id, p.title, p.content, u.id, u.name, u.hair_color \
     FROM posts p JOIN users u ON u.id = p.user_id ORDER BY p.id LIMIT $1";
/// The same with a name for each column.
pub(crate) const JOIN_NAMED: &str = "SELECT p.id, p.user_id, p.title, p.content, u.name AS user_name, u.hair_color AS user_hair_color \
     FROM posts p JOIN users u ON u.id = p.user_id ORDER BY p.id LIMIT $1";
pub(crate) const BY_KEY: &str = "SELECT id, name, hair_color FROM users WHERE id = $1";
pub(crate) const WRITERS: &str = "SELECT id, name, hair_color FROM users WHERE id <= $1 ORDER BY id";
pub(crate) const POSTS_OF: &str = "SELECT id, user_id, title, content FROM posts WHERE user_id = ANY($1)";
pub(crate) const COMMENTS_OF: &str = "SELECT id, post_id, text FROM comments WHERE post_id = ANY($1)";
pub(crate) const INSERT_ONE: &str =
    "INSERT INTO fresh (name, hair_color) VALUES ($1, $2) RETURNING id, name, hair_color";
pub(crate) const INSERT: &str = "INSERT INTO fresh (name, hair_color) SELECT * FROM UNNEST($1::text[], $2::text[])";
pub(crate) const UPDATE: &str = "UPDATE users SET hair_color = v.color \
     FROM UNNEST($1::bigint[], $2::text[]) AS v(id, color) WHERE users.id = v.id";
pub(crate) const STREAM: &str = "SELECT id, user_id, kind, payload, weight, at FROM events";
/// So many of them.
pub(crate) const STREAM_OF: &str = "SELECT id, user_id, kind, payload, weight, at FROM events ORDER BY id LIMIT $1";

/// Revenue of the shelves in 90 days.
pub(crate) const REVENUE: &str = "SELECT c.name, sum(i.quantity * i.unit_price) AS revenue, sum(i.quantity) AS sold, \
     count(DISTINCT i.order_id) AS orders \
     FROM order_items i JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id \
     JOIN categories c ON c.id = p.category_id \
     WHERE o.placed_at >= $1 AND o.placed_at < $2 AND NOT (o.status = 'cancelled') \
     GROUP BY c.name ORDER BY revenue DESC, c.name DESC LIMIT 8";
/// Orders and revenue of each month.
pub(crate) const TREND: &str = "SELECT date_trunc('month', o.placed_at, 'UTC') AS month, count(DISTINCT o.id) AS orders, \
     sum(i.quantity * i.unit_price) AS revenue \
     FROM orders o LEFT JOIN order_items i ON i.order_id = o.id \
     WHERE NOT (o.status = 'cancelled') GROUP BY month ORDER BY month";
/// The products that earned most, with what people think of them.
pub(crate) const TOP: &str = "SELECT p.id, p.name, c.name AS category, coalesce(s.revenue, 0) AS revenue, r.rating, \
     coalesce(r.voices, 0) AS voices \
     FROM products p JOIN categories c ON c.id = p.category_id \
     LEFT JOIN (SELECT product_id, sum(quantity * unit_price) AS revenue FROM order_items GROUP BY product_id) s \
       ON s.product_id = p.id \
     LEFT JOIN (SELECT product_id, avg(rating) FILTER (WHERE is_approved)::float8 AS rating, count(*) AS voices \
       FROM reviews GROUP BY product_id) r ON r.product_id = p.id \
     ORDER BY revenue DESC, p.id DESC LIMIT 8";
/// What there is little of.
pub(crate) const LOW: &str = "SELECT p.id, p.name, c.name AS category, p.stock \
     FROM products p JOIN categories c ON c.id = p.category_id \
     WHERE p.stock <= $1 ORDER BY p.stock, p.name, p.id LIMIT 8";
