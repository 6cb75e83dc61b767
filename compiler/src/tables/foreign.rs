//! What other languages and libraries call things: Django and Python, SQL, sqlx, Diesel, Sea-ORM.
//!
//! In: nothing, this is data. Out: for each foreign word what is written here instead, so that a mistake is answered by
//! its cure. A hint holds `{path}` for the user's own path, `{}` for the user's own value, `Model` for the model.

/// A foreign word, and what is written instead.
pub type Row = (&'static str, &'static str);

/// What to write instead of a method of another library, or of what a query becomes. None of these makes sense as the
/// name of a scope.
pub fn method(name: &str) -> Option<&'static str> {
    found(METHODS, name).or_else(|| is_run(name).then_some(RUN))
}

/// Whether a method would run the query, or belongs to its result: nothing behind it is part of the chain.
pub fn is_run(name: &str) -> bool {
    AFTERWARDS.contains(&name) || matches!(found(METHODS, name), Some(hint) if hint.contains("query!(…)"))
}

/// What to write instead of a lookup of another language.
pub fn lookup(name: &str) -> Option<&'static str> {
    found(LOOKUPS, name)
}

/// What stands in the place of a word between or before operands: `LIKE`, `is`, `BETWEEN`. Case does not matter.
pub fn operator(word: &str) -> Option<&'static str> {
    found_any_case(OPERATORS, word)
}

/// What is written instead of a word before an operand: `lambda`, `INTERVAL`. Case does not matter.
pub fn prefix(word: &str) -> Option<&'static str> {
    found_any_case(PREFIXES, word)
}

/// What stands in the place of a word behind a chain: `WHERE`, `LIMIT`. Case does not matter.
pub fn clause(word: &str) -> Option<&'static str> {
    found_any_case(CLAUSES, word)
}

/// Whether a statement of SQL begins with this word.
pub fn begins_statement(word: &str) -> bool {
    ["select", "insert", "update", "delete", "with", "from"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// What to write instead of a function around a chain.
pub fn around(function: &str) -> Option<&'static str> {
    found(AROUND, function)
}

/// What to write instead of a function of SQL or Django.
pub fn function(name: &str) -> Option<&'static str> {
    found_any_case(FUNCTIONS, name)
}

/// What to write instead of a named argument of Django's.
pub fn option(name: &str) -> Option<&'static str> {
    found(OPTIONS, name)
}

/// What to write instead of an operator that the language has not.
pub fn sign(operator: &str) -> Option<&'static str> {
    found(SIGNS, operator)
}

/// The hint with the user's path and value in it.
pub fn filled(hint: &str, path: &str, value: &str) -> String {
    hint.replace("{path}", path).replace("{}", value)
}

/// A hint as a line of its own.
pub fn sentence(hint: &'static str) -> String {
    if hint.starts_with('`') { format!("it is {hint}") } else { hint.to_owned() }
}

fn found(rows: &[Row], name: &str) -> Option<&'static str> {
    rows.iter().find(|(word, _)| *word == name).map(|(_, hint)| *hint)
}

fn found_any_case(rows: &[Row], name: &str) -> Option<&'static str> {
    rows.iter().find(|(word, _)| word.eq_ignore_ascii_case(name)).map(|(_, hint)| *hint)
}

const RUN: &str = "a query is run with `.run(&db).await`, outside `query!(…)`";

/// Methods of what a query becomes when it is run, or that run one elsewhere.
#[rustfmt::skip]
const AFTERWARDS: &[&str] = &[
    "await", "fetch", "fetch_all", "fetch_one", "fetch_optional", "fetch_many", "execute", "load", "load_iter",
    "get_result", "get_results", "one", "exec", "exec_with_returning", "stream_partial_model",
];

#[rustfmt::skip] // One row, one line
const METHODS: &[Row] = &[
    // Django
    ("objects", "a chain starts at the model itself: `Model.filter(…)`"),
    ("_default_manager", "a chain starts at the model itself: `Model.filter(…)`"),
    ("_base_manager", "a chain starts at the model itself: `Model.unscoped()`"),
    ("get_queryset", "a chain starts at the model itself: `Model.filter(…)`"),
    ("get_or_none", "`filter(…).first()` is the row, or `None`"),
    ("first_or_404", "`get(…)` fails with `DoesNotExist`, `first()` gives an `Option`"),
    ("get_or_404", "`get(…)` fails with `DoesNotExist`, `first()` gives an `Option`"),
    ("raw", "SQL of one's own is `raw!(\"SELECT …\" as Model)`"),
    ("extra", "SQL of one's own is `RawSQL(\"…\", Type)` in `annotate` or `filter`"),
    ("complex_filter", "conditions stand in `filter(…)`"),
    ("as_manager", "what chains share is a `scope` of the schema"),
    ("save", "a new row is made by `create(field = value)`, an object is saved by `object.save(&db)`"),
    ("refresh_from_db", "an object is read again by `object.refresh_from_db(&db)`"),
    ("add_to_class", "what chains share is a `scope` of the schema"),
    ("aget", "every query is asynchronous: `get(…)`"),
    ("afirst", "every query is asynchronous: `first()`"),
    ("alast", "every query is asynchronous: `last()`"),
    ("acount", "every query is asynchronous: `count()`"),
    ("aexists", "every query is asynchronous: `exists()`"),
    ("acreate", "every query is asynchronous: `create(…)`"),
    ("aupdate", "every query is asynchronous: `update(…)`"),
    ("adelete", "every query is asynchronous: `delete()`"),
    ("aall", "every query is asynchronous: `all()`"),
    ("aget_or_create", "every query is asynchronous: `get_or_create(…)`"),
    ("abulk_create", "every query is asynchronous: `bulk_create(…)`"),
    ("query", "`.sql()` stands after `query!(…)`, outside the parentheses"),
    // What stands behind `query!(…)`
    ("run", "`.run(&db)` stands after `query!(…)`, outside the parentheses"),
    ("iterator", "`.iterator(&db, size)` stands after `query!(…)`, outside the parentheses"),
    ("aiterator", "`.iterator(&db, size)` stands after `query!(…)`, outside the parentheses"),
    ("stream", "`.stream(&db)` stands after `query!(…)`, outside the parentheses"),
    ("sql", "`.sql()` stands after `query!(…)`, outside the parentheses"),
    ("to_sql", "`.sql()` stands after `query!(…)`, outside the parentheses"),
    ("explain", "`.explain(&db)` stands after `query!(…)`, outside the parentheses"),
    ("explain_analyze", "`.explain_analyze(&db)` stands after `query!(…)`, outside the parentheses"),
    ("round_trips", "`.round_trips()` stands after `query!(…)`, outside the parentheses"),
    ("unwrap", "what is done with the rows stands behind `query!(…).run(&db).await?`"),
    ("expect", "what is done with the rows stands behind `query!(…).run(&db).await?`"),
    ("collect", "`query!(…).run(&db).await?` gives a `Vec` already"),
    ("to_vec", "`query!(…).run(&db).await?` gives a `Vec` already"),
    ("into_iter", "what is done with the rows stands behind `query!(…).run(&db).await?`"),
    ("iter", "what is done with the rows stands behind `query!(…).run(&db).await?`"),
    ("map", "what is done with the rows stands behind `query!(…).run(&db).await?`"),
    ("for_each", "what is done with the rows stands behind `query!(…).run(&db).await?`"),
    ("len", "the number of rows is `count()`"),
    ("is_empty", "whether there are rows is `exists()`"),
    ("any", "whether there are rows is `exists()`"),
    ("bulk_insert", "rows are made by `bulk_create(for x in rows => field = x.field)`"),
    ("create_or_update", "a row that is there is changed by `update_or_create(key = value, defaults(field = value))`"),
    ("sum", "a sum of all rows is `aggregate(total = Sum(field))`"),
    ("max", "the greatest value is `aggregate(most = Max(field))`"),
    ("min", "the least value is `aggregate(least = Min(field))`"),
    ("avg", "a mean of all rows is `aggregate(mean = Avg(field))`"),
    // SQL, Diesel, SeaORM, sqlx
    ("limit", "the first n rows are `[..n]`"),
    ("take", "the first n rows are `[..n]`"),
    ("offset", "the rows from n on are `[n..]`"),
    ("skip", "the rows from n on are `[n..]`"),
    ("paginate", "a page is `page(number, size)`"),
    ("where", "conditions stand in `filter(…)`"),
    ("filter_by", "conditions stand in `filter(…)`"),
    ("or_filter", "conditions are joined by `filter(Q(a = 1) | Q(b = 2))`"),
    ("or_where", "conditions are joined by `filter(Q(a = 1) | Q(b = 2))`"),
    ("and_filter", "conditions stand in `filter(…)`"),
    ("and_where", "conditions stand in `filter(…)`"),
    ("find", "rows are found by `filter(…)`, the one with a key by `Model(key)`"),
    ("find_by_id", "the row with a key is `Model(key)`"),
    ("find_all", "all rows are `Model.all()`"),
    ("having", "a `filter(…)` on an aggregate after `annotate(…)` is HAVING"),
    ("group_by", "`values(key).annotate(n = Count())` groups"),
    ("sort_by", "an order is `order_by(-field)`"),
    ("order_by_desc", "a descending order is `order_by(-field)`"),
    ("order_by_asc", "an ascending order is `order_by(field)`"),
    ("then_by", "several orders stand in one `order_by(a, -b)`"),
    ("then_order_by", "several orders stand in one `order_by(a, -b)`"),
    ("order", "an order is `order_by(-field)`"),
    ("join", JOIN),
    ("inner_join", JOIN),
    ("left_join", JOIN),
    ("outer_join", JOIN),
    ("left_outer_join", JOIN),
    ("right_join", JOIN),
    ("find_also_related", JOIN),
    ("find_with_related", "the rows of a relation are read with `prefetch_related(relation)`"),
    ("belonging_to", "the rows of one object are `Model(key).relation`"),
    ("include", JOIN),
    ("select", "columns are chosen by `values(a, b)`, related rows by `select_related(…)`"),
    ("select_only", "columns are chosen by `values(a, b)` or `only(a, b)`"),
    ("column", "columns are chosen by `values(a, b)`"),
    ("columns", "columns are chosen by `values(a, b)`"),
    ("into_model", "a struct of one's own is filled by `query!(chain as Struct)`"),
    ("into_tuple", "tuples are given by `values_list(a, b)`"),
    ("distinct_on", "the first row for each value is `distinct(field)`"),
    ("for_update", "rows are locked by `select_for_update()`"),
    ("lock", "rows are locked by `select_for_update()`"),
    ("lock_exclusive", "rows are locked by `select_for_update()`"),
    ("insert", "a row is made by `create(field = value)`"),
    ("insert_many", "rows are made by `bulk_create(for x in rows => field = x.field)`"),
    ("values_of", "columns are chosen by `values(a, b)`"),
    ("append", LINKS),
    ("push", LINKS),
    ("extend", LINKS),
    ("discard", LINKS),
    ("bulk_delete", "rows are deleted by `filter(pk.in = ids).delete()`"),
    ("delete_all", "all rows are deleted by `all().delete()`"),
    ("delete_many", "rows are deleted by `filter(…).delete()`"),
    ("update_all", "all rows are changed by `all().update(field = value)`"),
    ("update_many", "rows are changed by `filter(…).update(field = value)`"),
    ("create_many", "rows are made by `bulk_create(for x in rows => field = x.field)`"),
    ("into", "what is done with the rows stands behind `query!(…).run(&db).await?`"),
    ("set_value", "fields are changed by `update(field = value)`"),
    ("on_conflict", "a row that is there is changed by `update_or_create(key = value, defaults(field = value))`"),
    ("on_conflict_do_nothing", "rows that are there are passed over by `bulk_create(…).ignore_conflicts()`"),
    ("upsert", "a row that is there is changed by `update_or_create(key = value, defaults(field = value))`"),
    ("bind", "values stand in the conditions: `filter(field = value)`"),
    ("or", "conditions are joined by `filter(Q(a = 1) | Q(b = 2))`"),
    ("and", "conditions stand in `filter(…)`"),
    ("where_", "conditions stand in `filter(…)`"),
    ("with", JOIN),
    ("single", "the only row is `get(…)`"),
    ("optional", "the first row, if there is one, is `first()`"),
    ("scalar", "one column alone is `values_list(field, flat)`"),
    ("except", "rows of another chain are left out by `difference(chain)`"),
    ("truncate", "all rows are deleted by `all().delete()`"),
    ("new", "rows are made by `create(field = value)`"),
    ("as", "a struct is filled by `as Row` behind the chain"),
];

const LINKS: &str = "links of a many-to-many are changed by `add`, `remove`, `set` and `clear`";

const JOIN: &str = "a relation is followed by its name, `relation.field`, or read with `select_related(relation)`";

#[rustfmt::skip]
const LOOKUPS: &[Row] = &[
    ("eq", "`{path} = {}`"),
    ("equals", "`{path} = {}`"),
    ("equal", "`{path} = {}`"),
    ("is", "`{path} = {}`"),
    ("ne", "`!Q({path} = {})`"),
    ("neq", "`!Q({path} = {})`"),
    ("not", "`!Q({path} = {})`"),
    ("not_eq", "`!Q({path} = {})`"),
    ("is_not", "`!Q({path} = {})`"),
    ("ge", "`{path}.gte = {}`"),
    ("le", "`{path}.lte = {}`"),
    ("greater_than", "`{path}.gt = {}`"),
    ("less_than", "`{path}.lt = {}`"),
    ("min", "`{path}.gte = {}`"),
    ("max", "`{path}.lte = {}`"),
    ("like", "`{path}.contains = …`, `{path}.startswith = …` or `{path}.endswith = …`, without `%`"),
    ("ilike", "`{path}.icontains = …`, `{path}.istartswith = …` or `{path}.iendswith = …`, without `%`"),
    ("not_like", "`!Q({path}.contains = …)`, without `%`"),
    ("contain", "`{path}.contains = {}`"),
    ("includes", "`{path}.contains = {}`"),
    ("has", "`{path}.contains = {}`"),
    ("starts_with", "`{path}.startswith = {}`"),
    ("ends_with", "`{path}.endswith = {}`"),
    ("begins_with", "`{path}.startswith = {}`"),
    ("matches", "`{path}.regex = {}`"),
    ("regexp", "`{path}.regex = {}`"),
    ("rlike", "`{path}.regex = {}`"),
    ("similar_to", "`{path}.regex = {}`"),
    ("is_null", "`{path}.isnull = true`"),
    ("null", "`{path}.isnull = true`"),
    ("is_none", "`{path}.isnull = true`"),
    ("is_not_null", "`{path}.isnull = false`"),
    ("not_null", "`{path}.isnull = false`"),
    ("notnull", "`{path}.isnull = false`"),
    ("is_some", "`{path}.isnull = false`"),
    ("between", "`{path}.range = (low, high)`"),
    ("is_between", "`{path}.range = (low, high)`"),
    ("is_in", "`{path}.in = {}`"),
    ("in_list", "`{path}.in = {}`"),
    ("eq_any", "`{path}.in = {}`"),
    ("any", "`{path}.in = {}`"),
    ("not_in", "`!Q({path}.in = {})`"),
    ("is_not_in", "`!Q({path}.in = {})`"),
    ("ne_all", "`!Q({path}.in = {})`"),
];

/// Words between operands; the key of a row with `not` is both words.
#[rustfmt::skip]
const OPERATORS: &[Row] = &[
    ("is", "`{path} = None` or `{path}.isnull = true`"),
    ("is not", "`{path}.isnull = false`"),
    ("in", "`{path}.in = list`"),
    ("not in", "`!Q({path}.in = list)`"),
    ("like", "`{path}.contains = …`, `{path}.startswith = …` or `{path}.endswith = …`, without `%`"),
    ("not like", "`!Q({path}.contains = …)`, without `%`"),
    ("ilike", "`{path}.icontains = …`, `{path}.istartswith = …` or `{path}.iendswith = …`, without `%`"),
    ("not ilike", "`!Q({path}.icontains = …)`, without `%`"),
    ("similar", "`{path}.regex = …`"),
    ("regexp", "`{path}.regex = …`"),
    ("between", "`{path}.range = (low, high)`"),
    ("not between", "`!Q({path}.range = (low, high))`"),
    ("desc", "`-{path}`"),
    ("asc", "`{path}`"),
    ("collate", "`Collate({path}, \"name\")`"),
    ("over", "`Window(…, partition_by(a), order_by(-b))`"),
    ("filter", "`filter = Q(…)` in the parentheses of the aggregate"),
];

#[rustfmt::skip]
const PREFIXES: &[Row] = &[
    ("lambda", "a condition is `path = value`"),
    ("interval", "a span of time is a `Duration` of Rust: `{span}`"),
    ("timestamp", "an instant is `\"2024-01-31T12:00:00Z\"`"),
    ("date", "a date is `\"2024-01-31\"`"),
    ("distinct", "an aggregate takes `distinct` behind its path: `Count(path, distinct)`"),
    ("select", "a chain begins with its model: `Model.values(field)`"),
    ("array", "a list is `[a, b]`"),
];

#[rustfmt::skip]
const CLAUSES: &[Row] = &[
    ("where", "conditions stand in `.filter(…)`"),
    ("and", "conditions stand in `.filter(…)`"),
    ("or", "conditions are joined by `.filter(Q(a = 1) | Q(b = 2))`"),
    ("limit", "the first n rows are `[..n]`"),
    ("offset", "the rows from n on are `[n..]`"),
    ("order", "an order is `.order_by(-field)`"),
    ("group", "`.values(key).annotate(n = Count())` groups"),
    ("having", "a `.filter(…)` on an aggregate after `.annotate(…)` is HAVING"),
    ("join", "a relation is followed by its name, `relation.field`, or read with `.select_related(relation)`"),
    ("inner", "a relation is followed by its name, `relation.field`, or read with `.select_related(relation)`"),
    ("left", "a relation is followed by its name, `relation.field`, or read with `.select_related(relation)`"),
    ("set", "fields are changed by `.update(field = value)`"),
    ("returning", "the touched rows are given by `.returning()`"),
    ("union", "rows are combined by `.union(chain)`"),
    ("for", "rows are locked by `.select_for_update()`"),
];

#[rustfmt::skip]
const AROUND: &[Row] = &[
    ("len", "the number of rows is `chain.count()`"),
    ("list", "`query!(…).run(&db).await?` gives a `Vec` already"),
    ("str", "the text of a query is `query!(…).sql()`"),
    ("print", "the text of a query is `query!(…).sql()`"),
    ("bool", "whether there are rows is `chain.exists()`"),
    ("any", "whether there are rows is `chain.exists()`"),
    ("sum", "a sum of all rows is `chain.aggregate(total = Sum(field))`"),
    ("max", "the greatest value is `chain.aggregate(most = Max(field))`"),
    ("min", "the least value is `chain.aggregate(least = Min(field))`"),
    ("sorted", "an order is `chain.order_by(field)`"),
    ("get_object_or_404", "`Model(key)` fails with `DoesNotExist`, `Model.filter(…).first()` gives an `Option`"),
    ("get_list_or_404", "`Model.filter(…)` gives a `Vec`, which may be empty"),
];

#[rustfmt::skip]
const FUNCTIONS: &[Row] = &[
    ("ExpressionWrapper", "an expression needs no wrapper; `Cast(e, Type)` gives it another type"),
    ("Prefetch", "a prefetch of other rows is `name = relation.filter(…)`"),
    ("IfNull", "`Coalesce(a, b)`"),
    ("NVL", "`Coalesce(a, b)`"),
    ("Iif", "`Case(When(a = 1, then = b), default = c)`"),
    ("If", "`Case(When(a = 1, then = b), default = c)`"),
    ("ArraySubquery", "`ArrayAgg(relation.field)`"),
    ("Len", "`Length(e)`"),
    ("CharLength", "`Length(e)`"),
    ("char_length", "`Length(e)`"),
    ("Substring", "`Substr(e, start, length)`"),
    ("Pow", "`Power(a, b)`"),
    ("Rand", "`Random()`"),
    ("CurrentTimestamp", "`Now()`"),
    ("date_trunc", "`Trunc(e, month)`"),
    ("date_part", "`Extract(e, year)`"),
    ("Year", "`ExtractYear(e)`"),
    ("Month", "`ExtractMonth(e)`"),
    ("Day", "`ExtractDay(e)`"),
    ("Average", "`Avg(e)`"),
    ("Mean", "`Avg(e)`"),
    ("to_char", "`Func(\"to_char\", e, \"format\", Text)`"),
    ("desc", "`-field` in `order_by`"),
    ("asc", "`field` in `order_by`"),
];

#[rustfmt::skip]
const OPTIONS: &[Row] = &[
    ("output_field", "`Cast(e, Type)` gives an expression another type"),
    ("to_attr", "a prefetch gets a name by `name = relation.filter(…)`"),
    ("queryset", "a prefetch of other rows is `name = relation.filter(…)`"),
    ("delimiter", "`StringAgg(e, \", \")`"),
    ("ordering", "`order_by(field)`"),
    ("expression", "the function stands first, without a name: `Window(Rank(), order_by(-price))`"),
    ("where", "what an aggregate counts is said by `filter = Q(…)`"),
    ("nulls_last", "`F(field).desc(nulls_last)`"),
    ("nulls_first", "`F(field).asc(nulls_first)`"),
];

#[rustfmt::skip]
const SIGNS: &[Row] = &[
    ("**", "`Power(a, b)`"),
    ("||", "`Concat(a, b)` joins texts"),
    ("<<", "`Func(…)` calls what the language lacks"),
    (">>", "`Func(…)` calls what the language lacks"),
    ("as", "`Cast(e, Type)` converts"),
    ("::", "`Cast(e, Type)` converts"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_once() {
        for rows in [METHODS, LOOKUPS, OPERATORS, PREFIXES, CLAUSES, AROUND, FUNCTIONS, OPTIONS, SIGNS] {
            for (i, (word, hint)) in rows.iter().enumerate() {
                assert!(rows[..i].iter().all(|(other, _)| other != word), "{word} stands twice");
                assert!(hint.contains('`'), "the hint for {word} says what is written");
            }
        }
    }

    #[test]
    fn no_foreign_word_is_a_method_lookup_or_function() {
        for word in METHODS.iter().map(|(word, _)| *word).chain(AFTERWARDS.iter().copied()) {
            assert!(crate::tables::methods::method(word).is_none(), "{word} is a method");
        }
        for (word, _) in LOOKUPS {
            assert!(crate::tables::lookups::LOOKUPS.iter().all(|row| row.name != *word), "{word} is a lookup");
        }
        for (word, _) in FUNCTIONS {
            assert!(!crate::tables::names::is_function(word), "{word} is a function");
        }
    }
}
