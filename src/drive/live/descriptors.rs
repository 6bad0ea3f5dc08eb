//! Owns how many calls a live run may have in flight, by the descriptors that the system grants.
//! Must not know what the calls are for.
//!
//! Both ends of every call are here: two descriptors each. A run that ran out of them would refuse
//! its own shoppers, so they are counted before it starts.

use std::sync::OnceLock;

use crate::commerce::protocol::Role;
use crate::scenario::Plan;
use crate::wire::listen::CONNECTIONS_MAX;

/// What a run keeps open beside its calls: history, timers, reports, the runtime's own.
const BESIDE: u64 = 40;
/// Connections that the console of a run bears, beside its address.
pub const CONSOLE_CONNECTIONS_MAX: usize = 12;
/// Connections that the control endpoint of mocks alone bears: tests are many at a time.
pub const CONTROL_CONNECTIONS_MAX: usize = 64;
/// Strangers' connections that a listener bears at the least.
const STRANGERS_MIN: u64 = 8;
/// Calls in flight that a line can do with.
const IN_FLIGHT_MIN: u64 = 4;

/// Most calls in flight of each kind of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InFlight {
    /// Of the shoppers of one channel.
    pub(super) shoppers: usize,
    /// Of a connector to one system.
    pub(super) connector: usize,
    /// Webhooks to one connector.
    pub(super) webhooks: usize,
    /// The merchant's: one at a time, so that they arrive in their order.
    pub(super) merchant: usize,
    /// Connections that a listener bears beside these.
    pub(super) strangers: usize,
}

/// Webhooks of a face to one sink that are out at a time.
pub(super) const HOOKS_IN_FLIGHT: usize = 8;

/// With descriptors to spare.
const AMPLE: InFlight =
    InFlight { shoppers: 256, connector: 128, webhooks: 32, merchant: 1, strangers: 1_024 };

/// The system grants too few descriptors for this plan.
#[derive(Debug, thiserror::Error)]
#[error(
    "this run keeps at least {need} files and connections open, and the system allows {have} more: \
     raise the limit, e.g. `ulimit -n {}`", enough(*need)
)]
pub struct TooFew {
    have: u64,
    need: u64,
}

/// A limit that leaves room for what is open already.
fn enough(need: u64) -> u64 {
    (need + 64).next_multiple_of(64)
}

/// How many systems a run has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Roster {
    pub(super) channels: u64,
    pub(super) connectors: u64,
    /// Channels with a face of their own.
    pub(super) faces: u64,
}

impl Roster {
    fn listeners(self) -> u64 {
        self.channels + self.connectors + 2 * self.faces + 1
    }

    /// What is open beside the systems played.
    fn beside() -> u64 {
        BESIDE + 1 + CONSOLE_CONNECTIONS_MAX as u64
    }

    /// Descriptors of calls, both ends.
    fn of_calls(self, each: InFlight) -> u64 {
        let Roster { channels, connectors, faces } = self;
        let of = |calls: usize| 2 * calls as u64;
        channels * of(each.shoppers)
            + connectors * ((channels + 1) * of(each.connector) + of(each.webhooks))
            + of(each.merchant)
            + faces * (2 * each.connector + HOOKS_IN_FLIGHT) as u64
    }

    /// What `have` descriptors allow.
    pub(super) fn within(self, have: u64) -> Result<InFlight, TooFew> {
        let fixed = Roster::beside() + self.listeners() * (1 + STRANGERS_MIN);
        let least = self.of_calls(AMPLE.bounded(0, 1));
        let need = fixed + least;
        if have < need {
            return Err(TooFew { have, need });
        }
        let all = self.of_calls(AMPLE);
        let for_calls = have - fixed;
        let each = if for_calls >= all {
            AMPLE
        } else {
            // What lines keep at the least comes off first, so that the rest never exceeds.
            AMPLE.bounded(for_calls - least, all)
        };
        let left = for_calls - self.of_calls(each);
        let strangers = (STRANGERS_MIN + left / self.listeners()).min(AMPLE.strangers as u64);
        Ok(InFlight { strangers: strangers as usize, ..each })
    }
}

impl InFlight {
    /// At most the least that lines can do with and `part` of `all` more.
    fn bounded(self, part: u64, all: u64) -> InFlight {
        let bound = |calls: usize| {
            let calls = calls as u64;
            calls.min(IN_FLIGHT_MIN.min(calls) + calls * part / all.max(1)) as usize
        };
        InFlight {
            shoppers: bound(self.shoppers),
            connector: bound(self.connector),
            webhooks: bound(self.webhooks),
            ..self
        }
    }

    /// Most connections to a role's address: those of the run, and some strangers'.
    pub(super) fn at(self, role: Role, plan: &Plan) -> usize {
        let connectors = plan.world.connectors.len();
        let own = match role {
            Role::Channel(_) => self.shoppers + connectors * self.connector,
            Role::Oms => self.merchant + connectors * self.connector,
            Role::Connector(_) => self.webhooks,
        };
        own + self.strangers.min(CONNECTIONS_MAX.saturating_sub(own))
    }

    /// Most connections to a face: those of a connector from outside, and some strangers'.
    pub(super) fn at_face(self) -> usize {
        self.connector + self.strangers.min(CONNECTIONS_MAX.saturating_sub(self.connector))
    }

    /// Said before a run that has less than it would like.
    pub(super) fn note(self, have: u64) -> Option<String> {
        (self.shoppers < AMPLE.shoppers).then(|| {
            format!(
                "the system allows {have} open files: at most {} orders are in flight to a channel \
                 ({} with more, e.g. `ulimit -n 8192`)",
                self.shoppers, AMPLE.shoppers
            )
        })
    }
}

/// Descriptors that were free when it was first asked, before the run opened any of its own.
pub(super) fn free() -> u64 {
    static FREE: OnceLock<u64> = OnceLock::new();
    *FREE.get_or_init(granted)
}

/// Asks the system for all that it may grant.
#[cfg(unix)]
fn granted() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// More is never needed, and some systems keep a table as long as the limit.
    const ENOUGH: u64 = 1 << 16;
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current.unwrap_or(ENOUGH);
    let wanted = limit.maximum.unwrap_or(ENOUGH).min(ENOUGH);
    let raised = Rlimit { current: Some(wanted), ..limit };
    let granted = if wanted > current && setrlimit(Resource::Nofile, raised).is_ok() {
        wanted
    } else {
        current
    };
    let taken = std::fs::read_dir("/dev/fd").map_or(16, |open| open.count() as u64);
    granted.saturating_sub(taken)
}

/// Not bounded here.
#[cfg(not(unix))]
fn granted() -> u64 {
    u64::MAX >> 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn with_descriptors_to_spare_nothing_is_bounded() {
        let roster = Roster { channels: 4, connectors: 1, faces: 0 };
        let each = roster.within(65_000).unwrap();
        assert_eq!(each, AMPLE);
        assert_eq!(each.note(65_000), None);
    }

    #[test]
    fn with_few_descriptors_calls_are_bounded_and_it_is_said() {
        let roster = Roster { channels: 4, connectors: 1, faces: 0 };
        let each = roster.within(1_000).unwrap();
        assert!(each.shoppers < AMPLE.shoppers && each.shoppers > 16, "{each:?}");
        assert!(each.note(1_000).unwrap().contains("allows 1000 open files"));
    }

    #[test]
    fn with_too_few_it_is_refused_with_what_to_type() {
        let roster = Roster { channels: 4, connectors: 1, faces: 0 };
        let why = roster.within(64).unwrap_err().to_string();
        let need: u64 = why.split_once("ulimit -n ").unwrap().1.trim_matches('`').parse().unwrap();
        assert!(roster.within(need - 64).is_ok(), "{why}");
    }

    proptest! {
        #[test]
        fn a_run_never_opens_more_than_it_was_granted(
            channels in 1..40_u64, connectors in 0..5_u64, faces in 0..4_u64, have in 0..20_000_u64,
        ) {
            let roster = Roster { channels, connectors, faces };
            if let Ok(each) = roster.within(have) {
                let strangers = roster.listeners() * (1 + each.strangers as u64);
                prop_assert!(Roster::beside() + strangers + roster.of_calls(each) <= have);
                prop_assert!(each.shoppers >= 4 && each.webhooks >= 4 && each.merchant == 1);
            }
        }
    }
}
