//! Owns a live run from the first server to the last record: host, sell, drain, end.
//! Must not judge.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::calendar::{Calendar, Later};
use super::clock::Clock;
use super::descriptors::{self, Estate, TooFew};
use super::harness::Doors;
use super::hosted::Hosted;
use super::lines::Lines;
use super::pacer::Pacer;
use super::timer::Timer;
use super::world::World;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::Role;
use crate::drive::systems::Systems;
use crate::history::What;
use crate::history::fact::Ending;
use crate::history::writer::{Journal, WriterError};
use crate::ids::{ChannelId, ConnectorId};
use crate::scenario::Plan;
use crate::units::{At, Span};
use crate::wire::call::EndpointError;
use crate::wire::keys::Keyring;
use crate::wire::server::{self, Credential, Endpoint, Limits, Listening, OpenError};

/// How often queues are sampled, in campaign time.
const SAMPLE_EVERY: Span = Span::from_secs(5);
/// How often an ending run looks for quiet, in wall time.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The longest an interrupted run drains, in wall time.
pub const DRAIN_INTERRUPTED: Duration = Duration::from_secs(10);
/// What an exchange over loopback takes, in wall microseconds: a worker's call leaves that much
/// before its service ends.
const EXCHANGE_US: u64 = 500;

/// How far a run may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// To its end.
    Play,
    /// Stop selling, drain, end the record.
    Drain,
    /// End the record at once.
    Leave,
}

/// Why a live run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// An address cannot be listened on.
    #[error("cannot start `{name}`: {source}")]
    Open {
        /// Whose, as the scenario names it.
        name: String,
        /// Which one, and why.
        source: OpenError,
    },
    /// An address cannot be called.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The system allows too few open files.
    #[error(transparent)]
    Descriptors(#[from] TooFew),
    /// The system's timers failed.
    #[error("cannot keep time: {0}")]
    Time(#[from] io::Error),
    /// The history cannot be written.
    #[error(transparent)]
    History(#[from] WriterError),
}

/// Systems that listen on loopback.
pub struct Hosting {
    world: Arc<World>,
    listening: Vec<Listening>,
    doors: Doors,
    keys: Keyring,
}

/// Whether the system grants what a plan needs, and what is to be said of it: asked before anything
/// is made.
pub fn prepare(plan: &Plan) -> Result<Option<String>, LiveError> {
    let have = descriptors::free();
    Ok(estate(plan).within(have)?.note(have))
}

fn estate(plan: &Plan) -> Estate {
    let channels = plan.charter.channels.len() as u64;
    Estate { channels, connectors: plan.world.connectors.len() as u64 }
}

impl Hosting {
    /// Sets a plan's systems up and listens, on the tokio runtime of the caller. Campaign time
    /// begins with it.
    pub async fn open(plan: &Plan, journal: &Journal, keys: Keyring) -> Result<Hosting, LiveError> {
        let most = estate(plan).within(descriptors::free())?;
        let speed_milli = plan.charter.speed_milli.max(1);
        let allowance = Span(EXCHANGE_US * speed_milli / 1_000);
        let systems = Systems::new(plan, Some(allowance));
        let mut out = Outbox::default();
        systems.open(plan, speed_milli, &mut out);
        journal.note(At::START, 0, &mut out.facts);
        let clock = Clock::start(speed_milli);
        let world = World::new(systems, clock, journal.clone());
        let hosted = Arc::new(Hosted(Arc::clone(&world)));
        let mut listening = Vec::new();
        for (role, name) in roles(plan) {
            let credential = match role {
                Role::Connector(id) => Credential::Signed(keys.signing(id)),
                role => Credential::Bearer(keys.token(role)),
            };
            let port = plan.ports.get(&name).copied().unwrap_or(0);
            let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let endpoint = Endpoint { role, listen, credential };
            let limits = Limits { connections_max: most.at(role, plan), ..Limits::default() };
            let opened = server::open(endpoint, limits, Arc::clone(&hosted)).await;
            listening.push(opened.map_err(|source| LiveError::Open { name, source })?);
        }
        let addresses: BTreeMap<Role, SocketAddr> =
            listening.iter().map(|l| (l.role(), l.address())).collect();
        world.connect(Lines::new(&addresses, keys, most)?);
        let doors = Doors::new(&listening);
        Ok(Hosting { world, listening, doors, keys })
    }

    /// Where everybody listens, and the token that callers must show.
    pub fn places(&self) -> Vec<(Role, SocketAddr, String)> {
        self.listening
            .iter()
            .map(|listening| {
                let secret = match listening.role() {
                    Role::Connector(id) => self.keys.signing(id).reveal().to_owned(),
                    role => self.keys.token(role).reveal().to_owned(),
                };
                (listening.role(), listening.address(), secret)
            })
            .collect()
    }

    /// Lets the systems do by themselves what falls due, until dropped.
    pub async fn keep_time(&self) -> Result<(), LiveError> {
        let mut timer = Timer::new()?;
        self.world.plan_first_wakes();
        self.world.diary.set(At::START, Later::Sample);
        loop {
            let due = self.world.diary.due(self.world.clock, &mut timer).await?;
            if let Some(wall_us) = due.stalled_us {
                self.world.say(What::Stalled { wall_us });
            }
            for later in due.things {
                if matches!(later, Later::Sample) {
                    self.world.diary.set(due.now.at + SAMPLE_EVERY, Later::Sample);
                    self.doors.look(&self.listening, &self.world);
                }
                self.world.happen(later);
            }
        }
    }

    /// Plays a plan over HTTP, to its end or as far as `pace` lets it.
    pub async fn play(
        self,
        plan: &Plan,
        journal: &Journal,
        mut pace: watch::Receiver<Pace>,
    ) -> Result<(), LiveError> {
        let world = &self.world;
        let ended = tokio::select! {
            kept = self.keep_time() => kept.map(|()| Ending::Interrupted),
            ended = campaign(plan, world, journal, &mut pace) => ended,
        };
        // Calls still open are dropped unanswered: their outcome stays unknown.
        world.hang_up().await;
        let ended = ended?;
        // Whoever still calls is not heard any more: nothing may follow the end.
        world.shut();
        world.resolve();
        self.doors.look(&self.listening, world);
        world.say(What::Ended { why: ended });
        self.close().await;
        Ok(())
    }

    /// Stops listening.
    pub async fn close(self) {
        self.world.hang_up().await;
        for listening in self.listening {
            listening.close().await;
        }
    }
}

/// Who listens, with the name that a scenario gives a port to.
fn roles(plan: &Plan) -> Vec<(Role, String)> {
    let channels = plan.charter.channels.iter().enumerate();
    let channels = channels.map(|(i, c)| (Role::Channel(ChannelId(i as u16)), c.name.clone()));
    let connectors = plan.world.connectors.iter().enumerate();
    let connectors =
        connectors.map(|(i, c)| (Role::Connector(ConnectorId(i as u16)), c.name.clone()));
    channels.chain([(Role::Oms, "oms".to_owned())]).chain(connectors).collect()
}

/// Sets a plan's systems up, with keys of its own, and plays it.
pub async fn play(
    plan: &Plan,
    journal: &Journal,
    pace: watch::Receiver<Pace>,
) -> Result<(), LiveError> {
    Hosting::open(plan, journal, Keyring::random()?).await?.play(plan, journal, pace).await
}

async fn campaign(
    plan: &Plan,
    world: &Arc<World>,
    journal: &Journal,
    pace: &mut watch::Receiver<Pace>,
) -> Result<Ending, LiveError> {
    let mut calendar = Calendar::new(plan, world.clock)?;
    let interrupted = tokio::select! {
        sold = sell(plan, world, journal, &mut calendar) => {
            sold?;
            false
        }
        () = slower_than(pace, Pace::Play) => true,
    };
    world.say(What::TrafficEnded {});
    calendar.give_up(world);
    let drain_until = if interrupted {
        world.clock.now().wall_us + DRAIN_INTERRUPTED.as_micros() as u64
    } else {
        world.clock.wall_us_of(plan.charter.traffic_ends + plan.charter.drain)
    };
    let left = tokio::select! {
        drained = drain(world, journal, drain_until) => {
            drained?;
            false
        }
        () = slower_than(pace, Pace::Drain) => true,
    };
    Ok(if interrupted || left { Ending::Interrupted } else { Ending::Finished })
}

/// Sends every arrival and every act of the merchant when it is due.
async fn sell(
    plan: &Plan,
    world: &Arc<World>,
    journal: &Journal,
    calendar: &mut Calendar<'_>,
) -> Result<(), LiveError> {
    let Calendar { arrivals, acts } = calendar;
    let shoppers = async {
        let mut due = Vec::new();
        while arrivals.take_due(&mut due).await?.is_some() {
            for (_, arrival) in due.drain(..) {
                world.arrive(arrival);
            }
            failed(journal)?;
        }
        Ok::<(), LiveError>(())
    };
    let merchant = async {
        let mut due = Vec::new();
        while acts.take_due(&mut due).await?.is_some() {
            for (_, (place, event)) in due.drain(..) {
                world.act(place, &event);
            }
        }
        Ok::<(), LiveError>(())
    };
    tokio::try_join!(shoppers, merchant)?;
    until(world.clock, plan.charter.traffic_ends).await?;
    Ok(())
}

async fn until(clock: Clock, at: At) -> Result<(), LiveError> {
    let mut pacer = Pacer::new(clock, std::iter::once((at, ())))?;
    pacer.take_due(&mut Vec::new()).await?;
    Ok(())
}

/// Waits until nothing is under way, seen twice, or until the drain is over.
async fn drain(world: &Arc<World>, journal: &Journal, until_us: u64) -> Result<(), LiveError> {
    let mut quiet_before = false;
    while world.clock.now().wall_us < until_us {
        failed(journal)?;
        let quiet = world.is_quiet();
        if quiet && quiet_before {
            world.say(What::Quiet {});
            return Ok(());
        }
        quiet_before = quiet;
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

async fn slower_than(pace: &mut watch::Receiver<Pace>, limit: Pace) {
    if pace.wait_for(|pace| *pace > limit).await.is_err() {
        // Nobody can slow the run down any more.
        std::future::pending::<()>().await;
    }
}

fn failed(journal: &Journal) -> Result<(), LiveError> {
    journal.failed().map_or(Ok(()), |why| Err(LiveError::History(why)))
}

#[cfg(test)]
#[path = "play_tests.rs"]
mod tests;
