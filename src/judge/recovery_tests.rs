//! Recovery by windows that are written down: what is out of band, since when, and until when.

use super::judgement::{
    Disturbance, InjectedFault, Noticed, NoticedBy, Percentiles, Recovered, Series, Spell, Window,
};
use super::recovery::{Told, of};
use super::testing::charter;
use super::windows::Beside;
use crate::history::charter::FaultPlanned;
use crate::ids::{AlertId, ChannelId, FaultId};
use crate::units::{At, Ppm, Qty, Span};

mod ends;

const MINUTES: u64 = 60;

fn minute(minute: u64) -> At {
    At::START + Span::from_mins(minute)
}

/// A minute in which thirty changes showed within ten seconds and thirty orders were handed off.
fn healthy() -> Window {
    let lag = Some(Span::from_secs(10));
    Window {
        offered: 30,
        due: 30,
        handed_off: 30,
        sync_lag: Percentiles { count: 30, p50: lag, p95: lag, p99: lag, max: lag },
        ..Window::default()
    }
}

/// An hour of two channels, minute by minute; `change` says what one minute of the first came to.
fn hour(change: impl Fn(u64, &mut Window)) -> Series {
    let first = (0..MINUTES).map(|at| {
        let mut window = healthy();
        change(at, &mut window);
        window
    });
    let first: Vec<Window> = first.collect();
    let other = vec![healthy(); MINUTES as usize];
    Series { width: Span::from_mins(1), run: first.clone(), channels: vec![first, other] }
}

fn late(window: &mut Window) {
    window.sync_lag.p95 = Some(Span::from_mins(15));
}

/// What came of faults in force from and until these minutes.
fn followed(spells: &[(u64, u64)], series: &Series) -> Vec<Disturbance> {
    let mut terms = charter(4);
    let fault = |(from, until): &(u64, u64)| InjectedFault {
        spells: vec![Spell { from: minute(*from), until: Some(minute(*until)) }],
        hits: 1,
    };
    let planned =
        FaultPlanned { name: "f".into(), does: String::new(), spells: vec![], at: vec![] };
    terms.faults = vec![planned; spells.len()];
    let injected: Vec<InjectedFault> = spells.iter().map(fault).collect();
    of(&terms, &injected, (series, &Told::default()), minute(MINUTES))
}

fn one(series: &Series) -> Disturbance {
    followed(&[(20, 25)], series).remove(0)
}

#[test]
fn what_was_out_of_band_is_in_band_again_once_it_stays() {
    let seen = one(&hour(|at, window| {
        if (22..31).contains(&at) {
            late(window);
        }
    }));
    assert_eq!((seen.impact, seen.recovered), (Some(minute(22)), Recovered::At(minute(31))));
    assert_eq!((seen.out, seen.worst_lag), (vec![ChannelId(0)], Span::from_mins(15)));
}

#[test]
fn a_relapse_within_the_hold_begins_it_anew() {
    let relapses = |again: u64| {
        one(&hour(|at, window| {
            if (22..27).contains(&at) || at == again {
                late(window);
            }
        }))
        .recovered
    };
    assert_eq!(relapses(29), Recovered::At(minute(30)));
    assert_eq!(relapses(30), Recovered::At(minute(27)), "three minutes had been in band");
}

#[test]
fn what_never_comes_back_is_told_by_when_it_had_not() {
    let seen = one(&hour(|at, window| {
        if at >= 23 {
            window.handed_off = 10;
        }
    }));
    assert_eq!(seen.recovered, Recovered::NotBy(minute(MINUTES)));
    assert_eq!(seen.unhanded, 20 * (MINUTES - 23));
}

#[test]
fn a_fault_that_does_nothing_leaves_all_in_band() {
    let seen = one(&hour(|_, _| ()));
    assert_eq!((seen.impact, seen.recovered), (None, Recovered::NeverOut));
    // What goes wrong a quarter of an hour after its end is another's doing.
    let seen = one(&hour(|at, window| {
        if at >= 40 {
            late(window);
        }
    }));
    assert_eq!((seen.impact, seen.recovered), (None, Recovered::NeverOut));
}

#[test]
fn minutes_that_tell_nothing_neither_break_nor_extend_it() {
    let few = |window: &mut Window| {
        (window.sync_lag.count, window.due, window.handed_off) = (3, 3, 3);
        late(window);
    };
    let seen = one(&hour(|at, window| match at {
        22..25 => late(window),
        25..35 => few(window),
        _ => {}
    }));
    assert_eq!(seen.recovered, Recovered::At(minute(25)));
    let sparse = one(&hour(|at, window| {
        if at >= 20 {
            (window.due, window.handed_off) = (3, 0);
        }
    }));
    assert_eq!((sparse.impact, sparse.recovered), (Some(minute(20)), Recovered::NotBy(minute(60))));
    assert_eq!((sparse.out, sparse.unhanded), (vec![ChannelId(0)], 3 * 40));
    let mut quiet = hour(|at, window| {
        if at >= 20 {
            (window.sync_lag.count, window.due, window.handed_off) = (1, 1, 1);
        }
    });
    quiet.channels[1] = quiet.channels[0].clone();
    assert_eq!(one(&quiet).recovered, Recovered::Unknown);
}

/// Alerts on completed changes fall silent after one that is lost; its age does not.
#[test]
fn one_lost_update_is_out_of_band_until_it_shows() {
    let lost = |until| {
        hour(move |at, window| {
            if (21..until).contains(&at) {
                window.oldest_unshown = Span::from_mins(at - 20);
                window.sync_lag.count = 1;
            }
        })
    };
    // Since it was made, also while it was young: a recovery in between would have been none.
    let seen = followed(&[(20, 40)], &lost(45)).remove(0);
    assert_eq!((seen.impact, seen.recovered), (Some(minute(21)), Recovered::At(minute(45))));
    let seen = followed(&[(20, 22)], &lost(45)).remove(0);
    assert_eq!((seen.impact, seen.recovered), (Some(minute(21)), Recovered::At(minute(45))));
    let seen = followed(&[(20, 40)], &lost(MINUTES)).remove(0);
    assert_eq!(seen.recovered, Recovered::NotBy(minute(MINUTES)));
}

#[test]
fn what_overlaps_is_one_and_the_next_ends_the_wait() {
    let series = hour(|at, window| {
        if at >= 21 {
            late(window);
        }
    });
    let close = followed(&[(20, 21), (23, 24), (26, 27)], &series);
    assert_eq!(
        (close.len(), close[0].until),
        (1, minute(27)),
        "none could be over before the next"
    );
    let [first, second] = &followed(&[(20, 25), (24, 28), (40, 41)], &series)[..] else { panic!() };
    assert_eq!((first.from, first.until), (minute(20), minute(28)));
    assert_eq!(first.faults, [FaultId(0), FaultId(1)]);
    assert_eq!(first.recovered, Recovered::NotBy(minute(40)));
    assert_eq!(
        (second.faults.clone(), second.recovered),
        (vec![FaultId(2)], Recovered::NotBy(minute(60)))
    );
}

#[test]
fn more_jobs_and_more_oversold_than_usual_are_no_recovery() {
    let waiting = |usual: u32, then: u32| {
        one(&hour(|at, window| {
            window.queue_depth = if (21..30).contains(&at) { then } else { usual };
        }))
    };
    assert_eq!(waiting(5, 24).impact, None, "chance");
    let seen = waiting(5, 26);
    assert_eq!((seen.impact, seen.recovered), (Some(minute(21)), Recovered::At(minute(30))));
    assert_eq!((seen.backlog, seen.out.len()), (26, 0));
    let oversold = one(&hour(|at, window| {
        window.oversold = Qty(if (21..23).contains(&at) { 6 } else { 0 });
    }));
    assert_eq!((oversold.impact, oversold.oversold), (Some(minute(21)), Qty(12)));
    assert_eq!(oversold.recovered, Recovered::At(minute(25)), "not before the fault has ended");
}

#[test]
fn narrow_windows_are_put_together_to_minutes() {
    let minutes = hour(|at, window| {
        if (22..31).contains(&at) {
            late(window);
        }
    });
    let halves = |windows: &Vec<Window>| {
        let half = |window: &Window| {
            let mut half = window.clone();
            half.sync_lag.count /= 2;
            (half.due, half.handed_off, half.offered) = (15, 15, 15);
            half
        };
        windows.iter().flat_map(|window| [half(window), half(window)]).collect::<Vec<_>>()
    };
    let fine = Series {
        width: Span::from_secs(30),
        run: halves(&minutes.run),
        channels: minutes.channels.iter().map(halves).collect(),
    };
    assert_eq!(one(&fine), one(&minutes));
}

/// A record from anywhere may say anything of queues and of how often a connector looks.
#[test]
fn numbers_without_measure_are_borne() {
    let series = hour(|at, window| window.queue_depth = if at < 25 { u32::MAX } else { 1 });
    assert_eq!(one(&series).backlog, u32::MAX);
    let mut terms = charter(4);
    terms.faults =
        vec![FaultPlanned { name: "f".into(), does: String::new(), spells: vec![], at: vec![] }];
    terms.connectors[0].looks = Some(Span(u64::MAX));
    let spells = vec![Spell { from: minute(20), until: Some(minute(25)) }];
    let seen =
        of(&terms, &[InjectedFault { spells, hits: 1 }], (&series, &Told::default()), minute(60));
    assert_eq!(seen[0].recovered, Recovered::NeverOut);
}

#[test]
fn what_met_nothing_disturbed_nothing() {
    let mut terms = charter(4);
    terms.faults =
        vec![FaultPlanned { name: "f".into(), does: String::new(), spells: vec![], at: vec![] }];
    let spells = vec![Spell { from: minute(20), until: Some(minute(25)) }];
    let series = hour(|_, window| late(window));
    let told = |hits| {
        of(
            &terms,
            &[InjectedFault { spells: spells.clone(), hits }],
            (&series, &Told::default()),
            minute(60),
        )
    };
    assert_eq!((told(0).len(), told(1).len()), (0, 1));
}

#[test]
fn nothing_recovers_before_its_fault_has_ended() {
    let seen = one(&hour(|at, window| {
        if at == 21 {
            late(window);
        }
    }));
    assert_eq!((seen.impact, seen.recovered), (Some(minute(21)), Recovered::At(minute(25))));
}

#[test]
fn shoppers_sent_away_put_a_channel_out_of_band() {
    let away = |many: u64| {
        one(&hour(|at, window| {
            if (20..25).contains(&at) {
                window.refused = many;
            }
        }))
    };
    let seen = away(3);
    assert_eq!((seen.impact, seen.recovered), (Some(minute(20)), Recovered::At(minute(25))));
    assert_eq!((seen.out, seen.turned_away), (vec![ChannelId(0)], 15));
    assert_eq!(away(2).recovered, Recovered::NeverOut, "chance");
}

#[test]
fn in_band_and_too_few_is_not_known_and_no_failure() {
    let mut series = hour(|at, window| match at {
        20..25 => late(window),
        25.. => (window.sync_lag.count, window.due, window.handed_off) = (0, 0, 0),
        _ => {}
    });
    series.channels[1] = series.channels[0].clone();
    assert_eq!(one(&series).recovered, Recovered::Unknown);
}

#[test]
fn the_backlog_is_told_with_its_area_and_how_long_it_would_and_did_take() {
    let seen = one(&hour(|at, window| {
        (window.queue_depth, window.busy) = match at {
            21..25 => (100 * (at - 20) as u32, Ppm(900_000)),
            25..30 => (400 - 80 * (at - 25) as u32, Ppm(1_000_000)),
            _ => (4, Ppm(500_000)),
        };
    }));
    assert_eq!((seen.backlog, seen.backlog_usual), (400, Some(4)));
    assert_eq!(seen.drained, Some(minute(30)));
    let jobs = 4 + 100 + 200 + 300 + 400 + 400 + 320 + 240 + 160 + 80;
    assert_eq!(seen.backlog_area, jobs * 60_000_000);
    assert_eq!(seen.drains_in, None, "nobody says how much was worked");
    let mut terms = charter(4);
    terms.faults = vec![planned(vec![])];
    let spells = vec![Spell { from: minute(20), until: Some(minute(25)) }];
    let series = hour(|at, window| {
        (window.queue_depth, window.busy) = match at {
            20..25 => (600, Ppm::ONE),
            _ => (4, Ppm(500_000)),
        };
    });
    // 60 attempts a minute at half of the workers: 60 a minute to spare.
    let beside = vec![Beside { attempts: 60, ..Beside::default() }; 60];
    let told = Told { beside, ..Told::default() };
    let seen = of(&terms, &[InjectedFault { spells, hits: 1 }], (&series, &told), minute(60));
    assert_eq!(seen[0].drains_in, Some(Span::from_mins(10)));
}

fn planned(at: Vec<ChannelId>) -> FaultPlanned {
    FaultPlanned { name: "f".into(), does: String::new(), spells: vec![], at }
}

#[test]
fn who_was_hurt_and_not_aimed_at_is_collateral() {
    let mut series = hour(|at, window| {
        if (20..25).contains(&at) {
            late(window);
        }
    });
    series.channels[1] = series.channels[0].clone();
    let collateral = |at: Vec<ChannelId>| {
        let mut terms = charter(4);
        terms.faults = vec![planned(at)];
        let spells = vec![Spell { from: minute(20), until: Some(minute(25)) }];
        let injected = [InjectedFault { spells, hits: 1 }];
        of(&terms, &injected, (&series, &Told::default()), minute(60)).remove(0).collateral
    };
    assert_eq!(collateral(vec![ChannelId(0)]), [ChannelId(1)]);
    assert_eq!(collateral(vec![ChannelId(0), ChannelId(1)]), []);
    assert_eq!(collateral(vec![]), [], "aimed at what serves both");
}

#[test]
fn the_first_alert_and_act_after_its_beginning_are_its_own() {
    let mut terms = charter(4);
    terms.faults = vec![planned(vec![]); 2];
    let fault = |from, until| InjectedFault {
        spells: vec![Spell { from: minute(from), until: Some(minute(until)) }],
        hits: 1,
    };
    let noticed = |at: u64, by: NoticedBy| Noticed { at: minute(at), by };
    let fired = |at: u64| noticed(at, NoticedBy::Alert(AlertId(at as u16)));
    let step = noticed(39, NoticedBy::Step("wake it".into()));
    let noticed = [[19, 22, 45].map(fired).to_vec(), vec![step.clone()]];
    let told = Told { noticed, ..Told::default() };
    let seen = of(&terms, &[fault(20, 25), fault(40, 44)], (&hour(|_, _| ()), &told), minute(60));
    let marks: Vec<_> = seen.iter().map(|one| (one.detected.clone(), one.acted.clone())).collect();
    assert_eq!(marks, [(Some(fired(22)), Some(step)), (Some(fired(45)), None)]);
}

/// What became due so late that it may still come makes no stretch the last that was out.
#[test]
fn what_has_not_matured_is_not_the_last_that_was_out() {
    let series = hour(|at, window| {
        if at >= 22 {
            window.handed_off = 10;
        }
    });
    let last = |matured: Option<At>| {
        let mut terms = charter(4);
        terms.faults = vec![planned(vec![])];
        let spells = vec![Spell { from: minute(20), until: Some(minute(25)) }];
        let told = Told { matured, ..Told::default() };
        of(&terms, &[InjectedFault { spells, hits: 1 }], (&series, &told), minute(60))[0].last_out
    };
    assert_eq!(last(None), Some(minute(59)));
    assert_eq!(last(Some(minute(45))), Some(minute(44)));
    assert_eq!(last(Some(minute(10))), None);
}
