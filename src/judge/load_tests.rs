//! When the harness's own time makes what it measured worthless.

use super::super::testing::healthy;
use super::*;

/// At a speed at which an exchange outlasts the connector's work, or a stall its look, what is
/// seen is the harness's own doing; no gate's duration need be near.
#[test]
fn an_exchange_longer_than_the_work_it_belongs_to_is_too_coarse() {
    let coarse = |[works, looks]: [Option<Span>; 2], [exchange_us, stall_us]: [u64; 2]| {
        coarse([works, looks], [exchange_us, stall_us], [0, 0])
    };
    let (work, look) = (Some(Span(400_000)), Some(Span::from_secs(5)));
    assert!(!coarse([None, None], [500, 6_000]), "half a second and six, of 18");
    assert!(coarse([work, None], [500, 0]) && !coarse([work, None], [300, 6_000]));
    assert!(coarse([None, look], [0, 6_000]) && !coarse([None, look], [500, 4_000]));
}

/// A busy machine sends late, within the limit of wall time, and makes every worker as late.
#[test]
fn sends_later_than_the_work_they_ask_for_are_too_coarse() {
    let (work, none) = ([Some(Span(400_000)), None], [None, None]);
    assert!(coarse(work, [0, 0], [100, 900]) && !coarse(work, [0, 0], [100, 600]));
    assert!(coarse(none, [0, 0], [100, 19_000]), "19 s at 1000x, of 18");
    assert!(!coarse(none, [0, 0], [100, 17_000]));
}

fn coarse(
    [works, looks]: [Option<Span>; 2],
    [exchange_us, stall_us]: [u64; 2],
    late_us: [u64; 2],
) -> bool {
    let mut charter = healthy().charter;
    charter.speed_milli = 1_000_000;
    (charter.connectors[0].works, charter.connectors[0].looks) = (works, looks);
    let mut load = Load::new(&charter);
    for (op, late_us) in (1..).zip(late_us) {
        let at = Stamp { at: At(1 + late_us * 1_000), wall: 0 };
        let asked = (Call::PlaceOrder, Some(ChannelId(0)), Intent(op));
        load.sent(OpId(op), asked, At(1), at);
        load.answered(OpId(op), Outcome::Done, Stamp { wall: exchange_us, ..at });
    }
    load.stalled(Span(stall_us));
    load.honesty(&Harness::new(&charter), &charter).too_coarse
}
