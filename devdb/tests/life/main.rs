//! Servers that are started, used, shared and abandoned in every way a process can end.
//!
//! Where another process is needed it is this program again, running the one test `actor` with a role.

#![allow(clippy::unwrap_used, reason = "the helpers of these tests are tests too")]

mod faults;
mod stage;

use std::collections::HashSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::thread;
use std::time::Duration;

use nuages_devdb::{Cluster, Database, find, shared, shared_from_template};

use stage::{Actor, Outcome, Stage, ask, directory, runs, say, server_pid, wait_for_leave, within};

/// Without a role: the plainest use there is.
#[test]
fn actor() -> Outcome {
    let from_template = || {
        shared_from_template("stage", |url| {
            say("setup", url);
            ask(url, "CREATE TABLE t AS SELECT 7 AS n").map(drop)
        })
    };
    match std::env::var("ROLE").as_deref() {
        Ok("shared") => {
            let database = from_template()?;
            say("number", &ask(&database.url(), "SELECT n FROM t")?.unwrap());
            say("url", &database.url());
            wait_for_leave();
        }
        Ok("exit") => {
            let database = Cluster::start()?.create_database()?;
            say("url", &database.url());
            std::process::exit(0);
        }
        Ok("given") => {
            let empty = shared()?;
            let filled = from_template()?;
            assert_ne!(empty.name(), filled.name());
            say("number", &ask(&filled.url(), "SELECT n FROM t")?.unwrap());
            drop(empty);
            say("url", &filled.url());
            wait_for_leave();
            std::process::exit(0);
        }
        Ok("replica") => {
            let installation = find::best()?;
            let primary = Cluster::start_on(&installation)?;
            let replica = primary.replica(&installation)?;
            let database = primary.create_database()?;
            say("url", &database.url());
            say("copy", &replica.url_of(&database));
            wait_for_leave();
        }
        Ok("refused") => say("error", &Cluster::start().unwrap_err().to_string().replace('\n', "⏎")),
        _ => {
            let cluster = Cluster::start()?;
            let database = cluster.create_database()?;
            say("url", &database.url());
            assert_eq!(ask(&database.url(), "SELECT 'é' || 1")?.as_deref(), Some("é1"));
            if std::env::var_os("ROLE").is_some() {
                wait_for_leave();
            }
        }
    }
    Ok(())
}

#[test]
fn fifty_databases_in_one_server_that_goes_with_the_last_of_them() -> Outcome {
    let cluster = Cluster::start_on(&find::best()?)?;
    let threads: Vec<_> = (0..5)
        .map(|_| {
            let cluster = cluster.clone();
            thread::spawn(move || (0..10).map(|_| cluster.create_database()).collect::<Result<Vec<Database>, _>>())
        })
        .collect();
    let mut databases = Vec::new();
    for thread in threads {
        databases.extend(thread.join().unwrap()?);
    }
    let names: HashSet<_> = databases.iter().map(|database| database.name().to_owned()).collect();
    assert_eq!(names.len(), 50);
    let count = "SELECT count(*) FROM pg_database WHERE datname LIKE 'nuages%'";
    assert_eq!(ask(&databases[7].url(), count)?.as_deref(), Some("50"));

    let last = databases.pop().unwrap();
    drop(databases);
    assert_eq!(ask(&last.url(), count)?.as_deref(), Some("1"));

    let directory = directory(&last.url());
    let pid = server_pid(&directory);
    drop(cluster);
    assert!(runs(&pid) && directory.exists());
    drop(last);
    assert!(!runs(&pid) && !directory.exists());
    Ok(())
}

#[test]
fn a_database_is_copied_with_its_rows() -> Outcome {
    let cluster = Cluster::start_on(&find::best()?)?;
    let template = cluster.create_database()?;
    ask(&template.url(), "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n")?;
    let copy = cluster.create_database_from(template.name())?;
    assert_eq!(ask(&copy.url(), "SELECT sum(n) FROM t")?.as_deref(), Some("500500"));
    let error = cluster.create_database_from("no \"such\" template").unwrap_err().to_string();
    assert!(error.contains("template database \"no \"such\" template\" does not exist"), "{error}");
    Ok(())
}

#[test]
fn every_installation_serves() -> Outcome {
    let mut installations = find::all()?;
    match find::wheel() {
        Ok(wheel) if !installations.contains(&wheel) => installations.push(wheel),
        Ok(_) => {}
        Err(error) => println!("without the wheel: {error}"),
    }
    assert!(!installations.is_empty());
    for installation in installations {
        let cluster = Cluster::start_on(&installation)?;
        assert_eq!(cluster.version(), installation.version());
        let url = cluster.create_database()?.url();
        assert!(url.starts_with("postgresql://postgres@%2F"), "{url}");
        let database = cluster.create_database()?;
        let number = ask(&database.url(), "SHOW server_version_num")?.unwrap();
        assert_eq!(number.parse::<u32>()? / 10_000, installation.version().major);
        let settings = "SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings WHERE name IN \
                        ('fsync', 'listen_addresses', 'max_connections', 'server_encoding')";
        assert_eq!(ask(&database.url(), settings)?.as_deref(), Some("off  200 UTF8"));
        let locale = ask(&database.url(), "SELECT datcollate FROM pg_database WHERE datname = 'template0'")?.unwrap();
        assert!(["C.UTF-8", "C"].contains(&locale.as_str()), "{locale}");
    }
    Ok(())
}

#[test]
fn nothing_is_left_of_a_process_that_is_killed() {
    let stage = Stage::new("killed");
    let mut actor = Actor::enter(stage.actor("private"));
    let directory = directory(&actor.hear("url"));
    let pid = server_pid(&directory);
    assert_eq!(fs::metadata(&directory).unwrap().mode() & 0o777, 0o700);
    assert!(runs(&pid));
    actor.kill();
    within(Duration::from_secs(10), "server and directory are gone", || !runs(&pid) && !directory.exists());
}

#[test]
fn nothing_is_left_of_a_process_that_is_killed_before_its_server_is_ready() {
    let stage = Stage::new("early");
    fs::create_dir(stage.folder.join("tmp")).unwrap();
    fs::set_permissions(stage.folder.join("tmp"), Permissions::from_mode(0o777)).unwrap();
    let left = || fs::read_dir(stage.folder.join("tmp")).unwrap().count();
    for delay in [15, 100, 250, 400] {
        let mut command = stage.actor("private");
        command.env("TMPDIR", stage.folder.join("tmp"));
        let actor = Actor::enter(command);
        within(Duration::from_secs(10), "the directory is made", || left() == 1);
        thread::sleep(Duration::from_millis(delay));
        actor.kill();
        within(Duration::from_secs(20), "the directory is gone", || left() == 0);
    }
}

#[test]
fn nothing_is_left_of_a_process_that_exits() {
    let stage = Stage::new("exit");
    let mut actor = Actor::enter(stage.actor("exit"));
    let directory = directory(&actor.hear("url"));
    actor.leave();
    within(Duration::from_secs(10), "the directory is gone", || !directory.exists());
}

#[test]
fn processes_share_one_server_and_one_template() {
    let stage = Stage::new("shared");
    let mut actors: Vec<_> = (0..3).map(|_| Actor::enter(stage.actor("shared"))).collect();
    let urls: HashSet<_> = actors
        .iter_mut()
        .map(|actor| {
            assert_eq!(actor.hear("number"), "7");
            actor.hear("url")
        })
        .collect();
    assert_eq!(urls.len(), 3, "a database each");
    let directories: HashSet<_> = urls.iter().map(|url| directory(url)).collect();
    assert_eq!(directories.len(), 1, "one server");
    let directory = directories.into_iter().next().unwrap();
    let pid = server_pid(&directory);

    // Whoever started the server may be the first to go, and not in peace.
    while let Some(actor) = actors.pop() {
        actor.kill();
        thread::sleep(Duration::from_millis(300));
        assert!(runs(&pid));
    }
    // Within its patience the server takes another one in, which finds the template made.
    let mut late = Actor::enter(stage.actor("shared"));
    assert_eq!(late.hear("number"), "7");
    assert_eq!(self::directory(&late.hear("url")), directory);
    late.leave();
    within(Duration::from_secs(20), "server and directory are gone", || !runs(&pid) && !directory.exists());

    // After that a new one is started.
    let mut next = Actor::enter(stage.actor("shared"));
    assert!(!next.hear("setup").is_empty());
    let fresh = self::directory(&next.hear("url"));
    assert_ne!(fresh, directory);
    next.leave();
    within(Duration::from_secs(20), "the directory is gone", || !fresh.exists());
}

#[test]
fn a_template_whose_setup_fails_is_made_again() -> Outcome {
    let key = format!("fails once {}", std::process::id());
    let failed = shared_from_template(&key, |url| {
        ask(url, "CREATE TABLE half (n int)").unwrap();
        Err::<(), _>("no more today")
    });
    let error = failed.unwrap_err().to_string();
    assert!(error.ends_with("failed: no more today"), "{error}");
    let database = shared_from_template(&key, |url| ask(url, "CREATE TABLE whole (n int)").map(drop))?;
    let tables = "SELECT string_agg(relname, ',') FROM pg_class WHERE relname IN ('half', 'whole')";
    assert_eq!(ask(&database.url(), tables)?.as_deref(), Some("whole"));
    let again = shared_from_template(&key, |_| Err::<(), _>("it must not be called again"))?;
    assert_eq!(ask(&again.url(), tables)?.as_deref(), Some("whole"));
    Ok(())
}

#[test]
fn a_given_server_is_left_as_it_was() -> Outcome {
    let cluster = Cluster::start_on(&find::best()?)?;
    let home = cluster.create_database()?;
    let list = || ask(&home.url(), "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database");
    let before = list()?;
    let stage = Stage::new("given");
    for killed in [false, true] {
        let mut command = stage.actor("given");
        command.env("DATABASE_URL", home.url());
        let mut actor = Actor::enter(command);
        assert_eq!(actor.hear("number"), "7");
        assert_eq!(directory(&actor.hear("url")), directory(&home.url()));
        assert_ne!(list()?, before);
        if killed {
            actor.kill();
        } else {
            actor.leave();
        }
        within(Duration::from_secs(20), "the databases are gone", || list().unwrap() == before);
    }
    Ok(())
}

#[test]
fn an_ordinary_user_has_a_server_too() {
    let stage = Stage::new("user");
    if fs::metadata(&stage.folder).unwrap().uid() != 0 {
        return; // then every other test is this one
    }
    let mut command = stage.actor("private");
    command.uid(65_534).gid(65_534).env("HOME", &stage.folder);
    let mut actor = Actor::enter(command);
    let directory = directory(&actor.hear("url"));
    assert_eq!(fs::metadata(&directory).unwrap().uid(), 65_534);
    actor.leave();
    assert!(!directory.exists());
}

/// A folder of two programs that say and do what a test needs.
fn pretend(stage: &Stage, initdb: &str, postgres: &str) -> find::Installation {
    let bin = stage.folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    let version = "case $1 in --version) echo 'postgres (PostgreSQL) 16.4'; exit;; esac";
    for (name, body) in [("initdb", initdb), ("postgres", postgres)] {
        fs::write(bin.join(name), format!("#!/bin/sh\n{version}\n{body}\n")).unwrap();
        fs::set_permissions(bin.join(name), Permissions::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(&bin, Permissions::from_mode(0o755)).unwrap();
    find::Installation::at(&bin).unwrap()
}

#[test]
fn what_the_programs_complain_about_is_shown() {
    let stage = Stage::new("complain");
    let broken = pretend(&stage, "echo 'initdb: error: the moon is full' >&2; exit 1", "");
    let error = Cluster::start_on(&broken).unwrap_err().to_string();
    assert_eq!(error, "initdb failed\n  | initdb: error: the moon is full");
    let broken = pretend(&stage, "mkdir -p \"$2\"", "echo 'FATAL:  No space left on device' >&2; exit 1");
    let error = Cluster::start_on(&broken).unwrap_err().to_string();
    let expected = "postgres ended before it was ready\n  | FATAL:  No space left on device\n\
                    fix: export TMPDIR=/a/folder/with/more/space";
    assert_eq!(error, expected);
}

/// Where the machine's locale data lack `C.UTF-8`, `C` does.
#[test]
fn a_missing_locale_is_no_obstacle() {
    let stage = Stage::new("locale");
    let fussy = "case \"$*\" in *C.UTF-8*) echo 'invalid locale name' >&2; exit 1;; esac\nmkdir -p \"$2\"";
    let fussy = pretend(&stage, fussy, "echo \"ready with $(ls -d \"$2\" | wc -l) folder\" >&2; exit 1");
    let error = Cluster::start_on(&fussy).unwrap_err().to_string();
    assert_eq!(error, "postgres ended before it was ready\n  | ready with 1 folder");
}

#[test]
fn a_wrong_pg_bin_dir_is_an_error() {
    let stage = Stage::new("wrong");
    let mut command = stage.actor("refused");
    command.env("PG_BIN_DIR", "/nowhere");
    let mut actor = Actor::enter(command);
    assert_eq!(actor.hear("error"), "PG_BIN_DIR is set, but /nowhere holds no `initdb`");
    actor.leave();
}
