//! Owns trying settings on one scenario: the same seeds for each, so that two settings meet the
//! same shoppers and the same faults. Must not know which settings are worth trying.

use std::path::Path;

use super::replicate::{Replicated, replicate};
use super::replication::{Played, Replication};
use crate::language::Problems;
use crate::scenario::patch::{self, Patch};
use crate::scenario::{Overrides, Plan};

/// A way to play the scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variant {
    /// What is changed.
    pub patch: Patch,
    /// Demand against the scenario's, in thousandths; 0 leaves it.
    pub demand_milli: u64,
    /// The stock grows with the demand.
    pub stock_scales: bool,
}

/// A scenario on which settings are tried.
pub struct Bench<'a> {
    scenario: &'a Path,
    overrides: Overrides,
    first_seed: u64,
    stop: &'a (dyn Fn() -> bool + Sync),
    tick: &'a (dyn Fn(&Replication) + Sync),
}

impl<'a> Bench<'a> {
    /// A bench for this scenario; `tick` hears of each replication as it is finished.
    pub fn new(
        scenario: &'a Path,
        overrides: Overrides,
        first_seed: u64,
        stop: &'a (dyn Fn() -> bool + Sync),
        tick: &'a (dyn Fn(&Replication) + Sync),
    ) -> Bench<'a> {
        Bench { scenario, overrides, first_seed, stop, tick }
    }

    /// The plan of a setting, or what is wrong with it.
    pub fn plan(&self, setting: &Variant, seed: u64) -> Result<Plan, Problems> {
        let overrides = Overrides { seed: Some(seed), ..self.overrides };
        let mut plan = patch::read_patched(self.scenario, &overrides, &setting.patch)?;
        if setting.demand_milli != 0 {
            plan.multiply_demand(setting.demand_milli);
            if setting.stock_scales {
                plan.multiply_stock(setting.demand_milli);
            }
        }
        Ok(plan)
    }

    /// Replications of a setting from the `from`th seed on. What was stopped is fewer.
    ///
    /// # Errors
    /// When the setting is no scenario.
    pub fn play(
        &self,
        setting: &Variant,
        from: usize,
        runs: usize,
    ) -> Result<Replicated, Problems> {
        let first = self.first_seed.wrapping_add(from as u64);
        self.plan(setting, first)?;
        let plan_of = |seed| self.plan(setting, seed).ok();
        let keep = |played: &Played| {
            let replication = Replication::of(played);
            (self.tick)(&replication);
            replication
        };
        Ok(replicate(plan_of, first, runs, self.stop, keep, |_| ()))
    }

    /// The seed of the first replication.
    pub fn first_seed(&self) -> u64 {
        self.first_seed
    }

    /// Whether somebody asked to stop.
    pub fn is_stopped(&self) -> bool {
        (self.stop)()
    }
}
