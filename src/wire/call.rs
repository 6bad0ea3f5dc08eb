//! Owns a call: where it goes, what it asks, what came of it. Must not know how it gets there.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{HeaderMap, HeaderValue};
use hyper::{Request, Uri};

/// Something that makes one call.
pub trait Caller: Send + 'static {
    /// The request, asked for at the moment it leaves. `Host` is added when it is missing.
    fn request(&mut self) -> Request<Full<Bytes>>;

    /// What came of it, told at the moment it is known. A job that is dropped without being told
    /// was under way, or still waiting, when the client was closed.
    fn done(self, result: CallResult);
}

/// What came of a call.
#[derive(Debug)]
pub enum CallResult {
    /// A whole reply.
    Answered(WholeReply),
    /// Definitely nothing happened.
    NotSent(NotSent),
    /// It may have happened.
    Unknown(Unknown),
}

/// A whole reply.
#[derive(Debug)]
pub struct WholeReply {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// Why a call was never sent.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// Refused, unreachable, or the name is unknown.
    #[error("no connection: {0}")]
    NoConnection(#[source] io::Error),
    /// Nobody answered the attempt to connect.
    #[error("no connection within {0:?}")]
    ConnectTimedOut(Duration),
    /// The other side accepts connections and closes them before they carry anything.
    #[error("the endpoint closes connections before they carry a request")]
    Closed,
    /// All connections were busy and the queue full, or the client was closed before its turn.
    #[error("no capacity: all calls in flight and the queue are taken, or the client is closed")]
    NoCapacity,
}

/// Why nobody knows whether a call was carried out.
#[derive(Debug, thiserror::Error)]
pub enum Unknown {
    /// No whole reply in time.
    #[error("no reply within {0:?}")]
    TimedOut(Duration),
    /// The connection broke, or what came over it was not HTTP.
    #[error("the connection was lost: {0}")]
    Lost(#[source] hyper::Error),
    /// The reply is larger than anything that is expected.
    #[error("the reply has over {0} bytes")]
    TooLarge(usize),
    /// The client was closed with the call open.
    #[error("stopped with the call open")]
    Stopped,
}

/// Where calls go.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    host: String,
    port: u16,
    pub(super) authority: HeaderValue,
}

/// Why a URL cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// Not http.
    #[error("cannot call {0:?}: it must begin with http://")]
    Scheme(String),
    /// No host.
    #[error("cannot call {0:?}: it names no host")]
    Host(String),
    /// Not this machine.
    #[error("cannot call {0}: it is another machine, and load is sent to this one only")]
    Elsewhere(IpAddr),
}

impl Endpoint {
    /// The endpoint of a URL.
    pub(super) fn of(url: &Uri) -> Result<Endpoint, EndpointError> {
        if url.scheme_str() != Some("http") {
            return Err(EndpointError::Scheme(url.to_string()));
        }
        let named = || EndpointError::Host(url.to_string());
        let authority = url.authority().ok_or_else(named)?;
        let named_host = match url.port() {
            Some(port) => format!("{}:{port}", authority.host()),
            None => authority.host().to_owned(),
        };
        Ok(Endpoint {
            // An IPv6 address stands in brackets in a URL and without them in a socket address.
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: url.port_u16().unwrap_or(80),
            authority: HeaderValue::from_str(&named_host).map_err(|_| named())?,
        })
    }

    /// The host.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub(super) fn port(&self) -> u16 {
        self.port
    }
}
