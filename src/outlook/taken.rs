//! Owns which share of the orders is taken, over time: all of it, or what a few replications took.
//! Must not know how the replications were played.

use crate::units::{At, Span};

/// The share of orders that channels accept, and how many SKUs run out. Arithmetic cannot say
/// either, since both depend on what shoppers meet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    width: Span,
    /// By channel, then window.
    shares: Vec<Vec<f64>>,
    /// SKUs that run out in a replication; none: nobody looked.
    pub(super) sold_out: Option<f64>,
}

impl Taken {
    /// Every order is accepted: so every count of what follows is the most there can be.
    pub fn everything() -> Taken {
        Taken::default()
    }

    /// What replications took: by channel and window of this width the orders offered and accepted,
    /// and how many SKUs ran out in a middling one.
    pub fn seen(width: Span, windows: &[Vec<[u64; 2]>], sold_out: u64) -> Taken {
        let share = |[offered, accepted]: &[u64; 2]| match *offered {
            0 => 1.0,
            offered => (*accepted as f64 / offered as f64).min(1.0),
        };
        let shares = windows.iter().map(|windows| windows.iter().map(share).collect()).collect();
        Taken { width, shares, sold_out: Some(sold_out as f64) }
    }

    /// The share of a channel's orders that are accepted at a moment.
    pub(super) fn share(&self, channel: usize, at: At) -> f64 {
        let windows = self.shares.get(channel);
        let window = at.0.checked_div(self.width.0).unwrap_or(0) as usize;
        windows.and_then(|shares| shares.get(window)).copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these shares are exact in binary")]

    use super::*;

    #[test]
    fn what_was_seen_stands_in_its_window_and_everything_is_taken_elsewhere() {
        let minute = Span::from_mins(1);
        let taken = Taken::seen(minute, &[vec![[4, 4], [8, 2], [0, 0]]], 3);
        let at = |s| taken.share(0, At::START + Span::from_secs(s));
        assert_eq!([at(59), at(60), at(119), at(120), at(999)], [1.0, 0.25, 0.25, 1.0, 1.0]);
        assert_eq!(Taken::everything().share(0, At(5)), 1.0);
        assert_eq!((taken.sold_out, Taken::everything().sold_out), (Some(3.0), None));
    }
}
