//! Owns stating a judgement once: its numbers as `summary.json` has them, and the sentences that
//! stand among them. Must not know how a number or a sentence is made.

use super::summary::{Summary, printable};
use super::words;
use crate::judge::Judgement;

impl Summary {
    /// States a judgement.
    pub fn of(judgement: &Judgement) -> Summary {
        let mut summary = Summary::unsaid(judgement);
        let charter = printable(&judgement.charter);
        for (stated, check) in summary.checklist.iter_mut().zip(&judgement.checklist) {
            stated.because = words::checklist::because(check, &charter);
        }
        summary.headline = words::headline(&summary);
        summary.why = words::why(&summary);
        summary
    }
}
