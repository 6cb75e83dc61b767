//! Types that expressions will have, asked before they are resolved for good.
//!
//! In: an expression as written. Out: its type, and nothing else has changed. Each is asked once: a function that asks
//! for the types of functions that ask for those of others would otherwise resolve the innermost 2ⁿ times.

use super::context::{Context, Names};
use super::expr::expr;
use crate::ast::{self, OptionValue};
use crate::hir::SqlType;
use std::collections::BTreeMap;

/// Types that were asked for within the outermost expression in hand.
///
/// The key is the address of a part of that expression: it lives, unchanged, as long as this does, so that no other
/// expression can have it.
#[derive(Default)]
pub struct Seen(BTreeMap<usize, Answer>);

/// What was said when the type was asked for.
enum Answer {
    /// It was not asked for yet.
    None,
    /// Its type, if it has one.
    Type(Option<SqlType>),
}

impl Seen {
    /// Before an expression is resolved. What is to be put back after it, if it is no part of the outermost one.
    pub fn enter(&mut self, written: &ast::Expr) -> Option<Self> {
        if !asks(written) || self.0.contains_key(&address(written)) {
            return None;
        }
        let mut own = Self::default();
        let mut rest = vec![written];
        while let Some(next) = rest.pop() {
            if !asks(next) {
                continue;
            }
            own.0.insert(address(next), Answer::None);
            match next {
                ast::Expr::Binary { left, right, .. } => rest.extend([&**left, &**right]),
                ast::Expr::Negative(inner, _) => rest.push(inner),
                ast::Expr::Call(call) => {
                    rest.extend(&call.arguments);
                    rest.extend(call.options.iter().filter_map(|option| match &option.value {
                        OptionValue::Expr(e) => Some(e),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        Some(std::mem::replace(self, own))
    }
}

/// Whether there is anything in an expression that asks for types.
fn asks(written: &ast::Expr) -> bool {
    matches!(written, ast::Expr::Binary { .. } | ast::Expr::Negative(..) | ast::Expr::Call(_))
}

fn address(written: &ast::Expr) -> usize {
    std::ptr::from_ref(written).addr()
}

/// The type that an expression will have, without resolving it for good: nothing is reported or registered.
pub(super) fn peek(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Expr) -> Option<SqlType> {
    if let Some(Answer::Type(known)) = cx.seen.0.get(&address(written)) {
        return known.clone();
    }
    let before = std::mem::take(cx.diagnostics);
    let (values, slots, switches) = (cx.values.len(), cx.slots, cx.switches);
    let (steps, joints) = (cx.steps.len(), cx.joints.len());
    let uses: Vec<usize> = cx.arguments.iter().map(|a| a.uses.len()).collect();
    let found = expr(cx, names, written, None).map(|e| e.ty);
    *cx.diagnostics = before;
    cx.values.truncate(values);
    cx.steps.truncate(steps);
    cx.joints.truncate(joints);
    (cx.slots, cx.switches) = (slots, switches);
    cx.arguments.truncate(uses.len());
    for (argument, uses) in cx.arguments.iter_mut().zip(uses) {
        argument.uses.truncate(uses);
    }
    if let Some(answer) = cx.seen.0.get_mut(&address(written)) {
        *answer = Answer::Type(found.clone());
    }
    found
}
