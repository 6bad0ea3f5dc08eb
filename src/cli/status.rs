//! Owns what `operate status` prints. Must not know how it was asked for.

use std::fmt::Write as _;

use super::control::Found;
use crate::report::health::{ChannelHealth, Health, LagBand};
use crate::units::Span;

/// How a run stands, as lines.
pub(super) fn text(health: &Health, found: &Found) -> String {
    let campaign = health.campaign.as_deref().unwrap_or("a blind run");
    let phase = health.phase.as_deref().unwrap_or("after traffic");
    let (at, word) = (Span(health.at_us), health.so_far.word());
    let mut text = format!("{campaign}: {word}, {at} into the campaign ({phase})\n");
    let _ = writeln!(text, "{}  {}\n", found.folder.display(), found.url);
    let names = health.channels.iter().map(|channel| channel.name.chars().count());
    let wide = names.max().unwrap_or(0).max("channel".len());
    let _ = writeln!(
        text,
        "{:<wide$}  {:>8}  {:>6}  {:>9}  {:>8}  {:>9}  sync lag",
        "channel", "accepted", "turned", "not in OMS", "oversold", "cancelled"
    );
    for channel in &health.channels {
        let _ = writeln!(
            text,
            "{:<wide$}  {:>8}  {:>6}  {:>10}  {:>8}  {:>9}  {}",
            channel.name,
            channel.accepted,
            channel.turned_away,
            channel.handoffs_missed,
            channel.oversold_units,
            channel.cancelled,
            lag(channel)
        );
    }
    text.push('\n');
    for connector in &health.connectors {
        let _ = writeln!(
            text,
            "{}: {} jobs waiting, {} given up",
            connector.name, connector.queue_depth, connector.gave_up
        );
    }
    let in_force = health.faults.iter().flatten().filter(|fault| fault.in_force);
    for fault in in_force {
        let _ = writeln!(text, "in force: {}", fault.name);
    }
    for alert in health.alerts.iter().filter(|alert| alert.firing_since_us.is_some()) {
        let at = alert.channel.as_deref().unwrap_or("all channels");
        let _ = writeln!(text, "alert: {}, {at}", alert.name);
    }
    text
}

fn lag(channel: &ChannelHealth) -> String {
    let band = match channel.sync_lag_band {
        LagBand::Healthy => "healthy",
        LagBand::Watch => "watch",
        LagBand::Intervention => "beyond the limit",
    };
    format!("{}, {band}", Span(channel.sync_lag_us))
}
