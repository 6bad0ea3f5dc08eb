//! Owns retries against limits: updates that a channel's limit cannot take before the connector's
//! patience is over. Must not know what a lost update does.
//!
//! Whoever tries N times waits Σ backoffs at most between the first try and the last. Of what comes
//! in a stretch of length T, a limit of rate μ and burst b takes at most μ(T + patience) + b; the
//! rest is given up. The stretch with the largest rest is told. What else the limit counts makes it
//! more, and what is one update though it was several changes between two looks makes it less. It
//! is told only where no waiting update is replaced by a newer one: those are not given up.

use super::calls::{CallKind, Calls};
use super::changes::add;
use super::keys;
use super::loads::{Setting, counts, named, sustained};
use crate::commerce::limiter::{LimiterKind, LimiterTerms};
use crate::commerce::terms::Retry;
use crate::ids::{ChannelId, ConnectorId};
use crate::units::Span;

/// Updates that are given up after throttling.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenUp {
    /// Who throttles.
    pub channel: ChannelId,
    /// Which calls its limit counts; none named counts all.
    pub on: Vec<&'static str>,
    /// Who gives up.
    pub connector: ConnectorId,
    /// After so many attempts.
    pub attempts: u32,
    /// The longest between the first and the last of them.
    pub patience: Span,
    /// Updates given up, about.
    pub updates: f64,
    /// Keys of the scenario that would spare them.
    pub keys: Vec<String>,
}

/// Every limit that makes somebody give up.
pub(super) fn given_up(setting: &Setting<'_>) -> Vec<GivenUp> {
    let mut found = Vec::new();
    for (place, channel) in setting.plan.world.channels.iter().enumerate() {
        let id = ChannelId(place as u16);
        for limit in &channel.limits {
            found.extend(of_limit(setting, id, limit));
        }
    }
    found
}

fn of_limit(setting: &Setting<'_>, id: ChannelId, limit: &LimiterTerms) -> Option<GivenUp> {
    let per_s = sustained(limit.kind)?;
    let connector = setting.plan.charter.channels[id.index()].connector;
    let play = &setting.plan.world.connectors[connector.index()];
    if play.coalesce {
        return None;
    }
    let pushed = |calls: &&Calls| {
        let pushes = matches!(
            calls.endpoint,
            CallKind::PushStock(_) | CallKind::PushPrice(_) | CallKind::PushListing(_)
        );
        pushes && calls.endpoint.answered_by() == Some(id) && counts(limit, calls.endpoint)
    };
    let mut come = vec![0.0; setting.changes.grid.cells];
    let mut batch = 1.0_f64;
    for calls in setting.calls.iter().filter(pushed) {
        add(&mut come, &calls.cells);
        batch = batch.max(calls.batch);
    }
    let patience = patience(&play.retry, limit);
    let room = per_s * patience.as_secs_f64() + burst(limit.kind);
    let rest = largest_rest(&come, per_s * setting.changes.grid.seconds()) - room;
    let updates = (rest * batch).floor();
    let on = limit.on.iter().map(|op| named(*op)).collect();
    let attempts = play.retry.attempts;
    let keys = keys::patience(setting.plan, id);
    let seen = GivenUp { channel: id, on, connector, attempts, patience, updates, keys };
    (updates >= 1.0).then_some(seen)
}

/// The largest sum of what comes less what is served, over stretches of neighbouring cells
/// (Kadane's rule).
fn largest_rest(come: &[f64], served: f64) -> f64 {
    let (mut here, mut most) = (0.0_f64, 0.0_f64);
    for n in come {
        here = (here + n - served).max(0.0);
        most = most.max(here);
    }
    most
}

/// Calls that a limit takes at once.
fn burst(kind: LimiterKind) -> f64 {
    f64::from(match kind {
        LimiterKind::TokenBucket { burst, .. } => burst,
        LimiterKind::LeakyBucket { size, .. } => size,
        LimiterKind::FixedWindow { calls, .. }
        | LimiterKind::DailyQuota { calls, .. }
        | LimiterKind::InFlight { calls, .. } => calls,
    })
}

/// The longest that a call waits for its last attempt: every backoff in full, or what the limit
/// asks for where it says when to retry.
fn patience(retry: &Retry, limit: &LimiterTerms) -> Span {
    let asked = match limit.kind {
        _ if !limit.tells_retry_after => Span::ZERO,
        LimiterKind::TokenBucket { every, .. } | LimiterKind::LeakyBucket { every, .. } => every,
        LimiterKind::FixedWindow { window, .. } => window,
        LimiterKind::InFlight { holds, .. } => holds,
        LimiterKind::DailyQuota { .. } => Span::from_mins(24 * 60),
    };
    let backoff = |doublings: u32| {
        let grown = retry.backoff_from.0.saturating_mul(1 << doublings.min(20));
        Span(grown).min(retry.backoff_to).max(asked)
    };
    (0..retry.attempts.saturating_sub(1)).map(backoff).fold(Span::ZERO, |sum, wait| sum + wait)
}
