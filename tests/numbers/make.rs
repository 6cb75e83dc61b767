//! Random queries on a world: conditions, orders and expressions. All of them are right by the language page, so that none may be refused.

mod form;

use crate::dice::Dice;
use crate::query::{Aggregate, Cond, End, Expr, Form, Key, Look, Path, Query, Side, Step};
use crate::value::{Ratio, Val};
use crate::world::{Kind, Way, World};

/// The type of an expression, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ty {
    Int,
    Decimal,
    /// A mean, of which no two computations agree to the last digit.
    Mean,
    Text,
    Bool,
    Date,
    List,
}

/// Names with their types.
type Names = Vec<(String, Ty)>;

struct Maker<'w, 'd> {
    world: &'w World,
    dice: &'d mut Dice,
    model: usize,
    values: Vec<Val>,
    absent: Vec<usize>,
    named: usize,
    /// What the conditions so far went along, where aggregates and keys may meet them.
    trodden: Vec<Vec<usize>>,
}

/// A query.
pub(crate) fn query(world: &World, dice: &mut Dice) -> Query {
    let mut model = dice.below(world.models.len());
    let mut anchor = None;
    if dice.chance(8) && !world.models[model].rows.is_empty() && !world.models[model].links.is_empty() {
        let of = &world.models[model];
        let (row, link) = (dice.below(of.rows.len()), dice.below(of.links.len()));
        if !of.links[link].to_one && !matches!(of.links[link].way, Way::Through(..)) {
            anchor = Some((model, row, link));
            model = of.links[link].target;
        }
    }
    let mut maker = Maker { world, dice, model, values: Vec::new(), absent: Vec::new(), named: 0, trodden: Vec::new() };
    let mut notes = Names::new();
    let steps = maker.steps(&mut notes);
    let form = maker.form(&notes);
    let grouped = matches!(form, Form::Grouped(_));
    let order = if !grouped && !matches!(form, Form::Distinct(_)) { maker.order(&notes) } else { Vec::new() };
    let slice = if grouped || matches!(form, Form::Distinct(_)) { None } else { maker.slice() };
    let Maker { values, absent, .. } = maker;
    Query { model, anchor, steps, order, slice, form, values, absent }
}

impl Kind {
    fn ty(self) -> Ty {
        match self {
            Self::Id | Self::Int => Ty::Int,
            Self::Decimal => Ty::Decimal,
            Self::Text => Ty::Text,
            Self::Bool => Ty::Bool,
            Self::Date => Ty::Date,
        }
    }
}

impl Ty {
    fn literal(self, dice: &mut Dice) -> Val {
        match self {
            Self::Int => Val::int(*dice.of(&[0, 1, 2, 3, 5])),
            Self::Decimal => Val::Num(Ratio::new(*dice.of(&[50, 225, 1025]), 100)),
            // Never equal to a mean of few numbers.
            Self::Mean => Val::Num(Ratio::new(*dice.of(&[1_137, 2_071, 313]), 1000)),
            Self::Text => Kind::Text.some(dice),
            Self::Bool => Kind::Bool.some(dice),
            Self::Date => Kind::Date.some(dice),
            Self::List => Val::Null,
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Decimal | Self::Mean)
    }

    fn is_ordered(self) -> bool {
        !matches!(self, Self::Mean | Self::List)
    }
}

impl Maker<'_, '_> {
    fn name(&mut self) -> String {
        self.named += 1;
        format!("n{}", self.named)
    }

    fn steps(&mut self, notes: &mut Names) -> Vec<Step> {
        let mut steps = Vec::new();
        for _ in 0..self.dice.below(5) {
            steps.push(match self.dice.below(10) {
                0..=3 => Step::Filter(self.conds(notes, &[], 2)),
                4 => Step::Exclude(self.conds(notes, &[], 2)),
                _ => {
                    let (expr, ty) = self.annotation(notes);
                    let (name, shown) = (self.name(), self.dice.chance(80));
                    notes.push((name.clone(), ty));
                    Step::Annotate(name, expr, shown)
                }
            });
        }
        steps
    }

    fn slice(&mut self) -> Option<(usize, usize)> {
        let from = self.dice.below(3);
        self.dice.chance(35).then(|| (from, from + self.dice.below(4)))
    }

    fn order(&mut self, notes: &Names) -> Vec<Key> {
        let mut keys = Vec::new();
        for _ in 0..self.dice.below(3) {
            let ordered: Vec<&(String, Ty)> = notes.iter().filter(|(_, ty)| ty.is_ordered()).collect();
            let expr = match self.dice.below(3) {
                0 if !ordered.is_empty() => Expr::Note(self.dice.of(&ordered).0.clone()),
                1 => {
                    let links = self.many(3);
                    let name = *self.dice.of::<&str>(&["Min", "Max"]);
                    match self.field(&links, |ty| ty.is_ordered() && ty != Ty::Bool) {
                        Some((path, _)) if !links.is_empty() => aggregate(name, Some(Expr::Path(path))),
                        _ => continue,
                    }
                }
                _ => Expr::Path(self.own(2).0),
            };
            if !self.plainly(&expr) {
                continue;
            }
            if keys.iter().all(|key: &Key| key.expr != expr) {
                keys.push(Key { expr, descending: self.dice.chance(50) });
            }
        }
        keys
    }

    /// Whether an order by an expression is by its value: by a relation it is by the other model's ordering.
    fn plainly(&self, expr: &Expr) -> bool {
        let Expr::Path(Path { links, end: End::Key(at) }) = expr else { return true };
        let of = &self.world.models[self.target(links)];
        self.world.models[of.refs[*at].target].ordering.is_none()
    }

    /// The model at the end of links.
    fn target(&self, links: &[usize]) -> usize {
        links.iter().fold(self.model, |model, link| self.world.models[model].links[*link].target)
    }

    /// Some links, at most `longest`.
    fn links(&mut self, longest: usize, to_one: bool) -> Vec<usize> {
        let mut links = Vec::new();
        self.extend(&mut links, longest, to_one);
        links
    }

    fn extend(&mut self, links: &mut Vec<usize>, longest: usize, to_one: bool) {
        for _ in 0..longest {
            let of = &self.world.models[self.target(links)].links;
            let fit: Vec<usize> = (0..of.len()).filter(|at| !to_one || of[*at].to_one).collect();
            if fit.is_empty() || self.dice.chance(35) {
                break;
            }
            links.push(*self.dice.of(&fit));
        }
    }

    /// Links that end in a relation to many; none if chance has it so.
    fn many(&mut self, longest: usize) -> Vec<usize> {
        let mut links = if !self.trodden.is_empty() && self.dice.chance(40) {
            let mut links = self.dice.of(&self.trodden).clone();
            if self.dice.chance(30) {
                self.extend(&mut links, 1, false);
            }
            links
        } else {
            self.links(longest, false)
        };
        self.cut(&mut links);
        links
    }

    fn cut(&self, links: &mut Vec<usize>) {
        while let Some(last) = links.last() {
            let from = self.target(&links[..links.len() - 1]);
            if !self.world.models[from].links[*last].to_one {
                break;
            }
            links.pop();
        }
    }

    /// A field at the end of links, or of a to-one relation from there.
    fn field(&mut self, links: &[usize], fits: impl Fn(Ty) -> bool) -> Option<(Path, Ty)> {
        let mut links = links.to_vec();
        if self.dice.chance(25) {
            self.extend(&mut links, 1, true);
        }
        let of = &self.world.models[self.target(&links)];
        let mut ends: Vec<(End, Ty)> =
            of.fields.iter().enumerate().map(|(at, f)| (End::Field(at), f.kind.ty())).collect();
        ends.extend((0..of.refs.len()).map(|at| (End::Key(at), Ty::Int)));
        ends.retain(|(_, ty)| fits(*ty));
        if ends.is_empty() {
            return None;
        }
        let (end, ty) = *self.dice.of(&ends);
        Some((Path { links, end }, ty))
    }

    /// A field of the model, or along to-one relations.
    fn own(&mut self, longest: usize) -> (Path, Ty) {
        let links = self.links(longest, true);
        self.field(&links, |_| true).expect("every model has fields")
    }

    fn bind(&mut self, value: Val) -> usize {
        self.values.push(value);
        self.values.len() - 1
    }

    /// Conditions; most paths begin with `along`, if that is something.
    fn conds(&mut self, notes: &Names, along: &[usize], depth: usize) -> Vec<Cond> {
        let mut common = along.to_vec();
        if common.is_empty() && !self.trodden.is_empty() && self.dice.chance(30) {
            common.clone_from(self.dice.of(&self.trodden));
        } else if common.is_empty() && self.dice.chance(40) {
            common = self.links(2, false);
            self.trodden.extend(Some(common.clone()).filter(|links| !links.is_empty()));
        }
        (0..=self.dice.below(3)).map(|_| self.cond(notes, &common, depth)).collect()
    }

    fn cond(&mut self, notes: &Names, along: &[usize], depth: usize) -> Cond {
        match self.dice.below(if depth == 0 { 60 } else { 100 }) {
            0..=7 if !notes.is_empty() => {
                let (name, ty) = self.dice.of(notes).clone();
                let (look, side) = self.look(ty);
                Cond::Note(name, look, side)
            }
            8..=12 => {
                let mut links = self.some_links(along);
                if links.is_empty() {
                    links = self.links(1, false);
                }
                if links.is_empty() {
                    self.cond(notes, along, depth)
                } else {
                    Cond::Missing(links, self.dice.chance(50))
                }
            }
            13..=18 => {
                let (a, ty) = self.own(1);
                let b = self.field(&[], |other| other == ty).map_or_else(|| a.clone(), |(b, _)| b);
                Cond::Compare(a, self.dice.of::<&str>(&["==", "!=", "<", ">="]), b)
            }
            60..=72 => Cond::Any(vec![self.conds(notes, along, depth - 1), self.conds(notes, along, depth - 1)]),
            73..=76 => Cond::Xor(self.conds(notes, along, depth - 1), self.conds(notes, along, depth - 1)),
            77..=88 => Cond::Not(self.conds(notes, along, depth - 1)),
            89..=92 => Cond::All(self.conds(notes, along, depth - 1)),
            93..=99 if !self.world.models[self.model].links.is_empty() && along.is_empty() => {
                let link = self.dice.below(self.world.models[self.model].links.len());
                let target = self.world.models[self.model].links[link].target;
                let model = std::mem::replace(&mut self.model, target);
                let trodden = std::mem::take(&mut self.trodden);
                let conds = if self.dice.chance(70) { self.conds(&Names::new(), &[], 0) } else { Vec::new() };
                (self.model, self.trodden) = (model, trodden);
                Cond::Exists(link, conds)
            }
            _ => {
                let links = self.some_links(along);
                let Some((path, ty)) = self.field(&links, |_| true) else { return self.cond(notes, along, depth) };
                let (look, side) = self.look(ty);
                if let (Look::IsNull(missing), End::Key(at)) = (look, path.end) {
                    let of = &self.world.models[self.target(&path.links)].links;
                    let link = of.iter().position(|l| matches!(l.way, Way::Forward(own) if own == at));
                    return Cond::Missing([path.links, vec![link.expect("a link")]].concat(), missing);
                }
                if !matches!(look, Look::IsNull(_) | Look::In | Look::Range)
                    && self.dice.chance(10)
                    && let Some((other, _)) = self.field(&[], |other| other == ty)
                    && other.links.is_empty()
                {
                    return Cond::Test(path, look, Side::Path(other));
                }
                Cond::Test(path, look, side)
            }
        }
    }

    /// Links that go along others for a while, or not.
    fn some_links(&mut self, along: &[usize]) -> Vec<usize> {
        let mut links = if self.dice.chance(75) {
            along[..along.len() - self.dice.below(along.len().min(2) + 1).min(along.len())].to_vec()
        } else {
            Vec::new()
        };
        if links.is_empty() || self.dice.chance(20) {
            let longest = 3 - links.len().min(3);
            self.extend(&mut links, longest, false);
        }
        links
    }

    fn look(&mut self, ty: Ty) -> (Look, Side) {
        if ty == Ty::List || self.dice.chance(15) {
            return (Look::IsNull(self.dice.chance(50)), Side::Literal(Val::Null));
        }
        let looks = match ty {
            Ty::Bool => &[Look::Exact][..],
            Ty::Mean => &[Look::Gt, Look::Gte, Look::Lt, Look::Lte],
            _ => &[Look::Exact, Look::Exact, Look::Gt, Look::Gte, Look::Lt, Look::Lte, Look::In, Look::Range],
        };
        let look = *self.dice.of(looks);
        let mut literal = || ty.literal(self.dice);
        let value = match look {
            Look::In => Val::List(vec![literal(), literal()]),
            Look::Range => {
                let (a, b) = (literal(), literal());
                if a.compare(&b) == Some(std::cmp::Ordering::Greater) {
                    Val::List(vec![b, a])
                } else {
                    Val::List(vec![a, b])
                }
            }
            _ => literal(),
        };
        let side = match self.dice.below(10) {
            0..=1 => Side::Bound(self.bind(value)),
            2..=3 => {
                let number = self.bind(value);
                let there = self.dice.chance(50);
                if !there {
                    self.absent.push(number);
                }
                Side::Optional(number, there)
            }
            _ => Side::Literal(value),
        };
        (look, side)
    }

    /// What `annotate` computes of each row.
    fn annotation(&mut self, notes: &Names) -> (Expr, Ty) {
        match self.dice.below(20) {
            0..=11 => {
                let links = self.many(3);
                self.aggregate(&links, &Names::new())
            }
            12..=13 => {
                let links = self.many(3);
                let (e, ty) = self.aggregate(&links, &Names::new());
                if ty == Ty::List { (e, ty) } else { (Expr::Coalesce(Box::new(e), ty.literal(self.dice)), ty) }
            }
            14..=16 => {
                let mut sides = Vec::new();
                for _ in 0..2 {
                    let numbers: Vec<&(String, Ty)> = notes.iter().filter(|(_, ty)| ty.is_number()).collect();
                    sides.push(match self.dice.below(4) {
                        0 | 1 if !numbers.is_empty() => {
                            let (name, ty) = self.dice.of(&numbers);
                            (Expr::Note(name.clone()), *ty)
                        }
                        2 => {
                            let (path, ty) = self.field(&[], Ty::is_number).expect("a number");
                            (Expr::Path(path), ty)
                        }
                        _ => {
                            let links = self.many(2);
                            let (e, ty) = self.aggregate(&links, &Names::new());
                            if ty.is_number() { (e, ty) } else { (aggregate("Count", None), Ty::Int) }
                        }
                    });
                }
                let (b, a) = (sides.pop().expect("two"), sides.pop().expect("two"));
                let ty = if a.1 == b.1 { a.1 } else { Ty::Mean };
                let ty = if [a.1, b.1] == [Ty::Int, Ty::Decimal] || [b.1, a.1] == [Ty::Int, Ty::Decimal] {
                    Ty::Decimal
                } else {
                    ty
                };
                (Expr::Binary(Box::new(a.0), self.dice.of::<&str>(&["+", "-", "*"]), Box::new(b.0)), ty)
            }
            17 => {
                let ty = *self.dice.of(&[Ty::Int, Ty::Text, Ty::Bool]);
                let (then, otherwise) = (ty.literal(self.dice), ty.literal(self.dice));
                (Expr::Case(self.conds(notes, &[], 1), then, otherwise), ty)
            }
            _ => {
                let (path, ty) = self.own(2);
                (Expr::Path(path), ty)
            }
        }
    }

    /// An aggregate of rows at the end of links that end in a relation to many; of the model's own rows if there are none.
    fn aggregate(&mut self, links: &[usize], notes: &Names) -> (Expr, Ty) {
        let (name, operand, ty) = self.operand(links, notes);
        let distinct =
            matches!(name, "Count" | "Sum" | "Avg" | "ArrayAgg") && operand.is_some() && self.dice.chance(20);
        let distinct = distinct && !(links.is_empty() && matches!(&operand, Some(Expr::Path(p)) if p.end == End::Row));
        let filter = if self.dice.chance(30) { self.conds(&Names::new(), links, 1) } else { Vec::new() };
        let default =
            (matches!(name, "Sum" | "Min" | "Max" | "Avg") && self.dice.chance(15)).then(|| ty.literal(self.dice));
        let a = Aggregate { name, operand, distinct, filter, default };
        (Expr::Aggregate(Box::new(a)), ty)
    }

    fn operand(&mut self, links: &[usize], notes: &Names) -> (&'static str, Option<Expr>, Ty) {
        let numbers: Vec<(String, Ty)> = notes.iter().filter(|(_, ty)| ty.is_number()).cloned().collect();
        if links.is_empty() && !numbers.is_empty() && self.dice.chance(40) {
            let (name, ty) = self.dice.of(&numbers).clone();
            let (function, ty) = self.of_number(ty);
            return (function, Some(Expr::Note(name)), ty);
        }
        match self.dice.below(10) {
            0 | 1 if links.is_empty() => ("Count", None, Ty::Int),
            0 | 1 => ("Count", Some(Expr::Path(Path { links: links.to_vec(), end: End::Row })), Ty::Int),
            2 => {
                let (path, _) = self.field(links, |_| true).expect("a field");
                ("Count", Some(Expr::Path(path)), Ty::Int)
            }
            3 => {
                let (path, ty) = self.field(links, |ty| ty != Ty::Bool).expect("a field");
                (self.dice.of::<&str>(&["Min", "Max"]), Some(Expr::Path(path)), ty)
            }
            4 => {
                let (path, _) = self.field(links, |_| true).expect("a field");
                ("ArrayAgg", Some(Expr::Path(path)), Ty::List)
            }
            5 => match self.field(links, |ty| ty == Ty::Bool) {
                Some((path, _)) => (self.dice.of::<&str>(&["BoolOr", "BoolAnd"]), Some(Expr::Path(path)), Ty::Bool),
                None => self.operand(links, notes),
            },
            _ => {
                let (path, ty) = self.field(links, Ty::is_number).expect("a number");
                let (mut e, mut ty) = (Expr::Path(path), ty);
                match self.dice.below(8) {
                    0 => {
                        let to = self.dice.below(links.len() + 1);
                        let mut shorter = links[..to].to_vec();
                        self.cut(&mut shorter);
                        let (other, second) = self.field(&shorter, Ty::is_number).expect("a number");
                        ty = if ty == second { ty } else { Ty::Decimal };
                        e = Expr::Binary(Box::new(e), self.dice.of::<&str>(&["+", "*"]), Box::new(Expr::Path(other)));
                    }
                    1 => e = Expr::Binary(Box::new(e), "+", Box::new(Expr::Literal(Val::int(1)))),
                    2 => e = Expr::Coalesce(Box::new(e), ty.literal(self.dice)),
                    _ => {}
                }
                // A relation is no number, though its key is one.
                let (function, ty) = match &e {
                    Expr::Path(Path { end: End::Key(_), .. }) => (*self.dice.of::<&str>(&["Min", "Max"]), ty),
                    _ => self.of_number(ty),
                };
                (function, Some(e), ty)
            }
        }
    }

    fn of_number(&mut self, ty: Ty) -> (&'static str, Ty) {
        match *self.dice.of::<&str>(&["Sum", "Sum", "Sum", "Avg", "Min", "Max", "StdDev"]) {
            name @ ("Avg" | "StdDev") => (name, Ty::Mean),
            name => (name, ty),
        }
    }
}

fn aggregate(name: &'static str, operand: Option<Expr>) -> Expr {
    Expr::Aggregate(Box::new(Aggregate { name, operand, distinct: false, filter: Vec::new(), default: None }))
}
