//! Owns the text of a file that a person wrote: UTF-8, within a budget.
//! Must not know what it says.

use std::path::Path;

use super::Grammar;
use super::problem::Wrong;
use crate::file;

/// The longest file, in bytes.
pub(crate) const BYTES_MAX: usize = 4 << 20;

/// The text of a file, within the budget.
pub(crate) fn of(path: &Path, grammar: &Grammar) -> Result<String, Wrong> {
    use std::io::Read as _;
    let cannot = |error: std::io::Error| Wrong::new(file::why_not(&error));
    let file = file::open(path).map_err(cannot)?;
    let mut bytes = vec![];
    file.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    String::from_utf8(bytes).map_err(|error| not_text(error.as_bytes(), grammar.kind))
}

/// What is wrong with bytes that are no UTF-8.
fn not_text(bytes: &[u8], kind: &str) -> Wrong {
    let expected = "a text file in UTF-8";
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let wrong = Wrong::new("this is text in UTF-16").expected(expected);
        return wrong.hint("open it in an editor and save it as UTF-8");
    }
    if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        let wrong = Wrong::new("this is the history of a run, or another compressed file");
        let wrong = wrong.expected(format!("a {kind}, such as the {kind}.yaml beside it"));
        return wrong.hint("`doorbuster report` judges the history of a run");
    }
    if bytes.contains(&0) {
        let wrong = Wrong::new("this is not a text file").expected(expected);
        return wrong.hint(format!("a {kind} is written in a text editor, and ends in .yaml"));
    }
    let valid = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
    let line = bytes[..valid].split(|byte| *byte == b'\n').count();
    let wrong = Wrong::new(format!("line {line} has a letter that is not in UTF-8"));
    wrong.expected(expected).hint("open it in an editor and save it as UTF-8")
}
