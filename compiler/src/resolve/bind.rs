//! The parameters of a scope in its text.
//!
//! In: a step of a scope and the caller's arguments. Out: the same step with every parameter replaced; a clause
//! `? = None` is gone, `? = literal` is always there. Anything else of Rust on a right side has been reported.

use super::context::{Argument, Context};
use crate::ast::{
    Arguments, Assignment, Bulk, Call, Chain, Condition, Expr, Form, Head, Literal, Lookup, Method, OptionValue, Order,
    Path, SegmentKind, Selection, Step, Tokens, Value,
};
use nuages_schema::suggest::nearest;
use quote::quote;

/// A parameter and what the caller gives for it.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    /// The parameter's name.
    pub(super) name: String,
    /// The caller's literal, or the marker of a Rust value.
    pub(super) value: Value,
    /// It is a literal.
    pub(super) literal: bool,
    /// The parameter is an `Option`.
    pub(super) nullable: bool,
}

/// Replaces the parameters in a step of a scope.
pub(super) fn bind(cx: &mut Context<'_>, step: &mut Step, bindings: &[Binding], place: Tokens) {
    let mut binder = Binder { cx, bindings, place };
    binder.steps(std::slice::from_mut(step));
}

struct Binder<'b, 'c, 's> {
    cx: &'b mut Context<'s>,
    bindings: &'c [Binding],
    place: Tokens,
}

impl Binder<'_, '_, '_> {
    fn steps(&mut self, steps: &mut [Step]) {
        for step in steps {
            match step {
                Step::Method(method) => self.method(method),
                Step::Slice(slice) => slice.start.iter_mut().chain(&mut slice.end).for_each(|v| self.value(v)),
                Step::Relation(_) | Step::Dot(_) => {}
            }
        }
    }

    fn method(&mut self, method: &mut Method) {
        match &mut method.arguments {
            Arguments::Conditions(list) => list.iter_mut().for_each(|c| self.condition(c)),
            Arguments::Named(list) => self.assignments(list),
            Arguments::Assignments(list, groups) => {
                self.assignments(list);
                for group in groups {
                    self.assignments(&mut group.assignments);
                }
            }
            Arguments::Selections(list) => {
                for selection in list {
                    match selection {
                        Selection::Expr(expr) => self.expr(expr),
                        Selection::Named(assignment) => self.assignment(assignment),
                    }
                }
            }
            Arguments::Orders(list) => self.orders(list),
            Arguments::Paths(list) => list.iter_mut().for_each(|p| self.path(p)),
            Arguments::Prefetches(list) => list.iter_mut().for_each(|p| self.chain(&mut p.chain)),
            Arguments::Bulk(Some(Bulk { assignments, .. })) => self.assignments(assignments),
            Arguments::Chains(list) => list.iter_mut().for_each(|c| self.chain(c)),
            Arguments::Values(list) => self.values(list),
            // Neither endings nor locks stand in a scope.
            Arguments::Words(..) | Arguments::Keyed(..) | Arguments::None | Arguments::Bulk(None) => {}
        }
    }

    fn chain(&mut self, chain: &mut Chain) {
        match &mut chain.head {
            Head::Name { key: Some(key), .. } => self.value(&mut key.value),
            Head::Path(path) => self.path(path),
            Head::Name { .. } | Head::Error => {}
        }
        self.steps(&mut chain.steps);
    }

    fn path(&mut self, path: &mut Path) {
        for segment in &mut path.segments {
            if let SegmentKind::Call(_, values) = &mut segment.kind {
                self.values(values);
            }
        }
    }

    fn condition(&mut self, condition: &mut Condition) {
        match condition {
            Condition::Lookup(lookup) => {
                if self.lookup(lookup) {
                    *condition = Condition::Always;
                }
            }
            Condition::All(list, _) => list.iter_mut().for_each(|c| self.condition(c)),
            Condition::And(a, b) | Condition::Or(a, b) | Condition::Xor(a, b) => {
                self.condition(a);
                self.condition(b);
            }
            Condition::Not(inner, _) => self.condition(inner),
            Condition::Exists(chain, _) => self.chain(chain),
            Condition::Compare { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            Condition::Bare(expr) => self.expr(expr),
            // Their heads are Rust, which a schema does not hold.
            Condition::If { .. } | Condition::Match { .. } => {
                self.cx.diagnostics.error("N0210", self.place, "`if` and `match` cannot stand in a scope");
                *condition = Condition::Error;
            }
            Condition::Always | Condition::Reported(..) | Condition::Error => {}
        }
    }

    /// True if the clause is left out for good.
    fn lookup(&mut self, lookup: &mut Lookup) -> bool {
        self.path(&mut lookup.path);
        let given = self.binding(&lookup.value).map(|b| (b.literal, b.nullable, b.name.clone()));
        self.value(&mut lookup.value);
        let Some((literal, nullable, name)) = given.filter(|_| lookup.optional) else { return false };
        if !nullable {
            let text = format!("`? =` needs an optional parameter, `{name}` is none");
            self.cx.diagnostics.error("N0210", self.place, text);
            return true;
        }
        // A parameter that is no option stays always there, also when a scope passes it on to one that may be.
        let certain = Argument::index(&lookup.value.tokens).is_some_and(|i| !self.cx.arguments[i].option);
        if literal || certain {
            lookup.optional = false;
        }
        matches!(lookup.value.form, Form::Literal(Literal::None))
    }

    fn assignments(&mut self, list: &mut [Assignment]) {
        for assignment in list {
            self.assignment(assignment);
        }
    }

    fn values(&mut self, list: &mut [Value]) {
        for value in list {
            self.value(value);
        }
    }

    fn assignment(&mut self, assignment: &mut Assignment) {
        self.value(&mut assignment.value);
    }

    fn orders(&mut self, list: &mut Vec<Order>) {
        list.retain_mut(|order| match order {
            Order::Key(key) => {
                self.expr(&mut key.expr);
                true
            }
            Order::If { .. } | Order::Match { .. } => {
                self.cx.diagnostics.error("N0210", self.place, "`if` and `match` cannot stand in a scope");
                false
            }
        });
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Path(path) => self.path(path),
            Expr::Rust(value) => {
                self.value(value);
                if let Form::Literal(literal) = &value.form {
                    *expr = Expr::Literal(literal.clone(), value.place);
                }
            }
            Expr::Call(call) => self.call(call),
            Expr::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            Expr::Negative(inner, _) => self.expr(inner),
            Expr::Condition(condition, _) => self.condition(condition),
            Expr::Chain(chain) => self.chain(chain),
            Expr::Literal(..) | Expr::Star(_) | Expr::Error => {}
        }
    }

    fn call(&mut self, call: &mut Call) {
        call.arguments.iter_mut().for_each(|e| self.expr(e));
        for option in &mut call.options {
            match &mut option.value {
                OptionValue::Condition(condition) => self.condition(condition),
                OptionValue::Expr(expr) => self.expr(expr),
                // Words such as `search_type = websearch` stay as they are.
                OptionValue::Value(value) => {
                    if self.binding(value).is_some() {
                        self.value(value);
                    }
                }
                OptionValue::Orders(list) => self.orders(list),
                OptionValue::Exprs(list) => list.iter_mut().for_each(|e| self.expr(e)),
                OptionValue::Tokens(_) => {}
            }
        }
    }

    fn value(&mut self, value: &mut Value) {
        match &mut value.form {
            Form::Rust => self.parameter(value),
            Form::Tuple(parts) => {
                self.values(parts);
                let parts = parts.iter().map(|v| &v.tokens);
                value.tokens = quote!((#(#parts),*));
            }
            Form::Array(parts) => {
                self.values(parts);
                let parts = parts.iter().map(|v| &v.tokens);
                value.tokens = quote!([#(#parts),*]);
            }
            Form::Range(a, b) => {
                self.value(a);
                self.value(b);
                let (a, b) = (&a.tokens, &b.tokens);
                value.tokens = quote!(#a ..= #b);
            }
            Form::Expr(expr) => self.expr(expr),
            Form::Chain(chain) => {
                let model =
                    matches!(&chain.head, Head::Name { name, .. } if self.cx.schema.model_named(&name.text).is_some());
                if model { self.chain(chain) } else { self.parameter(value) }
            }
            Form::Literal(_) | Form::Empty => {}
        }
    }

    /// A Rust value in a scope is one of its parameters.
    fn parameter(&mut self, value: &mut Value) {
        if let Some(binding) = self.binding(value) {
            *value = binding.value.clone();
            return;
        }
        let found = value.tokens.to_string();
        let near = nearest(&found, self.bindings.iter().map(|b| b.name.as_str())).map(str::to_owned);
        let text = format!("expected a parameter, a literal or an expression of the language, found `{found}`");
        self.cx.diagnostics.error("N0210", self.place, text).suggest(near.as_deref());
        value.form = Form::Empty;
    }

    fn binding(&self, value: &Value) -> Option<&Binding> {
        let mut trees = value.tokens.clone().into_iter();
        match (trees.next(), trees.next()) {
            (Some(proc_macro2::TokenTree::Ident(ident)), None) => {
                let name = ident.to_string();
                let name = name.strip_prefix("r#").unwrap_or(&name);
                self.bindings.iter().find(|b| b.name == name)
            }
            _ => None,
        }
    }
}
