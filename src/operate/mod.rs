//! Owns what a run is looked at by from outside while it goes on: an address on loopback with a
//! page, its figures, and metrics. Must not know how a run is played, nor how a page looks.
//!
//! Start at [`Console`], whose routes are all that can be asked.

mod console;
mod host;
mod looked;

#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};

use crate::wire::listen::{self, ListenerLimits, Listening, OpenError};

pub use console::Console;
pub use looked::Looked;

/// Opens the console on loopback, at `port` or, where that is 0, at a free one.
pub async fn open(
    port: u16,
    connections_max: usize,
    console: Console,
) -> Result<Listening, OpenError> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let limits = ListenerLimits { connections_max, ..ListenerLimits::default() };
    listen::open(listen, limits, console).await
}
