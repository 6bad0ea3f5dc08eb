//! Owns reading JSON lines as rows: an object a line, its lists of lines unrolled.
//! Must not know what the keys mean.

use std::collections::{HashSet, VecDeque};
use std::io::{self, BufRead as _, BufReader, Read as _};

use serde_json::{Map, Value};

use super::encoding::Text;
use super::split::{CutRow, RECORD_BYTES_MAX};
use super::{headers, kinds};

/// How many objects are looked at for the names of keys.
pub(super) const HEAD_ROWS: usize = 200;

/// The most names of keys, and the most rows of one object.
const KEYS_MAX: usize = 1_024;
const UNROLLED_MAX: usize = 10_000;

/// Lists whose objects are lines of an order.
const LISTS: &[&str] = &["line_items", "lineItems", "items", "lines", "order_items", "products"];

/// Keys under which the objects of other lists say what they are.
const KINDS: [&str; 2] = ["kind", "type"];

/// A row as it was read: values by their keys, or why there are none.
type Flat = Result<Vec<(String, String)>, &'static str>;

/// The objects of a file.
pub(super) struct JsonRows {
    input: BufReader<Text>,
    line: u64,
    waiting: VecDeque<(u64, Flat)>,
    pub(super) keys: Vec<String>,
}

impl JsonRows {
    pub(super) fn new(text: Text) -> JsonRows {
        JsonRows { input: BufReader::new(text), line: 0, waiting: VecDeque::new(), keys: vec![] }
    }

    /// Learns the keys of the first objects; they are read as rows all the same.
    pub(super) fn learn(&mut self) -> io::Result<()> {
        let mut ahead = VecDeque::new();
        while ahead.len() < HEAD_ROWS {
            let Some(next) = self.pull()? else { break };
            for (key, _) in next.1.as_deref().unwrap_or_default() {
                if !self.keys.contains(key) && self.keys.len() < KEYS_MAX {
                    self.keys.push(key.clone());
                }
            }
            ahead.push_back(next);
        }
        ahead.append(&mut self.waiting);
        self.waiting = ahead;
        Ok(())
    }

    /// The next row; false at the end.
    pub(super) fn next(&mut self, record: &mut CutRow) -> io::Result<bool> {
        let Some((line, flat)) = self.pull()? else { return Ok(false) };
        record.clear(line);
        record.typed = true;
        match flat {
            Err(why) => record.fault = Some(why),
            Ok(flat) => {
                for key in &self.keys {
                    let value = flat.iter().find(|(known, _)| known == key);
                    record.push(value.map_or("", |(_, value)| value));
                }
            }
        }
        Ok(true)
    }

    fn pull(&mut self) -> io::Result<Option<(u64, Flat)>> {
        loop {
            if let Some(waiting) = self.waiting.pop_front() {
                return Ok(Some(waiting));
            }
            let mut bytes = vec![];
            let most = RECORD_BYTES_MAX as u64 + 1;
            let read = self.input.by_ref().take(most).read_until(b'\n', &mut bytes)?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            if bytes.len() > RECORD_BYTES_MAX {
                self.skip_line()?;
                return Ok(Some((self.line, Err("longer than 1 MB"))));
            }
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let object = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
            match serde_json::from_slice(object) {
                Ok(Value::Object(_)) if repeats_a_key(object) => {
                    return Ok(Some((self.line, Err("a key stands twice in one object"))));
                }
                Ok(Value::Object(object)) => self.unroll(&object),
                _ => return Ok(Some((self.line, Err("no JSON object")))),
            }
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(buffer.len(), |at| at + 1);
            self.input.consume(used);
            if end.is_some() || used == 0 {
                return Ok(());
            }
        }
    }

    fn unroll(&mut self, object: &Map<String, Value>) {
        let mut order = vec![];
        flatten("", object, &mut order);
        let list = LISTS.iter().find_map(|name| Some((*name, object.get(*name)?.as_array()?)));
        let Some((name, lines)) = list.filter(|(_, lines)| !lines.is_empty()) else {
            return self.waiting.push_back((self.line, Ok(order)));
        };
        for line in lines.iter().take(UNROLLED_MAX) {
            let row = line.as_object().map(|line| {
                let mut row = order.clone();
                flatten(&format!("{name}."), line, &mut row);
                row
            });
            self.waiting.push_back((self.line, row.ok_or("a line that is no JSON object")));
        }
        if lines.len() > UNROLLED_MAX {
            self.waiting.push_back((self.line, Err("more lines than an order has")));
        }
    }
}

/// Whether an object of some JSON has one key twice; a reader would take the last without a word.
fn repeats_a_key(json: &[u8]) -> bool {
    let mut open: Vec<HashSet<String>> = vec![];
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'{' | b'[' => open.push(HashSet::new()),
            b'}' | b']' => drop(open.pop()),
            b'"' => {
                let start = at;
                at += 1;
                while json.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if json[at] == b'\\' { 2 } else { 1 };
                }
                let rest = json.get(at + 1..).unwrap_or_default().trim_ascii_start();
                let key = json.get(start..=at).filter(|_| rest.starts_with(b":"));
                let key = key.and_then(|key| serde_json::from_slice(key).ok());
                if let (Some(key), Some(keys)) = (key, open.last_mut())
                    && !keys.insert(key)
                {
                    return true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// Single values under their keys; those of objects within under both, `customer.email`.
fn flatten(before: &str, object: &Map<String, Value>, into: &mut Vec<(String, String)>) {
    for (key, value) in object {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(yes) => yes.to_string(),
            // What is nothing here may be something further down.
            Value::Null => String::new(),
            Value::Object(inner) if before.len() < 64 => {
                flatten(&format!("{before}{key}."), inner, into);
                continue;
            }
            // Of what takes an order back it counts whether there is any.
            Value::Array(list) if headers::is_flag(key) => list.len().to_string(),
            Value::Array(list) => {
                into.extend(kinds_in(list).map(|(k, word)| (format!("{before}{key}.{k}"), word)));
                continue;
            }
            Value::Object(_) => continue,
        };
        into.push((format!("{before}{key}"), text));
    }
}

/// What the objects of a list are, by the keys that say it: the one that takes something back, else
/// the first.
fn kinds_in(list: &[Value]) -> impl Iterator<Item = (&'static str, String)> {
    KINDS.iter().filter_map(|key| {
        let words = || list.iter().filter_map(|value| value.get(key)?.as_str());
        let back = words().find(|word| kinds::is_taken_back(&super::plain(word)));
        Some((*key, back.or(words().next())?.to_owned()))
    })
}
