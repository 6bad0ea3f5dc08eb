//! Counts that no gate reads, on histories written by hand.

use super::testing::*;
use crate::history::fact::{CallOutcome, What};
use crate::ids::{ChannelId, ConnectorId, OpId, SkuId, Version};

#[test]
fn a_throttled_push_that_was_given_up_is_counted() {
    let mut play = healthy();
    let (connector, channel) = (ConnectorId(0), ChannelId(1));
    let kind = crate::history::fact::PushKind::Stock;
    let items = vec![(SkuId(0), Version(1)), (SkuId(1), Version(1))];
    let job = crate::history::fact::Job::Push { channel, kind, items };
    let last = CallOutcome::Throttled;
    play.add(900, What::GaveUp { connector, job, attempts: 5, last });
    let judgement = play.judge();
    assert_eq!(judgement.channel_totals[1].lost_after_throttling, 2);
}

#[test]
fn unknown_outcomes_count_until_they_are_resolved() {
    let mut play = healthy();
    play.edit(|at, what| match what {
        What::Answered { op, .. } if op.0 < 5 => {
            let outcome = crate::history::fact::Outcome::Unknown;
            Some((at, What::Answered { op, outcome }))
        }
        what => Some((at, what)),
    });
    let outcome = crate::history::fact::Outcome::Done;
    play.add(5_000, What::Resolved { op: OpId(3), outcome });
    let judgement = play.judge();
    let load = judgement.load;
    assert_eq!((load.unknown, load.resolved, judgement.totals.unknown), (4, 1, 4));
    assert_eq!(load.sent, load.answered + load.unknown + load.resolved);
    assert_eq!(load.offered, load.sent + load.unsent);
}
