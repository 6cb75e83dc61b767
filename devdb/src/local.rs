//! A server of our own: a cluster in a short-lived directory, reached by a socket in it, and held alive by this
//! process alone or together with others.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Error;
use crate::find::Installation;
use crate::name::unique;
use crate::owner::Owner;
use crate::watchdog::{Mode, Source, Watchdog};
use crate::wire::{PORT, USER};

/// What a throw-away server is told. Nothing has to survive a crash of the machine.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "max_connections=200",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "logging_collector=off",
    // A replica whose primary was away looks for it again.
    "wal_retrieve_retry_interval=100ms",
];

/// The longest path of a socket that every system takes.
const LONGEST_SOCKET: usize = 103;

const STEP: Duration = Duration::from_millis(10);
const START: Duration = Duration::from_mins(1);
const JOIN: Duration = Duration::from_secs(10);

/// A running server, until this is dropped and nobody else holds it.
#[derive(Debug)]
pub(crate) struct Local {
    directory: PathBuf,
    hold: Hold,
}

#[derive(Debug)]
enum Hold {
    Private(Mutex<Watchdog>),
    /// The named pipe, open for writing for as long as this process lives.
    Shared {
        _users: File,
    },
}

impl Local {
    /// Makes a cluster and waits until its server takes connections.
    pub(crate) fn start(installation: &Installation, mode: Mode, more: &[&str]) -> Result<Self, Error> {
        Self::make(installation, mode, None, more)
    }

    /// Makes a copy of this cluster that follows it, and waits until its server takes connections. It is a server of
    /// its own: held by this process, also where this one is shared.
    pub(crate) fn replica(&self, installation: &Installation) -> Result<Self, Error> {
        let host = self.directory.to_string_lossy().replace('\\', "\\\\").replace('\'', "\\'");
        let source =
            Source { address: format!("host='{host}' port={PORT} user={USER}"), slot: format!("nuages_{}", unique()) };
        Self::make(installation, Mode::Private, Some(&source), &[])
    }

    fn make(installation: &Installation, mode: Mode, source: Option<&Source>, more: &[&str]) -> Result<Self, Error> {
        let (directory, owner) = make_directory()?;
        let started = Self::start_in(&directory, &owner, installation, mode, source, more);
        if started.is_err() {
            let _ = fs::remove_dir_all(&directory);
        }
        started
    }

    fn start_in(
        directory: &Path,
        owner: &Owner,
        installation: &Installation,
        mode: Mode,
        source: Option<&Source>,
        more: &[&str],
    ) -> Result<Self, Error> {
        owner.take(directory)?;
        if let Owner::Other { name, .. } = owner
            && !owner.reaches(installation.bin())
        {
            let bin = installation.bin().display();
            return Err(Error::new(format!(
                "postgres refuses to run as root, and the user `{name}` cannot get at {bin}\n\
                 fix: chmod o+x every folder above it, or apt-get install postgresql"
            )));
        }
        let mut options = Vec::new();
        let sockets = format!("unix_socket_directories={}", directory.display());
        let port = format!("port={PORT}");
        for setting in SETTINGS.iter().copied().chain([sockets.as_str(), port.as_str()]).chain(more.iter().copied()) {
            options.push("-c".to_owned());
            options.push(setting.to_owned());
        }
        let mut watchdog = Watchdog::server(owner, installation.bin(), directory, mode, source, &options)?;
        match wait(directory, mode, &mut watchdog) {
            Ok(Some(users)) => Ok(Self { directory: directory.to_owned(), hold: Hold::Shared { _users: users } }),
            Ok(None) => Ok(Self { directory: directory.to_owned(), hold: Hold::Private(Mutex::new(watchdog)) }),
            Err(error) => {
                watchdog.finish();
                Err(error)
            }
        }
    }

    /// Joins those who hold the shared cluster in `directory`; `None` if it is gone or about to go.
    pub(crate) fn join(directory: &Path) -> Option<Self> {
        UnixStream::connect(directory.join(format!(".s.PGSQL.{PORT}"))).ok()?;
        let pipe = directory.join("users");
        let mut users = open_users(&pipe)?;
        let id = unique();
        users.write_all(format!("join {id}\n").as_bytes()).ok()?;
        let answer = directory.join(format!("joined.{id}"));
        let deadline = Instant::now() + JOIN;
        while !answer.exists() {
            if Instant::now() > deadline || !pipe.exists() {
                return None;
            }
            sleep(STEP);
        }
        let _ = fs::remove_file(&answer);
        Some(Self { directory: directory.to_owned(), hold: Hold::Shared { _users: users } })
    }

    /// Ends the server as a crash of it would: nothing is flushed, nobody is told.
    pub(crate) fn kill(&self) -> Result<(), Error> {
        self.end("-KILL", "killed")
    }

    /// Ends the server in order: its clients are told that it goes, and everything is flushed.
    pub(crate) fn stop(&self) -> Result<(), Error> {
        self.end("-INT", "stopped")
    }

    fn end(&self, signal: &str, what: &str) -> Result<(), Error> {
        self.private(what)?;
        let pid = text(&self.directory, "server.pid");
        let sent = Command::new("kill").args([signal, pid.trim()]).status();
        sent.map_err(|error| Error::new(format!("cannot run `kill`: {error}")))?;
        let deadline = Instant::now() + START;
        while text(&self.directory, "ended").is_empty() {
            if Instant::now() > deadline {
                return Err(Error::new(format!("the server did not end when it was {what}")));
            }
            sleep(STEP);
        }
        Ok(())
    }

    /// Starts a server that has ended, in the same place and on the same files, and waits until it takes connections.
    pub(crate) fn restart(&self) -> Result<(), Error> {
        let mut watchdog = self.private("started again")?.lock().unwrap_or_else(PoisonError::into_inner);
        if text(&self.directory, "ended").is_empty() {
            return Err(Error::new("the server has not ended, so it is not started again"));
        }
        let deadline = Instant::now() + START;
        loop {
            // Both are written anew.
            for name in ["server.pid", "ended"] {
                let _ = fs::remove_file(self.directory.join(name));
            }
            watchdog.tell("start");
            while text(&self.directory, "ended").is_empty() {
                if ready(&self.directory) {
                    return Ok(());
                }
                if watchdog.ended() || Instant::now() > deadline {
                    return Err(
                        Error::new("the server did not start again").with_output(&log(&self.directory, "server"))
                    );
                }
                sleep(STEP);
            }
            // The processes of the one that was killed hold its memory until they notice: once more.
        }
    }

    fn private(&self, what: &str) -> Result<&Mutex<Watchdog>, Error> {
        match &self.hold {
            Hold::Private(watchdog) => Ok(watchdog),
            Hold::Shared { .. } => Err(Error::new(format!("a server that others use as well is not {what}"))),
        }
    }

    /// The directory of the cluster and its socket.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        if let Hold::Private(watchdog) = &mut self.hold {
            watchdog.get_mut().unwrap_or_else(PoisonError::into_inner).finish();
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

/// Opens the named pipe for writing. For reading as well, because that never waits for a reader.
fn open_users(pipe: &Path) -> Option<File> {
    OpenOptions::new().read(true).write(true).open(pipe).ok()
}

/// Waits for the server; what comes back is the open pipe of a shared cluster.
fn wait(directory: &Path, mode: Mode, watchdog: &mut Watchdog) -> Result<Option<File>, Error> {
    let deadline = Instant::now() + START;
    let mut users = None;
    loop {
        if mode == Mode::Shared && users.is_none() {
            // At once, not only when the server is ready: the watchdog gives up where nobody comes.
            users = open_users(&directory.join("users"));
        }
        if ready(directory) && (mode == Mode::Private || users.is_some()) {
            return Ok(users);
        }
        if let Ok(stage) = fs::read_to_string(directory.join("ended"))
            && stage.ends_with('\n')
        {
            return Err(failure(directory, stage.trim()));
        }
        if watchdog.ended() {
            return Err(Error::new("the watchdog of the server ended before the server was ready"));
        }
        if Instant::now() > deadline {
            let late = format!("the server was not ready within {} seconds", START.as_secs());
            return Err(Error::new(late).with_output(&log(directory, "server")));
        }
        sleep(STEP);
    }
}

/// Whether the eighth line of `postmaster.pid` says so, and the first that it is our server's: a server that was killed
/// leaves the file behind.
fn ready(directory: &Path) -> bool {
    let (note, pid) = (text(directory, "data/postmaster.pid"), text(directory, "server.pid"));
    let mut lines = note.lines().map(str::trim);
    lines.next() == Some(pid.trim()) && lines.nth(6) == Some("ready")
}

/// What stands in a file that may not be there yet.
fn text(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).unwrap_or_default()
}

fn failure(directory: &Path, stage: &str) -> Error {
    let log = log(directory, stage);
    let error = match stage {
        "server" => Error::new("postgres ended before it was ready"),
        program => Error::new(format!("{program} failed")),
    };
    let error = error.with_output(&log);
    if log.contains("No space left on device") {
        return Error::new(format!("{error}\nfix: export TMPDIR=/a/folder/with/more/space"));
    }
    error
}

fn log(directory: &Path, program: &str) -> String {
    fs::read(directory.join(format!("{program}.log")))
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

/// A fresh directory that nobody else can enter, with a path short enough for a socket.
pub(crate) fn make_directory() -> Result<(PathBuf, Owner), Error> {
    let var = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let bases = [var("TMPDIR"), Some("/tmp".into()), var("XDG_RUNTIME_DIR"), Some(std::env::temp_dir())];
    let mut refused = Vec::new();
    for base in bases.into_iter().flatten() {
        match make_below(&base) {
            Ok(made) => return Ok(made),
            Err(reason) if !refused.contains(&reason) => refused.push(reason),
            Err(_) => {}
        }
    }
    let reasons = refused.join("\n");
    Err(Error::new("there is no folder for a cluster\nfix: export TMPDIR=/a/short/path").with_output(&reasons))
}

fn make_below(base: &Path) -> Result<(PathBuf, Owner), String> {
    let directory = base.join(format!("nuages-{}", unique()));
    let socket = directory.join(format!(".s.PGSQL.{PORT}"));
    if socket.as_os_str().len() > LONGEST_SOCKET {
        return Err(format!("{} is too long for a socket", base.display()));
    }
    let made = DirBuilder::new().mode(0o700).create(&directory);
    made.map_err(|error| format!("cannot make {}: {error}", directory.display()))?;
    let give_up = |reason: String| {
        let _ = fs::remove_dir(&directory);
        reason
    };
    let owner = Owner::of(&directory).map_err(|error| give_up(error.to_string()))?;
    if owner.reaches(base) {
        Ok((directory, owner))
    } else {
        Err(give_up(format!("{} is closed to the user that the server runs as", base.display())))
    }
}
