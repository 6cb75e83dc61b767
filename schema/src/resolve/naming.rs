//! Names in the database.
//!
//! In: names of the schema. Out: names of at most 63 bytes that depend on nothing but what they name, so that the next
//! build and the next machine find the same.

/// The longest name PostgreSQL keeps, in bytes.
pub(crate) const LIMIT: usize = 63;

/// `MediaType` → `media_type`, `HTTPServer` → `http_server`.
pub(crate) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        if c.is_uppercase() && i > 0 && chars[i - 1] != '_' {
            let after_lower = !chars[i - 1].is_uppercase();
            let before_lower = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
            if after_lower || before_lower {
                out.push('_');
            }
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The table of a model.
pub(crate) fn table(app: Option<&str>, model: &str) -> String {
    let model = snake_case(model);
    app.map_or_else(|| model.clone(), |app| format!("{app}_{model}"))
}

/// `{table}_{columns}_{kind}`, shortened in the middle if need be.
pub(crate) fn constraint<'a>(table: &str, parts: impl IntoIterator<Item = &'a str>, kind: &str) -> String {
    let mut stem = table.to_owned();
    for part in parts {
        stem.push('_');
        stem.push_str(part);
    }
    limited(&stem, &format!("_{kind}"))
}

/// A stem and an ending of at most [`LIMIT`] bytes: of a longer stem as much as fits, and a hash of all of it.
pub(crate) fn limited(stem: &str, ending: &str) -> String {
    if stem.len() + ending.len() <= LIMIT {
        return format!("{stem}{ending}");
    }
    let mark = hash(stem);
    let room = LIMIT.saturating_sub(ending.len() + mark.len() + 1);
    format!("{}_{mark}{ending}", &stem[..stem.floor_char_boundary(room)])
}

/// Eight hexadecimal digits of a text: FNV-1a, mixed once more so that every bit of it counts. Stable for all time,
/// because names in databases hold it.
pub(crate) fn hash(text: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    format!("{:08x}", hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_splits_where_words_begin() {
        for (name, snake) in [
            ("Product", "product"),
            ("MediaType", "media_type"),
            ("HTTPServer", "http_server"),
            ("UserID", "user_id"),
            ("Order2Item", "order2_item"),
            ("product_tag", "product_tag"),
            ("Product_Tag", "product_tag"),
            ("Äpfel", "äpfel"),
            ("A", "a"),
            ("ABTest", "ab_test"),
        ] {
            assert_eq!(snake_case(name), snake, "{name}");
        }
    }

    #[test]
    fn names_keep_their_ending_and_fit() {
        let long = "é".repeat(40);
        let name = constraint("t", [long.as_str()], "idx");
        assert!(name.len() <= LIMIT && name.ends_with("_idx"), "{name}");
        assert_eq!(name, constraint("t", [long.as_str()], "idx"));
        assert_ne!(name, constraint("t", [format!("{long}x").as_str()], "idx"));
        let fits = "a".repeat(57);
        assert_eq!(constraint("t", [fits.as_str()], "idx").len(), LIMIT);
        assert_eq!(constraint("t", [fits.as_str()], "idx"), format!("t_{fits}_idx"));
    }

    #[test]
    fn the_hash_does_not_change_between_versions() {
        assert_eq!(hash("nuages"), hash("nuages"));
        assert_eq!(limited(&"a".repeat(70), "_key"), format!("{}_{}_key", "a".repeat(50), hash(&"a".repeat(70))));
    }
}
