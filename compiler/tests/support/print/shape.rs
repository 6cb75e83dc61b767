//! What comes of each row, as text.

use super::{Printer, as_text};
use nuages_compiler::hir::select::{Annotation, Record, fields};
use nuages_compiler::hir::{Output, Select, Target};
use std::fmt::Write;

impl Printer<'_> {
    pub(super) fn outputs(&mut self, what: &str, outputs: &[Output], target: Option<&Target>, select: &Select) {
        let list: Vec<String> = fields(outputs)
            .map(|parts| {
                let name = &parts[0].name;
                let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
                let types: Vec<String> = parts.iter().map(|o| self.ty(&o.expr)).collect();
                let exprs: Vec<String> = parts.iter().map(|o| self.expr(&o.expr, &select.annotations)).collect();
                let (ty, expr) = (types.join(", "), exprs.join(", "));
                if parts.len() == 1 { format!("{name}{ty} = {expr}") } else { format!("{name}({ty}) = ({expr})") }
            })
            .collect();
        let target = target.map(as_text).unwrap_or_default();
        self.line(&format!("{what}{target} {}", list.join("; ")));
    }

    pub(super) fn record(&mut self, record: &Record, annotations: &[Annotation]) {
        let model = self.schema.model(record.model);
        let mut text = format!("reads {}", model.name);
        if !record.whole {
            let fields: Vec<&str> = record.fields.iter().map(|f| model.field(*f).attname.as_str()).collect();
            write!(text, " {{{}}}", fields.join(", ")).expect("a string");
        }
        for index in &record.annotations {
            write!(text, " + {}", annotations[*index].name).expect("a string");
        }
        text.push_str(&as_text(&record.target));
        self.line(&text);
        self.depth += 1;
        for related in &record.related {
            let option = if related.optional { "?" } else { "" };
            self.line(&format!("with {}{option}", related.name));
            self.depth += 1;
            self.record(&related.record, &[]);
            self.depth -= 1;
        }
        for prefetch in &record.prefetches {
            let relation = self.hop(prefetch.hop);
            let text = format!(
                "prefetch {} ({:?}) = {}",
                prefetch.name,
                prefetch.cardinality,
                relation.trim_start_matches('.')
            );
            self.line(&text);
            self.depth += 1;
            self.select(&prefetch.select);
            self.depth -= 1;
        }
        self.depth -= 1;
    }
}
