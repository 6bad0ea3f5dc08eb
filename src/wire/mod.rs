//! Owns HTTP: the neutral API between channels, OMS and connectors, both ways, and its servers.
//! Must not know how a machine answers (`commerce` does), nor when anything is due (`drive` does).
//!
//! Start at [`routes`], the list of what can be asked; [`dialect`] gives each word of
//! [`crate::commerce::protocol`] its form there and back; [`server`] serves it at an address
//! that [`listen`] guards. The same API in
//! OpenAPI's words is `docs/openapi.yaml`, and a test holds the two together.

pub(crate) mod broken;
pub mod call;
pub mod client;
mod connection;
pub mod dialect;
pub(crate) mod fated;
pub(crate) mod host;
pub mod keys;
pub mod listen;
pub mod permit;
pub mod proxy;
pub mod routes;
pub mod server;
pub mod tls;

#[cfg(test)]
mod openapi_tests;
