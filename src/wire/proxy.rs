//! Owns a proxy in front of one endpoint: each request is passed on, or meets a fault on its way.
//! Must not know when a fault is in force, nor what it is: it asks ([`OnTheWay`]).
//!
//! What is passed on is passed on whole: bodies are bounded, and read before they leave.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body as _, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, Uri};

use super::broken::{self, Half, OutBody, Trickle};
use super::call::{CallResult, WholeReply};
use super::client::{Ask, Client, ClientLimits};
use super::dialect::{Code, HttpReply, ProblemDetails};
use super::host::is_loopback;
use super::listen::body::{self, BodyFault};
use super::listen::{self, Guest, ListenerLimits, Listening, OpenError, Service};
use super::permit::Permit;
use crate::commerce::fault::{FaultRuling, Instead};
use crate::commerce::outbox::{Fate, How};
use crate::units::Span;

/// What becomes of requests on their way.
pub trait OnTheWay: Send + Sync + 'static {
    /// What becomes of one that reads or does not, told apart by a number of its own.
    fn ruling(&self, reads: bool, thing: u64) -> FaultRuling;
    /// How long a span of campaign time takes.
    fn lasts(&self, span: Span) -> Duration;
}

/// Headers that are of one connection, and go no further.
const OF_A_CONNECTION: [HeaderName; 8] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::EXPECT,
];
/// Two more, of old clients.
const OF_OLD_CLIENTS: [&str; 2] = ["keep-alive", "proxy-connection"];

/// Opens a proxy at an address, on the tokio runtime of the caller.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn open<W: OnTheWay>(
    listen: std::net::SocketAddr,
    permit: Permit,
    way: Arc<W>,
) -> Result<Listening, OpenError> {
    let limits = ListenerLimits::default();
    let client = Client::new(
        permit,
        ClientLimits {
            in_flight_max: limits.connections_max,
            waiting_max: limits.connections_max,
            ..ClientLimits::default()
        },
    );
    listen::open(listen, limits, Proxy { client, way, limits }).await
}

/// The way between callers and an endpoint.
struct Proxy<W> {
    client: Client<Ask>,
    way: Arc<W>,
    limits: ListenerLimits,
}

/// The reply does not leave: the connection closes instead.
#[derive(Debug, thiserror::Error)]
#[error("the connection closes without a reply")]
struct Lost;

type Outgoing = Response<OutBody>;

impl<W: OnTheWay> Service for Proxy<W> {
    type Reply = OutBody;
    type Lost = Lost;

    async fn answer(&self, request: Request<Incoming>, guest: &Guest) -> Result<Outgoing, Lost> {
        let (head, incoming) = request.into_parts();
        if !is_loopback(head.version, &head.uri, &head.headers) {
            guest.refused();
            let why = "ask for localhost or 127.0.0.1; it passes nothing on under another name";
            return Ok(own(StatusCode::MISDIRECTED_REQUEST, why));
        }
        // Whoever comes this way is a caller of the endpoint, which asks for credentials itself.
        guest.is_known_now();
        if head.method == Method::CONNECT {
            return Ok(own(StatusCode::NOT_IMPLEMENTED, "this proxy stands before one endpoint"));
        }
        let body = match body::read(incoming, &self.limits).await {
            Ok(body) => body,
            Err(BodyFault::Broken) => return Err(Lost),
            Err(BodyFault::TooLarge) => {
                let why =
                    format!("a body over {} bytes is not passed on", self.limits.body_bytes_max);
                return Ok(own(StatusCode::PAYLOAD_TOO_LARGE, &why));
            }
            Err(BodyFault::TooSlow) => {
                return Ok(own(StatusCode::REQUEST_TIMEOUT, "the body did not come in time"));
            }
        };
        let reads = head.method == Method::GET || head.method == Method::HEAD;
        let ruling = self.way.ruling(reads, thing(&head.method, &head.uri, &body));
        let fate = match ruling {
            FaultRuling::Instead(instead) => {
                return self.fated(self.instead(instead), instead.fate(), guest).await;
            }
            FaultRuling::Unheard(fate) => {
                return self.fated(own(StatusCode::BAD_GATEWAY, "never sent"), fate, guest).await;
            }
            FaultRuling::Answered(fate) => fate,
            // What is about items or entries is not played where nobody can read them.
            FaultRuling::Pass | FaultRuling::Without(_) | FaultRuling::Reads(_) => Fate::Heard,
        };
        let reply = self.pass_on(head.method, &head.uri, head.headers, body).await;
        self.fated(reply, fate, guest).await
    }
}

impl<W: OnTheWay> Proxy<W> {
    async fn pass_on(
        &self,
        method: Method,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Outgoing {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let Ok(target) = target.parse() else {
            return own(StatusCode::BAD_REQUEST, "no such target");
        };
        *request.uri_mut() = target;
        *request.headers_mut() = passed_on(headers);
        // It is the endpoint's own that is asked for, and its length is that of the body.
        request.headers_mut().remove(header::HOST);
        request.headers_mut().remove(header::CONTENT_LENGTH);
        match self.client.call(request).await {
            CallResult::Answered(reply) => answered(reply),
            CallResult::NotSent(why) => own(StatusCode::BAD_GATEWAY, &why.to_string()),
            CallResult::Unknown(why) => own(StatusCode::GATEWAY_TIMEOUT, &why.to_string()),
        }
    }

    /// An answer in the endpoint's stead, in the words of the neutral API.
    fn instead(&self, instead: Instead) -> Outgoing {
        let told = |code, why: &str| ProblemDetails::new(code, why).told();
        match instead {
            Instead::Unavailable | Instead::NoConnection => {
                worded(told(Code::Unavailable, "unavailable; nothing was carried out"))
            }
            Instead::Refused => worded(told(Code::Invalid, "no such calls are taken any more")),
            Instead::Stranger => {
                let mut reply = worded(told(Code::Unauthorized, "the token is not known any more"));
                let bearer = HeaderValue::from_static("Bearer");
                reply.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
                reply
            }
            Instead::Throttled(says) => {
                let mut reply =
                    worded(told(Code::Throttled, "over a limit; nothing was carried out"));
                if let Some(says) = says {
                    let lasts = self.way.lasts(says.by);
                    let seconds = lasts.as_micros().div_ceil(1_000_000) as u64;
                    let wait = if says.as_date {
                        broken::date_after(lasts)
                    } else {
                        HeaderValue::from(seconds)
                    };
                    reply.headers_mut().insert(header::RETRY_AFTER, wait);
                }
                reply
            }
        }
    }

    /// What becomes of a reply on its way back.
    async fn fated(&self, reply: Outgoing, fate: Fate, guest: &Guest) -> Result<Outgoing, Lost> {
        match broken::fate_of(fate, reply.body().is_end_stream()) {
            Fate::Heard | Fate::Worded(_) => Ok(reply),
            Fate::Lost(how) => lose(reply, how, guest),
            Fate::NoConnection => lose(reply, How::Reset, guest),
            Fate::Late { after, lost } => {
                tokio::time::sleep(self.way.lasts(after)).await;
                match lost {
                    None => Ok(reply),
                    Some(how) => lose(reply, how, guest),
                }
            }
            Fate::Trickles { over, lost } => {
                let over = self.way.lasts(over);
                Ok(reply.map(|body| match body {
                    OutBody::Plain(body) => {
                        OutBody::Trickle(Trickle::of(body, over, lost.is_some()))
                    }
                    body => body,
                }))
            }
        }
    }
}

fn lose(reply: Outgoing, how: How, guest: &Guest) -> Result<Outgoing, Lost> {
    match (how, reply.body()) {
        (How::HalfBody, OutBody::Plain(body)) if !body.is_empty() => {
            let half = Half::of(body);
            Ok(reply.map(|_| OutBody::Half(half)))
        }
        (How::Close | How::HalfBody, _) => Err(Lost),
        (How::Reset, _) => {
            guest.is_to_be_reset();
            Err(Lost)
        }
    }
}

/// The endpoint's own reply.
fn answered(reply: WholeReply) -> Outgoing {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut outgoing = Response::new(OutBody::Plain(reply.body));
    *outgoing.status_mut() = status;
    *outgoing.headers_mut() = passed_on(reply.headers);
    outgoing
}

/// The proxy's own, in words that no endpoint says.
fn own(status: StatusCode, why: &str) -> Outgoing {
    let mut reply =
        Response::new(OutBody::Plain(Bytes::from(format!("doorbuster proxy: {why}\n"))));
    *reply.status_mut() = status;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    reply.headers_mut().insert(header::CONTENT_TYPE, text);
    reply
}

fn worded(told: HttpReply) -> Outgoing {
    let mut headers = HeaderMap::new();
    told.write_headers(&mut headers);
    let mut reply = Response::new(OutBody::Plain(told.body));
    *reply.status_mut() = told.status;
    *reply.headers_mut() = headers;
    reply
}

/// Headers without those of one connection.
fn passed_on(mut headers: HeaderMap) -> HeaderMap {
    let named: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(',').map(|name| name.trim().to_owned()))
        .collect();
    for name in OF_A_CONNECTION {
        headers.remove(name);
    }
    for name in OF_OLD_CLIENTS.into_iter().chain(named.iter().map(String::as_str)) {
        headers.remove(name);
    }
    headers
}

/// What a request is told apart by: the same request is the same thing, whoever makes it when.
fn thing(method: &Method, uri: &Uri, body: &[u8]) -> u64 {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let parts = [method.as_str().as_bytes(), target.as_bytes(), body];
    parts.iter().fold(0, |thing, part| {
        let length = part.len() as u64;
        part.chunks(8).fold(crate::rng::mix(thing, length), |thing, chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            crate::rng::mix(thing, u64::from_le_bytes(word))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_one_connection_goes_no_further() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "keep-alive, X-Mine"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("x-mine", "1"),
            ("authorization", "Bearer x"),
            ("etag", "\"7\""),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let passed = passed_on(headers);
        let mut names: Vec<&str> = passed.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["authorization", "etag"]);
    }

    #[test]
    fn the_same_request_is_the_same_thing_and_no_other_is() {
        let of = |method: Method, uri: &str, body: &str| {
            thing(&method, &uri.parse().unwrap(), body.as_bytes())
        };
        let one = of(Method::POST, "/a?b=1", "{}");
        assert_eq!(one, of(Method::POST, "http://127.0.0.1/a?b=1", "{}"));
        for other in [
            of(Method::PUT, "/a?b=1", "{}"),
            of(Method::POST, "/a?b=2", "{}"),
            of(Method::POST, "/a?b=1", "{ }"),
            of(Method::POST, "/a?b=1{", "}"),
            of(Method::POST, "/a?b=1", "{}\0"),
        ] {
            assert_ne!(one, other);
        }
    }
}
