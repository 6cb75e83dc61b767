//! ISO texts of dates, times, instants and intervals: read at compile time, so that the server cannot refuse them.

/// An instant as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant {
    /// `2024-05-01 10:00:00`, without an offset.
    pub local: String,
    /// `+02:00`; `None`: it is meant in the schema's time zone.
    pub offset: Option<String>,
}

/// Reads `2024-05-01`; gives it back.
pub fn date(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (number(&text[..4])?, number(&text[5..7])?, number(&text[8..])?);
    let valid = year >= 1 && (1..=12).contains(&month) && day >= 1 && day <= days(year, month);
    valid.then(|| text.to_owned())
}

/// Days of a month.
fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Reads `10:30`, `10:30:00`, `10:30:00.5`; gives it with seconds.
pub fn time(text: &str) -> Option<String> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [h, m] if fraction.is_none() => (*h, *m, "00"),
        [h, m, s] => (*h, *m, *s),
        _ => return None,
    };
    if [hour, minute, second].iter().any(|p| p.len() != 2) {
        return None;
    }
    if number(hour)? > 23 || number(minute)? > 59 || number(second)? > 59 {
        return None;
    }
    let fraction = match fraction {
        None => String::new(),
        Some(f) if !f.is_empty() && f.len() <= 6 && f.bytes().all(|b| b.is_ascii_digit()) => format!(".{f}"),
        Some(_) => return None,
    };
    Some(format!("{hour}:{minute}:{second}{fraction}"))
}

/// Reads a date, or a date and a time with or without an offset, separated by `T` or a space.
pub fn instant(text: &str) -> Option<Instant> {
    let day = date(text.get(..10)?)?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(Instant { local: format!("{day} 00:00:00"), offset: None });
    }
    let clock = rest.strip_prefix(['T', 't', ' '])?;
    let split = clock.find(['Z', 'z', '+', '-']);
    let (clock, offset) = match split {
        None => (clock, None),
        Some(i) => (clock[..i].trim_end(), Some(offset(&clock[i..])?)),
    };
    Some(Instant { local: format!("{day} {}", time(clock)?), offset })
}

/// Reads `Z`, `+02`, `+0200`, `+02:00`.
fn offset(text: &str) -> Option<String> {
    if text.eq_ignore_ascii_case("z") {
        return Some("+00:00".into());
    }
    let sign = text.chars().next()?;
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let shape = matches!(text.len(), 3 | 5) && !text.contains(':') || text.len() == 6 && text.as_bytes()[3] == b':';
    if !shape || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours = number(digits.get(..2)?)?;
    let minutes = if digits.len() == 4 { number(&digits[2..])? } else { 0 };
    (hours <= 15 && minutes <= 59).then(|| format!("{sign}{hours:02}:{minutes:02}"))
}

/// Whether an interval has parts that are no fixed length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Weeks and smaller.
    Fixed,
    /// Months or years.
    Calendar,
}

/// Reads `1 day 02:30:00`, `90 minutes`, `P1DT2H`.
pub fn interval(text: &str) -> Option<Length> {
    let text = text.trim();
    match text.strip_prefix('P') {
        Some(iso) => iso_interval(iso),
        None => words(text),
    }
}

/// `1DT2H30M`, what follows the `P`.
fn iso_interval(text: &str) -> Option<Length> {
    let (days, clock) = match text.split_once('T') {
        Some((days, clock)) => (days, Some(clock)),
        None => (text, None),
    };
    let designators = |part: &str, allowed: &str| -> Option<String> {
        let mut found = String::new();
        let mut digits = String::new();
        for c in part.chars() {
            if c.is_ascii_digit() || (c == '.' && !digits.is_empty()) || (c == '-' && digits.is_empty()) {
                digits.push(c);
            } else if digits.bytes().any(|b| b.is_ascii_digit()) && allowed.contains(c) && !found.contains(c) {
                found.push(c);
                digits.clear();
            } else {
                return None;
            }
        }
        digits.is_empty().then_some(found)
    };
    let large = designators(days, "YMWD")?;
    let small = match clock {
        Some(clock) => designators(clock, "HMS").filter(|found| !found.is_empty())?,
        None => String::new(),
    };
    if large.is_empty() && small.is_empty() {
        return None;
    }
    Some(if large.contains(['Y', 'M']) { Length::Calendar } else { Length::Fixed })
}

const UNITS: &[(&str, Length)] = &[
    ("microsecond", Length::Fixed),
    ("millisecond", Length::Fixed),
    ("second", Length::Fixed),
    ("minute", Length::Fixed),
    ("hour", Length::Fixed),
    ("day", Length::Fixed),
    ("week", Length::Fixed),
    ("month", Length::Calendar),
    ("year", Length::Calendar),
];

/// `2 days 03:00:00`.
fn words(text: &str) -> Option<Length> {
    let mut length = Length::Fixed;
    let mut parts = text.split_whitespace().peekable();
    parts.peek()?;
    while let Some(part) = parts.next() {
        let digits = part.trim_start_matches(['+', '-']);
        if part.contains(':') {
            // A clock ends the interval; its hours may have any number of digits.
            let (hours, rest) = digits.split_once(':')?;
            number(hours)?;
            time(&format!("00:{rest}"))?;
            if parts.next().is_some() {
                return None;
            }
            return Some(length);
        }
        if !decimal(digits) {
            return None;
        }
        let unit = parts.next()?.to_ascii_lowercase();
        let unit = unit.strip_suffix('s').unwrap_or(&unit);
        let (_, kind) = UNITS.iter().find(|(name, _)| *name == unit)?;
        if *kind == Length::Calendar {
            length = Length::Calendar;
        }
    }
    Some(length)
}

/// Digits, perhaps with a point among them.
fn decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    !whole.is_empty() && !fraction.is_empty() && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
}

/// A number of digits only.
fn number(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Length, date, instant, interval, time};

    #[test]
    fn dates_exist() {
        for good in ["2024-02-29", "2000-02-29", "1999-12-31", "0001-01-01"] {
            assert!(date(good).is_some(), "{good}");
        }
        for bad in [
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-04-31",
            "24-04-01",
            "2024-4-1",
            "2024-04-01x",
            "äöü-04-01",
            "",
        ] {
            assert!(date(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn times_of_day() {
        assert_eq!(time("10:30").as_deref(), Some("10:30:00"));
        assert_eq!(time("23:59:59.123456").as_deref(), Some("23:59:59.123456"));
        for bad in ["24:00", "10:60", "10:30:60", "10", "1:30", "10:30.5", "10:30:00.1234567", "10:30:00."] {
            assert!(time(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn instants() {
        let read = |text| instant(text).map(|i| (i.local, i.offset));
        assert_eq!(read("2024-05-01"), Some(("2024-05-01 00:00:00".into(), None)));
        assert_eq!(read("2024-05-01T10:00Z"), Some(("2024-05-01 10:00:00".into(), Some("+00:00".into()))));
        assert_eq!(read("2024-05-01 10:00:01.5+0530"), Some(("2024-05-01 10:00:01.5".into(), Some("+05:30".into()))));
        assert_eq!(read("2024-05-01 10:00:01 -03"), Some(("2024-05-01 10:00:01".into(), Some("-03:00".into()))));
        for bad in [
            "2024-05-01x",
            "2024-05-01T",
            "2024-05-01T10",
            "2024-05-01T10:00+2",
            "2024-05-01T10:00+99:00",
            "2024-02-30T10:00",
            "2024-05-01T10:00+02:0",
        ] {
            assert!(instant(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn intervals() {
        for (text, length) in [
            ("1 day", Length::Fixed),
            ("1 day 02:30:00", Length::Fixed),
            ("-90 minutes", Length::Fixed),
            ("1.5 hours", Length::Fixed),
            ("100:00:00", Length::Fixed),
            ("P1DT2H", Length::Fixed),
            ("PT0.5S", Length::Fixed),
            ("1 year 2 months", Length::Calendar),
            ("P1M", Length::Calendar),
        ] {
            assert_eq!(interval(text), Some(length), "{text}");
        }
        for bad in ["", "soon", "1", "1 moment", "P", "PT", "P1", "P1H", "02:00:00 1 day", "1..5 hours", "PT1D"] {
            assert_eq!(interval(bad), None, "{bad}");
        }
    }
}
