//! Owns changes of products: what is asked for, which prices stand, how the shop is asked.
//! Must not know pages or batches.

use serde_json::{Value, json};

use super::shapes::Refused;
use super::{Parameters, WooCommerce};
use crate::commerce::inside::OfferRead;
use crate::commerce::protocol::{Change, ItemOutcome};
use crate::faces::values::{amount_in, whole_in};
use crate::faces::{Shop, asking, units};
use crate::history::fact::PushKind;
use crate::ids::SkuId;
use crate::units::{Money, Qty};

/// Prices of a product that were set here: the shop itself knows one only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) regular: Money,
    pub(super) sale: Option<Money>,
}

impl Tag {
    /// What shoppers are to pay.
    pub(super) fn asks(self) -> Money {
        self.sale.unwrap_or(self.regular)
    }
}

/// What is to become of a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    stock: Option<Qty>,
    regular: Option<Money>,
    sale: Sale,
    publishes: bool,
}

/// What is to become of a product's lower price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sale {
    #[default]
    Stays,
    Ends,
    At(Money),
}

/// What an item of a batch asks for, once it is understood; with the offer as it stands, where that
/// matters.
pub(super) type Understood = (SkuId, Option<OfferRead>, Wanted);

impl WooCommerce {
    /// What is asked of a product, or why it makes no sense.
    pub(super) fn understood(
        &mut self,
        sku: SkuId,
        asked: &Parameters,
        shop: &mut dyn Shop,
    ) -> Result<Understood, Refused> {
        let mut wanted = Wanted::default();
        if let Some(value) = asked.get("stock_quantity").filter(|value| !value.is_null()) {
            let quantity = whole_in(value).and_then(units);
            let why = "a whole number of units";
            wanted.stock = Some(quantity.ok_or_else(|| Refused::parameter("stock_quantity", why))?);
        }
        let price = |name: &'static str| match asked.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(Some(None)),
            Some(value) => match amount_in(value, self.terms.digits) {
                Some(amount) if amount >= Money::ZERO => Ok(Some(Some(amount))),
                _ => Err(Refused::parameter(name, "an amount such as 12.50")),
            },
        };
        wanted.regular = match price("regular_price")? {
            Some(None) => {
                return Err(Refused::not_here("an empty regular_price: taking a price away"));
            }
            regular => regular.flatten(),
        };
        wanted.sale = match price("sale_price")? {
            None => Sale::Stays,
            Some(None) => Sale::Ends,
            Some(Some(price)) => Sale::At(price),
        };
        let status = asked.get("status").and_then(Value::as_str);
        let is_priced = wanted.regular.is_some() || wanted.sale != Sale::Stays;
        let offer = if status.is_some() || is_priced {
            Some(asking::offer(shop, sku).ok_or_else(no_product)?)
        } else {
            None
        };
        let is_listed = offer.is_some_and(|offer| offer.listed);
        match status {
            None => {}
            Some("publish") => wanted.publishes = !is_listed,
            Some(_) if !is_listed => {}
            Some(_) => return Err(Refused::not_here("taking a product off sale")),
        }
        for name in ["date_on_sale_from", "date_on_sale_to", "date_on_sale_from_gmt"] {
            if asked.get(name).is_some_and(|value| !value.is_null()) {
                return Err(Refused::not_here(&format!("{name}: sales with dates")));
            }
        }
        if asked.get("manage_stock") == Some(&json!(false)) {
            return Err(Refused::not_here("manage_stock: false"));
        }
        Ok((sku, offer, wanted))
    }

    /// Changes products; each with what became of it. The shop is asked once for each kind of
    /// change.
    pub(super) fn change(
        &mut self,
        all: &[Understood],
        shop: &mut dyn Shop,
    ) -> Result<Vec<Result<(), Refused>>, Refused> {
        let mut outcomes: Vec<Result<(), Refused>> = all.iter().map(|_| Ok(())).collect();
        let tags: Vec<Option<Tag>> = all.iter().map(|item| self.tag(item)).collect();
        let listing = |(place, (sku, offer, wanted)): (usize, &Understood)| {
            let offer = offer.filter(|_| wanted.publishes)?;
            let price = tags[place].map_or(offer.asks, Tag::asks);
            let qty = wanted.stock.unwrap_or(offer.stored);
            Some((place, *sku, Change::Publish { price, qty }))
        };
        let stock = |(place, (sku, _, wanted)): (usize, &Understood)| {
            let qty = wanted.stock.filter(|_| !wanted.publishes)?;
            Some((place, *sku, Change::Absolute(qty)))
        };
        let priced = |(place, (sku, _, wanted)): (usize, &Understood)| {
            let tag = tags[place].filter(|_| !wanted.publishes)?;
            Some((place, *sku, Change::Price(tag.asks())))
        };
        let each = || all.iter().enumerate();
        for (kind, changes) in [
            (PushKind::Listing, each().filter_map(listing).collect::<Vec<_>>()),
            (PushKind::Stock, each().filter_map(stock).collect()),
            (PushKind::Price, each().filter_map(priced).collect()),
        ] {
            for (place, outcome) in asking::push(shop, kind, &changes)? {
                if outcome != ItemOutcome::Taken {
                    outcomes[place] = Err(Refused::new(
                        400,
                        "woocommerce_rest_product_not_updated",
                        "this product is not on sale here, or the value makes no sense",
                    ));
                }
            }
        }
        for (((sku, ..), tag), outcome) in all.iter().zip(tags).zip(&outcomes) {
            match tag.filter(|_| outcome.is_ok()) {
                Some(tag) if tag.sale.is_some() => drop(self.tags.insert(*sku, tag)),
                Some(_) => drop(self.tags.remove(sku)),
                None => {}
            }
        }
        Ok(outcomes)
    }

    /// The prices that a product is to have, where they are to change.
    fn tag(&self, (_, offer, wanted): &Understood) -> Option<Tag> {
        if wanted.regular.is_none() && wanted.sale == Sale::Stays {
            return None;
        }
        let now = self.tag_of(offer.as_ref()?);
        let regular = wanted.regular.unwrap_or(now.regular);
        // As the platform has it: a sale that is no cheaper is none.
        let sale = match wanted.sale {
            Sale::Stays => now.sale,
            Sale::Ends => None,
            Sale::At(price) => Some(price),
        };
        let sale = sale.filter(|sale| *sale < regular);
        Some(Tag { regular, sale })
    }

    /// The prices of a product: those that were set here as long as the shop holds to them, else
    /// the one that it has.
    pub(super) fn tag_of(&self, offer: &OfferRead) -> Tag {
        let set = self.tags.get(&offer.sku).filter(|tag| tag.asks() == offer.asks);
        set.copied().unwrap_or(Tag { regular: offer.asks, sale: None })
    }
}

pub(super) fn no_product() -> Refused {
    Refused::new(404, "woocommerce_rest_product_invalid_id", "there is no product with this id")
}
