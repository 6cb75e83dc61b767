//! Several selects of one statement, as text.
//!
//! In: parts, each of which may read those before it. Out: `WITH … SELECT … UNION ALL SELECT …`. The server carries the
//! parts of an append out one after the other and gives the rows of each in their order.

use super::Fragment;
use super::expr::{Writer, seq, text};
use super::ident::quote;
use crate::plan::{Cell, Part};

impl Writer<'_> {
    /// The rows of all parts, one after the other.
    pub(super) fn levels(&mut self, parts: &[Part]) -> Fragment {
        let mut all = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let names: Vec<String> = (0..part.select.columns.len()).map(column).collect();
            let before = if number == 0 { "WITH " } else { ", " };
            let kept = if part.kept { "MATERIALIZED " } else { "" };
            let head = format!("{before}{} ({}) AS {kept}(", quote(&part.name), names.join(", "));
            all.extend([text(&head), self.select(&part.select), text(")")]);
        }
        for (number, part) in parts.iter().enumerate() {
            let before = if number == 0 { " SELECT " } else { " UNION ALL SELECT " };
            let cells = part.cells.iter().map(|cell| match cell {
                Cell::Column(n, None) => column(*n),
                Cell::Column(n, Some(name)) => format!("{} AS {}", column(*n), quote(name)),
                Cell::Null => "NULL".to_owned(),
                Cell::NullAs(ty) => format!("CAST(NULL AS {})", ty.sql_name(self.schema)),
                // An expression without rows: the type is whatever the server has for the column.
                Cell::NullOf(of, n) => format!("(SELECT {} FROM {} WHERE FALSE)", column(*n), quote(&parts[*of].name)),
            });
            let cells: Vec<String> = cells.chain([number.to_string()]).collect();
            all.push(text(&format!("{before}{} FROM {}", cells.join(", "), quote(&part.name))));
        }
        seq(all)
    }
}

fn column(n: usize) -> String {
    quote(&format!("c{n}"))
}
