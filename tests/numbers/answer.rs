//! What a whole query answers, computed in memory.

use crate::plain::{Filters, Notes, Plain, State, Walk, fold, gather, present};
use crate::query::{Aggregate, Cond, Expr, Form, GroupEnd, Grouped, Key, Query, Step};
use crate::value::Val;
use crate::world::World;
use std::cmp::Ordering;

/// Rows, in order if the order is known to the last row.
pub(crate) struct Answer {
    pub(crate) rows: Vec<Vec<Val>>,
    pub(crate) ordered: bool,
}

/// A row of the result, and what it is sorted by.
struct Line {
    cells: Vec<Val>,
    keys: Vec<Val>,
}

/// What a query answers.
pub(crate) fn answer(world: &World, query: &Query) -> Answer {
    let plain = Plain { world, model: query.model, values: &query.values };
    let rows = match query.anchor {
        Some((model, row, link)) => world.follow(model, row, link),
        None => (0..world.models[query.model].rows.len()).collect(),
    };
    let mut states: Vec<State> = rows.into_iter().map(|row| State { row, notes: Notes::new() }).collect();
    let mut filters: Filters = Vec::new();
    let mut selected = Vec::new();
    for step in &query.steps {
        match step {
            Step::Filter(conds) => {
                let conds = present(conds);
                states.retain(|state| plain.holds(state, &conds));
                filters.push(conds);
            }
            Step::Exclude(conds) => {
                let conds = present(conds);
                states.retain(|state| conds.is_empty() || !plain.holds(state, &conds));
            }
            Step::Annotate(name, expr, shown) => {
                for state in &mut states {
                    let value = plain.value(state, expr, &filters);
                    state.notes.insert(name.clone(), value);
                }
                if *shown {
                    selected.push(name.clone());
                }
            }
        }
    }
    let chain = Chain { plain, query, filters };
    match &query.form {
        Form::Grouped(group) => chain.grouped(group, &states),
        Form::Values(list) => {
            let (list, _) = chain.sorted(chain.lines(list, &states));
            Answer { ordered: query.slice.is_some(), rows: list }
        }
        Form::Distinct(list) => {
            let mut seen: Vec<Vec<Val>> = Vec::new();
            for line in chain.lines(list, &states) {
                if !seen.contains(&line.cells) {
                    seen.push(line.cells);
                }
            }
            Answer { rows: seen, ordered: false }
        }
        form => {
            let of = &world.models[query.model];
            let lines = states.iter().enumerate().map(|(at, state)| {
                let mut cells = of.rows[state.row].values.clone();
                cells.extend((0..of.refs.len()).map(|at| world.key(query.model, state.row, at)));
                cells.extend(selected.iter().map(|name| state.notes[name].clone()));
                (Line { cells, keys: chain.keys(state, &[]) }, at)
            });
            let (rows, kept) = chain.sorted(lines.map(|(line, at)| with(line, at)).collect());
            match form {
                Form::Count => one(Val::count(rows.len())),
                Form::Exists => one(Val::Bool(!rows.is_empty())),
                Form::Aggregate(list) => {
                    let states: Vec<State> = kept.into_iter().map(|at| states[at].clone()).collect();
                    let cells = list.iter().map(|(_, expr)| {
                        let fold = |a: &Aggregate| plain.folded(a, &states, &chain.filters, &|_, _, _| true);
                        outside(expr, &Notes::new(), &fold)
                    });
                    Answer { rows: vec![cells.collect()], ordered: true }
                }
                _ => Answer { rows, ordered: query.slice.is_some() },
            }
        }
    }
}

/// Remembers which state a line is of, behind its keys.
fn with(mut line: Line, at: usize) -> Line {
    line.keys.push(Val::count(at));
    line
}

fn one(value: Val) -> Answer {
    Answer { rows: vec![vec![value]], ordered: true }
}

/// An expression of aggregates, outside of them.
fn outside(expr: &Expr, notes: &Notes, fold: &dyn Fn(&Aggregate) -> Val) -> Val {
    let world = World { models: Vec::new(), pairs: Vec::new() };
    let plain = Plain { world: &world, model: 0, values: &[] };
    let state = State { row: 0, notes: notes.clone() };
    plain.on_walk(&state, expr, &[], &vec![Some(0)], fold)
}

struct Chain<'w> {
    plain: Plain<'w>,
    query: &'w Query,
    filters: Filters,
}

/// Rows of a group: a row of the chain and the walks that lead it there.
struct Member<'s> {
    state: &'s State,
    walks: Vec<Walk>,
}

impl Chain<'_> {
    /// The order in force: as written, else the model's.
    fn order(&self) -> Vec<Key> {
        let of = &self.plain.world.models[self.query.model];
        if let (true, Some((field, descending))) = (self.query.order.is_empty(), of.ordering) {
            let path = crate::query::Path { links: Vec::new(), end: crate::query::End::Field(field) };
            return vec![Key { expr: Expr::Path(path), descending }];
        }
        self.query.order.clone()
    }

    /// What a row is sorted by: the order, its key, then the keys of the related rows that `walk` went along.
    fn keys(&self, state: &State, walk: &[(usize, Option<usize>)]) -> Vec<Val> {
        let of = &self.plain.world.models[self.query.model];
        let order = self.order();
        let mut keys: Vec<Val> = order.iter().map(|key| self.plain.value(state, &key.expr, &self.filters)).collect();
        keys.extend(of.key().map(|at| of.rows[state.row].values[at].clone()));
        for (model, row) in walk {
            let of = &self.plain.world.models[*model];
            keys.extend(of.key().map(|at| row.map_or(Val::Null, |row| of.rows[row].values[at].clone())));
        }
        keys
    }

    /// Sorts and slices; also gives the number behind each line's keys, if it has one.
    fn sorted(&self, mut lines: Vec<Line>) -> (Vec<Vec<Val>>, Vec<usize>) {
        let order = self.order();
        let last = order.last().is_some_and(|key| key.descending);
        let directions: Vec<bool> = order.iter().map(|key| key.descending).collect();
        lines.sort_by(|a, b| sort(&a.keys, &b.keys, &directions, last));
        let (from, to) = self.query.slice.unwrap_or((0, usize::MAX));
        let lines: Vec<Line> = lines.into_iter().take(to).skip(from).collect();
        let number = |line: &Line| match line.keys.last() {
            Some(Val::Num(_)) => line.keys.last().map_or(0, |v| v.literal('"').parse().unwrap_or(0)),
            _ => 0,
        };
        let kept = lines.iter().map(number).collect();
        (lines.into_iter().map(|line| line.cells).collect(), kept)
    }

    /// The rows of `values`: one for each related row on the longest to-many path.
    fn lines(&self, list: &[(Option<String>, Expr)], states: &[State]) -> Vec<Line> {
        let links = self.longest(list);
        let mut lines = Vec::new();
        for state in states {
            for walk in self.plain.walks(state, &links, &self.filters, false) {
                let none = |_: &Aggregate| Val::Null;
                let cell = |(_, e): &(Option<String>, Expr)| match e {
                    Expr::Aggregate(_) => self.plain.value(state, e, &self.filters),
                    e => self.plain.on_walk(state, e, &links, &walk, &none),
                };
                let mut model = self.query.model;
                let mut related = Vec::new();
                for (link, row) in links.iter().zip(&walk[1..]) {
                    let link = &self.plain.world.models[model].links[*link];
                    model = link.target;
                    if !link.to_one {
                        related.push((model, *row));
                    }
                }
                lines.push(Line { cells: list.iter().map(cell).collect(), keys: self.keys(state, &related) });
            }
        }
        lines
    }

    /// The longest path to many among some expressions.
    fn longest(&self, list: &[(Option<String>, Expr)]) -> Vec<usize> {
        let mut paths = Vec::new();
        list.iter().for_each(|(_, expr)| gather(expr, &mut paths));
        let cut = paths.iter().map(|path| &path.links[..self.plain.many(&path.links)]);
        cut.max_by_key(|links| links.len()).unwrap_or_default().to_vec()
    }

    fn grouped(&self, group: &Grouped, states: &[State]) -> Answer {
        let links = self.longest(&group.keys);
        let mut groups: Vec<(Vec<Val>, Vec<Member<'_>>)> = Vec::new();
        for state in states {
            for walk in self.plain.walks(state, &links, &self.filters, false) {
                let key = |(_, e): &(Option<String>, Expr)| {
                    self.plain.on_walk(state, e, &links, &walk, &|_| panic!("an aggregate as a key"))
                };
                let key: Vec<Val> = group.keys.iter().map(key).collect();
                let at = groups.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
                    groups.push((key, Vec::new()));
                    groups.len() - 1
                });
                let members = &mut groups[at].1;
                match members.iter_mut().find(|m| std::ptr::eq(m.state, state)) {
                    Some(member) => member.walks.push(walk),
                    None => members.push(Member { state, walks: vec![walk] }),
                }
            }
        }
        let mut lines = Vec::new();
        for (key, members) in groups {
            let mut notes = Notes::new();
            for ((name, expr), value) in group.keys.iter().zip(&key) {
                let name = match expr {
                    Expr::Note(name) => Some(name),
                    _ => name.as_ref(),
                };
                notes.extend(name.map(|name| (name.clone(), value.clone())));
            }
            let mut cells = key.clone();
            for (name, expr) in group.notes.iter().flatten() {
                let value = outside(expr, &notes, &|a| self.over(a, &members, &links));
                notes.insert(name.clone(), value.clone());
                cells.push(value);
            }
            let state = State { row: 0, notes };
            let having = |conds: &Vec<Cond>| self.plain.holds(&state, &present(conds));
            if !group.having.iter().all(having) {
                continue;
            }
            let by = |order: &Key| match &order.expr {
                Expr::Note(name) => state.notes[name].clone(),
                path => key[group.keys.iter().position(|(_, e)| e == path).expect("a key")].clone(),
            };
            let mut keys: Vec<Val> = group.order.iter().map(by).collect();
            keys.extend(key);
            lines.push((Line { cells, keys }, state));
        }
        let last = group.order.last().is_some_and(|key| key.descending);
        let directions: Vec<bool> = group.order.iter().map(|key| key.descending).collect();
        lines.sort_by(|(a, _), (b, _)| sort(&a.keys, &b.keys, &directions, last));
        let (from, to) = group.slice.unwrap_or((0, usize::MAX));
        let lines: Vec<(Line, State)> = lines.into_iter().take(to).skip(from).collect();
        match &group.end {
            GroupEnd::Rows => {
                let rows = lines.into_iter().map(|(line, _)| line.cells).collect();
                Answer { rows, ordered: group.slice.is_some() }
            }
            GroupEnd::Count => one(Val::count(lines.len())),
            GroupEnd::Aggregate(list) => {
                let total = |a: &Aggregate| {
                    let value = |state: &State| match &a.operand {
                        None => Val::count(1),
                        Some(e) => outside(e, &state.notes, &|_| Val::Null),
                    };
                    let kept = lines.iter().filter(|(_, state)| self.plain.holds(state, &present(&a.filter)));
                    fold(a, kept.map(|(_, state)| value(state)).collect())
                };
                let cells = list.iter().map(|(_, expr)| outside(expr, &Notes::new(), &total));
                Answer { rows: vec![cells.collect()], ordered: true }
            }
        }
    }

    /// An aggregate over a group: of the walks that share a to-many relation with the key's path, those that go through
    /// the rows that led here.
    fn over(&self, a: &Aggregate, members: &[Member<'_>], keys: &[usize]) -> Val {
        let through = |state: &State, links: &[usize], walk: &Walk| {
            let shared = links.iter().zip(keys).take_while(|(a, b)| a == b).count();
            let shared = self.plain.many(&links[..shared]);
            let Some(member) = members.iter().find(|m| std::ptr::eq(m.state, state)) else { return false };
            shared == 0 || member.walks.iter().any(|key| key[..=shared] == walk[..=shared])
        };
        self.plain.folded(a, members.iter().map(|m| m.state), &self.filters, &through)
    }
}

/// Compares keys; those behind the written ones go in the last one's direction. NULL is greater than all.
fn sort(a: &[Val], b: &[Val], directions: &[bool], last: bool) -> Ordering {
    for (at, (a, b)) in a.iter().zip(b).enumerate() {
        let ordering = match (a.is_null(), b.is_null()) {
            (false, false) => a.compare(b).unwrap_or(Ordering::Equal),
            (x, y) => x.cmp(&y),
        };
        let descending = directions.get(at).copied().unwrap_or(last);
        let ordering = if descending { ordering.reverse() } else { ordering };
        if ordering.is_ne() {
            return ordering;
        }
    }
    Ordering::Equal
}
