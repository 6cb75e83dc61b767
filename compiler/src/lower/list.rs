//! Lists from Rust that no array compares with as it is: rows of `unnest`.
//!
//! In: a bound list. Out: a select of its elements, or of its keys' columns.

use super::Lower;
use crate::hir::{Bind, SqlType, ValueId};
use crate::plan::{Expr, From, Output, Select, Source};

impl Lower<'_> {
    /// The elements of a list, each through the functions. Arrays arrive as their texts.
    pub(super) fn each(&mut self, value: ValueId, functions: &[&'static str]) -> Select {
        let ty = self.values[usize::from(value.0)].ty.clone();
        let alias = self.alias();
        let column = Expr::Column(alias, "k0".into());
        let (array, column) = if let SqlType::Array(..) = ty {
            let texts = SqlType::Array(Box::new(SqlType::Text), false);
            let array = Expr::Param(self.values[usize::from(value.0)].slot, texts);
            (array, Expr::Cast(Box::new(column), ty))
        } else {
            (self.list(value), column)
        };
        let expr = functions.iter().fold(column, |inner, sql| Expr::Template(sql, vec![inner]));
        let from = From { source: Source::Unnest { arrays: vec![array], ordinality: false }, alias };
        Select { columns: vec![Output { expr, name: None }], from: Some(from), ..Select::default() }
    }

    /// The keys of a list.
    pub(super) fn keys(&mut self, value: ValueId) -> Select {
        let value = &self.values[usize::from(value.0)];
        let types = match &value.bind {
            Bind::Keys(types) => types.as_slice(),
            _ => &[],
        };
        let slots = value.slot..;
        let arrays: Vec<Expr> = slots.zip(types).map(|(slot, ty)| Self::array(slot, ty)).collect();
        let alias = self.alias();
        let columns = (0..arrays.len()).map(|i| Output { expr: Expr::Column(alias, format!("k{i}")), name: None });
        let columns = columns.collect();
        let from = From { source: Source::Unnest { arrays, ordinality: false }, alias };
        Select { columns, from: Some(from), ..Select::default() }
    }
}
