//! Owns what the SKUs of a log look like together: one under two spellings, fees among goods.
//! Must not know what is sold of them.

use std::collections::{BTreeMap, HashMap};

use super::footer;
use super::mapping::Mapping;
use super::row::NO_GOODS;
use super::{grouped, plain, short};

/// The most different SKUs that are kept to compare them.
const KEPT_MAX: usize = 100_000;

/// Names of what is no goods, beside those by which a line without a SKU is known.
const FEES: &[&str] = &[
    "frais de port",
    "frais de livraison",
    "livraison",
    "port",
    "verzendkosten",
    "verzending",
    "bezorgkosten",
    "spese di spedizione",
    "spedizione",
    "gastos de envío",
    "gastos de envio",
    "envío",
    "versandkosten",
    "versandkostenpauschale",
    "lieferkosten",
    "shipping costs",
    "shipping cost",
    "shipping fee",
    "delivery fee",
    "handling fee",
    "freight",
    "fracht",
    "tax",
    "taxes",
    "sales tax",
    "vat",
    "mwst",
    "tva",
    "iva",
    "btw",
    "pfand",
    "leergut",
    "consigne",
    "statiegeld",
    "rounding",
    "rundung",
    "rundungsdifferenz",
    "arrondi",
    "redondeo",
    "fee",
    "gebühr",
    "rabatt",
    "remise",
    "descuento",
    "sconto",
    "korting",
    "gutschein",
    "coupon",
    "voucher",
];

/// SKUs as they are heard, each with its rows; the order above.
#[derive(Default)]
pub(super) struct Skus(HashMap<String, u64>, BTreeMap<String, u64>, Option<String>);

impl Skus {
    pub(super) fn hear(&mut self, order: &str, sku: &str, name: &str) {
        let above = self.2.as_deref();
        // Totals among the lines of an order are left out; in an order of their own they are goods.
        let own = !order.is_empty() && above.is_some_and(|above| above != order);
        if footer::is_word(if sku.is_empty() { name } else { sku }) && !own {
            return;
        }
        if !order.is_empty() && above != Some(order) {
            self.2 = Some(order.to_owned());
        }
        let fee = !sku.is_empty() && self.1.len() < KEPT_MAX && is_fee(name);
        if fee || is_fee(sku) {
            *self.1.entry(sku.to_owned()).or_default() += 1;
        }
        if let Some(rows) = self.0.get_mut(sku) {
            *rows += 1;
        } else if !sku.is_empty() && self.0.len() < KEPT_MAX {
            self.0.insert(sku.to_owned(), 1);
        }
    }

    /// What a person should know of them.
    pub(super) fn notes(&self, mapping: &Mapping) -> Vec<String> {
        let skipped = |sku: &str| mapping.skip_skus.iter().any(|skip| skip == sku);
        let goods = self.0.iter().filter(|(sku, _)| !skipped(sku));
        let goods: BTreeMap<&str, u64> = goods.map(|(sku, rows)| (sku.as_str(), *rows)).collect();
        let fees: Vec<(&str, u64)> = self
            .1
            .iter()
            .map(|(s, rows)| (s.as_str(), *rows))
            .filter(|(s, _)| !skipped(s))
            .collect();
        alike(&goods).into_iter().chain(told_fees(&fees)).chain(several(&goods)).collect()
    }
}

/// Those that differ in nothing that is looked at twice.
fn alike(goods: &BTreeMap<&str, u64>) -> Option<String> {
    let mut spelled: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for sku in goods.keys() {
        let plain = sku.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        spelled.entry(plain).or_default().push(sku);
    }
    let others: usize = spelled.values().map(|all| all.len() - 1).sum();
    let first = spelled.values().find(|all| all.len() > 1)?;
    let differ = match others {
        1 => "1 SKU differs from another".to_owned(),
        n => format!("{} SKUs differ from others", grouped(n as u64)),
    };
    Some(format!(
        "{differ} only in capitals or spaces, such as `{}` and `{}`: each is goods of its own",
        short(first[0]),
        short(first[1])
    ))
}

/// Those that are several in one field: each of their parts stands alone as well, or all are codes.
fn several(goods: &BTreeMap<&str, u64>) -> Option<String> {
    let code = |part: &str| {
        part.len() > 2 && !part.contains(' ') && part.contains(|c: char| c.is_ascii_digit())
    };
    let is_one = |sku: &&&str| {
        [", ", " + ", "; ", " | ", " & "].iter().any(|between| {
            let parts = || sku.split(between).map(str::trim);
            parts().count() > 1
                && (parts().all(|part| goods.contains_key(part)) || parts().all(code))
        })
    };
    let rows: u64 = goods.iter().filter(|(sku, _)| is_one(sku)).map(|(_, rows)| rows).sum();
    let first = goods.keys().find(is_one)?;
    Some(format!(
        "{} with several SKUs in one field, such as `{}`: each such field is goods of its own",
        if rows == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(rows)) },
        short(first)
    ))
}

/// Whether a name is that of no goods, or of a gift card of some value.
fn is_fee(name: &str) -> bool {
    let plain = plain(name);
    NO_GOODS.contains(&plain.as_str())
        || FEES.contains(&plain.as_str())
        || footer::is_word(name)
        || ["gift card ", "giftcard ", "gift voucher "].iter().any(|card| plain.starts_with(card))
}

/// Those that are named like what is no goods.
fn told_fees(fees: &[(&str, u64)]) -> Option<String> {
    let (first, _) = fees.first()?;
    let rows = match fees.iter().map(|(_, rows)| rows).sum() {
        1 => "1 row of SKUs that are named like no goods is".to_owned(),
        n => format!("{} rows of SKUs that are named like no goods are", grouped(n)),
    };
    Some(format!(
        "{rows} taken as goods, such as `{0}`: `skip skus: [{0}]` leaves them out",
        short(first)
    ))
}
