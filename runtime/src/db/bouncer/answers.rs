//! What the server answers, without the answers to what the driver has not sent.
//!
//! In: bytes, cut anywhere, and what is expected, in order. Out: the same messages but `ParseComplete` of texts of ours.

use bytes::{BufMut, BytesMut};

use super::{Expected, HEAD, Queue, follow, length};

/// What is known of the server's side.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The start of a message, less than a head.
    part: BytesMut,
    /// So many bytes are of a message that goes on as it is.
    rest: usize,
}

impl Answers {
    pub(super) fn read(&mut self, mut bytes: &[u8], expected: &mut Queue, out: &mut BytesMut) {
        while !bytes.is_empty() {
            if self.rest > 0 {
                bytes = follow(&mut self.rest, bytes, out);
                continue;
            }
            let (some, after) = bytes.split_at((HEAD - self.part.len()).min(bytes.len()));
            self.part.put_slice(some);
            bytes = after;
            let Some((kind, digits)) = self.part.split_first().filter(|(_, digits)| digits.len() == 4) else {
                return;
            };
            let length = length(digits);
            if !is_ours(*kind, expected) {
                out.put_slice(&self.part);
                self.rest = length.saturating_sub(4);
            }
            self.part.clear();
        }
    }
}

/// Whether the driver is not to see a message. It has no more than a head then.
fn is_ours(kind: u8, expected: &mut Queue) -> bool {
    match kind {
        b'1' => {
            if let Some(Expected::Parsed { ours }) = expected.front().copied() {
                expected.pop_front();
                return ours;
            }
        }
        // What an error has left out is not answered any more.
        b'Z' => while !matches!(expected.pop_front(), Some(Expected::Ready) | None) {},
        // What ends the rows, ends the flight.
        b'G' => {
            if let Some(Expected::Copying) = expected.front() {
                expected.pop_front();
            }
        }
        _ => {}
    }
    false
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::super::{Expected, Queue};
    use super::Answers;

    const READY: Expected = Expected::Ready;
    const THEIRS: Expected = Expected::Parsed { ours: false };
    const OURS: Expected = Expected::Parsed { ours: true };

    fn messages(list: &[(u8, &str)]) -> Vec<u8> {
        let message = |(kind, body): &(u8, &str)| {
            let length = u32::try_from(4 + body.len()).unwrap().to_be_bytes();
            [&[*kind], &length[..], body.as_bytes()].concat()
        };
        list.iter().flat_map(message).collect()
    }

    /// What comes out and what is still expected, whatever the size of the pieces that go in.
    fn read(list: &[(u8, &str)], expected: &[Expected]) -> (Vec<u8>, Vec<Expected>) {
        let sent = messages(list);
        let through = |piece: usize| {
            let (mut answers, mut queue, mut out) =
                (Answers::default(), expected.iter().copied().collect::<Queue>(), BytesMut::new());
            for some in sent.chunks(piece) {
                answers.read(some, &mut queue, &mut out);
            }
            (out.to_vec(), Vec::from(queue))
        };
        let whole = through(sent.len());
        for piece in 1..sent.len() {
            assert_eq!(through(piece), whole, "in pieces of {piece}");
        }
        whole
    }

    #[test]
    fn ours_are_taken_out() {
        let sent = [(b'1', ""), (b'2', ""), (b'D', "1\0\0\0\x04"), (b'Z', "I"), (b'1', ""), (b'T', "row"), (b'Z', "I")];
        let kept = messages(&[&sent[1..4], &sent[4..]].concat());
        assert_eq!(read(&sent, &[OURS, READY, THEIRS, READY, OURS]), (kept, vec![OURS]));
    }

    #[test]
    fn an_error_leaves_the_rest_of_its_flight_out() {
        let sent = [(b'E', "no"), (b'Z', "I"), (b'1', ""), (b'2', ""), (b'Z', "I")];
        let kept = messages(&[(b'E', "no"), (b'Z', "I"), (b'2', ""), (b'Z', "I")]);
        assert_eq!(read(&sent, &[OURS, THEIRS, READY, OURS, READY]), (kept, vec![]));
    }

    #[test]
    fn rows_that_are_copied_in_are_in_one_flight_with_their_statement() {
        let sent = [(b'1', ""), (b'2', ""), (b'G', "\0\0\0"), (b'C', "COPY 1\0"), (b'Z', "I"), (b'1', ""), (b'Z', "I")];
        let kept = messages(&[&sent[1..5], &sent[6..]].concat());
        assert_eq!(read(&sent, &[OURS, Expected::Copying, READY, OURS, READY]), (kept, vec![]));
        let sent = [(b'1', ""), (b'E', "no"), (b'Z', "I"), (b'1', ""), (b'Z', "I")];
        let kept = messages(&[&sent[1..3], &sent[4..]].concat());
        assert_eq!(read(&sent, &[OURS, Expected::Copying, READY, OURS, READY]), (kept, vec![]));
    }
}
