//! Paths: `category.slug.icontains`, `category__slug`, `tags.0`, `meta["odd key"]`, `created_at.tz("Europe/Paris")`.
//!
//! In: trees. Out: a path and how many trees it took. A `__` name is split into its parts, `0.1` (one float to Rust)
//! into two positions; a dot with nothing after it is reported and remembered.

use super::tokens::{brackets, ident, is_punct, name, parentheses, place, shown, text};
use super::value;
use crate::ast::{Path, Segment, SegmentKind, Tokens};
use crate::diagnostic::Diagnostics;
use proc_macro2::{Group, Ident, Span, TokenTree};

/// Whether `name(…)` within a path belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calls {
    /// A transform with arguments.
    Segments,
    /// A method of a chain: the path ends before it.
    End,
}

/// The path at the beginning of the trees, if they begin with a name.
pub(super) fn path(trees: &[TokenTree], calls: Calls, d: &mut Diagnostics) -> Option<(Path, usize)> {
    let first = ident(trees.first())?;
    let mut out = Path { segments: Vec::new(), dangling: false };
    names(first, &mut out, d);
    let mut at = 1;
    loop {
        if let Some(list) = brackets(trees.get(at)) {
            if calls == Calls::End {
                break;
            }
            out.segments.push(key(list, d));
            at += 1;
            continue;
        }
        // `..` is a range.
        if !is_punct(trees.get(at), '.') || is_punct(trees.get(at + 1), '.') {
            break;
        }
        match trees.get(at + 1) {
            Some(TokenTree::Ident(i)) => match parentheses(trees.get(at + 2)) {
                Some(_) if calls == Calls::End => break,
                Some(list) => {
                    let values = value::list(list, d);
                    let kind = SegmentKind::Call(name(i).text, values);
                    out.segments.push(Segment { kind, span: i.span(), ident: Some(i.clone()), alias: None });
                    at += 3;
                }
                None => {
                    names(i, &mut out, d);
                    at += 2;
                }
            },
            Some(TokenTree::Literal(l)) => {
                at += 2;
                if !positions(&l.to_string(), l.span(), &mut out, d) {
                    break;
                }
            }
            other => {
                let here = Tokens::one(trees[at].span());
                let found = other.map(|t| format!(", found `{}`", shown(t))).unwrap_or_default();
                d.error("N0103", here, format!("expected a name after the dot{found}"));
                out.dangling = true;
                at += 1;
                break;
            }
        }
    }
    if let Some(beyond) = out.segments.get(LONGEST) {
        d.error("N0127", Tokens::one(beyond.span), format!("a path of more than {LONGEST} names"));
        out.segments.truncate(LONGEST);
    }
    Some((out, at))
}

/// Each name may be a relation, and whoever walks relations goes down the stack with them.
const LONGEST: usize = 32;

/// A run of trees that is one path and nothing else; what is left over is reported.
pub(super) fn whole(trees: &[TokenTree], what: &str, d: &mut Diagnostics) -> Option<Path> {
    if let Some(t) = text(trees.first()) {
        let note = strip(&t);
        let list = d.error("N0107", Tokens::one(trees[0].span()), format!("expected {what}, found text"));
        if let Some(plain) = note {
            list.note(format!("names are written without quotes: `{plain}`"));
        }
        return None;
    }
    let Some((path, used)) = path(trees, Calls::Segments, d) else {
        let found = trees.first().map_or_else(|| "nothing".to_owned(), |t| format!("`{}`", shown(t)));
        let code = if matches!(trees.first(), Some(TokenTree::Literal(_))) { "N0107" } else { "N0124" };
        d.error(code, place(trees, Span::call_site()), format!("expected {what}, found {found}"));
        return None;
    };
    if let Some(rest) = trees.get(used)
        && !path.dangling
    {
        d.error("N0116", place(&trees[used..], rest.span()), format!("unexpected `{}` after a path", shown(rest)));
    }
    Some(path)
}

/// Text that would be a name without its quotes: `-created_at`, `category__name`.
pub(super) fn strip(text: &str) -> Option<String> {
    let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
    let word = |s: &str| {
        s.starts_with(|c: char| c.is_alphabetic() || c == '_') && s.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let fits = plain.replace("__", ".").split('.').all(word);
    fits.then(|| text.trim_start_matches('+').replace("__", "."))
}

/// A name, split at `__`.
fn names(token: &Ident, out: &mut Path, d: &mut Diagnostics) {
    let whole = name(token).text;
    let span = token.span();
    if !whole.contains("__") {
        let kind = SegmentKind::Name(whole);
        out.segments.push(Segment { kind, span, ident: Some(token.clone()), alias: None });
        return;
    }
    let mut ident = Some(token.clone());
    let mut empty = false;
    for part in whole.split("__") {
        if part.is_empty() {
            empty = true;
            continue;
        }
        let kind = match part.parse::<u32>() {
            Ok(n) if part == "0" || !part.starts_with('0') => SegmentKind::Index(n),
            _ => SegmentKind::Name(part.to_owned()),
        };
        out.segments.push(Segment { kind, span, ident: ident.take(), alias: Some(whole.clone()) });
    }
    if empty {
        d.error("N0103", Tokens::one(span), format!("expected a name on both sides of `__` in `{whole}`"));
    }
    if out.segments.is_empty() {
        let kind = SegmentKind::Name(whole.clone());
        out.segments.push(Segment { kind, span, ident, alias: None });
    }
}

/// `0`, `0.1` or `0.` after a dot. False if the path ends here.
fn positions(text: &str, span: Span, out: &mut Path, d: &mut Diagnostics) -> bool {
    let mut parts = text.split('.').peekable();
    while let Some(part) = parts.next() {
        if part.is_empty() && parts.peek().is_none() {
            d.error("N0103", Tokens::one(span), "expected a name after the dot");
            out.dangling = true;
            return false;
        }
        let Ok(n) = part.parse::<u32>() else {
            let message = format!("expected a name or a position after the dot, found `{text}`");
            d.error("N0124", Tokens::one(span), message);
            return true;
        };
        out.segments.push(Segment { kind: SegmentKind::Index(n), span, ident: None, alias: None });
    }
    true
}

/// `["odd key"]`.
fn key(list: &Group, d: &mut Diagnostics) -> Segment {
    let inside = super::tokens::trees(list.stream());
    let key = text(inside.first()).filter(|_| inside.len() == 1);
    let mut kind = SegmentKind::Key(key.clone().unwrap_or_default());
    if key.is_none() {
        let error = d.error("N0124", Tokens::one(list.span()), "expected a key in quotes between the brackets");
        if let [TokenTree::Literal(l)] = inside.as_slice()
            && let Ok(position) = l.to_string().parse()
        {
            error.note(format!("a position is written with a dot: `.{l}`"));
            kind = SegmentKind::Index(position);
        }
    }
    Segment { kind, span: list.span(), ident: None, alias: None }
}
