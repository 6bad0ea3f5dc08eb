//! Owns the one exchange: whoever asks a machine asks here, by way of the rules, and heard where he
//! is somebody from outside. Must not know how calls travel.

use super::barred::nonsense;
use super::cell::Cell as _;
use super::outside::{Ear, SaidToChannel, news};
use super::{Cells, Driver, Estate, ruled};
use crate::commerce::marketplace::Marketplace;
use crate::commerce::oms::Oms;
use crate::commerce::outbox::{Answer, Fate, How, Outbox};
use crate::commerce::protocol::{
    Asked, ChannelReply, ChannelRequest, ItemOutcome, OmsReply, OmsRequest, Reply, Role,
};
use crate::history::fact::{Address, Met};
use crate::units::At;

impl<C: Cells> Estate<C> {
    /// Puts a request to the machine that is asked. Nobody else does.
    pub(in crate::drive) fn exchange(
        &self,
        by: &mut impl Driver,
        asked: Asked,
        out: &mut Outbox,
    ) -> Answer<Reply> {
        self.exchange_heard(by, asked, None, out)
    }

    /// The same, for somebody of whom is heard what he is told and what he writes.
    pub(super) fn exchange_heard(
        &self,
        by: &mut impl Driver,
        asked: Asked,
        ear: Option<&C::Of<Ear>>,
        out: &mut Outbox,
    ) -> Answer<Reply> {
        let answer = match asked {
            Asked::Channel(id, request) => {
                let machine = (Role::Channel(id), &self.channels[id.index()]);
                let handle =
                    |m: &mut Marketplace, now: At, asked: ChannelRequest, out: &mut Outbox| {
                        let end = m.cursor();
                        let mut handle = |asked: ChannelRequest, out: &mut Outbox| {
                            let Some(ear) = ear else { return m.handle(now, asked, out) };
                            // Heard at the machine itself: what a rule withholds it never takes.
                            let items = news(m, &asked);
                            let answer = m.handle(now, asked, out);
                            ear.with(|ear| ear.wrote(id, &items, outcomes(&answer.reply), out));
                            answer
                        };
                        let mut answer = |asked: ChannelRequest, out: &mut Outbox| match &self.rules
                        {
                            None => handle(asked, out),
                            Some(rules) => {
                                ruled::at_channel(rules, (now, id, end), asked, out, &mut handle)
                            }
                        };
                        let Some(ear) = ear else { return answer(asked, out) };
                        let said = SaidToChannel::of(&asked);
                        let answer = match nonsense(&asked) {
                            None => answer(asked, out),
                            Some(items) => ruled::without(asked, &items, |rest| answer(rest, out)),
                        };
                        ear.with(|ear| ear.channel(id, &said, &answer));
                        answer
                    };
                let answer = self.turn(by, machine, request, out, handle);
                answer
                    .map(|answer| answer.map(Reply::Channel))
                    .map_err(|request| Asked::Channel(id, request))
            }
            Asked::Oms(request) => {
                let machine = (Role::Oms, &self.oms);
                let handle = |m: &mut Oms, now: At, asked: OmsRequest, out: &mut Outbox| {
                    if let Some(refused) = ear.and_then(|ear| other_lines::<C>(m, ear, &asked)) {
                        return refused;
                    }
                    let answer = match &self.rules {
                        None => m.handle(now, asked, out),
                        Some(rules) => {
                            let end = m.cursor();
                            ruled::at_oms(rules, (now, end), asked, |asked| {
                                m.handle(now, asked, out)
                            })
                        }
                    };
                    if let Some(ear) = ear {
                        ear.with(|ear| ear.oms(&answer, out));
                    }
                    answer
                };
                let answer = self.turn(by, machine, request, out, handle);
                answer.map(|answer| answer.map(Reply::Oms)).map_err(Asked::Oms)
            }
        };
        answer.unwrap_or_else(|asked| shut(&asked))
    }
}

/// What is answered to who hands an order over that is held with other lines.
fn other_lines<C: Cells>(
    oms: &Oms,
    ear: &C::Of<Ear>,
    asked: &OmsRequest,
) -> Option<Answer<OmsReply>> {
    let OmsRequest::Handoff { order, lines, .. } = asked else { return None };
    if !oms.holds_otherwise(*order, lines) {
        return None;
    }
    ear.with(|ear| ear.met(Met::OtherLines, Address::Oms, 1));
    let why = "this order is held with other lines; nothing was changed".to_owned();
    Some(Answer::heard(OmsReply::Invalid { why }))
}

/// What became of the items of an update.
fn outcomes(reply: &ChannelReply) -> &[ItemOutcome] {
    if let ChannelReply::Updated { items } = reply { items } else { &[] }
}

/// What an estate that is shut answers: nothing that is heard.
fn shut(asked: &Asked) -> Answer<Reply> {
    let reply = match asked {
        Asked::Channel(..) => Reply::Channel(ChannelReply::Unavailable),
        Asked::Oms(_) => Reply::Oms(OmsReply::Unavailable),
    };
    Answer { reply, fate: Fate::Lost(How::Close) }
}
