//! Lag, settled, reopened, censored and counted.

use super::*;
use crate::judge::testing::{charter, secs};

const J: ChannelId = ChannelId(0);
const SKU: SkuId = SkuId(0);

fn book() -> LagBook {
    let limits = [180, 720, 360].map(Span::from_secs);
    LagBook::new(&charter(4), limits)
}

fn change(version: u64, s: u64) -> Change {
    Change {
        version: Version(version),
        start: secs(s),
        sold: At::NEVER,
        seq: version,
        promotion: 0,
    }
}

fn change_at(book: &mut LagBook, version: u64, s: u64) {
    book.changed(J, SKU, change(version, s), secs(s));
}

fn show(book: &mut LagBook, version: u64, s: u64) -> Look {
    book.shown(J, SKU, Version(version), secs(s), None)
}

/// (samples, late [healthy, watch, third] definite, possible) when observation ends at `s`.
fn closed(book: &LagBook, s: u64, quiet: bool) -> (u64, [u64; 3], [u64; 3]) {
    let tally = &book.closed(secs(s), quiet, |_| {})[0];
    (tally.samples, tally.late.map(|c| c.definite), tally.late.map(|c| c.possible))
}

#[test]
fn a_newer_version_settles_the_older_ones() {
    let mut book = book();
    change_at(&mut book, 1, 0);
    change_at(&mut book, 2, 100);
    show(&mut book, 2, 200);
    assert_eq!(closed(&book, 210, true), (2, [1, 0, 0], [1, 0, 0]));
}

#[test]
fn exactly_at_the_limit_is_not_later() {
    let mut book = book();
    change_at(&mut book, 1, 0);
    show(&mut book, 1, 180);
    assert_eq!(closed(&book, 200, true).1, [0, 0, 0]);
}

#[test]
fn what_was_seen_by_looking_lies_between_two_looks() {
    let mut book = book();
    change_at(&mut book, 1, 0);
    book.shown(J, SKU, Version(1), secs(200), Some(secs(100)));
    assert_eq!(closed(&book, 200, true), (1, [0, 0, 0], [1, 0, 0]));
}

#[test]
fn what_is_never_shown_is_as_late_as_anybody_looked_and_for_ever_at_quiet() {
    let mut book = book();
    change_at(&mut book, 1, 0);
    assert_eq!(closed(&book, 200, false), (1, [1, 0, 0], [1, 1, 1]));
    assert_eq!(closed(&book, 200, true), (1, [1, 1, 1], [1, 1, 1]));
    let tally = &book.closed(secs(200), true, |_| {})[0];
    assert_eq!(tally.high().quantile(950_000), None);
}

#[test]
fn a_contradiction_within_the_flap_reopens() {
    let mut book = book();
    show(&mut book, 0, 0);
    change_at(&mut book, 1, 10);
    assert_eq!(show(&mut book, 1, 20), Look::Forward);
    assert_eq!(show(&mut book, 0, 100), Look::Reopened);
    show(&mut book, 1, 210);
    assert_eq!(closed(&book, 400, true), (1, [1, 0, 0], [1, 0, 0]), "the lag is 200 s");
}

#[test]
fn a_contradiction_after_the_flap_is_a_regression_and_changes_no_lag() {
    let mut book = book();
    show(&mut book, 0, 0);
    change_at(&mut book, 1, 10);
    show(&mut book, 1, 20);
    assert_eq!(show(&mut book, 0, 141), Look::Regression);
    assert_eq!(closed(&book, 2_000, true), (1, [0, 0, 0], [0, 0, 0]));
}

/// A channel that counts for itself shows versions that nobody has issued.
#[test]
fn a_version_seen_before_it_was_issued_shows_nothing() {
    let mut book = book();
    show(&mut book, 1_000, 5);
    change_at(&mut book, 3, 6);
    assert_eq!(closed(&book, 2_000, true), (1, [1, 1, 1], [1, 1, 1]));
    assert_eq!(show(&mut book, 3, 16), Look::Forward);
    assert_eq!(closed(&book, 2_000, true), (1, [0, 0, 0], [0, 0, 0]));
}

#[test]
fn a_price_not_yet_due_waits_unless_it_is_charged_early() {
    let mut book = book();
    book.changed(J, SKU, change(1, 100), secs(0));
    book.changed(J, SKU, change(2, 900), secs(0));
    show(&mut book, 2, 50);
    assert_eq!(closed(&book, 60, true), (1, [0, 0, 0], [0, 0, 0]), "2 is early, 1 not due");
    assert_eq!(closed(&book, 150, true).0, 2, "1 was due and is not there");
}

#[test]
fn the_oldest_unshown_change_is_known_at_any_time() {
    let mut book = book();
    change_at(&mut book, 1, 10);
    book.changed(J, SkuId(1), change(1, 20), secs(20));
    assert_eq!(book.oldest_unshown(J), Some(secs(10)));
    show(&mut book, 1, 30);
    assert_eq!((book.peek_oldest(J), book.oldest_unshown(J)), (Some(secs(20)), Some(secs(20))));
    book.shown(J, SkuId(1), Version(1), secs(40), None);
    assert_eq!(book.oldest_unshown(J), None);
}

#[test]
fn a_channel_that_shows_nothing_costs_bounded_memory_and_every_change_counts() {
    let mut book = book();
    for i in 0..50_000_u64 {
        change_at(&mut book, i + 1, i);
    }
    assert!(book.tracks[0].waiting.len() <= WAITING_HARD_MAX);
    let (samples, definite, possible) = closed(&book, 60_000, true);
    assert_eq!((samples, possible), (50_000, [50_000; 3]));
    assert!(definite[0] == 50_000 && definite[1] > 49_000);
}
