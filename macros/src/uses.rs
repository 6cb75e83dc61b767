//! What tells apart the uses of a name in a crate.
//!
//! In: a name of which each query makes a type of its own, and the place of the value that it is for. Out: a number, 0 for the
//! first use. It follows from the text of the call: other calls come and go, and the types of this one keep their names,
//! so that rustc has not to compile again what did not change.

use proc_macro::Span;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A use: the digest of the call's text, where the call stands, and which of its values it is.
type Use = (u16, String, (usize, usize), u16);

/// The number of a use.
pub(crate) fn ending(name: &str, slot: u16) -> u32 {
    static KNOWN: Mutex<Option<HashMap<String, Vec<Use>>>> = Mutex::new(None);
    let call = Span::call_site();
    let file = call.local_file().unwrap_or_default();
    let text = call.source_text().unwrap_or_default();
    let this = (digest(&text, slot), file.display().to_string(), (call.line(), call.column()), slot);
    // What a panic elsewhere left behind is a whole list.
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    number(known.get_or_insert_default().entry(name.to_owned()).or_default(), &this)
}

/// The number of a use among those of its name.
fn number(known: &mut Vec<Use>, this: &Use) -> u32 {
    let index = known.iter().position(|one| one == this).unwrap_or_else(|| {
        known.push(this.clone());
        known.len() - 1
    });
    if index == 0 {
        return 0;
    }
    // Few have the same digest: mostly the same query once more.
    let same = known[..index].iter().filter(|one| one.0 == this.0).count();
    u32::from(this.0) | u32::try_from(same).unwrap_or(u32::MAX) << 16
}

/// A digest that is the same for whatever compiles this: FNV-1a, folded, and never 0.
fn digest(text: &str, slot: u16) -> u16 {
    let bytes = text.bytes().chain(slot.to_le_bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_le_bytes();
    u16::from_le_bytes([a ^ c, b ^ d]).max(1)
}

#[cfg(test)]
mod tests {
    use super::{Use, digest, number};

    fn call(text: &str, line: usize) -> Use {
        (digest(text, 0), "src/lib.rs".to_owned(), (line, 5), 0)
    }

    #[test]
    fn calls_come_and_go_and_the_others_keep_their_numbers() {
        let all = |calls: &[(&str, usize)]| {
            let mut known = Vec::new();
            calls.iter().map(|(text, line)| number(&mut known, &call(text, *line))).collect::<Vec<_>>()
        };
        let before = all(&[("a", 1), ("b", 2), ("c", 3)]);
        let after = all(&[("a", 1), ("new", 2), ("b", 3), ("c", 4)]);
        assert_eq!(before[0], 0);
        assert_eq!([after[0], after[2], after[3]], before[..]);
    }

    #[test]
    fn no_two_uses_have_one_number_and_each_has_the_same_again() {
        let mut known = Vec::new();
        let calls = [("a", 1), ("b", 2), ("a", 3), ("b", 4), ("b", 5)];
        let first: Vec<u32> = calls.iter().map(|(text, line)| number(&mut known, &call(text, *line))).collect();
        let again: Vec<u32> = calls.iter().map(|(text, line)| number(&mut known, &call(text, *line))).collect();
        assert_eq!(first, again);
        let different: std::collections::BTreeSet<u32> = first.iter().copied().collect();
        assert_eq!(different.len(), calls.len());
    }
}
