//! Owns reading what is for sale: a modelled catalogue, or one from a stock list.
//! Must not know who buys it.

use std::ops::Range;

use statrs::distribution::{ContinuousCDF as _, Normal};

use super::currency::Currency;
use super::head::Head;
use super::merchant::ListingsSpec;
use super::replay::said::{decimal, resolve, source};
use super::timeline::Timeline;
use crate::commerce::terms::SkuTerms;
use crate::ids::SkuId;
use crate::language::map::{Map, each, missing_key};
use crate::language::number::{Places, number};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{scalar, share_of, some_share, some_up_to, units};
use crate::language::tree::{Node, Value};
use crate::records::number::DecimalMark;
use crate::records::table::Source;
use crate::records::{SKUS_MAX, stock};
use crate::rng;
use crate::traffic::plan::{Heroes, NewListings};
use crate::units::{Money, Ppm, Qty};

/// What is for sale, in the order of its SKU ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalog {
    pub(super) skus: Vec<SkuTerms>,
    /// Names; empty when SKUs are only numbered.
    pub(super) names: Vec<String>,
    pub(super) popularity: Vec<f64>,
    pub(super) heroes: Option<Heroes>,
}

impl Catalog {
    /// The SKU in the middle by stock and by price: what a new listing is like.
    fn typical(&self) -> SkuTerms {
        let middle = |mut all: Vec<i64>| {
            all.sort_unstable();
            all.get(all.len() / 2).copied().unwrap_or(0)
        };
        SkuTerms {
            stock: Qty(middle(self.skus.iter().map(|s| s.stock.0).collect())),
            price: Money(middle(self.skus.iter().map(|s| s.price.0).collect())),
            listed: false,
        }
    }

    /// Adds SKUs that are not on sale yet and that nobody asks for: they are published later.
    pub(super) fn with(&mut self, listings: &ListingsSpec) -> NewListings {
        let count = listings.count;
        let typical = self.typical();
        let first = self.skus.len() as u32;
        for number in 0..count as u32 {
            self.skus.push(typical);
            self.popularity.push(0.0);
            if !self.names.is_empty() {
                self.names.push(format!("new listing {}", number + 1));
            }
        }
        let skus = (first..first + count as u32).map(SkuId).collect();
        NewListings { skus, from: listings.from, until: listings.until }
    }
}

/// Where the tax basis of the catalogue's prices is said.
const TAX: &str = "at the top of the file, `tax: { prices: net }`";

/// A lognormal of whole numbers by its median and one upper percentile, or a constant.
#[derive(Clone, Copy)]
struct Spread {
    median: f64,
    sigma: f64,
}

impl Spread {
    fn sample(self, stream: &mut impl rand::Rng) -> i64 {
        // The middle of one of 2⁵² steps: never 0, never 1.
        let u = ((stream.next_u64() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64;
        (self.median * (self.sigma * Normal::standard().inverse_cdf(u)).exp()).round() as i64
    }
}

/// Reads `catalog:` of modelled traffic.
pub(super) fn read(
    node: &Node,
    head: Option<&Head>,
    timeline: Option<&Timeline>,
    r: &Reading,
) -> Option<Catalog> {
    let map = Map::open(node, "catalog", r)?;
    map.elsewhere("bundles", "`bundles:` at the top of the file");
    map.elsewhere("offers", "`bundles:` at the top of the file");
    map.elsewhere("tax", TAX);
    map.elsewhere("locations", "`locations:` at the top of the file");
    let file = if map.has("file") { source(&map, r) } else { None };
    let mark = map.optional("decimal", decimal);
    for key in ["file", "delimiter", "encoding", "sheet"] {
        map.known(key);
    }
    refuse_without_file(&map, r)?;
    let skus = if map.has("file") {
        map.get("skus");
        None
    } else {
        map.required("skus", some_up_to(SKUS_MAX))
    };
    let stock = map.optional("stock", stock);
    let currency = head.map(|head| head.currency);
    let price = map.optional("price", |node, r| price(node, currency?, r));
    let ranks = map.optional("bestsellers", |node, r| bestsellers(node, skus, r));
    let zipf = map.optional("zipf", zipf);
    if let (true, Some(at)) = (map.has("bestsellers"), map.key_at("zipf")) {
        let wrong = Wrong::new("`zipf` stands beside `bestsellers`");
        r.wrong(&at, wrong.expected("only one of the two: each says how sales fall off"));
    }
    let mut catalog = if map.has("file") {
        let (file, at) = file?;
        refuse_beside_file(&map, r)?;
        let mut catalog = from_file(&file, &at, mark, currency?, r)?;
        let weighted = catalog.popularity.iter().any(|w| (*w - 1.0).abs() > f64::EPSILON);
        if let (Some(_), true) = (ranks.or(zipf), weighted) {
            let wrong = Wrong::new("`bestsellers` or `zipf` beside a stock list with weights");
            r.wrong(&map.at, wrong.expected("only one of the two"));
        } else if let Some(exponent) = ranks.or(zipf) {
            catalog.popularity = power_law(catalog.skus.len(), exponent);
        }
        Some(catalog)
    } else {
        for (key, missing) in [("stock", !map.has("stock")), ("price", !map.has("price"))] {
            if missing {
                r.wrong(&map.at, missing_key(r.grammar, "catalog", key));
            }
        }
        let exponent = ranks.or(zipf).unwrap_or(0.0);
        modelled(skus, stock, price, exponent, head)
    };
    let heroes = map.optional("heroes", |node, r| heroes(node, catalog.as_mut(), timeline, r));
    let broken = map.has("heroes") && heroes.is_none();
    let mut catalog = catalog?;
    catalog.heroes = heroes;
    (!broken).then_some(catalog)
}

/// What says how a stock list is written says nothing where there is none.
fn refuse_without_file(map: &Map<'_>, r: &Reading) -> Option<()> {
    let keys = ["delimiter", "encoding", "sheet", "decimal"];
    let keys = keys.into_iter().filter(|_| !map.has("file"));
    let odd: Vec<_> = keys.filter_map(|key| Some((key, map.key_at(key)?))).collect();
    for (key, at) in &odd {
        let wrong = Wrong::new(format!("`{key}` stands without a `file`: it would say nothing"));
        r.wrong(at, wrong.expected("`file: stock.csv` beside it, or no such key"));
    }
    odd.is_empty().then_some(())
}

fn modelled(
    skus: Option<u64>,
    stock: Option<Spread>,
    price: Option<Spread>,
    exponent: f64,
    head: Option<&Head>,
) -> Option<Catalog> {
    let (skus, stock, price, seed) = (skus?, stock?, price?, head?.seed);
    // A stream each: another spread of prices must not change the stock.
    let mut stocks = rng::stream(seed, "catalogue stock");
    let mut prices = rng::stream(seed, "catalogue price");
    let skus: Vec<SkuTerms> = (0..skus)
        .map(|_| SkuTerms {
            stock: Qty(stock.sample(&mut stocks)),
            price: Money(price.sample(&mut prices).max(1)),
            listed: true,
        })
        .collect();
    let popularity = power_law(skus.len(), exponent);
    Some(Catalog { skus, names: vec![], popularity, heroes: None })
}

fn refuse_beside_file(map: &Map<'_>, r: &Reading) -> Option<()> {
    let mut sound = Some(());
    for key in ["skus", "stock", "price"] {
        if let Some(at) = map.key_at(key) {
            let wrong = Wrong::new(format!("`{key}` stands beside `file`"));
            r.wrong(&at, wrong.expected("only one of the two: the file says it"));
            sound = None;
        }
    }
    sound
}

fn from_file(
    file: &Source,
    at: &Range<usize>,
    mark: Option<DecimalMark>,
    currency: Currency,
    r: &Reading,
) -> Option<Catalog> {
    let list = stock::read(file, mark, (currency.code, currency.digits));
    let list =
        list.map_err(|wrongs| wrongs.into_iter().for_each(|wrong| r.wrong(at, wrong))).ok()?;
    resolve(file, at, r);
    for note in &list.notes {
        r.note(format!("{}: {note}", file.file));
    }
    let mut catalog = Catalog::default();
    for row in list.rows {
        catalog.skus.push(SkuTerms { stock: row.stock, price: row.price, listed: true });
        catalog.names.push(row.sku);
        catalog.popularity.push(row.weight);
    }
    if catalog.popularity.iter().all(|w| *w <= 0.0) {
        let file = &file.file;
        r.wrong(at, Wrong::new(format!("every weight in `{file}` is zero: nothing would sell")));
        return None;
    }
    Some(catalog)
}

/// `150`, or `{ typical: 150, one in 20 above: 1200 }`.
fn stock(node: &Node, r: &Reading) -> Option<Spread> {
    if !matches!(node.value, Value::Map(_)) {
        return units(node, r).map(|units| Spread { median: units.0 as f64, sigma: 0.0 });
    }
    let map = Map::open(node, "stock", r)?;
    let typical = map.required("typical", units);
    let above = map.required("one in 20 above", units);
    spread(typical?.0, above?.0, &map, r)
}

/// `24.90`, or `{ typical: 24.90, one in 20 above: 129.00, currency: USD }`.
fn price(node: &Node, currency: Currency, r: &Reading) -> Option<Spread> {
    let money = currency.money();
    if !matches!(node.value, Value::Map(_)) {
        return money(node, r).map(|money| Spread { median: money.0 as f64, sigma: 0.0 });
    }
    let map = Map::open(node, "price", r)?;
    map.get("currency");
    map.elsewhere("tax", TAX);
    let typical = map.required("typical", &money);
    let above = map.required("one in 20 above", &money);
    spread(typical?.0, above?.0, &map, r)
}

fn spread(typical: i64, above: i64, map: &Map<'_>, r: &Reading) -> Option<Spread> {
    if typical < 1 || above < typical {
        let what = if typical < 1 {
            "`typical` is zero"
        } else {
            "`one in 20 above` is less than `typical`"
        };
        let expected = "a value, and a larger one: { typical: 40, one in 20 above: 200 }";
        r.wrong(&map.at, Wrong::new(what).expected(expected));
        return None;
    }
    let (median, at_q) = (typical as f64, above as f64);
    Some(Spread { median, sigma: (at_q / median).ln() / Normal::standard().inverse_cdf(0.95) })
}

/// `{ top: 1% of skus, make: 20% of sales }`: the exponent of the power law that does so.
fn bestsellers(node: &Node, skus: Option<u64>, r: &Reading) -> Option<f64> {
    let map = Map::open(node, "bestsellers", r)?;
    let top = map.required("top", share_of("skus"));
    let make = map.required("make", share_of("sales"));
    let (top, make) = (top?, make?);
    // From a file the count is not known here: a thousand SKUs stand in for it.
    let n = skus.unwrap_or(1_000) as usize;
    let k = ((n as f64 * top.as_f64()).round() as usize).max(1);
    if make < Ppm::of(k as u64, n as u64) || make == Ppm::ONE {
        let wrong = Wrong::new(format!("the top {top} of SKUs cannot make {make} of sales"));
        let expected = format!("more than {top}, which even sales would be, and less than 100%");
        let hint = "for example { top: 1% of skus, make: 20% of sales }";
        r.wrong(&map.at, wrong.expected(expected).hint(hint));
        return None;
    }
    let share = |exponent: f64| {
        let weights = power_law(n, exponent);
        weights[..k].iter().sum::<f64>() / weights.iter().sum::<f64>()
    };
    let (mut low, mut high) = (0.0, 20.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if share(middle) < make.as_f64() { low = middle } else { high = middle }
    }
    Some(low)
}

/// `0.8`: the exponent of Zipf's law.
fn zipf(node: &Node, r: &Reading) -> Option<f64> {
    scalar(node, r, |text| {
        let no_such = || {
            Wrong::new(format!("`{text}` is no such exponent"))
                .expected("a number from 0 (even) to 5 (steep), such as 0.8")
        };
        match number(text, Places::Fine, &no_such)? {
            (exponent, "") if (0.0..=5.0).contains(&exponent) => Ok(exponent),
            _ => Err(no_such()),
        }
    })
}

/// Weights 1/rank^exponent; the first SKU sells best.
fn power_law(skus: usize, exponent: f64) -> Vec<f64> {
    (1..=skus).map(|rank| (rank as f64).powf(-exponent)).collect()
}

/// `{ skus: 5, stock each: 500, of orders: 25%, from: doors open, until: end of fade }`.
fn heroes(
    node: &Node,
    catalog: Option<&mut Catalog>,
    timeline: Option<&Timeline>,
    r: &Reading,
) -> Option<Heroes> {
    let map = Map::open(node, "heroes", r)?;
    let known = catalog.as_deref();
    let skus = map.required("skus", |node, r| hero_skus(node, known?, r));
    let stock = map.optional("stock each", units);
    let of_orders = map.required("of orders", some_share);
    let from = map.required("from", |node, r| timeline?.moment(node, r));
    let until = match map.get("until") {
        Some(node) => timeline?.moment(node, r),
        None => timeline?.end(),
    };
    let heroes = Heroes { skus: skus?, of_orders: of_orders?, from: from?, until: until? };
    if heroes.until <= heroes.from {
        r.wrong(&map.at, Wrong::new("heroes whose time ends before it begins"));
        return None;
    }
    if let (Some(stock), Some(catalog)) = (stock, catalog) {
        for sku in &heroes.skus {
            catalog.skus[sku.index()].stock = stock;
        }
    }
    Some(heroes)
}

/// The first so many, or those named in a list.
fn hero_skus(node: &Node, catalog: &Catalog, r: &Reading) -> Option<Vec<SkuId>> {
    if let Value::List(names) = &node.value {
        return each(names, |name| {
            scalar(name, r, |text| {
                let found = catalog.names.iter().position(|name| name == text);
                found.map(|index| SkuId(index as u32)).ok_or_else(|| {
                    Wrong::new(format!("`{text}` is not in the catalogue"))
                        .nearest(text, catalog.names.iter().map(String::as_str))
                })
            })
        });
    }
    let count = some_up_to(catalog.skus.len() as u64)(node, r)?;
    Some((0..count as u32).map(SkuId).collect())
}
