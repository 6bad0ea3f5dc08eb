//! Owns how a channel's own front asks its machine, within the same cell and under the same faults
//! as everybody else. Must not know any platform.

use super::{Cells, Driver, Estate, ruled};
use crate::commerce::fault::{FaultRuling, Passing};
use crate::commerce::inside::{Inside, InsideReply};
use crate::commerce::marketplace::Marketplace;
use crate::commerce::outbox::{Answer, Fate, How, Outbox};
use crate::commerce::protocol::Role;
use crate::history::What;
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
        let machine = (Role::Channel(id), &self.channels[id.index()]);
        let answered = self.turn(by, machine, asked, out, |machine, now, asked, out| {
            self.ruled_inside(machine, (now, id), asked, out)
        });
        let shut = Answer { reply: InsideReply::Unavailable, fate: Fate::Lost(How::Close) };
        answered.unwrap_or(shut)
    }

    fn ruled_inside(
        &self,
        machine: &mut Marketplace,
        (now, id): (At, ChannelId),
        asked: Inside,
        out: &mut Outbox,
    ) -> Answer<InsideReply> {
        let rules = self.rules.as_ref().filter(|_| asked.counts());
        let Some(rules) = rules else { return machine.inside(now, asked, out) };
        let ruling = rules.with(|rules| rules.on_call(now, &Passing::inside(id, &asked)));
        if let (FaultRuling::Instead(instead), Inside::Enter { intent, .. }) = (&ruling, &asked) {
            let (intent, why) = (*intent, instead.refusal());
            out.facts.push(What::TurnedAway { channel: id, intent, why, line: None });
        }
        let mut handle = |asked| machine.inside(now, asked, out);
        match &ruling {
            FaultRuling::Without(withheld) => ruled::without_inside(asked, withheld, handle),
            ruling => ruled::answered(ruling, asked, &mut handle),
        }
    }
}
