//! Owns what is wrong with a file: where, what was found, what is expected, how to say it.
//! Must not know what a file means.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::PathBuf;

use super::Grammar;
pub(crate) use crate::wrong::{Wrong, harmless, is_obeyed, nearest, on_one_line};

/// No more than this many problems are printed: beyond it nobody reads on.
const SHOWN_MAX: usize = 50;

/// The most characters of a source line that are printed around a caret.
const LINE_CHARS_MAX: usize = 100;

/// One thing to put right, at a place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    at: Range<usize>,
    wrong: Wrong,
}

/// One reading of a file: what it came across on the way.
pub(crate) struct Reading {
    /// The language that the file is in.
    pub(crate) grammar: &'static Grammar,
    /// Where files named in it are looked for.
    pub(crate) base_dir: PathBuf,
    problems: RefCell<Vec<Problem>>,
    notes: RefCell<Vec<String>>,
    edits: RefCell<Vec<(Range<usize>, String)>>,
    added: RefCell<Vec<(Range<usize>, usize, String)>>,
    keys: RefCell<BTreeMap<&'static str, BTreeSet<&'static str>>>,
}

impl Reading {
    pub(crate) fn new(grammar: &'static Grammar, base_dir: PathBuf) -> Reading {
        Reading {
            grammar,
            base_dir,
            problems: RefCell::default(),
            notes: RefCell::default(),
            edits: RefCell::default(),
            added: RefCell::default(),
            keys: RefCell::default(),
        }
    }

    /// Something is wrong there.
    pub(crate) fn wrong(&self, at: &Range<usize>, wrong: Wrong) {
        let problem = Problem { at: at.clone(), wrong };
        let mut problems = self.problems.borrow_mut();
        // An alias is read at each of its uses; what is wrong in it is said once.
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// A person should know this before the file is used.
    pub(crate) fn note(&self, note: impl Into<String>) {
        self.notes.borrow_mut().push(harmless(&note.into()));
    }

    /// The file as resolved says this at that place.
    pub(crate) fn resolve(&self, at: &Range<usize>, text: impl Into<String>) {
        self.edits.borrow_mut().push((at.clone(), text.into()));
    }

    /// The file as resolved has this key with its value in that group as well, before the key that
    /// begins there.
    pub(crate) fn add(&self, group: &Range<usize>, before: usize, text: impl Into<String>) {
        self.added.borrow_mut().push((group.clone(), before, text.into()));
    }

    /// These keys are known in that section: the schema and the handbook are held to them.
    pub(crate) fn known(&self, section: &'static str, keys: &[&'static str]) {
        self.keys.borrow_mut().entry(section).or_default().extend(keys);
    }

    pub(crate) fn is_sound(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        self.notes.borrow().clone()
    }

    pub(crate) fn edits(&self) -> Vec<(Range<usize>, String)> {
        self.edits.borrow().clone()
    }

    pub(crate) fn added(&self) -> Vec<(Range<usize>, usize, String)> {
        self.added.borrow().clone()
    }

    #[cfg(test)]
    pub(crate) fn keys(&self) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        self.keys.borrow().clone()
    }

    /// All that is wrong, in the order of the file.
    pub(crate) fn into_errors(self, file: &str, text: &str) -> Problems {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.at.start);
        Problems { file: file.to_owned(), text: text.to_owned(), problems }
    }
}

/// Everything that is wrong with a file. Its display shows each problem with its line, a caret
/// under what was found, what is expected, and what may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    file: String,
    text: String,
    problems: Vec<Problem>,
}

impl Problems {
    /// A problem with the file as a whole.
    pub(crate) fn of_file(file: &str, wrong: Wrong) -> Problems {
        Problems {
            file: file.to_owned(),
            text: String::new(),
            problems: vec![Problem { at: 0..0, wrong }],
        }
    }

    /// Problems of a text, each with its place in it.
    pub(crate) fn placed(file: &str, text: &str, problems: Vec<(Range<usize>, Wrong)>) -> Self {
        let problems = problems.into_iter().map(|(at, wrong)| Problem { at, wrong }).collect();
        Problems { file: file.to_owned(), text: text.to_owned(), problems }
    }

    /// How many problems there are.
    pub fn count(&self) -> usize {
        self.problems.len()
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = Source::new(&self.text);
        for (index, problem) in self.problems.iter().take(SHOWN_MAX).enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            source.write(f, &self.file, problem)?;
        }
        let rest = self.problems.len().saturating_sub(SHOWN_MAX);
        if rest > 0 {
            writeln!(f, "\nand {rest} more, not shown: put these right first")?;
        } else if self.problems.len() > 1 {
            writeln!(
                f,
                "\n{} things to put right in {}",
                self.problems.len(),
                on_one_line(&self.file)
            )?;
        }
        Ok(())
    }
}

/// The text of a file with the starts of its lines.
struct Source<'t> {
    text: &'t str,
    line_starts: Vec<usize>,
}

impl<'t> Source<'t> {
    fn new(text: &'t str) -> Source<'t> {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        Source { text, line_starts: std::iter::once(0).chain(breaks).collect() }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, file: &str, problem: &Problem) -> fmt::Result {
        let Wrong { found, expected, hint } = &problem.wrong;
        let [found, file] = [found.as_str(), file].map(on_one_line);
        let [expected, hint] = [expected, hint].map(|said| said.as_deref().map(on_one_line));
        if self.text.is_empty() {
            writeln!(f, "{file}: {found}")?;
        } else {
            let start = floor(self.text, problem.at.start);
            let line = self.line_starts.partition_point(|s| *s <= start) - 1;
            let from = self.line_starts[line];
            let until = self.line_starts.get(line + 1).copied().unwrap_or(self.text.len());
            let shown = self.text[from..until].trim_end_matches(['\n', '\r']);
            let column = self.text[from..start].chars().count();
            let end =
                floor(self.text, problem.at.end).clamp(start, from + shown.len().max(start - from));
            let width = self.text[start..end].chars().count().max(1);
            writeln!(f, "{file}:{}:{}: {found}", line + 1, column + 1)?;
            write_excerpt(f, line + 1, shown, column, width)?;
        }
        if let Some(expected) = expected {
            writeln!(f, "        expected: {expected}")?;
        }
        if let Some(hint) = hint {
            writeln!(f, "        {hint}")?;
        }
        Ok(())
    }
}

/// The nearest character boundary at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The line and a caret under the place; a long line is cut around it.
fn write_excerpt(
    f: &mut fmt::Formatter<'_>,
    line: usize,
    shown: &str,
    column: usize,
    width: usize,
) -> fmt::Result {
    let chars: Vec<char> = shown.chars().map(|c| if is_obeyed(c) { ' ' } else { c }).collect();
    let from = if chars.len() <= LINE_CHARS_MAX { 0 } else { column.saturating_sub(40) };
    let until = chars.len().min(from + LINE_CHARS_MAX);
    let mut excerpt: String = chars[from.min(until)..until].iter().collect();
    if from > 0 {
        excerpt.insert(0, '…');
    }
    if until < chars.len() {
        excerpt.push('…');
    }
    let indent = column - from + usize::from(from > 0);
    let width = width.min((until + 1).saturating_sub(column)).max(1);
    let mut carets = String::new();
    let _ = write!(carets, "{:indent$}{}", "", "^".repeat(width));
    writeln!(f, "{line:>5} | {excerpt}\n      | {carets}")
}
