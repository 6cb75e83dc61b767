//! `select_for_update`: which tables of a statement are locked.
//!
//! In: the paths whose rows are locked, all of them read by the shape. Out: their aliases. Tables that only conditions
//! read are never among them.

use super::Lower;
use crate::hir;
use crate::plan::Lock;

impl<'a> Lower<'a> {
    /// The lock of the chain being planned, whose shape has been.
    pub(super) fn locked(&mut self, lock: &'a hir::select::Lock) -> Lock {
        let chain = self.current();
        let tables = lock.tables.iter().map(|path| self.table(chain, 0, path)).collect();
        Lock { no_key: lock.no_key, wait: lock.wait, tables }
    }
}

impl Lock {
    /// The same without names, if there is one table only.
    pub(super) fn alone_if(self, alone: bool) -> Self {
        if alone { Self { tables: Vec::new(), ..self } } else { self }
    }
}
