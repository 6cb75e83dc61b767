//! The one error of the runtime.
//!
//! In: what the driver, the pool, a decoder or the caller's own values did wrong. Out: an opaque [`Error`] that says of
//! which [`ErrorKind`] it is and, where the server told, which constraint, table and columns are meant; what caused it
//! stays reachable through [`std::error::Error::source`].

mod report;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use tokio_postgres::error::{DbError, SqlState};

/// What a source of an error looks like everywhere in the runtime.
pub(crate) type Cause = Box<dyn StdError + Send + Sync>;

/// Anything that went wrong between a query and its result.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    constraint: Option<String>,
    table: Option<String>,
    columns: Vec<String>,
    sqlstate: Option<String>,
    source: Option<Cause>,
    unsent: bool,
}

/// What sort of thing went wrong; the accessors of [`Error`] say the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A query that promises exactly one row found none.
    DoesNotExist,
    /// A query that promises exactly one row found several.
    MultipleObjectsReturned,
    /// A write was refused by a constraint of the database.
    Integrity(Integrity),
    /// The server gave up on a statement: statement timeout, or cancelled from outside. Or it did not answer long after it
    /// had to: then there is no SQLSTATE, and whether the statement was carried out is not known.
    Timeout,
    /// A row that is locked by another transaction was not waited for (`nowait`), or not longer than `lock_timeout`.
    Locked,
    /// Transactions got in each other's way and this one had to give way: a serialization failure or a deadlock. Run
    /// again from its beginning it may succeed, as [`Begin::retry`](crate::Begin::retry) does.
    Conflict,
    /// A statement, or a commit, in a transaction in which a statement has failed before: the server takes nothing but
    /// its end.
    Aborted,
    /// A write in a transaction that only reads, or on a server that does.
    ReadOnly,
    /// No connection could be had from the pool in time, or none could be opened, or it broke.
    Pool,
    /// No encrypted connection could be had as `sslmode` asks for it: the server's certificate is not for the host, or of no
    /// known authority; the server offers none, or refuses ours; a certificate or key of ours cannot be read.
    Tls,
    /// The database was closed, see [`Db::close`](crate::Db::close): it gives no more connections.
    Closed,
    /// A value that came back does not fit its Rust type; [`Error::column`] names the column.
    Decode,
    /// A value given to a query cannot be sent: a negative slice, a page below 1, a date out of range.
    InvalidInput,
    /// Any other refusal of the server; [`Error::sqlstate`] has its code.
    Database,
}

/// Which sort of constraint refused a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Integrity {
    /// A unique constraint, unique index or primary key.
    Unique,
    /// A foreign key whose target does not exist.
    ForeignKey,
    /// A column that must have a value.
    NotNull,
    /// A check constraint.
    Check,
    /// An exclusion constraint.
    Exclusion,
    /// A row that others still refer to and that may therefore not go or change its key.
    Restrict,
}

impl Error {
    /// Of which kind this error is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The violated constraint's name.
    pub fn constraint(&self) -> Option<&str> {
        self.0.constraint.as_deref()
    }

    /// The table that the server names; for a foreign key the one that has the key.
    pub fn table(&self) -> Option<&str> {
        self.0.table.as_deref()
    }

    /// The columns that the error is about, in the order the server names them; empty if it does not.
    pub fn columns(&self) -> &[String] {
        &self.0.columns
    }

    /// The first of [`Error::columns`]: the one column for a decode error or a missing value.
    pub fn column(&self) -> Option<&str> {
        self.0.columns.first().map(String::as_str)
    }

    /// The server's five-character code.
    pub fn sqlstate(&self) -> Option<&str> {
        self.0.sqlstate.as_deref()
    }

    /// Whether this is [`ErrorKind::DoesNotExist`].
    pub fn is_does_not_exist(&self) -> bool {
        self.kind() == ErrorKind::DoesNotExist
    }

    /// Whether this is [`ErrorKind::Conflict`].
    pub fn is_conflict(&self) -> bool {
        self.kind() == ErrorKind::Conflict
    }

    /// Whether a unique constraint was violated.
    pub fn is_unique_violation(&self) -> bool {
        self.kind() == ErrorKind::Integrity(Integrity::Unique)
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            constraint: None,
            table: None,
            columns: Vec::new(),
            sqlstate: None,
            source: None,
            unsent: false,
        }))
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Cause>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same with another message.
    pub(crate) fn saying(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// The same, saying which server it is about.
    pub(crate) fn of_server(self, name: &str) -> Self {
        let message = format!("{name}: {}", self.0.message);
        self.saying(message)
    }

    /// Whether the server lets this user, with this password and these certificates, not into this database.
    pub(crate) fn is_refusal(&self) -> bool {
        self.kind() == ErrorKind::Tls || self.sqlstate().is_some_and(|code| code.starts_with("28") || code == "3D000")
    }

    /// The same about these columns.
    pub(crate) fn about(mut self, columns: Vec<String>) -> Self {
        self.0.columns = columns;
        self
    }

    pub(crate) fn does_not_exist(model: &str) -> Self {
        Self::new(ErrorKind::DoesNotExist, format!("no {model} matches the query"))
    }

    pub(crate) fn multiple(model: &str) -> Self {
        Self::new(ErrorKind::MultipleObjectsReturned, format!("more than one {model} matches the query"))
    }

    pub(crate) fn decode(column: &str, source: impl Into<Cause>) -> Self {
        let mut error = Self::new(ErrorKind::Decode, format!("cannot read column `{column}`")).caused_by(source);
        error.0.columns.push(column.to_owned());
        error
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    /// Whether the server refused because a cached plan no longer fits its tables, or is gone.
    pub(crate) fn is_stale_statement(&self) -> bool {
        let Some(error) = self.database() else {
            return false;
        };
        let gone = *error.code() == SqlState::INVALID_SQL_STATEMENT_NAME;
        let changed =
            *error.code() == SqlState::FEATURE_NOT_SUPPORTED && error.routine() == Some("RevalidateCachedQuery");
        gone || changed
    }

    /// The server did not answer in time, and did not say that it would not.
    pub(crate) fn overdue(limit: Duration) -> Self {
        Self::new(ErrorKind::Timeout, format!("the server did not answer within {limit:?}"))
    }

    /// Whether the answer is one that did not come in time.
    pub(crate) fn is_overdue(&self) -> bool {
        self.kind() == ErrorKind::Timeout && self.0.source.is_none()
    }

    /// What those who count errors call it: the server's code, or the kind.
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    pub(crate) fn type_name(&self) -> String {
        self.sqlstate().map_or_else(|| format!("{:?}", self.kind()), str::to_owned)
    }

    /// Whether a connection was waited for in vain.
    pub(crate) fn is_late_acquire(&self) -> bool {
        self.kind() == ErrorKind::Pool && self.0.source.is_none()
    }

    /// No connection could be opened.
    pub(crate) fn unconnected(source: tokio_postgres::Error) -> Self {
        let message = "cannot connect to the database";
        let mut error = Self::new(ErrorKind::Pool, message);
        error.0.sqlstate = source.code().map(|code| code.code().to_owned());
        if let Some(reason) = crate::db::reason(&source) {
            error.0.kind = ErrorKind::Tls;
            error.0.message = format!("{message}: {reason}");
        }
        error.caused_by(Backend(source))
    }

    /// Whether the connection ended without a word of the server.
    pub(crate) fn is_lost(&self) -> bool {
        let driver = self.0.source.as_ref().and_then(|source| source.downcast_ref::<tokio_postgres::Error>());
        driver.is_some_and(tokio_postgres::Error::is_closed)
    }

    /// Whether the connection is as good after this error as before: the server refused a statement, and no more than
    /// that, or what it promised was refused before the statement was sent.
    pub(crate) fn leaves_connection(&self) -> bool {
        self.0.unsent || self.database().is_some_and(|report| !report::ends_connection(report))
    }

    /// The same of a statement that was not sent.
    pub(crate) fn unsent(mut self) -> Self {
        self.0.unsent = true;
        self
    }

    /// The server's own report, if the error is one.
    pub(crate) fn database(&self) -> Option<&DbError> {
        self.0.source.as_ref()?.downcast_ref::<tokio_postgres::Error>()?.as_db_error()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        // The driver's own text is "db error" and repeats nothing useful; a decoder's cause is the better half.
        let told = self.database().is_some();
        if let (ErrorKind::Decode | ErrorKind::Pool, Some(source), false) = (self.0.kind, &self.0.source, told) {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.0.kind).field("message", &self.0.message);
        let texts = [("sqlstate", &self.0.sqlstate), ("constraint", &self.0.constraint), ("table", &self.0.table)];
        for (name, text) in texts {
            if let Some(text) = text {
                out.field(name, text);
            }
        }
        if !self.0.columns.is_empty() {
            out.field("columns", &self.0.columns);
        }
        if let Some(source) = &self.0.source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(source: tokio_postgres::Error) -> Self {
        let Some(report) = source.as_db_error() else {
            let kind = if source.is_closed() { ErrorKind::Pool } else { ErrorKind::Database };
            let message = if source.is_closed() {
                "the connection is closed".to_owned()
            } else {
                match StdError::source(&source) {
                    Some(cause) => format!("{source}: {cause}"),
                    None => source.to_string(),
                }
            };
            return Self::new(kind, message).caused_by(source);
        };
        let kind = if report::ends_connection(report) { ErrorKind::Pool } else { report::kind_of(report) };
        let mut error = Self::new(kind, report.message());
        error.0.constraint = report.constraint().map(str::to_owned);
        error.0.table = report.table().map(str::to_owned);
        error.0.sqlstate = Some(report.code().code().to_owned());
        error.0.columns = match (report.column(), report.detail(), kind) {
            (Some(column), ..) => vec![column.to_owned()],
            (None, Some(detail), ErrorKind::Integrity(_)) => report::key_columns(detail),
            _ => Vec::new(),
        };
        error.caused_by(source)
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(source: deadpool_postgres::PoolError) -> Self {
        use deadpool_postgres::{PoolError, TimeoutType};
        let message = match source {
            // The driver's error says more than the pool's wrapper around it.
            PoolError::Backend(backend) => return Self::unconnected(backend),
            PoolError::Timeout(TimeoutType::Create) => "the server did not answer when a connection was opened",
            PoolError::Timeout(_) => "no connection became free in time",
            PoolError::Closed => "the database was closed",
            _ => "cannot connect to the database",
        };
        let kind = if matches!(source, PoolError::Closed) { ErrorKind::Closed } else { ErrorKind::Pool };
        Self::new(kind, message).caused_by(source)
    }
}

/// A driver's error with its own cause in the text: "error connecting to server: connection refused".
#[derive(Debug)]
struct Backend(tokio_postgres::Error);

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.as_db_error(), self.0.source()) {
            (Some(report), _) => f.write_str(report.message()),
            (None, Some(cause)) => write!(f, "{}: {cause}", self.0),
            (None, None) => write!(f, "{}", self.0),
        }
    }
}

impl StdError for Backend {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}
