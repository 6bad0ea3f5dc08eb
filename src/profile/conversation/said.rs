//! Owns what an operation is asked with: items, an order, a moment, and how each is filled in.
//! Must not know what is sent.

use jiff::Timestamp;
use jiff::fmt::strtime;

use super::super::model::{MoneyAs, Procedure, Profile};
use super::super::request::CallTime;
use super::super::template::{ProfileValue, Slot};
use super::Conversation;
use crate::units::Money;

/// What an operation is asked with. What it does not need is left open.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// The items; one unless the operation takes more.
    pub items: Vec<ItemArguments>,
    /// An order, as an operation before has given it.
    pub order: Option<ProfileValue>,
    /// Why it is cancelled, in our words.
    pub reason: Option<String>,
    /// Since when orders are wanted, in seconds since 1970.
    pub since_s: Option<i64>,
    /// What an order is to be known by at ours.
    pub reference: Option<String>,
    /// Who carries an order that was sent.
    pub carrier: Option<String>,
    /// By which number it is followed.
    pub tracking: Option<String>,
    /// What a repeated call carries so that it is carried out once.
    pub key: Option<String>,
}

/// One item of an operation.
#[derive(Clone, Debug, Default)]
pub struct ItemArguments {
    /// The SKU.
    pub sku: String,
    /// How many: to be set, or ordered.
    pub quantity: Option<i64>,
    /// How many there were.
    pub was: Option<i64>,
    /// The price, and its decimal places.
    pub price: Option<(Money, u8)>,
}

impl ItemArguments {
    pub(super) fn values(&self, profile: &Profile) -> Vec<(Slot, ProfileValue)> {
        let change = self.quantity.zip(self.was).map(|(now, was)| now.saturating_sub(was));
        let price = self.price.map(|(price, digits)| amount(price, digits, profile.money));
        let all = [
            ("sku", Some(ProfileValue::text(&self.sku))),
            ("quantity", self.quantity.map(ProfileValue::bare)),
            ("was", self.was.map(ProfileValue::bare)),
            ("change", change.map(ProfileValue::bare)),
            ("price", price.map(ProfileValue::bare)),
        ];
        let known = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
        known.filter_map(|(name, value)| Some((profile.slot(name)?, value))).collect()
    }
}

/// An amount as the platform writes it.
fn amount(price: Money, digits: u8, as_: MoneyAs) -> String {
    let Money(minor) = price;
    if as_ == MoneyAs::Minor || digits == 0 {
        return minor.to_string();
    }
    let one = 10_u64.pow(u32::from(digits.min(9)));
    let sign = if minor < 0 { "-" } else { "" };
    let (whole, part) = (minor.unsigned_abs() / one, minor.unsigned_abs() % one);
    format!("{sign}{whole}.{part:0width$}", width = usize::from(digits))
}

impl Arguments {
    pub(super) fn fill(
        &self,
        profile: &Profile,
        procedure: &Procedure,
        values: &mut [Option<ProfileValue>],
    ) {
        let mut put = |name: &str, value: Option<ProfileValue>| {
            if let (Some(slot), Some(value)) = (profile.slot(name), value) {
                values[usize::from(slot.0)] = Some(value);
            }
        };
        let text = |text: &Option<String>| text.as_ref().map(ProfileValue::text);
        let reason = self.reason.as_ref().map(|ours| {
            let known = profile.reasons.iter().find(|(known, _)| known == ours);
            ProfileValue::text(known.map_or(ours, |(_, theirs)| theirs))
        });
        put("order", self.order.clone());
        put("reason", reason);
        put("reference", text(&self.reference));
        put("carrier", text(&self.carrier));
        put("tracking", text(&self.tracking));
        put("key", text(&self.key));
        if let Some(since) = self.since_s {
            let overlap = procedure.overlap.as_secs_f64().ceil() as i64;
            moment("since", since.saturating_sub(overlap), put);
        }
    }
}

/// A moment, in every way in which it can be written.
fn moment(name: &str, epoch_s: i64, mut put: impl FnMut(&str, Option<ProfileValue>)) {
    let at = Timestamp::from_second(epoch_s).unwrap_or_default();
    let plain = strtime::format("%Y-%m-%dT%H:%M:%S", at).unwrap_or_default();
    put(name, Some(ProfileValue::text(format!("{plain}Z"))));
    put(&format!("{name} as plain"), Some(ProfileValue::text(plain)));
    put(&format!("{name} as seconds"), Some(ProfileValue::bare(epoch_s)));
    let milliseconds = epoch_s.saturating_mul(1_000);
    put(&format!("{name} as milliseconds"), Some(ProfileValue::bare(milliseconds)));
}

impl Conversation<'_> {
    /// The moment at which a request is written.
    pub(super) fn put_time(&self, values: &mut [Option<ProfileValue>], time: CallTime) {
        moment("now", time.epoch_s, |name, value| {
            if let Some(slot) = self.profile.slot(name) {
                values[usize::from(slot.0)] = value;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_the_platform_writes_them() {
        for (minor, digits, decimal) in [
            (1_250, 2, "12.50"),
            (5, 2, "0.05"),
            (-5, 2, "-0.05"),
            (7, 0, "7"),
            (1_234, 3, "1.234"),
        ] {
            assert_eq!(amount(Money(minor), digits, MoneyAs::Decimal), decimal);
            assert_eq!(amount(Money(minor), digits, MoneyAs::Minor), minor.to_string());
        }
    }
}
