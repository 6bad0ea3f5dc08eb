//! Owns asking a hand for its turns in wall time. Must not know whose hand it is.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::carrier::Carrier;
use super::timer::Timer;
use crate::drive::hand::Hand;

/// The shortest wait between two turns of a hand that is asked every so often.
const REST: Duration = Duration::from_millis(1);

/// Asks a hand when its turn has come, and `every` so often; without that, until it has none to
/// come.
pub(super) async fn attend(
    hand: &mut impl Hand,
    carrier: &Arc<Carrier>,
    every: Option<Duration>,
) -> io::Result<()> {
    let (clock, mut timer) = (&carrier.clock, Timer::new()?);
    loop {
        carrier.obey(hand.turn(clock.now().at));
        let until = |at| clock.wall_us_of(at).saturating_sub(clock.now().wall_us);
        let turn = hand.next_turn().map(|at| Duration::from_micros(until(at)));
        let wait = match (turn, every) {
            (None, None) => return Ok(()),
            (Some(turn), None) => turn,
            (turn, Some(every)) => turn.unwrap_or(every).clamp(REST, every),
        };
        if wait > Duration::ZERO {
            timer.sleep(wait).await?;
        } else {
            tokio::task::yield_now().await;
        }
    }
}
