//! Bytes as text that can stand in a URL: base64 of RFC 4648 §5 without padding, behind a checksum.
//!
//! In: bytes, or any text. Out: the text, or the bytes if the text is what [`write`] makes of them and nothing else: no
//! two texts are the same bytes.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The text of some bytes.
pub(super) fn write(body: &[u8]) -> String {
    let sum = checksum(body).to_be_bytes();
    let bytes: Vec<u8> = sum.iter().chain(body).copied().collect();
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for n in 0..=group.len() {
            out.push(char::from(ALPHABET[(bits >> (18 - 6 * n) & 63) as usize]));
        }
    }
    out
}

/// The bytes of a text.
pub(super) fn read(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for byte in group {
            bits = bits << 6 | u32::try_from(ALPHABET.iter().position(|known| known == byte)?).ok()?;
        }
        let spare = 6 * group.len() % 8;
        // A digit alone is no byte, and spare bits are zero: otherwise several texts would be the same.
        if group.len() == 1 || bits & ((1 << spare) - 1) != 0 {
            return None;
        }
        let count = group.len() * 6 / 8;
        bytes.extend_from_slice(&(bits >> spare).to_be_bytes()[4 - count..]);
    }
    let (sum, body) = bytes.split_first_chunk::<4>()?;
    (u32::from_be_bytes(*sum) == checksum(body)).then(|| body.to_owned())
}

/// FNV-1a: against text that was cut, mistyped or changed in passing, not against intent.
fn checksum(body: &[u8]) -> u32 {
    body.iter().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Appends a number, seven bits a byte, lowest first.
pub(super) fn number(mut n: usize, out: &mut Vec<u8>) {
    while n > 127 {
        out.push(n.to_le_bytes()[0] | 128);
        n >>= 7;
    }
    out.push(n.to_le_bytes()[0]);
}

/// Takes a number off the front.
pub(super) fn take_number(rest: &mut &[u8]) -> Option<usize> {
    let mut n = 0_usize;
    for shift in (0..28).step_by(7) {
        let (byte, further) = rest.split_first()?;
        *rest = further;
        n |= usize::from(byte & 127) << shift;
        if byte & 128 == 0 {
            return Some(n);
        }
    }
    None
}
