//! Owns the lines of a live run: who calls whom, over which connections, with which credentials.
//! Must not know what is said over them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use hyper::Uri;
use hyper::header::HeaderValue;

use super::jobs::{Errand, LiveJob};
use crate::commerce::protocol::{Asked, Role};
use crate::ids::{ChannelId, ConnectorId};
use crate::wire::call::{Endpoint, EndpointError};
use crate::wire::client::{Client, Limits};
use crate::wire::keys::{Keyring, SigningKey};

/// Most calls of shoppers in flight to one channel.
const SHOPPERS_IN_FLIGHT_MAX: usize = 256;
/// Most calls of a connector in flight to one system.
const CONNECTOR_IN_FLIGHT_MAX: usize = 128;
/// Most webhooks in flight to one connector.
const WEBHOOKS_IN_FLIGHT_MAX: usize = 32;
/// The merchant's calls, one at a time so that they arrive in their order.
const MERCHANT_IN_FLIGHT_MAX: usize = 1;

/// All lines.
pub(super) struct Lines {
    shoppers: Vec<Client<LiveJob>>,
    merchant: Client<LiveJob>,
    connectors: Vec<ConnectorLines>,
    bearers: Vec<HeaderValue>,
    oms_bearer: HeaderValue,
}

struct ConnectorLines {
    channels: Vec<Client<LiveJob>>,
    oms: Client<LiveJob>,
    webhooks: Client<LiveJob>,
    signing: SigningKey,
}

impl Lines {
    /// Lines to where everybody listens.
    pub(super) fn new(
        addresses: &BTreeMap<Role, SocketAddr>,
        keys: Keyring,
    ) -> Result<Lines, EndpointError> {
        let line = |role: Role, in_flight_max: usize| {
            let address = addresses[&role];
            let uri: Uri = format!("http://{address}").parse().expect("an address makes a URL");
            let limits = Limits { in_flight_max, ..Limits::default() };
            Ok(Client::new(Endpoint::of(&uri)?, limits))
        };
        let channels: Vec<Role> =
            addresses.keys().copied().filter(|r| matches!(r, Role::Channel(_))).collect();
        let to_channels = |in_flight_max| -> Result<Vec<Client<LiveJob>>, EndpointError> {
            channels.iter().map(|role| line(*role, in_flight_max)).collect()
        };
        let connectors = addresses
            .keys()
            .filter_map(|role| match role {
                Role::Connector(id) => Some(*id),
                Role::Channel(_) | Role::Oms => None,
            })
            .map(|id| {
                Ok(ConnectorLines {
                    channels: to_channels(CONNECTOR_IN_FLIGHT_MAX)?,
                    oms: line(Role::Oms, CONNECTOR_IN_FLIGHT_MAX)?,
                    webhooks: line(Role::Connector(id), WEBHOOKS_IN_FLIGHT_MAX)?,
                    signing: keys.signing(id),
                })
            })
            .collect::<Result<_, EndpointError>>()?;
        Ok(Lines {
            shoppers: to_channels(SHOPPERS_IN_FLIGHT_MAX)?,
            merchant: line(Role::Oms, MERCHANT_IN_FLIGHT_MAX)?,
            connectors,
            bearers: channels.iter().map(|role| keys.token(*role).header()).collect(),
            oms_bearer: keys.token(Role::Oms).header(),
        })
    }

    pub(super) fn shoppers(&self, channel: ChannelId) -> &Client<LiveJob> {
        &self.shoppers[channel.index()]
    }

    pub(super) fn merchant(&self) -> &Client<LiveJob> {
        &self.merchant
    }

    pub(super) fn to_channel(&self, id: ConnectorId, channel: ChannelId) -> &Client<LiveJob> {
        &self.connectors[id.index()].channels[channel.index()]
    }

    pub(super) fn to_oms(&self, id: ConnectorId) -> &Client<LiveJob> {
        &self.connectors[id.index()].oms
    }

    pub(super) fn webhooks(&self, id: ConnectorId) -> &Client<LiveJob> {
        &self.connectors[id.index()].webhooks
    }

    pub(super) fn bearer(&self, asked: &Asked) -> HeaderValue {
        match asked {
            Asked::Channel(id, _) => self.bearers[id.index()].clone(),
            Asked::Oms(_) => self.oms_bearer.clone(),
        }
    }

    pub(super) fn signature(&self, to: ConnectorId, body: &[u8]) -> HeaderValue {
        self.connectors[to.index()].signing.sign(body)
    }

    /// Closes every line; calls in flight are never answered. Hands back the load that never left.
    pub(super) async fn close(&self) -> Vec<LiveJob> {
        let mut never_left = Vec::new();
        let of_connectors = self
            .connectors
            .iter()
            .flat_map(|lines| lines.channels.iter().chain([&lines.oms, &lines.webhooks]));
        for line in self.shoppers.iter().chain([&self.merchant]).chain(of_connectors) {
            never_left.extend(line.close().await);
        }
        never_left.retain(|job| matches!(job.errand, Errand::Load { .. }));
        never_left
    }
}
