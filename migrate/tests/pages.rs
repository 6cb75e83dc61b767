//! `docs/errors`: pages of what only the tables of a schema show. `UPDATE_GOLDEN=1` fills in the headings and what is said.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[allow(dead_code, reason = "queries are shown by the compiler's tests")]
#[path = "../../compiler/tests/support/page.rs"]
mod page;

use nuages_schema::Schema;
use page::Checks;

#[test]
fn every_page_of_tables_shows_its_mistake_and_what_to_write_instead() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let said = |schema: &Schema| nuages_migrate::ddl(schema).err().map(|e| e.to_string()).unwrap_or_default();
    let checks = Checks { rust: &|block, _| panic!("a query on a page about tables:\n{block}"), schema: &said };
    let none = Schema::default();
    let mut wrong = Vec::new();
    for (code, meaning) in
        nuages_compiler::codes::CODES.iter().chain(nuages_migrate::CODES).filter(|(code, _)| page::of_ddl(code))
    {
        page::check(code, meaning, &none, &checks, update, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
