//! Queries as trees, and as the text that is compiled.

use crate::value::Val;
use crate::world::World;
use std::fmt::Write as _;

/// A path from the chain's model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    /// Numbers of links, each in the model that the one before leads to.
    pub(crate) links: Vec<usize>,
    pub(crate) end: End,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum End {
    Field(usize),
    /// The key of a reference.
    Key(usize),
    /// The related rows themselves.
    Row,
}

/// How a value is tested.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Look {
    Exact,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    Range,
    IsNull(bool),
}

/// What it is tested with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Side {
    /// Written out.
    Literal(Val),
    /// A Rust value, by its number in [`Query::values`].
    Bound(usize),
    /// A Rust `Option` after `? =`, and whether it is there.
    Optional(usize, bool),
    /// `F(path)`.
    Path(Path),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cond {
    Test(Path, Look, Side),
    /// `relation.isnull`.
    Missing(Vec<usize>, bool),
    /// On an annotation.
    Note(String, Look, Side),
    /// Between expressions.
    Compare(Path, &'static str, Path),
    All(Vec<Cond>),
    Any(Vec<Vec<Cond>>),
    Xor(Vec<Cond>, Vec<Cond>),
    Not(Vec<Cond>),
    /// A relation of the chain's model, with conditions on its rows.
    Exists(usize, Vec<Cond>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    Path(Path),
    Note(String),
    Literal(Val),
    Binary(Box<Expr>, &'static str, Box<Expr>),
    Coalesce(Box<Expr>, Val),
    Case(Vec<Cond>, Val, Val),
    Aggregate(Box<Aggregate>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aggregate {
    pub(crate) name: &'static str,
    /// `None`: `Count()`.
    pub(crate) operand: Option<Expr>,
    pub(crate) distinct: bool,
    pub(crate) filter: Vec<Cond>,
    pub(crate) default: Option<Val>,
}

/// What an order is by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) expr: Expr,
    pub(crate) descending: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Filter(Vec<Cond>),
    Exclude(Vec<Cond>),
    /// Selected or not.
    Annotate(String, Expr, bool),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Form {
    /// The model with its annotations.
    Rows,
    Values(Vec<(Option<String>, Expr)>),
    Distinct(Vec<(Option<String>, Expr)>),
    Count,
    Exists,
    Aggregate(Vec<(String, Expr)>),
    Grouped(Box<Grouped>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grouped {
    pub(crate) keys: Vec<(Option<String>, Expr)>,
    /// One method each.
    pub(crate) notes: Vec<Vec<(String, Expr)>>,
    pub(crate) having: Vec<Vec<Cond>>,
    /// By names of notes, or keys as they are written.
    pub(crate) order: Vec<Key>,
    pub(crate) slice: Option<(usize, usize)>,
    pub(crate) end: GroupEnd,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum GroupEnd {
    Rows,
    Count,
    Aggregate(Vec<(String, Expr)>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    pub(crate) model: usize,
    /// `Model(row).link`: a model, a row of it and a link to the chain's model.
    pub(crate) anchor: Option<(usize, usize, usize)>,
    pub(crate) steps: Vec<Step>,
    pub(crate) order: Vec<Key>,
    pub(crate) slice: Option<(usize, usize)>,
    pub(crate) form: Form,
    /// Rust values: `v0`, `v1`, …
    pub(crate) values: Vec<Val>,
    /// Those of them that are `None` after `? =`.
    pub(crate) absent: Vec<usize>,
}

/// Writes queries on a world.
pub(crate) struct Text<'w>(pub(crate) &'w World);

impl Text<'_> {
    pub(crate) fn query(&self, query: &Query) -> String {
        let m = query.model;
        let mut text = match query.anchor {
            Some((model, row, link)) => {
                let of = &self.0.models[model];
                let key: Vec<String> = of.key().map(|at| of.rows[row].values[at].literal('"')).collect();
                let key = if key.len() == 1 { key[0].clone() } else { format!("({})", key.join(", ")) };
                format!("{}({key}).{}", of.name, of.links[link].name)
            }
            None => self.0.models[m].name.to_owned(),
        };
        for step in &query.steps {
            let piece = match step {
                Step::Filter(conds) => format!(".filter({})", self.conds(m, conds)),
                Step::Exclude(conds) => format!(".exclude({})", self.conds(m, conds)),
                Step::Annotate(name, expr, true) => format!(".annotate({name} = {})", self.value(m, expr)),
                Step::Annotate(name, expr, false) => format!(".alias({name} = {})", self.value(m, expr)),
            };
            text += &piece;
        }
        let order_and_slice = self.order(m, &query.order) + &slice(query.slice);
        match &query.form {
            Form::Rows => text + &order_and_slice,
            Form::Values(list) => text + &format!(".values({})", self.named(m, list)) + &order_and_slice,
            Form::Distinct(list) => text + &format!(".values({}).distinct()", self.named(m, list)) + &order_and_slice,
            Form::Count => text + &order_and_slice + ".count()",
            Form::Exists => text + &order_and_slice + ".exists()",
            Form::Aggregate(list) => text + &order_and_slice + &format!(".aggregate({})", self.all(m, list)),
            Form::Grouped(group) => {
                write!(text, ".values({})", self.named(m, &group.keys)).unwrap();
                for list in &group.notes {
                    write!(text, ".annotate({})", self.all(m, list)).unwrap();
                }
                for conds in &group.having {
                    write!(text, ".filter({})", self.conds(m, conds)).unwrap();
                }
                text += &self.order(m, &group.order);
                text += &slice(group.slice);
                match &group.end {
                    GroupEnd::Rows => text,
                    GroupEnd::Count => text + ".count()",
                    GroupEnd::Aggregate(list) => text + &format!(".aggregate({})", self.all(m, list)),
                }
            }
        }
    }

    fn order(&self, m: usize, keys: &[Key]) -> String {
        if keys.is_empty() {
            return String::new();
        }
        let key = |key: &Key| format!("{}{}", if key.descending { "-" } else { "" }, self.expr(m, &key.expr));
        format!(".order_by({})", keys.iter().map(key).collect::<Vec<_>>().join(", "))
    }

    fn named(&self, m: usize, list: &[(Option<String>, Expr)]) -> String {
        let one = |(name, expr): &(Option<String>, Expr)| match name {
            Some(name) => format!("{name} = {}", self.value(m, expr)),
            None => self.expr(m, expr),
        };
        list.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn all(&self, m: usize, list: &[(String, Expr)]) -> String {
        list.iter().map(|(name, e)| format!("{name} = {}", self.value(m, e))).collect::<Vec<_>>().join(", ")
    }

    fn path(&self, mut m: usize, links: &[usize], end: End) -> String {
        let mut parts = Vec::new();
        for link in links {
            let link = &self.0.models[m].links[*link];
            parts.push(link.name.as_str());
            m = link.target;
        }
        match end {
            End::Field(at) => parts.push(self.0.models[m].fields[at].name),
            End::Key(at) => parts.push(&self.0.models[m].refs[at].name),
            End::Row => {}
        }
        parts.join(".")
    }

    fn conds(&self, m: usize, conds: &[Cond]) -> String {
        conds.iter().map(|c| self.cond(m, c)).collect::<Vec<_>>().join(", ")
    }

    fn cond(&self, m: usize, cond: &Cond) -> String {
        match cond {
            Cond::Test(path, look, side) => self.test(m, &self.path(m, &path.links, path.end), *look, side),
            Cond::Missing(links, missing) => format!("{}.isnull = {missing}", self.path(m, links, End::Row)),
            Cond::Note(name, look, side) => self.test(m, name, *look, side),
            Cond::Compare(a, sign, b) => {
                format!("F({}) {sign} F({})", self.path(m, &a.links, a.end), self.path(m, &b.links, b.end))
            }
            Cond::All(conds) => format!("Q({})", self.conds(m, conds)),
            Cond::Any(branches) => {
                branches.iter().map(|b| format!("Q({})", self.conds(m, b))).collect::<Vec<_>>().join(" | ")
            }
            Cond::Xor(a, b) => format!("Q({}) ^ Q({})", self.conds(m, a), self.conds(m, b)),
            Cond::Not(conds) => format!("!Q({})", self.conds(m, conds)),
            Cond::Exists(link, conds) => {
                let link = &self.0.models[m].links[*link];
                if conds.is_empty() {
                    format!("Exists({})", link.name)
                } else {
                    format!("Exists({}.filter({}))", link.name, self.conds(link.target, conds))
                }
            }
        }
    }

    fn test(&self, m: usize, left: &str, look: Look, side: &Side) -> String {
        let lookup = match look {
            Look::Exact => "",
            Look::Gt => ".gt",
            Look::Gte => ".gte",
            Look::Lt => ".lt",
            Look::Lte => ".lte",
            Look::In => ".in",
            Look::Range => ".range",
            Look::IsNull(truth) => return format!("{left}.isnull = {truth}"),
        };
        match side {
            Side::Literal(value) => match look {
                Look::In => format!("{left}{lookup} = [{}]", value.literal('"')),
                Look::Range => format!("{left}{lookup} = ({})", value.literal('"')),
                _ => format!("{left}{lookup} = {}", value.literal('"')),
            },
            Side::Bound(number) => format!("{left}{lookup} = v{number}"),
            Side::Optional(number, _) => format!("{left}{lookup}? = v{number}"),
            Side::Path(path) => format!("{left}{lookup} = F({})", self.path(m, &path.links, path.end)),
        }
    }

    /// An expression where a DSL call is needed.
    fn value(&self, m: usize, expr: &Expr) -> String {
        match expr {
            Expr::Path(_) | Expr::Note(_) => format!("F({})", self.expr(m, expr)),
            Expr::Literal(_) => format!("Value({})", self.expr(m, expr)),
            Expr::Binary(a, sign, b) => {
                let wrap = |e: &Expr| match e {
                    Expr::Binary(..) => format!("({})", self.value(m, e)),
                    Expr::Literal(value) => value.literal('"'),
                    _ => self.value(m, e),
                };
                format!("{} {sign} {}", wrap(a), wrap(b))
            }
            _ => self.expr(m, expr),
        }
    }

    /// An expression in parentheses of a function.
    fn expr(&self, m: usize, expr: &Expr) -> String {
        match expr {
            Expr::Path(path) => self.path(m, &path.links, path.end),
            Expr::Note(name) => name.clone(),
            Expr::Literal(value) => value.literal('"'),
            Expr::Binary(a, sign, b) => {
                let wrap = |e: &Expr| match e {
                    Expr::Binary(..) => format!("({})", self.expr(m, e)),
                    _ => self.expr(m, e),
                };
                format!("{} {sign} {}", wrap(a), wrap(b))
            }
            Expr::Coalesce(e, value) => format!("Coalesce({}, {})", self.expr(m, e), value.literal('"')),
            Expr::Case(conds, then, otherwise) => {
                let (then, otherwise) = (then.literal('"'), otherwise.literal('"'));
                format!("Case(When({}, then = {then}), default = {otherwise})", self.conds(m, conds))
            }
            Expr::Aggregate(a) => {
                let mut parts: Vec<String> = a.operand.iter().map(|e| self.expr(m, e)).collect();
                if a.distinct {
                    parts.push("distinct".into());
                }
                match &a.filter[..] {
                    [] => {}
                    [one] => parts.push(format!("filter = {}", self.cond(m, one))),
                    several => parts.push(format!("filter = Q({})", self.conds(m, several))),
                }
                if let Some(value) = &a.default {
                    parts.push(format!("default = {}", value.literal('"')));
                }
                format!("{}({})", a.name, parts.join(", "))
            }
        }
    }
}

fn slice(slice: Option<(usize, usize)>) -> String {
    slice.map_or_else(String::new, |(from, to)| format!("[{from}..{to}]"))
}
