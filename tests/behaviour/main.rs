//! What queries do to a real PostgreSQL: results, writes, transactions, ends that nobody waits for. Each test has the
//! rows of `shop.rs` in a database of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod absent;
mod across;
mod borrowed;
mod branches;
mod bulk;
mod changes;
mod chunks;
mod copy;
mod create;
mod cursors;
mod delete;
mod executors;
mod fetching;
mod keyed;
mod keyset;
mod linked;
mod links;
mod locks;
mod lookups;
mod mixed;
mod named;
mod nested;
mod objects;
mod optional;
mod pipelined;
mod places;
mod pooler;
mod prefetch;
mod records;
mod scopes;
mod sets;
mod shop;
mod slices;
mod statements;
mod stream;
mod text;
mod together;
mod transactions;
mod update;
mod upsert;
mod values;
mod variants;
mod windows;
