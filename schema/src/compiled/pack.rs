//! Values as bytes.
//!
//! In: a value of the schema. Out: bytes, from which the same type makes the same value. Numbers take as many bytes as
//! they need, 7 bits each. Reading has no errors on its way: behind the end there are zeros, and at the end it is known
//! whether anything was wrong.
//!
//! Macros read without being optimised, so what is done for each value calls little and returns no `Result`.

use crate::source::Span;

/// What is written.
pub(super) struct Writer {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// Where the last span began: most begin soon after the one before.
    last: u32,
}

impl Writer {
    /// Writes behind these bytes.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, last: 0 }
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.bytes.push(number.to_le_bytes()[0]);
    }
}

/// What is read from.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    last: u32,
    /// Something is not as it was written.
    broken: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, last: 0, broken: false }
    }

    /// Everything was read, and nothing was wrong.
    pub(super) fn is_done(&self) -> bool {
        !self.broken && self.at == self.bytes.len()
    }

    pub(super) fn byte(&mut self) -> u8 {
        if self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            self.at += 1;
            return byte;
        }
        self.broken = true;
        0
    }

    pub(super) fn number(&mut self) -> u64 {
        let first = self.byte();
        if first < 0x80 {
            return u64::from(first);
        }
        let (mut number, mut shift) = (u64::from(first & 0x7f), 7);
        loop {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return number;
            }
            shift += 7;
            if shift > 63 {
                self.broken = true;
                return 0;
            }
        }
    }

    /// How many of something follow.
    fn count(&mut self) -> usize {
        let count = usize::try_from(self.number()).unwrap_or(usize::MAX);
        // Each takes a byte at least.
        if count <= self.bytes.len() - self.at {
            return count;
        }
        self.broken = true;
        0
    }

    /// Says that what was read is nothing, and goes on with something else.
    pub(super) fn refuse<T>(&mut self, other: T) -> T {
        self.broken = true;
        other
    }
}

/// A value that is written and read.
pub(super) trait Packed: Sized {
    /// Writes it.
    fn write(&self, out: &mut Writer);
    /// Reads it.
    fn read(input: &mut Reader<'_>) -> Self;
}

impl Packed for bool {
    fn write(&self, out: &mut Writer) {
        out.byte(u8::from(*self));
    }

    fn read(input: &mut Reader<'_>) -> Self {
        input.byte() != 0
    }
}

impl Packed for u32 {
    fn write(&self, out: &mut Writer) {
        out.number(u64::from(*self));
    }

    fn read(input: &mut Reader<'_>) -> Self {
        match u32::try_from(input.number()) {
            Ok(number) => number,
            Err(_) => input.refuse(0),
        }
    }
}

impl Packed for i64 {
    fn write(&self, out: &mut Writer) {
        out.number(self.cast_unsigned());
    }

    fn read(input: &mut Reader<'_>) -> Self {
        input.number().cast_signed()
    }
}

impl Packed for String {
    fn write(&self, out: &mut Writer) {
        out.number(self.len() as u64);
        out.bytes.extend_from_slice(self.as_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Self {
        let count = input.count();
        if count == 0 {
            return Self::new();
        }
        let start = input.at;
        input.at += count;
        match std::str::from_utf8(&input.bytes[start..input.at]) {
            Ok(text) => text.to_owned(),
            Err(_) => input.refuse(Self::new()),
        }
    }
}

impl Packed for Span {
    fn write(&self, out: &mut Writer) {
        out.number(u64::from(self.file));
        // Forwards or backwards: the lowest bit says which.
        let (from, to) = (out.last, self.start);
        out.number(if to >= from { u64::from(to - from) << 1 } else { u64::from(from - to) << 1 | 1 });
        out.number(u64::from(self.end.wrapping_sub(self.start)));
        out.last = self.start;
    }

    fn read(input: &mut Reader<'_>) -> Self {
        let file = u32::read(input);
        let step = input.number();
        let Ok(distance) = u32::try_from(step >> 1) else { return input.refuse(Self::default()) };
        let start = if step & 1 == 0 { input.last.wrapping_add(distance) } else { input.last.wrapping_sub(distance) };
        let length = u32::read(input);
        input.last = start;
        Self { file, start, end: start.wrapping_add(length) }
    }
}

impl<T: Packed> Packed for Option<T> {
    fn write(&self, out: &mut Writer) {
        match self {
            None => out.byte(0),
            Some(value) => {
                out.byte(1);
                value.write(out);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Self {
        if input.byte() == 0 { None } else { Some(T::read(input)) }
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn write(&self, out: &mut Writer) {
        out.number(self.len() as u64);
        for value in self {
            value.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Self {
        let mut left = input.count();
        if left == 0 {
            return Self::new();
        }
        let mut list = Self::with_capacity(left);
        while left > 0 && !input.broken {
            list.push(T::read(input));
            left -= 1;
        }
        list
    }
}

impl<T: Packed> Packed for Box<T> {
    fn write(&self, out: &mut Writer) {
        T::write(self, out);
    }

    fn read(input: &mut Reader<'_>) -> Self {
        Self::new(T::read(input))
    }
}

impl<A: Packed, B: Packed> Packed for (A, B) {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Self {
        let first = A::read(input);
        (first, B::read(input))
    }
}
