//! Why some queries take more than the expert's.
//!
//! In: the name of a case. Out: what the expert knows that no query says. A case that has a reason and takes no more is an
//! error, as is one that takes more and has none.

/// Names of cases, and why they take more.
const REASONS: &[(&str, &str)] = &[
    (
        "semi-join over four tables",
        "The server looks up 1,078 users by their key, where it reads all 20,000 from an index for the expert's: two pages for \
         each, but a third of the rows in all, and less time.",
    ),
    (
        "several aggregates of some rows",
        "The expert knows that the condition leaves few rows and asks for the numbers of each. Here each relation is aggregated \
         once, for the rows that the condition leaves, so that the condition is asked once for each relation and once more.",
    ),
    ("several aggregates of rows by a related one", SAME),
    (
        "several aggregates of rows in a range",
        "The same; as no index serves the condition, asking it once more is one more scan of the table of products.",
    ),
    ("several aggregates of rows by a many-to-many", SAME),
    (
        "several aggregates of most rows",
        "The expert knows that the condition leaves nearly all rows and does not ask it of the related ones. To leave it out \
         everywhere would cost the queries above twenty to fifty times the rows; to ask for the numbers of each row, as the \
         expert does there, takes three times as long here.",
    ),
    ("a list of related values", "The same of one relation: 13 rows with 39 related ones."),
];

/// Of those that are like the one before.
const SAME: &str = "The same.";

/// Why a case takes more.
pub(crate) fn reason(name: &str) -> Option<&'static str> {
    REASONS.iter().find(|(known, _)| *known == name).map(|(_, reason)| *reason)
}
