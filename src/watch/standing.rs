//! Owns how a run is said to stand while it goes on. Must not know where it is said.

use std::time::Duration;

use crate::judge::judgement::Verdict;

/// How long a run must stand otherwise before that is said: a line that says now this, now that
/// tells nothing.
const STEADY: Duration = Duration::from_secs(5);

/// How a run was said to stand.
#[derive(Debug, Default)]
pub struct RunStanding {
    said: Option<Verdict>,
    /// How it seems to stand, and since when.
    seems: Option<(Verdict, Duration)>,
}

impl RunStanding {
    /// How to say that the run stands, which is seen to stand so. What must never be was, from then
    /// on.
    pub fn steady(&mut self, seen: Verdict, elapsed: Duration) -> Verdict {
        let said = *self.said.get_or_insert(seen);
        let since = match self.seems {
            Some((seems, since)) if seems == seen => since,
            _ => elapsed,
        };
        self.seems = Some((seen, since));
        let is_over = said == Verdict::NoGo;
        let turns = seen == Verdict::NoGo || elapsed.saturating_sub(since) >= STEADY;
        if !is_over && turns {
            self.said = Some(seen);
        }
        self.said.unwrap_or(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A share of few orders crosses its limit now one way, now the other.
    #[test]
    fn a_run_is_not_said_to_stand_now_so_now_otherwise() {
        let (go, risk, no_go) = (Verdict::Go, Verdict::GoWithConditions, Verdict::NoGo);
        let mut standing = RunStanding::default();
        let mut at = |seen, ms| standing.steady(seen, Duration::from_millis(ms));
        let said = [(go, 0), (risk, 200), (go, 400), (risk, 600), (risk, 5_400), (risk, 5_600)]
            .map(|(seen, ms)| at(seen, ms));
        assert_eq!(said, [go, go, go, go, go, risk]);
        assert_eq!([at(go, 5_800), at(no_go, 6_000), at(go, 60_000)], [risk, no_go, no_go]);
    }
}
