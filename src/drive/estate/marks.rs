//! Owns what the machines of a run say of their defects: coverage marks, and what stands wrong when
//! all is over. Must not know what a defect is.

use super::cell::Cell;
use super::{Cells, Estate};
use crate::commerce::defect::{DefectMarks, Marked};
use crate::history::Charter;
use crate::ids::{ChannelId, SkuId};
use crate::units::At;

impl<C: Cells> Estate<C> {
    /// How often each defect has struck, in all machines, and what stands wrong now.
    pub(in crate::drive) fn marked(&self, now: At, charter: &Charter) -> Marked {
        let mut marked = Marked { marks: self.marks(), ..Marked::default() };
        let rules = self.rules_in_force();
        let channels = self.channels.iter().zip(rules).zip((0..).map(ChannelId));
        for ((machine, rule), channel) in channels {
            let source = self.oms.with(|machine| machine.stands(channel, now));
            let converts = charter.conversion(channel);
            for (sku, (available, price)) in (0..).map(SkuId).zip(&source) {
                let Some((shown, charged)) = machine.with(|m| m.stands(sku)) else { continue };
                if shown != rule.should_show(*available) {
                    marked.wrong_offers.push((channel, sku));
                }
                let intended = converts.map_or(*price, |converts| converts.charges(*price));
                if charged != intended {
                    marked.wrong_prices.push((channel, sku));
                }
            }
        }
        marked
    }

    fn marks(&self) -> DefectMarks {
        let mut marks = self.oms.with(|machine| machine.marks());
        self.channels.iter().for_each(|machine| marks += machine.with(|m| m.marks()));
        self.played().for_each(|machine| marks += machine.with(|m| m.marks()));
        marks
    }
}
