//! Owns what columns say that nobody uses: the same as one that is used, or that a row is no sale.
//! Must not know what the rows come to.

use std::collections::BTreeSet;

use super::columns::{self, ColumnRole, Columns, Header};
use super::format;
use super::kinds;
use super::mapping::Mapping;
use super::number::{self, DecimalMark};
use super::state::{self, Standing};
use super::table::Table;
use super::{plain, short};
use crate::wrong::Wrong;

/// Words for what is no, in a column that says whether an order was cancelled.
const NO: &[&str] = &["", "no", "n", "false", "f", "0", "0 0", "0 00", "none", "null", "nein"];

/// Words for what is yes, in a column that says whether an order was paid.
const YES: &[&str] = &["yes", "y", "true", "t", "1", "x", "paid", "ja"];

/// Names of columns that say whether an order counts, and whether it was only tried.
const PAID: &[&str] = &["paid", "is paid", "order paid", "valid", "is valid", "bezahlt"];
const TRIED: &[&str] = &["test", "is test", "test order", "is test order", "draft", "deleted"];

/// A column with a name for what another says, and the first row in which they differ.
struct Rival {
    role: ColumnRole,
    used: usize,
    other: usize,
    differs: Option<(u64, String, String)>,
}

/// A column that may say of rows that they are no sale.
struct Hidden {
    column: usize,
    /// Its name says that something was called off: what is not no is yes.
    flag: bool,
    /// Its name says that something was paid: no is no sale.
    paid: bool,
    /// Rows that take something back, and rows that may only wait; each with the first word.
    backs: (u64, String),
    waits: (u64, String),
    /// Words of which nobody knows what they mean, and those that take something back.
    others: BTreeSet<String>,
    back_words: BTreeSet<String>,
    /// So many different words that no list could say what each means, or amounts.
    wordy: bool,
}

pub(super) struct Unused {
    rivals: Vec<Rival>,
    hidden: Vec<Hidden>,
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.contains(&plain(name).as_str())
}

/// A column of kinds has few; one with more words that nobody knows says something else.
const OTHERS_MAX: usize = 8;

/// Counts one more, and keeps the first.
fn count((count, first): &mut (u64, String), text: &str) {
    if *count == 0 {
        *first = short(text);
    }
    *count += 1;
}

impl Unused {
    pub(super) fn new(header: &Header, columns: &Columns, mapping: &Mapping, own: bool) -> Unused {
        let rivals = columns.rivals.iter().map(|(role, used, other)| Rival {
            role: *role,
            used: *used,
            other: *other,
            differs: None,
        });
        // A format settles what its columns mean, and so does whoever names the column of states.
        let asks = own && mapping.columns.of(ColumnRole::State).is_none();
        let is_rival = |column: usize| columns.rivals.iter().any(|(_, _, other)| *other == column);
        let names = |column: usize| is_one_of(&header.names[column], format::NAMES);
        let free =
            |column: &usize| !columns.is_taken(*column) && !is_rival(*column) && !names(*column);
        let hidden = (0..header.names.len()).filter(free).map(|column| Hidden {
            column,
            flag: is_one_of(&header.names[column], TRIED) || kinds::is_flag(&header.names[column]),
            paid: is_one_of(&header.names[column], PAID),
            backs: Default::default(),
            waits: Default::default(),
            others: BTreeSet::new(),
            back_words: BTreeSet::new(),
            wordy: false,
        });
        Unused { rivals: rivals.collect(), hidden: hidden.filter(|_| asks).collect() }
    }

    pub(super) fn hear(&mut self, table: &Table, columns: &Columns, mapping: &Mapping) {
        let field = |column: usize| table.field(column).unwrap_or_default();
        for rival in self.rivals.iter_mut().filter(|rival| rival.differs.is_none()) {
            let (used, other) = (field(rival.used), field(rival.other));
            if used != other && !other.is_empty() {
                rival.differs = Some((table.line(), short(used), short(other)));
            }
        }
        if self.hidden.is_empty() {
            return;
        }
        let standing = |word: &str| state::standing(word, &mapping.states, format::COLUMNS.name);
        let said = |role: ColumnRole| columns.of(role).map(field).unwrap_or_default();
        // What is left out, or is cancelled at its time, hides nothing.
        let known = standing(&state::plain(said(ColumnRole::State))) == Some(Standing::NoSale)
            || !said(ColumnRole::Cancelled).is_empty();
        self.hidden.retain_mut(|hidden| {
            let text = field(hidden.column);
            let word = state::plain(text);
            let standing = standing(&word);
            let sold = standing == Some(Standing::Sale) || kinds::is_sold(&word);
            let no = NO.contains(&word.as_str());
            let yes = hidden.paid && YES.contains(&word.as_str());
            let name = &table.header.names[hidden.column];
            let down = kinds::counts_down(name, text);
            if word.is_empty() && !down || sold || yes || (hidden.flag && no) {
                return true;
            }
            let back = hidden.flag || hidden.paid && no || down || kinds::is_no_sale(name, &word);
            if back && !known {
                count(&mut hidden.backs, text);
                let amount = number::decimal(number::amount(text).0, DecimalMark::Point);
                hidden.wordy |= hidden.flag && amount.is_some_and(|amount| !amount.is_one());
                if hidden.back_words.len() <= OTHERS_MAX {
                    hidden.back_words.insert(word);
                }
            } else if standing == Some(Standing::NoSale) && !known {
                count(&mut hidden.waits, text);
            } else if !back && standing.is_none() {
                hidden.others.insert(word);
            }
            // What was paid may be an amount.
            let most = if hidden.paid { 0 } else { OTHERS_MAX };
            hidden.wordy |= hidden.flag && hidden.back_words.len() > OTHERS_MAX;
            hidden.others.len() <= most && (hidden.flag || hidden.back_words.len() <= OTHERS_MAX)
        });
    }

    /// What is to be asked.
    pub(super) fn wrongs(&self, header: &Header, columns: &Columns) -> Vec<Wrong> {
        let mut wrongs = vec![];
        for rival in &self.rivals {
            let Some((line, used, other)) = &rival.differs else { continue };
            let key = rival.role.key();
            let names = [rival.used, rival.other].map(|column| header.names[column].as_str());
            let wrong = Wrong::new(format!(
                "several columns could say the {key}: {}; they differ in line {line}: `{used}` \
                 and `{other}`",
                columns::list(names.into_iter())
            ));
            wrongs.push(if names[0] == names[1] {
                wrong.expected("one column of that name: rename the other in the file")
            } else {
                wrong.expected(format!("the one that does, as `columns: {{ {key}: … }}`"))
            });
        }
        let state =
            columns.of(ColumnRole::State).map_or(columns::NONE, |column| &header.names[column]);
        for hidden in &self.hidden {
            let Hidden { backs, waits, others, .. } = hidden;
            // Among words of another kind, one that may mean to wait means nothing.
            let waits = waits.0 * u64::from(others.is_empty());
            let (no_sales, first) = match backs.0 {
                0 => (waits, &hidden.waits.1),
                backs => (backs + waits, &hidden.backs.1),
            };
            if no_sales == 0 {
                continue;
            }
            let name = short(&header.names[hidden.column]);
            let wrong = Wrong::new(format!(
                "the column `{name}` is not used, and says of {no_sales} rows that they may be no \
                 sale, such as `{first}`"
            ));
            if hidden.wordy {
                let wrong = wrong.expected(format!(
                    "`columns: {{ state: {state} }}` if they were sold all the same"
                ));
                wrongs.push(wrong.hint(format!(
                    "rows that are no sale are to be left out of the file; a column of times is \
                     `columns: {{ cancelled: {name} }}`"
                )));
                continue;
            }
            let wrong = wrong.expected(format!(
                "`columns: {{ state: {name} }}`, or `columns: {{ state: {state} }}` if it says \
                 nothing of whether a row was sold"
            ));
            let first = state::plain(first);
            wrongs.push(wrong.hint(format!(
                "`states: {{ \"{first}\": no sale }}` says what its words mean; a column of times \
                 is `columns: {{ cancelled: {name} }}`"
            )));
        }
        wrongs
    }
}
