//! Owns looking at growing numbers of afternoons until the verdict is settled, at doublings only,
//! with an error that stays honest. Must not know how an afternoon is played.
//!
//! Whoever looks often and stops when it suits them is wrong more often than 5 %. So the 5 % is
//! spent over the looks, half of what is left at each: 2.5 %, 1.25 %, … never more than 5 % in all,
//! however many looks there are (the union bound; Lan and `DeMets`, "Discrete sequential boundaries
//! for clinical trials", Biometrika 70 (1983), for spending by looks).

use super::afternoon::Afternoon;
use super::bench::{Bench, Setting};
use super::outcome::{CONFIDENCE, Outcome, RUNS_MIN};
use crate::judge::judgement::Verdict;
use crate::scenario::ScenarioErrors;
use crate::units::Ppm;

/// Looks at most: at 30, 60, 120, 240, 480 and 960 afternoons.
const LOOKS: u32 = 6;

/// Afternoons at a look, counted from 0.
pub fn runs_at(look: u32) -> usize {
    RUNS_MIN << look
}

/// Most afternoons that are played.
pub fn runs_most() -> usize {
    runs_at(LOOKS - 1)
}

/// How sure a bound must be at a look, counted from 0.
pub fn confidence_at(look: u32) -> Ppm {
    Ppm(1_000_000 - ((1_000_000 - CONFIDENCE.0) >> (look + 1)))
}

/// What was found, and how many afternoons the last look asked for.
pub struct Settled {
    /// What the afternoons come to; none of no afternoons.
    pub outcome: Option<Outcome>,
    /// Asked for at the last look.
    pub asked: usize,
    /// Somebody stopped it.
    pub stopped: bool,
}

/// Plays a setting until its verdict is settled, or there are no more looks.
///
/// # Errors
/// When the setting is no scenario.
pub fn play(bench: &Bench<'_>, setting: &Setting) -> Result<Settled, ScenarioErrors> {
    let mut afternoons: Vec<Afternoon> = Vec::new();
    let mut look = 0;
    loop {
        let asked = runs_at(look);
        let played = bench.play(setting, afternoons.len(), asked - afternoons.len())?;
        afternoons.extend(played.afternoons);
        let outcome = Outcome::at(&afternoons, confidence_at(look));
        let is_settled = outcome.as_ref().is_some_and(|o| o.verdict() != Verdict::Inconclusive);
        if played.stopped || is_settled || look + 1 == LOOKS {
            return Ok(Settled { outcome, asked, stopped: played.stopped });
        }
        look += 1;
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;

    use super::super::outcome::{Chance, GO_AT_LEAST};
    use super::*;

    /// The share of studies that wrongly say GO, or NO-GO, of a scenario whose chance of a GO is
    /// that, looking with these confidences.
    fn wrong(chance: f64, confidence: impl Fn(u32) -> Ppm) -> (f64, f64) {
        const STUDIES: u32 = 4_000;
        let mut rng = crate::rng::stream(9, "looks");
        let (mut go, mut no_go) = (0, 0);
        for _ in 0..STUDIES {
            let (mut yes, mut of) = (0, 0);
            for look in 0..LOOKS {
                while of < runs_at(look) {
                    yes += usize::from(rng.random::<f64>() < chance);
                    of += 1;
                }
                let seen = Chance::at(yes, of, confidence(look));
                if seen.low >= GO_AT_LEAST {
                    go += 1;
                    break;
                }
                if seen.high < GO_AT_LEAST {
                    no_go += 1;
                    break;
                }
            }
        }
        (f64::from(go) / f64::from(STUDIES), f64::from(no_go) / f64::from(STUDIES))
    }

    #[test]
    fn looking_often_errs_no_more_than_once_in_twenty() {
        let (go, no_go) = wrong(0.899_999, confidence_at);
        assert!(go <= 0.05, "GO said wrongly in {go}");
        assert!(no_go <= 0.05, "NO-GO said wrongly in {no_go}");
    }

    #[test]
    fn looking_as_often_without_sharing_the_error_would_err_more() {
        let (go, _) = wrong(0.899_999, |_| CONFIDENCE);
        assert!(go > 0.07, "the test above would find it: {go}");
    }

    #[test]
    fn what_is_spent_is_never_more_than_there_is() {
        let spent: u32 = (0..LOOKS).map(|look| 1_000_000 - confidence_at(look).0).sum();
        assert!(spent < 1_000_000 - CONFIDENCE.0, "{spent}");
        assert_eq!((runs_at(0), runs_most()), (30, 960));
    }
}
