//! The example of the language's page.

use nuages_schema::{SourceFile, parse};

#[test]
fn the_example_is_read() {
    let file = |app: &str, text: &str| SourceFile {
        path: format!("schema/{app}.nuages"),
        location: Default::default(),
        app: Some(app.into()),
        text: text.into(),
    };
    let files = vec![
        file("catalog", include_str!("page/catalog.nuages")),
        file("sales", include_str!("page/sales.nuages")),
    ];
    match parse(files, "UTC") {
        Ok(schema) => println!("{schema:#?}"),
        Err(e) => panic!("{e}"),
    }
}
