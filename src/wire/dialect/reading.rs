//! Owns how bytes become JSON shapes and how they are refused: depth, queries, numbers.
//! Must not know any shape.

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{PAGE_ENTRIES_DEFAULT, number};

/// The deepest nesting of a body. The API's own shapes need six; a parser that recurses must not
/// be led further by a stranger.
pub const JSON_DEPTH_MAX: u32 = 16;

/// A request that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    /// Not the JSON that the route takes.
    #[error("the body is not what this route takes: {0}; see docs/openapi.yaml")]
    Body(String),
    /// Nested too deep.
    #[error("the body is nested deeper than {JSON_DEPTH_MAX} levels; the API's shapes need six")]
    TooDeep,
    /// A query parameter that means nothing.
    #[error("query parameter {name:?}: {problem}; this route takes after=<cursor>&limit=<entries>")]
    Query {
        /// Its name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The order's number in the path.
    #[error("{0:?} in the path is not an order's number: digits only, up to 2^64 - 1")]
    Number(String),
    /// The idempotency key.
    #[error("Idempotency-Key must be a decimal number up to 2^64 - 1")]
    Key,
    /// A route of another system.
    #[error("this route belongs to another system")]
    Elsewhere,
}

/// A shape as JSON.
pub(super) fn json(shape: &impl Serialize) -> Bytes {
    // 256 bytes hold an order of two lines; larger bodies grow.
    let mut body = Vec::with_capacity(256);
    serde_json::to_writer(&mut body, shape).expect("shapes have string keys and a Vec never fails");
    body.into()
}

/// The shape in a request's body.
pub(super) fn shape<T: DeserializeOwned>(body: &[u8]) -> Result<T, Misread> {
    if is_too_deep(body) {
        return Err(Misread::TooDeep);
    }
    serde_json::from_slice(body).map_err(|error| Misread::Body(error.to_string()))
}

/// The shape in a reply's body, if it is there.
pub(super) fn shape_of_reply<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    shape(body).ok()
}

/// Counts brackets outside strings, without building anything.
fn is_too_deep(body: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_u32, false, false);
    for &byte in body {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > JSON_DEPTH_MAX {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// `after` and `limit` of a reading call.
pub(super) fn page_query(query: &str) -> Result<(u64, u32), Misread> {
    let (mut after, mut limit) = (None, None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let misread = |problem| Misread::Query { name: name.to_owned(), problem };
        let parsed = number::decimal(value.as_bytes());
        let parsed = parsed.ok_or(misread("must be a decimal number in range"));
        match name {
            "after" if after.is_none() => after = Some(parsed?),
            "limit" if limit.is_none() => {
                let limit_asked = u32::try_from(parsed?);
                limit = Some(limit_asked.map_err(|_| misread("must be below 2^32"))?);
            }
            "after" | "limit" => return Err(misread("is given twice")),
            _ => return Err(misread("is not known")),
        }
    }
    Ok((after.unwrap_or(0), limit.unwrap_or(PAGE_ENTRIES_DEFAULT)))
}

/// The idempotency key of a request.
pub(super) fn key(header: Option<&[u8]>) -> Result<Option<u64>, Misread> {
    header.map(|text| number::decimal(text).ok_or(Misread::Key)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_but_not_those_in_strings() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(!is_too_deep(nested(16).as_bytes()));
        assert!(is_too_deep(nested(17).as_bytes()));
        let quoted = format!("\"{}\\\"{}\"", "[".repeat(40), "[".repeat(40));
        assert!(!is_too_deep(quoted.as_bytes()));
        assert!(!is_too_deep("[],".repeat(40).as_bytes()));
    }

    #[test]
    fn queries_are_read_strictly() {
        assert_eq!(page_query(""), Ok((0, PAGE_ENTRIES_DEFAULT)));
        assert_eq!(page_query("limit=7&after=18446744073709551615"), Ok((u64::MAX, 7)));
        let problem = |query| page_query(query).unwrap_err().to_string();
        insta::assert_snapshot!(problem("after=1&after=2"), @r#"query parameter "after": is given twice; this route takes after=<cursor>&limit=<entries>"#);
        insta::assert_snapshot!(problem("since=1"), @r#"query parameter "since": is not known; this route takes after=<cursor>&limit=<entries>"#);
        insta::assert_snapshot!(problem("limit=-1"), @r#"query parameter "limit": must be a decimal number in range; this route takes after=<cursor>&limit=<entries>"#);
        insta::assert_snapshot!(problem("limit=4294967296"), @r#"query parameter "limit": must be below 2^32; this route takes after=<cursor>&limit=<entries>"#);
    }
}
