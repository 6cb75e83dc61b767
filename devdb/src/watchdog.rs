//! What cleans up when nobody else can: small `sh` programs in a process group of their own, each reading from a pipe
//! whose other end we hold. However a process ends, by returning, `exit`, a panic or SIGKILL, its end of the pipe is
//! closed, and at end of file the program stops the server or drops the databases.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::Error;
use crate::owner::Owner;

/// Makes a cluster, runs its server, and removes both when nobody holds it any more.
///
/// A `private` cluster is held by standard input. A `shared` one is held by everyone who has the named pipe `users`
/// open for writing; who joins later writes `join <id>` and waits for the file `joined.<id>`, because a pipe can be
/// opened after the end of file was seen. Nobody for three seconds is the end: the test programs of one `cargo test`
/// follow each other with short gaps. Who holds a private one may write `start`, to have a server again that has ended.
///
/// Where the cluster is a replica, `from` is how to connect to its primary, and `slot` what that keeps WAL for it by.
const SERVER: &str = r#"
trap '' HUP INT TERM
umask 077
bin=$1 dir=$2 mode=$3 from=$4 slot=$5
shift 5
if [ "$mode" = shared ]; then
  patience=6
  mkfifo "$dir/users" || exit 1
  # A writer of our own, so that opening the reading end does not wait for one.
  exec 4<>"$dir/users"
  exec 3<"$dir/users" 4>&-
else
  patience=1
  exec 3<&0
fi
exec </dev/null
make() {
  rm -rf "$dir/data"
  "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 -N --locale="$1" >"$dir/initdb.log" 2>&1
}
copy() {
  "$bin/pg_basebackup" -d "$from" -D "$dir/data" -R -C -S "$slot" -X stream -c fast -N >"$dir/pg_basebackup.log" 2>&1
}
run() {
  rm -f "$dir/ended"
  (
    "$bin/postgres" -D "$dir/data" "$@" >>"$dir/server.log" 2>&1 &
    echo $! >"$dir/server.pid"
    wait $!
    echo server >"$dir/ended"
  ) 3<&- &
}
if [ -n "$from" ]; then
  if copy; then run "$@"; else echo pg_basebackup >"$dir/ended"; fi
elif make C.UTF-8 || make C; then
  run "$@"
else
  echo initdb >"$dir/ended"
fi
idle=0
while [ $idle -lt $patience ]; do
  if read -r word id <&3; then
    idle=0
    case $word in
      join) : >"$dir/joined.$id" ;;
      start) run "$@" ;;
    esac
  else
    idle=$((idle + 1))
    [ $patience = 1 ] || sleep 0.5 || sleep 1
  fi
done
tries=0
until [ -s "$dir/ended" ] || [ $tries -gt 400 ]; do
  signal=INT
  [ $tries -lt 200 ] || signal=KILL
  [ ! -s "$dir/server.pid" ] || kill -$signal "$(cat "$dir/server.pid")"
  sleep 0.02 || sleep 1
  tries=$((tries + 1))
done
rm -rf "$dir"
"#;

/// Runs a pooler until nobody holds standard input.
const POOLER: &str = r#"
trap '' HUP INT TERM
umask 077
exec 3<&0 </dev/null
"$1" "$2/pgbouncer.ini" >"$2/pooler.log" 2>&1 3<&- &
pooler=$!
( while kill -0 $pooler; do sleep 0.1 || sleep 1; done; echo >"$2/ended" ) 3<&- &
read -r line <&3
kill -KILL $pooler
wait
rm -rf "$2"
"#;

/// Drops the databases that were made on somebody else's server. `+name` was made, `-name` is gone already.
const DATABASES: &str = r#"
trap '' HUP INT TERM
names=' '
while read -r line; do
  name=${line#?}
  case $line in
    +*) names="$names$name " ;;
    -*) names="${names%% "$name" *} ${names#* "$name" }" ;;
  esac
done
for name in $names; do
  "$1" --no-psqlrc --quiet --dbname "$2" --command "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)" </dev/null
done
"#;

/// One such program, and the pipe that keeps it waiting.
#[derive(Debug)]
pub(crate) struct Watchdog {
    child: Child,
    pipe: Option<ChildStdin>,
}

/// Who holds a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The process that starts it.
    Private,
    /// Every process that has its named pipe open.
    Shared,
}

/// The primary that a cluster is a replica of.
#[derive(Debug)]
pub(crate) struct Source {
    /// How to connect to it, as `key=value` pairs.
    pub(crate) address: String,
    /// A name for what it keeps for this replica.
    pub(crate) slot: String,
}

impl Watchdog {
    /// Starts the making of a cluster in `directory`, which belongs to `owner` and is empty.
    pub(crate) fn server(
        owner: &Owner,
        bin: &Path,
        directory: &Path,
        mode: Mode,
        source: Option<&Source>,
        options: &[String],
    ) -> Result<Self, Error> {
        let mut command = shell(SERVER);
        command.arg(bin).arg(directory).arg(match mode {
            Mode::Private => "private",
            Mode::Shared => "shared",
        });
        match source {
            Some(Source { address, slot }) => command.args([address, slot]),
            None => command.args(["", ""]),
        };
        command.args(options).current_dir(directory);
        // PGDATA, PGPORT and the like are meant for another server; messages are shown as they come.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C");
        owner.apply(&mut command);
        Self::spawn(command)
    }

    /// Starts a pooler whose settings are in `directory`.
    pub(crate) fn pooler(owner: &Owner, program: &Path, directory: &Path) -> Result<Self, Error> {
        let mut command = shell(POOLER);
        command.arg(program).arg(directory).current_dir(directory);
        owner.apply(&mut command);
        Self::spawn(command)
    }

    /// Starts the program that drops databases of the server at `url`.
    pub(crate) fn databases(psql: &Path, url: &str) -> Result<Self, Error> {
        let mut command = shell(DATABASES);
        command.arg(psql).arg(url);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Result<Self, Error> {
        let mut child = command.spawn().map_err(|error| Error::new(format!("cannot run `sh`: {error}")))?;
        let pipe = child.stdin.take();
        Ok(Self { child, pipe })
    }

    /// Sends the program a line.
    pub(crate) fn tell(&mut self, line: &str) {
        if let Some(pipe) = &mut self.pipe {
            // A watchdog that is gone cannot be helped, and what it watches over still works.
            let _ = pipe.write_all(format!("{line}\n").as_bytes());
        }
    }

    /// Whether the program has ended by itself.
    pub(crate) fn ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)) | Err(_))
    }

    /// Lets go of the pipe and waits until everything is cleaned up.
    pub(crate) fn finish(&mut self) {
        drop(self.pipe.take());
        let _ = self.child.wait();
    }
}

/// A shell that runs `program`, out of reach of the terminal's signals and of whoever waits for our output to end.
fn shell(program: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", program, "nuages-devdb"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    command
}
