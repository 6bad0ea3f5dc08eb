//! Owns which gates of a ruling are proved, and which never will be, by place.
//! Must not rule.

use super::{Open, Pooled, Ruling, Stands};

impl Ruling {
    /// Gates that no number of such replications proves, since what they guard against never comes
    /// up or nothing records it; by place.
    pub fn never_proved(&self) -> Vec<usize> {
        let is = |gate: &Pooled| {
            let never = Stands::Open(Open::NotExercised) == gate.stands
                || Stands::Open(Open::NotObserved) == gate.stands;
            never && gate.is_in_the_way()
        };
        (0..self.gates.len()).filter(|place| is(&self.gates[*place])).collect()
    }

    /// Gates that are proved to be beyond their limit, and stand in the way; by place.
    pub fn failed(&self) -> Vec<usize> {
        let is = |gate: &Pooled| gate.stands == Stands::Failed && gate.is_in_the_way();
        (0..self.gates.len()).filter(|place| is(&self.gates[*place])).collect()
    }
}
