//! Owns what is wrong with something that was written: what was found, what is expected, what to
//! do about it. Must not know where it stands.

use std::fmt;

/// The most characters of what was found: a scalar may be megabytes long.
const FOUND_CHARS_MAX: usize = 160;

/// Longer words are no slips, and comparing them would take the square of their length.
const SLIP_BYTES_MAX: usize = 64;

/// What is wrong with a value, whatever its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) found: String,
    pub(crate) expected: Option<String>,
    pub(crate) hint: Option<String>,
}

impl Wrong {
    /// What was found.
    pub(crate) fn new(found: impl Into<String>) -> Wrong {
        let mut found: String = found.into();
        if let Some((cut, _)) = found.char_indices().nth(FOUND_CHARS_MAX) {
            found.truncate(cut);
            found.push('…');
        }
        Wrong { found: harmless(&found), expected: None, hint: None }
    }

    /// What would have been right.
    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Wrong {
        self.expected = Some(harmless(&expected.into()));
        self
    }

    /// What to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Wrong {
        self.hint = Some(harmless(&hint.into()));
        self
    }

    /// What to do about it, where that is known.
    pub(crate) fn maybe_hint(self, hint: Option<String>) -> Wrong {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// What was found, what would have been right, and what to do, a line each.
    #[cfg(feature = "cli")]
    pub(crate) fn in_full(&self) -> String {
        let expected = self.expected.as_ref().map(|expected| format!("expected: {expected}"));
        let lines = [Some(self.found.clone()), expected, self.hint.clone()];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n  ")
    }

    /// What it says to do.
    #[cfg(test)]
    pub(crate) fn hint_said(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// What to do about it, and what would have been right, unless that is known more closely.
    pub(crate) fn or(self, hint: &str, expected: &str) -> Wrong {
        let known = self.hint.is_some() || self.expected.is_some();
        if known { self } else { self.hint(hint).expected(expected) }
    }

    /// The same complaint about something else that was found.
    pub(crate) fn refound(self, found: impl Into<String>) -> Wrong {
        Wrong { hint: self.hint, expected: self.expected, ..Wrong::new(found) }
    }

    /// Proposes the nearest of the names that are known, when one is near.
    pub(crate) fn nearest<'a>(
        self,
        typed: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Wrong {
        match nearest(typed, known) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

impl fmt::Display for Wrong {
    /// What was found alone, for a row of a table.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.found)
    }
}

/// A text that a terminal shows and does not obey: what it would obey is escaped; line ends stay.
pub(crate) fn harmless(text: &str) -> String {
    let escaped = |c: char| is_obeyed(c) && c != '\n';
    if !text.contains(escaped) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if escaped(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

/// The same on one line and letter for letter, so that what stands below it still does.
pub(crate) fn on_one_line(text: &str) -> String {
    text.chars().map(|c| if is_obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a terminal obeys a character instead of showing it: it moves a cursor, ends a line, or
/// turns round the way in which letters run.
pub(crate) fn is_obeyed(c: char) -> bool {
    let marks = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{feff}');
    let turns = matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || marks || turns
}

/// The known name nearest to what was typed, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if typed.len() > SLIP_BYTES_MAX {
        return None;
    }
    let typed = typed.to_lowercase();
    known
        .into_iter()
        .filter(|name| name.len() <= SLIP_BYTES_MAX)
        .map(|name| {
            let known = name.to_lowercase();
            // The beginning of a name is an abbreviation rather than a slip, and as near.
            let begins = typed.len() >= 4 && known.starts_with(&typed);
            let distance = strsim::damerau_levenshtein(&typed, &known);
            (if begins { distance.min(1) } else { distance }, name)
        })
        .filter(|(distance, name)| *distance <= name.chars().count().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(harmless("a\u{1b}[2Jb\u{7}"), "a\\u{1b}[2Jb\\u{7}");
        assert_eq!(harmless("x\u{9b}31m \u{202e}y"), "x\\u{9b}31m \\u{202e}y");
        assert_eq!(harmless("Größe 5\nnext"), "Größe 5\nnext");
        // Some editors and pipelines end a line at these.
        assert_eq!(harmless("a\u{2028}b\u{2029}c"), "a\\u{2028}b\\u{2029}c");
        let wrong = Wrong::new("\u{1b}]0;me\u{7}").expected("\r").hint("\t");
        let all = format!(
            "{wrong}{}{}",
            wrong.expected.clone().expect("said"),
            wrong.hint.clone().expect("said")
        );
        assert!(!all.contains(char::is_control), "{all:?}");
    }

    #[test]
    fn what_both_ways_of_showing_hide_is_the_same() {
        for c in '\0'..=char::MAX {
            let line = on_one_line(&c.to_string());
            assert_eq!(line.chars().count(), 1, "U+{:04X}", c as u32);
            assert_eq!(line != c.to_string(), is_obeyed(c), "U+{:04X}", c as u32);
            let stays = harmless(&c.to_string()) == c.to_string();
            assert_eq!(stays, !is_obeyed(c) || c == '\n', "U+{:04X}", c as u32);
        }
    }
}
