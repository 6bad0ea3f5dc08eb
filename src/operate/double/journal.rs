//! Owns what of a journal is asked for, as a query says it. Must not know how it is read.

use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::Refused;
use super::asked::{channel, sku};
use crate::drive::live::{JournalWish, Picks};
use crate::history::fact::Named;
use crate::history::{Charter, Fact, What};

/// Longest time for which more is waited for.
const FOLLOW_S_MAX: u64 = 3_600;

/// What each of the parameters of a query asks for.
#[derive(Default)]
struct Asked {
    after: Option<u64>,
    limit: Option<u64>,
    follow_s: Option<u64>,
    kinds: Option<Vec<String>>,
    names: Vec<Named>,
}

/// What is to be read.
pub(super) fn wish(query: &str, charter: &Charter) -> Result<JournalWish, Refused> {
    let mut asked = Asked::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let spaced = value.replace('+', " ");
        let value =
            percent_decode_str(&spaced).decode_utf8().map_err(|_| misread(name, "UTF-8"))?;
        asked.take(name, &value, charter)?;
    }
    let Asked { after, limit, follow_s, kinds, names } = asked;
    let picks: Picks = Box::new(move |fact: &Fact| {
        kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| kind == fact.what.kind()))
            && names.iter().all(|name| speaks_of(&fact.what, *name))
    });
    Ok(JournalWish {
        from: after.map_or(0, |after| after.saturating_add(1)),
        picks,
        limit: limit.unwrap_or(u64::MAX),
        follow: Duration::from_secs(follow_s.unwrap_or(0)),
    })
}

impl Asked {
    fn take(&mut self, name: &str, value: &str, charter: &Charter) -> Result<(), Refused> {
        match name {
            "after" => once(&mut self.after, name, number(name, value)?),
            "limit" => once(&mut self.limit, name, number(name, value)?),
            "follow_s" => {
                let seconds = number(name, value)?;
                if seconds > FOLLOW_S_MAX {
                    let why = format!("follow_s: at most {FOLLOW_S_MAX} seconds");
                    return Err(Refused::Invalid(why));
                }
                once(&mut self.follow_s, name, seconds)
            }
            "kind" => {
                let kinds: Vec<String> = value.split(',').map(str::to_owned).collect();
                for kind in &kinds {
                    What::is_a_kind(kind)
                        .map_err(|why| Refused::Invalid(format!("kind: {why}")))?;
                }
                once(&mut self.kinds, name, kinds)
            }
            "channel" => {
                self.names.push(Named::Channel(channel(value, charter)?));
                Ok(())
            }
            "sku" => {
                self.names.push(Named::Sku(sku(value, charter)?));
                Ok(())
            }
            _ => Err(misread(name, "after, limit, follow_s, kind, channel or sku")),
        }
    }
}

fn once<T>(slot: &mut Option<T>, name: &str, value: T) -> Result<(), Refused> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(misread(name, "each parameter once")),
    }
}

fn number(name: &str, value: &str) -> Result<u64, Refused> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let read = digits.then(|| value.parse().ok()).flatten();
    read.ok_or_else(|| misread(name, "a decimal number below 2^64"))
}

fn misread(name: &str, expected: &str) -> Refused {
    let name: String = name.chars().take(40).collect();
    Refused::Malformed(format!("query parameter {name:?}: expected {expected}"))
}

/// Whether a fact speaks of something that the charter names. A SKU is sold as an offer of its own.
fn speaks_of(what: &What, name: Named) -> bool {
    let is_it = |spoken| match (spoken, name) {
        (Named::Offer(spoken), Named::Sku(sku)) => spoken == sku,
        _ => spoken == name,
    };
    what.names(&mut |spoken| if is_it(spoken) { Err(()) } else { Ok(()) }).is_err()
}
