//! Owns which names channels and connectors may have, so that each is one in every file, address
//! and variable that bears it. Must not know what is named.

use crate::language::problem::{Reading, Wrong, is_obeyed};
use crate::language::tree::Entry;

/// Longer than this no table and no path has room for.
const NAME_CHARS_MAX: usize = 64;

/// What a run itself calls something else.
const TAKEN: [&str; 7] =
    ["oms", "source", "connector", "all", "campaign", "every channel", HEALTH_PAGE];

/// What is given a port like a system, and is none: the page on which a run is looked at.
pub const HEALTH_PAGE: &str = "health page";

/// Names that are told apart, of channels and connectors together: both have addresses, ports and
/// levers.
#[derive(Default)]
pub(super) struct Names {
    seen: Vec<(String, String)>,
}

impl Names {
    /// Takes in the names of a group, and refuses those that cannot be told from others.
    pub(super) fn take(&mut self, written: &[Entry], what: &str, r: &Reading) {
        for entry in written {
            if let Some(wrong) = self.refused(&entry.key, what) {
                r.wrong(&entry.key_at, wrong);
            }
            self.seen.push((folded(&entry.key), entry.key.clone()));
        }
    }

    fn refused(&self, name: &str, what: &str) -> Option<Wrong> {
        let expected = format!("a name of its own for each {what}, such as amazon or shop de");
        let wrong = |found: String| Some(Wrong::new(found).expected(&expected));
        let folded = folded(name);
        if name.trim().is_empty() {
            return wrong(format!("a {what} without a name"));
        }
        if let Some(c) = name.chars().find(|c| is_obeyed(*c)) {
            return wrong(format!(
                "a name with a character that cannot be seen: U+{:04X}",
                c as u32
            ));
        }
        if name.chars().count() > NAME_CHARS_MAX {
            return wrong(format!("a name of more than {NAME_CHARS_MAX} letters"));
        }
        // A connector may well be called so.
        let is_itself = what == "connector" && folded == what;
        if TAKEN.contains(&folded.as_str()) && !is_itself {
            return wrong(format!("`{name}` is what a run calls something else"));
        }
        let (_, twin) = self.seen.iter().find(|(other, _)| *other == folded)?;
        wrong(if twin == name {
            format!("`{name}` is there already: channels and connectors share their names")
        } else {
            format!("`{name}` and `{twin}` cannot be told apart in addresses and names of files")
        })
    }
}

/// What is left of a name where only small letters, digits and gaps are.
fn folded(name: &str) -> String {
    let gap = |c: char| c.is_whitespace() || c.is_ascii_punctuation();
    let small = name.to_lowercase();
    small.split(gap).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
