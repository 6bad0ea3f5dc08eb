//! Owns what a column of an order log can be, and which column is which.
//! Must not know the shops whose exports have them (`format`).

pub(crate) use super::list;
use super::{currency, plain, short, zones};
use crate::wrong::Wrong;

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ColumnRole {
    Time,
    /// The day, where `Time` says the time of day only.
    Day,
    Order,
    Sku,
    /// The name of the goods: says what a line without a SKU is.
    Name,
    /// Which of several goods of one name.
    Variant,
    Quantity,
    /// Of one unit.
    Price,
    /// Of the whole line.
    Total,
    Channel,
    Buyer,
    State,
    /// The state of a line apart from that of its order.
    LineState,
    /// When the order was cancelled.
    Cancelled,
    Currency,
    /// All lines of the order in one field.
    Items,
    /// The line that this one is a part of.
    Parent,
    /// The zone of the row's times, where they have no offset.
    Zone,
}

/// Which column says what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(super) roles: Vec<(ColumnRole, usize)>,
    pub(super) items: Vec<usize>,
    /// A column that names the goods, where none is asked for names.
    pub(super) name: Option<usize>,
    /// A column that says who bought, where none is that of the buyer: it only tells apart orders
    /// of one number.
    pub(super) customer: Option<usize>,
    /// Columns that have a name for what another says: the role, the one that is used, the other.
    pub(super) rivals: Vec<(ColumnRole, usize, usize)>,
    /// Zones that headers of columns of times say: `Created at (UTC)`.
    pub(super) zones: Vec<(usize, String)>,
}

impl Columns {
    pub(crate) fn of(&self, role: ColumnRole) -> Option<usize> {
        self.roles.iter().find(|(known, _)| *known == role).map(|(_, column)| *column)
    }

    /// Makes two columns those of the time: the day, and the time of day.
    pub(super) fn pair(&mut self, day: usize, clock: usize) {
        self.roles.retain(|(role, _)| *role != ColumnRole::Time);
        self.roles.extend([(ColumnRole::Day, day), (ColumnRole::Time, clock)]);
        self.rivals
            .retain(|(role, _, other)| *role != ColumnRole::Time || ![day, clock].contains(other));
    }

    /// Looks for the zones that headers say, unless somebody has said where zones stand.
    pub(super) fn hear_zones(&mut self, header: &Header, said: Option<&str>) {
        if said.is_some() {
            return;
        }
        let times = [ColumnRole::Time, ColumnRole::Day, ColumnRole::Cancelled];
        let said = |column: usize| Some((column, zones::in_words(&header.names[column])?.1.into()));
        self.zones = times.iter().filter_map(|role| said(self.of(*role)?)).collect();
    }

    pub(super) fn is_taken(&self, column: usize) -> bool {
        self.roles.iter().any(|(_, taken)| *taken == column) || self.items.contains(&column)
    }
}

/// The roles that a scenario can name columns for, by the key that does so.
pub(crate) const NAMED: &[(&str, ColumnRole)] = &[
    ("date", ColumnRole::Day),
    ("time", ColumnRole::Time),
    ("order", ColumnRole::Order),
    ("sku", ColumnRole::Sku),
    ("name", ColumnRole::Name),
    ("quantity", ColumnRole::Quantity),
    ("price", ColumnRole::Price),
    ("total", ColumnRole::Total),
    ("channel", ColumnRole::Channel),
    ("buyer", ColumnRole::Buyer),
    ("state", ColumnRole::State),
    ("cancelled", ColumnRole::Cancelled),
    ("currency", ColumnRole::Currency),
    ("items", ColumnRole::Items),
    ("parent", ColumnRole::Parent),
    ("zone", ColumnRole::Zone),
];

impl ColumnRole {
    /// The key under which a scenario names its column.
    pub(crate) fn key(self) -> &'static str {
        NAMED.iter().find(|(_, role)| *role == self).map_or("columns", |(key, _)| key)
    }
}

/// No column, although there may be one of that name.
pub(crate) const NONE: &str = "none";

/// The columns that somebody has named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said(pub(crate) Vec<(ColumnRole, String)>);

impl Said {
    pub(crate) fn of(&self, role: ColumnRole) -> Option<&str> {
        self.0.iter().find(|(said, _)| *said == role).map(|(_, name)| name.as_str())
    }
}

/// The plain name of a column; without the zone that one of times says, or the currency that one of
/// prices does.
fn of_column(name: &str) -> String {
    let said = zones::in_words(name).or_else(|| currency::in_words(name));
    said.map_or_else(|| plain(name), |(plain, _)| plain)
}

/// The first row: names, and how they are compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    pub(crate) names: Vec<String>,
    plain: Vec<String>,
}

impl Header {
    pub(crate) fn new(names: Vec<String>) -> Header {
        let plain = names.iter().map(|name| of_column(name)).collect();
        Header { names, plain }
    }

    /// The place of a column by the name that somebody said: to the letter, else as compared.
    pub(crate) fn exactly(&self, name: &str) -> Option<usize> {
        let to_the_letter = self.names.iter().position(|known| known == name);
        to_the_letter.or_else(|| self.like(&of_column(name)))
    }

    /// The place of a column by a plain name.
    pub(crate) fn like(&self, plain: &str) -> Option<usize> {
        self.plain.iter().position(|known| known == plain)
    }

    /// The places of all columns by a plain name.
    pub(crate) fn all_like(&self, plain: &str) -> impl Iterator<Item = usize> {
        (0..self.plain.len()).filter(move |column| self.plain[*column] == plain)
    }

    /// The other columns that have the name of one, to the letter.
    pub(crate) fn of_the_name(&self, column: usize) -> impl Iterator<Item = usize> {
        let of = move |other: &usize| *other != column && self.names[*other] == self.names[column];
        (0..self.names.len()).filter(of)
    }

    /// All columns whose plain name begins so and ends with a number.
    pub(crate) fn numbered(&self, stem: &str) -> Vec<usize> {
        let is_one = |name: &String| {
            let rest = name.strip_prefix(stem).map(str::trim_start);
            rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
        };
        (0..self.plain.len()).filter(|i| is_one(&self.plain[*i])).collect()
    }

    /// Its names, the first few of them.
    pub(crate) fn listed(&self) -> String {
        list(self.names.iter().map(String::as_str))
    }
}

/// Words in the names of columns of amounts that are not in whole units.
const PARTS: &[&str] = &[
    "cent",
    "cents",
    "pence",
    "pennies",
    "centimes",
    "céntimos",
    "centavos",
    "centesimi",
    "rappen",
    "minor",
    "thousand",
    "thousands",
    "tsd",
    "tausend",
    "k",
    "millions",
];

/// Whether a name says that its amounts are parts or multiples of a unit: `price_cents`, `Price per
/// 100`.
fn is_scaled(name: &str) -> bool {
    let plain = plain(name);
    let words: Vec<&str> = plain.split(' ').collect();
    let per = |pair: &[&str]| {
        let number = pair[1].bytes().all(|b| b.is_ascii_digit()) && pair[1] != "1";
        matches!(pair[0], "per" | "pro" | "je" | "par" | "por") && number
    };
    words.iter().any(|word| PARTS.contains(word)) || words.windows(2).any(per)
}

/// Why a column of that name has no prices.
pub(super) fn scaled(name: &str) -> Option<Wrong> {
    is_scaled(name).then(|| {
        let wrong = Wrong::new(format!("amounts in `{}` are not in whole units", short(name)));
        wrong.expected("prices of one unit such as 1.65: convert them in the file, and rename it")
    })
}

/// The column that somebody named, or why there is none.
pub(crate) fn named(header: &Header, name: &str, file: &str, remedy: &str) -> Result<usize, Wrong> {
    header.exactly(name).ok_or_else(|| {
        let wrong = Wrong::new(format!("`{file}` has no column `{name}`"))
            .expected(format!("`{name}` among the names in its first row"));
        let found = format!("its columns are {}", header.listed());
        let near = crate::wrong::nearest(name, header.names.iter().map(String::as_str));
        let parts = header.names.iter().find(|known| {
            is_scaled(known) && plain(known).split(' ').any(|word| word == plain(name))
        });
        wrong.hint(match (parts, near.filter(|near| !is_scaled(near))) {
            (Some(parts), _) => format!(
                "{found}; amounts in `{}` are not in whole units: convert them in the file, as \
                 `{name}`",
                short(parts)
            ),
            (None, Some(near)) => format!("{found}; is it `{near}`? Then {remedy}"),
            (None, None) => format!("{found}; {remedy}"),
        })
    })
}
