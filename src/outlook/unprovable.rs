//! Owns what no run of a campaign can prove, and in which words it is said: by `plan`, and by
//! whatever would play it for nothing. Must not know what was played.

use std::fmt;

use super::gates::{GateOutlook, Provable, REPLICATIONS_MOST};
use super::proofs::Proofs;
use super::{Outlook, Taken};
use crate::history::charter::Kpi;
use crate::scenario::Plan;
use crate::units::{Ppm, Span};

/// Something that a GO needs and that this campaign cannot prove, however its systems do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unprovable {
    /// The gate; none: that the OMS makes no duplicate.
    pub kpi: Option<Kpi>,
    /// The channels concerned; empty is the whole run.
    pub channels: Vec<String>,
    /// What is missing.
    missing: String,
}

/// Why no verdict on this campaign can be a GO, whatever is changed about its systems: what to say
/// instead of playing it. None: nothing stands in the way.
///
/// Every order is taken to be accepted, so that counts are the most there can be. Limits that the
/// systems' own times break are no reason here: those can be changed.
pub fn cannot_prove(plan: &Plan) -> Option<Unprovable> {
    let outlook = Outlook::of(plan, &Taken::everything(), Span::from_millis(1));
    // Retries and webhooks are settings of systems: with others an order may come twice after all.
    let could_come_twice = plan.world.oms.imperfections.lost_replies > Ppm::ZERO
        || plan.world.channels.iter().any(|c| c.imperfections.duplicates > Ppm::ZERO);
    let mut unprovable = outlook.unprovable.into_iter();
    unprovable.find(|what| what.kpi.is_some() || !could_come_twice)
}

/// What a GO needs and this campaign cannot prove, however its systems do.
pub(super) fn unprovable(plan: &Plan, gates: &[GateOutlook], proofs: &Proofs) -> Vec<Unprovable> {
    let mut found: Vec<Unprovable> = Vec::new();
    for gate in gates.iter().filter(|gate| gate.blocks && !gate.accepted) {
        let missing = match gate.proof {
            Provable::In(_) | Provable::TooLate(_) | Provable::NothingTaken => continue,
            Provable::NothingCounted => nothing(gate.kpi).to_owned(),
            Provable::TooFew => format!(
                "{} in an afternoon are too few, even of {REPLICATIONS_MOST} afternoons together",
                few(gate.samples),
            ),
        };
        let known = found.iter_mut().find(|known| known.kpi == Some(gate.kpi));
        let name = gate.channel.map(|id| plan.charter.channels[id.index()].name.clone());
        match (known, name) {
            // What the whole run cannot prove no channel can.
            (Some(known), Some(name)) if !known.channels.is_empty() => known.channels.push(name),
            (Some(_), _) => {}
            (None, name) => found.push(Unprovable {
                kpi: Some(gate.kpi),
                channels: name.into_iter().collect(),
                missing,
            }),
        }
    }
    if proofs.handed_twice <= 0.0 && !gates.is_empty() {
        let missing = "nothing ever hands it an order a second time".to_owned();
        found.push(Unprovable { kpi: None, channels: Vec::new(), missing });
    }
    found
}

fn nothing(kpi: Kpi) -> &'static str {
    match kpi {
        Kpi::PriceLag | Kpi::MispricedOrders => "no price changes",
        Kpi::ListingLatency => "nothing new is listed",
        Kpi::SyncLag => "no stock changes that it has to show",
        _ => "there are no orders to count",
    }
}

/// `0.25 samples`.
fn few(samples: f64) -> String {
    format!("{} samples", (samples * 100.0).round() / 100.0)
}

impl Unprovable {
    /// What to change about the campaign, with its key; for what cannot be changed, how to live
    /// with it.
    pub fn remedy(&self) -> &'static str {
        match self.kpi {
            Some(Kpi::PriceLag | Kpi::MispricedOrders) => {
                "let prices change: `merchant.repricing`; or name it under `accepted risks`"
            }
            Some(Kpi::ListingLatency) => {
                "list something: `merchant.new listings`; or name it under `accepted risks`"
            }
            Some(Kpi::SyncLag) => {
                "let stock change: `merchant.stock corrections`; or name it under `accepted risks`"
            }
            Some(_) => "more orders: `traffic.demand`; or name it under `accepted risks`",
            None => {
                "let webhooks come twice or replies get lost now and then, and let it retry: \
                 `channels.<name>.imperfections.duplicates`, `oms.imperfections.lost replies`, \
                 `connectors.<name>.reference.retry`"
            }
        }
    }
}

impl fmt::Display for Unprovable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kpi {
            Some(kpi) => write!(out, "{}", kpi.title())?,
            None => write!(out, "that the OMS makes no duplicate")?,
        }
        if !self.channels.is_empty() {
            write!(out, " on {}", self.channels.join(", "))?;
        }
        write!(out, " cannot be proved: {}", self.missing)
    }
}
