//! What editors see of queries, whole, cut short and half-written.

use super::*;
use crate::ast::Input;
use crate::diagnostic::Diagnostics;
use proc_macro2::{Delimiter, TokenTree};
use std::fmt::Write as _;

fn expansion(stream: TokenStream) -> TokenStream {
    let input = crate::parse::parse(stream, &mut Diagnostics::default());
    let chain = match &input {
        Input::Expression(chain) => chain,
        Input::Named(named) => &named.chain,
    };
    editor(chain, &Paths { models: quote!(crate::models), tracked: Vec::new(), is_first: None })
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

#[test]
fn names_stand_in_the_order_written_within_their_chain() {
    assert_eq!(
        statements("Product.filter(category.slug = slug, price__gte = min).order_by(-price)[..3]"),
        "q::<crate::models::Product>().filter(|c0|{of(&c0.category.slug);of(&c0.price.gte);of(&c0);})\
         .order_by(|c0|{of(&c0.price);of(&c0);});"
    );
}

#[test]
fn chains_within_chains_have_columns_of_their_own() {
    assert_eq!(
        statements("Product.filter(Exists(reviews.filter(rating.gte = OuterRef(stock)))).count()"),
        "q::<crate::models::Product>().filter(|c0|{&c0.reviews.chain().filter(|c1|{of(&c1.rating.gte);\
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
        "q::<crate::models::Product>().filter(|c0|{of(&c0.category);&c0.reviews.chain();of(&c0);});"
    );
    assert_eq!(
        statements("Product.filter(Exists(reviews.fil))"),
        "q::<crate::models::Product>().filter(|c0|{&c0.reviews.chain().fil;of(&c0);});"
    );
}

#[test]
fn what_the_chain_adds_and_words_are_no_columns() {
    assert_eq!(
        statements("P.annotate(sold = Count(x, distinct)).filter(sold.gt = 1, s = 2).order_by(-sold)"),
        "q::<crate::models::P>().annotate(|c0|{functions::Count;of(&c0.x);of(&c0);of(&c0);of(&c0);})\
         .filter(|c0|{of(&annotation().gt);of(&c0.s);of(&c0);}).order_by(|c0|{of(&c0);of(&c0);});"
    );
    assert_eq!(
        statements("P.dates(at, month).values_list(a, flat).select_for_update(nowait, of(self, b))"),
        "q::<crate::models::P>().dates(|c0|{of(&c0.at);of(&c0);}).values_list(|c0|{of(&c0.a);of(&c0);of(&c0);})\
         .select_for_update(|c0|{of(&c0);of(&c0.b);of(&c0);});"
    );
}

#[test]
fn functions_are_named_and_rust_is_left_out() {
    assert_eq!(
        statements(
            "P.annotate(n = Sum(a * b, filter = Q(c = x.y())), m = Su).update(s = F(s) - x, t = Some(z), u = w.v)"
        ),
        "q::<crate::models::P>().annotate(|c0|{functions::Sum;of(&c0.a);of(&c0.b);of(&c0.c);of(&c0);of(&c0);\
         functions::Su;of(&c0);}).update(|c0|{of(&c0.s);functions::F;of(&c0.s);of(&c0);of(&c0.t);of(&c0.u);of(&c0);});"
    );
}

/// Queries to cut and to put a marker into.
const QUERIES: &[&str] = &[
    "Product",
    "Product.all()",
    "Product(id)",
    "Product(&p).reviews.filter(rating.gte = 4)",
    "Order(id).items.create(product = p, quantity = 1, unit_price = x)",
    "Product.filter(category.slug = slug, price.gte? = min).select_related(category)",
    "Product.active().by_category(slug).first()",
    "Product.annotate(sold = Sum(order_items.quantity), rating = Avg(reviews.rating)).filter(sold.gt = 10).order_by(-sold, name)[..20]",
    "Product.filter(name.contains = \"x\", category__slug__icontains = y).exclude(id.in = ids)",
    "Product.filter(Q(a = 1, b = x.y()) | Q(c = 2) & !Q(d = f(3)), ~Q(e = 1) ^ Q(f = 2))",
    "Product.filter(Exists(reviews.filter(rating.gte = 4).order_by(-created_at)))",
    "Product.filter(Exists(Review.filter(product = OuterRef(pk), rating.gt = 3)))",
    "Product.filter(if x > 3 { Q(a = 1, b = y) } else if let Some(z) = w { c = z } else { d = 1 })",
    "Product.filter(match m { A => a = 1, B | C if x => Q(b = 2), _ => () })",
    "Product.filter(F(updated_at) > F(published_at), F(a) + 1 <= x.y)",
    "Product.filter(id.in = Product.filter(stock = 0).values(id), price.range = (a, F(b)))",
    "Product.filter(created_at.tz(zone).date = d, tags.0 = t, data.0.1.x = y, meta[\"odd\"].k = z)",
    "Product.order_by(-price, category.name, F(x).desc(nulls_last), Lower(name).asc(), Random())",
    "Product.order_by(match s { Sort::New => -created_at, Sort::Name => (name, -price) }, if b { c } else { -d })",
    "Product.distinct(category, name).order_by(category, name)",
    "Product.after(c).before(d)[..n]",
    "Product.only(name, slug).defer(price)",
    "Product.select_related(category.parent, author)",
    "Order.prefetch_related(tags, items.product, reviews.filter(rating = 1), best = reviews.filter(rating.gte = 4).order_by(-created_at)[..3])",
    "Order.prefetch_related(lines = items.select_related(product) as Line) as OrderPage",
    "Product.values(category, category.name, n = Count(reviews)).annotate(m = Max(price))",
    "Product.values_list(id, flat)",
    "Product.values_list(id, Concat(name, \" \", slug))",
    "Product.filter(a = 1).union(Product.filter(b = 2), Product.all()).order_by(name)[2..5]",
    "Product.select_for_update(nowait, of(self, category)).get(pk = id)",
    "Product.aggregate(total = Sum(price * quantity, default = 0), n = Count(), d = Count(tags, distinct, filter = Q(tags.name.in = [a, b])))",
    "Product.annotate(m = TruncMonth(created_at, tz = zone), c = Case(When(a = 1, then = b), When(Q(c = x) | Q(d = 2), then = {y}), default = Value(0)))",
    "Product.annotate(r = Window(Rank(), partition_by(category), order_by(-price), frame(rows, ..=0)))",
    "Product.annotate(t = Subquery(reviews.order_by(-total).values(total)[..1]), e = Exists(tags))",
    "Product.annotate(o = JSONObject(name = name, n = Count(reviews)), f = Func(\"abs\", price, Decimal))",
    "Product.latest(created_at)",
    "Product.page(number, 20)",
    "Product.in_bulk(slugs, slug)",
    "Product.dates(created_at, month, desc)",
    "Tag.create(name = \"rust\", colour? = c)",
    "Product.bulk_create(for p in feed.iter().map(|p| p) => slug = &p.slug, name = p.name).update_conflicts(unique_fields(slug), update_fields(name))",
    "Product.bulk_update(for (a, b) in &changed => pk = a, status = b)",
    "Tag.get_or_create(name = n, defaults(color = c, size = F(size) + 1))",
    "Product.update_or_create(slug = s, defaults(price = x), create_defaults(price = x, name = n))",
    "Product.filter(pk = id, stock.gte = q).update(stock = F(stock) - q * 2, name? = form.name).returning(stock, name)",
    "Product(id).tags.add([a, b])",
    "pub fn front_page(category: &str) -> Vec<Card> { Product.by_category(category).values(id, name)[..9] }",
];

/// Leaves of the tokens, each with its text; groups as their delimiters.
fn flat(stream: TokenStream, out: &mut Vec<String>) {
    for tree in stream {
        match tree {
            TokenTree::Group(g) => {
                let (open, close) = match g.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out.push(open.to_owned());
                flat(g.stream(), out);
                out.push(close.to_owned());
            }
            other => out.push(other.to_string()),
        }
    }
}

/// A query cut after its n-th leaf, open groups closed: what stands there while the rest is to be written. With a word,
/// the word stands at the end, glued to it or apart.
fn cut(stream: TokenStream, left: &mut usize, end: &End<'_>) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for tree in stream {
        if *left == 0 {
            break;
        }
        *left -= 1;
        if let TokenTree::Group(g) = tree {
            out.push(proc_macro2::Group::new(g.delimiter(), cut(g.stream(), left, end)).into());
        } else {
            out.push(tree);
        }
        if *left == 0 && !end.done.replace(true) {
            end.mark(&mut out);
        }
    }
    out.into_iter().collect()
}

/// What is put where a query is cut.
struct End<'w> {
    word: Option<&'w str>,
    glued: bool,
    done: std::cell::Cell<bool>,
}

impl End<'_> {
    fn mark(&self, out: &mut Vec<TokenTree>) {
        let Some(word) = self.word else { return };
        match out.last_mut() {
            Some(TokenTree::Ident(i)) if self.glued => {
                *i = Ident::new(&format!("{}{word}", i.to_string().trim_start_matches("r#")), Span::call_site());
            }
            Some(TokenTree::Group(g)) if g.stream().is_empty() => {
                let inside: TokenStream = TokenTree::from(Ident::new(word, Span::call_site())).into();
                *g = proc_macro2::Group::new(g.delimiter(), inside);
            }
            // Apart from an operand nobody types a word.
            None | Some(TokenTree::Punct(_)) => out.push(Ident::new(word, Span::call_site()).into()),
            _ => {}
        }
    }
}

const MARK: &str = "raCompletionMarker";

/// The editor's part of a cut query, without and with the marker: everything before the marker must be the same; if the
/// marker is not in it (it stands in Rust), all of it.
fn differs(text: &str, leaves: usize, glued: bool) -> Option<String> {
    let make = |word: Option<&str>| {
        let end = End { word, glued, done: std::cell::Cell::new(false) };
        let query = cut(text.parse().unwrap(), &mut leaves.clone(), &end);
        let mut out = Vec::new();
        flat(expansion(query.clone()), &mut out);
        (query.to_string(), out)
    };
    let ((query, plain), (_, marked)) = (make(None), make(Some(MARK)));
    let to = marked.iter().position(|t| t.ends_with(MARK));
    let same = match to {
        // A scope has one `()` for each argument: that is the one difference that a slot in Rust makes.
        None => {
            let shape =
                |all: &[String]| all.iter().filter(|t| !matches!(t.as_str(), "(" | ")" | ",")).cloned().collect();
            let (plain, marked): (Vec<String>, Vec<String>) = (shape(&plain), shape(&marked));
            plain == marked
        }
        Some(to) => {
            // A dot that only the marker makes may stand before it.
            let dot = usize::from(to > 0 && marked[to - 1] == ".");
            let colons = if to > 1 && marked[to - 2..to].iter().all(|t| t == ":") { 2 } else { 0 };
            let before = &marked[..to - dot - colons];
            plain.starts_with(before)
        }
    };
    (!same).then(|| format!("{query}\n  plain:  {}\n  marked: {}", plain.join(" "), marked.join(" ")))
}

#[test]
fn what_stands_before_the_cursor_does_not_depend_on_the_cursor() {
    let mut wrong = String::new();
    let mut tried = 0;
    for text in QUERIES {
        let mut leaves = 0;
        count(text.parse().unwrap(), &mut leaves);
        for n in 0..=leaves {
            for glued in [true, false] {
                tried += 1;
                if let Some(report) = differs(text, n, glued) {
                    let _ = writeln!(wrong, "{report}");
                }
            }
        }
    }
    assert!(tried > 1500 && wrong.is_empty(), "{tried} tried\n{wrong}");
}

fn count(stream: TokenStream, leaves: &mut usize) {
    for tree in stream {
        *leaves += 1;
        if let TokenTree::Group(g) = tree {
            count(g.stream(), leaves);
        }
    }
}

#[test]
fn each_name_stands_once_and_helpers_have_no_span_of_the_user() {
    for text in QUERIES.iter().filter(|t| !t.contains("__")) {
        let mut seen: Vec<(usize, usize, String)> = Vec::new();
        spans(expansion(text.parse().unwrap()), &mut seen);
        for (i, entry) in seen.iter().enumerate() {
            assert!(!seen[..i].contains(entry), "{text}: {entry:?} stands twice");
            let word = entry.2.trim_start_matches("r#");
            let shown: String = text.chars().skip(entry.1).take(word.chars().count()).collect();
            assert_eq!(shown, word, "{text}: a helper has the span of a user's token");
        }
    }
}

/// Words that stand somewhere in the source.
fn spans(stream: TokenStream, out: &mut Vec<(usize, usize, String)>) {
    for tree in stream {
        match tree {
            TokenTree::Group(g) => spans(g.stream(), out),
            TokenTree::Ident(i) => {
                let (start, end) = (i.span().start(), i.span().end());
                if start != end {
                    out.push((start.line, start.column, i.to_string()));
                }
            }
            _ => {}
        }
    }
}
