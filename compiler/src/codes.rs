//! Every code of a diagnostic with what it means, in one line. `N01xx` are mistakes of writing, found without a schema.
//!
//! In: nothing, this is data. Out: the table that the documentation shows and tests hold against the messages.

/// A code and its meaning.
pub type Row = (&'static str, &'static str);

/// All codes, sorted.
pub const CODES: &[Row] = &[
    ("N0101", "a chain does not start with a model or relation"),
    ("N0102", "something stands after the end of a chain"),
    ("N0103", "no name after a dot"),
    ("N0104", "an argument or operand is missing"),
    ("N0105", "no value after `=`"),
    ("N0106", "what stands left of `=` is not a path"),
    ("N0107", "text or a number where a name belongs"),
    ("N0108", "`==` between a field and a value"),
    ("N0109", "a comparison operator between a field and a value"),
    ("N0110", "`&&`, `||`, `and`, `or`, `not` between conditions"),
    ("N0111", "a method of another library"),
    ("N0112", "arguments of a method that takes none"),
    ("N0113", "a condition was expected"),
    ("N0114", "an operator or method that has no meaning beside a function of the language"),
    ("N0115", "something that is no expression of the language on the SQL side"),
    ("N0116", "a comma is missing, or something stands after the end of an argument"),
    ("N0117", "a slice that is not `[a..b]`"),
    ("N0118", "a bulk write that is not `for pattern in rows => field = value`"),
    ("N0119", "an argument without its name"),
    ("N0120", "`if` or `match` that is not complete"),
    ("N0121", "`as` without one type after it"),
    ("N0122", "an order that is not `-path`, `expr.desc(nulls_last)` or the like"),
    ("N0123", "a named query that is not `pub fn name(args) -> Shape { chain }`"),
    ("N0124", "a path with a part that is no name"),
    ("N0125", "an argument of a function in the wrong place"),
    ("N0126", "a word of Python"),
    ("N0127", "a query nested too deep"),
    ("N0128", "a word was expected"),
    ("N0401", "a named query whose return type has no name for its records"),
];

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn sorted_and_each_once() {
        assert!(CODES.is_sorted_by(|a, b| a.0 < b.0));
    }
}
