//! A network that takes time, on loopback.
//!
//! In: the address of a server. Out: a port behind which it seems to be far away: what is sent arrives half of the round
//! trip later, in both directions, at any rate. It is a process of its own, so that its work is nobody's time.

use crate::Failure;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// The word on the command line that makes the program be the network.
pub(crate) const WORD: &str = "delay";

/// A network under way; it ends with the value.
pub(crate) struct Network {
    process: Child,
    /// Where it listens, on loopback.
    pub(crate) port: u16,
}

impl Network {
    /// Starts one in front of the server behind this socket.
    pub(crate) fn start(socket: &str, round_trip: Duration) -> Result<Self, Failure> {
        let mut process = Command::new(std::env::current_exe()?)
            .args([WORD, socket, &round_trip.as_micros().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("the network has no output")?).read_line(&mut line)?;
        Ok(Self { process, port: line.trim().parse()? })
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Is the network, until the program that started it ends.
pub(crate) fn serve(socket: &str, round_trip: Duration) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    for client in listener.incoming() {
        let client = client?;
        client.set_nodelay(true)?;
        let server = UnixStream::connect(socket)?;
        let late = round_trip / 2;
        carry(client.try_clone()?, server.try_clone()?, late, |to| drop(to.shutdown(Shutdown::Write)));
        carry(server, client, late, |to| drop(to.shutdown(Shutdown::Write)));
    }
    Ok(())
}

/// Carries what comes from one side to the other, later.
fn carry<F, T>(mut from: F, mut to: T, late: Duration, end: fn(&T))
where
    F: Read + Send + 'static,
    T: Write + Send + 'static,
{
    let (sender, receiver): (Sender<(Instant, Vec<u8>)>, Receiver<_>) = mpsc::channel();
    thread::spawn(move || {
        let mut piece = vec![0; 1 << 16];
        while let Ok(n @ 1..) = from.read(&mut piece) {
            if sender.send((Instant::now() + late, piece[..n].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (at, bytes) in receiver {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        end(&to);
    });
}
