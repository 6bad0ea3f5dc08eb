//! The operating checklist: every item passes, fails and stays open somewhere.

use super::judgement::CheckState::{Fail, NotExercised, Pass};
use super::judgement::{
    Because, Check, CheckState, Compared, ItemSeen, Judgement, Owners, Retries, Room, Topic,
};
use super::testing::*;
use crate::history::charter::Owner;
use crate::history::fact::{
    CallOutcome, Delivery, Job, Outcome, PushKind, StockCause, SupplyChange, What,
};
use crate::ids::{ChannelId, ConnectorId, Intent, OpId, SkuId, Version};
use crate::units::{Ppm, Qty};

const BAZAAR: ChannelId = ChannelId(1);

/// The healthy campaign with its queue looked at.
fn watched(busy: u16) -> Play {
    let mut play = healthy();
    let (connector, partition) = (ConnectorId(0), 0);
    play.add(100, What::Queue { connector, partition, depth: 3, busy, workers: 10 });
    play
}

fn item(judgement: &Judgement, topic: Topic) -> &Check {
    judgement.checklist.iter().find(|check| check.topic == topic).expect("every topic is there")
}

fn check(play: &Play, topic: Topic, state: CheckState, because: &Because) {
    let judgement = play.judge();
    let found = item(&judgement, topic);
    assert_eq!((found.state, &found.because), (state, because));
}

fn spoilt(with: impl FnOnce(&mut Play)) -> Play {
    let mut play = watched(3);
    with(&mut play);
    play
}

#[test]
fn a_healthy_campaign_passes_every_item() {
    let judgement = watched(3).judge();
    let states: Vec<_> = judgement.checklist.iter().map(|check| check.state).collect();
    assert_eq!(states, [Pass; 5], "{:?}", judgement.checklist);
}

#[test]
fn a_record_that_is_cut_proves_nothing_and_keeps_its_failures() {
    let cut = |play: &Play| {
        let history = play.history();
        eat(&history[..history.len() - 1]).judge().expect("a history with its charter")
    };
    let states = |judgement: &Judgement| {
        judgement.checklist.iter().map(|check| check.state).collect::<Vec<_>>()
    };
    let open = cut(&watched(3));
    assert_eq!(states(&open), [NotExercised, NotExercised, NotExercised, Pass, NotExercised]);
    assert_eq!(item(&open, Topic::ChannelVisibility).because, Because::Cut);
    let lost = cut(&spoilt(|play| {
        play.sell(2_000, 0, &[line(SOLD_OUT, 1, 1_000)]);
    }));
    assert_eq!(states(&lost)[1], Fail);
}

#[test]
fn a_channel_that_never_shows_a_change_is_not_visible() {
    let blind = spoilt(|play| {
        play.edit(|at, what| match what {
            What::Shown { channel: BAZAAR, .. } if at > secs(0) => None,
            what => Some((at, what)),
        });
    });
    let because = Because::Seen(ItemSeen::NeverShown(vec![BAZAAR]));
    check(&blind, Topic::ChannelVisibility, Fail, &because);
}

#[test]
fn unknown_outcomes_and_unexplained_units_are_not_visible() {
    let unknown = spoilt(|play| {
        play.edit(|at, what| match what {
            What::Answered { op: OpId(1), .. } => {
                Some((at, What::Answered { op: OpId(1), outcome: Outcome::Unknown }))
            }
            what => Some((at, what)),
        });
    });
    let of = unknown.judge().load.sent;
    let because = Because::Seen(ItemSeen::OutcomesUnknown { calls: 1, of });
    check(&unknown, Topic::ChannelVisibility, Fail, &because);
    let unexplained = spoilt(|play| {
        let (sku, units) = (SkuId(SOLD_OUT + OTHERS), Qty(2));
        play.add(0, What::Supply { sku, units, why: SupplyChange::Opening, at: None });
        let lines = [line(sku.0, 3, 3)];
        let order = play.sell(2_000, 0, &lines);
        play.hold(2_010, order, &lines);
    });
    let because = Because::Seen(ItemSeen::Unexplained(Qty(1)));
    check(&unexplained, Topic::ChannelVisibility, Fail, &because);
}

#[test]
fn a_channel_without_orders_or_changes_is_not_exercised() {
    let silent = spoilt(|play| {
        let mut third = play.charter.channels[1].clone();
        third.name = "corner".into();
        play.charter.channels.push(third);
        play.more_channels();
    });
    let because = Because::Seen(ItemSeen::Nothing(vec![ChannelId(2)]));
    check(&silent, Topic::ChannelVisibility, NotExercised, &because);
}

#[test]
fn what_is_lost_or_done_twice_fails_the_reliability_controls() {
    let fails = |with: fn(&mut Play), retries| {
        let because = Because::Retries(retries);
        check(&spoilt(with), Topic::ReliabilityControls, Fail, &because);
    };
    fails(
        |play| {
            let lines = [line(SOLD_OUT, 1, 1_000)];
            let order = play.sell_for(2_000, 1, &lines, Intent(7));
            play.hold(2_010, order, &lines);
        },
        Retries::Duplicated { accepted: 1, created: 0, reserved: 0 },
    );
    fails(
        |play| {
            play.sell(2_000, 0, &[line(SOLD_OUT, 1, 1_000)]);
        },
        Retries::OrdersLost(1),
    );
    fails(
        |play| {
            let items = vec![(SkuId(0), Version(1))];
            let job = Job::Push { channel: BAZAAR, kind: PushKind::Stock, items };
            let (connector, last) = (ConnectorId(0), CallOutcome::Throttled);
            play.add(900, What::GaveUp { connector, job, attempts: 5, last });
        },
        Retries::UpdatesLost(1),
    );
}

#[test]
fn controls_that_nothing_called_for_are_not_exercised() {
    let open = |keep: fn(&What) -> bool, retries| {
        let play = spoilt(|play| {
            play.edit(|at, what| keep(&what).then_some((at, what)));
        });
        let because = Because::Retries(retries);
        check(&play, Topic::ReliabilityControls, NotExercised, &because);
    };
    let known = |what: &What| matches!(what, What::Delivered { made: Delivery::Known, .. });
    assert!(healthy().facts.iter().any(|(_, what)| known(what)));
    open(
        |what| !matches!(what, What::Delivered { made: Delivery::Known, .. }),
        Retries::NothingTwice(1),
    );
    open(
        |what| {
            let twice = matches!(what, What::Delivered { made: Delivery::Known, .. });
            !twice && !matches!(what, What::HandoffTried { .. })
        },
        Retries::NothingFailed,
    );
}

#[test]
fn a_book_day_beyond_the_healthy_edge_fails_the_cadence() {
    let lose = |play: &mut Play, orders: usize| {
        for _ in 0..orders {
            play.sell(2_000, 0, &[line(SOLD_OUT, 1, 1_000)]);
        }
    };
    let unmatched = Compared::Unmatched {
        channel: ChannelId(0),
        day: 0,
        unmatched: 4,
        of: 1_054,
        limit: Ppm(3_000),
    };
    let state = Fail;
    let because = Because::Books(unmatched);
    check(&spoilt(|play| lose(play, 4)), Topic::ReconciliationCadence, state, &because);
    let within = Because::Books(Compared::Matched { days: 2, unmatched: 3, of: 2_103 });
    let state = Pass;
    check(&spoilt(|play| lose(play, 3)), Topic::ReconciliationCadence, state, &within);
}

#[test]
fn a_book_day_whose_hour_has_not_come_is_not_compared() {
    // No quiet, and over before the deadline after traffic: 60 min + 15 min.
    let early = spoilt(|play| {
        play.edit(|at, what| match what {
            What::Quiet {} => None,
            What::Ended { .. } => Some((secs(4_500), what)),
            what => Some((at, what)),
        });
    });
    let because = Because::Books(Compared::Open { open: 2, of: 2 });
    check(&early, Topic::ReconciliationCadence, NotExercised, &because);
}

#[test]
fn every_failure_class_has_exactly_one_owner() {
    let owned = |owners: &[(&str, &str)], state, because| {
        let mut play = watched(3);
        let owner =
            |(class, team): &(&str, &str)| Owner { class: (*class).into(), team: (*team).into() };
        play.charter.owners = owners.iter().map(owner).collect();
        check(&play, Topic::OwnershipModel, state, &Because::Owners(because));
    };
    owned(&[("*", "ops")], Pass, Owners::One { classes: 5, named: 0 });
    let all = ["listings", "inventory sync", "prices", "order handoff", "reconciliation"];
    let named = all.map(|class| (class, "ops"));
    owned(&named, Pass, Owners::One { classes: 5, named: 5 });
    owned(&named[1..], Fail, Owners::Nobody(vec!["listings"]));
    owned(
        &[("*", " ")],
        Fail,
        Owners::Nobody({
            let mut all = all.to_vec();
            all.sort_unstable();
            all
        }),
    );
    let twice = [("*", "ops"), ("prices", "pricing"), ("prices", "shop")];
    owned(&twice, Fail, Owners::Several(vec!["prices"]));
}

#[test]
fn there_is_no_room_beside_a_failed_channel_or_busy_workers() {
    let failed = spoilt(|play| {
        play.hold(2_000, order(1, 4_000_000_000_000), &[line(SOLD_OUT, 1, 0)]);
    });
    let expand = Topic::ExpansionReadiness;
    let because = Because::Room(Room::ChannelsFailed(vec![BAZAAR]));
    check(&failed, expand, Fail, &because);
    let (connector, limit) = (ConnectorId(0), Ppm(700_000));
    let busy = Because::Room(Room::None { connector, busy: Ppm(800_000), limit });
    check(&watched(8), expand, Fail, &busy);
    let enough = Because::Room(Room::Enough { channels: 2, busy: Ppm(700_000) });
    check(&watched(7), expand, Pass, &enough);
    let unseen = Because::Room(Room::NoQueueSeen);
    check(&healthy(), expand, NotExercised, &unseen);
}

#[test]
fn room_for_more_needs_proved_channels() {
    let unproved = spoilt(|play| {
        let listed = |what: &What| matches!(what, What::ListingSet { .. });
        play.edit(|at, what| (!listed(&what)).then_some((at, what)));
    });
    let both = vec![ChannelId(0), BAZAAR];
    let because = Because::Room(Room::ChannelsUnproved(both));
    check(&unproved, Topic::ExpansionReadiness, NotExercised, &because);
    let mut alone = Play::new(charter(1));
    alone.charter.channels.truncate(1);
    alone.open(0, 3);
    let order = alone.sell(10, 0, &[line(0, 1, 3)]);
    alone.hold(20, order, &[line(0, 1, 3)]);
    alone.stock(20, 0, [1, 3, 1, -1], StockCause::Reserve(order));
    alone.end(300);
    let because = Because::Room(Room::OneChannel);
    check(&alone, Topic::ExpansionReadiness, NotExercised, &because);
}
