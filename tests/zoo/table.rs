//! The zoo: every defect, a campaign in which it is reached, and what the judge must say of it.
//!
//! `tests/zoo` plays a few seeds of each, in virtual time and live; `examples/validate` a hundred.

use doorbuster::commerce::defect::Defect;
use doorbuster::judge::judgement::{ErrorClass, Invariant};

use super::held::{Row, Sign, Times, Why};

macro_rules! row {
    ($defect:ident, $bug:literal, $set:expr, $finds:expr, $follows:expr) => {
        Row { defect: Defect::$defect, bug: $bug, set: &$set, finds: &$finds, follows: &$follows }
    };
}

use ErrorClass as C;
use Invariant as I;
use Sign::{Cause, Class, Rule, Units};
use Times::{ByMarks, Each, Some as AtLeastOnce, Standing, Within};

const LOST_REPLIES: &str =
    "{ lost replies: 20%, duplicates: 0%, unavailable: 0%, reordered: { share: 0%, by: 1s } }";
const TWICE: &str =
    "{ duplicates: 30%, lost replies: 0%, unavailable: 0%, reordered: { share: 0%, by: 1s } }";
const PATIENT: &str = "{ attempts: 80, backoff: 1s to 30s, idempotent: true }";
const UNAVAILABLE: &str =
    "{ unavailable: 5%, duplicates: 0%, lost replies: 0%, reordered: { share: 0%, by: 1s } }";
const CHANGES_OF_MIND: (&str, &str) =
    ("traffic.customer cancellations", "{ share: 20%, after: 90s }");
const EDITS: (&str, &str) = ("channels.market.order edits", "{ share: 30%, after: 90s }");
const ONE_LINE: (&str, &str) = ("traffic.lines", "{ 1: 100% }");
/// Everything runs out, and one channel is slow to hear of it.
const SHORT: (&str, &str) = ("catalog.stock", "{ typical: 30, one in 20 above: 60 }");
const SLOW: (&str, &str) = ("channels.market.shows changes after", "60s");

/// One channel sells gross in another currency than the source's.
pub(crate) const OTHER_MONEY: [(&str, &str); 4] = [
    ("tax", "{ prices: net }"),
    ("rates", "{ USD: 1.17 }"),
    ("channels.market.currency", "USD"),
    ("channels.market.tax", "{ prices: gross, rate: 19% }"),
];

/// One channel is served from one location, the other from both.
pub(crate) const TWO_LOCATIONS: [(&str, &str); 3] = [
    ("locations", "{ warehouse: { of stock: 80% }, london: { of stock: 20% } }"),
    ("channels.storefront.from", "[warehouse, london]"),
    ("channels.market.from", "[warehouse]"),
];

/// What an offer that is not what it should be leads to: it may stand so until the end, or stand
/// still, and shoppers order from it.
const OFFERS: [Sign; 3] = [Rule(I::StaleListing), Rule(I::WrongOffer), Rule(I::StuckOffer)];
/// … and where it stood before, an older version is shown again.
const OVERTAKEN: [Sign; 4] =
    [Rule(I::StaleListing), Rule(I::WrongOffer), Rule(I::StuckOffer), Rule(I::Regression)];
/// What a ledger that says too much leads to: channels are told of it.
const TOO_MUCH: [Sign; 2] = [Rule(I::StaleListing), Rule(I::WrongOffer)];
/// What comes of all of it where stock runs out.
const SOLD_OUT: [Sign; 6] = [
    Rule(I::Oversell),
    Rule(I::Undersell),
    Rule(I::StaleListing),
    Rule(I::WrongOffer),
    Rule(I::StuckOffer),
    Rule(I::LateCancellation),
];
/// Changes of stock and of prices may be met alike.
const IN_VAIN: [Sign; 10] = [
    Rule(I::LateCancellation),
    Rule(I::Oversell),
    Rule(I::Undersell),
    Rule(I::StaleListing),
    Rule(I::WrongOffer),
    Rule(I::StuckOffer),
    Rule(I::MispricedOrder),
    Rule(I::PriceOutOfTime),
    Rule(I::WrongPrice),
    Class(C::MispricedOrder),
];
/// What a wrong price leads to.
const PRICES: [Sign; 4] = [
    Rule(I::MispricedOrder),
    Rule(I::PriceOutOfTime),
    Rule(I::WrongPrice),
    Class(C::MispricedOrder),
];
/// A second record takes its units once more.
const TWO_RECORDS: [Sign; 2] = [Rule(I::DoubleDecrement), Class(C::DoubleDecrement)];

/// Every defect.
#[expect(clippy::too_many_lines, reason = "a table, a row a defect")]
pub(crate) fn rows() -> Vec<Row> {
    vec![
        row!(
            ForgetsKeys,
            "handoffs retried without idempotency",
            [("oms.imperfections", LOST_REPLIES), ("connectors.hub.record ids", "own")],
            [(Rule(I::DuplicateHandoff), Each), (Class(C::DuplicateHandoff), Each)],
            TWO_RECORDS
        ),
        row!(
            HandlesTwice,
            "duplicate webhook handled twice",
            [("channels.market.imperfections", TWICE), ("connectors.hub.record ids", "own")],
            [(Rule(I::DuplicateHandoff), Each), (Class(C::DuplicateHandoff), Each)],
            TWO_RECORDS
        ),
        row!(
            TakesAndLoses,
            "acknowledged before stored",
            [],
            [(Rule(I::LostHandoff), Each), (Class(C::LostHandoff), Each)],
            TOO_MUCH
        ),
        row!(
            DropsThrottled,
            "throttled update dropped",
            [
                (
                    "channels.market.limits",
                    "[{ token bucket: { burst: 1, per: 0.5/s }, on: [stock] }]"
                ),
                ("connectors.hub.coalesce", "yes"),
                ("connectors.hub.retry", PATIENT)
            ],
            [(Rule(I::WrongOffer), Standing(1))],
            OFFERS
        ),
        row!(
            IgnoresItems,
            "batch errors ignored",
            [("connectors.hub.updates", "compare and set"), ("connectors.hub.service", "2s")],
            [(Rule(I::WrongOffer), Standing(1))],
            OFFERS
        ),
        row!(
            HoldsBackTwice,
            "holdback applied twice",
            [("channels.market.holds back", "20")],
            [(Rule(I::WrongOffer), Standing(1))],
            OFFERS
        ),
        row!(
            RoundsPrices,
            "price rounded",
            [],
            [(Rule(I::PriceOutOfTime), ByMarks(2)), (Rule(I::WrongPrice), Standing(2))],
            PRICES
        ),
        row!(EndsLate, "promotion ended late", [], [(Rule(I::PriceOutOfTime), ByMarks(2))], PRICES),
        row!(
            ChargesEarly,
            "price charged before it is due",
            [],
            [(Rule(I::PriceOutOfTime), Each)],
            PRICES
        ),
        row!(
            LosesLines,
            "order handed off with lines lost",
            [],
            [(Rule(I::AlteredOrder), Each), (Class(C::AlteredOrder), Each)],
            TOO_MUCH
        ),
        row!(
            KeepsEndsToItself,
            "cancellation not told to the OMS",
            [CHANGES_OF_MIND],
            [(Rule(I::OneSidedEnd), Each)],
            TOO_MUCH
        ),
        row!(
            KeepsEditsToItself,
            "order edit not told to the OMS",
            [EDITS, ("oms.ships after", "30m")],
            [(Rule(I::AlteredOrder), Each), (Class(C::AlteredOrder), Each)],
            // What is not given up in the OMS is shipped.
            [Rule(I::StaleListing), Rule(I::WrongOffer), Rule(I::OneSidedEnd)]
        ),
        row!(
            JumpsCursor,
            "cursor one too far when polling",
            [("connectors.hub.orders in", "{ poll: 8m }")],
            [(Rule(I::LostHandoff), Each), (Class(C::LostHandoff), Each)],
            TOO_MUCH
        ),
        row!(
            SkewsClock,
            "clock skew in a since-filter",
            [("connectors.hub.stock out", "{ every: 1m }")],
            [(Rule(I::WrongOffer), Standing(2))],
            IN_VAIN
        ),
        row!(
            HearsTwice,
            "duplicate stock webhook handled twice",
            [("oms.imperfections", TWICE)],
            [(Rule(I::WrongOffer), Standing(1))],
            OFFERS
        ),
        row!(
            SwallowsDeadLetters,
            "dead letter swallowed",
            [
                ("oms.imperfections", UNAVAILABLE),
                ("connectors.hub.retry", "{ attempts: 1, backoff: 1s to 30s, idempotent: true }")
            ],
            [(Class(C::LostHandoff), Each)],
            OFFERS
        ),
        row!(
            MiscountsOffers,
            "current version with a wrong quantity",
            [],
            [(Rule(I::WrongOffer), Standing(1))],
            OFFERS
        ),
        row!(
            MistakesSku,
            "update to the wrong SKU",
            [],
            [(Rule(I::WrongOffer), Standing(2))],
            OFFERS
        ),
        row!(
            PublishesBlind,
            "listing published before stock is known",
            [],
            [(Rule(I::WrongOffer), Standing(1))],
            OFFERS
        ),
        row!(
            OverwritesSales,
            "absolute update over a newer sale",
            [SLOW],
            [(Rule(I::WrongOffer), Standing(1))],
            OFFERS
        ),
        row!(
            SitsOnHandoffs,
            "handoff forgotten for twenty minutes",
            [],
            [(Class(C::LateHandoff), Each)],
            TOO_MUCH
        ),
        row!(
            ForgetsPrices,
            "price not sent to one channel",
            [],
            [(Rule(I::PriceOutOfTime), Each), (Rule(I::WrongPrice), Standing(1))],
            PRICES
        ),
        row!(
            KeepsUnits,
            "cancellation not restocking",
            [CHANGES_OF_MIND, ONE_LINE],
            [(Rule(I::Conservation), Within(1)), (Units(I::Conservation), Each)],
            []
        ),
        row!(
            GivesBackTwice,
            "cancellation restocking twice",
            [CHANGES_OF_MIND, ONE_LINE],
            [(Rule(I::LostUpdate), Each)],
            TOO_MUCH
        ),
        row!(
            GivesUpTwice,
            "order edit restocking twice",
            [EDITS, ONE_LINE, ("traffic.units", "{ 3: 100% }")],
            [(Rule(I::LostUpdate), Each)],
            TOO_MUCH
        ),
        row!(
            ReservesTwice,
            "one order reserved twice",
            [ONE_LINE],
            [(Rule(I::DoubleDecrement), Each), (Class(C::DoubleDecrement), Each)],
            []
        ),
        row!(
            ReleasesEarly,
            "reservation released early",
            [
                SHORT,
                ("connectors.hub.reserve", "on accept"),
                ("traffic.payment", "{ after: 2m, fails: 1% }")
            ],
            [(Rule(I::Oversell), AtLeastOnce), (Cause(Why::ReservationGap), AtLeastOnce)],
            SOLD_OUT
        ),
        row!(
            LosesUpdates,
            "OMS loses an update",
            [SHORT],
            [(Rule(I::LostUpdate), Each), (Cause(Why::LostUpdate), AtLeastOnce)],
            SOLD_OUT
        ),
        row!(
            RepeatsVersions,
            "OMS writes a level under an old version",
            [],
            [(Rule(I::LostUpdate), Each)],
            OFFERS
        ),
        row!(
            InventsOrders,
            "OMS creates ghost orders",
            [],
            [(Rule(I::GhostOrder), Each), (Class(C::GhostOrder), Each)],
            []
        ),
        row!(
            CancelsAlive,
            "OMS cancels orders that live",
            [],
            [(Rule(I::OneSidedEnd), Each)],
            TOO_MUCH
        ),
        row!(
            ShipsAir,
            "shipment not taken off the books",
            [ONE_LINE],
            [(Rule(I::Conservation), Within(1)), (Units(I::Conservation), Each)],
            []
        ),
        row!(
            BooksTwice,
            "correction booked twice",
            [],
            [(Rule(I::Conservation), Within(1))],
            TOO_MUCH
        ),
        row!(
            TellsNobody,
            "cancellation for stock not told",
            [SHORT, SLOW],
            [(Rule(I::OneSidedEnd), Each)],
            SOLD_OUT
        ),
        row!(
            SellsBelowZero,
            "marketplace sells below zero",
            [SHORT, ONE_LINE],
            [(Rule(I::Oversell), AtLeastOnce), (Cause(Why::Race), Within(1))],
            SOLD_OUT
        ),
        row!(
            AcceptsTwice,
            "one intent accepted twice",
            [SHORT],
            [
                (Rule(I::DuplicateAcceptance), Each),
                (Class(C::DuplicateAcceptance), Each),
                (Cause(Why::Duplicate), AtLeastOnce)
            ],
            SOLD_OUT
        ),
        row!(
            ChargesOldPrice,
            "old price charged after the update",
            [],
            [(Rule(I::MispricedOrder), Within(1)), (Class(C::MispricedOrder), Within(1))],
            []
        ),
        row!(
            ForgetsApplied,
            "applied update forgotten",
            [],
            [(Rule(I::Regression), Within(1))],
            OFFERS
        ),
        row!(
            KeepsReleased,
            "released units not put back on offer",
            [CHANGES_OF_MIND],
            [(Rule(I::WrongOffer), Standing(3))],
            OFFERS
        ),
        row!(
            TakesInVain,
            "update accepted and never applied",
            [SHORT],
            [(Rule(I::WrongOffer), Within(1)), (Cause(Why::Unapplied), AtLeastOnce)],
            IN_VAIN
        ),
        row!(
            DeniesOrders,
            "order accepted, shopper told no",
            [],
            [(Rule(I::ContradictedAnswer), Each)],
            []
        ),
        row!(
            IgnoresCancels,
            "cancellation answered, not done",
            [CHANGES_OF_MIND],
            [(Sign::Unreliable, AtLeastOnce)],
            TOO_MUCH
        ),
        row!(
            TurnsAwayInStock,
            "turned away with stock on offer",
            [],
            [(Rule(I::Undersell), Each), (Sign::Unreliable, AtLeastOnce)],
            []
        ),
        row!(
            ShowsOvertaken,
            "update applied out of order",
            [
                ("connectors.hub.updates", "absolute"),
                ("channels.market.shows changes after", "{ exponential: 20s }")
            ],
            [(Rule(I::WrongOffer), Standing(1))],
            OVERTAKEN
        ),
        row!(
            ForgetsRate,
            "price sent as the number that it is",
            OTHER_MONEY,
            [(Rule(I::PriceOutOfTime), Within(1)), (Rule(I::WrongPrice), Standing(1))],
            PRICES
        ),
        row!(
            ForgetsTax,
            "net price sent as gross",
            OTHER_MONEY,
            [(Rule(I::PriceOutOfTime), Within(1)), (Rule(I::WrongPrice), Standing(1))],
            PRICES
        ),
        row!(
            RoundsTwice,
            "price rounded before tax and after",
            OTHER_MONEY,
            [(Rule(I::PriceOutOfTime), Within(1)), (Rule(I::WrongPrice), Standing(1))],
            PRICES
        ),
        row!(
            BooksRounded,
            "order booked by rounded units",
            OTHER_MONEY,
            [(Rule(I::AlteredOrder), Each), (Class(C::AlteredOrder), Each)],
            []
        ),
        row!(
            SumsAllLocations,
            "every channel told of all locations",
            TWO_LOCATIONS,
            [(Rule(I::WrongOffer), Standing(1)), (Rule(I::StaleListing), AtLeastOnce)],
            OFFERS
        ),
        row!(
            KeepsDispatches,
            "dispatch not told to the channel",
            [("channels.market.dispatch within", "10m")],
            [(Rule(I::LateDispatch), Each)],
            []
        ),
        row!(
            KeepsAcceptances,
            "order not accepted",
            [("channels.market.we accept within", "5m")],
            [(Rule(I::LateAcceptance), Each)],
            // Nobody reserves what waits: the other channel goes on offering it.
            [Rule(I::StaleListing)]
        ),
    ]
}
