//! The Rust values of a query that has mistakes.
//!
//! In: the tokens' tree. Out: statements that use the values, so that rustc does not call a variable unused beside the
//! error that matters. Values whose types only the query would have told are left to editors: rustc would ask for
//! annotations.

use crate::ast::{
    Arguments, Assignment, Call, Chain, Condition, Expr, Form, Head, OptionValue, Order, Path, Segment, SegmentKind,
    Selection, Step, Value,
};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote;

/// Statements that use all values of a chain, in the order written.
pub(super) fn uses(chain: &Chain) -> TokenStream {
    let mut plain = TokenStream::new();
    let mut rest = TokenStream::new();
    let mut visit = |value: &Value| {
        if !matches!(value.form, Form::Rust) || value.tokens.is_empty() {
            return;
        }
        let mut group = Group::new(Delimiter::Parenthesis, value.tokens.clone());
        group.set_span(Span::mixed_site().located_at(value.place.last));
        let (group, out) = (TokenTree::Group(group), if is_place(&value.tokens) { &mut plain } else { &mut rest });
        out.extend(quote!(::nuages::private::used(&#group);));
    };
    of_chain(chain, &mut visit);
    if rest.is_empty() {
        return plain;
    }
    quote! {
        #plain
        #[allow(unexpected_cfgs)] {
            #[cfg(rust_analyzer)] { #rest }
        }
    }
}

/// A variable, a field of one, or a reference to such: its type is known without the query.
fn is_place(tokens: &TokenStream) -> bool {
    let mut word = true;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(_) | TokenTree::Literal(_) if word => word = false,
            TokenTree::Punct(p) if word && matches!(p.as_char(), '&' | '*') => {}
            TokenTree::Punct(p) if !word && p.as_char() == '.' => word = true,
            _ => return false,
        }
    }
    !word
}

type Visit<'v> = &'v mut dyn FnMut(&Value);

fn of_chain(chain: &Chain, visit: Visit<'_>) {
    match &chain.head {
        Head::Name { key: Some(key), .. } => of_value(&key.value, visit),
        Head::Path(path) => of_path(path, visit),
        Head::Name { key: None, .. } | Head::Error => {}
    }
    for step in &chain.steps {
        match step {
            Step::Method(method) => of_arguments(&method.arguments, visit),
            Step::Slice(slice) => slice.start.iter().chain(&slice.end).for_each(|v| of_value(v, visit)),
            Step::Relation(_) | Step::Dot(_) => {}
        }
    }
}

fn of_value(value: &Value, visit: Visit<'_>) {
    match &value.form {
        Form::Tuple(list) | Form::Array(list) => list.iter().for_each(|v| of_value(v, visit)),
        Form::Range(a, b) => [a, b].into_iter().for_each(|v| of_value(v, visit)),
        Form::Expr(expr) => of_expr(expr, visit),
        Form::Chain(chain) => of_chain(chain, visit),
        Form::Rust => visit(value),
        Form::Literal(_) | Form::Empty => {}
    }
}

fn of_arguments(arguments: &Arguments, visit: Visit<'_>) {
    match arguments {
        Arguments::Conditions(list) => list.iter().for_each(|c| of_condition(c, visit)),
        Arguments::Named(list) => list.iter().for_each(|a| of_assignment(a, visit)),
        Arguments::Selections(list) => list.iter().for_each(|s| match s {
            Selection::Expr(expr) => of_expr(expr, visit),
            Selection::Named(assignment) => of_assignment(assignment, visit),
        }),
        Arguments::Orders(list) => list.iter().for_each(|o| of_order(o, visit)),
        Arguments::Paths(list) => list.iter().for_each(|p| of_path(p, visit)),
        Arguments::Prefetches(list) => list.iter().for_each(|p| of_chain(&p.chain, visit)),
        Arguments::Assignments(list, groups) => {
            let inner = groups.iter().flat_map(|g| &g.assignments);
            list.iter().chain(inner).for_each(|a| of_assignment(a, visit));
        }
        Arguments::Chains(list) => list.iter().for_each(|c| of_chain(c, visit)),
        Arguments::Values(list) => list.iter().for_each(|v| of_value(v, visit)),
        // The values of a bulk write use the variables of its loop.
        Arguments::Bulk(_) | Arguments::Words(_) | Arguments::None => {}
    }
}

fn of_assignment(assignment: &Assignment, visit: Visit<'_>) {
    of_path(&assignment.path, visit);
    of_value(&assignment.value, visit);
}

fn of_path(path: &Path, visit: Visit<'_>) {
    path.segments.iter().for_each(|s| of_segment(s, visit));
}

fn of_segment(segment: &Segment, visit: Visit<'_>) {
    if let SegmentKind::Call(_, values) = &segment.kind {
        for value in values {
            of_value(value, visit);
        }
    }
}

fn of_condition(condition: &Condition, visit: Visit<'_>) {
    match condition {
        Condition::Lookup(lookup) => {
            of_path(&lookup.path, visit);
            of_value(&lookup.value, visit);
        }
        Condition::All(list, _) => list.iter().for_each(|c| of_condition(c, visit)),
        Condition::And(a, b) | Condition::Or(a, b) | Condition::Xor(a, b) => {
            of_condition(a, visit);
            of_condition(b, visit);
        }
        Condition::Not(inner, _) => of_condition(inner, visit),
        Condition::Exists(chain, _) => of_chain(chain, visit),
        Condition::Compare { left, right, .. } => {
            of_expr(left, visit);
            of_expr(right, visit);
        }
        Condition::Bare(expr) => of_expr(expr, visit),
        // Values in branches may use what the heads bind.
        Condition::If { .. } | Condition::Match { .. } | Condition::Always | Condition::Error => {}
    }
}

fn of_expr(expr: &Expr, visit: Visit<'_>) {
    match expr {
        Expr::Path(path) => of_path(path, visit),
        Expr::Rust(value) => of_value(value, visit),
        Expr::Call(call) => of_call(call, visit),
        Expr::Binary { left, right, .. } => {
            of_expr(left, visit);
            of_expr(right, visit);
        }
        Expr::Negative(inner, _) => of_expr(inner, visit),
        Expr::Condition(condition, _) => of_condition(condition, visit),
        Expr::Chain(chain) => of_chain(chain, visit),
        Expr::Literal(..) | Expr::Star(_) | Expr::Error => {}
    }
}

fn of_call(call: &Call, visit: Visit<'_>) {
    call.arguments.iter().for_each(|e| of_expr(e, visit));
    for option in &call.options {
        match &option.value {
            OptionValue::Condition(condition) => of_condition(condition, visit),
            OptionValue::Expr(expr) => of_expr(expr, visit),
            OptionValue::Value(value) => of_value(value, visit),
            OptionValue::Orders(list) => list.iter().for_each(|o| of_order(o, visit)),
            OptionValue::Exprs(list) => list.iter().for_each(|e| of_expr(e, visit)),
            OptionValue::Tokens(_) => {}
        }
    }
}

fn of_order(order: &Order, visit: Visit<'_>) {
    if let Order::Key(key) = order {
        of_expr(&key.expr, visit);
    }
}
