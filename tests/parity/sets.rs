//! Chains that are combined, and slices of slices.

use crate::harness::Found;
use nuages::{Db, query};

async fn union_of_rows(db: Db) -> Found {
    let found = query!(Product.filter(stock = 0).union(Product.filter(category.slug.startswith = "b")).order_by(id))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|p| json!(p.id))))
}

async fn union_of_values(db: Db) -> Found {
    let found = query!(Category.values_list(name, slug).union(Tag.values_list(name, name)).order_by(name, slug))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn union_all_keeps_all(db: Db) -> Found {
    let found = query!(
        Category
            .values_list(name, flat)
            .union_all(Category.filter(parent = None).values_list(name, flat))
            .order_by(name)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn union_of_nullable(db: Db) -> Found {
    let found = query!(
        Product
            .values_list(description, flat)
            .union(Product.values_list(name, flat))
            .order_by(F(description).asc(nulls_first))
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn union_of_three(db: Db) -> Found {
    let found =
        query!(Product.filter(id.lt = 3).union(Product.filter(id = 5), Product.filter(id.lte = 2)).order_by(-id))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|p| json!(p.id))))
}

async fn intersection_of_rows(db: Db) -> Found {
    let found =
        query!(Product.filter(stock.gt = 0).intersection(Product.filter(price.gt = 10)).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!(p.id))))
}

async fn difference_of_rows(db: Db) -> Found {
    let found = query!(Product.difference(Product.filter(price.gt = 10), Product.filter(stock = 0)).order_by(id))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|p| json!(p.id))))
}

async fn union_then_difference(db: Db) -> Found {
    let found = query!(
        Product
            .filter(stock = 0)
            .union(Product.filter(price.gt = 10))
            .difference(Product.filter(id.lt = 5))
            .order_by(id)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|p| json!(p.id))))
}

async fn union_of_sliced(db: Db) -> Found {
    let found =
        query!(Product.order_by(-price, id)[..3].union(Product.order_by(price, id)[..2]).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!(p.id))))
}

async fn union_sliced(db: Db) -> Found {
    let found =
        query!(Product.filter(stock = 0).union(Product.filter(price.gt = 10)).order_by(-id)[1..3]).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!(p.id))))
}

async fn union_counted(db: Db) -> Found {
    let found =
        query!(Product.values_list(stock, flat).union(Product.values_list(stock, flat)).count()).run(&db).await?;
    Ok(json!(found))
}

async fn union_exists(db: Db) -> Found {
    let found = query!(Product.filter(id = 1).intersection(Product.filter(id = 2)).exists()).run(&db).await?;
    Ok(json!(found))
}

async fn union_annotated(db: Db) -> Found {
    let found = query!(
        Product
            .filter(id.lte = 3)
            .annotate(n = Count(reviews))
            .values_list(id, n)
            .union(Product.filter(id.lte = 3).annotate(n = Count(tags)).values_list(id, n))
            .order_by(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn union_inside_in(db: Db) -> Found {
    let found = query!(Product.filter(category.in = Category.filter(parent = None).union(Category.filter(slug.startswith = "b"))).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!(p.id))))
}

async fn slice_of_slice(db: Db) -> Found {
    let found = query!(Product.order_by(-price, id)[1..6][2..]).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!(p.id))))
}

cases! {
    union_of_rows,
    union_of_values,
    union_all_keeps_all,
    union_of_nullable,
    union_of_three,
    intersection_of_rows,
    difference_of_rows,
    union_then_difference,
    union_of_sliced,
    union_sliced,
    union_counted,
    union_exists,
    union_annotated,
    union_inside_in,
    slice_of_slice,
}
