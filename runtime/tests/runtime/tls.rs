//! Encrypted connections: each `sslmode` with servers and certificates that are right and that are not.

use std::fmt::Write;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use nuages::private::{Plan, build};
use nuages::{Builder, Db, Error, ErrorKind, Pem, Query, Read, SslMode};
use nuages_devdb::{Cluster, find};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::network::Network;
use crate::support::{Value, database, fixed, number, settled};

/// The name in the server's certificate.
const NAME: &str = "db.example";

/// Who may come how, as the server's `pg_hba.conf` has it.
const RULES: &str = "\
local all all trust
hostssl all secure all trust
hostnossl all open all trust
hostssl all certified all cert
host all pass all scram-sha-256
host all postgres all trust";

pub(crate) type Authority = Issuer<'static, KeyPair>;

pub(crate) fn authority(name: &str) -> (Authority, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (Issuer::new(params, key), pem)
}

/// A certificate and its key.
pub(crate) fn signed(by: &Authority, name: &str, hosts: &[&str]) -> (String, String) {
    let mut params = CertificateParams::new(hosts.iter().copied().map(str::to_owned).collect::<Vec<_>>()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, by).unwrap().pem(), key.serialize_pem())
}

/// A server that speaks TLS, at an address of its own, for all tests of this process.
struct Server {
    _cluster: Cluster,
    address: String,
    root: String,
    /// A certificate for the user `certified`.
    client: (String, String),
}

/// SQL by which the server writes a file of its own.
fn file(text: &str, path: &str) -> String {
    format!("COPY (SELECT unnest(string_to_array($nuages${}$nuages$, E'\\n'))) TO '{path}';", text.trim_end())
}

impl Server {
    async fn start() -> Self {
        let process = std::process::id();
        let [.., high, low] = process.to_be_bytes();
        // All of 127 is this machine on Linux; elsewhere there is one address, and nobody may be at its port.
        let address = if cfg!(target_os = "linux") { format!("127.77.{high}.{low}") } else { "127.0.0.1".to_owned() };
        let cluster = Cluster::start_with(&find::best().unwrap(), &[&format!("listen_addresses={address}")]).unwrap();
        let keep = cluster.create_database().unwrap();
        let db = Db::connect(&keep.url()).await.unwrap();
        let (issuer, root) = authority("the authority");
        let (certificate, key) = signed(&issuer, "the server", &[NAME, &address]);
        let mut script = String::new();
        for (text, name) in [(&root, "root.crt"), (&certificate, "server.crt"), (&key, "server.key")] {
            script.push_str(&file(text, name_in(&db, name).await.to_str().unwrap()));
        }
        script.push_str(&file(RULES, name_in(&db, "pg_hba.conf").await.to_str().unwrap()));
        for role in ["secure", "open", "certified"] {
            write!(script, "CREATE ROLE {role} LOGIN;").unwrap();
        }
        script.push_str("SET password_encryption = 'scram-sha-256'; CREATE ROLE pass LOGIN PASSWORD 'a secret';");
        db.execute_script(&script).await.unwrap();
        // The server takes no key that others can read, and writes its files for all.
        std::fs::set_permissions(name_in(&db, "server.key").await, Permissions::from_mode(0o600)).unwrap();
        for setting in ["ssl = on", "ssl_ca_file = 'root.crt'"] {
            db.execute_script(&format!("ALTER SYSTEM SET {setting}")).await.unwrap();
        }
        db.execute_script("SELECT pg_reload_conf()").await.unwrap();
        let server = Self { _cluster: cluster, address, root, client: signed(&issuer, "certified", &[]) };
        for _ in 0..500 {
            match server.as_user("secure").ssl_mode(SslMode::Require).connect().await {
                Ok(_) => return server,
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
        panic!("the server does not come to speak TLS");
    }

    /// A builder for a user of the host in the certificate.
    fn as_user(&self, user: &str) -> Builder {
        let Self { address, .. } = self;
        Db::builder().url(format!("host={NAME} hostaddr={address} user={user} dbname=postgres password='a secret'"))
    }

    fn root(&self) -> Pem {
        Pem::text(self.root.clone())
    }
}

async fn name_in(db: &Db, name: &str) -> PathBuf {
    let client = db.client().await.unwrap();
    let folder: String = client.query_one("SHOW data_directory", &[]).await.unwrap().get(0);
    PathBuf::from(folder).join(name)
}

async fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static START: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = START.lock().await;
    if SERVER.get().is_none() {
        let _ = SERVER.set(Server::start().await);
    }
    SERVER.get().unwrap()
}

/// Whether a connection is encrypted, as the server sees it.
async fn is_encrypted(db: &Db) -> bool {
    number(db, "SELECT count(*) FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl").await == 1
}

/// `true` and `false`: connected, with TLS or without it.
async fn outcome(builder: Builder) -> Result<bool, String> {
    match builder.connect().await {
        Ok(db) => Ok(is_encrypted(&db).await),
        Err(error) => Err(told(&error)),
    }
}

fn told(error: &Error) -> String {
    let all = format!("{error} {error:?}");
    assert!(!all.contains("a secret"), "{all}");
    format!("{:?}: {error}", error.kind())
}

const MODES: [SslMode; 6] =
    [SslMode::Disable, SslMode::Allow, SslMode::Prefer, SslMode::Require, SslMode::VerifyCa, SslMode::VerifyFull];

#[tokio::test]
async fn modes_where_the_certificate_is_right() {
    let server = server().await;
    for (mode, encrypted) in MODES.into_iter().zip([false, false, true, true, true, true]) {
        let builder = server.as_user("postgres").ssl_mode(mode).ssl_root_cert(server.root());
        assert_eq!(outcome(builder).await, Ok(encrypted), "{mode:?}");
    }
}

#[tokio::test]
async fn modes_where_the_server_takes_one_kind_of_connection() {
    let server = server().await;
    let refused = |user: &str, how: &str| {
        let text = format!("user \"{user}\", database \"postgres\", {how}");
        Err(format!("Pool: cannot connect to the database: no pg_hba.conf entry for {text}"))
    };
    // Which address the server sees is the system's choice.
    let without_host = |said: Result<bool, String>| {
        said.map_err(|text| {
            let (start, end) = text.split_once("host \"").unwrap();
            format!("{start}{}", end.split_once("\", ").unwrap().1)
        })
    };
    for mode in MODES {
        let secure = outcome(server.as_user("secure").ssl_mode(mode).ssl_root_cert(server.root())).await;
        let open = outcome(server.as_user("open").ssl_mode(mode).ssl_root_cert(server.root())).await;
        let expected = match mode {
            SslMode::Disable => (refused("secure", "no encryption"), Ok(false)),
            SslMode::Allow | SslMode::Prefer => (Ok(true), Ok(false)),
            _ => (Ok(true), refused("open", "SSL encryption")),
        };
        assert_eq!((without_host(secure), without_host(open)), expected, "{mode:?}");
    }
}

#[tokio::test]
async fn the_authority_is_checked_where_it_is_given() {
    let server = server().await;
    let (_, other) = authority("another authority");
    let unknown = "Tls: cannot connect to the database: the server's certificate is signed by no authority that is \
                   known here";
    for mode in MODES {
        let builder = server.as_user("secure").ssl_mode(mode).ssl_root_cert(Pem::text(other.clone()));
        let said = outcome(builder).await;
        if mode == SslMode::Disable {
            assert!(said.unwrap_err().contains("no pg_hba.conf entry"));
        } else {
            assert_eq!(said, Err(unknown.to_owned()), "{mode:?}");
        }
        // Without TLS there is nothing to check, and these modes can do without.
        let said = outcome(server.as_user("postgres").ssl_mode(mode).ssl_root_cert(Pem::text(other.clone()))).await;
        let may = matches!(mode, SslMode::Disable | SslMode::Allow | SslMode::Prefer);
        assert_eq!(said, if may { Ok(false) } else { Err(unknown.to_owned()) }, "{mode:?}");
    }
}

#[tokio::test]
async fn the_name_is_checked_in_full_only() {
    let server = server().await;
    let address = &server.address;
    let other = format!("host=other.example hostaddr={address} user=secure dbname=postgres");
    let wrong = "Tls: cannot connect to the database: the server's certificate is not for `other.example`";
    for (mode, expected) in [(SslMode::VerifyCa, Ok(true)), (SslMode::VerifyFull, Err(wrong.to_owned()))] {
        let builder = Db::builder().url(&other).ssl_mode(mode).ssl_root_cert(server.root());
        assert_eq!(outcome(builder).await, expected, "{mode:?}");
    }
    // An address is a name too, with a host or without one.
    for url in [format!("host={address} user=secure"), format!("hostaddr={address} user=secure")] {
        let url = format!("{url} dbname=postgres");
        let builder = Db::builder().url(url).ssl_mode(SslMode::VerifyFull).ssl_root_cert(server.root());
        assert_eq!(outcome(builder).await, Ok(true));
    }
}

#[tokio::test]
async fn urls_and_files() {
    let server = server().await;
    let path = std::env::temp_dir().join(format!("nuages root {}.crt", std::process::id()));
    std::fs::write(&path, &server.root).unwrap();
    let file = path.display().to_string().replace(' ', "%20");
    let url = format!("postgres://secure@{}/postgres?sslrootcert={file}&sslmode=", server.address);
    assert_eq!(outcome(Db::builder().url(format!("{url}verify-full"))).await, Ok(true));
    std::fs::remove_file(&path).unwrap();
    let missing =
        format!("Tls: cannot read the file of sslrootcert, {}: No such file or directory (os error 2)", path.display());
    assert_eq!(outcome(Db::builder().url(format!("{url}require"))).await, Err(missing));
    assert_eq!(
        outcome(Db::builder().url(format!("{url}full"))).await.unwrap_err(),
        "Tls: found sslmode `full`, expected disable, allow, prefer, require, verify-ca or verify-full"
    );
    // The system trusts nobody who has signed ours.
    let url = format!("postgres://secure@{}/postgres?sslrootcert=system", server.address);
    let said = outcome(Db::builder().url(&url)).await.unwrap_err();
    assert!(said.contains("no authority that is known here") || said.contains("no root certificates"), "{said}");
}

#[tokio::test]
async fn certificates_that_cannot_be_read() {
    let server = server().await;
    let (certificate, key) = &server.client;
    let with =
        |certificate: &str, key: &str| server.as_user("secure").ssl_client_cert(Pem::text(certificate), Pem::text(key));
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let (_, other) = signed(&authority("x").0, "x", &[]);
    let cases = [
        (with("", key), "Tls: found no certificate in sslcert, expected one in the form PEM"),
        (with(certificate, ""), "Tls: found no key in sslkey, expected one in the form PEM"),
        (with(certificate, encrypted), "Tls: found a key in sslkey that is encrypted, expected one that is not"),
        (
            with(certificate, &other),
            "Tls: the client's certificate cannot be used: keys may not be consistent: KeyMismatch",
        ),
        (
            server.as_user("secure").ssl_root_cert(Pem::text("x")),
            "Tls: found no certificate in sslrootcert, expected one in the form PEM",
        ),
        (
            server.as_user("secure").ssl_mode(SslMode::Prefer).ssl_system_roots(),
            "Tls: found sslmode `prefer` with the root certificates of the system, expected verify-full",
        ),
        (
            server.as_user("secure").ssl_mode(SslMode::VerifyCa),
            "Tls: found sslmode `verify-ca` without a root certificate, expected sslrootcert=system or \
             sslrootcert=<file>",
        ),
        (Db::builder().url("postgres://h/d?sslcert=/nowhere"), "Tls: found sslcert without sslkey, expected both"),
        (
            Db::builder().url("postgres://h/d?sslnegotiation=direct"),
            "Tls: found sslmode `prefer` with sslnegotiation=direct, expected require",
        ),
        (
            Db::builder().url("host=/tmp,h sslmode=require"),
            "Tls: found a socket's folder among hosts of a network, expected one kind of host",
        ),
    ];
    for (builder, expected) in cases {
        assert_eq!(outcome(builder).await, Err(expected.to_owned()));
    }
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate() {
    let server = server().await;
    let (certificate, key) = server.client.clone();
    let as_user = || server.as_user("certified").ssl_mode(SslMode::Require);
    assert_eq!(outcome(as_user().ssl_client_cert(Pem::text(certificate), Pem::text(key))).await, Ok(true));
    assert_eq!(
        outcome(as_user()).await.unwrap_err(),
        "Pool: cannot connect to the database: connection requires a valid client certificate"
    );
    let (certificate, key) = signed(&authority("another authority").0, "certified", &[]);
    assert_eq!(
        outcome(as_user().ssl_client_cert(Pem::text(certificate), Pem::text(key))).await.unwrap_err(),
        "Tls: cannot connect to the database: the server refused the connection with the alert UnknownCA"
    );
}

#[tokio::test]
async fn a_server_without_tls() {
    let (keep, _) = database("").await;
    let network = Network::before(&keep.url()).await;
    for mode in MODES {
        let said =
            outcome(Db::builder().url(network.url(&keep)).ssl_mode(mode).ssl_root_cert(server().await.root())).await;
        let name = match mode {
            SslMode::Disable | SslMode::Allow | SslMode::Prefer => {
                assert_eq!(said, Ok(false), "{mode:?}");
                continue;
            }
            SslMode::Require => "require",
            SslMode::VerifyCa => "verify-ca",
            SslMode::VerifyFull => "verify-full",
        };
        let expected = format!("cannot connect to the database: the server does not offer TLS, and sslmode is {name}");
        assert_eq!(said, Err(format!("Tls: {expected}")), "{mode:?}");
    }
    // A socket of this machine is not encrypted, and need not be.
    let local = Db::builder().url(keep.url()).ssl_mode(SslMode::VerifyFull);
    if keep.url().contains("@%2F") {
        assert_eq!(outcome(local).await, Ok(false));
    }
}

#[tokio::test]
async fn passwords_are_bound_to_the_connection() {
    let server = server().await;
    let url = |more: &str| {
        let Server { address, .. } = server;
        let url = format!("host={NAME} hostaddr={address} user=pass dbname=postgres password='a secret' {more}");
        Db::builder().url(url).ssl_root_cert(server.root())
    };
    assert_eq!(outcome(url("channel_binding=require sslmode=verify-full")).await, Ok(true));
    assert_eq!(outcome(url("channel_binding=disable sslmode=verify-full")).await, Ok(true));
    assert_eq!(
        outcome(url("channel_binding=require sslmode=disable")).await.unwrap_err(),
        "Pool: cannot connect to the database: authentication error: server did not use channel binding"
    );
}

/// The numbers that the connections through a port begin with: which kind of message comes first.
struct Spied {
    port: u16,
    first: Arc<Mutex<Vec<u32>>>,
}

const REQUEST_FOR_TLS: u32 = 80_877_103;

async fn spied(address: String) -> Spied {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, first) = (listener.local_addr().unwrap().port(), Arc::default());
    let seen: Arc<Mutex<Vec<u32>>> = Arc::clone(&first);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect((address.as_str(), 5432)).await.unwrap();
            let mut head = [0; 8];
            client.read_exact(&mut head).await.unwrap();
            seen.lock().unwrap().push(u32::from_be_bytes(head[4..].try_into().unwrap()));
            server.write_all(&head).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
        }
    });
    Spied { port, first }
}

#[tokio::test]
async fn statements_are_cancelled_over_tls() {
    static SLEEP: Plan<bool> = Plan::<bool>::exists("Row", fixed("SELECT pg_sleep(300) IS NULL", &[]));
    let server = server().await;
    let spied = spied(server.address.clone()).await;
    let url = format!("host={NAME} hostaddr=127.0.0.1 port={} user=secure dbname=postgres", spied.port);
    let builder = Db::builder().url(url).ssl_mode(SslMode::VerifyFull).ssl_root_cert(server.root());
    let db = builder.pool_size(1).connect().await.unwrap();
    let sleep: Query<_, Read> = build().finish(&SLEEP);
    assert!(tokio::time::timeout(Duration::from_millis(100), sleep.run(&db)).await.is_err());
    settled(&db).await;
    assert_eq!(db.status().size, 0);
    let running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND state = 'active' \
                   AND pid <> pg_backend_pid()";
    let watcher = server.as_user("postgres").connect().await.unwrap();
    let mut left = 1;
    for _ in 0..1000 {
        left = number(&watcher, running).await;
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(left, 0, "the statement still runs");
    assert_eq!(one().run(&db).await.unwrap(), 1);
    // The connection, the request to cancel, the connection that took its place.
    assert_eq!(*spied.first.lock().unwrap(), [REQUEST_FOR_TLS; 3]);
}

fn one() -> Query<i64, Read> {
    static ONE: Plan<i64> = Plan::<i64>::record::<Value<i64>>("Row", fixed("SELECT 1::int8", &[]));
    build().finish(&ONE)
}

/// A server with a certificate of its own that ends every conversation after the handshake, saying which protocol was
/// asked for in it. It speaks TLS at once or after it was asked to.
async fn terminating(certificate: &rcgen::Certificate, key: &KeyPair) -> u16 {
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut first = [0];
            socket.peek(&mut first).await.unwrap();
            let direct = first != [0];
            if !direct {
                socket.read_exact(&mut [0; 8]).await.unwrap();
                socket.write_all(b"S").await.unwrap();
            }
            let Ok(mut stream) = acceptor.accept(socket).await else { continue };
            let length = stream.read_u32().await.unwrap() as usize;
            stream.read_exact(&mut vec![0; length - 4]).await.unwrap();
            let protocol = String::from_utf8_lossy(stream.get_ref().1.alpn_protocol().unwrap()).into_owned();
            let text = format!("SFATAL\0VFATAL\0CXX000\0Mthe end of {protocol}, direct: {direct}\0\0");
            let length = u32::try_from(text.len() + 4).unwrap().to_be_bytes();
            stream.write_all(&[b"E", &length[..], text.as_bytes()].concat()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    port
}

#[tokio::test]
async fn a_certificate_that_signs_itself_is_trusted_by_itself() {
    // As `openssl req -x509` makes it: that of an authority and of a server at once.
    let mut params = CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let port = terminating(&certificate, &key).await;
    let builder = |root: String, more: &str| {
        let url = format!("host={NAME} hostaddr=127.0.0.1 port={port} user=u password='a secret' dbname=d {more}");
        Db::builder().url(url).ssl_root_cert(Pem::text(root))
    };
    for (more, direct) in [("", false), ("sslnegotiation=postgres", false), ("sslnegotiation=direct", true)] {
        // What answers is no database, but it is reached behind the handshake.
        let said = outcome(builder(certificate.pem(), more).ssl_mode(SslMode::VerifyFull)).await;
        let expected = format!("Pool: cannot connect to the database: the end of postgresql, direct: {direct}");
        assert_eq!(said, Err(expected));
    }
    let (_, other) = authority("another authority");
    let refused = builder(other, "sslmode=verify-ca").connect().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Tls, "{refused}");
    let mut late = CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    late.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    late.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let late = late.self_signed(&key).unwrap();
    let port = terminating(&late, &key).await;
    let url = format!("host={NAME} hostaddr=127.0.0.1 port={port} user=u sslmode=verify-full");
    assert_eq!(
        outcome(Db::builder().url(url).ssl_root_cert(Pem::text(late.pem()))).await.unwrap_err(),
        "Tls: cannot connect to the database: the server's certificate has expired"
    );
}
