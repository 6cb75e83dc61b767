//! Values that are written as texts: dates, times, spans of time, UUIDs, addresses, documents; and numbers.
//!
//! In: a text. Out: whether it is one. Own small readers, because the schema has no dependency that could read them.

use crate::model::FieldType;
use std::net::IpAddr;

/// How the values of a type are written.
pub(crate) struct Form {
    /// What it is, with its article.
    pub(crate) what: &'static str,
    /// One of them.
    pub(crate) example: &'static str,
    /// Whether a text is one.
    pub(crate) check: fn(&str) -> bool,
}

/// The form of a type whose values are texts but which is no text.
pub(crate) fn form(ty: &FieldType) -> Option<Form> {
    let (what, example, check): (_, _, fn(&str) -> bool) = match ty {
        FieldType::Date => ("a date", "\"2024-01-31\"", is_date),
        FieldType::Time => ("a time", "\"09:30:00\"", is_time),
        FieldType::DateTime => ("an instant with its offset", "\"2024-01-31T09:30:00Z\"", is_instant),
        FieldType::NaiveDateTime => ("a date and time without an offset", "\"2024-01-31T09:30:00\"", is_naive),
        FieldType::Duration => ("a duration without months", "\"P1DT2H30M\"", is_duration),
        FieldType::Interval => ("an interval", "\"P1M2DT3H\"", is_interval),
        FieldType::Uuid => ("a UUID", "\"67e55044-10b1-426f-9247-bb680e5fe0c8\"", is_uuid),
        FieldType::Inet => ("an address", "\"127.0.0.1\"", is_address),
        FieldType::Json(_) => ("a JSON document", "\"{}\"", is_json),
        _ => return None,
    };
    Some(Form { what, example, check })
}

/// A whole number in any base of Rust, with its sign.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let plain = text.replace('_', "");
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (base, digits) = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, base)| digits.strip_prefix(prefix).map(|rest| (base, rest)))
        .unwrap_or((10, digits));
    if !digits.starts_with(|c: char| c.is_digit(base)) {
        return None;
    }
    i128::from_str_radix(&format!("{sign}{digits}"), base).ok()
}

/// How many digits a decimal number has before and after the point, without zeros that do not count.
pub(crate) fn digits(text: &str) -> Option<(usize, usize)> {
    let plain = text.trim_start_matches(['-', '+']);
    let (mantissa, exponent) = plain.split_once(['e', 'E']).unwrap_or((plain, "0"));
    let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() < 20_000)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_matches('0').len();
    if significant == 0 {
        return Some((0, 0));
    }
    // Position of the point, counted from the first digit that is not zero.
    let leading = all.len() - all.trim_start_matches('0').len();
    let point = i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()? + i64::from(exponent);
    let before = usize::try_from(point.max(0)).ok()?;
    let after = usize::try_from((i64::try_from(significant).ok()? - point).max(0)).ok()?;
    Some((before, after))
}

/// So many ASCII digits, as a number.
fn number(text: &str, length: usize) -> Option<u32> {
    if text.len() == length && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    year > 0 && (1..=last).contains(&day)
}

fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, f)| (clock, Some(f)));
    let parts: Vec<&str> = clock.split(':').collect();
    let below = |part: &str, most: u32| number(part, 2).is_some_and(|n| n < most);
    let good = match parts[..] {
        [hour, minute] => below(hour, 24) && below(minute, 60) && fraction.is_none(),
        [hour, minute, second] => below(hour, 24) && below(minute, 60) && below(second, 60),
        _ => false,
    };
    good && fraction.is_none_or(|f| (1..=6).contains(&f.len()) && f.bytes().all(|b| b.is_ascii_digit()))
}

fn is_naive(text: &str) -> bool {
    text.split_once(['T', ' ']).is_some_and(|(date, time)| is_date(date) && is_time(time))
}

fn is_instant(text: &str) -> bool {
    if let Some(naive) = text.strip_suffix(['Z', 'z']) {
        return is_naive(naive);
    }
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at > "2024-01-31".len()) else { return false };
    let (naive, offset) = (&text[..at], &text[at + 1..]);
    let good = match offset.split_once(':') {
        Some((hours, minutes)) => {
            number(hours, 2).is_some_and(|h| h < 16) && number(minutes, 2).is_some_and(|m| m < 60)
        }
        None => number(offset, 2).is_some_and(|h| h < 16),
    };
    good && is_naive(naive)
}

fn is_duration(text: &str) -> bool {
    is_span(text, "WD")
}

fn is_interval(text: &str) -> bool {
    is_span(text, "YMWD")
}

/// `P…T…` of ISO 8601 with these units before the `T`, or `[n days] hh:mm[:ss]`.
fn is_span(text: &str, units: &str) -> bool {
    let Some(iso) = text.strip_prefix('P') else {
        let clock = match text.split_once(' ') {
            Some((days, rest)) => {
                let rest = rest.strip_prefix("days ").or_else(|| rest.strip_prefix("day ")).unwrap_or(rest);
                if days.trim_start_matches('-').parse::<u32>().is_err() {
                    return false;
                }
                rest
            }
            None => text,
        };
        let clock = clock.strip_prefix('-').unwrap_or(clock);
        let mut parts = clock.split(':');
        let hours =
            parts.next().is_some_and(|h| !h.is_empty() && h.len() <= 6 && h.bytes().all(|b| b.is_ascii_digit()));
        // The rest is checked as a time of day is.
        return hours && clock.find(':').is_some_and(|at| is_time(&format!("00{}", &clock[at..])));
    };
    let (date, time) = iso.split_once('T').map_or((iso, None), |(date, time)| (date, Some(time)));
    let good = |part: &str, units: &str| {
        let mut units = units.chars();
        let mut rest = part;
        while !rest.is_empty() {
            let end = rest.find(|c: char| c.is_ascii_uppercase()).unwrap_or(rest.len());
            let (amount, unit) = rest.split_at(end);
            let amount_is_good = amount.trim_start_matches('-').parse::<f64>().is_ok_and(f64::is_finite)
                && amount.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.'));
            let Some(unit) = unit.chars().next() else { return false };
            if !amount_is_good || !units.any(|u| u == unit) {
                return false;
            }
            rest = &rest[end + 1..];
        }
        true
    };
    good(date, units) && time.is_none_or(|time| !time.is_empty() && good(time, "HMS")) && !iso.is_empty()
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    (groups == [8, 4, 4, 4, 12] || groups == [32]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// Whether a text is one JSON value.
fn is_json(text: &str) -> bool {
    json(text.trim_start_matches(BLANK), 0).is_some_and(|rest| rest.trim_start_matches(BLANK).is_empty())
}

/// The blanks of JSON.
const BLANK: [char; 4] = [' ', '\t', '\n', '\r'];
/// Deeper documents are refused rather than read.
const DEPTH: usize = 100;

/// Passes one JSON value; gives what follows.
fn json(text: &str, depth: usize) -> Option<&str> {
    if depth > DEPTH {
        return None;
    }
    for word in ["true", "false", "null"] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some(rest);
        }
    }
    match text.chars().next()? {
        '"' => json_text(text),
        '[' => json_list(&text[1..], ']', |item| json(item, depth + 1)),
        '{' => json_list(&text[1..], '}', |item| {
            let rest = json_text(item)?.trim_start_matches(BLANK).strip_prefix(':')?;
            json(rest.trim_start_matches(BLANK), depth + 1)
        }),
        _ => {
            let end = text.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(text.len());
            let (number, rest) = text.split_at(end);
            let digits = number.strip_prefix('-').unwrap_or(number);
            let leads = digits.starts_with(|c: char| c.is_ascii_digit())
                && !(digits.starts_with('0') && digits[1..].starts_with(|c: char| c.is_ascii_digit()));
            (leads && number.parse::<f64>().is_ok()).then_some(rest)
        }
    }
}

fn json_list(text: &str, close: char, one: impl Fn(&str) -> Option<&str>) -> Option<&str> {
    let mut rest = text.trim_start_matches(BLANK);
    if let Some(after) = rest.strip_prefix(close) {
        return Some(after);
    }
    loop {
        rest = one(rest)?.trim_start_matches(BLANK);
        if let Some(after) = rest.strip_prefix(close) {
            return Some(after);
        }
        rest = rest.strip_prefix(',')?.trim_start_matches(BLANK);
    }
}

fn json_text(text: &str) -> Option<&str> {
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some(&text[at + 2..]),
            '\\' => match chars.next()?.1 {
                '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {}
                'u' => {
                    for _ in 0..4 {
                        chars.next().filter(|(_, c)| c.is_ascii_hexdigit())?;
                    }
                }
                _ => return None,
            },
            c if c.is_control() => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times() {
        assert!(is_date("2024-02-29") && !is_date("2023-02-29") && !is_date("2024-13-01") && !is_date("2024-1-1"));
        assert!(
            is_time("09:30")
                && is_time("23:59:59.123456")
                && !is_time("24:00")
                && !is_time("9:30")
                && !is_time("09:30.5")
        );
        assert!(
            is_instant("2024-01-31T09:30:00Z")
                && is_instant("2024-01-31 09:30:00+02:00")
                && is_instant("2024-01-31T09:30-05")
        );
        assert!(!is_instant("2024-01-31T09:30:00") && !is_instant("2024-01-31") && is_naive("2024-01-31T09:30:00"));
    }

    #[test]
    fn spans_of_time() {
        for good in ["P1D", "PT2H30M", "P1W", "PT0.5S", "01:30:00", "3 days 04:05:06", "100:00", "P-1D"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in ["P", "PT", "P1M", "1 month", "P1H", "PT1D", "", "x", "1:2:3", "P1M1Y"] {
            assert!(!is_duration(bad), "{bad}");
        }
        assert!(is_interval("P1Y2M3DT4H") && !is_interval("P1M1Y"));
    }

    #[test]
    fn uuids_addresses_and_documents() {
        assert!(is_uuid("67e55044-10b1-426f-9247-bb680e5fe0c8") && is_uuid("67e5504410b1426f9247bb680e5fe0c8"));
        assert!(!is_uuid("67e55044") && !is_uuid("67e55044-10b1-426f-9247-bb680e5fe0cg"));
        assert!(is_address("::1") && is_address("10.0.0.1") && !is_address("10.0.0"));
        for good in
            ["{}", "[]", " {\"a\": [1, -2.5e3, null, true], \"b\": {\"c\": \"\\u00e9\"}} ", "\"x\"", "0", "-0.5"]
        {
            assert!(is_json(good), "{good}");
        }
        for bad in ["", "{", "[1,]", "{a: 1}", "01", "x", "{} {}", "\"", "[1 2]", "nul", "-"] {
            assert!(!is_json(bad), "{bad}");
        }
        assert!(!is_json(&"[".repeat(100_000)));
    }

    #[test]
    fn numbers() {
        assert_eq!(integer("-1_000"), Some(-1000));
        assert_eq!(integer("0xff"), Some(255));
        assert_eq!((integer("1.5"), integer("1u8"), integer("-"), integer("0x-1")), (None, None, None, None));
        assert_eq!(digits("12.50"), Some((2, 1)));
        assert_eq!(digits("0.05"), Some((0, 2)));
        assert_eq!(digits("-1e3"), Some((4, 0)));
        assert_eq!(digits("1.5e-3"), Some((0, 4)));
        assert_eq!(digits("000"), Some((0, 0)));
        assert_eq!(digits("1e999999"), None);
    }
}
