//! `nuages explain`: the page about a mistake.

use crate::failure::Failure;
use crate::print;
use clap::{Arg, ArgMatches, Command};
use nuages_schema::suggest::nearest;

/// All codes with their pages, sorted.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Its arguments.
pub(super) fn define() -> Command {
    let code = Arg::new("code").value_name("CODE").required(true).help("As in brackets: N0202; n0202 and 202 do too");
    Command::new("explain").about("Explains a mistake: a case of it, why it is one, what to write instead").arg(code)
}

/// Prints the page of the code.
pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let given = matches.get_one::<String>("code").map(String::as_str).unwrap_or_default();
    match page(given) {
        Some(page) => print(page),
        None => Err(Failure::NoPage(given.to_owned(), nearest(&spelled(given), PAGES.iter().map(|(code, _)| *code)))),
    }
}

/// The page of a code.
fn page(given: &str) -> Option<&'static str> {
    let code = spelled(given);
    PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| *page)
}

/// A code as tables have it: in capitals, without the brackets of a message, and with the `N` of queries and its zeros
/// where there are digits only.
fn spelled(given: &str) -> String {
    let code = given.trim_matches(|c: char| c.is_whitespace() || c == '[' || c == ']').to_uppercase();
    let digits = !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit());
    if digits { format!("N{code:0>4}") } else { code }
}

#[cfg(test)]
mod tests {
    use super::{PAGES, page, spelled};

    #[test]
    fn codes_are_found_however_they_are_written() {
        for given in ["N0202", "n0202", "0202", "202", "[N0202]"] {
            assert!(page(given).is_some_and(|page| page.starts_with("# N0202: ")), "{given}");
        }
        assert_eq!(spelled("s12"), "S12");
        assert!(page("").is_none() && page("N").is_none());
    }

    #[test]
    fn every_code_has_a_page() {
        let lists = [nuages_schema::CODES, nuages_compiler::codes::CODES, nuages_migrate::CODES];
        for (code, _) in lists.concat() {
            assert!(page(code).is_some(), "{code}");
        }
        assert!(PAGES.is_sorted());
    }
}
