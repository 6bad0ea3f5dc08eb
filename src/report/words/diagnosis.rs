//! Owns the diagnosis: which of the five symptoms of a campaign the record shows, the likely cause,
//! and the first corrective action.
//! Must not word an action: what is advised of a gate or a rule is what is done about a symptom.

use super::advice;
use super::advised::NextStep;
use super::gate::{breaches, value_against_limit};
use super::number::{clock, share, span};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::gate::{Gate, InvariantKind, Kpi};

/// So many failure classes are told.
const TOLD: usize = 3;

/// A symptom that the record shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The symptom.
    pub symptom: &'static str,
    /// The gate that shows it, or the rule.
    pub shown_by: (Option<Kpi>, Option<InvariantKind>),
    /// The figures that show it.
    pub seen: String,
    /// What is likely behind it.
    pub cause: &'static str,
    /// What to do first, and what shows that it worked.
    pub advice: NextStep,
    /// Who answers.
    pub owner: String,
    /// Money that the bad events stand for, as far as the record can tell.
    pub money: i64,
}

impl Diagnosis {
    /// Whether a gate or a rule is what shows it.
    pub fn is_shown_by(&self, kpi: Option<Kpi>, rule: Option<InvariantKind>) -> bool {
        self.shown_by == (kpi, rule)
    }
}

/// A symptom, by what shows it.
struct Symptom {
    name: &'static str,
    cause: &'static str,
    gates: &'static [Kpi],
    rules: &'static [InvariantKind],
    /// What the record says of it beside its gate.
    figure: fn(&Summary) -> Option<String>,
}

const SYMPTOMS: [Symptom; 5] = [
    Symptom {
        name: "channels offer what is not there while the campaign runs",
        cause: "a delayed sync queue, or a burst that overloads it",
        gates: &[Kpi::OversoldOrders, Kpi::SyncLag],
        rules: &[InvariantKind::StuckOffer, InvariantKind::WrongOffer],
        figure: |summary| {
            let worst = summary.mismatch.worst.as_ref()?;
            let (share, at) = (share(worst.share_ppm), clock(worst.from_us));
            Some(format!("{share} of the SKUs that sold were offered beyond stock at {at}"))
        },
    },
    Symptom {
        name: "promotions differ across channels",
        cause: "an inconsistent mapping, or prices that are pushed late",
        gates: &[Kpi::PriceLag, Kpi::MispricedOrders],
        rules: &[InvariantKind::WrongPrice],
        figure: |summary| {
            let parity = summary.totals.price_parity_ppm?;
            Some(format!("offers stood at their intended price for {} of the time", share(parity)))
        },
    },
    Symptom {
        name: "orders fail on their way to the OMS",
        cause: "weak retry, or no protection against duplicates",
        gates: &[Kpi::HandoffSuccess],
        rules: &[InvariantKind::DuplicateHandoff, InvariantKind::DoubleDecrement],
        figure: |_| None,
    },
    Symptom {
        name: "books take long to put straight",
        cause: "record ids that differ between platform and OMS",
        gates: &[Kpi::ReconciliationVariance],
        rules: &[InvariantKind::GhostOrder, InvariantKind::AlteredOrder],
        figure: |summary| {
            let drain = summary.reconciliation.drain_us?;
            Some(format!("all had come to rest {} after traffic ended", span(drain)))
        },
    },
    Symptom {
        name: "orders are cancelled after they were paid",
        cause: "a gap between sale and reservation",
        gates: &[Kpi::StockCancellations],
        rules: &[InvariantKind::LateCancellation],
        figure: |_| None,
    },
];

/// The symptoms that the record shows, dearest first; none where nothing failed.
pub fn diagnosis(summary: &Summary) -> Vec<Diagnosis> {
    let mut all: Vec<Diagnosis> = SYMPTOMS.iter().filter_map(|one| one.shown(summary)).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.money));
    all.truncate(TOLD);
    all
}

impl Symptom {
    /// The diagnosis where a gate or a rule failed that shows it; what is only not proved shows
    /// nothing.
    fn shown(&self, summary: &Summary) -> Option<Diagnosis> {
        let failed = |gate: &&Gate| gate.band == Band::Failed && self.gates.contains(&gate.kpi);
        let gates = summary.gates.iter().filter(failed);
        let dearest = gates.rev().max_by_key(|gate| (gate.money, gate.bad.definite));
        let (shown_by, what, advice, owner, money) = if let Some(gate) = dearest {
            let what = value_against_limit(gate, &summary.terms);
            let advice = advice::advice(summary, gate)?;
            ((Some(gate.kpi), None), what, advice, &gate.owner, gate.money)
        } else {
            let mut rules = summary.invariants.iter();
            let rule = rules
                .find(|rule| rule.band == Band::Failed && self.rules.contains(&rule.invariant))?;
            let what = breaches(rule.invariant, rule.breaches.definite);
            let advice = advice::for_invariant(summary, rule)?;
            ((None, Some(rule.invariant)), what, advice, &rule.owner, rule.money)
        };
        let figure = (self.figure)(summary);
        let told = [Some(what), figure].into_iter().flatten();
        let told = told.chain(Some(advice.evidence.clone()).filter(|said| !said.is_empty()));
        Some(Diagnosis {
            symptom: self.name,
            shown_by,
            seen: told.collect::<Vec<_>>().join("; "),
            cause: self.cause,
            advice,
            owner: owner.clone(),
            money,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn no_symptom_no_diagnosis() {
        assert_eq!(diagnosis(&sample::summary_go()), []);
        // What is only not proved is no symptom.
        assert_eq!(diagnosis(&Summary::of(&sample::inconclusive())), []);
    }

    #[test]
    fn each_symptom_is_shown_by_its_own_gate_with_what_is_advised_of_it() {
        for (kpi, symptom) in [
            (Kpi::SyncLag, 0),
            (Kpi::OversoldOrders, 0),
            (Kpi::PriceLag, 1),
            (Kpi::MispricedOrders, 1),
            (Kpi::HandoffSuccess, 2),
            (Kpi::ReconciliationVariance, 3),
            (Kpi::StockCancellations, 4),
        ] {
            let mut summary = sample::summary_go();
            let of_run = |gate: &&mut Gate| gate.kpi == kpi && gate.channel.is_none();
            let Some(gate) = summary.gates.iter_mut().find(of_run) else { continue };
            gate.band = Band::Failed;
            let gate = gate.clone();
            let told = diagnosis(&summary);
            let [one] = &told[..] else { panic!("{kpi:?}: {told:?}") };
            assert_eq!(one.symptom, SYMPTOMS[symptom].name);
            assert_eq!(Some(&one.advice), advice::advice(&summary, &gate).as_ref());
            assert!(one.seen.contains(kpi.title()), "{}", one.seen);
        }
    }

    #[test]
    fn the_dearest_three_are_told_with_their_owners() {
        let told = diagnosis(&Summary::of(&sample::no_go()));
        assert!(!told.is_empty() && told.len() <= TOLD);
        assert!(told.windows(2).all(|pair| pair[0].money >= pair[1].money));
        assert!(told.iter().all(|one| !one.owner.is_empty() && !one.advice.action.is_empty()));
    }
}
