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
use super::fronts::{Front, face_port, faced, name_of, numbered};
use super::hosted::{Hosted, in_wall_time};
use crate::commerce::inside::{Inside, InsideReply};
use crate::commerce::outbox::{Answer, Fate, Outbox, Posting};
use crate::commerce::protocol::{Asked, ChannelReply, ChannelRequest, Notice, Reply, Role};
use crate::commerce::terms::Dialect;
use crate::faces::service::{self, KeepsFaces};
use crate::faces::{self, FaceClock, FaceCredentials, FaceReply, FaceRequest, Hook, KeptOut, Shop};
use crate::history::fact::{Address, Met};
use crate::ids::ConnectorId;
use crate::scenario::Plan;
use crate::units::{At, Span, US_PER_S};
use crate::wire::call::CallResult;
use crate::wire::keys::Keyring;
use crate::wire::listen::{ListenerLimits, Listening, OpenError};
use crate::wire::tls::Tls;

/// Where a system's face is reached.
#[derive(Clone)]
pub struct FacePlace {
    /// Whose.
    pub role: Role,
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
    for (role, dialect) in faced(plan) {
        let name = name_of(plan, role);
        let connections_max = most.at_face();
        let limits = ListenerLimits { connections_max, ..ListenerLimits::default() };
        let keeper = || Arc::clone(keeper);
        let opened = service::open(face_port(plan, &name), limits, role, (keeper(), None)).await;
        let opened = opened.map_err(|source| (name.clone(), source))?;
        let mut https_url = None;
        if let Some(tls) = tls.clone() {
            // Beside it: a port of the scenario's is the plain one's.
            let anywhere = SocketAddr::new(opened.address().ip(), 0);
            let over = service::open(anywhere, limits, role, (keeper(), Some(tls))).await;
            let over = over.map_err(|source| (name, source))?;
            https_url = Some(format!("https://{}", over.address()));
            doors.push((role, over));
        }
        let url = format!("http://{}", opened.address());
        let credentials = faces::credentials(dialect, keys, numbered(plan, role));
        places.push(FacePlace { role, dialect, url, https_url, credentials });
        doors.push((role, opened));
    }
    Ok((places, doors))
}

impl Carrier {
    /// Puts what a system has to say before its face, if it has one. Whether nobody else is to hear
    /// it: no connector of this run.
    pub(super) fn is_the_fronts(&self, posting: &Posting) -> bool {
        let of = match &posting.notice {
            Notice::Order(order) => Role::Channel(order.order.channel),
            Notice::Source(_) => Role::Oms,
        };
        let front = self.fronts.all.get(&of);
        if let Some(front) = front
            && posting.posts == 1
        {
            front.inbox.lock().push((posting.notice.clone(), posting.is_spoiled));
            self.come_to(of, front, self.clock.now().at);
        }
        // Somebody else's program hears of a system with a face by that face alone.
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

    fn come_to(&self, role: Role, front: &Front, at: At) {
        let mut planned = front.planned.lock();
        if at < *planned {
            *planned = at;
            self.diary.set(at, Later::Face(role));
        }
    }

    /// What is due at a face is done.
    pub(super) fn wake_front(self: &Arc<Self>, role: Role) {
        let Some(front) = self.fronts.all.get(&role) else { return };
        *front.planned.lock() = At::NEVER;
        let told = std::mem::take(&mut *front.inbox.lock());
        let mut shop = Counter::of(self, role);
        let (hooks, next) = {
            let mut face = front.face.lock();
            let now = self.face_clock();
            for (notice, is_spoiled) in told {
                match &notice {
                    Notice::Order(order) => face.notice(now, order, is_spoiled, &mut shop),
                    Notice::Source(change) => face.change(now, change, is_spoiled, &mut shop),
                }
            }
            let hooks = face.wake(now, &mut shop);
            front.out.fetch_add(hooks.len(), Ordering::SeqCst);
            (hooks, face.next_wake())
        };
        if let Some(at) = next {
            self.come_to(role, front, at);
        }
        for hook in hooks {
            self.send(role, hook);
        }
    }

    fn send(self: &Arc<Self>, role: Role, hook: Hook) {
        let Hook { delivery, to, headers, body, within_us, .. } = &hook;
        let (delivery, within_us) = (*delivery, *within_us);
        let mut request = Request::new(Full::new(Bytes::clone(body)));
        *request.method_mut() = hyper::Method::POST;
        let target = to.target.parse();
        request.headers_mut().extend(headers.iter().cloned());
        let sink = self.fronts.sink(&hook);
        let (Some(sink), Ok(target)) = (sink, target) else {
            self.sent_hook(role, delivery, None);
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
            match met {
                Some(met) => carrier.estate.outside_met(met, Address::Connector(ConnectorId(0))),
                None if hook.tells.is_empty() => {}
                None => {
                    let out = &mut Outbox::default();
                    carrier.estate.front_told(&mut &carrier, &hook.tells, out);
                }
            }
            carrier.sent_hook(role, delivery, status);
        });
    }

    fn sent_hook(&self, role: Role, delivery: u64, status: Option<u16>) {
        let Some(front) = self.fronts.all.get(&role) else { return };
        let next = {
            let mut face = front.face.lock();
            face.delivered(self.face_clock(), delivery, status);
            front.out.fetch_sub(1, Ordering::SeqCst);
            face.next_wake()
        };
        if let Some(at) = next {
            self.come_to(role, front, at);
        }
    }

    /// A face answered so of its own accord: its system had no part in it.
    fn refused_by_face(&self, role: Role, status: StatusCode) {
        let met = match status.as_u16() {
            401 | 403 => Met::Unauthorized,
            404 | 405 | 501 => Met::Astray,
            429 => Met::Throttled,
            400 | 413 | 415 => Met::Malformed,
            402.. => Met::Invalid,
            _ => return,
        };
        self.estate.outside_met(met, role.into());
    }

    fn wall_second(&self) -> u64 {
        self.clock.now().wall_us / US_PER_S
    }

    fn face_clock(&self) -> FaceClock {
        let (now, epoch_us) = (self.clock.now(), self.clock.began_us());
        FaceClock { at: now.at, epoch_us, wall_s: (epoch_us + now.wall_us) / 1_000_000 }
    }
}

/// The system behind a face, and what became of the answers that it gave.
struct Counter<'c> {
    carrier: &'c Arc<Carrier>,
    role: Role,
    fate: Fate,
    /// Whoever calls calls too often: nothing is carried out.
    floods: bool,
    /// The system was asked, and did not do what was asked.
    is_turned_down: bool,
}

impl<'c> Counter<'c> {
    fn of(carrier: &'c Arc<Carrier>, role: Role) -> Counter<'c> {
        Counter { carrier, role, fate: Fate::Heard, floods: false, is_turned_down: false }
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
        // Only a channel has shoppers.
        let Role::Channel(channel) = self.role else { return ChannelReply::Unavailable };
        let asked = Asked::Channel(channel, request);
        let estate = &self.carrier.estate;
        let out = &mut Outbox::default();
        // Whether it is one too many was asked when it came to the face.
        let answer = estate.exchange_outside(&mut &*self.carrier, (asked, None), out);
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
        let by = &mut &*self.carrier;
        let answer = match self.role {
            Role::Channel(channel) => estate.inside(by, channel, asked, out),
            Role::Oms | Role::Connector(_) => estate.inside_oms(by, asked, out),
        };
        self.is_turned_down |= answer.reply.is_refusal();
        self.heard(answer)
    }
}

impl KeepsFaces for Hosted {
    fn receive(&self, role: Role, request: &FaceRequest<'_>) -> Answer<FaceReply> {
        let carrier = &self.0;
        let front = carrier.fronts.all.get(&role).expect("an address is a face's");
        let mut shop = Counter::of(carrier, role);
        shop.floods = carrier.estate.floods_front(role.into(), || carrier.wall_second());
        let (reply, next) = {
            let mut face = front.face.lock();
            let mut reply = face.receive(carrier.face_clock(), request, &mut shop);
            if shop.floods && !reply.is_known {
                reply = face.kept_out(KeptOut::Floods);
            }
            (reply, face.next_wake())
        };
        if let Some(at) = next {
            carrier.come_to(role, front, at);
        }
        if reply.is_known {
            carrier.party.called();
        }
        if !shop.floods && !shop.is_turned_down {
            carrier.refused_by_face(role, reply.meant.unwrap_or(reply.status));
        }
        let heard = (shop.fate, &*reply.told);
        let out = &mut Outbox::default();
        carrier.estate.front_answered(&mut &*carrier, role.into(), heard, out);
        Answer { fate: in_wall_time(&carrier.clock, shop.fate), reply }
    }

    fn kept_out(&self, role: Role, why: KeptOut) -> FaceReply {
        let front = self.0.fronts.all.get(&role).expect("an address is a face's");
        let reply = front.face.lock().kept_out(why);
        self.0.refused_by_face(role, reply.status);
        reply
    }
}
