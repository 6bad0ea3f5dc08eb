//! Owns webhooks: who wants to hear, what is due when, what is out, what is tried again.
//! Must not know what they say, nor when a platform tries again: it is told.

use std::collections::BTreeMap;

use hyper::header::{HeaderName, HeaderValue};
use rustc_hash::FxHashMap;

use super::values::signature;
use super::{Hook, HookAddress};
use crate::commerce::protocol::{OrderNotice, OrderState};
use crate::units::At;
use crate::wire::permit::Permit;

/// Most webhooks that wait or are out at a time; one more is dropped, as a platform in trouble
/// does.
const KEPT_MAX: usize = 20_000;
/// The most that their bodies may come to, in bytes.
const KEPT_BYTES_MAX: usize = 64 << 20;
/// Most webhooks that a shop has.
const SUBSCRIBED_MAX: usize = 100;
/// The longest address that webhooks are sent to.
const URL_BYTES_MAX: usize = 2_048;

/// A webhook and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    /// The subscription that it is for.
    pub(super) of: u64,
    /// How often it has been sent, with this one.
    pub(super) tries: u32,
    /// What is sent.
    pub(super) hook: Hook,
}

/// All that are under way.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    numbered: u64,
    due: BTreeMap<(At, u64), Delivery>,
    out: FxHashMap<u64, Delivery>,
    /// What the bodies of all of them come to.
    bytes: usize,
}

/// A webhook that somebody wants.
pub(super) trait Wanted {
    /// Its number.
    fn id(&self) -> u64;
}

/// All that are wanted of a shop, and what is on its way to them.
#[derive(Debug)]
pub(super) struct Subscribed<S> {
    pub(super) all: Vec<S>,
    pub(super) deliveries: Deliveries,
    numbered: u64,
    /// How each order stood when it was first told of.
    first: FxHashMap<u64, OrderState>,
}

impl<S> Default for Subscribed<S> {
    fn default() -> Subscribed<S> {
        let (deliveries, first) = (Deliveries::default(), FxHashMap::default());
        Subscribed { all: vec![], deliveries, numbered: 0, first }
    }
}

impl<S: Wanted> Subscribed<S> {
    /// The number of the next; none: there are as many as there may be.
    pub(super) fn next_number(&mut self) -> Option<u64> {
        if self.all.len() >= SUBSCRIBED_MAX {
            return None;
        }
        self.numbered += 1;
        Some(self.numbered)
    }

    /// One of them, by its number.
    pub(super) fn get(&self, id: u64) -> Option<&S> {
        self.all.iter().find(|known| known.id() == id)
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut S> {
        self.all.iter_mut().find(|known| known.id() == id)
    }

    /// Takes one off, and whatever was on its way to it.
    pub(super) fn take_off(&mut self, id: u64) -> Option<S> {
        let place = self.all.iter().position(|known| known.id() == id)?;
        self.deliveries.forget(id);
        Some(self.all.remove(place))
    }

    /// Whether an order is told of as it stood when it was told of first.
    pub(super) fn is_first(&mut self, notice: &OrderNotice) -> bool {
        *self.first.entry(notice.order.number).or_insert(notice.state) == notice.state
    }
}

/// A header of a webhook; empty where no header can carry the value.
pub(super) fn header(name: &'static str, value: &str) -> (HeaderName, HeaderValue) {
    let empty = || HeaderValue::from_static("");
    (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap_or_else(|_| empty()))
}

/// The signature over a body, or one that is wrong.
pub(super) fn signed(key: &[u8], body: &[u8], is_spoiled: bool) -> String {
    if is_spoiled { signature(key, &[body, b"!"].concat()) } else { signature(key, body) }
}

impl Deliveries {
    /// Puts one in line, which is worded under its number.
    pub(super) fn push(&mut self, at: At, of: u64, words: impl FnOnce(u64) -> Hook) {
        if self.due.len() + self.out.len() >= KEPT_MAX || self.bytes >= KEPT_BYTES_MAX {
            return;
        }
        self.numbered += 1;
        let number = self.numbered;
        let hook = words(number);
        self.bytes += hook.body.len();
        self.due.insert((at, number), Delivery { of, tries: 1, hook });
    }

    /// When the next is due.
    pub(super) fn next(&self) -> Option<At> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// Those that leave now.
    pub(super) fn leave(&mut self, now: At) -> Vec<Hook> {
        let mut leaving = Vec::new();
        while let Some(entry) = self.due.first_entry() {
            let (at, number) = *entry.key();
            if at > now {
                break;
            }
            let delivery = entry.remove();
            leaving.push(delivery.hook.clone());
            self.out.insert(number, delivery);
        }
        leaving
    }

    /// One has been answered, or never will be.
    pub(super) fn came_back(&mut self, number: u64) -> Option<Delivery> {
        let delivery = self.out.remove(&number)?;
        self.bytes -= delivery.hook.body.len();
        Some(delivery)
    }

    /// It is tried once more then.
    pub(super) fn again(&mut self, at: At, delivery: Delivery) {
        let number = delivery.hook.delivery;
        self.bytes += delivery.hook.body.len();
        self.due.insert((at, number), Delivery { tries: delivery.tries + 1, ..delivery });
    }

    /// Nothing more goes to a subscription that is gone.
    pub(super) fn forget(&mut self, of: u64) {
        let bytes = &mut self.bytes;
        self.due.retain(|_, delivery| {
            let stays = delivery.of != of;
            *bytes -= if stays { 0 } else { delivery.hook.body.len() };
            stays
        });
    }
}

impl HookAddress {
    /// Where a URL leads, if webhooks may be sent there.
    ///
    /// # Errors
    /// In words for whoever asked for it.
    pub(super) fn of(url: &str) -> Result<HookAddress, String> {
        if url.len() > URL_BYTES_MAX {
            return Err(format!("the address is longer than {URL_BYTES_MAX} bytes"));
        }
        let uri: hyper::Uri =
            url.trim().parse().map_err(|_| "the address is no http:// URL".to_owned())?;
        Permit::loopback(&uri).map_err(|why| why.to_string())?;
        let host = uri.host().unwrap_or_default();
        if !is_this_machines(host) {
            return Err(format!("cannot call {host}: webhooks go to localhost and 127.0.0.1 only"));
        }
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let origin = format!("http://{}", uri.authority().map_or("", |name| name.as_str()));
        let origin = origin.parse().map_err(|_| "the address is no http:// URL".to_owned())?;
        Ok(HookAddress { origin, target: target.to_owned() })
    }
}

/// An address, which was looked at before, or the name that every machine has for itself.
fn is_this_machines(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let is_address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    is_address || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::units::Span;

    fn hook(delivery: u64) -> Hook {
        let to = HookAddress::of("http://127.0.0.1:9/x?y=1").unwrap();
        Hook { delivery, to, headers: vec![], body: Bytes::new(), within_us: 1, tells: vec![] }
    }

    #[test]
    fn they_leave_when_due_and_again_when_told() {
        let mut all = Deliveries::default();
        all.push(At(5), 1, hook);
        all.push(At(3), 2, hook);
        assert_eq!(all.next(), Some(At(3)));
        assert!(all.leave(At(2)).is_empty());
        let left: Vec<u64> = all.leave(At(4)).iter().map(|hook| hook.delivery).collect();
        assert_eq!(left, [2]);
        let back = all.came_back(2).unwrap();
        assert!(all.came_back(2).is_none());
        all.again(At(4) + Span(6), back);
        all.forget(1);
        assert_eq!(all.next(), Some(At(10)));
        assert_eq!(all.leave(At(10))[0].delivery, 2);
        assert_eq!(all.came_back(2).unwrap().tries, 2);
    }

    #[test]
    fn they_go_to_this_machine_only() {
        let to = HookAddress::of("http://localhost:8080/a/b?c").unwrap();
        assert_eq!(
            (to.origin.to_string(), &*to.target),
            ("http://localhost:8080/".into(), "/a/b?c")
        );
        let elsewhere = format!("http://{}/x", std::net::Ipv4Addr::BROADCAST);
        for host in ["[::1]:9", "LOCALHOST.", "shop.localhost:1", "127.0.0.1"] {
            assert!(HookAddress::of(&format!("http://{host}/x")).is_ok(), "{host}");
        }
        for host in ["hooks.example.com", "notlocalhost", "localhost.example.com"] {
            assert!(HookAddress::of(&format!("http://{host}/x")).is_err(), "{host}");
        }
        for url in ["https://localhost/x", &elsewhere, "ftp://127.0.0.1", "x", ""] {
            assert!(HookAddress::of(url).is_err(), "{url}");
        }
    }

    #[test]
    fn no_more_wait_than_are_borne() {
        let mut all = Deliveries::default();
        for _ in 0..KEPT_MAX + 5 {
            all.push(At(0), 1, hook);
        }
        assert_eq!(all.leave(At(0)).len(), KEPT_MAX);
    }

    /// Bodies count as long as they wait or are out, and no longer.
    #[test]
    fn no_more_bytes_wait_than_are_borne() {
        let body = Bytes::from(vec![0; 1 << 20]);
        let large = |delivery| Hook { body: body.clone(), ..hook(delivery) };
        let mut all = Deliveries::default();
        for of in 0..100 {
            all.push(At(0), of, large);
        }
        let most = KEPT_BYTES_MAX >> 20;
        assert_eq!((all.due.len(), all.bytes), (most, KEPT_BYTES_MAX));
        all.forget(0);
        let left = all.leave(At(0));
        let back = all.came_back(left[0].delivery).unwrap();
        assert_eq!(all.bytes, (most - 2) << 20);
        all.again(At(1), back);
        assert_eq!(all.bytes, (most - 1) << 20);
        for hook in &left[1..] {
            all.came_back(hook.delivery).unwrap();
        }
        all.forget(1);
        assert_eq!(all.bytes, 0);
    }

    #[test]
    fn a_spoiled_signature_is_that_of_nothing_that_was_sent() {
        assert_eq!(signed(b"key", b"body", false), signature(b"key", b"body"));
        assert_ne!(signed(b"key", b"body", true), signature(b"key", b"body"));
    }
}
