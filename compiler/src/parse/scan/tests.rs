//! Which signs are found in a run of trees, and which are not.

use super::*;
use crate::parse::tokens::trees;

fn marks(text: &str) -> Vec<Sign> {
    scan(&trees(text.parse().unwrap())).into_iter().map(|m| m.sign).collect()
}

fn commas(text: &str) -> usize {
    marks(text).into_iter().filter(|s| *s == Sign::Comma).count()
}

/// What rustc reads as so many arguments.
const LISTS: &[(usize, &str)] = &[
    (2, "a = 1, b = 2"),
    (2, "a = f(x, y), b = [1, 2]"),
    (2, "a = f::<A, B>(x), b = 1"),
    (2, "a = x.collect::<HashMap<K, Vec<V>>>(), b = 1"),
    (2, "a = <T as X<A, B>>::f(), b = 1"),
    (2, "a = <<T as X<A, B>>::Y as Z<C, D>>::f(), b = 1"),
    (2, "a = x as Map<A, B>, b = 1"),
    (2, "a = x as &'a mut dyn Fn(A, B) -> Map<C, D>, b = 1"),
    (2, "a = x as fn(A) -> Map<A, B>, b = 1"),
    (2, "a = x as *const Map<A, B>, b = 1"),
    (2, "a = |x, y| x + y, b = 1"),
    (2, "a = |x: Map<A, B>, y| x, b = 1"),
    (2, "a = |x| -> Map<A, B> { x }, b = 1"),
    (2, "a = move |x, y| x, b = 1"),
    (2, "a = || x, b = 1"),
    (2, "a = x || y, b = z"),
    (2, "a = x | y, b = |c, d| c"),
    (2, "a = x < y, b = z > w"),
    (2, "a = x << y, b = z >> w"),
    (2, "a = (x < y, z), b = w"),
    (2, "a = Vec::<(A, B)>::new(), b = 1"),
    (2, "a = if x < y { 1 } else { 2 }, b = z > 3"),
    (2, "a = match x { A | B => (1, 2), _ => 3 }, b = 1"),
    (2, "a = if let Some(A { x, y }) = z { x } else { y }, b = 1"),
    (2, "a = S { x, y }, b = 1"),
    (2, "a = m!(x, y), b = 1"),
    (2, "a = x.y::<A, B>(), b = 1"),
    (2, "a = 1.., b = ..=2"),
    (2, "a = &|x, y| x, b = 1"),
    (2, "a = return |x, y| x, b = 1"),
    (2, "a = x? | y, b = z"),
    (2, "a = 'l: loop { break 'l |x, y| x }, b = 1"),
    (2, "a = x as usize, b = y"),
    (2, "a = unsafe { x }, b = async move { y }"),
    (3, "a = x == y, b = x <= y, c = x >= y"),
    (3, "Q(a = 1) | Q(b = 2), !Q(c = 3) & Q(d = 4), ~Q(e = 5)"),
    (3, "price.gte? = min, price.lte ?= max, id.in = ids"),
    (3, "-a, b.c, F(x).desc(nulls_last)"),
    (3, "F(a) > F(b), F(a) < F(b), F(a) != x"),
    (3, "a =, b = , c = 1"),
    (3, "a = <, b = |, c = x."),
    (3, "a = f::<, b = x as, c = if x"),
];

#[test]
fn every_comma_ends_an_argument_but_those_of_generics_and_closures() {
    for (arguments, text) in LISTS {
        assert_eq!(commas(text) + 1, *arguments, "{text}");
    }
}

#[test]
fn an_operator_is_what_stands_where_one_is_expected() {
    use Sign::{Adjacent, Ampersand, Arrow, As, Assign, Borrow, Closure, Comma, Deref, Minus, Negative, Not, Pipe};
    use Sign::{Range, RangeInclusive, Star, Try};
    for (text, expected) in [
        ("a=-1", &[Assign, Negative][..]),
        ("a - -b", &[Minus, Negative]),
        ("a * *b", &[Star, Deref]),
        ("a & &b", &[Ampersand, Borrow]),
        ("a&!b|~c", &[Ampersand, Not, Pipe, Not]),
        ("a=&&b", &[Assign, Borrow]),
        ("a=|x|x+1,b", &[Assign, Closure, Comma]),
        ("price.gte?=min", &[Try, Assign]),
        ("x as T + y", &[As, Sign::Plus]),
        ("1..=2", &[RangeInclusive]),
        ("..2", &[Range]),
        ("a b", &[Adjacent]),
        ("a = 1 \"x\"", &[Assign, Adjacent]),
        ("a => b", &[Arrow]),
        ("f::<A>(x).y", &[]),
        ("std::format!(\"x\")", &[]),
        ("if a < b { 1 } else if c { 2 } else { 3 } | d", &[Pipe]),
        ("match a | b { _ => 1 } | d", &[Pipe]),
        ("id.in = x.await", &[Assign]),
        ("if = 1", &[Assign]),
        ("match.x == 1", &[Sign::Compare(Comparison::Equal)]),
    ] {
        assert_eq!(marks(text), expected, "{text}");
    }
}

#[test]
fn what_a_macro_wraps_is_opened() {
    use proc_macro2::{Delimiter, Group, TokenStream};
    let wrap = |text: &str| TokenTree::from(Group::new(Delimiter::None, text.parse().unwrap()));
    let stream: TokenStream = [wrap("price"), wrap("="), wrap("1 + 2"), wrap("\"x\"")].into_iter().collect();
    let opened = trees(stream);
    assert!(matches!(opened[0], TokenTree::Ident(_)) && matches!(opened[3], TokenTree::Literal(_)));
    assert!(matches!(opened[2], TokenTree::Group(_)), "several tokens stay one operand");
}
