//! Tokens of small texts.

use super::{TokenKind, lex};

/// The tokens of a text, one word each, and the errors.
fn tokens(text: &str) -> (String, Vec<String>) {
    let mut diagnostics = Vec::new();
    let lexed = lex(0, 0, text, &mut diagnostics);
    let words = lexed.tokens.iter().map(|token| match &token.kind {
        TokenKind::Ident(name) => name.clone(),
        TokenKind::Text(value) => format!("{value:?}"),
        TokenKind::Number(number) => format!("#{number}"),
        TokenKind::Other => "other".into(),
        TokenKind::Open(c) | TokenKind::Close(c) | TokenKind::Punct(c) => c.to_string(),
        TokenKind::Doc(doc) => format!("doc({doc})"),
        TokenKind::End => "end".into(),
    });
    (words.collect::<Vec<_>>().join(" "), diagnostics.into_iter().map(|d| d.message).collect())
}

/// The tokens of a text without errors.
fn good(text: &str) -> String {
    let (words, errors) = tokens(text);
    assert_eq!(errors, Vec::<String>::new(), "{text}");
    words
}

#[test]
fn names_and_punctuation() {
    assert_eq!(good("name: Char(10)? r#type _x naïve"), "name : Char ( #10 ) ? type _x naïve end");
    assert_eq!(good("a.b>=c::<D>"), "a . b > = c : : < D > end");
    assert_eq!(good("\u{feff}model"), "model end");
}

#[test]
fn comments_are_skipped_and_docs_kept() {
    assert_eq!(good("a // b\nc /* d /* e */ f */ g"), "a c g end");
    assert_eq!(good("//! head\n/// one\n/// two\na"), "doc(one) doc(two) a end");
    assert_eq!(good("//// no\n/**/ a /*** no */ b"), "a b end");
    assert_eq!(good("/** block\n * two */ a"), "doc(block\ntwo) a end");
    assert_eq!(good("///\r\na"), "doc() a end");
}

#[test]
fn strings_and_escapes() {
    assert_eq!(good(r#""a\"b\\\n\x41\u{e9}\0""#), r#""a\"b\\\nAé\0" end"#);
    assert_eq!(good("r\"a\\b\" r#\"say \"hi\"\"#"), "\"a\\\\b\" \"say \\\"hi\\\"\" end");
    assert_eq!(good("\"one \\\n   two\r\nthree\""), "\"one two\\nthree\" end");
    assert_eq!(
        good("b\"x\" br#\"y\"# c\"z\" b'c' 'c' '\\n' 'a: '\\''"),
        "other other other other other other other : other end"
    );
}

#[test]
fn numbers() {
    assert_eq!(good("1 1_000 0xff 1.5 1.5e-3 1e+9 2u8"), "#1 #1_000 #0xff #1.5 #1.5e-3 #1e+9 #2u8 end");
    assert_eq!(good("1..2 a.0 1.max 3."), "#1 . . #2 a . #0 #1 . max #3. end");
}

#[test]
fn bad_text_is_reported_and_passed() {
    assert_eq!(tokens("a \\ b"), ("a b end".into(), vec!["unexpected character `\\\\`".into()]));
    assert_eq!(tokens("a \"b").1, ["this text is never closed"]);
    assert_eq!(tokens("r##\"b\"#").1, ["this text is never closed"]);
    assert_eq!(tokens("a /* b").1, ["this comment is never closed"]);
    assert_eq!(tokens("\"\\q \\xff \\u{110000} \\u{zz}\"").1.len(), 4);
    assert_eq!(tokens("'").1.len(), 1);
}

#[test]
fn spans_are_bytes_from_the_base() {
    let mut diagnostics = Vec::new();
    let lexed = lex(3, 100, "é ab", &mut diagnostics);
    let spans: Vec<_> = lexed.tokens.iter().map(|t| (t.span.file, t.span.start, t.span.end)).collect();
    assert_eq!(spans, [(3, 100, 102), (3, 103, 105), (3, 105, 105)]);
}
