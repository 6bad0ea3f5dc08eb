//! Owns a webhook's form: its body, where it goes, and what its sink's answer means.
//! Must not know who sends when; the signature's key is in [`crate::wire::keys`].

use std::borrow::Cow;

use bytes::Bytes;
use hyper::{Method, StatusCode};

use super::notices::Notified;
use super::{Code, HttpReply, HttpRequest, Misread, ProblemDetails, reading};
use crate::commerce::protocol::{Notice, Receipt};

/// The notice as a system posts it; the caller signs the body.
pub fn encode(notice: &Notice) -> HttpRequest {
    let said = match notice {
        Notice::Order(order) => Notified::Order(Cow::Borrowed(order)),
        Notice::Source(source) => Notified::Source(source.into()),
    };
    let body = reading::json(&said);
    HttpRequest { method: Method::POST, target: "/notices".to_owned(), key: None, body }
}

/// The notice in a webhook's body, once its signature is proved.
pub fn decode(body: &[u8]) -> Result<Notice, Misread> {
    Ok(match reading::shape(body)? {
        Notified::Order(order) => Notice::Order(order.into_owned()),
        Notified::Source(source) => Notice::Source(source.into()),
    })
}

/// What a sink answers to a notice.
pub fn answer(receipt: Receipt) -> HttpReply {
    match receipt {
        Receipt::Taken => {
            HttpReply { status: StatusCode::NO_CONTENT, retry_after: None, body: Bytes::new() }
        }
        Receipt::Refused => {
            ProblemDetails::new(Code::Unavailable, "the notice was not taken; post it again").told()
        }
    }
}

/// Whether a sink's status says that it took the notice: any success does, as with every
/// marketplace's webhooks.
pub fn is_taken(status: StatusCode) -> bool {
    status.is_success()
}
