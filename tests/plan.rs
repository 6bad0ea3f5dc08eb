//! `plan` beside `simulate`: the same scenario, the same seeds, nothing that one says and the other
//! denies.

use doorbuster::judge::judgement::{Band, GateResult, Measure, Verdict};
use doorbuster::outlook::{Outlook, Provable, Taken};
use doorbuster::scenario::{self, Overrides, Plan};
use doorbuster::study::preview::{self, Preview};
use doorbuster::study::replication::{self, Played};
use doorbuster::units::Span;

fn plan(name: &str, seed: u64) -> Plan {
    let path = format!("{}/scenarios/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let overrides = Overrides { seed: Some(seed), ..Overrides::default() };
    scenario::read(path.as_ref(), &overrides).expect("a shipped scenario is valid")
}

#[test]
fn arithmetic_and_a_few_replications_agree_on_shipped_scenarios() {
    for name in ["quickstart", "black-friday", "black-friday-hardened"] {
        let played: Vec<_> = (7..9)
            .map(|seed| replication::play(&plan(name, seed), || true).expect("nobody stops it"))
            .collect();
        let seen: Vec<_> = played.iter().map(preview::see).collect();
        let plan = plan(name, 7);
        let preview = Preview::of(&plan, &seen).expect("two were played");
        let outlook = Outlook::of(&plan, &preview.taken, Span::from_millis(1));

        // The chance told is the count of those replications.
        let kept = played.iter().filter(|played| played.judgement.in_band).count();
        assert_eq!((preview.good.yes, preview.good.of), (kept, 2), "{name}");

        // Orders offered are the curve's: four deviations of a Poisson count.
        for (channel, orders) in outlook.orders.iter().enumerate() {
            let expected: f64 = orders.offered.iter().sum();
            for played in &played {
                let seen = played.judgement.channel_totals[channel].offered as f64;
                let within = 4.0 * expected.sqrt();
                assert!((seen - expected).abs() < within, "{name}: {seen} against {expected}");
            }
            let accepted: f64 = orders.accepted.iter().sum();
            let seen: u64 =
                played.iter().map(|p| p.judgement.channel_totals[channel].accepted).sum();
            let seen = seen as f64 / 2.0;
            let within = 4.0 * expected.sqrt() + 0.01 * expected;
            assert!((seen - accepted).abs() < within, "{name}: {seen} against {accepted}");
        }

        // What can never be proved was proved by none; what is provable in one run had samples.
        for gate in &outlook.gates {
            for played in &played {
                let seen = &played.judgement.gates;
                let here = seen.iter().find(|g| (g.kpi, g.channel) == (gate.kpi, gate.channel));
                let here = here.expect("every gate is judged");
                let proved = matches!(here.band, Band::Healthy | Band::Watch);
                assert!(!proved || matches!(gate.proof, Provable::In(_)), "{name}: {gate:?}");
                // Changes that leave what a channel should show as it was are no samples, and
                // arithmetic counts them: the most there can be.
                let fewer = if gate.minutes.is_some() { 0.5 } else { 0.1 } * gate.samples;
                let chance = 5.0 * gate.samples.sqrt() + 0.02 * gate.samples;
                let range = gate.samples - fewer - chance..=gate.samples + chance;
                let seen = here.samples as f64;
                assert!(range.contains(&seen), "{name}: {seen} samples against {gate:?}");
            }
        }

        lags_are_no_less_than_their_floors(name, &outlook, &played);
    }
}

fn lags_are_no_less_than_their_floors(name: &str, outlook: &Outlook, played: &[Played]) {
    for floor in &outlook.floors {
        let lag = |played: &Played| {
            let mut gates = played.judgement.gates.iter();
            let here = |g: &&GateResult| (g.kpi, g.channel) == (floor.kpi, Some(floor.channel));
            match gates.find(here)?.value {
                Measure::Lag(lag) => lag,
                _ => None,
            }
        };
        for lag in played.iter().filter_map(lag) {
            // A percentile of few changes is uncertain, and newer changes overtake older ones.
            assert!(lag.as_secs_f64() > 0.7 * floor.p95_s, "{name}: {lag} under {floor:?}");
        }
    }
}

#[test]
fn what_cannot_be_proved_is_no_go_of_any_replication() {
    let mut told = 0;
    for name in ["arrivals", "burst", "loss", "oversell", "queue"] {
        let plan = plan(&format!("validation/{name}"), 3);
        let everything = Outlook::of(&plan, &Taken::everything(), Span::from_millis(1));
        let cannot = doorbuster::outlook::cannot_prove(&plan);
        assert_eq!(everything.unprovable.first(), cannot.as_ref(), "{name}");
        let Some(cannot) = cannot else { continue };
        told += 1;
        let played = replication::play(&plan, || true).expect("nobody stops it");
        let verdict = played.judgement.verdict;
        assert!(matches!(verdict, Verdict::Inconclusive | Verdict::NoGo), "{name}: {cannot}");
    }
    // Laws are played without imperfections: that the OMS makes no duplicate is not shown.
    assert!(told > 0);
}
