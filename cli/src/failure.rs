//! Why a command did not do what it should, and what the shell is told.

use nuages_schema::Diagnostics;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line was not understood, or only asked for help or the version.
    Usage(Box<clap::Error>),
    /// The schema is wrong or not there.
    Schema(Diagnostics),
    /// A schema that has no DDL.
    Migrate(nuages_migrate::Error),
    /// A code that nothing is written about, and the nearest there is.
    NoPage(String, Option<&'static str>),
    /// The output could not be written.
    Output(std::io::Error),
}

impl Failure {
    /// What the process ends with.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(error) => u8::try_from(error.exit_code()).unwrap_or(2),
            Self::Schema(_) | Self::Migrate(_) | Self::NoPage(..) | Self::Output(_) => 1,
        }
    }

    /// Says it on the standard error; help and version go to the standard output.
    pub(crate) fn report(&self) {
        match self {
            // Where even this cannot be written, nobody is there to be told.
            Self::Usage(error) => drop(error.print()),
            // Both know their places in the schema and end in a newline.
            Self::Schema(mistakes) | Self::Migrate(nuages_migrate::Error::Schema(mistakes)) => {
                eprintln!("{mistakes}\n{}", mistakes.explained());
            }
            Self::Migrate(error) => eprintln!("error: {error}"),
            Self::NoPage(code, near) => {
                eprintln!("error: there is no code `{code}`, a code is like `N0202`, `S012` or `M001`");
                if let Some(near) = near {
                    eprintln!("  = did you mean `{near}`?");
                }
            }
            Self::Output(error) => eprintln!("error: cannot write the output: {error}"),
        }
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::Usage(Box::new(error))
    }
}

impl From<Diagnostics> for Failure {
    fn from(mistakes: Diagnostics) -> Self {
        Self::Schema(mistakes)
    }
}

impl From<nuages_migrate::Error> for Failure {
    fn from(error: nuages_migrate::Error) -> Self {
        Self::Migrate(error)
    }
}
