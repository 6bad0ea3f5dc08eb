//! Owns how a person stops a command: Ctrl-C and SIGTERM, counted.
//! Must not know what stopping means for a command.

use std::io;

use anyhow::Context;
use tokio::sync::watch;

use super::Exit;

/// How often the command was asked to stop.
pub(super) struct Signals {
    asked: watch::Receiver<u32>,
}

/// Counts signals from now on, on a thread of their own; the `last` one ends the process at once,
/// whatever it is doing.
pub(super) fn listen(last: u32) -> anyhow::Result<Signals> {
    let unheard = "cannot listen for Ctrl-C";
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context(unheard)?;
    // Before anything is begun: a signal must find somebody who tidies up.
    let mut ears = {
        let _inside = runtime.enter();
        Ears::open().context(unheard)?
    };
    let (count, asked) = watch::channel(0);
    let counting = async move {
        loop {
            ears.hear().await;
            count.send_modify(|n| *n += 1);
            if *count.borrow() >= last {
                std::process::exit(Exit::Interrupted as i32);
            }
        }
    };
    let named = std::thread::Builder::new().name("signals".to_owned());
    named.spawn(move || runtime.block_on(counting)).context(unheard)?;
    Ok(Signals { asked })
}

impl Signals {
    /// Whether the command was asked to stop.
    pub(super) fn asked(&self) -> bool {
        *self.asked.borrow() > 0
    }

    /// Waits until it is asked once more; says how often it was.
    pub(super) async fn next(&mut self) -> u32 {
        if self.asked.changed().await.is_err() {
            // Nobody counts any more: nothing will ever be asked.
            std::future::pending::<()>().await;
        }
        *self.asked.borrow_and_update()
    }
}

/// Where signals come in; from its opening on they do not end the process.
pub(super) struct Ears {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Ears {
    /// Within a tokio runtime.
    pub(super) fn open() -> io::Result<Ears> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let interrupt = signal(SignalKind::interrupt())?;
            Ok(Ears { interrupt, terminate: signal(SignalKind::terminate())? })
        }
        #[cfg(not(unix))]
        Ok(Ears {})
    }

    /// Waits for the next one.
    pub(super) async fn hear(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
