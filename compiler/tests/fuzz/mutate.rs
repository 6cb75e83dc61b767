//! Changes to queries: tokens cut out, doubled, swapped, put in, names exchanged, pieces of other queries grafted.
//!
//! In: the token trees of a query and a source of numbers. Out: another stream, the same for the same numbers.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// A small generator; the same numbers in every run.
pub(crate) struct Numbers(u64);

impl Numbers {
    /// Numbers that follow from a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to n - 1; 0 if n is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n.max(1)
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}

/// Shows its query if the thread panics while it lives.
pub(crate) struct Shown<'q>(pub(crate) &'q TokenStream);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the query was: {}", self.0);
        }
    }
}

/// The queries that changes start from.
pub(crate) struct Corpus {
    pub(crate) queries: Vec<Vec<TokenTree>>,
    /// The first token of each, as text: its model.
    heads: Vec<String>,
    /// All names in them, each as often as it stands there.
    names: Vec<Ident>,
    /// Somewhere in a text, as all that users write is, and nothing that is emitted.
    span: Span,
}

impl Corpus {
    /// A corpus of queries.
    pub(crate) fn new(queries: impl IntoIterator<Item = TokenStream>) -> Self {
        let queries: Vec<Vec<TokenTree>> = queries.into_iter().map(|q| q.into_iter().collect()).collect();
        let mut names = Vec::new();
        queries.iter().for_each(|query| gather(query, &mut names));
        let span = names[0].span();
        names.extend(WORDS.iter().map(|word| Ident::new(word, span)));
        let heads = queries.iter().map(|query| head(query)).collect();
        Self { queries, heads, names, span }
    }

    /// One of the queries with `changes` changes.
    pub(crate) fn mutated(&self, changes: usize, numbers: &mut Numbers) -> TokenStream {
        let mut trees = numbers.of(&self.queries).clone();
        for _ in 0..changes {
            trees = if numbers.below(2) == 0 { self.compose(trees, numbers) } else { self.change(trees, numbers) };
        }
        trees.into_iter().collect()
    }

    /// One of the queries with methods and arguments of others that start at the same model: often a query too.
    pub(crate) fn composed(&self, changes: usize, numbers: &mut Numbers) -> TokenStream {
        let mut trees = numbers.of(&self.queries).clone();
        for _ in 0..changes {
            trees = self.compose(trees, numbers);
        }
        trees.into_iter().collect()
    }

    /// Puts in a method of another query of the same model, or an argument of the same method.
    fn compose(&self, mut trees: Vec<TokenTree>, numbers: &mut Numbers) -> Vec<TokenTree> {
        let head = head(&trees);
        let donors: Vec<usize> = (0..self.heads.len()).filter(|at| self.heads[*at] == head).collect();
        if donors.is_empty() {
            return trees;
        }
        let donor = &self.queries[*numbers.of(&donors)];
        let (own, theirs) = (methods(&trees), methods(donor));
        if theirs.is_empty() {
            return trees;
        }
        let from = *numbers.of(&theirs);
        let twin = own.iter().find(|at| trees[**at + 1].to_string() == donor[from + 1].to_string());
        if let (Some(at), TokenTree::Group(given), 0 | 1) = (twin, &donor[from + 2], numbers.below(3))
            && let TokenTree::Group(taking) = &trees[at + 2]
        {
            let mut comma = Punct::new(',', Spacing::Alone);
            comma.set_span(self.span);
            let parts = [taking.stream(), TokenTree::from(comma).into(), given.stream()];
            trees[at + 2] = self.group(Delimiter::Parenthesis, parts.into_iter().collect());
            return trees;
        }
        let to = if own.is_empty() || numbers.below(2) == 0 { trees.len() } else { *numbers.of(&own) };
        trees.splice(to..to, donor[from..from + 3].to_vec());
        trees
    }

    /// One change somewhere in a list of trees, or inside one of them.
    fn change(&self, mut trees: Vec<TokenTree>, numbers: &mut Numbers) -> Vec<TokenTree> {
        let at = numbers.below(trees.len());
        if let Some(TokenTree::Group(group)) = trees.get(at)
            && numbers.below(4) > 0
        {
            let inside = self.change(group.stream().into_iter().collect(), numbers);
            trees[at] = self.group(group.delimiter(), inside.into_iter().collect());
            return trees;
        }
        match numbers.below(16) {
            0 if !trees.is_empty() => drop(trees.remove(at)),
            1 if !trees.is_empty() => trees.insert(at, trees[at].clone()),
            2 if trees.len() > 1 => {
                let other = numbers.below(trees.len());
                trees.swap(at, other);
            }
            3 => trees.truncate(at),
            4 if !trees.is_empty() => {
                let rest: TokenStream = trees.drain(at..).collect();
                trees.push(self.group(*numbers.of(DELIMITERS), rest));
            }
            5 => {
                // A piece of this list once more, or somewhere else in it.
                let end = at + numbers.below(trees.len() - at + 1);
                let piece: Vec<TokenTree> = trees[at..end].to_vec();
                let to = numbers.below(trees.len() + 1);
                trees.splice(to..to, piece);
            }
            6 | 7 => {
                let piece = self.piece(numbers);
                let end = if numbers.below(2) == 0 { at } else { (at + 1).min(trees.len()) };
                trees.splice(at..end, piece);
            }
            8 | 9 => {
                let places: Vec<usize> =
                    (0..trees.len()).filter(|i| matches!(trees[*i], TokenTree::Ident(_))).collect();
                if !places.is_empty() {
                    trees[*numbers.of(&places)] = numbers.of(&self.names).clone().into();
                }
            }
            10 if !trees.is_empty() => {
                // Parentheses in parentheses, `Q(Q(…))`, `!!…`.
                let word = ["", "Q", "Coalesce", "!", "-"][numbers.below(5)];
                for _ in 0..=numbers.below(24) {
                    let inner = self.group(Delimiter::Parenthesis, TokenStream::from(trees[at].clone()));
                    let word: TokenStream = word.parse().unwrap();
                    trees[at] = self.group(Delimiter::None, word.into_iter().chain([inner]).collect());
                }
                if let TokenTree::Group(group) = trees[at].clone() {
                    trees.splice(at..=at, group.stream());
                }
            }
            11 => trees.insert(at, self.group(*numbers.of(DELIMITERS), TokenStream::new())),
            12 => {
                let mut odd: TokenTree = match numbers.below(3) {
                    0 => Literal::string(&"\u{1F3F3}\u{FE0F}\u{202E}é\0\"'".repeat(1 + numbers.below(40))).into(),
                    1 => Literal::u128_unsuffixed(u128::MAX).into(),
                    _ => Ident::new(numbers.of::<&str>(&["größe", "名前", "_0"]), self.span).into(),
                };
                odd.set_span(self.span);
                let end = if numbers.below(2) == 0 { at } else { (at + 1).min(trees.len()) };
                trees.splice(at..end, [odd]);
            }
            13 => {
                let places: Vec<usize> =
                    (0..trees.len()).filter(|i| matches!(trees[*i], TokenTree::Ident(_))).collect();
                if !places.is_empty() {
                    let at = *numbers.of(&places);
                    let name = trees[at].to_string();
                    if !name.starts_with("r#") && !matches!(name.as_str(), "self" | "Self" | "super" | "crate" | "_") {
                        trees[at] = Ident::new_raw(&name, self.span).into();
                    }
                }
            }
            _ => trees.insert(at, self.token(numbers)),
        }
        trees
    }

    /// Some trees that stand side by side in some query.
    fn piece(&self, numbers: &mut Numbers) -> Vec<TokenTree> {
        let mut trees = numbers.of(&self.queries).clone();
        while let Some(group) = trees.iter().rev().find_map(|tree| match tree {
            TokenTree::Group(group) if !group.stream().is_empty() => Some(group.clone()),
            _ => None,
        }) {
            if numbers.below(3) == 0 {
                break;
            }
            trees = group.stream().into_iter().collect();
        }
        let from = numbers.below(trees.len());
        let to = from + 1 + numbers.below(trees.len() - from);
        trees[from..to.min(trees.len())].to_vec()
    }

    fn group(&self, delimiter: Delimiter, inside: TokenStream) -> TokenTree {
        let mut group = Group::new(delimiter, inside);
        group.set_span(self.span);
        group.into()
    }

    fn token(&self, numbers: &mut Numbers) -> TokenTree {
        let mut token: TokenTree = match numbers.below(4) {
            0 => numbers.of(&self.names).clone().into(),
            1 => match numbers.below(7) {
                0 => Literal::i64_unsuffixed(-3),
                1 => Literal::u64_unsuffixed(99_999_999_999),
                2 => Literal::f64_unsuffixed(0.5),
                3 => Literal::string("x"),
                4 => Literal::u8_suffixed(1),
                5 => Literal::character('c'),
                _ => Literal::byte_string(b"b"),
            }
            .into(),
            _ => {
                let spacing = if numbers.below(2) == 0 { Spacing::Joint } else { Spacing::Alone };
                Punct::new(*numbers.of(SIGNS), spacing).into()
            }
        };
        token.set_span(self.span);
        token
    }
}

/// The first token, as text.
fn head(trees: &[TokenTree]) -> String {
    match trees.first() {
        Some(TokenTree::Ident(name)) => name.to_string(),
        _ => String::new(),
    }
}

/// Where the methods of a chain begin: at the dot of `.name(…)`.
fn methods(trees: &[TokenTree]) -> Vec<usize> {
    let is = |window: &[TokenTree]| match window {
        [TokenTree::Punct(dot), TokenTree::Ident(_), TokenTree::Group(list)] => {
            dot.as_char() == '.' && list.delimiter() == Delimiter::Parenthesis
        }
        _ => false,
    };
    trees.windows(3).enumerate().filter(|(_, window)| is(window)).map(|(at, _)| at).collect()
}

fn gather(trees: &[TokenTree], names: &mut Vec<Ident>) {
    for tree in trees {
        match tree {
            TokenTree::Ident(name) => names.push(name.clone()),
            TokenTree::Group(group) => gather(&group.stream().into_iter().collect::<Vec<_>>(), names),
            _ => {}
        }
    }
}

const DELIMITERS: &[Delimiter] = &[Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];

const SIGNS: &[char] = &['.', ',', '=', '?', '<', '>', '|', '&', '!', '-', '*', '/', '%', '#', ':', ';', '~', '^', '+'];

/// What the queries themselves say seldom or never.
#[rustfmt::skip] // As many on a line as fit
const WORDS: &[&str] = &[
    "if", "else", "match", "as", "for", "in", "let", "return", "not", "None", "true", "self", "_", "crate", "fn", "pub",
    "Q", "F", "Exists", "OuterRef", "Subquery", "Value", "Case", "When", "Window", "Coalesce", "Count", "Sum", "Avg",
    "Min", "ArrayAgg", "Concat", "TruncMonth", "Now", "Random", "Lower", "Cast", "RawSQL", "Func", "JSONObject",
    "Product", "Category", "Tag", "ProductTag", "Review", "User", "Address", "Order", "OrderItem", "Shipment",
    "category", "parent", "children", "products", "tags", "reviews", "referred_by", "referrals", "addresses", "items",
    "shipment", "order", "user", "product", "order_items", "pk", "id", "category_id", "price", "stock", "status",
    "description", "weight", "released_on", "created_at", "rating", "placed_at", "delivered_at", "is_active",
    "filter", "exclude", "annotate", "alias", "order_by", "reverse", "distinct", "values", "values_list", "flat",
    "only", "defer", "select_related", "prefetch_related", "aggregate", "get", "first", "last", "latest", "count",
    "exists", "page", "in_bulk", "dates", "none", "all", "unscoped", "using", "union", "after", "select_for_update",
    "create", "bulk_create", "update", "delete", "returning", "add", "set", "ignore_conflicts", "update_conflicts",
    "no_returning", "defaults", "get_or_create", "active", "by_category", "priced", "cheapest", "placed_between",
    "exact", "iexact", "icontains", "gte", "range", "isnull", "date", "year", "month", "regex", "lower", "length", "tz",
    "a", "__", "a__", "price__gte", "category__parent__name",
];
