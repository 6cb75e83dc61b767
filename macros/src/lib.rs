//! The macros: they find the schema and hand everything else to the compiler.
//!
//! In: the tokens of a call, and the environment that Cargo sets. Out: an expansion; never a panic.

mod locate;
mod manifest;
mod models;
mod uses;

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

/// SQL of one's own, where the language of queries has no word for it: values stand in braces and are bound, never
/// pasted, each row becomes the type after `as`, and without one the rows are counted.
///
/// ```ignore
/// let some = raw!("SELECT * FROM catalog_product TABLESAMPLE BERNOULLI ({percent})" as Product).run(&db).await?;
/// ```
///
/// In quotes and comments of the statement braces are text; elsewhere `{{` and `}}` are braces. A model gets all its
/// columns by their names in the database, in any order; a struct the columns of its fields' names, which the statement
/// has to say (`SELECT a, f(b) AS c`) or the call (`as Row { a, c }`); a tuple takes the columns as they stand, a type
/// like `i64` or `Option<String>` the only one. Columns that are missing, too many or of another type are an error
/// before the statement is carried out.
///
/// With `as` it is a `nuages::Query<Vec<_>, nuages::Read>` that always goes to the primary and is sent only once: it may
/// write. Without, it is a `nuages::Query<u64, nuages::Write>`.
#[proc_macro]
pub fn raw(input: TokenStream) -> TokenStream {
    match locate::find() {
        Ok(found) => nuages_compiler::expand_raw(input.into(), &found.schema, &found.paths).into(),
        Err(message) => nuages_compiler::refuse(&message).into(),
    }
}

/// An async function as a test with a database of its own, or with a transaction that is rolled back.
///
/// ```ignore
/// #[nuages::test]
/// async fn a_tag_has_a_name_of_its_own(db: Db) -> Result<(), Error> {
///     query!(Tag.create(name = "rust")).run(&db).await?;
///     let again = query!(Tag.create(name = "rust")).run(&db).await.unwrap_err();
///     assert_eq!(again.constraint(), Some(Tag::NAME_KEY));
///     Ok(())
/// }
/// ```
///
/// * `db: Db` or `db: &Db` is a database that nobody else has, with the schema's tables: a copy of a template, which is
///   made once for each schema. It is dropped at the end, also after a panic.
/// * `tx: &Transaction` is a transaction that is rolled back at the end, in a database that such tests share. It costs
///   less; nothing can be committed in it.
///
/// The databases are made on the server that `server` gives; without it on that of `test_server` in `nuages.toml`, the path
/// of such a function for all tests; without both on the one that `DATABASE_URL` names. Options:
///
/// * `server = path`: a function that gives the URL of a server (`String`, `&str`, or a `Result` of one) as a user that
///   may create databases: `server = nuages_devdb::server`.
/// * `fixtures(one, another)`: async functions that take what the test takes by reference and are run before it, in this
///   order; they give `()` or a `Result`.
/// * `models = path`: the module of `nuages::models!()`, where it is not the one that `query!` uses.
/// * `flavor = "multi_thread"`: tokio's runtime has two threads for what the test spawns; without it there is one for all.
#[proc_macro_attribute]
pub fn test(attribute: TokenStream, item: TokenStream) -> TokenStream {
    nuages_compiler::test(attribute.into(), &item.into(), locate::surroundings, Some(locate::is_first)).into()
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
