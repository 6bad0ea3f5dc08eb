//! Owns what the lines of imports want of offers, and what becomes of them.
//! Must not know how they came.

use std::collections::{BTreeMap, BTreeSet};

use super::Mirakl;
use super::files::{Line, Table};
use super::shapes::Refused;
use crate::commerce::protocol::{Change, ItemOutcome};
use crate::faces::values::amount;
use crate::faces::{Shop, asking, units};
use crate::history::fact::PushKind;
use crate::ids::SkuId;
use crate::units::{Money, Qty};

/// What is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Offers, each with all that it has.
    Offers,
    /// Quantities.
    Stock,
    /// Prices.
    Prices,
}

impl Kind {
    /// The columns that must be there.
    pub(super) fn columns(self) -> &'static [&'static str] {
        match self {
            Kind::Offers => &["shop-sku", "price", "quantity"],
            Kind::Stock => &["offer-sku", "quantity"],
            Kind::Prices => &["offer-sku", "price"],
        }
    }
}

/// What became of an import, in lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) read: usize,
    pub(super) in_error: usize,
    pub(super) inserted: usize,
    pub(super) updated: usize,
}

/// What a line wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Stock(Qty),
    Price(Money),
    Offer(Money, Qty),
}

/// Why lines are in error, by their place.
type Wrong = BTreeMap<usize, String>;

impl Mirakl {
    /// Asks the shop for what the lines want; says which are in error.
    pub(super) fn apply(
        &self,
        kind: Kind,
        table: &Table,
        wrong: &mut Wrong,
        shop: &mut dyn Shop,
    ) -> Applied {
        let (mut known, mut wanted) = (BTreeSet::new(), vec![]);
        for (place, line) in table.lines.iter().enumerate() {
            match self.wanted(kind, table, line) {
                Ok((sku, _)) if !known.insert(sku) => {
                    let why = "The offer is in this import more than once".to_owned();
                    wrong.insert(place, why);
                }
                Ok((sku, want)) => wanted.push((place, sku, want)),
                Err(why) => drop(wrong.insert(place, why)),
            }
        }
        let mut pushes: [(PushKind, Vec<asking::Placed>); 3] =
            [PushKind::Listing, PushKind::Stock, PushKind::Price].map(|kind| (kind, vec![]));
        for (place, sku, want) in wanted {
            let is_new = matches!(want, Wanted::Offer(..))
                && !asking::offer(shop, sku).is_some_and(|offer| offer.listed);
            let (stock, price) = match want {
                Wanted::Stock(qty) => (Some(qty), None),
                Wanted::Price(price) => (None, Some(price)),
                Wanted::Offer(price, qty) if is_new => {
                    pushes[0].1.push((place, sku, Change::Publish { price, qty }));
                    continue;
                }
                Wanted::Offer(price, qty) => (Some(qty), Some(price)),
            };
            pushes[1].1.extend(stock.map(|qty| (place, sku, Change::Absolute(qty))));
            pushes[2].1.extend(price.map(|price| (place, sku, Change::Price(price))));
        }
        let inserts: Vec<usize> = pushes[0].1.iter().map(|(place, ..)| *place).collect();
        for (kind, changes) in &pushes {
            for changes in changes.chunks(self.terms.batch_max.max(1) as usize) {
                push(*kind, changes, wrong, shop);
            }
        }
        let inserted = inserts.iter().filter(|place| !wrong.contains_key(place)).count();
        let (read, in_error) = (table.lines.len(), wrong.len());
        Applied { read, in_error, inserted, updated: read - in_error - inserted }
    }

    fn wanted(&self, kind: Kind, table: &Table, line: &Line) -> Result<(SkuId, Wanted), String> {
        let columns = kind.columns();
        if let Some(other) = table.others(line, &[columns, &["update-delete"]].concat()) {
            return Err(format!("{other}: not in this mock; docs/dialects.md says what is"));
        }
        match table.cell(line, "update-delete") {
            "" | "update" => {}
            "delete" => return Err("delete: not in this mock".to_owned()),
            _ => return Err("update-delete: expected update or nothing".to_owned()),
        }
        let name = table.cell(line, columns[0]);
        let sku = self.terms.catalogue.find(name);
        let sku =
            sku.ok_or_else(|| format!("There is no offer with the SKU {:?}", super::told(name)))?;
        let quantity = || {
            let whole = table.cell(line, "quantity").parse().ok().and_then(units);
            let whole = whole.filter(|units| *units >= Qty::ZERO);
            whole.ok_or_else(|| "quantity: expected a whole number, 0 or more".to_owned())
        };
        let price = || {
            let price = amount(table.cell(line, "price"), self.terms.digits);
            let price = price.filter(|price| *price > Money::ZERO);
            price.ok_or_else(|| "price: expected an amount above 0, such as 12.50".to_owned())
        };
        let wanted = match kind {
            Kind::Stock => Wanted::Stock(quantity()?),
            Kind::Prices => Wanted::Price(price()?),
            Kind::Offers => Wanted::Offer(price()?, quantity()?),
        };
        Ok((sku, wanted))
    }
}

fn push(kind: PushKind, changes: &[asking::Placed], wrong: &mut Wrong, shop: &mut dyn Shop) {
    match asking::push(shop, kind, changes) {
        Ok(outcomes) => {
            for (place, _) in outcomes.into_iter().filter(|(_, out)| *out != ItemOutcome::Taken) {
                wrong.entry(place).or_insert_with(|| "The offer does not exist".to_owned());
            }
        }
        Err(refused) => {
            let why = Refused::from(refused).into_message();
            for (place, ..) in changes {
                wrong.entry(*place).or_insert_with(|| why.clone());
            }
        }
    }
}
