//! Texts that mean something to SQL, to patterns, to JSON or to nobody.

use crate::shop::shop;
use nuages::{ErrorKind, query};

const TEXTS: [&str; 16] = [
    "",
    " ",
    "'",
    "'; DROP TABLE x; --",
    "\"quoted\"",
    "\\",
    "100%",
    "a_b",
    "$1",
    "{1,NULL}",
    "NULL",
    "line\nbreak\ttab\r",
    "É\u{301} – naïve",
    "日本語🦀\u{200d}👩",
    "\u{202e}right to left",
    "ſtraße İı",
];

#[tokio::test]
async fn every_text_comes_back_and_is_found_by_itself() {
    let (_keep, db) = shop().await;
    for text in TEXTS {
        let made = query!(Tag.create(name = text, color = text)).run(&db).await.unwrap();
        assert_eq!((made.name.as_str(), made.color.as_deref()), (text, Some(text)));
    }
    for text in TEXTS {
        assert_eq!(query!(Tag.get(name = text)).run(&db).await.unwrap().name, text);
        assert!(
            query!(Tag.filter(name.contains = text, color.startswith = text, name.endswith = text).exists())
                .run(&db)
                .await
                .unwrap()
        );
        assert!(query!(Tag.filter(name.in = [text]).exists()).run(&db).await.unwrap());
        assert!(query!(Tag.filter(name.iexact = text).exists()).run(&db).await.unwrap());
    }
    // All at once: an array of texts.
    query!(Tag.filter(id.gt = 4).delete()).run(&db).await.unwrap();
    let made = query!(Tag.bulk_create(for text in TEXTS => name = text, color = Some(text))).run(&db).await.unwrap();
    assert!(made.iter().map(|tag| tag.name.as_str()).eq(TEXTS));
    assert_eq!(query!(Tag.filter(name.in = TEXTS).count()).run(&db).await.unwrap(), 16);
}

#[tokio::test]
async fn signs_of_patterns_are_texts() {
    let (_keep, db) = shop().await;
    query!(Tag.bulk_create(for name in ["100%", "100x", "a_b", "aXb", "c\\d"] => name = name)).run(&db).await.unwrap();
    let found = async |part: &str| {
        query!(Tag.filter(name.icontains = part).order_by(id).values_list(name, flat)).run(&db).await.unwrap()
    };
    assert_eq!(found("0%").await, ["100%"]);
    assert_eq!(found("A_B").await, ["a_b"]);
    assert_eq!(found("\\").await, ["c\\d"]);
    assert_eq!(query!(Tag.filter(name.contains = "_").values_list(name, flat)).run(&db).await.unwrap(), ["a_b"]);
}

#[tokio::test]
async fn literals_are_constants_and_stay_what_they_are() {
    let (_keep, db) = shop().await;
    let n = query!(Tag.filter(name = "it's \\ \"quoted\" $1 {x} 日本").count());
    assert_eq!(n.run(&db).await.unwrap(), 0);
    query!(Tag.create(name = "it's \\ \"quoted\" $1 {x} 日本")).run(&db).await.unwrap();
    assert_eq!(n.run(&db).await.unwrap(), 1);
    let raw = query!(Tag.filter(name = r#"it's \ "quoted" $1 {x} 日本"#).count());
    assert_eq!(raw.run(&db).await.unwrap(), 1);
    let lower = query!(Tag.filter(id = 1).values(said = Concat("it's ", name, " \\n"))).run(&db).await.unwrap();
    assert_eq!(lower[0].said, "it's rust \\n");
}

#[tokio::test]
async fn what_no_text_can_hold_is_an_error_and_not_a_crash() {
    let (_keep, db) = shop().await;
    let zero = String::from("a\0b");
    let kind = query!(Tag.create(name = &zero)).run(&db).await.unwrap_err().kind();
    assert!(matches!(kind, ErrorKind::Database | ErrorKind::InvalidInput), "{kind:?}");
    let kind = query!(Tag.filter(name = &zero).count()).run(&db).await.unwrap_err().kind();
    assert!(matches!(kind, ErrorKind::Database | ErrorKind::InvalidInput), "{kind:?}");
    assert_eq!(query!(Tag.count()).run(&db).await.unwrap(), 4);
}
