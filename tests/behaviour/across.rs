//! Writes that read what rows refer to: fields of related rows in `update`, `bulk_update` and `update_or_create`.

use crate::shop::{may, price, shop};
use nuages::{ErrorKind, Integrity, query};
use nuages_tests::models::Review;

#[tokio::test]
async fn a_row_takes_what_it_refers_to() {
    let (_keep, db) = shop().await;
    let n = query!(OrderItem.all().update(unit_price = F(product.price) * 2)).run(&db).await.unwrap();
    assert_eq!(n, 3);
    let prices = query!(OrderItem.order_by(id).values_list(unit_price, flat)).run(&db).await.unwrap();
    assert_eq!(prices, ["20.00", "60.00", "20.00"].map(price));
    // Over two relations, one of which is not there.
    let n = query!(Review.all().update(title = F(product.category.parent.name), body = F(product.name)))
        .run(&db)
        .await
        .unwrap();
    assert_eq!(n, 3);
    let texts = query!(Review.order_by(id).values_list(title, body)).run(&db).await.unwrap();
    let body = |text: &str| (None, text.to_owned());
    assert_eq!(texts, [body("Atlas"), body("Atlas"), body("Cubes")]);
    // A one-to-one from its other side, a relation that is set from another one's, a row without either.
    let n =
        query!(Order.all().update(note = Coalesce(F(shipment.carrier), F(address.city)), user = F(user.referred_by)))
            .run(&db)
            .await
            .unwrap_err();
    assert_eq!(n.kind(), ErrorKind::Integrity(Integrity::NotNull));
    query!(
        Order.all().update(
            note = Coalesce(F(shipment.carrier), F(address.city)),
            user = Coalesce(F(user.referred_by), F(user))
        )
    )
    .run(&db)
    .await
    .unwrap();
    let rows = query!(Order.order_by(id).values_list(note, user)).run(&db).await.unwrap();
    assert_eq!(rows, [(Some("Paris".to_owned()), 1), (None, 1), (Some("Pigeon".to_owned()), 1)]);
}

#[tokio::test]
async fn a_tree_reads_itself_as_it_was() {
    let (_keep, db) = shop().await;
    let n = query!(Category.all().update(name = Concat(Coalesce(F(parent.name), "-"), "/", F(name)))).run(&db).await;
    assert_eq!(n.unwrap(), 4);
    let names = query!(Category.order_by(id).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(names, ["-/Books", "Books/Novels", "Novels/Short novels", "-/Games"]);
}

#[tokio::test]
async fn conditions_in_a_value_speak_of_related_rows() {
    let (_keep, db) = shop().await;
    let least = 4;
    query!(Product.all().update(
        stock = Case(
            When(category.parent.name = "Books", then = 1),
            When(reviews.rating.gte = least, reviews.user.name = "Ada", then = 2),
            When(category.parent.slug.isnull = false, then = 3),
            default = F(stock)
        )
    ))
    .run(&db)
    .await
    .unwrap();
    let stock = query!(Product.order_by(id).values_list(stock, flat)).run(&db).await.unwrap();
    assert_eq!(stock, [2, 1, 2, 100, 1]);
    // NULL of a row that is there, and no row.
    query!(Review.all().update(rating = Case(When(product.category.parent.name.isnull = true, then = 1), default = 2)))
        .run(&db)
        .await
        .unwrap();
    assert_eq!(query!(Review.filter(rating = 2).count()).run(&db).await.unwrap(), 3);
}

#[tokio::test]
async fn inner_chains_read_what_the_row_refers_to() {
    let (_keep, db) = shop().await;
    // Each product takes the name of the dearest one in the category above its own.
    let n = query!(
        Product.filter(category.parent.isnull = false).update(
            description = Subquery(
                Product
                    .filter(category = OuterRef(category.parent), name.lt = OuterRef(category.parent.name))
                    .order_by(-price)
                    .values(name)[..1]
            )
        )
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!(n, 2);
    let texts = query!(Product.order_by(id).values_list(description, flat)).run(&db).await.unwrap();
    let atlas = Some("Atlas".to_owned());
    assert_eq!(texts, [None, atlas.clone(), None, None, atlas]);
    query!(
        User.all().update(phone = Subquery(Order.filter(user = OuterRef(pk)).order_by(-placed_at).values(number)[..1]))
    )
    .run(&db)
    .await
    .unwrap();
    let phones = query!(User.order_by(id).values_list(phone, flat)).run(&db).await.unwrap();
    assert_eq!(phones, [Some("A-2".to_owned()), Some("B-1".to_owned()), None]);
}

#[tokio::test]
async fn what_the_chain_has_joined_is_read_again() {
    let (_keep, db) = shop().await;
    let n = query!(
        Product
            .annotate(shelf = F(category.name), above = F(category.parent.name))
            .filter(shelf.startswith = "N")
            .update(description = Concat(above, " > ", F(shelf)))
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!(n, 2);
    let texts = query!(Product.filter(description.isnull = false).order_by(id).values_list(name, description));
    let shown = "Books > Novels".to_owned();
    assert_eq!(texts.run(&db).await.unwrap(), [("Ballad".to_owned(), shown.clone()), ("Epic".to_owned(), shown)]);
}

#[tokio::test]
async fn what_is_left_out_reads_nothing() {
    let (_keep, db) = shop().await;
    for (at, day) in [(None, 1), (Some(may(9, 9)), 9)] {
        let n = query!(Order.filter(pk = 1).update(placed_at? = at, note = F(user.name))).run(&db).await.unwrap();
        let row = query!(Order(1)).run(&db).await.unwrap();
        assert_eq!((n, row.placed_at, row.note.as_deref()), (1, may(day, 9), Some("Ada")));
    }
}

#[tokio::test]
async fn many_rows_and_single_ones_read_what_they_refer_to() {
    let (_keep, db) = shop().await;
    let rates = [(1_i64, price("3"), 1), (3, price("10"), 2)];
    let n = query!(OrderItem.bulk_update(for (id, rate, more) in rates =>
        pk = id, unit_price = F(product.price) * rate, quantity = F(quantity) + more))
    .run(&db)
    .await
    .unwrap();
    assert_eq!(n, 2);
    let rows = query!(OrderItem.order_by(id).values_list(unit_price, quantity)).run(&db).await.unwrap();
    assert_eq!(rows, [(price("30.00"), 3), (price("30.00"), 1), (price("100.00"), 3)]);
    for (user, made) in [(1, false), (3, true), (3, false)] {
        let (review, created): (Review, bool) = query!(Review.update_or_create(
            product = 1,
            user = user,
            defaults(title = F(product.name), rating = F(rating) - 1),
            create_defaults(rating = 3)
        ))
        .run(&db)
        .await
        .unwrap();
        assert_eq!((created, review.title.is_none()), (made, made));
    }
    let ratings = query!(Review.filter(product = 1).order_by(user).values_list(rating, flat)).run(&db).await.unwrap();
    assert_eq!(ratings, [4, 3, 2]);
}
