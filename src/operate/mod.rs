//! Owns what a run is looked at and commanded by from outside while it goes on: an address on
//! loopback with a page, its figures, metrics, and commands. Must not know how a run is played, nor
//! how a page looks.
//!
//! Start at [`Console`], whose routes are all that can be asked of a run, and at [`Double`], for
//! mocks alone.

mod command;
mod console;
mod control;
mod desk;
mod double;
mod looked;
mod shown;

#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};

use crate::wire::listen::{self, Listening, OpenError, Service};

pub use command::{Commanded, OperatorCommand};
pub use console::Console;
pub use control::Controls;
pub use desk::{Desk, Operator};
pub use double::Double;
pub use looked::Looked;

/// Opens a [`Console`] or a [`Double`] on loopback, at `port` or, where that is 0, at a free one.
pub async fn open(
    port: u16,
    connections_max: usize,
    service: impl Service,
) -> Result<Listening, OpenError> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    listen::open(listen, shown::limits(connections_max), service).await
}
