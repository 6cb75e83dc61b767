//! Conditions and expressions over rows in memory, as the language page says them, by loops over rows.

use crate::query::{Aggregate, Cond, End, Expr, Look, Path, Side};
use crate::value::{Ratio, Val};
use crate::world::World;
use std::cmp::Ordering;
use std::collections::HashMap;

/// Values of annotations by name.
pub(crate) type Notes = HashMap<String, Val>;

/// A way along relations: the row at the start, then one for each link; `None` where there was none.
pub(crate) type Walk = Vec<Option<usize>>;

/// What all computations read.
#[derive(Clone, Copy)]
pub(crate) struct Plain<'w> {
    pub(crate) world: &'w World,
    pub(crate) model: usize,
    pub(crate) values: &'w [Val],
}

/// The conditions of all filters in force, absent ones taken out.
pub(crate) type Filters = Vec<Vec<Cond>>;

/// A row of the chain.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) row: usize,
    pub(crate) notes: Notes,
}

/// The walk on which a condition stands, if it is one inside an aggregate: its links, and its rows.
type On<'a> = Option<(&'a [usize], &'a Walk)>;

/// Takes out what is absent: clauses, then groups and operators that are left without any.
pub(crate) fn present(conds: &[Cond]) -> Vec<Cond> {
    conds.iter().filter_map(one_present).collect()
}

fn one_present(cond: &Cond) -> Option<Cond> {
    let group = |conds: &[Cond]| Some(present(conds)).filter(|list| !list.is_empty());
    match cond {
        Cond::Test(_, _, Side::Optional(_, false)) | Cond::Note(_, _, Side::Optional(_, false)) => None,
        Cond::All(conds) => group(conds).map(Cond::All),
        Cond::Not(conds) => group(conds).map(Cond::Not),
        Cond::Any(branches) => {
            let mut branches: Vec<Vec<Cond>> = branches.iter().filter_map(|b| group(b)).collect();
            match branches.len() {
                0 => None,
                1 => branches.pop().map(Cond::All),
                _ => Some(Cond::Any(branches)),
            }
        }
        Cond::Xor(a, b) => match (group(a), group(b)) {
            (Some(a), Some(b)) => Some(Cond::Xor(a, b)),
            (Some(one), None) | (None, Some(one)) => Some(Cond::All(one)),
            (None, None) => None,
        },
        Cond::Exists(link, conds) => Some(Cond::Exists(*link, present(conds))),
        other => Some(other.clone()),
    }
}

/// Conditions side by side, `Q(…)`s opened.
fn flat<'c>(conds: &[&'c Cond]) -> Vec<&'c Cond> {
    let mut list = Vec::new();
    for cond in conds {
        match cond {
            Cond::All(inner) => list.extend(flat(&inner.iter().collect::<Vec<_>>())),
            _ => list.push(*cond),
        }
    }
    list
}

/// The relation that all paths of a condition begin with, `depth` links down.
fn head(cond: &Cond, depth: usize) -> Option<usize> {
    let same = |conds: Vec<&Cond>| {
        let heads: Vec<Option<usize>> = conds.into_iter().map(|c| head(c, depth)).collect();
        heads.first().copied().flatten().filter(|first| heads.iter().all(|h| *h == Some(*first)))
    };
    match cond {
        Cond::Test(path, ..) => path.links.get(depth).copied(),
        Cond::Missing(links, _) if links.len() > depth + 1 => Some(links[depth]),
        Cond::All(conds) => same(conds.iter().collect()),
        Cond::Any(branches) => same(branches.iter().flatten().collect()),
        Cond::Xor(a, b) => same(a.iter().chain(b).collect()),
        _ => None,
    }
}

impl Plain<'_> {
    /// Whether conditions hold for a row of the chain.
    pub(crate) fn holds(&self, state: &State, conds: &[Cond]) -> bool {
        let conds: Vec<&Cond> = conds.iter().collect();
        self.group(state, &conds, self.model, state.row, 0, None)
    }

    /// Whether conditions hold together at a row `depth` links down their paths. Those that go on with the same
    /// relation speak of one row of it.
    fn group(&self, state: &State, conds: &[&Cond], model: usize, row: usize, depth: usize, on: On<'_>) -> bool {
        let conds = flat(conds);
        let mut heads: Vec<usize> = conds.iter().filter_map(|c| head(c, depth)).collect();
        heads.sort_unstable();
        heads.dedup();
        let alone = conds.iter().filter(|c| head(c, depth).is_none());
        alone.into_iter().all(|cond| self.single(state, cond, model, row, depth, on))
            && heads.into_iter().all(|link| {
                let these: Vec<&Cond> = conds.iter().copied().filter(|c| head(c, depth) == Some(link)).collect();
                let target = self.world.models[model].links[link].target;
                if let Some((links, walk)) = on.filter(|(links, _)| links.get(depth) == Some(&link)) {
                    return match walk[depth + 1] {
                        Some(next) => self.group(state, &these, target, next, depth + 1, Some((links, walk))),
                        None => these.iter().all(|cond| self.without(cond, target, depth + 1)),
                    };
                }
                let rows = self.world.follow(model, row, link);
                if rows.is_empty() && self.world.models[model].links[link].to_one {
                    return these.iter().all(|cond| self.without(cond, target, depth + 1));
                }
                rows.into_iter().any(|next| self.group(state, &these, target, next, depth + 1, None))
            })
    }

    /// Whether a condition holds where its path found no row on the way, `depth` links down, at `model`: only that there
    /// is none, if none could have been found in another way.
    fn without(&self, cond: &Cond, model: usize, depth: usize) -> bool {
        let all = |conds: &[Cond]| conds.iter().all(|c| self.without(c, model, depth));
        match cond {
            Cond::Missing(links, missing) => {
                let mut model = model;
                let to_one = links[depth..links.len() - 1].iter().all(|link| {
                    let link = &self.world.models[model].links[*link];
                    model = link.target;
                    link.to_one
                });
                to_one && *missing
            }
            Cond::All(conds) => all(conds),
            Cond::Any(branches) => branches.iter().any(|b| all(b)),
            Cond::Xor(a, b) => all(a) != all(b),
            _ => false,
        }
    }

    fn single(&self, state: &State, cond: &Cond, model: usize, row: usize, depth: usize, on: On<'_>) -> bool {
        let group = |conds: &[Cond]| self.group(state, &conds.iter().collect::<Vec<_>>(), model, row, depth, on);
        match cond {
            Cond::Test(path, look, side) => self.test(state, &self.end(model, row, path.end), *look, side),
            Cond::Missing(links, missing) => {
                let link = links[depth];
                let none = match on.filter(|(links, _)| links.get(depth) == Some(&link)) {
                    Some((_, walk)) => walk[depth + 1].is_none(),
                    None => self.world.follow(model, row, link).is_empty(),
                };
                none == *missing
            }
            Cond::Note(name, look, side) => self.test(state, &state.notes[name], *look, side),
            Cond::Compare(a, sign, b) => {
                let ordering = self.own(state, a).compare(&self.own(state, b));
                match *sign {
                    "==" => ordering == Some(Ordering::Equal),
                    "!=" => ordering != Some(Ordering::Equal),
                    "<" => ordering == Some(Ordering::Less),
                    _ => ordering.is_some_and(|o| o != Ordering::Less),
                }
            }
            Cond::All(conds) => group(conds),
            Cond::Any(branches) => branches.iter().any(|b| group(b)),
            Cond::Xor(a, b) => group(a) != group(b),
            Cond::Not(conds) => !group(conds),
            Cond::Exists(link, conds) => {
                let inner = Plain { model: self.world.models[model].links[*link].target, ..*self };
                let rows = self.world.follow(model, row, *link);
                rows.into_iter().any(|row| inner.holds(&State { row, notes: Notes::new() }, conds))
            }
        }
    }

    fn test(&self, state: &State, value: &Val, look: Look, side: &Side) -> bool {
        if let Look::IsNull(null) = look {
            return value.is_null() == null;
        }
        let other = match side {
            Side::Literal(value) => value.clone(),
            Side::Bound(number) | Side::Optional(number, _) => self.values[*number].clone(),
            Side::Path(path) => self.own(state, path),
        };
        let ordering = match &other {
            Val::List(_) => None,
            other => value.compare(other),
        };
        match (look, &other) {
            (Look::In, Val::List(list)) => list.iter().any(|v| value.compare(v) == Some(Ordering::Equal)),
            (Look::Range, Val::List(ends)) => {
                value.compare(&ends[0]).is_some_and(Ordering::is_ge)
                    && value.compare(&ends[1]).is_some_and(Ordering::is_le)
            }
            (Look::Gt, _) => ordering.is_some_and(Ordering::is_gt),
            (Look::Gte, _) => ordering.is_some_and(Ordering::is_ge),
            (Look::Lt, _) => ordering.is_some_and(Ordering::is_lt),
            (Look::Lte, _) => ordering.is_some_and(Ordering::is_le),
            _ => ordering.is_some_and(Ordering::is_eq),
        }
    }

    fn end(&self, model: usize, row: usize, end: End) -> Val {
        match end {
            End::Field(at) => self.world.models[model].rows[row].values[at].clone(),
            End::Key(at) => self.world.key(model, row, at),
            End::Row => Val::count(row),
        }
    }

    /// The value at the end of a path through to-one relations.
    fn own(&self, state: &State, path: &Path) -> Val {
        self.along(path, &[], &vec![Some(state.row)])
    }

    /// The value at the end of a path that goes along a walk as far as they agree, then through to-one relations.
    fn along(&self, path: &Path, links: &[usize], walk: &Walk) -> Val {
        let (mut model, mut row, mut shared) = (self.model, walk[0], true);
        for (depth, link) in path.links.iter().enumerate() {
            let Some(at) = row else { return Val::Null };
            shared = shared && links.get(depth) == Some(link);
            row = if shared {
                walk[depth + 1]
            } else {
                assert!(self.world.models[model].links[*link].to_one, "a value of a to-many path");
                self.world.follow(model, at, *link).first().copied()
            };
            model = self.world.models[model].links[*link].target;
        }
        row.map_or(Val::Null, |row| self.end(model, row, path.end))
    }

    /// How many links of a path there are up to its last to-many one.
    pub(crate) fn many(&self, links: &[usize]) -> usize {
        let (mut model, mut last) = (self.model, 0);
        for (depth, link) in links.iter().enumerate() {
            let link = &self.world.models[model].links[*link];
            if !link.to_one {
                last = depth + 1;
            }
            model = link.target;
        }
        last
    }

    /// All walks along links from a row, through the rows that the filters bind. `whole`: only those that arrive;
    /// otherwise one without a row stands for none.
    pub(crate) fn walks(&self, state: &State, links: &[usize], filters: &Filters, whole: bool) -> Vec<Walk> {
        let mut walks = vec![vec![Some(state.row)]];
        let mut model = self.model;
        for (depth, link) in links.iter().enumerate() {
            let target = self.world.models[model].links[*link].target;
            let many = !self.world.models[model].links[*link].to_one;
            let mut longer = Vec::new();
            for walk in walks {
                let here = walk[depth];
                let rows = here.map_or_else(Vec::new, |row| self.world.follow(model, row, *link));
                let bound = |row: &usize| {
                    let next = |filter: &Vec<Cond>| self.bound(state, filter, &links[..=depth], target, *row);
                    !many || filters.iter().all(next)
                };
                let rows: Vec<usize> = rows.into_iter().filter(bound).collect();
                if rows.is_empty() && !whole {
                    longer.push([walk.clone(), vec![None]].concat());
                }
                longer.extend(rows.into_iter().map(|row| [walk.clone(), vec![Some(row)]].concat()));
            }
            walks = longer;
            model = target;
        }
        walks
    }

    /// Whether a filter lets a row at the end of a path be seen: its conditions all of whose paths go there hold.
    fn bound(&self, state: &State, filter: &[Cond], links: &[usize], model: usize, row: usize) -> bool {
        let mut conds: Vec<&Cond> = filter.iter().collect();
        for (depth, link) in links.iter().enumerate() {
            conds = flat(&conds).into_iter().filter(|c| head(c, depth) == Some(*link)).collect();
        }
        self.group(state, &conds, model, row, links.len(), None)
    }

    /// The value of an expression for a row; aggregates in it are over the rows related to that row.
    pub(crate) fn value(&self, state: &State, expr: &Expr, filters: &Filters) -> Val {
        let none = (&[][..], vec![Some(state.row)]);
        self.on_walk(state, expr, none.0, &none.1, &|a| self.folded(a, [state], filters, &|_, _, _| true))
    }

    /// The value of an expression on a walk from a row.
    pub(crate) fn on_walk(
        &self,
        state: &State,
        expr: &Expr,
        links: &[usize],
        walk: &Walk,
        aggregate: &dyn Fn(&Aggregate) -> Val,
    ) -> Val {
        let inner = |e: &Expr| self.on_walk(state, e, links, walk, aggregate);
        match expr {
            Expr::Path(path) => self.along(path, links, walk),
            Expr::Note(name) => state.notes[name].clone(),
            Expr::Literal(value) => value.clone(),
            Expr::Binary(a, sign, b) => binary(&inner(a), sign, &inner(b)),
            Expr::Coalesce(e, value) => Some(inner(e)).filter(|v| !v.is_null()).unwrap_or_else(|| value.clone()),
            Expr::Case(conds, then, otherwise) => {
                let conds = present(conds);
                if self.holds(state, &conds) { then.clone() } else { otherwise.clone() }
            }
            Expr::Aggregate(a) => aggregate(a),
        }
    }

    /// An aggregate over the rows related to some rows of the chain, those of whose walks that are let through.
    pub(crate) fn folded<'s>(
        &self,
        a: &Aggregate,
        states: impl IntoIterator<Item = &'s State>,
        filters: &Filters,
        through: &dyn Fn(&State, &[usize], &Walk) -> bool,
    ) -> Val {
        let links = self.aggregated(a);
        let filter = present(&a.filter);
        let mut list = Vec::new();
        for state in states {
            for walk in self.walks(state, &links, filters, true) {
                let conds: Vec<&Cond> = filter.iter().collect();
                if !through(state, &links, &walk)
                    || !self.group(state, &conds, self.model, state.row, 0, Some((&links, &walk)))
                {
                    continue;
                }
                list.push(match &a.operand {
                    None => Val::count(1),
                    Some(operand) => {
                        self.on_walk(state, operand, &links, &walk, &|_| panic!("an aggregate in an aggregate"))
                    }
                });
            }
        }
        fold(a, list)
    }

    /// The links to the rows that an aggregate is over.
    fn aggregated(&self, a: &Aggregate) -> Vec<usize> {
        let mut longest: Vec<usize> = Vec::new();
        let mut paths = Vec::new();
        if let Some(operand) = &a.operand {
            gather(operand, &mut paths);
        }
        for path in paths {
            let length = if path.end == End::Row { path.links.len() } else { self.many(&path.links) };
            if length > longest.len() {
                longest = path.links[..length].to_vec();
            }
        }
        longest
    }
}

/// The paths in an expression.
pub(crate) fn gather<'e>(expr: &'e Expr, into: &mut Vec<&'e Path>) {
    match expr {
        Expr::Path(path) => into.push(path),
        Expr::Binary(a, _, b) => {
            gather(a, into);
            gather(b, into);
        }
        Expr::Coalesce(e, _) => gather(e, into),
        Expr::Note(_) | Expr::Literal(_) | Expr::Case(..) | Expr::Aggregate(_) => {}
    }
}

fn binary(a: &Val, sign: &str, b: &Val) -> Val {
    match (a, b) {
        (Val::Null, _) | (_, Val::Null) => Val::Null,
        (Val::Num(a), Val::Num(b)) => Val::Num(match sign {
            "+" => *a + *b,
            "-" => *a - *b,
            _ => *a * *b,
        }),
        (a, b) => Val::Float(match sign {
            "+" => a.float() + b.float(),
            "-" => a.float() - b.float(),
            _ => a.float() * b.float(),
        }),
    }
}

/// The aggregate of a list of values.
pub(crate) fn fold(a: &Aggregate, mut list: Vec<Val>) -> Val {
    if a.distinct {
        let mut seen: Vec<Val> = Vec::new();
        for value in list {
            if !seen.contains(&value) {
                seen.push(value);
            }
        }
        list = seen;
    }
    let default = || a.default.clone().unwrap_or(Val::Null);
    if a.name == "ArrayAgg" {
        return if list.is_empty() { default() } else { Val::List(list) };
    }
    list.retain(|value| !value.is_null());
    if a.name == "Count" {
        return Val::count(list.len());
    }
    if list.is_empty() {
        return default();
    }
    let count = list.len();
    let best = |wanted: Ordering| {
        let better = |a: &Val, b: &Val| a.compare(b) == Some(wanted);
        list.iter().cloned().reduce(|a, b| if better(&b, &a) { b } else { a }).unwrap_or(Val::Null)
    };
    let sum = || {
        let whole = list.iter().all(|v| matches!(v, Val::Num(_)));
        if whole {
            Val::Num(list.iter().fold(Ratio::whole(0), |sum, v| match v {
                Val::Num(number) => sum + *number,
                _ => sum,
            }))
        } else {
            Val::Float(list.iter().map(Val::float).sum())
        }
    };
    let floats: Vec<f64> = if a.name == "StdDev" { list.iter().map(Val::float).collect() } else { Vec::new() };
    match a.name {
        "Sum" => sum(),
        "Avg" => match sum() {
            Val::Num(sum) => Val::Num(sum.over(count)),
            other => Val::Float(other.float() / Ratio::whole(count).float()),
        },
        "Min" => best(Ordering::Less),
        "Max" => best(Ordering::Greater),
        "BoolOr" => Val::Bool(list.contains(&Val::Bool(true))),
        "BoolAnd" => Val::Bool(!list.contains(&Val::Bool(false))),
        "StdDev" => {
            let n = Ratio::whole(count).float();
            let mean = floats.iter().sum::<f64>() / n;
            Val::Float((floats.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt())
        }
        other => panic!("no aggregate {other}"),
    }
}
