//! `if` and `match` between conditions and between orders.
//!
//! In: branches as written. Out: each branch resolved, with a switch where something stands in it that is there only if
//! the branch is taken; its values are [`Step`]s of that arm, so that they are evaluated only then.

use super::condition::condition;
use super::context::{Context, Names};
use crate::ast::{self, OrderKey, Tokens};
use crate::hir::{Arm, Branch, Condition, Control, Joint, Order, Step};
use proc_macro2::{Span, TokenStream};

/// The most variants that an order may have. Each has a switch, and so has each arm.
const MOST_VARIANTS: usize = 32;

/// `if` or `match` with branches of `B`.
pub(super) struct Written<'w, B: ?Sized> {
    control: Control,
    /// Heads or patterns (`None`: `else`), and branches.
    arms: Vec<(Option<&'w TokenStream>, &'w B)>,
    /// Where the arms of `match` end.
    ends: &'w [Span],
    place: Tokens,
}

impl<'w, B: ?Sized> Written<'w, B> {
    /// `if … else …`.
    fn conditional(
        branches: impl Iterator<Item = (&'w TokenStream, &'w B)>,
        otherwise: Option<&'w B>,
        place: Tokens,
    ) -> Self {
        let arms = branches.map(|(head, branch)| (Some(head), branch));
        Self {
            control: Control::If,
            arms: arms.chain(otherwise.map(|branch| (None, branch))).collect(),
            ends: &[],
            place,
        }
    }

    /// `match`.
    fn matching(
        scrutinee: &TokenStream,
        arms: impl Iterator<Item = (&'w TokenStream, &'w B)>,
        ends: &'w [Span],
        place: Tokens,
    ) -> Self {
        let arms = arms.map(|(pattern, branch)| (Some(pattern), branch)).collect();
        Self { control: Control::Match(scrutinee.clone()), arms, ends, place }
    }

    /// Resolves each branch by `each`, which gives the switch of the branch if it needs one. An `if` without `else`
    /// gets one where the way past it is asked for, too.
    fn resolve<T>(
        self,
        cx: &mut Context<'_>,
        past: Option<u8>,
        mut each: impl FnMut(&mut Context<'_>, &'w B) -> (T, Option<u8>),
    ) -> Vec<T> {
        let mut found = Vec::new();
        let mut arms = Vec::new();
        for (i, (head, branch)) in self.arms.into_iter().enumerate() {
            let (before, slots) = (std::mem::take(&mut cx.steps), cx.slots);
            let (resolved, switch) = each(cx, branch);
            let steps = std::mem::replace(&mut cx.steps, before);
            let end = self.ends.get(i).copied();
            arms.push(Arm { head: head.cloned(), end, switch, steps, slots: cx.slots - slots });
            found.push(resolved);
        }
        if past.is_some() {
            arms.push(Arm { head: None, end: None, switch: past, steps: Vec::new(), slots: 0 });
        }
        cx.steps.push(Step::Branch(Branch { control: self.control, arms, place: self.place }));
        found
    }
}

/// `if` or `match` between conditions: the conditions of all branches, each under its switch. Of none, if it is
/// something else.
pub(super) fn conditions(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Condition) -> Vec<Condition> {
    let written = match written {
        ast::Condition::If { branches, otherwise, tokens } => {
            Written::conditional(branches.iter().map(|(h, b)| (h, b)), otherwise.as_deref(), *tokens)
        }
        ast::Condition::Match { scrutinee, arms, ends, tokens } => {
            Written::matching(scrutinee, arms.iter().map(|(p, b)| (p, b)), ends, *tokens)
        }
        _ => return Vec::new(),
    };
    let branches = written.resolve(cx, None, |cx, branch| {
        let (mut parts, mut switch) = (Vec::new(), None);
        if let Some(condition) = condition(cx, names, branch) {
            switched(cx, condition, &mut switch, &mut parts);
        }
        (parts, switch)
    });
    branches.into_iter().flatten().collect()
}

/// Puts the conditions of a branch under its switch, one by one: they are as good as top-level ones while they are there.
/// What is there only under a switch of its own inside the branch needs no other.
fn switched(cx: &mut Context<'_>, condition: Condition, switch: &mut Option<u8>, into: &mut Vec<Condition>) {
    match condition {
        Condition::All(list) => list.into_iter().for_each(|c| switched(cx, c, switch, into)),
        c if c.is_empty() => {}
        c if c.is_switched() => into.push(c),
        c => {
            let switch = *switch.get_or_insert_with(|| cx.switch());
            into.push(Condition::Switched(switch, Box::new(c)));
        }
    }
}

/// The keys of `order_by` in one variant.
#[derive(Debug, Clone, Default)]
pub(super) struct Variant {
    /// Set in this variant only; `None`: there is no other.
    pub(super) switch: Option<u8>,
    /// The keys with their tokens.
    pub(super) keys: Vec<(Order, Tokens)>,
}

/// What resolves one key: it may stand for several.
type Each<'e> = &'e mut dyn FnMut(&mut Context<'_>, &OrderKey) -> Vec<(Order, Tokens)>;

/// The variants of an order, at least one: in each stands all that is in force in it, in order.
pub(super) fn variants(cx: &mut Context<'_>, list: &[ast::Order], each: Each<'_>) -> Vec<Variant> {
    let mut found = Vec::new();
    let ways = ways(cx, list, each);
    let one = ways.len() == 1;
    for Way { switches, keys } in ways {
        let switch = match switches.as_slice() {
            _ if one => None,
            [] => None,
            [switch] => Some(*switch),
            several => {
                let all = several.iter().fold(0, |all, s| all | 1_u64.checked_shl((*s).into()).unwrap_or(0));
                let switch = cx.switch();
                cx.joints.push(Joint { switch, all });
                Some(switch)
            }
        };
        found.push(Variant { switch, keys });
    }
    found
}

/// One way through the branches of an order.
#[derive(Clone, Default)]
struct Way {
    /// Switches of the arms that are taken.
    switches: Vec<u8>,
    keys: Vec<(Order, Tokens)>,
}

fn ways(cx: &mut Context<'_>, list: &[ast::Order], each: Each<'_>) -> Vec<Way> {
    let mut all = vec![Way::default()];
    for order in list {
        let written = match order {
            ast::Order::Key(key) => {
                let keys = each(cx, key);
                all.iter_mut().for_each(|way| way.keys.extend(keys.iter().cloned()));
                continue;
            }
            branch => of_order(branch),
        };
        let Some(written) = written else { continue };
        let place = written.place;
        let only = matches!(written.control, Control::Match(_)) && written.arms.len() == 1;
        let open = matches!(written.control, Control::If) && written.arms.iter().all(|(head, _)| head.is_some());
        let past = open.then(|| cx.switch());
        let mut arms = written.resolve(cx, past, |cx, list: &[ast::Order]| {
            let mut ways = ways(cx, list, each);
            // Several are told apart by their own switches.
            let switch = match ways.as_mut_slice() {
                [one] if !only => {
                    let switch = cx.switch();
                    one.switches.push(switch);
                    Some(switch)
                }
                _ => None,
            };
            (ways, switch)
        });
        if let Some(switch) = past {
            arms.push(vec![Way { switches: vec![switch], keys: Vec::new() }]);
        }
        let arms: Vec<Way> = arms.into_iter().flatten().collect();
        if all.len() * arms.len() > MOST_VARIANTS {
            let text = format!("`if` and `match` make more than {MOST_VARIANTS} variants of one order");
            cx.diagnostics.error("N0236", place, text);
            break;
        }
        all = all.iter().flat_map(|way| arms.iter().map(|arm| way.followed_by(arm))).collect();
    }
    all
}

impl Way {
    fn followed_by(&self, arm: &Self) -> Self {
        let mut way = self.clone();
        way.switches.extend(&arm.switches);
        way.keys.extend(arm.keys.iter().cloned());
        way
    }
}

/// The keys of an order that nothing completes, of an aggregate or a window: each under the switch of its branch.
pub(super) fn flat(cx: &mut Context<'_>, list: &[ast::Order], each: Each<'_>) -> Vec<Order> {
    let mut found = Vec::new();
    for order in list {
        if let ast::Order::Key(key) = order {
            found.extend(each(cx, key).into_iter().map(|(order, _)| order));
        } else if let Some(written) = of_order(order) {
            let arms = written.resolve(cx, None, |cx, list: &[ast::Order]| {
                let mut switch = None;
                let mut keys = flat(cx, list, each);
                for key in keys.iter_mut().filter(|key| key.switch.is_none()) {
                    key.switch = Some(*switch.get_or_insert_with(|| cx.switch()));
                }
                (keys, switch)
            });
            found.extend(arms.into_iter().flatten());
        }
    }
    found
}

fn of_order(order: &ast::Order) -> Option<Written<'_, [ast::Order]>> {
    match order {
        ast::Order::Key(_) => None,
        ast::Order::If { branches, otherwise, tokens } => {
            let branches = branches.iter().map(|(head, list)| (head, list.as_slice()));
            Some(Written::conditional(branches, otherwise.as_deref(), *tokens))
        }
        ast::Order::Match { scrutinee, arms, ends, tokens } => {
            Some(Written::matching(scrutinee, arms.iter().map(|(p, list)| (p, list.as_slice())), ends, *tokens))
        }
    }
}
