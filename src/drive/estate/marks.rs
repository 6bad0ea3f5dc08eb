//! Owns the coverage marks of a run. Must not know what a defect is.

use super::cell::Cell;
use super::{Cells, Estate};
use crate::commerce::defect::DefectMarks;

impl<C: Cells> Estate<C> {
    /// How often each defect has struck, in all machines.
    pub(in crate::drive) fn marks(&self) -> DefectMarks {
        let mut marks = self.oms.with(|machine| machine.marks());
        self.channels.iter().for_each(|machine| marks += machine.with(|m| m.marks()));
        self.played().for_each(|machine| marks += machine.with(|m| m.marks()));
        marks
    }
}
