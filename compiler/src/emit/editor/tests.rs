//! What editors see of queries. What must hold for all of them is in `tests/editor.rs`.

use super::*;
use crate::ast::Input;
use crate::diagnostic::Diagnostics;
use nuages_schema::source::SourceFile;
use proc_macro2::TokenTree;

fn schema() -> Schema {
    let text = "model Category { name: Text, parent: Category? related_name(children) on_delete(cascade) }
        model Product { name: Text, category: Category related_name(products), scope priced(min: Integer) = filter(id = min) }";
    let file = SourceFile { path: "s.nuages".into(), location: "s.nuages".into(), app: None, text: text.into() };
    nuages_schema::parse(vec![file], "UTC").unwrap()
}

fn expansion(stream: TokenStream) -> TokenStream {
    let input = crate::parse::parse(stream, &mut Diagnostics::default());
    let chain = match &input {
        Input::Expression(chain) => chain,
        Input::Named(named) => &named.chain,
    };
    editor(
        chain,
        &schema(),
        &Paths { models: quote!(crate::models), tracked: Vec::new(), editor: true, is_first: None, ending: None },
    )
}

/// The statements within the block, as text.
fn statements(text: &str) -> String {
    let mut inside = expansion(text.parse().unwrap());
    // `#[allow(…)] { #[cfg(…)] { statements } }`
    for _ in 0..2 {
        let last = inside.into_iter().last().unwrap();
        let TokenTree::Group(g) = last else { panic!("no block") };
        inside = g.stream();
    }
    inside.to_string().replace(":: nuages :: ide :: ", "").replace(' ', "")
}

/// What stands before the structs of names that the query adds.
fn uses(text: &str) -> String {
    let all = statements(text);
    all.split_once("struct").map_or(all.clone(), |(uses, _)| uses.to_owned())
}

#[test]
fn names_stand_in_the_order_written_within_their_chain() {
    assert_eq!(
        statements("Product.filter(category.slug = slug, price.gte = min).order_by(-price)[..3]"),
        "q::<crate::models::Product>().filter(|c0|{of(&c0.category.slug);of(&c0.price.gte);of(&c0);})\
         .order_by(|c0|{of(&c0.price);of(&c0);});"
    );
}

#[test]
fn chains_within_chains_have_columns_of_their_own() {
    assert_eq!(
        statements("Product.filter(Exists(reviews.filter(rating.gte = OuterRef(stock)))).count()"),
        "q::<crate::models::Product>().filter(|c0|{functions::Exists;&c0.reviews.chain().filter(|c1|{of(&c1.rating.gte);\
         functions::OuterRef;of(&c0.stock);of(&c0);of(&c1);});of(&c0);}).count();"
    );
    assert_eq!(
        statements("Order.prefetch_related(lines = items.product as Line, address)"),
        "q::<crate::models::Order>().prefetch_related(|c0|{&c0.items.product.chain();&c0.address.chain();&c0;});"
    );
}

#[test]
fn one_object_leads_to_its_relations() {
    assert_eq!(
        statements("Product(&p).reviews.create(rating = 5)"),
        "one::<crate::models::Product>().reviews.create(|c0|{of(&c0.rating);of(&c0);});"
    );
}

#[test]
fn keywords_positions_and_transforms_are_fields() {
    assert_eq!(
        statements("P.filter(id.in = ids, tags.0.icontains = x, m[\"k\"].a = 1, at.tz(\"UTC\").date = d, type = t)"),
        "q::<crate::models::P>().filter(|c0|{of(&c0.id.r#in);of(&c0.tags.item.icontains);of(&c0.m.item.a);\
         of(&c0.at.tz(()).date);of(&c0.r#type);of(&c0);});"
    );
}

#[test]
fn empty_slots_keep_their_receiver() {
    assert_eq!(statements(""), "q::<crate::models>();");
    assert_eq!(statements("Product."), "q::<crate::models::Product>();");
    assert_eq!(
        statements("Product.filter(category. = x, Exists(reviews.))"),
        "q::<crate::models::Product>().filter(|c0|{of(&c0.category);functions::Exists;&c0.reviews.chain();of(&c0);});"
    );
    assert_eq!(
        statements("Product.filter(Exists(reviews.fil))"),
        "q::<crate::models::Product>().filter(|c0|{functions::Exists;&c0.reviews.chain().fil;of(&c0);});"
    );
}

#[test]
fn what_the_chain_adds_is_beside_its_columns() {
    assert_eq!(
        uses("P.annotate(sold = Count(x, distinct)).filter(sold.gt = 1, s = 2).order_by(-sold)"),
        "q::<crate::models::P>().annotate(|c0|{functions::Count;of(&__a0(&c0).x);of(&__a0(&c0));of(&__a0(&c0));\
         of(&__a0(&c0));}).filter(|c0|{of(&__a0(&c0).sold.gt);of(&__a0(&c0).s);of(&__a0(&c0));})\
         .order_by(|c0|{of(&__a0(&c0).sold);of(&__a0(&c0));});"
    );
    let all = statements("P.annotate(sold = Sum(a.b, default = 0))");
    let field = "#[doc=\"`Sum(a.b,default=0)`,whichthequeryadds.\"]pubsold:TextCol<()>,";
    assert!(all.contains(&format!("struct__A0<C>{{{field}rest")), "{all}");
    // In an empty place the columns are the same with and without the marker.
    for text in ["P.annotate()", "P.annotate(raCompletionMarker)"] {
        assert!(statements(text).starts_with("q::<crate::models::P>().annotate(|c0|{of(&c0);"), "{text}");
    }
}

#[test]
fn names_over_underscores_are_those_of_their_level() {
    assert_eq!(
        uses("Product.filter(category__name__in = x)"),
        "q::<crate::models::Product>().filter(|c0|{of(&__l0(&c0).category__name__in);of(&c0.category.name.r#in);\
         of(&c0);});"
    );
    let names = |text: &str| {
        let all = statements(text);
        let inside = all.split_once("struct__L0{").unwrap().1.split_once('}').unwrap().0.to_owned();
        let fields = inside.split("pub").skip(1).map(|field| field.split(':').next().unwrap().to_owned());
        fields.collect::<Vec<_>>().join(" ")
    };
    let level =
        "category__parent category__children category__products category__id category__name category__parent_id";
    for text in ["category__", "category__na", "category.parent.children__", "category__raCompletionMarker = 1"] {
        let front = if text.contains('.') { level.replace("category__", "children__") } else { level.to_owned() };
        assert_eq!(names(&format!("Product.filter({text})")), front, "{text}");
    }
    assert!(names("Product.filter(category__name__icon)").contains("category__name__icontains"));
    assert_eq!(names("Product.filter(category__name = x)"), "");
}

#[test]
fn a_scope_has_its_parameters_however_many_are_written() {
    for text in ["Product.priced()", "Product.priced(a)", "Product.priced(a, b)"] {
        assert_eq!(statements(text), "q::<crate::models::Product>().priced(());");
    }
}

#[test]
fn words_are_no_columns() {
    assert_eq!(
        statements("P.dates(at, month).values_list(a, flat).select_for_update(nowait, of(self, b))"),
        "q::<crate::models::P>().dates(|c0|{of(&c0.at);of(&c0);}).values_list(|c0|{of(&c0.a);of(&c0);of(&c0);})\
         .select_for_update(|c0|{of(&c0);of(&c0.b);of(&c0);});"
    );
}

#[test]
fn functions_are_named_and_rust_is_left_out() {
    assert_eq!(
        uses("P.annotate(n = Sum(a * b, filter = Q(c = x.y())), m = Su)").replace("__a0(&c0)", "c0"),
        "q::<crate::models::P>().annotate(|c0|{functions::Sum;of(&c0.a);of(&c0.b);functions::Q;of(&c0.c);of(&c0);of(&c0);\
         functions::Su;of(&c0);});"
    );
    assert_eq!(
        statements("P.update(s = F(s) - x, t = Some(z), u = w.v)"),
        "q::<crate::models::P>().update(|c0|{of(&c0.s);functions::F;of(&c0.s);of(&c0);of(&c0.t);of(&c0.u);of(&c0);});"
    );
}
