//! What a random query ends in: rows, values, groups, totals.

use super::{Maker, Names, Ty, aggregate};
use crate::query::{Cond, Expr, Form, GroupEnd, Grouped, Key};
use crate::value::Val;

impl Maker<'_, '_> {
    pub(super) fn form(&mut self, notes: &Names) -> Form {
        match self.dice.below(20) {
            0..=5 => Form::Rows,
            6..=7 => Form::Values(self.outputs(notes, |_| true).0),
            8 => Form::Distinct(self.outputs(notes, |ty| ty != Ty::Mean && ty != Ty::List).0),
            9 => Form::Count,
            10 => Form::Exists,
            11..=13 => {
                let list = (0..=self.dice.below(3)).map(|_| {
                    let links = if self.dice.chance(50) { Vec::new() } else { self.many(3) };
                    let expr = self.aggregate(&links, notes).0;
                    (self.name(), expr)
                });
                Form::Aggregate(list.collect())
            }
            _ => Form::Grouped(Box::new(self.grouped(notes))),
        }
    }

    /// Fields and annotations, on one path to many at most, with the links of that.
    fn outputs(&mut self, notes: &Names, fits: impl Fn(Ty) -> bool) -> (Vec<(Option<String>, Expr)>, Vec<usize>) {
        let many = if self.dice.chance(35) { self.many(3) } else { Vec::new() };
        let mut list: Vec<(Option<String>, Expr)> = Vec::new();
        if !many.is_empty() {
            let (path, _) = self.field(&many, &fits).expect("a field");
            list.push((None, Expr::Path(path)));
        }
        for _ in list.len()..=self.dice.below(3) {
            let notes: Vec<&(String, Ty)> = notes.iter().filter(|(_, ty)| fits(*ty)).collect();
            let item = match self.dice.below(6) {
                0 | 1 if !notes.is_empty() => (None, Expr::Note(self.dice.of(&notes).0.clone())),
                2 => {
                    let (path, _) = self.field(&[], Ty::is_number).expect("a number");
                    let expr = Expr::Binary(Box::new(Expr::Path(path)), "+", Box::new(Expr::Literal(Val::int(1))));
                    (Some(self.name()), expr)
                }
                3 if !many.is_empty() => {
                    let mut links = many[..self.dice.below(many.len() + 1)].to_vec();
                    self.cut(&mut links);
                    (None, Expr::Path(self.field(&links, &fits).expect("a field").0))
                }
                _ => (None, Expr::Path(self.own(2).0)),
            };
            if list.iter().all(|(_, e)| *e != item.1) {
                list.push(item);
            }
        }
        (list, many)
    }

    fn grouped(&mut self, notes: &Names) -> Grouped {
        let (keys, many) = self.outputs(notes, |ty| ty != Ty::Mean && ty != Ty::List);
        let mut first = Vec::new();
        let mut known = Names::new();
        for _ in 0..=self.dice.below(3) {
            let links = match self.dice.below(10) {
                0..=3 => Vec::new(),
                4..=6 if !many.is_empty() => {
                    let mut links = many[..=self.dice.below(many.len())].to_vec();
                    self.extend(&mut links, 1, false);
                    self.cut(&mut links);
                    links
                }
                _ => self.many(3),
            };
            let (expr, ty) = self.aggregate(&links, notes);
            let name = self.name();
            known.push((name.clone(), ty));
            first.push((name, expr));
        }
        let mut lists = vec![first];
        let numbers: Names = known.iter().filter(|(_, ty)| ty.is_number()).cloned().collect();
        if !numbers.is_empty() && self.dice.chance(25) {
            let ((a, ty), name) = (self.dice.of(&numbers).clone(), self.name());
            let expr = if self.dice.chance(50) {
                Expr::Coalesce(Box::new(Expr::Note(a)), ty.literal(self.dice))
            } else {
                Expr::Binary(Box::new(Expr::Note(a)), "*", Box::new(Expr::Literal(Val::int(2))))
            };
            known.push((name.clone(), ty));
            lists.push(vec![(name, expr)]);
        }
        let mut having = Vec::new();
        if self.dice.chance(35) {
            let mut one = || {
                let (name, ty) = self.dice.of(&known).clone();
                let (look, side) = self.look(ty);
                Cond::Note(name, look, side)
            };
            let (a, b) = (one(), one());
            having.push(match self.dice.below(4) {
                0 => vec![Cond::Any(vec![vec![a], vec![b]])],
                1 => vec![Cond::Not(vec![a, b])],
                2 => vec![a, b],
                _ => vec![a],
            });
        }
        let mut order: Vec<Key> = Vec::new();
        for _ in 0..self.dice.below(3) {
            let ordered: Vec<&(String, Ty)> = known.iter().filter(|(_, ty)| ty.is_ordered()).collect();
            let plain: Vec<&Expr> =
                keys.iter().filter(|(name, e)| name.is_none() && self.plainly(e)).map(|(_, expr)| expr).collect();
            let expr = match self.dice.chance(60) {
                true if !ordered.is_empty() => Expr::Note(self.dice.of(&ordered).0.clone()),
                _ if !plain.is_empty() => (*self.dice.of(&plain)).clone(),
                _ => continue,
            };
            if order.iter().all(|key| key.expr != expr) {
                order.push(Key { expr, descending: self.dice.chance(50) });
            }
        }
        let end = match self.dice.below(20) {
            0..=1 => GroupEnd::Count,
            2..=4 => {
                let (name, operand, _) = match self.dice.of(&known).clone() {
                    (name, ty) if ty.is_number() => {
                        let (function, ty) = self.of_number(ty);
                        (function, Some(Expr::Note(name)), ty)
                    }
                    _ => ("Count", None, Ty::Int),
                };
                GroupEnd::Aggregate(vec![(self.name(), aggregate(name, operand))])
            }
            _ => GroupEnd::Rows,
        };
        Grouped { keys, notes: lists, having, order, slice: self.slice(), end }
    }
}
