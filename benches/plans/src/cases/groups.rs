//! Groups.

use super::{Case, add, moment};

pub(super) fn cases(all: &mut Vec<Case>) {
    let (start, end) = (moment("2025-10-02T00:00:00Z"), moment("2026-01-01T00:00:00Z"));
    add!(
        all,
        "grouped revenue",
        {
            OrderItem
                .filter(order.placed_at.gte = start, order.placed_at.lt = end)
                .exclude(order.status = "cancelled")
                .values(product.category.name)
                .annotate(revenue = Sum(quantity * unit_price), sold = Sum(quantity), orders = Count(order, distinct))
                .order_by(-revenue)[..8]
        },
        [["'2025-10-02T00:00:00Z'", "'2026-01-01T00:00:00Z'"]],
        "SELECT c.name, sum(i.quantity * i.unit_price) AS revenue, sum(i.quantity) AS sold, count(DISTINCT i.order_id) AS orders \
         FROM sales_order_item i JOIN sales_order o ON o.id = i.order_id JOIN catalog_product p ON p.id = i.product_id \
         JOIN catalog_category c ON c.id = p.category_id \
         WHERE o.placed_at >= $1 AND o.placed_at < $2 AND o.status <> 'cancelled' GROUP BY c.name ORDER BY revenue DESC, c.name DESC LIMIT 8"
    );
    add!(
        all,
        "months",
        {
            Order
                .exclude(status = "cancelled")
                .filter(placed_at.year = 2025)
                .annotate(month = TruncMonth(placed_at))
                .values(month)
                .annotate(orders = Count(), revenue = Sum(items.quantity * items.unit_price))
                .order_by(month)
        },
        [],
        "SELECT date_trunc('month', o.placed_at, 'UTC') AS month, count(*) AS orders, sum(o.revenue) \
         FROM (SELECT o.id, o.placed_at, sum(i.quantity * i.unit_price) AS revenue FROM sales_order o LEFT JOIN sales_order_item i ON i.order_id = o.id \
         WHERE o.placed_at >= '2025-01-01T00:00:00Z' AND o.placed_at < '2026-01-01T00:00:00Z' AND o.status <> 'cancelled' GROUP BY o.id) o \
         GROUP BY 1 ORDER BY 1"
    );
    add!(
        all,
        "numbers of a column",
        { Order.values(status).annotate(n = Count()).order_by(status) },
        [],
        "SELECT status, count(*) FROM sales_order GROUP BY status ORDER BY status"
    );
    add!(
        all,
        "groups over two relations",
        {
            Product
                .values(category)
                .annotate(sold = Sum(order_items.quantity), rating = Avg(reviews.rating))
                .order_by(category)
        },
        [],
        "SELECT s.category_id, s.sold, r.rating FROM \
         (SELECT p.category_id, sum(i.quantity) AS sold FROM catalog_product p LEFT JOIN sales_order_item i ON i.product_id = p.id GROUP BY p.category_id) s \
         JOIN (SELECT p.category_id, avg(r.rating)::float8 AS rating FROM catalog_product p LEFT JOIN catalog_review r ON r.product_id = p.id GROUP BY p.category_id) r \
         ON r.category_id = s.category_id ORDER BY s.category_id"
    );
    add!(
        all,
        "groups with a count and a relation",
        { Product.values(category).annotate(n = Count(), sold = Sum(order_items.quantity)).order_by(category) },
        [],
        "SELECT p.category_id, count(*), sum(i.sold) FROM catalog_product p LEFT JOIN (SELECT product_id, sum(quantity) AS sold FROM sales_order_item GROUP BY product_id) i ON i.product_id = p.id \
         GROUP BY p.category_id ORDER BY p.category_id"
    );
    add!(
        all,
        "groups by a nullable column over two relations",
        {
            Product
                .values(released_on)
                .annotate(sold = Sum(order_items.quantity), n = Count(reviews))
                .order_by(released_on)
        },
        [],
        "SELECT p.released_on, sum(i.sold), coalesce(sum(r.n), 0) FROM catalog_product p \
         LEFT JOIN (SELECT product_id, sum(quantity) AS sold FROM sales_order_item GROUP BY product_id) i ON i.product_id = p.id \
         LEFT JOIN (SELECT product_id, count(*) AS n FROM catalog_review GROUP BY product_id) r ON r.product_id = p.id \
         GROUP BY p.released_on ORDER BY p.released_on"
    );
    add!(
        all,
        "groups by a to-many value",
        { Product.values(tags.name).annotate(n = Count()).order_by(tags.name) },
        [],
        "SELECT t.name, count(*) FROM catalog_product p LEFT JOIN catalog_product_tags l ON l.product_id = p.id LEFT JOIN catalog_tag t ON t.id = l.tag_id GROUP BY t.name ORDER BY t.name"
    );
    add!(
        all,
        "groups by a to-many value over another relation",
        { Product.values(tags.name).annotate(sold = Sum(order_items.quantity)).order_by(tags.name) },
        [],
        "SELECT t.name, sum(i.sold) FROM catalog_product p LEFT JOIN catalog_product_tags l ON l.product_id = p.id LEFT JOIN catalog_tag t ON t.id = l.tag_id \
         LEFT JOIN (SELECT product_id, sum(quantity) AS sold FROM sales_order_item GROUP BY product_id) i ON i.product_id = p.id GROUP BY t.name ORDER BY t.name"
    );
    add!(
        all,
        "a condition on groups",
        { Order.values(user).annotate(n = Count()).filter(n.gt = 30).order_by(-n) },
        [],
        "SELECT user_id, count(*) AS n FROM sales_order GROUP BY user_id HAVING count(*) > 30 ORDER BY n DESC"
    );
    add!(
        all,
        "groups by a related name",
        { Order.values(user.email).annotate(n = Count()).order_by(-n)[..10] },
        [],
        "SELECT u.email, count(*) AS n FROM sales_order o JOIN accounts_user u ON u.id = o.user_id GROUP BY u.email ORDER BY n DESC, u.email DESC LIMIT 10"
    );
    add!(
        all,
        "how many groups",
        { Order.values(user).annotate(n = Count()).count() },
        [],
        "SELECT count(*) FROM (SELECT 1 FROM sales_order GROUP BY user_id) t"
    );
}
