//! Conditions with `? =`, present and absent, in deep places.

use crate::harness::Found;
use nuages::{Db, query};

async fn optional_below_a_relation(db: Db) -> Found {
    let (rating, approved) = (Some(5_i16), None::<bool>);
    let found = query!(
        Product.filter(reviews.rating? = rating, reviews.is_approved? = approved).order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn optional_below_a_relation_absent(db: Db) -> Found {
    let (rating, approved) = (None::<i16>, None::<bool>);
    let found =
        query!(Product.filter(reviews.rating? = rating, reviews.is_approved? = approved).count()).run(&db).await?;
    Ok(json!(found))
}

async fn optional_that_binds(db: Db) -> Found {
    let approved = Some(true);
    let found = query!(
        Product.filter(reviews.is_approved? = approved).annotate(n = Count(reviews)).order_by(id).values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn optional_that_binds_nothing(db: Db) -> Found {
    let approved = None::<bool>;
    let found = query!(
        Product.filter(reviews.is_approved? = approved).annotate(n = Count(reviews)).order_by(id).values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn optional_in_exists(db: Db) -> Found {
    let least = None::<i16>;
    let found = query!(
        Product
            .filter(Exists(reviews.filter(rating.gte? = least, is_approved = true)))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn optional_in_an_aggregate(db: Db) -> Found {
    let least = Some(4_i16);
    let found = query!(
        Product.annotate(n = Count(reviews, filter = Q(reviews.rating.gte? = least))).order_by(id).values_list(id, n)
            [..9]
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn optional_in_a_prefetch(db: Db) -> Found {
    let approved = None::<bool>;
    let found = query!(
        Product.filter(id.lte = 3).order_by(id).prefetch_related(reviews.filter(is_approved? = approved).order_by(id))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.reviews.iter().map(|r| r.id)]))))
}

async fn optional_having(db: Db) -> Found {
    let (least, most) = (Some(3_i64), None::<i64>);
    let found = query!(
        Product
            .values(category)
            .annotate(n = Count())
            .filter(n.gte? = least, n.lt? = most)
            .order_by(category)
            .values_list(category, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn optional_list(db: Db) -> Found {
    let (some, none) = (Some(vec![1_i64, 2, 3]), None::<Vec<i64>>);
    let found =
        query!(Product.filter(id.in? = some, category.in? = none).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    optional_below_a_relation,
    optional_below_a_relation_absent,
    optional_that_binds,
    optional_that_binds_nothing,
    optional_in_exists,
    optional_in_an_aggregate,
    optional_in_a_prefetch,
    optional_having,
    optional_list,
}
