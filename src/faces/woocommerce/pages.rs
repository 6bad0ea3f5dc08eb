//! Owns pages of lists: which one is wanted, and what is said of the others.
//! Must not know what is listed.

use serde_json::Value;

use super::Parameters;
use super::shapes::Refused;
use crate::faces::values::whole_in;
use crate::faces::{FaceClock, FaceReply};
use crate::units::At;

/// Entries of a page, unless said.
const EACH_DEFAULT: u64 = 10;
/// The most.
const EACH_MAX: u64 = 100;

/// A page that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageWanted {
    number: u64,
    each: u64,
    /// So many are passed over, whatever the page's number.
    offset: Option<u64>,
    pub(super) last_first: bool,
}

impl PageWanted {
    /// What the parameters say; the last comes first unless they say otherwise.
    pub(super) fn of(asked: &Parameters) -> Result<PageWanted, Refused> {
        let number = |name: &'static str, unless: u64, most: u64| match asked.get(name) {
            None => Ok(unless),
            Some(value) => whole_in(value)
                .and_then(|number| u64::try_from(number).ok())
                .filter(|number| (1..=most).contains(number))
                .ok_or_else(|| Refused::parameter(name, format!("a whole number, 1 to {most}"))),
        };
        let offset = match asked.get("offset") {
            None => None,
            Some(value) => {
                let offset = whole_in(value).and_then(|offset| u64::try_from(offset).ok());
                let why = || Refused::parameter("offset", "a whole number, 0 or more");
                Some(offset.ok_or_else(why)?)
            }
        };
        let last_first = match asked.get("order").and_then(Value::as_str) {
            None | Some("desc") => true,
            Some("asc") => false,
            Some(_) => return Err(Refused::parameter("order", "asc or desc")),
        };
        let number_of = number("page", 1, u64::from(u32::MAX))?;
        Ok(PageWanted {
            number: number_of,
            each: number("per_page", EACH_DEFAULT, EACH_MAX)?,
            offset,
            last_first,
        })
    }

    /// So many are passed over.
    pub(super) fn skip(self) -> u64 {
        self.offset.unwrap_or((self.number - 1) * self.each)
    }

    /// At most so many are told.
    pub(super) fn each(self) -> u64 {
        self.each
    }

    /// Says how many there are, and of how many pages.
    pub(super) fn told(self, reply: FaceReply, total: u64) -> FaceReply {
        let pages = total.div_ceil(self.each);
        reply.with("x-wp-total", &total.to_string()).with("x-wp-totalpages", &pages.to_string())
    }
}

/// From which moment on something is wanted, and before which. Dates have whole seconds, and
/// neither end is included.
pub(super) fn between(
    now: FaceClock,
    asked: &Parameters,
    (after, before): (&'static str, &'static str),
) -> Result<(At, At), Refused> {
    let moment = |name: &'static str| match asked.get(name).and_then(Value::as_str) {
        None => Ok(None),
        Some(text) => FaceClock::read(text)
            .map(Some)
            .ok_or_else(|| Refused::parameter(name, "a date such as 2026-11-27T06:00:00")),
    };
    let from = moment(after)?.map_or(At::START, |date| now.after(date));
    Ok((from, moment(before)?.map_or(At::NEVER, |date| now.from(date))))
}
