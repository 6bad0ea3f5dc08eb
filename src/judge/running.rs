//! Owns running counts that only somebody who looks on asks for: calls to channels, jobs given up.
//! Must not judge.

use crate::history::charter::Charter;
use crate::ids::{ChannelId, ConnectorId};

/// What is counted for whoever looks on.
#[derive(Clone, Debug)]
pub(super) struct Running {
    /// Updates that were tried, by channel: calls, each attempt one.
    pub(super) tried: Vec<u64>,
    /// Jobs that connectors gave up, by connector.
    pub(super) gave_up: Vec<u64>,
}

impl Running {
    pub(super) fn new(charter: &Charter) -> Running {
        Running {
            tried: vec![0; charter.channels.len()],
            gave_up: vec![0; charter.connectors.len()],
        }
    }

    /// A call with an update came back.
    pub(super) fn tried(&mut self, channel: ChannelId) {
        self.tried[channel.index()] += 1;
    }

    /// A connector gave a job up.
    pub(super) fn gave_up(&mut self, connector: ConnectorId) {
        self.gave_up[connector.index()] += 1;
    }
}
