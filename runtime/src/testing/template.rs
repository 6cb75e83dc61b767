//! The databases of tests on a server.
//!
//! In: the address of a server and a schema's DDL. Out: a database with its tables, for one test or for all that roll
//! back. Afterwards there are, for each DDL that was tested in the last week:
//!
//! * a template, made once, that nobody may connect to;
//! * a copy of it that tests share which roll back, made when it is first needed.
//!
//! Databases of single tests are copies of the template and are dropped with their test; those of a run that was killed
//! by the next run. Who uses a database holds an advisory lock of the server on its name, which ends with the connection
//! however that ends, so that nobody drops what another still uses. Such locks are those of one database: the number of
//! the one that is connected to is part of all names.

use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::db::{Client, Db};
use crate::error::Error;

/// What stands in the comment on a template and on the shared copy, before the day of their last use.
const USED: &str = "nuages: last used ";

/// What stands there if something was committed in the shared copy.
const SPOILT: &str = "nuages: spoilt";

/// How many days a template is kept that nobody uses.
const DAYS: i32 = 7;

/// A connection to the server, for making and dropping databases.
pub(super) struct Server<'d> {
    url: String,
    /// Held to its end: the locks are this connection's.
    client: Client,
    /// The beginning of the names of all databases of tests.
    prefix: String,
    ddl: &'d str,
}

/// A database that a test uses.
pub(super) struct Place {
    url: String,
    client: Client,
    name: String,
    /// Whether it goes with the test.
    own: bool,
}

impl<'d> Server<'d> {
    pub(super) async fn connect(url: &str, ddl: &'d str) -> Result<Self, Error> {
        let db = Db::builder().url(url).pool_size(1).metrics(false).connect().await?;
        let client = db.client().await?;
        let number = "SELECT oid::text FROM pg_database WHERE datname = current_database()";
        let number: String = client.query_one(number, &[]).await?.try_get(0)?;
        let prefix = format!("nuages_test_{number}");
        Ok(Self { url: url.to_owned(), client, prefix, ddl })
    }

    /// A database for one test.
    pub(super) async fn own(self) -> Result<Place, Error> {
        self.sweep_once().await?;
        let template = self.template_name();
        let name = format!("{template}_{:012x}", RandomState::new().hash_one(()) & 0xffff_ffff_ffff);
        lock(&self.client, Lock::Alone, &name).await?;
        self.template().await?;
        let made = self.client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        unlock(&self.client, Lock::Beside, &template).await?;
        made?;
        Ok(self.place(name, true))
    }

    /// The database of all tests that roll back.
    pub(super) async fn shared(self) -> Result<Place, Error> {
        self.sweep_once().await?;
        let template = self.template_name();
        let name = format!("{template}_shared");
        while !self.held(&name, &format!("comment IS DISTINCT FROM '{SPOILT}'")).await? {
            lock(&self.client, Lock::Alone, &name).await?;
            if !self.is(&name, &format!("comment IS DISTINCT FROM '{SPOILT}'")).await? {
                self.template().await?;
                self.client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
                let made = self.client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                unlock(&self.client, Lock::Beside, &template).await?;
                made?;
            }
            unlock(&self.client, Lock::Alone, &name).await?;
        }
        self.used(&name).await?;
        Ok(self.place(name, false))
    }

    fn place(self, name: String, own: bool) -> Place {
        let Self { url, client, .. } = self;
        Place { url, client, name, own }
    }

    fn template_name(&self) -> String {
        format!("{}_{:016x}", self.prefix, hash(self.ddl))
    }

    /// Makes the template if there is none; afterwards it is locked against being dropped.
    async fn template(&self) -> Result<(), Error> {
        let name = self.template_name();
        while !self.held(&name, "NOT datallowconn").await? {
            lock(&self.client, Lock::Alone, &name).await?;
            if !self.is(&name, "NOT datallowconn").await? {
                self.make(&name).await?;
            }
            unlock(&self.client, Lock::Alone, &name).await?;
        }
        self.used(&name).await
    }

    async fn make(&self, name: &str) -> Result<(), Error> {
        // One that may be connected to is left by somebody who did not come to the end.
        self.client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        self.client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let db = Db::builder().url(&self.url).database(name).pool_size(1).metrics(false).connect().await?;
        db.execute_script(self.ddl).await?;
        db.close().await?;
        self.client.batch_execute(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await?;
        // The server may not have noticed yet that ours is gone.
        let rest = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        Ok(self.client.batch_execute(&rest).await?)
    }

    /// Locks a database against being dropped, if it is there and as it should be.
    async fn held(&self, name: &str, condition: &str) -> Result<bool, Error> {
        lock(&self.client, Lock::Beside, name).await?;
        let is = self.is(name, condition).await?;
        if !is {
            unlock(&self.client, Lock::Beside, name).await?;
        }
        Ok(is)
    }

    async fn is(&self, name: &str, condition: &str) -> Result<bool, Error> {
        let sql = format!("SELECT FROM ({DATABASES}) AS d WHERE datname = '{name}' AND {condition}");
        Ok(self.client.query_opt(&sql, &[]).await?.is_some())
    }

    /// Notes that a database was used today.
    async fn used(&self, name: &str) -> Result<(), Error> {
        let sql = format!(
            "SELECT format('COMMENT ON DATABASE %I IS %L', datname, '{USED}' || current_date) FROM ({DATABASES}) AS d \
             WHERE datname = '{name}' AND comment IS DISTINCT FROM '{USED}' || current_date"
        );
        if let Some(row) = self.client.query_opt(&sql, &[]).await? {
            // Somebody else may be doing the same, and one of the two is refused.
            let _ = self.client.batch_execute(&row.try_get::<_, String>(0)?).await;
        }
        Ok(())
    }

    /// Sweeps once in a process, before this connection has a lock: a lock keeps everybody else from what it is on.
    async fn sweep_once(&self) -> Result<(), Error> {
        static SWEPT: AtomicBool = AtomicBool::new(false);
        if !SWEPT.swap(true, Ordering::Relaxed) {
            self.sweep().await?;
        }
        Ok(())
    }

    /// Drops what nobody uses: databases of tests that were killed, templates that were not used for a week. Gives their
    /// names.
    pub(super) async fn sweep(&self) -> Result<Vec<String>, Error> {
        let mut swept = Vec::new();
        let sql = format!(
            "SELECT datname::text FROM ({DATABASES}) AS d \
             WHERE starts_with(datname, '{}_') AND (comment IS NULL OR comment < '{USED}' || (current_date - {DAYS}))",
            self.prefix
        );
        for row in self.client.query(&sql, &[]).await? {
            let name: String = row.try_get(0)?;
            let free = self.client.query_one("SELECT pg_try_advisory_lock($1)", &[&key(&name)]).await?;
            if !free.try_get::<_, bool>(0)? {
                continue;
            }
            // A template that is being made has no comment either, but a lock. One that was made since is not dropped.
            let made = self.is(&name, "comment IS NULL AND NOT datallowconn").await?;
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            if !made && self.client.batch_execute(&drop).await.is_ok() {
                swept.push(name.clone());
            }
            unlock(&self.client, Lock::Alone, &name).await?;
        }
        Ok(swept)
    }
}

/// All databases with their comments.
const DATABASES: &str =
    "SELECT datname, datallowconn, shobj_description(oid, 'pg_database') AS comment FROM pg_database";

impl Place {
    /// A pool of connections to it.
    pub(super) async fn connect(&self, size: Option<usize>) -> Result<Db, Error> {
        let builder = Db::builder().url(&self.url).database(&self.name);
        match size {
            Some(size) => builder.pool_size(size).connect().await,
            None => builder.connect().await,
        }
    }

    /// Says that the next who wants it has to make it anew.
    pub(super) async fn spoil(&self) -> Result<(), Error> {
        Ok(self.client.batch_execute(&format!("COMMENT ON DATABASE {} IS '{SPOILT}'", self.name)).await?)
    }

    /// Drops it if it was for one test.
    pub(super) async fn leave(&self) -> Result<(), Error> {
        if self.own {
            self.client.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await?;
        }
        Ok(())
    }
}

/// How a name is locked.
#[derive(Clone, Copy)]
enum Lock {
    /// To make and to drop it.
    Alone,
    /// To use it.
    Beside,
}

async fn lock(client: &Client, lock: Lock, name: &str) -> Result<(), Error> {
    let function = match lock {
        Lock::Alone => "pg_advisory_lock",
        Lock::Beside => "pg_advisory_lock_shared",
    };
    Ok(client.batch_execute(&format!("SELECT {function}({})", key(name))).await?)
}

async fn unlock(client: &Client, lock: Lock, name: &str) -> Result<(), Error> {
    let function = match lock {
        Lock::Alone => "pg_advisory_unlock",
        Lock::Beside => "pg_advisory_unlock_shared",
    };
    Ok(client.batch_execute(&format!("SELECT {function}({})", key(name))).await?)
}

/// The number that stands for a name among the server's advisory locks.
fn key(name: &str) -> i64 {
    hash(name).cast_signed()
}

/// The same in all processes of one version of Rust.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
