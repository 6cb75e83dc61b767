//! Who the server runs as: `initdb` and `postgres` refuse root, so root has to step down to an ordinary user, and what
//! that user needs must be where it can get at it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::Error;

/// The user that a server's processes and files belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Whoever runs this process.
    Caller,
    /// The user that root steps down to.
    Other { name: String, uid: u32, gid: u32 },
}

impl Owner {
    /// The owner of a server started by the user whom `directory`, just made by this process, belongs to: the only
    /// portable way to learn one's own user without calling into libc.
    pub(crate) fn of(directory: &Path) -> Result<Self, Error> {
        let uid = fs::metadata(directory).map_err(Error::io("read", directory))?.uid();
        if uid != 0 {
            return Ok(Self::Caller);
        }
        let users = Path::new("/etc/passwd");
        let text = fs::read_to_string(users).map_err(Error::io("read", users))?;
        ["postgres", "nobody"].iter().find_map(|name| entry(&text, name)).ok_or_else(|| {
            Error::new(
                "postgres refuses to run as root, and /etc/passwd has neither `postgres` nor `nobody` to run it as\n\
                 fix: useradd --system postgres",
            )
        })
    }

    /// Makes `command` run as this user.
    pub(crate) fn apply(&self, command: &mut Command) {
        if let Self::Other { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
    }

    /// Gives `directory` to this user.
    pub(crate) fn take(&self, directory: &Path) -> Result<(), Error> {
        match self {
            Self::Caller => Ok(()),
            Self::Other { uid, gid, .. } => {
                chown(directory, Some(*uid), Some(*gid)).map_err(Error::io("change the owner of", directory))
            }
        }
    }

    /// Whether this user can get at what lies below `directory`, as far as the modes of the folders tell.
    pub(crate) fn reaches(&self, directory: &Path) -> bool {
        let Self::Other { .. } = self else {
            return true;
        };
        let open =
            |folder: &Path| fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode() & 0o001 != 0);
        directory.canonicalize().is_ok_and(|directory| directory.ancestors().all(open))
    }
}

/// The user called `name` in the text of `/etc/passwd`.
fn entry(text: &str, name: &str) -> Option<Owner> {
    text.lines().find_map(|line| {
        let mut parts = line.split(':');
        if parts.next()? != name {
            return None;
        }
        let uid = parts.nth(1)?.parse().ok()?;
        let gid = parts.next()?.parse().ok()?;
        Some(Owner::Other { name: name.to_owned(), uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let text = "root:x:0:0:root:/root:/bin/bash\npostgresql:x:7:8::/:/bin/sh\npostgres:x:101:104::/:/bin/sh\n";
        let expected = Owner::Other { name: "postgres".into(), uid: 101, gid: 104 };
        assert_eq!(entry(text, "postgres"), Some(expected));
        assert_eq!(entry(text, "nobody"), None);
    }

    #[test]
    fn a_broken_line_is_no_user() {
        assert_eq!(entry("nobody:x:many:1::/:", "nobody"), None);
        assert_eq!(entry("nobody", "nobody"), None);
    }
}
