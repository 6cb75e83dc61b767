//! Why there is no encrypted connection.
//!
//! In: the driver's error. Out: the reason in words, if TLS is what failed: the certificate, its name, its authority, or
//! that the server has none. It speaks of the server and of nothing that is secret.

use std::error::Error as StdError;
use std::fmt;

/// What the connector itself found.
#[derive(Debug)]
pub(super) struct Failure(pub(super) String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Failure {}

/// The reason, if it was TLS.
pub(crate) fn reason(error: &tokio_postgres::Error) -> Option<String> {
    let cause = error.source()?;
    if let Some(Failure(text)) = cause.downcast_ref() {
        return Some(text.clone());
    }
    #[cfg(feature = "tls")]
    if let Some(cause) = cause.downcast_ref::<std::io::Error>()
        && let Some(text) = of_rustls(cause)
    {
        // A server may refuse what the client has sent when the client thinks that they are done.
        return Some(text);
    }
    None
}

/// What rustls says, in our words where it is what happens to people.
#[cfg(feature = "tls")]
pub(super) fn of_rustls(error: &std::io::Error) -> Option<String> {
    use rustls::{CertificateError, Error};
    let error = error.get_ref()?.downcast_ref::<Error>()?;
    Some(match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "the server's certificate is signed by no authority that is known here".to_owned()
        }
        Error::InvalidCertificate(CertificateError::NotValidForNameContext { expected, .. }) => {
            format!("the server's certificate is not for `{}`", expected.to_str())
        }
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "the server's certificate has expired".to_owned()
        }
        Error::AlertReceived(alert) => format!("the server refused the connection with the alert {alert:?}"),
        other => other.to_string(),
    })
}
