//! What a statement costs the server.
//!
//! In: a statement with the text of its arguments. Out: how many buffers its plan touched, how many rows its steps
//! met, and how long it took.

use crate::Failure;
use serde_json::Value;
use tokio_postgres::{Client, SimpleQueryMessage};

/// How plans of prepared statements are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For the values at hand.
    Custom,
    /// For any values.
    Generic,
}

impl Mode {
    /// Both of them.
    pub(crate) const ALL: [Self; 2] = [Self::Custom, Self::Generic];

    /// The server's name of it.
    pub(crate) fn setting(self) -> &'static str {
        match self {
            Self::Custom => "force_custom_plan",
            Self::Generic => "force_generic_plan",
        }
    }
}

/// What one statement cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// Pages of tables, indexes and temporary files that were touched.
    pub(crate) buffers: f64,
    /// Rows that all steps of the plan met.
    pub(crate) rows: f64,
    /// Milliseconds for planning and carrying out.
    pub(crate) time: f64,
}

impl Cost {
    /// Two statements one after the other.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { buffers: self.buffers + other.buffers, rows: self.rows + other.rows, time: self.time + other.time }
    }
}

/// Carries out a prepared statement and reads off its cost.
pub(crate) async fn cost(client: &Client, call: &str) -> Result<Cost, Failure> {
    let text = explained(client, "ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON", call).await?;
    let value: Value = serde_json::from_str(&text)?;
    let of = |key: &str| value.pointer(&format!("/0/{key}")).and_then(Value::as_f64).unwrap_or_default();
    let plan = value.pointer("/0/Plan").ok_or("an explanation without a plan")?;
    let buffers = ["Shared Hit Blocks", "Shared Read Blocks", "Temp Read Blocks", "Temp Written Blocks"];
    Ok(Cost {
        buffers: buffers.iter().map(|key| number(plan, key)).sum(),
        rows: met(plan),
        time: of("Planning Time") + of("Execution Time"),
    })
}

/// The plan as a text, with what was measured.
pub(crate) async fn explained(client: &Client, options: &str, call: &str) -> Result<String, Failure> {
    let rows = client.simple_query(&format!("EXPLAIN ({options}) {call}")).await?;
    let lines: Vec<&str> = rows
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        })
        .collect();
    Ok(lines.join("\n"))
}

/// Rows that the plan's steps met: what scans read, kept or not, and what each other step gave.
fn met(plan: &Value) -> f64 {
    let below = plan.get("Plans").and_then(Value::as_array).into_iter().flatten().map(met).sum::<f64>();
    if plan.get("Node Type").is_some_and(|kind| kind == "Subquery Scan") {
        // It hands rows on.
        return below;
    }
    let each = ["Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"];
    below + each.iter().map(|key| number(plan, key)).sum::<f64>() * number(plan, "Actual Loops")
}

fn number(plan: &Value, key: &str) -> f64 {
    plan.get(key).and_then(Value::as_f64).unwrap_or_default()
}
