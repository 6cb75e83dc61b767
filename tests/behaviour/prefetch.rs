//! Related rows in statements of their own.

use crate::shop::shop;
use nuages::query;
use nuages_tests::models::{Category, Product, Review, Tag, User};

#[tokio::test]
async fn no_parents_need_no_children() {
    let (_keep, db) = shop().await;
    let rows =
        query!(Product.filter(id.lt = 0).prefetch_related(tags, reviews.user.orders.items)).run(&db).await.unwrap();
    assert!(rows.is_empty());
    let first = query!(Product.filter(id.lt = 0).prefetch_related(tags).first()).run(&db).await.unwrap();
    assert!(first.is_none());
    let page = query!(Product.prefetch_related(tags).order_by(id).page(9, 2)).run(&db).await.unwrap();
    assert_eq!((page.items.len(), page.total), (0, 5));
    let none = query!(Product.prefetch_related(tags).get(id = 77)).run(&db).await.unwrap_err();
    assert!(none.is_does_not_exist());
}

#[tokio::test]
async fn a_child_of_several_parents_is_in_each() {
    let (_keep, db) = shop().await;
    let products = query!(Product.prefetch_related(tags, category).order_by(id)).run(&db).await.unwrap();
    let tags: Vec<Vec<&str>> = products.iter().map(|p| p.tags.iter().map(|t| t.name.as_str()).collect()).collect();
    // In the order of the model: by name.
    assert_eq!(tags, [vec!["rust", "sql"], vec![], vec!["fun"], vec!["fun", "rust"], vec![]]);
    assert_eq!(products[2].category, products[3].category);
    // The other way round, and back again.
    let tags = query!(Tag.prefetch_related(products.tags).order_by(id)).run(&db).await.unwrap();
    let rust = &tags[0];
    assert_eq!(rust.products.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().len(), 2);
    assert!(rust.products.iter().all(|p| p.tags.iter().any(|t| t.name == "rust")));
    assert!(tags[3].products.is_empty());
    let own: Vec<Tag> = products[0].tags.clone();
    assert_eq!(own.len(), 2);
}

#[tokio::test]
async fn a_null_key_has_no_relation() {
    let (_keep, db) = shop().await;
    let orders = query!(Order.prefetch_related(address.user, shipment).order_by(id)).run(&db).await.unwrap();
    assert_eq!(orders[0].address.as_ref().map(|a| a.user.name.as_str()), Some("Ada"));
    assert!(orders[1].address.is_none());
    let carrier = |i: usize| orders[i].shipment.as_ref().map(|s| s.carrier.as_str());
    assert_eq!([carrier(0), carrier(1), carrier(2)], [None, None, Some("Pigeon")]);
    let users = query!(User.prefetch_related(referred_by, referrals).order_by(id)).run(&db).await.unwrap();
    let by: Vec<Option<&str>> = users.iter().map(|u| u.referred_by.as_ref().map(|u| u.name.as_str())).collect();
    assert_eq!(by, [None, Some("Ada"), Some("Bob")]);
    assert_eq!(users.iter().map(|u| u.referrals.len()).collect::<Vec<_>>(), [1, 1, 0]);
    // All keys NULL: there is nothing to ask for.
    let alone = query!(Order.filter(address.isnull = true).prefetch_related(address)).run(&db).await.unwrap();
    assert!(alone.iter().all(|o| o.address.is_none()) && alone.len() == 1);
}

#[tokio::test]
async fn a_slice_is_each_parent_s() {
    let (_keep, db) = shop().await;
    let n = 1;
    let rows = query!(
        Category
            .prefetch_related(
                dearest = products.order_by(-price)[..n],
                others = products.order_by(-price)[1..5],
                few = products.filter(stock.lt = 5),
            )
            .order_by(id)
    );
    let rows = rows.run(&db).await.unwrap();
    let names = |list: &[Product]| list.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&rows[3].dearest), ["Cubes"]);
    assert_eq!(names(&rows[3].others), ["Dice"]);
    // Equal prices go on by key, in the direction of the order.
    assert_eq!((names(&rows[1].dearest), names(&rows[1].others)), (vec!["Epic".into()], vec!["Ballad".into()]));
    assert_eq!((rows[2].dearest.len(), rows[2].others.len()), (0, 0));
    assert_eq!(rows.iter().map(|c| c.few.len()).collect::<Vec<_>>(), [0, 2, 0, 0]);
    let tags = query!(Tag.prefetch_related(products.order_by(price)[..1])).run(&db).await.unwrap();
    let first: Vec<_> = tags.iter().map(|t| (t.name.as_str(), t.products.first().map(|p| p.name.as_str()))).collect();
    assert_eq!(first, [("fun", Some("Dice")), ("lonely", None), ("rust", Some("Dice")), ("sql", Some("Atlas"))]);
}

/// A shelf with the shelves on it, as one's own struct at each level.
#[derive(Debug)]
struct Top {
    category: Category,
    children: Vec<Middle>,
}

#[derive(Debug)]
struct Middle {
    category: Category,
    below: Vec<Bottom>,
    products: Vec<Product>,
}

#[derive(Debug)]
struct Bottom {
    category: Category,
    parent: Option<Category>,
}

#[tokio::test]
async fn a_tree_three_levels_deep() {
    let (_keep, db) = shop().await;
    let tree = query!(Category.roots().prefetch_related(children.children.children)).run(&db).await.unwrap();
    let [books, games] = &tree[..] else { panic!("{} roots", tree.len()) };
    assert_eq!((books.name.as_str(), games.name.as_str()), ("Books", "Games"));
    assert!(games.children.is_empty());
    let novels = &books.children[0];
    assert_eq!((novels.name.as_str(), novels.children[0].name.as_str()), ("Novels", "Short novels"));
    assert!(novels.children[0].children.is_empty());
    let tree = query!(Category.roots().prefetch_related(
        children = children.prefetch_related(below = children.select_related(parent) as Bottom, products) as Middle
    ) as Top);
    assert_eq!(tree.round_trips(), 4);
    let tree: Vec<Top> = tree.run(&db).await.unwrap();
    let (top, middle) = (&tree[0], &tree[0].children[0]);
    assert_eq!((top.category.name.as_str(), middle.category.name.as_str()), ("Books", "Novels"));
    assert_eq!(middle.products.len(), 2);
    let bottom = &middle.below[0];
    assert_eq!(bottom.parent.as_ref().map(|c| c.id), Some(middle.category.id));
    assert_eq!(bottom.category.name, "Short novels");
}

#[tokio::test]
async fn conditions_and_annotations_of_children() {
    let (_keep, db) = shop().await;
    let least = 4;
    let rows = query!(
        Product
            .filter(reviews.rating = 3)
            .prefetch_related(
                good = reviews.filter(rating.gte = least).select_related(user).annotate(by = Count(user.orders)),
                reviews.order_by(-rating),
            )
            .order_by(id)
    );
    let rows = rows.run(&db).await.unwrap();
    // The filter of the parents binds nothing here.
    assert_eq!((rows.len(), rows[0].reviews.iter().map(|r| r.rating).collect::<Vec<_>>()), (1, vec![5, 3]));
    let [good] = &rows[0].good[..] else { panic!("{} good reviews", rows[0].good.len()) };
    assert_eq!((good.rating, good.user.name.as_str(), good.by), (5, "Ada", 2));
    let review: &Review = good;
    let user: &User = &good.user;
    assert_eq!((review.user_id, review.is_approved), (user.id, true));
}
