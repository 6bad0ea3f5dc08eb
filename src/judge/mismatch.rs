//! Owns the heat map of mismatch: for how long each channel offered more than there was, by how
//! well the SKUs sell. Must not know why (`supply::causes`).

use super::judgement::{Mismatch, MismatchCell, RankBand, Series, WorstWindow};
use super::supply::Supplies;
use crate::ids::{ChannelId, SkuId};
use crate::units::{At, Ppm, Qty};

/// Last rank of each band but the rest.
const BANDS: [usize; 5] = [1, 5, 20, 100, 500];

/// The heat map of so many channels when observation ends at `end`; the worst window is still to
/// be told.
pub(super) fn of(supplies: &Supplies, channels: usize, end: At) -> Mismatch {
    let ranked = supplies.ranked();
    let mut mismatch = Mismatch { channels: vec![Vec::new(); channels], ..Mismatch::default() };
    let mut from = 0;
    for until in BANDS.into_iter().chain([usize::MAX]).map(|until| until.min(ranked.len())) {
        if until <= from {
            break;
        }
        let band = &ranked[from..until];
        mismatch.bands.push(RankBand {
            from: from as u32 + 1,
            until: until as u32,
            units: band.iter().map(|&(_, sold)| sold).sum(),
        });
        for (i, cells) in mismatch.channels.iter_mut().enumerate() {
            cells.push(cell(supplies, ChannelId(i as u16), band, end));
        }
        from = until;
    }
    mismatch
}

fn cell(supplies: &Supplies, channel: ChannelId, band: &[(SkuId, Qty)], end: At) -> MismatchCell {
    let times = band.iter().filter_map(|&(sku, _)| supplies.offer_time(channel, sku, end));
    let (offered, mismatched) = times.fold((0_u64, 0_u64), |(offered, mismatched), time| {
        (offered.saturating_add(time.offered_us), mismatched.saturating_add(time.mismatched_us))
    });
    let share = (offered > 0).then(|| Ppm::of(mismatched, offered));
    MismatchCell { share, sku_us: mismatched }
}

/// How many SKUs that sold are offered: over all channels, then on each.
pub(super) fn sold(supplies: &Supplies, channels: usize, end: At) -> Vec<u64> {
    let ranked = supplies.ranked();
    let sold = || ranked.iter().take_while(|(_, sold)| *sold > Qty::ZERO);
    let on = |i: usize| {
        let channel = ChannelId(i as u16);
        sold().filter(|(sku, _)| supplies.offer_time(channel, *sku, end).is_some()).count() as u64
    };
    let by_channel: Vec<u64> = (0..channels).map(on).collect();
    std::iter::once(by_channel.iter().sum()).chain(by_channel.iter().copied()).collect()
}

/// The window in which most was mismatched; the first of equals, none when nothing was.
pub(super) fn worst(series: &Series) -> Option<WorstWindow> {
    let windows = series.run.iter().enumerate();
    let shares = windows.filter_map(|(i, window)| window.mismatch.map(|share| (i, share)));
    let (i, share) = shares.max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))?;
    (share > Ppm::ZERO).then(|| WorstWindow { from: At(series.width.0 * i as u64), share })
}
