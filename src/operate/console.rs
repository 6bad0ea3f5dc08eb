//! Owns what can be asked of a run from outside while it goes on: its routes, and what a reply says
//! to a browser. Must not know how an address is guarded (`wire::listen` does), nor how a run
//! stands.

use std::convert::Infallible;
use std::sync::LazyLock;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use super::control::Controls;
use super::looked::Looked;
use crate::report::health::{metrics, page};
use crate::wire::host::is_loopback;
use crate::wire::listen::{Guest, Service};

/// What is told, as text of a kind.
type Told = Response<Full<Bytes>>;

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// What a browser is told with every reply: to keep nothing, to guess nothing, and to give nothing
/// of it to another page.
const GUARDED: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// The page is the same for every run: what it shows it asks for.
static PAGE: LazyLock<Bytes> = LazyLock::new(|| {
    let page = page::page().expect("a page without anything of the run in it");
    Bytes::from(page)
});

/// What a page may do.
static POLICY: LazyLock<HeaderValue> =
    LazyLock::new(|| HeaderValue::from_str(&page::policy()).expect("a policy is visible ASCII"));

/// Where a run is looked at.
pub struct Console {
    looked: Looked,
    /// How it is commanded.
    controls: Controls,
}

impl Console {
    /// For a run that is looked at and commanded so.
    pub fn new(looked: Looked, controls: Controls) -> Console {
        Console { looked, controls }
    }

    /// Every route, a line each. Reading needs no token, and shows no secret.
    async fn route(&self, head: &Parts, body: Incoming) -> Told {
        match (head.method.as_str(), head.uri.path()) {
            ("GET" | "HEAD", "/") => told(StatusCode::OK, HTML, PAGE.clone()),
            ("GET" | "HEAD", "/state.json") => self.state(),
            ("GET" | "HEAD", "/metrics") => self.metrics(),
            ("POST", "/commands") => self.command(head, body).await,
            (_, "/" | "/state.json" | "/metrics") => not_so("GET, HEAD"),
            (_, "/commands") => not_so("POST"),
            _ => nowhere(),
        }
    }

    async fn command(&self, head: &Parts, body: Incoming) -> Told {
        let (status, commanded) = self.controls.take(head, body).await;
        told(status, JSON, serde_json::to_vec(&commanded).unwrap_or_default())
    }

    fn state(&self) -> Told {
        told(StatusCode::OK, JSON, self.looked.health().to_json())
    }

    fn metrics(&self) -> Told {
        told(StatusCode::OK, metrics::CONTENT_TYPE, metrics::text(&self.looked.health()))
    }
}

impl Service for Console {
    type Reply = Full<Bytes>;
    type Lost = Infallible;

    async fn answer(&self, request: Request<Incoming>, guest: &Guest) -> Result<Told, Infallible> {
        let (head, body) = request.into_parts();
        let mut reply = if is_loopback(head.version, &head.uri, &head.headers) {
            self.route(&head, body).await
        } else {
            told(StatusCode::MISDIRECTED_REQUEST, TEXT, "ask for localhost or 127.0.0.1\n")
        };
        if !reply.status().is_success() {
            guest.refused();
        }
        guarded(&mut reply);
        Ok(reply)
    }
}

fn told(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Told {
    let mut reply = Response::new(Full::new(body.into()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

fn nowhere() -> Told {
    told(StatusCode::NOT_FOUND, TEXT, "there are /, /state.json, /metrics and /commands\n")
}

fn not_so(allowed: &'static str) -> Told {
    let mut reply =
        told(StatusCode::METHOD_NOT_ALLOWED, TEXT, "another method is meant: see allow\n");
    reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    reply
}

fn guarded(reply: &mut Told) {
    for (name, value) in GUARDED {
        reply.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    reply.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
}
