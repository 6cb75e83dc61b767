//! Queries as they are while they are written.
//!
//! In: a whole query. Out: it up to a leaf (a word, a sign, an opening bracket), with its open brackets closed, or also
//! what follows; the last word perhaps half there, and at the cursor perhaps the marker.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use std::cell::Cell;

/// What rust-analyzer puts at the cursor.
pub(crate) const MARK: &str = "raCompletionMarker";

/// How much of the word at the cursor is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// All of it.
    Whole,
    /// Its first half.
    Half,
    /// There is none yet.
    None,
}

/// A cursor behind a leaf.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    leaves: usize,
    word: Word,
    /// Whether what follows is there.
    rest: bool,
}

impl Cut {
    /// All cursors in a query of so many leaves.
    pub(crate) fn all(leaves: usize) -> Vec<Self> {
        let ways = [Word::Whole, Word::Half, Word::None].map(|word| [true, false].map(|rest| (word, rest)));
        (0..=leaves)
            .flat_map(|leaves| ways.as_flattened().iter().map(move |&(word, rest)| Self { leaves, word, rest }))
            .collect()
    }

    /// Whether a part of a word is there.
    pub(crate) fn has_word(&self) -> bool {
        self.word != Word::None
    }

    /// The query with or without the marker.
    pub(crate) fn apply(&self, query: &TokenStream, marked: bool) -> TokenStream {
        let state = State { left: Cell::new(self.leaves), done: Cell::new(false), cut: *self, marked };
        state.stream(query.clone(), true)
    }
}

/// Literals, keywords, and the options of functions: half of one is a name.
const WHOLE: [&str; 10] = ["true", "false", "None", "if", "else", "match", "fn", "pub", "then", "default"];

/// Whether a word can be written in front of what follows.
fn goes_on(next: Option<&TokenTree>) -> bool {
    next.is_none_or(|next| matches!(next, TokenTree::Punct(p) if matches!(p.as_char(), ',' | '=' | '?' | '.')))
}

struct State {
    left: Cell<usize>,
    done: Cell<bool>,
    cut: Cut,
    marked: bool,
}

impl State {
    fn stream(&self, stream: TokenStream, outermost: bool) -> TokenStream {
        let mut out: Vec<TokenTree> = Vec::new();
        let mut trees = stream.into_iter().peekable();
        if outermost && self.left.get() == 0 {
            self.end(&mut out, trees.peek());
        }
        while let Some(tree) = trees.next() {
            if self.done.get() {
                if self.cut.rest {
                    out.push(tree);
                    continue;
                }
                break;
            }
            self.left.set(self.left.get() - 1);
            if let TokenTree::Group(g) = tree {
                let mut inside = Vec::new();
                let stream = if self.left.get() == 0 {
                    let mut stream = g.stream().into_iter().peekable();
                    self.end(&mut inside, stream.peek());
                    inside.into_iter().chain(stream.filter(|_| self.cut.rest)).collect()
                } else {
                    self.stream(g.stream(), false)
                };
                let mut group = Group::new(g.delimiter(), stream);
                group.set_span(g.span());
                out.push(group.into());
            } else {
                out.push(tree);
                if self.left.get() == 0 {
                    self.end(&mut out, trees.peek());
                }
            }
        }
        out.into_iter().collect()
    }

    /// What stands at the cursor: `next` is what follows in the whole query.
    fn end(&self, out: &mut Vec<TokenTree>, next: Option<&TokenTree>) {
        self.done.set(true);
        let mark = |text: &str| TokenTree::from(Ident::new(&format!("{text}{MARK}"), Span::call_site()));
        match (out.last_mut(), self.cut.word) {
            (Some(TokenTree::Ident(i)), Word::Whole | Word::Half) => {
                let text = i.to_string();
                let text = text.trim_start_matches("r#");
                // Behind these nobody looks for more.
                if WHOLE.contains(&text) {
                    return;
                }
                let length = text.chars().count();
                let kept = if self.cut.word == Word::Half { length.div_ceil(2) } else { length };
                let text: String = text.chars().take(kept).collect();
                if self.marked {
                    *out.last_mut().unwrap() = mark(&text);
                } else if self.cut.word == Word::Half {
                    *i = Ident::new(&text, Span::call_site());
                }
            }
            // Apart from an operand nobody types a word, and in front of one it would be a part of that.
            (Some(TokenTree::Punct(p)), _) if p.as_char() == '?' => {}
            (None | Some(TokenTree::Punct(_)), Word::None) if self.marked && (!self.cut.rest || goes_on(next)) => {
                out.push(mark(""));
            }
            _ => {}
        }
    }
}

/// How many leaves there are.
pub(crate) fn count(stream: &TokenStream) -> usize {
    let inside = |tree: TokenTree| if let TokenTree::Group(g) = tree { count(&g.stream()) } else { 0 };
    stream.clone().into_iter().map(|tree| 1 + inside(tree)).sum()
}
