//! The generated example of the module's documentation, and what the editor part of an expansion says of it: that it
//! type-checks is the test.

use super::{ArrayCol, Col, DateTimeCol, JsonCol, Model, Q, RangeCol, Rel, TextCol, functions, never, of, one, q};

struct Product;
struct Review;

mod columns {
    use super::{ArrayCol, Col, DateTimeCol, JsonCol, Model, Q, RangeCol, Rel, TextCol, never};

    pub(super) struct ProductCols {
        pub(super) pk: Col<i64>,
        pub(super) name: TextCol<String>,
        pub(super) created_at: DateTimeCol<u8>,
        pub(super) labels: ArrayCol<Vec<String>, TextCol<String>>,
        pub(super) meta: JsonCol<u8>,
        pub(super) sizes: RangeCol<u8, Col<i32>>,
        pub(super) reviews: Rel<super::Review>,
    }
    pub(super) struct ReviewCols {
        pub(super) rating: Col<i32>,
        pub(super) product: Rel<super::Product>,
    }
    pub(super) struct ProductScopes;
    impl ProductScopes {
        pub(super) fn by_category(&self, slug: ()) -> Q<super::Product> {
            never()
        }
    }
    pub(super) struct ReviewScopes;
    pub(super) struct ProductRelated {
        pub(super) reviews: Q<super::Review>,
    }
    impl core::ops::Deref for ProductRelated {
        type Target = Q<super::Product>;
        fn deref(&self) -> &Self::Target {
            never()
        }
    }
    impl Model for super::Product {
        type Cols = ProductCols;
        type Scopes = ProductScopes;
        type Related = ProductRelated;
    }
    impl Model for super::Review {
        type Cols = ReviewCols;
        type Scopes = ReviewScopes;
        type Related = Q<super::Review>;
    }
}

/// Never called: type-checked only.
fn expansion() {
    q::<Product>()
        .by_category(())
        .filter(|c0| {
            of(&c0.pk.r#in);
            of(&c0.name.lower.startswith);
            of(&c0.created_at.tz(()).date.year.gte);
            of(&c0.created_at.month);
            of(&c0.labels.item.icontains);
            of(&c0.meta.item.item.has_key);
            of(&c0.sizes.startswith.gt);
            of(&c0.reviews.product.reviews.isnull);
            of(&c0);
        })
        .annotate(|c0| {
            of(&functions::Sum);
            of(&c0.reviews.rating);
        })
        .prefetch_related(|c0| {
            _ = &c0.reviews.chain().filter(|c1| of(&c1.rating.gte)).first();
        });
    one::<Product>().reviews.filter(|c0| of(&c0.product.name)).count();
    one::<Product>().by_category(()).delete();
}

#[test]
fn the_example_type_checks() {
    let _: fn() = expansion;
    assert_eq!(size_of::<columns::ProductCols>(), 0);
}
