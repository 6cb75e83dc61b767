//! What rustls is told: the certificates that count, our own, and what is checked.
//!
//! libpq checks the chain of certificates wherever there is a root certificate, and the host's name with `verify-full`
//! alone; what is not checked may be anything, but the handshake's signatures always hold.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error as Rustls, RootCertStore, SignatureScheme};

use super::{Options, Pem, Place, Roots, SslMode, invalid};
use crate::error::Error;

/// What a server is asked to speak, so that it is not talked into another protocol.
const PROTOCOL: &[u8] = b"postgresql";

/// What a handshake of this mode needs. `home` is where libpq's own files are looked for.
pub(super) fn config(options: &Options, mode: SslMode, home: Option<&Path>) -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(ring::default_provider());
    let at_home = |name: &str| home.map(|home| home.join(".postgresql").join(name)).filter(|path| path.exists());
    let given = options.roots.clone().or_else(|| at_home("root.crt").map(|path| Roots::Given(Pem::file(path))));
    let roots = given.map(|roots| Trusted::read(&roots)).transpose()?;
    if roots.is_none() && matches!(mode, SslMode::VerifyCa | SslMode::VerifyFull) {
        let mode = mode.name();
        return Err(invalid(format!(
            "found sslmode `{mode}` without a root certificate, expected sslrootcert=system or sslrootcert=<file>"
        )));
    }
    let names = mode == SslMode::VerifyFull;
    let verifier = Verifier { roots, names, provider: Arc::clone(&provider) };
    let broken = |error: Rustls| invalid(format!("the client's certificate cannot be used: {error}"));
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let certificate = options.certificate.clone().or_else(|| at_home("postgresql.crt").map(Pem::file));
    let key = options.key.clone().or_else(|| at_home("postgresql.key").map(Pem::file));
    let mut config = match (certificate, key) {
        (Some(certificate), Some(key)) => {
            builder.with_client_auth_cert(certificates(&certificate, "sslcert")?, private(&key)?).map_err(broken)?
        }
        (None, None) => builder.with_no_client_auth(),
        (Some(_), None) => return Err(invalid("found sslcert without sslkey, expected both".to_owned())),
        (None, Some(_)) => return Err(invalid("found sslkey without sslcert, expected both".to_owned())),
    };
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(Arc::new(config))
}

/// Certificates that count.
#[derive(Debug)]
struct Trusted {
    roots: RootCertStore,
    /// Those that were given one by one: a server's own may be among them.
    given: Vec<CertificateDer<'static>>,
}

impl Trusted {
    fn read(from: &Roots) -> Result<Self, Error> {
        let (mut roots, mut given) = (RootCertStore::empty(), Vec::new());
        match from {
            Roots::System => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                if roots.is_empty() {
                    return Err(invalid("found no root certificates of the system".to_owned()));
                }
            }
            Roots::Given(pem) => {
                given = certificates(pem, "sslrootcert")?;
                for certificate in &given {
                    let refused = |error| invalid(format!("a root certificate cannot be used: {error}"));
                    roots.add(certificate.clone()).map_err(refused)?;
                }
            }
        }
        Ok(Self { roots, given })
    }

    /// Whether one of them has signed a certificate, or one that has.
    fn check(
        &self,
        parsed: &ParsedCertificate<'_>,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
        provider: &CryptoProvider,
    ) -> Result<(), Rustls> {
        let algorithms = provider.signature_verification_algorithms.all;
        let checked = verify_server_cert_signed_by_trust_anchor(parsed, &self.roots, intermediates, now, algorithms);
        match checked {
            // A self-signed certificate is mostly made as that of an authority (`openssl req -x509` does), which webpki
            // takes for no server's, after it has looked at its dates. Trusted by itself, it is fine.
            Err(Rustls::InvalidCertificate(CertificateError::Other(_))) if self.given.contains(certificate) => Ok(()),
            other => other,
        }
    }
}

fn certificates(pem: &Pem, option: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let text = text(pem, option)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(invalid(format!("found no certificate in {option}, expected one in the form PEM"))),
        Err(error) => Err(invalid(format!("the certificate in {option} is malformed: {error}"))),
    }
}

fn private(pem: &Pem) -> Result<PrivateKeyDer<'static>, Error> {
    let text = text(pem, "sslkey")?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        PemError::NoItemsFound if text.windows(9).any(|word| word == b"ENCRYPTED") => {
            invalid("found a key in sslkey that is encrypted, expected one that is not".to_owned())
        }
        PemError::NoItemsFound => invalid("found no key in sslkey, expected one in the form PEM".to_owned()),
        error => invalid(format!("the key in sslkey is malformed: {error}")),
    })
}

fn text(pem: &Pem, option: &str) -> Result<Vec<u8>, Error> {
    match &pem.0 {
        Place::Text(text) => Ok(text.clone()),
        Place::File(path) => std::fs::read(path)
            .map_err(|error| invalid(format!("cannot read the file of {option}, {}: {error}", path.display()))),
    }
}

/// Checks as much of a server's certificate as the mode asks for.
#[derive(Debug)]
struct Verifier {
    /// None: the certificate may be signed by anybody.
    roots: Option<Trusted>,
    /// Whether it has to be for the host.
    names: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Rustls> {
        if let Some(roots) = &self.roots {
            let parsed = ParsedCertificate::try_from(certificate)?;
            roots.check(&parsed, certificate, intermediates, now, &self.provider)?;
            if self.names {
                verify_server_name(&parsed, name).map_err(|error| named(error, name))?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Rustls> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Rustls> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The same error with the name in it, whichever of its two forms it has.
fn named(error: Rustls, name: &ServerName<'_>) -> Rustls {
    match error {
        Rustls::InvalidCertificate(CertificateError::NotValidForName) => {
            let expected = name.to_owned();
            Rustls::InvalidCertificate(CertificateError::NotValidForNameContext { expected, presented: Vec::new() })
        }
        other => other,
    }
}
