//! Owns a live run from the first server to the last record: host, sell, drain, end.
//! Must not judge.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::Uri;

use super::attend::attend;
use super::carrier::{Carrier, Later, Stop};
use super::clock::Clock;
use super::descriptors::{self, InFlight, Roster};
use super::diary::Due;
use super::error::LiveError;
use super::faced::{AlsoCalled, FacePlace, open_faces};
use super::fronts::{Fronts, faced, port_of};
use super::harness::Doors;
use super::hosted::Hosted;
use super::lines::{self, Lines};
use super::pacer::Pacer;
use super::timer::Timer;
use crate::commerce::defect::Marked;
use crate::commerce::fault::edges;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::Role;
use crate::drive::calendar::Calendar;
use crate::drive::estate::SAMPLE_EVERY;
use crate::drive::hand::{Act, Hand};
use crate::drive::script::Scripted;
use crate::drive::systems::Systems;
use crate::faces::service::KeepsFaces;
use crate::history::What;
use crate::history::fact::Ending;
use crate::history::writer::Journal;
use crate::ids::{ChannelId, ConnectorId, FaultId};
use crate::scenario::Plan;
use crate::traffic::Arrival;
use crate::units::{At, Span};
use crate::wire::keys::Keyring;
use crate::wire::listen::{ListenerLimits, Listening};
use crate::wire::server::{self, Credential, ListenAt, Serves};

/// How often a hand is asked and an ending run looks for quiet, in wall time.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The longest an interrupted run drains, in wall time.
pub const DRAIN_INTERRUPTED: Duration = Duration::from_secs(10);
/// What an exchange over loopback takes, in wall microseconds: a worker's call leaves that much
/// before its service ends.
const EXCHANGE_US: u64 = 500;

/// Systems that listen on loopback.
pub struct Hosting {
    pub(super) carrier: Arc<Carrier>,
    pub(super) doors: Doors,
    pub(super) keys: Keyring,
    /// Its connector is somebody else's program: the tokens to be shown are a connector's.
    pub(super) is_outside: bool,
    /// Where faces are reached.
    faces: Vec<FacePlace>,
    /// When faults begin and end.
    edges: Vec<(At, FaultId, bool)>,
}

/// Whether the system grants what a plan needs, and what is to be said of it: asked before anything
/// is made.
pub fn prepare(plan: &Plan) -> Result<Option<String>, LiveError> {
    let have = descriptors::free();
    Ok(roster(plan).within(have)?.note(have))
}

pub(super) fn roster(plan: &Plan) -> Roster {
    let channels = plan.charter.channels.len() as u64;
    let faces = faced(plan).count() as u64;
    Roster { channels, connectors: plan.world.connectors.len() as u64, faces }
}

impl Hosting {
    /// Sets a plan's systems up and listens, on the tokio runtime of the caller. Campaign time
    /// begins with it.
    pub async fn open(plan: &Plan, journal: &Journal, keys: Keyring) -> Result<Hosting, LiveError> {
        let most = roster(plan).within(descriptors::free())?;
        let speed_milli = plan.charter.speed_milli.max(1);
        let also = AlsoCalled::default();
        let fronts = Fronts::of(plan, keys, &also.public_urls);
        let carrier = raise(plan, journal, fronts, || match &plan.external {
            // Campaign time stands until somebody has come.
            Some(_) => Clock::in_hand(speed_milli, false),
            None => Clock::start(speed_milli),
        });
        let hosted = Arc::new(Hosted(Arc::clone(&carrier)));
        let (listening, faces) = listen(plan, (keys, &also), most, &hosted).await?;
        let doors = Doors::new(listening, Arc::clone(&carrier.befallen));
        connect(&carrier, &doors, &faces, (keys, lines::webhooks(plan)?), most)?;
        let edges = edges(&plan.world.faults).collect();
        let is_outside = plan.external.is_some();
        Ok(Hosting { carrier, doors, keys, is_outside, faces, edges })
    }

    /// Where the faces of channels are reached.
    pub fn faces(&self) -> &[FacePlace] {
        &self.faces
    }

    /// Lets the systems do by themselves what falls due, until dropped.
    async fn keep_time(&mut self) -> Result<(), LiveError> {
        let carrier = &self.carrier;
        let mut timer = Timer::new()?;
        make_appointments(carrier, std::mem::take(&mut self.edges));
        loop {
            let due = carrier.diary.due(&carrier.clock, &mut timer).await?;
            keep(carrier, &mut self.doors, due);
        }
    }

    /// Plays a plan over HTTP, to its end or as far as a hand from outside lets it. Says how often
    /// each defect of its machines has struck, and what stands wrong when it is over.
    pub async fn play(
        mut self,
        plan: &Plan,
        journal: &Journal,
        hand: &mut impl Hand,
    ) -> Result<Marked, LiveError> {
        let carrier = Arc::clone(&self.carrier);
        carrier.clock.run(true);
        let hand = &mut Scripted::new(plan, hand);
        let ended = tokio::select! {
            kept = self.keep_time() => kept.map(|()| Ending::Interrupted),
            asked = attend(hand, &carrier, Some(LOOK_EVERY)) => {
                asked.map(|()| Ending::Interrupted).map_err(LiveError::Time)
            }
            ended = campaign(plan, &carrier, journal) => ended,
        };
        // Calls still open are dropped unanswered: their outcome stays unknown.
        carrier.hang_up().await;
        self.end(ended?).await;
        Ok(carrier.estate.marked(carrier.clock.now().at, &plan.charter))
    }

    /// The last record, of a run that has hung up: nothing may follow it. Stops listening.
    pub(super) async fn end(mut self, why: Ending) {
        let carrier = &self.carrier;
        // Whoever still calls is not heard any more.
        carrier.estate.shut();
        let mut out = Outbox::default();
        carrier.estate.outside_says(&mut &*carrier, &mut out);
        carrier.estate.heal(&mut &*carrier, &mut out);
        carrier.estate.resolve(&mut out);
        carrier.note(&mut out);
        carrier.obey(self.doors.turn(carrier.clock.now().at));
        carrier.say(What::Ended { why });
        self.doors.close().await;
    }

    /// Stops listening.
    #[cfg(test)]
    async fn close(self) {
        self.carrier.hang_up().await;
        self.doors.close().await;
    }
}

/// The systems of a plan, which have said what they open with; their clock begins after that.
pub(super) fn raise(
    plan: &Plan,
    journal: &Journal,
    fronts: Fronts,
    clock: impl FnOnce() -> Clock,
) -> Arc<Carrier> {
    let speed_milli = plan.charter.speed_milli.max(1);
    let allowance = Span(EXCHANGE_US * speed_milli / 1_000);
    let systems = Systems::new(plan, Some(allowance));
    let mut out = Outbox::default();
    systems.open(plan, speed_milli, &mut out);
    journal.note(At::START, 0, &mut out.facts);
    Carrier::new((systems, fronts), (clock(), journal.clone()))
}

/// Opens the address of every system, for whoever answers there; then those of faces.
pub(super) async fn listen<S: Serves + KeepsFaces>(
    plan: &Plan,
    (keys, also): (Keyring, &AlsoCalled),
    most: InFlight,
    serves: &Arc<S>,
) -> Result<(Vec<(Role, Listening)>, Vec<FacePlace>), LiveError> {
    let mut listening = Vec::new();
    for (role, name) in roles(plan) {
        let credential = match role {
            Role::Connector(id) => Credential::Signed(keys.signing(id)),
            role => Credential::Bearer(keys.token(role)),
        };
        let listen = port_of(plan, role, &name);
        let outside = plan.external.as_ref().map(|_| keys.outside(role));
        let endpoint = ListenAt { role, listen, credential, outside };
        let limits =
            ListenerLimits { connections_max: most.at(role, plan), ..ListenerLimits::default() };
        let opened = server::open(endpoint, limits, Arc::clone(serves)).await;
        let opened = opened.map_err(|source| LiveError::Open { name, source })?;
        listening.push((role, opened));
    }
    let opened = open_faces(plan, (keys, also.tls.clone(), most), serves).await;
    let (faces, doors) = opened.map_err(|(name, source)| LiveError::Open { name, source })?;
    listening.extend(doors);
    Ok((listening, faces))
}

/// Connects what systems call each other over and what shuts their addresses; faces hear theirs.
pub(super) fn connect(
    carrier: &Carrier,
    doors: &Doors,
    faces: &[FacePlace],
    (keys, webhooks): (Keyring, Option<Uri>),
    most: InFlight,
) -> Result<(), LiveError> {
    carrier.fronts.live_at(faces.iter().map(|at| (at.role, &*at.url)));
    let mut addresses: BTreeMap<Role, SocketAddr> = BTreeMap::new();
    for (role, at) in &doors.listening {
        // The neutral API's come first: a system's others are its face's.
        addresses.entry(*role).or_insert(at.address());
    }
    let gates = doors.listening.iter().map(|(role, at)| (*role, at.gate())).collect();
    carrier.connect(Lines::new(&addresses, (keys, webhooks.as_ref()), most)?, gates);
    Ok(())
}

/// What is to happen by itself, before anything has.
pub(super) fn make_appointments(
    carrier: &Arc<Carrier>,
    edges: impl IntoIterator<Item = (At, FaultId, bool)>,
) {
    carrier.estate.plan_wakes(&mut &*carrier);
    carrier.diary.set(At::START, Later::Sample);
    for (at, fault, begins) in edges {
        carrier.diary.set(at, Later::Fault(fault, begins));
    }
}

/// Lets happen what fell due.
pub(super) fn keep(carrier: &Arc<Carrier>, doors: &mut Doors, due: Due<Later>) {
    if let Some(wall_us) = due.stalled_us {
        carrier.say(What::Stalled { wall_us });
    }
    for later in due.things {
        if matches!(later, Later::Sample) {
            carrier.diary.set(due.now.at + SAMPLE_EVERY, Later::Sample);
            carrier.obey(doors.turn(due.now.at));
        }
        carrier.happen(later);
    }
}

/// Who listens, with the name that a scenario gives a port to.
fn roles(plan: &Plan) -> Vec<(Role, String)> {
    let channels = plan.charter.channels.iter().enumerate();
    let channels = channels.map(|(i, c)| (Role::Channel(ChannelId(i as u16)), c.name.clone()));
    let connectors = plan.world.connectors.iter().enumerate();
    let connectors =
        connectors.map(|(i, c)| (Role::Connector(ConnectorId(i as u16)), c.name.clone()));
    // Somebody else's program listens where it likes.
    let connectors = connectors.filter(|_| plan.external.is_none());
    channels.chain([(Role::Oms, "oms".to_owned())]).chain(connectors).collect()
}

/// Sets a plan's systems up, with keys of its own, and plays it.
pub async fn play(plan: &Plan, journal: &Journal, hand: &mut impl Hand) -> Result<(), LiveError> {
    play_marked(plan, journal, hand).await.map(|_| ())
}

/// Plays a plan, and says how often each defect of its machines has struck, and what stands wrong
/// when it is over.
pub async fn play_marked(
    plan: &Plan,
    journal: &Journal,
    hand: &mut impl Hand,
) -> Result<Marked, LiveError> {
    Hosting::open(plan, journal, Keyring::random()?).await?.play(plan, journal, hand).await
}

async fn campaign(
    plan: &Plan,
    carrier: &Arc<Carrier>,
    journal: &Journal,
) -> Result<Ending, LiveError> {
    let arrivals = plan.traffic.arrivals(plan.world.seed).map(|arrival| (arrival.at, arrival));
    let mut arrivals = Pacer::new(carrier.clock.clone(), arrivals)?;
    let mut calendar = Calendar::new(plan);
    let sells = async {
        let merchant = async { Ok(attend(&mut calendar, carrier, None).await?) };
        tokio::try_join!(shoppers(carrier, journal, &mut arrivals), merchant)?;
        until(&carrier.clock, plan.charter.traffic_ends).await
    };
    let interrupted = tokio::select! {
        sold = sells => {
            sold?;
            false
        }
        () = carrier.stopped(Stop::Drain) => true,
    };
    carrier.say(What::TrafficEnded {});
    give_up(carrier, arrivals, calendar);
    let drain_until = if interrupted {
        carrier.clock.now().wall_us + DRAIN_INTERRUPTED.as_micros() as u64
    } else {
        carrier.clock.wall_us_of(plan.charter.traffic_ends + plan.charter.drain)
    };
    let left = tokio::select! {
        drained = drain(carrier, journal, drain_until) => {
            drained?;
            false
        }
        () = carrier.stopped(Stop::Leave) => true,
    };
    Ok(if interrupted || left { Ending::Interrupted } else { Ending::Finished })
}

/// Sends every arrival when it is due.
async fn shoppers(
    carrier: &Arc<Carrier>,
    journal: &Journal,
    arrivals: &mut Pacer<impl Iterator<Item = (At, Arrival)>>,
) -> Result<(), LiveError> {
    let mut due = Vec::new();
    while arrivals.take_due(&mut due).await?.is_some() {
        for (_, arrival) in due.drain(..) {
            carrier.arrive(arrival);
        }
        failed(journal)?;
        // A generator that is behind is never idle: hands are asked all the same.
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Says what was due when the selling ended and that nobody came to send.
fn give_up(
    carrier: &Carrier,
    mut arrivals: Pacer<impl Iterator<Item = (At, Arrival)>>,
    mut calendar: Calendar,
) {
    let (now, mut out) = (carrier.clock.now().at, Outbox::default());
    for (_, arrival) in arrivals.overdue(now) {
        carrier.estate.arrives(arrival).0.purpose.unsent(&mut out);
    }
    while calendar.next_turn().is_some_and(|at| at <= now) {
        for act in calendar.turn(now) {
            if let Act::Merchant(event) = act {
                carrier.estate.act(&event).purpose.unsent(&mut out);
            }
        }
    }
    carrier.note(&mut out);
}

async fn until(clock: &Clock, at: At) -> Result<(), LiveError> {
    let mut pacer = Pacer::new(clock.clone(), std::iter::once((at, ())))?;
    pacer.take_due(&mut Vec::new()).await?;
    Ok(())
}

/// Waits until nothing is under way, seen twice, or until the drain is over.
async fn drain(carrier: &Carrier, journal: &Journal, until_us: u64) -> Result<(), LiveError> {
    let mut quiet_before = false;
    while carrier.clock.now().wall_us < until_us {
        failed(journal)?;
        let quiet =
            carrier.estate.is_quiet() && carrier.fronts.is_quiet() && carrier.outside_is_still();
        if quiet && quiet_before {
            carrier.say(What::Quiet {});
            return Ok(());
        }
        quiet_before = quiet;
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

fn failed(journal: &Journal) -> Result<(), LiveError> {
    journal.failed().map_or(Ok(()), |why| Err(LiveError::History(why)))
}

#[cfg(test)]
#[path = "carts_tests.rs"]
mod carts_tests;
#[cfg(test)]
#[path = "faced_tests.rs"]
mod faced_tests;
#[cfg(test)]
#[path = "faults_tests.rs"]
mod faults_tests;
#[cfg(test)]
#[path = "outside_faced_tests.rs"]
mod outside_faced_tests;
#[cfg(test)]
#[path = "outside_tests.rs"]
mod outside_tests;
#[cfg(test)]
#[path = "play_tests.rs"]
mod tests;
