//! Owns one HTTP/1.1 connection: making it, one exchange at a time over it, what went wrong.
//! Must not know who asks, nor try a call again that may have been carried out.
//!
//! The connection is driven by the task that uses it: no task of its own, no waking between the
//! two. An exchange polls the caller's side and the connection's side in turn.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Instant, Sleep, sleep};

use super::call::{CallResult, NotSent, Unknown, WholeReply};
use super::permit::Permit;

/// An open connection.
pub(super) struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
    wire: http1::Connection<TokioIo<TcpStream>, Full<Bytes>>,
    /// When the last exchange was over.
    used: Instant,
}

/// What an exchange came to.
pub(super) enum Exchange {
    /// It has a result; the connection may be used again.
    Over(CallResult),
    /// It has a result; the connection is of no more use.
    Broken(CallResult),
    /// The connection was gone before the request was on it: here it is back, unsent.
    Unsent(Box<Request<Full<Bytes>>>),
}

impl Connection {
    /// Connects. The time-out covers the name, the connection and nothing else.
    pub(super) async fn open(permit: &Permit, within: Duration) -> Result<Connection, NotSent> {
        let connect = async {
            let stream = permitted(permit).await?;
            // A request is one small write: waiting for more would only delay it.
            stream.set_nodelay(true)?;
            Ok::<_, io::Error>(stream)
        };
        let stream = match tokio::time::timeout(within, connect).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(why)) => return Err(NotSent::NoConnection(why)),
            Err(_elapsed) => return Err(NotSent::ConnectTimedOut(within)),
        };
        // Requests are small: one buffer and one plain write is cheaper than gathering parts.
        let (sender, wire) = http1::Builder::new()
            .writev(false)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|why| NotSent::NoConnection(io::Error::other(why)))?;
        Ok(Connection { sender, wire, used: Instant::now() })
    }

    /// Whether nothing has passed over it for longer than that.
    pub(super) fn is_idle_for(&self, longest: Duration) -> bool {
        self.used.elapsed() > longest
    }

    /// Keeps an idle connection alive; ready when the other side has closed it.
    pub(super) fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.wire).poll(cx).map(|_| ())
    }

    /// One request and its reply, whole.
    pub(super) async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
        within: Duration,
        body_bytes_max: usize,
    ) -> Exchange {
        let Connection { sender, wire, used } = self;
        let mut talk = pin!(talk(sender, request, body_bytes_max));
        let mut timeout: Pin<&mut Sleep> = pin!(sleep(within));
        let mut wire_open = true;
        let over = poll_fn(|cx| {
            // The caller's side may first wait for the connection to be idle, then for the head
            // of the reply, then for its body: three steps that each need the wire's turn.
            for _ in 0..3 {
                if let Poll::Ready(over) = talk.as_mut().poll(cx) {
                    return Poll::Ready(over);
                }
                if wire_open && Pin::new(&mut *wire).poll(cx).is_ready() {
                    wire_open = false;
                }
            }
            if let Poll::Ready(over) = talk.as_mut().poll(cx) {
                return Poll::Ready(over);
            }
            timeout
                .as_mut()
                .poll(cx)
                .map(|()| Exchange::Broken(CallResult::Unknown(Unknown::TimedOut(within))))
        })
        .await;
        *used = Instant::now();
        over
    }
}

/// Connections that the system keeps for an address that is held and then listened on.
const BACKLOG: u32 = 1_024;

/// An address that nobody listens on and nobody else may take. It connects to nothing.
pub(super) struct HeldAddress(TcpSocket);

impl HeldAddress {
    /// Holds an address.
    pub(super) fn of(address: SocketAddr) -> io::Result<HeldAddress> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // As a listener has it: connections that are just over do not keep the address.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(HeldAddress(socket))
    }

    /// Listens on it.
    pub(super) fn listen(self) -> io::Result<TcpListener> {
        self.0.listen(BACKLOG)
    }
}

/// A connection to the first address of the endpoint that takes one and may be called.
async fn permitted(permit: &Permit) -> io::Result<TcpStream> {
    let elsewhere = "its name leads to no address that may be called";
    let mut why = io::Error::new(io::ErrorKind::PermissionDenied, elsewhere);
    for address in permit.addresses().await? {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(refused) => why = refused,
        }
    }
    Err(why)
}

/// The caller's side of an exchange.
async fn talk(
    sender: &mut http1::SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
    body_bytes_max: usize,
) -> Exchange {
    if sender.ready().await.is_err() {
        return Exchange::Unsent(Box::new(request));
    }
    match sender.try_send_request(request).await {
        Ok(response) => answer(response, body_bytes_max).await,
        Err(mut failed) => match failed.take_message() {
            Some(request) => Exchange::Unsent(Box::new(request)),
            None => Exchange::Broken(CallResult::Unknown(Unknown::Lost(failed.into_error()))),
        },
    }
}

async fn answer(response: Response<Incoming>, body_bytes_max: usize) -> Exchange {
    let (head, mut body) = response.into_parts();
    let too_large = || Exchange::Broken(CallResult::Unknown(Unknown::TooLarge(body_bytes_max)));
    if body.size_hint().lower() > body_bytes_max as u64 {
        return too_large();
    }
    let mut whole = Bytes::new();
    while let Some(frame) = body.frame().await {
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) if whole.len() + data.len() > body_bytes_max => return too_large(),
            // A small body is one frame, which is taken as it is.
            Ok(Ok(data)) if whole.is_empty() => whole = data,
            Ok(Ok(data)) => {
                let mut longer = BytesMut::from(whole);
                longer.extend_from_slice(&data);
                whole = longer.freeze();
            }
            Ok(Err(_trailers)) => {}
            Err(why) => return Exchange::Broken(CallResult::Unknown(Unknown::Lost(why))),
        }
    }
    Exchange::Over(CallResult::Answered(WholeReply {
        status: head.status.as_u16(),
        headers: head.headers,
        body: whole,
    }))
}
