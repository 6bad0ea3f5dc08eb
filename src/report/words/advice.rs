//! Owns what to do next about a gate: symptom → likely cause → first corrective action → the
//! metric that shows it worked (docs/measures.md, from symptom to corrective action).
//! Must not advise where nothing is wrong: no symptom, no diagnosis.

use super::number::{count, share, signed};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Invariant, InvariantKind, Kpi};
use crate::report::summary::measured::Causes;
use crate::report::summary::verdict::{Band, Evidence, Unproved};

/// What to do next about one gate, invariant or run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// What the record shows, with numbers; empty when the record cannot say.
    pub evidence: String,
    /// The first thing to do.
    pub action: String,
    /// What that is in a scenario's connector or channel; empty where it is no setting.
    pub setting: &'static str,
    /// How to see that it worked.
    pub validate: &'static str,
    /// It makes the answer known; it mends nothing.
    pub proves: bool,
}

impl Advice {
    /// `reserve earlier (ops-integration)`; an empty owner is whoever plays the run.
    pub fn with_owner(&self, owner: &str) -> String {
        match owner {
            "" => self.action.clone(),
            owner => format!("{} ({owner})", self.action),
        }
    }

    /// What stands behind it: what was seen, which setting it is where a model was played, what
    /// to check afterwards.
    pub fn backing(&self, of: Evidence) -> String {
        let mut text = String::new();
        if !self.evidence.is_empty() {
            text = format!("Seen: {}. ", self.evidence);
        }
        if of == Evidence::Model && !self.setting.is_empty() {
            text = format!("{text}Setting: {}. ", self.setting);
        }
        format!("{text}Check: {}.", self.validate)
    }
}

/// What to do about `gate`; none when it is healthy.
pub fn advice(summary: &Summary, gate: &Gate) -> Option<Advice> {
    match (gate.band, gate.because) {
        (Band::Healthy, _) => None,
        (Band::NotProved, why) => why.map(|why| to_prove(gate, why)),
        // Nothing went wrong that could be mended: there is only too little of it to say so.
        (Band::Watch, _) if gate.bad.possible == 0 => Some(to_widen()),
        (Band::Watch | Band::Failed, _) => Some(to_mend(summary, gate)),
    }
}

fn to_widen() -> Advice {
    let action = "play more of it: nothing went wrong, and there is too little to call it healthy";
    let validate = "the bound is within the healthy limit";
    Advice { action: action.to_owned(), validate, proves: true, ..Advice::default() }
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
    Advice { action, validate: "the gate is proved", proves: true, ..Advice::default() }
}

/// What to do about a run that proves nothing as a whole.
pub fn for_run(why: Unproved) -> Advice {
    let action = match why {
        Unproved::Truncated => "play it again to its end",
        Unproved::GeneratorSaturated => {
            "lower the rate or the speed, or give the generator more of the machine"
        }
        Unproved::TimeScaleTooCoarse => "lower `speed`",
        Unproved::NotObserved
        | Unproved::NotExercised
        | Unproved::TooFewSamples
        | Unproved::Unresolved => "give the scenario gates, and play it again",
    };
    let validate = match why {
        Unproved::Truncated => "the record is complete",
        _ => "the verdict is no longer INCONCLUSIVE for this reason",
    };
    Advice { action: action.to_owned(), validate, proves: true, ..Advice::default() }
}

/// What to do about an invariant that must be zero; none when it is, or when its KPI gates it.
pub fn for_invariant(result: &Invariant) -> Option<Advice> {
    match (result.band, result.because) {
        (Band::Failed, _) => Some(to_restore(result.invariant)),
        (Band::NotProved, Some(why)) => Some(to_observe(result.invariant, why)),
        _ => None,
    }
}

fn to_observe(invariant: InvariantKind, why: Unproved) -> Advice {
    let action = match (why, invariant) {
        (Unproved::NotExercised, _) => {
            "let some calls fail and be delivered twice, so that retries are put to the test"
        }
        (Unproved::Unresolved, InvariantKind::Conservation) => {
            "let the drain last until everything has come to rest"
        }
        (Unproved::Unresolved, _) => {
            "find out what became of the calls without an answer, and judge again"
        }
        (Unproved::NotObserved, _) => {
            "add the kind of event it needs to the scenario or to the import"
        }
        (why, _) => return for_run(why),
    };
    let validate = "the rule is checked and holds";
    Advice { action: action.to_owned(), validate, proves: true, ..Advice::default() }
}

fn to_restore(invariant: InvariantKind) -> Advice {
    let (action, setting) = match invariant {
        InvariantKind::DuplicateHandoff
        | InvariantKind::DuplicateAcceptance
        | InvariantKind::DoubleDecrement => {
            ("give every order an idempotency key and refuse the second", IDEMPOTENT)
        }
        InvariantKind::LostUpdate | InvariantKind::Conservation => {
            ("make the OMS change stock by difference, never by overwriting", BY_DIFFERENCE)
        }
        InvariantKind::GhostOrder => {
            ("hand over only what a channel accepted, under the channel's order id", SHARED_IDS)
        }
        InvariantKind::AlteredOrder => {
            ("mend the mapping of SKU, quantity and price on the way to the OMS", "")
        }
        InvariantKind::LostHandoff => {
            ("harden the retry of handoffs and protect them against duplicates", RETRY)
        }
        InvariantKind::Oversell
        | InvariantKind::Undersell
        | InvariantKind::StaleListing
        | InvariantKind::Regression => {
            ("prioritise inventory events and partition the sync queue", PRIORITY)
        }
        InvariantKind::MispricedOrder | InvariantKind::PriceOutOfTime => {
            ("keep the promotion mapping in one place and alert on its propagation", "")
        }
    };
    let validate = "no breach of it in the same campaign";
    Advice { action: action.to_owned(), setting, validate, ..Advice::default() }
}

// Settings by the keys of docs/scenario.md.
const BY_DIFFERENCE: &str = "`updates: delta` of the connector";
const COALESCE: &str = "`coalesce: yes` and a larger `batch` of the connector";
const HOLD_BACK: &str = "`holds back` of the channels that show changes late";
const IDEMPOTENT: &str = "`idempotent: yes` in the connector's `retry`";
const PRIORITY: &str = "`priority: inventory first` and more `partitions` of the connector";
const RESERVE: &str = "`reserve: on accept` and `orders in: webhook` of the connector";
const RETRY: &str = "more `attempts` and `idempotent: yes` in the connector's `retry`";
const SHARED_IDS: &str = "`record ids: shared` of the connector";

fn to_mend(summary: &Summary, gate: &Gate) -> Advice {
    match gate.kpi {
        Kpi::OversoldOrders => to_mend_oversell(&summary.causes),
        Kpi::SyncLag => Advice {
            evidence: queue_evidence(summary),
            action: "prioritise inventory events and partition the sync queue".to_owned(),
            setting: PRIORITY,
            validate: "mismatch rate at peak",
            proves: false,
        },
        Kpi::PriceLag => Advice {
            action: "keep the promotion mapping in one place and alert on its propagation"
                .to_owned(),
            validate: "price parity",
            ..Advice::default()
        },
        Kpi::HandoffSuccess => Advice {
            action: "harden the retry of handoffs and protect them against duplicates".to_owned(),
            setting: RETRY,
            validate: "handoff success back in band, and when",
            ..Advice::default()
        },
        Kpi::ReconciliationVariance => Advice {
            evidence: books_evidence(summary),
            action: "carry one event id across platform and OMS".to_owned(),
            setting: SHARED_IDS,
            validate: "reconciliation cycle time",
            proves: false,
        },
        Kpi::StockCancellations => Advice {
            action: "reserve earlier and tighten the confirmation".to_owned(),
            setting: RESERVE,
            validate: "fewer cancellations",
            ..Advice::default()
        },
        Kpi::ListingLatency => Advice {
            evidence: queue_evidence(summary),
            action: "publish before the promotion starts, and keep listings out of the stock queue"
                .to_owned(),
            setting: "more `workers` and `partitions` of the connector",
            validate: "listing publish latency",
            ..Advice::default()
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
    let (action, setting) = match worst {
        Some(0) => ("give every order an idempotency key and refuse the second", IDEMPOTENT),
        Some(1) => ("make the OMS change stock by difference, never by overwriting", BY_DIFFERENCE),
        Some(2) => ("reserve when the order is accepted, not when it is handed off", RESERVE),
        Some(4) => {
            ("send fewer, larger updates: batch, and drop those overtaken by newer ones", COALESCE)
        }
        Some(5) => ("mend the mapping of what is rejected, and alert on updates given up", ""),
        Some(6 | 7) => ("hold units back on the channels that show changes late", HOLD_BACK),
        _ => ("prioritise inventory events and partition the sync queue", PRIORITY),
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
