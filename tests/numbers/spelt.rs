//! A filter that names a many-to-many relation and the rows of its model between speaks of one such row.
//!
//! In: a query. Out: the same, in which such a relation is spelt as the two links that it consists of.

use crate::query::{Aggregate, Cond, Expr, Form, GroupEnd, Path, Query, Side, Step};
use crate::world::{Way, World};

/// The chain's model, the links before it, itself.
type Spelt = (usize, Vec<usize>, usize);

/// The query as its filters have it.
pub(crate) fn spelt(world: &World, query: &Query) -> Query {
    let (mut found, mut known) = (Vec::new(), None);
    let mut query = query.clone();
    while known != Some(found.len()) {
        known = Some(found.len());
        for step in &query.steps {
            if let Step::Filter(conds) | Step::Exclude(conds) = step {
                see(world, query.model, conds, &mut found);
            }
        }
        Speller { world, found: &found }.query(&mut query);
    }
    query
}

/// The links that one to many consists of, both named, and a far end on every row.
fn two(world: &World, model: usize, link: usize) -> Option<[usize; 2]> {
    let Way::Through(through, near, far) = world.models[model].links[link].way else { return None };
    let back = |l: &crate::world::Link| l.target == through && !l.to_one && matches!(l.way, Way::Back(r) if r == near);
    let on = |l: &crate::world::Link| matches!(l.way, Way::Forward(r) if r == far);
    let rows = world.models[model].links.iter().position(back)?;
    let on = world.models[through].links.iter().position(on)?;
    (!world.models[through].refs[far].nullable).then_some([rows, on])
}

/// Finds what one filter of a chain has spelt.
fn see(world: &World, model: usize, conds: &[Cond], found: &mut Vec<Spelt>) {
    let mut paths: Vec<Vec<usize>> = Vec::new();
    conds.iter().for_each(|c| gather(world, model, c, &mut paths, found));
    for path in &paths {
        let mut at = model;
        for (depth, link) in path.iter().enumerate() {
            if let Some([rows, _]) = two(world, at, *link) {
                let before = &path[..depth];
                let beside = |other: &Vec<usize>| other.starts_with(before) && other.get(depth) == Some(&rows);
                let spelt = (model, before.to_vec(), *link);
                if paths.iter().any(beside) && !found.contains(&spelt) {
                    found.push(spelt);
                }
            }
            at = world.models[at].links[*link].target;
        }
    }
}

fn gather(world: &World, model: usize, cond: &Cond, paths: &mut Vec<Vec<usize>>, found: &mut Vec<Spelt>) {
    match cond {
        Cond::Test(path, _, side) => {
            paths.push(path.links.clone());
            if let Side::Path(path) = side {
                paths.push(path.links.clone());
            }
        }
        Cond::Missing(links, _) => paths.push(links.clone()),
        Cond::Note(..) => {}
        Cond::Compare(a, _, b) => paths.extend([a.links.clone(), b.links.clone()]),
        Cond::All(list) | Cond::Not(list) => list.iter().for_each(|c| gather(world, model, c, paths, found)),
        Cond::Any(branches) => branches.iter().flatten().for_each(|c| gather(world, model, c, paths, found)),
        Cond::Xor(a, b) => a.iter().chain(b).for_each(|c| gather(world, model, c, paths, found)),
        Cond::Exists(link, list) => see(world, world.models[model].links[*link].target, list, found),
    }
}

struct Speller<'s> {
    world: &'s World,
    found: &'s [Spelt],
}

impl Speller<'_> {
    fn query(&self, query: &mut Query) {
        let m = query.model;
        for step in &mut query.steps {
            match step {
                Step::Filter(list) | Step::Exclude(list) => self.conds(m, list),
                Step::Annotate(_, expr, _) => self.expr(m, expr),
            }
        }
        query.order.iter_mut().for_each(|key| self.expr(m, &mut key.expr));
        match &mut query.form {
            Form::Rows | Form::Count | Form::Exists => {}
            Form::Values(list) | Form::Distinct(list) => list.iter_mut().for_each(|(_, e)| self.expr(m, e)),
            Form::Aggregate(list) => list.iter_mut().for_each(|(_, e)| self.expr(m, e)),
            Form::Grouped(group) => {
                group.keys.iter_mut().for_each(|(_, e)| self.expr(m, e));
                group.notes.iter_mut().flatten().for_each(|(_, e)| self.expr(m, e));
                group.having.iter_mut().for_each(|list| self.conds(m, list));
                group.order.iter_mut().for_each(|key| self.expr(m, &mut key.expr));
                if let GroupEnd::Aggregate(list) = &mut group.end {
                    list.iter_mut().for_each(|(_, e)| self.expr(m, e));
                }
            }
        }
    }

    fn conds(&self, model: usize, list: &mut [Cond]) {
        for cond in list {
            match cond {
                Cond::Test(path, _, side) => {
                    self.path(model, path);
                    if let Side::Path(path) = side {
                        self.path(model, path);
                    }
                }
                Cond::Missing(links, _) => {
                    // Whether there is a row is asked of the relation itself.
                    let last = links.pop();
                    self.links(model, links);
                    links.extend(last);
                }
                Cond::Note(..) => {}
                Cond::Compare(a, _, b) => {
                    self.path(model, a);
                    self.path(model, b);
                }
                Cond::All(list) | Cond::Not(list) => self.conds(model, list),
                Cond::Any(branches) => branches.iter_mut().for_each(|list| self.conds(model, list)),
                Cond::Xor(a, b) => {
                    self.conds(model, a);
                    self.conds(model, b);
                }
                Cond::Exists(link, list) => self.conds(self.world.models[model].links[*link].target, list),
            }
        }
    }

    fn expr(&self, model: usize, expr: &mut Expr) {
        match expr {
            Expr::Path(path) => self.path(model, path),
            Expr::Note(_) | Expr::Literal(_) => {}
            Expr::Binary(a, _, b) => {
                self.expr(model, a);
                self.expr(model, b);
            }
            Expr::Coalesce(inner, _) => self.expr(model, inner),
            Expr::Case(list, ..) => self.conds(model, list),
            Expr::Aggregate(aggregate) => {
                let Aggregate { operand, filter, .. } = &mut **aggregate;
                operand.iter_mut().for_each(|e| self.expr(model, e));
                self.conds(model, filter);
            }
        }
    }

    fn path(&self, model: usize, path: &mut Path) {
        self.links(model, &mut path.links);
    }

    fn links(&self, model: usize, links: &mut Vec<usize>) {
        let (mut at, mut out) = (model, Vec::new());
        for link in links.iter() {
            let spelt = self.found.iter().any(|(m, before, l)| *m == model && *l == *link && *before == out);
            match two(self.world, at, *link) {
                Some(two) if spelt => out.extend(two),
                _ => out.push(*link),
            }
            at = self.world.models[at].links[*link].target;
        }
        *links = out;
    }
}
