//! Owns reading what converts between books: rates, tax bases, rounding of prices.
//! Must not know what a price is, nor who charges it.

use super::currency::{Currency, currency, tax};
use super::head::Head;
use crate::commerce::terms::{Dialect, OmsPlay};
use crate::history::charter::{BookedBy, Halfway, STEP_MAX, Tariff, Tax};
use crate::language::map::{Map, entries, not_yet};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::choice;
use crate::language::tree::Node;
use crate::units::Money;

const HALVES: &[(&str, Halfway)] = &[("up", Halfway::Up), ("even", Halfway::Even)];
const BOOKED_BY: &[(&str, BookedBy)] =
    &[("unit", BookedBy::Unit), ("line", BookedBy::Line), ("order", BookedBy::Order)];

/// Which way the OMS books what is of another currency: `order`.
pub(super) fn booked_by(node: &Node, r: &Reading) -> Option<BookedBy> {
    choice(BOOKED_BY)(node, r)
}

/// How a channel's prices come of the source's: none where it charges what the source says. How
/// its orders are booked is for the OMS to say.
#[expect(clippy::option_option, reason = "nothing is said, or it cannot be read")]
pub(super) fn read(map: &Map<'_>, head: Option<&Head>, r: &Reading) -> Option<Option<Tariff>> {
    let said = map.or("currency", None, |node, r| currency(node, r).map(Some));
    let own_tax = map.or("tax", None, |node, r| tax(node, r).map(Some));
    map.known("rounding");
    let (said, own_tax) = (said?, own_tax?);
    // What is wrong with the head is said there.
    let Some(head) = head else { return Some(None) };
    let into = said.unwrap_or(head.currency);
    let rounding = map.or("rounding", (Money(1), Halfway::Up), |node, r| rounding(node, into, r));
    let rate_e9 = if into == head.currency {
        Some(1_000_000_000)
    } else {
        map.get("currency").and_then(|node| known_rate(into, head, node, r))
    };
    let source = match (head.tax, map.get("tax")) {
        (None, Some(node)) => {
            let wrong = Wrong::new("nobody says whether the source's prices hold tax");
            let expected = "at the top `tax: { prices: net }`, or `{ prices: gross, rate: 20% }`";
            r.wrong(&node.at, wrong.expected(expected));
            None
        }
        (source, _) => Some(source.unwrap_or(Tax::NONE)),
    };
    let ((step, half), rate_e9, source) = (rounding?, rate_e9?, source?);
    let is_plain = into == head.currency && own_tax.is_none() && !map.has("rounding");
    Some((!is_plain).then(|| Tariff {
        currency: into.code.to_owned(),
        digits: into.digits,
        source_digits: head.currency.digits,
        rate_e9,
        source,
        tax: own_tax.unwrap_or(source),
        step,
        half,
        books: BookedBy::Order,
    }))
}

fn known_rate(into: Currency, head: &Head, node: &Node, r: &Reading) -> Option<u64> {
    let known = head.rates.iter().find(|rate| rate.into == into);
    if known.is_none() {
        let (to, of) = (into.code, head.currency.code);
        let wrong = Wrong::new(format!("there is no rate for {to}"));
        let expected = format!("at the top `rates: {{ {to}: 1.17 }}`: units of {to} for one {of}");
        r.wrong(&node.at, wrong.expected(expected));
    }
    known.map(|rate| rate.rate_e9)
}

/// `{ to: 0.05, half: up }`.
fn rounding(node: &Node, of: Currency, r: &Reading) -> Option<(Money, Halfway)> {
    let map = Map::open(node, "rounding", r)?;
    let step = map.or("to", Money(1), |node, r| {
        let step = of.money()(node, r)?;
        if step < Money(1) || step > STEP_MAX {
            let wrong = Wrong::new(format!("prices cannot be multiples of {}", of.say(step)));
            let (least, most) = (of.say(Money(1)), of.say(STEP_MAX));
            r.wrong(&node.at, wrong.expected(format!("from {least} to {most}")));
            return None;
        }
        Some(step)
    });
    let half = map.or("half", Halfway::Up, choice(HALVES));
    Some((step?, half?))
}

/// What is said of all channels fits together, and with the OMS.
pub(super) fn refuse_unfit(
    top: &Map<'_>,
    (head, oms): (Option<&Head>, Option<&OmsPlay>),
    tariffs: Option<Vec<&Tariff>>,
    r: &Reading,
) {
    let (Some(head), Some(tariffs)) = (head, tariffs) else { return };
    refuse_unused(top, head, &tariffs, r);
    let is_hub = oms.is_some_and(|oms| oms.dialect != Dialect::Neutral);
    if is_hub && !tariffs.is_empty() {
        let at = top.key_at("oms").unwrap_or_default();
        r.wrong(&at, not_yet("an OMS with a `dialect` beside channels with money of their own"));
    }
}

/// Every rate is for somebody.
fn refuse_unused(top: &Map<'_>, head: &Head, used: &[&Tariff], r: &Reading) {
    if head.tax.is_some() && used.iter().all(|tariff| tariff.tax == tariff.source) {
        r.note("`tax` is said of the source alone: channels charge its prices as they are.");
    }
    let Some(node) = top.peek(&["rates"]) else { return };
    for entry in entries(node, "rates", r).into_iter().flatten() {
        let is_known = head.rates.iter().any(|rate| rate.into.code == entry.key);
        if is_known && used.iter().all(|tariff| tariff.currency != entry.key) {
            let wrong = Wrong::new(format!("no channel sells in {}", entry.key));
            let expected = format!("`currency: {}` on a channel, or no rate for it", entry.key);
            r.wrong(&entry.key_at, wrong.expected(expected));
        }
    }
}
