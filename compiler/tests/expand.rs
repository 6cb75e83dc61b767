//! Expansions: what tokens a query becomes, and what an editor relies on in them.
//!
//! SQL is left out of the golden files; it has its own. `UPDATE_EXPECT=1` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod support;

use nuages_compiler::{Paths, Surroundings, expand, expand_raw, test};
use nuages_schema::Schema;
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::quote;
use support::{folder, golden, shop};

#[test]
fn expressions() {
    goldens("expand/expressions.txt");
}

#[test]
fn shapes() {
    goldens("expand/shapes.txt");
}

#[test]
fn lent() {
    goldens("expand/lent.txt");
}

#[test]
fn named() {
    goldens("expand/named.txt");
}

#[test]
fn scopes() {
    goldens_of("expand/scopes.txt", &support::zoo());
}

#[test]
fn broken() {
    goldens_of("expand/broken.txt", &support::broken());
}

#[test]
fn mistakes() {
    goldens("expand/mistakes.txt");
}

#[test]
fn tests() {
    golden(&folder("expand/tests.txt"), &|input| {
        let (attribute, item) = input.split_once('\n').unwrap();
        let attribute = attribute.strip_prefix("#[nuages::test").unwrap().strip_suffix(']').unwrap();
        let attribute = attribute.strip_prefix('(').map_or("", |inside| inside.strip_suffix(')').unwrap());
        let surroundings = || {
            let no_schema = item.contains("nowhere");
            let models = if no_schema { Err("there is no schema".into()) } else { Ok(quote!(crate::models)) };
            let server = item.contains("set_for_all").then(|| quote!(::nuages_devdb::server));
            if item.contains("unreadable") {
                return Err("unknown setting `tests`".into());
            }
            Ok(Surroundings { models, server })
        };
        print(&test(attribute.parse().unwrap(), &item.parse().unwrap(), surroundings, None))
    });
}

#[test]
fn keys() {
    goldens_of("expand/keys.txt", &support::zoo());
}

#[test]
fn custom() {
    goldens_of("expand/custom.txt", &support::zoo());
}

#[test]
fn raw() {
    let (schema, paths) = (
        support::zoo(),
        Paths { models: quote!(crate::models), tracked: Vec::new(), editor: false, is_first: None, ending: None },
    );
    golden(&folder("raw/expanded.txt"), &|written| {
        print(&expand_raw(written.parse().unwrap(), &schema, &paths)).replace("format_args!(…)", "format_args!(..)")
    });
}

fn goldens(file: &str) {
    goldens_of(file, &shop());
}

fn goldens_of(file: &str, schema: &Schema) {
    golden(&folder(file), &|query| print(&expansion(query, schema)));
}

fn expansion(query: &str, schema: &Schema) -> TokenStream {
    let paths =
        Paths { models: quote!(crate::models), tracked: Vec::new(), editor: false, is_first: None, ending: None };
    expand(query.parse().unwrap(), schema, &paths)
}

/// Rust text, a statement a line; the editor's part and the text of statements are left out.
fn print(tokens: &TokenStream) -> String {
    let mut out = String::new();
    write(tokens.clone(), &mut out, 0);
    let lines: Vec<&str> = out.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    unnumbered(&lines.join("\n").replace("::nuages::private::", "P::"))
}

/// Without the lines of the example's schema, which move.
fn unnumbered(text: &str) -> String {
    let mut parts = text.split(".nuages:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(".nuages");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

fn write(tokens: TokenStream, out: &mut String, depth: usize) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let punct = |i: usize| match tokens.get(i) {
        Some(TokenTree::Punct(p)) => p.as_char(),
        _ => ' ',
    };
    for (i, token) in tokens.iter().enumerate() {
        let is = |n: usize, text: &str| i >= n && tokens[i - n].to_string() == text;
        match token {
            TokenTree::Group(g) => {
                let attribute = is(1, "#") && g.delimiter() == Delimiter::Bracket;
                if g.delimiter() == Delimiter::Brace && out.ends_with(|c: char| !" \n(&".contains(c)) {
                    out.push(' ');
                }
                if is(1, "Text") && is(4, "Frag") {
                    out.push_str("(…)");
                } else {
                    group(g, out, depth);
                }
                if attribute || (g.delimiter() == Delimiter::Brace && !matches!(punct(i + 1), ',' | ';' | '.' | '?')) {
                    line(out, depth);
                } else if matches!(tokens.get(i + 1), Some(TokenTree::Ident(_))) {
                    out.push(' ');
                }
            }
            TokenTree::Punct(p) => {
                let (c, single) = (p.as_char(), p.spacing() == Spacing::Alone && punct(i.wrapping_sub(1)) != ':');
                if c == '.' && i > 0 && matches!(&tokens[i - 1], TokenTree::Group(_)) {
                    line(out, depth + 1);
                }
                let spaced = c == '=' || (matches!(c, '-' | '=') && punct(i + 1) == '>');
                if spaced && !out.ends_with(' ') {
                    out.push(' ');
                }
                out.push(c);
                let arrow = c == '>' && matches!(punct(i.wrapping_sub(1)), '-' | '=');
                match c {
                    ';' => line(out, depth),
                    ',' => out.push(' '),
                    '=' if punct(i + 1) != '>' => out.push(' '),
                    ':' if single => out.push(' '),
                    '>' if arrow || matches!(tokens.get(i + 1), Some(TokenTree::Ident(_))) => out.push(' '),
                    _ => {}
                }
            }
            other => {
                out.push_str(&other.to_string());
                let word = matches!(other.to_string().as_str(), "for" | "in" | "if" | "match" | "impl" | "as");
                let path = punct(i + 1) == ':' && punct(i + 2) == ':' || punct(i + 1) == '&';
                match tokens.get(i + 1) {
                    Some(TokenTree::Ident(_) | TokenTree::Literal(_)) => out.push(' '),
                    Some(TokenTree::Group(g)) if word && g.delimiter() != Delimiter::Brace => out.push(' '),
                    Some(TokenTree::Punct(_)) if word && path => out.push(' '),
                    _ => {}
                }
            }
        }
    }
}

fn group(group: &Group, out: &mut String, depth: usize) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::None => ("", ""),
    };
    if group.to_string().contains("rust_analyzer") && group.stream().into_iter().count() == 3 {
        out.push_str("{ editor }");
        return;
    }
    let mut inside = String::new();
    write(group.stream(), &mut inside, depth + 1);
    let short = inside.trim().len() < 60 && !inside.contains('\n');
    out.push_str(open);
    if group.delimiter() != Delimiter::Brace {
        out.push_str(inside.trim_end());
    } else if short && !inside.is_empty() {
        out.extend([" ", inside.trim(), " "]);
    } else if !inside.is_empty() {
        line(out, depth + 1);
        out.push_str(inside.trim_end());
        line(out, depth);
    }
    out.push_str(close);
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&"    ".repeat(depth));
}

/// Queries in which `|` marks where somebody writes.
const CURSORS: &[&str] = &[
    "Product.|",
    "Prod|uct",
    "Product.filter(|)",
    "Product.filter(category.|slug = slug, price.lt = max)",
    "Product.filter(category.slug = slug, |)",
    "Product.filter(category.slug = slug|, price.lt = max)",
    "Product.filter(category.slug = form.|, price.lt = max)",
    "Product.filter(category.slug = |)",
    "Product.filter(price.gte? = min, name = text).order_by(-pr|ice)[..n]",
    "Product.filter(price.gte? = min).order_by(-price)[..|n]",
    "Product(k|).reviews",
    "Product.by_category(slu|g).filter(name = text)",
    "Product.update(name = na|me, stock = F(stock) - by)",
    "Tag.bulk_create(for n in names => name = n|)",
    "Product.select_related(category).annotate(n = Count(rev|iews))",
    "Product.filter(if self.| { price.gte = min } else { stock = 1 }, name = text)",
    "Product.filter(if let Some(x) = opt { price.gte = x.| }, name = text)",
    "Product.filter(if let Some(x) = opt { price.gte = x, name = | })",
    "Product.filter(if a { Q(price.gte? = x, name = na|me) } else if let Some(y) = b { stock = y })",
    "Product.filter(if a { price. | } else { stock = y }).order_by(name)",
    "Product.filter(if a { price.gte = x } else { | }, name = text)",
    "Product.filter(match form.| { Some(x) => price.gte = x, None => {} })",
    "Product.filter(match form { Some(x) if x.| => price.gte = x, None => {} })",
    "Product.filter(match form { Some(x) => price.gte = x.y(|), None => name = z }, slug = s)",
    "Product.filter(match form { Some(x) => price.gte = x, None => na| })",
    "Product.filter(nmae = a, match form { Some(x) => price.gte = x.|, None => name = b })",
    "Product.filter(nmae = a, if form.| { price.gte = x })",
    "Product.filter(if | { stock = 1 }, name = text)",
    "Product.filter(if a { stock = 1 } else if | { stock = x })",
    "Product.filter(if a && | { stock = x }, name = text)",
    "Product.filter(if a && b.| && c { stock = x }, name = text)",
    "Product.filter(if let Some(x) = | { stock = x }, name = text)",
    "Product.filter(if !| { stock = x }).update(stock = y)",
    "Product.filter(if a == Kind::| { stock = x })",
    "Product.filter(if | )",
    "Product.filter(if a.| )",
    "Product.filter(if a.|, name = text)",
    "Product.filter(if f(a.|) { stock = x }, name = text)",
    "Product.filter(match | { Some(x) => price.gte = x, None => {} })",
    "Product.filter(match a + | { Some(x) => price.gte = x, None => {} })",
    "Product.filter(match x.| { A => stock = 1 })",
    "Product.filter(match x.| )",
    "Product.filter(match x { | })",
    "Product.filter(match x { | => stock = 1, B => name = y })",
    "Product.filter(match x { A => stock = 1, | })",
    "Product.filter(match x { A => stock = 1, Kind::| }, name = text)",
    "Product.filter(match x { A if | => stock = 1, _ => name = y })",
    "Product.filter(match x { A if a.| => stock = 1, _ => name = y })",
    "Product.filter(nmae = a, if | { stock = 1 })",
    "Product.filter(nmae = a, if form.b.| && c { stock = x })",
    "Product.filter(nmae = a, if a && | { stock = x })",
    "Product.filter(nmae = a, match | { Some(x) => price.gte = x, None => {} })",
    "Product.filter(nmae = a, match x { | => price.gte = b, None => {} })",
    "Product.filter(nmae = a, match x { A if form.| => price.gte = b, None => {} })",
    "Product.filter(nmae = a, match x { A if | => stock = b, _ => name = c })",
    "Product.filter(nmae = a, match x { A if b && | => stock = b, _ => name = c })",
    "Product.filter(nmae = a, match x { A => stock = b, | })",
    "Product.order_by(if | { name } else { -price })",
    "Product.order_by(match | { A => name, _ => -price })[..n]",
    "Product.order_by(match x { | => name, _ => -price })[..n]",
    "Product.order_by(match by { By::Price => -pr|ice, _ => name })[..n]",
    "Product.order_by(match self.| { By::Price => -price, _ => name })[..n]",
    "Product.order_by(if a { -price } else { F(stock) * {by.|} }, name)",
    "pub fn f(slug: &str) -> Vec<Row> { Product.filter(slug = sl|ug).values(name) }",
    "pub fn f(slug: &str) -> Vec<Row> { Product.filter(slug = slug, |).values(name) }",
];

/// rust-analyzer expands a query twice, as it is and with a word glued in at the cursor, and looks the cursor's place up
/// in the first by its place in the second.
#[test]
fn what_stands_before_the_cursor_does_not_depend_on_it() {
    const MARK: &str = "raCompletionMarker";
    let schema = shop();
    for cursor in CURSORS {
        let (mut plain, mut marked) = (Vec::new(), Vec::new());
        flat(expansion(&cursor.replace('|', ""), &schema), &mut plain);
        flat(expansion(&cursor.replace('|', MARK), &schema), &mut marked);
        let at = marked.iter().position(|token| token.contains(MARK)).unwrap_or_else(|| panic!("lost: {cursor}"));
        let mut before = &marked[..at];
        if before.last().map(String::as_str) == Some(".") && plain.get(at - 1).map(String::as_str) != Some(".") {
            // The dot before an empty slot is left out.
            before = &before[..at - 1];
        }
        assert_eq!(&plain[..before.len()], before, "{cursor}");
    }
}

/// All tokens in order, delimiters too.
fn flat(tokens: TokenStream, out: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                out.push(format!("open {:?}", group.delimiter()));
                flat(group.stream(), out);
                out.push(format!("close {:?}", group.delimiter()));
            }
            other => out.push(other.to_string()),
        }
    }
}

#[test]
fn each_right_side_stands_once_in_the_order_written() {
    let schema = shop();
    let mut found = Vec::new();
    flat(
        expansion("Product.filter(name = v1, price.gte? = v2, stock.in = v3, category = v4)[v5..v6]", &schema),
        &mut found,
    );
    let values: Vec<&str> = found.iter().map(String::as_str).filter(|t| t.len() == 2 && t.starts_with('v')).collect();
    assert_eq!(values, ["v1", "v2", "v3", "v4", "v5", "v6"]);
}

#[test]
fn the_same_query_gives_the_same_tokens() {
    let schema = shop();
    for cursor in CURSORS {
        let query = cursor.replace('|', "");
        assert_eq!(expansion(&query, &schema).to_string(), expansion(&query, &schema).to_string());
    }
}
