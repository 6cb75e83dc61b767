//! Names and types: a chain as written becomes a checked query.
//!
//! In: [`ast::Chain`] and the schema. Out: [`hir::Query`], of which everything in [`crate::hir`] is true; or mistakes,
//! each reported once, at its token.

pub mod aggregate;
mod agree;
pub mod among;
mod annotate;
mod bind;
mod branch;
mod bulk;
pub mod call;
mod cast;
pub mod chain;
pub mod composite;
pub mod condition;
pub mod context;
mod copy;
mod cursor;
mod dates;
mod document;
mod draft;
mod ending;
pub mod expr;
mod frame;
pub mod function;
mod head;
mod key;
mod keyed;
mod lend;
mod link;
mod lock;
pub mod lookup;
mod naming;
mod null;
mod order;
pub mod parts;
pub mod path;
mod pattern;
mod peek;
mod pipelined;
mod prefetch;
mod rank;
mod related;
mod scope;
pub mod search;
mod set;
mod shape;
mod slice;
pub mod stored;
mod through;
pub mod transform;
pub mod types;
mod unique;
mod update;
mod upsert;
pub mod value;
pub mod window;
mod write;
pub mod written;

use crate::ast::{self, Tokens};
use crate::diagnostic::Diagnostics;
use crate::hir;
pub use condition::conditions;
use context::Context;
use nuages_schema::model::Schema;

/// The switches of a query are bits of one mask.
const MOST_SWITCHES: u8 = 64;

/// Resolves and checks a query. `None` if anything was reported, now or before.
pub fn resolve(input: &ast::Chain, schema: &Schema, diagnostics: &mut Diagnostics) -> Option<hir::Query> {
    let mut spelt = Vec::new();
    let mut query = resolved(input, schema, diagnostics, &mut spelt);
    let mut known = 0;
    while query.is_some() && spelt.len() > known {
        known = spelt.len();
        let again = resolved(input, schema, &mut Diagnostics::default(), &mut spelt);
        query = again.or(query);
    }
    query
}

/// The query in which these many-to-many relations are spelt as two, to which those are added that have to be.
fn resolved(
    input: &ast::Chain,
    schema: &Schema,
    diagnostics: &mut Diagnostics,
    spelt: &mut Vec<through::Spelt>,
) -> Option<hir::Query> {
    let mut cx = Context::new(schema, diagnostics);
    cx.spelt.clone_from(spelt);
    let mut body = chain::query(&mut cx, input);
    if let Some(body) = &mut body {
        lend::lend(&mut cx, input, body);
    }
    spelt.append(&mut cx.to_spell);
    if cx.switches > MOST_SWITCHES {
        let Tokens { first, last } = input.tokens;
        let text = format!("more than {MOST_SWITCHES} clauses that may be left out in one query");
        cx.diagnostics.error("N0233", Tokens { first, last }, text);
    }
    let (values, steps, joints, slots, switches) = (cx.values, cx.steps, cx.joints, cx.slots, cx.switches);
    if !diagnostics.is_empty() {
        return None;
    }
    let body = body?;
    let model = match &body {
        hir::Body::Select(select, _) => select.model,
        hir::Body::Create(create) => create.model,
        hir::Body::BulkCreate(bulk) => bulk.model,
        hir::Body::Update(update) => update.select.model,
        hir::Body::Delete(delete) => delete.select.model,
        hir::Body::Upsert(upsert) => upsert.select.model,
        hir::Body::BulkUpdate(bulk) => bulk.select.model,
        hir::Body::Link(link) => link.links.through,
    };
    Some(hir::Query { model, body, values, steps, joints, slots, switches })
}
