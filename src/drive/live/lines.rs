//! Owns the lines of a live run: who calls whom, over which connections, with which credentials.
//! Must not know what is said over them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use hyper::Uri;
use hyper::header::HeaderValue;

use super::descriptors::InFlight;
use super::jobs::{Errand, LiveJob};
use crate::commerce::outbox::Posting;
use crate::commerce::protocol::{Asked, Role};
use crate::ids::{ChannelId, ConnectorId};
use crate::scenario::{Hooks, Plan};
use crate::wire::call::EndpointError;
use crate::wire::client::{Client, ClientLimits};
use crate::wire::keys::{Keyring, SigningKey};
use crate::wire::permit::Permit;

/// All lines.
pub(super) struct Lines {
    shoppers: Vec<Client<LiveJob>>,
    merchant: Client<LiveJob>,
    connectors: Vec<ConnectorLines>,
    /// To the webhooks of a connector that is somebody else's program.
    outside: Option<OutsideLine>,
    bearers: Vec<HeaderValue>,
    oms_bearer: HeaderValue,
}

struct OutsideLine {
    webhooks: Client<LiveJob>,
    path: String,
    signing: SigningKey,
}

struct ConnectorLines {
    channels: Vec<Client<LiveJob>>,
    oms: Client<LiveJob>,
    webhooks: Client<LiveJob>,
    signing: SigningKey,
}

/// Where webhooks of a connector from outside go, if anywhere.
pub(super) fn webhooks(plan: &Plan) -> Result<Option<Uri>, EndpointError> {
    match plan.external.as_ref().map(|external| &external.webhooks) {
        Some(Hooks::At(url)) => {
            let url = url.as_str();
            url.parse().map(Some).map_err(|_| EndpointError::Host(url.to_owned()))
        }
        Some(Hooks::None | Hooks::Port) | None => Ok(None),
    }
}

impl Lines {
    /// Lines to where everybody listens.
    pub(super) fn new(
        addresses: &BTreeMap<Role, SocketAddr>,
        (keys, webhooks): (Keyring, Option<&Uri>),
        most: InFlight,
    ) -> Result<Lines, EndpointError> {
        let outside = webhooks.map(|url| {
            let limits = ClientLimits { in_flight_max: most.webhooks, ..ClientLimits::default() };
            let path = url.path_and_query().map_or("/", |path| path.as_str()).to_owned();
            let webhooks = Client::new(Permit::loopback(url)?, limits);
            Ok(OutsideLine { webhooks, path, signing: keys.signing(ConnectorId(0)) })
        });
        let line = |role: Role, in_flight_max: usize| {
            let address = addresses[&role];
            let uri: Uri = format!("http://{address}").parse().expect("an address makes a URL");
            let limits = ClientLimits { in_flight_max, ..ClientLimits::default() };
            Ok(Client::new(Permit::loopback(&uri)?, limits))
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
                    channels: to_channels(most.connector)?,
                    oms: line(Role::Oms, most.connector)?,
                    webhooks: line(Role::Connector(id), most.webhooks)?,
                    signing: keys.signing(id),
                })
            })
            .collect::<Result<_, EndpointError>>()?;
        Ok(Lines {
            shoppers: to_channels(most.shoppers)?,
            merchant: line(Role::Oms, most.merchant)?,
            connectors,
            outside: outside.transpose()?,
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

    /// Whether anybody takes the webhooks of a connector.
    pub(super) fn has_webhooks(&self, id: ConnectorId) -> bool {
        self.outside.is_some() || id.index() < self.connectors.len()
    }

    pub(super) fn webhooks(&self, id: ConnectorId) -> &Client<LiveJob> {
        match &self.outside {
            Some(outside) => &outside.webhooks,
            None => &self.connectors[id.index()].webhooks,
        }
    }

    pub(super) fn webhook_path(&self) -> Option<&str> {
        self.outside.as_ref().map(|outside| outside.path.as_str())
    }

    pub(super) fn bearer(&self, asked: &Asked) -> HeaderValue {
        match asked {
            Asked::Channel(id, _) => self.bearers[id.index()].clone(),
            Asked::Oms(_) => self.oms_bearer.clone(),
        }
    }

    pub(super) fn signature(&self, posting: &Posting, body: &[u8]) -> HeaderValue {
        let key = match &self.outside {
            Some(outside) => &outside.signing,
            None => &self.connectors[posting.to.index()].signing,
        };
        if posting.is_spoiled { key.sign_spoiled(body) } else { key.sign(body) }
    }

    /// Closes every line; calls in flight are never answered. Leaves the load that never left, and
    /// how many calls panicked, by the role that was called.
    pub(super) async fn close(&self) -> (Vec<LiveJob>, Vec<(Role, u64)>) {
        let channels = (0..).map(|i| Role::Channel(ChannelId(i)));
        let mut lines: Vec<(Role, &Client<LiveJob>)> =
            channels.clone().zip(&self.shoppers).chain([(Role::Oms, &self.merchant)]).collect();
        for (i, connector) in (0..).zip(&self.connectors) {
            lines.extend(channels.clone().zip(&connector.channels));
            lines.push((Role::Oms, &connector.oms));
            lines.push((Role::Connector(ConnectorId(i)), &connector.webhooks));
        }
        if let Some(outside) = &self.outside {
            lines.push((Role::Connector(ConnectorId(0)), &outside.webhooks));
        }
        let (mut never_left, mut panicked) = (Vec::new(), Vec::new());
        for (role, line) in lines {
            let closed = line.close().await;
            never_left.extend(closed.never_left);
            if closed.panicked > 0 {
                panicked.push((role, closed.panicked));
            }
        }
        never_left.retain(|job| matches!(job.errand, Errand::Load { .. }));
        (never_left, panicked)
    }
}
