//! Owns how a command is asked to stop: Ctrl-C, SIGTERM, SIGQUIT, and a terminal that is gone.
//! Must not know what stopping means for a command.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context;
use parking_lot::Mutex;

use super::Exit;

/// How often the command was asked to stop, heard by whoever plays for it at the time.
#[derive(Default)]
struct Asked {
    count: AtomicU32,
    /// So many of them were acted upon. A signal between two that play is for the second.
    heeded: AtomicU32,
    /// With this one the process ends, whatever it is doing.
    last: AtomicU32,
}

impl Asked {
    /// Counts; says whether to leave at once.
    fn hear(&self, ask: Ask) -> bool {
        // One thread hears.
        let count = ask.after(self.count.load(Ordering::SeqCst));
        self.count.store(count, Ordering::SeqCst);
        count >= self.last.load(Ordering::SeqCst)
    }

    fn listener(self: &Arc<Self>, last: u32) -> Signals {
        self.last.store(last, Ordering::SeqCst);
        Signals { from: self.heeded.load(Ordering::SeqCst), asked: Arc::clone(self) }
    }
}

/// Signals as one that plays hears them.
pub(super) struct Signals {
    asked: Arc<Asked>,
    from: u32,
}

/// The count of this process, once somebody listens.
static ASKED: Mutex<Option<Arc<Asked>>> = Mutex::new(None);

/// Counts signals from now on, and those that nobody acted upon; the `last` of them all ends the
/// process at once, whatever it is doing.
pub(super) fn listen(last: u32) -> anyhow::Result<Signals> {
    let mut asked = ASKED.lock();
    let asked = match &*asked {
        Some(asked) => asked,
        None => asked.insert(open_ears(last)?),
    };
    Ok(asked.listener(last))
}

const UNHEARD: &str = "cannot listen for Ctrl-C";

/// The runtime of a command that goes on until it is asked to stop.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start the runtime")
}

/// Hears signals on a thread of their own.
fn open_ears(last: u32) -> anyhow::Result<Arc<Asked>> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context(UNHEARD)?;
    // Before anything is begun: a signal must find somebody who tidies up.
    let mut ears = {
        let _inside = runtime.enter();
        Ears::open()?
    };
    let asked = Arc::new(Asked { last: AtomicU32::new(last), ..Asked::default() });
    let counts = Arc::clone(&asked);
    let counting = async move {
        loop {
            if counts.hear(ears.hear().await) {
                std::process::exit(Exit::Interrupted as i32);
            }
        }
    };
    let named = std::thread::Builder::new().name("signals".to_owned());
    named.spawn(move || runtime.block_on(counting)).context(UNHEARD)?;
    Ok(asked)
}

impl Signals {
    /// Whether the command was asked to stop; who asks that acts upon it.
    pub(super) fn asked(&self) -> bool {
        self.times() > 0
    }

    /// How often it was; who asks that acts upon it.
    pub(super) fn times(&self) -> u32 {
        let heard = self.asked.count.load(Ordering::SeqCst);
        self.asked.heeded.fetch_max(heard, Ordering::SeqCst);
        heard - self.from
    }
}

/// Who asks to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// A person, or whoever runs the command: each time is one more.
    Stop,
    /// The terminal is gone. The shell and the system both say so, and mean one thing: a run that
    /// is asked so still drains.
    HangUp,
}

impl Ask {
    /// How often a command was asked, that was asked so often before.
    fn after(self, before: u32) -> u32 {
        match self {
            Ask::Stop => before + 1,
            Ask::HangUp => before.max(1),
        }
    }
}

/// Where signals come in; from its opening on they do not end the process.
pub(super) struct Ears {
    #[cfg(unix)]
    stop: [tokio::signal::unix::Signal; 3],
    /// None where whoever began the command had it ignored: `nohup`.
    #[cfg(unix)]
    hang_up: Option<tokio::signal::unix::Signal>,
}

impl Ears {
    /// Within a tokio runtime.
    pub(super) fn open() -> anyhow::Result<Ears> {
        Ears::opened().context(UNHEARD)
    }

    fn opened() -> io::Result<Ears> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let stop = [
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
                signal(SignalKind::quit())?,
            ];
            let hang_up = (!outlives_its_terminal()).then(|| signal(SignalKind::hangup()));
            Ok(Ears { stop, hang_up: hang_up.transpose()? })
        }
        #[cfg(not(unix))]
        Ok(Ears {})
    }

    /// Waits for the next one.
    pub(super) async fn hear(&mut self) -> Ask {
        #[cfg(unix)]
        {
            let [interrupt, terminate, quit] = &mut self.stop;
            let hung_up = async {
                match &mut self.hang_up {
                    Some(hang_up) => hang_up.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = quit.recv() => {}
                _ = hung_up => {
                    leave_what_is_gone();
                    return Ask::HangUp;
                }
            }
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        Ask::Stop
    }
}

/// Whether SIGHUP was ignored when the command began, as far as the system says (Linux does).
#[cfg(unix)]
fn outlives_its_terminal() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| ignores_hang_up(&status))
}

/// The mask of ignored signals is hexadecimal; its lowest bit is SIGHUP (`proc_pid_status(5)`).
#[cfg(unix)]
fn ignores_hang_up(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

/// Output to a terminal or a reader that is gone leads nowhere from now on: an error there must not
/// cost a run its record or its report.
#[cfg(unix)]
fn leave_what_is_gone() {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let Ok(nowhere) = std::fs::File::options().write(true).open("/dev/null") else { return };
    let is_gone = |mut asked: [PollFd<'_>; 1]| {
        let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        let answered = poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
        answered.is_ok() && asked[0].revents().intersects(gone)
    };
    if is_gone([PollFd::new(&io::stderr(), PollFlags::OUT)]) {
        let _ = rustix::stdio::dup2_stderr(&nowhere);
    }
    if is_gone([PollFd::new(&io::stdout(), PollFlags::OUT)]) {
        let _ = rustix::stdio::dup2_stdout(&nowhere);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// A shell passes the loss of its terminal on, and the system says it again.
    #[test]
    fn a_terminal_is_gone_once_however_often_it_is_said() {
        let asked = |asks: &[Ask]| asks.iter().fold(0, |before, ask| ask.after(before));
        assert_eq!(asked(&[Ask::HangUp, Ask::HangUp, Ask::HangUp]), 1);
        assert_eq!(asked(&[Ask::Stop, Ask::HangUp]), 1);
        assert_eq!(asked(&[Ask::HangUp, Ask::Stop, Ask::Stop]), 3);
    }

    /// Between two that play for one command nobody looks: the second must hear what came then.
    #[test]
    fn a_signal_that_nobody_acted_upon_is_for_who_plays_next() {
        let asked = Arc::new(Asked::default());
        let first = asked.listener(2);
        assert!(!first.asked());
        assert!(!asked.hear(Ask::Stop), "the first time, nobody leaves at once");
        let second = asked.listener(2);
        assert!(second.asked() && second.asked());
        let third = asked.listener(2);
        assert!(!third.asked(), "it was acted upon");
        assert!(asked.hear(Ask::Stop) && third.asked(), "the second time");
    }

    #[test]
    fn what_was_begun_to_outlive_its_terminal_is_known() {
        let status = |mask: &str| format!("SigBlk:\t0000000000000001\nSigIgn:\t{mask}\n");
        assert!(ignores_hang_up(&status("0000000000001001")));
        assert!(!ignores_hang_up(&status("0000000000001006")) && !ignores_hang_up("Name:\tx\n"));
    }
}
