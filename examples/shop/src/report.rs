//! Runs queries and prints what came of them: a table, the time, the number of statements, and with `--sql` the
//! statements themselves.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table};
use nuages::{Db, Error, Executor, Kind, Query};
use std::fmt::Display;
use std::time::{Duration, Instant};

/// Prints the answers of the shop's queries.
pub struct Report<'d> {
    /// Where the queries run.
    pub db: &'d Db,
    show_sql: bool,
    statements: usize,
    time: Duration,
}

impl<'d> Report<'d> {
    /// A report on `db`; with `show_sql` every statement is printed.
    pub fn new(db: &'d Db, show_sql: bool) -> Self {
        Self { db, show_sql, statements: 0, time: Duration::ZERO }
    }

    /// A headline.
    pub fn section(&self, title: &str) {
        println!("\n━━ {title} {}", "━".repeat(76_usize.saturating_sub(title.chars().count())));
    }

    /// Runs a query and prints its title, time and number of statements.
    ///
    /// # Errors
    /// Those of the query.
    pub async fn run<T: 'static, K: Kind>(&mut self, title: &str, query: &Query<T, K>) -> Result<T, Error>
    where
        for<'e> &'e Db: Executor<K>,
    {
        let start = Instant::now();
        let result = query.run(self.db).await?;
        self.measured(title, start.elapsed(), query.round_trips());
        if self.show_sql {
            println!("{}", query.sql());
        }
        Ok(result)
    }

    /// Prints the title, time and number of statements of something that ran.
    pub fn measured(&mut self, title: &str, time: Duration, statements: usize) {
        self.time += time;
        self.statements += statements;
        let plural = if statements == 1 { "" } else { "s" };
        println!("\n{title} · {:.1} ms · {statements} statement{plural}", time.as_secs_f64() * 1000.0);
    }

    /// Prints a table. Columns whose name begins with `#` are numbers, set to the right.
    pub fn table<const N: usize>(&self, header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
        let names = header.iter().map(|h| Cell::new(h.trim_start_matches('#')).add_attribute(Attribute::Bold));
        table.set_header(names);
        for row in rows {
            let cells = row.into_iter().zip(header).map(|(text, name)| {
                let side = if name.starts_with('#') { CellAlignment::Right } else { CellAlignment::Left };
                Cell::new(text).set_alignment(side)
            });
            table.add_row(cells);
        }
        println!("{table}");
    }

    /// A line of text.
    pub fn line(&self, text: impl Display) {
        println!("{text}");
    }

    /// What all of it took.
    pub fn finish(&self) {
        println!("\n{} statements in {:.0} ms", self.statements, self.time.as_secs_f64() * 1000.0);
    }
}

/// A number with its thousands apart: `1 234 567`.
pub fn thousands(n: impl Display) -> String {
    let text = n.to_string();
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut grouped = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(c);
    }
    match rest {
        Some(rest) => format!("{sign}{grouped}.{rest}"),
        None => format!("{sign}{grouped}"),
    }
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(-1_234_567), "-1 234 567");
        assert_eq!(thousands("1234.50"), "1 234.50");
    }
}
