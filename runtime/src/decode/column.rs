//! Scalars that are neither numbers nor times: text, bytes, documents, addresses, search vectors.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use postgres_types::{Kind, Type};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::{Column, base, exactly, expect, is, is_one, present, take, wrong};
use crate::error::Cause;
use crate::types::SearchVector;

impl<T: Column> Column for Option<T> {
    const NESTED: bool = T::NESTED;

    fn fits(ty: &Type) -> bool {
        T::fits(ty)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        raw.map(|raw| T::read(ty, Some(raw))).transpose()
    }

    fn blank() -> Self {
        None
    }
}

impl Column for String {
    #[inline]
    fn fits(ty: &Type) -> bool {
        *ty == Type::TEXT || *ty == Type::VARCHAR || is_text(base(ty))
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        text(ty, present(raw)?).map(str::to_owned)
    }

    fn blank() -> Self {
        Self::new()
    }
}

/// Text where it is.
#[inline]
pub(super) fn text<'r>(ty: &Type, raw: &'r [u8]) -> Result<&'r str, Cause> {
    expect::<String>(ty)?;
    Ok(std::str::from_utf8(raw)?)
}

/// Bytes where they are.
pub(super) fn bytes<'r>(ty: &Type, raw: &'r [u8]) -> Result<&'r [u8], Cause> {
    expect::<Vec<u8>>(ty)?;
    Ok(raw)
}

/// Text on the wire: the character types, enums, and what extensions and `unknown` send as their text.
fn is_text(ty: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME, Type::UNKNOWN, Type::XML].contains(ty)
        || matches!(ty.kind(), Kind::Enum(_))
        || ty.name() == "citext"
}

impl Column for bool {
    fn fits(ty: &Type) -> bool {
        is(ty, &Type::BOOL)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty)?;
        let [byte] = exactly(present(raw)?)?;
        Ok(byte != 0)
    }

    fn blank() -> Self {
        false
    }
}

impl Column for Vec<u8> {
    fn fits(ty: &Type) -> bool {
        is(ty, &Type::BYTEA)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        bytes(ty, present(raw)?).map(<[u8]>::to_owned)
    }

    fn blank() -> Self {
        Self::new()
    }
}

impl Column for Uuid {
    fn fits(ty: &Type) -> bool {
        is(ty, &Type::UUID)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty)?;
        Ok(Self::from_bytes(exactly(present(raw)?)?))
    }

    fn blank() -> Self {
        Self::nil()
    }
}

impl Column for Value {
    fn fits(ty: &Type) -> bool {
        is_json(ty)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        json(ty, present(raw)?)
    }

    fn blank() -> Self {
        Self::Null
    }
}

/// Whether it is a type of documents.
pub(super) fn is_json(ty: &Type) -> bool {
    is_one(ty, &[Type::JSON, Type::JSONB])
}

/// A document in `json` or `jsonb`; the latter begins with its version.
pub(super) fn json<T: DeserializeOwned>(ty: &Type, raw: &[u8]) -> Result<T, Cause> {
    if !is_json(ty) {
        return Err(wrong::<T>(ty));
    }
    let text = if *base(ty) == Type::JSONB {
        match raw {
            [1, text @ ..] => text,
            _ => return Err("unknown version of jsonb".into()),
        }
    } else {
        raw
    };
    Ok(serde_json::from_slice(text)?)
}

/// Family, prefix length, whether it is a `cidr`, number of bytes, bytes.
impl Column for IpAddr {
    fn fits(ty: &Type) -> bool {
        is_one(ty, &[Type::INET, Type::CIDR])
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty)?;
        let mut rest = present(raw)?;
        let [_family, prefix, _cidr, _length] = take(&mut rest)?;
        let address = match rest.len() {
            4 => Self::V4(Ipv4Addr::from(exactly::<4>(rest)?)),
            16 => Self::V6(Ipv6Addr::from(exactly::<16>(rest)?)),
            other => return Err(format!("found an address of {other} bytes").into()),
        };
        // An address cannot hold a prefix, and dropping it would be a wrong value.
        if usize::from(prefix) == rest.len() * 8 {
            Ok(address)
        } else {
            Err(format!("found the network {address}/{prefix}, expected an address").into())
        }
    }

    fn blank() -> Self {
        Self::V4(Ipv4Addr::UNSPECIFIED)
    }
}

/// Lexemes, each with its positions, written as the server's own text form has them; or that text itself, as which
/// queries read it.
impl Column for SearchVector {
    fn fits(ty: &Type) -> bool {
        is_text(base(ty)) || is_one(ty, &[Type::TS_VECTOR])
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        if is_text(base(ty)) {
            return String::read(ty, raw).map(Self::from);
        }
        expect::<Self>(ty)?;
        let mut rest = present(raw)?;
        let count = i32::from_be_bytes(take(&mut rest)?);
        let mut out = String::new();
        for i in 0..count {
            let end = rest.iter().position(|byte| *byte == 0).ok_or("the value ends early")?;
            let lexeme = std::str::from_utf8(&rest[..end])?;
            rest = &rest[end + 1..];
            if i > 0 {
                out.push(' ');
            }
            out.push('\'');
            for c in lexeme.chars() {
                if matches!(c, '\'' | '\\') {
                    out.push(c);
                }
                out.push(c);
            }
            out.push('\'');
            let positions = u16::from_be_bytes(take(&mut rest)?);
            for n in 0..positions {
                // Two bits of weight (D, the default, is not written), fourteen of position.
                let entry = u16::from_be_bytes(take(&mut rest)?);
                out.push(if n == 0 { ':' } else { ',' });
                out.push_str(&(entry & 0x3fff).to_string());
                out.push_str(["", "C", "B", "A"][usize::from(entry >> 14)]);
            }
        }
        Ok(Self::from(out))
    }

    fn blank() -> Self {
        Self::from(String::new())
    }
}
