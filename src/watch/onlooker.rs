//! Owns the hand of whoever looks on: it shows how a run stands, and stops it when asked.
//! Must not know what it is shown on, nor how somebody asks.

use super::Watching;
use crate::drive::hand::{Act, Hand};
use crate::units::At;

/// What a run is shown on while it goes on.
pub trait Screen {
    /// Shows how it stands, if it is time to.
    fn show(&mut self, watching: &Watching, at: At);
    /// Somebody asked to stop: says what is still done.
    fn stopping(&mut self);
    /// Somebody asked once more.
    fn leaving(&mut self);
}

/// Somebody who looks on.
pub struct Onlooker<'a, S, A> {
    watching: &'a Watching,
    screen: &'a mut S,
    asked: A,
    heard: u32,
}

impl<'a, S: Screen, A: Fn() -> u32> Onlooker<'a, S, A> {
    /// `asked` says how often they have asked to stop.
    pub fn new(watching: &'a Watching, screen: &'a mut S, asked: A) -> Onlooker<'a, S, A> {
        Onlooker { watching, screen, asked, heard: 0 }
    }
}

impl<S: Screen, A: Fn() -> u32> Hand for Onlooker<'_, S, A> {
    fn turn(&mut self, now: At) -> Vec<Act> {
        let asked = (self.asked)();
        let before = std::mem::replace(&mut self.heard, asked);
        let act = match asked {
            1 if before < 1 => {
                self.screen.stopping();
                Some(Act::Drain)
            }
            2.. if before < 2 => {
                self.screen.leaving();
                Some(Act::Leave)
            }
            _ => None,
        };
        self.screen.show(self.watching, now);
        act.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[derive(Default)]
    struct Said(Vec<&'static str>);

    impl Screen for Said {
        fn show(&mut self, _: &Watching, _: At) {}

        fn stopping(&mut self) {
            self.0.push("stopping");
        }

        fn leaving(&mut self) {
            self.0.push("leaving");
        }
    }

    #[test]
    fn asked_once_a_run_drains_and_asked_once_more_it_is_left() {
        let (watching, asked) = (Watching::default(), Cell::new(0));
        for (times, acts, said) in [
            (vec![0, 1, 1, 2, 3], vec![Act::Drain, Act::Leave], vec!["stopping", "leaving"]),
            (vec![0, 2, 2], vec![Act::Leave], vec!["leaving"]),
        ] {
            let mut screen = Said::default();
            let mut onlooker = Onlooker::new(&watching, &mut screen, || asked.get());
            let turns = times.into_iter().flat_map(|times| {
                asked.set(times);
                onlooker.turn(At::START)
            });
            assert_eq!(turns.collect::<Vec<_>>(), acts);
            assert_eq!(screen.0, said);
        }
    }
}
