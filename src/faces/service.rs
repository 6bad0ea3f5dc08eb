//! Owns the way of one request to a face: its body, the face, the reply and what becomes of it.
//! Must not know connections or listeners, nor any platform.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::{FaceReply, FaceRequest, KeptOut};
use crate::commerce::outbox::{Answer, Fate, Wording};
use crate::commerce::protocol::Role;
use crate::wire::broken::OutBody;
use crate::wire::fated::{Lost, fated};
use crate::wire::listen::body::{self, BodyFault};
use crate::wire::listen::{self, Guest, ListenerLimits, Listening, OpenError, Service};
use crate::wire::tls::Tls;

/// Whoever keeps the faces of a run. Answers come at once.
pub trait KeepsFaces: Send + Sync + 'static {
    /// A system's face is asked.
    fn receive(&self, role: Role, request: &FaceRequest<'_>) -> Answer<FaceReply>;
    /// A request to a system's face could not be read: what is told of it.
    fn kept_out(&self, role: Role, why: KeptOut) -> FaceReply;
}

/// Opens the address of a system's face, on the tokio runtime of the caller.
pub async fn open<K: KeepsFaces>(
    listen: SocketAddr,
    limits: ListenerLimits,
    role: Role,
    (keeper, tls): (Arc<K>, Option<Tls>),
) -> Result<Listening, OpenError> {
    listen::open_over(listen, limits, FaceDesk { role, limits, keeper }, tls).await
}

/// Where the requests to one face are taken.
struct FaceDesk<K> {
    role: Role,
    limits: ListenerLimits,
    keeper: Arc<K>,
}

impl<K: KeepsFaces> Service for FaceDesk<K> {
    type Reply = OutBody;
    type Lost = Lost;

    async fn answer(
        &self,
        request: Request<Incoming>,
        guest: &Guest,
    ) -> Result<Response<OutBody>, Lost> {
        let (head, incoming) = request.into_parts();
        let body = match body::read(incoming, &self.limits).await {
            Ok(body) => body,
            Err(BodyFault::Broken) => return Err(Lost),
            Err(fault) => {
                guest.refused();
                let why = match fault {
                    BodyFault::TooLarge => KeptOut::TooLarge(self.limits.body_bytes_max),
                    BodyFault::TooSlow | BodyFault::Broken => KeptOut::TooSlow,
                };
                let told = self.keeper.kept_out(self.role, why);
                let mut reply = response(told).map(OutBody::Plain);
                let closes = HeaderValue::from_static("close");
                reply.headers_mut().insert(header::CONNECTION, closes);
                return Ok(reply);
            }
        };
        let asked = FaceRequest {
            method: &head.method,
            path: head.uri.path(),
            query: head.uri.query().unwrap_or(""),
            headers: &head.headers,
            body: &body,
            is_secure: guest.is_secure(),
        };
        let Answer { mut reply, fate } = self.keeper.receive(self.role, &asked);
        if reply.is_known {
            guest.is_known_now();
        } else if !reply.status.is_success() {
            guest.refused_as_a_stranger();
        }
        if fate == Fate::Worded(Wording::Stranger) {
            reply.status = StatusCode::UNAUTHORIZED;
        }
        if head.method == Method::HEAD {
            reply.body = Bytes::new();
        }
        fated(response(reply), fate, guest).await
    }
}

fn response(told: FaceReply) -> Response<Bytes> {
    let mut reply = Response::new(told.body);
    *reply.status_mut() = told.status;
    let headers = reply.headers_mut();
    if !told.content.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(told.content));
    }
    for (name, value) in told.headers {
        headers.append(name, value);
    }
    reply
}
