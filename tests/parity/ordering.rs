//! Orders, slices, and the endings that give one row, a number or a page.

use crate::harness::Found;
use nuages::{Db, query};

async fn order_by_two(db: Db) -> Found {
    let found = query!(Product.order_by(-price, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_nullable(db: Db) -> Found {
    let found = query!(Product.order_by(weight, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_nullable_descending(db: Db) -> Found {
    let found = query!(Product.order_by(-weight, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_nulls_placed(db: Db) -> Found {
    let found =
        query!(Product.order_by(F(weight).desc(nulls_last), F(description).asc(nulls_first), id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn order_by_to_one(db: Db) -> Found {
    let found = query!(Product.order_by(category.name, -stock, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_nullable_to_one(db: Db) -> Found {
    let found = query!(Category.order_by(parent.slug, slug).values_list(slug, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_key_column(db: Db) -> Found {
    let found = query!(Category.order_by(-parent_id, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_function(db: Db) -> Found {
    let found = query!(Category.order_by(Lower(name).desc(), id).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_annotation(db: Db) -> Found {
    let found = query!(User.annotate(n = Count(orders)).order_by(-n, id).values_list(id, n)).run(&db).await?;
    Ok(json!(found))
}

async fn order_of_the_model(db: Db) -> Found {
    let found = query!(Category.filter(is_active = true).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_of_the_model_reversed(db: Db) -> Found {
    let found = query!(Tag.reverse().values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_replaced(db: Db) -> Found {
    let found = query!(Review.order_by(rating).order_by(-id).values_list(id, flat)[..5]).run(&db).await?;
    Ok(json!(found))
}

async fn slice_from_the_start(db: Db) -> Found {
    let found = query!(Product.order_by(price, id).values_list(id, flat)[..7]).run(&db).await?;
    Ok(json!(found))
}

async fn slice_in_the_middle(db: Db) -> Found {
    let (page, size) = (2_i64, 10_i64);
    let found = query!(Product.order_by(name).values_list(id, flat)[page * size..(page + 1) * size]).run(&db).await?;
    Ok(json!(found))
}

async fn slice_inclusive(db: Db) -> Found {
    let found = query!(Product.order_by(id).values_list(id, flat)[1..=3]).run(&db).await?;
    Ok(json!(found))
}

async fn slice_to_the_end(db: Db) -> Found {
    let found = query!(Tag.values_list(name, flat)[6..]).run(&db).await?;
    Ok(json!(found))
}

async fn slice_beyond_the_end(db: Db) -> Found {
    let found = query!(Tag.values_list(name, flat)[100..200]).run(&db).await?;
    Ok(json!(found))
}

async fn slice_backwards_is_empty(db: Db) -> Found {
    let (a, b) = (5_i64, 3_i64);
    let found = query!(Tag.values_list(name, flat)[a..b]).run(&db).await?;
    Ok(json!(found))
}

async fn slice_of_a_slice(db: Db) -> Found {
    let found = query!(Product.order_by(id)[10..30][5..10]).run(&db).await?;
    Ok(json!(found.iter().map(|p| p.id)))
}

async fn slice_of_an_open_order_goes_on_by_key(db: Db) -> Found {
    let found = query!(Order.values_list(id, flat)[4..9]).run(&db).await?;
    Ok(json!(found))
}

async fn slice_of_equal_prices_goes_on_by_key(db: Db) -> Found {
    let found = query!(Product.order_by(price).values_list(id, flat)[..12]).run(&db).await?;
    Ok(json!(found))
}

async fn slice_without_an_order_is_by_key(db: Db) -> Found {
    let found = query!(Product.values_list(id, flat)[..4]).run(&db).await?;
    Ok(json!(found))
}

async fn get_one(db: Db) -> Found {
    let p = query!(Product.get(slug = "usb-hub")).run(&db).await?;
    Ok(json!([p.id, p.name, p.price, p.stock, p.status, p.description, p.weight, p.released_on, p.created_at]))
}

async fn get_by_key(db: Db) -> Found {
    let u = query!(User(7)).run(&db).await?;
    Ok(json!([u.email, u.name, u.phone, u.referred_by_id, u.is_active, u.birth_date, u.last_seen_at]))
}

async fn get_nothing(db: Db) -> Found {
    let found = query!(Product.filter(status = "active").get(name = "no such thing")).run(&db).await?;
    Ok(json!(found.id))
}

async fn get_too_many(db: Db) -> Found {
    let found = query!(Product.get(price = 599)).run(&db).await?;
    Ok(json!(found.id))
}

async fn get_along_to_many_is_one_row(db: Db) -> Found {
    let c = query!(Category.get(products.name.startswith = "Laptop")).run(&db).await?;
    Ok(json!(c.slug))
}

async fn first_in_order(db: Db) -> Found {
    let p = query!(Product.filter(status = "active").order_by(-stock).first()).run(&db).await?;
    Ok(json!(p.map(|p| p.name)))
}

async fn first_without_an_order(db: Db) -> Found {
    let p = query!(Product.filter(price = 15).first()).run(&db).await?;
    Ok(json!(p.map(|p| p.id)))
}

async fn first_of_nothing(db: Db) -> Found {
    let found = query!(Product.filter(price.lt = 0).first()).run(&db).await?;
    Ok(json!(found.map(|row| row.id)))
}

async fn first_of_equals_is_by_key(db: Db) -> Found {
    let o = query!(Order.filter(placed_at = "2024-01-01T00:00:00Z").first()).run(&db).await?;
    Ok(json!(o.map(|o| o.id)))
}

async fn last_in_order(db: Db) -> Found {
    let t = query!(Tag.last()).run(&db).await?;
    Ok(json!(t.map(|t| t.name)))
}

async fn last_without_an_order(db: Db) -> Found {
    let p = query!(Product.filter(price = 15).last()).run(&db).await?;
    Ok(json!(p.map(|p| p.id)))
}

async fn last_of_values(db: Db) -> Found {
    let found = query!(Product.order_by(price, id).values(name, price).last()).run(&db).await?;
    Ok(json!(found.map(|row| json!({"name": row.name, "price": row.price}))))
}

async fn count_all(db: Db) -> Found {
    let found = query!(OrderItem.count()).run(&db).await?;
    Ok(json!(found))
}

async fn count_of_a_slice(db: Db) -> Found {
    let found = query!(Product.order_by(id)[30..50].count()).run(&db).await?;
    Ok(json!(found))
}

async fn exists_or_not(db: Db) -> Found {
    let yes = query!(Review.filter(rating = 1).exists()).run(&db).await?;
    let no = query!(Review.filter(product.slug = "never-bought").exists()).run(&db).await?;
    Ok(json!([yes, no]))
}

async fn page_in_the_middle(db: Db) -> Found {
    let page = query!(Product.filter(status = "active").order_by(-price).page(2, 5)).run(&db).await?;
    Ok(
        json!({"items": page.items.iter().map(|p| p.id), "total": page.total, "number": page.number, "pages": page.pages}),
    )
}

async fn page_beyond_the_end(db: Db) -> Found {
    let page = query!(Tag.page(3, 5)).run(&db).await?;
    Ok(
        json!({"items": page.items.iter().map(|t| t.id), "total": page.total, "number": page.number, "pages": page.pages}),
    )
}

async fn page_of_nothing(db: Db) -> Found {
    let page = query!(Product.filter(price.lt = 0).page(1, 5)).run(&db).await?;
    Ok(
        json!({"items": page.items.iter().map(|p| p.id), "total": page.total, "number": page.number, "pages": page.pages}),
    )
}

async fn order_by_the_least_of_many(db: Db) -> Found {
    let found =
        query!(Category.filter(products.isnull = false).order_by(Min(products.price), id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn order_by_a_relation_is_by_its_order(db: Db) -> Found {
    let found = query!(Product.order_by(category, -id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_a_nullable_relation_backwards(db: Db) -> Found {
    let found = query!(Category.order_by(-parent, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_a_one_to_one_backwards(db: Db) -> Found {
    let found = query!(Order.order_by(-shipment.shipped_at, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_a_product(db: Db) -> Found {
    let found = query!(Product.order_by((F(price) * F(stock)).desc(), id).values_list(id, flat)[..8]).run(&db).await?;
    Ok(json!(found))
}

async fn order_by_a_coalesced_column(db: Db) -> Found {
    let found = query!(User.order_by(Coalesce(phone, "none"), id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn reversed_nulls(db: Db) -> Found {
    let found =
        query!(Product.order_by(F(weight).desc(nulls_last), id).reverse().values_list(id, flat)[..6]).run(&db).await?;
    Ok(json!(found))
}

async fn reversed_twice(db: Db) -> Found {
    let found = query!(Category.order_by(-name).reverse().reverse().values_list(name, flat)[..3]).run(&db).await?;
    Ok(json!(found))
}

async fn last_of_a_nullable_order(db: Db) -> Found {
    let p = query!(Product.order_by(weight, id).last()).run(&db).await?;
    Ok(json!(p.map(|p| p.id)))
}

async fn first_of_bare_values(db: Db) -> Found {
    let found = query!(Tag.filter(color = "red").values_list(name, flat).first()).run(&db).await?;
    Ok(json!(found))
}

async fn one_of_values(db: Db) -> Found {
    let found = query!(Product.values_list(name, category.name).get(slug = "usb-hub")).run(&db).await?;
    Ok(json!(found))
}

async fn one_that_is_not_there(db: Db) -> Found {
    let found = query!(Product(999)).run(&db).await?;
    Ok(json!(found.id))
}

cases! {
    order_by_two,
    order_by_nullable,
    order_by_nullable_descending,
    order_by_nulls_placed,
    order_by_to_one,
    order_by_nullable_to_one,
    order_by_key_column,
    order_by_function,
    order_by_annotation,
    order_of_the_model,
    order_of_the_model_reversed,
    order_replaced,
    slice_from_the_start,
    slice_in_the_middle,
    slice_inclusive,
    slice_to_the_end,
    slice_beyond_the_end,
    slice_backwards_is_empty,
    slice_of_a_slice,
    slice_of_an_open_order_goes_on_by_key,
    slice_of_equal_prices_goes_on_by_key,
    slice_without_an_order_is_by_key,
    get_one,
    get_by_key,
    get_nothing,
    get_too_many,
    get_along_to_many_is_one_row,
    first_in_order,
    first_without_an_order,
    first_of_nothing,
    first_of_equals_is_by_key,
    last_in_order,
    last_without_an_order,
    last_of_values,
    count_all,
    count_of_a_slice,
    exists_or_not,
    page_in_the_middle,
    page_beyond_the_end,
    page_of_nothing,
    order_by_the_least_of_many,
    order_by_a_relation_is_by_its_order,
    order_by_a_nullable_relation_backwards,
    order_by_a_one_to_one_backwards,
    order_by_a_product,
    order_by_a_coalesced_column,
    reversed_nulls,
    reversed_twice,
    last_of_a_nullable_order,
    first_of_bare_values,
    one_of_values,
    one_that_is_not_there,
}
