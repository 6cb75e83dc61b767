//! Aggregates of each row, and of all.

use super::{Case, add};

pub(super) fn cases(all: &mut Vec<Case>) {
    let id = 77_i64;
    add!(
        all,
        "several aggregates over several relations",
        {
            Product
                .annotate(sold = Sum(order_items.quantity), rating = Avg(reviews.rating), n = Count(reviews))
                .values_list(id, sold, rating, n)
        },
        [],
        "SELECT p.id, s.sold, r.rating, coalesce(r.n, 0) FROM catalog_product p \
         LEFT JOIN (SELECT product_id, sum(quantity) AS sold FROM sales_order_item GROUP BY product_id) s ON s.product_id = p.id \
         LEFT JOIN (SELECT product_id, avg(rating)::float8 AS rating, count(*) AS n FROM catalog_review GROUP BY product_id) r ON r.product_id = p.id"
    );
    add!(
        all,
        "several aggregates of some rows",
        {
            Product
                .filter(category = id)
                .annotate(sold = Sum(order_items.quantity), rating = Avg(reviews.rating))
                .values_list(id, sold, rating)
        },
        [["77"]],
        "SELECT p.id, (SELECT sum(i.quantity) FROM sales_order_item i WHERE i.product_id = p.id), \
         (SELECT avg(r.rating)::float8 FROM catalog_review r WHERE r.product_id = p.id) \
         FROM catalog_product p WHERE p.category_id = $1"
    );
    add!(
        all,
        "several aggregates of rows by a related one",
        {
            Product
                .filter(category.slug = "shelf-60")
                .annotate(sold = Sum(order_items.quantity), rating = Avg(reviews.rating))
                .values_list(id, sold, rating)
        },
        [],
        "SELECT p.id, (SELECT sum(i.quantity) FROM sales_order_item i WHERE i.product_id = p.id), \
         (SELECT avg(r.rating)::float8 FROM catalog_review r WHERE r.product_id = p.id) \
         FROM catalog_product p JOIN catalog_category c ON c.id = p.category_id WHERE c.slug = 'shelf-60'"
    );
    add!(
        all,
        "several aggregates of rows in a range",
        {
            Product
                .filter(stock.lt = 3)
                .annotate(sold = Sum(order_items.quantity), n = Count(reviews))
                .values_list(id, sold, n)
        },
        [],
        "SELECT p.id, (SELECT sum(i.quantity) FROM sales_order_item i WHERE i.product_id = p.id), \
         (SELECT count(*) FROM catalog_review r WHERE r.product_id = p.id) FROM catalog_product p WHERE p.stock < 3"
    );
    add!(
        all,
        "several aggregates of most rows",
        {
            Product
                .filter(stock.gt = 0)
                .annotate(sold = Sum(order_items.quantity), n = Count(reviews))
                .values_list(id, sold, n)
        },
        [],
        "SELECT p.id, s.sold, coalesce(r.n, 0) FROM catalog_product p \
         LEFT JOIN (SELECT product_id, sum(quantity) AS sold FROM sales_order_item GROUP BY product_id) s ON s.product_id = p.id \
         LEFT JOIN (SELECT product_id, count(*) AS n FROM catalog_review GROUP BY product_id) r ON r.product_id = p.id \
         WHERE p.stock > 0"
    );
    add!(
        all,
        "several aggregates of rows by a many-to-many",
        {
            Product
                .filter(tags.name = "Bright 1")
                .annotate(sold = Sum(order_items.quantity), n = Count(reviews))
                .values_list(id, sold, n)
        },
        [],
        "SELECT p.id, (SELECT sum(i.quantity) FROM sales_order_item i WHERE i.product_id = p.id), \
         (SELECT count(*) FROM catalog_review r WHERE r.product_id = p.id) FROM catalog_product p \
         WHERE p.id IN (SELECT l.product_id FROM catalog_product_tags l JOIN catalog_tag t ON t.id = l.tag_id WHERE t.name = 'Bright 1')"
    );
    add!(
        all,
        "several aggregates of one row",
        {
            Product
                .filter(pk = id)
                .annotate(sold = Sum(order_items.quantity), n = Count(reviews))
                .values_list(id, sold, n)
                .first()
        },
        [["77"]],
        "SELECT p.id, (SELECT sum(i.quantity) FROM sales_order_item i WHERE i.product_id = p.id), \
         (SELECT count(*) FROM catalog_review r WHERE r.product_id = p.id) FROM catalog_product p WHERE p.id = $1"
    );
    add!(
        all,
        "several aggregates of a page",
        {
            Product
                .annotate(sold = Sum(order_items.quantity), n = Count(reviews))
                .order_by(slug)
                .values_list(id, sold, n)[..20]
        },
        [],
        "SELECT p.id, (SELECT sum(i.quantity) FROM sales_order_item i WHERE i.product_id = p.id), \
         (SELECT count(*) FROM catalog_review r WHERE r.product_id = p.id) FROM (SELECT id, slug FROM catalog_product ORDER BY slug LIMIT 20) p ORDER BY p.slug"
    );
    add!(
        all,
        "the most of an aggregate",
        { Product.annotate(sold = Sum(order_items.quantity, default = 0)).order_by(-sold).values_list(id, sold)[..10] },
        [],
        "SELECT p.id, coalesce(s.sold, 0) AS sold FROM catalog_product p \
         LEFT JOIN (SELECT product_id, sum(quantity) AS sold FROM sales_order_item GROUP BY product_id) s ON s.product_id = p.id \
         ORDER BY sold DESC, p.id DESC LIMIT 10"
    );
    add!(
        all,
        "a condition on an aggregate",
        { User.annotate(bought = Count(orders)).filter(bought.gt = 20).values_list(email, bought).order_by() },
        [],
        "SELECT u.email, o.n FROM accounts_user u JOIN (SELECT user_id, count(*) AS n FROM sales_order GROUP BY user_id HAVING count(*) > 20) o ON o.user_id = u.id"
    );
    add!(
        all,
        "conditions on two aggregates",
        {
            User.annotate(bought = Count(orders), said = Count(reviews))
                .filter(bought.gt = 10, said.gt = 2)
                .values_list(email, bought, said)
                .order_by()
        },
        [],
        "SELECT u.email, o.n, r.n FROM accounts_user u JOIN (SELECT user_id, count(*) AS n FROM sales_order GROUP BY user_id HAVING count(*) > 10) o ON o.user_id = u.id \
         JOIN (SELECT user_id, count(*) AS n FROM catalog_review GROUP BY user_id HAVING count(*) > 2) r ON r.user_id = u.id"
    );
    add!(
        all,
        "how many have an aggregate",
        { User.annotate(bought = Count(orders)).filter(bought.gt = 20).count() },
        [],
        "SELECT count(*) FROM (SELECT 1 FROM sales_order GROUP BY user_id HAVING count(*) > 20) t"
    );
    add!(
        all,
        "a number nobody reads",
        { User.annotate(bought = Count(orders)).count() },
        [],
        "SELECT count(*) FROM accounts_user"
    );
    add!(
        all,
        "an aggregate of bound rows",
        {
            Product
                .filter(reviews.is_approved = true)
                .annotate(rating = Avg(reviews.rating), n = Count(reviews))
                .values_list(name, rating, n)
        },
        [],
        "SELECT p.name, r.rating, r.n FROM catalog_product p JOIN (SELECT product_id, avg(rating)::float8 AS rating, count(*) AS n FROM catalog_review WHERE is_approved GROUP BY product_id) r ON r.product_id = p.id"
    );
    add!(
        all,
        "an aggregate of some related rows",
        {
            Product
                .annotate(rating = Avg(reviews.rating, filter = Q(reviews.is_approved = true)), n = Count(reviews))
                .values_list(id, rating, n)
        },
        [],
        "SELECT p.id, r.rating, coalesce(r.n, 0) FROM catalog_product p \
         LEFT JOIN (SELECT product_id, avg(rating) FILTER (WHERE is_approved)::float8 AS rating, count(*) AS n FROM catalog_review GROUP BY product_id) r ON r.product_id = p.id"
    );
    add!(
        all,
        "a deep aggregate",
        {
            User.annotate(spent = Sum(orders.items.quantity * orders.items.unit_price))
                .order_by(F(spent).desc(nulls_last))
                .values_list(id, spent)[..10]
        },
        [],
        "SELECT u.id, s.spent FROM accounts_user u \
         LEFT JOIN (SELECT o.user_id, sum(i.quantity * i.unit_price) AS spent FROM sales_order o JOIN sales_order_item i ON i.order_id = o.id GROUP BY o.user_id) s ON s.user_id = u.id \
         ORDER BY s.spent DESC NULLS LAST, u.id DESC LIMIT 10"
    );
    add!(
        all,
        "distinct related rows",
        { User.annotate(kinds = Count(orders.items.product, distinct)).values_list(id, kinds).order_by() },
        [],
        "SELECT u.id, coalesce(s.kinds, 0) FROM accounts_user u \
         LEFT JOIN (SELECT o.user_id, count(DISTINCT i.product_id) AS kinds FROM sales_order o JOIN sales_order_item i ON i.order_id = o.id GROUP BY o.user_id) s ON s.user_id = u.id"
    );
    add!(
        all,
        "totals of a table",
        { Order.aggregate(n = Count(), first = Min(placed_at), last = Max(placed_at)) },
        [],
        "SELECT count(*), min(placed_at), max(placed_at) FROM sales_order"
    );
    add!(
        all,
        "totals over a relation",
        { Order.filter(status = "paid").aggregate(total = Sum(items.quantity * items.unit_price)) },
        [],
        "SELECT sum(i.quantity * i.unit_price) FROM sales_order o JOIN sales_order_item i ON i.order_id = o.id WHERE o.status = 'paid'"
    );
    add!(
        all,
        "totals over two relations",
        { Product.filter(category = id).aggregate(sold = Sum(order_items.quantity), rating = Avg(reviews.rating)) },
        [["77"]],
        "SELECT (SELECT sum(i.quantity) FROM sales_order_item i JOIN catalog_product p ON p.id = i.product_id WHERE p.category_id = $1), \
         (SELECT avg(r.rating)::float8 FROM catalog_review r JOIN catalog_product p ON p.id = r.product_id WHERE p.category_id = $1)"
    );
    add!(
        all,
        "the last related row",
        {
            User.annotate(last = Subquery(orders.order_by(-placed_at).values(placed_at)[..1]))
                .values_list(id, last)
                .order_by()
        },
        [],
        "SELECT u.id, (SELECT o.placed_at FROM sales_order o WHERE o.user_id = u.id ORDER BY o.placed_at DESC LIMIT 1) FROM accounts_user u"
    );
    add!(
        all,
        "whether there is a related row",
        { User.annotate(has = Exists(orders.filter(status = "cancelled"))).values_list(id, has).order_by() },
        [],
        "SELECT u.id, EXISTS (SELECT 1 FROM sales_order o WHERE o.user_id = u.id AND o.status = 'cancelled') FROM accounts_user u"
    );
    add!(
        all,
        "a list of related values",
        {
            Order
                .filter(user = id)
                .annotate(names = ArrayAgg(items.product.name, order_by(items.id)))
                .values_list(id, names)
                .order_by()
        },
        [["77"]],
        "SELECT o.id, (SELECT array_agg(p.name ORDER BY i.id) FROM sales_order_item i JOIN catalog_product p ON p.id = i.product_id WHERE i.order_id = o.id) \
         FROM sales_order o WHERE o.user_id = $1"
    );
}
