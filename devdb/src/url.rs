//! Connection strings: the URLs of databases made here, and a given one with another database in it.

use std::fmt::Write;
use std::path::Path;

use crate::wire::USER;

/// The URL of a database behind the socket in `sockets`: `postgresql://postgres@%2Ftmp%2Fnuages-1/name`.
pub(crate) fn local(sockets: &Path, database: &str) -> String {
    let host = encode(&sockets.to_string_lossy());
    format!("postgresql://{USER}@{host}/{}", encode(database))
}

/// `url` (a URL or libpq's `key=value` pairs) with `database` in place of the one it names.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !is_url {
        return format!("{} dbname='{database}'", url.trim_end()); // the last of a key counts
    }
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let scheme = base.find("://").map_or(0, |start| start + 3);
    let end = base[scheme..].find('/').map_or(base.len(), |slash| scheme + slash);
    let mut changed = format!("{}/{}", &base[..end], encode(database));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("dbname="));
    for (index, pair) in kept.enumerate() {
        changed.push(if index == 0 { '?' } else { '&' });
        changed.push_str(pair);
    }
    changed
}

/// Percent-encodes everything but what may stand anywhere in a URL.
fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use tokio_postgres::Config;
    use tokio_postgres::config::Host;

    use super::*;

    #[test]
    fn a_local_url_is_read_by_the_driver() {
        let config = Config::from_str(&local(Path::new("/tmp/a b%/nuages-1"), "a database")).unwrap();
        assert_eq!(config.get_hosts(), [Host::Unix("/tmp/a b%/nuages-1".into())]);
        assert_eq!((config.get_user(), config.get_dbname()), (Some("postgres"), Some("a database")));
    }

    #[test]
    fn the_database_of_a_given_url_is_replaced() {
        let cases = [
            ("postgres://u:p@h:5433/old?sslmode=require", "postgres://u:p@h:5433/new?sslmode=require"),
            ("postgresql://h", "postgresql://h/new"),
            ("postgresql:///old?host=/tmp&dbname=x&user=u", "postgresql:///new?host=/tmp&user=u"),
            ("postgresql://h/?", "postgresql://h/new"),
            ("host=h dbname=old user=u ", "host=h dbname=old user=u dbname='new'"),
        ];
        for (given, expected) in cases {
            assert_eq!(with_database(given, "new"), expected, "{given}");
            assert_eq!(Config::from_str(expected).unwrap().get_dbname(), Some("new"), "{given}");
        }
    }
}
