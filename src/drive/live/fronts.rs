//! Owns the faces of a live run: each behind a lock, what waits for it, where its webhooks go.
//! Must not know any platform, nor who asks.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

use super::descriptors::HOOKS_IN_FLIGHT;
use crate::commerce::protocol::{OrderNotice, Role};
use crate::commerce::terms::Dialect;
use crate::faces::{self, Catalogue, Face, FaceTerms, Hook};
use crate::ids::ChannelId;
use crate::scenario::Plan;
use crate::units::At;
use crate::wire::client::{Ask, Client, ClientLimits};
use crate::wire::keys::Keyring;
use crate::wire::permit::Permit;

/// Sinks that one run posts to.
const SINKS_MAX: usize = 64;

/// The faces of a run, by channel.
#[derive(Default)]
pub(super) struct Fronts {
    pub(super) all: BTreeMap<ChannelId, Front>,
    sinks: Mutex<BTreeMap<String, Client<Ask>>>,
}

/// A face, and what waits for it.
pub(super) struct Front {
    pub(super) face: Mutex<Box<dyn Face>>,
    /// Each with whether it is to be signed wrong.
    pub(super) inbox: Mutex<Vec<(OrderNotice, bool)>>,
    /// When the diary is to come to it.
    pub(super) planned: Mutex<At>,
    /// Webhooks that are out.
    pub(super) out: AtomicUsize,
}

impl Fronts {
    /// The faces of the channels that have one.
    pub(super) fn of(plan: &Plan, keys: Keyring, public_urls: &BTreeMap<String, String>) -> Fronts {
        if faced(plan).next().is_none() {
            return Fronts::default();
        }
        let catalogue = Catalogue::new(plan.charter.skus, &plan.charter.sku_names);
        let all = (0..).map(ChannelId).zip(&plan.world.channels).filter_map(|(channel, play)| {
            let public = public_urls.get(&play.name);
            let terms = FaceTerms {
                channel,
                name: play.name.clone(),
                currency: plan.charter.currency.clone(),
                digits: plan.charter.currency_digits,
                catalogue: catalogue.clone(),
                batch_max: play.batch_max,
                feeds_take: play.feeds_take,
                keys,
                public_urls: public
                    .map(|url| url.trim_end_matches('/').to_owned())
                    .into_iter()
                    .collect(),
            };
            let face = Mutex::new(faces::face(play.dialect, terms)?);
            let (inbox, planned) = (Mutex::default(), Mutex::new(At::NEVER));
            Some((channel, Front { face, inbox, planned, out: AtomicUsize::new(0) }))
        });
        Fronts { all: all.collect(), sinks: Mutex::default() }
    }

    /// Tells faces where they are reached.
    pub(super) fn live_at<'u>(&self, places: impl Iterator<Item = (ChannelId, &'u str)>) {
        for (channel, url) in places {
            if let Some(front) = self.all.get(&channel) {
                front.face.lock().lives_at(url);
            }
        }
    }

    /// No webhook is out.
    pub(super) fn are_back(&self) -> bool {
        self.all.values().all(|front| front.out.load(Ordering::SeqCst) == 0)
    }

    /// No notice waits, no webhook is out, and no face has anything to do at its channel.
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

/// Channels with a face.
pub(super) fn faced(plan: &Plan) -> impl Iterator<Item = (ChannelId, Dialect)> {
    let all = (0..).map(ChannelId).zip(&plan.world.channels);
    all.map(|(id, play)| (id, play.dialect)).filter(|(_, dialect)| *dialect != Dialect::Neutral)
}

/// Where the scenario has a system of the neutral API listen; anywhere unless it says. A channel's
/// port is its face's, where it has one.
pub(super) fn port_of(plan: &Plan, role: Role, name: &str) -> SocketAddr {
    let is_faced = matches!(role, Role::Channel(id) if faced(plan).any(|(face, _)| face == id));
    if is_faced { at_port(0) } else { face_port(plan, name) }
}

/// Where it has the face of a channel listen.
pub(super) fn face_port(plan: &Plan, name: &str) -> SocketAddr {
    at_port(plan.ports.get(name).copied().unwrap_or(0))
}

fn at_port(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::{FaceClock, FaceReply, FaceRequest, Shop};

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
            let all = (0..).map(ChannelId).zip(busy.map(|busy| front(busy, out))).collect();
            let fronts = Fronts { all, sinks: Mutex::default() };
            assert_eq!(fronts.is_quiet(), busy == [false, false] && out == 0);
        }
    }
}
