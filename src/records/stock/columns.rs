//! Owns which columns of a stock list say what, and which others could change what they say.
//! Must not know what its rows come to.

use crate::records::columns::{self, Header};
use crate::records::number::{self, DecimalMark};
use crate::records::table::{Source, Table};
use crate::records::{aside, currency, kinds, plain, short};
use crate::wrong::Wrong;

/// What to do about a column that is called otherwise.
const REMEDY: &str = "rename it in the file";

pub(in crate::records) const SKU: &[&str] = &[
    "sku",
    "variant sku",
    "seller sku",
    "item sku",
    "artikelnummer",
    "artikelnr",
    "artikel nr",
    "référence",
    "referencia",
    "codice articolo",
    "artikelcode",
];
const STOCK: &[&str] = &[
    "stock",
    "available not editable",
    "available",
    "on hand current",
    "on hand",
    "variant inventory qty",
    "stock quantity",
    "bestand",
    "lagerbestand",
    "verfügbar",
    "verfügbarer bestand",
    "stock disponible",
    "disponible",
    "existencias",
    "giacenza",
    "disponibilità",
    "voorraad",
];
pub(in crate::records) const PRICE: &[&str] = &[
    "price",
    "variant price",
    "regular price",
    "unit price",
    "sale price",
    "discounted price",
    "preis",
    "verkaufspreis",
    "vk",
    "prix",
    "prix de vente",
    "precio",
    "prezzo",
    "prijs",
];
const WEIGHT: &[&str] = &["weight"];
const LOCATION: &[&str] = &[
    "location",
    "warehouse",
    "stock location",
    "source code",
    "lager",
    "lagerort",
    "entrepôt",
    "almacén",
    "magazzino",
    "magazijn",
];

/// Words for stock that is there and promised, or cannot be sold, in the names of columns.
const PROMISED: &[&str] = &[
    "reserved",
    "allocated",
    "committed",
    "reserviert",
    "réservé",
    "reservado",
    "gereserveerd",
    "blocked",
    "gesperrt",
    "sperrbestand",
    "bloqué",
    "damaged",
    "defective",
    "beschädigt",
    "defekt",
    "quarantine",
];

/// Names of columns that may be of stock, where another one is.
const AMOUNTS: &[&str] =
    &["qty", "quantity", "menge", "anzahl", "quantité", "cantidad", "quantità", "aantal"];

/// Names of columns of stock that is kept back.
const KEPT: &[&str] =
    &["safety stock", "buffer stock", "sicherheitsbestand", "stock de sécurité", "mindestbestand"];

/// Words for stock in the names of columns, and those beside which it is none: flags, thresholds,
/// what it is worth.
const STOCKS: &[&str] = &["stock", "bestand", "giacenza", "voorraad"];
const NO_STOCK: &[&str] = &[
    "in",
    "is",
    "out",
    "of",
    "has",
    "manage",
    "managed",
    "track",
    "low",
    "min",
    "minimum",
    "max",
    "maximum",
    "safety",
    "reorder",
    "alert",
    "threshold",
    "target",
    "level",
    "status",
    "value",
    "worth",
    "price",
    "cost",
    "days",
    "date",
    "type",
    "policy",
    "id",
];

/// Names of columns of stock that has what is promised taken off already.
const FREE: &[&str] = &[
    "available not editable",
    "available",
    "verfügbar",
    "verfügbarer bestand",
    "disponible",
    "stock disponible",
    "disponibilità",
];

/// Names of columns that say whether goods are offered, and words for not.
const OFFERED: &[&str] = &[
    "status",
    "active",
    "published",
    "enabled",
    "state",
    "aktiv",
    "actif",
    "visibility",
    "visible",
    "sichtbar",
    "sichtbarkeit",
];
const NOT_OFFERED: &[&str] = &[
    "inactive",
    "archived",
    "draft",
    "disabled",
    "discontinued",
    "unpublished",
    "false",
    "no",
    "0",
    "inaktiv",
    "nein",
    "inactif",
    "hidden",
    "versteckt",
];

/// Names of columns that say whether goods are offered no more.
const WITHDRAWN: &[&str] = &[
    "discontinued",
    "is discontinued",
    "archived",
    "deleted",
    "hidden",
    "auslaufartikel",
    "eingestellt",
];

/// Where its columns are.
pub(super) struct Columns {
    pub(super) sku: usize,
    pub(super) stock: usize,
    pub(super) price: usize,
    pub(super) weight: Option<usize>,
    pub(super) location: Option<usize>,
    pub(super) currency: Option<usize>,
    /// Pairs of columns that have a name for the same.
    pub(super) rivals: Vec<(usize, usize)>,
}

impl Default for Columns {
    fn default() -> Columns {
        let (weight, location, currency) = (None, None, None);
        Columns { sku: 0, stock: 1, price: 2, weight, location, currency, rivals: vec![] }
    }
}

pub(super) fn open(source: &Source) -> Result<(Table, Columns), Vec<Wrong>> {
    let is_header = |header: &Header| find(header, SKU).is_some() && find(header, STOCK).is_some();
    let table = Table::open(source, &is_header).map_err(|wrong| vec![wrong])?;
    let mut wrongs = vec![];
    let mut rivals = vec![];
    let mut must = |names: &[&str]| {
        let found = find(&table.header, names);
        rivals.extend(found.into_iter().flat_map(|column| others(&table.header, names, column)));
        if found.is_none() {
            wrongs.extend(columns::named(&table.header, names[0], &source.file, REMEDY).err());
        }
        found
    };
    let (sku, stock, price) = (must(SKU), must(STOCK), must(PRICE));
    if price.is_none() && table.header.like("available not editable").is_some() {
        let what = format!("`{}` is Shopify's inventory export: it has no prices", source.file);
        let hint = "its product export has prices and stock: `Variant Price`, `Variant Inventory \
                    Qty`; or add a column `price`";
        return Err(vec![Wrong::new(what).hint(hint)]);
    }
    let (Some(sku), Some(stock), Some(price)) = (sku, stock, price) else { return Err(wrongs) };
    let weight = find(&table.header, WEIGHT);
    let location = find(&table.header, LOCATION);
    let currency = find(&table.header, currency::NAMES);
    let columns = weight.into_iter().flat_map(|column| others(&table.header, WEIGHT, column));
    rivals.extend(columns);
    Ok((table, Columns { sku, stock, price, weight, location, currency, rivals }))
}

/// The other columns that have one of the names. Shopify's inventory has stock of several kinds,
/// and which of them is for sale.
pub(in crate::records) fn others(
    header: &Header,
    names: &[&str],
    column: usize,
) -> Vec<(usize, usize)> {
    let settled = header.like("available not editable") == Some(column);
    let all = names.iter().flat_map(|name| header.all_like(name));
    all.filter(|other| *other != column && !settled).map(|other| (column, other)).collect()
}

/// Two columns that could be the same, and are not.
pub(in crate::records) fn differing(table: &Table, rivals: &[(usize, usize)]) -> Option<Wrong> {
    let field = |column: usize| table.field(column).unwrap_or_default();
    // What is left empty says nothing else: a sale price where there is no sale.
    let differ = |one: &str, other: &str| !other.is_empty() && one != other;
    let (one, other) = rivals.iter().find(|(one, other)| differ(field(*one), field(*other)))?;
    let names = [*one, *other].map(|column| table.header.names[column].as_str());
    let wrong = Wrong::new(format!(
        "several columns could say the same: {}; they differ in line {}: `{}` and `{}`",
        columns::list(names.into_iter()),
        table.line(),
        short(field(*one)),
        short(field(*other))
    ));
    Some(wrong.expected("only one of them: remove or rename the other in the file"))
}

pub(in crate::records) fn find(header: &Header, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| header.like(name))
}

/// What columns say that nobody uses, of the row at hand.
#[derive(Default)]
pub(super) struct StockAside {
    promised: Vec<usize>,
    offered: Vec<usize>,
    withdrawn: Vec<usize>,
    packs: Vec<usize>,
    kept: Vec<usize>,
    /// Rows of goods that are not offered, and the first word for it.
    pub(super) not_offered: (u64, String),
    /// What packs say, the first time, and what is kept back.
    pub(super) packed: Option<String>,
    pub(super) kept_back: Option<String>,
}

impl StockAside {
    pub(super) fn new(header: &Header, used: &Columns) -> StockAside {
        let Columns { sku, stock, price, weight, location, currency, .. } = used;
        let taken = [Some(*sku), Some(*stock), Some(*price), *weight, *location, *currency];
        let of = |is_one: &dyn Fn(&str) -> bool| {
            let free = (0..header.names.len()).filter(|at| !taken.contains(&Some(*at)));
            free.filter(|at| is_one(&plain(&header.names[*at]))).collect()
        };
        let free = FREE.contains(&plain(&header.names[*stock]).as_str());
        let settled = header.names.iter().any(|name| plain(name) == FREE[0]);
        let has = |name: &str, words: &[&str]| name.split(' ').any(|word| words.contains(&word));
        // Stock of other places beside the one that is used: `Stock Berlin`.
        let stocks = |name: &str| has(name, STOCKS) && !has(name, NO_STOCK);
        let stocks = |name: &str| stocks(name) || AMOUNTS.contains(&name);
        let kept = |name: &str| KEPT.contains(&name);
        let counts =
            |name: &str| (!free && has(name, PROMISED) || !settled && stocks(name)) && !kept(name);
        StockAside {
            promised: of(&counts),
            offered: of(&|name| OFFERED.contains(&name)),
            withdrawn: of(&|name| WITHDRAWN.contains(&name)),
            kept: of(&kept),
            packs: of(&aside::is_pack),
            ..StockAside::default()
        }
    }

    /// Takes a row into account; or says what is wrong with the list.
    pub(super) fn hear(
        &mut self,
        table: &Table,
        used: &Columns,
        mark: DecimalMark,
    ) -> Result<(), Wrong> {
        let field = |column: usize| table.field(column).unwrap_or_default();
        let name = |column: usize| table.header.names[column].as_str();
        for column in self.promised.iter().copied() {
            let text = field(column);
            let number = number::decimal(text, mark).filter(|number| !number.is_zero());
            if number.is_some() && text != field(used.stock) {
                let wrong = Wrong::new(format!(
                    "the column `{}` is not used, and may change what is in stock: `{}` beside \
                     `{}` of `{}` in line {}",
                    short(name(column)),
                    short(text),
                    short(field(used.stock)),
                    short(name(used.stock)),
                    table.line()
                ));
                return Err(wrong.expected(
                    "one column of what can be sold: take off or add up in the file, or remove \
                     the other column where it says nothing of that",
                ));
            }
        }
        self.hear_offers(table);
        for column in self.kept.iter().copied() {
            let text = field(column);
            let number = number::decimal(text, mark).filter(|number| !number.is_zero());
            if number.is_some() && self.kept_back.is_none() {
                self.kept_back = Some(format!(
                    "the column `{}` is not used, which says `{}` in line {}: all of `{}` is for \
                     sale",
                    short(name(column)),
                    short(text),
                    table.line(),
                    short(name(used.stock))
                ));
            }
        }
        for column in self.packs.iter().copied() {
            if self.packed.is_none() && aside::pack(field(column)).is_some() {
                let (name, text) = (short(name(column)), short(field(column)));
                self.packed = Some(aside::packs_are_units(&name, &text, table.line()));
            }
        }
        Ok(())
    }

    /// Goods that are not offered, or no more.
    fn hear_offers(&mut self, table: &Table) {
        let says = |column: &usize| plain(table.field(*column).unwrap_or_default());
        let not = |column: &&usize| NOT_OFFERED.contains(&says(column).as_str());
        let withdrawn = |column: &&usize| !kinds::is_no(&says(column));
        let offered = self.offered.iter().find(not);
        let Some(column) = offered.or_else(|| self.withdrawn.iter().find(withdrawn)) else {
            return;
        };
        self.not_offered.0 += 1;
        if self.not_offered.0 == 1 {
            let name = short(&table.header.names[*column]);
            self.not_offered.1 = format!("`{name}: {}`", short(&says(column)));
        }
    }
}
