//! Owns how a reply leaves that may be late, broken or lost on its way.
//! Must not know what it says, nor whose it is.

use std::time::Duration;

use bytes::Bytes;
use hyper::header::RETRY_AFTER;
use hyper::{Response, header::HeaderName};

use super::broken::{self, Half, OutBody, Trickle};
use super::dialect::RETRY_AFTER_US;
use super::listen::Guest;
use crate::commerce::outbox::{Fate, How, Wording};
use crate::units::Span;

/// The reply does not leave: the connection closes instead.
#[derive(Debug, thiserror::Error)]
#[error("the connection closes without a reply")]
pub(crate) struct Lost;

/// A reply as it comes to its caller. Who is told to be a stranger is told so in the reply itself.
pub(crate) async fn fated(
    reply: Response<Bytes>,
    fate: Fate,
    guest: &Guest,
) -> Result<Response<OutBody>, Lost> {
    let wait = |span: Span| tokio::time::sleep(Duration::from_micros(span.0));
    match broken::fate_of(fate, reply.body().is_empty()) {
        Fate::Heard | Fate::Worded(Wording::Stranger) => Ok(reply.map(OutBody::Plain)),
        Fate::Lost(how) => lose(reply, how, guest),
        // It was here before the address was shut.
        Fate::NoConnection => lose(reply, How::Reset, guest),
        Fate::Late { after, lost } => {
            wait(after).await;
            match lost {
                None => Ok(reply.map(OutBody::Plain)),
                Some(how) => lose(reply, how, guest),
            }
        }
        Fate::Trickles { over, lost } => {
            let over = Duration::from_micros(over.0);
            let trickle = |body| OutBody::Trickle(Trickle::of(body, over, lost.is_some()));
            Ok(reply.map(trickle))
        }
        Fate::Worded(Wording::RetryAt(by)) => {
            let mut outgoing = reply.map(OutBody::Plain);
            let headers = outgoing.headers_mut();
            let exact: HeaderName = RETRY_AFTER_US;
            headers.remove(exact);
            headers.insert(RETRY_AFTER, broken::date_after(Duration::from_micros(by.0)));
            Ok(outgoing)
        }
    }
}

/// A reply that its caller does not get to see whole.
fn lose(reply: Response<Bytes>, how: How, guest: &Guest) -> Result<Response<OutBody>, Lost> {
    match how {
        How::HalfBody if !reply.body().is_empty() => {
            Ok(reply.map(|body| OutBody::Half(Half::of(&body))))
        }
        // Half of nothing would be the whole.
        How::Close | How::HalfBody => Err(Lost),
        How::Reset => {
            guest.is_to_be_reset();
            Err(Lost)
        }
    }
}
