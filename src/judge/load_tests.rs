//! When the harness's own time makes what it measured worthless, and how long calls took.

use super::super::judgement::{Coarse, Percentiles, TookTooLong};
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

/// What is told is what went furthest beyond, and the speed at which it would not have.
#[test]
fn a_clock_that_was_too_fast_says_what_took_too_long() {
    let work = [Some(Span(400_000)), Some(Span::from_secs(5))];
    let of = |exchange_us, stall_us, late_us| seen(work, [exchange_us, stall_us], late_us);
    let told = |what, took, speed| Some(Coarse { what, took: Span(took), speed_milli_max: speed });
    assert_eq!(of(500, 0, [0, 0]), told(TookTooLong::Exchanges, 500, Some(800_000)));
    assert_eq!(of(500, 20_000, [0, 0]), told(TookTooLong::Stall, 20_000, Some(250_000)));
    assert_eq!(of(0, 0, [600, 1_000]), told(TookTooLong::Sends, 800, Some(500_000)));
    assert_eq!(of(300, 4_000, [100, 600]), None);
    // At the speed that is said it is just not too long, and a thousandth above it is.
    for (speed_milli, coarse) in [(500_000, false), (502_000, true)] {
        assert_eq!(at(speed_milli, work, [0, 0], [600, 1_000]).is_some(), coarse);
    }
}

fn coarse(connector: [Option<Span>; 2], took_us: [u64; 2], late_us: [u64; 2]) -> bool {
    seen(connector, took_us, late_us).is_some()
}

fn seen(connector: [Option<Span>; 2], took_us: [u64; 2], late_us: [u64; 2]) -> Option<Coarse> {
    at(1_000_000, connector, took_us, late_us)
}

fn at(
    speed_milli: u64,
    [works, looks]: [Option<Span>; 2],
    [exchange_us, stall_us]: [u64; 2],
    late_us: [u64; 2],
) -> Option<Coarse> {
    let mut charter = healthy().charter;
    charter.speed_milli = speed_milli;
    (charter.connectors[0].works, charter.connectors[0].looks) = (works, looks);
    let mut load = Load::new(&charter);
    for (op, late_us) in (1..).zip(late_us) {
        let at = Stamp { at: At(1 + late_us * speed_milli / 1_000), wall: 0 };
        let asked = (Call::PlaceOrder, Some(ChannelId(0)), Intent(op));
        load.sent(OpId(op), asked, At(1), at);
        load.answered(OpId(op), Outcome::Done, Stamp { wall: exchange_us, ..at });
    }
    load.stalled(Span(stall_us));
    let honesty = load.honesty(&Harness::new(&charter), &charter);
    assert_eq!(honesty.too_coarse, honesty.coarse.is_some());
    honesty.coarse
}

/// What a fault keeps waiting is no doing of the clock's; where nothing else was seen, it is all
/// there is.
#[test]
fn exchanges_that_a_fault_keeps_waiting_do_not_count() {
    let coarse = |calm: bool| {
        let mut charter = healthy().charter;
        (charter.speed_milli, charter.connectors[0].works) = (1_000_000, Some(Span(400_000)));
        let mut load = Load::new(&charter);
        let call = |op, sent, back, load: &mut Load| {
            let at = Stamp { at: At(1), wall: sent };
            load.sent(OpId(op), (Call::PlaceOrder, Some(ChannelId(0)), Intent(op)), At(1), at);
            load.answered(OpId(op), Outcome::Done, Stamp { wall: back, ..at });
        };
        let turned = |in_force, wall, load: &mut Load| {
            let what = What::Fault { fault: crate::ids::FaultId(0), in_force };
            load.disturbed(&Fact { seq: 1, at: At(1), wall, what });
        };
        if calm {
            call(1, 0, 100, &mut load);
        }
        turned(true, 1_000, &mut load);
        call(2, 1_100, 90_000, &mut load);
        call(3, 1_200, 90_000, &mut load);
        turned(false, 95_000, &mut load);
        load.honesty(&Harness::new(&charter), &charter).too_coarse
    };
    assert!(!coarse(true) && coarse(false));
}

/// By kind and channel, from the actual send and from the intended one.
#[test]
fn the_latency_of_a_call_counts_those_that_nobody_answered() {
    let mut load = Load::new(&healthy().charter);
    let stamp = |s: u64| Stamp { at: At(s * 1_000_000), wall: 0 };
    let mut send = |op, channel| {
        let asked = (Call::PlaceOrder, Some(ChannelId(channel)), Intent(op));
        load.sent(OpId(op), asked, At(1_000_000), stamp(2));
    };
    send(0, 0);
    send(1, 0);
    send(2, 1);
    load.answered(OpId(0), Outcome::Done, stamp(5));
    let [first, second] = &load.latency()[..] else { panic!("{:?}", load.latency()) };
    assert_eq!((first.call, first.channel), (Call::PlaceOrder, Some(ChannelId(0))));
    let told = |of: &Percentiles| (of.count, of.p50, of.p99);
    assert_eq!(told(&first.service), (2, Some(Span::from_secs(3)), None));
    assert_eq!(told(&first.response), (2, Some(Span::from_secs(4)), None));
    assert_eq!((second.channel, told(&second.service)), (Some(ChannelId(1)), (1, None, None)));
}
