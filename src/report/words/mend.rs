//! Owns the first corrective action for what went wrong, from what the record shows
//! (docs/measures.md, from symptom to corrective action).
//! Must not name a setting that stands already.

use super::advised::NextStep;
use super::number::{count, counted, share, signed};
use super::settings::{stands, to_set};
use super::way::{HOLD_BACK, Part, Way, sooner};
use crate::report::summary::Summary;
use crate::report::summary::findings::ErrorKind;
use crate::report::summary::gate::{Gate, Invariant, InvariantKind, Kpi};
use crate::report::summary::measured::LostByKind;
use crate::report::summary::series::Work;
use crate::report::summary::shown::Setting;
use crate::report::summary::verdict::Channel;

pub(super) fn to_restore(summary: &Summary, result: &Invariant) -> NextStep {
    let invariant = result.invariant;
    let told_by = match invariant {
        InvariantKind::StuckOffer | InvariantKind::WrongOffer => Some(STOCK),
        InvariantKind::WrongPrice
        | InvariantKind::PriceOutOfTime
        | InvariantKind::MispricedOrder => Some(PRICE),
        _ => None,
    };
    let throttled = |kind| throttled_out(summary, None, kind, result.breaches.definite);
    if let Some(advice) = told_by.and_then(throttled) {
        return advice;
    }
    let validate = "no breach of it in the same campaign";
    let (action, setting) = match invariant {
        InvariantKind::DuplicateHandoff
        | InvariantKind::DuplicateAcceptance
        | InvariantKind::DoubleDecrement => once(summary),
        InvariantKind::LostUpdate | InvariantKind::Conservation => (
            "make the OMS change stock by difference, never by overwriting",
            to_set(summary, &[Setting::ByDifference], ""),
        ),
        InvariantKind::GhostOrder => (
            "hand over only what a channel accepted, under the channel's order id",
            to_set(summary, &[Setting::SharedIds], ""),
        ),
        InvariantKind::AlteredOrder => {
            ("mend the mapping of SKU, quantity and price on the way to the OMS", String::new())
        }
        InvariantKind::LostHandoff => retried(summary),
        InvariantKind::WrongOffer if summary.channels.iter().any(|c| !c.from.is_empty()) => (
            "show on each channel what is available at the locations that serve it, and at no \
             other; compare offers with stock on a schedule",
            String::new(),
        ),
        InvariantKind::StuckOffer | InvariantKind::WrongOffer => (
            "find the updates that were given up or never sent, send them again, and compare \
             offers with stock on a schedule",
            to_set(summary, &[Setting::Retries], ""),
        ),
        InvariantKind::Oversell
        | InvariantKind::Undersell
        | InvariantKind::StaleListing
        | InvariantKind::Regression => return sooner(summary, Work::Stock, None, validate),
        InvariantKind::MispricedOrder
        | InvariantKind::PriceOutOfTime
        | InvariantKind::WrongPrice => (MAPPING, String::new()),
        InvariantKind::OneSidedEnd
        | InvariantKind::ContradictedAnswer
        | InvariantKind::SentAway
        | InvariantKind::LateCancellation => to_tell(summary, invariant),
        InvariantKind::LateDispatch | InvariantKind::LateAcceptance => (AT_ONCE, String::new()),
    };
    NextStep { action: action.to_owned(), setting, validate, ..NextStep::default() }
}

/// People, or systems, that were told wrongly, late or not at all.
fn to_tell(summary: &Summary, invariant: InvariantKind) -> (&'static str, String) {
    match invariant {
        InvariantKind::OneSidedEnd => (
            "tell the other side of every order that is ended, try again until it knows, and \
             compare open orders on a schedule",
            to_set(summary, &[Setting::Retries], ""),
        ),
        InvariantKind::ContradictedAnswer => (
            "find out which of the two is right, what shoppers were told or what the channel \
             wrote down",
            String::new(),
        ),
        InvariantKind::SentAway => {
            ("give the channel room for the peak, and shoppers a page that waits", String::new())
        }
        _ => (
            "find out at once which orders cannot be filled: a late cancellation is one all the \
             same",
            String::new(),
        ),
    }
}

/// The metric that shows whether stock is shown as it is.
const MISMATCH: &str = "mismatch rate at peak, the share of offers above what there is in the \
                        worst minutes";

const AT_ONCE: &str = "tell the channel at once, until it knows; promise what a peak can keep";
const MAPPING: &str = "keep the promotion mapping in one place and alert on its propagation";

fn all_stand(summary: &Summary, settings: &[Setting]) -> bool {
    settings.iter().all(|&setting| stands(summary, setting))
}

/// Carried out once, however often it is said.
fn once(summary: &Summary) -> (&'static str, String) {
    if stands(summary, Setting::Idempotent) {
        return ("find out why a call that repeats its key is carried out again", String::new());
    }
    let setting = to_set(summary, &[Setting::Idempotent], "");
    ("give every order an idempotency key and refuse the second", setting)
}

/// Tried again until it is there.
fn retried(summary: &Summary) -> (&'static str, String) {
    let wanted = [Setting::Retries, Setting::Idempotent];
    if all_stand(summary, &wanted) {
        if is_unheard(summary) {
            return (
                "find the orders that the connector never heard of, or lost with its queue: let it \
                 look for orders itself, on a schedule",
                "`orders in: { poll: 30s }` of the connector".to_owned(),
            );
        }
        return (
            "give handoffs more attempts over a longer time, and look at what the OMS refused",
            "a longer `backoff` and more `attempts` in the connector's `retry`".to_owned(),
        );
    }
    let action = "harden the retry of handoffs and protect them against duplicates";
    (action, to_set(summary, &wanted, ""))
}

/// Most orders that never came to the OMS did so without a word: no try of theirs failed.
fn is_unheard(summary: &Summary) -> bool {
    let of = |kind| {
        let classes = summary.error_classes.iter().filter(move |class| class.class == kind);
        classes.map(|class| class.orders).sum::<u64>()
    };
    of(ErrorKind::LostHandoff)
        > of(ErrorKind::RejectedHandoff).saturating_add(of(ErrorKind::AbandonedHandoff))
}

/// Updates of a kind that a channel's limit kept out for good: nothing else about what they would
/// have changed is worth mending before.
fn throttled_out(
    summary: &Summary,
    channel: Option<&str>,
    (kind, of): (&str, fn(&LostByKind) -> u64),
    bad: u64,
) -> Option<NextStep> {
    let here = summary.channels.iter().filter(|c| channel.is_none_or(|name| name == c.name));
    let lost_on = |c: &Channel| of(&c.totals.lost_by_kind);
    let lost: u64 = here.clone().map(lost_on).sum();
    let worst = here.max_by_key(|c| lost_on(c))?;
    let only = if lost_on(worst) == lost { "" } else { "most of them " };
    let most = format!("{only}on {}", worst.name);
    let (one, many) = (format!("{kind} update was"), format!("{kind} updates were"));
    // A few lost ones do not make a p95 late.
    (lost > 0 && lost * 10 >= bad).then(|| NextStep {
        evidence: format!(
            "{} given up after throttling, {most}",
            super::number::counted(lost, &one, &many),
        ),
        action: "let the retry outlast the channel's limit, and send fewer, larger updates"
            .to_owned(),
        setting: to_set(
            summary,
            &[Setting::Coalesce],
            "a longer `backoff` and more `attempts` in the connector's `retry`, a larger `batch`, \
             against `limits` of the channel",
        ),
        validate: "no update is given up after throttling",
        proves: false,
    })
}

const STOCK: (&str, fn(&LostByKind) -> u64) = ("stock", |lost| lost.stock);
const PRICE: (&str, fn(&LostByKind) -> u64) = ("price", |lost| lost.prices);
const LISTING: (&str, fn(&LostByKind) -> u64) = ("listing", |lost| lost.listings);

pub(super) fn to_mend(summary: &Summary, gate: &Gate) -> NextStep {
    let told_by = match gate.kpi {
        Kpi::SyncLag => Some(STOCK),
        Kpi::PriceLag | Kpi::MispricedOrders => Some(PRICE),
        Kpi::ListingLatency => Some(LISTING),
        _ => None,
    };
    let throttled = |kind| throttled_out(summary, gate.channel.as_deref(), kind, gate.bad.definite);
    if let Some(advice) = told_by.and_then(throttled) {
        return advice;
    }
    let channel = gate.channel.as_deref();
    let (evidence, (action, setting), validate) = match gate.kpi {
        Kpi::OversoldOrders => return to_mend_oversell(summary, MISMATCH),
        Kpi::StockCancellations => return to_mend_oversell(summary, "fewer cancellations"),
        Kpi::SyncLag => return sooner(summary, Work::Stock, channel, MISMATCH),
        Kpi::PriceLag => return sooner(summary, Work::Price, channel, "price parity"),
        Kpi::ListingLatency => {
            return sooner(summary, Work::Listing, channel, "listing publish latency");
        }
        Kpi::MispricedOrders => return to_mend_prices(summary, channel),
        Kpi::HandoffSuccess => return to_mend_handoff(summary, channel),
        Kpi::ReconciliationVariance => {
            let shared = to_set(summary, &[Setting::SharedIds], "");
            let action = if shared.is_empty() {
                "mend what is missing or different in the OMS, order by order"
            } else {
                "carry one event id across platform and OMS"
            };
            (books_evidence(summary), (action, shared), "reconciliation cycle time")
        }
    };
    NextStep { evidence, action: action.to_owned(), setting, validate, proves: false }
}

/// Prices that were never right are a matter of mapping, those that came late one of the way.
fn to_mend_prices(summary: &Summary, channel: Option<&str>) -> NextStep {
    let wrong = |rule: &&Invariant| rule.invariant == InvariantKind::WrongPrice;
    let wrong = summary.invariants.iter().find(wrong).map_or(0, |rule| rule.breaches.definite);
    if wrong == 0 {
        return sooner(summary, Work::Price, channel, "price parity");
    }
    let evidence = format!("{} still wrong when all was quiet", counted(wrong, "price", "prices"));
    let (action, validate) = (MAPPING.to_owned(), "price parity");
    NextStep { evidence, action, validate, ..NextStep::default() }
}

/// Half of the deadline spent on one part of the way is what makes handoffs late; else calls fail.
fn to_mend_handoff(summary: &Summary, channel: Option<&str>) -> NextStep {
    let validate = "handoff success within its limit, and since when";
    let way = Way::of(summary, Work::Handoff, channel);
    let half = summary.terms.handoff_within_us / 2;
    let slow = way.as_ref().and_then(Way::largest).is_some_and(|(_, us)| us >= half);
    if slow {
        return sooner(summary, Work::Handoff, channel, validate);
    }
    let (action, setting) = retried(summary);
    let evidence = way
        .filter(|way| way.largest().is_some())
        .map_or(String::new(), |way| format!("{}: that makes none of them late", way.evidence()));
    NextStep { evidence, action: action.to_owned(), setting, validate, proves: false }
}

/// Units reserved nearer to the sale: heard of sooner where hearing of an order takes longest.
fn earlier(summary: &Summary) -> (&'static str, String) {
    let wanted = [Setting::ReserveOnAccept, Setting::OrdersByWebhook];
    if all_stand(summary, &wanted) {
        return ("hold units back on the channels that show changes late", HOLD_BACK.to_owned());
    }
    let largest = Way::of(summary, Work::Handoff, None).and_then(|way| way.largest());
    let setting = to_set(summary, &wanted, "");
    match (largest, stands(summary, Setting::ReserveOnAccept)) {
        (Some((Part::Looks, _)), true) => {
            ("hear of orders as they happen, or look for them more often", setting)
        }
        (Some((Part::Looks, _)), false) => {
            ("hear of orders sooner, and reserve as soon as they are accepted", setting)
        }
        (Some((Part::Waits, _)), true) => {
            ("give the queue more workers", "more `workers` of the connector".to_owned())
        }
        _ => ("reserve earlier and tighten the confirmation", setting),
    }
}

/// The causes in the order of the report, with the words for each.
pub fn causes_named(summary: &Summary) -> [(&'static str, i64); 9] {
    let causes = &summary.causes;
    let mut rules = summary.channels.iter().filter_map(|channel| channel.stock_rule.as_ref());
    let race = if rules.any(|rule| rule.in_or_out) {
        "sold before any offer could follow, or in any number where only in or out is shown"
    } else {
        "two sales closer together than any offer can follow"
    };
    [
        ("one intent accepted twice", causes.duplicate),
        ("the OMS lost an update of its own ledger", causes.lost_update),
        ("sold, and not yet reserved in the OMS", causes.reservation_gap),
        ("reserved, and the change waited in the sync queue", causes.lag_queue),
        ("reserved, and the push was throttled", causes.lag_throttle),
        ("reserved, and the push was rejected or given up", causes.lag_rejected),
        ("pushed, and the channel did not show it yet", causes.lag_unapplied),
        (race, causes.channel_race),
        ("unexplained: the offer or the ledger is not known", causes.unexplained),
    ]
}

fn to_mend_oversell(summary: &Summary, validate: &'static str) -> NextStep {
    let named = causes_named(summary);
    let total: i64 = named.iter().map(|(_, units)| units).sum();
    let worst = (0..named.len()).max_by_key(|&at| (named[at].1, std::cmp::Reverse(at)));
    let worst = worst.filter(|&at| named[at].1 > 0);
    let evidence = worst.map_or(String::new(), |at| {
        let ppm = (named[at].1.max(0) as u128 * 1_000_000 / total.max(1) as u128) as u32;
        format!(
            "{} of {} oversold units ({}): {}",
            signed(named[at].1),
            signed(total),
            share(ppm),
            named[at].0
        )
    });
    let (action, setting) = match worst {
        Some(0) => once(summary),
        Some(1) => (
            "make the OMS change stock by difference, never by overwriting",
            to_set(summary, &[Setting::ByDifference], ""),
        ),
        Some(2) => earlier(summary),
        Some(4) => (
            "send fewer, larger updates: batch, and drop those overtaken by newer ones",
            to_set(summary, &[Setting::Coalesce], "a larger `batch` of the connector"),
        ),
        Some(5) => {
            ("mend the mapping of what is rejected, and alert on updates given up", String::new())
        }
        Some(6 | 7) => {
            ("hold units back on the channels that show changes late", HOLD_BACK.to_owned())
        }
        Some(3) => {
            let advice = sooner(summary, Work::Stock, None, validate);
            let told = [&*evidence, &*advice.evidence].into_iter().filter(|said| !said.is_empty());
            let evidence = told.collect::<Vec<_>>().join("; ");
            return NextStep { evidence, ..advice };
        }
        _ => (
            "find out which system had sold the last unit, and when the others heard of it",
            String::new(),
        ),
    };
    NextStep { evidence, action: action.to_owned(), setting, validate, proves: false }
}

fn books_evidence(summary: &Summary) -> String {
    let sum = |of: fn(&crate::report::summary::series::BookDay) -> u64| -> String {
        count(summary.books.iter().map(of).sum())
    };
    format!(
        "{} missing in the OMS, {} surplus, {} altered",
        sum(|day| day.missing),
        sum(|day| day.surplus),
        sum(|day| day.altered),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::report::summary::findings::ErrorClass;
    use crate::report::summary::gate::Count;

    /// Prices that a limit kept out do not make stock late, nor the reverse.
    #[test]
    fn updates_given_up_after_throttling_are_told_of_what_they_would_have_changed() {
        let mut summary = Summary::of(&sample::no_go());
        for (channel, prices) in summary.channels.iter_mut().zip([3, 40, 0]) {
            channel.totals.lost_by_kind = LostByKind { prices, ..LostByKind::default() };
        }
        let of = |kpi: Kpi| {
            let gate = summary.gates.iter().find(|g| g.kpi == kpi && g.channel.is_none()).unwrap();
            to_mend(&summary, &Gate { bad: Count::default(), ..gate.clone() }).evidence
        };
        let worst = &summary.channels[1].name;
        let said =
            format!("43 price updates were given up after throttling, most of them on {worst}");
        assert_eq!(of(Kpi::PriceLag), said);
        assert!(!of(Kpi::SyncLag).contains("given up"), "{}", of(Kpi::SyncLag));
        assert!(!of(Kpi::ListingLatency).contains("given up"));
    }

    /// More attempts bring no order that nobody ever tried to hand over.
    #[test]
    fn orders_that_nobody_heard_of_are_looked_for() {
        let advised = |classes: &[(ErrorKind, u64)]| {
            let mut summary = sample::summary_go();
            let class = |&(class, orders): &(ErrorKind, u64)| ErrorClass {
                class,
                orders,
                units: 0,
                money: 0,
                most_on: None,
                owner: String::new(),
            };
            summary.error_classes = classes.iter().map(class).collect();
            for connector in &mut summary.connectors {
                connector.settings = vec![Setting::Retries, Setting::Idempotent];
            }
            retried(&summary).1
        };
        let (unheard, given_up) = (ErrorKind::LostHandoff, ErrorKind::AbandonedHandoff);
        assert!(advised(&[(unheard, 9), (given_up, 2)]).contains("poll"));
        assert!(advised(&[(unheard, 2), (given_up, 9)]).contains("attempts"));
        assert!(advised(&[]).contains("attempts"));
    }
}
