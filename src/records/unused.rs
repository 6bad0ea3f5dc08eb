//! Owns what columns say that nobody uses: the same as one that is used, or that a row is no sale.
//! Must not know what the rows come to.

use super::columns::{self, Columns, Header, Role};
use super::format;
use super::mapping::Mapping;
use super::short;
use super::state::{self, Standing};
use super::table::Table;
use crate::wrong::Wrong;

/// Words for what is no, in a column that says whether an order was cancelled.
const NO: &[&str] = &["", "no", "n", "false", "f", "0", "0 0", "0 00", "none", "null", "nein"];

/// Words for what is yes, in a column that says whether an order was paid.
const YES: &[&str] = &["yes", "y", "true", "t", "1", "x", "paid", "ja"];

/// Names of columns that say whether an order counts, and whether it was only tried.
const PAID: &[&str] = &["paid", "is paid", "order paid", "valid", "is valid", "bezahlt"];
const TRIED: &[&str] = &["test", "is test", "test order", "is test order", "draft", "deleted"];

/// Kinds of rows, beside states.
const SOLD: &[&str] = &["order", "orders", "sale", "sales", "purchase", "charge", "invoice"];
const TAKEN_BACK: &[&str] = &[
    "refund",
    "refunds",
    "return",
    "returns",
    "cancel",
    "cancellation",
    "chargeback",
    "credit",
    "credit note",
    "reversal",
];

/// A column with a name for what another says, and the first row in which they differ.
struct Rival {
    role: Role,
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
    no_sales: u64,
    first: String,
}

pub(super) struct Unused {
    rivals: Vec<Rival>,
    hidden: Vec<Hidden>,
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.contains(&columns::plain(name).as_str())
}

fn is_flag(name: &str) -> bool {
    let plain = columns::plain(name);
    is_one_of(name, TRIED)
        || ["cancel", "refund", "storn"].iter().any(|stem| plain.contains(stem))
        || plain.split(' ').any(|word| matches!(word, "void" | "voided" | "returned"))
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
        let asks = own && mapping.columns.of(Role::State).is_none();
        let is_rival = |column: usize| columns.rivals.iter().any(|(_, _, other)| *other == column);
        let free = |column: &usize| !columns.is_taken(*column) && !is_rival(*column);
        let hidden = (0..header.names.len()).filter(free).map(|column| Hidden {
            column,
            flag: is_flag(&header.names[column]),
            paid: is_one_of(&header.names[column], PAID),
            no_sales: 0,
            first: String::new(),
        });
        Unused { rivals: rivals.collect(), hidden: hidden.filter(|_| asks).collect() }
    }

    pub(super) fn hear(&mut self, table: &Table, columns: &Columns, mapping: &Mapping) {
        let field = |column: usize| table.field(column).unwrap_or_default();
        for rival in self.rivals.iter_mut().filter(|rival| rival.differs.is_none()) {
            let (used, other) = (field(rival.used), field(rival.other));
            if used != other {
                rival.differs = Some((table.line(), short(used), short(other)));
            }
        }
        if self.hidden.is_empty() {
            return;
        }
        let standing = |word: &str| state::standing(word, &mapping.states, format::COLUMNS.name);
        let said = |role: Role| columns.of(role).map(field).unwrap_or_default();
        // What is left out, or is cancelled at its time, hides nothing.
        let known = standing(&state::plain(said(Role::State))) == Some(Standing::NoSale)
            || !said(Role::Cancelled).is_empty();
        self.hidden.retain_mut(|hidden| {
            let text = field(hidden.column);
            let word = state::plain(text);
            let standing = standing(&word);
            let sold = standing == Some(Standing::Sale) || SOLD.contains(&word.as_str());
            let no = NO.contains(&word.as_str());
            let no_sale = standing == Some(Standing::NoSale)
                || TAKEN_BACK.contains(&word.as_str())
                || hidden.paid && no;
            let yes = hidden.paid && YES.contains(&word.as_str());
            if word.is_empty() || sold || yes || (hidden.flag && no) {
                return true;
            }
            if (no_sale || hidden.flag) && !known {
                if hidden.no_sales == 0 {
                    hidden.first = short(text);
                }
                hidden.no_sales += 1;
            }
            no_sale || hidden.flag
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
        let state = columns.of(Role::State).map_or(columns::NONE, |column| &header.names[column]);
        for hidden in self.hidden.iter().filter(|hidden| hidden.no_sales > 0) {
            let Hidden { no_sales, first, .. } = hidden;
            let name = short(&header.names[hidden.column]);
            let wrong = Wrong::new(format!(
                "the column `{name}` is not used, and says of {no_sales} rows that they may be no \
                 sale, such as `{first}`"
            ));
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
