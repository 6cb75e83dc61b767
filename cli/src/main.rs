//! The `nuages` command: what a schema says, without a program that uses it.
//!
//! In: the command line. Out: text on the standard output, mistakes on the standard error, and 0, or 1 for mistakes in
//! a schema, for codes that there are not and for output that could not be written, or 2 for a command line that was not understood.

mod commands;
mod failure;
mod locate;

use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    match commands::run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.code())
        }
    }
}

/// Writes to the standard output. A reader that has gone away (`nuages ddl | head`) has seen what it wanted.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write as _};
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(()),
    }
}
