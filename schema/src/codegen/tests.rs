//! The models' source of a schema that has every type and every awkward name. Whether it compiles is for the packages
//! of `tests/workspace` to show.

use crate::source::SourceFile;
use crate::{Schema, parse};
use std::path::PathBuf;

fn schema(text: &str) -> Schema {
    let file = SourceFile { path: "shop.nuages".into(), location: PathBuf::new(), app: None, text: text.into() };
    parse(vec![file], "UTC").unwrap()
}

fn source(text: &str) -> String {
    super::models(&schema(text))
}

fn columns(text: &str) -> String {
    super::columns(&schema(text))
}

/// The part from one line to the next empty one.
fn part<'s>(source: &'s str, first: &str) -> &'s str {
    let start = source.find(first).unwrap_or_else(|| panic!("no {first:?} in\n{source}"));
    let rest = &source[start..];
    &rest[..rest.find("\n\n").map_or(rest.len(), |i| i + 1)]
}

#[test]
fn a_model_is_a_struct_with_its_documentation() {
    let out = source(
        r#"
/// Something to buy.
model Product {
    /// What it is called.
    name: Char(255) help("as on the label"),
    type: Text?,
    price: Decimal(10, 2),
    category: Category? on_delete(set_null),
    table("goods"), comment("sold here"),
}
model Category { name: Text }
"#,
    );
    let expected = "\
/// Something to buy.
///
/// sold here.
///
/// Table `goods`; `shop.nuages:3`.
#[allow(dead_code, unreachable_pub)]
#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]
pub struct Product {
    /// `id` bigint, not null; `shop.nuages:3`.
    pub id: i64,
    /// What it is called.
    ///
    /// as on the label.
    ///
    /// `name` varchar(255), not null; `shop.nuages:5`.
    pub name: ::std::string::String,
    /// `type` text, null; `shop.nuages:6`.
    pub r#type: ::core::option::Option<::std::string::String>,
    /// `price` numeric(10, 2), not null; `shop.nuages:7`.
    pub price: ::nuages::rust_decimal::Decimal,
    /// `category_id` bigint, null, key of `Category`; `shop.nuages:8`.
    pub category_id: ::core::option::Option<i64>,
}
";
    assert_eq!(part(&out, "/// Something to buy."), expected);
    let key = "\
impl ::nuages::Model for Product {
    type Key = i64;
    type Parts = (i64, ::std::string::String, ::core::option::Option<::std::string::String>, \
    ::nuages::rust_decimal::Decimal, ::core::option::Option<i64>,);
    const NAME: &'static str = \"Product\";
    const FIELDS: &'static str = \"id,name,type,price,category_id\";
    #[inline]
    fn pk(&self) -> Self::Key { self.id }
    #[inline]
    fn __new(parts: Self::Parts) -> Self {
        Self {
            id: parts.0,
            name: parts.1,
            r#type: parts.2,
            price: parts.3,
            category_id: parts.4,
        }
    }
    #[cfg_attr(clippy, allow(clippy::let_and_return))]
    #[inline]
    fn __parts(&self) -> <Self::Parts as ::nuages::private::Tuple>::Refs<'_> {
        let parts = (&self.id, &self.name, &self.r#type, &self.price, &self.category_id,);
        parts
    }
}
";
    assert_eq!(part(&out, "impl ::nuages::Model for Product"), key);
    assert!(!out.contains("for &Product {"), "{out}");
}

#[test]
fn only_unusual_names_need_leave() {
    let allowed = |text: &str| source(text).matches("nonstandard_style").count();
    assert_eq!(allowed("enum Status { Draft = \"draft\" } model Product { name_2: Text, type: Status }"), 0);
    assert_eq!(allowed("enum status { Draft = \"draft\" } model product { name: Text }"), 2);
    assert_eq!(allowed("enum Status { draft = \"draft\" } model Product { firstName: Text, s: Status }"), 2);
    assert_eq!(allowed("model Order_Item { name: Text }"), 1);
}

#[test]
fn serde_is_told_of_all_but_hidden_models() {
    let out =
        super::serial(&schema("enum S { A = \"a\" } model P { type: Text?, s: S, tags: [T] } model T { n: Text }"));
    assert!(out.contains("::nuages::__serial_enum! { S }\n"), "{out}");
    assert!(
        out.contains("__serial_model! { P {\n    id \"id\": i64,\n    r#type \"type\": ::core::option::Option<"),
        "{out}"
    );
    assert_eq!(out.matches("__serial_model!").count(), 2, "{out}");
}

#[test]
fn composite_keys_views_and_other_targets() {
    let out = source(
        r"
model Seat { hall: Integer, row: Char(2), primary_key(hall, row) }
model Totals { name: Text, n: BigInteger, primary_key(none) }
model Country { code: Char(2) unique }
model City { country: Country to_field(code) }
",
    );
    assert!(out.contains("type Key = (i32, ::std::string::String);"), "{out}");
    assert!(out.contains("{ (self.hall, ::core::clone::Clone::clone(&self.row)) }"), "{out}");
    assert!(!out.contains("for &Seat"), "{out}");
    assert!(out.contains("/// View `totals`; `shop.nuages:3`.") && out.contains("    fn pk(&self) {}\n"), "{out}");
    assert!(!out.contains("Key<Country, i64>> for &Country"), "{out}");
    assert!(out.contains("Key<Country, ::std::string::String>> for &Country"), "{out}");
    assert!(out.contains("Key<Country, ::std::string::String>> for &&Country"), "{out}");
    assert!(out.contains("encode(&self.code, out)"), "{out}");
}

#[test]
fn enums_are_text_both_ways() {
    let out = source(
        r#"
/// How far.
enum Status { Draft = "draft", /** Seen. */ In = "in \"shop\"" }
enum Rating native("mpaa_rating") { G = "G" }
model A { s: Status default(Draft), r: Rating? }
"#,
    );
    assert!(part(&out, "/// How far.").contains("pub enum Status {"), "{out}");
    assert!(out.contains("pub const ALL: [Self; 2] = [Self::Draft, Self::In];"), "{out}");
    assert!(out.contains(r#"Self::In => "in \"shop\"","#), "{out}");
    assert!(out.contains(r#""draft" => ::core::result::Result::Ok(Self::Draft),"#), "{out}");
    assert!(part(&out, "impl ::nuages::private::SqlType for Rating").contains("OID: u32 = 0;"), "{out}");
    assert!(out.contains(r#"ty.name() == "mpaa_rating""#), "{out}");
    assert!(out.contains("pub s: Status,") && out.contains("pub r: ::core::option::Option<Rating>,"), "{out}");
}

/// Every type.
const TYPES: &str = r#"
extension(hstore)
model T {
    a: SmallInteger, b: Real, c: Float, d: Date, e: Time, f: DateTime, g: DateTime(naive), h: Duration, i: Interval,
    j: Uuid, k: Binary, l: Json, m: Json(crate::docs::Meta)?, n: Inet, o: Array(Text?), p: Range(Date), q: HStore,
    r: SearchVector, s: Custom("point", crate::geo::Point), t: Array(Array(Integer)), u: Boolean,
}
"#;

#[test]
fn enums_that_are_keys_stand_for_them() {
    let models =
        "enum Size { S = \"s\" } enum Place { Left = \"left\" } model Shelf { place: Place primary_key, size: Size }";
    let is_key = |text: &str, of: &str| source(text).contains(&format!("Key<M, {of}>"));
    assert!(is_key(models, "Place"));
    assert!(!is_key(models, "Size"));
    let referred = "enum Size { S = \"s\" } model Box { size: Size unique } model Lid { of: Box to_field(size) }";
    assert!(is_key(referred, "Size"));
}

#[test]
fn every_type_has_its_rust_type() {
    let out = source(TYPES);
    for field in [
        "a: i16,",
        "b: f32,",
        "c: f64,",
        "d: ::nuages::chrono::NaiveDate,",
        "e: ::nuages::chrono::NaiveTime,",
        "f: ::nuages::chrono::DateTime<::nuages::chrono::Utc>,",
        "g: ::nuages::chrono::NaiveDateTime,",
        "h: ::nuages::chrono::TimeDelta,",
        "i: ::nuages::Interval,",
        "j: ::nuages::uuid::Uuid,",
        "k: ::std::vec::Vec<u8>,",
        "l: ::nuages::serde_json::Value,",
        "m: ::core::option::Option<__Type0>,",
        "n: ::std::net::IpAddr,",
        "o: ::std::vec::Vec<::core::option::Option<::std::string::String>>,",
        "p: ::nuages::Range<::nuages::chrono::NaiveDate>,",
        "q: ::std::collections::HashMap<::std::string::String, ::core::option::Option<::std::string::String>>,",
        "r: ::nuages::SearchVector,",
        "s: __Type1,",
        "t: ::std::vec::Vec<::std::vec::Vec<i32>>,",
        "u: bool,",
    ] {
        assert!(out.contains(&format!("    pub {field}\n")), "{field} in\n{out}");
    }
    assert!(out.contains("pub type __Type0 = crate::docs::Meta;"), "{out}");
    // A tuple has no more than sixteen columns.
    let (wide, marked) = ("::nuages::private::Wide<(::nuages::private::Marked<(i64, i16,", "::nuages::private::");
    assert!(
        out.contains(wide) && out.contains(&format!(" ::core::option::Option<{marked}Document<__Type0>>,")),
        "{out}"
    );
    assert!(
        out.contains(&format!("{marked}Marked<(::nuages::Range<"))
            && out.contains(&format!(", {marked}Custom<__Type1>, "))
    );
    assert!(out.contains("            o: parts.0.0.0.15,\n            p: parts.0.1.0.0,\n"), "{out}");
    assert!(
        out.contains("        let parts = ((&self.id, &self.a, ") && out.contains(" &self.o,), (&self.p, "),
        "{out}"
    );
    let out = columns(TYPES);
    assert!(
        out.contains("pub t: ::nuages::ide::ArrayCol<::std::vec::Vec<::std::vec::Vec<i32>>, ::nuages::ide::ArrayCol<")
    );
}

#[test]
fn editors_see_columns_relations_and_scopes() {
    let columns = columns(
        r"
model Product {
    name: Char(20), in: Integer, category: Category related_name(products), tags: [Tag] related_name(products),
    /// What is sold.
    scope active(min: Integer?) = filter(in.gte? = min),
}
model Category { name: Text }
model Tag { name: Text }
",
    );
    let expected = "pub struct ProductCols {
    /// `product.id` bigint, not null.
    ///
    /// `shop.nuages:2`
    pub id: ::nuages::ide::Col<i64>,
    /// `product.name` varchar(20), not null.
    ///
    /// `shop.nuages:3`
    pub name: ::nuages::ide::TextCol<::std::string::String>,
    /// `product.in` integer, not null.
    ///
    /// `shop.nuages:3`
    pub r#in: ::nuages::ide::Col<i32>,
    /// foreign key to `Category`, not null
    ///
    /// `shop.nuages:3`
    pub category: ::nuages::ide::Rel<super::Category>,
    /// `product.category_id` bigint, not null. The key of `category`.
    ///
    /// `shop.nuages:3`
    pub category_id: ::nuages::ide::Col<i64>,
    /// The primary key: `id`.
    pub pk: ::nuages::ide::Col<i64>,
    /// many-to-many with `Tag`
    ///
    /// `shop.nuages:3`
    pub tags: ::nuages::ide::Rel<super::Tag>,
}
/// The scopes of `Product`.
pub struct ProductScopes;
impl ProductScopes {
    /// What is sold.
    ///
    /// `filter(in.gte? = min)`
    ///
    /// `shop.nuages:5`
    pub fn active(&self, min: ()) -> ::nuages::ide::Q<super::Product> { ::nuages::ide::never() }
}
";
    assert!(columns.contains(expected), "{columns}");
    assert!(columns.contains(
        "/// reverse of `Product.category`, any number\n    ///\n    /// `shop.nuages:3`\n    pub products: ::nuages::ide::Q<super::Product>"
    ));
    assert!(!columns.contains("Product_tags"), "{columns}");
}

#[test]
fn columns_lead_to_the_schema() {
    let text = "model Tag {\n    name: Text,\n}\n".to_owned();
    let file =
        SourceFile { path: "db/tags.nuages".into(), location: "/my shop/db/tags.nuages".into(), app: None, text };
    let schema = parse(vec![file], "UTC").unwrap();
    let out = super::columns(&schema);
    let link = "/// [`db/tags.nuages:2`](<file:///my%20shop/db/tags.nuages#L2>)\n    pub name";
    assert!(out.contains(link), "{out}");
    // The structs of the models are documentation for everybody: no folders of this machine.
    assert!(!super::models(&schema).contains("my%20shop"));
}

#[test]
fn constraints_have_constants() {
    let out = source(
        r#"
extension(btree_gist)
enum Status { Draft = "draft" }
model Product {
    slug: Slug(20) unique,
    stock: PositiveInteger,
    status: Status,
    category: Category? on_delete(protect),
    other: Category no_constraint related_name(-),
    unique(category, slug) where(stock = 1),
    unique(Lower(slug)) name("slug key"),
    unique(stock) name("1-é"),
    unique(status) name("--"),
    check price_is_right(stock.gte = 1),
    exclude never_twice using(gist)(stock with "="),
}
model Category { table("a b"), name: Text unique }
model View { primary_key(none), name: Text }
"#,
    );
    let expected = "\
impl Product {
    /// Primary key: `id`.
    pub const PKEY: &'static str = \"product_pkey\";
    /// Unique: `slug`.
    pub const PRODUCT_SLUG_KEY: &'static str = \"product_slug_key\";
    /// Unique: `category`, `slug`, of some rows.
    pub const CATEGORY_ID_SLUG_KEY: &'static str = \"product_category_id_slug_key\";
    /// Unique: an expression.
    pub const SLUG_KEY: &'static str = \"slug key\";
    /// Unique: `stock`.
    pub const _1_É: &'static str = \"1-é\";
    /// Foreign key: `category` to `Category`.
    pub const CATEGORY_ID_FKEY: &'static str = \"product_category_id_fkey\";
    /// Check: `stock` is not negative.
    pub const STOCK_CHECK: &'static str = \"product_stock_check\";
    /// Check: `status` is one of `Status`.
    pub const STATUS_CHECK: &'static str = \"product_status_check\";
    /// Check.
    pub const PRICE_IS_RIGHT: &'static str = \"price_is_right\";
    /// Exclusion.
    pub const NEVER_TWICE: &'static str = \"never_twice\";
";
    assert_eq!(part(&out, "impl Product {"), expected);
    assert!(out.contains("pub const NAME_KEY: &'static str = \"a b_name_key\";"), "{out}");
    assert!(!out.contains("impl View {"), "{out}");
}

#[test]
fn wide_tables_are_tuples_of_tuples() {
    let cases = [(1, ".0"), (16, ".15"), (17, ".0.1.0"), (200, ".0.12.7"), (257, ".0.1.0"), (300, ".0.1.0.2.11")];
    for (columns, last) in cases {
        let places = places(columns, "Integer");
        assert_eq!(places.last().map(String::as_str), Some(last), "{columns}");
        let different: std::collections::BTreeSet<&String> = places.iter().collect();
        assert_eq!(different.len(), columns);
    }
    assert_eq!(places(2, "Json(a::B)"), [".0.0", ".0.1"]);
    assert_eq!(places(17, "Json(a::B)").last().map(String::as_str), Some(".0.1.0.0"));
}

/// Where the columns of a table stand that has so many, the last of the given type.
fn places(columns: usize, last: &str) -> Vec<String> {
    let others: Vec<String> = (1..columns).map(|i| format!("c{i}: Integer,")).collect();
    let schema = schema(&format!("model Wide {{ primary_key(none), {} last: {last} }}", others.join(" ")));
    super::parts::places(&schema.models[0].fields)
}

#[test]
fn reserved_words_are_found() {
    assert!(super::KEYWORDS.is_sorted());
    for word in super::KEYWORDS {
        assert_eq!(super::identifier(word), format!("r#{word}"));
    }
    assert_eq!(super::identifier("name"), "name");
}
