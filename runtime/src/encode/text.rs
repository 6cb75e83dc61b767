//! Text: its types, and how it is quoted where it stands in other text.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::key::keyed;
use super::{Accepts, Key, Sink};

macro_rules! texts {
    ($($from:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Accepts<String> for $from {
            fn encode(self, out: &mut Vec<u8>) {
                let text: &str = self.as_ref();
                out.extend_from_slice(text.as_bytes());
            }
        }
        keyed! { String: $from; }
    )*};
}

texts! {
    &str, &&str, &&&str, String, &String, &&String, &mut String, Cow<'_, str>, &Cow<'_, str>, Box<str>, &Box<str>,
    Arc<str>, &Arc<str>, Rc<str>, &Rc<str>,
}

/// Where the given text stands in the text that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Anywhere.
    Contains,
    /// At the start.
    StartsWith,
    /// At the end.
    EndsWith,
}

impl Pattern {
    /// Makes a `LIKE` pattern of the text from `start` on: what was given stands for itself.
    pub(super) fn apply(self, out: &mut Vec<u8>, start: usize) {
        let given = out.split_off(start);
        if self != Self::StartsWith {
            out.push(b'%');
        }
        for byte in given {
            if matches!(byte, b'%' | b'_' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        if self != Self::EndsWith {
            out.push(b'%');
        }
    }
}

/// In double quotes, as an element of an array literal or of an hstore.
pub(super) fn quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_stand_for_themselves() {
        let of = |pattern: Pattern| {
            let mut out = b"kept%a%b_c\\d\xc3\xa9".to_vec();
            pattern.apply(&mut out, 5);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(of(Pattern::Contains), "kept%%a\\%b\\_c\\\\dé%");
        assert_eq!(of(Pattern::StartsWith), "kept%a\\%b\\_c\\\\dé%");
        assert_eq!(of(Pattern::EndsWith), "kept%%a\\%b\\_c\\\\dé");
    }
}
