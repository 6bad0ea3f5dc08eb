//! Owns a column that nobody uses and that may say of rows that they are no sale: what its words
//! mean, and what is to be asked of it.
//! Must not know which columns are used.

use std::collections::BTreeMap;

use super::headers::{self, Promise};
use super::number::{self, DecimalMark};
use super::state::{self, Standing};
use super::{SHOWN_CHARS_MAX, as_typed, format, grouped, kinds, short};
use crate::wrong::Wrong;

/// A column of kinds has few; one with more words that nobody knows says something else.
const WORDS_MAX: usize = 8;

/// What a word says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Sold,
    /// It takes something back, or is none.
    Back,
    /// It may only wait.
    Waits,
    /// Nobody knows.
    Other,
    /// A side of a book: which of two it is only shows beside the other.
    Side,
}

pub(super) struct Hidden {
    pub(super) column: usize,
    promise: Promise,
    /// Rows that take something back, and rows that may only wait; each with the first word.
    backs: (u64, String),
    waits: (u64, String),
    /// Different words with what they mean, how often, and as they are first written.
    words: BTreeMap<String, (Meaning, u64, String)>,
    /// So many different words that no list could say what each means, or amounts.
    wordy: bool,
}

/// Counts one more, and keeps the first.
fn count((count, first): &mut (u64, String), text: &str) {
    if *count == 0 {
        *first = short(text);
    }
    *count += 1;
}

fn meaning(promise: Promise, name: &str, text: &str, said: &[(String, Standing)]) -> Meaning {
    let word = state::plain(text);
    let standing = state::standing(&word, said, format::COLUMNS.name);
    let (no, yes) = (kinds::is_no(&word), kinds::is_yes(&word));
    match promise {
        _ if standing == Some(Standing::Sale) && !kinds::is_open(&word) => Meaning::Sold,
        _ if kinds::is_sold(&word) => Meaning::Sold,
        Promise::Undone if no => Meaning::Sold,
        Promise::Undone => Meaning::Back,
        Promise::Done if yes => Meaning::Sold,
        Promise::Done if no => Meaning::Back,
        Promise::Done | Promise::Payment if kinds::is_open(&word) => Meaning::Back,
        Promise::Sign if kinds::counts_down(text) => Meaning::Back,
        Promise::Sign if kinds::counts_up(text) => Meaning::Sold,
        Promise::Sign if kinds::is_side(&word) => Meaning::Side,
        Promise::Realm if kinds::is_trial(&word) => Meaning::Back,
        Promise::Means if kinds::is_means(&word) => Meaning::Other,
        _ if standing == Some(Standing::Sale) => Meaning::Sold,
        _ if kinds::is_no_sale(name, &word) => Meaning::Back,
        _ if standing == Some(Standing::NoSale) => Meaning::Waits,
        _ => Meaning::Other,
    }
}

impl Hidden {
    pub(super) fn new(column: usize, promise: Promise) -> Hidden {
        Hidden {
            column,
            promise,
            backs: Default::default(),
            waits: Default::default(),
            words: BTreeMap::new(),
            wordy: false,
        }
    }

    /// Takes a row into account, unless what is used says that it is no sale; whether the column
    /// may still say something of that.
    pub(super) fn hear(
        &mut self,
        name: &str,
        text: &str,
        said: &[(String, Standing)],
        known: bool,
    ) -> bool {
        let word = state::plain(text);
        let sign = self.promise == Promise::Sign;
        if word.is_empty() || word == "-" && !sign {
            return true;
        }
        let meaning = meaning(self.promise, name, text, said);
        match meaning {
            Meaning::Back if !known => count(&mut self.backs, text),
            Meaning::Waits if !known => count(&mut self.waits, text),
            Meaning::Back | Meaning::Waits => return true,
            Meaning::Sold | Meaning::Other | Meaning::Side => {}
        }
        let flag = self.promise == Promise::Undone;
        if meaning == Meaning::Back {
            let amount = number::decimal(number::amount(text).0, DecimalMark::Point);
            self.wordy |= flag && amount.is_some_and(|amount| !amount.is_one());
            self.wordy |= word.chars().count() > SHOWN_CHARS_MAX;
        }
        let room = self.of(meaning) <= WORDS_MAX;
        if let Some((_, count, _)) = self.words.get_mut(&word) {
            *count += 1;
        } else if room {
            self.words.insert(word, (meaning, 1, text.to_owned()));
        }
        self.wordy |= flag && self.of(Meaning::Back) > WORDS_MAX;
        // What was paid may be an amount.
        let most = if self.promise == Promise::Done { 0 } else { WORDS_MAX };
        self.of(Meaning::Other) <= most && (flag || self.of(Meaning::Back) <= WORDS_MAX)
    }

    /// How many different words mean that.
    fn of(&self, meaning: Meaning) -> usize {
        self.words.values().filter(|(known, ..)| *known == meaning).count()
    }

    /// Of two sides of a book the rarer one takes back.
    pub(super) fn settle(&mut self) {
        let side = |(meaning, ..): &&mut (Meaning, u64, String)| *meaning == Meaning::Side;
        let rarest = self.words.values().filter(|(m, ..)| *m == Meaning::Side).map(|w| w.1).min();
        if self.of(Meaning::Side) < 2 {
            return;
        }
        let mut sides: Vec<_> = self.words.values_mut().filter(side).collect();
        for (meaning, ..) in &mut sides {
            *meaning = Meaning::Sold;
        }
        if let Some((meaning, rows, first)) =
            sides.into_iter().find(|(_, rows, _)| Some(*rows) == rarest)
        {
            *meaning = Meaning::Back;
            self.backs = (*rows, short(first));
        }
    }

    /// How many rows may be no sale, and the first word for it.
    fn no_sales(&self) -> Option<(u64, &str)> {
        // Among words of another kind, one that may mean to wait means nothing.
        let waits = self.waits.0 * u64::from(self.of(Meaning::Other) == 0);
        match self.backs.0 {
            0 => Some((waits, self.waits.1.as_str())),
            backs => Some((backs + waits, self.backs.1.as_str())),
        }
        .filter(|(rows, _)| *rows > 0)
    }

    fn says(&self, name: &str) -> Option<String> {
        let (rows, first) = self.no_sales()?;
        let (name, rows) = (short(name), grouped(rows));
        Some(format!(
            "the column `{name}` is not used, and says of {rows} rows that they may be no sale, \
             such as `{first}`"
        ))
    }

    /// What is told, where somebody has said which column does.
    pub(super) fn note(&self, name: &str) -> Option<String> {
        Some(format!("{}: they are taken as they stand", self.says(name)?))
    }

    /// What is to be asked; `state` is the column of states that is used.
    pub(super) fn question(&self, name: &str, state: Option<&str>) -> Option<Wrong> {
        let wrong = Wrong::new(self.says(name)?);
        let typed = as_typed(name);
        let none = as_typed(state.unwrap_or(super::columns::NONE));
        if self.wordy {
            let wrong = wrong
                .expected(format!("`columns: {{ state: {none} }}` if they were sold all the same"));
            return Some(wrong.hint(format!(
                "rows that are no sale are to be left out of the file; a column of times is \
                 `columns: {{ cancelled: {typed} }}`"
            )));
        }
        let beside = match state {
            Some(state) => format!(" (`{}` is used all the same)", short(state)),
            None => String::new(),
        };
        let wrong = wrong.expected(format!(
            "`columns: {{ state: {typed} }}`{beside}, or `columns: {{ state: {none} }}` if it says \
             nothing of whether a row was sold"
        ));
        Some(wrong.hint(format!(
            "`states: {{ {} }}` says what its words mean; a column of times is `columns: {{ \
             cancelled: {typed} }}`",
            self.states()
        )))
    }

    /// What its words mean, as it is typed: those that take back first.
    fn states(&self) -> String {
        let of = |meaning: Meaning, said: &'static str| {
            let words = self.words.iter().filter(move |(_, (known, ..))| *known == meaning);
            words.map(move |(word, _)| format!("\"{word}\": {said}"))
        };
        let backs = of(Meaning::Back, "no sale").chain(of(Meaning::Waits, "no sale"));
        let known = |said: &String| said.chars().count() <= 2 * SHOWN_CHARS_MAX;
        let all =
            backs.take(WORDS_MAX).chain(of(Meaning::Sold, "sale").filter(known).take(WORDS_MAX));
        all.collect::<Vec<_>>().join(", ")
    }
}

/// Whether a column of that name says that something was called off: empty means that it was not.
pub(super) fn is_flag(name: &str) -> bool {
    headers::promise(name) == Some(Promise::Undone)
}
