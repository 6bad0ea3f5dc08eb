//! Owns who buys what and when, and what the merchant does: plans of demand turned into events.
//! Must not know how orders are taken (`commerce`), nor read a clock, a file or a socket.
//!
//! Start at [`Traffic::arrivals`] and [`MerchantPlan::events`].

pub mod alias;
pub mod arrivals;
pub mod curve;
pub mod merchant;
mod placed;
pub mod plan;
mod shopper;
mod word;

pub use arrivals::Arrivals;
pub use placed::placed;
pub use plan::{Arrival, Demand, MerchantAct, MerchantEvent, MerchantPlan, Traffic};
