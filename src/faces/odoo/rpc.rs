//! Owns JSON-RPC as Odoo speaks it: what is asked, what is answered, what went wrong, all of it
//! within an answer of 200. Must not know any model.

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use crate::commerce::inside::InsideReply;
use crate::faces::{FaceReply, FaceRequest};
use crate::units::US_PER_S;

/// Enough of a caller's text to know it again.
const TOLD_MAX: usize = 80;

/// A request, as far as every one of them is the same.
#[derive(Debug)]
pub(super) struct Rpc {
    id: Value,
    pub(super) params: Map<String, Value>,
}

impl Rpc {
    /// A request out of its body.
    pub(super) fn of(request: &FaceRequest<'_>) -> Result<Rpc, FaceReply> {
        let body = request.body.trim_ascii();
        if body.is_empty() {
            return Ok(Rpc::nobodys());
        }
        let Ok(Value::Object(mut all)) = serde_json::from_slice(body) else {
            let fault = Fault::http(StatusCode::BAD_REQUEST, "Invalid JSON data".to_owned());
            return Err(Rpc::nobodys().told(Err(fault)).to_stranger());
        };
        let params = match all.remove("params") {
            Some(Value::Object(params)) => params,
            _ => Map::new(),
        };
        Ok(Rpc { id: all.remove("id").unwrap_or(Value::Null), params })
    }

    /// One of which nothing is known.
    pub(super) fn nobodys() -> Rpc {
        Rpc { id: Value::Null, params: Map::new() }
    }

    /// The answer that it was carried out.
    pub(super) fn result(&self, result: &Value) -> FaceReply {
        let told = json!({ "jsonrpc": "2.0", "id": self.id, "result": result });
        FaceReply::json(StatusCode::OK, &told)
    }

    /// The answer, whatever came of it.
    pub(super) fn told(&self, answered: Result<FaceReply, Fault>) -> FaceReply {
        let fault = match answered {
            Ok(reply) => return reply,
            Err(fault) => fault,
        };
        let error = json!({
            "code": fault.code,
            "message": fault.title,
            "data": {
                "name": fault.name,
                "debug": format!("Traceback: {}: {}", fault.name, fault.message),
                "message": fault.message,
                "arguments": [fault.message],
                "context": {},
            },
        });
        let told = json!({ "jsonrpc": "2.0", "id": self.id, "error": error });
        let reply = FaceReply::json(fault.status, &told);
        let reply = FaceReply { is_known: fault.is_known, meant: Some(fault.meant), ..reply };
        match fault.retry_after_s {
            Some(seconds) => reply.with("retry-after", &seconds.to_string()),
            None => reply,
        }
    }
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    code: u16,
    title: &'static str,
    /// The exception's name.
    name: &'static str,
    message: String,
    /// Of the answer: 200 but where what stands before the server refuses.
    status: StatusCode,
    /// What the status would be where it said anything.
    meant: StatusCode,
    is_known: bool,
    retry_after_s: Option<u64>,
}

impl Fault {
    fn new(name: &'static str, meant: StatusCode, message: impl Into<String>) -> Fault {
        Fault {
            code: 200,
            title: "Odoo Server Error",
            name,
            message: message.into(),
            status: StatusCode::OK,
            meant,
            is_known: true,
            retry_after_s: None,
        }
    }

    /// The same to somebody who has not shown who they are.
    pub(super) fn into_stranger(self) -> Fault {
        Fault { is_known: false, ..self }
    }

    /// Whoever it is has not proved it.
    pub(super) fn denied() -> Fault {
        let name = "odoo.exceptions.AccessDenied";
        Fault::new(name, StatusCode::UNAUTHORIZED, "Access Denied").into_stranger()
    }

    /// There is no such session, or none any more.
    pub(super) fn expired() -> Fault {
        let name = "odoo.http.SessionExpiredException";
        let fault = Fault::new(name, StatusCode::UNAUTHORIZED, "Session expired");
        Fault { code: 100, title: "Odoo Session Expired", ..fault }.into_stranger()
    }

    pub(super) fn no_database(name: &str) -> Fault {
        let why = format!("FATAL:  database \"{}\" does not exist", told(name));
        Fault::new("psycopg2.OperationalError", StatusCode::NOT_FOUND, why).into_stranger()
    }

    /// What is asked for makes no sense to the server's own code.
    pub(super) fn value(why: impl Into<String>) -> Fault {
        Fault::new("builtins.ValueError", StatusCode::BAD_REQUEST, why)
    }

    /// What was sent may not be kept so.
    pub(super) fn validation(why: impl Into<String>) -> Fault {
        Fault::new("odoo.exceptions.ValidationError", StatusCode::UNPROCESSABLE_ENTITY, why)
    }

    /// What cannot be done as things stand.
    pub(super) fn user(why: impl Into<String>) -> Fault {
        Fault::new("odoo.exceptions.UserError", StatusCode::CONFLICT, why)
    }

    /// What is not for whoever asks to do.
    pub(super) fn access(why: &str) -> Fault {
        Fault::new("odoo.exceptions.AccessError", StatusCode::FORBIDDEN, why)
    }

    /// There is no such record.
    pub(super) fn missing(model: &str, id: &str) -> Fault {
        let why = format!(
            "Record does not exist or has been deleted.\n(Record: {model}({},), User: 2)",
            told(id)
        );
        Fault::new("odoo.exceptions.MissingError", StatusCode::NOT_FOUND, why)
    }

    /// What this face does not have, by name.
    pub(super) fn not_here(what: &str) -> Fault {
        let why = format!("{}: not in this mock; docs/dialects.md says what is", told(what));
        Fault::new("builtins.NotImplementedError", StatusCode::NOT_IMPLEMENTED, why)
    }

    /// What stands before the server refuses.
    pub(super) fn http(status: StatusCode, why: String) -> Fault {
        let fault = Fault::new("werkzeug.exceptions.HTTPException", status, why);
        Fault { code: status.as_u16(), status, ..fault }
    }

    /// The same, for so many seconds.
    pub(super) fn throttled(seconds: u64) -> Fault {
        let why = "Too Many Requests".to_owned();
        let fault = Fault::http(StatusCode::TOO_MANY_REQUESTS, why);
        Fault { retry_after_s: Some(seconds), ..fault }
    }
}

impl From<InsideReply> for Fault {
    fn from(reply: InsideReply) -> Fault {
        match reply {
            InsideReply::Throttled { retry_after } => {
                let after = retry_after.map(|after| after.0.div_ceil(US_PER_S));
                Fault { retry_after_s: after, ..Fault::throttled(0) }
            }
            InsideReply::Refused { why } => Fault::access(&why),
            _ => Fault::http(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable".to_owned()),
        }
    }
}

/// Enough of a caller's text to know it again.
pub(super) fn told(text: &str) -> String {
    text.chars().take(TOLD_MAX).collect()
}
