//! Owns the body of a reply that is lost halfway. Must not know what it says.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// The connection ends in the middle of a reply.
#[derive(Debug, thiserror::Error)]
#[error("the connection closes after half of the reply")]
pub(super) struct CutShort;

/// Half of a body that says how long the whole is, and then the end of the connection.
pub(super) struct Half {
    left: Option<Bytes>,
    whole: u64,
    sent: bool,
}

impl Half {
    pub(super) fn of(whole: &Bytes) -> Half {
        let half = whole.slice(..whole.len() / 2);
        Half { left: Some(half), whole: whole.len() as u64, sent: false }
    }
}

impl Body for Half {
    type Data = Bytes;
    type Error = CutShort;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutShort>>> {
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

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.whole)
    }
}
