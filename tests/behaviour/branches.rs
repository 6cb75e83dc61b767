//! `if` and `match` between conditions and between orders: one branch is sent, and only its values are evaluated.

use crate::shop::{price, shop};
use nuages::rust_decimal::Decimal;
use nuages::{Db, Error, query};
use nuages_tests::models::Status;
use std::cell::RefCell;

/// What somebody looks for.
#[derive(Clone, Copy, Debug)]
enum Wish<'a> {
    Anything,
    Named(&'a str),
    Between { from: Decimal, to: Option<Decimal> },
    Stocked(i32),
}

async fn wished(db: &Db, wish: Wish<'_>) -> Vec<i64> {
    query!(
        Product
            .filter(match wish {
                Wish::Anything => {}
                Wish::Named(text) => Q(name.icontains = text) | Q(category.name.icontains = text),
                Wish::Between { from, to } => Q(price.gte = from, price.lte? = to),
                Wish::Stocked(n) if n > 0 => stock.gte = n,
                Wish::Stocked(_) => stock = 0,
            })
            .order_by(id)
            .values_list(id, flat)
    )
    .run(db)
    .await
    .unwrap()
}

#[tokio::test]
async fn each_arm_of_a_match_is_sent_alone() {
    let (_keep, db) = shop().await;
    let db = &db;
    assert_eq!(wished(db, Wish::Anything).await, [1, 2, 3, 4, 5]);
    assert_eq!(wished(db, Wish::Named("novel")).await, [2, 5]);
    assert_eq!(wished(db, Wish::Named("a")).await, [1, 2, 3, 4]);
    assert_eq!(wished(db, Wish::Between { from: price("10"), to: None }).await, [1, 2, 3, 5]);
    assert_eq!(wished(db, Wish::Between { from: price("10"), to: Some(price("20")) }).await, [1, 2, 5]);
    assert_eq!(wished(db, Wish::Stocked(6)).await, [3, 4]);
    assert_eq!(wished(db, Wish::Stocked(0)).await, [2]);
}

#[tokio::test]
async fn only_the_values_of_the_branch_that_is_taken_are_evaluated_once_and_in_order() {
    let (_keep, db) = shop().await;
    for (a, b, expected) in [
        (true, Some(1), "before n=A n=B after slice"),
        (true, None, "before n=A after slice"),
        (false, Some(2), "before n=C n=D after slice"),
        (false, None, "before n=C after slice"),
    ] {
        let seen = RefCell::new(Vec::new());
        let say = |what: &'static str| {
            seen.borrow_mut().push(what);
            what
        };
        let number = |what: &'static str| i32::from(!say(what).is_empty());
        let query = query!(
            Product
                .filter(
                    slug.gt = say("before"),
                    if a {
                        Q(
                            name = say("n=A"),
                            if b.is_some() {
                                slug = say("n=B")
                            },
                        )
                    } else if let (false, Some(2 | 3)) = (a, b) {
                        Q(stock = number("n=C")) | Q(stock = number("n=D"))
                    } else {
                        name = say("n=C")
                    },
                    name.lt = say("after"),
                )
                .values_list(id, flat)[..number("slice")]
        );
        assert_eq!(seen.borrow().join(" "), expected);
        query.run(&db).await.unwrap();
    }
}

#[tokio::test]
async fn parameters_after_a_branch_keep_their_values() {
    let (_keep, db) = shop().await;
    for (kind, expected) in [(0, vec![1, 2]), (1, vec![1]), (2, vec![2]), (3, vec![])] {
        let found = query!(
            Product
                .filter(
                    price.gte = price("10"),
                    match kind {
                        1 => Q(name = String::from("Atlas"), stock.in = [5, 6]),
                        2 => Q(price.range = (price("20"), price("20")), status = Status::Active),
                        3 => name.contains = "%",
                        _ => {}
                    },
                    price.lte = price("20"),
                    stock.in = vec![0, 5],
                )
                .order_by(id)
                .values_list(id, flat)
        );
        assert_eq!(found.run(&db).await.unwrap(), expected, "{kind}");
    }
}

async fn priced(db: &Db, text: Option<&str>) -> Result<i64, std::num::ParseIntError> {
    Ok(query!(
        Product
            .filter(if let Some(text) = text {
                stock.gte = text.parse::<i32>()?
            })
            .count()
    )
    .run(db)
    .await
    .unwrap())
}

#[tokio::test]
async fn question_marks_awaits_and_returns_work_in_branches_and_heads() {
    async fn at(db: &Db, id: Option<i64>) -> Result<Vec<String>, Error> {
        let found = query!(
            Product
                .filter(if let Some(id) = id {
                    category = query!(Product.get(pk = id)).run(db).await?.category_id
                } else if query!(Product.exists()).run(db).await? {
                    stock.gt = i32::try_from(query!(Review.count()).run(db).await?).unwrap_or_default()
                } else {
                    name = match id {
                        Some(_) => "something",
                        None => return Ok(vec!["nothing".into()]),
                    }
                })
                .order_by(id)
                .values_list(name, flat)
        );
        found.run(db).await
    }
    let (_keep, db) = shop().await;
    assert_eq!(priced(&db, None).await, Ok(5));
    assert_eq!(priced(&db, Some("7")).await, Ok(2));
    assert!(priced(&db, Some("seven")).await.is_err());
    assert_eq!(at(&db, Some(2)).await.unwrap(), ["Ballad", "Epic"]);
    assert_eq!(at(&db, None).await.unwrap(), ["Atlas", "Cubes", "Dice"]);
    assert!(at(&db, Some(99)).await.is_err());
    query!(OrderItem.all().delete()).run(&db).await.unwrap();
    query!(Product.all().delete()).run(&db).await.unwrap();
    // Awaited on another thread's executor, so that the future must be `Send`.
    let task = tokio::spawn({
        let db = db.clone();
        async move { at(&db, None).await }
    });
    assert_eq!(task.await.unwrap().unwrap(), ["nothing"]);
}

#[tokio::test]
async fn names_in_patterns_shadow_and_borrow_as_in_rust() {
    struct Form {
        name: Option<String>,
        tags: Vec<String>,
        stock: Result<i32, String>,
    }
    let (_keep, db) = shop().await;
    let form = Form { name: Some("Dice".into()), tags: vec!["fun".into(), "sql".into()], stock: Ok(100) };
    let build = 3;
    let stock = Some(Some(7));
    let found = query!(Product.filter(
        if let Some(name) = &form.name && name.len() > build { name = name },
        match form.tags.as_slice() {
            [] => {}
            [only] => tags.name = only,
            [first, rest @ ..] => Q(tags.name = first) | Q(tags.name.in = rest),
        },
        match &form.stock {
            Ok(n @ 0..=50) => stock = n,
            Ok(n) => stock.gte = *n,
            Err(text) => name = text,
        },
        // The branch's own `stock`, twice.
        if let Some(stock) = stock { if let Some(stock) = stock { stock.gt = stock } },
    ));
    let found: Vec<String> = found.run(&db).await.unwrap().into_iter().map(|p| p.name).collect();
    assert_eq!(found, ["Dice"]);
    assert_eq!(form.name.as_deref(), Some("Dice"));
}

#[tokio::test]
async fn what_is_no_condition_vanishes_with_its_operator() {
    let (_keep, db) = shop().await;
    for on in [false, true] {
        let count = async |query: nuages::Query<i64, nuages::Read>| query.run(&db).await.unwrap();
        let either = |off, there| if on { there } else { off };
        let found = count(query!(
            Product
                .filter(
                    Q(stock = 0)
                        | if on {
                            stock = 5
                        }
                )
                .count()
        ))
        .await;
        assert_eq!(found, either(1, 2));
        let found = count(query!(
            Product
                .filter(
                    Q(stock = 0)
                        & if on {
                            stock = 5
                        }
                )
                .count()
        ))
        .await;
        assert_eq!(found, either(1, 0));
        let found = count(query!(
            Product
                .filter(!Q(if on {
                    stock = 5
                }))
                .count()
        ))
        .await;
        assert_eq!(found, either(5, 4));
        let found = count(query!(
            Product
                .exclude(if on {
                    Q(stock = 5, name = "Atlas")
                })
                .count()
        ))
        .await;
        assert_eq!(found, either(5, 4));
        let found = count(query!(
            Product
                .filter(
                    Q(stock.gt = 5)
                        ^ if on {
                            stock.lt = 50
                        }
                )
                .count()
        ))
        .await;
        assert_eq!(found, either(2, 4));
        let found = count(query!(
            Product
                .exclude(
                    Q(stock.gt = 5)
                        ^ if on {
                            stock.lt = 50
                        }
                )
                .count()
        ))
        .await;
        assert_eq!(found, either(3, 1));
        let found = count(query!(
            Product
                .filter(
                    if on {
                    } else {
                    },
                    match on {
                        true => (),
                        false => {}
                    }
                )
                .count()
        ))
        .await;
        assert_eq!(found, 5);
    }
}

#[tokio::test]
async fn rows_are_bound_when_the_branch_is_taken() {
    let (_keep, db) = shop().await;
    for (kind, expected) in [
        (0, vec![(1, 2), (2, 0), (3, 1), (4, 0), (5, 0)]),
        (1, vec![(1, 1), (3, 1)]),
        (2, vec![(1, 1)]),
        (3, vec![(1, 2)]),
    ] {
        let found = query!(
            Product
                .filter(match kind {
                    1 => reviews.rating.gte = 4,
                    2 => Q(reviews.rating = 3, name = "Atlas"),
                    3 => name = "Atlas",
                    _ => {}
                })
                .annotate(n = Count(reviews))
                .order_by(id)
                .values_list(id, n)
        );
        assert_eq!(found.run(&db).await.unwrap(), expected, "{kind}");
    }
}

#[tokio::test]
async fn conditions_of_a_branch_speak_of_the_row_that_the_others_speak_of() {
    let (_keep, db) = shop().await;
    for (approved, expected) in [(true, vec![1, 3]), (false, vec![])] {
        let found = query!(
            Product
                .filter(
                    reviews.rating.gte = 4,
                    if approved { reviews.is_approved = true } else { reviews.is_approved = false }
                )
                .order_by(id)
                .values_list(id, flat)
        );
        assert_eq!(found.run(&db).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn writes_touch_what_the_branch_says() {
    let (_keep, db) = shop().await;
    for (only, expected) in [(Some(Status::Active), 1), (None, 2)] {
        let shelf = 2_i64;
        let n = query!(
            Product
                .filter(
                    category = shelf,
                    if let Some(only) = only {
                        status = only
                    }
                )
                .update(stock = F(stock) + 1)
        );
        assert_eq!(n.run(&db).await.unwrap(), expected);
    }
    let n = query!(
        Review
            .filter(
                product = 1,
                match 3 {
                    3 => rating = 3,
                    _ => {}
                }
            )
            .delete()
    );
    assert_eq!(n.run(&db).await.unwrap(), 1);
    let left = query!(Review.filter(if true { product = 1 } else { product = 2 }).values_list(rating, flat));
    assert_eq!(left.run(&db).await.unwrap(), [5]);
}

#[tokio::test]
async fn branches_stand_wherever_conditions_do() {
    let (_keep, db) = shop().await;
    for (least, expected) in [(None, [(1, 2, 2), (3, 1, 1)]), (Some(4), [(1, 1, 2), (3, 1, 2)])] {
        let found = query!(
            Product
                .filter(Exists(reviews.filter(if let Some(n) = least { rating.gte = n } else { rating.gt = 0 })))
                .annotate(
                    good = Count(
                        reviews,
                        filter = if let Some(n) = least {
                            reviews.rating.gte = n
                        }
                    )
                )
                // Where no condition is left every row satisfies it.
                .annotate(
                    kind = Case(
                        When(
                            if least.is_none() {
                                stock = 5
                            },
                            then = Value(2)
                        ),
                        default = Value(1)
                    )
                )
                .order_by(id)
                .values_list(id, good, kind)
        );
        assert_eq!(found.run(&db).await.unwrap(), expected);
    }
    let shelves = |cheap: bool| {
        query!(
            Category
                .prefetch_related(
                    products.filter(if cheap { price.lt = 20 } else { stock.gt = 0 }).order_by(if cheap {
                        price
                    } else {
                        -price
                    })[..1]
                )
                .order_by(id)
        )
    };
    for (cheap, expected) in [(true, ["Atlas", "", "", "Dice"]), (false, ["Atlas", "Epic", "", "Cubes"])] {
        let rows = shelves(cheap).run(&db).await.unwrap();
        let first: Vec<&str> =
            rows.iter().map(|shelf| shelf.products.first().map_or("", |p| p.name.as_str())).collect();
        assert_eq!(first, expected);
    }
}

/// An order to choose.
#[derive(Clone, Copy)]
enum By {
    Cost,
    Shelf { down: bool },
    Nothing,
}

async fn names(db: &Db, by: By, stocked: bool) -> Vec<String> {
    query!(
        Product
            .order_by(
                if stocked {
                    F(stock).desc()
                },
                match by {
                    By::Cost => (-price, name),
                    By::Shelf { down } =>
                        if down {
                            -category.name
                        } else {
                            category.name
                        },
                    By::Nothing => {}
                },
            )
            .values_list(name, flat)[..5]
    )
    .run(db)
    .await
    .unwrap()
}

#[tokio::test]
async fn each_variant_of_an_order_is_total_in_its_own_direction() {
    let (_keep, db) = shop().await;
    let db = &db;
    assert_eq!(names(db, By::Cost, false).await, ["Cubes", "Ballad", "Epic", "Atlas", "Dice"]);
    // Ties go on by key: upwards, downwards, upwards where there is no order at all.
    assert_eq!(names(db, By::Shelf { down: false }, false).await, ["Atlas", "Cubes", "Dice", "Ballad", "Epic"]);
    assert_eq!(names(db, By::Shelf { down: true }, false).await, ["Epic", "Ballad", "Dice", "Cubes", "Atlas"]);
    assert_eq!(names(db, By::Nothing, false).await, ["Atlas", "Ballad", "Cubes", "Dice", "Epic"]);
    assert_eq!(names(db, By::Nothing, true).await, ["Dice", "Cubes", "Atlas", "Epic", "Ballad"]);
    query!(Product.all().update(stock = 1)).run(db).await.unwrap();
    assert_eq!(names(db, By::Nothing, true).await, ["Epic", "Dice", "Cubes", "Ballad", "Atlas"]);
    assert_eq!(names(db, By::Shelf { down: false }, true).await, ["Atlas", "Cubes", "Dice", "Ballad", "Epic"]);
    for (down, first, last) in [(true, "Epic", "Atlas"), (false, "Atlas", "Epic")] {
        let order = |down: bool| query!(Product.order_by(if down { -category.name } else { category.name }).first());
        assert_eq!(order(down).run(db).await.unwrap().unwrap().name, first);
        let order = query!(Product.order_by(if down { -category.name } else { category.name }).last());
        assert_eq!(order.run(db).await.unwrap().unwrap().name, last);
        let order = query!(Product.order_by(if down { -category.name } else { category.name }).reverse().page(1, 1));
        assert_eq!(order.run(db).await.unwrap().items[0].name, last);
        let order = query!(
            Product
                .distinct(category_id)
                .order_by(category_id, if down { -name } else { name })
                .values_list(name, flat)
        );
        let expected = if down { ["Atlas", "Epic", "Dice"] } else { ["Atlas", "Ballad", "Cubes"] };
        assert_eq!(order.run(db).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn branches_of_named_queries_use_their_arguments() {
    let (_keep, db) = shop().await;
    assert_eq!(listed(Some("a"), true).run(&db).await.unwrap().len(), 2);
    assert_eq!(listed(None, false).run(&db).await.unwrap()[0].name, "Epic");
}

query! {
    /// Products by a part of their names.
    fn listed(text: Option<&str>, up: bool) -> Vec<Listed> {
        Product
            .filter(match text { Some(text) => name.icontains = text, None => price.gt = 5 })
            .order_by(if up { name } else { -name })
            .values(name)
    }
}
