//! Owns which keys of a scenario would give more room, and leaves out those that stand that way
//! already. Must not know how bad it is.

use crate::commerce::terms::{ConnectorPlay, Rhythm};
use crate::history::charter::Kpi;
use crate::ids::{ChannelId, ConnectorId};
use crate::language::path;
use crate::scenario::Plan;

/// `connectors.hub.reference.workers`.
fn of_connector(plan: &Plan, id: ConnectorId, key: &str) -> String {
    let connector = &plan.world.connectors[id.index()];
    let kind = if connector.described.is_some() { "described" } else { "reference" };
    path::of(["connectors", &connector.name, kind, key])
}

/// `channels.ebay.holds back`.
pub fn of_channel(name: &str, key: &str) -> String {
    path::of(["channels", name, key])
}

/// Keys that make fewer calls of as many changes.
fn fewer_calls(plan: &Plan, id: ConnectorId) -> Vec<String> {
    let connector = &plan.world.connectors[id.index()];
    // A bought connector has no such keys.
    if connector.described.is_some() {
        return Vec::new();
    }
    let most = |connector: &ConnectorPlay| {
        let channels = connector.channels.iter().map(|id| &plan.world.channels[id.index()]);
        channels.map(|channel| channel.batch_max).max().unwrap_or(1)
    };
    let mut keys = Vec::new();
    if connector.batch < most(connector) {
        keys.push(of_connector(plan, id, "batch"));
    }
    if !connector.coalesce {
        keys.push(of_connector(plan, id, "coalesce"));
    }
    keys
}

/// What gives workers more room.
pub(super) fn workers(plan: &Plan, id: ConnectorId) -> Vec<String> {
    let mut keys = vec![of_connector(plan, id, "workers")];
    keys.extend(fewer_calls(plan, id));
    keys
}

/// What gives calls to a channel more room.
pub(super) fn channel_limit(plan: &Plan, id: ChannelId) -> Vec<String> {
    let channel = &plan.charter.channels[id.index()];
    let mut keys = vec![of_channel(&channel.name, "limits")];
    keys.extend(fewer_calls(plan, channel.connector));
    keys
}

/// What makes a connector outlast a channel's limit.
pub(super) fn patience(plan: &Plan, id: ChannelId) -> Vec<String> {
    let connector = plan.charter.channels[id.index()].connector;
    let described = plan.world.connectors[connector.index()].described.is_some();
    let retry = if described { "retries" } else { "retry" };
    let mut keys = vec![of_connector(plan, connector, retry)];
    keys.extend(channel_limit(plan, id));
    keys
}

/// What makes a change heard of sooner.
pub(super) fn sooner(plan: &Plan, kpi: Kpi, id: ChannelId) -> Vec<String> {
    let connector = plan.charter.channels[id.index()].connector;
    let play = &plan.world.connectors[connector.index()];
    let (rhythm, key) = match kpi {
        Kpi::HandoffSuccess => (play.orders_in, "orders in"),
        _ => (play.stock_out, "stock out"),
    };
    let mut keys = Vec::new();
    if matches!(rhythm, Rhythm::Poll(_)) {
        keys.push(of_connector(plan, connector, key));
    }
    if kpi == Kpi::ListingLatency {
        keys.push(of_channel(&plan.charter.channels[id.index()].name, "lists after"));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_whose_name_has_a_point_is_named_as_a_path_is_read() {
        let key = of_channel("amazon.de", "of orders");
        assert_eq!(key, "channels.\"amazon.de\".of orders");
    }
}
