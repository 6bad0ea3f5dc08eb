//! Owns the first corrective action for what went wrong, from what the record shows
//! (docs/measures.md, from symptom to corrective action).
//! Must not name a setting that stands already.

use super::advice::Advice;
use super::number::{count, share, signed};
use super::settings::{stands, to_set};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Invariant, InvariantKind, Kpi};
use crate::report::summary::measured::Causes;
use crate::report::summary::shown::Setting;

pub(super) fn to_restore(summary: &Summary, result: &Invariant) -> Advice {
    let invariant = result.invariant;
    let told = matches!(
        invariant,
        InvariantKind::StuckOffer
            | InvariantKind::WrongOffer
            | InvariantKind::WrongPrice
            | InvariantKind::PriceOutOfTime
            | InvariantKind::MispricedOrder
    );
    let throttled = throttled_out(summary, None, result.breaches.definite);
    if let Some(advice) = throttled.filter(|_| told) {
        return advice;
    }
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
        InvariantKind::StuckOffer | InvariantKind::WrongOffer => (
            "find the updates that were given up or never sent, send them again, and compare \
             offers with stock on a schedule",
            to_set(summary, &[Setting::Retries], ""),
        ),
        InvariantKind::Oversell
        | InvariantKind::Undersell
        | InvariantKind::StaleListing
        | InvariantKind::Regression => sooner(summary),
        InvariantKind::MispricedOrder
        | InvariantKind::PriceOutOfTime
        | InvariantKind::WrongPrice => (MAPPING, String::new()),
        InvariantKind::OneSidedEnd
        | InvariantKind::ContradictedAnswer
        | InvariantKind::SentAway
        | InvariantKind::LateCancellation => to_tell(summary, invariant),
    };
    let validate = "no breach of it in the same campaign";
    Advice { action: action.to_owned(), setting, validate, ..Advice::default() }
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

const MAPPING: &str = "keep the promotion mapping in one place and alert on its propagation";
const HOLD_BACK: &str = "`holds back` of the channels that show changes late";

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
        return (
            "give handoffs more attempts over a longer time, and look at what the OMS refused",
            "a longer `backoff` and more `attempts` in the connector's `retry`".to_owned(),
        );
    }
    let action = "harden the retry of handoffs and protect them against duplicates";
    (action, to_set(summary, &wanted, ""))
}

/// Stock updates that leave sooner.
fn sooner(summary: &Summary) -> (&'static str, String) {
    let wanted = [Setting::InventoryFirst, Setting::Partitions];
    let setting = to_set(summary, &wanted, "more `workers`");
    if all_stand(summary, &wanted) {
        return ("give the sync queue more workers, or fewer and larger updates", setting);
    }
    ("prioritise inventory events and partition the sync queue", setting)
}

/// Updates that a channel's limit kept out for good: nothing else about a lag is worth mending
/// before.
fn throttled_out(summary: &Summary, channel: Option<&str>, bad: u64) -> Option<Advice> {
    let lost = match channel {
        None => summary.totals.lost_after_throttling,
        Some(name) => {
            let channel = summary.channels.iter().find(|channel| channel.name == name)?;
            channel.totals.lost_after_throttling
        }
    };
    let worst = summary.channels.iter().max_by_key(|c| c.totals.lost_after_throttling)?;
    // A few lost ones do not make a p95 late.
    (lost > 0 && lost * 10 >= bad).then(|| Advice {
        evidence: format!(
            "{} given up after throttling, most of them on {}",
            super::number::counted(lost, "update was", "updates were"),
            channel.unwrap_or(&worst.name),
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

pub(super) fn to_mend(summary: &Summary, gate: &Gate) -> Advice {
    let told = matches!(
        gate.kpi,
        Kpi::SyncLag | Kpi::PriceLag | Kpi::ListingLatency | Kpi::MispricedOrders
    );
    let throttled = throttled_out(summary, gate.channel.as_deref(), gate.bad.definite);
    if let Some(advice) = throttled.filter(|_| told) {
        return advice;
    }
    let (evidence, (action, setting), validate) = match gate.kpi {
        Kpi::OversoldOrders => return to_mend_oversell(summary),
        Kpi::SyncLag => (queue_evidence(summary), sooner(summary), "mismatch rate at peak"),
        Kpi::PriceLag | Kpi::MispricedOrders => {
            (String::new(), (MAPPING, String::new()), "price parity")
        }
        Kpi::HandoffSuccess => {
            (String::new(), retried(summary), "handoff success within its limit, and since when")
        }
        Kpi::ReconciliationVariance => {
            let shared = to_set(summary, &[Setting::SharedIds], "");
            let action = if shared.is_empty() {
                "mend what is missing or different in the OMS, order by order"
            } else {
                "carry one event id across platform and OMS"
            };
            (books_evidence(summary), (action, shared), "reconciliation cycle time")
        }
        Kpi::StockCancellations => (String::new(), earlier(summary), "fewer cancellations"),
        Kpi::ListingLatency => (
            queue_evidence(summary),
            (
                "publish before the promotion starts, and keep listings out of the stock queue",
                "more `workers` and `partitions` of the connector".to_owned(),
            ),
            "listing publish latency",
        ),
    };
    Advice { evidence, action: action.to_owned(), setting, validate, proves: false }
}

/// Units reserved nearer to the sale.
fn earlier(summary: &Summary) -> (&'static str, String) {
    let wanted = [Setting::ReserveOnAccept, Setting::OrdersByWebhook];
    if all_stand(summary, &wanted) {
        return ("hold units back on the channels that show changes late", HOLD_BACK.to_owned());
    }
    ("reserve earlier and tighten the confirmation", to_set(summary, &wanted, ""))
}

/// The causes in the order of the report, with the words for each.
pub fn causes_named(causes: &Causes) -> [(&'static str, i64); 9] {
    [
        ("one intent accepted twice", causes.duplicate),
        ("the OMS lost an update of its own ledger", causes.lost_update),
        ("sold, and not yet reserved in the OMS", causes.reservation_gap),
        ("reserved, and the change waited in the sync queue", causes.lag_queue),
        ("reserved, and the push was throttled", causes.lag_throttle),
        ("reserved, and the push was rejected or given up", causes.lag_rejected),
        ("pushed, and the channel did not show it yet", causes.lag_unapplied),
        ("two sales closer together than any offer can follow", causes.channel_race),
        ("unexplained: the offer or the ledger is not known", causes.unexplained),
    ]
}

fn to_mend_oversell(summary: &Summary) -> Advice {
    let named = causes_named(&summary.causes);
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
        _ => sooner(summary),
    };
    let action = action.to_owned();
    Advice { evidence, action, setting, validate: "mismatch rate at peak", proves: false }
}

fn queue_evidence(summary: &Summary) -> String {
    let deepest = summary.queues.iter().max_by_key(|queue| queue.depth_max);
    deepest.filter(|queue| queue.depth_max > 0).map_or(String::new(), |queue| {
        format!(
            "{} waited in {}'s queue {} at its deepest; its workers were busy {} of the time",
            super::number::counted(queue.depth_max.into(), "job", "jobs"),
            queue.connector,
            queue.partition,
            share(queue.busy_mean_ppm),
        )
    })
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
