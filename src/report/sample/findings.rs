//! Owns what the hand-made judgements find beside their gates: mismatch, errors, the
//! checklist.

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

fn check(topic: Topic, state: CheckState, because: Because) -> Check {
    Check { topic, state, because }
}

/// What a hardened connector shows of an operation; a second day was not played.
pub(super) fn all_passed() -> Vec<Check> {
    use CheckState::Pass;
    vec![
        check(
            Topic::ChannelVisibility,
            Pass,
            Because::Seen(ItemSeen::All { orders: 24_010, changes: 48_020 }),
        ),
        check(
            Topic::ReliabilityControls,
            Pass,
            Because::Retries(Retries::Held { again: 412, known: 57 }),
        ),
        check(
            Topic::ReconciliationCadence,
            Pass,
            Because::Books(Compared::Matched { days: 3, unmatched: 0, of: 24_010 }),
        ),
        check(Topic::OwnershipModel, Pass, Because::Owners(Owners::One { classes: 5, named: 1 })),
        check(
            Topic::ExpansionReadiness,
            Pass,
            Because::Room(Room::Enough { channels: 3, busy: Ppm(220_000) }),
        ),
    ]
}

/// … and a naive one.
pub(super) fn some_failed() -> Vec<Check> {
    let mut checks = all_passed();
    let compared = Compared::Unmatched {
        channel: ChannelId(1),
        day: 0,
        unmatched: 100,
        of: 7_206,
        limit: Ppm(3_000),
    };
    for (place, because) in [
        (1, Because::Retries(Retries::Duplicated { accepted: 0, created: 3, reserved: 0 })),
        (2, Because::Books(compared)),
        (4, Because::Room(Room::ChannelsFailed(vec![ChannelId(1)]))),
    ] {
        (checks[place].state, checks[place].because) = (CheckState::Fail, because);
    }
    checks
}

/// … when the record is cut.
pub(super) fn cut(mut checks: Vec<Check>) -> Vec<Check> {
    for check in checks.iter_mut().filter(|check| check.topic != Topic::OwnershipModel) {
        (check.state, check.because) = (CheckState::NotExercised, Because::Cut);
    }
    checks
}

/// A hero that sold fast while nobody knew, a SKU that sold slowly, and one on one channel alone.
pub(super) fn run_outs() -> Vec<RunOut> {
    let hero = RunOut {
        sku: SkuId(77),
        sold: Qty(61),
        at: at_min(26),
        milli_a_minute: 7_400,
        unknown_for: Some(Span::from_secs(163)),
        predicted_milli: Some([12_465, 20_103]),
        oversold: Qty(19),
        hold_back: Some(Qty(28)),
    };
    let slow = RunOut {
        sku: SkuId(3),
        sold: Qty(31),
        at: at_min(55),
        milli_a_minute: 400,
        predicted_milli: Some([674, 1_087]),
        oversold: Qty(0),
        hold_back: Some(Qty(3)),
        ..hero
    };
    let alone = RunOut { unknown_for: None, predicted_milli: None, hold_back: None, ..slow };
    vec![hero, slow, RunOut { sku: SkuId(901), sold: Qty(9), ..alone }]
}
