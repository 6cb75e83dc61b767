//! What every part of the resolver shares: the schema, the errors, the values gathered so far, and the names in force.

use crate::ast;
use crate::diagnostic::Diagnostics;
use crate::hir::select::Annotation;
use crate::hir::{Bind, Hop, SqlType, Value, ValueId};
use nuages_schema::model::{FieldId, ModelId, Schema, ScopeParam};
use proc_macro2::{Span, TokenStream};

/// State of one query's resolution.
pub struct Context<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// Errors found.
    pub diagnostics: &'a mut Diagnostics,
    /// Rust values gathered, in the order written.
    pub values: Vec<Value>,
    /// Slots that they fill.
    pub slots: u16,
    /// Switches given out.
    pub switches: u8,
    /// Set while a scope's text is resolved: its parameters with the caller's arguments, and where it is called. Errors inside are
    /// reported at the call, naming the scope and its place in the schema.
    pub scope: Option<ScopeCall>,
}

/// A scope that is being expanded.
#[derive(Debug, Clone)]
pub struct ScopeCall {
    /// `Product.by_category`.
    pub label: String,
    /// Parameters with the caller's arguments.
    pub arguments: Vec<(ScopeParam, ast::Value)>,
    /// The call's name token.
    pub call: ast::Tokens,
}

/// The names in force at one place of a chain.
#[derive(Clone, Copy)]
pub struct Names<'n> {
    /// The chain's model.
    pub model: ModelId,
    /// Annotations so far.
    pub annotations: &'n [Annotation],
    /// The enclosing chain, inside `Exists(…)` and `Subquery(…)`.
    pub outer: Option<&'n Names<'n>>,
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

impl Context<'_> {
    /// Gives out a switch.
    pub fn switch(&mut self) -> u8 {
        let switch = self.switches;
        self.switches = self.switches.saturating_add(1);
        switch
    }

    /// Registers a Rust value.
    pub fn value(
        &mut self,
        tokens: TokenStream,
        place: ast::Tokens,
        equals: Span,
        expected: &Expected,
        bind: Bind,
        switch: Option<u8>,
    ) -> ValueId {
        let id = ValueId(u16::try_from(self.values.len()).unwrap_or(u16::MAX));
        let slot = self.slots;
        self.slots = self.slots.saturating_add(bind.slots());
        self.values.push(Value {
            tokens,
            place,
            equals,
            ty: expected.ty.clone(),
            key_of: expected.key_of,
            bind,
            switch,
            slot,
        });
        id
    }
}
