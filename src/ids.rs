//! Owns the names of things as small integers, so that a history is dense and order is total.
//! Must not know what the things do; readable names live in the charter.

use serde::{Deserialize, Serialize};

/// The longest readable name: pages and pictures are laid out by them.
pub const NAME_CHARS_MAX: usize = 256;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The position in a dense table.
            pub fn index(self) -> usize { self.0 as usize }
        }
    };
}

id! {
    /// A sales channel, by its place in the charter.
    ChannelId(u16)
}
id! {
    /// A location at which stock lies, by its place in the charter.
    LocationId(u8)
}
id! {
    /// A stock-keeping unit, by its place in the catalogue.
    SkuId(u32)
}
id! {
    /// A connector, by its place in the charter.
    ConnectorId(u16)
}
id! {
    /// What a shopper or merchant wanted, by arrival: retries and resubmissions share it.
    Intent(u64)
}
id! {
    /// A shopper, pseudonymous.
    Buyer(u64)
}
id! {
    /// One call over the wire or its model; each attempt is a call of its own.
    OpId(u64)
}
id! {
    /// The version that the source of record gave a stock level, price or listing; grows per SKU.
    Version(u64)
}

impl Version {
    /// Whether nothing has changed since the first.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
    pub(crate) fn is_first(&self) -> bool {
        self.0 == 0
    }
}

id! {
    /// An order record in the OMS: two of them for one channel order are a duplicate.
    OmsOrder(u64)
}
id! {
    /// A fault injected on purpose, by its place in the charter.
    FaultId(u16)
}
id! {
    /// A rule that raises an alert, by its place in the charter.
    AlertId(u16)
}

/// An order as its channel knows it: the channel's own running number, dense from 0.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct OrderId {
    /// The channel that accepted it.
    pub channel: ChannelId,
    /// The channel's running number.
    pub number: u64,
}
