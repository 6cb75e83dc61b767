//! Where servers are: addresses, and those of replicas as the environment says them in one text.

/// A URL or `key=value` text. It may hold a password, so it is never shown.
#[derive(Clone)]
pub(super) struct Address(pub(super) String);

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// The addresses in a list separated by commas. An address may itself hold commas, between several hosts: a new one
/// begins where it begins as the first does, with a URL's scheme or with a `key=`.
pub(super) fn addresses(list: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in list.split(',') {
        let begins = if is_url(list.trim_start()) { is_url(piece.trim_start()) } else { is_pair(piece.trim_start()) };
        match found.last_mut() {
            Some(last) if !begins && !piece.trim().is_empty() => {
                last.push(',');
                last.push_str(piece.trim_end());
            }
            _ if piece.trim().is_empty() => {}
            _ => found.push(piece.trim().to_owned()),
        }
    }
    found
}

fn is_url(text: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
}

fn is_pair(text: &str) -> bool {
    let key = text.find('=').map(|end| text[..end].trim_end());
    key.is_some_and(|key| !key.is_empty() && key.bytes().all(|c| c.is_ascii_lowercase() || c == b'_'))
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn a_list_is_taken_apart_between_addresses() {
        let cases: [(&str, &[&str]); 10] = [
            ("", &[]),
            (" , ", &[]),
            ("postgres://a/x", &["postgres://a/x"]),
            ("postgres://a/x, postgresql://b/x,", &["postgres://a/x", "postgresql://b/x"]),
            ("postgres://a,b:5433/x,postgres://c/x", &["postgres://a,b:5433/x", "postgres://c/x"]),
            ("postgres://a/x?options=-c%20y=1,z=2", &["postgres://a/x?options=-c%20y=1,z=2"]),
            ("host=a dbname=x", &["host=a dbname=x"]),
            ("host=a dbname=x,\n  host=b dbname=x\n", &["host=a dbname=x", "host=b dbname=x"]),
            ("host=a,b port=1,2 dbname=x,host=c", &["host=a,b port=1,2 dbname=x", "host=c"]),
            ("nonsense,more", &["nonsense,more"]),
        ];
        for (list, expected) in cases {
            assert_eq!(addresses(list), expected, "{list}");
        }
    }
}
