//! How long Cargo takes for one package.
//!
//! In: a package whose dependencies are compiled. Out: the time on the clock and the processors' time of one `cargo
//! check` or `cargo build` of it alone, with nothing kept of it or after a touch.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Instant, SystemTime};

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// `cargo check`, nothing kept from before.
    Check,
    /// `cargo check` after a touch: rustc keeps what did not change.
    Touched,
    /// `cargo build`, nothing kept from before.
    Build,
    /// The run of a build.rs, which is compiled: what a change of the schema costs beside that of its package.
    Script,
}

impl Way {
    /// Those in which all packages are measured.
    pub(crate) const ALL: [Self; 3] = [Self::Check, Self::Touched, Self::Build];

    /// As a heading.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Check => "`cargo check`",
            Self::Touched => "`cargo check` after a touch",
            Self::Build => "`cargo build`",
            Self::Script => "the run of the `build.rs`",
        }
    }

    fn command(self) -> &'static str {
        if self == Self::Build { "build" } else { "check" }
    }
}

/// Seconds.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    /// On the clock.
    pub(crate) wall: f64,
    /// Of all processors, in the user's code and the system's.
    pub(crate) cpu: f64,
}

/// The packages and where they are compiled to.
pub(crate) struct Place {
    /// The folder of the workspace.
    pub(crate) root: PathBuf,
}

impl Place {
    /// Where the compiled things go.
    fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// Cargo in the workspace.
    pub(crate) fn cargo(&self, command: &str, package: &str) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.args([command, "--quiet", "--offline", "--package", &package.replace('/', "-")]).current_dir(&self.root);
        cargo.env("CARGO_TARGET_DIR", self.target()).env("SQLX_OFFLINE", "true").env_remove("DATABASE_URL");
        // What the command that runs this was given for itself.
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_INCREMENTAL").env_remove("CARGO_MANIFEST_DIR");
        cargo.stdin(Stdio::null());
        cargo
    }

    /// Measures one package. What it depends on may have been touched when it was measured itself, and is compiled first.
    pub(crate) fn measure(&self, package: &str, way: Way) -> Result<Times, Box<dyn Error>> {
        self.compile(package, way)?;
        if way != Way::Touched {
            self.forget(package)?;
        }
        touch(&self.root.join(package).join("src/lib.rs"))?;
        let mut command = if way == Way::Script { self.script(package)? } else { self.cargo(way.command(), package) };
        let (before, start) = (spent()?, Instant::now());
        if !command.stdout(Stdio::null()).status()?.success() {
            return Err(format!("{package} does not compile").into());
        }
        Ok(Times { wall: start.elapsed().as_secs_f64(), cpu: spent()? - before })
    }

    /// Compiles what is not compiled yet.
    fn compile(&self, package: &str, way: Way) -> Result<(), Box<dyn Error>> {
        let status = self.cargo(way.command(), package).status()?;
        if status.success() { Ok(()) } else { Err(format!("{package} does not compile").into()) }
    }

    /// The build.rs of a package, as Cargo runs it.
    fn script(&self, package: &str) -> Result<Command, Box<dyn Error>> {
        let stem = format!("{}-", package.replace('/', "-"));
        let folders = self.target().join("debug/build").read_dir()?.collect::<Result<Vec<_>, _>>()?;
        let compiled = folders
            .iter()
            .filter(|folder| folder.file_name().to_string_lossy().starts_with(&stem))
            .map(|folder| folder.path().join("build-script-build"))
            .find(|program| program.is_file())
            .ok_or("the build.rs is not compiled")?;
        let out = self.target().join("script");
        std::fs::create_dir_all(&out)?;
        let folder = self.root.join(package);
        let mut command = Command::new(compiled);
        command.current_dir(&folder).env("CARGO_MANIFEST_DIR", &folder).env("OUT_DIR", out);
        Ok(command)
    }

    /// Removes what rustc keeps of a package.
    fn forget(&self, package: &str) -> std::io::Result<()> {
        let stem = format!("{}-", package.replace(['/', '-'], "_"));
        let Ok(folder) = self.target().join("debug/incremental").read_dir() else { return Ok(()) };
        for entry in folder {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&stem) {
                std::fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }
}

/// Makes Cargo compile it again.
fn touch(file: &Path) -> std::io::Result<()> {
    std::fs::File::options().append(true).open(file)?.set_modified(SystemTime::now())
}

/// Seconds that the processes below this one have taken from the processors.
#[allow(clippy::cast_precision_loss, reason = "seconds in microseconds")]
fn spent() -> Result<f64, nix::Error> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok((usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6)
}
