//! The functions that are plain SQL: name, operands, type and nullability of the result, SQL.
//!
//! A name may have several rows, as PostgreSQL's functions have: the first whose operands fit is meant. Constructs that
//! are more than a function (`Case`, `Cast`, `Extract`, `Subquery`, …) are listed by name only, with their documentation.

use super::classes::Class;

/// A function.
#[derive(Debug, Clone, Copy)]
pub struct FunctionRow {
    /// `Lower`.
    pub name: &'static str,
    /// Its operands; the last one any number of times if [`FunctionRow::many`].
    pub operands: &'static [Operand],
    /// The last operand may stand any number of times, at least once.
    pub many: bool,
    /// SQL.
    pub sql: &'static str,
    /// Type of the result.
    pub result: Outcome,
    /// When the result can be NULL.
    pub null: Null,
    /// Extension it needs.
    pub extension: Option<&'static str>,
    /// One line for the documentation.
    pub doc: &'static str,
}

/// What an operand must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// Text or an enum stored as text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number that fits `integer`: digits and code points.
    Small,
    /// The same from a number on: lengths and positions. Only a literal is known to be less when a query is compiled.
    From(u8),
    /// A decimal.
    Numeric,
    /// A whole number or a decimal.
    Exact,
    /// A float.
    Float,
    /// Any number.
    Number,
    /// A number or a span of time.
    Magnitude,
    /// Anything.
    Any,
    /// Of a type that has one with the first operand's; both are cast to it.
    Like,
}

/// The type of a function's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Text.
    Text,
    /// `i32`.
    Int4,
    /// `f32`.
    Float4,
    /// `f64`.
    Float8,
    /// `Decimal`.
    Numeric,
    /// A point in time.
    Instant,
    /// The first operand's.
    First,
    /// The first operand's, by a cast of what the server answers.
    Back,
    /// The type that all operands have in common.
    Common,
}

/// When a function's result can be NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Null {
    /// If one operand can be.
    Any,
    /// If all operands can be.
    All,
    /// Always possible.
    Always,
}

impl Operand {
    /// The kinds of types that fit.
    pub fn classes(self) -> &'static [Class] {
        match self {
            Self::Text => Class::TEXTS,
            Self::Integer | Self::Small | Self::From(_) => &[Class::Integer],
            Self::Numeric => &[Class::Numeric],
            Self::Exact => &[Class::Integer, Class::Numeric],
            Self::Float => &[Class::Float],
            Self::Number => Class::NUMBERS,
            Self::Magnitude => &[Class::Integer, Class::Numeric, Class::Float, Class::Span],
            Self::Any | Self::Like => Class::ALL,
        }
    }

    /// What it is called in messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer | Self::Small => "a whole number",
            Self::From(0) => "a whole number from 0",
            Self::From(_) => "a whole number from 1",
            Self::Numeric => "a `Decimal`",
            Self::Exact => "a whole number or `Decimal`",
            Self::Float => "a float",
            Self::Number => "a number",
            Self::Magnitude => "a number or `Duration`",
            Self::Any => "any value",
            Self::Like => "a value of the first operand's type",
        }
    }
}

const fn row(
    name: &'static str,
    operands: &'static [Operand],
    sql: &'static str,
    result: Outcome,
    doc: &'static str,
) -> FunctionRow {
    FunctionRow { name, operands, many: false, sql, result, null: Null::Any, extension: None, doc }
}

const fn many(row: FunctionRow, null: Null) -> FunctionRow {
    FunctionRow { many: true, null, ..row }
}

const fn with(extension: &'static str, row: FunctionRow) -> FunctionRow {
    FunctionRow { extension: Some(extension), ..row }
}

const fn text(name: &'static str, sql: &'static str, doc: &'static str) -> FunctionRow {
    row(name, &[Operand::Text], sql, Outcome::Text, doc)
}

const fn float(name: &'static str, sql: &'static str, doc: &'static str) -> FunctionRow {
    row(name, &[Operand::Number], sql, Outcome::Float8, doc)
}

use Operand as P;
use Outcome as R;

/// All of them.
pub const FUNCTIONS: &[FunctionRow] = &[
    // any type
    many(
        row("Coalesce", &[P::Any, P::Like], "COALESCE({*})", R::Common, "the first operand that is not NULL"),
        Null::All,
    ),
    FunctionRow {
        null: Null::Always,
        ..row(
            "NullIf",
            &[P::Any, P::Like],
            "NULLIF({0}, {1})",
            R::Common,
            "the first operand, or NULL if both are equal",
        )
    },
    many(
        row("Greatest", &[P::Any, P::Like], "GREATEST({*})", R::Common, "the greatest operand that is not NULL"),
        Null::All,
    ),
    many(row("Least", &[P::Any, P::Like], "LEAST({*})", R::Common, "the least operand that is not NULL"), Null::All),
    row("Now", &[], "STATEMENT_TIMESTAMP()", R::Instant, "the time at which the statement began"),
    row("Random", &[], "RANDOM()", R::Float8, "a random number from 0 to 1"),
    // text
    text("Lower", "LOWER({0})", "in lower case"),
    text("Upper", "UPPER({0})", "in upper case"),
    row("Length", &[P::Text], "LENGTH({0})", R::Int4, "the number of characters"),
    row("Substr", &[P::Text, P::From(1)], "SUBSTR({0}, {1})", R::Text, "from a position, counted from 1, to the end"),
    row(
        "Substr",
        &[P::Text, P::From(1), P::From(0)],
        "SUBSTR({0}, {1}, {2})",
        R::Text,
        "from a position, counted from 1, so many characters",
    ),
    row("Left", &[P::Text, P::From(1)], "LEFT({0}, {1})", R::Text, "the first characters"),
    row("Right", &[P::Text, P::From(1)], "RIGHT({0}, {1})", R::Text, "the last characters"),
    text("Trim", "TRIM({0})", "without spaces at both ends"),
    text("LTrim", "LTRIM({0})", "without spaces at the start"),
    text("RTrim", "RTRIM({0})", "without spaces at the end"),
    row("LPad", &[P::Text, P::From(0)], "LPAD({0}, {1})", R::Text, "filled up to a length with spaces at the start"),
    row(
        "LPad",
        &[P::Text, P::From(0), P::Text],
        "LPAD({0}, {1}, {2})",
        R::Text,
        "filled up to a length with a text at the start",
    ),
    row("RPad", &[P::Text, P::From(0)], "RPAD({0}, {1})", R::Text, "filled up to a length with spaces at the end"),
    row(
        "RPad",
        &[P::Text, P::From(0), P::Text],
        "RPAD({0}, {1}, {2})",
        R::Text,
        "filled up to a length with a text at the end",
    ),
    row("Replace", &[P::Text, P::Text], "REPLACE({0}, {1}, '')", R::Text, "without each occurrence of a text"),
    row(
        "Replace",
        &[P::Text, P::Text, P::Text],
        "REPLACE({0}, {1}, {2})",
        R::Text,
        "with each occurrence of a text replaced by another",
    ),
    row("Repeat", &[P::Text, P::From(0)], "REPEAT({0}, {1})", R::Text, "so many times"),
    text("Reverse", "REVERSE({0})", "backwards"),
    row("StrIndex", &[P::Text, P::Text], "STRPOS({0}, {1})", R::Int4, "position of a text in it, counted from 1, or 0"),
    row("Chr", &[P::Small], "CHR({0})", R::Text, "the character of a code point"),
    row("Ord", &[P::Text], "ASCII({0})", R::Int4, "the code point of the first character"),
    text("MD5", "MD5({0})", "the MD5 hash in hexadecimal"),
    with("pgcrypto", text("SHA1", "ENCODE(DIGEST({0}, 'sha1'), 'hex')", "the SHA-1 hash in hexadecimal")),
    text("SHA224", "ENCODE(SHA224(CONVERT_TO({0}, 'UTF8')), 'hex')", "the SHA-224 hash in hexadecimal"),
    text("SHA256", "ENCODE(SHA256(CONVERT_TO({0}, 'UTF8')), 'hex')", "the SHA-256 hash in hexadecimal"),
    text("SHA384", "ENCODE(SHA384(CONVERT_TO({0}, 'UTF8')), 'hex')", "the SHA-384 hash in hexadecimal"),
    text("SHA512", "ENCODE(SHA512(CONVERT_TO({0}, 'UTF8')), 'hex')", "the SHA-512 hash in hexadecimal"),
    // numbers
    row("Abs", &[P::Number], "ABS({0})", R::First, "without its sign"),
    row("Ceil", &[P::Integer], "{0}", R::First, "the least whole number that is not less"),
    row("Ceil", &[P::Numeric], "CEIL({0})", R::First, "the least whole number that is not less"),
    float("Ceil", "CEIL({0})", "the least whole number that is not less"),
    row("Floor", &[P::Integer], "{0}", R::First, "the greatest whole number that is not greater"),
    row("Floor", &[P::Numeric], "FLOOR({0})", R::First, "the greatest whole number that is not greater"),
    float("Floor", "FLOOR({0})", "the greatest whole number that is not greater"),
    row("Round", &[P::Integer], "{0}", R::First, "the nearest whole number, halves away from zero"),
    row("Round", &[P::Numeric], "ROUND({0})", R::First, "the nearest whole number, halves away from zero"),
    float("Round", "ROUND({0}::numeric)::double precision", "the nearest whole number, halves away from zero"),
    row("Round", &[P::Integer, P::Small], "ROUND({0}::numeric, {1})", R::Back, "to so many digits after the point"),
    row("Round", &[P::Numeric, P::Small], "ROUND({0}, {1})", R::First, "to so many digits after the point"),
    row(
        "Round",
        &[P::Float, P::Small],
        "ROUND({0}::numeric, {1})::double precision",
        R::Float8,
        "to so many digits after the point",
    ),
    row("Mod", &[P::Integer, P::Integer], "MOD({0}, {1})", R::Common, "the remainder of a division"),
    row("Mod", &[P::Exact, P::Exact], "MOD({0}, {1})", R::Numeric, "the remainder of a division"),
    row(
        "Mod",
        &[P::Number, P::Number],
        "MOD({0}::numeric, {1}::numeric)::double precision",
        R::Float8,
        "the remainder of a division",
    ),
    row("Power", &[P::Numeric, P::Exact], "POWER({0}, {1})", R::Numeric, "raised to a power"),
    row("Power", &[P::Integer, P::Numeric], "POWER({0}, {1})", R::Numeric, "raised to a power"),
    row(
        "Power",
        &[P::Number, P::Number],
        "POWER({0}::double precision, {1}::double precision)",
        R::Float8,
        "raised to a power",
    ),
    row("Sqrt", &[P::Numeric], "SQRT({0})", R::First, "the square root"),
    float("Sqrt", "SQRT({0})", "the square root"),
    row("Exp", &[P::Numeric], "EXP({0})", R::First, "e raised to it"),
    float("Exp", "EXP({0})", "e raised to it"),
    row("Ln", &[P::Numeric], "LN({0})", R::First, "the natural logarithm"),
    float("Ln", "LN({0})", "the natural logarithm"),
    row(
        "Log",
        &[P::Exact, P::Numeric],
        "LOG({0}, {1})",
        R::Numeric,
        "the logarithm of the second to the base of the first",
    ),
    row(
        "Log",
        &[P::Numeric, P::Exact],
        "LOG({0}, {1})",
        R::Numeric,
        "the logarithm of the second to the base of the first",
    ),
    row(
        "Log",
        &[P::Number, P::Number],
        "LOG({0}::numeric, {1}::numeric)::double precision",
        R::Float8,
        "the logarithm of the second to the base of the first",
    ),
    row("Sign", &[P::Integer], "SIGN({0})", R::Back, "-1, 0 or 1"),
    row("Sign", &[P::Numeric], "SIGN({0})", R::First, "-1, 0 or 1"),
    float("Sign", "SIGN({0})", "-1, 0 or 1"),
    row("Pi", &[], "PI()", R::Float8, "the number pi"),
    float("Sin", "SIN({0})", "the sine"),
    float("Cos", "COS({0})", "the cosine"),
    float("Tan", "TAN({0})", "the tangent"),
    float("Cot", "COT({0})", "the cotangent"),
    float("ASin", "ASIN({0})", "the arc sine"),
    float("ACos", "ACOS({0})", "the arc cosine"),
    float("ATan", "ATAN({0})", "the arc tangent"),
    row("ATan2", &[P::Number, P::Number], "ATAN2({0}, {1})", R::Float8, "the arc tangent of a quotient"),
    float("Degrees", "DEGREES({0})", "radians in degrees"),
    float("Radians", "RADIANS({0})", "degrees in radians"),
    // search
    with(
        "pg_trgm",
        row(
            "TrigramSimilarity",
            &[P::Text, P::Text],
            "SIMILARITY({0}, {1})",
            R::Float4,
            "how similar two texts are, 0 to 1",
        ),
    ),
    with(
        "pg_trgm",
        row("TrigramDistance", &[P::Text, P::Text], "({0} <-> {1})", R::Float4, "how different two texts are, 0 to 1"),
    ),
];

/// A construct that is more than a function.
#[derive(Debug)]
pub struct SpecialRow {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// One line for the documentation.
    pub doc: &'static str,
}

const fn special(name: &'static str, usage: &'static str, doc: &'static str) -> SpecialRow {
    SpecialRow { name, usage, doc }
}

/// Constructs with rules of their own.
pub const SPECIALS: &[SpecialRow] = &[
    special("F", "F(path)", "the value of a field or annotation"),
    special("Value", "Value(rust), Value(rust, Type)", "a Rust value or a literal"),
    special(
        "Case",
        "Case(When(cond, then = e), …, default = e)",
        "the value of the first branch whose condition holds",
    ),
    special("When", "When(cond, then = e)", "a branch of `Case`"),
    special(
        "Cast",
        "Cast(e, Type)",
        "as another type; between dates and instants in the schema's time zone, JSON's null as NULL",
    ),
    special("Concat", "Concat(a, b, …)", "the operands as text, one after the other; NULL is empty"),
    special("Extract", "Extract(e, year), ExtractYear(e), …", "a part of a date or time; `tz = …` says in which zone"),
    special("Trunc", "Trunc(e, month), TruncMonth(e), …", "cut off to a part; `tz = …` says in which zone"),
    special("TruncDate", "TruncDate(e)", "the date"),
    special("TruncTime", "TruncTime(e)", "the time of day"),
    special("JSONObject", "JSONObject(key = e, …)", "a JSON object; `None` is its null"),
    special("JSONArray", "JSONArray(e, …)", "a JSON array"),
    special("Subquery", "Subquery(chain)", "the single column of a chain's first row"),
    special("Exists", "Exists(chain)", "whether the chain has a row"),
    special("OuterRef", "OuterRef(path)", "a field of the enclosing chain"),
    special("Q", "Q(cond, …)", "a condition as a boolean"),
    special(
        "Window",
        "Window(Rank(), partition_by(a), order_by(-b), frame(rows, ..=0))",
        "a window function or an aggregate over the rows around each row",
    ),
    special("Collate", "Collate(e, \"name\")", "the text with another collation"),
    special("Func", "Func(\"name\", args…, Type)", "a function of the database"),
    special("RawSQL", "RawSQL(\"… {x} …\", Type)", "a piece of SQL; braces bind values"),
    special("SearchVector", "SearchVector(a, b, config = \"english\", weight = \"A\")", "texts to search in"),
    special("SearchQuery", "SearchQuery(v, search_type = websearch, config = \"english\")", "what to search for"),
    special(
        "SearchRank",
        "SearchRank(vector, query, weights = [d, c, b, a], normalization = 2, cover_density = true)",
        "how well a search vector or text matches a query or text, a `Real`",
    ),
    special(
        "SearchHeadline",
        "SearchHeadline(text, query, config = \"english\", start_sel = \"<b>\", stop_sel = \"</b>\", max_words = 35, \
         min_words = 15, short_word = 3, highlight_all = true, max_fragments = 2, fragment_delimiter = \" … \")",
        "the text with what matches a query or text marked",
    ),
];

/// The rows of a name.
pub fn named(name: &str) -> impl Iterator<Item = &'static FunctionRow> {
    FUNCTIONS.iter().filter(move |row| row.name == name)
}

/// Every name that a call may have, for suggestions.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = FUNCTIONS.iter().map(|row| row.name).collect();
    names.extend(SPECIALS.iter().map(|row| row.name));
    names.extend(super::aggregates::AGGREGATES.iter().map(|row| row.name));
    names.extend(super::windows::WINDOWS.iter().map(|row| row.name));
    names.dedup();
    names
}

impl FunctionRow {
    /// The operand kind at a position, if the row takes `count` operands.
    pub fn takes(&self, count: usize) -> bool {
        if self.many { count >= self.operands.len() } else { count == self.operands.len() }
    }

    /// The operand kind at a position.
    pub fn operand(&self, index: usize) -> Operand {
        self.operands.get(index).or(self.operands.last()).copied().unwrap_or(Operand::Any)
    }
}
