//! What expansions make rustc read: counted, not timed, so that it holds on any machine. How long it takes is measured by
//! `benches/cost`.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod support;

use nuages_compiler::{Paths, expand, objects};
use nuages_schema::{Schema, SourceFile, codegen};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use std::fmt::Write as _;
use std::ops::AddAssign;

/// What rustc reads of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
struct Count {
    /// Tokens, a literal being one whatever its length.
    tokens: usize,
    /// Functions with a body, and closures' bodies with them.
    bodies: usize,
    /// Blocks of items for a type.
    impls: usize,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.tokens += other.tokens;
        self.bodies += other.bodies;
        self.impls += other.impls;
    }
}

/// Counts what is no editor's, and no documentation.
fn count(tokens: TokenStream) -> Count {
    let mut sum = Count::default();
    let mut tokens = tokens.into_iter().peekable();
    let mut skip = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(p) if p.as_char() == '#' => {
                let Some(TokenTree::Group(attribute)) = tokens.next_if(|t| matches!(t, TokenTree::Group(_))) else {
                    continue;
                };
                let text = attribute.stream().to_string().replace(' ', "");
                skip |= text == "cfg(rust_analyzer)";
                // Of what is derived each is an impl with a function.
                if text.starts_with("derive(") {
                    let derived = 1 + text.matches(',').count();
                    sum.bodies += derived;
                    sum.impls += derived;
                }
            }
            // What an editor's attribute stands at ends with braces or at a semicolon.
            TokenTree::Group(group) if skip => skip = group.delimiter() != Delimiter::Brace,
            TokenTree::Punct(p) if skip => skip = p.as_char() != ';',
            _ if skip => {}
            TokenTree::Group(group) => {
                sum.tokens += 2;
                sum += count(group.stream());
            }
            TokenTree::Ident(name) => {
                sum.tokens += 1;
                sum.bodies += usize::from(name == "fn");
                sum.impls += usize::from(name == "impl");
            }
            _ => sum.tokens += 1,
        }
    }
    sum
}

fn paths() -> Paths {
    Paths { models: quote!(crate::models), tracked: Vec::new(), editor: false, is_first: None, ending: None }
}

fn query(text: &str, schema: &Schema) -> Count {
    count(expand(text.parse().unwrap(), schema, &paths()))
}

/// A schema with that many models besides `Thing`, which has that many columns besides its own.
fn schema(models: usize, columns: usize) -> Schema {
    let mut text = String::from("model Thing { name: Text, size: Integer?, owner: Owner related_name(things),\n");
    for i in 0..columns {
        let _ = writeln!(text, "column_{i}: Text?,");
    }
    text.push_str("}\nmodel Owner { name: Text }\n");
    for i in 0..models {
        let _ = writeln!(text, "model Other{i} {{ name: Text, thing: Thing related_name(others_{i}) }}");
    }
    let file = SourceFile { path: "schema.nuages".into(), location: "schema.nuages".into(), app: None, text };
    nuages_schema::parse(vec![file], "UTC").unwrap()
}

/// What `models!()` makes of a schema.
fn models(schema: &Schema) -> Count {
    let mut sum = count(codegen::models(schema).parse().unwrap());
    sum += count(objects(schema));
    sum
}

#[test]
fn a_query_costs_the_same_whatever_the_schema_s_size() {
    let (small, large) = (schema(2, 1), schema(300, 80));
    for text in [
        "Thing.filter(name = name, size.gte? = size).order_by(-name)[..10]",
        "Thing.filter(owner.name = name).select_related(owner).count()",
        "Thing.filter(pk = id).get()",
        "Thing.values(id, name, owner.name)",
        "Thing.annotate(n = Count(others_1)).filter(n.gt = 2)",
        "Owner.prefetch_related(things)",
        "Thing.create(name = name, owner = &owner)",
        "Thing.filter(pk = id).update(name = name, size = F(size) + 1)",
        "Thing.filter(size = None).delete()",
    ] {
        let (few, many) = (query(text, &small), query(text, &large));
        assert_eq!(few, many, "{text}");
        assert!(few.tokens > 20, "{text}: {few:?}");
    }
}

#[test]
fn queries_stay_small() {
    let shop = support::shop();
    let mut sum = Count::default();
    let (mut queries, mut largest) = (0, 0);
    for file in support::files::files(&support::folder("sql")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.split("\n\n").next().unwrap_or_default();
        let own = query(text, &shop);
        largest = largest.max(own.tokens);
        queries += 1;
        sum += own;
    }
    let of = |n: usize| n / queries.max(1);
    let (tokens, bodies) = (of(sum.tokens), of(100 * sum.bodies));
    assert!(queries > 100, "{queries}");
    assert!(tokens <= 420, "a query is {tokens} tokens");
    assert!(bodies <= 310, "100 queries have {bodies} functions");
    assert!(largest <= 2_400, "the largest query is {largest} tokens");
}

#[test]
fn models_stay_small() {
    let cost = |schema: &Schema| models(schema);
    let (none, some, more) = (cost(&schema(0, 0)), cost(&schema(100, 0)), cost(&schema(200, 0)));
    assert_eq!(
        some.tokens - none.tokens,
        more.tokens - some.tokens,
        "each model costs the same, however many there are"
    );
    let (tokens, bodies) = ((more.tokens - some.tokens) / 100, (more.bodies - some.bodies) / 100);
    assert!(tokens <= 640, "a model of three columns is {tokens} tokens");
    assert!(bodies <= 9, "a model has {bodies} functions");
    let impls = (more.impls - some.impls) / 100;
    assert!(impls <= 6, "a model has {impls} impls");
    let wide = cost(&schema(0, 100));
    let column = (wide.tokens - none.tokens) / 100;
    // Its type stands four times: written out it costs rustc less than found by the types of the columns.
    assert!(column <= 125, "a column is {column} tokens");
    assert_eq!(wide.bodies, none.bodies, "a column is no function");
    assert_eq!(wide.impls, none.impls);
}
