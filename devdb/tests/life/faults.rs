//! Servers that are killed, stopped and started again, and replicas of them.

use std::time::Duration;

use nuages_devdb::{Cluster, find, shared};

use crate::stage::{Actor, Outcome, Stage, ask, directory, runs, server_pid, within};

#[test]
fn nothing_is_left_of_a_replica_whose_process_is_killed() {
    let stage = Stage::new("replica");
    let mut actor = Actor::enter(stage.actor("replica"));
    let directories = [directory(&actor.hear("url")), directory(&actor.hear("copy"))];
    let servers = [0, 1].map(|i| (server_pid(&directories[i]), directories[i].clone()));
    assert!(servers.iter().all(|(pid, _)| runs(pid)));
    actor.kill();
    within(Duration::from_secs(20), "both are gone", || {
        servers.iter().all(|(pid, directory)| !runs(pid) && !directory.exists())
    });
}

#[test]
fn a_server_that_is_killed_starts_again_with_what_was_committed() -> Outcome {
    let cluster = Cluster::start_on(&find::best()?)?;
    let database = cluster.create_database()?;
    let lasting = "SET synchronous_commit = on; CREATE TABLE t (id int); INSERT INTO t VALUES (42)";
    ask(&database.url(), lasting)?;
    assert!(cluster.restart().unwrap_err().to_string().contains("has not ended"));
    for _ in 0..2 {
        let before = server_pid(&directory(&database.url()));
        cluster.kill()?;
        assert!(!runs(&before));
        assert!(ask(&database.url(), "SELECT 1").is_err());
        cluster.restart()?;
        assert_ne!(server_pid(&directory(&database.url())), before);
        assert_eq!(ask(&database.url(), "SELECT id FROM t")?.as_deref(), Some("42"));
    }
    let (directory, pid) = (directory(&database.url()), server_pid(&directory(&database.url())));
    drop(database);
    drop(cluster);
    assert!(!runs(&pid) && !directory.exists());
    Ok(())
}

#[test]
fn a_replica_follows_its_primary_and_goes_by_itself() -> Outcome {
    let installation = find::best()?;
    let primary = Cluster::start_on(&installation)?;
    let database = primary.create_database()?;
    let replica = primary.replica(&installation)?;
    let copy = replica.url_of(&database);
    ask(&database.url(), "CREATE TABLE t AS SELECT 7 AS n")?;
    let follows = |expected: &str| {
        within(Duration::from_mins(1), "the replica follows", || {
            ask(&copy, "SELECT n FROM t").is_ok_and(|n| n.as_deref() == Some(expected))
        });
    };
    follows("7");
    assert_eq!(ask(&copy, "SELECT pg_is_in_recovery()")?.as_deref(), Some("t"));
    assert!(replica.create_database().unwrap_err().to_string().contains("read-only"));
    // Each ends and comes again without the other.
    replica.stop()?;
    assert!(ask(&copy, "SELECT 1").is_err());
    ask(&database.url(), "UPDATE t SET n = 8")?;
    replica.restart()?;
    follows("8");
    primary.kill()?;
    assert_eq!(ask(&copy, "SELECT n FROM t")?.as_deref(), Some("8"));
    primary.restart()?;
    ask(&database.url(), "UPDATE t SET n = 9")?;
    follows("9");
    let (directory, pid) = (directory(&copy), server_pid(&directory(&copy)));
    drop(replica);
    assert!(!runs(&pid) && !directory.exists());
    assert_eq!(ask(&database.url(), "SELECT n FROM t")?.as_deref(), Some("9"));
    Ok(())
}

#[test]
fn a_shared_server_is_not_killed() -> Outcome {
    let error = shared()?.cluster().kill().unwrap_err().to_string();
    assert!(error.contains("not killed") || error.contains("somebody else's"), "{error}");
    Ok(())
}
