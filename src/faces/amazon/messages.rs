//! Owns what a submission says of a listing, whether it comes by itself or in a feed: quantity and
//! price out of attributes and patches, and what becomes of them.
//! Must not know how a submission comes.

use serde_json::{Value, json};

use super::shapes::{Issue, Refused};
use super::{Amazon, MARKETPLACE};
use crate::commerce::inside::InsideReply;
use crate::commerce::protocol::{Change, ItemOutcome};
use crate::faces::values::{amount_in, whole_in};
use crate::faces::{Shop, asking, units};
use crate::history::fact::PushKind;
use crate::ids::SkuId;
use crate::units::{Money, Qty};

/// Attributes that are here.
const QUANTITY: &str = "fulfillment_availability";
const PRICE: &str = "purchasable_offer";
/// Most patches of one submission.
const PATCHES_MAX: usize = 100;

/// What a submission wants of a listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) quantity: Option<Qty>,
    pub(super) price: Option<Money>,
    /// The listing is put whole: it is made if it is not there.
    pub(super) is_whole: bool,
}

/// Wanted, or wrong in these ways.
pub(super) type Read = Result<Wanted, Vec<Issue>>;

impl Amazon {
    /// What patches want. What this face has not is told apart from what is wrong.
    pub(super) fn patched(&self, patches: &Value) -> Result<Read, Refused> {
        let list = patches.as_array().filter(|list| !list.is_empty() && list.len() <= PATCHES_MAX);
        let list = list.ok_or_else(|| {
            Refused::input(format!("patches: expected a list of 1 to {PATCHES_MAX}"))
        })?;
        let (mut wanted, mut issues) = (Wanted::default(), vec![]);
        for patch in list {
            let path = patch["path"].as_str().unwrap_or_default();
            let removes = match patch["op"].as_str() {
                Some("add" | "replace" | "merge") => false,
                Some("delete") => true,
                _ => return Err(Refused::input("op: expected add, replace, merge or delete")),
            };
            let value = &patch["value"];
            match path.strip_prefix("/attributes/") {
                Some(QUANTITY) if removes => wanted.quantity = Some(Qty::ZERO),
                Some(QUANTITY) => note(quantity(value), &mut wanted.quantity, &mut issues),
                Some(PRICE) if removes => issues.push(Issue::new(PRICE, "an offer needs a price")),
                Some(PRICE) => note(self.price(value), &mut wanted.price, &mut issues),
                Some(other) => {
                    let what = format!("attribute {}", super::told(other));
                    return Err(Refused::not_here(&what));
                }
                None => {
                    return Err(Refused::input("path: expected /attributes/ and an attribute"));
                }
            }
        }
        Ok(if issues.is_empty() { Ok(wanted) } else { Err(issues) })
    }

    /// What attributes want that are put whole: one that is left out is taken away.
    pub(super) fn put(&self, attributes: &Value) -> Result<Read, Refused> {
        if !attributes.is_object() {
            return Err(Refused::input("attributes: expected an object"));
        }
        let (mut wanted, mut issues) = (Wanted { is_whole: true, ..Wanted::default() }, vec![]);
        match &attributes[QUANTITY] {
            Value::Null => wanted.quantity = Some(Qty::ZERO),
            value => note(quantity(value), &mut wanted.quantity, &mut issues),
        }
        match &attributes[PRICE] {
            Value::Null => issues.push(Issue::new(PRICE, "an offer needs a price")),
            value => note(self.price(value), &mut wanted.price, &mut issues),
        }
        Ok(if issues.is_empty() { Ok(wanted) } else { Err(issues) })
    }

    /// What attributes want: those that are left out stay.
    pub(super) fn put_in_part(&self, attributes: &Value) -> Result<Read, Refused> {
        let Some(attributes) = attributes.as_object() else {
            return Err(Refused::input("attributes: expected an object"));
        };
        let patch = |(name, value): (&String, &Value)| {
            let path = format!("/attributes/{name}");
            json!({ "op": "replace", "path": path, "value": value })
        };
        self.patched(&attributes.iter().map(patch).collect())
    }

    fn price(&self, value: &Value) -> Result<Money, Issue> {
        let wrong = |why: String| Issue::new(PRICE, why);
        let mut offers = value.as_array().into_iter().flatten();
        let is_here = |offer: &&Value| match offer["marketplace_id"].as_str() {
            None => true,
            Some(id) => id == MARKETPLACE,
        };
        let offer = offers.find(is_here);
        let offer = offer.ok_or_else(|| wrong(format!("there is no offer for {MARKETPLACE}")))?;
        let currency = offer["currency"].as_str().unwrap_or(&self.terms.currency);
        if currency != self.terms.currency {
            return Err(wrong(format!("the currency here is {}", self.terms.currency)));
        }
        let price = &offer["our_price"][0]["schedule"][0]["value_with_tax"];
        let price = amount_in(price, self.terms.digits).filter(|price| *price > Money::ZERO);
        price.ok_or_else(|| wrong("our_price needs a value_with_tax above zero".to_owned()))
    }
}

/// Whether the shop would take it, without asking it to.
pub(super) fn would_take(sku: SkuId, wanted: Wanted, shop: &mut dyn Shop) -> Vec<Issue> {
    let listed = asking::offer(shop, sku).is_some_and(|offer| offer.listed);
    if listed || wanted.is_whole { vec![] } else { vec![not_listed()] }
}

/// Asks the shop for what is wanted; leaves what is wrong with it.
pub(super) fn apply(
    sku: SkuId,
    wanted: Wanted,
    shop: &mut dyn Shop,
) -> Result<Vec<Issue>, InsideReply> {
    let listed = asking::offer(shop, sku).is_some_and(|offer| offer.listed);
    let Wanted { quantity, price, is_whole } = wanted;
    let mut changes = vec![];
    match (quantity, price) {
        (Some(qty), Some(price)) if is_whole && !listed => {
            changes.push((PushKind::Listing, Change::Publish { price, qty }));
        }
        _ => {
            changes.extend(quantity.map(|qty| (PushKind::Stock, Change::Absolute(qty))));
            changes.extend(price.map(|price| (PushKind::Price, Change::Price(price))));
        }
    }
    for (kind, change) in changes {
        let taken = asking::push(shop, kind, &[(0, sku, change)])?;
        if taken.iter().any(|(_, outcome)| *outcome != ItemOutcome::Taken) {
            return Ok(vec![not_listed()]);
        }
    }
    Ok(vec![])
}

fn not_listed() -> Issue {
    Issue::new("sku", "nothing is listed under this SKU: put the listing first")
}

fn note<T>(read: Result<T, Issue>, wanted: &mut Option<T>, issues: &mut Vec<Issue>) {
    match read {
        Ok(value) => *wanted = Some(value),
        Err(issue) => issues.push(issue),
    }
}

fn quantity(value: &Value) -> Result<Qty, Issue> {
    let wrong = |why: &str| Issue::new(QUANTITY, why);
    let mut all = value.as_array().into_iter().flatten();
    let ours = all.find(|one| matches!(one["fulfillment_channel_code"].as_str(), Some("DEFAULT")));
    let ours = ours.ok_or_else(|| wrong("fulfillment_channel_code: expected DEFAULT"))?;
    let quantity = whole_in(&ours["quantity"]).and_then(units).filter(|units| *units >= Qty::ZERO);
    quantity.ok_or_else(|| wrong("quantity: expected a whole number, 0 or more"))
}
