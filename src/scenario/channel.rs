//! Owns reading the channels: shares, stock rules, how they behave, their small everyday faults.
//! Must not know the connectors that serve them.

use std::ops::Range;

use jiff::tz::TimeZone;

use super::demand::{payment, whole};
use super::faults::FAULTS;
use super::flow;
use super::head::{Head, zone};
use super::limits::limits;
use super::taking::taking;
use super::tariff;
use crate::commerce::edits::EditTerms;
use crate::commerce::limiter::LimiterTerms;
use crate::commerce::terms::{Dialect, Imperfections, Payment, Taking};
use crate::history::charter::{OrderFlow, OwnSales, StockRule, Tariff};
use crate::ids::ChannelId;
use crate::language::law::law;
use crate::language::map::{Map, each, entries, not_yet};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{
    choice, lasting, share, some_share, some_up_to, units, words, yes_no,
};
use crate::language::tree::{Entry, Node, Value};
use crate::law::Law;
use crate::units::{Ppm, Qty, Span};

/// The most channels.
pub(super) const CHANNELS_MAX: usize = 64;

/// Items in one update, unless said.
const BATCH_DEFAULT: u64 = 25;

/// How long a shown value may still be contradicted from a cache, unless said (docs/measures.md).
const CACHES_DEFAULT: Span = Span::from_mins(2);

const OWN_SALES: &[(&str, OwnSales)] =
    &[("at once", OwnSales::AtOnce), ("on sync", OwnSales::OnSync)];

const SHOWS: &[(&str, bool)] = &[("quantities", false), ("in or out", true)];

/// A quantity that is not shown is taken off by nobody.
fn own_sales_default(in_or_out: bool) -> OwnSales {
    if in_or_out { OwnSales::OnSync } else { OwnSales::AtOnce }
}

/// A channel as written.
pub(super) struct ChannelSpec {
    pub(super) name: String,
    pub(super) share: Option<Ppm>,
    pub(super) rule: StockRule,
    pub(super) own_sales: OwnSales,
    pub(super) takes: Taking,
    pub(super) shows_changes_after: Law,
    pub(super) lists_after: Law,
    pub(super) limits: Vec<LimiterTerms>,
    pub(super) batch_max: u32,
    /// None: as `traffic:` says.
    pub(super) payment: Option<Payment>,
    pub(super) edits: Option<EditTerms>,
    pub(super) imperfections: Imperfections,
    pub(super) webhooks: bool,
    pub(super) dialect: Dialect,
    pub(super) feeds_take: Span,
    pub(super) zone: Option<TimeZone>,
    pub(super) flap: Span,
    /// None: it charges what the source says.
    pub(super) tariff: Option<Tariff>,
    pub(super) flow: OrderFlow,
}

/// What a run that drains for so long does not see of orders that are to leave.
pub(super) fn not_seen(channels: &[ChannelSpec], drain: Span) -> Vec<String> {
    flow::not_seen(channels.iter().map(|spec| (spec.name.as_str(), spec.flow)), drain)
}

/// What to do about shares that are not written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shares {
    /// They must be written.
    Written,
    /// They come from a column of the order log.
    Counted,
}

/// The channels, as far as they could be read.
pub(super) struct Channels {
    /// Every name, also of a channel that is written wrongly.
    pub(super) names: Vec<String>,
    /// None when any is written wrongly.
    pub(super) specs: Option<Vec<ChannelSpec>>,
}

impl Channels {
    /// By which rule each shows stock.
    pub(super) fn rules(&self) -> Vec<StockRule> {
        self.specs.iter().flatten().map(|spec| spec.rule).collect()
    }

    /// How prices come of the source's, of those that convert them; none where any is wrong.
    pub(super) fn tariffs(&self) -> Option<Vec<&Tariff>> {
        let specs = self.specs.as_ref()?;
        Some(specs.iter().filter_map(|spec| spec.tariff.as_ref()).collect())
    }

    /// The way of orders on each, and whose API it speaks.
    pub(super) fn flows(&self) -> impl Iterator<Item = (&str, OrderFlow, Dialect)> {
        self.specs.iter().flatten().map(|spec| (spec.name.as_str(), spec.flow, spec.dialect))
    }

    /// Whether some channel's shoppers edit their orders.
    pub(super) fn has_edits(&self) -> bool {
        self.specs.iter().flatten().any(|spec| spec.edits.is_some())
    }

    /// A channel by its name.
    pub(super) fn find(&self, name: &str) -> Result<ChannelId, Wrong> {
        let index = self.names.iter().position(|known| known == name);
        index.map(|index| ChannelId(index as u16)).ok_or_else(|| {
            let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
            Wrong::new(format!("no channel is named `{name}`"))
                .expected(format!("one of {}", crate::language::map::list_of(&names)))
                .nearest(name, names.iter().copied())
        })
    }
}

/// Reads `channels:`.
pub(super) fn read(
    node: &Node,
    head: Option<&Head>,
    shares: Shares,
    r: &Reading,
) -> Option<Channels> {
    let written = entries(node, "channels", r)?;
    if written.is_empty() || written.len() > CHANNELS_MAX {
        let found = match written.len() {
            0 => "there is no channel".to_owned(),
            many => format!("{many} channels are too many"),
        };
        let expected =
            format!("from 1 to {CHANNELS_MAX}, such as storefront: {{ of orders: 100% }}");
        r.wrong(&node.at, Wrong::new(found).expected(expected));
        return None;
    }
    let names = written.iter().map(|entry| entry.key.clone()).collect();
    let only = written.len() == 1;
    let mut specs = each(written, |entry| channel(entry, head, r));
    if let Some(specs) = &mut specs {
        if only && specs[0].share.is_none() {
            specs[0].share = Some(Ppm::ONE);
        }
        if shares == Shares::Written {
            share_out(specs, written, &node.at, r);
        }
    }
    Some(Channels { names, specs })
}

/// Every channel's share is written, and together they are the whole.
fn share_out(specs: &mut [ChannelSpec], written: &[Entry], at: &Range<usize>, r: &Reading) {
    let mut complete = true;
    for (spec, entry) in specs.iter().zip(written) {
        if spec.share.is_none() {
            let wrong = Wrong::new(format!("`{}` does not say its share of orders", spec.name));
            r.wrong(&entry.key_at, wrong.expected("`of orders: 30%`, for example"));
            complete = false;
        }
    }
    let mut parts: Vec<Ppm> = specs.iter().filter_map(|spec| spec.share).collect();
    if complete && whole(&mut parts, "the channels' shares of orders", at, r).is_some() {
        for (spec, part) in specs.iter_mut().zip(parts) {
            spec.share = Some(part);
        }
    }
}

fn channel(entry: &Entry, head: Option<&Head>, r: &Reading) -> Option<ChannelSpec> {
    let name = entry.key.clone();
    let map = Map::open(&entry.node, "channel", r)?;
    refuse_unbuilt(&map, r);
    map.known("from"); // With `locations:`, once it is known which there are.
    let share = map.or("of orders", None, |node, r| some_share(node, r).map(Some));
    let rule = stock_rule(&map);
    let in_or_out = rule.is_some_and(|rule| rule.in_or_out);
    let own_sales = map.or("own sales", own_sales_default(in_or_out), choice(OWN_SALES));
    if in_or_out && own_sales == Some(OwnSales::AtOnce) {
        let wrong = Wrong::new("`shows: in or out` has no quantity to take a sale off at once");
        let at = map.key_at("own sales").unwrap_or_default();
        r.wrong(&at, wrong.expected("`own sales: on sync`, or no `own sales`"));
    }
    let takes = taking(&map, own_sales, r);
    let default_shows = Law::lognormal(Span::from_secs(2), Span::from_secs(10), 0.95);
    let shows = map.or("shows changes after", default_shows, law);
    if !map.has("shows changes after") {
        r.note(format!(
            "{name}: `shows changes after` is not said: typical 2 s, one in 20 above 10 s."
        ));
    }
    let lists_default = Law::lognormal(Span::from_secs(30), Span::from_mins(2), 0.95);
    let lists_after = map.or("lists after", lists_default, law);
    let limits = map.or("limits", vec![], |node, r| limits(node, head, r));
    let payment = map.optional("payment", payment);
    let dialect = map.or("dialect", Dialect::Neutral, choice(Dialect::OF_CHANNELS));
    let batch = dialect.map_or(BATCH_DEFAULT, batch_default);
    let batch_max = map.or("batch at most", batch, some_up_to(10_000));
    let edits = map.or("order edits", None, |node, r| order_edits(node, r).map(Some));
    let feeds_take = map.or("feeds take", Span::from_mins(1), lasting);
    let imperfections = map.or("imperfections", everyday(), imperfections);
    let webhooks = map.or("webhooks", true, yes_no);
    let zone = map.optional("time zone", zone);
    let flap = map.or("caches for", CACHES_DEFAULT, lasting);
    let tariff = tariff::read(&map, head, r);
    refuse_edits(&map, dialect, tariff.as_ref().is_some_and(Option::is_some), r);
    let flow = flow::flow(&map, r);
    Some(ChannelSpec {
        name,
        share: share?,
        rule: rule?,
        own_sales: own_sales?,
        takes: takes?,
        shows_changes_after: shows?,
        lists_after: lists_after?,
        limits: limits?,
        batch_max: batch_max? as u32,
        payment,
        edits: edits?,
        imperfections: imperfections?,
        webhooks: webhooks?,
        dialect: dialect?,
        feeds_take: feeds_take?,
        zone,
        flap: flap?,
        tariff: tariff?,
        flow: flow?,
    })
}

/// What a platform takes in one update.
fn batch_default(dialect: Dialect) -> u64 {
    match dialect {
        // Amazon takes a listing a submission; a file of Mirakl's has no size but its bytes.
        Dialect::Neutral | Dialect::Amazon | Dialect::Mirakl | Dialect::Odoo => BATCH_DEFAULT,
        Dialect::WooCommerce => 100,
        Dialect::Shopify => 250,
    }
}

fn refuse_unbuilt(map: &Map<'_>, r: &Reading) {
    if let Some(node) = map.get("profile")
        && words(node, r).is_some_and(|profile| profile != "none")
    {
        r.wrong(&node.at, not_yet("profiles of real marketplaces; write `profile: none`"));
    }
    map.elsewhere("faults", FAULTS);
    map.elsewhere("offers", "`bundles:` at the top of the file");
    map.elsewhere("order flow", "`we accept within: 2h`, where orders wait for us");
    map.not_yet(&[
        ("ships", "orders that the channel ships from its own stock"),
        ("staging", "a real endpoint in the place of a mock"),
        ("penalty gates", "seller-performance rules"),
    ]);
}

/// `{ share: 3%, after: { p50: 2m, p99: 10m } }`.
fn order_edits(node: &Node, r: &Reading) -> Option<EditTerms> {
    let map = Map::open(node, "order edits", r)?;
    let share = map.required("share", some_share);
    let after = map.required("after", law);
    Some(EditTerms { share: share?, after: after? })
}

/// No platform's own API tells of a version here, and no version is converted.
fn refuse_edits(map: &Map<'_>, dialect: Option<Dialect>, converts: bool, r: &Reading) {
    let Some(at) = map.key_at("order edits") else { return };
    if dialect.is_some_and(|dialect| dialect != Dialect::Neutral) {
        let what = "order edits on a channel that speaks a platform's own API; write them on one \
                    with `dialect: neutral`";
        r.wrong(&at, not_yet(what));
    }
    if converts {
        r.wrong(
            &at,
            not_yet("order edits on a channel with prices of a currency or tax of its own"),
        );
    }
}

fn stock_rule(map: &Map<'_>) -> Option<StockRule> {
    let allocation = map.or("allocation", Ppm::ONE, some_share);
    let holds_back = map.or("holds back", Qty::ZERO, units);
    let shows_at_most = map.or("shows at most", None, |node, r| units(node, r).map(Some));
    let in_or_out = map.or("shows", false, choice(SHOWS));
    Some(StockRule {
        allocation: allocation?,
        holds_back: holds_back?,
        shows_at_most: shows_at_most?,
        in_or_out: in_or_out?,
    })
}

/// The small faults that every system has, unless said: 0.2 % of webhooks twice, 0.5 % late
/// (typical 2 s), 0.1 % of calls "unavailable", 0.05 % of replies lost.
pub(super) fn everyday() -> Imperfections {
    Imperfections {
        duplicates: Ppm(2_000),
        reordered: Ppm(5_000),
        reordered_by: Law::lognormal(Span::from_secs(2), Span::from_secs(10), 0.95),
        unavailable: Ppm(1_000),
        lost_replies: Ppm(500),
    }
}

/// `none`, or the shares of each.
pub(super) fn imperfections(node: &Node, r: &Reading) -> Option<Imperfections> {
    if let Value::Scalar(_) = node.value {
        choice(&[("none", ())])(node, r)?;
        return Some(Imperfections::NONE);
    }
    let map = Map::open(node, "imperfections", r)?;
    let everyday = everyday();
    let duplicates = map.or("duplicates", everyday.duplicates, share);
    let unchanged = (everyday.reordered, everyday.reordered_by);
    let reordered = map.or("reordered", unchanged, reordered);
    let unavailable = map.or("unavailable", everyday.unavailable, share);
    let lost_replies = map.or("lost replies", everyday.lost_replies, share);
    let (reordered, reordered_by) = reordered?;
    Some(Imperfections {
        duplicates: duplicates?,
        reordered,
        reordered_by,
        unavailable: unavailable?,
        lost_replies: lost_replies?,
    })
}

/// `0.5%`, or `{ share: 0.5%, by: { typical: 2s, one in 20 above: 10s } }`.
fn reordered(node: &Node, r: &Reading) -> Option<(Ppm, Law)> {
    if let Value::Scalar(_) = node.value {
        return share(node, r).map(|share| (share, everyday().reordered_by));
    }
    let map = Map::open(node, "reordered", r)?;
    let share = map.required("share", share);
    let by = map.required("by", law);
    Some((share?, by?))
}
