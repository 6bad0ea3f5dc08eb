//! Owns the neutral dialect: what requests, replies and notices look like over HTTP, both ways.
//! Must not know sockets, clients or servers: pure functions over bytes and headers.
//!
//! Decoding a reply follows docs/measures.md, outcomes: what cannot be read for certain is
//! [`CameBack::Unknown`], never a guess.

pub mod channel;
mod notices;
mod number;
pub mod oms;
mod outcome;
mod problem;
mod reading;
mod shapes;
pub mod webhook;

#[cfg(test)]
pub(in crate::wire) mod samples;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode};

use super::routes::Operation;
use crate::commerce::protocol::{Asked, CameBack};
use crate::units::Span;

pub use problem::{Code, ProblemDetails};
pub use reading::{JSON_DEPTH_MAX, Misread};

/// The idempotency key of a handoff, a decimal number.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How long to wait, in microseconds of campaign time: `Retry-After` counts whole seconds, which at
/// 60× is a minute of error.
pub const RETRY_AFTER_US: HeaderName = HeaderName::from_static("x-retry-after-us");
/// The signature of a webhook's body.
pub const SIGNATURE: HeaderName = HeaderName::from_static("x-doorbuster-signature");
/// What every body is.
pub const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Most entries that a page carries; more are asked for with the next cursor.
pub const PAGE_ENTRIES_MAX: u32 = 1_000;
/// Entries of a page when the reader does not say.
pub const PAGE_ENTRIES_DEFAULT: u32 = 100;

/// A request as HTTP carries it, still without address and credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub target: String,
    /// The [`IDEMPOTENCY_KEY`], where one is sent.
    pub key: Option<u64>,
    /// The body; empty for a reading call.
    pub body: Bytes,
}

impl HttpRequest {
    /// The headers that belong to the call itself: content and key.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        if !self.body.is_empty() {
            headers.insert(hyper::header::CONTENT_TYPE, JSON);
        }
        if let Some(key) = self.key {
            headers.insert(IDEMPOTENCY_KEY, HeaderValue::from(key));
        }
    }
}

/// Whether an answer says that the listener had no place for the connection: the system behind it
/// was not asked.
pub fn is_crowded(status: u16, body: &[u8]) -> bool {
    status == Code::Crowded.status().as_u16()
        && reading::shape_of_reply::<ProblemDetails>(body).is_some_and(|p| p.error == Code::Crowded)
}

/// A request as a server meets it, its route found.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// What is asked.
    pub operation: Operation,
    /// The path's parameter, or empty.
    pub number: &'a str,
    /// The query, or empty.
    pub query: &'a str,
    /// The [`IDEMPOTENCY_KEY`], where one came.
    pub key: Option<&'a [u8]>,
    /// The body.
    pub body: &'a [u8],
}

/// A reply as HTTP carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReply {
    /// The status.
    pub status: StatusCode,
    /// How long the caller should wait.
    pub retry_after: Option<Span>,
    /// The body.
    pub body: Bytes,
}

impl HttpReply {
    /// A reply without a wait.
    fn plain(status: StatusCode, body: &impl serde::Serialize) -> HttpReply {
        HttpReply { status, retry_after: None, body: reading::json(body) }
    }

    /// The headers that belong to the reply itself.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        if !self.body.is_empty() {
            headers.insert(hyper::header::CONTENT_TYPE, JSON);
        }
        if let Some(Span(us)) = self.retry_after {
            let whole_s = us.div_ceil(crate::units::US_PER_S);
            headers.insert(hyper::header::RETRY_AFTER, HeaderValue::from(whole_s));
            headers.insert(RETRY_AFTER_US, HeaderValue::from(us));
        }
    }
}

/// What came over the wire in answer to a call.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// The request that asks so.
pub fn call(asked: &Asked) -> HttpRequest {
    match asked {
        Asked::Channel(_, request) => channel::encode_request(request),
        Asked::Oms(request) => oms::encode_request(request),
    }
}

/// What an answer to `asked` means.
pub fn came_back(asked: &Asked, heard: Heard<'_>) -> CameBack {
    match asked {
        Asked::Channel(id, request) => {
            channel::decode_reply(*id, request, heard).map_or(CameBack::Unknown, CameBack::Channel)
        }
        Asked::Oms(request) => {
            oms::decode_reply(request, heard).map_or(CameBack::Unknown, CameBack::Oms)
        }
    }
}

/// Not carried out: over a limit.
fn throttled(retry_after: Option<Span>) -> HttpReply {
    let problem = ProblemDetails::new(Code::Throttled, "over a limit; nothing was carried out");
    HttpReply { retry_after, ..problem.told() }
}

/// Not carried out: not now.
fn unavailable() -> HttpReply {
    ProblemDetails::new(Code::Unavailable, "unavailable; nothing was carried out").told()
}
