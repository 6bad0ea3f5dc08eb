//! Owns running counts that only somebody who looks on asks for: calls to channels, jobs given up.
//! Must not judge.

use crate::history::charter::Charter;
use crate::history::fact::CallOutcome;
use crate::ids::{ChannelId, ConnectorId};

/// What is counted for whoever looks on.
#[derive(Clone, Debug)]
pub(super) struct Running {
    /// Updates that were tried, by channel: calls, each attempt one.
    pub(super) tried: Vec<u64>,
    /// Attempts to hand an order over that came back, by channel: all, and those not done.
    pub(super) handoffs: Vec<[u64; 2]>,
    /// Jobs that connectors gave up, by connector.
    pub(super) gave_up: Vec<u64>,
}

impl Running {
    pub(super) fn new(charter: &Charter) -> Running {
        Running {
            tried: vec![0; charter.channels.len()],
            handoffs: vec![[0; 2]; charter.channels.len()],
            gave_up: vec![0; charter.connectors.len()],
        }
    }

    /// A call with an update came back.
    pub(super) fn tried(&mut self, channel: ChannelId) {
        self.tried[channel.index()] += 1;
    }

    /// An attempt to hand an order of that channel over came back.
    pub(super) fn handed(&mut self, channel: ChannelId, outcome: CallOutcome) {
        let [all, failed] = &mut self.handoffs[channel.index()];
        *all += 1;
        *failed += u64::from(outcome != CallOutcome::Done);
    }

    /// A connector gave a job up.
    pub(super) fn gave_up(&mut self, connector: ConnectorId) {
        self.gave_up[connector.index()] += 1;
    }
}
