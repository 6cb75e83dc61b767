//! Which server a pool is for, and what is to be told of its statements.

#[cfg(feature = "tracing")]
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// What those who listen are told beside the statements.
#[derive(Clone, Debug, Default)]
pub(crate) struct Telemetry {
    /// The host, or the folder of the socket; none if there are several.
    pub(crate) address: Option<String>,
    pub(crate) port: Option<u16>,
    /// The database.
    pub(crate) namespace: Option<String>,
    /// From which duration on a statement is slow.
    #[cfg(feature = "tracing")]
    pub(crate) slow: Option<Duration>,
    /// Whether parameters are shown.
    #[cfg(feature = "tracing")]
    pub(crate) parameters: bool,
}

impl Telemetry {
    /// Of the server that a driver's settings name.
    pub(crate) fn of(config: &Config) -> Self {
        let (address, port) = match config.get_hosts() {
            [Host::Tcp(name)] => (Some(name.clone()), config.get_ports().first().copied().or(Some(5432))),
            #[cfg(unix)]
            [Host::Unix(folder)] => (Some(folder.display().to_string()), None),
            _ => (None, None),
        };
        let namespace = config.get_dbname().or(config.get_user()).map(str::to_owned);
        Self {
            address,
            port,
            namespace,
            #[cfg(feature = "tracing")]
            slow: None,
            #[cfg(feature = "tracing")]
            parameters: false,
        }
    }
}
