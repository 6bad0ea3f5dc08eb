//! Owns what a run is looked at and commanded by from outside while it goes on: an address on
//! loopback with a page, its figures, metrics, and commands. Must not know how a run is played, nor
//! how a page looks.
//!
//! Start at [`Console`], whose routes are all that can be asked.

mod command;
mod console;
mod control;
mod desk;
mod looked;

#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};

use crate::wire::listen::{self, Listening, OpenError};

pub use command::{Commanded, OperatorCommand};
pub use console::Console;
pub use control::Controls;
pub use desk::{Desk, Operator};
pub use looked::Looked;

/// Opens the console on loopback, at `port` or, where that is 0, at a free one.
pub async fn open(
    port: u16,
    connections_max: usize,
    console: Console,
) -> Result<Listening, OpenError> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let limits = console::limits(connections_max);
    listen::open(listen, limits, console).await
}
