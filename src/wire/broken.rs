//! Owns replies that do not arrive as they should: bodies that end halfway or come piece by piece.
//! Must not know what they say, nor why they are broken.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::HeaderValue;
use tokio::time::{Sleep, sleep};

use crate::commerce::outbox::Fate;

/// In how many pieces at most a body trickles.
const PIECES: usize = 16;

/// The connection ends in the middle of a reply.
#[derive(Debug, thiserror::Error)]
#[error("the connection closes within the reply")]
pub(crate) struct CutShort;

/// A body as it is written to the wire.
pub(crate) enum OutBody {
    /// All of it.
    Plain(Bytes),
    /// Half of it.
    Half(Half),
    /// Piece by piece.
    Trickle(Trickle),
}

/// Half of a body that says how long the whole is, and then the end of the connection.
pub(crate) struct Half {
    left: Option<Bytes>,
    whole: u64,
    sent: bool,
}

/// A body that comes in pieces with pauses between them, the last at the end of a time.
pub(crate) struct Trickle {
    left: Bytes,
    piece: usize,
    pause: Duration,
    /// Of a body that is cut: how much of it never comes.
    cut: usize,
    waits: Pin<Box<Sleep>>,
}

impl Half {
    pub(super) fn of(whole: &Bytes) -> Half {
        let half = whole.slice(..whole.len() / 2);
        Half { left: Some(half), whole: whole.len() as u64, sent: false }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, CutShort>>> {
        if let Some(half) = self.left.take().filter(|half| !half.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        // What is in the connection's buffer leaves while a body has nothing to say.
        if !std::mem::replace(&mut self.sent, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(CutShort)))
    }
}

impl Trickle {
    /// A body that takes so long to come, and is cut halfway where it is to be lost.
    pub(super) fn of(whole: Bytes, over: Duration, is_cut: bool) -> Trickle {
        let piece = whole.len().div_ceil(PIECES).max(1);
        let pause = over / whole.len().div_ceil(piece).max(1) as u32;
        Trickle {
            piece,
            pause,
            cut: if is_cut { whole.len().div_ceil(2) } else { 0 },
            waits: Box::pin(sleep(pause)),
            left: whole,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, CutShort>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        std::task::ready!(self.waits.as_mut().poll(cx));
        if self.left.len() <= self.cut {
            return Poll::Ready(Some(Err(CutShort)));
        }
        let next = self.waits.deadline() + self.pause;
        self.waits.as_mut().reset(next);
        let piece = self.left.split_to(self.piece.min(self.left.len()));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

impl Body for OutBody {
    type Data = Bytes;
    type Error = CutShort;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutShort>>> {
        match self.get_mut() {
            OutBody::Plain(body) if body.is_empty() => Poll::Ready(None),
            OutBody::Plain(body) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(body))))),
            OutBody::Half(half) => half.poll(cx),
            OutBody::Trickle(trickle) => trickle.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            OutBody::Plain(body) => body.is_empty(),
            OutBody::Half(_) => false,
            OutBody::Trickle(trickle) => trickle.left.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            OutBody::Plain(body) => SizeHint::with_exact(body.len() as u64),
            OutBody::Half(half) => SizeHint::with_exact(half.whole),
            OutBody::Trickle(trickle) => SizeHint::with_exact(trickle.left.len() as u64),
        }
    }
}

/// What becomes of a reply: where there is no body to come piece by piece, all of it is late.
pub(super) fn fate_of(fate: Fate, is_empty: bool) -> Fate {
    match fate {
        Fate::Trickles { over, lost } if is_empty => Fate::Late { after: over, lost },
        fate => fate,
    }
}

/// The date so much later, as HTTP writes dates.
pub(super) fn date_after(by: Duration) -> HeaderValue {
    let now = jiff::Timestamp::now();
    let then = now.saturating_add(by).unwrap_or(now);
    let text = then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    HeaderValue::from_str(&text).expect("a date is visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::outbox::How;
    use crate::units::Span;

    /// A fault that was drawn and counted once did nothing to such a reply.
    #[test]
    fn a_reply_without_a_body_is_late_where_it_would_trickle() {
        let over = Span::from_secs(9);
        for lost in [None, Some(How::HalfBody)] {
            let trickles = Fate::Trickles { over, lost };
            assert_eq!(fate_of(trickles, true), Fate::Late { after: over, lost });
            assert_eq!(fate_of(trickles, false), trickles);
        }
        assert_eq!(fate_of(Fate::Heard, true), Fate::Heard);
    }
}
