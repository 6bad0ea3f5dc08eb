//! Owns which calls about an offer are open, and what waits until they are over.
//! Must not know what they say.

use super::{OfferView, Shelf};
use crate::commerce::connector::lanes::Wish;
use crate::history::fact::PushKind;

/// What waited until a call about an offer was over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::commerce::connector) enum Waited {
    #[default]
    Nothing,
    /// What is newest.
    Show,
    /// All there is, whatever is believed to be shown.
    Reset,
}

impl Waited {
    /// What is newest is to be said, at least.
    pub(in crate::commerce::connector) fn is_to_be_shown(&mut self) {
        if *self == Waited::Nothing {
            *self = Waited::Show;
        }
    }
}

impl Shelf {
    /// No change waits and no call is under way.
    pub(in crate::commerce::connector) fn nothing_is_under_way(&mut self) {
        self.renewed.clear();
        for offer in &mut self.offers {
            (offer.waiting, offer.open) = ([false; 3], 0);
            (offer.in_call, offer.again, offer.reset_waits) = (false, false, false);
        }
    }
}

impl OfferView {
    /// Whether a stock call about it may be made now; if not, it is made when others are over.
    /// One that must be `alone` waits for the one before it. What `resets` waits for all that is
    /// open, and all that comes later waits for it: a difference to what was believed before it,
    /// arriving after it, would count twice.
    pub(in crate::commerce::connector) fn may_be_called_about(
        &mut self,
        alone: bool,
        resets: bool,
    ) -> bool {
        if resets && (self.in_call || self.open > 0) {
            self.reset_waits = true;
            return false;
        }
        if !resets && (self.in_call || self.reset_waits) {
            self.again = true;
            return false;
        }
        if resets {
            (self.reset_waits, self.again) = (false, false);
        }
        self.in_call = alone;
        true
    }

    /// A call about it is made.
    pub(in crate::commerce::connector) fn call_is_made(&mut self, kind: PushKind) {
        if kind != PushKind::Price {
            self.open = self.open.saturating_add(1);
        }
    }

    /// A call about it is over; says what waited for that.
    pub(in crate::commerce::connector) fn call_is_over(&mut self, kind: PushKind) -> Waited {
        if kind == PushKind::Price {
            return Waited::Nothing;
        }
        self.open = self.open.saturating_sub(1);
        if kind == PushKind::Stock {
            self.in_call = false;
        }
        if self.reset_waits {
            return if self.open == 0 { Waited::Reset } else { Waited::Nothing };
        }
        let again = kind == PushKind::Stock && std::mem::take(&mut self.again);
        if again { Waited::Show } else { Waited::Nothing }
    }

    /// There is no room for a wish: nothing waits for it.
    pub(in crate::commerce::connector) fn reset_is_over(&mut self, wish: Wish) {
        if matches!(wish, Wish::Reset) {
            self.reset_waits = false;
        }
    }
}
