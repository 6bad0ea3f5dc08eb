//! Owns reading promotions: which SKUs, at which prices, told when, from when until when.
//! Must not know what else the merchant does, nor time zones (`on`).

mod on;

use std::collections::HashMap;
use std::ops::Range;

use self::on::Clocks;
use super::channel::Channels;
use super::faults::Cast;
use super::faults::target::skus as named_skus;
use super::head::Head;
use super::replay::said::{decimal, resolve, source};
use super::timeline::Timeline;
use crate::ids::{NAME_CHARS_MAX, SkuId};
use crate::language::map::{Map, each, items};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{name_up_to, parse_duration, parse_percent_ppm, scalar, some_share};
use crate::language::tree::{Node, Value};
use crate::records::prices::{self, PriceRow};
use crate::traffic::plan::{Promoted, Promotion};
use crate::units::{At, Money, Span};

/// The most promotions.
const PROMOTIONS_MAX: usize = 100;
/// So many rows of a price list are named that speak of no SKU.
const NAMED_MAX: usize = 3;

/// How the times of a promotion stand to each other.
const IN_ORDER: &str = "first sent, then starts, then ends, such as sent: 30m before, starts: \
                        peak, ends: end of peak";

/// What is for sale, where, and in which currency.
pub(super) struct Sold<'a> {
    pub(super) cast: Cast<'a>,
    pub(super) head: Option<&'a Head>,
    pub(super) channels: Option<&'a Channels>,
}

/// Reads `promotions:`.
pub(super) fn promotions(
    node: &Node,
    timeline: Option<&Timeline>,
    sold: &Sold<'_>,
    r: &Reading,
) -> Option<Vec<Promotion>> {
    let items = items(node, "promotions", r)?;
    if items.len() > PROMOTIONS_MAX {
        r.wrong(&node.at, Wrong::new(format!("more than {PROMOTIONS_MAX} promotions")));
        return None;
    }
    let promotions = each(items, |item| promotion(item, timeline, sold, r))?;
    for (index, promotion) in promotions.iter().enumerate() {
        if promotions[..index].iter().any(|other| other.name == promotion.name) {
            let wrong = Wrong::new(format!("two promotions are named `{}`", promotion.name));
            r.wrong(&node.at, wrong.expected("a name of its own for each"));
            return None;
        }
    }
    one_at_a_time(&promotions, items, sold, r)?;
    Some(promotions)
}

/// A SKU that is named is in one promotion at a time: which price it has is no matter of chance.
fn one_at_a_time(
    promotions: &[Promotion],
    items: &[Node],
    sold: &Sold<'_>,
    r: &Reading,
) -> Option<()> {
    let mut holders: HashMap<SkuId, Vec<usize>> = HashMap::new();
    for (place, promotion) in promotions.iter().enumerate() {
        for sku in promotion.of.named() {
            let others = holders.entry(sku).or_default();
            let meet = |other: &&usize| {
                let other = &promotions[**other];
                other.sent <= promotion.ends && promotion.sent <= other.ends
            };
            if let Some(other) = others.iter().find(meet) {
                let (name, other) = (&promotion.name, &promotions[*other].name);
                let sku = sold.name(sku);
                let found = format!("{sku} is in `{name}` and in `{other}` at the same time");
                let expected = "one promotion at a time for a SKU that is named, from when it is \
                                sent until it ends";
                r.wrong(&items[place].at, Wrong::new(found).expected(expected));
                return None;
            }
            others.push(place);
        }
    }
    Some(())
}

impl Sold<'_> {
    fn name(&self, sku: SkuId) -> String {
        let named = self.cast.skus.and_then(|(_, names)| names.get(sku.index()));
        named.map_or_else(|| format!("SKU {}", sku.0), |name| format!("`{name}`"))
    }
}

fn promotion(
    node: &Node,
    timeline: Option<&Timeline>,
    sold: &Sold<'_>,
    r: &Reading,
) -> Option<Promotion> {
    let map = Map::open(node, "promotion", r)?;
    let name = map.required("name", name_up_to(NAME_CHARS_MAX));
    let of = promoted(&map, sold, r);
    let clocks = Clocks::of(sold, timeline);
    let starts = map.required("starts", |node, r| clocks.as_ref()?.when(node, r));
    let ends = map.required("ends", |node, r| clocks.as_ref()?.when(node, r));
    let times = starts.as_ref().zip(ends.as_ref());
    let on = clocks.as_ref().and_then(|clocks| clocks.stretch(&map, times, r));
    let starts = on.as_ref().map(|on| on.starts);
    let sent = map.required("sent", |node, r| sent(node, starts, timeline?, r));
    let (sent, on) = (sent?, on?);
    if sent > on.starts {
        let wrong = Wrong::new("a promotion that is sent after it starts");
        r.wrong(&map.at, wrong.expected(IN_ORDER));
        return None;
    }
    let (starts, ends, on) = (on.starts, on.ends, on.apart);
    Some(Promotion { name: name?, of: of?, sent, starts, ends, on })
}

/// `skus` and `price`, or `prices`: a list of them in a file.
fn promoted(map: &Map<'_>, sold: &Sold<'_>, r: &Reading) -> Option<Promoted> {
    if let Some(node) = map.get("prices") {
        let beside = ["skus", "price"].into_iter().filter_map(|key| Some((key, map.key_at(key)?)));
        let beside: Vec<_> = beside.collect();
        for (key, at) in &beside {
            let wrong = Wrong::new(format!("`{key}` stands beside `prices`"));
            r.wrong(at, wrong.expected("only one of the two: the list says both"));
        }
        let listed = price_list(node, sold, r);
        return listed.filter(|_| beside.is_empty()).map(Promoted::Priced);
    }
    let ppm = map.required("price", price_change);
    let skus = map.required("skus", |node, r| match &node.value {
        Value::Scalar(text) if text.contains('%') => some_share(node, r).map(Err),
        _ => named_skus(node, &sold.cast, r).map(Ok),
    });
    Some(match skus? {
        Ok(skus) => Promoted::Named(skus, ppm?),
        Err(share) => Promoted::Share(share, ppm?),
    })
}

fn price_change(node: &Node, r: &Reading) -> Option<i32> {
    scalar(node, r, |text| match parse_percent_ppm(text.strip_prefix('+').unwrap_or(text))? {
        0 => Err(Wrong::new("no change of price").expected("a change, such as -30%")),
        ppm @ -999_999..=10_000_000 => Ok(ppm as i32),
        _ => Err(Wrong::new(format!("`{text}` is out of range"))
            .expected("a change of price from -99.9% to +1000%, such as -30%")),
    })
}

/// `{ file: doors.csv }`: a row for each SKU.
fn price_list(node: &Node, sold: &Sold<'_>, r: &Reading) -> Option<Vec<(SkuId, Money)>> {
    let map = Map::open(node, "price list", r)?;
    let file = source(&map, r);
    let mark = map.optional("decimal", decimal);
    let (file, at) = file?;
    let currency = sold.head?.currency;
    let rows = prices::read(&file, mark, (currency.code, currency.digits));
    let rows =
        rows.map_err(|wrongs| wrongs.into_iter().for_each(|wrong| r.wrong(&at, wrong))).ok()?;
    resolve(&file, &at, r);
    of_skus(&file.file, rows, &at, sold, r)
}

/// Each row's SKU, by its name in the catalogue.
fn of_skus(
    file: &str,
    rows: Vec<PriceRow>,
    at: &Range<usize>,
    sold: &Sold<'_>,
    r: &Reading,
) -> Option<Vec<(SkuId, Money)>> {
    let (_, names) = sold.cast.skus?;
    if names.is_empty() {
        let wrong = Wrong::new(format!("`{file}` names SKUs, and the catalogue has no names"));
        r.wrong(at, wrong.expected("a catalogue from a stock list: catalog: { file: stock.csv }"));
        return None;
    }
    let by_name: HashMap<&str, SkuId> =
        (0..).map(SkuId).zip(names).map(|(sku, name)| (name.as_str(), sku)).collect();
    let (mut prices, mut unknown) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match by_name.get(row.sku.as_str()) {
            Some(sku) => prices.push((*sku, row.price)),
            None => unknown.push(row),
        }
    }
    if unknown.is_empty() {
        return Some(prices);
    }
    let one = if unknown.len() == 1 { "row of a SKU that is" } else { "rows of SKUs that are" };
    let found = format!("`{file}` has {} {one} not in the catalogue", unknown.len());
    let lines =
        unknown.iter().take(NAMED_MAX).map(|row| format!("line {}: `{}`", row.line, row.sku));
    let hint = lines.collect::<Vec<_>>().join("; ");
    let wrong = Wrong::new(found).expected("SKUs by their names in the catalogue's stock list");
    r.wrong(at, wrong.hint(hint));
    None
}

/// `30m before` its start, or any moment. What was sent before the campaign starts is known at its
/// start: it is sent then, and a note says so.
fn sent(node: &Node, starts: Option<At>, timeline: &Timeline, r: &Reading) -> Option<At> {
    let lead = scalar(node, r, |text| {
        text.strip_suffix(" before").map(|lead| parse_duration(lead.trim())).transpose()
    })?;
    let Some(lead) = lead else { return timeline.moment(node, r) };
    let (starts, lead) = (starts?, timeline.shortened(lead));
    if lead.0 > starts.0 {
        let early = Span(lead.0 - starts.0);
        r.note(format!(
            "A promotion is sent {early} before the campaign starts: it is sent at its start."
        ));
    }
    Some(At(starts.0.saturating_sub(lead.0)))
}
