//! Owns what whoever changes something must show, and how its body is read: the token of the run,
//! and JSON. Must not know what is asked, nor how a refusal is worded.

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header;
use hyper::http::request::Parts;

use crate::wire::keys::Token;
use crate::wire::listen::ListenerLimits;
use crate::wire::listen::body::{self, BodyFault};

/// The largest body: a few words.
pub(super) const BODY_BYTES_MAX: usize = 16 << 10;

/// Why a body is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It does not say that it is JSON.
    NotJson,
    /// It is larger than [`BODY_BYTES_MAX`].
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// Its caller has gone.
    Broken,
}

/// What an address bears at which little is said.
pub(super) fn limits(connections_max: usize) -> ListenerLimits {
    ListenerLimits { connections_max, body_bytes_max: BODY_BYTES_MAX, ..ListenerLimits::default() }
}

/// Whether a request shows a token.
pub(super) fn shows(token: &Token, head: &Parts) -> bool {
    let shown = head.headers.get(header::AUTHORIZATION);
    shown.is_some_and(|shown| token.is_in(shown.as_bytes()))
}

/// The body of a request that says it is JSON: a form of another page may send text, and only
/// whoever means it says so.
pub(super) async fn read(head: &Parts, body: Incoming) -> Result<Bytes, Unread> {
    let kind = head.headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    let essence = kind.split(|&byte| byte == b';').next().unwrap_or(b"");
    if !essence.trim_ascii().eq_ignore_ascii_case(b"application/json") {
        return Err(Unread::NotJson);
    }
    body::read(body, &limits(0)).await.map_err(|fault| match fault {
        BodyFault::TooLarge => Unread::TooLarge,
        BodyFault::TooSlow => Unread::TooSlow,
        BodyFault::Broken => Unread::Broken,
    })
}
