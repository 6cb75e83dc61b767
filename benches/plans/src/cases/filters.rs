//! Conditions: over relations, negated, on dates and texts.

use super::{Case, add, moment, product};
use nuages::chrono::NaiveDate;

pub(super) fn cases(all: &mut Vec<Case>) {
    let id = 77_i64;
    add!(
        all,
        "semi-join",
        { Order.filter(items.quantity.gte = 4).values_list(id, flat).order_by() },
        [],
        "SELECT o.id FROM sales_order o WHERE EXISTS (SELECT 1 FROM sales_order_item i WHERE i.order_id = o.id AND i.quantity >= 4)"
    );
    add!(
        all,
        "selective semi-join",
        { Order.filter(items.product = id).order_by() },
        [["77"]],
        format!(
            "SELECT {} FROM sales_order o WHERE o.id IN (SELECT i.order_id FROM sales_order_item i WHERE i.product_id = $1)",
            super::order("o")
        )
    );
    let slug = "shelf-60";
    add!(
        all,
        "semi-join over four tables",
        { User.filter(orders.items.product.category.slug = slug).values_list(id, flat).order_by() },
        [["'shelf-60'"]],
        "SELECT u.id FROM accounts_user u WHERE u.id IN (SELECT o.user_id FROM sales_order o JOIN sales_order_item i ON i.order_id = o.id \
         JOIN catalog_product p ON p.id = i.product_id JOIN catalog_category c ON c.id = p.category_id WHERE c.slug = $1)"
    );
    add!(
        all,
        "many-to-many",
        { Product.filter(tags.name = "Bright 1").order_by() },
        [],
        format!(
            "SELECT {} FROM catalog_product p WHERE p.id IN (SELECT l.product_id FROM catalog_product_tags l JOIN catalog_tag t ON t.id = l.tag_id WHERE t.name = 'Bright 1')",
            product("p")
        )
    );
    add!(
        all,
        "two conditions on one row",
        { Product.filter(reviews.rating = 1, reviews.is_approved = false).values_list(id, flat) },
        [],
        "SELECT p.id FROM catalog_product p WHERE EXISTS (SELECT 1 FROM catalog_review r WHERE r.product_id = p.id AND r.rating = 1 AND NOT r.is_approved)"
    );
    add!(
        all,
        "conditions on any two rows",
        { Product.filter(reviews.rating = 1).filter(reviews.rating = 5).values_list(id, flat) },
        [],
        "SELECT p.id FROM catalog_product p WHERE EXISTS (SELECT 1 FROM catalog_review r WHERE r.product_id = p.id AND r.rating = 1) \
         AND EXISTS (SELECT 1 FROM catalog_review r WHERE r.product_id = p.id AND r.rating = 5)"
    );
    add!(
        all,
        "anti-join",
        { User.filter(orders.isnull = true).values_list(id, flat).order_by() },
        [],
        "SELECT u.id FROM accounts_user u WHERE NOT EXISTS (SELECT 1 FROM sales_order o WHERE o.user_id = u.id)"
    );
    add!(
        all,
        "exclude over a relation",
        { Order.exclude(items.quantity.gte = 3).values_list(id, flat).order_by() },
        [],
        "SELECT o.id FROM sales_order o WHERE NOT EXISTS (SELECT 1 FROM sales_order_item i WHERE i.order_id = o.id AND i.quantity >= 3)"
    );
    add!(
        all,
        "exclude over two relations",
        { User.exclude(orders.items.product = id).values_list(id, flat).order_by() },
        [["77"]],
        "SELECT u.id FROM accounts_user u WHERE NOT EXISTS (SELECT 1 FROM sales_order o JOIN sales_order_item i ON i.order_id = o.id WHERE o.user_id = u.id AND i.product_id = $1)"
    );
    add!(
        all,
        "exclude over a nullable relation",
        { Order.exclude(address.city = "Paris").values_list(id, flat).order_by() },
        [],
        "SELECT o.id FROM sales_order o LEFT JOIN accounts_address a ON a.id = o.address_id WHERE a.city IS DISTINCT FROM 'Paris'"
    );
    add!(all, "exclude among a subquery", { Product.exclude(id.in = OrderItem.filter(quantity = 4, order.status = "cancelled").values(product)).values_list(id, flat) }, [],
        "SELECT p.id FROM catalog_product p WHERE NOT EXISTS (SELECT 1 FROM sales_order_item i JOIN sales_order o ON o.id = i.order_id \
         WHERE i.product_id = p.id AND i.quantity = 4 AND o.status = 'cancelled')");
    add!(all, "among a subquery", { Product.filter(id.in = OrderItem.filter(order.user = id).values(product)).values_list(id, flat) }, [["77"]],
        "SELECT p.id FROM catalog_product p WHERE p.id IN (SELECT i.product_id FROM sales_order_item i JOIN sales_order o ON o.id = i.order_id WHERE o.user_id = $1)");
    add!(
        all,
        "either of two worlds",
        { Product.filter(Q(stock.lt = 5) | Q(reviews.rating = 1)).values_list(id, flat) },
        [],
        "SELECT p.id FROM catalog_product p WHERE p.stock < 5 OR EXISTS (SELECT 1 FROM catalog_review r WHERE r.product_id = p.id AND r.rating = 1)"
    );
    add!(
        all,
        "either of two relations",
        { Product.filter(Q(order_items.quantity = 4) | Q(reviews.rating = 1)).values_list(id, flat) },
        [],
        "SELECT p.id FROM catalog_product p WHERE EXISTS (SELECT 1 FROM sales_order_item i WHERE i.product_id = p.id AND i.quantity = 4) \
         OR EXISTS (SELECT 1 FROM catalog_review r WHERE r.product_id = p.id AND r.rating = 1)"
    );
    let ids: Vec<i64> = (1..=300).map(|n| n * 7).collect();
    add!(all, "a list of keys", { Order.filter(id.in = ids).values_list(id, number).order_by() },
        [["(SELECT array_agg((n * 7)::bigint) FROM generate_series(1, 300) n)"]],
        "SELECT o.id, o.number FROM sales_order o WHERE o.id = ANY($1)");
    let day = NaiveDate::from_ymd_opt(2025, 6, 1).unwrap_or_default();
    add!(
        all,
        "a day",
        { Order.filter(placed_at.date = day).values_list(id, flat).order_by() },
        [["'2025-06-01'::date"]],
        "SELECT o.id FROM sales_order o WHERE o.placed_at >= ($1::date)::timestamp AT TIME ZONE 'UTC' AND o.placed_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'"
    );
    add!(
        all,
        "a year",
        { Order.filter(placed_at.year = 2025).values_list(id, flat).order_by() },
        [],
        "SELECT o.id FROM sales_order o WHERE o.placed_at >= '2025-01-01T00:00:00Z' AND o.placed_at < '2026-01-01T00:00:00Z'"
    );
    add!(
        all,
        "a range",
        {
            Order
                .filter(placed_at.range = (moment("2025-06-01T00:00:00Z"), moment("2025-06-08T00:00:00Z")))
                .values_list(id, flat)
                .order_by()
        },
        [["'2025-06-01T00:00:00Z'", "'2025-06-08T00:00:00Z'"]],
        "SELECT o.id FROM sales_order o WHERE o.placed_at BETWEEN $1 AND $2"
    );
    let email = "USER77@example.com";
    add!(
        all,
        "whatever the case",
        { User.filter(email.iexact = email).values_list(id, flat).order_by() },
        [["'USER77@example.com'"]],
        "SELECT u.id FROM accounts_user u WHERE lower(u.email) = lower($1)"
    );
    add!(
        all,
        "part of a text",
        { Product.filter(name.icontains = "lamp").values_list(id, flat) },
        [],
        "SELECT p.id FROM catalog_product p WHERE p.name ILIKE '%lamp%'"
    );
    add!(
        all,
        "exists",
        { User.filter(Exists(Review.filter(user = OuterRef(id), rating = 5))).values_list(id, flat).order_by() },
        [],
        "SELECT u.id FROM accounts_user u WHERE EXISTS (SELECT 1 FROM catalog_review r WHERE r.user_id = u.id AND r.rating = 5)"
    );
    add!(
        all,
        "not exists",
        { User.filter(!Exists(reviews.filter(rating = 5))).values_list(id, flat).order_by() },
        [],
        "SELECT u.id FROM accounts_user u WHERE NOT EXISTS (SELECT 1 FROM catalog_review r WHERE r.user_id = u.id AND r.rating = 5)"
    );
    add!(
        all,
        "one-to-one that is missing",
        { Order.filter(shipment.isnull = true).values_list(id, flat).order_by() },
        [],
        "SELECT o.id FROM sales_order o WHERE NOT EXISTS (SELECT 1 FROM sales_shipment s WHERE s.order_id = o.id)"
    );
    add!(
        all,
        "a column of a one-to-one",
        { Order.filter(shipment.carrier = "carrier 3").values_list(id, flat).order_by() },
        [],
        "SELECT o.id FROM sales_order o JOIN sales_shipment s ON s.order_id = o.id WHERE s.carrier = 'carrier 3'"
    );
    add!(
        all,
        "to-one of to-one",
        { OrderItem.filter(order.user.email = email).values_list(id, flat).order_by() },
        [["'user77@example.com'"]],
        "SELECT i.id FROM sales_order_item i JOIN sales_order o ON o.id = i.order_id JOIN accounts_user u ON u.id = o.user_id WHERE u.email = $1"
    );
}
