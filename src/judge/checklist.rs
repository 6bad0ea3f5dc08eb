//! Owns the operating checklist: what an operation rests on, and whether this run has shown it.
//! Must not say it in words (`report`).
//!
//! A failure stands whatever else is missing; a pass needs a run that was played to its end.

use super::books::Day;
use super::closing::Closing;
use super::judgement::{
    Because, ChannelVerdict, Check, CheckState, Compared, ItemSeen, LoadHonesty, Owners, Retries,
    Room, Topic, Verdict,
};
use super::witnesses;
use crate::history::charter::{Charter, Kpi, Limits};
use crate::history::fact::Ending;
use crate::ids::ChannelId;
use crate::units::{Ppm, Qty};

/// Workers that are busy longer than this, on average over the run, leave no room for more.
const ROOM_MIN: Ppm = Ppm(700_000);

/// Every topic.
pub(super) fn of(closing: &Closing, channels: &[ChannelVerdict], load: &LoadHonesty) -> Vec<Check> {
    let whole = closing.run.ending == Some(Ending::Finished);
    let check = |topic, because| {
        let observed = closing.run.charter.observes_all(witnesses::of_topic(topic));
        let because = if observed { because } else { Because::NotObserved };
        let state = state(&because);
        // Owners are named before anything is played.
        let cut = !whole && topic != Topic::OwnershipModel && state != CheckState::Fail;
        if cut {
            return Check { topic, state: CheckState::NotExercised, because: Because::Cut };
        }
        Check { topic, state, because }
    };
    vec![
        check(Topic::ChannelVisibility, Because::Seen(visibility(closing, load))),
        check(Topic::ReliabilityControls, Because::Retries(reliability(closing))),
        check(Topic::ReconciliationCadence, Because::Books(reconciliation(closing))),
        check(Topic::OwnershipModel, Because::Owners(ownership(&closing.run.charter))),
        check(Topic::ExpansionReadiness, Because::Room(expansion(closing, channels))),
    ]
}

fn state(because: &Because) -> CheckState {
    match because {
        Because::Seen(ItemSeen::All { .. })
        | Because::Retries(Retries::Held { .. })
        | Because::Books(Compared::Matched { .. })
        | Because::Owners(Owners::One { .. })
        | Because::Room(Room::Enough { .. }) => CheckState::Pass,
        Because::Cut
        | Because::NotObserved
        | Because::Seen(ItemSeen::Nothing(_))
        | Because::Retries(Retries::NothingFailed | Retries::NothingTwice(_))
        | Because::Books(Compared::Open { .. })
        | Because::Room(Room::OneChannel | Room::ChannelsUnproved(_) | Room::NoQueueSeen) => {
            CheckState::NotExercised
        }
        Because::Seen(_)
        | Because::Retries(_)
        | Because::Books(_)
        | Because::Owners(_)
        | Because::Room(_) => CheckState::Fail,
    }
}

/// Is every channel's state known: what it offers, what it sold, what became of every call?
fn visibility(closing: &Closing, load: &LoadHonesty) -> ItemSeen {
    let run = closing.run;
    let all = 0..run.charter.channels.len();
    let orders = |i: &usize| run.ways.ways[*i].accepted;
    let changes = |i: &usize| closing.stock[*i].samples;
    let on = |keep: &dyn Fn(&usize) -> bool| -> Vec<ChannelId> {
        all.clone().filter(keep).map(|i| ChannelId(i as u16)).collect()
    };
    let blind = on(&|i| orders(i) > 0 && changes(i) > 0 && run.shown[*i] == 0);
    if !blind.is_empty() {
        return ItemSeen::NeverShown(blind);
    }
    let units = run.supplies.causes.unexplained;
    if units > Qty::ZERO {
        return ItemSeen::Unexplained(units);
    }
    if load.unknown > 0 && run.ending == Some(Ending::Finished) {
        return ItemSeen::OutcomesUnknown { calls: load.unknown, of: load.sent };
    }
    let silent = on(&|i| orders(i) == 0 || changes(i) == 0);
    if !silent.is_empty() {
        return ItemSeen::Nothing(silent);
    }
    let (orders, changes) = (all.clone().map(|i| orders(&i)).sum(), all.map(|i| changes(&i)).sum());
    ItemSeen::All { orders, changes }
}

/// Were failures retried, and did it cost nothing?
fn reliability(closing: &Closing) -> Retries {
    let run = closing.run;
    let (accepted, created) = (run.repeated.definite, run.ways.duplicate.definite);
    let reserved = run.ways.double.definite;
    if accepted > 0 || created > 0 || reserved > 0 {
        return Retries::Duplicated { accepted, created, reserved };
    }
    if closing.lost.definite > 0 {
        return Retries::OrdersLost(closing.lost.definite);
    }
    let updates: u64 = run.lost_after_throttling.iter().flatten().sum();
    if updates > 0 {
        return Retries::UpdatesLost(updates);
    }
    match (run.again, run.ways.redelivered) {
        (0, 0) => Retries::NothingFailed,
        (again, 0) => Retries::NothingTwice(again),
        (again, known) => Retries::Held { again, known },
    }
}

/// Is every book day compared, and what stands open within the healthy edge?
fn reconciliation(closing: &Closing) -> Compared {
    let (run, books) = (closing.run, &closing.run.ways.books);
    let days = books.days.len() as u64;
    let open = |channel, day| !run.quiet && closing.end <= books.compares_at(channel, day);
    let still_open = books.days.keys().filter(|&&(channel, day)| open(channel, day)).count();
    let compared = books.days.iter().filter(|(key, _)| !open(key.0, key.1));
    let limit = healthy_variance(&run.charter);
    let unmatched = |day: &Day| day.missing + day.surplus + day.altered;
    let worst = compared.max_by_key(|(_, day)| Ppm::of(unmatched(day), day.union()));
    if let Some((&(channel, number), day)) = worst
        && Ppm::of(unmatched(day), day.union()) > limit
    {
        let (unmatched, of) = (unmatched(day), day.union());
        return Compared::Unmatched { channel, day: number, unmatched, of, limit };
    }
    if days == 0 || still_open > 0 {
        return Compared::Open { open: still_open as u64, of: days };
    }
    let all = books.days.values();
    Compared::Matched {
        days,
        unmatched: all.clone().map(unmatched).sum(),
        of: all.map(Day::union).sum(),
    }
}

fn healthy_variance(charter: &Charter) -> Ppm {
    let kpi = Kpi::ReconciliationVariance;
    let gate = charter.gates.iter().find(|gate| gate.kpi == kpi);
    match gate.map_or(Limits::standard(kpi), |gate| gate.limits) {
        Limits::AtMost { healthy, .. } => healthy,
        Limits::AtLeast { healthy, .. } => Ppm(Ppm::ONE.0.saturating_sub(healthy.0)),
        Limits::LagP95 { .. } => unreachable!("a share's limits are checked with the charter"),
    }
}

/// Has every failure class exactly one owner?
fn ownership(charter: &Charter) -> Owners {
    let mut classes: Vec<&'static str> = Kpi::ALL.iter().map(|kpi| kpi.owned_as()).collect();
    classes.sort_unstable();
    classes.dedup();
    let teams = |class: &str| {
        let of = charter.owners.iter().filter(|owner| owner.class == class);
        let mut teams: Vec<&str> = of.map(|owner| owner.team.trim()).collect();
        teams.retain(|team| !team.is_empty());
        teams.sort_unstable();
        teams.dedup();
        teams.len()
    };
    let rest = teams("*");
    let owners = |class: &&&'static str| match teams(class) {
        0 => rest,
        named => named,
    };
    let having = |keep: fn(usize) -> bool| -> Vec<&'static str> {
        classes.iter().filter(|class| keep(owners(class))).copied().collect()
    };
    let nobody = having(|teams| teams == 0);
    if !nobody.is_empty() {
        return Owners::Nobody(nobody);
    }
    let several = having(|teams| teams > 1);
    if !several.is_empty() {
        return Owners::Several(several);
    }
    let named = classes.iter().filter(|class| teams(class) > 0).count() as u64;
    Owners::One { classes: classes.len() as u64, named }
}

/// Is every channel proved on its own, and is there room for more?
fn expansion(closing: &Closing, channels: &[ChannelVerdict]) -> Room {
    let on = |keep: fn(Verdict) -> bool| -> Vec<ChannelId> {
        let kept = channels.iter().enumerate().filter(|(_, channel)| keep(channel.verdict));
        kept.map(|(i, _)| ChannelId(i as u16)).collect()
    };
    let failed = on(|verdict| verdict == Verdict::NoGo);
    if !failed.is_empty() {
        return Room::ChannelsFailed(failed);
    }
    let partitions = closing.run.partitions.iter().filter(|(_, seen)| seen.workers > 0);
    let busiest = partitions
        .map(|(&(connector, _), seen)| (Ppm::of(seen.busy, seen.workers), connector))
        .max();
    if let Some((busy, connector)) = busiest.filter(|(busy, _)| *busy > ROOM_MIN) {
        return Room::None { connector, busy, limit: ROOM_MIN };
    }
    if channels.len() < 2 {
        return Room::OneChannel;
    }
    let unproved = on(|verdict| verdict == Verdict::Inconclusive);
    if !unproved.is_empty() {
        return Room::ChannelsUnproved(unproved);
    }
    match busiest {
        Some((busy, _)) => Room::Enough { channels: channels.len() as u64, busy },
        None => Room::NoQueueSeen,
    }
}
