//! Owns what was done to the run from outside, as the facts tell of it. Must not judge by it: what
//! somebody does excuses nothing.

use super::judgement::{Noticed, NoticedBy, SeenAction};
use crate::history::fact::{ActedBy, Action, OperatorAct, What};
use crate::units::At;

/// So many actions of each kind are told; of the rest their number.
pub(super) const ACTIONS_MAX: usize = 1_000;

/// What was done.
#[derive(Clone, Debug, Default)]
pub(super) struct Operated {
    /// Steps of the scenario, what somebody did, and what was refused, each with its place among
    /// all: no kind of them uses up the room of another.
    told: [Vec<(u64, SeenAction)>; 3],
    all: u64,
    /// Of what was seen, and of what was done.
    firsts: [Firsts; 2],
}

/// The first of a kind at or after each time that something began to be broken. However many there
/// are, no more are kept than began.
#[derive(Clone, Debug, Default)]
struct Firsts {
    kept: Vec<Noticed>,
    /// The first of the latest moment that had any, if it is not kept.
    last: Option<Noticed>,
    awaited: bool,
}

impl Firsts {
    fn begins(&mut self, at: At) {
        // What came at that very moment did not come before it.
        match self.last.take_if(|last| last.at == at) {
            Some(last) => self.kept.push(last),
            None => self.awaited = true,
        }
    }

    fn came(&mut self, noticed: Noticed) {
        if std::mem::take(&mut self.awaited) {
            self.kept.push(noticed);
        } else if self.last.as_ref().is_none_or(|last| last.at < noticed.at) {
            self.last = Some(noticed);
        }
    }
}

impl Operated {
    pub(super) fn eat(&mut self, what: &What, at: At) {
        if let What::Acted(action) = what {
            self.acted(action, at);
        }
    }

    /// Something is broken from now on.
    pub(super) fn begins(&mut self, at: At) {
        self.firsts.iter_mut().for_each(|firsts| firsts.begins(at));
    }

    fn acted(&mut self, action: &Action, at: At) {
        let kind = match action.how {
            ActedBy::Script => 0,
            ActedBy::Operator | ActedBy::Elsewhere => 1 + usize::from(!action.allowed),
        };
        if self.told[kind].len() < ACTIONS_MAX {
            self.told[kind].push((self.all, SeenAction { at, action: action.clone() }));
        }
        self.all = self.all.saturating_add(1);
        // What was not allowed was not done.
        if let Some(which) = noticed(&action.act).filter(|_| action.allowed) {
            let by = action.by.clone();
            let by = match action.how {
                ActedBy::Script => NoticedBy::Step(by),
                ActedBy::Operator | ActedBy::Elsewhere => NoticedBy::Somebody(by),
            };
            self.firsts[which].came(Noticed { at, by });
        }
    }

    /// Of each time that something began to be broken: who first said that they had seen something
    /// from then on, and who first did something, in order.
    pub(super) fn noticed(&self) -> [Vec<Noticed>; 2] {
        self.firsts.each_ref().map(|firsts| firsts.kept.clone())
    }

    /// What was done, in order, and how much more.
    pub(super) fn seen(&self) -> (Vec<SeenAction>, u64) {
        let mut told: Vec<&(u64, SeenAction)> = self.told.iter().flatten().collect();
        told.sort_unstable_by_key(|(place, _)| *place);
        let more = self.all - told.len() as u64;
        (told.into_iter().map(|(_, seen)| seen.clone()).collect(), more)
    }
}

/// Whether an act says that something was seen (0), or does something about it (1).
fn noticed(act: &OperatorAct) -> Option<usize> {
    match act {
        OperatorAct::Detected { .. } => Some(0),
        OperatorAct::Note { .. } => None,
        OperatorAct::Pause { .. }
        | OperatorAct::Resume { .. }
        | OperatorAct::ZeroStock { .. }
        | OperatorAct::HoldBack { .. }
        | OperatorAct::Cap { .. }
        | OperatorAct::Allocate { .. }
        | OperatorAct::EndPromotion { .. }
        | OperatorAct::Resync { .. }
        | OperatorAct::Replay { .. }
        | OperatorAct::Did { .. } => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ChannelId;

    fn act(operated: &mut Operated, s: u64, by: &str, allowed: bool, act: OperatorAct) {
        let how = ActedBy::Operator;
        let action = Action { by: by.into(), role: None, how, act, allowed };
        operated.eat(&What::Acted(Box::new(action)), At(s));
    }

    fn seen() -> OperatorAct {
        OperatorAct::Detected { what: "it".into() }
    }

    const ZERO: OperatorAct = OperatorAct::ZeroStock { channel: ChannelId(0) };

    fn by(noticed: &[Noticed]) -> Vec<(u64, &NoticedBy)> {
        noticed.iter().map(|noticed| (noticed.at.0, &noticed.by)).collect()
    }

    /// A role that may not, fast and often, hides nothing that was done.
    #[test]
    fn refusals_use_up_no_room_of_what_was_done() {
        let mut operated = Operated::default();
        operated.begins(At(1));
        for _ in 0..1_500 {
            act(&mut operated, 2, "mallory", false, ZERO);
        }
        act(&mut operated, 3, "ana", true, seen());
        act(&mut operated, 4, "ana", true, ZERO);
        let ana = NoticedBy::Somebody("ana".into());
        let [detected, acted] = operated.noticed();
        assert_eq!((by(&detected), by(&acted)), (vec![(3, &ana)], vec![(4, &ana)]));
        let (told, more) = operated.seen();
        assert_eq!((told.len(), more), (ACTIONS_MAX + 2, 500));
        assert!(told[..ACTIONS_MAX].iter().all(|seen| !seen.action.allowed), "in order");
        assert!(told[ACTIONS_MAX..].iter().all(|seen| seen.action.allowed));
    }

    /// What is not listed is read all the same.
    #[test]
    fn the_first_of_each_time_is_known_however_many_there_were() {
        let mut operated = Operated::default();
        operated.begins(At(1));
        for s in 2..5_000 {
            act(&mut operated, s, "ana", true, ZERO);
        }
        act(&mut operated, 5_000, "ben", true, ZERO);
        act(&mut operated, 5_000, "cy", true, ZERO);
        // At that very moment, and told a line later.
        operated.begins(At(5_000));
        operated.begins(At(5_000));
        act(&mut operated, 5_001, "dee", true, ZERO);
        let [detected, acted] = operated.noticed();
        assert!(detected.is_empty());
        let [ana, ben, dee] = ["ana", "ben", "dee"].map(|name| NoticedBy::Somebody(name.into()));
        assert_eq!(by(&acted), [(2, &ana), (5_000, &ben), (5_001, &dee)]);
        assert_eq!(operated.seen().1, 5_001 - ACTIONS_MAX as u64);
    }
}
