//! Owns how strict the terms of a history are, found out anew: a charter is not believed about
//! itself. Must not judge what happened by them.

use super::run::Run;
use crate::history::charter::{Charter, Kpi, Limits};

/// The charter with what it says of its own strictness put right.
pub(super) fn put_right(charter: &Charter) -> Charter {
    let mut charter = charter.clone();
    for gate in &mut charter.gates {
        gate.loosened = gate.limits.is_looser_than(Limits::standard(gate.kpi));
    }
    let day = charter.starts.get(..10).unwrap_or_default().to_owned();
    for risk in &mut charter.accepted_risks {
        // Civil days: as text they sort as they come.
        risk.expired |= !is_day(&risk.until) || risk.until.as_str() < day.as_str();
        // Nobody answers for it, or for nothing that is said.
        risk.expired |= risk.by.trim().is_empty() || risk.why.trim().is_empty();
    }
    charter
}

/// `2027-01-31`.
fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == text)
}

/// KPIs that the record has something to show of, or the charter promises something of, and that
/// no gate holds to anything.
pub(super) fn not_gated(run: &Run) -> Vec<Kpi> {
    let accepted = run.ways.ways.iter().any(|way| way.accepted > 0);
    let [stock, price, listing] = run.source_facts.map(|facts| facts > 0);
    // A promotion changes prices, whoever saw it.
    let price = price || !run.charter.promotions.is_empty();
    let has_facts = |kpi: &Kpi| match kpi {
        Kpi::SyncLag => stock,
        Kpi::PriceLag | Kpi::MispricedOrders => price,
        Kpi::ListingLatency => listing,
        Kpi::HandoffSuccess | Kpi::ReconciliationVariance => accepted && run.ways.oms_spoke,
        Kpi::StockCancellations | Kpi::OversoldOrders => accepted,
    };
    let missing = |kpi: &Kpi| run.charter.gates.iter().all(|gate| gate.kpi != *kpi);
    Kpi::ALL.into_iter().filter(missing).filter(has_facts).collect()
}

/// Those of them without which nothing is a plain GO: how late stock is shown, whether orders
/// arrive, and whether what was sold is there.
pub(super) fn essential(not_gated: &[Kpi]) -> impl Iterator<Item = Kpi> {
    let both = [Kpi::StockCancellations, Kpi::OversoldOrders];
    let neither = both.iter().all(|kpi| not_gated.contains(kpi));
    let is = move |kpi: &Kpi| match kpi {
        Kpi::SyncLag | Kpi::HandoffSuccess => true,
        Kpi::StockCancellations | Kpi::OversoldOrders => neither,
        _ => false,
    };
    not_gated.iter().copied().filter(is)
}

/// Phases in which orders were to come, and nobody is on record to have wanted one.
pub(super) fn silent_phases(run: &Run) -> Vec<usize> {
    let (charter, wanted) = (&run.charter, &run.wanted_in);
    let silent = |&place: &usize| {
        let phase = &charter.phases[place];
        !phase.silent && phase.from < phase.until && wanted[place] == 0
    };
    (0..charter.phases.len()).filter(silent).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::history::charter::AcceptedRisk;

    #[test]
    fn a_risk_is_accepted_to_the_end_of_its_last_day() {
        let expired = |until: &str| {
            let mut charter = testing::charter(1);
            charter.starts = "2026-11-27T06:00:00-05:00[America/New_York]".into();
            charter.accepted_risks = vec![AcceptedRisk {
                gate: Kpi::SyncLag,
                channel: None,
                why: "the hub is new".into(),
                by: "board".into(),
                until: until.into(),
                expired: false,
            }];
            put_right(&charter).accepted_risks[0].expired
        };
        assert_eq!(["2026-11-26", "2026-11-27", "2026-11-28"].map(expired), [true, false, false]);
    }
}
