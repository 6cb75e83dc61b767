//! Somebody else's server, named by `DATABASE_URL`: reached by `psql`, which knows every way to authenticate, and left
//! as it was found.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::watchdog::Watchdog;
use crate::{Error, find, url};

/// The server, and what drops our databases in it when this process is gone.
#[derive(Debug)]
pub(crate) struct Remote {
    url: String,
    psql: PathBuf,
    watchdog: Mutex<Watchdog>,
}

impl Remote {
    /// Notes where the server is; it is not asked anything yet.
    pub(crate) fn new(url: String) -> Result<Self, Error> {
        let psql = find::psql()?;
        let watchdog = Mutex::new(Watchdog::databases(&psql, &url)?);
        Ok(Self { url, psql, watchdog })
    }

    /// What `DATABASE_URL` says.
    pub(crate) fn given(&self) -> &str {
        &self.url
    }

    /// The connection string of one of the server's databases.
    pub(crate) fn url(&self, database: &str) -> String {
        url::with_database(&self.url, database)
    }

    /// Runs one statement in the database of `DATABASE_URL`; what comes back is what it prints, if anything.
    pub(crate) fn execute(&self, sql: &str) -> Result<Option<String>, Error> {
        run(&self.psql, &self.url, sql)
    }

    /// Puts a database on the list of those to drop at the end, before it is made.
    pub(crate) fn made(&self, database: &str) {
        self.tell(&format!("+{database}"));
    }

    /// Takes a database off the list, after it was dropped.
    pub(crate) fn dropped(&self, database: &str) {
        self.tell(&format!("-{database}"));
    }

    fn tell(&self, line: &str) {
        self.watchdog.lock().unwrap_or_else(PoisonError::into_inner).tell(line);
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.watchdog.get_mut().unwrap_or_else(PoisonError::into_inner).finish();
    }
}

fn run(psql: &Path, url: &str, sql: &str) -> Result<Option<String>, Error> {
    let output = Command::new(psql)
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--no-password"])
        .args(["--set=ON_ERROR_STOP=1", "--dbname", url, "--command", sql])
        .stdin(Stdio::null())
        .output()
        .map_err(Error::io("run", psql))?;
    if !output.status.success() {
        let error = Error::new(format!("the server of DATABASE_URL refused `{sql}`"));
        return Err(error.with_output(&String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().map(str::to_owned))
}
