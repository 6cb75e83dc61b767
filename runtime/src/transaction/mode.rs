//! Whether a transaction writes, as a type: a query's kind says what it does, and rustc compares.

/// A transaction that reads and writes.
#[derive(Clone, Copy, Debug)]
pub enum ReadWrite {}

/// A transaction that only reads: writes and queries that lock rows do not compile on it.
#[derive(Clone, Copy, Debug)]
pub enum ReadOnly {}

/// [`ReadWrite`] or [`ReadOnly`]: what a [`Transaction`](crate::Transaction) may do.
pub trait Mode: sealed::Sealed + 'static {
    #[doc(hidden)]
    const BEGIN: &'static str;
}

impl Mode for ReadWrite {
    // As the session has it.
    const BEGIN: &'static str = "";
}

impl Mode for ReadOnly {
    const BEGIN: &'static str = " READ ONLY";
}

mod sealed {
    /// Keeps the list of modes as it is.
    pub trait Sealed {}

    impl Sealed for super::ReadWrite {}
    impl Sealed for super::ReadOnly {}
}
