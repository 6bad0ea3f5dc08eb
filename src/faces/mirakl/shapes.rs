//! Owns how Mirakl words refusals. Must not know what is refused.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::faces::FaceReply;
use crate::units::{Span, US_PER_S};

/// A request that is not carried out.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    status: StatusCode,
    message: String,
    /// A word for machines, where the platform publishes one.
    code: Option<&'static str>,
    retry_after: Option<Span>,
    is_known: bool,
    meant: Option<StatusCode>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Refused {
        let (code, retry_after, meant) = (None, None, None);
        Refused { status, message: message.into(), code, retry_after, is_known: true, meant }
    }

    /// A parameter or a body that makes no sense.
    pub(super) fn input(why: impl Into<String>) -> Refused {
        Refused::new(StatusCode::BAD_REQUEST, why)
    }

    pub(super) fn not_found(what: &str) -> Refused {
        Refused::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    /// The order is not where this could be done to it.
    pub(super) fn order_state(why: &str) -> Refused {
        let meant = Some(StatusCode::UNPROCESSABLE_ENTITY);
        Refused { code: Some("ORDER_INVALID_STATE"), meant, ..Refused::input(why) }
    }

    /// Over a limit.
    pub(super) fn throttled(retry_after: Option<Span>) -> Refused {
        let refused = Refused::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
        Refused { retry_after, ..refused }
    }

    pub(super) fn unavailable() -> Refused {
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, "The service is temporarily unavailable")
    }

    /// Something that the platform has and this face has not.
    pub(super) fn not_here(what: &str) -> Refused {
        let why = format!("doorbuster's Mirakl has no {what}: docs/dialects.md says what it has");
        Refused::new(StatusCode::NOT_IMPLEMENTED, why)
    }

    /// Nobody who is known.
    pub(super) fn stranger() -> Refused {
        let refused = Refused::new(StatusCode::UNAUTHORIZED, "Unauthorized");
        Refused { is_known: false, ..refused }
    }

    /// What it says, for a report.
    pub(super) fn into_message(self) -> String {
        self.message
    }

    pub(super) fn told(self) -> FaceReply {
        let mut body = json!({ "message": self.message, "status": self.status.as_u16() });
        if let Some(code) = self.code {
            body["code"] = Value::from(code);
        }
        let mut reply = FaceReply::json(self.status, &body);
        if let Some(Span(us)) = self.retry_after {
            reply = reply.with("retry-after", &us.div_ceil(US_PER_S).to_string());
        }
        FaceReply { is_known: self.is_known, meant: self.meant, ..reply }
    }
}
