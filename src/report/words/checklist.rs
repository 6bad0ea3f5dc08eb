//! Owns why an item of the operating checklist stands where it does, in a sentence.
//! Must not decide it (`judge`).

use super::gate::breaches;
use super::number::{count, counted, share};
use crate::history::charter::Charter;
use crate::ids::ChannelId;
use crate::judge::judgement::{Because, Check, Compared, ItemSeen, Owners, Retries, Room};
use crate::report::summary::findings::Topic;
use crate::report::summary::gate::InvariantKind;

/// An item, as a title.
pub fn title(topic: Topic) -> &'static str {
    match topic {
        Topic::ChannelVisibility => "channel visibility",
        Topic::ReliabilityControls => "reliability controls",
        Topic::ReconciliationCadence => "reconciliation cadence",
        Topic::OwnershipModel => "ownership model",
        Topic::ExpansionReadiness => "expansion readiness",
    }
}

/// The sentence, from what the judge found.
pub fn because(check: &Check, charter: &Charter) -> String {
    let told = match &check.because {
        Because::Cut => "the record stops before the end of the run".into(),
        Because::NotObserved => "the record does not hold what could show it".into(),
        Because::Seen(seen) => visibility(seen, charter),
        Because::Retries(retries) => reliability(*retries),
        Because::Books(compared) => books(*compared, charter),
        Because::Owners(owners) => ownership(owners),
        Because::Room(room) => expansion(room, charter),
    };
    let mut letters = told.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn visibility(seen: &ItemSeen, charter: &Charter) -> String {
    match seen {
        ItemSeen::All { orders, changes } => format!(
            "{} and {} to be shown were followed on every channel, and no call's outcome is \
             unknown",
            counted(*orders, "order", "orders"),
            counted(*changes, "stock change", "stock changes"),
        ),
        ItemSeen::NeverShown(channels) => format!(
            "there were orders and stock changes on {}, and no change was ever seen there",
            names(channels, charter),
        ),
        ItemSeen::Unexplained(units) => format!(
            "{} oversold and nobody can tell why: the offer or the ledger of that moment is not \
             in the record",
            counted(units.0.unsigned_abs(), "unit was", "units were"),
        ),
        ItemSeen::OutcomesUnknown { calls, of } => {
            format!("what became of {} of {} calls is not known", count(*calls), count(*of))
        }
        ItemSeen::Nothing(channels) => {
            format!("no order, or no stock change to show, on {}", names(channels, charter))
        }
    }
}

fn reliability(retries: Retries) -> String {
    match retries {
        Retries::Held { again, known } => format!(
            "{}, and {} delivered again: nothing was lost and nothing done twice",
            counted(again, "retry", "retries"),
            counted(known, "order was", "orders were"),
        ),
        Retries::Duplicated { accepted, created, reserved } => {
            let found = [
                (InvariantKind::DuplicateAcceptance, accepted),
                (InvariantKind::DuplicateHandoff, created),
                (InvariantKind::DoubleDecrement, reserved),
            ];
            let some = found.iter().filter(|(_, n)| *n > 0);
            let told: Vec<String> = some.map(|(rule, n)| breaches(*rule, *n)).collect();
            told.join("; ")
        }
        Retries::OrdersLost(orders) => {
            format!("{} the OMS", counted(orders, "order never reached", "orders never reached"))
        }
        Retries::UpdatesLost(updates) => {
            let updates = counted(updates, "update was", "updates were");
            format!("{updates} given up after throttling")
        }
        Retries::NothingFailed => "no call failed, so nothing had to be tried again".into(),
        Retries::NothingTwice(again) => format!(
            "{} lost nothing, but no order was handed to the OMS twice",
            counted(again, "retry", "retries"),
        ),
    }
}

fn books(compared: Compared, charter: &Charter) -> String {
    match compared {
        Compared::Matched { days, unmatched, of } => format!(
            "{} compared, {} of {} unmatched",
            counted(days, "book day was", "book days were"),
            count(unmatched),
            counted(of, "order", "orders"),
        ),
        Compared::Unmatched { channel, day, unmatched, of, limit } => format!(
            "on book day {} of {}, {} of {} are unmatched, and at most {} may be",
            u64::from(day) + 1,
            names(&[channel], charter),
            count(unmatched),
            counted(of, "order", "orders"),
            share(limit.0),
        ),
        Compared::Open { of: 0, .. } => "no order reached the books".into(),
        Compared::Open { open, of } => {
            format!("the hour of comparison had not come for {open} of {of} book days")
        }
    }
}

fn ownership(owners: &Owners) -> String {
    match owners {
        Owners::One { classes, named } if classes == named => {
            format!("each of the {classes} failure classes has one owner")
        }
        Owners::One { classes, named } => format!(
            "each of the {classes} failure classes has one owner, {named} by name and the others \
             by the owner of the rest",
        ),
        Owners::Nobody(classes) => format!("nobody answers for {}", listed(classes)),
        Owners::Several(classes) => {
            format!("more than one team answers for {}", listed(classes))
        }
    }
}

fn expansion(room: &Room, charter: &Charter) -> String {
    match room {
        Room::Enough { channels, busy } => format!(
            "all {channels} channels are proved on their own, and the busiest workers were busy \
             {} of the run",
            share(busy.0),
        ),
        Room::ChannelsFailed(channels) => {
            format!("what is there does not hold: NO-GO on {}", names(channels, charter))
        }
        Room::None { connector, busy, limit } => format!(
            "the workers of {} were busy {} of the run, and above {} there is no room for more",
            charter.connectors[connector.index()].name,
            share(busy.0),
            share(limit.0),
        ),
        Room::OneChannel => "there is but one channel".into(),
        Room::ChannelsUnproved(channels) => {
            format!("what is there is not proved on {}", names(channels, charter))
        }
        Room::NoQueueSeen => "no queue of a connector was looked at".into(),
    }
}

fn names(channels: &[ChannelId], charter: &Charter) -> String {
    let name = |id: &ChannelId| charter.channels[id.index()].name.as_str();
    listed(&channels.iter().map(name).collect::<Vec<_>>())
}

/// `a`, `a and b`, `a, b and c`.
fn listed(all: &[&str]) -> String {
    match all {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ConnectorId;
    use crate::judge::judgement::{CheckState, Topic};
    use crate::report::sample;
    use crate::units::{Ppm, Qty};

    /// Every sentence, as its reader gets it.
    #[test]
    fn every_reason_is_a_sentence() {
        let (first, two) = (ChannelId(0), vec![ChannelId(0), ChannelId(2)]);
        let connector = ConnectorId(0);
        let (busy, limit) = (Ppm(912_000), Ppm(700_000));
        let unmatched = Compared::Unmatched {
            channel: first,
            day: 1,
            unmatched: 9,
            of: 900,
            limit: Ppm(3_000),
        };
        let all = [
            Because::Cut,
            Because::Seen(ItemSeen::All { orders: 1, changes: 48_020 }),
            Because::Seen(ItemSeen::NeverShown(vec![first])),
            Because::Seen(ItemSeen::Unexplained(Qty(1))),
            Because::Seen(ItemSeen::OutcomesUnknown { calls: 3, of: 12_000 }),
            Because::Seen(ItemSeen::Nothing(two.clone())),
            Because::Retries(Retries::Held { again: 412, known: 1 }),
            Because::Retries(Retries::Duplicated { accepted: 0, created: 8, reserved: 7 }),
            Because::Retries(Retries::Duplicated { accepted: 1, created: 0, reserved: 0 }),
            Because::Retries(Retries::OrdersLost(1)),
            Because::Retries(Retries::UpdatesLost(7)),
            Because::Retries(Retries::NothingFailed),
            Because::Retries(Retries::NothingTwice(1)),
            Because::Books(Compared::Matched { days: 3, unmatched: 2, of: 24_010 }),
            Because::Books(unmatched),
            Because::Books(Compared::Open { open: 0, of: 0 }),
            Because::Books(Compared::Open { open: 2, of: 3 }),
            Because::Owners(Owners::One { classes: 5, named: 5 }),
            Because::Owners(Owners::One { classes: 5, named: 1 }),
            Because::Owners(Owners::Nobody(vec!["listings", "prices", "reconciliation"])),
            Because::Owners(Owners::Several(vec!["prices"])),
            Because::Room(Room::Enough { channels: 3, busy: Ppm(220_000) }),
            Because::Room(Room::ChannelsFailed(two.clone())),
            Because::Room(Room::None { connector, busy, limit }),
            Because::Room(Room::OneChannel),
            Because::Room(Room::ChannelsUnproved(two)),
            Because::Room(Room::NoQueueSeen),
        ];
        let charter = sample::go().charter;
        let (topic, state) = (Topic::ChannelVisibility, CheckState::Pass);
        let told = all.map(|because| super::because(&Check { topic, state, because }, &charter));
        insta::assert_snapshot!(told.join("\n"));
    }
}
