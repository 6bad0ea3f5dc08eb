//! Owns mocks alone, as a test double of what an integration talks to: systems without load or
//! connector, whose clock can be held and moved, and that can begin anew at their addresses.
//! Must not know who asks for it, nor how.
//!
//! One loop lets happen what falls due and grants what is wished for ([`MocksHandle`]), so that
//! time never moves on between the two.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

use super::carrier::{Carrier, Later};
use super::clock::Clock;
use super::descriptors::{self, CONTROL_CONNECTIONS_MAX, InFlight};
use super::diary::Due;
use super::error::LiveError;
use super::faced::{AlsoCalled, FacePlace};
use super::fronts::Fronts;
use super::harness::Doors;
use super::hosted::Hosted;
use super::play::{connect, keep, listen, make_appointments, raise, roster};
use super::tail::Tail;
use super::timer::Timer;
use super::wishes::{ClockTold, ClockWish, MocksHandle, OrderWish, Records, Wish};
use crate::commerce::desk::{Afterwards, LoadCall};
use crate::commerce::fault::edges;
use crate::commerce::outbox::{Answer, Outbox};
use crate::commerce::protocol::{Asked, CameBack, Notice, Receipt, Reply, Role};
use crate::faces::service::KeepsFaces;
use crate::faces::{FaceReply, FaceRequest, KeptOut};
use crate::history::writer::{Journal, Observer, WriterError};
use crate::ids::{Buyer, ConnectorId, Intent};
use crate::scenario::Plan;
use crate::traffic::Arrival;
use crate::units::Span;
use crate::wire::keys::Keyring;
use crate::wire::listen::Listening;
use crate::wire::server::Serves;

/// How often webhooks that are out are looked for, in wall time.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Orders that are placed for somebody who gives no intent count from here: far above what a test
/// counts, and exact in a double.
const INTENTS_ABOVE: u64 = (1 << 40) - 1;

/// How mocks begin, every time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MocksTerms {
    /// Their clock is held until it is let go or moved.
    pub held: bool,
    /// Faults begin and end when they are told to, never by themselves.
    pub faults_when_told: bool,
}

/// Makes the journal of each beginning, the first of which is number 1.
pub type Journals = Box<dyn FnMut(u32, Observer) -> Result<Journal, WriterError> + Send>;

/// Systems that listen on loopback, with nobody between them.
pub struct Mocks {
    plan: Plan,
    terms: MocksTerms,
    keys: Keyring,
    also: AlsoCalled,
    faces: Vec<FacePlace>,
    most: InFlight,
    journals: Journals,
    beginnings: u32,
    /// The intent of the last order of this beginning that came with none.
    intents: u64,
    carrier: Arc<Carrier>,
    stage: Arc<Stage>,
    doors: Doors,
    records: watch::Sender<Records>,
    /// Journals of earlier beginnings, as far as they are still written.
    ending: Vec<JoinHandle<Result<(), LiveError>>>,
    wishes: mpsc::Receiver<Wish>,
    handle: MocksHandle,
}

/// The systems that stand behind the addresses now.
struct Stage(RwLock<Arc<Carrier>>);

impl Stage {
    fn now(&self) -> Hosted {
        Hosted(Arc::clone(&self.0.read()))
    }
}

impl KeepsFaces for Stage {
    fn receive(&self, role: Role, request: &FaceRequest<'_>) -> Answer<FaceReply> {
        self.now().receive(role, request)
    }

    fn kept_out(&self, role: Role, why: KeptOut) -> FaceReply {
        self.now().kept_out(role, why)
    }
}

impl Serves for Stage {
    fn exchange(&self, asked: Asked) -> Answer<Reply> {
        self.now().exchange(asked)
    }

    fn notice(&self, connector: ConnectorId, notice: Notice) -> Answer<Receipt> {
        self.now().notice(connector, notice)
    }
}

/// A beginning of a plan: its systems, and what is written of them.
fn beginning(
    plan: &Plan,
    (terms, keys, also): (MocksTerms, Keyring, &AlsoCalled),
    journals: &mut Journals,
    number: u32,
) -> Result<(Arc<Carrier>, Records), WriterError> {
    let tail = Arc::<Tail>::default();
    let journal = journals(number, tail.observer())?;
    let speed_milli = plan.charter.speed_milli.max(1);
    let fronts = Fronts::of(plan, keys, &also.public_urls);
    let carrier = raise(plan, &journal, fronts, || Clock::in_hand(speed_milli, !terms.held));
    Ok((carrier, Records { tail, journal }))
}

impl Mocks {
    /// Sets a plan's channels and OMS up and listens, on the tokio runtime of the caller. Its
    /// connectors are left out: somebody else's stands there.
    ///
    /// # Errors
    /// When an address cannot be listened on, or the journal not be written.
    pub async fn open(
        plan: &Plan,
        terms: MocksTerms,
        (keys, also): (Keyring, AlsoCalled),
        mut journals: Journals,
    ) -> Result<Mocks, LiveError> {
        let mut plan = plan.clone();
        plan.world.connectors.clear();
        plan.external = None;
        for fault in &mut plan.world.faults {
            fault.at.retain(|role| !matches!(role, Role::Connector(_)));
        }
        let free = descriptors::free().saturating_sub(CONTROL_CONNECTIONS_MAX as u64);
        let most = roster(&plan).within(free)?;
        let (carrier, records) = beginning(&plan, (terms, keys, &also), &mut journals, 1)?;
        let stage = Arc::new(Stage(RwLock::new(Arc::clone(&carrier))));
        let (listening, faces) = listen(&plan, (keys, &also), most, &stage).await?;
        let doors = Doors::new(listening, Arc::clone(&carrier.befallen));
        let (records, reading) = watch::channel(records);
        let (handle, wishes) = MocksHandle::new(plan.charter.clone(), reading);
        let mocks = Mocks {
            plan,
            terms,
            keys,
            also,
            faces,
            most,
            journals,
            beginnings: 1,
            intents: INTENTS_ABOVE,
            carrier,
            stage,
            doors,
            records,
            ending: vec![],
            wishes,
            handle,
        };
        mocks.set_out()?;
        Ok(mocks)
    }

    /// Connects the systems of a beginning, and says what is to happen by itself.
    fn set_out(&self) -> Result<(), LiveError> {
        connect(&self.carrier, &self.doors, &self.faces, (self.keys, None), self.most)?;
        let edges = edges(&self.plan.world.faults);
        let edges = edges.filter(|_| !self.terms.faults_when_told);
        make_appointments(&self.carrier, edges);
        Ok(())
    }

    /// What others wish of them.
    pub fn handle(&self) -> MocksHandle {
        self.handle.clone()
    }

    /// Where the faces of channels are reached.
    pub fn faces(&self) -> &[FacePlace] {
        &self.faces
    }

    /// Where everybody listens, and the token that callers must show.
    pub fn places(&self) -> Vec<(Role, SocketAddr, String)> {
        let place = |(role, listening): &(Role, Listening)| {
            let token = self.keys.token(*role).reveal().to_owned();
            (*role, listening.address(), token)
        };
        let own = self.plan.charter.channels.len() + 1;
        self.doors.listening.iter().take(own).map(place).collect()
    }

    /// Lets the systems do by themselves what falls due, and does what is wished for, until
    /// dropped.
    ///
    /// # Errors
    /// When the system's timers fail, or the journal cannot be written.
    pub async fn keep_time(&mut self) -> Result<(), LiveError> {
        let mut timer = Timer::new()?;
        loop {
            let carrier = Arc::clone(&self.carrier);
            tokio::select! {
                due = carrier.diary.due(&carrier.clock, &mut timer) => {
                    keep(&carrier, &mut self.doors, due?);
                }
                wish = self.wishes.recv() => {
                    if let Some(wish) = wish {
                        self.grant(wish).await?;
                    }
                }
            }
            if let Some(why) = self.records.borrow().journal.failed() {
                return Err(why.into());
            }
        }
    }

    /// Who wished it may have gone: that is no concern of the mocks.
    async fn grant(&mut self, wish: Wish) -> Result<(), LiveError> {
        match wish {
            Wish::BeginAnew(told) => {
                self.begin_anew().await?;
                let _ = told.send(self.clock());
            }
            Wish::Clock(wish, told) => {
                self.set_clock(wish).await;
                let _ = told.send(self.clock());
            }
            Wish::Order(wish, told) => {
                let arrival = self.arrival(wish);
                let call = self.carrier.estate.order(arrival);
                let _ = told.send(self.carrier.ask(call));
            }
            Wish::Stock(sku, units, told) => {
                let now = self.carrier.clock.now().at;
                let call = self.carrier.estate.setting(now, sku, units);
                let _ = told.send(self.carrier.ask(call));
            }
            Wish::Fault(fault, in_force, told) => {
                self.carrier.happen(Later::Fault(fault, in_force));
                let _ = told.send(self.carrier.estate.faults_in_force());
            }
            Wish::Faults(told) => {
                let _ = told.send(self.carrier.estate.faults_in_force());
            }
        }
        Ok(())
    }

    /// The order that somebody wishes, now.
    fn arrival(&mut self, wish: OrderWish) -> Arrival {
        let OrderWish { channel, lines, intent, buyer } = wish;
        let intent = Intent(intent.unwrap_or_else(|| {
            self.intents += 1;
            self.intents
        }));
        let buyer = Buyer(buyer.unwrap_or(intent.0));
        let at = self.carrier.clock.now().at;
        Arrival { intent, at, channel, buyer, lines, cancels_after: None }
    }

    fn clock(&self) -> ClockTold {
        let clock = &self.carrier.clock;
        ClockTold {
            at: clock.now().at,
            held: !clock.runs(),
            speed_milli: clock.speed_milli(),
            beginnings: self.beginnings,
        }
    }

    async fn set_clock(&mut self, wish: ClockWish) {
        let clock = self.carrier.clock.clone();
        if let Some(held) = wish.held {
            clock.run(!held);
        }
        if let Some(by) = wish.advance {
            self.advance(&clock, by).await;
        }
    }

    /// Moves the clock on, from one thing that is due to the next: each happens at its own time,
    /// and a webhook is answered before time goes on.
    async fn advance(&mut self, clock: &Clock, by: Span) {
        let runs = clock.runs();
        clock.run(false);
        let until = clock.now().at + by;
        let diary = &self.carrier.diary;
        loop {
            let next = diary.next().filter(|at| *at <= until);
            let waits = next.is_none_or(|at| at > clock.now().at);
            if waits && !self.carrier.fronts.are_back() {
                // Each has a time-out of its own.
                sleep(LOOK_EVERY).await;
                continue;
            }
            let Some(at) = next else { break };
            clock.move_to(at);
            let now = clock.now();
            let due = Due { now, things: diary.overdue(now.at), stalled_us: None };
            keep(&self.carrier, &mut self.doors, due);
        }
        clock.move_to(until);
        clock.run(runs);
    }

    /// The same systems as at first stand where these stood; connections stay. What was being
    /// answered is answered by the systems that it was put to.
    async fn begin_anew(&mut self) -> Result<(), LiveError> {
        self.beginnings += 1;
        let begun = beginning(
            &self.plan,
            (self.terms, self.keys, &self.also),
            &mut self.journals,
            self.beginnings,
        )?;
        let (carrier, records) = begun;
        self.intents = INTENTS_ABOVE;
        let before = std::mem::replace(&mut self.carrier, Arc::clone(&carrier));
        *self.stage.0.write() = carrier;
        let written = self.records.send_replace(records);
        before.estate.shut();
        before.hang_up().await;
        // It may have much to write yet, which nobody waits for.
        self.ending.push(spawn_blocking(move || written.end()));
        self.are_written().await?;
        self.doors.open_to(Arc::clone(&self.carrier.befallen));
        self.set_out()?;
        self.carrier.shut_gates();
        Ok(())
    }

    /// Whether the journals of earlier beginnings that have come to their end are whole.
    async fn are_written(&mut self) -> Result<(), LiveError> {
        while let Some(place) = self.ending.iter().position(JoinHandle::is_finished) {
            self.ending.swap_remove(place).await.expect("a journal ends, or says why not")?;
        }
        Ok(())
    }

    /// Stops listening.
    ///
    /// # Errors
    /// When a journal could not be written.
    pub async fn close(self) -> Result<(), LiveError> {
        // Whoever still asks is answered.
        self.doors.close().await;
        self.carrier.estate.shut();
        self.carrier.hang_up().await;
        for ending in self.ending {
            ending.await.expect("a journal ends, or says why not")?;
        }
        let records = self.records.borrow().clone();
        records.end()
    }
}

impl Carrier {
    /// Makes a call of the load at once, by no line: whoever wishes for it waits for the answer.
    /// Says what its caller hears; one that a fault makes late counts as heard now.
    fn ask(self: &Arc<Self>, call: LoadCall) -> CameBack {
        let mut out = Outbox::default();
        self.estate.opens(&call.purpose);
        call.sent(&mut out);
        self.note(&mut out);
        let (came, _) = self.estate.exchange(&mut &*self, call.asked, &mut out).seen();
        self.estate.answered(&mut &*self, (&call.purpose, Afterwards::Nothing), &came, &mut out);
        came
    }
}

#[cfg(test)]
#[path = "mocks_tests.rs"]
mod tests;
