//! Owns what is asked of mocks and what they say, as JSON, and what it means in their scenario.
//! Must not know routes.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Refused;
use crate::drive::live::{ClockTold, ClockWish, OrderWish};
use crate::history::Charter;
use crate::ids::{ChannelId, FaultId, SkuId};
use crate::operate::command::not_among;
use crate::units::{Qty, Span};
use crate::wrong::Wrong;

/// The furthest that a clock is moved at once: 31 days.
const ADVANCE_MAX: Span = Span::from_mins(31 * 24 * 60);
/// The most units that can be set.
const UNITS_MAX: i64 = 1_000_000_000;

/// Ready to be asked.
#[derive(Debug, Serialize)]
pub(super) struct Ready {
    pub(super) ready: bool,
}

/// The caller hears nothing: a fault has lost the answer.
#[derive(Debug, Serialize)]
pub(super) struct Unheard {
    pub(super) status: &'static str,
}

/// To begin anew.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetAsked {}

/// What the clock is to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockAsked {
    #[serde(default)]
    freeze: Option<bool>,
    #[serde(default)]
    advance_us: Option<u64>,
}

/// How it stands.
#[derive(Debug, Serialize)]
pub(super) struct ClockSaid {
    at: u64,
    frozen: bool,
    speed_milli: u64,
    beginnings: u32,
}

/// A SKU, by its place in the catalogue or its name.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a SKU is its place in the catalogue or its name")]
enum SkuAsked {
    Place(u32),
    Name(String),
}

/// An order to be placed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderAsked {
    channel: String,
    lines: Vec<LineAsked>,
    #[serde(default)]
    intent: Option<u64>,
    #[serde(default)]
    buyer: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineAsked {
    sku: SkuAsked,
    qty: i64,
}

/// Stock to be set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StockAsked {
    sku: SkuAsked,
    available: i64,
}

/// A fault to begin or end.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultAsked {
    fault: String,
    in_force: bool,
}

/// How the faults stand.
#[derive(Debug, Serialize)]
pub(super) struct FaultsSaid {
    pub(super) faults: Vec<FaultSaid>,
}

#[derive(Debug, Serialize)]
pub(super) struct FaultSaid {
    pub(super) fault: String,
    pub(super) does: String,
    pub(super) in_force: bool,
}

/// A shape as a body.
pub(super) fn json(shape: &impl Serialize) -> Bytes {
    serde_json::to_vec(shape).expect("shapes have string keys and a Vec never fails").into()
}

/// The shape in a body.
pub(super) fn shape<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    let malformed = |wrong: String| {
        Refused::Malformed(format!(
            "the body is not what this path takes: {wrong}; see docs/openapi.yaml"
        ))
    };
    // serde would take a list for a map whose keys may all be left out.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(malformed("expected a map".to_owned()));
    }
    serde_json::from_slice(body).map_err(|wrong| malformed(wrong.to_string()))
}

impl ClockAsked {
    pub(super) fn wish(self) -> Result<ClockWish, Refused> {
        let advance = self.advance_us.map(Span);
        if advance.is_some_and(|by| by > ADVANCE_MAX) {
            let why = format!("a clock is moved on by at most {} at once", ADVANCE_MAX.0);
            return Err(Refused::Invalid(why));
        }
        Ok(ClockWish { held: self.freeze, advance })
    }
}

impl From<ClockTold> for ClockSaid {
    fn from(told: ClockTold) -> ClockSaid {
        let ClockTold { at, held, speed_milli, beginnings } = told;
        ClockSaid { at: at.0, frozen: held, speed_milli, beginnings }
    }
}

impl OrderAsked {
    pub(super) fn wish(self, charter: &Charter) -> Result<OrderWish, Refused> {
        let OrderAsked { channel, lines, intent, buyer } = self;
        let channel = self::channel(&channel, charter)?;
        let line = |line: LineAsked| Ok((line.sku.of(charter)?, Qty(line.qty)));
        let lines = lines.into_iter().map(line).collect::<Result<_, Refused>>()?;
        Ok(OrderWish { channel, lines, intent, buyer })
    }
}

impl StockAsked {
    pub(super) fn wish(self, charter: &Charter) -> Result<(SkuId, Qty), Refused> {
        let sku = self.sku.of(charter)?;
        if !charter.locations.is_empty() {
            let why = "not yet: stock set at one of several locations; move it by `POST /stock` at \
                       the source, which takes `at`";
            return Err(Refused::Invalid(why.to_owned()));
        }
        if !(0..=UNITS_MAX).contains(&self.available) {
            return Err(Refused::Invalid(format!("0 to {UNITS_MAX} units can be available")));
        }
        Ok((sku, Qty(self.available)))
    }
}

impl FaultAsked {
    pub(super) fn wish(self, charter: &Charter) -> Result<(FaultId, bool), Refused> {
        let names: Vec<&str> = charter.faults.iter().map(|fault| &*fault.name).collect();
        let place = place("fault", &self.fault, &names)?;
        Ok((FaultId(place), self.in_force))
    }
}

impl SkuAsked {
    fn of(self, charter: &Charter) -> Result<SkuId, Refused> {
        match self {
            SkuAsked::Place(place) if place < charter.skus => Ok(SkuId(place)),
            SkuAsked::Place(place) => {
                let below = charter.skus;
                let why = format!("there is no SKU {place}: they count from 0, below {below}");
                Err(Refused::Invalid(why))
            }
            SkuAsked::Name(name) => sku(&name, charter),
        }
    }
}

/// A channel by its name.
pub(super) fn channel(name: &str, charter: &Charter) -> Result<ChannelId, Refused> {
    let names: Vec<&str> = charter.channels.iter().map(|terms| &*terms.name).collect();
    place("channel", name, &names).map(ChannelId)
}

/// A SKU by its name, or its place in digits.
pub(super) fn sku(name: &str, charter: &Charter) -> Result<SkuId, Refused> {
    if let Some(place) = charter.sku_names.iter().position(|known| known == name) {
        return Ok(SkuId(place as u32));
    }
    if let Ok(digits) = name.parse::<u32>() {
        return SkuAsked::Place(digits).of(charter);
    }
    let names: Vec<&str> = charter.sku_names.iter().map(String::as_str).collect();
    let nearest = Wrong::new(format!("no SKU is named `{name}`")).nearest(name, names);
    Err(Refused::Invalid(nearest.in_full()))
}

fn place(what: &str, said: &str, names: &[&str]) -> Result<u16, Refused> {
    let found = names.iter().position(|name| *name == said).map(|place| place as u16);
    found.ok_or_else(|| Refused::Invalid(not_among(what, said, names).in_full()))
}
