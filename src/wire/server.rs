//! Owns the servers of the neutral API: one address a system, and what its callers must show.
//! Must not know how a machine answers ([`Serves`] does), nor the JSON of it (`dialect` does), nor
//! how an address is guarded (`listen` does).

mod answering;

#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::dialect::Code;
use super::keys::{SigningKey, Token};
use super::listen::{self, ListenerLimits, Listening, OpenError};
use crate::commerce::outbox::Answer;
use crate::commerce::protocol::{Asked, Notice, Receipt, Reply, Role};
use crate::ids::ConnectorId;
use answering::Desk;

/// Whoever answers behind the listeners. Answers come at once: a machine is locked, asked and
/// unlocked; nothing here may wait. One whose fate is to be late says how late in wall time, and
/// its caller is kept waiting here.
pub trait Serves: Send + Sync + 'static {
    /// A system is asked: a channel for what channels answer, the OMS for what it does.
    fn exchange(&self, asked: Asked) -> Answer<Reply>;
    /// A connector that is somebody else's program asks.
    fn exchange_outside(&self, asked: Asked) -> Answer<Reply> {
        self.exchange(asked)
    }
    /// A request to a system was refused before it was put to it.
    fn refused(&self, _: Role, _: Code) {}
    /// A connector is told.
    fn notice(&self, connector: ConnectorId, notice: Notice) -> Answer<Receipt>;
}

/// What callers must show.
#[derive(Clone, Debug)]
pub enum Credential {
    /// This bearer token.
    Bearer(Token),
    /// A signature of the body by this key.
    Signed(SigningKey),
}

/// A system's place on the network.
#[derive(Clone, Debug)]
pub struct ListenAt {
    /// Whose.
    pub role: Role,
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// What callers must show.
    pub credential: Credential,
    /// What a connector that is somebody else's program shows instead.
    pub outside: Option<Token>,
}

impl ListenAt {
    /// On loopback, at a port that the system chooses.
    pub fn loopback(role: Role, credential: Credential) -> ListenAt {
        ListenAt {
            role,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            credential,
            outside: None,
        }
    }
}

/// Opens the address of a system, on the tokio runtime of the caller.
pub async fn open<S: Serves>(
    endpoint: ListenAt,
    limits: ListenerLimits,
    serves: Arc<S>,
) -> Result<Listening, OpenError> {
    let ListenAt { role, listen, credential, outside } = endpoint;
    let desk = Desk::new(role, (credential, outside), limits, serves);
    listen::open(listen, limits, desk).await
}
