//! Owns reading what the merchant does: restocks, corrections, prices, promotions, listings.
//! Must not know the shoppers.

use std::ops::Range;

use super::promotions::{Sold, promotions};
use super::timeline::Timeline;
use crate::history::charter::{Kpi, PRICES_IN_GRACE_MAX};
use crate::language::map::Map;
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{
    grouped, lasting, parse_count, parse_percent_ppm, rate, scalar, some_share, some_up_to,
};
use crate::language::tree::Node;
use crate::traffic::plan::{
    Corrections, MerchantEvent, MerchantPlan, NewListings, Promotion, Repricing, Restocks,
};
use crate::units::{At, Ppm, Qty, Rate, Span};

/// The most new listings.
const LISTINGS_MAX: u64 = 100_000;

/// The most changes of one kind.
const EVENTS_MAX: f64 = 1e7;

/// What `merchant:` says.
#[derive(Default)]
pub(super) struct MerchantSpec {
    pub(super) restocks: Option<Restocks>,
    pub(super) corrections: Option<Corrections>,
    pub(super) repricing: Option<Repricing>,
    pub(super) repricing_at: Range<usize>,
    pub(super) promotions: Vec<Promotion>,
    pub(super) listings: Option<ListingsSpec>,
}

impl MerchantSpec {
    /// What the merchant does, with what is known only once all is put together.
    pub(super) fn plan(
        self,
        listings: Option<NewListings>,
        fixed: Vec<MerchantEvent>,
        until: At,
    ) -> MerchantPlan {
        MerchantPlan {
            restocks: self.restocks,
            corrections: self.corrections,
            repricing: self.repricing,
            promotions: self.promotions,
            listings,
            fixed,
            until,
        }
    }

    /// The names of its promotions.
    pub(super) fn names(&self) -> Vec<String> {
        self.promotions.iter().map(|promotion| promotion.name.clone()).collect()
    }

    /// Refuses more prices of one SKU within the `grace` than whoever judges can keep: the run
    /// would be played, and could not be judged. `on_sale` SKUs share them; those that a promotion
    /// holds are left out.
    pub(super) fn within_grace(&self, on_sale: usize, grace: Span, r: &Reading) -> Option<()> {
        let Some(repricing) = &self.repricing else { return Some(()) };
        let on_sale = on_sale as f64;
        let held: f64 = self.promotions.iter().map(|promotion| promotion.of.count(on_sale)).sum();
        let free = (on_sale - held).floor().max(1.0);
        let mean = repricing.rate.per_sec_f64() * grace.as_secs_f64() / free;
        // Eight standard deviations of their number, and two of every promotion.
        let most = mean + 8.0 * mean.sqrt() + 2.0 * self.promotions.len() as f64;
        if most <= PRICES_IN_GRACE_MAX as f64 {
            return Some(());
        }
        let most = grouped(most);
        let found = format!("`repricing` sets up to {most} prices of one SKU within {grace}");
        let limit = grouped(PRICES_IN_GRACE_MAX as f64);
        let expected = format!("at most {limit} within the price grace: they all are kept");
        let hint = "let it happen less often, to more SKUs, or shorten `price grace` in `promises`";
        r.wrong(&self.repricing_at, Wrong::new(found).expected(expected).hint(hint));
        None
    }

    /// Whether anything of the campaign could tell how a KPI stands: where no price changes, how
    /// long prices take is no question that it asks.
    pub(super) fn puts_in_question(&self, kpi: Kpi) -> bool {
        match kpi {
            Kpi::PriceLag | Kpi::MispricedOrders => {
                !self.promotions.is_empty() || self.repricing.is_some()
            }
            Kpi::ListingLatency => self.listings.is_some(),
            Kpi::SyncLag
            | Kpi::HandoffSuccess
            | Kpi::ReconciliationVariance
            | Kpi::StockCancellations
            | Kpi::OversoldOrders => true,
        }
    }
}

/// New listings whose SKUs are not in the catalogue yet.
pub(super) struct ListingsSpec {
    pub(super) count: u64,
    pub(super) from: At,
    pub(super) until: At,
}

/// Reads `merchant:`.
pub(super) fn read(
    node: &Node,
    timeline: Option<&Timeline>,
    sold: &Sold<'_>,
    r: &Reading,
) -> Option<MerchantSpec> {
    let map = Map::open(node, "merchant", r)?;
    let restocks = map.or("restocks", None, |node, r| restocks(node, r).map(Some));
    let corrections = map.or("stock corrections", None, |node, r| corrections(node, r).map(Some));
    let repricing = map.or("repricing", None, |node, r| repricing(node, r).map(Some));
    let promotions = map.or("promotions", vec![], |node, r| promotions(node, timeline, sold, r));
    let listings = map.or("new listings", None, |node, r| listings(node, timeline, r).map(Some));
    let spec = MerchantSpec {
        restocks: restocks?,
        corrections: corrections?,
        repricing: repricing?,
        repricing_at: map.key_at("repricing").unwrap_or_default(),
        promotions: promotions?,
        listings: listings?,
    };
    let length_s = timeline?.end()?.since(At::START).as_secs_f64();
    within_budget(&spec, length_s, sold.cast.skus?.0 as f64, &map, r)?;
    Some(spec)
}

/// Every event of the merchant's calendar is held in memory.
fn within_budget(
    spec: &MerchantSpec,
    length_s: f64,
    skus: f64,
    map: &Map<'_>,
    r: &Reading,
) -> Option<()> {
    let drawn = |rate: Rate| rate.per_sec_f64() * length_s;
    let rounds = |every: Span| length_s / every.as_secs_f64();
    let events = [
        ("restocks", spec.restocks.as_ref().map(|x| rounds(x.every) * x.skus.as_f64() * skus)),
        ("stock corrections", spec.corrections.as_ref().map(|x| drawn(x.rate))),
        ("repricing", spec.repricing.as_ref().map(|x| drawn(x.rate))),
    ];
    let mut sound = Some(());
    for (key, events) in events {
        if let Some(events) = events.filter(|events| *events > EVENTS_MAX) {
            let wrong = Wrong::new(format!("`{key}` makes {} changes", grouped(events)));
            let expected = format!("at most {} in a campaign", grouped(EVENTS_MAX));
            let wrong = wrong.expected(expected).hint("let it happen less often, or to fewer SKUs");
            r.wrong(&map.key_at(key).unwrap_or_default(), wrong);
            sound = None;
        }
    }
    sound
}

fn restocks(node: &Node, r: &Reading) -> Option<Restocks> {
    let map = Map::open(node, "restocks", r)?;
    let every = map.required("every", lasting);
    let skus = map.required("skus", some_share);
    let units = map.required("units", some_up_to(1_000_000_000));
    Some(Restocks { every: every?, skus: skus?, units: Qty(units? as i64) })
}

/// What is written behind `±`, which may be left out.
fn up_or_down(text: &str) -> &str {
    let signs = ["±", "+/-", "+-"];
    signs.iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text).trim_start()
}

fn corrections(node: &Node, r: &Reading) -> Option<Corrections> {
    let map = Map::open(node, "stock corrections", r)?;
    let rate = map.required("rate", rate);
    let units = map.required("units", |node, r| {
        scalar(node, r, |text| {
            let expected = "a number of units up or down, such as ±3";
            match parse_count(up_or_down(text), expected)? {
                0 => Err(Wrong::new("a correction of no units").expected(expected)),
                n => Ok(Qty(n as i64)),
            }
        })
    });
    Some(Corrections { rate: rate?, units_max: units? })
}

fn repricing(node: &Node, r: &Reading) -> Option<Repricing> {
    let map = Map::open(node, "repricing", r)?;
    let rate = map.required("rate", rate);
    let by = map.required("by", |node, r| {
        scalar(node, r, |text| match parse_percent_ppm(up_or_down(text))? {
            ppm @ 1..1_000_000 => Ok(Ppm(ppm as u32)),
            _ => Err(Wrong::new(format!("`{text}` is out of range"))
                .expected("more than 0% and less than 100%, such as 5%")),
        })
    });
    Some(Repricing { rate: rate?, by: by? })
}

/// `{ at: baseline, count: 120 }`, or `{ from: …, until: …, count: 120 }`.
fn listings(node: &Node, timeline: Option<&Timeline>, r: &Reading) -> Option<ListingsSpec> {
    let map = Map::open(node, "new listings", r)?;
    let count = map.required("count", some_up_to(LISTINGS_MAX));
    let at = map.optional("at", |node, r| timeline?.stretch(node, r));
    let from = map.optional("from", |node, r| timeline?.moment(node, r));
    let until = map.optional("until", |node, r| timeline?.moment(node, r));
    let (from, until) = match (map.has("at"), map.has("from") && map.has("until")) {
        (true, false) if !map.has("from") && !map.has("until") => at?,
        (false, true) => (from?, until?),
        _ => {
            let wrong = Wrong::new("new listings that do not say when");
            let expected = "`at: peak` with a phase, or both: `from: 1m, until: end of peak`";
            r.wrong(&map.at, wrong.expected(expected));
            return None;
        }
    };
    if until <= from {
        let wrong = Wrong::new("new listings whose time ends before it begins");
        r.wrong(&map.at, wrong.expected("an `until` after `from`: from: 1m, until: end of peak"));
        return None;
    }
    Some(ListingsSpec { count: count?, from, until })
}
