//! Owns reading bundles: what each is made of, its price, who sells it and how many orders want it.
//! Must not know what becomes of them.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use super::catalog::Catalog;
use super::channel::Channels;
use super::currency::Currency;
use crate::commerce::terms::{Dialect, OfferPlay};
use crate::history::charter::{OfferPart, OfferTerms};
use crate::ids::{ChannelId, NAME_CHARS_MAX, SkuId};
use crate::language::map::{Map, each, entries, items, not_yet};
use crate::language::problem::{Reading, Wrong, is_obeyed};
use crate::language::scalar::{name_up_to, scalar, some_share, some_up_to};
use crate::language::tree::{Entry, Node, Value};
use crate::units::{Money, Ppm};

/// The most bundles.
const BUNDLES_MAX: usize = 1_000;
/// The most parts of one.
const PARTS_MAX: usize = 100;
/// The most units of a part in one.
const COUNT_MAX: u64 = 10_000;

/// A bundle as it is written.
#[derive(Clone, Debug)]
pub(super) struct BundleSpec {
    pub(super) terms: OfferTerms,
    pub(super) on: Vec<ChannelId>,
    /// The share of the orders of each of its channels.
    pub(super) of_orders: Ppm,
}

impl BundleSpec {
    /// By channel: the bundles that its shoppers want, by their numbers from this one on.
    pub(super) fn wanted(
        bundles: &[BundleSpec],
        channels: usize,
        first: u32,
    ) -> Vec<Vec<(SkuId, Ppm)>> {
        if bundles.is_empty() {
            return vec![];
        }
        let on = |channel: usize| {
            let numbered = (first..).map(SkuId).zip(bundles);
            let sold =
                numbered.filter(move |(_, bundle)| bundle.on.contains(&ChannelId(channel as u16)));
            sold.map(|(number, bundle)| (number, bundle.of_orders)).collect()
        };
        (0..channels).map(on).collect()
    }
}

impl From<BundleSpec> for OfferPlay {
    fn from(BundleSpec { terms, on, .. }: BundleSpec) -> OfferPlay {
        OfferPlay { terms, on }
    }
}

/// What bundles are made of, and who may sell them.
pub(super) struct Sellers<'a> {
    pub(super) catalog: Option<&'a Catalog>,
    /// SKUs by their names; empty where they are only numbered.
    pub(super) names: HashMap<&'a str, SkuId>,
    pub(super) channels: Option<&'a Channels>,
    pub(super) currency: Option<Currency>,
    /// The orders are a log's.
    pub(super) is_replay: bool,
    /// The connector is somebody else's program.
    pub(super) is_outside: bool,
    /// The OMS is a shop of some platform's.
    pub(super) is_hub: bool,
}

impl Sellers<'_> {
    /// A SKU by its name, or as reports call one that has none.
    fn sku(&self, name: &str) -> Option<SkuId> {
        let catalog = self.catalog?;
        if !catalog.names.is_empty() {
            return self.names.get(name).copied();
        }
        let number = name.strip_prefix("SKU ")?.parse().ok()?;
        ((number as usize) < catalog.skus.len()).then_some(SkuId(number))
    }
}

/// Reads `bundles:`.
pub(super) fn read(node: &Node, sellers: &Sellers<'_>, r: &Reading) -> Option<Vec<BundleSpec>> {
    let items = items(node, "bundles", r)?;
    refuse_unbuilt(node, sellers, r)?;
    if items.len() > BUNDLES_MAX {
        r.wrong(&node.at, Wrong::new(format!("more than {BUNDLES_MAX} bundles")));
        return None;
    }
    let bundles = each(items, |item| bundle(item, items, sellers, r))?;
    for (place, bundle) in bundles.iter().enumerate() {
        let name = &bundle.terms.name;
        if bundles[..place].iter().any(|other| other.terms.name == *name) {
            let wrong = Wrong::new(format!("two bundles are named `{name}`"));
            r.wrong(&items[place].at, wrong.expected("a name of its own for each"));
            return None;
        }
    }
    within_orders(&bundles, node, sellers, r)?;
    r.note(
        "Bundles: what is told before anything is played (updates, stock that runs out) leaves \
         them out: it takes each order for the SKUs that it would hold without them.",
    );
    Some(bundles)
}

/// What cannot be played with bundles yet.
fn refuse_unbuilt(node: &Node, sellers: &Sellers<'_>, r: &Reading) -> Option<()> {
    let specs = sellers.channels.and_then(|channels| channels.specs.as_ref());
    let has_face = |specs: &Vec<_>| {
        specs.iter().any(|spec: &super::channel::ChannelSpec| spec.dialect != Dialect::Neutral)
    };
    let converts =
        |specs: &Vec<super::channel::ChannelSpec>| specs.iter().any(|spec| spec.tariff.is_some());
    let refused = [
        (sellers.is_replay, "bundles in a replay: a log says which SKUs were ordered"),
        (sellers.is_outside, "bundles with an external connector"),
        (sellers.is_hub, "bundles beside an OMS that speaks a platform's own API"),
        (specs.is_some_and(has_face), "bundles beside a channel that speaks a platform's own API"),
        (specs.is_some_and(converts), "bundles beside a channel with money of its own"),
    ];
    let mut sound = Some(());
    for (_, what) in refused.iter().filter(|(is_so, _)| *is_so) {
        r.wrong(&node.at, not_yet(what));
        sound = None;
    }
    sound
}

/// No channel has more orders of bundles than orders.
fn within_orders(
    bundles: &[BundleSpec],
    node: &Node,
    sellers: &Sellers<'_>,
    r: &Reading,
) -> Option<()> {
    for (place, name) in sellers.channels?.names.iter().enumerate() {
        let channel = ChannelId(place as u16);
        let on = bundles.iter().filter(|bundle| bundle.on.contains(&channel));
        let sum: u64 = on.map(|bundle| u64::from(bundle.of_orders.0)).sum();
        if sum > u64::from(Ppm::ONE.0) {
            let percent = sum as f64 / 1e4;
            let wrong = Wrong::new(format!("bundles make {percent} % of the orders of {name}"));
            r.wrong(&node.at, wrong.expected("shares of at most 100% together on each channel"));
            return None;
        }
    }
    Some(())
}

fn bundle(node: &Node, all: &[Node], sellers: &Sellers<'_>, r: &Reading) -> Option<BundleSpec> {
    let map = Map::open(node, "bundle", r)?;
    let name = map.required("name", |node, r| name(node, sellers, r));
    let parts = map.required("parts", |node, r| parts(node, all, sellers, r));
    let written = map.optional("price", |node, r| sellers.currency?.money()(node, r));
    let discount = map.or("discount", Ppm::ZERO, some_share);
    if let (true, Some(at)) = (map.has("price"), map.key_at("discount")) {
        let wrong = Wrong::new("`discount` stands beside `price`");
        r.wrong(&at, wrong.expected("only one of the two: each says what it costs"));
    }
    let of_orders = map.required("of orders", some_share);
    let everywhere = || {
        let all = 0..sellers.channels.map_or(0, |channels| channels.names.len()) as u16;
        all.map(ChannelId).collect()
    };
    let on = map.or("channels", everywhere(), |node, r| on(node, sellers, r));
    let parts = parts?;
    let broken = map.has("price") && written.is_none();
    let at = map.key_at("price").unwrap_or_else(|| map.at.clone());
    let price = written.map_or(Price::Discounted(discount?), Price::Written);
    let parts = (!broken).then(|| priced(&parts, price, &at, sellers, r)).flatten();
    let terms = OfferTerms { name: name?, parts: parts? };
    Some(BundleSpec { terms, on: on?, of_orders: of_orders? })
}

fn name(node: &Node, sellers: &Sellers<'_>, r: &Reading) -> Option<String> {
    let name = name_up_to(NAME_CHARS_MAX)(node, r)?;
    if let Some(c) = name.chars().find(|c| is_obeyed(*c)) {
        let found = format!("a name with a character that cannot be seen: U+{:04X}", c as u32);
        r.wrong(&node.at, Wrong::new(found).expected("a name of letters, such as starter kit"));
        return None;
    }
    if sellers.sku(&name).is_some() {
        let wrong = Wrong::new(format!("`{name}` is a SKU of the catalogue"));
        r.wrong(&node.at, wrong.expected("a name of its own for the bundle"));
        return None;
    }
    Some(name)
}

/// `{ HERO-01: 1, CASE-7: 2 }`: units of each SKU.
fn parts(
    node: &Node,
    all: &[Node],
    sellers: &Sellers<'_>,
    r: &Reading,
) -> Option<Vec<(SkuId, u32)>> {
    let written = entries(node, "parts", r)?;
    if written.is_empty() || written.len() > PARTS_MAX {
        let wrong = Wrong::new(format!("a bundle of {} parts", written.len()));
        r.wrong(&node.at, wrong.expected(format!("1 to {PARTS_MAX} SKUs, each with its units")));
        return None;
    }
    let parts = each(written, |entry| part(entry, all, sellers, r))?;
    for (place, (sku, _)) in parts.iter().enumerate() {
        if parts[..place].iter().any(|(other, _)| other == sku) {
            let Entry { key, key_at, .. } = &written[place];
            let wrong = Wrong::new(format!("`{key}` is a part twice"));
            r.wrong(key_at, wrong.expected("each SKU once, with all its units"));
            return None;
        }
    }
    Some(parts)
}

fn part(entry: &Entry, all: &[Node], sellers: &Sellers<'_>, r: &Reading) -> Option<(SkuId, u32)> {
    let count = some_up_to(COUNT_MAX)(&entry.node, r);
    let Some(sku) = sellers.sku(&entry.key) else {
        r.wrong(&entry.key_at, no_part(&entry.key, all, sellers.catalog?));
        return None;
    };
    Some((sku, count? as u32))
}

/// Why that is no part.
fn no_part(name: &str, all: &[Node], catalog: &Catalog) -> Wrong {
    let names = |bundle: &Node| {
        let Value::Map(entries) = &bundle.value else { return false };
        let named = entries.iter().find(|entry| entry.key == "name").map(|entry| &entry.node.value);
        matches!(named, Some(Value::Scalar(text)) if text == name)
    };
    if all.iter().any(names) {
        let wrong = Wrong::new(format!("`{name}` is a bundle: no bundle is made of bundles"));
        return wrong.expected("SKUs of the catalogue; write the parts of that one here");
    }
    let wrong = Wrong::new(format!("no SKU is named `{name}`"));
    if catalog.names.is_empty() {
        let last = catalog.skus.len().saturating_sub(1);
        return wrong.expected(format!("a number as reports have it: `SKU 0` to `SKU {last}`"));
    }
    let known = catalog.names.iter().map(String::as_str);
    wrong.expected("a SKU of the catalogue").nearest(name, known)
}

fn on(node: &Node, sellers: &Sellers<'_>, r: &Reading) -> Option<Vec<ChannelId>> {
    let channels = sellers.channels?;
    let items = items(node, "channels", r)?;
    let mut on = each(items, |item| scalar(item, r, |name| channels.find(name)))?;
    on.sort_unstable();
    on.dedup();
    if on.is_empty() {
        let wrong = Wrong::new("a bundle that no channel sells");
        r.wrong(&node.at, wrong.expected("one channel at least, or no such key: all sell it"));
        return None;
    }
    Some(on)
}

/// What a bundle costs.
#[derive(Clone, Copy)]
enum Price {
    Written(Money),
    /// So much less than its parts, as far as whole cents of each unit come to it.
    Discounted(Ppm),
}

/// The parts, each with what a unit of it is charged.
fn priced(
    parts: &[(SkuId, u32)],
    price: Price,
    at: &Range<usize>,
    sellers: &Sellers<'_>,
    r: &Reading,
) -> Option<Vec<OfferPart>> {
    let (catalog, currency) = (sellers.catalog?, sellers.currency?);
    let unpriced = |&(sku, count): &(SkuId, u32)| OfferPart {
        sku,
        count,
        price: catalog.skus[sku.index()].price,
    };
    let unpriced: Vec<OfferPart> = parts.iter().map(unpriced).collect();
    let split = |price: Money| split(&unpriced, price);
    let down_from =
        |price: Money| (0..=price.0).rev().map(Money).take(COUNT_MAX as usize).find_map(split);
    let (asked, found) = match price {
        Price::Discounted(off) => {
            let each = unpriced.iter().map(|p| i128::from(p.price.0) * i128::from(p.count));
            let left = each.sum::<i128>() * i128::from(Ppm::ONE.0 - off.0) / 1_000_000;
            let asked = Money(i64::try_from(left).unwrap_or(i64::MAX));
            (asked, down_from(asked))
        }
        Price::Written(price) => (price, split(price)),
    };
    if found.is_none() {
        let units: u64 = unpriced.iter().map(|part| u64::from(part.count)).sum();
        let found = format!("this price does not come to whole cents for each of {units} units");
        let wrong = Wrong::new(found)
            .expected("a price that does: a line of an order has the price of one unit");
        let near = down_from(asked).map(|parts| OfferTerms { name: String::new(), parts }.price());
        let hint = near.map(|near| format!("write {}", amount(near, currency.digits)));
        r.wrong(at, wrong.maybe_hint(hint));
    }
    found
}

/// Splits a price over the units in proportion to what they cost alone, to the whole cent: what is
/// left over goes to the parts with the largest remainders. None: it does not come out even.
fn split(parts: &[OfferPart], price: Money) -> Option<Vec<OfferPart>> {
    let weight = |part: &OfferPart| i128::from(part.price.0.max(0));
    let worth: i128 = parts.iter().map(|part| weight(part) * i128::from(part.count)).sum();
    let even: i128 = parts.iter().map(|part| i128::from(part.count)).sum();
    let share = |part: &OfferPart| {
        let (of, all) = if worth == 0 { (1, even) } else { (weight(part), worth) };
        (i128::from(price.0) * of / all, i128::from(price.0) * of % all)
    };
    let mut rest = i128::from(price.0);
    let mut split = parts.to_vec();
    for (part, of) in split.iter_mut().zip(parts) {
        part.price = Money(i64::try_from(share(of).0).ok()?);
        rest -= share(of).0 * i128::from(of.count);
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|place| Reverse((share(&parts[*place]).1, parts[*place].count)));
    for place in order {
        let count = i128::from(parts[place].count);
        if rest >= count {
            split[place].price += Money(1);
            rest -= count;
        }
    }
    // What still is left over can only be carried by a part of few units.
    let few = (0..parts.len()).min_by_key(|place| parts[*place].count)?;
    let count = i128::from(parts[few].count);
    split[few].price += Money((rest / count) as i64);
    (rest % count == 0).then_some(split)
}

/// An amount as it is written in a scenario.
fn amount(money: Money, digits: u8) -> String {
    let whole = 10_i64.pow(u32::from(digits));
    match digits {
        0 => money.0.to_string(),
        digits => {
            let places = usize::from(digits);
            format!("{}.{:0places$}", money.0 / whole, money.0 % whole)
        }
    }
}
