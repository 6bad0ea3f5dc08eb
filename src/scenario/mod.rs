//! Owns the scenario language: YAML → Spec (what was written) → Plan (what it means).
//! Must not know how a plan is played.

pub mod plan;

pub use plan::Plan;
