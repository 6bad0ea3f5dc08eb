//! Owns defects: bugs that are switched on on purpose in a machine, to show that the judge finds
//! them, and the coverage marks that they leave where they have struck.
//! Must not know what is made of a history, nor scenarios: no file switches one on.
//!
//! A fault befalls a machine from outside and ends; a defect is how a machine is built. A machine
//! asks at the place where it would do right. Whether a defect strikes is drawn by what it is
//! about, so a seed strikes the same under both drivers; where it strikes it leaves a mark, so that
//! a defect that nobody found differs from one that was never reached.

use rustc_hash::FxHashMap;

use crate::ids::{ChannelId, SkuId};
use crate::rng::{Draw, Draws, mix};

/// A bug of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Defect {
    // --- a connector's ---
    /// A handoff is tried again under another idempotency key.
    ForgetsKeys,
    /// An order that it hears of twice is handed over under another key.
    HandlesTwice,
    /// A webhook of an order is answered as taken, and lost.
    TakesAndLoses,
    /// An update that was throttled is dropped without a word.
    DropsThrottled,
    /// What a reply says of single items is not read.
    IgnoresItems,
    /// The holdback of a channel is taken off twice.
    HoldsBackTwice,
    /// Prices are rounded to whole units of the currency.
    RoundsPrices,
    /// A price that rises, as at the end of a promotion, is sent half an hour late.
    EndsLate,
    /// A price is sent when it is set, whenever it is due.
    ChargesEarly,
    /// Of an order with several lines the first is handed over.
    LosesLines,
    /// That a channel released an order is not told to the OMS.
    KeepsEndsToItself,
    /// The cursor of a page with more behind it is one too far.
    JumpsCursor,
    /// The first change of a page of the source's is taken to be known: the clocks differ.
    SkewsClock,
    /// A second webhook of one reservation is taken off the channel's offer again.
    HearsTwice,
    /// What is given up is not said to be.
    SwallowsDeadLetters,
    /// An update carries the right version, and one unit too many.
    MiscountsOffers,
    /// An update goes to the SKU beside the one it is for.
    MistakesSku,
    /// A listing is published with a hundred units, before stock is looked up.
    PublishesBlind,
    /// An update says "offer so many" where sales that were not heard of must stay.
    OverwritesSales,
    /// A handoff lies about for twenty minutes.
    SitsOnHandoffs,
    /// A price is not sent to one of the channels.
    ForgetsPrices,
    /// That a shopper edited an order is not told to the OMS.
    KeepsEditsToItself,

    // --- the OMS's ---
    /// A cancelled record keeps its units.
    KeepsUnits,
    /// A cancelled record gives its units back twice.
    GivesBackTwice,
    /// What an edit gives up is given back twice.
    GivesUpTwice,
    /// A record that has its units takes them again.
    ReservesTwice,
    /// Units reserved ahead of the handoff are released before it.
    ReleasesEarly,
    /// A reservation is overwritten by the level that was read before it.
    LosesUpdates,
    /// A level is written under the version before it.
    RepeatsVersions,
    /// A record is created that is of no order.
    InventsOrders,
    /// A record that lives is cancelled, and nobody told.
    CancelsAlive,
    /// What is shipped stays on the books.
    ShipsAir,
    /// A movement of stock is booked twice.
    BooksTwice,
    /// That a record was cancelled for want of stock is not told.
    TellsNobody,

    // --- a marketplace's ---
    /// An order is accepted though the offer has run out.
    SellsBelowZero,
    /// One intent is accepted twice.
    AcceptsTwice,
    /// The price before the one that is shown is charged.
    ChargesOldPrice,
    /// An update that was shown is undone five minutes later.
    ForgetsApplied,
    /// Units of a released order are not put back on offer.
    KeepsReleased,
    /// An update is answered as taken, and never applied.
    TakesInVain,
    /// An order is accepted, and its shopper told that it was not.
    DeniesOrders,
    /// A customer's cancellation is answered as done, and nothing is.
    IgnoresCancels,
    /// An order is turned away for stock that is on offer.
    TurnsAwayInStock,
    /// An update that was overtaken is shown over the one that overtook it.
    ShowsOvertaken,

    // --- where a channel has a currency or a tax basis of its own: a connector's, the OMS's ---
    /// A price goes out as the number that it is.
    ForgetsRate,
    /// A price goes out on the source's tax basis.
    ForgetsTax,
    /// A price is rounded to the channel's currency, and again when tax is put on.
    RoundsTwice,
    /// An order is booked with the price of each unit rounded, whatever is stated.
    BooksRounded,

    // --- where stock lies at several locations: a connector's ---
    /// Every channel is told of what lies anywhere, whichever locations serve it.
    SumsAllLocations,

    // --- where a channel is told of what becomes of its orders: a connector's ---
    /// A channel is not told that an order has left the building.
    KeepsDispatches,
    /// A channel that waits for it is not told that we accept an order.
    KeepsAcceptances,
}

/// Every defect, in the order of their numbers.
pub const DEFECTS: [Defect; 51] = [
    Defect::ForgetsKeys,
    Defect::HandlesTwice,
    Defect::TakesAndLoses,
    Defect::DropsThrottled,
    Defect::IgnoresItems,
    Defect::HoldsBackTwice,
    Defect::RoundsPrices,
    Defect::EndsLate,
    Defect::ChargesEarly,
    Defect::LosesLines,
    Defect::KeepsEndsToItself,
    Defect::JumpsCursor,
    Defect::SkewsClock,
    Defect::HearsTwice,
    Defect::SwallowsDeadLetters,
    Defect::MiscountsOffers,
    Defect::MistakesSku,
    Defect::PublishesBlind,
    Defect::OverwritesSales,
    Defect::SitsOnHandoffs,
    Defect::ForgetsPrices,
    Defect::KeepsEditsToItself,
    Defect::KeepsUnits,
    Defect::GivesBackTwice,
    Defect::GivesUpTwice,
    Defect::ReservesTwice,
    Defect::ReleasesEarly,
    Defect::LosesUpdates,
    Defect::RepeatsVersions,
    Defect::InventsOrders,
    Defect::CancelsAlive,
    Defect::ShipsAir,
    Defect::BooksTwice,
    Defect::TellsNobody,
    Defect::SellsBelowZero,
    Defect::AcceptsTwice,
    Defect::ChargesOldPrice,
    Defect::ForgetsApplied,
    Defect::KeepsReleased,
    Defect::TakesInVain,
    Defect::DeniesOrders,
    Defect::IgnoresCancels,
    Defect::TurnsAwayInStock,
    Defect::ShowsOvertaken,
    Defect::ForgetsRate,
    Defect::ForgetsTax,
    Defect::RoundsTwice,
    Defect::BooksRounded,
    Defect::SumsAllLocations,
    Defect::KeepsDispatches,
    Defect::KeepsAcceptances,
];

const _: () = assert!(DEFECTS.len() <= 64, "a set of defects is one word");

impl Defect {
    /// It strikes one in so many of the things that it could: a bug that strikes always is seen in
    /// the first test of whoever wrote it.
    fn one_in(self) -> u64 {
        match self {
            Defect::HoldsBackTwice
            | Defect::RoundsPrices
            | Defect::EndsLate
            | Defect::ForgetsRate
            | Defect::ForgetsTax
            | Defect::RoundsTwice
            | Defect::BooksRounded
            | Defect::SumsAllLocations
            | Defect::ChargesEarly
            | Defect::JumpsCursor
            | Defect::SwallowsDeadLetters
            | Defect::PublishesBlind
            | Defect::OverwritesSales
            | Defect::ReleasesEarly
            | Defect::TellsNobody
            | Defect::IgnoresItems
            | Defect::DropsThrottled
            | Defect::SkewsClock
            | Defect::SellsBelowZero
            | Defect::ForgetsKeys
            | Defect::ShowsOvertaken => 1,
            Defect::HandlesTwice
            | Defect::HearsTwice
            | Defect::LosesLines
            | Defect::KeepsEndsToItself
            | Defect::KeepsEditsToItself
            | Defect::GivesUpTwice
            | Defect::ForgetsPrices
            | Defect::KeepsUnits
            | Defect::GivesBackTwice
            | Defect::KeepsReleased
            | Defect::KeepsDispatches
            | Defect::KeepsAcceptances
            | Defect::IgnoresCancels
            | Defect::AcceptsTwice
            | Defect::BooksTwice => 2,
            Defect::TakesAndLoses
            | Defect::MiscountsOffers
            | Defect::MistakesSku
            | Defect::SitsOnHandoffs
            | Defect::ReservesTwice
            | Defect::LosesUpdates
            | Defect::RepeatsVersions
            | Defect::InventsOrders
            | Defect::CancelsAlive
            | Defect::ShipsAir
            | Defect::ChargesOldPrice
            | Defect::ForgetsApplied
            | Defect::TakesInVain
            | Defect::DeniesOrders
            | Defect::TurnsAwayInStock => 20,
        }
    }
}

/// How often each defect has struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefectMarks([u64; DEFECTS.len()]);

impl Default for DefectMarks {
    fn default() -> DefectMarks {
        DefectMarks([0; DEFECTS.len()])
    }
}

impl DefectMarks {
    /// How often this one has.
    pub fn of(&self, defect: Defect) -> u64 {
        self.0[defect as usize]
    }
}

impl std::ops::AddAssign for DefectMarks {
    fn add_assign(&mut self, other: DefectMarks) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, more)| *sum += more);
    }
}

/// What the machines of a run say of their defects when it is over: no history holds it, and no
/// judge reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// How often each has struck.
    pub marks: DefectMarks,
    /// Offers that are not what the rule of their channel makes of what the OMS has, as the
    /// machines stand.
    pub wrong_offers: Vec<(ChannelId, SkuId)>,
    /// Offers that are not at the OMS's price.
    pub wrong_prices: Vec<(ChannelId, SkuId)>,
}

/// The defects of a machine; nearly always none.
#[derive(Clone, Debug, Default)]
pub struct Defects(Option<Box<Switched>>);

#[derive(Clone, Debug)]
struct Switched {
    /// A bit a defect.
    on: u64,
    draws: Draws,
    marks: DefectMarks,
    /// What a defect must remember to do wrong, by what it is about.
    kept: FxHashMap<u64, i64>,
}

impl Defects {
    /// These, whose strikes are drawn from a seed.
    pub fn new(switched: &[Defect], seed: u64) -> Defects {
        if switched.is_empty() {
            return Defects(None);
        }
        let on = switched.iter().fold(0, |on, defect| on | 1 << *defect as u64);
        let (draws, marks) = (Draws::new(seed), DefectMarks::default());
        Defects(Some(Box::new(Switched { on, draws, marks, kept: FxHashMap::default() })))
    }

    /// Whether the machine has any.
    #[inline]
    pub(super) fn any(&self) -> bool {
        self.0.is_some()
    }

    /// Whether the machine has it.
    #[inline]
    pub(super) fn has(&self, defect: Defect) -> bool {
        self.0.as_ref().is_some_and(|switched| switched.on >> defect as u64 & 1 == 1)
    }

    /// Whether it strikes this thing; says nothing of whether it then changes anything.
    #[inline]
    pub(super) fn meets(&self, defect: Defect, thing: u64) -> bool {
        self.has(defect) && self.0.as_ref().is_some_and(|switched| switched.meets(defect, thing))
    }

    /// Whether it strikes this thing; leaves a mark where it does.
    #[inline]
    pub(super) fn strikes(&mut self, defect: Defect, thing: u64) -> bool {
        let strikes = self.meets(defect, thing);
        if strikes {
            self.mark(defect);
        }
        strikes
    }

    /// It has made something come out wrong.
    #[inline]
    pub(super) fn mark(&mut self, defect: Defect) {
        if let Some(switched) = &mut self.0 {
            switched.marks.0[defect as usize] += 1;
        }
    }

    /// Remembers a value of a thing; answers the one before.
    pub(super) fn keep(&mut self, thing: u64, value: i64) -> Option<i64> {
        self.0.as_mut()?.kept.insert(thing, value)
    }

    /// What is remembered of a thing.
    pub(super) fn kept(&self, thing: u64) -> Option<i64> {
        self.0.as_ref()?.kept.get(&thing).copied()
    }

    /// How often each has struck.
    pub(crate) fn marks(&self) -> DefectMarks {
        self.0.as_ref().map_or_else(DefectMarks::default, |switched| switched.marks)
    }
}

impl Switched {
    fn meets(&self, defect: Defect, thing: u64) -> bool {
        let [a, b, ..] = self.draws.words(Draw::Defect, mix(defect as u64, thing), 0);
        (u64::from(a) << 32 | u64::from(b)).is_multiple_of(defect.one_in())
    }
}

#[cfg(test)]
mod tests;
