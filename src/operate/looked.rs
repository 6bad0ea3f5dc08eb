//! Owns how a run is looked at for those who ask, however many ask: one look in a while serves them
//! all. Must not know how they ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::report::health::{Health, Watched};
use crate::watch::{RunStanding, Watching};

/// For so long a look serves whoever asks: a look takes time from the run that is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A run, looked at now and then.
pub struct Looked {
    watched: Watched,
    watching: Watching,
    began: Instant,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    seen: Option<(Instant, Arc<Health>)>,
    standing: RunStanding,
}

impl Looked {
    /// Of this campaign, by what is seen of it.
    pub fn new(watched: Watched, watching: Watching) -> Looked {
        Looked { watched, watching, began: Instant::now(), last: Mutex::default() }
    }

    /// How it stands now, or stood a moment ago.
    pub(super) fn health(&self) -> Arc<Health> {
        let mut last = self.last.lock();
        let now = Instant::now();
        if let Some((at, health)) = &last.seen
            && now.duration_since(*at) < LOOK_EVERY
        {
            return Arc::clone(health);
        }
        let (mut glance, under_way) = self.watching.look();
        glance.so_far = last.standing.steady(glance.so_far, now.duration_since(self.began));
        let health = Arc::new(Health::of(&self.watched, &glance, under_way));
        last.seen = Some((now, Arc::clone(&health)));
        health
    }
}
