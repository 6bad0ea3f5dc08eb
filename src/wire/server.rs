//! Owns the listeners of the neutral API: one address a system, opened, guarded and closed.
//! Must not know how a machine answers ([`Serves`] does), nor the JSON of it (`dialect` does).
//!
//! Nothing that arrives may panic, hang or grow without bound: every size, wait and count is a
//! [`ListenerLimits`] field. The machines answer at once, on the connection's own task.

mod answering;
mod body;
mod guests;
mod half;
mod stalling;
mod tally;

#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time;

use super::keys::{SigningKey, Token};
use crate::commerce::outbox::Answer;
use crate::commerce::protocol::{Asked, Notice, Receipt, Reply, Role};
use crate::ids::ConnectorId;
use answering::Desk;
use guests::{Guest, Guests};
use stalling::Stalling;
use tally::Counters;

pub use tally::Tally;

/// Whoever answers behind the listeners. Answers come at once: a machine is locked, asked and
/// unlocked; nothing here may wait.
pub trait Serves: Send + Sync + 'static {
    /// A system is asked: a channel for what channels answer, the OMS for what it does.
    fn exchange(&self, asked: Asked) -> Answer<Reply>;
    /// A connector is told.
    fn notice(&self, connector: ConnectorId, notice: Notice) -> Answer<Receipt>;
}

/// Largest body: a thousand updates are about 80 kB.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Largest request line with headers.
pub const HEAD_BYTES_MAX: usize = 16 << 10;
/// Most bytes of a connection that are buffered beside the body: larger replies are written from
/// where they are.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// Longest wait for a request's headers. It also ends connections that have been idle so long,
/// so a client's pool should retire them earlier.
pub const HEAD_WITHIN: Duration = Duration::from_mins(1);
/// Longest wait for a body once its headers are there.
pub const BODY_WITHIN: Duration = Duration::from_secs(10);
/// Longest wait for a caller that does not read its reply.
pub const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// Most connections at a time to one address; for one more the oldest that has never shown its
/// credentials is closed, and where there is none it is turned away.
pub const CONNECTIONS_MAX: usize = 1_024;
/// Longest wait for open calls when a listener closes.
pub const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// Pause after the system refuses a connection (no descriptors left), so as not to spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Told to a connection beyond the limit. Written once, without waiting.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
    connection: close\r\ncontent-length: 65\r\n\r\n\
    {\"error\":\"crowded\",\"message\":\"too many connections; close some\"}\n";

/// What a listener bears. The defaults are the constants of this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenerLimits {
    /// See [`BODY_BYTES_MAX`].
    pub body_bytes_max: usize,
    /// See [`HEAD_WITHIN`].
    pub head_within: Duration,
    /// See [`BODY_WITHIN`].
    pub body_within: Duration,
    /// See [`WRITE_WITHIN`].
    pub write_within: Duration,
    /// See [`CONNECTIONS_MAX`].
    pub connections_max: usize,
    /// See [`CLOSE_WITHIN`].
    pub close_within: Duration,
}

impl Default for ListenerLimits {
    fn default() -> ListenerLimits {
        ListenerLimits {
            body_bytes_max: BODY_BYTES_MAX,
            head_within: HEAD_WITHIN,
            body_within: BODY_WITHIN,
            write_within: WRITE_WITHIN,
            connections_max: CONNECTIONS_MAX,
            close_within: CLOSE_WITHIN,
        }
    }
}

/// What callers must show.
#[derive(Clone, Debug)]
pub enum Credential {
    /// This bearer token.
    Bearer(Token),
    /// A signature of the body by this key.
    Signed(SigningKey),
}

/// A system's place on the network.
#[derive(Clone, Debug)]
pub struct ListenAt {
    /// Whose.
    pub role: Role,
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// What callers must show.
    pub credential: Credential,
}

impl ListenAt {
    /// On loopback, at a port that the system chooses.
    pub fn loopback(role: Role, credential: Credential) -> ListenAt {
        ListenAt { role, listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), credential }
    }
}

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {listen}: {source}; is the port taken? Port 0 chooses one")]
pub struct OpenError {
    /// Whose address.
    pub role: Role,
    /// Which address.
    pub listen: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

/// An address that is being listened on. Dropped, it closes too, without waiting.
#[derive(Debug)]
pub struct Listening {
    role: Role,
    address: SocketAddr,
    closing: watch::Sender<()>,
    accepting: JoinHandle<()>,
    counters: Arc<Counters>,
}

impl Listening {
    /// Whose.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Where, with the port that was chosen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has seen so far.
    pub fn tally(&self) -> Tally {
        self.counters.read()
    }

    /// Closes the address: no new connections, open calls are answered within
    /// [`ListenerLimits::close_within`], and what is left is cut.
    pub async fn close(self) -> Tally {
        drop(self.closing);
        let panicked = u64::from(self.accepting.await.is_err());
        let seen = self.counters.read();
        Tally { panicked: seen.panicked + panicked, ..seen }
    }
}

/// Opens an address, on the tokio runtime of the caller.
pub async fn open<S: Serves>(
    endpoint: ListenAt,
    limits: ListenerLimits,
    serves: Arc<S>,
) -> Result<Listening, OpenError> {
    let ListenAt { role, listen, credential } = endpoint;
    let refused = |source| OpenError { role, listen, source };
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let (closing, closed) = watch::channel(());
    let desk = Arc::new(Desk::new(role, credential, limits, serves));
    let counters = Arc::clone(&desk.counters);
    let accepting = tokio::spawn(accept(listener, desk, closed));
    Ok(Listening { role, address, closing, accepting, counters })
}

async fn accept<S: Serves>(
    listener: TcpListener,
    desk: Arc<Desk<S>>,
    mut closed: watch::Receiver<()>,
) {
    let mut guests = Guests::new(desk.limits.connections_max);
    loop {
        tokio::select! {
            biased;
            _ = closed.changed() => break,
            () = guests.left(&desk.counters), if !guests.is_empty() => {}
            arrived = listener.accept() => {
                let Ok((stream, _)) = arrived else {
                    desk.counters.not_accepted.fetch_add(1, Ordering::Relaxed);
                    time::sleep(ACCEPT_PAUSE).await;
                    continue;
                };
                let Some(guest) = guests.admit(&desk.counters) else {
                    // A caller that does not read this sees the connection close.
                    let _ = stream.try_write(FULL);
                    continue;
                };
                let (desk, closed) = (Arc::clone(&desk), closed.clone());
                guests.seat(guest.clone(), serve(stream, desk, guest, closed));
            }
        }
    }
    drop(listener);
    guests.see_out(desk.limits.close_within, &desk.counters).await;
}

/// Serves one connection to its end. How it ends is the caller's concern, never ours.
async fn serve<S: Serves>(
    stream: TcpStream,
    desk: Arc<Desk<S>>,
    guest: Guest,
    mut closed: watch::Receiver<()>,
) {
    // Replies are small and awaited: else the kernel holds them back for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Stalling::new(stream, desk.limits.write_within, guest.clone()));
    let head_within = desk.limits.head_within;
    let service = service_fn(|request| {
        let (desk, guest) = (Arc::clone(&desk), guest.clone());
        async move { desk.answer(request, &guest).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_within)
        .max_header_size(HEAD_BYTES_MAX)
        .max_buf_size(BUFFER_BYTES_MAX)
        // Replies are not dated: campaign time is not the wall's.
        .auto_date_header(false)
        .serve_connection(io, service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        _ = closed.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // What is no HTTP (a scan, TLS) never comes to the desk.
    if ended.is_err_and(|error| error.is_parse()) {
        desk.counters.refused(guest.is_known());
    }
}
