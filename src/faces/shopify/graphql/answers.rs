//! Owns answers to mutations that may be asked for once more, by idempotency key.
//! Must not know what they say.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde_json::Value;

/// How many are known again.
const ANSWERS_MAX: usize = 512;
/// What they may come to as text, in bytes.
const BYTES_MAX: usize = 8 << 20;
/// The longest key.
pub(super) const KEY_BYTES_MAX: usize = 255;

/// The latest answers, each with what was asked.
#[derive(Debug, Default)]
pub(in crate::faces::shopify) struct Answers {
    known: FxHashMap<String, (u64, String)>,
    oldest_first: VecDeque<String>,
    bytes: usize,
}

impl Answers {
    /// What was asked under a key, and what was answered.
    pub(super) fn recall(&self, key: &str) -> Option<(u64, Value)> {
        let (asked, answer) = self.known.get(key)?;
        Some((*asked, serde_json::from_str(answer).ok()?))
    }

    /// Keeps an answer under a key that is not known.
    pub(super) fn keep(&mut self, key: String, asked: u64, answer: &Value) {
        let answer = answer.to_string();
        self.bytes += answer.len();
        if let Some((_, before)) = self.known.insert(key.clone(), (asked, answer)) {
            self.bytes -= before.len();
        } else {
            self.oldest_first.push_back(key);
        }
        while self.known.len() > ANSWERS_MAX || self.bytes > BYTES_MAX {
            let Some(oldest) = self.oldest_first.pop_front() else { return };
            self.bytes -= self.known.remove(&oldest).map_or(0, |(_, answer)| answer.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_latest_are_known_and_no_more_than_are_borne() {
        let mut answers = Answers::default();
        for number in 0..2 * ANSWERS_MAX as u64 {
            answers.keep(number.to_string(), number, &json!({ "number": number }));
        }
        assert_eq!((answers.known.len(), answers.oldest_first.len()), (ANSWERS_MAX, ANSWERS_MAX));
        let last = 2 * ANSWERS_MAX as u64 - 1;
        assert_eq!(answers.recall(&last.to_string()), Some((last, json!({ "number": last }))));
        assert_eq!(answers.recall("0"), None);
        let large = json!("x".repeat(BYTES_MAX / 4));
        for number in 0..8 {
            answers.keep(format!("large {number}"), number, &large);
        }
        assert!(answers.bytes <= BYTES_MAX && answers.known.len() == 3);
        assert!(answers.recall("large 7").is_some() && answers.recall("large 4").is_none());
        let kept: usize = answers.known.values().map(|(_, answer)| answer.len()).sum();
        assert_eq!(kept, answers.bytes);
    }
}
