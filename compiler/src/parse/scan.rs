//! One pass over the trees of an expression: where its commas and operators are.
//!
//! In: trees as written, Rust or the query language. Out: a mark for each comma and operator that stands at the top
//! level and is one (`<` of generics, `|` of a closure, `=` of a `let` are none). One bit, whether an operand or an
//! operator is expected next, decides everything; nothing fails, also not on half-written input.

use super::tokens::{braces, brackets, is_punct, is_word};
use super::types;
use crate::ast::Comparison;
use proc_macro2::{Spacing, TokenTree};

/// A comma or operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Index of its first tree.
    pub(super) at: usize,
    /// How many trees it has.
    pub(super) len: usize,
    /// What it is.
    pub(super) sign: Sign,
}

/// What a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// `,`
    Comma,
    /// `=>`
    Arrow,
    /// `=`
    Assign,
    /// `==` and its like.
    Compare(Comparison),
    /// `&&` between operands.
    AndAnd,
    /// `||` between operands.
    OrOr,
    /// `|` between operands.
    Pipe,
    /// `^`
    Caret,
    /// `&` between operands.
    Ampersand,
    /// `+`
    Plus,
    /// `-` between operands.
    Minus,
    /// `*` between operands.
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `..`, with or without operands.
    Range,
    /// `..=`
    RangeInclusive,
    /// `as`; the type after it is passed over.
    As,
    /// `?` after an operand.
    Try,
    /// `-` before an operand.
    Negative,
    /// `!` or `~` before an operand.
    Not,
    /// `*` before an operand, or alone.
    Deref,
    /// `&` or `&&` before an operand.
    Borrow,
    /// A closure's parameters, `return`, `break`: all up to the comma is one operand of Rust and has no marks.
    Closure,
    /// An operand where an operator was expected.
    Adjacent,
    /// Any other operator.
    Other,
}

impl Sign {
    /// Stands between two operands or after one, and splits the expression there.
    pub(super) fn is_binary(self) -> bool {
        !matches!(
            self,
            Self::Negative | Self::Not | Self::Deref | Self::Borrow | Self::Closure | Self::Adjacent | Self::Try
        )
    }
}

/// All marks in order.
pub(super) fn scan(trees: &[TokenTree]) -> Vec<Mark> {
    let mut pass = Pass::new(trees, 0, 0);
    while pass.at < trees.len() {
        pass.step();
    }
    pass.marks
}

/// Whether an operand is to follow these trees.
pub(super) fn is_open(trees: &[TokenTree]) -> bool {
    let mut pass = Pass::new(trees, 0, 0);
    while pass.at < trees.len() {
        pass.step();
    }
    pass.operand
}

/// Index after an `if … { … } else { … }` or `match … { … }` whose keyword stands at `at`; `None` while it is not
/// complete.
pub(super) fn block(trees: &[TokenTree], at: usize) -> Option<usize> {
    nested_block(trees, at, 0)
}

fn nested_block(trees: &[TokenTree], at: usize, depth: u32) -> Option<usize> {
    let first = at;
    let mut at = at;
    loop {
        let Some(head) = nested_head(trees, at + 1, depth) else {
            // An `else if` that is being written reaches up to the next comma.
            let comma = (at..trees.len()).find(|i| is_punct(trees.get(*i), ','));
            return (at > first).then(|| comma.unwrap_or(trees.len()));
        };
        let conditional = is_word(trees.get(at), "if");
        at = head + 1;
        if !conditional || !is_word(trees.get(at), "else") {
            return Some(at);
        }
        if !is_word(trees.get(at + 1), "if") {
            // An `else` without its braces ends what there is.
            return Some(at + 1 + usize::from(braces(trees.get(at + 1)).is_some()));
        }
        at += 1;
    }
}

/// Index of the braces that end the head of an `if`, `match` or `while` which begins at `from`. While its end is still to
/// be written, these are the first ones, which seem to be an operand.
pub(super) fn head(trees: &[TokenTree], from: usize) -> Option<usize> {
    nested_head(trees, from, 0)
}

/// `if` in the head of an `if`, and so on: nobody writes that this deep.
const DEEPEST: u32 = 32;

fn nested_head(trees: &[TokenTree], from: usize, depth: u32) -> Option<usize> {
    if depth > DEEPEST {
        return None;
    }
    let mut pass = Pass::new(trees, from, depth + 1);
    let mut operand = None;
    while pass.at < trees.len() {
        if braces(trees.get(pass.at)).is_some() {
            if !pass.operand {
                return Some(pass.at);
            }
            operand = operand.or(Some(pass.at));
        }
        pass.step();
        // Where a head within this one finds no braces, this one finds none either.
        if pass.incomplete || matches!(pass.marks.last(), Some(Mark { sign: Sign::Comma | Sign::Arrow, .. })) {
            break;
        }
    }
    operand
}

/// Operators of more than one character, the longer first.
const UNITS: &[&str] = &[
    "..=", "...", "<<=", ">>=", "..", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "**", "+=",
    "-=", "*=", "/=", "%=", "^=", "&=", "|=",
];

struct Pass<'t> {
    trees: &'t [TokenTree],
    at: usize,
    /// An operand is expected next.
    operand: bool,
    /// Inside a closure's body: what is found belongs to Rust.
    rust: bool,
    /// How many heads of `if` and `match` this pass stands in.
    depth: u32,
    /// An `if` or `match` without its braces was seen.
    incomplete: bool,
    marks: Vec<Mark>,
}

impl<'t> Pass<'t> {
    fn new(trees: &'t [TokenTree], at: usize, depth: u32) -> Self {
        Self { trees, at, operand: true, rust: false, depth, incomplete: false, marks: Vec::new() }
    }

    fn mark(&mut self, len: usize, sign: Sign) {
        if !self.rust || matches!(sign, Sign::Comma | Sign::Arrow) {
            self.marks.push(Mark { at: self.at, len, sign });
        }
        self.at += len;
    }

    /// Reads one unit and sets the bit.
    fn step(&mut self) {
        match &self.trees[self.at] {
            TokenTree::Group(_) => {
                self.operand = false;
                self.at += 1;
            }
            TokenTree::Literal(_) => {
                self.adjacent();
                self.operand = false;
                self.at += 1;
            }
            TokenTree::Ident(i) => {
                let word = i.to_string();
                self.word(&word);
            }
            TokenTree::Punct(p) => {
                let c = p.as_char();
                match self.unit() {
                    Some(unit) => self.long(unit),
                    None => self.short(c),
                }
            }
        }
    }

    fn adjacent(&mut self) {
        if !self.operand {
            self.mark(0, Sign::Adjacent);
        }
    }

    /// A word that Rust reserves is a name of the query language where a dot, `=` or `?` follows.
    fn is_name(&self) -> bool {
        let Some(TokenTree::Punct(p)) = self.trees.get(self.at + 1) else {
            return self.at + 1 == self.trees.len();
        };
        let follows = |c| p.spacing() == Spacing::Joint && is_punct(self.trees.get(self.at + 2), c);
        match p.as_char() {
            '.' => !follows('.'),
            '=' => !follows('='),
            '?' | ',' => true,
            _ => false,
        }
    }

    fn word(&mut self, word: &str) {
        if !self.operand {
            match word {
                "as" => {
                    let from = self.at;
                    self.mark(1, Sign::As);
                    self.at = types::ty(self.trees, from + 1).max(from + 1);
                    return;
                }
                "in" | "else" | "const" | "mut" => {
                    self.operand = true;
                    self.at += 1;
                    return;
                }
                _ => self.adjacent(),
            }
        }
        self.operand = false;
        if self.is_name() {
            self.at += 1;
            return;
        }
        match word {
            "if" | "match" => {
                let after = nested_block(self.trees, self.at, self.depth);
                self.incomplete |= after.is_none();
                self.operand = after.is_none();
                self.at = after.unwrap_or(self.at + 1);
            }
            "while" => {
                let head = nested_head(self.trees, self.at + 1, self.depth);
                self.incomplete |= head.is_none();
                self.at = head.unwrap_or(self.at + 1);
                self.operand = true;
            }
            "let" => {
                self.operand = true;
                self.at += 1;
                while self.at < self.trees.len() {
                    let here = is_punct(self.trees.get(self.at), '=') && self.unit().is_none();
                    if is_punct(self.trees.get(self.at), ',') {
                        return;
                    }
                    self.at += self.unit().map_or(1, str::len);
                    if here {
                        return;
                    }
                }
            }
            "return" | "break" | "yield" => {
                self.mark(1, Sign::Closure);
                self.rust = true;
                self.operand = true;
            }
            "loop" | "unsafe" | "async" | "move" | "const" | "static" | "mut" | "for" | "ref" => {
                self.operand = true;
                self.at += 1;
            }
            _ => {
                self.at += 1;
                // A macro call, but not `a != b`.
                if is_punct(self.trees.get(self.at), '!')
                    && matches!(self.trees.get(self.at + 1), Some(TokenTree::Group(_)))
                {
                    self.at += 2;
                }
            }
        }
    }

    /// The operator of several characters that stands here.
    fn unit(&self) -> Option<&'static str> {
        UNITS.iter().copied().find(|unit| {
            let last = unit.len() - 1;
            unit.chars().enumerate().all(|(i, c)| match self.trees.get(self.at + i) {
                Some(TokenTree::Punct(p)) => p.as_char() == c && (i == last || p.spacing() == Spacing::Joint),
                _ => false,
            })
        })
    }

    fn long(&mut self, unit: &'static str) {
        let len = unit.len();
        if self.operand {
            match unit {
                "||" => return self.closure(self.at + 2),
                "<<" => return self.short('<'),
                "**" => return self.short('*'),
                "&&" => return self.mark(2, Sign::Borrow),
                _ => {}
            }
        }
        let sign = match unit {
            "=>" => {
                self.rust = false;
                Sign::Arrow
            }
            "==" => Sign::Compare(Comparison::Equal),
            "!=" => Sign::Compare(Comparison::NotEqual),
            "<=" => Sign::Compare(Comparison::LessEqual),
            ">=" => Sign::Compare(Comparison::GreaterEqual),
            "&&" => Sign::AndAnd,
            "||" => Sign::OrOr,
            ".." => Sign::Range,
            "..=" | "..." => Sign::RangeInclusive,
            "::" => {
                self.at += 2;
                self.operand = true;
                if is_punct(self.trees.get(self.at), '<')
                    && let Some(after) = types::angles(self.trees, self.at)
                {
                    self.at = after;
                    self.operand = false;
                }
                return;
            }
            _ => Sign::Other,
        };
        self.operand = true;
        self.mark(len, sign);
    }

    fn short(&mut self, c: char) {
        let sign = match c {
            ',' => {
                self.rust = false;
                Sign::Comma
            }
            '<' if self.operand => match types::angles(self.trees, self.at) {
                Some(after) => {
                    self.at = after;
                    self.operand = false;
                    return;
                }
                None => Sign::Other,
            },
            '|' if self.operand => {
                let end = (self.at + 1..self.trees.len()).find(|i| is_punct(self.trees.get(*i), '|'));
                match end {
                    Some(end) => return self.closure(end + 1),
                    None => Sign::Other,
                }
            }
            '-' if self.operand => Sign::Negative,
            '!' | '~' if self.operand => Sign::Not,
            '*' if self.operand => Sign::Deref,
            '&' if self.operand => Sign::Borrow,
            '.' => {
                let member = matches!(self.trees.get(self.at + 1), Some(TokenTree::Ident(_) | TokenTree::Literal(_)));
                self.at += if member && !self.operand { 2 } else { 1 };
                return;
            }
            '?' if !self.operand => return self.mark(1, Sign::Try),
            '\'' => {
                self.at += 2;
                self.operand = true;
                return;
            }
            '#' if self.operand && brackets(self.trees.get(self.at + 1)).is_some() => {
                self.at += 2;
                return;
            }
            '=' => Sign::Assign,
            '<' => Sign::Compare(Comparison::Less),
            '>' => Sign::Compare(Comparison::Greater),
            '|' => Sign::Pipe,
            '^' => Sign::Caret,
            '&' => Sign::Ampersand,
            '+' => Sign::Plus,
            '-' => Sign::Minus,
            '*' => Sign::Star,
            '/' => Sign::Slash,
            '%' => Sign::Percent,
            _ => Sign::Other,
        };
        self.operand = true;
        self.mark(1, sign);
    }

    /// A closure whose parameters end before `body`.
    fn closure(&mut self, body: usize) {
        let from = self.at;
        self.mark(0, Sign::Closure);
        self.at = body.max(from + 1);
        if is_punct(self.trees.get(self.at), '-') && is_punct(self.trees.get(self.at + 1), '>') {
            self.at = types::ty(self.trees, self.at + 2);
        }
        self.rust = true;
        self.operand = true;
    }
}

#[cfg(test)]
mod tests;
