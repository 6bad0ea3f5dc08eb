//! Owns the JSON shapes of the neutral API where they differ from the words of the protocol.
//! Must not know statuses or paths. Described for others in docs/openapi.yaml.
//!
//! Unknown fields are refused on both ways: a misspelt optional field of a request must not pass
//! silently, and a success that says more than the dialect knows is not one that is understood.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};

use super::notices::Source;
use crate::commerce::protocol::{Change, ItemOutcome, OrderNotice, UpdateItem};
use crate::history::fact::{Line, PushKind, Release, SupplyChange};
use crate::ids::{Buyer, ChannelId, Intent, LocationId, OmsOrder, OpId, OrderId, SkuId, Version};
use crate::units::{At, Money, Qty};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceOrder {
    pub(super) intent: Intent,
    pub(super) buyer: Buyer,
    pub(super) lines: Vec<Wanted>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    pub(super) sku: SkuId,
    pub(super) qty: Qty,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelOrder {
    pub(super) why: Release,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EditOrder {
    pub(super) lines: Vec<Wanted>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Update {
    pub(super) kind: PushKind,
    pub(super) items: Vec<Item>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    sku: SkuId,
    version: Version,
    change: ItemChange,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum ItemChange {
    Absolute(Qty),
    Delta(Qty),
    CompareAndSet { expect: Qty, to: Qty },
    Price(Money),
    Publish { price: Money, qty: Qty },
}

impl From<&UpdateItem> for Item {
    fn from(&UpdateItem { sku, version, change }: &UpdateItem) -> Item {
        let change = match change {
            Change::Absolute(qty) => ItemChange::Absolute(qty),
            Change::Delta(qty) => ItemChange::Delta(qty),
            Change::CompareAndSet { expect, to } => ItemChange::CompareAndSet { expect, to },
            Change::Price(price) => ItemChange::Price(price),
            Change::Publish { price, qty } => ItemChange::Publish { price, qty },
        };
        Item { sku, version, change }
    }
}

impl From<Item> for UpdateItem {
    fn from(Item { sku, version, change }: Item) -> UpdateItem {
        let change = match change {
            ItemChange::Absolute(qty) => Change::Absolute(qty),
            ItemChange::Delta(qty) => Change::Delta(qty),
            ItemChange::CompareAndSet { expect, to } => Change::CompareAndSet { expect, to },
            ItemChange::Price(price) => Change::Price(price),
            ItemChange::Publish { price, qty } => Change::Publish { price, qty },
        };
        UpdateItem { sku, version, change }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Placed {
    pub(super) order: OrderId,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Carted {
    pub(super) status: CartedWord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CartedWord {
    Carted,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancelled {
    pub(super) status: CancelledWord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CancelledWord {
    Cancelled,
}

/// A step is told by the path alone.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirm {}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmed {
    pub(super) status: ConfirmedWord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConfirmedWord {
    Confirmed,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edited {
    pub(super) status: EditedWord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EditedWord {
    Edited,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Updated {
    pub(super) items: Vec<ItemResult>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemResult {
    outcome: OutcomeWord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    have: Option<Qty>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OutcomeWord {
    Taken,
    Rejected,
    Conflict,
}

impl From<&ItemOutcome> for ItemResult {
    fn from(outcome: &ItemOutcome) -> ItemResult {
        let (outcome, have) = match *outcome {
            ItemOutcome::Taken => (OutcomeWord::Taken, None),
            ItemOutcome::Rejected => (OutcomeWord::Rejected, None),
            ItemOutcome::Conflict { have } => (OutcomeWord::Conflict, Some(have)),
        };
        ItemResult { outcome, have }
    }
}

impl ItemResult {
    /// The outcome; `None` for a conflict that does not say with what, or a `have` out of place.
    pub(super) fn outcome(self) -> Option<ItemOutcome> {
        match (self.outcome, self.have) {
            (OutcomeWord::Taken, None) => Some(ItemOutcome::Taken),
            (OutcomeWord::Rejected, None) => Some(ItemOutcome::Rejected),
            (OutcomeWord::Conflict, Some(have)) => Some(ItemOutcome::Conflict { have }),
            _ => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Orders<'a> {
    #[serde(rename = "orders")]
    pub(super) page: Cow<'a, [OrderNotice]>,
    pub(super) cursor: u64,
    pub(super) more: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Handoff<'a> {
    pub(super) order: OrderId,
    #[serde(default)]
    pub(super) intent: Option<Intent>,
    #[serde(default, skip_serializing_if = "Version::is_first")]
    pub(super) version: Version,
    #[serde(deserialize_with = "handed")]
    pub(super) lines: Cow<'a, [Line]>,
    #[serde(default = "first")]
    pub(super) attempt: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reservation<'a> {
    pub(super) order: OrderId,
    #[serde(default)]
    pub(super) intent: Option<Intent>,
    #[serde(deserialize_with = "handed")]
    pub(super) lines: Cow<'a, [Line]>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Amendment<'a> {
    pub(super) order: OrderId,
    pub(super) version: Version,
    #[serde(deserialize_with = "handed")]
    pub(super) lines: Cow<'a, [Line]>,
}

/// What a connector that heard of an order by a platform's own API knows of a line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Handed {
    #[serde(default)]
    offer: Option<u32>,
    sku: SkuId,
    qty: Qty,
    #[serde(default)]
    price: Money,
    #[serde(default)]
    offered: Qty,
    #[serde(default)]
    left: Qty,
}

fn handed<'de, 'a, D: Deserializer<'de>>(from: D) -> Result<Cow<'a, [Line]>, D::Error> {
    let line = |handed: Handed| {
        let Handed { offer, sku, qty, price, offered, left } = handed;
        Line { offer, sku, qty, price, offered, left }
    };
    Ok(Vec::<Handed>::deserialize(from)?.into_iter().map(line).collect())
}

fn first() -> u32 {
    1
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Released {
    pub(super) order: OrderId,
    pub(super) why: Release,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stock {
    pub(super) op: OpId,
    pub(super) sku: SkuId,
    pub(super) units: Qty,
    pub(super) why: SupplyChange,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) at: Option<LocationId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pricing {
    pub(super) sku: SkuId,
    pub(super) price: Money,
    pub(super) due: At,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<ChannelId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    pub(super) sku: SkuId,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Held {
    pub(super) record: OmsOrder,
    pub(super) known: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Done {
    pub(super) status: DoneWord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DoneWord {
    Done,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    #[serde(rename = "changes")]
    pub(super) page: Vec<Source>,
    pub(super) cursor: u64,
    pub(super) more: bool,
}
