//! Owns who buys what and when, and what the merchant does: plans of demand turned into events.
//! Must not know how orders are taken (`commerce`), nor read a clock, a file or a socket.

pub mod plan;

pub use plan::{Arrival, Demand, MerchantAct, MerchantEvent, MerchantPlan, Traffic};
