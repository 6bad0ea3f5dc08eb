//! Owns the reading of a body: whole, within its size and its time, or not at all.
//! Must not know what is in it.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time;

use super::ListenerLimits;

/// How many times the limit is read and thrown away before a reply: a caller that is still sending
/// when its connection closes would see a reset instead of the 413.
const DISCARDED_BODIES_MAX: u64 = 8;

/// Why a body was not read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// Larger than the limit.
    TooLarge,
    /// Not there in time.
    TooSlow,
    /// The caller went away, or broke the framing.
    Broken,
}

/// The whole body.
pub(crate) async fn read(mut body: Incoming, limits: &ListenerLimits) -> Result<Bytes, BodyFault> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let reading = async {
        if body.size_hint().lower() > limits.body_bytes_max as u64 {
            discard(body, limits).await;
            return Err(BodyFault::TooLarge);
        }
        // Nearly every body comes in one piece, which need not be copied.
        let first = next(&mut body).await?.unwrap_or_default();
        if first.len() > limits.body_bytes_max {
            return Err(BodyFault::TooLarge);
        }
        if body.is_end_stream() {
            return Ok(first);
        }
        let mut whole = BytesMut::from(first);
        while let Some(piece) = next(&mut body).await? {
            if whole.len() + piece.len() > limits.body_bytes_max {
                drop(whole);
                discard(body, limits).await;
                return Err(BodyFault::TooLarge);
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    };
    time::timeout(limits.body_within, reading).await.unwrap_or(Err(BodyFault::TooSlow))
}

/// The next piece of data; trailers are passed over.
async fn next(body: &mut Incoming) -> Result<Option<Bytes>, BodyFault> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyFault::Broken)?;
        if let Ok(piece) = frame.into_data() {
            return Ok(Some(piece));
        }
    }
    Ok(None)
}

async fn discard(mut body: Incoming, limits: &ListenerLimits) {
    let mut left = DISCARDED_BODIES_MAX * limits.body_bytes_max as u64;
    while let Ok(Some(piece)) = next(&mut body).await {
        left = left.saturating_sub(piece.len() as u64);
        if left == 0 {
            return;
        }
    }
}
