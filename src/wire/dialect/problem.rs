//! Owns the body of every answer that is not what was asked for.
//! Must not know which system answers.

use hyper::StatusCode;
use serde::{Deserialize, Serialize};

use super::HttpReply;
use crate::history::fact::Refusal;
use crate::ids::{OmsOrder, OrderId};

/// What is wrong, for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request cannot be read.
    Malformed,
    /// The request can be read and makes no sense.
    Invalid,
    /// The order is turned away; `why` says why.
    TurnedAway,
    /// Over a limit; nothing was carried out.
    Throttled,
    /// Not now; nothing was carried out.
    Unavailable,
    /// The mock's listener has no place for one more connection; nothing was carried out.
    Crowded,
    /// Carried out before under the same `key`.
    Duplicate,
    /// No credentials, or wrong ones.
    Unauthorized,
    /// No such path.
    NoRoute,
    /// No such method on this path.
    WrongMethod,
    /// The body is too large.
    TooLarge,
    /// The body took too long to come.
    TooSlow,
    /// The body is not JSON by its content type.
    WrongContent,
}

impl Code {
    /// The status that goes with it.
    pub fn status(self) -> StatusCode {
        match self {
            Code::Malformed => StatusCode::BAD_REQUEST,
            Code::Invalid | Code::TurnedAway => StatusCode::UNPROCESSABLE_ENTITY,
            Code::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Code::Unavailable | Code::Crowded => StatusCode::SERVICE_UNAVAILABLE,
            Code::Duplicate => StatusCode::CONFLICT,
            Code::Unauthorized => StatusCode::UNAUTHORIZED,
            Code::NoRoute => StatusCode::NOT_FOUND,
            Code::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Code::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Code::WrongContent => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }
}

/// The body of an answer that is not what was asked for. Fields that are not known are passed over:
/// a system may say more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemDetails {
    /// What is wrong, for a program.
    pub error: Code,
    /// What is wrong, for a person, and what to do.
    #[serde(default)]
    pub message: String,
    /// Why an order was turned away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Refusal>,
    /// Of a duplicate: the key that was used before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<u64>,
    /// Of a duplicate: the channel's order that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Of a duplicate: the OMS's record that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<OmsOrder>,
}

impl ProblemDetails {
    /// A problem that needs no more than its words.
    pub fn new(error: Code, message: impl Into<String>) -> ProblemDetails {
        ProblemDetails {
            error,
            message: message.into(),
            why: None,
            key: None,
            order: None,
            record: None,
        }
    }

    /// The reply that says so.
    pub fn told(&self) -> HttpReply {
        HttpReply::plain(self.error.status(), self)
    }
}
