//! Owns what can be asked of mocks that stand in for systems in somebody's tests: their clock, a
//! new beginning, an order, stock, faults, the journal. Must not know how mocks grant it, nor how
//! an address is guarded.

mod asked;
mod flow;
mod journal;

use std::convert::Infallible;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use self::asked::{
    ClockAsked, ClockSaid, FaultAsked, FaultSaid, FaultsSaid, OrderAsked, Ready, ResetAsked,
    StockAsked, Unheard, json,
};
use self::flow::OutLines;
use super::shown::{Unread, read, shows};
use crate::drive::live::{ClockTold, ClockWish, MocksHandle, Stopping};
use crate::ids::FaultId;
use crate::wire::dialect::{Code, HttpReply, ProblemDetails};
use crate::wire::host::is_loopback;
use crate::wire::keys::Token;
use crate::wire::listen::{Guest, Service};

/// What is told.
type Told = Response<OutLines>;

/// Where mocks are commanded by whoever tests against them.
pub struct Double {
    mocks: MocksHandle,
    /// What a caller must show.
    token: Token,
}

/// Every path below `/control/`, with what it takes.
pub(super) const PATHS: [(&str, &str); 7] = [
    ("ready", "GET"),
    ("clock", "GET, POST"),
    ("reset", "POST"),
    ("orders", "POST"),
    ("stock", "POST"),
    ("faults", "GET, POST"),
    ("journal", "GET"),
];

impl Double {
    /// For mocks, and whoever shows this.
    pub fn new(mocks: MocksHandle, token: Token) -> Double {
        Double { mocks, token }
    }

    async fn route(&self, head: &Parts, body: Incoming, guest: &Guest) -> Result<Told, Refused> {
        let Some(path) = head.uri.path().strip_prefix("/control/") else { return Err(nowhere()) };
        let Some((path, takes)) = PATHS.into_iter().find(|(known, _)| *known == path) else {
            return Err(nowhere());
        };
        let method = head.method.as_str();
        if !takes.split(", ").any(|taken| taken == method) {
            return Err(Refused::WrongMethod(takes));
        }
        if path == "ready" {
            self.mocks.clock(ClockWish::default()).await?;
            return Ok(told(StatusCode::OK, json(&Ready { ready: true })));
        }
        if !shows(&self.token, head) {
            guest.refused_as_a_stranger();
            return Err(Refused::Stranger);
        }
        guest.is_known_now();
        match (path, method) {
            ("clock", "GET") => Ok(clock(self.mocks.clock(ClockWish::default()).await?)),
            ("faults", "GET") => Ok(self.faults(&self.mocks.faults().await?)),
            ("journal", _) => self.journal(head.uri.query().unwrap_or("")),
            _ => self.change(path, &read(head, body).await?).await,
        }
    }

    /// Whatever changes something.
    async fn change(&self, path: &str, body: &Bytes) -> Result<Told, Refused> {
        let charter = self.mocks.charter();
        match path {
            "clock" => {
                let wish = asked::shape::<ClockAsked>(body)?.wish()?;
                Ok(clock(self.mocks.clock(wish).await?))
            }
            "reset" => {
                let ResetAsked {} = asked::shape(body)?;
                Ok(clock(self.mocks.begin_anew().await?))
            }
            "orders" => {
                let wish = asked::shape::<OrderAsked>(body)?.wish(charter)?;
                Ok(heard(self.mocks.order(wish).await?))
            }
            "stock" => {
                let (sku, units) = asked::shape::<StockAsked>(body)?.wish(charter)?;
                Ok(heard(self.mocks.stock(sku, units).await?))
            }
            "faults" => {
                let (fault, in_force) = asked::shape::<FaultAsked>(body)?.wish(charter)?;
                Ok(self.faults(&self.mocks.fault(fault, in_force).await?))
            }
            _ => Err(nowhere()),
        }
    }

    fn faults(&self, in_force: &[FaultId]) -> Told {
        let planned = self.mocks.charter().faults.iter().zip(0..);
        let faults = planned.map(|(fault, place)| FaultSaid {
            fault: fault.name.clone(),
            does: fault.does.clone(),
            in_force: in_force.contains(&FaultId(place)),
        });
        told(StatusCode::OK, json(&FaultsSaid { faults: faults.collect() }))
    }

    fn journal(&self, query: &str) -> Result<Told, Refused> {
        let wish = journal::wish(query, self.mocks.charter())?;
        let reader = self.mocks.journal(wish).map_err(|why| Refused::Invalid(why.to_string()))?;
        let mut reply = Response::new(OutLines::flowing(reader));
        let kind = HeaderValue::from_static("application/x-ndjson");
        reply.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(reply)
    }
}

impl Service for Double {
    type Reply = OutLines;
    type Lost = Infallible;

    async fn answer(&self, request: Request<Incoming>, guest: &Guest) -> Result<Told, Infallible> {
        let (head, body) = request.into_parts();
        let answer = if is_loopback(head.version, &head.uri, &head.headers) {
            self.route(&head, body, guest).await
        } else {
            Err(Refused::Elsewhere)
        };
        Ok(answer.unwrap_or_else(|refused| {
            guest.refused();
            refused.told()
        }))
    }
}

/// Why nothing is done.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refused {
    Elsewhere,
    Stranger,
    NoRoute(String),
    WrongMethod(&'static str),
    Unread(Unread),
    Malformed(String),
    Invalid(String),
    Stopping,
}

impl From<Unread> for Refused {
    fn from(unread: Unread) -> Refused {
        Refused::Unread(unread)
    }
}

impl From<Stopping> for Refused {
    fn from(_: Stopping) -> Refused {
        Refused::Stopping
    }
}

impl Refused {
    fn told(self) -> Told {
        let (code, why) = match &self {
            Refused::Elsewhere => (Code::NoRoute, "ask for localhost or 127.0.0.1".to_owned()),
            Refused::Stranger => {
                let why = "send \"Authorization: Bearer <token>\", of DOORBUSTER_CONTROL_TOKEN";
                (Code::Unauthorized, why.to_owned())
            }
            Refused::NoRoute(why) => (Code::NoRoute, why.clone()),
            Refused::WrongMethod(takes) => (Code::WrongMethod, format!("this path takes {takes}")),
            Refused::Unread(Unread::NotJson) => {
                let why = "send the body as \"Content-Type: application/json\"";
                (Code::WrongContent, why.to_owned())
            }
            Refused::Unread(Unread::TooLarge) => {
                (Code::TooLarge, "the body is too large".to_owned())
            }
            Refused::Unread(Unread::TooSlow | Unread::Broken) => {
                (Code::TooSlow, "the body did not come whole in time".to_owned())
            }
            Refused::Malformed(why) => (Code::Malformed, why.clone()),
            Refused::Invalid(why) => (Code::Invalid, why.clone()),
            Refused::Stopping => (Code::Unavailable, "the mocks are stopping".to_owned()),
        };
        let mut reply = worded(&ProblemDetails::new(code, why).told());
        let headers = reply.headers_mut();
        match self {
            Refused::Elsewhere => *reply.status_mut() = StatusCode::MISDIRECTED_REQUEST,
            Refused::Stranger => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Refused::WrongMethod(takes) => {
                headers.insert(header::ALLOW, HeaderValue::from_static(takes));
            }
            _ => {}
        }
        reply
    }
}

fn nowhere() -> Refused {
    let paths: Vec<&str> = PATHS.iter().map(|(path, _)| *path).collect();
    Refused::NoRoute(format!("below /control/ there are {}", paths.join(", ")))
}

fn told(status: StatusCode, body: Bytes) -> Told {
    worded(&HttpReply { status, retry_after: None, body })
}

fn worded(told: &HttpReply) -> Told {
    let mut reply = Response::new(OutLines::whole(told.body.clone()));
    *reply.status_mut() = told.status;
    told.write_headers(reply.headers_mut());
    reply
}

fn clock(told_of: ClockTold) -> Told {
    told(StatusCode::OK, json(&ClockSaid::from(told_of)))
}

/// What the shopper hears, or the merchant.
fn heard(reply: Option<HttpReply>) -> Told {
    let unheard = || told(StatusCode::ACCEPTED, json(&Unheard { status: "unheard" }));
    reply.map_or_else(unheard, |reply| worded(&reply))
}

#[cfg(test)]
mod tests;
