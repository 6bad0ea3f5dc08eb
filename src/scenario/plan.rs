//! Owns the plan: a scenario that is known to be valid, in the model's own types.
//! Must not know what was written to say it (`spec`).

use std::path::PathBuf;

use super::interventions::Intervention;
use super::levers::Levers;
use super::url::LocalUrl;
use crate::commerce::terms::{Rhythm, WorldTerms};
use crate::history::Charter;
use crate::history::fact::OperatorAct;
use crate::ids::ConnectorId;
use crate::traffic::{MerchantPlan, Traffic};
use crate::units::{Qty, Rate, Span};

/// Everything a driver needs to play a campaign, and a judge to judge it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The terms of judgement; the history's first record. `evidence` and `speed_milli` are set
    /// for a live run on mocks; the simulated driver sets `speed_milli` to 0.
    pub charter: Charter,
    /// The shoppers.
    pub traffic: Traffic,
    /// The merchant.
    pub merchant: MerchantPlan,
    /// The systems being played.
    pub world: WorldTerms,
    /// The connector that is somebody else's program, in the place of those of `world`.
    pub external: Option<External>,
    /// What nobody knows of the systems played; `world` has each as it looks worse.
    pub unknowns: Vec<Undisclosed>,
    /// What a person should know before it is played: unreadable rows, defaults that matter.
    pub notes: Vec<String>,
    /// The scenario as resolved, seed included, as YAML; `${ENV}` references stay references.
    pub resolved: String,
    /// Where mocks listen on loopback: role name → port; others are chosen by the system.
    pub ports: std::collections::BTreeMap<String, u16>,
    /// What `advise` may propose.
    pub levers: Levers,
    /// Steps that are taken by themselves.
    pub interventions: Vec<Intervention>,
}

/// A connector that is somebody else's program. Its times are the wall's, which a run with one
/// shares with its campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// What starts it; nothing: somebody else does.
    pub command: Vec<String>,
    /// Where the command is run: beside the scenario.
    pub folder: PathBuf,
    /// When it counts as ready.
    pub ready: Readiness,
    /// Where it takes webhooks.
    pub webhooks: Hooks,
    /// How long nothing may have moved before all is quiet: longer than it waits for anything.
    pub quiet_for: Span,
}

/// When a connector is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// It is so within this time, or the run does not begin.
    pub within: Span,
    /// A URL that answers with a success; none: its first call.
    pub url: Option<LocalUrl>,
}

/// Where a connector takes webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hooks {
    /// Nowhere: it reads.
    None,
    /// At a port that is chosen for it, and told.
    Port,
    /// There.
    At(LocalUrl),
}

/// Something about a connector that its vendor's sheet may leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// How stock updates are worded.
    Updates,
    /// When units are reserved.
    Reserve,
    /// Under whose record ids orders are handed over.
    RecordIds,
    /// Whether what failed is tried again.
    Retries,
    /// Whether handoffs carry an idempotency key.
    Idempotent,
}

/// What nobody knows of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undisclosed {
    /// Which connector.
    pub connector: ConnectorId,
    /// What.
    pub matter: Matter,
}

/// What is asked for after it was said once, and must be kept for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedAgain {
    /// By channel: somebody reads its list of orders.
    pub orders: Vec<bool>,
    /// Somebody reads the source's list of changes.
    pub changes: bool,
    /// A call may be repeated though its reply was not lost by the system that gave it.
    pub answered: bool,
}

impl Plan {
    /// What is asked for again when this is played; over a wire anybody may ask for anything, and
    /// any reply may be lost.
    pub fn asked_again(&self, over_a_wire: bool) -> AskedAgain {
        let play = |id: ConnectorId| self.world.connectors.get(id.index());
        let replays = self.may_be_replayed(over_a_wire);
        let looks = |id| replays || play(id).is_none_or(|play| play.reads_orders_every().is_some());
        let channels = self.charter.channels.iter();
        AskedAgain {
            orders: channels.map(|terms| over_a_wire || looks(terms.connector)).collect(),
            changes: over_a_wire
                || self.world.connectors.iter().any(|play| play.stock_out != Rhythm::Webhook),
            // A fault may lose any reply.
            answered: over_a_wire || !self.world.faults.is_empty(),
        }
    }

    /// Whether somebody may have the orders read that no webhook told of: where a step does, and
    /// over a wire where something is broken on purpose. It keeps every order that nobody has read.
    pub fn may_be_replayed(&self, over_a_wire: bool) -> bool {
        let replays = |act: &OperatorAct| matches!(act, OperatorAct::Replay { .. });
        let is_step = self.interventions.iter().any(|step| step.acts.iter().any(replays));
        is_step || (over_a_wire && !self.world.faults.is_empty())
    }

    /// The same campaign with so many thousandths of its demand. A replayed log stays as it is:
    /// its `scale` is in the scenario.
    pub fn multiply_demand(&mut self, milli: u64) {
        let Traffic::Modelled(demand) = &mut self.traffic else { return };
        for piece in &mut demand.curve {
            for rate in [&mut piece.rate_from, &mut piece.rate_to] {
                let scaled = u128::from(rate.0) * u128::from(milli) / 1_000;
                *rate = Rate(u64::try_from(scaled).unwrap_or(u64::MAX));
            }
        }
    }

    /// The same campaign with so many thousandths of the stock it starts with, rounded half up.
    pub fn multiply_stock(&mut self, milli: u64) {
        for sku in &mut self.world.catalog {
            let scaled = (i128::from(sku.stock.0) * i128::from(milli) + 500) / 1_000;
            sku.stock = Qty(i64::try_from(scaled).unwrap_or(i64::MAX));
        }
    }
}
