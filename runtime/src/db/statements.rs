//! What was prepared on one connection.
//!
//! In: a statement of a query, which variant of it, and which types its values say they are. Out: the same as the server
//! knows it, or that it was sent once as text. A query's statement stands in a static, so its place in memory says which it is: no text is made or compared
//! to find one that is known.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::encode::Values;
use crate::observe::StatementKind;
use crate::plan;

/// All of one connection.
#[derive(Debug, Default)]
pub(crate) struct Statements(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// What was sent once without being prepared has nothing behind its key.
    all: HashMap<Key, Option<Prepared>, BuildHasherDefault<Mix>>,
    /// The last one that was asked for: most are asked for again and again.
    last: Option<(Key, Prepared)>,
}

/// A statement that the server knows.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub(crate) statement: tokio_postgres::Statement,
    pub(crate) kind: StatementKind,
}

/// Which statement it is.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub(super) struct Key {
    place: usize,
    mask: u64,
    /// Types that are not the query's but the values'.
    own: Vec<(usize, u32)>,
}

impl Key {
    pub(super) fn of(statement: &'static plan::Statement, values: &Values) -> Self {
        Self { place: std::ptr::from_ref(statement).addr(), mask: values.mask, own: values.own().to_vec() }
    }

    fn is(&self, statement: &'static plan::Statement, values: &Values) -> bool {
        self.place == std::ptr::from_ref(statement).addr() && self.mask == values.mask && self.own == values.own()
    }
}

impl Statements {
    pub(crate) fn get(&self, statement: &'static plan::Statement, values: &Values) -> Option<Prepared> {
        let mut known = self.known();
        if let Some((key, prepared)) = &known.last
            && key.is(statement, values)
        {
            return Some(prepared.clone());
        }
        let key = Key::of(statement, values);
        let prepared = known.all.get(&key).cloned().flatten()?;
        known.last = Some((key, prepared.clone()));
        Some(prepared)
    }

    /// Notes that a statement is sent without being prepared; whether that was so before.
    pub(crate) fn met(&self, statement: &'static plan::Statement, values: &Values) -> bool {
        match self.known().all.entry(Key::of(statement, values)) {
            Entry::Occupied(_) => true,
            Entry::Vacant(entry) => {
                entry.insert(None);
                false
            }
        }
    }

    pub(crate) fn keep(&self, statement: &'static plan::Statement, values: &Values, prepared: Prepared) {
        let mut known = self.known();
        let before = (known.all.insert(Key::of(statement, values), Some(prepared)), known.last.take());
        drop(known);
        // It is closed on the server when it is dropped, which is not done under the lock.
        drop(before);
    }

    /// Forgets one; whether it was known.
    pub(crate) fn forget(&self, statement: &'static plan::Statement, values: &Values) -> bool {
        let mut known = self.known();
        let before = (known.all.remove(&Key::of(statement, values)), known.last.take());
        drop(known);
        before.0.flatten().is_some()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Mixes places and masks, which nobody outside chooses: the multiplication by a constant of `FxHash`, as rustc uses it.
#[derive(Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        // The table takes the lowest bits for the place and the highest for the tag.
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
}
