//! Owns what somebody does to a run from outside: who, in which role, what, and whether it was
//! allowed. Must not know how it is carried out, nor whether it helped.

use serde::{Deserialize, Serialize};

use crate::ids::{ChannelId, ConnectorId};
use crate::units::{Ppm, Qty};

/// The longest words that a person can add to what they do, in characters.
pub const REMARK_CHARS_MAX: usize = 200;

/// Somebody acted on the run, or tried to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Who, as they call themselves; a step of the scenario is called by its name.
    pub by: String,
    /// In which of the charter's roles; none where it has none, or a step acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<u16>,
    /// How it came about.
    pub how: ActedBy,
    /// What.
    pub act: OperatorAct,
    /// Whether the role may do it. What is not allowed is not carried out.
    pub allowed: bool,
}

/// How an action came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActedBy {
    /// A step of the scenario.
    Script,
    /// Somebody commanded it here.
    Operator,
    /// Somebody did it elsewhere, with means of their own, and said so.
    Elsewhere,
}

/// What is acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActedOn {
    /// A channel: what its connector sends there and reads there.
    Channel(ChannelId),
    /// A connector as a whole.
    Connector(ConnectorId),
}

/// What somebody does to a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorAct {
    /// Nothing is sent to it nor read there; what is to be sent waits.
    Pause {
        /// A channel, or a connector with all its channels.
        at: ActedOn,
    },
    /// It goes on; stock that was set to zero is shown again.
    Resume {
        /// A channel, or a connector with all its channels.
        at: ActedOn,
    },
    /// A channel shows no stock at all.
    ZeroStock {
        /// The channel.
        channel: ChannelId,
    },
    /// So many units are held back from a channel.
    HoldBack {
        /// The channel.
        channel: ChannelId,
        /// The units.
        units: Qty,
    },
    /// A channel shows at most so many units.
    Cap {
        /// The channel.
        channel: ChannelId,
        /// The units; none is no cap.
        #[serde(deserialize_with = "Option::deserialize")]
        units: Option<Qty>,
    },
    /// A channel may offer this share of what is available.
    Allocate {
        /// The channel.
        channel: ChannelId,
        /// The share.
        share: Ppm,
    },
    /// The prices of a promotion end now.
    EndPromotion {
        /// Its place in the charter.
        promotion: u16,
    },
    /// The connector reads all stock, prices and listings at the source, and tells the channel
    /// all of them.
    Resync {
        /// The channel.
        channel: ChannelId,
    },
    /// What was given up for a channel is tried again, and orders it never told of are read.
    Replay {
        /// The channel.
        channel: ChannelId,
    },
    /// Somebody has seen that something is wrong.
    Detected {
        /// In their words.
        what: String,
    },
    /// Somebody did something by means of their own.
    Did {
        /// In their words.
        what: String,
    },
    /// Something to remember.
    Note {
        /// In their words.
        what: String,
    },
}

impl OperatorAct {
    /// Whether a connector must do something for it: one that is somebody else's program cannot be
    /// made to.
    pub fn is_for_the_connector(&self) -> bool {
        match self {
            OperatorAct::Pause { .. }
            | OperatorAct::Resume { .. }
            | OperatorAct::ZeroStock { .. }
            | OperatorAct::HoldBack { .. }
            | OperatorAct::Cap { .. }
            | OperatorAct::Allocate { .. }
            | OperatorAct::Resync { .. }
            | OperatorAct::Replay { .. } => true,
            OperatorAct::EndPromotion { .. }
            | OperatorAct::Detected { .. }
            | OperatorAct::Did { .. }
            | OperatorAct::Note { .. } => false,
        }
    }

    /// Its word, as `operate` and a scenario have it.
    pub fn word(&self) -> &'static str {
        match self {
            OperatorAct::Pause { .. } => "pause",
            OperatorAct::Resume { .. } => "resume",
            OperatorAct::ZeroStock { .. } => "zero-stock",
            OperatorAct::HoldBack { .. } => "hold-back",
            OperatorAct::Cap { .. } => "cap",
            OperatorAct::Allocate { .. } => "allocate",
            OperatorAct::EndPromotion { .. } => "end-promotion",
            OperatorAct::Resync { .. } => "resync",
            OperatorAct::Replay { .. } => "replay",
            OperatorAct::Detected { .. } => "detected",
            OperatorAct::Did { .. } => "did",
            OperatorAct::Note { .. } => "note",
        }
    }

    /// Whether it changes anything; the rest is said for the record.
    pub fn is_remark(&self) -> bool {
        self.remark().is_some()
    }

    /// What somebody says with it.
    pub fn remark(&self) -> Option<&str> {
        match self {
            OperatorAct::Detected { what }
            | OperatorAct::Did { what }
            | OperatorAct::Note { what } => Some(what),
            _ => None,
        }
    }
}

/// Every word of [`OperatorAct::word`], in the order in which they are listed.
pub const OPERATOR_WORDS: [&str; 12] = [
    "pause",
    "resume",
    "zero-stock",
    "hold-back",
    "cap",
    "allocate",
    "end-promotion",
    "resync",
    "replay",
    "detected",
    "did",
    "note",
];
