//! Owns HTTP: what goes over the wire and what comes back.
//! Must not know when things are due (`drive`) nor what an answer means for a campaign.

pub mod call;
pub mod client;
mod connection;
