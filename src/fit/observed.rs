//! Owns what orders say when they are counted: when, where, how many lines, of what.
//! Must not know whether they are of a log or of a model that was played.

use super::sizes::Seen;
use crate::ids::{ChannelId, SkuId};
use crate::units::{Qty, Span};

/// An order to be counted.
pub(super) struct Order<'o> {
    /// From the start of the stretch.
    pub(super) at: Span,
    pub(super) channel: Option<ChannelId>,
    pub(super) lines: &'o [(SkuId, Qty)],
    pub(super) cancels_after: Option<Span>,
}

/// Orders, counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Observed {
    /// When each was placed, from the start of the stretch.
    pub(super) at: Vec<Span>,
    /// Orders by channel.
    pub(super) channels: Vec<u64>,
    pub(super) lines: Seen,
    pub(super) units: Seen,
    /// Lines and units by SKU.
    pub(super) sku_lines: Vec<u64>,
    pub(super) sku_units: Vec<u64>,
    /// Ordered pairs of lines of the same order.
    pub(super) within: f64,
    /// How long after their placing orders were cancelled.
    pub(super) cancels: Vec<u64>,
}

impl Observed {
    /// Nothing yet, of so many channels and SKUs.
    pub(super) fn new(channels: usize, skus: usize) -> Observed {
        Observed {
            channels: vec![0; channels],
            sku_lines: vec![0; skus],
            sku_units: vec![0; skus],
            ..Observed::default()
        }
    }

    /// Counts an order that buys something.
    pub(super) fn count(&mut self, order: &Order<'_>) {
        self.at.push(order.at);
        if let Some(channel) = order.channel {
            self.channels[channel.index()] += 1;
        }
        self.lines.add(order.lines.len() as u64);
        for (sku, units) in order.lines {
            let units = u64::try_from(units.0).unwrap_or(0);
            self.units.add(units);
            self.sku_lines[sku.index()] += 1;
            self.sku_units[sku.index()] = self.sku_units[sku.index()].saturating_add(units);
        }
        let lines = order.lines.len() as f64;
        self.within += lines * (lines - 1.0);
        self.cancels.extend(order.cancels_after.map(|after| after.0));
    }

    /// How many orders fall into each of so many bins.
    pub(super) fn bins(&self, bin: Span, bins: usize) -> Vec<u64> {
        let mut counts = vec![0; bins];
        for at in &self.at {
            counts[((at.0 / bin.0) as usize).min(bins - 1)] += 1;
        }
        counts
    }
}
