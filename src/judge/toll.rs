//! Owns what went wrong with a channel's orders at the sale itself, as counted. Must not know how
//! it was found (`acceptance`), nor limits.

use super::judgement::Impact;
use super::minutes::Minutes;

/// What went wrong with a channel's orders at the sale itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Toll {
    /// Oversold because the channel had not been told in time.
    pub(super) by_sync_lag: Impact,
    /// Charged a price that was not valid.
    pub(super) mispriced: Impact,
    /// Orders with a SKU of which the record does not know the source's stock or the channel's
    /// offer, the supply, a price.
    pub(super) unknown: [u64; 3],
    /// Turned away for stock, and the source's stock or the channel's offer is not known.
    pub(super) refused_unseen: u64,
    /// Sold more of a SKU than the channel offered, by its own word, or turned away for want of
    /// what it did offer.
    pub(super) unoffered: u64,
    /// Orders of which some price is known, …
    pub(super) of_known_price: u64,
    /// … and by minute those mispriced.
    pub(super) mispriced_in: Minutes,
    /// Turned away because a published listing was not on sale yet.
    pub(super) unlisted: Impact,
}
