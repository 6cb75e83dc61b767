//! Hir as short lines that a person can check: `parent?.name` goes over an optional relation, `reviews*.rating` over a
//! to-many one, `$0` is a Rust value, `?1` a switch, `@2` the number of annotations (of a filter) or filters (of an
//! annotation) that stood before.

use nuages_compiler::check::types::describe;
use nuages_compiler::hir::select::{Annotation, Distinct, Null};
use nuages_compiler::hir::window::Function;
use nuages_compiler::hir::write::{Assignment, Conflict, Links};
use nuages_compiler::hir::{
    Bind, Body, ColumnPath, Control, Ending, Expr, ExprKind, Given, Hop, Order, Query, Select, Shape, Slice, Step,
    Target,
};
use nuages_schema::Schema;
use std::fmt::Write;

/// A whole query.
pub(crate) fn query(schema: &Schema, query: &Query) -> String {
    let mut p = Printer { schema, text: String::new(), depth: 0 };
    p.body(query);
    for (i, value) in query.values.iter().enumerate() {
        let bind = match &value.bind {
            Bind::One => "one".to_owned(),
            Bind::Nullable => "nullable".to_owned(),
            Bind::List => "list".to_owned(),
            Bind::Range => "range".to_owned(),
            Bind::Pattern(pattern) => format!("{pattern:?}").to_lowercase(),
            Bind::Key(types) => {
                format!("key({})", types.iter().map(|t| describe(schema, t)).collect::<Vec<_>>().join(", "))
            }
            Bind::Keys(types) => {
                format!("keys({})", types.iter().map(|t| describe(schema, t)).collect::<Vec<_>>().join(", "))
            }
            Bind::Slice { start, end, inclusive, within } => {
                let text =
                    |t: &Option<proc_macro2::TokenStream>| t.as_ref().map(ToString::to_string).unwrap_or_default();
                let within = if within.is_some() { " within" } else { "" };
                format!("slice{within} {}..{}{}", text(start), if *inclusive { "=" } else { "" }, text(end))
            }
            Bind::Page { number, size, within } => {
                format!("page{} {number}, {size}", if within.is_some() { " within" } else { "" })
            }
            Bind::Cursor { orders, total } => {
                let keys = orders.iter().flat_map(|order| &order.keys).map(|key| {
                    let switch = key.switch.map(|s| format!(" ?{s}")).unwrap_or_default();
                    format!("{}{switch}", describe(schema, &key.ty))
                });
                let total = if *total { " or values" } else { "" };
                format!("cursor{total} ({})", keys.collect::<Vec<_>>().join(", "))
            }
            Bind::Column { nullable } => format!("column{}", if *nullable { "?" } else { "" }),
        };
        let key = value.key_of.map(|m| format!(" or &{}", schema.model(m).name)).unwrap_or_default();
        let switch = value.switch.map(|s| format!(" ?{s}")).unwrap_or_default();
        let same = value.argument.map(|i| format!(" (argument {i})")).unwrap_or_default();
        p.line(&format!("${i} = {}: {}{key}, {bind}{switch}{same}", value.tokens, describe(schema, &value.ty)));
    }
    for step in &query.steps {
        p.branch(step);
    }
    for joint in &query.joints {
        p.line(&format!("?{} if all of {:b}", joint.switch, joint.all));
    }
    p.text
}

mod condition;
mod shape;

struct Printer<'s> {
    schema: &'s Schema,
    text: String,
    depth: usize,
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        writeln!(self.text, "{}{}", "  ".repeat(self.depth), text.trim_end()).expect("a string");
    }

    fn branch(&mut self, step: &Step) {
        if let Step::Given(list) = step {
            let shown = |given: &Given| {
                let unused = given.unused.as_ref().map(|value| format!(", unused {:?}", value.ty)).unwrap_or_default();
                format!("argument {} = {}{unused}", given.argument, given.tokens)
            };
            self.line(&list.iter().map(shown).collect::<Vec<_>>().join("; "));
        }
        let Step::Branch(branch) = step else { return };
        self.line(&match &branch.control {
            Control::If => "if".to_owned(),
            Control::Match(scrutinee) => format!("match {scrutinee}"),
        });
        self.depth += 1;
        for arm in &branch.arms {
            let head = arm.head.as_ref().map_or("else".to_owned(), ToString::to_string);
            let switch = arm.switch.map(|s| format!(" ?{s}")).unwrap_or_default();
            let values = arm.steps.iter().filter_map(|step| match step {
                Step::Value(id) => Some(format!(" ${}", id.0)),
                Step::Branch(_) | Step::Given(_) => None,
            });
            let values: String = values.collect();
            self.line(&format!("{head}:{switch}{values}"));
            self.depth += 1;
            arm.steps.iter().for_each(|step| self.branch(step));
            self.depth -= 1;
        }
        self.depth -= 1;
    }

    fn body(&mut self, query: &Query) {
        let model = self.schema.model(query.model).name.clone();
        match &query.body {
            Body::Select(select, ending) => {
                let head = match ending {
                    Ending::Rows => "rows of".to_owned(),
                    Ending::One => "one of".into(),
                    Ending::First => "first of".into(),
                    Ending::Last => "last of".into(),
                    Ending::Count => "count of".into(),
                    Ending::Exists => "exists in".into(),
                    Ending::Aggregate(..) => "aggregate of".into(),
                    Ending::Page(id, _) => format!("page ${} of", id.0),
                    Ending::Keyed(fields) => {
                        let of = self.schema.model(query.model);
                        let names: Vec<&str> = fields.iter().map(|f| of.field(*f).attname.as_str()).collect();
                        format!("map by {} of", names.join(", "))
                    }
                    Ending::None => "none of".into(),
                };
                self.line(&format!("{head} {model}"));
                self.depth += 1;
                self.select(select);
                if let Ending::Aggregate(outputs, target) = ending {
                    self.outputs("aggregate", outputs, Some(target), select);
                }
                self.depth -= 1;
            }
            Body::Create(create) => {
                self.line(&format!("create {model}"));
                self.depth += 1;
                self.set(create.model, &create.assignments, &[]);
                self.links(create.links.as_ref());
                self.record(&create.record, &[]);
                self.depth -= 1;
            }
            Body::BulkCreate(bulk) => {
                self.line(&format!("bulk_create {model} for {} in {}", bulk.pattern, bulk.iterable));
                self.depth += 1;
                for (field, value) in &bulk.columns {
                    let name = &self.schema.field(bulk.model, *field).attname;
                    let text = format!("column {name} = ${}", value.0);
                    self.line(&text);
                }
                self.set(bulk.model, &bulk.constants, &[]);
                self.links(bulk.links.as_ref());
                let names = |fields: &[nuages_schema::FieldId]| {
                    fields
                        .iter()
                        .map(|f| self.schema.field(bulk.model, *f).attname.as_str())
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                match &bulk.conflict {
                    Conflict::Fail => {}
                    Conflict::Ignore => self.line("on conflict: ignore"),
                    Conflict::Update { target, fields } => {
                        let text = format!("on conflict ({}): update {}", names(&target.fields), names(fields));
                        self.line(&text);
                    }
                }
                match &bulk.record {
                    Some(record) => self.record(record, &[]),
                    None => self.line("count"),
                }
                self.depth -= 1;
            }
            Body::Update(update) => {
                self.line(&format!("update {model}"));
                self.depth += 1;
                self.select(&update.select);
                self.set(update.select.model, &update.assignments, &update.select.annotations);
                if let Some(mask) = update.unless_empty {
                    self.line(&format!("nothing unless {mask:#b}"));
                }
                if let Some(record) = &update.record {
                    self.record(record, &[]);
                }
                self.depth -= 1;
            }
            Body::BulkUpdate(bulk) => {
                self.line(&format!("bulk_update {model} for {} in {}", bulk.pattern, bulk.iterable));
                self.depth += 1;
                self.select(&bulk.select);
                self.line("by");
                self.depth += 1;
                self.set(bulk.select.model, &bulk.key, &[]);
                self.depth -= 1;
                self.set(bulk.select.model, &bulk.assignments, &bulk.select.annotations);
                self.depth -= 1;
            }
            Body::Link(link) => {
                self.links(Some(&link.links));
                self.depth += 1;
                if let Some(removed) = &link.removed {
                    self.line("instead of");
                    self.depth += 1;
                    self.select(removed);
                    self.depth -= 1;
                }
                self.depth -= 1;
            }
            Body::Upsert(upsert) => {
                self.line(&format!("get or create {model}"));
                self.depth += 1;
                self.select(&upsert.select);
                self.line("create");
                self.depth += 1;
                self.set(upsert.select.model, &upsert.create, &[]);
                self.links(upsert.links.as_ref());
                self.depth -= 1;
                if !upsert.update.is_empty() {
                    self.line("update");
                    self.depth += 1;
                    self.set(upsert.select.model, &upsert.update, &[]);
                    self.depth -= 1;
                }
                if let Some(mask) = upsert.unless_empty {
                    self.line(&format!("as it is unless {mask:#b}"));
                }
                self.record(&upsert.record, &[]);
                self.depth -= 1;
            }
            Body::Delete(delete) => {
                self.line(&format!("delete {model}"));
                self.depth += 1;
                self.select(&delete.select);
                if let Some(record) = &delete.record {
                    self.record(record, &[]);
                }
                self.depth -= 1;
            }
        }
    }

    fn links(&mut self, links: Option<&Links>) {
        let Some(links) = links else { return };
        let through = self.schema.model(links.through);
        let (model, ends) = (through.name.clone(), [links.near, links.far].map(|f| through.field(f).attname.clone()));
        let key = self.expr(&links.key, &[]);
        let both = if links.both { " both ways" } else { "" };
        self.line(&format!("link {model} {} = {key}, {}{both}", ends[0], ends[1]));
    }

    fn set(&mut self, model: nuages_schema::ModelId, list: &[Assignment], annotations: &[Annotation]) {
        for a in list {
            let name = self.schema.field(model, a.field).attname.clone();
            let value = self.expr(&a.value, annotations);
            self.line(&format!("set {name} = {value}{}", switch(a.switch)));
        }
    }

    fn select(&mut self, select: &Select) {
        let names = &select.annotations;
        if let Some(set) = &select.set {
            let first = self.inner(&set.first);
            self.line(&format!("rows of {first}"));
            for (operator, part) in &set.rest {
                let part = self.inner(part);
                self.line(&format!("{operator:?} {part}"));
            }
        }
        if let Some(anchor) = &select.anchor {
            let key = anchor.key.iter().map(|e| self.expr(e, &[])).collect::<Vec<_>>().join(", ");
            let from = &self.schema.model(anchor.hop.from).name;
            let text = format!("of {from}({key}){}", self.hop(anchor.hop));
            self.line(&text);
        }
        if select.single {
            self.line("single");
        }
        for filter in &select.filters {
            let what = if filter.having { "having" } else { "filter" };
            let after = if filter.after > 0 { format!(" @{}", filter.after) } else { String::new() };
            let text = format!("{what}{after} {}", self.condition(&filter.condition, names));
            self.line(&text);
        }
        for annotation in names {
            if matches!(annotation.expr.kind, ExprKind::Output(_)) && !annotation.selected {
                // All columns are, and the chains say which they are.
                continue;
            }
            let what = if annotation.selected { "annotate" } else { "alias" };
            let after = if annotation.after > 0 { format!(" @{}", annotation.after) } else { String::new() };
            let text = format!(
                "{what}{after} {}: {} = {}",
                annotation.name,
                self.ty(&annotation.expr),
                self.expr(&annotation.expr, names)
            );
            self.line(&text);
        }
        if let Some(keys) = &select.group {
            let text = format!("group by {}", self.exprs(keys, names));
            self.line(&text);
        }
        match &select.distinct {
            Distinct::No => {}
            Distinct::Rows => self.line("distinct"),
            Distinct::On(keys) => {
                let text = format!("distinct on {}", self.exprs(keys, names));
                self.line(&text);
            }
        }
        if !select.order.is_empty() {
            let keys: Vec<String> = select.order.iter().map(|o| self.order(o, names)).collect();
            self.line(&format!("order {}", keys.join(", ")));
        }
        if let Some(keyset) = &select.keyset {
            for bound in &keyset.bounds {
                let side = format!("{:?}", bound.side).to_lowercase();
                let switch = bound.switch.map(|s| format!(" ?{s}")).unwrap_or_default();
                let keys = keyset.keys().zip(&bound.values).map(|(key, value)| {
                    let null = match value.null {
                        Null::Never => String::new(),
                        Null::Always => " null".to_owned(),
                        Null::Unless(s) => format!(" ?{s}"),
                    };
                    format!("{} at {}{null}", self.order(key, names), self.expr(&value.expr, names))
                });
                let keys: Vec<String> = keys.collect();
                self.line(&format!("{side}{switch} {}", keys.join(", ")));
            }
            let backward = if keyset.backward { " backward" } else { "" };
            let cursors = if keyset.cursors { " cursors" } else { "" };
            self.line(&format!("keyset{backward}{cursors}"));
        }
        match &select.slice {
            None => {}
            Some(Slice::Constant { offset, limit }) => {
                let limit = limit.map(|l| format!(" limit {l}")).unwrap_or_default();
                self.line(&format!("slice offset {offset}{limit}"));
            }
            Some(Slice::Bound(id)) => self.line(&format!("slice ${}", id.0)),
        }
        if let Some(lock) = &select.lock {
            let table = |path: &Vec<Hop>| {
                let path: String = path.iter().map(|h| self.hop(*h)).collect();
                if path.is_empty() { "self".to_owned() } else { path.trim_start_matches('.').to_owned() }
            };
            let tables: Vec<String> = lock.tables.iter().map(table).collect();
            let no_key = if lock.no_key { ", no key" } else { "" };
            self.line(&format!("lock {} ({:?}{no_key})", tables.join(", "), lock.wait));
        }
        if select.pinned {
            self.line("from the primary");
        }
        match &select.shape {
            Shape::Model(record) => self.record(record, names),
            Shape::Values(outputs, target) => self.outputs("values", outputs, Some(target), select),
            Shape::Tuple(outputs) => self.outputs("tuple", outputs, None, select),
            Shape::Flat(output) => self.outputs("flat", output, None, select),
            Shape::Nothing => {}
        }
    }

    fn order(&self, order: &Order, names: &[Annotation]) -> String {
        let nulls = match order.nulls_first {
            None => "",
            Some(true) => " nulls first",
            Some(false) => " nulls last",
        };
        let sign = if order.descending { "-" } else { "" };
        format!("{sign}{}{nulls}{}", self.expr(&order.expr, names), switch(order.switch))
    }

    fn hop(&self, hop: Hop) -> String {
        let name = &self.schema.relation(hop.from, hop.relation).name;
        let mark = match (hop.to_one, hop.optional) {
            (false, _) => "*",
            (true, true) => "?",
            (true, false) => "",
        };
        format!(".{name}{mark}")
    }

    fn path(&self, path: &ColumnPath) -> String {
        let hops: String = path.hops.iter().map(|h| self.hop(*h)).collect();
        let field = &self.schema.field(path.model, path.field).attname;
        format!("{hops}.{field}").trim_start_matches('.').to_owned()
    }

    fn ty(&self, expr: &Expr) -> String {
        format!("{}{}", describe(self.schema, &expr.ty), if expr.nullable { "?" } else { "" })
    }

    fn exprs(&self, list: &[Expr], names: &[Annotation]) -> String {
        list.iter().map(|e| self.expr(e, names)).collect::<Vec<_>>().join(", ")
    }

    fn expr(&self, expr: &Expr, names: &[Annotation]) -> String {
        match &expr.kind {
            ExprKind::Column(path) => self.path(path),
            ExprKind::Outer(path, levels) => format!("{}{}", "^".repeat(usize::from(*levels)), self.path(path)),
            ExprKind::Annotation(i) => format!("<{}>", names.get(*i).map_or("?", |a| a.name.as_str())),
            ExprKind::Output(i) => format!("column {i}"),
            ExprKind::Literal(literal) => format!("{literal:?}"),
            ExprKind::Bound(id, 0) => format!("${}", id.0),
            ExprKind::Bound(id, slot) => format!("${}.{slot}", id.0),
            ExprKind::Template(sql, operands) => {
                let mut text = (*sql).to_owned();
                if text.contains("{*}") {
                    return text.replace("{*}", &self.exprs(operands, names));
                }
                for (i, operand) in operands.iter().enumerate() {
                    text = text.replace(&format!("{{{i}}}"), &self.expr(operand, names));
                }
                text
            }
            ExprKind::Written(written, operands) => format!("{written:?}({})", self.exprs(operands, names)),
            ExprKind::Window(window) => {
                let function = match &window.function {
                    Function::Row(row, operands) => format!("{}({})", row.name, self.exprs(operands, names)),
                    Function::Aggregate(a) => {
                        let filter = a.filter.as_ref().map(|c| format!(" filter {}", self.condition(c, names)));
                        let inner = self.exprs(&a.arguments, names) + &filter.unwrap_or_default();
                        format!("{}({})", a.function.name, inner.trim())
                    }
                };
                let keys: Vec<String> = window.order.iter().map(|o| self.order(o, names)).collect();
                let (partition, keys) = (self.exprs(&window.partition, names), keys.join(", "));
                let frame = window.frame.as_ref().map(|f| format!("{:?} {:?} to {:?}", f.unit, f.start, f.end));
                format!("{function} over [{partition} | {keys} | {}]", frame.unwrap_or_default())
            }
            ExprKind::Cast(inner) => {
                format!("cast({} as {})", self.expr(inner, names), describe(self.schema, &expr.ty))
            }
            ExprKind::Aggregate(a) => {
                let path: String = a.path.iter().map(|h| self.hop(*h)).collect();
                let path =
                    if path.is_empty() { String::new() } else { format!(" over {}", path.trim_start_matches('.')) };
                let mut inner = self.exprs(&a.arguments, names);
                if a.distinct {
                    inner = format!("distinct {inner}");
                }
                if let Some(filter) = &a.filter {
                    write!(inner, " filter {}", self.condition(filter, names)).expect("a string");
                }
                if !a.order.is_empty() {
                    let keys: Vec<String> = a.order.iter().map(|o| self.order(o, names)).collect();
                    write!(inner, " order {}", keys.join(", ")).expect("a string");
                }
                if let Some(default) = &a.default {
                    write!(inner, " default {}", self.expr(default, names)).expect("a string");
                }
                format!("{}({}{path})", a.function.name, inner.trim())
            }
            ExprKind::Case(arms, otherwise) => {
                let mut text = String::from("case");
                for (condition, value) in arms {
                    write!(text, " when {} then {}", self.condition(condition, names), self.expr(value, names))
                        .expect("a string");
                }
                if let Some(value) = otherwise {
                    write!(text, " else {}", self.expr(value, names)).expect("a string");
                }
                text + " end"
            }
            ExprKind::Condition(condition) => format!("({})", self.condition(condition, names)),
            ExprKind::Subquery(select) => format!("subquery({})", self.inner(select)),
        }
    }

    /// A chain inside an expression, on one line.
    fn inner(&self, select: &Select) -> String {
        let mut p = Printer { schema: self.schema, text: String::new(), depth: 0 };
        p.select(select);
        let model = &self.schema.model(select.model).name;
        let lines: Vec<&str> = p.text.lines().map(str::trim).collect();
        format!("{model}: {}", lines.join(" | ")).trim_end_matches([' ', ':']).to_owned()
    }
}

fn switch(switch: Option<u8>) -> String {
    switch.map(|n| format!(" ?{n}")).unwrap_or_default()
}

fn as_text(target: &Target) -> String {
    match target {
        Target::Record => String::new(),
        Target::Struct(tokens) => format!(" as {tokens}"),
        Target::Lent(Some(tokens)) => format!(" lent as {tokens}"),
        Target::Lent(None) => " lent".to_owned(),
    }
}
