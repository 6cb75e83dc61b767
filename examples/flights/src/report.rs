//! Prints an answer: the question, its time, with `--sql` its statement, and a table.

use crate::questions::{Cell, Question};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Attribute, CellAlignment, ContentArrangement, Table};
use std::time::Duration;

/// Prints the answer to the `number`th question.
pub fn show(number: usize, question: &Question, rows: &[Vec<Cell>], time: Duration, sql: Option<&str>) {
    println!("\n{number}. {} · {:.1} ms", question.text, time.as_secs_f64() * 1000.0);
    if let Some(sql) = sql {
        println!("{sql}");
    }
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(question.columns.iter().map(|name| comfy_table::Cell::new(name).add_attribute(Attribute::Bold)));
    for row in rows {
        table.add_row(row.iter().map(cell));
    }
    println!("{table}");
}

fn cell(value: &Cell) -> comfy_table::Cell {
    match value {
        Cell::Nothing => comfy_table::Cell::new("–"),
        Cell::Text(text) => comfy_table::Cell::new(text),
        Cell::Whole(n) => comfy_table::Cell::new(n).set_alignment(CellAlignment::Right),
        Cell::Mean(n) => comfy_table::Cell::new(format!("{n:.2}")).set_alignment(CellAlignment::Right),
    }
}
