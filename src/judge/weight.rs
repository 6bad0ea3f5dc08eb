//! Owns what a channel weighs in the verdict of the run: its share of the orders wanted.
//! Must not know gates.

use super::run::Run;
use crate::units::Ppm;

/// What a channel weighs in the verdict of the run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight {
    pub(super) share: Ppm,
    /// Orders were wanted on it, and it accepted none: never waived.
    pub(super) dead: bool,
}

impl Weight {
    /// By orders wanted; by those decided, where nobody recorded what was wanted.
    pub(super) fn of(run: &Run) -> Vec<Weight> {
        let accepted = run.ways.ways.iter().map(|way| way.accepted);
        let told = run.load.wanted.iter().any(|&n| n > 0);
        let wanted: Vec<u64> = accepted
            .clone()
            .enumerate()
            .map(|(i, accepted)| {
                let decided = accepted + run.refusals[i].iter().sum::<u64>();
                if told { run.load.wanted[i] } else { decided }
            })
            .collect();
        let all: u64 = wanted.iter().sum();
        let weigh = |(&wanted, accepted): (&u64, u64)| Weight {
            share: Ppm::of(wanted, all),
            dead: wanted > 0 && accepted == 0,
        };
        wanted.iter().zip(accepted).map(weigh).collect()
    }
}
