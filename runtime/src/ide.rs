//! What an editor sees of `query!`: types whose fields are columns, relations and lookups and whose methods are those of
//! a chain, all with doc comments. Nothing here ever runs, and rustc sees uses of it only in generated type definitions:
//! the calls stand in the part of an expansion that only rust-analyzer compiles (`cfg(rust_analyzer)`).
//!
//! In: the column structs that `nuages-schema` writes beside the models, and the calls that `compiler::emit::editor`
//! writes. Out: completion, hover and go-to-definition for every name in a query. Afterwards nothing: every function
//! is unreachable, every type is empty.
//!
//! # What is generated
//!
//! Per model, in a hidden module `columns` beside the models (so that the list of models stays clean), for
//! `model Product { name: Char(255), slug…, category: Category, price: Decimal(10, 2), created_at: DateTime, tags: [Tag],
//! scope active = …, scope by_category(slug: Slug) = … }`:
//!
//! ```text
//! #[doc(hidden)]
//! pub mod columns {
//!     pub struct ProductCols {
//!         /// `catalog_product.id` bigint, not null. The primary key.
//!         pub id: ::nuages::ide::Col<i64>,
//!         /// The primary key: `id`.
//!         pub pk: ::nuages::ide::Col<i64>,
//!         /// `catalog_product.name` varchar(255), not null
//!         ///
//!         /// (the `///` lines of the schema follow)
//!         pub name: ::nuages::ide::TextCol<String>,
//!         /// foreign key to `Category`, not null
//!         pub category: ::nuages::ide::Rel<super::Category>,
//!         /// `catalog_product.category_id` bigint, not null. The key of `category`.
//!         pub category_id: ::nuages::ide::Col<i64>,
//!         /// `catalog_product.price` numeric(10, 2), not null
//!         pub price: ::nuages::ide::Col<::nuages::rust_decimal::Decimal>,
//!         /// `catalog_product.created_at` timestamptz, not null
//!         pub created_at: ::nuages::ide::DateTimeCol<::nuages::chrono::DateTime<::nuages::chrono::Utc>>,
//!         /// many-to-many with `Tag`
//!         pub tags: ::nuages::ide::Rel<super::Tag>,
//!         /// reverse of `Review.product`, any number
//!         pub reviews: ::nuages::ide::Rel<super::Review>,
//!     }
//!
//!     /// The scopes of `Product`.
//!     pub struct ProductScopes;
//!     impl ProductScopes {
//!         /// (docs of the scope, then its text) `filter(status = "active", stock.gt = 0)`
//!         pub fn active(&self) -> ::nuages::ide::Q<super::Product> { ::nuages::ide::never() }
//!         pub fn by_category(&self, slug: ()) -> ::nuages::ide::Q<super::Product> { ::nuages::ide::never() }
//!     }
//!
//!     /// What follows `Product(key)`: its to-many relations as chains.
//!     pub struct ProductRelated {
//!         /// reverse of `Review.product`, any number
//!         pub reviews: ::nuages::ide::Q<super::Review>,
//!     }
//!     impl ::core::ops::Deref for ProductRelated {
//!         type Target = ::nuages::ide::Q<super::Product>;
//!         fn deref(&self) -> &Self::Target { ::nuages::ide::never() }
//!     }
//!
//!     impl ::nuages::ide::Model for super::Product {
//!         type Cols = ProductCols;
//!         type Scopes = ProductScopes;
//!         type Related = ProductRelated;
//!     }
//! }
//! ```
//!
//! Scope parameters are all of type `()`: only their names are shown. A field whose name is a keyword is written raw
//! (`r#type`). Which column type a field has:
//!
//! | field type | column type (`T`: the Rust type of a non-null value) |
//! |---|---|
//! | text types and enums stored as text | [`TextCol<T>`] |
//! | `Date` | [`DateCol<T>`] |
//! | `Time` | [`TimeCol<T>`] |
//! | `DateTime`, also naive | [`DateTimeCol<T>`] |
//! | `Array(E)` | [`ArrayCol<T, C>`], `C` the column type of `E` |
//! | `Range(E)` | [`RangeCol<T, C>`], `C` the column type of `E` |
//! | `Json`, `HStore` | [`JsonCol<T>`] |
//! | `SearchVector` | [`SearchCol<T>`] |
//! | relations of any kind | [`Rel<Model>`] |
//! | everything else, `pk` of a composite key | [`Col<T>`] |

// Nothing runs: parameters have names for the editor's sake only.
#![allow(unused_variables, clippy::unused_self, clippy::needless_pass_by_value)]
#![allow(clippy::must_use_candidate, clippy::return_self_not_must_use)]

use core::marker::PhantomData;
use core::ops::Deref;

/// What the generated code says of a model.
pub trait Model {
    /// Its columns and relations, as fields.
    type Cols;
    /// Its scopes, as methods.
    type Scopes;
    /// Its to-many relations as chains, and through `Deref` the chain of the object itself.
    type Related;
}

/// A value of any type: never called.
#[doc(hidden)]
pub fn never<T>() -> T {
    unreachable!("code for editors only")
}

/// A chain that starts at a model.
#[doc(hidden)]
pub fn q<M: Model>() -> Q<M> {
    never()
}

/// A chain that starts at one object, `Product(key)`.
#[doc(hidden)]
pub fn one<M: Model>() -> M::Related {
    never()
}

/// A path: a use of the names in it.
#[doc(hidden)]
pub fn of<L>(path: &L) {}

/// The names of functions, for hover and completion.
#[doc(hidden)]
pub mod functions;

/// A lookup; `T` is what stands on the right of `=`.
pub struct Lookup<T: ?Sized>(PhantomData<T>);

/// A column behind a transform.
pub struct Via<C>(PhantomData<C>);

impl<C> Deref for Via<C> {
    type Target = C;
    fn deref(&self) -> &C {
        never()
    }
}

/// A column of any type.
pub struct Col<T> {
    /// `= value`: equal. The same as no lookup; `= None` is IS NULL.
    pub exact: Lookup<T>,
    /// `= [a, b]`, `= ids`: one of the elements, or of the rows of a chain.
    pub r#in: Lookup<[T]>,
    /// `= true`: IS NULL; `= false`: IS NOT NULL.
    pub isnull: Lookup<bool>,
    /// `= value`: greater than.
    pub gt: Lookup<T>,
    /// `= value`: greater than or equal.
    pub gte: Lookup<T>,
    /// `= value`: less than.
    pub lt: Lookup<T>,
    /// `= value`: less than or equal.
    pub lte: Lookup<T>,
    /// `= (a, b)`, `= a..=b`: between, both ends included.
    pub range: Lookup<(T, T)>,
}

/// A column of text.
pub struct TextCol<T> {
    /// `= text`: equal, ignoring case.
    pub iexact: Lookup<T>,
    /// `= text`: contains it; `%` and `_` are plain characters.
    pub contains: Lookup<T>,
    /// `= text`: contains it, ignoring case.
    pub icontains: Lookup<T>,
    /// `= text`: begins with it.
    pub startswith: Lookup<T>,
    /// `= text`: begins with it, ignoring case.
    pub istartswith: Lookup<T>,
    /// `= text`: ends with it.
    pub endswith: Lookup<T>,
    /// `= text`: ends with it, ignoring case.
    pub iendswith: Lookup<T>,
    /// `= pattern`: matches the POSIX regular expression.
    pub regex: Lookup<T>,
    /// `= pattern`: matches the POSIX regular expression, ignoring case.
    pub iregex: Lookup<T>,
    /// `= text`: full-text search.
    pub search: Lookup<T>,
    /// `= text`: similar by trigrams (`pg_trgm`).
    pub trigram_similar: Lookup<T>,
    /// `= text`: contains a word similar by trigrams (`pg_trgm`).
    pub trigram_word_similar: Lookup<T>,
    /// In lower case; lookups follow.
    pub lower: Via<TextCol<T>>,
    /// In upper case; lookups follow.
    pub upper: Via<TextCol<T>>,
    /// Number of characters; lookups follow.
    pub length: Via<Col<i32>>,
    /// Without white space at both ends; lookups follow.
    pub trim: Via<TextCol<T>>,
    /// Without accents (`unaccent`); lookups follow.
    pub unaccent: Via<TextCol<T>>,
    rest: PhantomData<T>,
}

impl<T> Deref for TextCol<T> {
    type Target = Col<T>;
    fn deref(&self) -> &Col<T> {
        never()
    }
}

/// A column of dates, or the date parts of an instant.
pub struct DateCol<T> {
    /// The year; lookups follow.
    pub year: Via<Col<i32>>,
    /// The year of the ISO week; lookups follow.
    pub iso_year: Via<Col<i32>>,
    /// The quarter, 1 to 4; lookups follow.
    pub quarter: Via<Col<i32>>,
    /// The month, 1 to 12; lookups follow.
    pub month: Via<Col<i32>>,
    /// The ISO week, 1 to 53; lookups follow.
    pub week: Via<Col<i32>>,
    /// The day of the week, 1 (Sunday) to 7; lookups follow.
    pub week_day: Via<Col<i32>>,
    /// The day of the week, 1 (Monday) to 7; lookups follow.
    pub iso_week_day: Via<Col<i32>>,
    /// The day of the month; lookups follow.
    pub day: Via<Col<i32>>,
    rest: PhantomData<T>,
}

impl<T> Deref for DateCol<T> {
    type Target = Col<T>;
    fn deref(&self) -> &Col<T> {
        never()
    }
}

/// A column of times of day.
pub struct TimeCol<T> {
    /// The hour, 0 to 23; lookups follow.
    pub hour: Via<Col<i32>>,
    /// The minute; lookups follow.
    pub minute: Via<Col<i32>>,
    /// The second; lookups follow.
    pub second: Via<Col<i32>>,
    rest: PhantomData<T>,
}

impl<T> Deref for TimeCol<T> {
    type Target = Col<T>;
    fn deref(&self) -> &Col<T> {
        never()
    }
}

/// A column of instants; their parts are taken in the schema's `time_zone`.
pub struct DateTimeCol<T> {
    /// The date; lookups follow.
    pub date: Via<DateCol<chrono::NaiveDate>>,
    /// The time of day; lookups follow.
    pub time: Via<TimeCol<chrono::NaiveTime>>,
    /// The hour, 0 to 23; lookups follow.
    pub hour: Via<Col<i32>>,
    /// The minute; lookups follow.
    pub minute: Via<Col<i32>>,
    /// The second; lookups follow.
    pub second: Via<Col<i32>>,
    rest: PhantomData<T>,
}

impl<T> DateTimeCol<T> {
    /// `.tz("Europe/Paris")`: the parts that follow are taken in this time zone.
    pub fn tz(&self, zone: ()) -> Via<DateTimeCol<T>> {
        never()
    }
}

impl<T> Deref for DateTimeCol<T> {
    type Target = DateCol<T>;
    fn deref(&self) -> &DateCol<T> {
        never()
    }
}

/// A column of arrays; `tags.0` is an element, counted from 0.
pub struct ArrayCol<T, C> {
    /// `= [a, b]`: holds all of them.
    pub contains: Lookup<T>,
    /// `= [a, b]`: holds nothing else.
    pub contained_by: Lookup<T>,
    /// `= [a, b]`: holds at least one of them.
    pub overlap: Lookup<T>,
    /// The number of elements; lookups follow.
    pub len: Via<Col<i32>>,
    #[doc(hidden)]
    pub item: Via<C>,
}

impl<T, C> Deref for ArrayCol<T, C> {
    type Target = Col<T>;
    fn deref(&self) -> &Col<T> {
        never()
    }
}

/// A column of ranges.
pub struct RangeCol<T, C> {
    /// `= value`: holds the element or range.
    pub contains: Lookup<T>,
    /// `= range`: lies within it.
    pub contained_by: Lookup<T>,
    /// `= range`: has a common point with it.
    pub overlap: Lookup<T>,
    /// `= range`: lies wholly before it.
    pub fully_lt: Lookup<T>,
    /// `= range`: lies wholly after it.
    pub fully_gt: Lookup<T>,
    /// `= range`: has no point before it.
    pub not_lt: Lookup<T>,
    /// `= range`: has no point after it.
    pub not_gt: Lookup<T>,
    /// `= range`: touches it.
    pub adjacent_to: Lookup<T>,
    /// `= true`: is empty.
    pub isempty: Lookup<bool>,
    /// The lower end; lookups follow.
    pub startswith: Via<C>,
    /// The upper end; lookups follow.
    pub endswith: Via<C>,
}

impl<T, C> Deref for RangeCol<T, C> {
    type Target = Col<T>;
    fn deref(&self) -> &Col<T> {
        never()
    }
}

/// A column of documents; keys and positions follow as a path: `meta.owner.0`, `meta["odd key"]`.
pub struct JsonCol<T> {
    /// `= document`: contains it.
    pub contains: Lookup<T>,
    /// `= document`: is contained in it.
    pub contained_by: Lookup<T>,
    /// `= key`: has the key.
    pub has_key: Lookup<str>,
    /// `= keys`: has all keys.
    pub has_keys: Lookup<[String]>,
    /// `= keys`: has at least one of the keys.
    pub has_any_keys: Lookup<[String]>,
    #[doc(hidden)]
    pub item: Via<JsonCol<T>>,
}

impl<T> Deref for JsonCol<T> {
    type Target = Col<T>;
    fn deref(&self) -> &Col<T> {
        never()
    }
}

/// A column of search vectors.
pub struct SearchCol<T> {
    /// `= SearchQuery(…)`: matches.
    pub exact: Lookup<T>,
    /// `= text`: matches the plain query.
    pub search: Lookup<str>,
    /// `= true`: IS NULL.
    pub isnull: Lookup<bool>,
}

/// A relation: the fields of the other model follow.
pub struct Rel<M> {
    /// `= true`: there is no related row.
    pub isnull: Lookup<bool>,
    /// `= keys`, `= chain`: the related key is one of them.
    pub r#in: Lookup<[M]>,
}

impl<M: Model> Rel<M> {
    /// A chain that starts at the relation, inside `Exists`, `Subquery`, `prefetch_related`.
    #[doc(hidden)]
    pub fn chain(&self) -> Q<M> {
        never()
    }
}

impl<M: Model> Deref for Rel<M> {
    type Target = M::Cols;
    fn deref(&self) -> &M::Cols {
        never()
    }
}

/// A chain on `M`.
pub struct Q<M>(PhantomData<M>);

impl<M: Model> Deref for Q<M> {
    type Target = M::Scopes;
    fn deref(&self) -> &M::Scopes {
        never()
    }
}

mod chain;
#[cfg(test)]
mod tests;
