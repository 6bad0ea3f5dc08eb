//! Owns what the hand-made judgements find beside their gates: mismatch, errors.

use super::*;

/// [orders, units, money].
pub(super) fn impact([orders, units, money]: [i64; 3]) -> Impact {
    Impact { orders: orders as u64, units: Qty(units), money: Money(money) }
}

/// The heat map: the better a SKU sells, the longer it is offered wrongly.
pub(super) fn mismatch(shares: [u32; 3], worst: Option<WorstWindow>) -> Mismatch {
    let ranks = [(1, 1, 61), (2, 5, 240), (6, 20, 702), (21, 100, 2_930), (101, 500, 8_420)];
    let bands = ranks.into_iter().chain([(501, 2_000, 14_660)]);
    let cell = |share: u32, skus: u32| MismatchCell {
        share: Some(Ppm(share)),
        sku_us: u64::from(skus) * 9_000 * u64::from(share),
    };
    let row = |share: u32| -> Vec<MismatchCell> {
        let skus = [1, 4, 15, 80, 400, 1_500];
        skus.iter()
            .enumerate()
            .map(|(i, &skus)| cell(share / [1, 2, 4, 11, 60, 700][i], skus))
            .collect()
    };
    Mismatch {
        bands: bands
            .map(|(from, until, units)| RankBand { from, until, units: Qty(units) })
            .collect(),
        channels: shares.map(row).into(),
        worst,
    }
}

/// What goes wrong behind a naive connector.
pub(super) fn errors() -> Vec<ErrorRow> {
    let row = |class, touched: [i64; 3], channel, owner: &str| ErrorRow {
        class,
        touched: impact(touched),
        most_on: Some(ChannelId(channel)),
        owner: owner.into(),
    };
    vec![
        row(ErrorClass::LateHandoff, [158, 171, 640_100], 1, "oms-team"),
        row(ErrorClass::AbandonedHandoff, [27, 29, 111_180], 1, "oms-team"),
        row(ErrorClass::MispricedOrder, [88, 97, 43_120], 2, "commerce-ops"),
        row(ErrorClass::DuplicateHandoff, [3, 4, 9_960], 1, "oms-team"),
    ]
}
