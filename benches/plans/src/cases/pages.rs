//! Pages, cursors, endings.

use super::{Case, add, category, moment, order, product};

pub(super) fn cases(all: &mut Vec<Case>) {
    let id = 77_i64;
    add!(
        all,
        "first page",
        { Order.order_by(-placed_at)[..20] },
        [],
        format!("SELECT {} FROM sales_order o ORDER BY o.placed_at DESC, o.id DESC LIMIT 20", order("o"))
    );
    add!(
        all,
        "a page far behind",
        { Order.order_by(-placed_at)[50_000..50_020] },
        [],
        format!("SELECT {} FROM sales_order o ORDER BY o.placed_at DESC, o.id DESC LIMIT 20 OFFSET 50000", order("o"))
    );
    let (at, last) = (moment("2025-01-01T12:00:00Z"), 50_000_i64);
    add!(
        all,
        "keyset",
        { Order.order_by(-placed_at, -id).after((at, last)).values_list(id, placed_at)[..20] },
        [["'2025-01-01T12:00:00Z'", "50000"]],
        "SELECT o.id, o.placed_at FROM sales_order o WHERE (o.placed_at, o.id) < ($1, $2) ORDER BY o.placed_at DESC, o.id DESC LIMIT 20"
    );
    add!(
        all,
        "keyset backwards",
        { Order.order_by(-placed_at, -id).before((at, last)).values_list(id, placed_at)[..20] },
        [["'2025-01-01T12:00:00Z'", "50000"]],
        "SELECT id, placed_at FROM (SELECT o.id, o.placed_at FROM sales_order o WHERE (o.placed_at, o.id) > ($1, $2) ORDER BY o.placed_at, o.id LIMIT 20) t ORDER BY placed_at DESC, id DESC"
    );
    add!(
        all,
        "keyset, mixed directions",
        { Order.order_by(-placed_at, id).after((at, last)).values_list(id, placed_at)[..20] },
        [["'2025-01-01T12:00:00Z'", "50000"]],
        "SELECT o.id, o.placed_at FROM sales_order o WHERE o.placed_at <= $1 AND (o.placed_at < $1 OR o.id > $2) ORDER BY o.placed_at DESC, o.id LIMIT 20"
    );
    add!(
        all,
        "keyset of a customer",
        { Order.filter(user = id).order_by(-placed_at, -id).after((at, last)).values_list(id, placed_at)[..5] },
        [["77", "'2025-01-01T12:00:00Z'", "50000"]],
        "SELECT o.id, o.placed_at FROM sales_order o WHERE o.user_id = $1 AND (o.placed_at, o.id) < ($2, $3) ORDER BY o.placed_at DESC, o.id DESC LIMIT 5"
    );
    let day = nuages::chrono::NaiveDate::from_ymd_opt(1990, 1, 1);
    add!(
        all,
        "keyset of a nullable column",
        { User.order_by(birth_date, id).after((day, id)).values_list(id, birth_date)[..20] },
        [["'1990-01-01'", "77"]],
        "SELECT u.id, u.birth_date FROM accounts_user u WHERE (u.birth_date >= $1 OR u.birth_date IS NULL) AND (u.birth_date > $1 OR u.birth_date IS NULL OR u.id > $2) ORDER BY u.birth_date, u.id LIMIT 20"
    );
    add!(
        all,
        "page with count",
        { Product.filter(category = id).order_by(name).page(1, 10) },
        [["77", "10", "0"]],
        format!(
            "SELECT {} FROM catalog_product p WHERE p.category_id = $1 ORDER BY p.name, p.id LIMIT $2 OFFSET $3",
            product("p")
        ),
        "SELECT count(*) FROM catalog_product p WHERE p.category_id = $1"
    );
    add!(
        all,
        "page with count, numbers and relations",
        {
            Product
                .filter(status = "active", stock.gt = 0)
                .select_related(category)
                .annotate(rating = Avg(reviews.rating))
                .order_by(price)
                .page(1, 5)
        },
        [["5", "0"]],
        format!(
            "SELECT {}, {}, (SELECT avg(r.rating)::float8 FROM catalog_review r WHERE r.product_id = p.id) \
         FROM (SELECT * FROM catalog_product p WHERE p.status = 'active' AND p.stock > 0 ORDER BY p.price, p.id LIMIT $1 OFFSET $2) p \
         JOIN catalog_category c ON c.id = p.category_id ORDER BY p.price, p.id",
            product("p"),
            category("c")
        ),
        "SELECT count(*) FROM catalog_product p WHERE p.status = 'active' AND p.stock > 0"
    );
    add!(
        all,
        "first",
        { Order.filter(status = "paid").first() },
        [],
        format!(
            "SELECT {} FROM sales_order o WHERE o.status = 'paid' ORDER BY o.placed_at DESC, o.id DESC LIMIT 1",
            order("o")
        )
    );
    add!(
        all,
        "last",
        { Order.filter(user = id).last() },
        [["77"]],
        format!("SELECT {} FROM sales_order o WHERE o.user_id = $1 ORDER BY o.placed_at, o.id LIMIT 1", order("o"))
    );
    add!(
        all,
        "latest",
        { Order.filter(user = id).latest(placed_at) },
        [["77"]],
        format!(
            "SELECT {} FROM sales_order o WHERE o.user_id = $1 ORDER BY o.placed_at DESC, o.id DESC LIMIT 1",
            order("o")
        )
    );
    add!(
        all,
        "by key",
        { Product.get(pk = id) },
        [["77"]],
        format!("SELECT {} FROM catalog_product p WHERE p.id = $1", product("p"))
    );
    add!(
        all,
        "whether there is a row",
        { Order.filter(items.product = id).exists() },
        [["77"]],
        "SELECT EXISTS (SELECT 1 FROM sales_order_item i WHERE i.product_id = $1)"
    );
    add!(
        all,
        "whether an ordered chain has a row",
        { Order.filter(status = "cancelled").order_by(-placed_at).exists() },
        [],
        "SELECT EXISTS (SELECT 1 FROM sales_order WHERE status = 'cancelled')"
    );
    add!(
        all,
        "a count over a relation",
        { Order.filter(items.product = id).count() },
        [["77"]],
        "SELECT count(*) FROM sales_order o WHERE EXISTS (SELECT 1 FROM sales_order_item i WHERE i.order_id = o.id AND i.product_id = $1)"
    );
    add!(
        all,
        "a count without what is selected",
        { Order.select_related(user, address).order_by(user.email).count() },
        [],
        "SELECT count(*) FROM sales_order"
    );
    add!(
        all,
        "a count by a related row",
        { OrderItem.filter(order.user = id).count() },
        [["77"]],
        "SELECT count(*) FROM sales_order_item i JOIN sales_order o ON o.id = i.order_id WHERE o.user_id = $1"
    );
    add!(
        all,
        "contains",
        { Order.filter(status = "paid").contains(id) },
        [["77"]],
        "SELECT EXISTS (SELECT 1 FROM sales_order WHERE status = 'paid' AND id = $1)"
    );
    let ids: Vec<i64> = (1..=300).map(|n| n * 7).collect();
    add!(
        all,
        "in_bulk",
        { Product.in_bulk(ids) },
        [["(SELECT array_agg((n * 7)::bigint) FROM generate_series(1, 300) n)"]],
        format!("SELECT {} FROM catalog_product p WHERE p.id = ANY($1)", product("p"))
    );
    let slugs: Vec<String> = (1..=300).map(|n| format!("product-{}", n * 7)).collect();
    add!(
        all,
        "in_bulk by a unique field",
        { Product.in_bulk(slugs, slug) },
        [["(SELECT array_agg('product-' || n * 7) FROM generate_series(1, 300) n)"]],
        format!("SELECT {} FROM catalog_product p WHERE p.slug = ANY($1)", product("p"))
    );
    add!(
        all,
        "distinct values",
        { Address.values_list(city, flat).distinct().order_by(city) },
        [],
        "SELECT DISTINCT city FROM accounts_address ORDER BY city"
    );
    add!(
        all,
        "the first of each",
        { Order.order_by(user_id, -placed_at).distinct(user_id).values_list(user_id, id) },
        [],
        "SELECT DISTINCT ON (user_id) user_id, id FROM sales_order ORDER BY user_id, placed_at DESC"
    );
    add!(
        all,
        "days there are",
        { Order.dates(placed_at, month) },
        [],
        "SELECT DISTINCT date_trunc('month', placed_at, 'UTC')::date AS day FROM sales_order ORDER BY day"
    );
    add!(
        all,
        "order by a related column",
        { Order.order_by(user.email, -id).values_list(id, flat)[..20] },
        [],
        "SELECT o.id FROM sales_order o JOIN accounts_user u ON u.id = o.user_id ORDER BY u.email, o.id DESC LIMIT 20"
    );
}
