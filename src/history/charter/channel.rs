//! Owns what judgement needs to know of a channel: its share, its stock rule, when it takes stock.
//! Must not know how a channel is played.

use serde::{Deserialize, Serialize};

use super::{OrderFlow, Tariff};
use crate::ids::{ConnectorId, LocationId};
use crate::units::{Ppm, Qty, Span};

/// A channel, as judgement needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelTerms {
    /// Its name in the scenario.
    pub name: String,
    /// The share of orders it is meant to get.
    pub share: Ppm,
    /// What it should show of what is available.
    pub rule: StockRule,
    /// How it learns of its own sales.
    pub own_sales: OwnSales,
    /// When it takes units off its offer for a shopper.
    #[serde(default, skip_serializing_if = "TakesStock::is_at_order")]
    pub takes_stock: TakesStock,
    /// Shoppers edit orders there, which makes versions of them.
    #[serde(default, skip_serializing_if = "is_never")]
    pub edits: bool,
    /// The locations whose stock it sells, as the scenario has them; empty where all stock lies in
    /// one place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<LocationId>,
    /// Which connector serves it.
    pub connector: ConnectorId,
    /// Minutes east of UTC of its book day, at the campaign's start.
    pub book_offset_min: i32,
    /// Longest declared cache time: a settled version contradicted within it was never settled.
    pub flap: Span,
    /// How its prices come of the source's; absent where it charges what the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff: Option<Tariff>,
    /// The way that its orders take; absent where they are ours at once and nobody asks further.
    #[serde(default, skip_serializing_if = "OrderFlow::is_plain")]
    pub flow: OrderFlow,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_never(edits: &bool) -> bool {
    !edits
}

/// What a channel should show of what the source says is available.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockRule {
    /// The share of available stock that this channel may offer.
    pub allocation: Ppm,
    /// Units held back from it.
    pub holds_back: Qty,
    /// The most units it shows, if there is a cap. Always said: a field that is lost is no null.
    #[serde(deserialize_with = "Option::deserialize")]
    pub shows_at_most: Option<Qty>,
    /// It shows no quantity: 1 is in stock, 0 out of it, and what is in can be ordered in any
    /// number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_or_out: bool,
}

impl StockRule {
    /// Everything that is available, to everybody.
    pub const ALL: StockRule = StockRule {
        allocation: Ppm::ONE,
        holds_back: Qty::ZERO,
        shows_at_most: None,
        in_or_out: false,
    };

    /// What [`StockRule::leaves`], or whether that is any.
    pub fn should_show(&self, available: Qty) -> Qty {
        let left = self.leaves(available);
        if self.in_or_out { flag(left) } else { left }
    }

    /// Whether so many can be ordered where so much is shown.
    pub fn sells(&self, shown: Qty, wanted: Qty) -> bool {
        if self.in_or_out { shown > Qty::ZERO } else { shown >= wanted }
    }

    /// min(cap, max(0, ⌊available × allocation⌋ − held back)).
    pub fn leaves(&self, available: Qty) -> Qty {
        let available = available.0.max(0);
        let allocated = match self.allocation {
            Ppm::ONE => available,
            Ppm(share) => (i128::from(available) * i128::from(share) / 1_000_000) as i64,
        };
        let kept = allocated.saturating_sub(self.holds_back.0).max(0);
        Qty(self.shows_at_most.map_or(kept, |cap| kept.min(cap.0)))
    }
}

/// A quantity where none is shown: 1 is in stock, 0 out of it.
pub fn flag(quantity: Qty) -> Qty {
    quantity.max(Qty::ZERO).min(Qty(1))
}

/// How a channel's offer learns of the channel's own sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnSales {
    /// The channel takes its own sale off its offer at once.
    AtOnce,
    /// Only the next stock update shows it.
    OnSync,
}

/// When a channel takes units off its offer for a shopper, and so promises them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakesStock {
    /// When they are put into a cart, which holds them for a while; the order promises them.
    AtCart,
    /// When they are ordered, paid or not.
    #[default]
    AtOrder,
    /// When the order is paid; until then it promises nothing.
    AtPayment,
}

impl TakesStock {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
    pub(super) fn is_at_order(&self) -> bool {
        *self == TakesStock::AtOrder
    }
}
