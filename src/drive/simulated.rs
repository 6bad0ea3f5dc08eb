//! Owns virtual time: one agenda of events, played on one thread, the same for the same seed.
//! Must not know sockets or clocks, nor judge what it plays.
//!
//! An exchange takes no time here: a call is answered at the moment it is made, and a lost reply
//! is known to be lost at once. What takes time is in the machines' own terms.

mod agenda;

use self::agenda::{Agenda, Due};
use crate::commerce::command::MachineCommand;
use crate::commerce::defect::Marked;
use crate::commerce::desk::{Afterwards, LoadCall};
use crate::commerce::fault::edges;
use crate::commerce::outbox::{Calling, Outbox, Posting};
use crate::commerce::protocol::Role;
use crate::commerce::timers::Timers;
use crate::drive::calendar::Calendar;
use crate::drive::estate::{Alone, Estate, SAMPLE_EVERY};
use crate::drive::hand::{Act, Hand};
use crate::drive::script::Scripted;
use crate::drive::systems::Systems;
use crate::history::What;
use crate::history::fact::Ending;
use crate::history::stamp::Record;
use crate::ids::ConnectorId;
use crate::scenario::Plan;
use crate::traffic::{Arrival, MerchantEvent};
use crate::units::{At, Span};

/// Plays a plan in virtual time, with a hand from outside.
pub fn play(plan: &Plan, record: &mut impl Record, hand: &mut impl Hand) {
    play_marked(plan, record, hand);
}

/// Plays a plan, and says how often each defect of its machines has struck, and what stands wrong
/// when it is over.
pub fn play_marked(plan: &Plan, record: &mut impl Record, hand: &mut impl Hand) -> Marked {
    Simulation::new(plan, record).run(&mut Scripted::new(plan, hand))
}

struct Simulation<'a, R> {
    plan: &'a Plan,
    record: &'a mut R,
    estate: Estate<Alone>,
    agenda: Agenda,
    arrivals: Box<dyn Iterator<Item = Arrival> + 'a>,
    calendar: Calendar,
    /// Arrivals and merchant's acts on the agenda.
    to_come: usize,
    out: Outbox,
    /// Room for calls while they are answered.
    calls: Vec<Calling>,
    is_selling: bool,
    /// When it was interrupted.
    interrupted: Option<At>,
    /// The end: nothing later is played.
    latest: At,
}

impl<'a, R: Record> Simulation<'a, R> {
    fn new(plan: &'a Plan, record: &'a mut R) -> Self {
        let systems = Systems::new(plan, None);
        let mut out = Outbox::default();
        systems.open(plan, 0, &mut out);
        Simulation {
            estate: Estate::new(systems),
            agenda: Agenda { now: At::START, timers: Timers::default(), next_turn: None },
            arrivals: Box::new(plan.traffic.arrivals(plan.world.seed)),
            calendar: Calendar::new(plan),
            to_come: 0,
            out,
            calls: Vec::new(),
            is_selling: true,
            interrupted: None,
            latest: plan.charter.traffic_ends + plan.charter.drain,
            plan,
            record,
        }
    }

    fn run(mut self, hand: &mut impl Hand) -> Marked {
        self.open();
        while self.step(hand) {}
        let marked = self.estate.marked(self.agenda.now, &self.plan.charter);
        self.end();
        marked
    }

    /// Does what is due next; says whether there is more.
    fn step(&mut self, hand: &mut impl Hand) -> bool {
        let Some(due) = self.next_due() else { return false };
        match due {
            Due::Sample => {
                self.sample();
                if self.ask(hand) {
                    return false;
                }
                if !self.is_selling && self.is_quiet() {
                    self.out.facts.push(What::Quiet {});
                    return false;
                }
            }
            Due::Turn => {
                self.agenda.next_turn = None;
                return !self.ask(hand);
            }
            Due::TrafficEnds => self.end_traffic(),
            due => self.happen(due),
        }
        true
    }

    fn end(mut self) {
        self.estate.heal(&mut self.agenda, &mut self.out);
        self.estate.resolve(&mut self.out);
        let interrupted = self.interrupted.is_some();
        let why = if interrupted { Ending::Interrupted } else { Ending::Finished };
        self.out.facts.push(What::Ended { why });
        self.note();
    }

    fn open(&mut self) {
        self.note();
        self.agenda.timers.set(At::START, Due::Sample);
        self.agenda.timers.set(self.plan.charter.traffic_ends, Due::TrafficEnds);
        for (at, fault, begins) in edges(&self.plan.world.faults) {
            self.agenda.timers.set(at, Due::Fault(fault, begins));
        }
        self.next_arrival();
        self.next_act();
        self.estate.plan_wakes(&mut self.agenda);
    }

    fn befall(&mut self, befalls: Vec<(ConnectorId, MachineCommand)>) {
        for (id, command) in befalls {
            self.estate.command(&mut self.agenda, id, command, &mut self.out);
            self.answer_calls(id);
        }
    }

    fn happen(&mut self, due: Due) {
        let now = self.agenda.now;
        match due {
            Due::Arrival(arrival) => {
                self.to_come -= 1;
                if self.is_due() {
                    self.next_arrival();
                    let (call, afterwards) = self.estate.arrives(arrival);
                    self.load(call, afterwards);
                }
            }
            Due::Merchant => {
                self.to_come -= 1;
                if self.is_due() {
                    self.the_merchant_acts();
                }
            }
            Due::Cancel(intent, order) => {
                let call = self.estate.cancellation(now, intent, order);
                self.make(call, Afterwards::Nothing);
                self.estate.comes_to_it(intent);
            }
            Due::Edit(edit) => {
                let intent = edit.intent;
                let call = self.estate.edit(now, *edit);
                self.make(call, Afterwards::Nothing);
                self.estate.comes_to_it(intent);
            }
            Due::CheckOut(arrival) => {
                let intent = arrival.intent;
                if self.is_due() {
                    let afterwards = self.estate.after(&arrival);
                    let call = self.estate.order(*arrival);
                    self.load(call, afterwards);
                }
                self.estate.comes_to_it(intent);
            }
            Due::Notice(posting) => self.deliver(posting),
            Due::CameBack(to, op, came) => {
                self.estate.came_back(&mut self.agenda, (to, op), came, &mut self.out);
                self.answer_calls(to);
            }
            Due::Answered(answered) => {
                let (purpose, afterwards, came) = *answered;
                let call = (&purpose, afterwards);
                self.estate.answered(&mut self.agenda, call, &came, &mut self.out);
            }
            Due::Fault(fault, begins) => {
                let befalls = self.estate.set_fault(&mut self.agenda, fault, begins, &mut self.out);
                self.befall(befalls);
            }
            Due::Wake(role) => {
                self.estate.wake(&mut self.agenda, role, now, &mut self.out);
                if let Role::Connector(id) = role {
                    self.answer_calls(id);
                }
            }
            Due::Sample | Due::Turn | Due::TrafficEnds => {}
        }
        self.note();
    }

    fn the_merchant_acts(&mut self) {
        let acts = self.calendar.turn(self.agenda.now);
        self.next_act();
        for act in acts {
            self.obey(act);
        }
    }

    /// Asks the hand; says whether it ends the record.
    fn ask(&mut self, hand: &mut impl Hand) -> bool {
        let acts = hand.turn(self.agenda.now);
        let leaves = acts.iter().any(|act| matches!(act, Act::Leave));
        for act in acts {
            self.obey(act);
        }
        self.note();
        if let Some(at) = hand.next_turn()
            && self.agenda.next_turn.is_none_or(|planned| at < planned)
        {
            // Time passes between two turns, whatever a hand says.
            let at = at.max(self.agenda.now + Span(1));
            self.agenda.timers.set(at, Due::Turn);
            self.agenda.next_turn = Some(at);
        }
        leaves
    }

    fn obey(&mut self, act: Act) {
        match act {
            Act::Note(what) => self.out.facts.push(what),
            Act::Do(action) => {
                let befalls = self.estate.operated(&mut self.agenda, *action, &mut self.out);
                self.befall(befalls);
            }
            Act::Merchant(event) => self.act(&event),
            // Every machine says itself whether it is quiet.
            Act::Still(_) => {}
            Act::Drain | Act::Leave => {
                if self.interrupted.is_none() {
                    let now = self.agenda.now;
                    self.interrupted = Some(now);
                    self.end_traffic();
                    self.latest = self.latest.min(now + self.plan.charter.drain);
                }
            }
        }
    }

    fn act(&mut self, event: &MerchantEvent) {
        let call = self.estate.act(event);
        self.load(call, Afterwards::Nothing);
    }

    fn end_traffic(&mut self) {
        if std::mem::replace(&mut self.is_selling, false) {
            self.out.facts.push(What::TrafficEnded {});
            self.note();
        }
    }

    /// What was due when the run was interrupted is said; what comes later is not.
    fn is_due(&self) -> bool {
        self.interrupted.is_none_or(|stopped| self.agenda.now <= stopped)
    }

    fn next_arrival(&mut self) {
        if let Some(arrival) = self.arrivals.next() {
            self.to_come += 1;
            self.estate.look_ahead(&arrival);
            self.agenda.timers.set(arrival.at, Due::Arrival(arrival));
        }
    }

    fn next_act(&mut self) {
        if let Some(at) = self.calendar.next_turn() {
            self.to_come += 1;
            self.agenda.timers.set(at, Due::Merchant);
        }
    }

    /// Makes a call of shoppers or merchant; one that was due when the run was stopped does not
    /// leave.
    fn load(&mut self, call: LoadCall, afterwards: Afterwards) {
        if self.interrupted.is_some() {
            call.purpose.unsent(&mut self.out);
        } else {
            self.make(call, afterwards);
        }
    }

    fn make(&mut self, call: LoadCall, afterwards: Afterwards) {
        call.sent(&mut self.out);
        self.estate.opens(&call.purpose);
        let LoadCall { purpose, asked } = call;
        let (came, after) = self.estate.exchange(&mut self.agenda, asked, &mut self.out).seen();
        if after > Span::ZERO {
            let at = self.agenda.now + after;
            let answered = Box::new((purpose, afterwards, came));
            self.agenda.timers.set(at, Due::Answered(answered));
            return;
        }
        let call = (&purpose, afterwards);
        self.estate.answered(&mut self.agenda, call, &came, &mut self.out);
    }

    fn answer_calls(&mut self, id: ConnectorId) {
        let room = (&mut self.out, &mut self.calls);
        for (after, op, came) in self.estate.answer_calls(&mut self.agenda, id, room) {
            self.agenda.timers.set(self.agenda.now + after, Due::CameBack(id, op, came));
        }
    }

    /// Delivers a notice; one that is refused comes again. Nobody takes what is signed wrong.
    fn deliver(&mut self, posting: Posting) {
        let Posting { to, notice, is_spoiled, posts } = posting;
        let about = notice.about();
        let refused = if is_spoiled {
            Some(notice)
        } else {
            self.estate.deliver(&mut self.agenda, to, notice, &mut self.out)
        };
        self.answer_calls(to);
        if let Some((after, notice)) = self.estate.posted(about, refused, posts) {
            let at = self.agenda.now + Span(after);
            let posting = Posting { to, notice, is_spoiled, posts: posts + 1 };
            self.agenda.timers.set(at, Due::Notice(posting));
        }
    }

    fn note(&mut self) {
        if self.out.facts.is_empty() {
            return;
        }
        self.record.note(self.agenda.now, 0, &mut self.out.facts);
    }

    fn sample(&mut self) {
        self.estate.sample(&mut self.agenda, &mut self.out);
        self.note();
        self.estate.forget_when_many(self.agenda.now);
        self.agenda.timers.set(self.agenda.now + SAMPLE_EVERY, Due::Sample);
    }

    fn is_quiet(&self) -> bool {
        // What an interrupted run still has on its agenda will not be sent; what was due at that
        // very moment is to be said.
        let stopped = self.interrupted.is_some_and(|stopped| self.agenda.now > stopped);
        (self.to_come == 0 || stopped) && self.estate.is_quiet()
    }

    /// What is due next, if it is by the end. Of one moment the machines' own affairs come first,
    /// so that a sample sees what its moment brought.
    fn next_due(&mut self) -> Option<Due> {
        let (wake, place) = self.estate.next_wake();
        let at = self.agenda.timers.next().unwrap_or(At::NEVER);
        let next = at.min(wake);
        if next > self.latest || next == At::NEVER {
            return None;
        }
        self.agenda.now = next;
        if next == wake {
            return Some(Due::Wake(self.estate.role(place)));
        }
        self.agenda.timers.due(next)
    }
}

#[cfg(test)]
mod bundled;
#[cfg(test)]
mod dispatched;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod located;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod met;
#[cfg(test)]
mod operated;
#[cfg(test)]
mod taking;
#[cfg(test)]
mod tests;
