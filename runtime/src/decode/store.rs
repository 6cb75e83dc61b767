//! Maps of texts, `hstore`: in the extension's own binary form, as other statements give it, and as text, as which
//! queries read it because a client cannot know the extension's type before it has asked.

use std::collections::HashMap;
use std::hash::BuildHasher;

use postgres_types::Type;

use super::{Column, base, present, take, take_sized, wrong};
use crate::error::Cause;

impl<S: BuildHasher + Default> Column for HashMap<String, Option<String>, S> {
    fn fits(ty: &Type) -> bool {
        *base(ty) == Type::TEXT || base(ty).name() == "hstore"
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        match base(ty) {
            ty if *ty == Type::TEXT => text(std::str::from_utf8(present(raw)?)?),
            ty if ty.name() == "hstore" => binary(present(raw)?),
            _ => Err(wrong::<Self>(ty)),
        }
    }

    fn blank() -> Self {
        Self::default()
    }
}

/// A count, then keys and values, each with its length.
fn binary<S: BuildHasher + Default>(mut rest: &[u8]) -> Result<HashMap<String, Option<String>, S>, Cause> {
    let count = i32::from_be_bytes(take(&mut rest)?);
    let mut out = HashMap::default();
    for _ in 0..count {
        let key = take_sized(&mut rest)?.ok_or("found a key that is NULL")?;
        let value = take_sized(&mut rest)?.map(std::str::from_utf8).transpose()?;
        out.insert(std::str::from_utf8(key)?.to_owned(), value.map(str::to_owned));
    }
    Ok(out)
}

/// `"key"=>"value", "other"=>NULL`.
fn text<S: BuildHasher + Default>(mut rest: &str) -> Result<HashMap<String, Option<String>, S>, Cause> {
    let mut out = HashMap::default();
    while !rest.is_empty() {
        let key = quoted(&mut rest).ok_or("found no key")?;
        rest = rest.strip_prefix("=>").ok_or("found a key without a value")?;
        let value = match rest.strip_prefix("NULL") {
            Some(after) => {
                rest = after;
                None
            }
            None => Some(quoted(&mut rest).ok_or("found no value")?),
        };
        out.insert(key, value);
        rest = rest.strip_prefix(", ").unwrap_or(rest);
    }
    Ok(out)
}

/// Takes a text in double quotes from the beginning; a backslash makes the next character stand for itself.
fn quoted(rest: &mut &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = rest.strip_prefix('"')?.chars();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => out.push(chars.next()?),
            c => out.push(c),
        }
    }
    *rest = chars.as_str();
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<HashMap<String, Option<String>>, Cause> {
        Column::read(&Type::TEXT, Some(text.as_bytes()))
    }

    #[test]
    fn the_servers_text_is_understood() {
        assert!(read("").unwrap().is_empty());
        let found = read(r#""a"=>"NULL", "b \\ \"c\""=>NULL, ""=>"=>, \"é""#).unwrap();
        let expected = [("a", Some("NULL")), ("b \\ \"c\"", None), ("", Some("=>, \"é"))];
        assert_eq!(found, expected.map(|(k, v)| (k.to_owned(), v.map(str::to_owned))).into());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["a=>b", "\"a\"", "\"a\"=>", "\"a\"=>\"b", "\"a\"=>\"b\" \"c\""] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
