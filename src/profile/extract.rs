//! Owns finding a value in a reply: by `JSONPath` (RFC 9535) or by a header, once and no more.
//! Must not know what it is for.

use regex::Regex;
use serde_json::Value as Json;
use serde_json_path::JsonPath;

use super::template::ProfileValue;

/// The longest value that is taken out of a reply, in bytes.
const VALUE_BYTES_MAX: usize = 64 << 10;

/// A reply, whole.
#[derive(Clone, Debug, Default)]
pub struct ProfileReply {
    /// Its status.
    pub status: u16,
    /// Its headers, with names as they came.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl ProfileReply {
    /// The header of a name, the first where it comes several times.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// A reply that is looked into: its body is read as JSON once.
#[derive(Debug)]
pub(super) struct Looked<'a> {
    pub(super) reply: &'a ProfileReply,
    pub(super) json: Option<Json>,
}

impl<'a> Looked<'a> {
    pub(super) fn at(reply: &'a ProfileReply) -> Looked<'a> {
        Looked { reply, json: serde_json::from_slice(&reply.body).ok() }
    }
}

/// A path into JSON, as it was written.
#[derive(Clone, Debug)]
pub(super) struct Path {
    written: String,
    path: JsonPath,
}

impl Path {
    pub(super) fn parse(text: &str) -> Result<Path, String> {
        let path = JsonPath::parse(text).map_err(|error| error.to_string())?;
        Ok(Path { written: text.to_owned(), path })
    }

    /// Every node that it finds.
    pub(super) fn query<'j>(&self, json: &'j Json) -> Vec<&'j Json> {
        self.path.query(json).all()
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`", self.written)
    }
}

/// Where in a reply.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In its JSON.
    Json(Path),
    /// In this header.
    Header(String),
}

/// A value to be found.
#[derive(Clone, Debug)]
pub(super) struct Extraction {
    pub(super) place: Place,
    /// A number that is taken off it: what is available is on hand less reserved.
    pub(super) minus: Option<Path>,
    /// The part of it that a pattern's first group holds.
    pub(super) matching: Option<Regex>,
    /// What it is where nothing is found.
    pub(super) otherwise: Option<String>,
}

/// Why no value was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotExtracted {
    /// There is nothing.
    #[error("{0} finds nothing")]
    Nothing(String),
    /// There are several.
    #[error("{0} finds {1} values where one is wanted")]
    Several(String, usize),
    /// What is there is a list or a group.
    #[error("{0} finds {1}, and no single value")]
    NoSingle(String, &'static str),
    /// What is there does not look as it should.
    #[error("{0} finds `{1}`, which `{2}` does not match")]
    Unlike(String, String, String),
    /// What is there is no number, and a number is taken off it.
    #[error("{0} finds `{1}`, which is no number")]
    NoNumber(String, String),
}

impl Place {
    fn words(&self) -> String {
        match self {
            Place::Json(path) => path.to_string(),
            Place::Header(name) => format!("the header `{name}`"),
        }
    }

    /// Every value there, in JSON's words without quotes.
    pub(super) fn all(&self, headers: &ProfileReply, json: Option<&Json>) -> Vec<String> {
        match self {
            Place::Header(name) => headers.header(name).map(str::to_owned).into_iter().collect(),
            Place::Json(path) => {
                let Some(json) = json else { return vec![] };
                path.query(json).iter().filter_map(|node| single(node)).map(|v| v.text).collect()
            }
        }
    }
}

/// A single value of JSON's; `null` is none.
fn single(json: &Json) -> Option<ProfileValue> {
    match json {
        Json::String(text) => Some(ProfileValue::text(text)),
        Json::Number(_) | Json::Bool(_) => Some(ProfileValue::bare(json)),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

impl Extraction {
    /// The value, where there is exactly one.
    pub(super) fn find(&self, looked: &Looked<'_>) -> Result<ProfileValue, NotExtracted> {
        self.find_in(looked.reply, looked.json.as_ref())
    }

    /// The same in a part of a reply's JSON.
    pub(super) fn find_in(
        &self,
        reply: &ProfileReply,
        json: Option<&Json>,
    ) -> Result<ProfileValue, NotExtracted> {
        let found = match &self.place {
            Place::Json(path) => one(path, json),
            Place::Header(name) => match reply.header(name) {
                Some(value) => Ok(ProfileValue::text(value)),
                None => Err(NotExtracted::Nothing(self.place.words())),
            },
        };
        let found = match (found, &self.otherwise) {
            (Err(NotExtracted::Nothing(_)), Some(otherwise)) => {
                ProfileValue::text(otherwise.clone())
            }
            (found, _) => found?,
        };
        let mut found = self.matched(found)?;
        if let Some(path) = &self.minus {
            let less = one(path, json)?;
            let number = |value: &ProfileValue, of: String| {
                value
                    .text
                    .parse::<i64>()
                    .map_err(|_| NotExtracted::NoNumber(of, value.text.clone()))
            };
            let left = number(&found, self.place.words())?;
            found = ProfileValue::bare(left.saturating_sub(number(&less, path.to_string())?));
        }
        found.text.truncate(floor(&found.text, VALUE_BYTES_MAX));
        Ok(found)
    }

    fn matched(&self, found: ProfileValue) -> Result<ProfileValue, NotExtracted> {
        let Some(pattern) = &self.matching else { return Ok(found) };
        let part = pattern.captures(&found.text).and_then(|c| c.get(1).or_else(|| c.get(0)));
        part.map(|part| ProfileValue::text(part.as_str())).ok_or_else(|| {
            let begins = found.text.chars().take(60).collect();
            NotExtracted::Unlike(self.place.words(), begins, pattern.as_str().to_owned())
        })
    }
}

fn floor(text: &str, most: usize) -> usize {
    let mut at = most.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn one(path: &Path, json: Option<&Json>) -> Result<ProfileValue, NotExtracted> {
    let words = || path.to_string();
    let nodes = json.map(|json| path.query(json)).unwrap_or_default();
    match nodes.as_slice() {
        [] | [Json::Null] => Err(NotExtracted::Nothing(words())),
        [Json::Array(_)] => Err(NotExtracted::NoSingle(words(), "a list")),
        [Json::Object(_)] => Err(NotExtracted::NoSingle(words(), "a group")),
        [node] => single(node).ok_or_else(|| NotExtracted::Nothing(words())),
        several => Err(NotExtracted::Several(words(), several.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(path: &str) -> Extraction {
        let place = Place::Json(Path::parse(path).unwrap());
        Extraction { place, minus: None, matching: None, otherwise: None }
    }

    fn reply(body: &str) -> ProfileReply {
        let headers = vec![("X-Total".to_owned(), "pages=7".to_owned())];
        ProfileReply { status: 200, headers, body: body.into() }
    }

    #[track_caller]
    fn check(extraction: &Extraction, body: &str, expected: &str) {
        let reply = reply(body);
        let found = extraction.find(&Looked::at(&reply));
        assert_eq!(found.map_or_else(|why| why.to_string(), |value| value.text), expected);
    }

    #[test]
    fn one_value_is_found_and_nothing_and_several_are_told_apart() {
        check(&json("$.a"), r#"{"a": 5}"#, "5");
        check(&json("$.a[0].b"), r#"{"a": [{"b": "x"}]}"#, "x");
        check(&json("$.a"), r#"{"b": 5}"#, "`$.a` finds nothing");
        check(&json("$.a"), r#"{"a": null}"#, "`$.a` finds nothing");
        check(&json("$.a[*]"), r#"{"a": [1, 2]}"#, "`$.a[*]` finds 2 values where one is wanted");
        check(&json("$.a"), r#"{"a": [1]}"#, "`$.a` finds a list, and no single value");
        check(&json("$.a"), "<html>", "`$.a` finds nothing");
        check(&json("$.a"), "", "`$.a` finds nothing");
    }

    #[test]
    fn numbers_are_taken_off_parts_matched_and_gaps_filled() {
        let available = Extraction { minus: Path::parse("$.held").ok(), ..json("$.on_hand") };
        check(&available, r#"{"on_hand": 5, "held": 7}"#, "-2");
        check(
            &available,
            r#"{"on_hand": "five", "held": 7}"#,
            "`$.on_hand` finds `five`, which is no number",
        );
        check(&available, r#"{"on_hand": 5}"#, "`$.held` finds nothing");
        let pages = Extraction {
            place: Place::Header("x-total".to_owned()),
            matching: Regex::new(r"pages=(\d+)").ok(),
            minus: None,
            otherwise: None,
        };
        check(&pages, "", "7");
        let unlike = Extraction { matching: Regex::new(r"^\d+$").ok(), ..pages };
        check(&unlike, "", "the header `x-total` finds `pages=7`, which `^\\d+$` does not match");
        let none = Extraction { otherwise: Some("0".to_owned()), ..json("$.a") };
        check(&none, "{}", "0");
    }

    /// Whatever comes, it is a value or a reason: depth, size and letters that are none.
    #[test]
    fn hostile_replies_are_read_or_refused() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        check(&json("$..a"), &deep, "`$..a` finds nothing");
        let long = format!(r#"{{"a": "{}"}}"#, "é".repeat(VALUE_BYTES_MAX));
        let long = reply(&long);
        assert_eq!(json("$.a").find(&Looked::at(&long)).unwrap().text.len(), VALUE_BYTES_MAX);
        let bytes = ProfileReply { body: vec![0xff, 0xfe, 0], ..reply("") };
        assert!(json("$.a").find(&Looked::at(&bytes)).is_err());
    }
}
