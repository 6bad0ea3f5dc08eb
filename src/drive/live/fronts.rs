//! Owns the faces of a live run: each behind a lock, what waits for it, where its webhooks go.
//! Must not know any platform, nor who asks.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

use super::descriptors::HOOKS_IN_FLIGHT;
use crate::commerce::protocol::{Notice, Role};
use crate::commerce::terms::Dialect;
use crate::faces::{self, Catalogue, Face, FaceTerms, Hook};
use crate::history::Charter;
use crate::history::charter::{Tariff, TaxBasis};
use crate::ids::ChannelId;
use crate::scenario::Plan;
use crate::units::{At, Span};
use crate::wire::client::{Ask, Client, ClientLimits};
use crate::wire::keys::Keyring;
use crate::wire::permit::Permit;

/// Most items of one list that an OMS's face is sent.
const HUB_BATCH_MAX: u32 = 100;
/// Sinks that one run posts to.
const SINKS_MAX: usize = 64;

/// The faces of a run, by the system that each stands for.
#[derive(Default)]
pub(super) struct Fronts {
    pub(super) all: BTreeMap<Role, Front>,
    sinks: Mutex<BTreeMap<String, Client<Ask>>>,
}

/// A face, and what waits for it.
pub(super) struct Front {
    pub(super) face: Mutex<Box<dyn Face>>,
    /// Each with whether it is to be signed wrong.
    pub(super) inbox: Mutex<Vec<(Notice, bool)>>,
    /// When the diary is to come to it.
    pub(super) planned: Mutex<At>,
    /// Webhooks that are out.
    pub(super) out: AtomicUsize,
}

impl Fronts {
    /// The faces of the systems that have one.
    pub(super) fn of(plan: &Plan, keys: Keyring, public_urls: &BTreeMap<String, String>) -> Fronts {
        if faced(plan).next().is_none() {
            return Fronts::default();
        }
        let (charter, world) = (&plan.charter, &plan.world);
        let catalogue = Catalogue::new(charter.skus, &charter.sku_names);
        let channels: Arc<[String]> = charter.channels.iter().map(|of| of.name.clone()).collect();
        let all = faced(plan).filter_map(|(role, dialect)| {
            let play = match role {
                Role::Channel(id) => Some(&world.channels[id.index()]),
                Role::Oms | Role::Connector(_) => None,
            };
            let name = name_of(plan, role);
            let public = public_urls.get(&name);
            let (currency, digits, gross) = money_of(charter, role);
            let terms = FaceTerms {
                channel: numbered(plan, role),
                currency,
                digits,
                gross,
                catalogue: catalogue.clone(),
                batch_max: play.map_or(HUB_BATCH_MAX, |play| play.batch_max),
                feeds_take: play.map_or(Span::ZERO, |play| play.feeds_take),
                keys,
                public_urls: public
                    .map(|url| url.trim_end_matches('/').to_owned())
                    .into_iter()
                    .collect(),
                holds: (role == Role::Oms).then(|| Arc::clone(&channels)),
                name,
            };
            let face = Mutex::new(faces::face(dialect, terms)?);
            let (inbox, planned) = (Mutex::default(), Mutex::new(At::NEVER));
            Some((role, Front { face, inbox, planned, out: AtomicUsize::new(0) }))
        });
        Fronts { all: all.collect(), sinks: Mutex::default() }
    }

    /// Tells faces where they are reached.
    pub(super) fn live_at<'u>(&self, places: impl Iterator<Item = (Role, &'u str)>) {
        for (role, url) in places {
            if let Some(front) = self.all.get(&role) {
                front.face.lock().lives_at(url);
            }
        }
    }

    /// No webhook is out.
    pub(super) fn are_back(&self) -> bool {
        self.all.values().all(|front| front.out.load(Ordering::SeqCst) == 0)
    }

    /// No notice waits, no webhook is out, and no face has anything to do at its system.
    pub(super) fn is_quiet(&self) -> bool {
        let quiet = |front: &Front| {
            front.inbox.lock().is_empty()
                && front.out.load(Ordering::SeqCst) == 0
                && front.face.lock().is_quiet()
        };
        self.all.values().all(quiet)
    }

    /// A sink's connections; none where there are too many sinks.
    pub(super) fn sink(&self, hook: &Hook) -> Option<Client<Ask>> {
        let mut sinks = self.sinks.lock();
        let name = hook.to.origin.to_string();
        if let Some(known) = sinks.get(&name) {
            return Some(known.clone());
        }
        if sinks.len() >= SINKS_MAX {
            return None;
        }
        let permit = Permit::loopback(&hook.to.origin).ok()?;
        let limits = ClientLimits { in_flight_max: HOOKS_IN_FLIGHT, ..ClientLimits::default() };
        let sink = Client::new(permit, limits);
        sinks.insert(name, sink.clone());
        Some(sink)
    }

    /// Closes the connections to every sink.
    pub(super) async fn hang_up(&self) {
        let sinks = std::mem::take(&mut *self.sinks.lock());
        for sink in sinks.values() {
            sink.close().await;
        }
    }
}

/// The currency of a system's prices with its decimals, and whether they hold tax.
fn money_of(charter: &Charter, role: Role) -> (String, u8, bool) {
    let own = match role {
        Role::Channel(id) => charter.channels[id.index()].tariff.as_ref(),
        Role::Oms | Role::Connector(_) => None,
    };
    let campaign = || (charter.currency.clone(), charter.currency_digits, false);
    let gross = |own: &Tariff| own.tax.prices == TaxBasis::Gross;
    own.map_or_else(campaign, |own| (own.currency.clone(), own.digits, gross(own)))
}

/// Systems with a face.
pub(super) fn faced(plan: &Plan) -> impl Iterator<Item = (Role, Dialect)> {
    let channels = (0..).map(ChannelId).zip(&plan.world.channels);
    let channels = channels.map(|(id, play)| (Role::Channel(id), play.dialect));
    let all = channels.chain([(Role::Oms, plan.world.oms.dialect)]);
    all.filter(|(_, dialect)| *dialect != Dialect::Neutral)
}

/// By which number a system's face draws its ids and secrets: the OMS's follow those of the last
/// channel.
pub(super) fn numbered(plan: &Plan, role: Role) -> ChannelId {
    match role {
        Role::Channel(id) => id,
        Role::Oms | Role::Connector(_) => ChannelId(plan.charter.channels.len() as u16),
    }
}

/// What a scenario calls a system that may have a face.
pub(super) fn name_of(plan: &Plan, role: Role) -> String {
    match role {
        Role::Channel(id) => plan.charter.channels[id.index()].name.clone(),
        Role::Oms | Role::Connector(_) => "oms".to_owned(),
    }
}

/// Where the scenario has a system of the neutral API listen; anywhere unless it says. A port is
/// that of the system's face, where it has one.
pub(super) fn port_of(plan: &Plan, role: Role, name: &str) -> SocketAddr {
    let is_faced = faced(plan).any(|(face, _)| face == role);
    if is_faced { at_port(0) } else { face_port(plan, name) }
}

/// Where it has the face of a system listen.
pub(super) fn face_port(plan: &Plan, name: &str) -> SocketAddr {
    at_port(plan.ports.get(name).copied().unwrap_or(0))
}

fn at_port(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::protocol::OrderNotice;
    use crate::faces::{FaceClock, FaceReply, FaceRequest, KeptOut, Shop};

    /// A face that has something to do, or nothing.
    struct Busy(bool);

    impl Face for Busy {
        fn receive(&mut self, _: FaceClock, _: &FaceRequest<'_>, _: &mut dyn Shop) -> FaceReply {
            FaceReply::json(hyper::StatusCode::OK, &())
        }
        fn notice(&mut self, _: FaceClock, _: &OrderNotice, _: bool, _: &mut dyn Shop) {}
        fn next_wake(&self) -> Option<At> {
            None
        }
        fn wake(&mut self, _: FaceClock, _: &mut dyn Shop) -> Vec<Hook> {
            vec![]
        }
        fn delivered(&mut self, _: FaceClock, _: u64, _: Option<u16>) {}
        fn kept_out(&self, _: KeptOut) -> FaceReply {
            FaceReply::json(hyper::StatusCode::OK, &())
        }
        fn is_quiet(&self) -> bool {
            !self.0
        }
    }

    #[test]
    fn fronts_are_quiet_when_none_has_anything_to_do() {
        let front = |is_busy, out| Front {
            face: Mutex::new(Box::new(Busy(is_busy)) as Box<dyn Face>),
            inbox: Mutex::default(),
            planned: Mutex::new(At::NEVER),
            out: AtomicUsize::new(out),
        };
        for (busy, out) in [([false, false], 0), ([false, true], 0), ([false, false], 1)] {
            let all = (0..)
                .map(|id| Role::Channel(ChannelId(id)))
                .zip(busy.map(|busy| front(busy, out)))
                .collect();
            let fronts = Fronts { all, sinks: Mutex::default() };
            assert_eq!(fronts.is_quiet(), busy == [false, false] && out == 0);
        }
    }
}
