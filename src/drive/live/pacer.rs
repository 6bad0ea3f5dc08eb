//! Owns waiting for what is due. Must not know what it is, nor how it is sent.
//!
//! tokio's timer wheel is a millisecond coarse and rounds up; at 20,000 arrivals a second that
//! alone makes the median send 650 µs late. On Linux the pacer waits on a timerfd of its own,
//! armed for the next thing that is due but never again within [`TICK`]: when load is thin it
//! wakes exactly then, when load is dense it wakes every tick and hands out all that is due.

use std::io;
use std::time::Duration;

use super::clock::{Clock, Moment};
use super::timer::Timer;
use crate::units::At;

/// The shortest time between two wakings. Half of it is the median lateness under dense load; a
/// waking costs about 3 µs, so a shorter tick would spend the core on waking.
pub const TICK: Duration = Duration::from_micros(250);

/// Where the pacer gets what it paces: intended campaign times, in order, each with its thing.
/// Any iterator of such pairs is one.
pub trait Schedule: Iterator<Item = (At, Self::Thing)> {
    /// What is due.
    type Thing;
}

impl<T, I: Iterator<Item = (At, T)>> Schedule for I {
    type Thing = T;
}

/// Hands out what a schedule says when it is due.
pub struct Pacer<S: Schedule> {
    clock: Clock,
    timer: Timer,
    schedule: S,
    next: Option<(At, S::Thing)>,
    /// The wall microsecond of the last waking; none before the first.
    woken_us: Option<u64>,
}

impl<S: Schedule> Pacer<S> {
    /// A pacer at the beginning of `schedule`. Needs a tokio runtime with its drivers enabled.
    pub fn new(clock: Clock, mut schedule: S) -> io::Result<Pacer<S>> {
        let next = schedule.next();
        Ok(Pacer { clock, timer: Timer::new()?, schedule, next, woken_us: None })
    }

    /// Waits until something is due and adds everything that is to `due`, in order, with its
    /// intended time. Says when it did so, or none when the schedule is at its end.
    pub async fn take_due(&mut self, due: &mut Vec<(At, S::Thing)>) -> io::Result<Option<Moment>> {
        let Some((at, _)) = &self.next else { return Ok(None) };
        let due_us = self.clock.wall_us_of(*at);
        let rested_us = self.woken_us.map_or(0, |woken| woken + TICK.as_micros() as u64);
        let now = self.wait_until(due_us.max(rested_us)).await?;
        self.woken_us = Some(now.wall_us);
        while let Some((at, thing)) = self.next.take_if(|(at, _)| *at <= now.at) {
            due.push((at, thing));
            self.next = self.schedule.next();
        }
        Ok(Some(now))
    }

    /// Everything that was due by `now` and was not handed out.
    pub fn overdue(&mut self, now: At) -> Vec<(At, S::Thing)> {
        let mut overdue = Vec::new();
        while let Some(due) = self.next.take_if(|(at, _)| *at <= now) {
            overdue.push(due);
            self.next = self.schedule.next();
        }
        overdue
    }

    async fn wait_until(&mut self, wall_us: u64) -> io::Result<Moment> {
        loop {
            let now = self.clock.now();
            if now.wall_us >= wall_us {
                return Ok(now);
            }
            self.timer.sleep(Duration::from_micros(wall_us - now.wall_us)).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn take_all(speed_milli: u64, times: Vec<u64>) -> Vec<(At, Moment)> {
        let schedule = times.into_iter().map(|at| (At(at), ()));
        let mut pacer = Pacer::new(Clock::start(speed_milli), schedule).unwrap();
        let (mut due, mut taken) = (Vec::new(), Vec::new());
        while let Some(now) = pacer.take_due(&mut due).await.unwrap() {
            assert!(!due.is_empty(), "woken for nothing");
            taken.extend(due.drain(..).map(|(at, ())| (at, now)));
        }
        taken
    }

    #[tokio::test]
    async fn everything_comes_once_in_order_and_never_early() {
        let times: Vec<u64> = (0..500).map(|i| i * i / 10).collect();
        let taken = take_all(1_000, times.clone()).await;
        assert_eq!(taken.iter().map(|(at, _)| at.0).collect::<Vec<_>>(), times);
        assert!(taken.iter().all(|(at, now)| now.at >= *at), "something came early");
    }

    #[tokio::test]
    async fn what_is_overdue_comes_at_once_and_together() {
        let taken = take_all(1_000_000, vec![0; 1_000]).await;
        assert_eq!(taken.len(), 1_000);
        assert!(taken.iter().all(|(_, now)| *now == taken[0].1), "one waking serves them all");
    }

    #[tokio::test]
    async fn wakings_under_dense_load_are_a_tick_apart() {
        let taken = take_all(1_000, (0..4_000).collect()).await;
        let mut wakings: Vec<u64> = taken.iter().map(|(_, now)| now.wall_us).collect();
        wakings.dedup();
        assert!(wakings.windows(2).all(|pair| pair[1] - pair[0] >= TICK.as_micros() as u64));
    }

    #[tokio::test]
    async fn what_was_due_and_not_handed_out_is_told_in_the_end() {
        let schedule = [1, 2, 3, 9].into_iter().map(|at| (At(at), at));
        let mut pacer = Pacer::new(Clock::start(1_000), schedule).unwrap();
        let times = |due: Vec<(At, u64)>| due.into_iter().map(|(_, at)| at).collect::<Vec<_>>();
        assert_eq!(times(pacer.overdue(At(2))), [1, 2]);
        assert_eq!(times(pacer.overdue(At(2))), [0_u64; 0]);
        assert_eq!(times(pacer.overdue(At(9))), [3, 9]);
    }

    #[tokio::test]
    async fn an_empty_schedule_is_at_its_end() {
        assert!(take_all(1_000, Vec::new()).await.is_empty());
    }
}
