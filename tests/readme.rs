//! Examples in texts are code that is compiled: the README's first steps are the package `examples/bookshop`, word for
//! word, and what rustdoc does not compile where it stands, as there is no schema, stands here.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use nuages::rust_decimal::Decimal;
use nuages::{Cursor, Db, Error, query, raw};
use nuages_tests::models;
use std::path::{Path, PathBuf};

/// Where code stands that examples may be taken from.
const COMPILED: &[&str] =
    &["tests/readme.rs", "tests/src/lib.rs", "examples/bookshop/src/main.rs", "examples/shop/tests/kit.rs"];

/// Whose examples are looked at, beside the README.
const DOCUMENTED: &[&str] =
    &["runtime/src", "macros/src", "compiler/src", "schema/src", "migrate/src", "devdb/src", "cli/src"];

#[test]
fn the_first_steps_are_the_bookshop() {
    let readme = read(&root().join("README.md"));
    for file in ["build.rs", "schema.nuages", "src/main.rs"] {
        let text = read(&root().join("examples/bookshop").join(file));
        assert!(readme.contains(text.trim_end()), "examples/bookshop/{file} is not in README.md as it is");
    }
}

#[test]
fn the_table_of_times_is_what_was_measured() {
    let measured = read(&root().join("benches/results/speed.md"));
    let table = measured.split("\n## Time\n\n").nth(1).and_then(|rest| rest.split("\n\n").next());
    let table = table.expect("benches/results/speed.md has a table of times");
    assert!(table.lines().count() > 10, "{table}");
    let readme = read(&root().join("README.md"));
    assert!(readme.contains(table), "the table in README.md is not that of benches/results/speed.md");
    let command = measured.lines().find(|line| line.starts_with("`cargo run")).map(|line| line.trim_matches('`'));
    assert!(readme.contains(command.expect("the command that measures")), "the command in README.md is another one");
}

#[test]
fn what_rustdoc_leaves_out_is_compiled_elsewhere() {
    let compiled: Vec<String> = COMPILED.iter().map(|path| dense(&read(&root().join(path)))).collect();
    let mut texts = vec![root().join("README.md")];
    DOCUMENTED.iter().for_each(|folder| sources(&root().join(folder), &mut texts));
    let mut found = 0;
    for path in texts {
        let text = read(&path);
        let comments = path.extension().is_some_and(|e| e == "rs");
        for example in ignored(text.lines().map(|line| if comments { comment(line) } else { line })) {
            found += 1;
            let known = compiled.iter().any(|code| code.contains(&dense(&example)));
            assert!(known, "{}: this example is compiled nowhere:\n{example}", path.display());
        }
    }
    assert!(found >= 5, "only {found} examples were found");
}

/// The examples, on tables without rows.
#[tokio::test]
async fn the_examples_run() {
    let database = nuages_devdb::shared().unwrap();
    let db = Db::connect(&database.url()).await.unwrap();
    models::create_all(&db).await.unwrap();
    front(db.clone(), "books", None).await.unwrap();
    filtered(db.clone(), "books", Some(Decimal::ONE)).await.unwrap();
    assert_eq!(sampled(db.clone(), 10.0).await.unwrap(), []);
    assert_eq!(borrowed(db.clone()).await.unwrap(), 0);
    assert_eq!(paged(db, None).await.unwrap(), None);
}

async fn sampled(db: Db, percent: f32) -> Result<Vec<models::Product>, Error> {
    let some = raw!("SELECT * FROM catalog_product TABLESAMPLE BERNOULLI ({percent})" as Product).run(&db).await?;
    Ok(some)
}

async fn front(db: Db, slug: &str, min: Option<Decimal>) -> Result<(), Error> {
    let products = query!(
        Product
            .active()
            .filter(category.slug = slug, price.gte? = min)
            .select_related(category)
            .annotate(sold = Sum(order_items.quantity), rating = Avg(reviews.rating))
            .order_by(-sold, name)[..20]
    )
    .run(&db)
    .await?;

    for p in &products {
        println!("{} in {}: {:?}", p.name, p.category.name, p.rating);
    }
    Ok(())
}

async fn filtered(db: Db, slug: &str, min: Option<Decimal>) -> Result<(), Error> {
    let products =
        query!(Product.filter(category.slug = slug, price.gte? = min).order_by(-price)[..20]).run(&db).await?;
    assert!(products.is_empty());
    Ok(())
}

struct Card<'r> {
    #[allow(dead_code, reason = "the example shows what a row is like")]
    id: i64,
    name: &'r str,
}

async fn borrowed(db: Db) -> Result<usize, Error> {
    let cards = query!(User.values(id, name) as Card<'_>).run(&db).await?;
    for card in &cards {
        let card = card?;
        println!("{}", card.name);
    }
    Ok(cards.len())
}

#[expect(clippy::redundant_closure_for_method_calls, reason = "a record's type has no name to write")]
async fn paged(db: Db, cursor: Option<Cursor>) -> Result<Option<Cursor>, Error> {
    let page = query!(Product.order_by(-price, name).after(cursor)[..20]).run(&db).await?;
    let next: Option<Cursor> = page.last().map(|product| product.cursor());
    Ok(next)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// The examples of a text that rustdoc is told to leave alone.
fn ignored<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut found = Vec::new();
    let mut within: Option<(bool, String)> = None;
    for line in lines {
        match (line.trim().strip_prefix("```"), &mut within) {
            (Some(words), None) => within = Some((words.split(',').any(|word| word == "ignore"), String::new())),
            (Some(_), Some(_)) => {
                found.extend(within.take().filter(|(ignored, _)| *ignored).map(|(_, example)| example));
            }
            (None, Some((_, example))) => {
                example.push_str(line);
                example.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

/// What a line of documentation says.
fn comment(line: &str) -> &str {
    let line = line.trim_start();
    line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).unwrap_or_default()
}

/// Without spaces and ends of lines, which rustfmt puts where it wants.
fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}
