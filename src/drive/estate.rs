//! Owns the estate: the machines of a plan, each in a cell of its own, and what is open between
//! them. Must not know what makes time pass, nor how calls travel: a [`Driver`] does.
//!
//! Whatever happens to a machine happens in [`Estate::turn`]: in its cell the driver reads the
//! time, the machine acts, what it said is taken down; outside it what it left is carried. So the
//! order of facts is the order in which things happened to each machine.

mod ahead;
mod barred;
mod books;
mod cell;
mod exchange;
mod forgetting;
#[cfg(feature = "live")]
mod hub;
#[cfg(feature = "live")]
mod inside;
mod load;
mod marks;
mod operated;
#[cfg_attr(
    not(feature = "live"),
    expect(dead_code, reason = "only a live run has somebody outside")
)]
mod outside;
mod ruled;
mod seat;

use std::sync::atomic::{AtomicBool, Ordering};

use self::books::Books;
use self::cell::Cell as _;
#[cfg(feature = "live")]
pub(super) use self::cell::Shared;
pub(super) use self::cell::{Alone, Cells};
use self::forgetting::Patience;
pub(super) use self::load::Checkouts;
pub(super) use self::operated::Setting;
pub(super) use self::outside::Ear;
pub(super) use self::seat::Seat;
use super::systems::Systems;
use crate::commerce::connector::Connector;
use crate::commerce::desk::Edit;
use crate::commerce::fault::FaultRules;
use crate::commerce::marketplace::Marketplace;
use crate::commerce::oms::Oms;
use crate::commerce::outbox::{Calling, Outbox};
use crate::commerce::protocol::{CameBack, Notice, Role};
use crate::ids::{ChannelId, ConnectorId, Intent, OpId, OrderId};
use crate::traffic::Arrival;
use crate::units::{At, Span};

/// How often queues are sampled, in campaign time.
pub(super) const SAMPLE_EVERY: Span = Span::from_secs(5);
/// A notice that is not taken is posted again until it has been this often, twice as late each
/// time.
const POSTS_MAX: u32 = 8;
/// Microseconds of the driver's own time before it is posted the second time, halved.
const POST_AGAIN_US: u64 = 5_000;

/// What makes time pass for an estate and carries what its machines leave.
pub(super) trait Driver {
    /// Something happens, in a machine's cell: reads the time and takes down what is said.
    fn stamp<T>(&mut self, out: &mut Outbox, happens: impl FnOnce(At, &mut Outbox) -> T) -> T;
    /// A machine is to be woken then, which is earlier than was known.
    fn wake_at(&mut self, role: Role, at: At);
    /// A customer is to change their mind then.
    fn cancel_at(&mut self, at: At, intent: Intent, order: OrderId);
    /// A shopper is to edit an order then.
    fn edit_at(&mut self, at: At, edit: Box<Edit>);
    /// A shopper is to check out then.
    fn check_out_at(&mut self, at: At, arrival: Box<Arrival>);
    /// Until when a call that has been made may be heard although its caller has given it up;
    /// none: whatever is made is heard at once.
    fn may_come_late(&self) -> Option<At>;
    /// Takes the notices that a machine has left, and its calls.
    fn carry(&mut self, from: Role, out: &mut Outbox);
}

/// What all machines have in common.
trait Machine {
    fn next_wake(&self) -> Option<At>;
}

/// The machines of a plan, and what is open between them.
pub(super) struct Estate<C: Cells> {
    channels: Vec<C::Of<Marketplace>>,
    oms: C::Of<Oms>,
    connectors: Vec<Seat<C::Of<Connector>>>,
    /// What is heard of a connector that is not played here.
    ear: Option<C::Of<Ear>>,
    /// When each machine is to be woken: channels, then connectors, then the OMS. A look at a few
    /// machines is quicker than a heap that wakes come to and are overtaken in.
    wakes: C::Of<Vec<At>>,
    books: C::Of<Books>,
    patience: C::Of<Patience>,
    /// Its faults; none: it has none.
    rules: Option<C::Of<FaultRules>>,
    /// By which rule each channel is to show stock.
    settings: C::Of<Vec<Setting>>,
    carts: Checkouts,
    /// The machines are asked no more.
    shut: AtomicBool,
}

impl<C: Cells> Estate<C> {
    pub(super) fn new(systems: Systems) -> Estate<C> {
        let Systems { channels, oms, connectors, rules, settings, ear, carts } = systems;
        let machines = channels.len() + connectors.len() + 1;
        Estate {
            channels: channels.into_iter().map(C::Of::new).collect(),
            oms: C::Of::new(oms),
            connectors: connectors.into_iter().map(|seat| seat.map(C::Of::new)).collect(),
            ear: ear.map(C::Of::new),
            wakes: C::Of::new(vec![At::NEVER; machines]),
            books: C::Of::new(Books::default()),
            patience: C::Of::new(Patience::default()),
            rules: rules.map(C::Of::new),
            settings: C::Of::new(settings),
            carts,
            shut: AtomicBool::new(false),
        }
    }

    /// Gives a machine its turn; an estate that is shut gives the input back.
    #[inline]
    fn turn<M: Machine, I, T>(
        &self,
        by: &mut impl Driver,
        (role, machine): (Role, &C::Of<M>),
        input: I,
        out: &mut Outbox,
        act: impl FnOnce(&mut M, At, I, &mut Outbox) -> T,
    ) -> Result<T, I> {
        let (answer, next) = machine.with(|machine| {
            if self.shut.load(Ordering::SeqCst) {
                return Err(input);
            }
            let answer = by.stamp(out, |now, out| act(machine, now, input, out));
            // Counted inside the cell: quiet must never be seen between a cause and its effect.
            if !out.notices.is_empty() {
                if let Some(rules) = &self.rules {
                    rules.with(|rules| rules.on_webhooks(role, &mut out.notices));
                }
                self.books.with(|books| books.notices_leave(&out.notices));
            }
            Ok((answer, machine.next_wake()))
        })?;
        self.plan_wake(by, role, next);
        if !out.notices.is_empty() || !out.calls.is_empty() {
            by.carry(role, out);
        }
        Ok(answer)
    }

    /// Delivers a notice; leaves one that the connector refuses. Nobody else delivers one.
    pub(super) fn deliver(
        &self,
        by: &mut impl Driver,
        to: ConnectorId,
        notice: Notice,
        out: &mut Outbox,
    ) -> Option<Notice> {
        let Some(connector) = self.connector(to) else { return Some(notice) };
        self.turn(by, connector, notice, out, Connector::notice).unwrap_or_else(Some)
    }

    /// A notice about an order was posted so often: leaves one that was refused and is to be
    /// posted again, after so many microseconds of the driver's own time.
    pub(super) fn posted(
        &self,
        about: Option<OrderId>,
        refused: Option<Notice>,
        posts: u32,
    ) -> Option<(u64, Notice)> {
        let again = refused.filter(|_| posts < POSTS_MAX);
        if again.is_none() {
            self.books.with(|books| books.notice_is_over(about));
        }
        again.map(|notice| (POST_AGAIN_US << posts, notice))
    }

    /// Nobody knows whether a notice about an order was heard, which may still be until then.
    #[cfg(feature = "live")]
    pub(super) fn unheard(&self, about: Option<OrderId>, until: At) {
        if let Some(order) = about {
            self.books.with(|books| books.unheard(order, until));
        }
    }

    /// A connector's call came back.
    pub(super) fn came_back(
        &self,
        by: &mut impl Driver,
        (to, op): (ConnectorId, OpId),
        came: CameBack,
        out: &mut Outbox,
    ) {
        let late = by.may_come_late().filter(|_| matches!(came, CameBack::Unknown));
        // An estate that is shut hears nothing.
        let hears = |machine: &mut Connector, now, came, out: &mut Outbox| {
            if let (Some(until), Some(order)) = (late, machine.about(op)) {
                self.books.with(|books| books.unheard(order, until));
            }
            machine.came_back(now, op, came, out);
        };
        let Some(connector) = self.connector(to) else { return };
        let _ = self.turn(by, connector, came, out, hears);
    }

    /// Answers the calls that a connector has just made, and those that the answers lead to, for a
    /// driver whose exchanges take no time: they are part of its turn. Leaves the answers that a
    /// fault makes late, each with how late.
    pub(super) fn answer_calls(
        &self,
        by: &mut impl Driver,
        of: ConnectorId,
        (out, room): (&mut Outbox, &mut Vec<Calling>),
    ) -> Vec<(Span, OpId, CameBack)> {
        let mut late = Vec::new();
        if out.calls.is_empty() {
            return late;
        }
        let Some((role, connector)) = self.connector(of) else { return late };
        let next = connector.with(|connector| {
            // Those that answers lead to come after all that were made before.
            while !out.calls.is_empty() {
                std::mem::swap(room, &mut out.calls);
                for Calling { op, asked } in room.drain(..) {
                    let (came, after) = self.exchange(by, asked, out).seen();
                    if after > Span::ZERO {
                        late.push((after, op, came));
                    } else {
                        by.stamp(out, |now, out| connector.came_back(now, op, came, out));
                    }
                }
            }
            connector.next_wake()
        });
        self.plan_wake(by, role, next);
        late
    }

    /// A connector that is played here.
    fn connector(&self, id: ConnectorId) -> Option<(Role, &C::Of<Connector>)> {
        Some((Role::Connector(id), self.connectors[id.index()].played()?))
    }

    /// Those that are played here.
    fn played(&self) -> impl Iterator<Item = &C::Of<Connector>> {
        self.connectors.iter().filter_map(Seat::played)
    }

    /// Wakes a machine, unless an earlier wake has overtaken this one.
    pub(super) fn wake(&self, by: &mut impl Driver, role: Role, at: At, out: &mut Outbox) {
        let place = self.place(role);
        let planned = self.wakes.with(|wakes| {
            let planned = wakes[place] == at;
            if planned {
                wakes[place] = At::NEVER;
            }
            planned
        });
        if !planned {
            return;
        }
        // An estate that is shut wakes nobody.
        let _ = match role {
            Role::Channel(id) => {
                let machine = (role, &self.channels[id.index()]);
                self.turn(by, machine, (), out, |m, now, (), out| m.wake(now, out))
            }
            Role::Oms => {
                self.turn(by, (role, &self.oms), (), out, |m, now, (), out| m.wake(now, out))
            }
            Role::Connector(id) => match self.connector(id) {
                Some(machine) => {
                    self.turn(by, machine, (), out, |m, now, (), out| m.wake(now, out))
                }
                None => return,
            },
        };
    }

    #[inline]
    fn plan_wake(&self, by: &mut impl Driver, role: Role, next: Option<At>) {
        let Some(at) = next else { return };
        let place = self.place(role);
        let earlier = self.wakes.with(|wakes| {
            let earlier = at < wakes[place];
            if earlier {
                wakes[place] = at;
            }
            earlier
        });
        if earlier {
            by.wake_at(role, at);
        }
    }

    /// Plans what machines have to do by themselves before anything has happened to them.
    pub(super) fn plan_wakes(&self, by: &mut impl Driver) {
        for place in 0..self.channels.len() + self.connectors.len() {
            let role = self.role(place);
            let next = match role {
                Role::Channel(id) => self.channels[id.index()].with(|m| m.next_wake()),
                Role::Connector(id) => {
                    self.connector(id).and_then(|(_, machine)| machine.with(|m| m.next_wake()))
                }
                Role::Oms => self.oms.with(|m| m.next_wake()),
            };
            self.plan_wake(by, role, next);
        }
    }

    /// When the next is to be woken, and its place.
    #[inline]
    pub(super) fn next_wake(&self) -> (At, usize) {
        self.wakes.with(|wakes| {
            let next = wakes.iter().enumerate().min_by_key(|(_, at)| **at);
            next.map_or((At::NEVER, 0), |(place, at)| (*at, place))
        })
    }

    /// Who has a place.
    pub(super) fn role(&self, place: usize) -> Role {
        let channels = self.channels.len();
        match place {
            _ if place < channels => Role::Channel(ChannelId(place as u16)),
            _ if place < channels + self.connectors.len() => {
                Role::Connector(ConnectorId((place - channels) as u16))
            }
            _ => Role::Oms,
        }
    }

    fn place(&self, role: Role) -> usize {
        match role {
            Role::Channel(id) => id.index(),
            Role::Connector(id) => self.channels.len() + id.index(),
            Role::Oms => self.channels.len() + self.connectors.len(),
        }
    }

    /// Says how every connector's queues stand.
    pub(super) fn sample(&self, by: &mut impl Driver, out: &mut Outbox) {
        for connector in self.played() {
            connector.with(|machine| by.stamp(out, |_, out| machine.sample(out)));
        }
        self.outside_says(by, out);
        self.sample_faults(by, out);
    }

    /// From here on no machine is asked any more, whoever calls: what was being answered has been,
    /// when this returns.
    pub(super) fn shut(&self) {
        self.shut.store(true, Ordering::SeqCst);
        self.channels.iter().for_each(|machine| machine.with(|_| ()));
        self.played().for_each(|machine| machine.with(|_| ()));
        self.oms.with(|_| ());
    }

    /// No call of the load, notice, payment, change or job is under way anywhere.
    pub(super) fn is_quiet(&self) -> bool {
        let cursors: Vec<u64> = self.channels.iter().map(|m| m.with(|m| m.cursor())).collect();
        let source = self.oms.with(|oms| oms.cursor());
        self.books.with(|books| books.load == 0 && books.notices == 0)
            && self.channels.iter().all(|machine| machine.with(|m| m.is_quiet()))
            && self.oms.with(|oms| oms.is_quiet())
            && self.played().all(|m| m.with(|m| m.is_quiet(&cursors, source)))
    }
}

macro_rules! machine {
    ($machine:ty) => {
        impl Machine for $machine {
            fn next_wake(&self) -> Option<At> {
                <$machine>::next_wake(self)
            }
        }
    };
}

machine!(Marketplace);
machine!(Oms);
machine!(Connector);
