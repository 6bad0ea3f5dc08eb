//! A shop's own crate, with a test that plays Friday whenever a setting changes.

/// How long a hand-over takes: the setting, or the measurement, that a merge request may change.
pub const HANDOVER: &str = "{ p50: 40ms, p99: 400ms }";

#[cfg(test)]
mod tests {
    use super::HANDOVER;
    use doorbuster::{Overrides, Scenario, Verdict, simulate};

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios");
    const FRIDAY: &str = include_str!("../../../scenarios/quickstart.yaml");

    fn friday(handover: &str) -> Scenario {
        assert!(FRIDAY.contains(HANDOVER), "the scenario says what is changed below");
        let text = FRIDAY.replace(HANDOVER, handover);
        match Scenario::of_text(&text, FOLDER, &Overrides::default()) {
            Ok(scenario) => scenario,
            Err(problems) => panic!("{problems}"),
        }
    }

    #[test]
    fn our_connector_carries_friday() {
        let judgement = simulate(&friday(HANDOVER));
        assert_eq!(judgement.verdict, Verdict::Go, "{:?}", judgement.reasons);
    }

    #[test]
    fn a_slower_one_oversells() {
        let judgement = simulate(&friday("{ p50: 1s, p99: 8s }"));
        assert_eq!(judgement.verdict, Verdict::NoGo, "{:?}", judgement.reasons);
    }
}
