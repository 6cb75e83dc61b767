//! Related rows, combined chains, windows.

use super::{Case, add, address, category, item, order, product, review, user};

pub(super) fn cases(all: &mut Vec<Case>) {
    let id = 77_i64;
    add!(
        all,
        "select_related over nullable relations",
        { Order.select_related(user.referred_by, address).order_by(-placed_at)[..100] },
        [],
        format!(
            "SELECT {}, {}, {}, {} FROM sales_order o JOIN accounts_user u ON u.id = o.user_id LEFT JOIN accounts_user b ON b.id = u.referred_by_id \
         LEFT JOIN accounts_address a ON a.id = o.address_id ORDER BY o.placed_at DESC, o.id DESC LIMIT 100",
            order("o"),
            user("u"),
            user("b"),
            address("a")
        )
    );
    add!(
        all,
        "select_related of all",
        { Product.select_related(category.parent).order_by() },
        [],
        format!(
            "SELECT {}, {}, {} FROM catalog_product p JOIN catalog_category c ON c.id = p.category_id LEFT JOIN catalog_category d ON d.id = c.parent_id",
            product("p"),
            category("c"),
            category("d")
        )
    );
    add!(
        all,
        "values of related rows",
        {
            OrderItem
                .filter(order.user = id)
                .values_list(id, order.number, product.name, product.category.name)
                .order_by()
        },
        [["77"]],
        "SELECT i.id, o.number, p.name, c.name FROM sales_order_item i JOIN sales_order o ON o.id = i.order_id JOIN catalog_product p ON p.id = i.product_id \
         JOIN catalog_category c ON c.id = p.category_id WHERE o.user_id = $1"
    );
    add!(
        all,
        "values over a to-many",
        { Order.filter(user = id).values_list(number, items.quantity).order_by() },
        [["77"]],
        "SELECT o.number, i.quantity FROM sales_order o LEFT JOIN sales_order_item i ON i.order_id = o.id WHERE o.user_id = $1"
    );
    add!(
        all,
        "prefetch",
        { Order.filter(user = id).prefetch_related(items.product).order_by() },
        [
            ["77"],
            ["'{1,2,3,4,5,6,7,8,9,10,1000,2000,3000,4000,5000}'::bigint[]"],
            ["'{1,2,3,4,5,6,7,8,9,10,1000,2000,3000,4000,5000}'::bigint[]"]
        ],
        format!("SELECT {} FROM sales_order o WHERE o.user_id = $1", order("o")),
        format!("SELECT {} FROM sales_order_item i WHERE i.order_id = ANY($1) ORDER BY i.id", item("i")),
        format!("SELECT {} FROM catalog_product p WHERE p.id = ANY($1)", product("p"))
    );
    add!(
        all,
        "prefetch of a many-to-many",
        { Product.filter(category = id).prefetch_related(tags.order_by()) },
        [["77"], ["(SELECT array_agg((n * 7)::bigint) FROM generate_series(1, 300) n)"]],
        format!("SELECT {} FROM catalog_product p WHERE p.category_id = $1", product("p")),
        "SELECT t.id, t.name, t.color, l.product_id FROM catalog_product_tags l JOIN catalog_tag t ON t.id = l.tag_id WHERE l.product_id = ANY($1)"
    );
    add!(
        all,
        "the first of each parent",
        {
            Product
                .filter(category = id)
                .prefetch_related(best = reviews.filter(is_approved = true).order_by(-rating)[..3])
        },
        [["77"], ["(SELECT array_agg((n * 7)::bigint) FROM generate_series(1, 300) n)"]],
        format!("SELECT {} FROM catalog_product p WHERE p.category_id = $1", product("p")),
        format!(
            "SELECT {} FROM unnest($1::bigint[]) k(k) CROSS JOIN LATERAL (SELECT * FROM catalog_review r WHERE r.product_id = k.k AND r.is_approved ORDER BY r.rating DESC, r.id DESC LIMIT 3) r",
            review("r")
        )
    );
    add!(
        all,
        "the last of each parent, by an index",
        { User.filter(pk.lte = 10).order_by().prefetch_related(recent = orders.order_by(-placed_at, -id)[..3]) },
        [[], ["(SELECT array_agg(n::bigint) FROM generate_series(1, 300) n)"]],
        format!("SELECT {} FROM accounts_user u WHERE u.id <= 10", user("u")),
        format!(
            "SELECT {} FROM unnest($1::bigint[]) k(k) CROSS JOIN LATERAL (SELECT * FROM sales_order o WHERE o.user_id = k.k ORDER BY o.placed_at DESC, o.id DESC LIMIT 3) o",
            order("o")
        )
    );
    add!(
        all,
        "prefetch with numbers",
        {
            Category.filter(pk = id).order_by().prefetch_related(
                products.annotate(sold = Sum(order_items.quantity)).values_list(id, category_id, sold),
            )
        },
        [["77"], ["'{77,78}'::bigint[]"]],
        format!("SELECT {} FROM catalog_category c WHERE c.id = $1", category("c")),
        "SELECT p.id, p.category_id, (SELECT sum(i.quantity) FROM sales_order_item i WHERE i.product_id = p.id) FROM catalog_product p WHERE p.category_id = ANY($1)"
    );
    add!(
        all,
        "union",
        { Product.filter(stock = 3).values_list(id, name).union(Product.filter(price.lt = 5).values_list(id, name)) },
        [],
        "SELECT id, name FROM catalog_product WHERE stock = 3 UNION SELECT id, name FROM catalog_product WHERE price < 5"
    );
    add!(
        all,
        "a page of a union",
        {
            User.filter(pk.lte = 1000).values_list(name, flat).union_all(Tag.values_list(name, flat)).order_by(name)
                [..10]
        },
        [],
        "SELECT name FROM accounts_user WHERE id <= 1000 UNION ALL SELECT name FROM catalog_tag ORDER BY name LIMIT 10"
    );
    add!(
        all,
        "a count of a union",
        {
            Order
                .filter(user = id)
                .values_list(id, flat)
                .union(Order.filter(items.product = id).values_list(id, flat))
                .count()
        },
        [["77", "77"]],
        "SELECT count(*) FROM (SELECT id FROM sales_order WHERE user_id = $1 UNION SELECT id FROM sales_order o WHERE EXISTS (SELECT 1 FROM sales_order_item i WHERE i.order_id = o.id AND i.product_id = $2)) t"
    );
    add!(
        all,
        "difference",
        { User.values_list(id, flat).difference(Order.values_list(user_id, flat)) },
        [],
        "SELECT id FROM accounts_user EXCEPT SELECT user_id FROM sales_order"
    );
    add!(
        all,
        "intersection",
        {
            Order
                .filter(status = "paid")
                .values_list(user_id, flat)
                .intersection(Review.filter(rating = 1).values_list(user_id, flat))
        },
        [],
        "SELECT user_id FROM sales_order WHERE status = 'paid' INTERSECT SELECT user_id FROM catalog_review WHERE rating = 1"
    );
    add!(
        all,
        "ranks",
        { Product.values_list(id, Window(Rank(), partition_by(category), order_by(-price))) },
        [],
        "SELECT id, rank() OVER (PARTITION BY category_id ORDER BY price DESC) FROM catalog_product"
    );
    add!(
        all,
        "a running sum",
        {
            Order
                .filter(user = id)
                .values_list(id, Window(Count(), order_by(placed_at, id), frame(rows, ..=0)))
                .order_by()
        },
        [["77"]],
        "SELECT id, count(*) OVER (ORDER BY placed_at, id ROWS UNBOUNDED PRECEDING) FROM sales_order WHERE user_id = $1"
    );
    add!(
        all,
        "the best of each group",
        {
            Product
                .annotate(r = Window(RowNumber(), partition_by(category), order_by(-price, id)))
                .filter(r.lte = 3)
                .values_list(id, r)
        },
        [],
        "SELECT id, r FROM (SELECT id, row_number() OVER (PARTITION BY category_id ORDER BY price DESC, id) AS r FROM catalog_product) t WHERE r <= 3"
    );
}
