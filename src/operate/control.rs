//! Owns a command as it arrives over HTTP: who may send one, how large it is, what is answered.
//! Must not know what a command means.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::http::request::Parts;

use super::command::{Commanded, OperatorCommand};
use super::desk::Desk;
use super::shown::{BODY_BYTES_MAX, Unread, read, shows};
use crate::history::Charter;
use crate::wire::keys::Token;

/// What lets a run be commanded.
pub struct Controls {
    /// What a caller must show.
    pub token: Token,
    /// The terms of the run.
    pub charter: Charter,
    /// Where its commands go.
    pub desk: Desk,
}

impl Controls {
    /// Takes a command.
    pub(super) async fn take(&self, head: &Parts, body: Incoming) -> (StatusCode, Commanded) {
        if !shows(&self.token, head) {
            let said = "the token of this run must be shown: it is in operate.json of its folder";
            return (StatusCode::UNAUTHORIZED, Commanded::refused(said));
        }
        match read(head, body).await {
            Ok(body) => self.obey(&body),
            Err(Unread::NotJson) => {
                let said = "a command is application/json";
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, Commanded::refused(said))
            }
            Err(Unread::TooLarge) => {
                let said = format!("a command has at most {BODY_BYTES_MAX} bytes");
                (StatusCode::PAYLOAD_TOO_LARGE, Commanded::refused(said))
            }
            Err(Unread::TooSlow | Unread::Broken) => {
                (StatusCode::BAD_REQUEST, Commanded::refused("the command did not come whole"))
            }
        }
    }

    fn obey(&self, body: &Bytes) -> (StatusCode, Commanded) {
        let command: OperatorCommand = match serde_json::from_slice(body) {
            Ok(command) => command,
            Err(wrong) => {
                let said = format!(
                    "this is no command: {wrong}; write {{\"command\":\"pause\",\"at\":\"amazon\"}}"
                );
                return (StatusCode::BAD_REQUEST, Commanded::refused(said));
            }
        };
        let actions = match command.actions(&self.charter) {
            Ok(actions) => actions,
            Err(wrong) => {
                return (StatusCode::UNPROCESSABLE_ENTITY, Commanded::refused(wrong.in_full()));
            }
        };
        let refused = actions.iter().find(|action| !action.allowed).and_then(|action| {
            let role = self.charter.roles.get(usize::from(action.role?))?;
            let may: Vec<&str> = role.may.iter().map(String::as_str).collect();
            let said = format!(
                "{} may not {}; it may {} (the refusal is recorded)",
                role.name,
                action.act.word(),
                may.join(", ")
            );
            Some(said)
        });
        let said = said(&command);
        if !self.desk.put(actions) {
            let said = "too many commands wait for the run";
            return (StatusCode::TOO_MANY_REQUESTS, Commanded::refused(said));
        }
        match refused {
            Some(said) => (StatusCode::FORBIDDEN, Commanded::refused(said)),
            None => (StatusCode::OK, Commanded { done: true, said }),
        }
    }
}

/// `hold-back 5 at amazon`.
fn said(command: &OperatorCommand) -> String {
    let mut said = command.command.clone();
    if let Some(value) = &command.value {
        said.push(' ');
        said.push_str(value.trim());
    }
    if let Some(at) = &command.at {
        let is_named = command.command.starts_with("end");
        said.push_str(if is_named { " " } else { " at " });
        said.push_str(at);
    }
    said
}
