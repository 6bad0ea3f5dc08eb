//! Owns the line that says how a run stands: what is in it, and what gives way where it is narrow.
//! Must not know terminals.

use std::time::Duration;

use crate::judge::{Glance, UnderWay};
use crate::report::words::number;
use crate::units::{At, Span};

/// How a run stands.
pub(super) struct View<'a> {
    /// Campaign time.
    pub(super) at: At,
    /// When traffic ends.
    pub(super) ends: At,
    pub(super) stage: Stage<'a>,
    /// Calls offered and answered a second, in a live run.
    pub(super) rates: Option<(f64, f64)>,
    pub(super) left: Left,
    pub(super) glance: &'a Glance,
    /// Alerts that fire, by name.
    pub(super) firing: &'a [String],
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage<'a> {
    /// Selling, in this phase.
    Selling(&'a str),
    /// Waiting for what is under way.
    Draining(UnderWay),
    /// The same, because somebody asked to stop.
    Stopping(UnderWay),
}

/// How long it may still take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// So much of the reader's time.
    Wall(Duration),
    /// Nobody knows; not beyond this campaign time.
    Until(At),
}

/// A piece of the line; the higher its rank, the sooner it gives way.
struct Piece {
    rank: u8,
    text: String,
}

fn piece(rank: u8, text: impl Into<String>) -> Piece {
    Piece { rank, text: text.into() }
}

/// The line, at most `columns` wide as far as its first piece fits.
pub(super) fn line(view: &View, columns: usize) -> String {
    let long = pieces(view, Words::Long);
    let mut pieces = if width(&long) <= columns { long } else { pieces(view, Words::Short) };
    while pieces.len() > 1 && width(&pieces) > columns {
        let ranks = pieces.iter().enumerate().map(|(place, piece)| (piece.rank, place));
        let (_, least) = ranks.max().expect("more than one piece");
        pieces.remove(least);
    }
    let texts: Vec<String> = pieces.into_iter().map(|piece| piece.text).collect();
    texts.join(" · ")
}

fn width(pieces: &[Piece]) -> usize {
    let separators = 3 * pieces.len().saturating_sub(1);
    pieces.iter().map(|piece| piece.text.chars().count()).sum::<usize>() + separators
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Long,
    Short,
}

fn pieces(view: &View, words: Words) -> Vec<Piece> {
    let mut pieces = match view.stage {
        Stage::Selling(phase) => selling(view, phase, words),
        Stage::Draining(under_way) => {
            vec![
                piece(0, format!("draining: {}", waits_for(&under_way, words))),
                at_most(view.left),
            ]
        }
        Stage::Stopping(under_way) => vec![
            piece(0, format!("stopping: {}", waits_for(&under_way, words))),
            at_most(view.left),
            piece(1, "Ctrl-C leaves at once"),
        ],
    };
    if !view.firing.is_empty() {
        let named = match words {
            Words::Long => view.firing.join(", "),
            Words::Short => view.firing.len().to_string(),
        };
        pieces.push(piece(2, format!("alert: {named}")));
    }
    pieces.push(piece(3, format!("oversold {}", view.glance.oversold.0)));
    pieces.push(piece(2, view.glance.word()));
    pieces
}

fn selling(view: &View, phase: &str, words: Words) -> Vec<Piece> {
    let at = format!("{phase} {} of {}", number::clock(view.at.0), number::clock(view.ends.0));
    let mut pieces = vec![piece(0, at)];
    if let Left::Wall(left) = view.left {
        pieces.push(piece(1, format!("{} left", wall(left))));
    }
    if let Some((offered, answered)) = view.rates {
        pieces.push(piece(5, format!("offered {offered:.0}/s, answered {answered:.0}/s")));
    }
    // Tenths of a second: the digits behind them would only flicker.
    let lag = Span(view.glance.sync_lag.0 / 100_000 * 100_000);
    let named = if words == Words::Long { "sync lag" } else { "lag" };
    pieces.push(piece(4, format!("{named} {lag}")));
    pieces
}

fn at_most(left: Left) -> Piece {
    match left {
        Left::Wall(left) => piece(1, format!("at most {} left", wall(left))),
        Left::Until(at) => piece(1, format!("until {} at most", number::clock(at.0))),
    }
}

/// What is under way, in words.
fn waits_for(under_way: &UnderWay, words: Words) -> String {
    let orders = match words {
        Words::Long => ("order not in the OMS yet", "orders not in the OMS yet"),
        Words::Short => ("order", "orders"),
    };
    let changes = ("change unshown", "changes unshown");
    let counts = [
        (under_way.orders, orders),
        (under_way.unpaid, ("unpaid", "unpaid")),
        (under_way.changes, changes),
    ];
    let said = counts.iter().filter(|(n, _)| *n > 0);
    let mut said: Vec<String> =
        said.map(|(n, (one, many))| number::counted(*n, one, many)).collect();
    if said.is_empty() && under_way.jobs > 0 {
        said.push(number::counted(under_way.jobs, "job queued", "jobs queued"));
    }
    if said.is_empty() {
        said.push("what is under way".to_owned());
    }
    said.join(", ")
}

/// `0:08`, `14:20`, `1:05:09`.
fn wall(left: Duration) -> String {
    // Rounded up: a line that says 0:00 must be the last.
    let s = left.as_millis().div_ceil(1_000);
    match s / 3_600 {
        0 => format!("{}:{:02}", s / 60, s % 60),
        h => format!("{h}:{:02}:{:02}", s / 60 % 60, s % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Fold;
    use crate::units::Qty;

    fn check(stage: Stage<'_>, left: Left, columns: usize, expected: &str) {
        alerted(&[], stage, left, columns, expected);
    }

    fn alerted(firing: &[&str], stage: Stage<'_>, left: Left, columns: usize, expected: &str) {
        let firing: &[String] = &firing.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut glance = Fold::new().glance();
        (glance.sync_lag, glance.oversold) = (Span(4_234_567), Qty(17));
        let (at, ends) = (At(725_000_000), At(3_600_000_000));
        let view = View {
            at,
            ends,
            stage,
            rates: Some((1_203.4, 1_199.6)),
            left,
            glance: &glance,
            firing,
        };
        let line = line(&view, columns);
        assert_eq!(line, expected);
        assert!(line.chars().count() <= columns);
    }

    const LEFT: Left = Left::Wall(Duration::from_millis(859_500));
    const WAITS: UnderWay = UnderWay { orders: 1_234, unpaid: 0, changes: 345, jobs: 9 };

    #[test]
    fn a_run_that_sells_says_when_where_and_how() {
        let peak = Stage::Selling("peak");
        check(
            peak,
            LEFT,
            200,
            "peak 0:12:05 of 1:00:00 · 14:20 left · offered 1203/s, answered 1200/s · \
             sync lag 4.2 s · oversold 17 · on track",
        );
        check(
            peak,
            LEFT,
            79,
            "peak 0:12:05 of 1:00:00 · 14:20 left · lag 4.2 s · oversold 17 · on track",
        );
        check(peak, LEFT, 50, "peak 0:12:05 of 1:00:00 · 14:20 left · on track");
        check(peak, LEFT, 30, "peak 0:12:05 of 1:00:00");
    }

    #[test]
    fn alerts_that_fire_are_named_where_there_is_room() {
        let (peak, firing) = (Stage::Selling("peak"), ["amazon behind", "storm"]);
        alerted(
            &firing,
            peak,
            LEFT,
            200,
            "peak 0:12:05 of 1:00:00 · 14:20 left · offered 1203/s, answered 1200/s · \
             sync lag 4.2 s · alert: amazon behind, storm · oversold 17 · on track",
        );
        alerted(
            &firing,
            peak,
            LEFT,
            60,
            "peak 0:12:05 of 1:00:00 · 14:20 left · alert: 2 · on track",
        );
    }

    #[test]
    fn a_run_that_drains_says_what_it_waits_for_and_how_long() {
        check(
            Stage::Draining(WAITS),
            LEFT,
            120,
            "draining: 1,234 orders not in the OMS yet, 345 changes unshown · at most 14:20 left · \
             oversold 17 · on track",
        );
        check(
            Stage::Draining(WAITS),
            LEFT,
            79,
            "draining: 1,234 orders, 345 changes unshown · at most 14:20 left · on track",
        );
        let one = UnderWay { orders: 1, unpaid: 2, changes: 1, jobs: 0 };
        check(
            Stage::Draining(one),
            Left::Until(At(4_800_000_000)),
            70,
            "draining: 1 order, 2 unpaid, 1 change unshown · until 1:20:00 at most",
        );
    }

    #[test]
    fn a_run_that_was_stopped_says_what_it_still_does() {
        check(
            Stage::Stopping(UnderWay { jobs: 4, ..UnderWay::default() }),
            Left::Wall(Duration::from_millis(7_200)),
            79,
            "stopping: 4 jobs queued · at most 0:08 left · Ctrl-C leaves at once · on track",
        );
        check(
            Stage::Stopping(UnderWay::default()),
            Left::Wall(Duration::ZERO),
            60,
            "stopping: what is under way · at most 0:00 left",
        );
    }
}
