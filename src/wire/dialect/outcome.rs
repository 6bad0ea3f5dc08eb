//! Owns the table of outcomes (docs/measures.md §1): what a status and its body say for certain.
//! Must not know which system answered, nor what success looks like.

use hyper::{HeaderMap, StatusCode};

use super::problem::{Code, ProblemDetails};
use super::{Heard, RETRY_AFTER_US, number, reading};
use crate::history::fact::Refusal;
use crate::units::{Span, US_PER_S};

/// What an answer says for certain.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said<T> {
    /// What was asked for.
    Yes(T),
    /// The order is turned away.
    TurnedAway(Refusal),
    /// Not carried out: over a limit.
    Throttled(Option<Span>),
    /// Not carried out: not now.
    Unavailable,
    /// Not carried out, and never will be.
    Invalid(String),
    /// Carried out before; the problem says under which key.
    Duplicate(Box<ProblemDetails>),
}

/// Which attempt a call was, as far as its words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// The first.
    First,
    /// A later one, or it does not say.
    Later,
}

/// What `heard` says; `None` when that is not certain. `read` reads the body of a success.
pub(super) fn of<T>(
    heard: Heard<'_>,
    attempt: Attempt,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Option<Said<T>> {
    let problem = || reading::shape_of_reply::<ProblemDetails>(heard.body);
    match heard.status.as_u16() {
        // A success whose body says otherwise is believed where it says so in our words.
        200 | 201 => match read(heard.body) {
            Some(reply) => Some(Said::Yes(reply)),
            None => problem().and_then(refused),
        },
        400 | 401 | 403 | 405 | 406 | 410 | 413 | 415 | 422 => Some(match problem() {
            Some(problem) => refused(problem).unwrap_or_else(|| invalid(heard.status, "")),
            None => invalid(heard.status, ""),
        }),
        // "Not found" on a later attempt may mean that an earlier one has removed it. Our own word
        // for a path that does not exist is certain on any.
        404 => match problem() {
            Some(problem) if problem.error == Code::NoRoute => {
                Some(invalid(heard.status, &problem.message))
            }
            _ if attempt == Attempt::First => Some(invalid(heard.status, "")),
            _ => None,
        },
        409 => problem().filter(|p| p.error == Code::Duplicate).map(|p| Said::Duplicate(p.into())),
        // The dialect promises that these two mean "not carried out", but a proxy on the way does
        // not: only our own body is believed.
        429 => problem()
            .filter(|p| p.error == Code::Throttled)
            .map(|_| Said::Throttled(retry_after(heard.headers))),
        503 => problem()
            .filter(|p| matches!(p.error, Code::Unavailable | Code::Crowded))
            .map(|_| Said::Unavailable),
        _ => None,
    }
}

/// A refusal in the problem's own words.
fn refused<T>(problem: ProblemDetails) -> Option<Said<T>> {
    match (problem.error, problem.why) {
        (Code::TurnedAway, Some(why)) => Some(Said::TurnedAway(why)),
        (
            Code::TurnedAway
            | Code::Throttled
            | Code::Unavailable
            | Code::Crowded
            | Code::Duplicate,
            _,
        ) => None,
        _ => Some(Said::Invalid(problem.message)),
    }
}

fn invalid<T>(status: StatusCode, message: &str) -> Said<T> {
    Said::Invalid(if message.is_empty() {
        format!("answered {status}, without a reason that could be read")
    } else {
        message.to_owned()
    })
}

/// How long to wait, the precise header first. A date is passed over: campaign time has none.
fn retry_after(headers: &HeaderMap) -> Option<Span> {
    let number = |name| headers.get(name).and_then(|value| number::decimal(value.as_bytes()));
    number(RETRY_AFTER_US)
        .map(Span)
        .or_else(|| number(hyper::header::RETRY_AFTER).map(|s| Span(s.saturating_mul(US_PER_S))))
}
