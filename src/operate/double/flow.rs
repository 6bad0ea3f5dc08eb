//! Owns a reply that is written while it is read from a journal. Must not know what is read.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use crate::drive::live::{JournalReader, NotThere};

/// A look at a journal, with its reader when it is over.
type Looking = Pin<Box<dyn Future<Output = (JournalReader, Looked)> + Send>>;
type Looked = Result<Option<Bytes>, NotThere>;

/// A body that is whole, or lines as they come.
pub struct OutLines(Kind);

enum Kind {
    Whole(Bytes),
    Flows(Looking),
    Over,
}

impl OutLines {
    pub(super) fn whole(body: Bytes) -> OutLines {
        OutLines(Kind::Whole(body))
    }

    pub(super) fn flowing(reader: JournalReader) -> OutLines {
        OutLines(Kind::Flows(look(reader)))
    }
}

fn look(mut reader: JournalReader) -> Looking {
    Box::pin(async move {
        let lines = reader.lines().await;
        (reader, lines)
    })
}

impl Body for OutLines {
    type Data = Bytes;
    type Error = NotThere;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NotThere>>> {
        let (kind, said) = match &mut self.0 {
            Kind::Whole(body) => {
                let body = std::mem::take(body);
                (Kind::Over, (!body.is_empty()).then_some(Ok(body)))
            }
            Kind::Flows(looking) => {
                let (reader, lines) = ready!(looking.as_mut().poll(cx));
                match lines.transpose() {
                    Some(Ok(lines)) => (Kind::Flows(look(reader)), Some(Ok(lines))),
                    // Whoever reads too slowly sees the connection close: never a gap.
                    over => (Kind::Over, over),
                }
            }
            Kind::Over => return Poll::Ready(None),
        };
        self.0 = kind;
        Poll::Ready(said.map(|said| said.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(body) => body.is_empty(),
            Kind::Flows(_) => false,
            Kind::Over => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(body) => SizeHint::with_exact(body.len() as u64),
            Kind::Flows(_) => SizeHint::default(),
            Kind::Over => SizeHint::with_exact(0),
        }
    }
}
