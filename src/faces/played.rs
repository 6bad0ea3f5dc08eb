//! Owns exchanges with a face as text files, played without sockets.
//! Must not know any platform.
//!
//! ```text
//! # What comes is told from what goes by its first letter.
//! > GET /path?query
//! > Header: value
//! >> {"a": "body"}
//! < 200
//! < header: value
//! << {"only": "what is said here is compared", "any": "*"}
//! @ 30
//! ! topic-header: value
//! !! {"of": "a webhook's body"}
//! ! 200
//! ```
//!
//! Over an OMS `~` is the merchant: `~ moves 0 -2`, `~ prices 0 990 5` (in so many seconds),
//! `~ publishes 2`. `@` lets seconds pass. `!` expects a webhook that has left, in order, and a
//! last `!` with a status answers it. `~` is a shopper of the run: `~ buys 0 2`, `~ cancels 0`. `%`
//! says how the shop fares: `unavailable`, `throttled` or `refusing` it answers calls so, `spoiled`
//! its webhooks are signed wrong, until it is `fine`. The `\r` and `\n` of a form that begins with
//! `--x` are ends of lines.

use std::collections::{HashMap, VecDeque};

use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method};
use serde_json::Value;

use super::{Catalogue, Face, FaceClock, FaceReply, FaceRequest, FaceTerms, Hook, Shop};
use crate::commerce::fault::{Instead, Stead, ToldWait};
use crate::commerce::inside::{Inside, InsideReply};
use crate::commerce::marketplace::Marketplace;
use crate::commerce::oms::Oms;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{ChannelReply, ChannelRequest, Notice, OmsRequest};
use crate::commerce::terms::{ChannelPlay, OmsPlay, SkuTerms};
use crate::history::fact::{Release, SupplyChange};
use crate::ids::{Buyer, ChannelId, ConnectorId, Intent, OpId, OrderId, SkuId};
use crate::units::{At, Money, Qty, Span};
use crate::wire::keys::Keyring;

/// 2026-11-27T06:00:00Z.
pub(super) const EPOCH_S: u64 = 1_795_759_200;

/// What faces are played with: two mugs on sale and one that is not.
pub(super) fn terms() -> FaceTerms {
    let names = ["MUG-RED", "MUG-BLUE", "MUG-NEW"].map(str::to_owned);
    FaceTerms {
        channel: ChannelId(0),
        name: "shop".to_owned(),
        currency: "EUR".to_owned(),
        gross: false,
        digits: 2,
        catalogue: Catalogue::new(3, &names),
        batch_max: 100,
        feeds_take: Span::from_mins(1),
        keys: Keyring::of("a secret of the tests").unwrap(),
        public_urls: vec!["https://shop.example".to_owned()],
        holds: None,
    }
}

/// What a header of a webhook says.
pub(super) fn header(hook: &Hook, name: &str) -> String {
    let known = hook.headers.iter().find(|(known, _)| known == name);
    known.unwrap().1.to_str().unwrap().to_owned()
}

/// A face, the shop behind it and the time.
pub(super) struct Played<F> {
    pub(super) face: F,
    pub(super) counter: Counter,
    hooks: VecDeque<Hook>,
    heard: Option<FaceReply>,
    /// Headers of replies, the last of each name: `$name` stands for one.
    kept: HashMap<String, String>,
    /// Webhooks are signed wrong.
    spoils: bool,
}

/// The shop behind a face.
pub(super) struct Counter {
    pub(super) machine: Marketplace,
    /// What stands there in its place.
    pub(super) oms: Option<Oms>,
    pub(super) now: At,
    out: Outbox,
    intents: u64,
    /// What calls are answered in its stead.
    instead: Option<Instead>,
}

impl Shop for Counter {
    fn ask(&mut self, request: ChannelRequest) -> ChannelReply {
        if let Some(instead) = self.instead {
            return ChannelReply::of(instead);
        }
        self.machine.handle(self.now, request, &mut self.out).reply
    }

    fn inside(&mut self, asked: Inside) -> InsideReply {
        if let Some(instead) = self.instead.filter(|_| asked.counts()) {
            return InsideReply::of(instead);
        }
        if let Some(oms) = &mut self.oms {
            let means = oms.means(&asked);
            return oms.inside(self.now, asked, means.as_ref(), &mut self.out).reply;
        }
        self.machine.inside(self.now, asked, &mut self.out).reply
    }
}

impl<F: Face> Played<F> {
    /// A face over a shop of its own that plays so.
    pub(super) fn new(face: F, play: ChannelPlay) -> Played<F> {
        let sku = |listed| SkuTerms { stock: Qty(10), price: Money(1_250), listed };
        let catalog = [sku(true), sku(true), sku(false)];
        let machine = Marketplace::new(ChannelId(0), play, &catalog, Some(ConnectorId(0)), 7);
        let (now, out) = (At::START, Outbox::default());
        let counter = Counter { machine, oms: None, now, out, intents: 0, instead: None };
        let (hooks, heard, kept) = (VecDeque::new(), None, HashMap::new());
        Played { face, counter, hooks, heard, kept, spoils: false }
    }

    pub(super) fn made(mut self, otherwise: impl FnOnce(Marketplace) -> Marketplace) -> Played<F> {
        self.counter.machine = otherwise(self.counter.machine);
        self
    }

    /// The same over an OMS.
    pub(super) fn over(mut self, play: OmsPlay) -> Played<F> {
        let sku = |listed| SkuTerms { stock: Qty(10), price: Money(1_250), listed };
        let catalog = [sku(true), sku(true), sku(false)];
        self.counter.oms = Some(Oms::new(play, &catalog, vec![ConnectorId(0)], 7));
        self
    }

    pub(super) fn clock(&self) -> FaceClock {
        let at = self.counter.now;
        FaceClock { at, epoch_us: EPOCH_S * 1_000_000, wall_s: EPOCH_S + at.0 / 1_000_000 }
    }

    /// One request, as it is.
    pub(super) fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &HeaderMap,
        body: &[u8],
        is_secure: bool,
    ) -> FaceReply {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let method: Method = method.parse().unwrap();
        let request = FaceRequest { method: &method, path, query, headers, body, is_secure };
        let now = self.clock();
        let reply = self.face.receive(now, &request, &mut self.counter);
        self.settle();
        reply
    }

    /// What the shop has said reaches the face; what is due is done.
    fn settle(&mut self) {
        loop {
            let now = self.counter.now;
            self.counter.machine.wake(now, &mut self.counter.out);
            if let Some(oms) = &mut self.counter.oms {
                oms.wake(now, &mut self.counter.out);
            }
            let notices = std::mem::take(&mut self.counter.out.notices);
            self.counter.out.facts.clear();
            let clock = self.clock();
            let mut quiet = notices.is_empty();
            for posted in notices {
                let (face, shop) = (&mut self.face, &mut self.counter);
                match &posted.notice {
                    Notice::Order(order) => face.notice(clock, order, self.spoils, shop),
                    Notice::Source(change) => face.change(clock, change, self.spoils, shop),
                }
            }
            if self.face.next_wake().is_some_and(|at| at <= now) {
                quiet = false;
                self.hooks.extend(self.face.wake(clock, &mut self.counter));
            }
            if quiet {
                return;
            }
        }
    }

    /// Lets time pass, appointment by appointment.
    pub(super) fn pass(&mut self, span: Span) {
        let until = self.counter.now + span;
        loop {
            let machine = self.counter.machine.next_wake();
            let oms = self.counter.oms.as_ref().and_then(Oms::next_wake);
            let next = self.face.next_wake().into_iter().chain(machine).chain(oms).min();
            match next.filter(|at| *at <= until) {
                Some(at) => self.counter.now = at.max(self.counter.now),
                None => break,
            }
            self.settle();
        }
        self.counter.now = until;
        self.settle();
    }

    /// Plays a file; `credentials` are put on every request that has none of its own.
    pub(super) fn play(&mut self, text: &str, credentials: &HeaderMap) {
        let mut lines = text.lines().enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            let place = number + 1;
            let line = line.trim_end();
            let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
            match mark {
                "" | "#" => {}
                "@" => self.pass(Span((rest.parse::<f64>().unwrap() * 1e6) as u64)),
                "~" => self.shopper(rest),
                "%" => self.fares(rest),
                ">" => {
                    let (method, target) = rest.split_once(' ').unwrap_or((rest, "/"));
                    let (mut headers, mut body) = (HeaderMap::new(), String::new());
                    while let Some((_, next)) = lines.peek() {
                        if let Some(more) = next.strip_prefix(">> ") {
                            body += more;
                        } else if let Some(header) = next.strip_prefix("> ") {
                            let (name, value) = header.split_once(": ").unwrap();
                            let value = self.kept(value);
                            headers.insert(
                                name.parse::<HeaderName>().unwrap(),
                                value.parse().unwrap(),
                            );
                        } else {
                            break;
                        }
                        lines.next();
                    }
                    for (name, value) in credentials {
                        headers.entry(name).or_insert_with(|| HeaderValue::clone(value));
                    }
                    if body.starts_with("--x") {
                        body = body.replace("\\r", "\r").replace("\\n", "\n");
                    }
                    let reply = self.ask(method, target, &headers, body.as_bytes(), true);
                    let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
                    let told = reply.headers.iter();
                    self.kept.extend(told.map(|(name, value)| (name.to_string(), text(value))));
                    self.heard = Some(reply);
                }
                "<" => self.compare(place, rest),
                "<<" => {
                    let heard = self.heard.as_ref().expect("a reply");
                    same(place, rest, &heard.body);
                }
                "!" => self.hooked(place, rest),
                "!!" => same(place, rest, &self.hooks.front().expect("a webhook").body),
                other => panic!("line {place}: {other:?}"),
            }
        }
        assert!(self.hooks.is_empty(), "webhooks that nobody expected: {:?}", self.hooks);
    }

    /// The first webhook that waits to be answered, and answers it.
    pub(super) fn hook(&mut self) -> Option<Hook> {
        let hook = self.hooks.pop_front()?;
        let clock = self.clock();
        self.face.delivered(clock, hook.delivery, Some(200));
        Some(hook)
    }

    fn kept(&self, value: &str) -> String {
        let name = value.strip_prefix('$');
        name.map_or_else(|| value.to_owned(), |name| self.kept[name].clone())
    }

    fn compare(&self, place: usize, rest: &str) {
        let heard = self.heard.as_ref().expect("a reply");
        match rest.split_once(": ") {
            None => assert_eq!(
                heard.status.as_u16().to_string(),
                rest,
                "line {place}: {}",
                String::from_utf8_lossy(&heard.body)
            ),
            Some((name, value)) => {
                let shown = heard.headers.iter().find(|(known, _)| known.as_str() == name);
                let shown = shown.map(|(_, value)| value.to_str().unwrap());
                assert!(value == "*" || shown == Some(value), "line {place}: {shown:?}");
            }
        }
    }

    /// `! header: value` of the first webhook, `! 200` answers it, `! none` expects none.
    fn hooked(&mut self, place: usize, rest: &str) {
        match rest.split_once(": ") {
            Some((name, value)) => {
                let hook = self.hooks.front().unwrap_or_else(|| panic!("line {place}: no webhook"));
                let shown = hook.headers.iter().find(|(known, _)| known.as_str() == name);
                let shown = shown.map(|(_, value)| value.to_str().unwrap());
                assert!(
                    shown.is_some_and(|s| value == "*" || s == value),
                    "line {place}: {shown:?}"
                );
            }
            None if rest == "none" => {
                assert!(self.hooks.is_empty(), "line {place}: {:?}", self.hooks);
            }
            None => {
                let hook = self.hooks.pop_front().unwrap_or_else(|| panic!("line {place}: none"));
                let clock = self.clock();
                self.face.delivered(clock, hook.delivery, rest.parse().ok());
                self.settle();
            }
        }
    }

    fn fares(&mut self, how: &str) {
        let says = Some(ToldWait::of(Span::from_secs(3)));
        match how {
            "fine" => (self.counter.instead, self.spoils) = (None, false),
            "unavailable" => self.counter.instead = Some(Instead::Unavailable),
            "throttled" => self.counter.instead = Some(Instead::Throttled(says)),
            "refusing" => self.counter.instead = Some(Instead::Refused),
            "spoiled" => self.spoils = true,
            other => panic!("a shop that is {other}"),
        }
    }

    pub(super) fn shopper(&mut self, does: &str) {
        let words: Vec<&str> = does.split(' ').collect();
        let number = |place: usize| words[place].parse::<u64>().unwrap();
        if let Some(oms) = &mut self.counter.oms {
            let (now, out) = (self.counter.now, &mut self.counter.out);
            let sku = SkuId(number(1) as u32);
            let request = match words[0] {
                "moves" => OmsRequest::Adjust {
                    op: OpId(now.0),
                    sku,
                    units: Qty(words[2].parse().unwrap()),
                    why: SupplyChange::Correction,
                    at: None,
                },
                "prices" => OmsRequest::SetPrice {
                    sku,
                    price: Money(number(2) as i64),
                    due: now + Span::from_secs(number(3)),
                    channel: None,
                },
                "publishes" => OmsRequest::Publish { sku },
                other => panic!("a merchant who {other}"),
            };
            oms.handle(now, request, out);
            self.settle();
            return;
        }
        let request = match words[0] {
            "buys" => {
                self.counter.intents += 1;
                let intent = Intent(self.counter.intents);
                let lines = vec![(SkuId(number(1) as u32), Qty(number(2) as i64))];
                ChannelRequest::PlaceOrder { intent, buyer: Buyer(1), lines }
            }
            "cancels" => ChannelRequest::CancelOrder {
                order: OrderId { channel: ChannelId(0), number: number(1) },
                why: Release::Customer,
            },
            other => panic!("a shopper who {other}"),
        };
        self.counter.ask(request);
        self.settle();
    }
}

fn same(place: usize, wanted: &str, body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let Ok(wanted) = serde_json::from_str::<Value>(wanted) else {
        assert!(wanted == "*" || text == wanted, "line {place}: {text}");
        return;
    };
    let body: Value = serde_json::from_slice(body).unwrap_or_else(|why| panic!("{place}: {why}"));
    if let Some(difference) = missing(&wanted, &body) {
        panic!("line {place}: {difference}\nin {body:#}");
    }
}

/// What is wanted and not there.
fn missing(wanted: &Value, there: &Value) -> Option<String> {
    match (wanted, there) {
        (Value::String(any), _) if any == "*" => None,
        (Value::Object(wanted), Value::Object(there)) => wanted.iter().find_map(|(name, value)| {
            let there = there.get(name).unwrap_or(&Value::Null);
            missing(value, there).map(|difference| format!("{name}: {difference}"))
        }),
        (Value::Array(wanted), Value::Array(there)) if wanted.len() == there.len() => {
            wanted.iter().zip(there).find_map(|(wanted, there)| missing(wanted, there))
        }
        (wanted, there) => (wanted != there).then(|| format!("wanted {wanted}, there is {there}")),
    }
}
