//! Owns how Amazon words refusals and issues. Must not know what is refused.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::faces::FaceReply;

/// A request that is not carried out.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    status: StatusCode,
    body: Value,
    is_known: bool,
}

impl Refused {
    pub(super) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Refused {
        let error = json!({ "code": code, "message": message.into(), "details": "" });
        Refused { status, body: json!({ "errors": [error] }), is_known: true }
    }

    /// The same with more to help the caller.
    pub(super) fn detailed(mut self, details: &str) -> Refused {
        self.body["errors"][0]["details"] = json!(details);
        self
    }

    /// A parameter or a body that makes no sense.
    pub(super) fn input(why: impl Into<String>) -> Refused {
        Refused::new(StatusCode::BAD_REQUEST, "InvalidInput", why)
    }

    /// Over a limit; nobody says how long to wait.
    pub(super) fn quota() -> Refused {
        let why = "You exceeded your quota for the requested resource.";
        Refused::new(StatusCode::TOO_MANY_REQUESTS, "QuotaExceeded", why)
    }

    pub(super) fn unavailable() -> Refused {
        let why = "Service is temporarily unavailable. Please try again.";
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", why)
    }

    /// Something that the platform has and this face has not.
    pub(super) fn not_here(what: &str) -> Refused {
        let why = format!("doorbuster's Amazon has no {what}: docs/dialects.md says what it has");
        Refused::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", why)
    }

    /// Nobody who is known.
    pub(super) fn stranger(details: &str) -> Refused {
        let why = "Access to requested resource is denied.";
        let refused = Refused::new(StatusCode::FORBIDDEN, "Unauthorized", why).detailed(details);
        Refused { is_known: false, ..refused }
    }

    /// As those who give tokens say it: in their own shape.
    pub(super) fn grant(status: StatusCode, error: &str, description: &str) -> Refused {
        let body = json!({ "error": error, "error_description": description });
        Refused { status, body, is_known: false }
    }

    /// What it says, for a report.
    pub(super) fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }

    pub(super) fn told(self) -> FaceReply {
        let reply = FaceReply::json(self.status, &self.body);
        if self.is_known { reply } else { reply.to_stranger() }
    }
}

/// What is wrong with a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Issue {
    /// Of the attribute.
    pub(super) attribute: &'static str,
    /// In words.
    pub(super) message: String,
}

impl Issue {
    pub(super) fn new(attribute: &'static str, message: impl Into<String>) -> Issue {
        Issue { attribute, message: message.into() }
    }

    /// As a reply has it. The platform publishes no list of codes: these are ours.
    pub(super) fn told(&self) -> Value {
        json!({
            "code": "InvalidAttribute",
            "message": self.message,
            "severity": "ERROR",
            "categories": ["INVALID_ATTRIBUTE"],
            "attributeNames": [self.attribute],
        })
    }

    /// As the report of a feed has it.
    pub(super) fn reported(&self, message_id: u64) -> Value {
        json!({
            "messageId": message_id,
            "code": "InvalidAttribute",
            "severity": "ERROR",
            "message": self.message,
            "attributeNames": [self.attribute],
        })
    }
}
