//! Owns which corrective actions are tried of an afternoon that failed: the levers of its plan, and
//! what on-call would do about a fault. Must not know what they change.

use crate::commerce::terms::{ConnectorPlay, Rhythm};
use crate::history::charter::Kpi;
use crate::judge::bar;
use crate::language::path;
use crate::scenario::Plan;
use crate::scenario::patch::Patch;
use crate::study::levers::{Burden, levers};

/// Something that could have been done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectiveAction {
    /// What, as an instruction.
    pub what: String,
    /// Where: a connector, a channel, or several.
    pub to: String,
    /// The team that would do it.
    pub owner: String,
    /// The change.
    pub patch: Patch,
    /// What it costs whoever does it.
    pub burden: Burden,
}

/// How often a connector then looks for orders that no webhook told of.
const SWEEPS: &str = "5m";

/// What could be done about failures of these KPIs, likeliest first.
pub(super) fn of(plan: &Plan, kpis: &[Kpi]) -> Vec<CorrectiveAction> {
    if kpis.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(u8, CorrectiveAction)> = Vec::new();
    let covered = plan.world.connectors.iter().filter(|play| plan.levers.covers(&play.name));
    for play in covered.filter(|play| play.described.is_none()) {
        found.extend(refusals(plan, play).map(|action| (0, action)));
        found.extend(sweeps(plan, play, kpis).map(|action| (0, action)));
    }
    found.extend(told_again(plan).map(|action| (1, action)));
    for lever in levers(plan) {
        let mends = kpis.contains(&lever.mends);
        let near = match (mends, kpis.iter().any(|kpi| lever.touches(*kpi)), lever.burden) {
            (true, ..) => 0,
            (false, _, Burden::Sales) => continue,
            (false, true, _) => 2,
            (false, false, _) => 3,
        };
        let (what, to, owner) = (lever.what, lever.to, lever.owner);
        found.push((
            near,
            CorrectiveAction { what, to, owner, patch: lever.patch, burden: lever.burden },
        ));
    }
    found.sort_by_key(|(near, action)| (*near, action.burden));
    found.into_iter().map(|(_, action)| action).collect()
}

fn setting(
    plan: &Plan,
    play: &ConnectorPlay,
    kpi: Kpi,
    what: &str,
    set: (&str, &str),
) -> CorrectiveAction {
    CorrectiveAction {
        what: what.to_owned(),
        to: play.name.clone(),
        owner: bar::owner(&plan.charter, kpi.owned_as()),
        patch: Patch::set(&path::of(["connectors", &play.name, "reference", set.0]), set.1),
        burden: Burden::Setting,
    }
}

/// Trying again what is refused.
fn refusals(plan: &Plan, play: &ConnectorPlay) -> Option<CorrectiveAction> {
    if play.retry.refusals {
        return None;
    }
    let retry = "{ attempts: 100, backoff: 1s to 30s, idempotent: yes, refusals: yes }";
    let what = "retry for longer, and what is refused too";
    Some(setting(plan, play, Kpi::SyncLag, what, ("retry", retry)))
}

/// Looking for orders beside webhooks, where orders fail on their way.
fn sweeps(plan: &Plan, play: &ConnectorPlay, kpis: &[Kpi]) -> Option<CorrectiveAction> {
    let hears = play.orders_in == Rhythm::Webhook && play.sweeps.is_none();
    let orders = [Kpi::HandoffSuccess, Kpi::ReconciliationVariance];
    let wanting = kpis.iter().any(|kpi| orders.contains(kpi));
    (hears && wanting).then(|| {
        let what = format!("look for orders that no webhook told of, every {SWEEPS}");
        setting(plan, play, Kpi::HandoffSuccess, &what, ("sweeps", SWEEPS))
    })
}

/// Telling every channel everything once more, when what was broken is over. Where a scenario has
/// steps of its own, they are not replaced.
fn told_again(plan: &Plan) -> Option<CorrectiveAction> {
    let ends = plan.charter.traffic_ends;
    let spells = plan.world.faults.iter().flat_map(|fault| &fault.spells);
    let over = spells.map(|(_, until)| *until).max().filter(|over| *over < ends)?;
    let reference = plan.world.connectors.iter().all(|play| play.described.is_none());
    if !plan.interventions.is_empty() || !reference {
        return None;
    }
    let names: Vec<String> =
        plan.world.channels.iter().map(|channel| format!("{:?}", channel.name)).collect();
    let at = names.join(", ");
    let seconds = over.0.div_ceil(1_000_000);
    let step = format!("[{{ name: tell all again, does: resync, at: [{at}], when: {seconds}s }}]");
    Some(CorrectiveAction {
        what: "tell it everything once more when what was broken is over (`operate resync`)"
            .to_owned(),
        to: "every channel".to_owned(),
        owner: bar::owner(&plan.charter, Kpi::SyncLag.owned_as()),
        patch: Patch::set("interventions", &step),
        burden: Burden::Setting,
    })
}
