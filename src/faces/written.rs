//! Owns JSON that is written straight to bytes: what never changes is moved whole, and nothing is
//! built that is only there to be written. Must not know what it says.

use std::io::Write as _;

use bytes::Bytes;
use hyper::StatusCode;
use serde::Serialize;

use super::FaceReply;

/// What most answers come to, so that few bodies are moved while they grow.
const BYTES: usize = 1_024;

/// JSON on its way.
#[derive(Debug)]
pub(super) struct Written(Vec<u8>);

impl Written {
    pub(super) fn new() -> Written {
        Written(Vec::with_capacity(BYTES))
    }

    /// A piece as it stands: keys, brackets, whatever is always the same.
    pub(super) fn raw(&mut self, piece: &'static str) -> &mut Written {
        self.0.extend_from_slice(piece.as_bytes());
        self
    }

    /// A text with its quotes.
    pub(super) fn text(&mut self, text: &str) -> &mut Written {
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        if !text.bytes().all(is_plain) {
            return self.any(&text);
        }
        self.0.push(b'"');
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(b'"');
        self
    }

    /// A whole number.
    pub(super) fn number(&mut self, number: i64) -> &mut Written {
        write!(self.0, "{number}").expect("a Vec takes all that it is given");
        self
    }

    /// Whatever else there is.
    pub(super) fn any(&mut self, thing: &impl Serialize) -> &mut Written {
        let written = serde_json::to_writer(&mut self.0, thing);
        written.expect("strings, numbers and lists make JSON");
        self
    }

    /// A list of things, each written by itself.
    pub(super) fn list<T>(
        &mut self,
        things: impl IntoIterator<Item = T>,
        mut each: impl FnMut(T, &mut Written),
    ) -> &mut Written {
        self.raw("[");
        for (place, thing) in things.into_iter().enumerate() {
            if place > 0 {
                self.raw(",");
            }
            each(thing, self);
        }
        self.raw("]")
    }

    /// What is written, as a body.
    pub(super) fn body(self) -> Bytes {
        self.0.into()
    }

    /// The answer that it makes, to somebody who is known.
    pub(super) fn told(self, status: StatusCode) -> FaceReply {
        FaceReply::of_json(status, self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            texts in proptest::collection::vec(any::<String>(), 0..4),
            number in any::<i64>(),
        ) {
            let mut written = Written::new();
            written.raw("{\"texts\":").list(&texts, |text, to| { to.text(text); });
            written.raw(",\"number\":").number(number).raw(",\"any\":").any(&texts).raw("}");
            let read: Value = serde_json::from_slice(&written.told(StatusCode::OK).body).unwrap();
            prop_assert_eq!(read, json!({ "texts": texts, "number": number, "any": texts }));
        }
    }
}
