//! The deepest queries that are read at all, through all stages, on half of the stack that a thread has: what is deeper
//! is refused before anything walks it.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::{Diagnostic, Diagnostics};
use nuages_compiler::{Paths, expand, lower, parse, resolve};
use nuages_schema::model::Schema;
use nuages_schema::source::SourceFile;
use proc_macro2::TokenStream;
use quote::quote;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Half of the 2 MiB that a thread has, as the frames of other builds may be larger.
const STACK: usize = 1 << 20;

/// Longer than anything that is accepted, unless it costs no stack.
const LONG: usize = 300;

#[rustfmt::skip] // A construct on a line
/// A name, then what is before, opened each time, inside, closed each time, behind.
const NESTS: &[(&str, [&str; 5])] = &[
    ("parens", ["Product.filter(", "(", "Q(stock = 1)", ")", ")"]),
    ("q", ["Product.filter(", "Q(", "stock = 1", ")", ")"]),
    ("not", ["Product.filter(", "!Q(", "stock = 1", ")", ")"]),
    ("bangs", ["Product.filter(", "!", "Q(stock = 1)", "", ")"]),
    ("or", ["Product.filter(", "Q(stock = 2) | Q(", "stock = 1", ")", ")"]),
    ("ors", ["Product.filter(", "Q(stock = 2) | ", "Q(stock = 1)", "", ")"]),
    ("case", ["Product.annotate(n = ", "Case(When(stock = 1, then = ", "1", "), default = 2)", ")"]),
    ("when", ["Product.filter(", "Case(When(", "stock = 1", ", then = true), default = false)", ")"]),
    ("function", ["Product.annotate(n = ", "Lower(", "name", ")", ")"]),
    ("coalesce", ["Product.annotate(n = ", "Coalesce(stock, ", "1", ")", ")"]),
    ("cast", ["Product.annotate(n = ", "Cast(", "name", ", Text)", ")"]),
    ("concat", ["Product.annotate(n = ", "Concat(name, ", "name", ")", ")"]),
    ("plus", ["Product.annotate(n = F(stock)", " + 1", "", "", ")"]),
    ("minus", ["Product.annotate(n = ", "-", "F(stock)", "", ")"]),
    ("right", ["Product.annotate(n = ", "F(stock) + (", "F(stock)", ")", ")"]),
    ("rightstar", ["Product.annotate(n = ", "F(stock) + 2 * (", "F(stock)", ")", ")"]),
    ("set", ["Product.filter(stock = ", "F(stock) + (", "1", ")", ")"]),
    ("compare", ["Product.filter(F(stock) == ", "F(stock) + (", "F(stock)", ")", ")"]),
    ("exists", ["Product.filter(", "Exists(Product.filter(", "stock = 1", "))", ")"]),
    ("subquery", ["Product.annotate(n = ", "Subquery(Product.values(m = ", "F(stock)", ")[..1])", ")"]),
    ("inchain", ["Product.filter(", "id.in = Product.filter(", "stock = 1", ").values(id)", ")"]),
    ("prefetch", ["Category", ".prefetch_related(children", "", ")", ""]),
    ("prefetchf", ["Category", ".prefetch_related(children.filter(is_active = true)", "", ")", ""]),
    ("union", ["Product.values(name)", ".union(Product.values(name)", "", ")", ""]),
    ("unions", ["Product.values(name)", ".union(Product.values(name))", "", "", ""]),
    ("if", ["Product.filter(", "if a { ", "stock = 1", " }", ")"]),
    ("match", ["Product.filter(", "match a { 1 => { ", "stock = 1", " }, _ => {} }", ")"]),
    ("elseif", ["Product.filter(", "if a { stock = 1 } else ", "{ stock = 2 }", "", ")"]),
    ("orderif", ["Product.order_by(", "if a { ", "name", " } else { stock }", ")"]),
    ("array", ["Product.filter(stock.in = ", "[", "1", "]", ")"]),
    ("tuple", ["Product.filter(stock.in = ", "(", "1,", ")", ")"]),
    ("filters", ["Product", ".filter(stock = 1)", "", "", ""]),
    ("tofilters", ["Category", ".filter(children.is_active = true)", "", "", ""]),
    ("excludes", ["Category", ".exclude(children.is_active = true)", "", "", ""]),
    ("path", ["Category.filter(", "parent.", "is_active = true", "", ")"]),
    ("down", ["Category.filter(", "children.", "is_active = true", "", ")"]),
    ("downx", ["Category.exclude(", "children.", "is_active = true", "", ")"]),
    ("select", ["Category.select_related(", "parent.", "parent", "", ")"]),
    ("sum", ["Product.annotate(n = Sum(reviews.rating, filter = ", "Q(", "stock = 1", ")", "))"]),
    ("window", ["Product.annotate(n = Window(Sum(", "(", "stock", ")", "), order_by(name)))"]),
    ("json", ["Product.annotate(n = ", "JSONObject(a = ", "stock", ")", ")"]),
    ("rust", ["Product.filter(stock = ", "f(", "1", ")", ")"]),
    ("rustblock", ["Product.filter(stock = ", "{", "1", "}", ")"]),
    ("rustif", ["Product.filter(stock = ", "if ", "a", "{1} else {2}", ")"]),
    ("rustplus", ["Product.filter(stock = 1", " + x", "", "", ")"]),
    ("orderexpr", ["Product.order_by(", "Coalesce(stock, ", "1", ")", ")"]),
    ("wide", ["Product.annotate(n = ", "(F(stock) + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + ", "F(stock)", ")", ")"]),
    ("wideleft", ["Product.annotate(n = ", "(", "F(stock)", " + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1)", ")"]),
    ("inor", ["Product.filter(", "Q(stock = 1) | Q(id.in = Product.filter(", "stock = 1", ").values(id))", ")"]),
    ("insub", ["Product.filter(", "stock = Subquery(Product.filter(", "stock = 1", ").values(stock)[..1])", ")"]),
    ("notexists", ["Product.filter(", "!Exists(Product.filter(", "stock = 1", "))", ")"]),
    ("greatest", ["Product.annotate(n = ", "Greatest(stock, ", "1", ", 2)", ")"]),
    ("nullif", ["Product.annotate(n = ", "NullIf(", "stock", ", 0)", ")"]),
    ("round", ["Product.annotate(n = ", "Round(", "price", ", 1)", ")"]),
    ("power", ["Product.annotate(n = ", "Power(2, ", "stock", ")", ")"]),
    ("func", ["Product.annotate(n = ", "Func(\"abs\", ", "stock", ", Integer)", ")"]),
    ("default", ["Product.annotate(n = ", "Case(When(stock = 1, then = 2), default = ", "stock", ")", ")"]),
    ("whens", ["Product.annotate(n = ", "Case(When(F(stock) > ", "1", ", then = 1), default = 2)", ")"]),
    ("lookups", ["Product.annotate(n = ", "Case(When(stock = ", "F(stock)", ", then = 1), default = 2)", ")"]),
    ("sub", ["Product.annotate(n = ", "Coalesce(Subquery(Product.values(m = ", "F(stock)", ")[..1]), 1)", ")"]),
    ("sumif", ["Product.annotate(n = ", "Sum(stock, filter = Q(stock = ", "1", "))", ")"]),
    ("lag", ["Product.annotate(n = ", "Window(Lag(", "stock", "), order_by(name))", ")"]),
    ("orderedby", ["Product.annotate(n = ", "ArrayAgg(name, order_by(", "name", "))", ")"]),
    ("timeszone", ["Product.annotate(n = ", "Trunc(", "created_at", ", day)", ")"]),
    ("leftcall", ["Product.annotate(n = ", "Coalesce(", "stock", ", 1) + 1", ")"]),
    ("inunion", ["Product.filter(", "id.in = Product.values(id).union(Product.filter(", "stock = 1", ").values(id))", ")"]),
];

#[test]
fn each_construct_within_itself() {
    let all = NESTS.iter().map(|(name, [before, open, inside, close, behind])| {
        let write = move |n: usize| format!("{before}{}{inside}{}{behind}", open.repeat(n), close.repeat(n));
        (name.to_string(), deepest(&write))
    });
    walk(all.collect());
}

/// Conditions in conditions, expressions in expressions: two constructs in turn.
#[test]
fn constructs_within_one_another() {
    let mut all = Vec::new();
    for family in ["Product.filter(", "Product.annotate(n = "] {
        let of: Vec<_> =
            NESTS.iter().filter(|(_, nest)| nest[0] == family && nest[4] == ")" && !nest[3].is_empty()).collect();
        for (at, (a, outer)) in of.iter().enumerate() {
            for (b, inner) in &of[at + 1..] {
                let (open, close) = (outer[1].to_owned() + inner[1], inner[3].to_owned() + outer[3]);
                let write = |n: usize| format!("{family}{}{}{})", open.repeat(n), inner[2], close.repeat(n));
                all.push((format!("{a} and {b}"), deepest(&write)));
            }
        }
    }
    walk(all);
}

/// What is deep without parentheses: annotations of annotations, with operators of their own.
#[test]
fn annotations_of_annotations() {
    let mut all = Vec::new();
    for operators in [1, 10, 70] {
        for generations in [2, 15, 100, 158, 300] {
            let more = " + 1".repeat(operators);
            let next = |i: usize| format!(".annotate(a{i} = F(a{}){more})", i - 1);
            let chain: String = (1..generations).map(next).collect();
            let text = format!("Product.annotate(a0 = F(stock){more}){chain}.filter(a{} = 1)", generations - 1);
            all.push((format!("{generations} annotations with {operators}"), text));
        }
    }
    walk(all);
}

/// Scopes that use scopes, each the one before it: what is deeper than a query can have is one mistake, and so are
/// scopes that come to each other by way of a relation. Where each has several of the one before it, none is read more
/// often than that.
#[test]
fn scopes_within_scopes() {
    let of =
        |body: &str| format!("model M {{ x: Integer, up: M? related_name(down), scope s0 = filter(x = 1), {body} }}");
    let line = |n: usize, uses: &dyn Fn(usize) -> String| -> String {
        let lines: Vec<String> = (1..n).map(|i| format!("scope s{i} = {},", uses(i - 1))).collect();
        lines.join("\n")
    };
    let deep = line(200, &|i| format!("s{i}()"));
    let double = line(40, &|i| format!("s{i}().s{i}()"));
    let related = line(200, &|i| format!("filter(Exists(down.s{i}()))"));
    let ring = "scope a = filter(Exists(down.b())), scope b = filter(x = 1, Exists(down.a())),";
    let bare = "scope default = filter(Exists(down)),";
    for (name, body, query, mistakes) in [
        ("deep", deep.as_str(), "M.s199()", 1),
        ("not deep", &deep, "M.s23()", 0),
        ("double", &double, "M.s39().s1()", 1),
        ("not double", &double, "M.s5()", 0),
        ("related", &related, "M.s199().filter(x = 2)", 1),
        ("related, not deep", &related, "M.s23()", 0),
        ("ring", ring, "M.a()", 1),
        ("default", bare, "M.filter(x = 1)", 1),
    ] {
        println!("{name}");
        let source = SourceFile { path: "m.nuages".into(), app: None, text: of(body), location: "m.nuages".into() };
        let schema = Arc::new(nuages_schema::parse(vec![source], "UTC").unwrap_or_else(|d| panic!("{d}")));
        let query: TokenStream = query.parse().unwrap();
        let text = query.to_string();
        let stages = move || {
            let mut diagnostics = Diagnostics::default();
            let query: TokenStream = text.parse().unwrap();
            let Input::Expression(chain) = parse::parse(query, &mut diagnostics) else { unreachable!() };
            let resolved = resolve::resolve(&chain, &schema, &mut diagnostics);
            if let (Some(query), true) = (resolved, diagnostics.is_empty()) {
                drop(lower::compile(&query, &schema));
            }
            let texts: Vec<String> = diagnostics.iter().map(Diagnostic::text).collect();
            assert_eq!(texts.len(), mistakes, "{name}: {}", texts.join("\n"));
            assert!(texts.iter().all(|text| text.contains("[N0580]")), "{name}: {}", texts.join("\n"));
        };
        std::thread::Builder::new().stack_size(STACK).spawn(stages).unwrap().join().unwrap();
    }
}

/// The text with as many repetitions as are accepted.
fn deepest(write: &dyn Fn(usize) -> String) -> String {
    let accepted = |n: usize| {
        let mut diagnostics = Diagnostics::default();
        drop(parse::parse(write(n).parse().unwrap(), &mut diagnostics));
        !diagnostics.iter().any(|mistake| mistake.code == "N0127")
    };
    let (mut fits, mut beyond) = (1, LONG);
    while beyond - fits > 1 {
        let n = usize::midpoint(fits, beyond);
        if accepted(n) { fits = n } else { beyond = n }
    }
    write(fits)
}

/// All stages, and what they made is dropped. The query is printed before: nothing is printed when the stack ends.
fn walk(queries: Vec<(String, String)>) {
    let schema = Arc::new(schema());
    for (name, text) in queries {
        println!("{name}: {text}");
        let schema = Arc::clone(&schema);
        let stages = move || {
            let paths = Paths {
                models: quote!(crate::models),
                tracked: Vec::new(),
                editor: false,
                is_first: None,
                ending: None,
            };
            let query: TokenStream = text.parse().unwrap();
            let mut diagnostics = Diagnostics::default();
            let Input::Expression(chain) = parse::parse(query.clone(), &mut diagnostics) else { unreachable!() };
            let resolved = resolve::resolve(&chain, &schema, &mut diagnostics);
            if let (Some(resolved), true) = (resolved, diagnostics.is_empty()) {
                drop(lower::compile(&resolved, &schema));
            }
            drop(expand(query, &schema, &paths));
        };
        std::thread::Builder::new().stack_size(STACK).spawn(stages).unwrap().join().unwrap();
    }
}

fn schema() -> Schema {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources: Vec<PathBuf> =
        std::fs::read_dir(root.join("../examples/shop/schema")).unwrap().map(|e| e.unwrap().path()).collect();
    sources.sort();
    let sources = sources.into_iter().map(|path| SourceFile {
        path: path.file_name().unwrap().to_string_lossy().into_owned(),
        app: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
        text: std::fs::read_to_string(&path).unwrap(),
        location: path,
    });
    nuages_schema::parse(sources.collect(), "UTC").unwrap_or_else(|d| panic!("{d}"))
}
