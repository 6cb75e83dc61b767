//! Other processes for tests: copies of this program with a role, and what can be known of their servers.

use std::error::Error;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tokio_postgres::config::Host;
use tokio_postgres::{Config, NoTls};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// Runs a statement; what comes back is the first column of its first row.
pub(crate) fn ask(url: &str, sql: &str) -> Result<Option<String>, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let task = tokio::spawn(connection);
        let mut value = None;
        for message in client.simple_query(sql).await? {
            if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                value = value.or(row.get(0).map(str::to_owned));
            }
        }
        drop(client);
        task.await??;
        Ok(value)
    })
}

/// The directory of the server that a URL leads to.
pub(crate) fn directory(url: &str) -> PathBuf {
    match url.parse::<Config>().unwrap().get_hosts() {
        [Host::Unix(directory)] => directory.clone(),
        hosts => panic!("{url} leads to {hosts:?}"),
    }
}

pub(crate) fn server_pid(directory: &Path) -> String {
    fs::read_to_string(directory.join("data/postmaster.pid")).unwrap().lines().next().unwrap().to_owned()
}

/// Whether the process runs: one that ended may be left unreaped where nobody is init.
pub(crate) fn runs(pid: &str) -> bool {
    let state = match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat.rsplit(") ").next().unwrap().to_owned(),
        Err(_) if Path::new("/proc/self").exists() => return false,
        Err(_) => {
            let output = Command::new("ps").args(["-o", "stat=", "-p", pid]).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        }
    };
    !state.is_empty() && !state.starts_with('Z')
}

pub(crate) fn within(limit: Duration, what: &str, done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < limit, "not within {limit:?}: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Copies of this program in a folder that looks like a target folder of its own and that every user can reach, so
/// that they share servers with each other only.
pub(crate) struct Stage {
    pub(crate) folder: PathBuf,
}

impl Stage {
    pub(crate) fn new(name: &str) -> Self {
        let folder = PathBuf::from(format!("/tmp/nuages-stage-{name}-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
        // By another process: what other tests start meanwhile would keep a file open that this one writes, and a program
        // that is open for writing cannot be run.
        let copied =
            Command::new("cp").arg(std::env::current_exe().unwrap()).arg(folder.join("life")).status().unwrap();
        assert!(copied.success());
        fs::set_permissions(folder.join("life"), Permissions::from_mode(0o755)).unwrap();
        fs::write(folder.join("CACHEDIR.TAG"), "").unwrap();
        Self { folder }
    }

    pub(crate) fn actor(&self, role: &str) -> Command {
        let mut command = Command::new(self.folder.join("life"));
        command.args(["--exact", "actor", "--nocapture"]).env("ROLE", role).env_remove("DATABASE_URL");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).current_dir("/");
        command
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A running actor and what it says.
pub(crate) struct Actor {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Actor {
    pub(crate) fn enter(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Self { child, said }
    }

    /// The rest of the next line that starts with `word:`.
    pub(crate) fn hear(&mut self, word: &str) -> String {
        let mut line = String::new();
        while self.said.read_line(&mut line).unwrap() > 0 {
            // The test harness writes on the same line before the first of ours.
            if let Some((_, rest)) = line.split_once(&format!("{word}:")) {
                return rest.trim().to_owned();
            }
            line.clear();
        }
        panic!("the actor left without saying `{word}`");
    }

    pub(crate) fn leave(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

pub(crate) fn say(word: &str, text: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "\n{word}:{text}").unwrap();
    out.flush().unwrap();
}

/// Waits until whoever started this process closes its standard input.
pub(crate) fn wait_for_leave() {
    std::io::stdin().read_line(&mut String::new()).unwrap();
}
