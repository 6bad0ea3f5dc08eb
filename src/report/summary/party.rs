//! Owns what summary.json says of a connector that is somebody else's program.
//! Must not judge by it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::{Stated, mirror};
use crate::history::Charter;
use crate::history::fact::{self, Address};
use crate::judge::judgement as judged;

/// A connector that is somebody else's program: whether it came and stayed, and what it met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// It was not ready in time: nothing was sold.
    pub never_came: bool,
    /// When its process ended by itself; null: nobody saw it end.
    pub gone_us: Option<u64>,
    /// The code that it ended with; null where it said none.
    pub gone_code: Option<i32>,
    /// What it met, or did that makes no sense, and where.
    pub met: Vec<Encounter>,
    /// What looks as if somebody had acted on a channel by means of their own.
    #[serde(default)]
    pub looks: Vec<Looks>,
}

/// Something that looks as if somebody had acted on a channel by means of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Looks {
    /// The channel.
    pub channel: String,
    /// As if what had been done.
    pub like: LooksLike,
    /// Since when.
    pub from_us: u64,
    /// Until when; null: until the end of the record.
    pub until_us: Option<u64>,
}

/// Something that a connector met, or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Encounter {
    /// What.
    pub what: Met,
    /// At which system: a channel, `oms`, or the connector itself where it takes webhooks.
    pub at: String,
    /// How often.
    pub times: u64,
    /// Whether it is its own doing, rather than what any connector meets.
    pub own: bool,
}

mirror! {
    /// What seems to have been done to a channel.
    LooksLike from judged::LooksLike {
        /// Its stock was set to nothing.
        StockZeroed,
        /// Its updates were stopped.
        CallsStopped,
    }
}

mirror! {
    /// What a connector met, or did.
    Met from fact::Met {
        /// Over a limit of the scenario's; not carried out.
        Throttled,
        /// "Unavailable"; not carried out.
        Unavailable,
        /// The reply to a call was lost on its way.
        LostReply,
        /// More calls than any connector makes; not carried out.
        Flooded,
        /// No token of this run.
        Unauthorized,
        /// A call that is a shopper's or the merchant's.
        NotYours,
        /// A call that cannot be read.
        Malformed,
        /// No such path, or no such method on it.
        Astray,
        /// A SKU that is not in the catalogue.
        UnknownSku,
        /// A quantity below zero, or beyond a billion.
        BadQuantity,
        /// An item of an update that makes no sense otherwise.
        Rejected,
        /// An order of a channel that is not there, or that the channel does not have.
        UnknownOrder,
        /// An order that is held, handed over again with other lines.
        OtherLines,
        /// A call that makes no sense otherwise.
        Invalid,
        /// It answered a webhook with an error.
        WebhookRefused,
        /// It could not be reached with a webhook.
        WebhookUnreached,
        /// Nobody knows whether it took a webhook.
        WebhookUnanswered,
    }
}

impl Stated<Party> for judged::PartySeen {
    fn state(&self, charter: &Charter) -> Party {
        let name = charter.connectors.first().map(|terms| terms.name.clone());
        let met = self.met.iter().map(|&(met, at, times)| Encounter {
            what: met.into(),
            at: match at {
                Address::Channel(id) => id.state(charter),
                Address::Connector(id) => id.state(charter),
                Address::Oms => "oms".to_owned(),
            },
            times,
            own: met.is_its_own(),
        });
        let looks = self.looks.iter().map(|looks| Looks {
            channel: looks.channel.state(charter),
            like: looks.like.into(),
            from_us: looks.from.0,
            until_us: looks.until.map(|at| at.0),
        });
        Party {
            name: name.unwrap_or_default(),
            never_came: self.never_came,
            gone_us: self.gone.map(|at| at.0),
            gone_code: self.gone_code,
            met: met.collect(),
            looks: looks.collect(),
        }
    }
}
