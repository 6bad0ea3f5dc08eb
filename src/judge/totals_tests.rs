//! Counts that no gate reads, on histories written by hand.

use super::testing::*;
use crate::history::fact::{CallOutcome, PushKind, What};
use crate::ids::{ChannelId, ConnectorId, OpId, SkuId, Version};

#[test]
fn a_throttled_push_that_was_given_up_is_counted() {
    let mut play = healthy();
    let (connector, channel) = (ConnectorId(0), ChannelId(1));
    for (kind, skus) in [(PushKind::Stock, 2), (PushKind::Price, 3), (PushKind::Listing, 1)] {
        let items = (0..skus).map(|sku| (SkuId(sku), Version(1))).collect();
        let job = crate::history::fact::Job::Push { channel, kind, items };
        let last = CallOutcome::Throttled;
        play.add(900, What::GaveUp { connector, job, attempts: 5, last });
    }
    let judgement = play.judge();
    let totals = &judgement.channel_totals[1];
    assert_eq!((totals.lost_after_throttling, totals.lost_by_kind), (6, [2, 3, 1]));
    assert_eq!(judgement.channel_totals[0].lost_by_kind, [0; 3]);
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
