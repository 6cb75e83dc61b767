//! Broken queries: whatever is cut out, doubled or put in, reading ends, and nothing panics.

use super::{cases, files};
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::emit::{Paths, editor, error};
use nuages_compiler::{ast, parse};
use nuages_schema::{Schema, SourceFile};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// A small generator; the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n.max(1)
    }
}

/// One change somewhere in the stream.
fn mutate(stream: TokenStream, numbers: &mut Numbers) -> TokenStream {
    let mut trees: Vec<TokenTree> = stream.into_iter().collect();
    let at = numbers.below(trees.len());
    if let Some(TokenTree::Group(g)) = trees.get(at)
        && numbers.below(4) > 0
    {
        let inside = mutate(g.stream(), numbers);
        trees[at] = Group::new(g.delimiter(), inside).into();
        return trees.into_iter().collect();
    }
    match numbers.below(7) {
        0 if !trees.is_empty() => {
            trees.remove(at);
        }
        1 if !trees.is_empty() => trees.insert(at, trees[at].clone()),
        2 if trees.len() > 1 => {
            let other = numbers.below(trees.len());
            trees.swap(at, other);
        }
        3 => trees.truncate(at),
        4 if !trees.is_empty() => {
            let delimiters = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
            let rest: TokenStream = trees.drain(at..).collect();
            trees.push(Group::new(delimiters[numbers.below(4)], rest).into());
        }
        _ => trees.insert(at, token(numbers)),
    }
    trees.into_iter().collect()
}

fn token(numbers: &mut Numbers) -> TokenTree {
    const WORDS: &[&str] = &[
        "if", "else", "match", "as", "for", "in", "Q", "F", "Exists", "Product", "filter", "a", "let", "return", "not",
        "None", "true", "self", "_", "crate", "__", "a__", "a__0b__c", "fn", "pub", "where", "distinct", "tz",
        "Window",
    ];
    const SIGNS: &[char] = &['.', ',', '=', '?', '<', '>', '|', '&', '!', '-', '*', '#', ':', ';', '\'', '~', '^', '+'];
    match numbers.below(4) {
        0 => Ident::new(WORDS[numbers.below(WORDS.len())], Span::call_site()).into(),
        1 => {
            let literals = [
                Literal::i64_unsuffixed(-3),
                Literal::f64_unsuffixed(0.5),
                Literal::string("x"),
                Literal::u8_suffixed(1),
                Literal::character('c'),
                Literal::byte_string(b"b"),
            ];
            literals[numbers.below(literals.len())].clone().into()
        }
        _ => {
            let spacing = if numbers.below(2) == 0 { Spacing::Joint } else { Spacing::Alone };
            Punct::new(SIGNS[numbers.below(SIGNS.len())], spacing).into()
        }
    }
}

/// Hardly any: editors are told of its names only.
fn schema() -> Schema {
    let text = "model Product { name: Text, scope active = filter(name = \"a\") }".to_owned();
    let file = SourceFile { path: "s.nuages".into(), location: "s.nuages".into(), app: None, text };
    nuages_schema::parse(vec![file], "UTC").unwrap()
}

#[test]
fn twenty_thousand_broken_queries_are_read() {
    let queries: Vec<TokenStream> = files()
        .iter()
        .flat_map(|file| cases(&std::fs::read_to_string(file).unwrap()))
        .filter(|(query, _)| !query.starts_with('@'))
        .map(|(query, _)| query.parse().unwrap())
        .collect();
    let mut numbers = Numbers(20_261_121);
    let (mut reported, schema) = (0, schema());
    for round in 0..20_000 {
        let mut stream = queries[numbers.below(queries.len())].clone();
        for _ in 0..=round % 4 {
            stream = mutate(stream, &mut numbers);
        }
        let mut d = Diagnostics::default();
        let input = parse::parse(stream.clone(), &mut d);
        let chain = match &input {
            ast::Input::Expression(chain) => chain,
            ast::Input::Named(named) => &named.chain,
        };
        editor::editor(chain, &schema, &Paths::default());
        reported += error::each(&d, None).len();
        let mut d = Diagnostics::default();
        match round % 4 {
            0 => drop(parse::parse_chain_steps(stream, &mut d)),
            1 => drop(parse::parse_condition(stream, &mut d)),
            2 => drop(parse::parse_exprs(stream, &mut d)),
            _ => drop(parse::parse_expr(stream, &mut d)),
        }
    }
    assert!(reported > 10_000, "{reported} mistakes found");
}
