//! How connections are encrypted: libpq's `sslmode`.
//!
//! In: what the URL and the builder say of TLS. Out: a [`Connector`], which opens connections for queries and for
//! cancelling them, each as the mode asks. Certificates and keys are read here, once; what cannot be read, or does not
//! fit together, is an error before anything is sent.

#[cfg(feature = "tls")]
mod binding;
#[cfg(feature = "tls")]
mod client;
mod connect;
mod reason;
mod stream;
mod url;

use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode as Wire, SslNegotiation};

use crate::error::{Error, ErrorKind};

pub(crate) use connect::Connector;
use connect::Way;
pub(crate) use reason::reason;
pub(super) use url::split;

/// Whether connections are encrypted, and what is asked of the server's certificate: PostgreSQL's `sslmode`.
///
/// A root certificate that is given is checked against in every mode that encrypts, as libpq does: `Require` with one is
/// `VerifyCa`. Sockets of the same machine are never encrypted, whatever the mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SslMode {
    /// Never.
    Disable,
    /// Only if the server refuses a connection that is not.
    Allow,
    /// If the server offers it; what is used if nothing is said. Whoever sits between can talk both out of it.
    #[default]
    Prefer,
    /// Always. The server may be anybody.
    Require,
    /// Always, with a certificate that a known authority has signed, for whatever name.
    VerifyCa,
    /// Always, with such a certificate for the host that was asked for.
    VerifyFull,
}

const MODES: [(&str, SslMode); 6] = [
    ("disable", SslMode::Disable),
    ("allow", SslMode::Allow),
    ("prefer", SslMode::Prefer),
    ("require", SslMode::Require),
    ("verify-ca", SslMode::VerifyCa),
    ("verify-full", SslMode::VerifyFull),
];

impl SslMode {
    fn named(name: &str) -> Result<Self, Error> {
        MODES.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode).ok_or_else(|| {
            let known = "disable, allow, prefer, require, verify-ca or verify-full";
            invalid(format!("found sslmode `{name}`, expected {known}"))
        })
    }

    fn name(self) -> &'static str {
        MODES.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }
}

/// A certificate, or a key: a file of the form PEM, or its text.
#[derive(Clone, PartialEq, Eq)]
pub struct Pem(Place);

#[derive(Clone, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Text(Vec<u8>),
}

impl Pem {
    /// In a file, which is read when the database is connected to.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::File(path.into()))
    }

    /// The text itself, as a secret of the environment may hold it.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Self(Place::Text(text.into()))
    }
}

// A key's text is a secret.
impl std::fmt::Debug for Pem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Place::File(path) => f.debug_tuple("Pem").field(path).finish(),
            Place::Text(_) => f.write_str("Pem(_)"),
        }
    }
}

/// Whose signatures count.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Roots {
    /// Those that the system trusts.
    System,
    Given(Pem),
}

/// What was said of TLS; what was not is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    mode: Option<SslMode>,
    roots: Option<Roots>,
    certificate: Option<Pem>,
    key: Option<Pem>,
}

impl Options {
    pub(super) fn mode(&mut self, mode: SslMode) {
        self.mode = Some(mode);
    }

    pub(super) fn root(&mut self, root: Pem) {
        self.roots = Some(Roots::Given(root));
    }

    pub(super) fn system_roots(&mut self) {
        self.roots = Some(Roots::System);
    }

    pub(super) fn client(&mut self, certificate: Pem, key: Pem) {
        self.certificate = Some(certificate);
        self.key = Some(key);
    }

    /// One option as a URL has it; `false` if it is none of TLS.
    fn set(&mut self, key: &str, value: &str) -> Result<bool, Error> {
        match key {
            "sslmode" => self.mode(SslMode::named(value)?),
            "sslrootcert" if value == "system" => self.system_roots(),
            "sslrootcert" => self.root(Pem::file(value)),
            "sslcert" => self.certificate = Some(Pem::file(value)),
            "sslkey" => self.key = Some(Pem::file(value)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What is said here, and where nothing is, there.
    fn over(self, other: Self) -> Self {
        Self {
            mode: self.mode.or(other.mode),
            roots: self.roots.or(other.roots),
            certificate: self.certificate.or(other.certificate),
            key: self.key.or(other.key),
        }
    }

    /// The mode in force.
    fn settled(&self) -> Result<SslMode, Error> {
        let system = self.roots == Some(Roots::System);
        match self.mode {
            None if system => Ok(SslMode::VerifyFull),
            // Anybody has a certificate that the system trusts, for some name.
            Some(weak) if system && weak != SslMode::VerifyFull => Err(invalid(format!(
                "found sslmode `{}` with the root certificates of the system, expected verify-full",
                weak.name()
            ))),
            said => Ok(said.unwrap_or_default()),
        }
    }
}

/// Makes what opens connections, to a server or to a pooler in front of it, and leaves in `config` what the driver has to
/// know of it.
pub(super) fn connector(built: &Options, said: Options, pooler: bool, config: &mut Config) -> Result<Connector, Error> {
    let options = built.clone().over(said);
    let mode = options.settled()?;
    let direct = config.get_ssl_negotiation() == SslNegotiation::Direct;
    let sockets = sockets(config);
    if !sockets.is_empty() && sockets.len() == config.get_hosts().len() {
        let connector = Connector::new(vec![Way::Plain]);
        config.ssl_mode(if pooler { Wire::Require } else { Wire::Disable });
        config.ssl_negotiation(if pooler { SslNegotiation::Direct } else { SslNegotiation::Postgres });
        return Ok(if pooler { connector.pooled(sockets) } else { connector });
    }
    if direct && matches!(mode, SslMode::Disable | SslMode::Allow | SslMode::Prefer) {
        return Err(invalid(format!("found sslmode `{}` with sslnegotiation=direct, expected require", mode.name())));
    }
    if !sockets.is_empty() && mode != SslMode::Disable {
        return Err(invalid("found a socket's folder among hosts of a network, expected one kind of host".to_owned()));
    }
    if config.get_hosts().is_empty() {
        // The driver has no name to give us otherwise.
        for address in config.get_hostaddrs().to_vec() {
            config.host(address.to_string());
        }
    }
    // The driver leaves it to us what is negotiated, and whether: it hands us the socket as it is.
    config.ssl_mode(if mode == SslMode::Disable && !pooler { Wire::Disable } else { Wire::Require });
    config.ssl_negotiation(SslNegotiation::Direct);
    let connector = Connector::new(ways(&options, mode, direct)?);
    Ok(if pooler { connector.pooled(Vec::new()) } else { connector })
}

/// The sockets of this machine among the hosts.
fn sockets(config: &Config) -> Vec<PathBuf> {
    let ports = config.get_ports();
    let port = |number: usize| ports.get(number).or(ports.first()).copied().unwrap_or(5432);
    let socket = |(number, host): (usize, &Host)| match host {
        Host::Unix(folder) => Some(folder.join(format!(".s.PGSQL.{}", port(number)))),
        Host::Tcp(_) => None,
    };
    config.get_hosts().iter().enumerate().filter_map(socket).collect()
}

#[cfg(feature = "tls")]
fn ways(options: &Options, mode: SslMode, direct: bool) -> Result<Vec<Way>, Error> {
    if mode == SslMode::Disable {
        return Ok(vec![Way::Plain]);
    }
    let client = client::config(options, mode, std::env::home_dir().as_deref())?;
    let secure = |optional| Way::Tls { client: client.clone(), optional, direct, mode: mode.name() };
    Ok(match mode {
        SslMode::Allow => vec![Way::Plain, secure(false)],
        SslMode::Prefer => vec![secure(true), Way::Plain],
        _ => vec![secure(false)],
    })
}

/// Without rustls: the modes that can do without.
#[cfg(not(feature = "tls"))]
fn ways(_: &Options, mode: SslMode, _: bool) -> Result<Vec<Way>, Error> {
    match mode {
        SslMode::Disable | SslMode::Allow | SslMode::Prefer => Ok(vec![Way::Plain]),
        _ => Err(invalid(format!(
            "found sslmode `{}` in a program whose crate `nuages` was built without its feature `tls`",
            mode.name()
        ))),
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::Tls, message)
}

#[cfg(test)]
mod tests {
    use super::{Options, Pem, SslMode};

    fn options(said: &[(&str, &str)]) -> Options {
        let mut options = Options::default();
        for (key, value) in said {
            assert!(options.set(key, value).unwrap());
        }
        options
    }

    #[test]
    fn the_builder_comes_first() {
        let mut built = Options::default();
        built.mode(SslMode::VerifyCa);
        let both = built.over(options(&[("sslmode", "require"), ("sslrootcert", "/a")]));
        assert_eq!(both, options(&[("sslmode", "verify-ca"), ("sslrootcert", "/a")]));
    }

    #[test]
    fn the_mode_in_force() {
        assert_eq!(options(&[]).settled().unwrap(), SslMode::Prefer);
        assert_eq!(options(&[("sslrootcert", "system")]).settled().unwrap(), SslMode::VerifyFull);
        let weak = options(&[("sslrootcert", "system"), ("sslmode", "require")]).settled().unwrap_err();
        assert_eq!(
            weak.to_string(),
            "found sslmode `require` with the root certificates of the system, expected verify-full"
        );
        let unknown = Options::default().set("sslmode", "verify_full").unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "found sslmode `verify_full`, expected disable, allow, prefer, require, verify-ca or verify-full"
        );
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", Pem::text("secret")), "Pem(_)");
        assert_eq!(format!("{:?}", Pem::file("/a/b")), "Pem(\"/a/b\")");
    }
}
