//! Owns how faces are asked in a live run, what they ask their machines, and how their webhooks
//! leave. Must not know any platform, nor judge.
//!
//! A face is locked, then it asks its machine, which is locked for each question. So nothing that
//! happens in a machine may lock its face: what the machine has to say waits in an inbox until the
//! diary comes to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode};

use super::carrier::{Carrier, Later};
use super::descriptors::InFlight;
use super::fronts::{Front, face_port, faced};
use super::hosted::{Hosted, in_wall_time};
use crate::commerce::inside::{Inside, InsideReply};
use crate::commerce::outbox::{Answer, Fate, Outbox, Posting};
use crate::commerce::protocol::{Asked, ChannelReply, ChannelRequest, Notice, Reply, Role};
use crate::commerce::terms::Dialect;
use crate::faces::service::{self, KeepsFaces};
use crate::faces::{self, FaceClock, FaceCredentials, FaceReply, FaceRequest, Hook, Shop};
use crate::history::fact::{Address, Met};
use crate::ids::{ChannelId, ConnectorId};
use crate::scenario::Plan;
use crate::units::{At, Span, US_PER_S};
use crate::wire::call::CallResult;
use crate::wire::keys::Keyring;
use crate::wire::listen::{ListenerLimits, Listening, OpenError};
use crate::wire::tls::Tls;

/// Where a channel's face is reached.
#[derive(Clone)]
pub struct FacePlace {
    /// Whose.
    pub channel: ChannelId,
    /// Whose API it speaks.
    pub dialect: Dialect,
    /// Its address, without a slash at the end.
    pub url: String,
    /// The same over TLS, where there is some.
    pub https_url: Option<String>,
    /// What callers must show.
    pub credentials: FaceCredentials,
}

/// How else the faces of a run are called.
#[derive(Clone, Default)]
pub struct AlsoCalled {
    /// By which other addresses, by the channel's name: a tunnel's.
    pub public_urls: BTreeMap<String, String>,
    /// With what they speak TLS, at addresses of their own.
    pub tls: Option<Tls>,
}

/// Opens the addresses of all faces.
pub(super) async fn open_faces<K: KeepsFaces>(
    plan: &Plan,
    (keys, tls, most): (Keyring, Option<Tls>, InFlight),
    keeper: &Arc<K>,
) -> Result<(Vec<FacePlace>, Vec<(Role, Listening)>), (String, OpenError)> {
    let (mut places, mut doors) = (Vec::new(), Vec::new());
    for (channel, dialect) in faced(plan) {
        let name = plan.charter.channels[channel.index()].name.clone();
        let connections_max = most.at_face();
        let limits = ListenerLimits { connections_max, ..ListenerLimits::default() };
        let keeper = || Arc::clone(keeper);
        let opened = service::open(face_port(plan, &name), limits, channel, (keeper(), None)).await;
        let opened = opened.map_err(|source| (name.clone(), source))?;
        let mut https_url = None;
        if let Some(tls) = tls.clone() {
            // Beside it: a port of the scenario's is the plain one's.
            let anywhere = SocketAddr::new(opened.address().ip(), 0);
            let over = service::open(anywhere, limits, channel, (keeper(), Some(tls))).await;
            let over = over.map_err(|source| (name, source))?;
            https_url = Some(format!("https://{}", over.address()));
            doors.push((Role::Channel(channel), over));
        }
        let url = format!("http://{}", opened.address());
        let credentials = faces::credentials(dialect, keys, channel);
        places.push(FacePlace { channel, dialect, url, https_url, credentials });
        doors.push((Role::Channel(channel), opened));
    }
    Ok((places, doors))
}

impl Carrier {
    /// Puts what a channel says of an order before its face, if it has one. Whether nobody else is
    /// to hear it: no connector of this run.
    pub(super) fn is_the_fronts(&self, posting: &Posting) -> bool {
        let front = match &posting.notice {
            Notice::Order(order) => self.fronts.all.get(&order.order.channel).map(|at| (order, at)),
            Notice::Source(_) => None,
        };
        if let Some((order, front)) = front
            && posting.posts == 1
        {
            front.inbox.lock().push((order.clone(), posting.is_spoiled));
            self.come_to(order.order.channel, front, self.clock.now().at);
        }
        // Somebody else's program hears of a channel with a face by that face alone.
        let is_told = front.is_some() && self.estate.hears_outside();
        let is_nobodys = is_told || !self.lines().has_webhooks(posting.to);
        if is_nobodys {
            self.estate.posted(posting.notice.about(), None, posting.posts);
        }
        is_nobodys
    }

    /// Machines forget what nobody can ask for; whoever is at a face may ask for anything.
    pub(super) fn forget(&self) {
        if self.fronts.all.is_empty() {
            self.estate.forget_when_many(self.clock.now().at);
        }
    }

    fn come_to(&self, channel: ChannelId, front: &Front, at: At) {
        let mut planned = front.planned.lock();
        if at < *planned {
            *planned = at;
            self.diary.set(at, Later::Face(channel));
        }
    }

    /// What is due at a face is done.
    pub(super) fn wake_front(self: &Arc<Self>, channel: ChannelId) {
        let Some(front) = self.fronts.all.get(&channel) else { return };
        *front.planned.lock() = At::NEVER;
        let told = std::mem::take(&mut *front.inbox.lock());
        let mut shop = Counter::of(self, channel);
        let (hooks, next) = {
            let mut face = front.face.lock();
            let now = self.face_clock();
            for (notice, is_spoiled) in told {
                face.notice(now, &notice, is_spoiled, &mut shop);
            }
            let hooks = face.wake(now, &mut shop);
            front.out.fetch_add(hooks.len(), Ordering::SeqCst);
            (hooks, face.next_wake())
        };
        if let Some(at) = next {
            self.come_to(channel, front, at);
        }
        for hook in hooks {
            self.send(channel, &hook);
        }
    }

    fn send(self: &Arc<Self>, channel: ChannelId, hook: &Hook) {
        let Hook { delivery, to, headers, body, within_us } = hook;
        let (delivery, within_us) = (*delivery, *within_us);
        let mut request = Request::new(Full::new(Bytes::clone(body)));
        *request.method_mut() = hyper::Method::POST;
        let target = to.target.parse();
        request.headers_mut().extend(headers.iter().cloned());
        let sink = self.fronts.sink(hook);
        let (Some(sink), Ok(target)) = (sink, target) else {
            self.sent_hook(channel, delivery, None);
            return;
        };
        *request.uri_mut() = target;
        let carrier = Arc::clone(self);
        tokio::spawn(async move {
            let within = Duration::from_micros(within_us);
            let called = tokio::time::timeout(within, sink.call(request)).await;
            let (status, met) = match called {
                Ok(CallResult::Answered(reply)) if (200..300).contains(&reply.status) => {
                    (Some(reply.status), None)
                }
                Ok(CallResult::Answered(reply)) => (Some(reply.status), Some(Met::WebhookRefused)),
                Ok(CallResult::NotSent(_)) => (None, Some(Met::WebhookUnreached)),
                Ok(CallResult::Unknown(_)) | Err(_) => (None, Some(Met::WebhookUnanswered)),
            };
            if let Some(met) = met {
                carrier.estate.outside_met(met, Address::Connector(ConnectorId(0)));
            }
            carrier.sent_hook(channel, delivery, status);
        });
    }

    fn sent_hook(&self, channel: ChannelId, delivery: u64, status: Option<u16>) {
        let Some(front) = self.fronts.all.get(&channel) else { return };
        let next = {
            let mut face = front.face.lock();
            face.delivered(self.face_clock(), delivery, status);
            front.out.fetch_sub(1, Ordering::SeqCst);
            face.next_wake()
        };
        if let Some(at) = next {
            self.come_to(channel, front, at);
        }
    }

    /// A face answered so of its own accord: its channel had no part in it.
    fn refused_by_face(&self, channel: ChannelId, status: StatusCode) {
        let met = match status.as_u16() {
            401 | 403 => Met::Unauthorized,
            404 | 405 | 501 => Met::Astray,
            429 => Met::Throttled,
            400 | 413 | 415 => Met::Malformed,
            402.. => Met::Invalid,
            _ => return,
        };
        self.estate.outside_met(met, Address::Channel(channel));
    }

    fn wall_second(&self) -> u64 {
        self.clock.now().wall_us / US_PER_S
    }

    fn face_clock(&self) -> FaceClock {
        let (now, epoch_us) = (self.clock.now(), self.clock.began_us());
        FaceClock { at: now.at, epoch_us, wall_s: (epoch_us + now.wall_us) / 1_000_000 }
    }
}

/// The channel behind a face, and what became of the answers that it gave.
struct Counter<'c> {
    carrier: &'c Arc<Carrier>,
    channel: ChannelId,
    fate: Fate,
    /// Whoever calls calls too often: nothing is carried out.
    floods: bool,
    /// The channel was asked, and did not do what was asked.
    is_turned_down: bool,
}

impl<'c> Counter<'c> {
    fn of(carrier: &'c Arc<Carrier>, channel: ChannelId) -> Counter<'c> {
        Counter { carrier, channel, fate: Fate::Heard, floods: false, is_turned_down: false }
    }

    /// Several answers make one: it fares as the first of them that does not simply arrive.
    fn heard<R>(&mut self, answer: Answer<R>) -> R {
        if self.fate == Fate::Heard {
            self.fate = answer.fate;
        }
        answer.reply
    }
}

impl Shop for Counter<'_> {
    fn ask(&mut self, request: ChannelRequest) -> ChannelReply {
        let retry_after = Some(Span::from_secs(1));
        if self.floods {
            return ChannelReply::Throttled { retry_after };
        }
        let asked = Asked::Channel(self.channel, request);
        let second = self.carrier.wall_second();
        let estate = &self.carrier.estate;
        let out = &mut Outbox::default();
        let answer = estate.exchange_outside(&mut &*self.carrier, (asked, second), out);
        self.is_turned_down |= !matches!(
            answer.reply,
            Reply::Channel(ChannelReply::Placed { .. } | ChannelReply::Carted)
        );
        match self.heard(answer) {
            Reply::Channel(reply) => reply,
            Reply::Oms(_) => ChannelReply::Unavailable,
        }
    }

    fn inside(&mut self, asked: Inside) -> InsideReply {
        if self.floods {
            return InsideReply::Throttled { retry_after: Some(Span::from_secs(1)) };
        }
        let estate = &self.carrier.estate;
        let out = &mut Outbox::default();
        let answer = estate.inside(&mut &*self.carrier, self.channel, asked, out);
        self.is_turned_down |= answer.reply.is_refusal();
        self.heard(answer)
    }
}

impl KeepsFaces for Hosted {
    fn receive(&self, channel: ChannelId, request: &FaceRequest<'_>) -> Answer<FaceReply> {
        let carrier = &self.0;
        let front = carrier.fronts.all.get(&channel).expect("an address is a face's");
        let mut shop = Counter::of(carrier, channel);
        shop.floods = carrier.estate.floods_front(channel, carrier.wall_second());
        let (reply, next) = {
            let mut face = front.face.lock();
            let reply = face.receive(carrier.face_clock(), request, &mut shop);
            (reply, face.next_wake())
        };
        if let Some(at) = next {
            carrier.come_to(channel, front, at);
        }
        if reply.is_known {
            carrier.party.called();
        }
        if !shop.floods && !shop.is_turned_down {
            carrier.refused_by_face(channel, reply.meant.unwrap_or(reply.status));
        }
        carrier.estate.front_answered(channel, shop.fate);
        Answer { reply, fate: in_wall_time(&carrier.clock, shop.fate) }
    }
}
