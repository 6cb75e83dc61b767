//! What a URL, or libpq's `key=value` pairs, say of TLS.
//!
//! In: the text. Out: the same text without the options that the driver does not know or would take otherwise, and what
//! they say. Of one that is given twice the last counts. Text that is malformed stays as it is: the driver says why.

use super::Options;
use crate::error::Error;

/// Takes the options of TLS out of a URL or `key=value` pairs.
pub(crate) fn split(text: &str) -> Result<(String, Options), Error> {
    let mut options = Options::default();
    let is_url = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    let rest = if is_url { of_url(text, &mut options)? } else { of_pairs(text, &mut options)? };
    Ok((rest, options))
}

fn of_url(url: &str, options: &mut Options) -> Result<String, Error> {
    let scheme = url.find("://").map_or(0, |at| at + 3);
    // A `?` may stand in a password.
    let host = match url[scheme..].find(['@', '/']) {
        Some(at) if url[scheme + at..].starts_with('@') => scheme + at,
        _ => scheme,
    };
    let Some(query) = url[host..].find('?').map(|at| host + at) else {
        return Ok(url.to_owned());
    };
    let mut kept = Vec::new();
    for pair in url[query + 1..].split('&') {
        let taken = match pair.split_once('=') {
            Some((key, value)) => match (decoded(key), decoded(value)) {
                (Some(key), Some(value)) => options.set(&key, &value)?,
                _ => false,
            },
            None => false,
        };
        if !taken && !pair.is_empty() {
            kept.push(pair);
        }
    }
    let mark = if kept.is_empty() { "" } else { "?" };
    Ok(format!("{}{mark}{}", &url[..query], kept.join("&")))
}

/// The text that percent-encoding stands for.
fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        rest = if let (b'%', [high, low, after @ ..]) = (first, tail) {
            out.push(digit(high)? * 16 + digit(low)?);
            after
        } else {
            out.push(*first);
            tail
        };
    }
    String::from_utf8(out).ok()
}

fn of_pairs(text: &str, options: &mut Options) -> Result<String, Error> {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((key, value, after)) = pair(rest) {
        if !options.set(&key, &value)? {
            kept.push_str(&rest[..rest.len() - after.len()]);
        }
        rest = after;
    }
    kept.push_str(rest);
    Ok(kept)
}

/// The first `key = value` of a text and what follows it. A value is a word or stands in `'…'`; `\` escapes.
fn pair(text: &str) -> Option<(String, String, &str)> {
    let start = text.trim_start();
    let end = start.find(|c: char| c == '=' || c.is_whitespace())?;
    let (key, after) = start.split_at(end);
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let (quoted, after) = after.strip_prefix('\'').map_or((false, after), |inner| (true, inner));
    let mut value = String::new();
    let mut chars = after.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.push(chars.next()?.1),
            '\'' if quoted => return Some((key.to_owned(), value, &after[at + 1..])),
            c if !quoted && c.is_whitespace() => return Some((key.to_owned(), value, &after[at..])),
            c => value.push(c),
        }
    }
    (!quoted && !key.is_empty()).then(|| (key.to_owned(), value, ""))
}

#[cfg(test)]
mod tests {
    use super::super::{Options, Pem, SslMode};
    use super::split;

    fn said(mode: SslMode, root: Option<&str>) -> Options {
        let mut options = Options::default();
        options.mode(mode);
        if let Some(root) = root {
            options.root(Pem::file(root));
        }
        options
    }

    #[test]
    fn options_leave_the_text() {
        let full = || said(SslMode::VerifyFull, Some("/a b/c=d"));
        let cases = [
            ("postgres://u:p?@h/d", "postgres://u:p?@h/d", Options::default()),
            (
                "postgres://u:p?sslmode=x@h/d?sslmode=require",
                "postgres://u:p?sslmode=x@h/d",
                said(SslMode::Require, None),
            ),
            (
                "postgresql://h/d?options=-c%20a%3Db&sslmode=verify-full&sslrootcert=%2Fa%20b%2Fc=d&user=u",
                "postgresql://h/d?options=-c%20a%3Db&user=u",
                full(),
            ),
            ("postgres://h?sslmode=disable&sslmode=verify-ca", "postgres://h", said(SslMode::VerifyCa, None)),
            ("postgres:///d?sslrootcert=/a@b&sslmode=allow", "postgres:///d", said(SslMode::Allow, Some("/a@b"))),
            ("postgres://h/d?user", "postgres://h/d?user", Options::default()),
            (
                r"host=h sslmode = verify-full password='a b\' sslmode=x' sslrootcert='/a b/c=d' user=u",
                r"host=h password='a b\' sslmode=x' user=u",
                full(),
            ),
            (r"sslrootcert=/a\ b\/c=d sslmode=verify-full", "", full()),
            ("host=h password='open", "host=h password='open", Options::default()),
            ("nothing", "nothing", Options::default()),
            ("", "", Options::default()),
        ];
        for (text, rest, options) in cases {
            assert_eq!(split(text).unwrap(), (rest.to_owned(), options), "{text}");
        }
    }

    #[test]
    fn keys_of_clients() {
        let (rest, options) = split("postgres://h/d?sslcert=/c&sslkey=/k").unwrap();
        let mut expected = Options::default();
        expected.client(Pem::file("/c"), Pem::file("/k"));
        assert_eq!((rest.as_str(), options), ("postgres://h/d", expected));
    }
}
