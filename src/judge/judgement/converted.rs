//! Owns what is found of channels that convert prices: what they took, and by which mistakes wrong
//! prices and books may have come about. Must not know how it is found.

use super::Impact;
use crate::history::charter::Tariff;
use crate::ids::ChannelId;
use crate::units::Money;

/// A channel that converts prices: what it took, and where its money went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The channel.
    pub channel: ChannelId,
    /// How its prices come of the source's.
    pub tariff: Tariff,
    /// Money of accepted orders, in its own currency.
    pub own: Money,
    /// Orders charged a wrong price, by the gravest mistake on them.
    pub mischarged: Vec<(Mischarge, u64)>,
    /// Orders that the OMS holds with nothing but rounding between its books and the channel's;
    /// their money is what that comes to.
    pub rounded: Impact,
}

/// By which mistake a wrong price may have come about; the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mischarge {
    /// It is a step of the channel's prices from the right one, or less.
    Rounding,
    /// It is another price of the source's, converted rightly: an old one, or one set ahead.
    AnotherPrice,
    /// The currency is right and the tax basis is not.
    TaxBasis,
    /// The number was taken over as it is.
    Currency,
    /// None of these.
    Unexplained,
}

impl Mischarge {
    /// Every mistake, in the order of their places.
    pub const ALL: [Mischarge; 5] = [
        Mischarge::Rounding,
        Mischarge::AnotherPrice,
        Mischarge::TaxBasis,
        Mischarge::Currency,
        Mischarge::Unexplained,
    ];
}
