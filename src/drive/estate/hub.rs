//! Owns how the OMS's own front asks it, within its cell and under the same faults as everybody
//! else, and what a connector from outside is told by it. Must not know any platform.

use std::sync::atomic::Ordering;

use super::cell::Cell as _;
use super::{Cells, Driver, Estate, ruled};
use crate::commerce::fault::{FaultRuling, Passing};
use crate::commerce::inside::{Inside, InsideReply};
use crate::commerce::oms::Oms;
use crate::commerce::outbox::{Answer, Fate, How, Outbox};
use crate::commerce::protocol::{Role, SourceNotice};
use crate::history::fact::Address;
use crate::units::At;

impl<C: Cells> Estate<C> {
    /// Puts a front's question to the OMS.
    pub(in crate::drive) fn inside_oms(
        &self,
        by: &mut impl Driver,
        asked: Inside,
        out: &mut Outbox,
    ) -> Answer<InsideReply> {
        let handle = |oms: &mut Oms, now: At, asked: Inside, out: &mut Outbox| {
            // What it comes to says what becomes of it, whoever asks in whose words.
            let means = oms.means(&asked);
            let refused = self.ear.as_ref().and_then(|ear| {
                ear.with(|ear| match &means {
                    Some(means) => ear.refuses_oms(means),
                    None => ear.refuses_at_source(&asked),
                })
            });
            if let Some(why) = refused {
                return Answer::heard(InsideReply::Refused { why: why.to_owned() });
            }
            let passing = means.as_ref().and_then(Passing::to_oms);
            let ruling = match (&self.rules, &passing) {
                (Some(rules), Some(passing)) => rules.with(|rules| rules.on_call(now, passing)),
                _ => FaultRuling::Pass,
            };
            let handle = |asked| oms.inside(now, asked, means.as_ref(), out);
            let answer = ruled::answered(&ruling, asked, handle);
            if let Some(meant) = means.as_ref().filter(|_| answer.fate.is_lost()) {
                oms.went_unheard(meant);
            }
            if let Some(ear) = &self.ear {
                ear.with(|ear| ear.front(Address::Oms, &[], &answer.reply));
            }
            answer
        };
        let answered = self.turn(by, (Role::Oms, &self.oms), asked, out, handle);
        let shut = Answer { reply: InsideReply::Unavailable, fate: Fate::Lost(How::Close) };
        answered.unwrap_or(shut)
    }

    /// A front answered a connector from outside, and that is what becomes of the answer and what
    /// it tells of the source.
    pub(in crate::drive) fn front_answered(
        &self,
        by: &mut impl Driver,
        at: Address,
        (fate, told): (Fate, &[SourceNotice]),
        out: &mut Outbox,
    ) {
        let Some(ear) = &self.ear else { return };
        if ear.with(|ear| ear.heard(fate, at)) && !told.is_empty() {
            self.front_told(by, told, out);
        }
    }

    /// A connector from outside was told of the source by its front.
    pub(in crate::drive) fn front_told(
        &self,
        by: &mut impl Driver,
        told: &[SourceNotice],
        out: &mut Outbox,
    ) {
        let Some(ear) = &self.ear else { return };
        ear.with(|ear| {
            // Whoever is told when all is over is not heard any more, as who calls then is not.
            if !self.shut.load(Ordering::SeqCst) {
                by.stamp(out, |_, out| told.iter().for_each(|notice| ear.source(notice, out)));
            }
        });
    }
}
