//! Tests of the scenario language: what is read, and what is said of what cannot be.

mod alerts;
mod bad_input;
mod bundles;
mod clocks;
mod described;
mod external;
mod faults;
mod flags;
mod flow;
mod interventions;
mod language;
mod locations;
mod meaning;
mod names;
mod numbers;
mod promotions;
mod replay;
mod tariff;

use std::path::Path;

use super::{Overrides, Plan, Problems, read_str};

/// A scenario that is as small as one can be.
const SMALL: &str = "\
campaign: Small
starts: 2026-11-27 06:00 America/New_York
catalog: { skus: 10, stock: 100, price: 9.99 }
channels:
  storefront: { of orders: 60% }
  amazon: { of orders: 40% }
traffic:
  demand: 600 orders/hour
  phases:
    - { name: baseline, lasts: 10m, rate: 1x }
    - { name: peak, lasts: 20m, rate: [1x, 3x] }
connectors:
  hub: { reference: { workers: 2 } }
";

fn try_read(text: &str) -> Result<Plan, Problems> {
    read_str(text, Path::new("."), &Overrides::default())
}

fn plan(text: &str) -> Plan {
    try_read(text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// What is said of a scenario that cannot be read.
fn said(text: &str) -> String {
    match try_read(text) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

/// The small scenario with one piece of its text replaced.
fn small(piece: &str, by: &str) -> String {
    assert!(SMALL.contains(piece), "`{piece}` is not in the small scenario");
    SMALL.replacen(piece, by, 1)
}
