//! What every part of the resolver shares: the schema, the errors, the values gathered so far, and the names in force.

use super::peek::Seen;
use super::through::Spelt;
use crate::ast;
use crate::check::types::{full_name, label};
use crate::diagnostic::Diagnostics;
use crate::hir::select::Annotation;
use crate::hir::value::argument_of;
use crate::hir::{Bind, ColumnPath, Hop, Joint, SqlType, Step, Value, ValueId};
use nuages_schema::codegen::referred;
use nuages_schema::model::{FieldId, ForeignKey, ModelId, Schema};
use proc_macro2::{Span, TokenStream, TokenTree};

/// State of one query's resolution.
pub struct Context<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// Errors found.
    pub diagnostics: &'a mut Diagnostics,
    /// Rust values gathered, in the order written.
    pub values: Vec<Value>,
    /// In what order they are evaluated, as far as the branch in hand.
    pub steps: Vec<Step>,
    /// Switches that follow from others.
    pub joints: Vec<Joint>,
    /// Slots that they fill.
    pub slots: u16,
    /// Switches given out.
    pub switches: u8,
    /// Rust arguments of the scopes called so far. In a scope's text a parameter is replaced by the caller's literal,
    /// or else by the name that [`crate::hir::value::argument`] makes; [`Context::value`] puts the caller's tokens there.
    pub arguments: Vec<Argument>,
    /// Scopes within one another where the resolver is.
    pub depth: usize,
    /// Scopes read so far, those that scopes use counted.
    pub scopes: usize,
    /// Names of annotations that were reported: what follows from them stays silent.
    pub broken: Vec<String>,
    /// Names that the query annotates somewhere, for messages about those used before.
    pub later: Vec<String>,
    /// Types that were asked for within the expression in hand.
    pub seen: Seen,
    /// Values are those of each row of a bulk write, not of the query.
    pub per_row: bool,
    /// Many-to-many relations that are spelt as two.
    pub spelt: Vec<Spelt>,
    /// Others that have to be.
    pub to_spell: Vec<Spelt>,
}

/// A Rust value given to a scope, evaluated once however often the scope uses it.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The caller's tokens.
    pub tokens: TokenStream,
    /// Where they stand.
    pub place: ast::Tokens,
    /// The parameter is an `Option`.
    pub option: bool,
    /// The parameter as the scope declares it.
    pub declared: Option<Declared>,
    /// Values registered for it.
    pub uses: Vec<ValueId>,
}

/// A parameter of a scope as it is declared.
#[derive(Debug, Clone)]
pub struct Declared {
    /// `` `min` of `Product.priced` ``.
    pub label: String,
    /// What it takes.
    pub expected: Expected,
}

/// What a chain inside another one is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// `Exists(chain)`: nothing is read of its rows.
    Exists,
    /// `Subquery(chain)`: one column, which must be named.
    Scalar,
    /// A chain of a set operation: its rows, in no order.
    Rows,
    /// `path.in = chain`: one column; without `values` this field of the chain's model, or its key. At the end of the
    /// path stand rows of this model.
    List(Option<FieldId>, Option<ModelId>),
    /// `pk.in = chain` on a key of several columns, of this model: as many columns; without `values` the chain's key.
    Key(ModelId),
}

/// The names in force at one place of a chain.
#[derive(Clone, Copy)]
pub struct Names<'n> {
    /// The chain's model.
    pub model: ModelId,
    /// Annotations so far.
    pub annotations: &'n [Annotation],
    /// How many of them, from the first on, aggregates of a group may take as values of its rows.
    pub per_row: usize,
    /// The enclosing chain, inside `Exists(…)` and `Subquery(…)`.
    pub outer: Option<&'n Names<'n>>,
    /// Columns that conditions have shown not to be NULL; only inside `values` and `values_list`.
    pub present: &'n [ColumnPath],
    /// The annotations are all the names there are: columns of combined rows.
    pub closed: bool,
    /// In the operands of an aggregate: it reads the rows at the end of a path to many, each of which is there.
    pub gathered: bool,
}

/// What a value is compared with or assigned to: decides how it is bound and which literals fit.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Type of the value.
    pub ty: SqlType,
    /// NULL is a value of it.
    pub nullable: bool,
    /// The field it belongs to, for messages and for the checks of literals (length, digits, choices, sign).
    pub field: Option<(ModelId, FieldId)>,
    /// A key of this model: a reference to one is accepted.
    pub key_of: Option<ModelId>,
    /// What it is, where it is no field.
    pub about: Option<About>,
}

/// What a value is for that is no field's.
#[derive(Debug, Clone)]
pub enum About {
    /// Something that has a value: `Product.created_at.year`.
    Value(String),
    /// A function, which takes it: `Repeat`.
    Function(String),
}

/// The enum and variant of `Status.Active`, which is how Python writes it.
fn dotted_variant(schema: &Schema, tokens: &TokenStream) -> Option<(String, String)> {
    let mut trees = tokens.clone().into_iter();
    let mut next = || trees.next();
    match (next(), next(), next(), next()) {
        (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(dot)), Some(TokenTree::Ident(variant)), None)
            if dot.as_char() == '.' && schema.enum_named(&name.to_string()).is_some() =>
        {
            Some((name.to_string(), variant.to_string()))
        }
        _ => None,
    }
}

impl Declared {
    /// Whether what the parameter takes is what it is bound as. Of what the schema has no type for nothing is said.
    fn fits(&self, bind: &Bind, wanted: &Expected) -> bool {
        let (ty, given) = (&wanted.ty, &self.expected.ty);
        match bind {
            Bind::One | Bind::Nullable | Bind::Column { .. } => match (self.expected.key_of, wanted.key_of) {
                // A foreign key may refer to another column than the one that the parameter is called after.
                (Some(a), Some(b)) => a == b,
                (Some(_), None) if ty.is_number() => given == ty,
                _ => alike(given, ty),
            },
            Bind::List => matches!(given, SqlType::Array(element, _) if alike(element, ty)),
            Bind::Pattern(_) => matches!(given, SqlType::Text | SqlType::Enum(_)),
            Bind::Range
            | Bind::Key(_)
            | Bind::Keys(_)
            | Bind::Slice { .. }
            | Bind::Page { .. }
            | Bind::Cursor { .. } => true,
        }
    }

    /// `` `min` of `Product.priced`, a `Text` ``.
    pub fn described(&self, schema: &Schema) -> String {
        format!("{}, {}", self.label, label(schema, &self.expected))
    }
}

/// Whether a parameter's type is that of what it is bound as; numbers of any type are compared with each other.
pub(super) fn alike(a: &SqlType, b: &SqlType) -> bool {
    match (a, b) {
        (a, b) if a.is_number() && b.is_number() => true,
        (SqlType::Array(a, _), SqlType::Array(b, _)) => alike(a, b),
        (_, SqlType::Inferred | SqlType::TsQuery | SqlType::Jsonb(_) | SqlType::Interval) => true,
        _ => a == b,
    }
}

impl Argument {
    /// The argument that tokens stand for, if they are its name.
    pub fn index(tokens: &TokenStream) -> Option<usize> {
        let mut trees = tokens.clone().into_iter();
        match (trees.next(), trees.next()) {
            (Some(only), None) => argument_of(&only),
            _ => None,
        }
    }
}

impl<'n> Names<'n> {
    /// The names of a chain that has no annotations yet.
    pub fn of(model: ModelId, outer: Option<&'n Names<'n>>) -> Self {
        Self { model, annotations: &[], per_row: 0, outer, present: &[], closed: false, gathered: false }
    }
}

impl Expected {
    /// What a field takes: its type, and for a foreign key a reference to the target. Where that has two fields of one
    /// type that foreign keys refer to, a reference stands for the first of them only.
    pub fn of_field(schema: &Schema, model: ModelId, id: FieldId) -> Self {
        let field = schema.field(model, id);
        let stands = |fk: &&ForeignKey| {
            schema.model(fk.target).key == [fk.to_field] || referred(schema, fk.target).contains(&fk.to_field)
        };
        let key_of = field.foreign_key.as_ref().filter(stands).map(|fk| fk.target);
        Self {
            ty: SqlType::of_field(schema, field),
            nullable: field.nullable,
            field: Some((model, id)),
            key_of,
            about: None,
        }
    }

    /// What a Rust value bound for it is for, as rustc's messages name it.
    fn subject(&self, schema: &Schema) -> Option<String> {
        let field = || self.field.map(|(model, id)| full_name(schema, model, id));
        let about = self.about.as_ref().map(|about| match about {
            About::Value(name) | About::Function(name) => name.clone(),
        });
        about.or_else(field)
    }

    /// What a part of a model's own key takes; for a key of one column also a reference to the model.
    pub fn of_key(schema: &Schema, model: ModelId, id: FieldId) -> Self {
        let key_of = (schema.model(model).key == [id]).then_some(model);
        Self { nullable: false, key_of, ..Self::of_field(schema, model, id) }
    }
}

/// A path that was followed as far as its names are relations and fields.
#[derive(Debug, Clone)]
pub struct Followed<'p> {
    /// The relations, not reduced.
    pub hops: Vec<Hop>,
    /// What stands at the end.
    pub end: End,
    /// What comes after: transforms, keys, the lookup.
    pub rest: &'p [ast::Segment],
    /// The segments that were followed.
    pub tokens: ast::Tokens,
}

/// The end of a followed path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A column of the last hop's model (or of the chain's).
    Field(ModelId, FieldId),
    /// The path ends in a relation: its last hop.
    Relation,
    /// A composite primary key, `pk`.
    CompositeKey(ModelId),
    /// An annotation.
    Annotation(usize),
}

impl<'a> Context<'a> {
    /// At the start of a query.
    pub fn new(schema: &'a Schema, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            schema,
            diagnostics,
            values: Vec::new(),
            steps: Vec::new(),
            joints: Vec::new(),
            seen: Seen::default(),
            slots: 0,
            switches: 0,
            arguments: Vec::new(),
            depth: 0,
            scopes: 0,
            later: Vec::new(),
            broken: Vec::new(),
            per_row: false,
            spelt: Vec::new(),
            to_spell: Vec::new(),
        }
    }

    /// Gives out a switch.
    pub fn switch(&mut self) -> u8 {
        let switch = self.switches;
        self.switches = self.switches.saturating_add(1);
        switch
    }

    /// The switch that a value sets.
    pub fn switch_of(&self, value: ValueId) -> Option<u8> {
        self.values.get(usize::from(value.0)).and_then(|v| v.switch)
    }

    /// Registers a Rust value, at the next place in the order of evaluation. A scope's argument that is used once more
    /// in the same way is the same value: the switch in force is then the one of the value returned, not `switch`, so
    /// callers read it back with [`Context::switch_of`]. Used in another way it is another value.
    pub fn value(
        &mut self,
        tokens: TokenStream,
        place: ast::Tokens,
        equals: Span,
        expected: &Expected,
        bind: Bind,
        switch: Option<u8>,
    ) -> ValueId {
        let bind = match bind {
            Bind::One if self.per_row => Bind::Column { nullable: false },
            Bind::Nullable if self.per_row => Bind::Column { nullable: true },
            other => other,
        };
        let argument = Argument::index(&tokens).filter(|i| *i < self.arguments.len());
        let (tokens, place) = match argument {
            None => (tokens, place),
            Some(i) => {
                let known = self.arguments[i].uses.iter().copied().find(|id| {
                    let value = &self.values[usize::from(id.0)];
                    value.ty == expected.ty
                        && value.key_of == expected.key_of
                        && value.bind.is_like(&bind)
                        && value.switch.is_some() == switch.is_some()
                });
                if let Some(id) = known {
                    if switch.is_some_and(|s| s + 1 == self.switches) {
                        self.switches -= 1;
                    }
                    return id;
                }
                let Argument { tokens, place, declared, .. } = &self.arguments[i];
                let (tokens, place) = (tokens.clone(), *place);
                if let Some(declared) = declared.as_ref().filter(|declared| !declared.fits(&bind, expected)) {
                    let (has, takes) = (declared.described(self.schema), label(self.schema, expected));
                    let takes = match bind {
                        Bind::List => format!("a list of {takes}"),
                        Bind::Pattern(_) => "a `Text`".to_owned(),
                        _ => takes,
                    };
                    self.diagnostics.error("N0210", place, format!("expected {takes}, found {has}"));
                }
                (tokens, place)
            }
        };
        if let Some((name, variant)) = dotted_variant(self.schema, &tokens) {
            let text = format!("`{name}.{variant}` is written `{name}::{variant}`");
            self.diagnostics.error("N0126", place, text);
        }
        let id = ValueId(u16::try_from(self.values.len()).unwrap_or(u16::MAX));
        let slot = self.slots;
        self.steps.push(Step::Value(id));
        self.slots = self.slots.saturating_add(bind.slots());
        self.values.push(Value {
            tokens,
            place,
            equals,
            ty: expected.ty.clone(),
            key_of: expected.key_of,
            subject: expected.subject(self.schema),
            bind,
            switch,
            slot,
            argument,
        });
        if let Some(i) = argument {
            self.arguments[i].uses.push(id);
        }
        id
    }

    /// How many slots before the next one a value begins.
    pub fn back(&self, value: ValueId) -> u16 {
        self.slots.saturating_sub(self.values[usize::from(value.0)].slot)
    }
}
