//! [`Cluster`] and [`Database`]: a server, ours or the one of `DATABASE_URL`, and the databases made in it.

use std::sync::Arc;

use crate::find::{self, Installation, Version};
use crate::local::Local;
use crate::name::unique;
use crate::remote::Remote;
use crate::watchdog::Mode;
use crate::{Error, url, wire};

/// The first version whose `CREATE DATABASE` has a `STRATEGY`; before it, files are always copied.
const STRATEGIES: u32 = 15;

/// A server for as long as this, a clone of it, or one of its databases lives.
///
/// The server that [`Cluster::start`] makes belongs to this process: it has a directory of its own, no port, and goes
/// away with the process, also when that is killed.
///
/// ```
/// # fn main() -> Result<(), nuages_devdb::Error> {
/// let cluster = nuages_devdb::Cluster::start()?;
/// let database = cluster.create_database()?;
/// println!("{}", database.url());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Cluster {
    server: Arc<Server>,
}

/// A database with a name of its own, dropped with this value.
#[derive(Debug)]
pub struct Database {
    name: String,
    server: Arc<Server>,
}

#[derive(Debug)]
struct Server {
    place: Place,
    version: Version,
}

#[derive(Debug)]
enum Place {
    Local(Local),
    Remote(Remote),
}

impl Cluster {
    /// The server of `DATABASE_URL` where that is set, else a private throw-away cluster of the best installation.
    pub fn start() -> Result<Self, Error> {
        match given()? {
            Some(cluster) => Ok(cluster),
            None => Self::start_on(&find::best()?),
        }
    }

    /// A private throw-away cluster of this installation, whatever `DATABASE_URL` says.
    pub fn start_on(installation: &Installation) -> Result<Self, Error> {
        Self::start_with(installation, &[])
    }

    /// The same with settings of its own (`listen_addresses=127.0.0.7`), which come after those that all have.
    pub fn start_with(installation: &Installation, settings: &[&str]) -> Result<Self, Error> {
        let local = Local::start(installation, Mode::Private, settings)?;
        Ok(Self::of(local, installation.version()))
    }

    /// A streaming replica of this server, made with the programs of `installation`, which this server was started on: a
    /// private one, that only reads, follows what is written here, and lives as long as the value does.
    ///
    /// ```
    /// # fn main() -> Result<(), nuages_devdb::Error> {
    /// use nuages_devdb::{Cluster, find};
    ///
    /// let installation = find::best()?;
    /// let primary = Cluster::start_on(&installation)?;
    /// let replica = primary.replica(&installation)?;
    /// let database = primary.create_database()?;
    /// println!("{} and, once it has followed, {}", database.url(), replica.url_of(&database));
    /// # Ok(())
    /// # }
    /// ```
    pub fn replica(&self, installation: &Installation) -> Result<Self, Error> {
        let local = self.server.local()?.replica(installation)?;
        Ok(Self::of(local, installation.version()))
    }

    /// The connection string of `database` on this server: on a replica of the server that it was made on.
    pub fn url_of(&self, database: &Database) -> String {
        self.server.url(&database.name)
    }

    pub(crate) fn of(local: Local, version: Version) -> Self {
        Self { server: Arc::new(Server { place: Place::Local(local), version }) }
    }

    /// The version of the server.
    pub fn version(&self) -> Version {
        self.server.version
    }

    /// Ends the server as a crash of it would (SIGKILL): connections break, nothing is flushed. Only a private cluster,
    /// as [`Cluster::start_on`] makes.
    pub fn kill(&self) -> Result<(), Error> {
        self.server.local()?.kill()
    }

    /// Ends the server in order, as `pg_ctl stop` does: clients are told that it goes. Only a private cluster.
    pub fn stop(&self) -> Result<(), Error> {
        self.server.local()?.stop()
    }

    /// Starts the server again after [`Cluster::kill`] or [`Cluster::stop`], at the same address, and waits until it takes connections. What
    /// was committed is there, as far as it was committed with `synchronous_commit` on, which throw-away servers have off.
    pub fn restart(&self) -> Result<(), Error> {
        self.server.local()?.restart()
    }

    /// An empty database.
    pub fn create_database(&self) -> Result<Database, Error> {
        self.create_database_from("template0")
    }

    /// A copy of the database `template` of the same server, to which nobody may be connected.
    pub fn create_database_from(&self, template: &str) -> Result<Database, Error> {
        let name = format!("nuages_{}", unique());
        self.server.create(&name, template)?;
        Ok(Database { name, server: Arc::clone(&self.server) })
    }

    /// Creates a database that is left to the end of the server, or of the process on somebody else's server.
    pub(crate) fn create_lasting(&self, name: &str) -> Result<(), Error> {
        self.server.create(name, "template0")
    }

    /// The folder of the server's socket.
    pub(crate) fn directory(&self) -> Result<&std::path::Path, Error> {
        match &self.server.place {
            Place::Local(local) => Ok(local.directory()),
            Place::Remote(_) => {
                Err(Error::new("the server of DATABASE_URL has no folder here for a pooler to reach it"))
            }
        }
    }

    pub(crate) fn execute(&self, sql: &str) -> Result<Option<String>, Error> {
        self.server.execute(sql)
    }

    pub(crate) fn url(&self, database: &str) -> String {
        self.server.url(database)
    }

    /// The connection string of a database that is there anyway, and that nobody fills.
    pub(crate) fn address(&self) -> String {
        match &self.server.place {
            Place::Local(_) => self.url("postgres"),
            Place::Remote(remote) => remote.given().to_owned(),
        }
    }

    /// Whether the server is the one of `DATABASE_URL`.
    pub(crate) fn is_given(&self) -> bool {
        matches!(self.server.place, Place::Remote(_))
    }
}

/// The server of `DATABASE_URL`, where that is set.
pub(crate) fn given() -> Result<Option<Cluster>, Error> {
    let Some(url) = std::env::var("DATABASE_URL").ok().filter(|url| !url.trim().is_empty()) else {
        return Ok(None);
    };
    let remote = Remote::new(url)?;
    let number = remote.execute("SHOW server_version_num")?.unwrap_or_default();
    let version = Version::from_number(&number)
        .ok_or_else(|| Error::new(format!("the server of DATABASE_URL says its version is `{number}`")))?;
    if version.major < find::OLDEST {
        let oldest = find::OLDEST;
        let old = format!("the server of DATABASE_URL is PostgreSQL {version}, {oldest} or newer is needed");
        return Err(Error::new(old));
    }
    Ok(Some(Cluster { server: Arc::new(Server { place: Place::Remote(remote), version }) }))
}

impl Database {
    /// Its connection string, for any libpq-like client.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Its name in the server, which [`Cluster::create_database_from`] takes as a template.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server it is in.
    pub fn cluster(&self) -> Cluster {
        Cluster { server: Arc::clone(&self.server) }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What cannot be dropped now goes with the cluster, or is dropped by the watchdog.
        let _ = self.server.drop_database(&self.name);
    }
}

impl Server {
    fn local(&self) -> Result<&Local, Error> {
        match &self.place {
            Place::Local(local) => Ok(local),
            Place::Remote(_) => Err(Error::new("the server of DATABASE_URL is somebody else's to kill and to start")),
        }
    }

    fn url(&self, database: &str) -> String {
        match &self.place {
            Place::Local(local) => url::local(local.directory(), database),
            Place::Remote(remote) => remote.url(database),
        }
    }

    fn execute(&self, sql: &str) -> Result<Option<String>, Error> {
        match &self.place {
            Place::Local(local) => wire::execute(local.directory(), "postgres", sql),
            Place::Remote(remote) => remote.execute(sql),
        }
    }

    fn create(&self, name: &str, template: &str) -> Result<(), Error> {
        if let Place::Remote(remote) = &self.place {
            remote.made(name);
        }
        let strategy = if self.version.major >= STRATEGIES { " STRATEGY file_copy" } else { "" };
        let (name, template) = (quoted(name), quoted(template));
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE {template}{strategy}")).map(drop)
    }

    fn drop_database(&self, name: &str) -> Result<(), Error> {
        self.execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name)))?;
        if let Place::Remote(remote) = &self.place {
            remote.dropped(name);
        }
        Ok(())
    }
}

impl Cluster {
    pub(crate) fn drop_database(&self, name: &str) -> Result<(), Error> {
        self.server.drop_database(name)
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
