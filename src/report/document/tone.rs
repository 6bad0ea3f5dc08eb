//! Owns what a colour says: how bands and verdicts are coloured. Must not know the colours.

use crate::report::summary::band::Band;
use crate::report::summary::verdict::Verdict;

/// What a colour says; each is said in words too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// To be watched.
    Careful,
    /// As it must not be.
    Bad,
    /// What stands behind the rest.
    Quiet,
    /// What stands out.
    Strong,
}

impl From<Band> for Tone {
    fn from(band: Band) -> Tone {
        match band {
            Band::Healthy => Tone::Good,
            Band::Watch | Band::NotProved => Tone::Careful,
            Band::Failed => Tone::Bad,
        }
    }
}

impl From<Verdict> for Tone {
    fn from(verdict: Verdict) -> Tone {
        match verdict {
            Verdict::Go => Tone::Good,
            Verdict::GoWithConditions | Verdict::Inconclusive => Tone::Careful,
            Verdict::NoGo => Tone::Bad,
        }
    }
}

impl Tone {
    /// Its name in the style sheet.
    pub(in crate::report) fn class(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Good => "good",
            Tone::Careful => "careful",
            Tone::Bad => "bad",
            Tone::Quiet => "quiet",
            Tone::Strong => "strong",
        }
    }
}
