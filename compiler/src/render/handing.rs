//! A select whose keys others read, as text.
//!
//! In: the select, and which of its columns are handed on. Out: its rows in their order, read of a part that is computed
//! once; before the first of them the settings are there, as the conditions that set them read no row.

use super::Fragment;
use super::expr::{Writer, seq, text};
use super::ident::quote;
use crate::hir::stored::Text;
use crate::plan::{Handed, Handing};

impl Writer<'_> {
    pub(super) fn handing(&mut self, handing: &Handing) -> Fragment {
        let columns: Vec<String> = (0..handing.names.len()).map(column).collect();
        let head = format!("WITH {ROWS} ({}) AS MATERIALIZED (", columns.join(", "));
        let mut all = vec![text(&head), self.select(&handing.select)];
        let named = columns.iter().zip(&handing.names).map(|(column, name)| format!("{column} AS {}", quote(name)));
        all.push(text(&format!(") SELECT {} FROM {ROWS}", named.collect::<Vec<_>>().join(", "))));
        for (number, key) in handing.keys.iter().enumerate() {
            all.push(text(if number == 0 { " WHERE " } else { " AND " }));
            all.push(self.handed(key));
        }
        seq(all)
    }

    fn handed(&mut self, key: &Handed) -> Fragment {
        let (distinct, column) = (if key.distinct { "DISTINCT " } else { "" }, column(usize::from(key.column)));
        let value = match key.text {
            // Those of other bytes that are equal are other keys.
            Text::Own if key.distinct && !key.is_exact => format!("CAST({column} AS text) COLLATE \"C\""),
            Text::Own => column.clone(),
            // In documents instants are ISO.
            Text::Zoned => format!("TO_JSON({column}) #>> '{{}}'"),
            // Nothing but a number without an end is not zero when it is taken from itself.
            Text::Digits => format!(
                "CASE WHEN {column} - {column} = 0 THEN TO_CHAR({column}, '{DIGITS}') ELSE CAST({column} AS text) END"
            ),
        };
        // An array with NULL in it would not be read by all sessions.
        let there = if key.nullable { format!(" WHERE {column} IS NOT NULL") } else { String::new() };
        let keys = format!("ARRAY(SELECT {distinct}{value} FROM {ROWS}{there})");
        let setting = self.expr(&key.setting);
        let rest = format!(", CAST({keys} AS text), TRUE)) IS NOT NULL");
        seq(vec![text("(SELECT SET_CONFIG("), setting, text(&rest)])
    }
}

/// No table is read where this name stands.
const ROWS: &str = "\"rows\"";

/// So many tell all numbers apart, in any session.
const DIGITS: &str = "9.9999999999999999EEEE";

fn column(n: usize) -> String {
    quote(&format!("c{n}"))
}
