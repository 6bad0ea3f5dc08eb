//! Owns the way of one request: credentials, route, content, body, machine, reply.
//! Must not know connections or listeners.

use std::sync::Arc;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, Request, Response};

use super::{Credential, Serves};
use crate::commerce::outbox::{Answer, Fate, Wording};
use crate::commerce::protocol::{Asked, ChannelRequest, OmsRequest, Reply, Role};
use crate::wire::broken::OutBody;
use crate::wire::dialect::{
    self, Code, HttpReply, Misread, PAGE_ENTRIES_MAX, ProblemDetails, Received, channel, oms,
    webhook,
};
use crate::wire::fated::{Lost, fated};
use crate::wire::keys::Token;
use crate::wire::listen::body::{self, BodyFault};
use crate::wire::listen::{Guest, ListenerLimits, Service};
use crate::wire::routes::{Astray, Routes, Side};

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    /// The run itself.
    Run,
    /// A connector that is somebody else's program.
    Outside,
}

/// Where the requests to one system are taken.
pub(super) struct Desk<S> {
    role: Role,
    credential: Credential,
    outside: Option<Token>,
    limits: ListenerLimits,
    routes: Routes,
    serves: Arc<S>,
}

type Outgoing = Response<OutBody>;

impl<S: Serves> Service for Desk<S> {
    type Reply = OutBody;
    type Lost = Lost;

    /// Answers one request; an error closes the connection without a reply.
    async fn answer(&self, request: Request<Incoming>, guest: &Guest) -> Result<Outgoing, Lost> {
        let (head, incoming) = request.into_parts();
        let mut by = Caller::Run;
        if let Credential::Bearer(token) = &self.credential {
            let shown = head.headers.get(header::AUTHORIZATION);
            let shows = |token: &Token| shown.is_some_and(|shown| token.is_in(shown.as_bytes()));
            if self.outside.as_ref().is_some_and(shows) {
                by = Caller::Outside;
            } else if !shows(token) {
                let why = "send this system's token as \"Authorization: Bearer <token>\"";
                return Ok(self.refuse_stranger(why, guest));
            }
            guest.is_known_now();
        }
        let found = match self.routes.find(&head.method, head.uri.path()) {
            Ok(found) => found,
            Err(astray) => return Ok(self.refuse_astray(astray, head.uri.path(), guest)),
        };
        if head.method == hyper::Method::POST && !is_json(&head.headers) {
            let why = "send the body as \"Content-Type: application/json\"";
            return Ok(self.refuse(&ProblemDetails::new(Code::WrongContent, why), guest));
        }
        let body = match body::read(incoming, &self.limits).await {
            Ok(body) => body,
            Err(BodyFault::Broken) => return Err(Lost),
            Err(fault) => return Ok(self.refuse_body(&fault, guest)),
        };
        if let Credential::Signed(key) = &self.credential {
            let shown = head.headers.get(dialect::SIGNATURE);
            let shown = shown.map_or(&b""[..], HeaderValue::as_bytes);
            if !key.is_signed(shown, &body) {
                let why =
                    "sign the raw body: \"X-Doorbuster-Signature: sha256=<HMAC-SHA256, hex>\"";
                // Signed wrong on purpose, by this run: refused, and no stranger's.
                if key.is_spoiled(shown, &body) {
                    guest.is_known_now();
                    return Ok(self.unauthorized(why));
                }
                return Ok(self.refuse_stranger(why, guest));
            }
            guest.is_known_now();
        }
        let received = Received {
            operation: found.operation,
            number: found.number,
            query: head.uri.query().unwrap_or(""),
            key: head.headers.get(dialect::IDEMPOTENCY_KEY).map(HeaderValue::as_bytes),
            body: &body,
        };
        match self.ask(&received, by) {
            Ok(Answer { reply, fate }) => self.told(reply, fate, guest).await,
            Err(misread) => {
                Ok(self.refuse(&ProblemDetails::new(Code::Malformed, misread.to_string()), guest))
            }
        }
    }
}

impl<S: Serves> Desk<S> {
    pub(super) fn new(
        role: Role,
        (credential, outside): (Credential, Option<Token>),
        limits: ListenerLimits,
        serves: Arc<S>,
    ) -> Desk<S> {
        let routes = Routes::of(Side::of(role));
        Desk { role, credential, outside, limits, routes, serves }
    }

    /// Puts the request to the system.
    fn ask(&self, received: &Received<'_>, by: Caller) -> Result<Answer<HttpReply>, Misread> {
        let asked = match self.role {
            Role::Channel(id) => {
                let mut request = channel::decode_request(id, received)?;
                if let ChannelRequest::ListOrders { limit, .. } = &mut request {
                    *limit = (*limit).min(PAGE_ENTRIES_MAX);
                }
                Asked::Channel(id, request)
            }
            Role::Oms => {
                let mut request = oms::decode_request(received)?;
                if let OmsRequest::ListChanges { limit, .. }
                | OmsRequest::ListLevels { limit, .. } = &mut request
                {
                    *limit = (*limit).min(PAGE_ENTRIES_MAX);
                }
                Asked::Oms(request)
            }
            Role::Connector(id) => {
                let notice = webhook::decode(received.body)?;
                return Ok(self.serves.notice(id, notice).map(webhook::answer));
            }
        };
        let answer = match by {
            Caller::Run => self.serves.exchange(asked),
            Caller::Outside => self.serves.exchange_outside(asked),
        };
        Ok(answer.map(|reply| match reply {
            Reply::Channel(reply) => channel::encode_reply(&reply),
            Reply::Oms(reply) => oms::encode_reply(&reply),
        }))
    }

    /// A reply as it comes to its caller.
    async fn told(&self, reply: HttpReply, fate: Fate, guest: &Guest) -> Result<Outgoing, Lost> {
        if fate == Fate::Worded(Wording::Stranger) {
            return Ok(self.unauthorized("the token has expired or was revoked"));
        }
        fated(whole(reply), fate, guest).await
    }

    fn refuse_stranger(&self, why: &str, guest: &Guest) -> Outgoing {
        self.serves.refused(self.role, Code::Unauthorized);
        guest.refused_as_a_stranger();
        self.unauthorized(why)
    }

    fn refuse(&self, problem: &ProblemDetails, guest: &Guest) -> Outgoing {
        self.serves.refused(self.role, problem.error);
        guest.refused();
        response(problem.told())
    }

    fn unauthorized(&self, why: &str) -> Outgoing {
        let mut reply = response(ProblemDetails::new(Code::Unauthorized, why).told());
        // RFC 9110, 11.6.1: a 401 must say how to do better.
        let challenge = match self.credential {
            Credential::Bearer(_) => HeaderValue::from_static("Bearer"),
            Credential::Signed(_) => HeaderValue::from_static("Signature"),
        };
        reply.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        reply
    }

    fn refuse_astray(&self, astray: Astray, path: &str, guest: &Guest) -> Outgoing {
        match astray {
            Astray::NoRoute => {
                // The path is the caller's text: enough of it to know it again.
                let path: String = path.chars().take(80).collect();
                let why = format!("no route {path:?} on this system; see docs/openapi.yaml");
                self.refuse(&ProblemDetails::new(Code::NoRoute, why), guest)
            }
            Astray::WrongMethod(allowed) => {
                let why = format!("this path takes {allowed}");
                let mut reply = self.refuse(&ProblemDetails::new(Code::WrongMethod, why), guest);
                let allowed = HeaderValue::from_str(&allowed).expect("methods are visible ASCII");
                reply.headers_mut().insert(header::ALLOW, allowed);
                reply
            }
        }
    }

    fn refuse_body(&self, fault: &BodyFault, guest: &Guest) -> Outgoing {
        let (code, why) = match fault {
            BodyFault::TooLarge => (
                Code::TooLarge,
                format!("the body is over {} bytes; send less", self.limits.body_bytes_max),
            ),
            BodyFault::TooSlow | BodyFault::Broken => (
                Code::TooSlow,
                format!("the body did not come within {:?}", self.limits.body_within),
            ),
        };
        let mut reply = self.refuse(&ProblemDetails::new(code, why), guest);
        reply.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        reply
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let shown = headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let essence = shown.split(|&byte| byte == b';').next().unwrap_or(b"");
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

fn response(told: HttpReply) -> Outgoing {
    whole(told).map(OutBody::Plain)
}

fn whole(told: HttpReply) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = told.status;
    told.write_headers(reply.headers_mut());
    *reply.body_mut() = told.body;
    reply
}
