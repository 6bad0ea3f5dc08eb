//! Owns how a run is looked at for those who ask, however many ask: one look in a while serves them
//! all. Must not know how they ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::report::health::{Health, Watched};
use crate::watch::Watching;

/// For so long a look serves whoever asks: a look takes time from the run that is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A run, looked at now and then.
pub struct Looked {
    watched: Watched,
    watching: Watching,
    /// What was seen last, and when.
    last: Mutex<Option<(Instant, Arc<Health>)>>,
}

impl Looked {
    /// Of this campaign, by what is seen of it.
    pub fn new(watched: Watched, watching: Watching) -> Looked {
        Looked { watched, watching, last: Mutex::default() }
    }

    /// How it stands now, or stood a moment ago.
    #[expect(clippy::disallowed_methods, reason = "whoever asks does so by the wall's clock")]
    pub(super) fn health(&self) -> Arc<Health> {
        let mut last = self.last.lock();
        let now = Instant::now();
        if let Some((at, health)) = &*last
            && now.duration_since(*at) < LOOK_EVERY
        {
            return Arc::clone(health);
        }
        let (glance, under_way) = self.watching.look();
        let health = Arc::new(Health::of(&self.watched, &glance, under_way));
        *last = Some((now, Arc::clone(&health)));
        health
    }
}
