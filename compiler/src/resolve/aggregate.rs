//! Aggregates.
//!
//! In: a call such as `Sum(order_items.quantity, filter = Q(…))`. Out: the aggregate with the relations it goes along;
//! its operands, filter and order keep their full paths.

use super::call::{count, name_tokens, option, options};
use super::context::{Context, End, Followed, Names};
use super::expr::{expr, is_untyped, literal_of, word};
use super::path::{column, key_columns};
use super::shape::{expr_tokens, path_text};
use super::{condition, order, through};
use crate::ast::{self, Call, Form, Literal, OptionValue, Tokens};
use crate::check::cardinality::{cut, one_path};
use crate::check::types::{article, describe, operand_of};
use crate::hir::window::{is_windowed, tests_window};
use crate::hir::{Aggregate, ColumnPath, Expr, ExprKind, Hop, SqlType};
use crate::tables::aggregates::{self, AggregateRow, ResultRule, Takes};
use crate::tables::classes::Class;
use nuages_schema::model::Field;

/// An aggregate. `None`: reported.
pub fn aggregate(cx: &mut Context<'_>, names: &Names<'_>, call: &Call, row: &'static AggregateRow) -> Option<Expr> {
    let mut allowed = vec!["filter", "default", "distinct"];
    if row.ordered {
        allowed.push("order_by");
    }
    let sampled = aggregates::sample(row.name);
    if sampled.is_some() {
        allowed.push("sample");
    }
    options(cx, call, &allowed)?;
    let gathered = Names { gathered: true, ..*names };
    let (arguments, distinct) = operands(cx, call)?;
    let row = match (flag(cx, call, "sample")?, sampled) {
        (true, Some(sampled)) => sampled,
        _ => row,
    };
    let found = arguments.len();
    if found < usize::from(row.operands.0) || found > usize::from(row.operands.1) {
        // The flag is no operand: count what is left of it.
        let plain = Call { arguments: arguments.iter().map(|a| (*a).clone()).collect(), ..call.clone() };
        count(cx, &plain, usize::from(row.operands.0), usize::from(row.operands.1))?;
    }
    let mut columns = Vec::new();
    let mut along: Vec<Hop> = Vec::new();
    match arguments.as_slice() {
        [] => {
            if distinct {
                cx.diagnostics.error(
                    "N0306",
                    name_tokens(call),
                    "`distinct` needs values to tell apart: `Count(x, distinct)`",
                );
                return None;
            }
        }
        [ast::Expr::Path(path)] if row.result == ResultRule::Count => {
            let followed = through::follow(cx, names, path)?;
            let many = followed.hops.last().is_some_and(|hop| !hop.to_one);
            let rows = matches!(followed.end, End::Relation | End::CompositeKey(_)) && followed.rest.is_empty();
            if rows && many && !distinct {
                // Every row at the path's end counts, and each has a key.
                along = cut(&followed.hops).to_vec();
            } else if rows {
                columns.push(related_key(cx, names, &followed, distinct)?);
            } else {
                columns.push(super::expr::path_value(cx, names, path)?);
            }
        }
        list => {
            let separator = row.name == "StringAgg";
            let taken: Vec<Option<Expr>> = list
                .iter()
                .enumerate()
                .map(|(i, written)| operand(cx, &gathered, call, row, written, i, separator))
                .collect();
            columns = taken.into_iter().collect::<Option<Vec<_>>>()?;
        }
    }
    if nested(cx, call, &columns) {
        return None;
    }
    if along.is_empty() {
        along = path_of(cx, call, &columns)?;
    }
    let filter = match option(call, "filter").map(|o| &o.value) {
        Some(OptionValue::Condition(written)) => {
            let found = condition::condition(cx, names, written)?;
            (!found.is_empty()).then_some(found)
        }
        _ => None,
    };
    let keys = match option(call, "order_by").map(|o| &o.value) {
        Some(OptionValue::Orders(list)) => {
            let before = cx.diagnostics.len();
            let keys = order::orders(cx, names, list);
            if cx.diagnostics.len() > before {
                return None;
            }
            keys
        }
        _ => Vec::new(),
    };
    if distinct
        && !keys.is_empty()
        && !keys.iter().all(|key| columns.iter().any(|c| crate::check::order::same(c, &key.expr)))
    {
        let text = format!("`{}` of distinct values is ordered by its operand only", row.name);
        cx.diagnostics.error("N0306", name_tokens(call), text);
        return None;
    }
    let windowed = columns.iter().chain(keys.iter().map(|key| &key.expr)).any(|e| is_windowed(e, names.annotations))
        || filter.as_ref().is_some_and(|c| tests_window(c, names.annotations));
    if windowed {
        cx.diagnostics.error("N0355", name_tokens(call), "a window inside an aggregate");
        return None;
    }
    beyond_the_chain(cx, call, &columns)?;
    let (ty, raw) = row.result.types(columns.first().map(|c| (&c.ty, c.nullable)));
    let default = match option(call, "default").map(|o| &o.value) {
        Some(OptionValue::Expr(written)) => {
            if row.closed {
                let text = format!("`{}` is never NULL and takes no `default`", row.name);
                cx.diagnostics.error("N0306", expr_tokens(written, name_tokens(call)), text);
                return None;
            }
            Some(Box::new(default(cx, names, call, written, &ty)?))
        }
        _ => None,
    };
    let nullable = !row.closed && default.as_ref().is_none_or(|d| d.nullable);
    let aggregate =
        Aggregate { function: row, path: along, arguments: columns, distinct, filter, order: keys, default, raw };
    Some(Expr { kind: ExprKind::Aggregate(Box::new(aggregate)), ty, nullable })
}

/// What tells the rows of a relation apart: their key, as one value. `None`: reported.
fn related_key(cx: &mut Context<'_>, names: &Names<'_>, followed: &Followed<'_>, distinct: bool) -> Option<Expr> {
    let mut key = key_columns(cx.schema, names.model, &followed.hops);
    if key.len() < 2 {
        return column(cx, names, followed);
    }
    if !distinct {
        return Some(key.swap_remove(0));
    }
    // A row of NULLs is not NULL: where there is no related row, nothing may be counted.
    let kind = ExprKind::Template("CASE WHEN {0} IS NOT NULL THEN ({*}) END", key);
    Some(Expr { kind, ty: SqlType::Text, nullable: true })
}

/// The operands without `distinct` and `*`, and whether `distinct` was among them. `None`: reported.
fn operands<'c>(cx: &mut Context<'_>, call: &'c Call) -> Option<(Vec<&'c ast::Expr>, bool)> {
    let mut distinct = flag(cx, call, "distinct")?;
    let mut list = Vec::new();
    for (i, argument) in call.arguments.iter().enumerate() {
        match argument {
            ast::Expr::Error => return None,
            ast::Expr::Star(_) if call.name.text == "Count" && call.arguments.len() == 1 => {}
            other if i > 0 && word(other).is_some_and(|(text, _)| text == "distinct") => distinct = true,
            other => list.push(other),
        }
    }
    Some((list, distinct))
}

/// `distinct = true`, `sample = true`. `None`: reported.
pub(super) fn flag(cx: &mut Context<'_>, call: &Call, name: &str) -> Option<bool> {
    match option(call, name).map(|o| &o.value) {
        Some(OptionValue::Value(ast::Value { form: Form::Literal(Literal::Bool(b)), .. })) => Some(*b),
        Some(OptionValue::Value(value)) => {
            if !matches!(value.form, Form::Empty) {
                cx.diagnostics.error("N0306", value.place, format!("`{name}` takes `true` or `false`"));
            }
            None
        }
        Some(_) | None => Some(false),
    }
}

/// An operand of an aggregate other than a counted relation. `None`: reported.
fn operand(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    call: &Call,
    row: &'static AggregateRow,
    written: &ast::Expr,
    position: usize,
    separator: bool,
) -> Option<Expr> {
    let text = operand_of(call, SqlType::Text);
    let takes = (separator && position == 1 && is_untyped(written)).then_some(&text);
    let found = expr(cx, names, written, takes)?;
    let classes = row.takes.classes();
    if matches!(row.takes, Takes::Magnitude | Takes::Number | Takes::Integer)
        && let ast::Expr::Path(path) = written
    {
        of_fields(cx, names, row, path, expr_tokens(written, name_tokens(call)))?;
    }
    if !classes.contains(&Class::of(&found.ty)) {
        let tokens = expr_tokens(written, name_tokens(call));
        let ty = article(&describe(cx.schema, &found.ty));
        let error =
            cx.diagnostics.error("N0303", tokens, format!("`{}` takes {}, found {ty}", row.name, row.takes.words()));
        if found.ty == SqlType::Bool && matches!(row.name, "Min" | "Max") {
            let other = if row.name == "Min" { "BoolAnd" } else { "BoolOr" };
            error.note(format!("`{other}(x)` is the same of a `Boolean`"));
        }
        if row.result == ResultRule::Array {
            error.note("`JSONBAgg(x)` gathers any values as JSON");
        }
        return None;
    }
    Some(found)
}

/// Reports a relation whose keys would be added up. `None`: reported.
fn of_fields(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    row: &'static AggregateRow,
    path: &ast::Path,
    tokens: Tokens,
) -> Option<()> {
    let followed = through::follow(cx, names, path)?;
    let (End::Relation, true, Some(last)) = (followed.end, followed.rest.is_empty(), followed.hops.last()) else {
        return Some(());
    };
    let schema = cx.schema;
    let model = schema.model(last.to);
    let names = path.segments.iter().filter_map(|segment| match &segment.kind {
        ast::SegmentKind::Name(name) => Some(name.as_str()),
        _ => None,
    });
    let path = names.collect::<Vec<_>>().join(".");
    let is_number = |(i, field): &(usize, &Field)| {
        let is_key = field.foreign_key.is_some() || model.key.iter().any(|key| key.0 as usize == *i);
        !is_key && row.takes.classes().contains(&Class::of(&SqlType::of_field(schema, field)))
    };
    let numbers: Vec<String> =
        model.fields.iter().enumerate().filter(is_number).map(|(_, f)| format!("`{path}.{}`", f.attname)).collect();
    let text = format!("`{}` takes {}, found `{path}`, rows of `{}`", row.name, row.takes.words(), model.name);
    let error = cx.diagnostics.error("N0309", tokens, text);
    match numbers.as_slice() {
        [] => error.note(format!("`{}` has none; `Count({path})` is how many rows there are", model.name)),
        numbers => error.note(format!("its fields that fit: {}", numbers.join(", "))),
    };
    None
}

/// Reports an aggregate as an operand of another one. True if there is one.
fn nested(cx: &mut Context<'_>, call: &Call, columns: &[Expr]) -> bool {
    let found = columns.iter().any(Expr::has_aggregate);
    if found {
        let error = cx.diagnostics.error("N0311", name_tokens(call), "an aggregate of an aggregate");
        error.note("`annotate` the inner one, then `aggregate(…)` the annotation at the end of the chain");
    }
    found
}

/// Reports an aggregate of nothing but values of an enclosing chain, which to PostgreSQL is one of that chain's rows.
/// `None`: reported.
fn beyond_the_chain(cx: &mut Context<'_>, call: &Call, columns: &[Expr]) -> Option<()> {
    let (mut own, mut outer) = (false, false);
    for column in columns {
        column.walk(&mut |e| {
            own |= matches!(e.kind, ExprKind::Column(_) | ExprKind::Annotation(_));
            outer |= matches!(e.kind, ExprKind::Outer(..));
        });
    }
    if own || !outer {
        return Some(());
    }
    let text = format!("`{}` of `OuterRef` alone reads no rows of its own chain", call.name.text);
    cx.diagnostics.error("N0359", name_tokens(call), text);
    None
}

/// The relations that the operands lead along. `None`: reported.
fn path_of(cx: &mut Context<'_>, call: &Call, columns: &[Expr]) -> Option<Vec<Hop>> {
    let mut found: Vec<&ColumnPath> = Vec::new();
    columns.iter().for_each(|column| gather(column, &mut found));
    let paths: Vec<(usize, Vec<Hop>)> = found.iter().map(|p| cut(&p.hops).to_vec()).enumerate().collect();
    match one_path(&paths) {
        Ok(path) => Some(path),
        Err((a, b)) => {
            let (a, b) = (path_text(cx.schema, found[a]), path_text(cx.schema, found[b]));
            let text = format!("one aggregate over two independent paths, `{a}` and `{b}`");
            let tokens = Tokens { first: call.name.ident.span(), last: call.parentheses };
            let error = cx.diagnostics.error("N0310", tokens, text);
            error.note("two aggregates, each over one path, can be combined: `Sum(a) * Sum(b)`");
            None
        }
    }
}

/// The columns that an expression reads. An annotation is a value of the chain's own row, whatever its conditions look at.
fn gather<'e>(e: &'e Expr, found: &mut Vec<&'e ColumnPath>) {
    e.walk(&mut |part| {
        if let ExprKind::Column(path) = &part.kind {
            found.push(path);
        }
    });
}

/// `default = …`, of the result's type. `None`: reported.
fn default(cx: &mut Context<'_>, names: &Names<'_>, call: &Call, written: &ast::Expr, ty: &SqlType) -> Option<Expr> {
    let takes = is_untyped(written) || literal_of(written).is_some();
    let expected = operand_of(call, ty.clone());
    let found = expr(cx, names, written, takes.then_some(&expected))?;
    // A number alone is no `smallint` to the server.
    let wider = *ty == SqlType::Int2 && matches!(found.kind, ExprKind::Literal(crate::hir::Literal::Integer(_)));
    if !wider && (found.ty == *ty || (found.ty.is_text() && ty.is_text())) {
        return Some(found);
    }
    if found.ty.is_number() && ty.is_number() {
        let nullable = found.nullable;
        return Some(Expr { kind: ExprKind::Cast(Box::new(found)), ty: ty.clone(), nullable });
    }
    let tokens = expr_tokens(written, name_tokens(call));
    let (a, b) = (article(&describe(cx.schema, ty)), article(&describe(cx.schema, &found.ty)));
    cx.diagnostics.error("N0303", tokens, format!("`{}` gives {a}, its `default` is {b}", call.name.text));
    None
}
