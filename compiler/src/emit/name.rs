//! Names of records.
//!
//! In: what a record holds. Out: a name that says it (`ProductWithCategoryAndSold`), so that rustc's message about a
//! field that is not there says what is; or, in a named query, the name that the user gave and names made of it.

use super::rust::camel;
use proc_macro2::{TokenStream, TokenTree};

/// Names given so far.
pub(super) struct Names {
    /// The user's name for the rows of a named query.
    root: Option<String>,
    /// Names that are taken, also those of the user's own structs in the query.
    taken: Vec<String>,
}

/// The longest list of parts that a name gives in full, in characters.
const LONGEST: usize = 48;

impl Names {
    /// Names made of what the records hold. Nothing is called as an identifier in `avoid`.
    pub(super) fn descriptive(avoid: &[TokenStream]) -> Self {
        Self { root: None, taken: avoid.iter().flat_map(identifiers).collect() }
    }

    /// Names made of the user's name; records of relations are called `<Name><Relation>`.
    pub(super) fn given(root: &str) -> Self {
        Self { root: Some(root.to_owned()), taken: Vec::new() }
    }

    /// What the names of a query's records begin with.
    pub(super) fn owner<'a>(&'a self, model: &'a str) -> &'a str {
        self.root.as_deref().unwrap_or(model)
    }

    /// Whether the name was given.
    pub(super) fn gave(&self, name: &str) -> bool {
        self.taken.iter().any(|taken| taken == name)
    }

    /// A name that was not given before. `owner` is the model or the relation with what stands before it.
    pub(super) fn give(&mut self, owner: &str, kind: &str, parts: &[&str]) -> String {
        let base = if self.root.is_some() { owner.to_owned() } else { format!("{owner}{kind}{}", list(parts)) };
        let mut name = base.clone();
        let mut n = 2;
        while self.taken.contains(&name) {
            name = format!("{base}{n}");
            n += 1;
        }
        self.taken.push(name.clone());
        name
    }
}

/// `CategoryAndSold`; a long list ends in `AndOthers`.
fn list(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts {
        let word = camel(part);
        if !out.is_empty() && out.len() + word.len() > LONGEST {
            out.push_str("AndOthers");
            break;
        }
        if !out.is_empty() {
            out.push_str("And");
        }
        out.push_str(&word);
    }
    out
}

/// All identifiers in some tokens.
pub(super) fn identifiers(tokens: &TokenStream) -> Vec<String> {
    tokens
        .clone()
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(ident) => vec![ident.to_string()],
            TokenTree::Group(group) => identifiers(&group.stream()),
            _ => Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn names_say_what_records_hold_and_are_given_once() {
        let mut names = Names::descriptive(&[quote!(Vec<ProductWithTags>)]);
        assert_eq!(names.give("Product", "With", &["category", "order_items"]), "ProductWithCategoryAndOrderItems");
        assert_eq!(names.give("Product", "With", &["category", "order_items"]), "ProductWithCategoryAndOrderItems2");
        assert_eq!(names.give("Product", "With", &["tags"]), "ProductWithTags2");
        let long = ["first_of_the_fields", "second_of_the_fields", "third_of_the_fields"];
        assert_eq!(names.give("P", "Values", &long), "PValuesFirstOfTheFieldsAndSecondOfTheFieldsAndOthers");
    }

    #[test]
    fn names_of_a_named_query_are_made_of_its_own() {
        let mut names = Names::given("FrontPage");
        assert_eq!(names.owner("Product"), "FrontPage");
        assert_eq!(names.give("FrontPage", "With", &["tags"]), "FrontPage");
        assert_eq!(names.give("FrontPageTags", "With", &["x"]), "FrontPageTags");
    }
}
