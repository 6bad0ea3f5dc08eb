//! Owns platforms' own APIs over the marketplaces being played: their ids, signatures, pages,
//! limits and webhooks. Must not know sockets, nor when anything is due: time is an argument.
//!
//! A [`Face`] is a machine as the others are: it takes a request and leaves an answer, it names its
//! next appointment and never waits. What it stands for it asks through a [`Shop`], as often as an
//! answer takes; what it knows beside is the platform's own: tokens, subscriptions, carts. Start at
//! [`Face`]; docs/dialects.md says what each has and has not.

pub mod amazon;
mod asking;
mod bucket;
mod catalogue;
mod deliveries;
pub mod mirakl;
mod moment;
pub mod odoo;
pub mod service;
pub mod shopify;
mod source;
mod values;
pub mod woocommerce;
mod written;

#[cfg(test)]
mod played;

use std::sync::Arc;

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode};

use crate::commerce::inside::{Inside, InsideReply};
use crate::commerce::protocol::{ChannelReply, ChannelRequest, OrderNotice, SourceNotice};
use crate::commerce::terms::Dialect;
use crate::ids::{ChannelId, Intent, Version};
use crate::units::{At, Money, Qty, Span};
use crate::wire::keys::Keyring;

pub use catalogue::Catalogue;
pub use moment::FaceClock;
use written::Written;

/// A platform's own API.
pub trait Face: Send {
    /// It is reached at this address, without a slash at the end.
    fn lives_at(&mut self, _url: &str) {}
    /// Answers one request.
    fn receive(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> FaceReply;
    /// The channel has something to say of an order: webhooks of it leave at the next waking, where
    /// the platform has any.
    fn notice(
        &mut self,
        _now: FaceClock,
        _notice: &OrderNotice,
        _is_spoiled: bool,
        _shop: &mut dyn Shop,
    ) {
    }
    /// The source has changed, where the face is its OMS's: webhooks of it leave as those do.
    fn change(
        &mut self,
        _now: FaceClock,
        _change: &SourceNotice,
        _is_spoiled: bool,
        _shop: &mut dyn Shop,
    ) {
    }
    /// When it next has something to do by itself.
    fn next_wake(&self) -> Option<At>;
    /// Does what is due, and leaves the webhooks that are.
    fn wake(&mut self, now: FaceClock, shop: &mut dyn Shop) -> Vec<Hook>;
    /// What its sink answered to a webhook: a status, or nothing that can be read.
    fn delivered(&mut self, _now: FaceClock, _delivery: u64, _status: Option<u16>) {}
    /// What whoever asked is told of a request that was not put to it.
    fn kept_out(&self, why: KeptOut) -> FaceReply;
    /// It has nothing to do that would change its shop. Webhooks that are tried again later do not.
    fn is_quiet(&self) -> bool;
}

/// The channel behind a face, or the OMS, as it answers at once.
pub trait Shop {
    /// Asks it what anybody may ask.
    fn ask(&mut self, request: ChannelRequest) -> ChannelReply;
    /// Asks it what only its own front may.
    fn inside(&mut self, asked: Inside) -> InsideReply;
}

/// A request as a face meets it.
#[derive(Clone, Copy, Debug)]
pub struct FaceRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path.
    pub path: &'a str,
    /// The query, or empty.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body, whole.
    pub body: &'a [u8],
    /// It came over TLS.
    pub is_secure: bool,
}

/// Why a request is not put to a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptOut {
    /// Its body is larger than so many bytes.
    TooLarge(usize),
    /// Its body did not come in time.
    TooSlow,
    /// It is one of too many, of somebody who has not shown who they are.
    Floods,
}

impl KeptOut {
    /// Its status, and why in words.
    fn said(self) -> (StatusCode, String) {
        match self {
            KeptOut::TooLarge(bytes) => {
                let why = format!("the body is over {bytes} bytes; send less");
                (StatusCode::PAYLOAD_TOO_LARGE, why)
            }
            KeptOut::TooSlow => {
                (StatusCode::REQUEST_TIMEOUT, "the body did not come in time".to_owned())
            }
            KeptOut::Floods => {
                (StatusCode::TOO_MANY_REQUESTS, "more calls in a second than are borne".to_owned())
            }
        }
    }
}

/// How long whoever floods is told to wait.
const WAIT: Span = Span::from_secs(1);

/// An answer as HTTP carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceReply {
    /// The status.
    pub status: StatusCode,
    /// The headers, content aside.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// What the body is.
    pub content: &'static str,
    /// The body.
    pub body: Bytes,
    /// Who asked has shown the right credentials.
    pub is_known: bool,
    /// What the status would say where the platform says it in the body alone.
    pub meant: Option<StatusCode>,
    /// What it tells of the source, where the face is its OMS's: each thing under its version.
    pub told: Vec<SourceNotice>,
}

/// What a body of JSON is called, unless a platform says more.
pub const JSON: &str = "application/json; charset=UTF-8";

impl FaceReply {
    /// An answer in JSON to somebody who is known.
    pub fn json(status: StatusCode, told: &impl serde::Serialize) -> FaceReply {
        let mut written = Written::new();
        written.any(told);
        written.told(status)
    }

    /// The same of JSON that is there.
    fn of_json(status: StatusCode, body: Vec<u8>) -> FaceReply {
        FaceReply {
            status,
            headers: vec![],
            content: JSON,
            body: body.into(),
            is_known: true,
            meant: None,
            told: vec![],
        }
    }

    /// The same with one more header; one that no header can carry is left off.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> FaceReply {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }

    /// The same to somebody who has not shown who they are.
    #[must_use]
    pub fn to_stranger(self) -> FaceReply {
        FaceReply { is_known: false, ..self }
    }
}

/// A webhook that leaves now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Its number; what became of it is told by it ([`Face::delivered`]).
    pub delivery: u64,
    /// Where it goes.
    pub to: HookAddress,
    /// Its headers, with what its body is.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Bytes,
    /// How long its sink may take, in microseconds of wall time.
    pub within_us: u64,
    /// What it tells of the source.
    pub tells: Vec<SourceNotice>,
}

/// Where webhooks go: somewhere on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookAddress {
    /// Scheme, host and port, as a permit is asked for.
    pub origin: hyper::Uri,
    /// Path and query.
    pub target: String,
}

/// What a face is made of.
#[derive(Clone, Debug)]
pub struct FaceTerms {
    /// The channel that it stands for; of an OMS one more than there are.
    pub channel: ChannelId,
    /// The shop's name.
    pub name: String,
    /// ISO 4217 code of its prices.
    pub currency: String,
    /// Decimal places of it.
    pub digits: u8,
    /// Its prices hold tax, as far as anybody said.
    pub gross: bool,
    /// What it sells, by SKU.
    pub catalogue: Catalogue,
    /// Most items of one update.
    pub batch_max: u32,
    /// How long it takes over a feed or an import, from when it is made.
    pub feeds_take: Span,
    /// Keys of whatever it draws.
    pub keys: Keyring,
    /// Other addresses that callers know it by, without a slash at the end: a tunnel's.
    pub public_urls: Vec<String>,
    /// Of an OMS: the channels whose orders it holds, by number.
    pub holds: Option<Arc<[String]>>,
}

impl FaceTerms {
    /// An amount as platforms write it: `12.50`.
    fn price(&self, amount: Money) -> String {
        values::decimal(amount, self.digits)
    }

    /// The intent of the `number`th order that came by this face: none that a shopper of the run
    /// has.
    fn intent(&self, number: u64) -> Intent {
        Intent((1 << 62) + (u64::from(self.channel.0) << 44) + number)
    }

    /// 32 hexadecimal digits that nobody can guess: the same for the same purpose.
    fn secret(&self, purpose: &str) -> String {
        self.keys.of_face(self.channel, purpose)
    }
}

/// What callers of a face must show, each with its name.
pub type FaceCredentials = Vec<(&'static str, String)>;

/// The credentials of a channel's face.
pub fn credentials(dialect: Dialect, keys: Keyring, channel: ChannelId) -> FaceCredentials {
    match dialect {
        Dialect::Neutral => vec![],
        Dialect::Shopify => shopify::credentials(keys, channel),
        Dialect::WooCommerce => woocommerce::credentials(keys, channel),
        Dialect::Amazon => amazon::credentials(keys, channel),
        Dialect::Mirakl => mirakl::credentials(keys, channel),
        Dialect::Odoo => odoo::credentials(keys, channel),
    }
}

/// The face of a dialect; the neutral one needs none.
pub fn face(dialect: Dialect, terms: FaceTerms) -> Option<Box<dyn Face>> {
    match dialect {
        Dialect::Neutral => None,
        Dialect::Shopify => Some(Box::new(shopify::Shopify::new(terms))),
        Dialect::WooCommerce => Some(Box::new(woocommerce::WooCommerce::new(terms))),
        Dialect::Amazon => Some(Box::new(amazon::Amazon::new(terms))),
        Dialect::Mirakl => Some(Box::new(mirakl::Mirakl::new(terms))),
        Dialect::Odoo => Some(Box::new(odoo::Odoo::new(terms))),
    }
}

/// The version of what a face changes: its callers name none. Whoever keeps the face may know one.
pub const UNVERSIONED: Version = Version(0);

/// Units as an order or a level of stock may have them.
fn units(number: i64) -> Option<Qty> {
    let most = crate::commerce::protocol::UNITS_MAX.0;
    (-most..=most).contains(&number).then_some(Qty(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever is kept out is told so in the platform's shape, and is nobody who is known.
    #[test]
    fn whoever_is_kept_out_is_told_why() {
        let faced = Dialect::ALL.into_iter().filter(|(_, dialect)| *dialect != Dialect::Neutral);
        for (name, dialect) in faced {
            let face = face(dialect, played::terms()).unwrap();
            let whys = [KeptOut::TooLarge(9), KeptOut::TooSlow, KeptOut::Floods];
            for (why, status) in whys.into_iter().zip([413, 408, 429]) {
                let reply = face.kept_out(why);
                assert_eq!((reply.status.as_u16(), reply.is_known), (status, false), "{name}");
                let told: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
                assert!(told.is_object(), "{name}: {told}");
            }
        }
    }
}
