//! The laws of oversell: one SKU with stock S, Poisson demand λ = 2/s, shown L = 30 s late.

use doorbuster::report::Summary;

use crate::cases::{Case, Figure, figure};
use crate::exact::poisson_above;

/// Orders expected while a change is on its way.
const LAMBDA_L: f64 = 60.0;
const RUNS: usize = 1_000;
const THREE: &str = "oversell.yaml";
const ONE: &str = "oversell-one.yaml";

/// The keys of the channels' own sales, and of the wording of updates.
const KNOWS: [&str; 3] = ["channels.a.own sales", "channels.b.own sales", "channels.c.own sales"];
const UPDATES: &str = "connectors.hub.reference.updates";

fn oversold(summary: &Summary) -> f64 {
    summary.totals.oversold_units as f64
}

fn any_oversold(summary: &Summary) -> f64 {
    f64::from(u8::from(summary.totals.oversold_units > 0))
}

fn case(law: &'static str, about: &str, scenario: &'static str, exact: f64) -> Case {
    let figures = vec![figure("units oversold", exact, oversold)];
    Case { law, about: about.to_owned(), scenario, changes: vec![], runs: RUNS, figures }
}

impl Case {
    fn with(mut self, keys: &[&'static str], value: &str) -> Case {
        self.changes.extend(keys.iter().map(|key| (*key, value.to_owned())));
        self
    }

    fn over(self, runs: usize, figure: Figure) -> Case {
        Case { runs, figures: vec![figure], ..self }
    }
}

pub(crate) fn all() -> Vec<Case> {
    let others = 1.0 - (0.5_f64.powi(2) + 0.3_f64.powi(2) + 0.2_f64.powi(2));
    let informed = "channels know their own sales, updates do not overwrite them";
    let fails =
        figure("share of runs: P(Poisson(λL) > B)", poisson_above(54, LAMBDA_L), any_oversold);
    vec![
        case("λL", "three blind channels, stock 300", THREE, LAMBDA_L),
        case("λL", "stock 600: the level is no matter", THREE, LAMBDA_L)
            .with(&["catalog.stock"], "600"),
        case("λL", "one blind channel: nor is their number", ONE, LAMBDA_L),
        case("λL(1 − Σp²), delta", informed, THREE, LAMBDA_L * others)
            .with(&KNOWS, "at once")
            .with(&[UPDATES], "delta"),
        case("λL(1 − Σp²), compare and set", informed, THREE, LAMBDA_L * others)
            .with(&KNOWS, "at once")
            .with(&[UPDATES], "compare and set"),
        case("none", "one channel that knows its own sales, delta", ONE, 0.0)
            .with(&KNOWS[..1], "at once")
            .with(&[UPDATES], "delta"),
        case("λL", "own sales known, and overwritten by plain updates", THREE, LAMBDA_L)
            .with(&KNOWS, "at once"),
        case("λ(ℓ + D/2)", "stock sent every 20 s: half a period more", THREE, LAMBDA_L + 20.0)
            .with(&["connectors.hub.reference.stock out"], "{ every: 20s }"),
        case("holdback", "B = 54 on one channel: it fails when demand exceeds B", ONE, 0.0)
            .with(&["channels.a.holds back"], "54")
            .over(9_600, fails),
    ]
}
