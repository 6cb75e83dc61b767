//! One server for a whole test run, with a fresh database for each call: the first process that asks starts it, the
//! others join, and a few seconds after the last is gone it is stopped and removed.
//!
//! The processes find each other by a folder below cargo's target folder. A lock in it is held while one of them looks
//! for the server or starts it, and another one for each template while that is made.

use std::fs::{self, DirBuilder, File};
use std::hash::Hash;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::cluster::{Cluster, Database, given};
use crate::find::{self, Installation};
use crate::local::Local;
use crate::name::{digest, unique};
use crate::watchdog::Mode;
use crate::{Error, wire};

/// The server this process has joined: held until the process ends.
static JOINED: Mutex<Option<Cluster>> = Mutex::new(None);

/// What tells the templates of this process from another's, on a server that outlives the run.
static PROCESS: LazyLock<String> = LazyLock::new(unique);

/// An empty database in the server that all processes of a test run share.
///
/// ```
/// # fn main() -> Result<(), nuages_devdb::Error> {
/// let database = nuages_devdb::shared()?;
/// assert!(database.url().starts_with("postgres"));
/// # Ok(())
/// # }
/// ```
pub fn shared() -> Result<Database, Error> {
    cluster()?.create_database()
}

/// The address of the server that all processes of a test run share, for those who make databases in it themselves.
///
/// ```
/// # fn main() -> Result<(), nuages_devdb::Error> {
/// assert!(nuages_devdb::server()?.starts_with("postgres"));
/// # Ok(())
/// # }
/// ```
pub fn server() -> Result<String, Error> {
    Ok(cluster()?.address())
}

/// A copy of the template called `key` in the server that all processes of a test run share.
///
/// The first call with this key makes the template: an empty database that `setup`, given its URL, fills. Everybody
/// else waits for it. The key should hold a digest of whatever `setup` depends on, since processes of two builds may
/// share a server. On the server of `DATABASE_URL` every process makes its own.
///
/// ```
/// # fn main() -> Result<(), nuages_devdb::Error> {
/// let database = nuages_devdb::shared_from_template("doc", |url| {
///     println!("here the tables are created, in {url}");
///     Ok::<_, std::convert::Infallible>(())
/// })?;
/// # Ok(())
/// # }
/// ```
pub fn shared_from_template<E>(key: &str, setup: impl FnOnce(&str) -> Result<(), E>) -> Result<Database, Error>
where
    E: std::fmt::Display,
{
    let cluster = cluster()?;
    let run = if cluster.is_given() { PROCESS.as_str() } else { "run" };
    let template = format!("nuages_template_{run}_{}", digest(key));
    let lock = lock(&folder(&template)?.join(format!("{template}.lock")))?;
    if !is_made(&cluster, &template)? {
        cluster.drop_database(&template)?; // left by a setup that failed
        cluster.create_lasting(&template)?;
        setup(&cluster.url(&template))
            .map_err(|error| Error::new(format!("the setup of the template `{key}` failed: {error:#}")))?;
        seal(&cluster, &template)?;
    }
    drop(lock);
    cluster.create_database_from(&template)
}

/// The server that this process shares with others.
fn cluster() -> Result<Cluster, Error> {
    let mut joined = JOINED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cluster) = &*joined {
        return Ok(cluster.clone());
    }
    let cluster = match given()? {
        Some(cluster) => cluster,
        None => join(&find::best()?)?,
    };
    *joined = Some(cluster.clone());
    Ok(cluster)
}

/// Joins the shared cluster of this installation, or starts it.
fn join(installation: &Installation) -> Result<Cluster, Error> {
    let folder = folder(installation.bin())?;
    let _lock = lock(&folder.join("lock"))?;
    let note = folder.join("cluster");
    let running = fs::read_to_string(&note).ok().and_then(|text| Local::join(Path::new(text.trim_end())));
    let local = if let Some(local) = running {
        local
    } else {
        let local = Local::start(installation, Mode::Shared, &[])?;
        let text = local.directory().to_string_lossy().into_owned();
        fs::write(&note, text).map_err(Error::io("write", &note))?;
        local
    };
    Ok(Cluster::of(local, installation.version()))
}

/// A template is finished when nobody may connect to it any more, which also keeps it free to be copied.
fn is_made(cluster: &Cluster, template: &str) -> Result<bool, Error> {
    let found = format!("SELECT 1 FROM pg_database WHERE datname = '{template}' AND NOT datallowconn");
    Ok(cluster.execute(&found)?.is_some())
}

fn seal(cluster: &Cluster, template: &str) -> Result<(), Error> {
    cluster.execute(&format!("ALTER DATABASE \"{template}\" WITH ALLOW_CONNECTIONS false"))?;
    let linger = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'");
    cluster.execute(&linger).map(drop)
}

fn lock(path: &Path) -> Result<File, Error> {
    let file = File::create(path).map_err(Error::io("make", path))?;
    file.lock().map_err(Error::io("lock", path))?;
    Ok(file)
}

/// Where the processes that share what `subject` names meet.
fn folder(subject: impl Hash) -> Result<PathBuf, Error> {
    let folder = base()?.join(digest((subject, wire::PORT)));
    fs::create_dir_all(&folder).map_err(Error::io("make", &folder))?;
    Ok(folder)
}

/// A folder in cargo's target folder: the tagged one above the running program, else (doc tests run elsewhere) the
/// one of the package that cargo runs. Without cargo, a folder of this user's in the temporary one.
fn base() -> Result<PathBuf, Error> {
    let tagged = |folder: &Path| folder.join("CACHEDIR.TAG").is_file();
    let program = std::env::current_exe().unwrap_or_default();
    if let Some(target) = program.ancestors().find(|folder| tagged(folder)) {
        return Ok(target.join("nuages-devdb"));
    }
    let var = |name| std::env::var_os(name).map(PathBuf::from);
    let package = var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let targets = package.ancestors().map(|folder| folder.join("target"));
    if let Some(target) = var("CARGO_TARGET_DIR").into_iter().chain(targets).find(|target| tagged(target)) {
        return Ok(target.join("nuages-devdb"));
    }
    let user = std::env::var("USER").unwrap_or_default();
    let base = std::env::temp_dir().join(format!("nuages-devdb-{user}"));
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&base);
    let metadata = made.and_then(|()| fs::metadata(&base)).map_err(Error::io("make", &base))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(Error::new(format!("{} is open to other users", base.display())));
    }
    Ok(base)
}
