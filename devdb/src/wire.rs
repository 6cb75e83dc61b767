//! As much of PostgreSQL's protocol as it takes to send one statement to our own server over its socket, where
//! everyone is trusted: no driver is needed for `CREATE DATABASE`.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::Error;

/// The number in the names of sockets. No port is opened.
pub(crate) const PORT: u16 = 5432;

/// The superuser of clusters made here.
pub(crate) const USER: &str = "postgres";

const PROTOCOL_3_0: u32 = 196_608;

/// Runs one statement in `database` of the server whose socket is in `sockets`; what comes back is the first column
/// of the first row, if there is one.
pub(crate) fn execute(sockets: &Path, database: &str, sql: &str) -> Result<Option<String>, Error> {
    let path = sockets.join(format!(".s.PGSQL.{PORT}"));
    let mut stream = UnixStream::connect(&path).map_err(Error::io("connect to", &path))?;
    converse(&mut stream, database, sql).map_err(|failure| match failure {
        Failure::Io(error) => Error::io("talk to the server at", &path)(error),
        Failure::Server(text) => Error::new(format!("the server refused `{sql}`: {text}")),
    })
}

enum Failure {
    Io(std::io::Error),
    Server(String),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

fn converse(stream: &mut UnixStream, database: &str, sql: &str) -> Result<Option<String>, Failure> {
    stream.set_read_timeout(Some(Duration::from_mins(2)))?;
    let mut startup = PROTOCOL_3_0.to_be_bytes().to_vec();
    for text in ["user", USER, "database", database, "application_name", "nuages-devdb"] {
        startup.extend_from_slice(text.as_bytes());
        startup.push(0);
    }
    startup.push(0);
    send(stream, None, &startup)?;
    answer(stream)?;
    let mut query = sql.as_bytes().to_vec();
    query.push(0);
    send(stream, Some(b'Q'), &query)?;
    let value = answer(stream)?;
    send(stream, Some(b'X'), &[])?;
    Ok(value)
}

fn send(stream: &mut UnixStream, tag: Option<u8>, body: &[u8]) -> std::io::Result<()> {
    let length = u32::try_from(body.len() + 4).map_err(std::io::Error::other)?;
    let mut message: Vec<u8> = tag.into_iter().collect();
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(body);
    stream.write_all(&message)
}

/// Reads messages until the server is ready for the next statement, or has refused the connection.
fn answer(stream: &mut UnixStream) -> Result<Option<String>, Failure> {
    let mut value = None;
    let mut refusal = None;
    loop {
        let mut head = [0; 5];
        if let Err(error) = stream.read_exact(&mut head) {
            // A refused connection is closed without "ready".
            return Err(refusal.map_or(Failure::Io(error), Failure::Server));
        }
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let mut body = vec![0; length.saturating_sub(4)];
        stream.read_exact(&mut body)?;
        match head[0] {
            b'Z' => return refusal.map_or(Ok(value), |text| Err(Failure::Server(text))),
            b'E' => refusal = Some(message(&body)),
            b'D' if value.is_none() => value = first_column(&body),
            b'R' if body != [0, 0, 0, 0] => {
                return Err(Failure::Server("a password is asked for".into()));
            }
            _ => {}
        }
    }
}

/// The text, detail and hint of an error: fields of a letter and a text each, ended by zeros.
fn message(body: &[u8]) -> String {
    let fields = body.split(|byte| *byte == 0).filter_map(|field| field.split_first());
    let text: Vec<_> = fields
        .filter(|(kind, _)| matches!(kind, b'M' | b'D' | b'H'))
        .map(|(_, text)| String::from_utf8_lossy(text).into_owned())
        .collect();
    text.join("; ")
}

/// A row is the number of its columns, then for each its length and its text.
fn first_column(body: &[u8]) -> Option<String> {
    let length = i32::from_be_bytes(body.get(2..6)?.try_into().ok()?);
    let text = body.get(6..6 + usize::try_from(length).ok()?)?;
    Some(String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_their_detail() {
        assert_eq!(message(b"SERROR\0C42P04\0Mit exists\0Din use\0Fdbcommands.c\0\0"), "it exists; in use");
    }

    #[test]
    fn the_first_column_may_be_null_or_missing() {
        assert_eq!(first_column(&[0, 1, 0, 0, 0, 2, b'4', b'2']), Some("42".into()));
        assert_eq!(first_column(&[0, 1, 255, 255, 255, 255]), None);
        assert_eq!(first_column(&[0, 0]), None);
    }
}
