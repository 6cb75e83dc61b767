//! Every lookup of text, numbers, lists and ranges, on a field of the model itself.

use crate::harness::Found;
use nuages::{Db, query};

async fn exact_text(db: Db) -> Found {
    let found = query!(Product.filter(name = "laptop").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exact_text_spelt_out(db: Db) -> Found {
    let found = query!(Product.filter(name.exact = "  spaced  ").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exact_unicode(db: Db) -> Found {
    let found = query!(Product.filter(name = "Café mug ☕").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exact_quotes(db: Db) -> Found {
    let found = query!(Product.filter(name = "O'Reilly \"SQL\"").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exact_empty_text(db: Db) -> Found {
    let found = query!(Product.filter(description = "").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exact_enum(db: Db) -> Found {
    let found = query!(Product.filter(status = "archived").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exact_boolean(db: Db) -> Found {
    let found = query!(Category.filter(is_active = false).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exact_decimal(db: Db) -> Found {
    let found = query!(Product.filter(price = 19.99).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn iexact(db: Db) -> Found {
    let found = query!(Product.filter(name.iexact = "lApToP").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn iexact_takes_wildcards_as_text(db: Db) -> Found {
    let found = query!(Product.filter(name.iexact = "%PERCENT%").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exact_none_from_rust_is_null(db: Db) -> Found {
    let phone: Option<&str> = None;
    let found = query!(User.filter(phone = phone).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn contains(db: Db) -> Found {
    let found = query!(Product.filter(name.contains = "phone").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn contains_percent(db: Db) -> Found {
    let found = query!(Product.filter(name.contains = "50%").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn contains_underscore(db: Db) -> Found {
    let found = query!(Product.filter(name.contains = "b_h").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn contains_backslash(db: Db) -> Found {
    let found = query!(Product.filter(name.contains = "\\").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn contains_backslash_and_percent(db: Db) -> Found {
    let text = String::from("\\%");
    let found = query!(Product.filter(description.contains = text).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn contains_nothing_matches_all_but_null(db: Db) -> Found {
    let found = query!(Product.filter(description.contains = "").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn icontains(db: Db) -> Found {
    let found = query!(Product.filter(name.icontains = "CAFé MUG").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn icontains_underscore(db: Db) -> Found {
    let found = query!(Review.filter(title.icontains = "E_T").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn startswith(db: Db) -> Found {
    let found = query!(Product.filter(name.startswith = "Laptop").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn startswith_underscore(db: Db) -> Found {
    let found = query!(Product.filter(name.startswith = "_").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn istartswith(db: Db) -> Found {
    let found = query!(Product.filter(name.istartswith = "LAPTOP").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn endswith(db: Db) -> Found {
    let found = query!(Product.filter(name.endswith = "%").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn iendswith(db: Db) -> Found {
    let found =
        query!(User.filter(email.iendswith = "@EXAMPLE.com").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn gt_decimal(db: Db) -> Found {
    let found = query!(Product.filter(price.gt = 599).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn gte_decimal(db: Db) -> Found {
    let found = query!(Product.filter(price.gte = 599).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn lt_float_passes_over_null(db: Db) -> Found {
    let found = query!(Product.filter(weight.lt = 0.14).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn lte_text(db: Db) -> Found {
    let found = query!(Tag.filter(name.lte = "new").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn two_bounds(db: Db) -> Found {
    let found =
        query!(Product.filter(price.gte = 10, price.lt = 20).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn in_numbers(db: Db) -> Found {
    let found = query!(Product.filter(id.in = [3, 1, 3, 999]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn in_texts(db: Db) -> Found {
    let names = vec!["Sale".to_string(), "été".to_string()];
    let found = query!(Tag.filter(name.in = &names).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn in_enums(db: Db) -> Found {
    let found =
        query!(Product.filter(status.in = ["draft", "archived"]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn in_nothing(db: Db) -> Found {
    let none: Vec<i64> = vec![];
    let found = query!(Product.filter(id.in = none).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_in_nothing(db: Db) -> Found {
    let none: Vec<i64> = vec![];
    let found = query!(Product.exclude(id.in = none).count()).run(&db).await?;
    Ok(json!(found))
}

async fn in_ignores_none(db: Db) -> Found {
    let names = vec![Some("green"), None];
    let found = query!(Tag.filter(color.in = names).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_in_keeps_null(db: Db) -> Found {
    let found = query!(Tag.exclude(color.in = ["green", "red"]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn in_subquery(db: Db) -> Found {
    let found = query!(Product.filter(category.in = Category.filter(parent.slug = "electronics")).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_of_decimals(db: Db) -> Found {
    let found = query!(Product.filter(price.range = (15, 24.5)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_written_as_in_rust(db: Db) -> Found {
    let found = query!(Product.filter(stock.range = 1..=5).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_the_wrong_way_round(db: Db) -> Found {
    let found = query!(OrderItem.filter(quantity.range = (3, 2)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn isnull_true(db: Db) -> Found {
    let found = query!(Product.filter(description.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn isnull_false(db: Db) -> Found {
    let found =
        query!(Review.filter(title.isnull = false, rating = 1).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_isnull(db: Db) -> Found {
    let found = query!(User.exclude(phone.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn pk_is_the_key(db: Db) -> Found {
    let found = query!(Product.filter(pk.gt = 33).order_by(-pk).values_list(pk, flat)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    exact_text,
    exact_text_spelt_out,
    exact_unicode,
    exact_quotes,
    exact_empty_text,
    exact_enum,
    exact_boolean,
    exact_decimal,
    iexact,
    iexact_takes_wildcards_as_text,
    exact_none_from_rust_is_null,
    contains,
    contains_percent,
    contains_underscore,
    contains_backslash,
    contains_backslash_and_percent,
    contains_nothing_matches_all_but_null,
    icontains,
    icontains_underscore,
    startswith,
    startswith_underscore,
    istartswith,
    endswith,
    iendswith,
    gt_decimal,
    gte_decimal,
    lt_float_passes_over_null,
    lte_text,
    two_bounds,
    in_numbers,
    in_texts,
    in_enums,
    in_nothing,
    exclude_in_nothing,
    in_ignores_none,
    exclude_in_keeps_null,
    in_subquery,
    range_of_decimals,
    range_written_as_in_rust,
    range_the_wrong_way_round,
    isnull_true,
    isnull_false,
    exclude_isnull,
    pk_is_the_key,
}
