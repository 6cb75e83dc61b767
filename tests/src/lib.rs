//! What the tests of this package share: the models of the shop.

/// The models of `examples/shop/schema/`.
pub mod models {
    nuages::models!();
}
