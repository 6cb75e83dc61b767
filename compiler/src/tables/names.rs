//! The names of the functions of the language. What a function takes and gives stands elsewhere; its name alone decides
//! whether an operand on the Rust side is SQL.
//!
//! In: a name. Out: whether it is a function of LANGUAGE.md §4.

/// Whether `name(` is a call of the language.
pub fn is_function(name: &str) -> bool {
    FUNCTIONS.binary_search(&name).is_ok()
}

/// The function whose name differs from `name` in case or `_` only.
pub fn respelt(name: &str) -> Option<&'static str> {
    let plain = name.replace('_', "");
    FUNCTIONS.iter().find(|f| f.eq_ignore_ascii_case(&plain)).copied()
}

/// All functions, sorted as bytes.
#[rustfmt::skip]
pub const FUNCTIONS: &[&str] = &[
    "ACos", "ASin", "ATan", "ATan2", "Abs", "ArrayAgg", "Avg", "BitAnd", "BitOr", "BitXor",
    "BoolAnd", "BoolOr", "Case", "Cast", "Ceil", "Chr", "Coalesce", "Collate", "Concat", "Corr",
    "Cos", "Cot", "Count", "CovarPop", "CumeDist", "Degrees", "DenseRank", "Exists", "Exp",
    "Extract", "ExtractDay", "ExtractHour", "ExtractIsoWeekDay", "ExtractIsoYear", "ExtractMinute",
    "ExtractMonth", "ExtractQuarter", "ExtractSecond", "ExtractWeek", "ExtractWeekDay",
    "ExtractYear", "F", "FirstValue", "Floor", "Func", "Greatest", "JSONArray", "JSONBAgg",
    "JSONObject", "LPad", "LTrim", "Lag", "LastValue", "Lead", "Least", "Left", "Length", "Ln",
    "Log", "Lower", "MD5", "Max", "Min", "Mod", "Now", "NthValue", "Ntile", "NullIf", "Ord",
    "OuterRef", "PercentRank", "Pi", "Power", "Q", "RPad", "RTrim", "Radians", "Random", "Rank",
    "RawSQL", "RegrAvgX", "RegrAvgY", "RegrCount", "RegrIntercept", "RegrR2", "RegrSXX", "RegrSXY",
    "RegrSYY", "RegrSlope", "Repeat", "Replace", "Reverse", "Right", "Round", "RowNumber", "SHA1",
    "SHA224", "SHA256", "SHA384", "SHA512", "SearchHeadline", "SearchQuery", "SearchRank",
    "SearchVector", "Sign", "Sin", "Sqrt", "StdDev", "StrIndex", "StringAgg", "Subquery", "Substr",
    "Sum", "Tan", "TrigramDistance", "TrigramSimilarity", "Trim", "Trunc", "TruncDate", "TruncDay",
    "TruncHour", "TruncMinute", "TruncMonth", "TruncQuarter", "TruncSecond", "TruncTime",
    "TruncWeek", "TruncYear", "Upper", "Value", "Variance", "When", "Window",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_each_once() {
        assert!(FUNCTIONS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_name_in_another_case_is_found() {
        assert_eq!(respelt("lower"), Some("Lower"));
        assert_eq!(respelt("null_if"), Some("NullIf"));
        assert_eq!(respelt("lowest"), None);
    }
}
