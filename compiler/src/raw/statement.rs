//! Which statements `raw!` does not send.
//!
//! In: the words of a statement. Out: an error for those that would leave the connection another than it was: whoever
//! has it next would not know.

use super::text::Scanned;
use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;

/// What a statement begins with, what it would do, and what does it instead.
const REFUSED: &[(&[&str], &str, &str)] = &[
    (&["begin", "start"], "begins a transaction", TRANSACTIONS),
    (&["commit", "end", "rollback", "abort"], "ends a transaction", TRANSACTIONS),
    (&["savepoint", "release"], "has to do with savepoints", "`tx.atomic(async |tx| …)` is one"),
    (&["copy"], "streams rows", "`query!(Model.bulk_create(for … => …).copy())` streams them to the server"),
    (&["set", "reset"], "changes the connection", "`SET LOCAL` lasts as long as a transaction"),
    (
        &["discard", "deallocate", "execute", "prepare"],
        "has to do with prepared statements",
        "each is prepared and kept by itself",
    ),
    (&["declare", "fetch", "move", "close"], "has to do with cursors", "`stream` and `iterator` have their own"),
    (&["listen", "unlisten"], "changes the connection", "notifications come to a client of the driver's"),
];

/// How transactions are written.
const TRANSACTIONS: &str = "`db.atomic(async |tx| …)` begins and ends one";

/// Reports a statement that is not sent, or none.
pub(super) fn check(scanned: &Scanned, place: Tokens, d: &mut Diagnostics) {
    let mut words = scanned.lexemes.iter().map(|(lexeme, text)| (lexeme, text.trim()));
    let Some((first, shown)) = words.next() else {
        if d.is_empty() {
            d.error("N0660", place, "expected a statement, found none");
        }
        return;
    };
    let lasts = |word: &str| !(first.is_word("set") && ["local", "constraints", "transaction"].contains(&word));
    if words.next().is_some_and(|(_, second)| !lasts(&second.to_ascii_lowercase())) {
        return;
    }
    let refused = REFUSED.iter().find(|(words, ..)| words.iter().any(|word| first.is_word(word)));
    if let Some((_, does, instead)) = refused {
        let shown = shown.to_ascii_uppercase();
        d.error("N0667", place, format!("`{shown}` {does}, which `raw!` does not do")).note(*instead);
    }
}
