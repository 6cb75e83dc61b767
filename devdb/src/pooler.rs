//! [`Pooler`]: pgbouncer in front of a server of ours, for tests of what has to work through one.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::local::make_directory;
use crate::watchdog::Watchdog;
use crate::wire::{PORT, USER};
use crate::{Cluster, Error, url};

const STEP: Duration = Duration::from_millis(10);
const START: Duration = Duration::from_mins(1);

/// A pgbouncer in transaction mode, in front of all databases of a server. It ends with this value, and with the process
/// however that ends.
#[derive(Debug)]
pub struct Pooler {
    directory: PathBuf,
    watchdog: Watchdog,
    /// The server must be there as long.
    _cluster: Cluster,
}

impl Pooler {
    /// The program, where it is installed.
    pub fn program() -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let hidden = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"].map(PathBuf::from);
        std::env::split_paths(&path)
            .chain(hidden)
            .map(|folder| folder.join("pgbouncer"))
            .find(|program| program.is_file())
    }

    /// How to get the program, in a line.
    pub const INSTALL: &str = "pgbouncer was not found: apt-get install pgbouncer, or brew install pgbouncer";

    /// Starts one that holds no more than so many connections of each database, and waits until it takes clients.
    pub fn start(cluster: &Cluster, connections: u32) -> Result<Self, Error> {
        Self::start_with(cluster, connections, &[])
    }

    /// The same with lines of its own in its settings (`listen_addr = 127.0.0.7`), which come after those that all have.
    pub fn start_with(cluster: &Cluster, connections: u32, settings: &[&str]) -> Result<Self, Error> {
        let program = Self::program().ok_or_else(|| Error::new(Self::INSTALL))?;
        let server = cluster.directory()?;
        let (directory, owner) = make_directory()?;
        let clean = |error| {
            let _ = fs::remove_dir_all(&directory);
            error
        };
        owner.take(&directory).map_err(clean)?;
        let more = settings.join("\n");
        let settings = directory.join("pgbouncer.ini");
        let (server, here) = (server.display(), directory.display());
        let text = format!(
            "[databases]\n* = host={server} port={PORT} user={USER}\n\
             [pgbouncer]\nlisten_port = {PORT}\nunix_socket_dir = {here}\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = {connections}\nmax_client_conn = 1000\nlog_connections = 0\nlog_disconnections = 0\n{more}\n"
        );
        fs::write(&settings, text).map_err(Error::io("write", &settings)).map_err(clean)?;
        owner.take(&settings).map_err(clean)?;
        let watchdog = Watchdog::pooler(&owner, &program, &directory).map_err(clean)?;
        let mut pooler = Self { directory, watchdog, _cluster: cluster.clone() };
        pooler.wait()?;
        Ok(pooler)
    }

    fn wait(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + START;
        let log = self.directory.join("pooler.log");
        while std::os::unix::net::UnixStream::connect(self.socket()).is_err() {
            if self.directory.join("ended").exists() || Instant::now() > deadline {
                let said = fs::read(&log).unwrap_or_default();
                return Err(Error::new("pgbouncer did not start").with_output(&String::from_utf8_lossy(&said)));
            }
            sleep(STEP);
        }
        Ok(())
    }

    /// The connection string of a database of the server, through it.
    pub fn url(&self, database: &str) -> String {
        url::local(&self.directory, database)
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.directory.join(format!(".s.PGSQL.{PORT}"))
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.watchdog.finish();
        let _ = fs::remove_dir_all(&self.directory);
    }
}
