//! What the driver sends, without names.
//!
//! In: bytes, cut anywhere. Out: the same messages, in which no statement has a name: `Parse` has none, its text is kept;
//! what names the text later has it in front of it, unless the same flight has just parsed it.

use std::collections::HashMap;

use bytes::{BufMut, Bytes, BytesMut};

use super::{Expected, HEAD, Queue, follow, length};

/// What is known of the driver's side.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The connection's first message, which has no kind, has been seen.
    started: bool,
    /// A message of which more has to be seen.
    part: BytesMut,
    /// So many bytes are of a message that goes on as it is.
    rest: usize,
    /// What follows the name in a `Parse`.
    texts: HashMap<Vec<u8>, Bytes>,
    /// The name of what was parsed last in this flight.
    parsed: Option<Vec<u8>>,
    copy: Copy,
}

/// How far rows are that are copied in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Copy {
    #[default]
    None,
    /// A statement for it was bound in this flight.
    Bound,
    /// They may be on their way.
    Begun,
    /// The last message ended their flight.
    Ended,
}

impl Names {
    /// Takes bytes, up to the end of a flight in which rows are copied in; gives how many.
    pub(super) fn write(&mut self, all: &[u8], expected: &mut Queue, out: &mut BytesMut) -> usize {
        let mut bytes = all;
        if self.copy == Copy::Ended {
            self.copy = Copy::None;
        }
        while !bytes.is_empty() && self.copy != Copy::Ended {
            if self.rest > 0 {
                bytes = follow(&mut self.rest, bytes, out);
                continue;
            }
            // To the end of the message, or of what there is.
            let wanted = self.length().unwrap_or(HEAD).saturating_sub(self.part.len()).max(1);
            let (some, after) = bytes.split_at(wanted.min(bytes.len()));
            self.part.put_slice(some);
            bytes = after;
            self.step(expected, out);
        }
        all.len() - bytes.len()
    }

    /// Whether the last of what was taken ended a flight in which rows are copied in.
    pub(super) fn has_copied(&self) -> bool {
        self.copy == Copy::Ended
    }

    /// How long the message is, once that has been seen.
    fn length(&self) -> Option<usize> {
        let kind = usize::from(self.started);
        let digits = self.part.get(kind..kind + 4)?;
        Some(kind + length(digits))
    }

    /// Does what can be done with what has been seen.
    fn step(&mut self, expected: &mut Queue, out: &mut BytesMut) {
        let Some(length) = self.length() else {
            return;
        };
        if !self.started {
            self.started = true;
            return self.pass(length, out);
        }
        let whole = self.part.len() >= length;
        match self.part[0] {
            // These name a statement, and are needed whole, or as far as their names go.
            b'P' | b'D' | b'C' if !whole => {}
            b'P' => self.parse(expected, out),
            b'B' => {
                if let Some((portal, name)) = self.names() {
                    self.bind(length, &portal, &name, expected, out);
                }
            }
            b'D' | b'C' if self.part.get(HEAD) == Some(&b'S') && length > HEAD + 2 => self.name(expected, out),
            b'S' if self.copy == Copy::Bound => {
                expected.push_back(Expected::Copying);
                self.part.clear();
                out.put_u8(b'H');
                put_length(4, out);
                self.parsed = None;
                self.copy = Copy::Begun;
            }
            kind => {
                if matches!(kind, b'S' | b'Q' | b'F') {
                    expected.push_back(Expected::Ready);
                    self.parsed = None;
                    self.copy = if self.copy == Copy::Begun { Copy::Ended } else { Copy::None };
                }
                self.pass(length, out);
            }
        }
    }

    /// Sends what has been seen of a message, and lets the rest of it follow.
    fn pass(&mut self, length: usize, out: &mut BytesMut) {
        self.rest = length.saturating_sub(self.part.len());
        out.put_slice(&self.part);
        self.part.clear();
    }

    fn parse(&mut self, expected: &mut Queue, out: &mut BytesMut) {
        expected.push_back(Expected::Parsed { ours: false });
        let message = self.part.split().freeze();
        let end = message[HEAD..].iter().position(|byte| *byte == 0).map_or(message.len(), |at| HEAD + at);
        let name = message[HEAD..end].to_vec();
        if name.is_empty() {
            self.parsed = None;
            return out.put_slice(&message);
        }
        let text = message.slice((end + 1).min(message.len())..);
        unnamed(&text, out);
        self.texts.insert(name.clone(), text);
        self.parsed = Some(name);
    }

    /// The names in a `Bind`, once they have been seen.
    fn names(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let mut names = self.part[HEAD..].split(|byte| *byte == 0);
        let (portal, name) = (names.next()?, names.next()?);
        // Without what follows it, a name may be cut off.
        names.next().map(|_| (portal.to_vec(), name.to_vec()))
    }

    fn bind(&mut self, length: usize, portal: &[u8], name: &[u8], expected: &mut Queue, out: &mut BytesMut) {
        if name.is_empty() {
            return self.pass(length, out);
        }
        self.again(name, expected, out);
        let copies = self.texts.get(name).is_some_and(|text| copies(text));
        self.copy = if copies { Copy::Bound } else { Copy::None };
        let message = self.part.split();
        out.put_u8(b'B');
        put_length(length - 1 - name.len(), out);
        out.put_slice(portal);
        out.put_slice(&[0, 0]);
        out.put_slice(&message[HEAD + portal.len() + 1 + name.len() + 1..]);
        self.rest = length.saturating_sub(message.len());
    }

    /// A `Describe` or `Close` of a statement with a name.
    fn name(&mut self, expected: &mut Queue, out: &mut BytesMut) {
        let message = self.part.split();
        let name = message[HEAD + 1..].split(|byte| *byte == 0).next().unwrap_or_default();
        if message[0] == b'C' {
            self.texts.remove(name);
        } else {
            self.again(name, expected, out);
        }
        out.put_u8(message[0]);
        put_length(6, out);
        out.put_slice(b"S\0");
    }

    /// Parses the text of a name, if it was not the last.
    fn again(&mut self, name: &[u8], expected: &mut Queue, out: &mut BytesMut) {
        if self.parsed.as_deref() == Some(name) {
            return;
        }
        // A name that was never given: what follows finds no statement, as it would have by its name.
        let Some(text) = self.texts.get(name) else {
            return;
        };
        unnamed(text, out);
        expected.push_back(Expected::Parsed { ours: true });
        self.parsed = Some(name.to_vec());
    }
}

/// Whether a text copies rows in, as those do that the driver is told to copy in by.
fn copies(text: &[u8]) -> bool {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default().trim_ascii_start();
    let is_copy = text.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"COPY"));
    is_copy && text.windows(5).any(|word| word.eq_ignore_ascii_case(b"STDIN"))
}

fn unnamed(text: &[u8], out: &mut BytesMut) {
    out.put_u8(b'P');
    put_length(4 + 1 + text.len(), out);
    out.put_u8(0);
    out.put_slice(text);
}

/// A length as messages have it, itself included.
fn put_length(length: usize, out: &mut BytesMut) {
    // No message is longer: the driver has written this length as such a number.
    out.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
}

#[cfg(test)]
mod tests {
    use bytes::{BufMut, BytesMut};

    use super::super::{Expected, Queue};
    use super::{Names, put_length};

    const READY: Expected = Expected::Ready;
    const THEIRS: Expected = Expected::Parsed { ours: false };
    const OURS: Expected = Expected::Parsed { ours: true };
    /// Where it is to be waited for answers.
    const HELD: Expected = Expected::Copying;

    fn message(kind: u8, body: &str) -> Vec<u8> {
        let mut out = BytesMut::new();
        out.put_u8(kind);
        put_length(4 + body.len(), &mut out);
        out.put_slice(body.as_bytes());
        out.to_vec()
    }

    fn messages(list: &[(u8, &str)]) -> Vec<u8> {
        list.iter().flat_map(|(kind, body)| message(*kind, body)).collect()
    }

    /// The first message: eight bytes that might be any message's.
    const START: &[u8] = b"\0\0\0\x08PPPP";

    /// What comes out, whatever the size of the pieces that go in.
    fn written(list: &[(u8, &str)]) -> (Vec<u8>, Vec<Expected>) {
        let sent = [START, &messages(list)].concat();
        let through = |piece: usize| {
            let (mut names, mut expected, mut out) = (Names::default(), Queue::new(), BytesMut::new());
            for mut some in sent.chunks(piece) {
                while !some.is_empty() {
                    let taken = names.write(some, &mut expected, &mut out);
                    some = &some[taken..];
                    if names.has_copied() {
                        expected.push_back(HELD);
                    }
                }
            }
            assert!(names.part.is_empty() && names.rest == 0);
            (out[START.len()..].to_vec(), Vec::from(expected))
        };
        let whole = through(sent.len());
        for piece in 1..sent.len() {
            assert_eq!(through(piece), whole, "in pieces of {piece}");
        }
        whole
    }

    #[test]
    fn a_name_is_never_sent() {
        let prepare = [(b'P', "s0\0SELECT $1\0\0\0"), (b'D', "Ss0\0"), (b'S', "")];
        let run = [(b'B', "p\0s0\0values"), (b'D', "Pp\0"), (b'E', "p\0\0\0\0\0"), (b'S', "")];
        let close = [(b'C', "Ss0\0"), (b'S', ""), (b'X', "")];
        let (out, expected) = written(&[&prepare[..], &run, &run, &close].concat());
        let text = (b'P', "\0SELECT $1\0\0\0");
        let again = [text, (b'B', "p\0\0values"), (b'D', "Pp\0"), (b'E', "p\0\0\0\0\0"), (b'S', "")];
        let first = [text, (b'D', "S\0"), (b'S', "")];
        let last = [(b'C', "S\0"), (b'S', ""), (b'X', "")];
        assert_eq!(out, messages(&[&first[..], &again, &again, &last].concat()));
        assert_eq!(expected, [THEIRS, READY, OURS, READY, OURS, READY, READY]);
    }

    #[test]
    fn what_has_no_name_stays() {
        let sent = [
            (b'p', "password\0"),
            (b'P', "\0SELECT 1\0\0\0"),
            (b'D', "S\0"),
            (b'B', "\0\0P s0\0"),
            (b'E', "\0\0\0\0\0"),
            (b'S', ""),
            (b'Q', "SELECT 's0'\0"),
            (b'd', "P\0s0\0 rows"),
            (b'c', ""),
            (b'S', ""),
            (b'C', "Ps0\0"),
            (b'H', ""),
        ];
        assert_eq!(written(&sent), (messages(&sent), vec![THEIRS, READY, READY, READY]));
    }

    #[test]
    fn what_is_copied_in_ends_once() {
        let text = "COPY t (a) FROM STDIN\0\0\0";
        let named = format!("s0\0{text}");
        let prepare = [(b'P', named.as_str()), (b'D', "Ss0\0"), (b'S', "")];
        let rows = [(b'd', "rows"), (b'c', ""), (b'S', "")];
        let copy = [(b'B', "\0s0\0"), (b'E', "\0\0\0\0\0"), (b'S', "")];
        let (out, expected) = written(&[&prepare[..], &copy, &rows, &[(b'Q', "SELECT 1\0")]].concat());
        let unnamed = format!("\0{text}");
        let again = [(b'P', unnamed.as_str()), (b'B', "\0\0"), (b'E', "\0\0\0\0\0"), (b'H', "")];
        let first = [(b'P', unnamed.as_str()), (b'D', "S\0"), (b'S', "")];
        assert_eq!(out, messages(&[&first[..], &again, &rows, &[(b'Q', "SELECT 1\0")]].concat()));
        assert_eq!(expected, [THEIRS, READY, OURS, Expected::Copying, READY, HELD, READY]);
        for (text, is) in [(" copy t from stdin", true), ("COPY t TO STDOUT", false), ("SELECT 'STDIN'", false)] {
            assert_eq!(super::copies(text.as_bytes()), is, "{text}");
        }
    }

    #[test]
    fn two_names_in_one_flight() {
        let (out, expected) = written(&[
            (b'P', "a\0A\0\0\0"),
            (b'P', "b\0B\0\0\0"),
            (b'B', "\0a\0"),
            (b'B', "\0a\0"),
            (b'D', "Sb\0"),
            (b'B', "\0nobody\0"),
            (b'S', ""),
        ]);
        let a = (b'P', "\0A\0\0\0");
        let b = (b'P', "\0B\0\0\0");
        let bind = (b'B', "\0\0");
        assert_eq!(out, messages(&[a, b, a, bind, bind, b, (b'D', "S\0"), bind, (b'S', "")]));
        assert_eq!(expected, [THEIRS, THEIRS, OURS, OURS, READY]);
    }
}
