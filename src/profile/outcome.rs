//! Owns what a reply means: rules over its status, headers and body, of which the first that
//! matches speaks. Must not know how a reply came.

use std::fmt;

use regex::Regex;
use serde_json::Value as Json;

use super::extract::{Extraction, Looked, Path, Place, ProfileReply};
use crate::units::Span;

/// The longest wait that a reply may ask for: one beyond it is no wait but an outage.
const WAIT_S_MAX: f64 = 86_400.0;

/// What a reply says became of what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// It was done.
    Accepted,
    /// It was taken and will be done.
    Queued,
    /// It had been done before, and was not done again.
    Duplicate,
    /// It was refused for want of stock.
    NoStock,
    /// It was refused for being one too many; later it may be asked again.
    Throttled,
    /// What was asked cannot be meant.
    Invalid,
    /// Whoever asked may not, or has not shown who they are.
    NotAllowed,
    /// What it is about is not there.
    NotFound,
    /// The server has failed; whether it was done is not known.
    ServerError,
    /// No rule has a word for the reply, or it does not say what it must.
    Unknown,
}

/// Whether what was asked happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It did, or will.
    Done,
    /// It definitely did not.
    Refused,
    /// Nobody knows.
    Unknown,
}

impl Means {
    /// The words that a rule may say.
    pub(super) const WORDS: &[(&str, Means)] = &[
        ("accepted", Means::Accepted),
        ("queued", Means::Queued),
        ("duplicate", Means::Duplicate),
        ("no stock", Means::NoStock),
        ("throttled", Means::Throttled),
        ("invalid", Means::Invalid),
        ("not allowed", Means::NotAllowed),
        ("not found", Means::NotFound),
        ("server error", Means::ServerError),
        ("unknown", Means::Unknown),
    ];

    /// Whether what was asked happened.
    pub fn happened(self) -> Happened {
        match self {
            Means::Accepted | Means::Queued | Means::Duplicate => Happened::Done,
            Means::NoStock
            | Means::Throttled
            | Means::Invalid
            | Means::NotAllowed
            | Means::NotFound => Happened::Refused,
            Means::ServerError | Means::Unknown => Happened::Unknown,
        }
    }

    /// The meaning of a word.
    pub(super) fn of(word: &str) -> Option<Means> {
        Means::WORDS.iter().find(|(known, _)| *known == word).map(|(_, means)| *means)
    }
}

impl fmt::Display for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Means::WORDS.iter().find(|(_, means)| means == self);
        f.write_str(word.map_or("unknown", |(word, _)| word))
    }
}

/// The line of a profile, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleLine(pub usize);

/// What a part of a reply is to say.
#[derive(Clone, Debug)]
pub(super) enum Says {
    /// That it is there.
    Anything,
    /// Nothing: that it is not there, in a reply that can be read.
    Nothing,
    /// One of these.
    OneOf(Vec<String>),
    /// What a pattern matches.
    Like(Regex),
}

/// A part of a reply and what it is to say. Where the place has several values, one is enough.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) place: Place,
    pub(super) says: Says,
}

impl Test {
    pub(super) fn holds(&self, reply: &ProfileReply, json: Option<&Json>) -> bool {
        let found = self.place.all(reply, json);
        match &self.says {
            Says::Anything => !found.is_empty() || self.finds_a_group(json),
            Says::Nothing => {
                let is_read = matches!(self.place, Place::Header(_)) || json.is_some();
                is_read && found.is_empty() && !self.finds_a_group(json)
            }
            Says::OneOf(words) => found.iter().any(|text| words.contains(text)),
            Says::Like(pattern) => found.iter().any(|text| pattern.is_match(text)),
        }
    }

    fn finds_a_group(&self, json: Option<&Json>) -> bool {
        match (&self.place, json) {
            (Place::Json(path), Some(json)) => {
                path.query(json).iter().any(|node| node.is_object() || node.is_array())
            }
            _ => false,
        }
    }
}

/// How long a reply asks to wait.
#[derive(Clone, Debug)]
pub(super) enum Waits {
    /// So long.
    For(Span),
    /// So many seconds, in thousandths of this: a thousand for seconds, one for milliseconds.
    Told(Box<Extraction>, f64),
    /// (what it needs − what there is) ÷ what comes back a second.
    Refills { needs: Path, has: Path, per_second: Path },
}

impl Waits {
    pub(super) fn span(&self, looked: &Looked<'_>) -> Option<Span> {
        let seconds = match self {
            Waits::For(span) => return Some(*span),
            Waits::Told(extraction, unit_ms) => {
                let told = extraction.find(looked).ok()?.text.trim().parse::<f64>().ok()?;
                told * unit_ms / 1_000.0
            }
            Waits::Refills { needs, has, per_second } => {
                let json = looked.json.as_ref()?;
                let number = |path: &Path| match path.query(json)[..] {
                    [one] => one.as_f64(),
                    _ => None,
                };
                (number(needs)? - number(has)?).max(0.0) / number(per_second)?
            }
        };
        (0.0..=WAIT_S_MAX).contains(&seconds).then(|| Span::from_secs_f64(seconds))
    }
}

/// A rule.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) line: RuleLine,
    pub(super) means: Means,
    /// Statuses, both ends included; none is any.
    pub(super) statuses: Vec<(u16, u16)>,
    pub(super) tests: Vec<Test>,
    pub(super) waits: Option<Waits>,
}

impl Rule {
    /// Whether it speaks of a reply, or of an item within one.
    pub(super) fn matches(&self, reply: &ProfileReply, json: Option<&Json>) -> bool {
        let status = self.statuses.is_empty()
            || self.statuses.iter().any(|(from, to)| (*from..=*to).contains(&reply.status));
        status && self.tests.iter().all(|test| test.holds(reply, json))
    }
}

/// The first rule that speaks.
pub(super) fn first<'r>(
    rules: impl IntoIterator<Item = &'r Rule>,
    reply: &ProfileReply,
    json: Option<&Json>,
) -> Option<&'r Rule> {
    rules.into_iter().find(|rule| rule.matches(reply, json))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> ProfileReply {
        let headers = vec![("Retry-After".to_owned(), "2.0".to_owned())];
        ProfileReply { status, headers, body: body.into() }
    }

    fn rule(line: usize, means: Means, statuses: &[(u16, u16)], tests: Vec<Test>) -> Rule {
        Rule { line: RuleLine(line), means, statuses: statuses.to_vec(), tests, waits: None }
    }

    fn json(path: &str, says: Says) -> Test {
        Test { place: Place::Json(Path::parse(path).unwrap()), says }
    }

    #[test]
    fn the_first_rule_that_matches_speaks() {
        let one_of = |word: &str| Says::OneOf(vec![word.to_owned()]);
        let rules = [
            rule(1, Means::Throttled, &[(200, 200)], vec![json("$.errors[*].code", one_of("T"))]),
            rule(2, Means::Invalid, &[(200, 200)], vec![json("$.errors[0]", Says::Anything)]),
            rule(3, Means::Accepted, &[(200, 299)], vec![]),
            rule(
                4,
                Means::NoStock,
                &[],
                vec![json("$.message", Says::Like(Regex::new("(?i)stock").unwrap()))],
            ),
        ];
        let means = |status, body: &str| {
            let reply = reply(status, body);
            let looked = Looked::at(&reply);
            first(&rules, &reply, looked.json.as_ref()).map(|rule| rule.line.0)
        };
        assert_eq!(means(200, r#"{"errors": [{"code": "X"}, {"code": "T"}]}"#), Some(1));
        assert_eq!(means(200, r#"{"errors": [{"code": "X"}]}"#), Some(2));
        assert_eq!(means(200, r#"{"errors": []}"#), Some(3));
        assert_eq!(means(299, "<html>"), Some(3));
        assert_eq!(means(400, r#"{"message": "Out of Stock"}"#), Some(4));
        assert_eq!(means(400, r#"{"message": "no"}"#), None);
        assert_eq!(means(500, "not JSON"), None);
        let empty = [rule(5, Means::NotFound, &[], vec![json("$[0]", Says::Nothing)])];
        for (body, matches) in [("[]", true), ("[{}]", false), ("[null]", true), ("<html>", false)]
        {
            let reply = reply(200, body);
            let found = first(&empty, &reply, Looked::at(&reply).json.as_ref());
            assert_eq!(found.is_some(), matches, "{body}");
        }
    }

    #[test]
    fn waits_are_told_or_worked_out_and_nonsense_is_none() {
        let span = |waits: &Waits, body: &str| {
            let reply = reply(429, body);
            waits.span(&Looked::at(&reply))
        };
        let header = |name: &str| {
            let place = Place::Header(name.to_owned());
            Box::new(Extraction { place, minus: None, matching: None, otherwise: None })
        };
        assert_eq!(span(&Waits::For(Span::from_secs(9)), ""), Some(Span::from_secs(9)));
        assert_eq!(span(&Waits::Told(header("retry-after"), 1e3), ""), Some(Span::from_secs(2)));
        assert_eq!(span(&Waits::Told(header("retry-after"), 1.0), ""), Some(Span::from_millis(2)));
        assert_eq!(span(&Waits::Told(header("x-none"), 1e3), ""), None);
        let path = |path: &str| Path::parse(path).unwrap();
        let refills =
            Waits::Refills { needs: path("$.c"), has: path("$.h"), per_second: path("$.r") };
        assert_eq!(span(&refills, r#"{"c": 50, "h": 10, "r": 100}"#), Some(Span::from_millis(400)));
        assert_eq!(span(&refills, r#"{"c": 5, "h": 10, "r": 100}"#), Some(Span::ZERO));
        for nonsense in [
            r#"{"c": 50, "h": 10, "r": 0}"#,
            r#"{"c": 50}"#,
            "<html>",
            r#"{"c": 0, "h": 0, "r": 0}"#,
        ] {
            assert_eq!(span(&refills, nonsense), None, "{nonsense}");
        }
    }
}
