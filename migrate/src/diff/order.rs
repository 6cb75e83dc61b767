//! The order in which tables are created.
//!
//! In: tables and what their foreign keys refer to. Out: an order in which every table stands after those it refers
//! to, as far as there are no cycles; otherwise that of declaration.

use crate::catalog::{ConstraintKind, Name, Table};
use std::collections::HashMap;

/// Positions of the tables in the order of their creation.
pub(super) fn order(tables: &[Table]) -> Vec<usize> {
    let positions: HashMap<&Name, usize> = tables.iter().enumerate().map(|(i, t)| (&t.name, i)).collect();
    let targets: Vec<Vec<usize>> =
        tables.iter().map(|t| targets(t).filter_map(|name| positions.get(name).copied()).collect()).collect();
    let mut order = Vec::with_capacity(tables.len());
    let mut seen = vec![false; tables.len()];
    // Depth first, with a stack of its own: the depth is that of the schema, not of the thread.
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for start in 0..tables.len() {
        if !seen[start] {
            seen[start] = true;
            stack.push((start, 0));
        }
        while let Some((table, next)) = stack.pop() {
            let Some(&target) = targets[table].get(next) else {
                order.push(table);
                continue;
            };
            stack.push((table, next + 1));
            // A target that was seen and is not created yet is below on the stack: a cycle, cut here.
            if !seen[target] {
                seen[target] = true;
                stack.push((target, 0));
            }
        }
    }
    order
}

/// The tables that a table's foreign keys refer to.
fn targets(table: &Table) -> impl Iterator<Item = &Name> {
    table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::ForeignKey { target, .. } => Some(target),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Constraint;
    use nuages_schema::OnDelete;

    fn name(name: &str) -> Name {
        Name { namespace: None, name: name.into() }
    }

    /// `"a: b c"` is table a with foreign keys to b and c.
    fn ordered(lines: &[&str]) -> String {
        let tables: Vec<Table> = lines
            .iter()
            .map(|line| {
                let (table, targets) = line.split_once(':').unwrap();
                let constraints = targets.split_whitespace().map(|target| Constraint {
                    name: String::new(),
                    kind: ConstraintKind::ForeignKey {
                        column: "x".into(),
                        target: name(target),
                        to: "id".into(),
                        on_delete: OnDelete::Protect,
                    },
                });
                Table {
                    name: name(table),
                    columns: Vec::new(),
                    constraints: constraints.collect(),
                    indexes: Vec::new(),
                    comment: None,
                }
            })
            .collect();
        let names: Vec<&str> = order(&tables).into_iter().map(|i| tables[i].name.name.as_str()).collect();
        names.join(" ")
    }

    #[test]
    fn unrelated_tables_keep_their_order() {
        assert_eq!(ordered(&["c:", "a:", "b:"]), "c a b");
    }

    #[test]
    fn targets_come_first() {
        assert_eq!(ordered(&["a: c b", "b: d", "c:", "d:"]), "c d b a");
    }

    #[test]
    fn self_relations_and_tables_of_others_do_not_matter() {
        assert_eq!(ordered(&["a: a elsewhere", "b: a"]), "a b");
    }

    #[test]
    fn a_cycle_is_cut_inside_itself() {
        // `a` is not part of the cycle, so none of its keys has to wait.
        assert_eq!(ordered(&["a: b", "b: c", "c: b"]), "c b a");
    }

    #[test]
    fn a_chain_of_any_length_is_ordered() {
        let lines: Vec<String> = (0..50_000).map(|i| format!("t{i}: t{}", i + 1)).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert!(ordered(&lines).starts_with("t49999 t49998 "));
    }
}
