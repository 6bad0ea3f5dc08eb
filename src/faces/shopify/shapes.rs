//! Owns the JSON of REST: refusals, and what an answer is wrapped in.
//! Must not know what it means.

use hyper::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use crate::faces::{FaceClock, FaceReply, Written};
use crate::units::At;

/// A refusal in the platform's shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    status: StatusCode,
    errors: Value,
    retry_after: Option<String>,
    is_known: bool,
}

impl Refused {
    pub(super) fn new(status: u16, errors: Value) -> Refused {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Refused { status, errors, retry_after: None, is_known: true }
    }

    pub(super) fn not_found() -> Refused {
        Refused::new(404, json!("Not Found"))
    }

    /// Whoever it is has not shown the shop's token.
    pub(super) fn stranger() -> Refused {
        Refused::new(401, json!("[API] the access token is not this shop's")).into_stranger()
    }

    pub(super) fn into_stranger(self) -> Refused {
        Refused { is_known: false, ..self }
    }

    /// What this face does not have, by name.
    pub(super) fn not_here(what: &str) -> Refused {
        Refused::new(501, json!(format!("{what}: not in this mock; docs/dialects.md says what is")))
    }

    /// Something that is sent makes no sense.
    pub(super) fn field(name: &str, why: &str) -> Refused {
        Refused::new(422, json!({ name: [why] }))
    }

    /// Something that must be sent is not there.
    pub(super) fn missing(name: &str) -> Refused {
        Refused::new(400, json!({ name: "Required parameter missing or invalid" }))
    }

    pub(super) fn throttled(retry_after: &str) -> Refused {
        let refused = Refused::new(429, json!("over the limit on calls: slow down and ask again"));
        Refused { retry_after: Some(retry_after.to_owned()), ..refused }
    }

    pub(super) fn unavailable() -> Refused {
        Refused::new(503, json!("this shop is briefly unavailable"))
    }

    /// Why, in one line: what GraphQL says of it.
    pub(super) fn why(&self) -> String {
        match &self.errors {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// Its status.
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// It is for what was sent: sent again, it would be refused again.
    pub(super) fn is_for_good(&self) -> bool {
        self.status == StatusCode::UNPROCESSABLE_ENTITY
    }

    pub(super) fn told(&self) -> FaceReply {
        let reply = FaceReply::json(self.status, &json!({ "errors": self.errors }));
        let reply = FaceReply { is_known: self.is_known, ..reply };
        match &self.retry_after {
            Some(after) => reply.with("retry-after", after),
            None => reply,
        }
    }
}

/// An answer with one thing in it, under its name.
pub(super) fn ok(name: &str, thing: &impl Serialize) -> FaceReply {
    let mut written = Written::new();
    written.raw("{").text(name).raw(":").any(thing).raw("}");
    written.told(StatusCode::OK)
}

/// The same for something that was made.
pub(super) fn created(name: &str, thing: &impl Serialize) -> FaceReply {
    FaceReply { status: StatusCode::CREATED, ..ok(name, thing) }
}

/// A date as REST writes it.
pub(super) fn date(now: FaceClock, at: At) -> String {
    format!("{}+00:00", now.date(at))
}
