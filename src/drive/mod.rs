//! Owns what makes time pass: the live driver and the simulated one.
//! Must not know what facts mean (`judge`).

pub mod live;
