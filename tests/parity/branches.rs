//! `if` and `match` between conditions and between orders: what each branch gives.

use crate::harness::Found;
use nuages::{Db, query};

async fn if_else_either_way(db: Db) -> Found {
    let mut found = Vec::new();
    for cheap in [true, false] {
        let one = query!(
            Product
                .filter(if cheap { price.lt = 10 } else { Q(price.gte = 500, stock.gt = 0) })
                .order_by(id)
                .values_list(id, flat)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn if_without_else(db: Db) -> Found {
    let mut found = Vec::new();
    for text in [None, Some("wool")] {
        let one = query!(
            Product
                .filter(
                    status = "active",
                    if let Some(text) = text {
                        name.icontains = text
                    }
                )
                .count()
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn each_arm_of_a_match(db: Db) -> Found {
    let mut found = Vec::new();
    for (kind, n) in [(0, 5), (1, 5), (1, 50), (2, 5), (3, 5)] {
        let one = query!(
            Product
                .filter(match kind {
                    0 => stock = 0,
                    1 if n > 9 => stock.gt = n,
                    1 => stock.lte = n,
                    2 => Q(stock = n) | Q(weight.isnull = true),
                    _ => {}
                })
                .order_by(id)
                .values_list(id, flat)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn branches_in_branches(db: Db) -> Found {
    let mut found = Vec::new();
    for (a, b) in [(Some(5_i16), true), (Some(5), false), (None, true), (None, false)] {
        let one = query!(
            Product
                .filter(match a {
                    Some(n) =>
                        if b {
                            Q(reviews.rating = n, reviews.is_approved = true)
                        } else {
                            reviews.rating = n
                        },
                    None =>
                        if b {
                            reviews.isnull = true
                        },
                })
                .order_by(id)
                .values_list(id, flat)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn branch_in_exclude(db: Db) -> Found {
    let mut found = Vec::new();
    for light in [true, false] {
        let one = query!(
            Product
                .exclude(if light { Q(weight.lt = 1.0, stock.gt = 0) } else { description.contains = "a" })
                .order_by(id)
                .values_list(id, flat)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn branch_in_exclude_that_is_none(db: Db) -> Found {
    let mut found = Vec::new();
    for wanted in [true, false] {
        let one = query!(
            Product
                .exclude(if wanted {
                    description.contains = "a"
                })
                .count()
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn branch_in_algebra(db: Db) -> Found {
    let mut found = Vec::new();
    for wanted in [true, false] {
        let one = query!(
            Product
                .filter(
                    Q(stock = 0)
                        | if wanted {
                            price.gt = 500
                        },
                    !Q(if wanted { status = "draft" } else { status = "active" })
                )
                .order_by(id)
                .values_list(id, flat)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn branch_in_xor(db: Db) -> Found {
    let mut found = Vec::new();
    for wanted in [true, false] {
        let one = query!(
            Product
                .filter(
                    Q(stock.gt = 100)
                        ^ if wanted {
                            price.lt = 50
                        }
                )
                .order_by(id)
                .values_list(id, flat)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn branch_in_exists(db: Db) -> Found {
    let mut found = Vec::new();
    for least in [None, Some(5_i16)] {
        let one = query!(
            Product
                .filter(Exists(reviews.filter(if let Some(n) = least { rating.gte = n } else { title.isnull = true })))
                .order_by(id)
                .values_list(id, flat)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn branch_in_an_aggregate(db: Db) -> Found {
    let mut found = Vec::new();
    for least in [None, Some(4_i16)] {
        let one = query!(
            Product
                .annotate(
                    n = Count(
                        reviews,
                        filter = if let Some(n) = least {
                            reviews.rating.gte = n
                        }
                    )
                )
                .order_by(id)
                .values_list(id, n)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn branch_that_binds(db: Db) -> Found {
    let mut found = Vec::new();
    for approved in [None, Some(true), Some(false)] {
        let one = query!(
            Product
                .filter(if let Some(a) = approved {
                    reviews.is_approved = a
                })
                .annotate(n = Count(reviews))
                .order_by(id)
                .values_list(id, n)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn branch_of_a_having(db: Db) -> Found {
    let mut found = Vec::new();
    for many in [true, false] {
        let one = query!(
            Product
                .values(category)
                .annotate(n = Count())
                .filter(if many { n.gt = 3 } else { category.name.lt = "G" })
                .order_by(category)
                .values_list(category, n)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn order_by_a_match(db: Db) -> Found {
    let mut found = Vec::new();
    for by in ["price", "name", "shelf", "stock", ""] {
        let one = query!(
            Product
                .order_by(
                    match by {
                        "price" => -price,
                        "name" => name,
                        "shelf" => (category.name, -stock),
                        "stock" => F(weight).desc(nulls_last),
                        _ => id,
                    },
                    id
                )
                .values_list(id, flat)
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn order_by_two_branches(db: Db) -> Found {
    let mut found = Vec::new();
    for (stocked, down) in [(true, true), (true, false), (false, true), (false, false)] {
        let one = query!(
            Product
                .order_by(
                    if stocked {
                        -stock
                    },
                    if down { -name } else { name },
                    id
                )
                .values_list(id, flat)[..9]
        )
        .run(&db)
        .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn last_of_each_order(db: Db) -> Found {
    let mut found = Vec::new();
    for cheap in [true, false] {
        let one = query!(Product.order_by(if cheap { -price } else { category.name }, name).values(id, name).last())
            .run(&db)
            .await?;
        found.push(json!(one.map(|row| json!({"id": row.id, "name": row.name}))));
    }
    Ok(json!(found))
}

async fn slice_of_an_open_order_in_each_direction(db: Db) -> Found {
    let mut found = Vec::new();
    for down in [true, false] {
        let one = query!(Product.order_by(if down { -category_id } else { category_id }).values_list(id, flat)[3..12])
            .run(&db)
            .await?;
        found.push(json!(one));
    }
    Ok(json!(found))
}

async fn prefetch_under_a_branch(db: Db) -> Found {
    let mut found = Vec::new();
    for stocked in [true, false] {
        let rows = query!(
            Category
                .prefetch_related(
                    products
                        .filter(if stocked {
                            stock.gt = 0
                        })
                        .order_by(if stocked { -price } else { name })[..2]
                )
                .order_by(id)
        )
        .run(&db)
        .await?;
        let ids = |rows: &[nuages_tests::models::Product]| rows.iter().map(|p| p.id).collect::<Vec<_>>();
        found.push(json!(rows.iter().map(|row| json!([row.id, ids(&row.products)])).collect::<Vec<_>>()));
    }
    Ok(json!(found))
}

cases! {
    if_else_either_way,
    if_without_else,
    each_arm_of_a_match,
    branches_in_branches,
    branch_in_exclude,
    branch_in_exclude_that_is_none,
    branch_in_algebra,
    branch_in_xor,
    branch_in_exists,
    branch_in_an_aggregate,
    branch_that_binds,
    branch_of_a_having,
    order_by_a_match,
    order_by_two_branches,
    last_of_each_order,
    slice_of_an_open_order_in_each_direction,
    prefetch_under_a_branch,
}
