//! Owns how a person stops a command: Ctrl-C and SIGTERM, counted.
//! Must not know what stopping means for a command.

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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot listen for Ctrl-C")?;
    let (count, asked) = watch::channel(0);
    let counting = async move {
        loop {
            signal().await;
            count.send_modify(|n| *n += 1);
            if *count.borrow() >= last {
                std::process::exit(Exit::Interrupted as i32);
            }
        }
    };
    let named = std::thread::Builder::new().name("signals".to_owned());
    named.spawn(move || runtime.block_on(counting)).context("cannot listen for Ctrl-C")?;
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

/// Waits for Ctrl-C or SIGTERM.
pub(super) async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
