//! The right sides of a query, wherever they stand in it.
//!
//! In: a chain as written. Out: every [`Value`] that is no tuple, array, range, expression or chain of others, in the
//! order written, to be read or replaced; and the heads of the branches that they stand in.

use crate::ast::{
    Arguments, Assignment, Call, Chain, Condition, Expr, Form, Head, LISTS, OptionValue, Order, Path, SegmentKind,
    Selection, Step, Value,
};
use proc_macro2::{TokenStream, TokenTree};

/// What a value may refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position<'a> {
    /// Variables where the macro stands.
    Outside,
    /// The same, in the parentheses of what should be the model or method of this name, or where a field may be meant.
    Of(&'a str),
    /// Also what a loop or a pattern of the query binds.
    Inside,
}

impl<'a> Position<'a> {
    /// The place in the parentheses behind a name.
    fn of(self, name: &'a str) -> Self {
        if self == Self::Inside { self } else { Self::Of(name) }
    }

    /// The place of a chain that stands here.
    fn chain(self) -> Self {
        if self == Self::Inside { self } else { Self::Outside }
    }
}

/// What is met on the way.
pub(crate) enum Item<'a> {
    /// A value.
    Value(&'a mut Value),
    /// `if head {`, or `else if head {`.
    If(&'a mut TokenStream, Else),
    /// `else {`.
    Else,
    /// `match scrutinee {`.
    Match(&'a mut TokenStream),
    /// `pattern => {`.
    Arm(&'a mut TokenStream),
    /// The `}` of one of these.
    Close,
}

/// Whether an `else` stands before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Else {
    No,
    Yes,
}

/// What is done with each item. Inside a branch a value is at [`Position::Inside`] if a pattern may bind its names.
type Visit<'v> = &'v mut dyn FnMut(Item<'_>, Position<'_>);

/// Visits all values of a chain and the branches that they stand in.
pub(crate) fn all(chain: &mut Chain, visit: Visit<'_>) {
    of_chain(chain, Position::Outside, visit);
}

/// Visits `if` and what belongs to it.
fn conditional<B>(
    branches: &mut [(TokenStream, B)],
    otherwise: Option<&mut B>,
    at: Position<'_>,
    visit: Visit<'_>,
    of: &mut dyn FnMut(&mut B, Position<'_>, Visit<'_>),
) {
    for (i, (head, branch)) in branches.iter_mut().enumerate() {
        visit(Item::If(head, if i > 0 { Else::Yes } else { Else::No }), at);
        let binds = head.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "let"));
        of(branch, if binds { Position::Inside } else { at }, visit);
        visit(Item::Close, at);
    }
    if let Some(branch) = otherwise {
        visit(Item::Else, at);
        of(branch, at, visit);
        visit(Item::Close, at);
    }
}

/// Visits `match` and what belongs to it.
fn matching<B>(
    scrutinee: &mut TokenStream,
    arms: &mut [(TokenStream, B)],
    at: Position<'_>,
    visit: Visit<'_>,
    of: &mut dyn FnMut(&mut B, Position<'_>, Visit<'_>),
) {
    visit(Item::Match(scrutinee), at);
    for (pattern, branch) in arms {
        visit(Item::Arm(pattern), at);
        of(branch, Position::Inside, visit);
        visit(Item::Close, at);
    }
    visit(Item::Close, at);
}

fn of_chain(chain: &mut Chain, at: Position<'_>, visit: Visit<'_>) {
    let at = at.chain();
    match &mut chain.head {
        Head::Name { name, key: Some(key) } => of_value(&mut key.value, at.of(&name.text), visit),
        Head::Path(path) => of_path(path, at, visit),
        Head::Name { key: None, .. } | Head::Error => {}
    }
    for step in &mut chain.steps {
        match step {
            Step::Method(method) => of_arguments(&mut method.arguments, at.of(&method.name.text), visit),
            Step::Slice(slice) => {
                slice.start.iter_mut().chain(&mut slice.end).for_each(|v| of_value(v, at, visit));
            }
            Step::Relation(_) | Step::Dot(_) => {}
        }
    }
}

fn of_value(value: &mut Value, at: Position<'_>, visit: Visit<'_>) {
    match &mut value.form {
        Form::Tuple(list) | Form::Array(list) => list.iter_mut().for_each(|v| of_value(v, at, visit)),
        Form::Range(a, b) => {
            of_value(a, at, visit);
            of_value(b, at, visit);
        }
        Form::Expr(expr) => of_expr(expr, at, visit),
        Form::Chain(chain) => of_chain(chain, at, visit),
        Form::Rust | Form::Literal(_) | Form::Empty => visit(Item::Value(value), at),
    }
}

fn of_arguments(arguments: &mut Arguments, within: Position<'_>, visit: Visit<'_>) {
    let at = within.chain();
    match arguments {
        Arguments::Conditions(list) => list.iter_mut().for_each(|c| of_condition(c, at, visit)),
        Arguments::Named(list) => list.iter_mut().for_each(|a| of_assignment(a, at, visit)),
        Arguments::Selections(list) => list.iter_mut().for_each(|s| match s {
            Selection::Expr(expr) => of_expr(expr, at, visit),
            Selection::Named(assignment) => of_assignment(assignment, at, visit),
        }),
        Arguments::Orders(list) => list.iter_mut().for_each(|o| of_order(o, at, visit)),
        Arguments::Paths(list) => list.iter_mut().for_each(|p| of_path(p, at, visit)),
        Arguments::Prefetches(list) => list.iter_mut().for_each(|p| of_chain(&mut p.chain, at, visit)),
        Arguments::Assignments(list, groups) => {
            let inner = groups.iter_mut().flat_map(|g| &mut g.assignments);
            list.iter_mut().chain(inner).for_each(|a| of_assignment(a, at, visit));
        }
        Arguments::Chains(list) => list.iter_mut().for_each(|c| of_chain(c, at, visit)),
        Arguments::Values(list) => list.iter_mut().for_each(|v| of_value(v, within, visit)),
        Arguments::Bulk(bulk) => {
            let assignments = bulk.iter_mut().flat_map(|b| &mut b.assignments);
            assignments.for_each(|a| of_assignment(a, Position::Inside, visit));
        }
        Arguments::Words(_, options) => options.iter_mut().for_each(|o| of_value(&mut o.value, at, visit)),
        Arguments::Keyed(values, field) => {
            values.iter_mut().for_each(|v| of_value(v, within, visit));
            field.iter_mut().for_each(|p| of_path(p, at, visit));
        }
        Arguments::None => {}
    }
}

fn of_assignment(assignment: &mut Assignment, at: Position<'_>, visit: Visit<'_>) {
    of_path(&mut assignment.path, at, visit);
    of_value(&mut assignment.value, at, visit);
}

fn of_path(path: &mut Path, at: Position<'_>, visit: Visit<'_>) {
    for segment in &mut path.segments {
        if let SegmentKind::Call(_, values) = &mut segment.kind {
            values.iter_mut().for_each(|v| of_value(v, at, visit));
        }
    }
}

fn of_condition(condition: &mut Condition, at: Position<'_>, visit: Visit<'_>) {
    match condition {
        Condition::Lookup(lookup) => {
            of_path(&mut lookup.path, at, visit);
            of_value(&mut lookup.value, at, visit);
        }
        Condition::All(list, _) => list.iter_mut().for_each(|c| of_condition(c, at, visit)),
        Condition::And(a, b) | Condition::Or(a, b) | Condition::Xor(a, b) => {
            of_condition(a, at, visit);
            of_condition(b, at, visit);
        }
        Condition::Not(inner, _) => of_condition(inner, at, visit),
        Condition::Exists(chain, _) => of_chain(chain, at, visit),
        Condition::Compare { left, right, .. } => {
            of_expr(left, at, visit);
            of_expr(right, at, visit);
        }
        Condition::If { branches, otherwise, .. } => {
            conditional(branches, otherwise.as_deref_mut(), at, visit, &mut of_condition);
        }
        Condition::Match { scrutinee, arms, .. } => matching(scrutinee, arms, at, visit, &mut of_condition),
        Condition::Bare(expr) => of_expr(expr, at, visit),
        Condition::Reported(path, values) => {
            path.iter_mut().for_each(|p| of_path(p, at, visit));
            // A field stands on the right, as in SQL.
            values.iter_mut().for_each(|v| of_value(v, at.of(""), visit));
        }
        Condition::Always | Condition::Error => {}
    }
}

fn of_expr(expr: &mut Expr, at: Position<'_>, visit: Visit<'_>) {
    match expr {
        Expr::Path(path) => of_path(path, at, visit),
        Expr::Rust(value) => of_value(value, at, visit),
        Expr::Call(call) => of_call(call, at, visit),
        Expr::Binary { left, right, .. } => {
            of_expr(left, at, visit);
            of_expr(right, at, visit);
        }
        Expr::Negative(inner, _) => of_expr(inner, at, visit),
        Expr::Condition(condition, _) => of_condition(condition, at, visit),
        Expr::Chain(chain) => of_chain(chain, at, visit),
        Expr::Literal(..) | Expr::Star(_) | Expr::Error => {}
    }
}

fn of_call(call: &mut Call, at: Position<'_>, visit: Visit<'_>) {
    call.arguments.iter_mut().for_each(|e| of_expr(e, at, visit));
    for option in &mut call.options {
        match &mut option.value {
            OptionValue::Condition(condition) => of_condition(condition, at, visit),
            OptionValue::Expr(expr) => of_expr(expr, at, visit),
            // The zone is Rust's; a word such as `search_type = websearch` is none.
            OptionValue::Value(value) if option.name.text != "tz" && is_word(value) => {}
            // `partition_by = [category]` is told of, and is no list of Rust's.
            OptionValue::Value(value) if LISTS.contains(&option.name.text.as_str()) => {
                of_value(value, at.of(""), visit);
            }
            OptionValue::Value(value) => of_value(value, at, visit),
            OptionValue::Orders(list) => list.iter_mut().for_each(|o| of_order(o, at, visit)),
            OptionValue::Exprs(list) => list.iter_mut().for_each(|e| of_expr(e, at, visit)),
            OptionValue::Tokens(_) => {}
        }
    }
}

/// Whether a value is a single word.
fn is_word(value: &Value) -> bool {
    let mut trees = value.tokens.clone().into_iter();
    matches!((trees.next(), trees.next()), (Some(proc_macro2::TokenTree::Ident(_)), None))
}

fn of_order(order: &mut Order, at: Position<'_>, visit: Visit<'_>) {
    match order {
        Order::Key(key) => of_expr(&mut key.expr, at, visit),
        Order::If { branches, otherwise, .. } => {
            conditional(branches, otherwise.as_mut(), at, visit, &mut of_orders);
        }
        Order::Match { scrutinee, arms, .. } => matching(scrutinee, arms, at, visit, &mut of_orders),
    }
}

#[allow(clippy::ptr_arg, reason = "a branch of orders is a `Vec`, as a branch of conditions is a condition")]
fn of_orders(list: &mut Vec<Order>, at: Position<'_>, visit: Visit<'_>) {
    list.iter_mut().for_each(|order| of_order(order, at, visit));
}
