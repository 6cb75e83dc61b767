//! The order in which the Rust values of a query are evaluated, and what depends on Rust's control flow.
//!
//! In: nothing, these are types. What is true of the steps of a [`super::Query`] that `check` let through: every value
//! that is no column of `bulk_create` stands in them once, in the order written; the slots of a branch's arms follow one
//! another; a switch of an arm is set if and only if the arm is taken, and so are the switches inside it.

use super::value::{Given, Value, ValueId};
use crate::ast::Tokens;
use proc_macro2::{Span, TokenStream};
use std::collections::BTreeSet;

/// What is evaluated.
#[derive(Debug, Clone)]
pub enum Step {
    /// A value.
    Value(ValueId),
    /// The arguments of a scope, in the order written. There is none where evaluating them where they are used is the
    /// same: each is used once, and in that order.
    Given(Vec<Given>),
    /// `if` or `match`: the values of the arm that is taken, none of the others.
    Branch(Branch),
}

/// `if` or `match`.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Which of them.
    pub control: Control,
    /// Its arms in the order written. An `if` without `else` has one more way: none of them.
    pub arms: Vec<Arm>,
    /// All of it.
    pub place: Tokens,
}

/// How Rust chooses an arm.
#[derive(Debug, Clone)]
pub enum Control {
    /// `if`, `if let`; `else if`.
    If,
    /// `match` of what stands here.
    Match(TokenStream),
}

/// One arm.
#[derive(Debug, Clone)]
pub struct Arm {
    /// Between `if` and the brace, or the pattern with its guard; `None`: `else`.
    pub head: Option<TokenStream>,
    /// Where it ends, if it is one of `match`: behind it rustc suggests further ones.
    pub end: Option<Span>,
    /// The switch that says that it was taken, if anything asks.
    pub switch: Option<u8>,
    /// What is evaluated in it.
    pub steps: Vec<Step>,
    /// How many slots that fills.
    pub slots: u16,
}

/// A switch that is set if all of others are: a variant of an order that stands under several branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joint {
    /// The switch.
    pub switch: u8,
    /// The mask of the others.
    pub all: u64,
}

impl Branch {
    /// Whether one of the arms is always taken.
    pub fn is_exhaustive(&self) -> bool {
        match self.control {
            Control::If => self.arms.last().is_some_and(|arm| arm.head.is_none()),
            Control::Match(_) => true,
        }
    }

    /// How many slots all of its arms fill.
    pub fn slots(&self) -> u16 {
        self.arms.iter().fold(0, |sum, arm| sum.saturating_add(arm.slots))
    }
}

/// Masks that can occur, chosen so that each switch is seen set and not set, and each arm taken: everything on, everything
/// off, then for each switch and each arm that one alone and that one with everything else on. Of a branch the last arm
/// counts as on, the first, or none where there may be none, as off.
pub fn masks(steps: &[Step], values: &[Value], joints: &[Joint]) -> Vec<u64> {
    let mut all = of_steps(steps, values);
    for mask in &mut all {
        for joint in joints {
            if *mask & joint.all == joint.all {
                *mask |= bit(joint.switch);
            }
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|mask| seen.insert(*mask));
    all
}

fn of_steps(steps: &[Step], values: &[Value]) -> Vec<u64> {
    let each: Vec<Vec<u64>> = steps.iter().map(|step| of_step(step, values)).filter(|m| m.len() > 1).collect();
    // A branch with one way that is always taken changes nothing, but sets what is in it.
    let fixed = steps.iter().map(|step| of_step(step, values)).filter(|m| m.len() == 1).fold(0, |all, m| all | m[0]);
    let on = each.iter().fold(fixed, |all, m| all | m[0]);
    let off = each.iter().fold(fixed, |all, m| all | m[1]);
    let mut found = vec![on, off];
    for rest in [1, 0] {
        for (i, own) in each.iter().enumerate() {
            let others = each.iter().enumerate().filter(|(j, _)| *j != i).fold(fixed, |all, (_, m)| all | m[rest]);
            found.extend(own.iter().map(|mask| others | mask));
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|mask| seen.insert(*mask));
    found
}

/// The masks of one step: on, off, then others.
fn of_step(step: &Step, values: &[Value]) -> Vec<u64> {
    match step {
        Step::Value(id) => match values.get(usize::from(id.0)).and_then(|value| value.switch) {
            Some(switch) => vec![bit(switch), 0],
            None => vec![0],
        },
        Step::Given(_) => vec![0],
        Step::Branch(branch) => {
            let mut ways: Vec<Vec<u64>> = branch
                .arms
                .iter()
                .map(|arm| {
                    let own = arm.switch.map_or(0, bit);
                    of_steps(&arm.steps, values).into_iter().map(|mask| own | mask).collect()
                })
                .collect();
            if !branch.is_exhaustive() {
                ways.insert(0, vec![0]);
            }
            let on = ways.last().map_or(0, |masks| masks[0]);
            let off = ways.first().and_then(|masks| masks.last()).map_or(0, |mask| *mask);
            let mut found = if ways.len() > 1 { vec![on, off] } else { Vec::new() };
            found.extend(ways.into_iter().flatten());
            found
        }
    }
}

fn bit(switch: u8) -> u64 {
    1_u64.checked_shl(switch.into()).unwrap_or(0)
}
