//! Owns what the terms say of alerts: which running figure is watched, and when somebody is told.
//! Must not know how a figure comes about, nor who is told how.

use serde::{Deserialize, Serialize};

use crate::ids::ChannelId;
use crate::units::{Ppm, Span};

/// A rule that raises an alert while a running figure is above its threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// Its name in the scenario.
    pub name: String,
    /// What is watched, and above what it is too much.
    pub when: Signal,
    /// How long that must hold before the alert fires, and how long it must not before it clears.
    pub hold: Span,
    /// How bad it is.
    pub severity: Severity,
    /// Who is told; none: nobody owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The channels that are watched, each by itself; none: all of them together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelId>,
}

/// A running figure and its threshold (docs/measures.md, while a run goes on).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The running sync lag.
    SyncLag {
        /// Longer than this.
        above: Span,
    },
    /// The age of the oldest change of stock that is not shown.
    OldestUnshown {
        /// Older than this.
        above: Span,
    },
    /// Jobs waiting in the queues of all connectors.
    QueueDepth {
        /// More than these.
        above: u64,
    },
    /// Orders accepted with an oversold unit ÷ orders accepted.
    OversoldOrders {
        /// More than this share …
        above: Ppm,
        /// … of the last so long.
        over: Span,
    },
    /// Attempts to hand an order over that came back otherwise than done ÷ all that came back.
    HandoffFailures {
        /// More than this share …
        above: Ppm,
        /// … of the last so long.
        over: Span,
    },
    /// Attempts to update a channel that came back with 429 ÷ all that came back.
    Throttled {
        /// More than this share …
        above: Ppm,
        /// … of the last so long.
        over: Span,
    },
}

/// How bad an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Somebody should look.
    Warning,
    /// Somebody must act.
    Critical,
}

impl AlertRule {
    /// While what it fires, in words: `sync lag above 5 min for 2 min`.
    pub fn condition(&self) -> String {
        let above = match self.when {
            Signal::SyncLag { above } | Signal::OldestUnshown { above } => above.to_string(),
            Signal::QueueDepth { above } => format!("{above} jobs"),
            Signal::OversoldOrders { above, over }
            | Signal::HandoffFailures { above, over }
            | Signal::Throttled { above, over } => {
                format!("{} % of the last {over}", percent(above))
            }
        };
        format!("{} above {above} for {}", self.when.name(), self.hold)
    }
}

/// A share in per cent, to the millionth that it is kept in: `0.0001`.
fn percent(share: Ppm) -> String {
    let text = format!("{}.{:04}", share.0 / 10_000, share.0 % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Severity {
    /// Its word in scenarios, on pages and in labels.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        }
    }
}

impl Signal {
    /// Its name in scenarios and on pages.
    pub fn name(self) -> &'static str {
        match self {
            Signal::SyncLag { .. } => "sync lag",
            Signal::OldestUnshown { .. } => "oldest unshown",
            Signal::QueueDepth { .. } => "queue depth",
            Signal::OversoldOrders { .. } => "oversold orders",
            Signal::HandoffFailures { .. } => "handoff failures",
            Signal::Throttled { .. } => "throttled",
        }
    }

    /// The failure class whose owner is told unless the rule names another; keys of `owners:`.
    pub fn owned_as(self) -> &'static str {
        match self {
            Signal::HandoffFailures { .. } => "order handoff",
            Signal::SyncLag { .. }
            | Signal::OldestUnshown { .. }
            | Signal::QueueDepth { .. }
            | Signal::OversoldOrders { .. }
            | Signal::Throttled { .. } => "inventory sync",
        }
    }
}
