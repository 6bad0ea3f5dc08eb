//! Owns the addresses of a run that may be shut, and whether a call that found no connection met
//! one that was. Must not know faults, nor who calls.

use std::io::ErrorKind;
use std::sync::OnceLock;
use std::time::Duration;

use crate::commerce::protocol::Role;
use crate::wire::call::{CallResult, NotSent, Unknown};
use crate::wire::client::CONNECT_WITHIN;
use crate::wire::listen::Shutter;

/// What shuts the systems' addresses, once they are there.
#[derive(Default)]
pub(super) struct Gates(OnceLock<Vec<(Role, Shutter)>>);

impl Gates {
    /// Takes them in; whether they are the first.
    pub(super) fn set(&self, gates: Vec<(Role, Shutter)>) -> bool {
        self.0.set(gates).is_ok()
    }

    /// Shuts those of which it is said that they are to be shut, and opens those of which the
    /// contrary is.
    pub(super) fn shut(&self, is_to_be: impl Fn(Role) -> Option<bool>) {
        for (role, gate) in self.0.get().into_iter().flatten() {
            if let Some(shut) = is_to_be(*role) {
                gate.shut(shut);
            }
        }
    }

    /// Whether a call found no connection because an address is shut, or was until just now: what
    /// finds none at any other time is the harness's own trouble.
    ///
    /// A caller hears of a refusal at most as long after it as a connection may take to make; what
    /// waits to be let in is cut as the address is shut.
    pub(super) fn have_refused(&self, of: Role, result: &CallResult) -> bool {
        match result {
            CallResult::NotSent(NotSent::NoConnection(why)) => {
                why.kind() == ErrorKind::ConnectionRefused && self.refused(of, CONNECT_WITHIN)
            }
            CallResult::NotSent(NotSent::Closed) => self.refused(of, Duration::ZERO),
            _ => false,
        }
    }

    /// Whether a call did not come through, or nobody knows whether it did, because an address is
    /// shut or was until just now.
    pub(super) fn have_kept(&self, of: Role, result: &CallResult) -> bool {
        let is_cut = matches!(result, CallResult::Unknown(Unknown::Lost(_)));
        self.have_refused(of, result) || (is_cut && self.refused(of, CONNECT_WITHIN))
    }

    fn refused(&self, of: Role, within: Duration) -> bool {
        let mut gates = self.0.get().into_iter().flatten();
        gates.any(|(role, gate)| *role == of && gate.has_refused(within))
    }
}
