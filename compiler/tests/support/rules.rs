//! The house rules of what is said about a mistake.

/// How long a message may be, without what it quotes.
const MESSAGE: usize = 130;
/// How long a note may be, without what it quotes.
const NOTE: usize = 150;
/// The same of a list, in which one looks for a word.
const LIST: usize = 240;

/// What is wrong with a message and its notes.
pub(crate) fn broken(message: &str, notes: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut say = |text: &str, what: &str| wrong.push(format!("{what}: {text}"));
    if message.starts_with(char::is_uppercase) {
        say(message, "begins in upper case");
    }
    for (text, most) in notes.iter().map(|note| (*note, NOTE)).chain([(message, MESSAGE)]) {
        let asks = text.starts_with("did you mean `") && text.ends_with("`?");
        if text.is_empty() || text.trim() != text || text.contains('\n') {
            say(text, "is no line of text");
        }
        if text.ends_with(['.', '!', ';', ',', ':']) || (text.ends_with('?') && !asks) {
            say(text, "ends in a stop");
        }
        let plain = unquoted(text);
        let words = |word: &str| plain.split(|c: char| !c.is_alphanumeric()).any(|w| w.eq_ignore_ascii_case(word));
        if !asks && (words("you") || words("your")) {
            say(text, "speaks to somebody");
        }
        if words("please") || words("sorry") {
            say(text, "begs");
        }
        if text.matches('`').count() % 2 == 1 {
            say(text, "has a quote that is not closed");
        }
        let most = if text.starts_with("it has ") { LIST } else { most };
        let length = plain.chars().count();
        if length > most {
            say(text, &format!("is {length} long, at most {most}"));
        }
    }
    let asked = notes.iter().filter(|note| note.contains("did you mean")).count();
    if asked > 1 || message.contains("did you mean") {
        say(message, "asks more than once");
    }
    wrong
}

/// A text without what stands in it between backticks or in quotes.
fn unquoted(text: &str) -> String {
    let mut out = String::new();
    let mut within: Option<char> = None;
    for c in text.chars() {
        match within {
            Some(quote) if c == quote => within = None,
            None if matches!(c, '`' | '"') => within = Some(c),
            None => out.push(c),
            Some(_) => {}
        }
    }
    out
}

#[test]
fn broken_rules_are_seen() {
    assert!(broken("no field `Nmae.`", &["did you mean `name`?"]).is_empty());
    for (message, notes) in [
        ("No field", vec![]),
        ("no field.", vec![]),
        ("your field", vec![]),
        ("no `field", vec![]),
        ("no field", vec!["is it another?"]),
        ("no field", vec!["did you mean `a`?", "did you mean `b`?"]),
    ] {
        assert_eq!(broken(message, &notes).len(), 1, "{message}");
    }
    assert!(!broken(&"a field ".repeat(20), &[]).is_empty());
}
