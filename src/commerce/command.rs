//! Owns what may befall a machine from outside, whoever's hand it is: a pause, a crash, a return,
//! another rule, a reading anew. Must not know who commands, nor why.

use crate::history::charter::StockRule;
use crate::ids::ChannelId;
use crate::units::{At, Span};

/// How wrong a clock is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSkew {
    /// It is ahead; else behind.
    pub is_ahead: bool,
    /// By so much.
    pub by: Span,
}

impl ClockSkew {
    /// When something happens that is to happen at a time by this clock.
    pub fn really(self, by_its_clock: At) -> At {
        let Span(by) = self.by;
        let at = by_its_clock.0;
        At(if self.is_ahead { at.saturating_sub(by) } else { at.saturating_add(by) })
    }
}

/// What befalls a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineCommand {
    /// It takes up no work and looks for nothing; what it hears it keeps.
    Pause,
    /// It is gone until it resumes: what it had queued or in hand is lost.
    Crash,
    /// What paused it or took it away is over.
    Resume,
    /// It is to stand still, whatever else befalls it, until it is to go on.
    Halt,
    /// It is to go on with everything, also where something has paused it.
    GoOn,
    /// It is to send nothing to a channel and to read nothing there; what is to be sent waits.
    Hold(ChannelId),
    /// It is to go on with a channel.
    Release(ChannelId),
    /// A channel is to show stock by this rule.
    Show(ChannelId, StockRule),
    /// It is to read everything at the source, then to tell the channel all of it.
    Resync(ChannelId),
    /// It is to try again what it gave up for a channel, and to read the orders it was not told of.
    Replay(ChannelId),
    /// From here on its clock is so wrong; none: it is right.
    SetClock(Option<ClockSkew>),
}
