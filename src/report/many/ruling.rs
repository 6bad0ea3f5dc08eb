//! Owns the verdict of many afternoons as `afternoons.json` states it: pooled gates, rules,
//! channels, sales. Must not know how it is found (`study::pooled`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Chance, Interval};
use crate::history::Charter;
use crate::report::summary::gate::{Count, InvariantKind};
use crate::report::summary::mirror::{Stated, mirror, stated};
use crate::report::summary::printable_text;
use crate::report::summary::verdict::Verdict;
use crate::study::looks;
use crate::study::outcome::{SalesOver, UndersoldOver};
use crate::study::pooled::{self, Open};

/// Where a pooled gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// Proved within the healthy edge.
    Healthy,
    /// Proved within the watch edge.
    Watch,
    /// Proved beyond it.
    Failed,
    /// Open: no afternoon holds its kind of fact.
    NotObserved,
    /// Open: it came up in no afternoon, or too seldom for any number of them.
    NotExercised,
    /// Open: outcomes that nobody knows straddle the limit.
    Unresolved,
    /// Open: so near to its limit that no number of afternoons would settle it.
    AtTheLimit,
    /// Open: more afternoons would settle it.
    #[serde(rename = "more_afternoons")]
    MoreReplications,
}

/// A gate over all afternoons together: shares of bad events, of a lag the share of changes later
/// than its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pooled {
    /// Where it stands.
    pub stands: Stands,
    /// Orders or changes of all afternoons.
    pub counted: u64,
    /// The bad ones.
    pub bad: Count,
    /// What they are worth in independent samples.
    pub worth: u64,
    /// The bad ones, everything possible counted, ÷ all, in parts per million.
    pub rate_ppm: u32,
    /// Lower bound of the rate, of the definite ones.
    pub low_ppm: u32,
    /// Upper bound, of the possible ones.
    pub high_ppm: u32,
    /// The largest share that is allowed.
    pub limit_ppm: u32,
    /// Afternoons that would settle it, if they went on alike; null where it is settled, or no
    /// number would.
    #[serde(rename = "afternoons_needed")]
    pub replications_needed: Option<u64>,
    /// It stands in the way of a GO.
    pub in_the_way: bool,
    /// Too little proof, on a channel too small to block.
    pub waived: bool,
}

impl Stated<Pooled> for pooled::Pooled {
    fn state(&self, charter: &Charter) -> Pooled {
        let gate = self;
        let (stands, replications_needed) = match gate.stands {
            pooled::Stands::Healthy => (Stands::Healthy, None),
            pooled::Stands::Watch => (Stands::Watch, None),
            pooled::Stands::Failed => (Stands::Failed, None),
            pooled::Stands::Open(Open::NotObserved) => (Stands::NotObserved, None),
            pooled::Stands::Open(Open::NotExercised) => (Stands::NotExercised, None),
            pooled::Stands::Open(Open::Unresolved) => (Stands::Unresolved, None),
            pooled::Stands::Open(Open::AtTheLimit) => (Stands::AtTheLimit, None),
            pooled::Stands::Open(Open::MoreReplications(n)) => {
                (Stands::MoreReplications, Some(n as u64))
            }
        };
        Pooled {
            stands,
            counted: gate.counted,
            bad: gate.bad.state(charter),
            worth: gate.worth,
            rate_ppm: gate.rate.0,
            low_ppm: gate.low.0,
            high_ppm: gate.high.0,
            limit_ppm: gate.limit.0,
            replications_needed,
            in_the_way: gate.is_in_the_way(),
            waived: gate.waived,
        }
    }
}

stated! {
    /// A rule that was broken, or that makes a condition, in some afternoons.
    #[derive(Copy)]
    RuleOver from pooled::RuleOver {
        /// Which.
        invariant: InvariantKind,
        /// In how many.
        #[serde(rename = "afternoons")]
        replications: u64,
    }
}

/// A channel over the afternoons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelOver {
    /// The channel.
    pub name: String,
    /// The verdict on its own gates, over all afternoons.
    pub verdict: Verdict,
    /// Its share of the orders wanted, in parts per million.
    pub share_ppm: u32,
    /// Orders were wanted on it, and no afternoon accepted one.
    pub accepted_none: bool,
    /// Too little proof of a gate, and too small to block.
    pub too_small_to_block: bool,
    /// Afternoons in which it was a GO by itself, with conditions or without.
    pub go: Chance,
}

/// What was sold in an afternoon: means with 95 % t intervals over the afternoons; or what a
/// change does to it, paired by seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sales {
    /// Orders wanted, in thousandths.
    pub wanted_milli: Interval,
    /// Orders accepted, in thousandths.
    pub accepted_milli: Interval,
    /// Orders turned away, in thousandths.
    pub turned_away_milli: Interval,
    /// Units accepted, and neither cancelled for stock nor at risk, in thousandths.
    pub kept_units_milli: Interval,
    /// Their money, in minor units of the currency.
    pub kept_money: Interval,
}

impl From<&SalesOver> for Sales {
    fn from(sales: &SalesOver) -> Sales {
        Sales {
            wanted_milli: Interval::of(sales.wanted, 1_000.0),
            accepted_milli: Interval::of(sales.accepted, 1_000.0),
            turned_away_milli: Interval::of(sales.turned_away, 1_000.0),
            kept_units_milli: Interval::of(sales.kept_units, 1_000.0),
            kept_money: Interval::of(sales.kept_money, 1.0),
        }
    }
}

/// What was refused in an afternoon although the stock was there: means with 95 % t intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Undersold {
    /// Orders, in thousandths.
    pub orders_milli: Interval,
    /// Their money, in minor units of the currency.
    pub money: Interval,
    /// Units that a channel's stock rule kept from being offered, in thousandths.
    pub by_rule_units_milli: Interval,
    /// Units that a channel did not offer because it was told too late, in thousandths.
    pub stale_units_milli: Interval,
    /// Units that other shoppers' carts held, in thousandths; absent where none were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart_units_milli: Option<Interval>,
}

impl From<&UndersoldOver> for Undersold {
    fn from(seen: &UndersoldOver) -> Undersold {
        Undersold {
            orders_milli: Interval::of(seen.orders, 1_000.0),
            money: Interval::of(seen.money, 1.0),
            by_rule_units_milli: Interval::of(seen.by_rule_units, 1_000.0),
            stale_units_milli: Interval::of(seen.stale_units, 1_000.0),
            cart_units_milli: (seen.cart_units.mean > 0.0)
                .then(|| Interval::of(seen.cart_units, 1_000.0)),
        }
    }
}

/// What money is counted in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Currency {
    /// ISO 4217 code.
    pub code: String,
    /// Decimal places.
    pub digits: u8,
}

impl Currency {
    /// Of a campaign.
    pub fn of(charter: &Charter) -> Currency {
        let code = printable_text(&charter.currency);
        Currency { code, digits: charter.currency_digits }
    }
}

mirror! {
    /// Why no more afternoons were played.
    Ended from looks::LooksEnd {
        /// The verdict is settled, or as many were played as were asked for.
        Played,
        /// There was no more time: what was played until then was judged.
        OutOfTime,
        /// Somebody stopped it.
        Stopped,
        /// Nothing was played: runs that were there are judged together.
        Pooled,
    }
}
