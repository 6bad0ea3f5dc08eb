//! Owns the process that minds a connector's: it starts it, keeps what it says, and stops it and
//! all that it started when whoever asked for it is gone. Must not know what for.
//!
//! A run can end in many ways, and one of them gives it no time (SIGKILL). So who stops the
//! connector is a process of its own, whose input ends when the run does, however it does.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use parking_lot::Mutex;

use super::Exit;

/// Its name among the commands; nobody types it.
pub(super) const NAME: &str = "mind";
/// So much is kept of what it says.
const LOG_BYTES_MAX: usize = 16 << 20;
/// How long it may take to end when it is asked to.
const ENDS_WITHIN: Duration = Duration::from_secs(5);
/// How long its last words may take to come.
const SAYS_WITHIN: Duration = Duration::from_secs(1);

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Keep what it says in this file
    #[arg(long)]
    log: PathBuf,
    /// The command
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let log = Arc::new(Mutex::new(Log { file: File::create(&args.log)?, left: LOG_BYTES_MAX }));
    let Some((program, words)) = args.command.split_first() else { return Ok(Exit::BadInput) };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(cause) => {
            log.lock().say(format!("cannot start `{program}`: {cause}\n").as_bytes());
            std::process::exit(127);
        }
    };
    let (over, heard) = mpsc::channel();
    let streams: [Option<Box<dyn io::Read + Send>>; 2] = [
        child.stdout.take().map(|stream| Box::new(stream) as _),
        child.stderr.take().map(|stream| Box::new(stream) as _),
    ];
    for stream in streams.into_iter().flatten() {
        let (log, over) = (Arc::clone(&log), over.clone());
        std::thread::spawn(move || {
            copy(stream, &log);
            let _ = over.send(());
        });
    }
    let id = child.id();
    std::thread::spawn(move || {
        // Nothing is ever written there: it ends when the run does.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        stop(id);
    });
    let ended = child.wait()?;
    // What it started ends with it.
    kill(id);
    for _ in 0..2 {
        let _ = heard.recv_timeout(SAYS_WITHIN);
    }
    std::process::exit(ended.code().unwrap_or(128));
}

/// Where what it says is kept, and how much more is.
struct Log {
    file: File,
    left: usize,
}

impl Log {
    fn say(&mut self, bytes: &[u8]) {
        if self.left == 0 {
            return;
        }
        let kept = &bytes[..bytes.len().min(self.left)];
        self.left -= kept.len();
        let _ = self.file.write_all(kept);
        if self.left == 0 {
            let _ = self.file.write_all(b"\n[the rest is not kept]\n");
        }
    }
}

/// Keeps what comes, and reads on when no more is kept: whoever writes must not wait.
fn copy(mut stream: Box<dyn io::Read + Send>, log: &Mutex<Log>) {
    let mut room = [0; 8_192];
    while let Ok(read @ 1..) = stream.read(&mut room) {
        log.lock().say(&room[..read]);
    }
}

/// Asks it and all that it started to end, and makes them.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "what ends does so by the wall's clock")]
fn stop(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) else { return };
    let _ = kill_process_group(group, Signal::TERM);
    std::thread::sleep(ENDS_WITHIN);
    kill(id);
}

#[cfg(unix)]
fn kill(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn stop(id: u32) {
    kill(id);
}

#[cfg(not(unix))]
fn kill(id: u32) {
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &id.to_string()]).status();
}
