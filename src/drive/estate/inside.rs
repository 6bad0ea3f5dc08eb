//! Owns how a channel's own front asks its machine, within the same cell and under the same faults
//! as everybody else. Must not know any platform.

use smallvec::SmallVec;

use super::outside::Ear;
use super::{Cells, Driver, Estate, ruled};
use crate::commerce::fault::{FaultRuling, Passing};
use crate::commerce::inside::{Inside, InsideReply};
use crate::commerce::marketplace::Marketplace;
use crate::commerce::outbox::{Answer, Fate, How, Outbox};
use crate::commerce::protocol::{ItemOutcome, Role, UpdateItem};
use crate::history::What;
use crate::history::fact::Address;
use crate::ids::ChannelId;
use crate::units::At;

use super::cell::Cell as _;

impl<C: Cells> Estate<C> {
    /// Puts a front's question to its channel.
    pub(in crate::drive) fn inside(
        &self,
        by: &mut impl Driver,
        id: ChannelId,
        asked: Inside,
        out: &mut Outbox,
    ) -> Answer<InsideReply> {
        let refused =
            self.ear.as_ref().and_then(|ear| ear.with(|ear| ear.refuses_front(id, &asked)));
        if let Some(why) = refused {
            return Answer::heard(InsideReply::Refused { why: why.to_owned() });
        }
        let machine = (Role::Channel(id), &self.channels[id.index()]);
        let answered = self.turn(by, machine, asked, out, |machine, now, asked, out| {
            let said = changes(&asked);
            let answer = self.ruled_inside(machine, (now, id), asked, out);
            if let Some(ear) = &self.ear {
                ear.with(|ear| ear.front(Address::Channel(id), &said.items, &answer.reply));
            }
            answer
        });
        let shut = Answer { reply: InsideReply::Unavailable, fate: Fate::Lost(How::Close) };
        answered.unwrap_or(shut)
    }

    /// A connector from outside calls a front, in that wall second; whether that is one call too
    /// many.
    pub(in crate::drive) fn floods_front(&self, at: Address, second: impl FnOnce() -> u64) -> bool {
        let floods = |ear: &mut Ear| ear.floods(at, second());
        self.ear.as_ref().is_some_and(|ear| ear.with(floods))
    }

    fn ruled_inside(
        &self,
        machine: &mut Marketplace,
        (now, id): (At, ChannelId),
        asked: Inside,
        out: &mut Outbox,
    ) -> Answer<InsideReply> {
        let rules = self.rules.as_ref().filter(|_| asked.counts());
        // Heard at the machine itself: what a rule withholds it never takes.
        let handle = |machine: &mut Marketplace, asked: Inside, out: &mut Outbox| {
            let said = changes(&asked);
            let answer = machine.inside(now, asked, out);
            if let (Some(ear), InsideReply::Updated { items }) = (&self.ear, &answer.reply)
                && !(said.whole && items.iter().any(|outcome| *outcome != ItemOutcome::Taken))
            {
                ear.with(|ear| ear.wrote(id, &said.items, items, out));
            }
            answer
        };
        let Some(rules) = rules else { return handle(machine, asked, out) };
        let ruling = rules.with(|rules| rules.on_call(now, &Passing::inside(id, &asked)));
        if let (FaultRuling::Instead(instead), Inside::Enter { intent, .. }) = (&ruling, &asked) {
            let (intent, why) = (*intent, instead.refusal());
            out.facts.push(What::TurnedAway { channel: id, intent, why, line: None });
        }
        let mut handle = |asked| handle(machine, asked, out);
        match &ruling {
            FaultRuling::Without(withheld) => ruled::without_inside(asked, withheld, handle),
            ruling => ruled::answered(ruling, asked, &mut handle),
        }
    }
}

/// The offers that a question changes.
struct Changes {
    items: SmallVec<[UpdateItem; 1]>,
    /// All of them, or none.
    whole: bool,
}

fn changes(asked: &Inside) -> Changes {
    match asked {
        Inside::Update { items, whole, .. } => Changes { items: items.clone(), whole: *whole },
        Inside::Offers { .. }
        | Inside::Orders(_)
        | Inside::Enter { .. }
        | Inside::HandOver(_)
        | Inside::Pay { .. }
        | Inside::Confirm { .. }
        | Inside::Cancel { .. } => Changes { items: SmallVec::new(), whole: false },
    }
}
