//! The functions of the language as an editor shows them.
//!
//! In: nothing runs. Out: an item with its documentation for every name of LANGUAGE.md §4; parameters are all `()`,
//! only their names are shown.

#![allow(non_snake_case)]

/// One row, one function: its documentation and the names of its arguments.
macro_rules! functions {
    ($($(#[doc = $doc:literal])* $name:ident($($argument:ident),*);)*) => {
        $($(#[doc = $doc])* pub fn $name($($argument: ()),*) {})*
    };
}

functions! {
    /// All of these conditions; joined by `&`, `|`, `^`, `!`.
    Q(conditions);
    /// Whether a chain has a row: `Exists(reviews.filter(rating.gte = 4))`.
    Exists(chain);
    /// The first value of a chain: `Subquery(invoices.order_by(-total).values(total)[..1])`.
    Subquery(chain);
    /// A path of the outer chain.
    OuterRef(path);
    /// The value of a path.
    F(path);
    /// A Rust value; a type may follow.
    Value(value, ty);
    /// The first `When` whose condition holds: `Case(When(a = 1, then = x), default = y)`.
    Case(whens, default);
    /// A branch of `Case`: `When(condition, then = expr)`.
    When(condition, then);
    /// The first that is not NULL.
    Coalesce(exprs);
    /// NULL if both are equal, else the first.
    NullIf(a, b);
    /// The greatest; NULLs do not count.
    Greatest(exprs);
    /// The least; NULLs do not count.
    Least(exprs);
    /// `Cast(expr, Type)`.
    Cast(expr, ty);
    /// With a collation: `Collate(expr, "de-x-icu")`.
    Collate(expr, collation);
    /// The instant at which the statement began.
    Now();
    /// A random number from 0 to 1; as an order, a random order.
    Random();

    /// How many: `Count(path)`, `Count()`; `distinct`, `filter = Q(…)`.
    Count(path);
    /// The sum; None of nothing.
    Sum(expr);
    /// The mean; None of nothing.
    Avg(expr);
    /// The least; None of nothing.
    Min(expr);
    /// The greatest; None of nothing.
    Max(expr);
    /// The standard deviation; `sample = true`.
    StdDev(expr);
    /// The variance; `sample = true`.
    Variance(expr);
    /// The values as an array; `order_by(…)`, `distinct`.
    ArrayAgg(expr);
    /// The texts joined: `StringAgg(name, ", ")`.
    StringAgg(expr, separator);
    /// The values as a JSON array.
    JSONBAgg(expr);
    /// Whether all are true.
    BoolAnd(expr);
    /// Whether one is true.
    BoolOr(expr);
    /// Bitwise and of all.
    BitAnd(expr);
    /// Bitwise or of all.
    BitOr(expr);
    /// Bitwise exclusive or of all.
    BitXor(expr);
    /// Coefficient of correlation.
    Corr(y, x);
    /// Covariance; `sample = true`.
    CovarPop(y, x);
    /// Mean of the independent variable.
    RegrAvgX(y, x);
    /// Mean of the dependent variable.
    RegrAvgY(y, x);
    /// Number of pairs.
    RegrCount(y, x);
    /// Intercept of the regression line.
    RegrIntercept(y, x);
    /// Square of the coefficient of correlation.
    RegrR2(y, x);
    /// Slope of the regression line.
    RegrSlope(y, x);
    /// Sum of squares of the independent variable.
    RegrSXX(y, x);
    /// Sum of products.
    RegrSXY(y, x);
    /// Sum of squares of the dependent variable.
    RegrSYY(y, x);

    /// In lower case.
    Lower(text);
    /// In upper case.
    Upper(text);
    /// Number of characters.
    Length(text);
    /// Joined; NULL is empty text.
    Concat(texts);
    /// `Substr(text, from, length)`, counted from 1.
    Substr(text, from, length);
    /// The first n characters.
    Left(text, n);
    /// The last n characters.
    Right(text, n);
    /// Without white space at both ends.
    Trim(text);
    /// Without white space at the start.
    LTrim(text);
    /// Without white space at the end.
    RTrim(text);
    /// Filled at the start: `LPad(text, length, fill)`.
    LPad(text, length, fill);
    /// Filled at the end: `RPad(text, length, fill)`.
    RPad(text, length, fill);
    /// `Replace(text, from, to)`.
    Replace(text, from, to);
    /// `Repeat(text, n)`.
    Repeat(text, n);
    /// Backwards.
    Reverse(text);
    /// Position of a text in a text, counted from 1; 0 if absent.
    StrIndex(text, part);
    /// The character of a code point.
    Chr(code);
    /// The code point of the first character.
    Ord(text);
    /// MD5 in hexadecimal.
    MD5(text);
    /// SHA-1 in hexadecimal (`pgcrypto`).
    SHA1(text);
    /// SHA-224 in hexadecimal.
    SHA224(text);
    /// SHA-256 in hexadecimal.
    SHA256(text);
    /// SHA-384 in hexadecimal.
    SHA384(text);
    /// SHA-512 in hexadecimal.
    SHA512(text);

    /// Without sign.
    Abs(number);
    /// Rounded up.
    Ceil(number);
    /// Rounded down.
    Floor(number);
    /// Rounded; `Round(number, digits)`.
    Round(number, digits);
    /// Remainder.
    Mod(number, divisor);
    /// `Power(base, exponent)`.
    Power(base, exponent);
    /// Square root.
    Sqrt(number);
    /// e to the power of it.
    Exp(number);
    /// Natural logarithm.
    Ln(number);
    /// `Log(base, number)`.
    Log(base, number);
    /// -1, 0 or 1.
    Sign(number);
    /// The number pi.
    Pi();
    /// Sine.
    Sin(number);
    /// Cosine.
    Cos(number);
    /// Tangent.
    Tan(number);
    /// Cotangent.
    Cot(number);
    /// Inverse sine.
    ASin(number);
    /// Inverse cosine.
    ACos(number);
    /// Inverse tangent.
    ATan(number);
    /// Inverse tangent of y / x.
    ATan2(y, x);
    /// Radians as degrees.
    Degrees(number);
    /// Degrees as radians.
    Radians(number);

    /// A part of a date or instant: `Extract(created_at, year, tz = zone)`.
    Extract(when, part);
    /// The year.
    ExtractYear(when);
    /// The year of the ISO week.
    ExtractIsoYear(when);
    /// The quarter.
    ExtractQuarter(when);
    /// The month.
    ExtractMonth(when);
    /// The ISO week.
    ExtractWeek(when);
    /// The day of the week, 1 (Sunday) to 7.
    ExtractWeekDay(when);
    /// The day of the week, 1 (Monday) to 7.
    ExtractIsoWeekDay(when);
    /// The day of the month.
    ExtractDay(when);
    /// The hour.
    ExtractHour(when);
    /// The minute.
    ExtractMinute(when);
    /// The second.
    ExtractSecond(when);
    /// Cut to a unit: `Trunc(created_at, month, tz = zone)`.
    Trunc(when, unit);
    /// The first instant of the year.
    TruncYear(when);
    /// The first instant of the quarter.
    TruncQuarter(when);
    /// The first instant of the month.
    TruncMonth(when);
    /// The first instant of the ISO week.
    TruncWeek(when);
    /// The first instant of the day.
    TruncDay(when);
    /// The first instant of the hour.
    TruncHour(when);
    /// The first instant of the minute.
    TruncMinute(when);
    /// The first instant of the second.
    TruncSecond(when);
    /// The date.
    TruncDate(when);
    /// The time of day.
    TruncTime(when);

    /// A JSON object: `JSONObject(name = name, n = Count(reviews))`.
    JSONObject(fields);
    /// A JSON array.
    JSONArray(exprs);

    /// A window: `Window(Rank(), partition_by(a), order_by(-b), frame(rows, ..=0))`.
    Window(function);
    /// The number of the row, from 1.
    RowNumber();
    /// The rank, with gaps.
    Rank();
    /// The rank, without gaps.
    DenseRank();
    /// The rank as a fraction of the rows.
    PercentRank();
    /// The fraction of rows up to this one.
    CumeDist();
    /// The number of the bucket, of n.
    Ntile(n);
    /// The value n rows before: `Lag(expr, n, default)`.
    Lag(expr, n, default);
    /// The value n rows after: `Lead(expr, n, default)`.
    Lead(expr, n, default);
    /// The first value of the frame.
    FirstValue(expr);
    /// The last value of the frame.
    LastValue(expr);
    /// The n-th value of the frame.
    NthValue(expr, n);

    /// A search vector: `SearchVector(title, body, config = "english", weight = "A")`.
    SearchVector(texts);
    /// A search query: `SearchQuery(text, search_type = websearch)`.
    SearchQuery(text);
    /// How well a vector matches a query; `weights = [d, c, b, a]`, `normalization = 2`, `cover_density = true`.
    SearchRank(vector, query);
    /// The text with matches marked; `config`, `start_sel`, `stop_sel`, `max_words`, `min_words`, `short_word`,
    /// `highlight_all`, `max_fragments`, `fragment_delimiter`.
    SearchHeadline(text, query);
    /// Similarity by trigrams, 0 to 1 (`pg_trgm`).
    TrigramSimilarity(text, other);
    /// One minus the similarity (`pg_trgm`).
    TrigramDistance(text, other);

    /// A function of the database: `Func("name", args…, Type)`.
    Func(name, arguments, ty);
    /// A piece of SQL; braces bind: `RawSQL("… {x} …", Type)`.
    RawSQL(sql, ty);
}
