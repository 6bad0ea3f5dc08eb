//! Owns an address that is listened on: opened, guarded against strangers, closed.
//! Must not know what is asked there, nor who may ask ([`Service`] does).
//!
//! Nothing that arrives may panic, hang or grow without bound: every size, wait and count is a
//! [`ListenerLimits`] field. Whoever answers does so on the connection's own task.

pub(crate) mod body;
mod guests;
mod stalling;
mod tally;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{self, Instant};

use guests::Guests;
use stalling::Stalling;
use tally::Counters;

use super::connection::HeldAddress;
use super::tls::Tls;

pub use guests::Guest;
pub use tally::Tally;

/// Whatever answers at an address: a system of the neutral API, a platform's own API, a page.
pub trait Service: Send + Sync + 'static {
    /// The body of its replies.
    type Reply: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + 'static;
    /// Why a reply does not leave: the connection closes instead.
    type Lost: std::error::Error + Send + Sync + 'static;

    /// Answers one request of a guest, and tells it [`Guest::is_known_now`] once it has shown its
    /// credentials: whoever has not goes first when there is no room.
    fn answer(
        &self,
        request: Request<Incoming>,
        guest: &Guest,
    ) -> impl Future<Output = Result<Response<Self::Reply>, Self::Lost>> + Send;
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

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {listen}: {source}; is the port taken? Port 0 chooses one")]
pub struct OpenError {
    /// Which address.
    pub listen: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

/// An address that is being listened on. Dropped, it closes too, without waiting.
#[derive(Debug)]
pub struct Listening {
    address: SocketAddr,
    closing: watch::Sender<()>,
    gate: Shutter,
    accepting: JoinHandle<()>,
    counters: Arc<Counters>,
}

/// Shuts an address and opens it again: while it is shut nobody listens, and the system refuses
/// connections; those that there were are cut. Nobody else may take the address meanwhile.
#[derive(Clone, Debug)]
pub struct Shutter {
    is_shut: watch::Sender<bool>,
    ears: Arc<Mutex<Ears>>,
}

/// Whether somebody listens.
#[derive(Clone, Copy, Debug)]
enum Ears {
    /// As ever.
    Open,
    /// Nobody does.
    Closed,
    /// Again, since then.
    OpenSince(Instant),
}

impl Shutter {
    fn new() -> Shutter {
        let ears = Arc::new(Mutex::new(Ears::Open));
        Shutter { is_shut: watch::Sender::new(false), ears }
    }

    /// Shuts or opens it.
    pub fn shut(&self, is_shut: bool) {
        self.is_shut.send_if_modified(|was| std::mem::replace(was, is_shut) != is_shut);
    }

    /// Whether it refuses connections, or did so at most so long ago.
    pub fn has_refused(&self, within: Duration) -> bool {
        *self.is_shut.borrow()
            || match *self.ears.lock() {
                Ears::Open => false,
                Ears::Closed => true,
                Ears::OpenSince(at) => at.elapsed() < within,
            }
    }
}

impl Listening {
    /// What shuts it for a while.
    pub fn gate(&self) -> Shutter {
        self.gate.clone()
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

/// A service, and what its address bears.
struct House<S> {
    service: S,
    /// It speaks TLS and nothing else.
    tls: Option<Tls>,
    limits: ListenerLimits,
    counters: Arc<Counters>,
}

/// Opens an address for a service, on the tokio runtime of the caller.
pub async fn open<S: Service>(
    listen: SocketAddr,
    limits: ListenerLimits,
    service: S,
) -> Result<Listening, OpenError> {
    open_over(listen, limits, service, None).await
}

/// The same over TLS, where there is some.
pub async fn open_over<S: Service>(
    listen: SocketAddr,
    limits: ListenerLimits,
    service: S,
    tls: Option<Tls>,
) -> Result<Listening, OpenError> {
    let refused = |source| OpenError { listen, source };
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let (closing, closed) = watch::channel(());
    let counters = Arc::new(Counters::default());
    let house = Arc::new(House { service, tls, limits, counters: Arc::clone(&counters) });
    let gate = Shutter::new();
    let shut = (gate.is_shut.subscribe(), Arc::clone(&gate.ears));
    let accepting = tokio::spawn(accept((listener, address), house, (closed, shut)));
    Ok(Listening { address, closing, gate, accepting, counters })
}

/// That it closes, that it is shut, and who hears while it is.
type Endings = (watch::Receiver<()>, (watch::Receiver<bool>, Arc<Mutex<Ears>>));

async fn accept<S: Service>(
    (mut listener, address): (TcpListener, SocketAddr),
    house: Arc<House<S>>,
    (mut closed, (mut shut, ears)): Endings,
) {
    let mut guests = Guests::new(house.limits.connections_max);
    loop {
        tokio::select! {
            biased;
            _ = closed.changed() => break,
            Ok(()) = shut.changed() => {
                if !*shut.borrow_and_update() {
                    continue;
                }
                *ears.lock() = Ears::Closed;
                guests.cut(&house.counters).await;
                drop(listener);
                let reopened = tokio::select! {
                    reopened = reopen(address, &mut shut) => reopened,
                    _ = closed.changed() => return,
                };
                listener = reopened;
                *ears.lock() = Ears::OpenSince(Instant::now());
            }
            () = guests.left(&house.counters), if !guests.is_empty() => {}
            arrived = listener.accept() => {
                let Ok((stream, _)) = arrived else {
                    house.counters.not_accepted.fetch_add(1, Ordering::Relaxed);
                    time::sleep(ACCEPT_PAUSE).await;
                    continue;
                };
                let Some(guest) = guests.admit(&house.counters) else {
                    // A caller that does not read this sees the connection close.
                    let _ = stream.try_write(FULL);
                    continue;
                };
                let (house, closed) = (Arc::clone(&house), closed.clone());
                guests.seat(guest.clone(), serve(stream, house, guest, closed));
            }
        }
    }
    drop(listener);
    guests.see_out(house.limits.close_within, &house.counters).await;
}

/// Holds an address without listening until it is to be open again, and listens.
async fn reopen(address: SocketAddr, shut: &mut watch::Receiver<bool>) -> TcpListener {
    let held = loop {
        match HeldAddress::of(address) {
            Ok(held) => break held,
            Err(_) => time::sleep(ACCEPT_PAUSE).await,
        }
    };
    // A gate that is gone stays as it is: whoever closes the address ends the wait.
    if shut.wait_for(|is_shut| !is_shut).await.is_err() {
        std::future::pending::<()>().await;
    }
    let mut held = Some(held);
    loop {
        let opened = match held.take() {
            Some(held) => held.listen(),
            None => HeldAddress::of(address).and_then(HeldAddress::listen),
        };
        match opened {
            Ok(listener) => return listener,
            Err(_) => time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// Serves one connection to its end. How it ends is the caller's concern, never ours.
async fn serve<S: Service>(
    stream: TcpStream,
    house: Arc<House<S>>,
    guest: Guest,
    closed: watch::Receiver<()>,
) {
    // Replies are small and awaited: else the kernel holds them back for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let stream = Stalling::new(stream, house.limits.write_within, guest.clone());
    let Some(acceptor) = house.tls.as_ref().map(|tls| tls.acceptor.clone()) else {
        return talk(stream, house, guest, closed).await;
    };
    // Whoever only connects is treated as one who only begins a head.
    match time::timeout(house.limits.head_within, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => talk(stream, house, guest.over_tls(), closed).await,
        Ok(Err(_)) | Err(_) => guest.refused(),
    }
}

/// Answers what comes over a stream.
async fn talk<S: Service>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    house: Arc<House<S>>,
    guest: Guest,
    mut closed: watch::Receiver<()>,
) {
    let io = TokioIo::new(stream);
    let head_within = house.limits.head_within;
    let service = service_fn(|request| {
        let (house, guest) = (Arc::clone(&house), guest.clone());
        async move { house.service.answer(request, &guest).await }
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
    // What is no HTTP (a scan, TLS) never comes to the house.
    if ended.is_err_and(|error| error.is_parse()) {
        guest.refused();
    }
}
