//! Smaller queries and worlds, to show a failure without what does not matter to it.

use crate::query::{Aggregate, Cond, Expr, Form, Query, Step};
use crate::world::World;

/// The query with one thing less, in every way.
pub(crate) fn queries(query: &Query) -> Vec<Query> {
    let mut list = Vec::new();
    let mut add = |change: &dyn Fn(&mut Query)| {
        let mut smaller = query.clone();
        change(&mut smaller);
        if smaller != *query {
            list.push(smaller);
        }
    };
    add(&|q| q.anchor = None);
    add(&|q| q.slice = None);
    add(&|q| q.order.clear());
    add(&|q| q.order.truncate(1));
    for at in 0..query.steps.len() {
        add(&|q| drop(q.steps.remove(at)));
        match &query.steps[at] {
            Step::Filter(conds) => {
                conditions(conds).into_iter().for_each(|c| add(&|q| q.steps[at] = Step::Filter(c.clone())));
            }
            Step::Exclude(conds) => {
                conditions(conds).into_iter().for_each(|c| add(&|q| q.steps[at] = Step::Exclude(c.clone())));
            }
            Step::Annotate(name, expr, shown) => {
                for expr in expressions(expr) {
                    add(&|q| q.steps[at] = Step::Annotate(name.clone(), expr.clone(), *shown));
                }
            }
        }
    }
    match &query.form {
        Form::Values(values) | Form::Distinct(values) => {
            for at in 0..values.len() {
                add(&|q| match &mut q.form {
                    Form::Values(list) | Form::Distinct(list) if list.len() > 1 => drop(list.remove(at)),
                    _ => {}
                });
            }
        }
        Form::Aggregate(values) => {
            for (at, (_, expr)) in values.iter().enumerate() {
                add(&|q| match &mut q.form {
                    Form::Aggregate(list) if list.len() > 1 => drop(list.remove(at)),
                    _ => {}
                });
                for expr in expressions(expr) {
                    add(&|q| {
                        if let Form::Aggregate(list) = &mut q.form {
                            list[at].1 = expr.clone();
                        }
                    });
                }
            }
        }
        Form::Grouped(group) => {
            let mut put = |change: &dyn Fn(&mut crate::query::Grouped)| {
                add(&|q| {
                    if let Form::Grouped(group) = &mut q.form {
                        change(group);
                    }
                });
            };
            put(&|g| g.slice = None);
            put(&|g| g.order.clear());
            put(&|g| g.order.truncate(1));
            put(&|g| g.having.clear());
            put(&|g| g.end = crate::query::GroupEnd::Rows);
            for at in 0..group.keys.len() {
                put(&|g| {
                    if g.keys.len() > 1 {
                        drop(g.keys.remove(at));
                    }
                });
            }
            for (i, notes) in group.notes.iter().enumerate() {
                for (at, (_, expr)) in notes.iter().enumerate() {
                    put(&|g| {
                        if g.notes[i].len() > 1 {
                            g.notes[i].remove(at);
                        } else if i > 0 {
                            g.notes.remove(i);
                        }
                    });
                    for expr in expressions(expr) {
                        put(&|g| g.notes[i][at].1 = expr.clone());
                    }
                }
            }
        }
        Form::Rows | Form::Count | Form::Exists => {}
    }
    list
}

/// Conditions with one less, but never none.
fn conditions(conds: &[Cond]) -> Vec<Vec<Cond>> {
    let mut all = Vec::new();
    for at in 0..conds.len() {
        if conds.len() > 1 {
            let mut fewer = conds.to_vec();
            fewer.remove(at);
            all.push(fewer);
        }
        let mut with = |cond: Cond| {
            let mut other = conds.to_vec();
            other[at] = cond;
            all.push(other);
        };
        match &conds[at] {
            Cond::All(inner) => conditions(inner).into_iter().for_each(|c| with(Cond::All(c))),
            Cond::Not(inner) => conditions(inner).into_iter().for_each(|c| with(Cond::Not(c))),
            Cond::Exists(link, inner) => conditions(inner).into_iter().for_each(|c| with(Cond::Exists(*link, c))),
            Cond::Any(branches) => {
                for (i, branch) in branches.iter().enumerate() {
                    with(Cond::All(branch.clone()));
                    for fewer in conditions(branch) {
                        let mut branches = branches.clone();
                        branches[i] = fewer;
                        with(Cond::Any(branches));
                    }
                }
            }
            Cond::Xor(a, b) => {
                conditions(a).into_iter().for_each(|a| with(Cond::Xor(a, b.clone())));
                conditions(b).into_iter().for_each(|b| with(Cond::Xor(a.clone(), b)));
            }
            Cond::Test(..) | Cond::Missing(..) | Cond::Note(..) | Cond::Compare(..) => {}
        }
    }
    all
}

fn expressions(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::Binary(a, sign, b) => {
            let (left, right) = ((**a).clone(), (**b).clone());
            let mut all = vec![left, right];
            all.extend(expressions(a).into_iter().map(|a| Expr::Binary(Box::new(a), sign, b.clone())));
            all.extend(expressions(b).into_iter().map(|b| Expr::Binary(a.clone(), sign, Box::new(b))));
            all
        }
        Expr::Coalesce(e, value) => {
            let mut all = vec![(**e).clone()];
            all.extend(expressions(e).into_iter().map(|e| Expr::Coalesce(Box::new(e), value.clone())));
            all
        }
        Expr::Case(conds, a, b) => {
            conditions(conds).into_iter().map(|conds| Expr::Case(conds, a.clone(), b.clone())).collect()
        }
        Expr::Aggregate(a) => {
            let mut all = Vec::new();
            let mut add = |a: Aggregate| all.push(Expr::Aggregate(Box::new(a)));
            add(Aggregate { filter: Vec::new(), ..(**a).clone() });
            add(Aggregate { distinct: false, ..(**a).clone() });
            add(Aggregate { default: None, ..(**a).clone() });
            conditions(&a.filter).into_iter().for_each(|filter| add(Aggregate { filter, ..(**a).clone() }));
            if let Some(operand) = &a.operand {
                expressions(operand).into_iter().for_each(|e| add(Aggregate { operand: Some(e), ..(**a).clone() }));
            }
            all.retain(|e| e != expr);
            all
        }
        Expr::Path(_) | Expr::Note(_) | Expr::Literal(_) => Vec::new(),
    }
}

/// The world with one row less, in every way that leaves no required reference open.
pub(crate) fn worlds(world: &World, kept: Option<(usize, usize)>) -> Vec<World> {
    let mut list = Vec::new();
    for (model, of) in world.models.iter().enumerate() {
        for row in 0..of.rows.len() {
            // The row that an anchor names stays, and so do those before it.
            if kept.is_some_and(|(m, r)| m == model && row <= r) {
                continue;
            }
            list.extend(without(world, model, row));
        }
    }
    list
}

fn without(world: &World, model: usize, row: usize) -> Option<World> {
    let mut world = world.clone();
    world.models[model].rows.remove(row);
    let moved = |at: usize| at - usize::from(at > row);
    for at in 0..world.models.len() {
        let refs = world.models[at].refs.clone();
        for own in &mut world.models[at].rows {
            for (reference, to) in refs.iter().zip(&mut own.refs).filter(|(r, _)| r.target == model) {
                if *to == Some(row) && !reference.nullable {
                    return None;
                }
                *to = to.filter(|to| *to != row).map(moved);
            }
        }
    }
    for pairs in 0..world.pairs.len() {
        let (left, name) = (world.pairs[pairs].model, world.pairs[pairs].name.clone());
        let right = world.models[left].links.iter().find(|l| l.name == name)?.target;
        let list = &mut world.pairs[pairs].list;
        list.retain(|(a, b)| (left != model || *a != row) && (right != model || *b != row));
        for (a, b) in list {
            *a = if left == model { moved(*a) } else { *a };
            *b = if right == model { moved(*b) } else { *b };
        }
    }
    Some(world)
}
