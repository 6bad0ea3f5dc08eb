//! Owns what to do next about a gate: symptom → likely cause → first corrective action → the
//! metric that shows it worked (docs/measures.md, from symptom to corrective action).
//! Must not advise where nothing is wrong: no symptom, no diagnosis.

use super::number::{count, share, signed};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Kpi};
use crate::report::summary::measured::Causes;
use crate::report::summary::verdict::{Band, Unproved};

/// What to do next about one gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What the record shows, with numbers; empty when the record cannot say.
    pub evidence: String,
    /// The first thing to do.
    pub action: String,
    /// How to see that it worked.
    pub validate: &'static str,
}

/// What to do about `gate`; none when it is healthy.
pub fn advice(summary: &Summary, gate: &Gate) -> Option<Advice> {
    match (gate.band, gate.because) {
        (Band::Healthy, _) => None,
        (Band::NotProved, why) => why.map(|why| to_prove(gate, why)),
        (Band::Watch | Band::Failed, _) => Some(to_mend(summary, gate)),
    }
}

fn to_prove(gate: &Gate, why: Unproved) -> Advice {
    let action = match why {
        Unproved::Truncated => "play it again to its end".to_owned(),
        Unproved::GeneratorSaturated => {
            "lower the rate or the speed, or give the generator more of the machine".to_owned()
        }
        Unproved::TimeScaleTooCoarse => "lower `speed`".to_owned(),
        Unproved::NotObserved => {
            "add the kind of event it needs to the scenario or to the import".to_owned()
        }
        Unproved::NotExercised => match gate.kpi {
            Kpi::OversoldOrders | Kpi::StockCancellations => {
                "let something sell out on two channels: heroes with little stock".to_owned()
            }
            Kpi::PriceLag => "add a promotion to `merchant:`".to_owned(),
            Kpi::ListingLatency => "add new listings to `merchant:`".to_owned(),
            Kpi::SyncLag => "add restocks or stock corrections to `merchant:`".to_owned(),
            Kpi::HandoffSuccess | Kpi::ReconciliationVariance => {
                "let some calls fail and be delivered twice, so that retries are put to the test"
                    .to_owned()
            }
        },
        Unproved::TooFewSamples if gate.samples_needed > gate.samples => format!(
            "play longer or at a higher rate: {} more samples are needed",
            count(gate.samples_needed - gate.samples),
        ),
        Unproved::TooFewSamples => {
            "spread the load over more SKUs that sell out, or over more minutes".to_owned()
        }
        Unproved::Unresolved => {
            "find out what became of the calls without an answer, and judge again".to_owned()
        }
    };
    Advice { evidence: String::new(), action, validate: "the gate is proved" }
}

fn to_mend(summary: &Summary, gate: &Gate) -> Advice {
    match gate.kpi {
        Kpi::OversoldOrders => to_mend_oversell(&summary.causes),
        Kpi::SyncLag => Advice {
            evidence: queue_evidence(summary),
            action: "prioritise inventory events and partition the sync queue".to_owned(),
            validate: "mismatch rate at peak",
        },
        Kpi::PriceLag => Advice {
            evidence: String::new(),
            action: "keep the promotion mapping in one place and alert on its propagation"
                .to_owned(),
            validate: "price parity",
        },
        Kpi::HandoffSuccess => Advice {
            evidence: String::new(),
            action: "harden the retry of handoffs and protect them against duplicates".to_owned(),
            validate: "handoff success back in band, and when",
        },
        Kpi::ReconciliationVariance => Advice {
            evidence: books_evidence(summary),
            action: "carry one event id across platform and OMS".to_owned(),
            validate: "reconciliation cycle time",
        },
        Kpi::StockCancellations => Advice {
            evidence: String::new(),
            action: "reserve earlier and tighten the confirmation".to_owned(),
            validate: "fewer cancellations",
        },
        Kpi::ListingLatency => Advice {
            evidence: queue_evidence(summary),
            action: "publish before the promotion starts, and keep listings out of the stock queue"
                .to_owned(),
            validate: "listing publish latency",
        },
    }
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

fn to_mend_oversell(causes: &Causes) -> Advice {
    let named = causes_named(causes);
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
    let action = match worst {
        Some(0) => "give every order an idempotency key and refuse the second",
        Some(1) => "make the OMS change stock by difference, never by overwriting",
        Some(2) => "reserve when the order is accepted, not when it is handed off",
        Some(4) => "send fewer, larger updates: batch, and drop those overtaken by newer ones",
        Some(5) => "mend the mapping of what is rejected, and alert on updates given up",
        Some(6 | 7) => "hold units back on the channels that show changes late",
        _ => "prioritise inventory events and partition the sync queue",
    };
    Advice { evidence, action: action.to_owned(), validate: "mismatch rate at peak" }
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
