//! Owns a channel's side of the dialect: requests and replies over HTTP, both ways.
//! Must not know how a channel answers.

use std::borrow::Cow;

use bytes::Bytes;
use hyper::{Method, StatusCode};

use super::outcome::{self, Attempt, Said};
use super::problem::{Code, ProblemDetails};
use super::{Heard, HttpReply, HttpRequest, Misread, Received, number, reading, shapes};
use crate::commerce::protocol::{ChannelReply, ChannelRequest, Confirmation};
use crate::ids::{ChannelId, OrderId};
use crate::wire::routes::Operation;

/// The request as a caller sends it. An order's channel is not on the wire where the path is the
/// channel's own: it must be the channel that is asked.
pub fn encode_request(request: &ChannelRequest) -> HttpRequest {
    let post =
        |target: String, body: Bytes| HttpRequest { method: Method::POST, target, key: None, body };
    match request {
        ChannelRequest::PlaceOrder { intent, buyer, lines } => {
            let lines = lines.iter().map(|&(sku, qty)| shapes::Wanted { sku, qty }).collect();
            let order = shapes::PlaceOrder { intent: *intent, buyer: *buyer, lines };
            post("/orders".to_owned(), reading::json(&order))
        }
        ChannelRequest::FillCart { intent, buyer, lines } => {
            let lines = lines.iter().map(|&(sku, qty)| shapes::Wanted { sku, qty }).collect();
            let cart = shapes::PlaceOrder { intent: *intent, buyer: *buyer, lines };
            post("/carts".to_owned(), reading::json(&cart))
        }
        ChannelRequest::CancelOrder { order, why } => {
            let target = format!("/orders/{}/cancel", order.number);
            post(target, reading::json(&shapes::CancelOrder { why: *why }))
        }
        ChannelRequest::Confirm { order, step } => {
            post(format!("/orders/{}/{}", order.number, path_of(*step)), Bytes::from_static(b"{}"))
        }
        ChannelRequest::EditOrder { order, lines } => {
            let lines = lines.iter().map(|&(sku, qty)| shapes::Wanted { sku, qty }).collect();
            let target = format!("/orders/{}/edit", order.number);
            post(target, reading::json(&shapes::EditOrder { lines }))
        }
        ChannelRequest::Update { key, kind, items } => {
            let items = items.iter().map(shapes::Item::from).collect();
            let body = reading::json(&shapes::Update { kind: *kind, items });
            HttpRequest { key: *key, ..post("/updates".to_owned(), body) }
        }
        ChannelRequest::ListOrders { after, limit } => HttpRequest {
            method: Method::GET,
            target: format!("/orders?after={after}&limit={limit}"),
            key: None,
            body: Bytes::new(),
        },
    }
}

/// The request as `channel` receives it.
pub fn decode_request(
    channel: ChannelId,
    received: &Received<'_>,
) -> Result<ChannelRequest, Misread> {
    Ok(match received.operation {
        Operation::PlaceOrder => {
            let order: shapes::PlaceOrder = reading::shape(received.body)?;
            let lines = order.lines.into_iter().map(|line| (line.sku, line.qty)).collect();
            ChannelRequest::PlaceOrder { intent: order.intent, buyer: order.buyer, lines }
        }
        Operation::FillCart => {
            let cart: shapes::PlaceOrder = reading::shape(received.body)?;
            let lines = cart.lines.into_iter().map(|line| (line.sku, line.qty)).collect();
            ChannelRequest::FillCart { intent: cart.intent, buyer: cart.buyer, lines }
        }
        Operation::CancelOrder => {
            let order = order_of(channel, received)?;
            let shapes::CancelOrder { why } = reading::shape(received.body)?;
            ChannelRequest::CancelOrder { order, why }
        }
        Operation::EditOrder => {
            let order = order_of(channel, received)?;
            let shapes::EditOrder { lines } = reading::shape(received.body)?;
            let lines = lines.into_iter().map(|line| (line.sku, line.qty)).collect();
            ChannelRequest::EditOrder { order, lines }
        }
        Operation::AcceptOrder => confirmed(channel, received, Confirmation::Acceptance)?,
        Operation::DispatchOrder => confirmed(channel, received, Confirmation::Dispatch)?,
        Operation::Update => {
            let shapes::Update { kind, items } = reading::shape(received.body)?;
            let key = reading::key(received.key)?;
            ChannelRequest::Update { key, kind, items: items.into_iter().map(Into::into).collect() }
        }
        Operation::ListOrders => {
            let (after, limit) = reading::page_query(received.query)?;
            ChannelRequest::ListOrders { after, limit }
        }
        _ => return Err(Misread::Elsewhere),
    })
}

/// The order that a path names.
fn order_of(channel: ChannelId, received: &Received<'_>) -> Result<OrderId, Misread> {
    let number = number::decimal(received.number.as_bytes())
        .ok_or_else(|| Misread::Number(received.number.to_owned()))?;
    Ok(OrderId { channel, number })
}

fn confirmed(
    channel: ChannelId,
    received: &Received<'_>,
    step: Confirmation,
) -> Result<ChannelRequest, Misread> {
    let order = order_of(channel, received)?;
    let shapes::Confirm {} = reading::shape(received.body)?;
    Ok(ChannelRequest::Confirm { order, step })
}

fn path_of(step: Confirmation) -> &'static str {
    match step {
        Confirmation::Acceptance => "accept",
        Confirmation::Dispatch => "dispatch",
    }
}

/// The reply as a channel sends it.
pub fn encode_reply(reply: &ChannelReply) -> HttpReply {
    match reply {
        ChannelReply::Placed { order } => {
            HttpReply::plain(StatusCode::CREATED, &shapes::Placed { order: *order })
        }
        ChannelReply::Carted => {
            let status = shapes::CartedWord::Carted;
            HttpReply::plain(StatusCode::OK, &shapes::Carted { status })
        }
        ChannelReply::TurnedAway { why } => ProblemDetails {
            why: Some(*why),
            ..ProblemDetails::new(
                Code::TurnedAway,
                "the order is not accepted; nothing was reserved",
            )
        }
        .told(),
        ChannelReply::Cancelled => {
            let status = shapes::CancelledWord::Cancelled;
            HttpReply::plain(StatusCode::OK, &shapes::Cancelled { status })
        }
        ChannelReply::Confirmed => {
            let status = shapes::ConfirmedWord::Confirmed;
            HttpReply::plain(StatusCode::OK, &shapes::Confirmed { status })
        }
        ChannelReply::Edited => {
            let status = shapes::EditedWord::Edited;
            HttpReply::plain(StatusCode::OK, &shapes::Edited { status })
        }
        ChannelReply::Updated { items } => {
            let items = items.iter().map(shapes::ItemResult::from).collect();
            HttpReply::plain(StatusCode::OK, &shapes::Updated { items })
        }
        ChannelReply::Orders { page, cursor, more } => {
            let page = Cow::Borrowed(page.as_slice());
            HttpReply::plain(StatusCode::OK, &shapes::Orders { page, cursor: *cursor, more: *more })
        }
        ChannelReply::Throttled { retry_after } => super::throttled(*retry_after),
        ChannelReply::Unavailable => super::unavailable(),
        ChannelReply::Invalid { why } => ProblemDetails::new(Code::Invalid, why).told(),
    }
}

/// What the answer of `channel` to `asked` means; `None` when that is not certain.
pub fn decode_reply(
    channel: ChannelId,
    asked: &ChannelRequest,
    heard: Heard<'_>,
) -> Option<ChannelReply> {
    let said = outcome::of(heard, Attempt::Later, |body| success(channel, asked, body))?;
    Some(match (said, asked) {
        (Said::Yes(reply), _) => reply,
        (Said::TurnedAway(why), asked) if asked.wanted().is_some() => {
            ChannelReply::TurnedAway { why }
        }
        (Said::TurnedAway(why), _) => {
            ChannelReply::Invalid { why: format!("turned away ({why:?}), which is not for orders") }
        }
        (Said::Throttled(retry_after), _) => ChannelReply::Throttled { retry_after },
        (Said::Unavailable, _) => ChannelReply::Unavailable,
        (Said::Invalid(why), _) => ChannelReply::Invalid { why },
        (Said::Duplicate(problem), ChannelRequest::PlaceOrder { intent, .. }) => {
            let order = problem.order.filter(|order| order.channel == channel)?;
            (problem.key == Some(intent.0)).then_some(ChannelReply::Placed { order })?
        }
        (Said::Duplicate(_), ChannelRequest::CancelOrder { .. }) => ChannelReply::Cancelled,
        (Said::Duplicate(_), ChannelRequest::Confirm { .. }) => ChannelReply::Confirmed,
        (Said::Duplicate(_), _) => return None,
    })
}

/// The body of a success, which must be the answer to what was asked.
fn success(channel: ChannelId, asked: &ChannelRequest, body: &[u8]) -> Option<ChannelReply> {
    match asked {
        ChannelRequest::PlaceOrder { .. } => {
            let shapes::Placed { order } = reading::shape_of_reply(body)?;
            (order.channel == channel).then_some(ChannelReply::Placed { order })
        }
        ChannelRequest::FillCart { .. } => reading::shape_of_reply::<shapes::Carted>(body)
            .map(|shapes::Carted { status: shapes::CartedWord::Carted }| ChannelReply::Carted),
        ChannelRequest::CancelOrder { .. } => reading::shape_of_reply::<shapes::Cancelled>(body)
            .map(|shapes::Cancelled { status: shapes::CancelledWord::Cancelled }| {
                ChannelReply::Cancelled
            }),
        ChannelRequest::Confirm { .. } => reading::shape_of_reply::<shapes::Confirmed>(body).map(
            |shapes::Confirmed { status: shapes::ConfirmedWord::Confirmed }| {
                ChannelReply::Confirmed
            },
        ),
        ChannelRequest::EditOrder { .. } => reading::shape_of_reply::<shapes::Edited>(body)
            .map(|shapes::Edited { status: shapes::EditedWord::Edited }| ChannelReply::Edited),
        // Outcomes go by place: with one missing, no one can say whose the others are.
        ChannelRequest::Update { items: sent, .. } => {
            let shapes::Updated { items } = reading::shape_of_reply(body)?;
            if items.len() != sent.len() {
                return None;
            }
            let items =
                items.into_iter().map(shapes::ItemResult::outcome).collect::<Option<_>>()?;
            Some(ChannelReply::Updated { items })
        }
        ChannelRequest::ListOrders { .. } => {
            let shapes::Orders { page, cursor, more } = reading::shape_of_reply(body)?;
            Some(ChannelReply::Orders { page: page.into_owned(), cursor, more })
        }
    }
}
