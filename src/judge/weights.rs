//! Owns what each channel weighs in the verdict of the run, and which may be waived for want of
//! samples. Must not know why a gate stands where it stands.

use super::answers::Told;
use super::handoff::Way;
use super::judgement::{Band, GateResult, Unproved};
use super::run::Run;
use crate::history::charter::ChannelTerms;
use crate::ids::ChannelId;
use crate::units::Ppm;

/// A channel that carries less than this of the orders wanted does not block the run for want of
/// samples; nor do several that carry less together.
pub(crate) const SHARE_TO_BLOCK: Ppm = Ppm(50_000);
/// A channel that takes less than one in so many of what it could take is as good as dead.
const DEAD_BELOW_ONE_IN: u64 = 10;

/// What one channel weighs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    /// Its share of the orders wanted.
    pub(super) share: Ppm,
    /// Orders were wanted on it, and it accepted none, or next to none though stock was there; or
    /// the charter sends orders there, and none was wanted: never waived.
    pub(super) dead: bool,
    /// Its thin gates do not block the run.
    pub(super) waived: bool,
    /// … and do only because too many such channels would be waived together.
    pub(super) blocks_with_others: bool,
}

/// Every channel's weight.
pub(super) fn of(run: &Run, gates: &[GateResult]) -> Vec<Weight> {
    let told = &run.answers.told;
    let all: u64 = told.iter().map(|told| told.wanted).sum();
    let weigh = |((told, way), terms): ((&Told, &Way), &ChannelTerms)| Weight {
        share: Ppm::of(told.wanted, all),
        dead: is_dead([told.wanted, told.takeable, way.accepted])
            || told.wanted == 0 && is_expected(terms),
        ..Weight::default()
    };
    let channels = told.iter().zip(&run.ways.ways).zip(&run.charter.channels);
    let mut weights: Vec<Weight> = channels.map(weigh).collect();
    let mut small = Vec::new();
    for (i, weight) in weights.iter().enumerate() {
        let here = ChannelId(i as u16);
        let thin = gates
            .iter()
            .any(|gate| gate.channel == Some(here) && gate.accepted.is_none() && is_thin(gate));
        if thin && !weight.dead && weight.share < SHARE_TO_BLOCK {
            small.push(i);
        }
    }
    let wanted: u64 = small.iter().map(|&i| told[i].wanted).sum();
    let together = Ppm::of(wanted, all);
    for i in small {
        weights[i].waived = together < SHARE_TO_BLOCK;
        weights[i].blocks_with_others = !weights[i].waived;
    }
    weights
}

/// Whether a channel sells nothing, or next to nothing of what it could: `[orders wanted, those
/// that it could have taken, accepted]`.
pub(crate) fn is_dead([wanted, takeable, accepted]: [u64; 3]) -> bool {
    wanted > 0 && (accepted == 0 || accepted * DEAD_BELOW_ONE_IN < takeable)
}

/// Whether the charter sends so many orders to a channel that somebody must have wanted one.
pub(crate) fn is_expected(terms: &ChannelTerms) -> bool {
    terms.share >= SHARE_TO_BLOCK
}

/// Not proved for want of samples, and of nothing else.
pub(super) fn is_thin(gate: &GateResult) -> bool {
    gate.band == Band::NotProved(Unproved::TooFewSamples)
}
