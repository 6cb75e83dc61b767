//! The codes of mistakes that only the tables of a schema show, and what they stand for.

/// Every code and the kind of mistake it stands for.
pub const CODES: &[(&str, &str)] = &[
    ("M001", "a deferrable constraint that has to be an index"),
    ("M002", "a generated column of another type than its expression"),
    ("M003", "a condition that says nothing"),
];
