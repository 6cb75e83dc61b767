//! A made-up schema of any size.
//!
//! In: a number of tables. Out: models with scalars, enums, foreign keys to earlier models and many-to-manys, the same
//! for the same number every time, as the text of schema files, ten models a file.

use std::fmt::Write as _;

/// A model.
pub(crate) struct Model {
    /// `BlueBook`.
    pub(crate) name: String,
    /// `blue_book`.
    pub(crate) snake: String,
    /// `library_blue_book`.
    pub(crate) table: String,
    /// The enum of its `status`.
    pub(crate) status: String,
    /// How many fields of its own it has besides those of all.
    pub(crate) extra: usize,
    /// The model that `owner` refers to, with the reverse name on it.
    pub(crate) owner: Option<(usize, String)>,
    /// The model that `other`, which may be NULL, refers to.
    pub(crate) other: Option<usize>,
    /// The model that `labels` are of.
    pub(crate) labels: Option<usize>,
}

/// Stems of files.
const APPS: [&str; 10] =
    ["accounts", "billing", "catalog", "delivery", "events", "forum", "grants", "health", "inventory", "journal"];
/// What models are called.
const NOUNS: [&str; 10] =
    ["Account", "Branch", "Contract", "Document", "Entry", "Folder", "Grade", "Invoice", "Journey", "Letter"];
/// What stands before that.
const COLOURS: [&str; 10] = ["", "Amber", "Blue", "Crimson", "Dark", "Emerald", "Faint", "Green", "Hazel", "Ivory"];

/// Numbers that look random and are the same in each run.
pub(crate) struct Numbers(u64);

impl Numbers {
    /// Those of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).unwrap_or(0);
        high % end.max(1)
    }
}

/// The models of a schema with that many.
pub(crate) fn models(count: usize) -> Vec<Model> {
    let mut numbers = Numbers::new(7);
    let mut out: Vec<Model> = Vec::new();
    for i in 0..count {
        let (noun, app, colour, round) = (NOUNS[i % 10], APPS[i / 10 % 10], COLOURS[i / 100 % 10], i / 1000);
        let stem = app.strip_suffix('s').unwrap_or(app);
        let stem = format!("{}{}", stem[..1].to_uppercase(), &stem[1..]);
        let again = if round == 0 { String::new() } else { format!("No{round}") };
        let name = format!("{colour}{stem}{noun}{again}");
        let snake = snake(&name);
        let owner = (i > 0).then(|| (numbers.below(i.min(40)), format!("{snake}s")));
        let other = (i > 0 && numbers.below(3) == 0).then(|| numbers.below(i));
        let labels = (i > 0 && numbers.below(6) == 0).then(|| numbers.below(i));
        let table = format!("{app}_{snake}");
        let status = format!("{stem}Status");
        out.push(Model { name, snake, table, status, extra: numbers.below(5), owner, other, labels });
    }
    out
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The schema's files: stem and text.
pub(crate) fn files(models: &[Model]) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for model in models {
        let app = model.table.split('_').next().unwrap_or_default();
        let known = files.iter().position(|(stem, _)| stem == app);
        let at = known.unwrap_or_else(|| {
            let status = &model.status;
            let head = format!("enum {status} {{ Draft = \"draft\", Active = \"active\", Closed = \"closed\" }}\n");
            files.push((app.to_owned(), head));
            files.len() - 1
        });
        write(&mut files[at].1, models, model);
    }
    files
}

/// A model as text.
fn write(out: &mut String, models: &[Model], model: &Model) {
    let Model { name, snake, status, .. } = model;
    let _ = write!(
        out,
        "\n/// One of many.\nmodel {name} {{\n    name: Char(120),\n    slug: Slug(120) unique,\n    price: Decimal(10, 2),\n    \
         stock: Integer default(0) index,\n    is_active: Boolean default(true),\n    rating: Float?,\n    note: Text?,\n    \
         status: {status} default(Draft),\n    created_at: DateTime auto_now_add index,\n"
    );
    for i in 0..model.extra {
        let _ = writeln!(out, "    extra_{i}: Integer default(0),");
    }
    if let Some((owner, reverse)) = &model.owner {
        let _ = writeln!(out, "    owner: {} on_delete(cascade) related_name({reverse}),", models[*owner].name);
    }
    if let Some(other) = model.other {
        let _ = writeln!(out, "    other: {}? on_delete(set_null) related_name({snake}_others),", models[other].name);
    }
    if let Some(labels) = model.labels {
        let _ = writeln!(out, "    labels: [{}] related_name({snake}_labelled),", models[labels].name);
    }
    out.push_str("}\n");
}

/// The columns of a model in the order of its struct, each with its Rust type; `status` has the given one.
pub(crate) fn columns(model: &Model, status: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = [
        ("id", "i64"),
        ("name", "String"),
        ("slug", "String"),
        ("price", "Decimal"),
        ("stock", "i32"),
        ("is_active", "bool"),
        ("rating", "Option<f64>"),
        ("note", "Option<String>"),
        ("status", status),
        ("created_at", "DateTime<Utc>"),
    ]
    .map(|(name, ty)| (name.to_owned(), ty.to_owned()))
    .into();
    all.extend((0..model.extra).map(|i| (format!("extra_{i}"), "i32".to_owned())));
    all.extend(model.owner.as_ref().map(|_| ("owner_id".to_owned(), "i64".to_owned())));
    all.extend(model.other.map(|_| ("other_id".to_owned(), "Option<i64>".to_owned())));
    all
}
