//! Owns the OMS's side of the dialect: requests and replies over HTTP, both ways.
//! Must not know how an OMS answers.

use std::borrow::Cow;

use bytes::Bytes;
use hyper::{Method, StatusCode};

use super::outcome::{self, Attempt, Said};
use super::problem::{Code, ProblemDetails};
use super::{Heard, HttpReply, HttpRequest, Misread, Received, reading, shapes};
use crate::commerce::protocol::{OmsReply, OmsRequest, intent_of};
use crate::wire::routes::Operation;

/// The request as a caller sends it.
pub fn encode_request(request: &OmsRequest) -> HttpRequest {
    let post = |target: &str, body: Bytes| HttpRequest {
        method: Method::POST,
        target: target.to_owned(),
        key: None,
        body,
    };
    match request {
        OmsRequest::Handoff { order, intent, version, lines, key, attempt } => {
            let (lines, version) = (Cow::Borrowed(&lines[..]), *version);
            let (order, intent, attempt) = (*order, Some(*intent), *attempt);
            let handoff = shapes::Handoff { order, intent, version, lines, attempt };
            HttpRequest { key: *key, ..post("/handoffs", reading::json(&handoff)) }
        }
        OmsRequest::Reserve { order, intent, lines } => {
            let lines = Cow::Borrowed(&lines[..]);
            let reservation = shapes::Reservation { order: *order, intent: Some(*intent), lines };
            post("/reservations", reading::json(&reservation))
        }
        OmsRequest::Amend { order, version, lines } => {
            let lines = Cow::Borrowed(&lines[..]);
            let amendment = shapes::Amendment { order: *order, version: *version, lines };
            post("/amendments", reading::json(&amendment))
        }
        OmsRequest::Release { order, why } => {
            post("/releases", reading::json(&shapes::Released { order: *order, why: *why }))
        }
        OmsRequest::Adjust { op, sku, units, why, at } => {
            let stock = shapes::Stock { op: *op, sku: *sku, units: *units, why: *why, at: *at };
            post("/stock", reading::json(&stock))
        }
        OmsRequest::SetPrice { sku, price, due, channel } => {
            let (sku, price, due, channel) = (*sku, *price, *due, *channel);
            post("/prices", reading::json(&shapes::Pricing { sku, price, due, channel }))
        }
        OmsRequest::Publish { sku } => {
            post("/listings", reading::json(&shapes::Listing { sku: *sku }))
        }
        OmsRequest::ListChanges { after, limit } => page("/changes", *after, *limit),
        OmsRequest::ListLevels { after, limit } => page("/levels", *after, *limit),
    }
}

fn page(path: &str, after: u64, limit: u32) -> HttpRequest {
    HttpRequest {
        method: Method::GET,
        target: format!("{path}?after={after}&limit={limit}"),
        key: None,
        body: Bytes::new(),
    }
}

/// The request as the OMS receives it.
pub fn decode_request(received: &Received<'_>) -> Result<OmsRequest, Misread> {
    let body = received.body;
    Ok(match received.operation {
        Operation::Handoff => {
            let key = reading::key(received.key)?;
            let shapes::Handoff { order, intent, version, lines, attempt } = reading::shape(body)?;
            let intent = intent.unwrap_or_else(|| intent_of(order));
            OmsRequest::Handoff { order, intent, version, lines: lines.into(), key, attempt }
        }
        Operation::Reserve => {
            let shapes::Reservation { order, intent, lines } = reading::shape(body)?;
            let intent = intent.unwrap_or_else(|| intent_of(order));
            OmsRequest::Reserve { order, intent, lines: lines.into() }
        }
        Operation::Amend => {
            let shapes::Amendment { order, version, lines } = reading::shape(body)?;
            OmsRequest::Amend { order, version, lines: lines.into() }
        }
        Operation::Release => {
            let shapes::Released { order, why } = reading::shape(body)?;
            OmsRequest::Release { order, why }
        }
        Operation::Adjust => {
            let shapes::Stock { op, sku, units, why, at } = reading::shape(body)?;
            OmsRequest::Adjust { op, sku, units, why, at }
        }
        Operation::SetPrice => {
            let shapes::Pricing { sku, price, due, channel } = reading::shape(body)?;
            OmsRequest::SetPrice { sku, price, due, channel }
        }
        Operation::Publish => {
            let shapes::Listing { sku } = reading::shape(body)?;
            OmsRequest::Publish { sku }
        }
        Operation::ListChanges => {
            let (after, limit) = reading::page_query(received.query)?;
            OmsRequest::ListChanges { after, limit }
        }
        Operation::ListLevels => {
            let (after, limit) = reading::page_query(received.query)?;
            OmsRequest::ListLevels { after, limit }
        }
        _ => return Err(Misread::Elsewhere),
    })
}

/// The reply as the OMS sends it.
pub fn encode_reply(reply: &OmsReply) -> HttpReply {
    match reply {
        OmsReply::Held { oms, known } => {
            let status = if *known { StatusCode::OK } else { StatusCode::CREATED };
            HttpReply::plain(status, &shapes::Held { record: *oms, known: *known })
        }
        OmsReply::Done => {
            HttpReply::plain(StatusCode::OK, &shapes::Done { status: shapes::DoneWord::Done })
        }
        OmsReply::Changes { page, cursor, more } => {
            let page = page.iter().map(Into::into).collect();
            HttpReply::plain(
                StatusCode::OK,
                &shapes::Changes { page, cursor: *cursor, more: *more },
            )
        }
        OmsReply::Throttled { retry_after } => super::throttled(*retry_after),
        OmsReply::Unavailable => super::unavailable(),
        OmsReply::Invalid { why } => ProblemDetails::new(Code::Invalid, why).told(),
    }
}

/// What the OMS's answer to `asked` means; `None` when that is not certain.
pub fn decode_reply(asked: &OmsRequest, heard: Heard<'_>) -> Option<OmsReply> {
    let attempt = match asked {
        OmsRequest::Handoff { attempt: 1, .. } => Attempt::First,
        _ => Attempt::Later,
    };
    Some(match outcome::of(heard, attempt, |body| success(asked, body))? {
        Said::Yes(reply) => reply,
        Said::Throttled(retry_after) => OmsReply::Throttled { retry_after },
        Said::Unavailable => OmsReply::Unavailable,
        Said::Invalid(why) => OmsReply::Invalid { why },
        Said::TurnedAway(why) => {
            OmsReply::Invalid { why: format!("turned away ({why:?}), which is for channels") }
        }
        Said::Duplicate(problem) => duplicate(asked, &problem)?,
    })
}

/// What "carried out before" means for `asked`: done, where the key is provably ours.
fn duplicate(asked: &OmsRequest, problem: &ProblemDetails) -> Option<OmsReply> {
    match asked {
        OmsRequest::Handoff { key: Some(key), .. } if problem.key == Some(*key) => {
            problem.record.map(|oms| OmsReply::Held { oms, known: true })
        }
        // These carry their key in the body: the order or the operation.
        OmsRequest::Reserve { .. }
        | OmsRequest::Amend { .. }
        | OmsRequest::Release { .. }
        | OmsRequest::Adjust { .. } => Some(OmsReply::Done),
        _ => None,
    }
}

/// The body of a success, which must be the answer to what was asked.
fn success(asked: &OmsRequest, body: &[u8]) -> Option<OmsReply> {
    match asked {
        OmsRequest::Handoff { .. } => {
            let shapes::Held { record, known } = reading::shape_of_reply(body)?;
            Some(OmsReply::Held { oms: record, known })
        }
        OmsRequest::ListChanges { .. } | OmsRequest::ListLevels { .. } => {
            let shapes::Changes { page, cursor, more } = reading::shape_of_reply(body)?;
            let page = page.into_iter().map(Into::into).collect();
            Some(OmsReply::Changes { page, cursor, more })
        }
        OmsRequest::Reserve { .. }
        | OmsRequest::Amend { .. }
        | OmsRequest::Release { .. }
        | OmsRequest::Adjust { .. }
        | OmsRequest::SetPrice { .. }
        | OmsRequest::Publish { .. } => reading::shape_of_reply::<shapes::Done>(body)
            .map(|shapes::Done { status: shapes::DoneWord::Done }| OmsReply::Done),
    }
}
