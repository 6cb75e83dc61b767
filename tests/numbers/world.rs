//! Random schemas with random rows, in memory: who is related to whom is written down twice, as references and as the
//! links that paths follow.

use crate::dice::Dice;
use crate::value::{Ratio, Val};
use std::fmt::Write as _;

/// All models and their rows.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) models: Vec<Model>,
    pub(crate) pairs: Vec<Pairs>,
}

#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) name: &'static str,
    /// The key first: `id`, or `x` and `y` of a composite key.
    pub(crate) fields: Vec<Field>,
    pub(crate) refs: Vec<Ref>,
    pub(crate) links: Vec<Link>,
    pub(crate) composite: bool,
    /// A field, descending or not.
    pub(crate) ordering: Option<(usize, bool)>,
    pub(crate) rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Int,
    Decimal,
    Text,
    Bool,
    Date,
}

/// A foreign key or one-to-one.
#[derive(Debug, Clone)]
pub(crate) struct Ref {
    pub(crate) name: String,
    pub(crate) target: usize,
    pub(crate) nullable: bool,
    pub(crate) unique: bool,
    /// The field it refers to: 0, or the target's `code`.
    pub(crate) to: usize,
}

/// A relation that paths follow.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) target: usize,
    pub(crate) way: Way,
    pub(crate) to_one: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    /// The model's own reference.
    Forward(usize),
    /// The target's reference.
    Back(usize),
    /// A list of pairs, read from the left or from the right.
    Pairs(usize, bool),
    /// Rows of a model between, with its references to here and there.
    Through(usize, usize, usize),
}

/// A many-to-many without a model of its own.
#[derive(Debug, Clone)]
pub(crate) struct Pairs {
    pub(crate) model: usize,
    pub(crate) name: String,
    pub(crate) list: Vec<(usize, usize)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) values: Vec<Val>,
    /// For each reference the row's number in the target.
    pub(crate) refs: Vec<Option<usize>>,
}

const NAMES: &[&str] = &["Ant", "Bee", "Cat", "Dog", "Elk", "Fox"];

impl World {
    /// A schema, and rows.
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let mut world = Self { models: Vec::new(), pairs: Vec::new() };
        for name in &NAMES[..3 + dice.below(4)] {
            world.add(name, dice);
        }
        for model in 0..world.models.len() {
            world.fill(model, dice);
        }
        for at in 0..world.pairs.len() {
            world.pair(at, dice);
        }
        world
    }

    fn add(&mut self, name: &'static str, dice: &mut Dice) {
        let at = self.models.len();
        let composite = at > 0 && dice.chance(15);
        let field = |name, kind, nullable| Field { name, kind, nullable };
        let mut fields = if composite {
            vec![field("x", Kind::Int, false), field("y", Kind::Int, false)]
        } else {
            vec![field("id", Kind::Id, false)]
        };
        fields.push(field("code", Kind::Int, false));
        fields.push(field("num", Kind::Int, dice.chance(60)));
        let others = [("amount", Kind::Decimal), ("word", Kind::Text), ("flag", Kind::Bool), ("day", Kind::Date)];
        for (name, kind) in others {
            if dice.chance(60) {
                fields.push(field(name, kind, dice.chance(60)));
            }
        }
        let ordering = dice.chance(30).then(|| (1 + dice.below(fields.len() - 1), dice.chance(40)));
        let (refs, links, rows) = (Vec::new(), Vec::new(), Vec::new());
        self.models.push(Model { name, fields, refs, links, composite, ordering, rows });
        let targets: Vec<usize> = (0..=at).filter(|t| !self.models[*t].composite).collect();
        for _ in 0..if at == 0 { dice.below(2) } else { 1 + dice.below(3) } {
            self.refer(at, *dice.of(&targets), dice);
        }
        if !composite && dice.chance(50) {
            self.many(at, *dice.of(&targets), dice);
        }
        if composite || dice.chance(25) {
            self.through(at, dice);
        }
    }

    /// A reference, and the way back.
    fn refer(&mut self, model: usize, target: usize, dice: &mut Dice) {
        let number: usize = self.models.iter().map(|m| m.refs.len()).sum();
        let name = format!("k{number}");
        let (nullable, unique) = (model == target || dice.chance(50), dice.chance(15));
        let to = usize::from(dice.chance(20));
        let own = self.models[model].refs.len();
        self.models[model].refs.push(Ref { name: name.clone(), target, nullable, unique, to });
        self.models[model].links.push(Link { name: name.clone(), target, way: Way::Forward(own), to_one: true });
        let back = Link { name: format!("{name}s"), target: model, way: Way::Back(own), to_one: unique };
        self.models[target].links.push(back);
    }

    /// A many-to-many, and the way back; of a model with itself it may be symmetrical.
    fn many(&mut self, model: usize, target: usize, dice: &mut Dice) {
        let at = self.pairs.len();
        let symmetrical = model == target && dice.chance(50);
        let name = format!("m{at}");
        self.pairs.push(Pairs { model, name: name.clone(), list: Vec::new() });
        let link = Link { name: name.clone(), target, way: Way::Pairs(at, false), to_one: false };
        self.models[model].links.push(link);
        if !symmetrical {
            let back = Link { name: format!("{name}s"), target: model, way: Way::Pairs(at, true), to_one: false };
            self.models[target].links.push(back);
        }
    }

    /// A many-to-many between the targets of two of a model's references.
    fn through(&mut self, between: usize, dice: &mut Dice) {
        let refs = &self.models[between].refs;
        let (near, far) = (0, refs.len().saturating_sub(1));
        if near == far || refs[near].target == refs[far].target || refs.iter().any(|r| r.to != 0 || r.unique) {
            return;
        }
        // Only one reference to each end: which one is meant must be clear.
        let only = |end: usize| refs.iter().filter(|r| r.target == refs[end].target).count() == 1;
        if !only(near) || !only(far) || dice.chance(20) {
            return;
        }
        let (here, there) = (refs[near].target, refs[far].target);
        let name = format!("t{between}");
        let link = |name: String, target, near, far| Link {
            name,
            target,
            way: Way::Through(between, near, far),
            to_one: false,
        };
        self.models[here].links.push(link(name.clone(), there, near, far));
        self.models[there].links.push(link(format!("{name}s"), here, far, near));
    }

    fn fill(&mut self, model: usize, dice: &mut Dice) {
        let mut count = *dice.of(&[0, 1, 2, 3, 4, 5, 6, 7]);
        let required = |r: &Ref| !r.nullable && r.target != model && self.models[r.target].rows.is_empty();
        if self.models[model].refs.iter().any(required) {
            count = 0;
        }
        for number in 0..count {
            let of = &self.models[model];
            let values = of.fields.iter().enumerate().map(|(at, field)| field.value(at, number, of.composite, dice));
            let values: Vec<Val> = values.collect();
            let mut refs = Vec::new();
            for (at, reference) in of.refs.iter().enumerate() {
                let rows = if reference.target == model { count } else { self.models[reference.target].rows.len() };
                let mut chosen = (rows > 0 && !(reference.nullable && dice.chance(25))).then(|| dice.below(rows));
                let taken = |row: &Row| row.refs[at].is_some() && row.refs[at] == chosen;
                if reference.unique && of.rows.iter().any(taken) {
                    // A row without its reference cannot be; the others are enough.
                    if !reference.nullable {
                        return self.close(model);
                    }
                    chosen = None;
                }
                refs.push(chosen);
            }
            self.models[model].rows.push(Row { values, refs });
        }
    }

    /// Forgets references of a model to rows of its own that were never made.
    fn close(&mut self, model: usize) {
        let Model { refs, rows, .. } = &mut self.models[model];
        let count = rows.len();
        for row in rows {
            for (reference, to) in refs.iter().zip(&mut row.refs) {
                *to = to.filter(|to| reference.target != model || *to < count);
            }
        }
    }

    fn pair(&mut self, at: usize, dice: &mut Dice) {
        let (model, name) = (self.pairs[at].model, self.pairs[at].name.clone());
        let target = self.models[model].links.iter().find(|l| l.name == name).unwrap().target;
        let symmetrical = !self.models[target].links.iter().any(|l| l.name == format!("{name}s"));
        for a in 0..self.models[model].rows.len() {
            for b in 0..self.models[target].rows.len() {
                if dice.chance(35) && !self.pairs[at].list.contains(&(a, b)) {
                    self.pairs[at].list.push((a, b));
                    if symmetrical && a != b && !self.pairs[at].list.contains(&(b, a)) {
                        self.pairs[at].list.push((b, a));
                    }
                }
            }
        }
    }

    /// The rows that a link leads to, as often as there are ways.
    pub(crate) fn follow(&self, model: usize, row: usize, link: usize) -> Vec<usize> {
        let link = &self.models[model].links[link];
        let rows = |model: usize| self.models[model].rows.iter().enumerate();
        match link.way {
            Way::Forward(at) => self.models[model].rows[row].refs[at].into_iter().collect(),
            Way::Back(at) => rows(link.target).filter(|(_, r)| r.refs[at] == Some(row)).map(|(n, _)| n).collect(),
            Way::Pairs(at, false) => self.pairs[at].list.iter().filter(|(a, _)| *a == row).map(|(_, b)| *b).collect(),
            Way::Pairs(at, true) => self.pairs[at].list.iter().filter(|(_, b)| *b == row).map(|(a, _)| *a).collect(),
            Way::Through(between, near, far) => {
                rows(between).filter(|(_, r)| r.refs[near] == Some(row)).filter_map(|(_, r)| r.refs[far]).collect()
            }
        }
    }

    /// The value of a foreign key's column.
    pub(crate) fn key(&self, model: usize, row: usize, at: usize) -> Val {
        let reference = &self.models[model].refs[at];
        let to = self.models[model].rows[row].refs[at];
        to.map_or(Val::Null, |to| self.models[reference.target].rows[to].values[reference.to].clone())
    }

    /// The schema as one writes it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (at, model) in self.models.iter().enumerate() {
            writeln!(text, "model {} {{", model.name).unwrap();
            for field in model.fields.iter().filter(|f| f.kind != Kind::Id) {
                let unique = if field.name == "code" { " unique" } else { "" };
                let optional = if field.nullable { "?" } else { "" };
                writeln!(text, "    {}: {}{optional}{unique},", field.name, field.kind.name()).unwrap();
            }
            for r in &model.refs {
                let (target, optional) = (self.models[r.target].name, if r.nullable { "?" } else { "" });
                let unique = if r.unique { "unique " } else { "" };
                let to = if r.to == 0 { "" } else { " to_field(code)" };
                let Ref { name, .. } = r;
                writeln!(text, "    {name}: {unique}{target}{optional}{to} related_name({name}s),").unwrap();
            }
            for link in &model.links {
                let (name, target) = (&link.name, self.models[link.target].name);
                match link.way {
                    Way::Pairs(_, false) => {
                        let back = self.models[link.target].links.iter().any(|l| l.name == format!("{name}s"));
                        let own = link.target == at;
                        let kind = if own && back { " asymmetrical" } else { "" };
                        let related = if back { format!(" related_name({name}s)") } else { String::new() };
                        writeln!(text, "    {name}: [{target}]{kind}{related},").unwrap();
                    }
                    Way::Through(between, ..) if !name.ends_with('s') => {
                        let between = self.models[between].name;
                        writeln!(text, "    {name}: [{target}] through({between}) related_name({name}s),").unwrap();
                    }
                    _ => {}
                }
            }
            if model.composite {
                text.push_str("    primary_key(x, y),\n");
            }
            if let Some((field, descending)) = model.ordering {
                let sign = if descending { "-" } else { "" };
                writeln!(text, "    ordering({sign}{}),", model.fields[field].name).unwrap();
            }
            text.push_str("}\n");
        }
        text
    }
}

impl Model {
    /// The fields of the key.
    pub(crate) fn key(&self) -> std::ops::Range<usize> {
        0..1 + usize::from(self.composite)
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Id | Self::Int => "Integer",
            Self::Decimal => "Decimal(8, 2)",
            Self::Text => "Text",
            Self::Bool => "Boolean",
            Self::Date => "Date",
        }
    }

    /// One of few values.
    pub(crate) fn some(self, dice: &mut Dice) -> Val {
        match self {
            Self::Id | Self::Int => Val::int(*dice.of(&[-1, 0, 1, 2, 3])),
            Self::Decimal => Val::Num(Ratio::new(*dice.of(&[50, 100, 225, -10]), 100)),
            Self::Text => Val::text(dice.of::<&str>(&["a", "b", "ab", "c"])),
            Self::Bool => Val::Bool(dice.chance(50)),
            Self::Date => Val::text(dice.of::<&str>(&["2024-01-01", "2024-02-29", "2023-12-31"])),
        }
    }
}

impl Field {
    /// A value for a new row.
    fn value(&self, at: usize, row: usize, composite: bool, dice: &mut Dice) -> Val {
        let row = i64::try_from(row).unwrap();
        match self.name {
            "id" => Val::int(row + 1),
            "x" if composite && at == 0 => Val::int(row / 2),
            "y" if composite && at == 1 => Val::int(row % 2),
            "code" => Val::int(7 - row),
            _ if self.nullable && dice.chance(30) => Val::Null,
            _ => self.kind.some(dice),
        }
    }
}
