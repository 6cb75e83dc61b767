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
    ("N0201", "a chain starts at something that is no model"),
    ("N0202", "a name that the model does not have"),
    ("N0203", "a name behind a dot that is neither a method nor a scope, or lacks its parentheses"),
    ("N0204", "a path that goes on behind its end, or ends in what is no column"),
    ("N0205", "the key of a model without a primary key"),
    ("N0206", "a key with another number of columns than is given or expected"),
    ("N0207", "arguments that a method does not take, or lacks"),
    ("N0208", "a construct of the language that is not available yet"),
    ("N0209", "arguments that a scope does not take"),
    ("N0210", "something in a scope that a scope cannot hold"),
    ("N0211", "a bound of a slice or page that is negative or no whole number"),
    ("N0212", "a method behind a slice"),
    ("N0213", "a method in the wrong place of a chain"),
    ("N0214", "a name that is taken, missing, or stands twice"),
    ("N0215", "a path to many rows where one value belongs"),
    ("N0216", "two independent to-many paths in one list of values"),
    ("N0217", "an order that does not go with `distinct`"),
    ("N0218", "something of a grouped chain that is neither key nor annotation"),
    ("N0219", "an aggregate in a condition"),
    ("N0220", "a field where a relation belongs"),
    ("N0221", "values and whole rows in one chain"),
    ("N0222", "a new row without a field that it needs"),
    ("N0223", "a write to what is no column of the row"),
    ("N0224", "a field that is set twice"),
    ("N0225", "an update or delete that might take every row"),
    ("N0226", "a rule for conflicts that no constraint stands behind"),
    ("N0227", "a value that `bulk_create` cannot take"),
    ("N0228", "a chain inside another one that ends, writes, or has more than one column"),
    ("N0229", "`as` where there is no struct to build"),
    ("N0231", "a write to a model that can only be read"),
    ("N0232", "a condition of something that is none, or of types that do not compare"),
    ("N0233", "more optional clauses than a query can have"),
    ("N0234", "an update that reads more than its own row"),
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
