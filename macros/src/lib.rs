//! The macros: they find the schema and hand everything else to the compiler.
//!
//! In: the tokens of a call, and the environment that Cargo sets. Out: an expansion; never a panic.

mod locate;
mod manifest;
mod models;

use proc_macro::TokenStream;

/// A checked query: a chain in Django's vocabulary, compiled to static SQL.
///
/// As an expression it is a `nuages::Query`, which says nothing to the database until it is run; at item position it
/// defines a function that returns one.
///
/// ```ignore
/// let products = query!(Product.filter(category.slug = slug, price.gte? = min).order_by(-price)[..20]).run(&db).await?;
/// ```
#[proc_macro]
pub fn query(input: TokenStream) -> TokenStream {
    match locate::find() {
        Ok(found) => nuages_compiler::expand(input.into(), &found.schema, &found.paths).into(),
        Err(message) => nuages_compiler::refuse(&message).into(),
    }
}

/// The models of the schema: its structs and enums, and `create_all`, which makes its tables. It stands once in a
/// package, in a module of its own (`crate::models`, or what `models` in `nuages.toml` says); the package has a
/// `build.rs` that calls `nuages_schema::build()`.
///
/// ```ignore
/// pub mod models {
///     nuages::models!();
/// }
/// ```
#[proc_macro]
pub fn models(input: TokenStream) -> TokenStream {
    models::expand(&input.into()).into()
}
