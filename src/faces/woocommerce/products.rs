//! Owns products: read, listed, changed one by one and in batches.
//! Must not know orders.

use std::collections::BTreeSet;

use hyper::StatusCode;
use serde_json::{Value, json};

use super::changes::{Understood, no_product};
use super::pages::{PageWanted, between};
use super::shapes::{Product, Refused};
use super::source::modified;
use super::{Answered, Parameters, WooCommerce, told};
use crate::commerce::inside::OfferRead;
use crate::faces::asking;
use crate::faces::source::Says;
use crate::faces::values::whole_in;
use crate::faces::{FaceClock, FaceReply, Shop, Written};
use crate::ids::SkuId;
use crate::units::{At, Qty};

/// What a list of products is filtered by.
struct Filter {
    skus: Option<BTreeSet<SkuId>>,
    /// Whether those are wanted that are not listed, and those that are.
    listed: [bool; 2],
    /// Whether those are wanted that are out of stock, and those that are not.
    in_stock: [bool; 2],
    /// Changed from the first moment on, and before the second.
    modified: (At, At),
}

impl Filter {
    fn is_any(&self) -> bool {
        self.skus.is_none()
            && self.listed == [true; 2]
            && self.in_stock == [true; 2]
            && self.modified == (At::START, At::NEVER)
    }

    fn has(&self, now: FaceClock, offer: &OfferRead) -> bool {
        let modified = modified(now, offer);
        self.skus.as_ref().is_none_or(|skus| skus.contains(&offer.sku))
            && self.listed[usize::from(offer.listed)]
            && self.in_stock[usize::from(offer.stored > Qty::ZERO)]
            && (self.modified.0..self.modified.1).contains(&modified)
    }
}

impl WooCommerce {
    pub(super) fn list_products(
        &mut self,
        now: FaceClock,
        asked: &Parameters,
        shop: &mut dyn Shop,
    ) -> Answered {
        let page = PageWanted::of(asked)?;
        let filter = self.filter(now, asked)?;
        let by_date = asked.get("orderby").is_some_and(|by| by == "modified");
        let (from, limit) = match &filter.skus {
            Some(skus) => {
                let (Some(first), Some(last)) = (skus.first(), skus.last()) else {
                    return Ok(page.told(self.told_products(now, [].iter()), 0));
                };
                (*first, last.0 - first.0 + 1)
            }
            None if filter.is_any() && !by_date => return self.page_of_products(now, page, shop),
            None => (SkuId(0), u32::MAX),
        };
        let (mut offers, _) = asking::offers(shop, from, limit)?;
        offers.retain(|offer| filter.has(now, offer));
        if by_date {
            offers.sort_by_key(|offer| modified(now, offer));
        }
        if page.last_first {
            offers.reverse();
        }
        let total = offers.len() as u64;
        let skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
        let shown = offers.iter().skip(skip).take(page.each() as usize);
        Ok(page.told(self.told_products(now, shown), total))
    }

    /// What a list is filtered by. Whatever is named is looked at once: it may be a great deal.
    fn filter(&self, now: FaceClock, asked: &Parameters) -> Result<Filter, Refused> {
        let texts = |name: &str| asked.get(name).map(list).filter(|texts| !texts.is_empty());
        let has = |name: &str, values: [&str; 2]| {
            let wanted = texts(name);
            values.map(|value| {
                let any = |text: &String| text == value || text == "any";
                wanted.as_ref().is_none_or(|wanted| wanted.iter().any(any))
            })
        };
        let named = texts("sku").map(|names| {
            let skus = names.iter().filter_map(|name| self.terms.catalogue.find(name));
            skus.collect::<BTreeSet<SkuId>>()
        });
        let included = texts("include").map(|ids| {
            let skus = ids.iter().filter_map(|id| self.product_of(id).ok());
            skus.collect::<BTreeSet<SkuId>>()
        });
        let skus = match (named, included) {
            (Some(named), Some(included)) => Some(&named & &included),
            (named, included) => named.or(included),
        };
        let listed = has("status", ["draft", "publish"]);
        let in_stock = has("stock_status", ["outofstock", "instock"]);
        let modified = between(now, asked, ("modified_after", "modified_before"))?;
        Ok(Filter { skus, listed, in_stock, modified })
    }

    /// A page of all there is.
    fn page_of_products(
        &mut self,
        now: FaceClock,
        page: PageWanted,
        shop: &mut dyn Shop,
    ) -> Answered {
        let total = self.terms.catalogue.len();
        let skip = page.skip().min(total);
        let each = page.each().min(total - skip);
        let from = if page.last_first { total - skip - each } else { skip };
        let (mut offers, _) = asking::offers(shop, SkuId(from as u32), each as u32)?;
        if page.last_first {
            offers.reverse();
        }
        Ok(page.told(self.told_products(now, offers.iter()), total))
    }

    fn told_products<'o>(
        &mut self,
        now: FaceClock,
        offers: impl Iterator<Item = &'o OfferRead> + Clone,
    ) -> FaceReply {
        self.source.tells(offers.clone(), Says::ALL);
        let mut written = Written::new();
        written.list(offers, |offer, to| self.product(now, offer, to));
        written.told(StatusCode::OK)
    }

    pub(super) fn get_product(
        &mut self,
        now: FaceClock,
        id: &str,
        shop: &mut dyn Shop,
    ) -> Answered {
        let sku = self.product_of(id)?;
        let (page, _) = asking::offers(shop, sku, 1)?;
        let offer = page.first().ok_or_else(no_product)?;
        Ok(self.told_product(now, offer))
    }

    pub(super) fn put_product(
        &mut self,
        now: FaceClock,
        id: &str,
        asked: &Parameters,
        shop: &mut dyn Shop,
    ) -> Answered {
        let sku = self.product_of(id)?;
        let understood = self.understood(sku, asked, shop)?;
        let mut done = self.change(&[understood], shop)?;
        done.pop().unwrap_or(Ok(()))?;
        let offer = asking::offer(shop, sku).ok_or_else(no_product)?;
        Ok(self.told_product(now, &offer))
    }

    fn told_product(&mut self, now: FaceClock, offer: &OfferRead) -> FaceReply {
        self.source.tells([offer], Says::ALL);
        let mut written = Written::new();
        self.product(now, offer, &mut written);
        written.told(StatusCode::OK)
    }

    /// `products/batch`: each item has its own outcome, within one answer that is fine.
    pub(super) fn batch(
        &mut self,
        now: FaceClock,
        asked: &Parameters,
        shop: &mut dyn Shop,
    ) -> Answered {
        let of = |name: &str| asked.get(name).and_then(Value::as_array).map_or(&[][..], |all| all);
        let (creates, updates, deletes) = (of("create"), of("update"), of("delete"));
        let most = self.terms.batch_max as usize;
        if creates.len() + updates.len() + deletes.len() > most {
            let why = format!("at most {most} items in one request");
            return Err(Refused::new(413, "woocommerce_rest_request_entity_too_large", why));
        }
        let understood: Vec<Result<Understood, (Value, Refused)>> =
            updates.iter().map(|item| self.item(item, shop)).collect();
        let fine: Vec<Understood> =
            understood.iter().filter_map(|i| i.as_ref().ok().copied()).collect();
        let mut outcomes = self.change(&fine, shop)?.into_iter();
        let (mut written, mut before) = (Written::new(), "{");
        let mut shown = Vec::new();
        if !updates.is_empty() {
            written.raw("{\"update\":").list(understood, |item, to| {
                let refused = match item {
                    Err(refused) => refused,
                    Ok((sku, ..)) => {
                        let done = outcomes.next().unwrap_or(Ok(()));
                        match done.and_then(|()| asking::offer(shop, sku).ok_or_else(no_product)) {
                            Ok(offer) => {
                                shown.push(offer);
                                return self.product(now, &offer, to);
                            }
                            Err(refused) => (json!(self.products.id(u64::from(sku.0))), refused),
                        }
                    }
                };
                to.any(&json!({ "id": refused.0, "error": refused.1.shape() }));
            });
            before = ",";
        }
        self.source.tells(&shown, Says::ALL);
        for (key, what, items) in [
            ("\"create\":", "batch create of products", creates),
            ("\"delete\":", "batch delete of products", deletes),
        ] {
            if !items.is_empty() {
                let refused = json!({ "id": 0, "error": Refused::not_here(what).shape() });
                written.raw(before).raw(key).list(items, |_, to| {
                    to.any(&refused);
                });
                before = ",";
            }
        }
        written.raw(if before == "{" { "{}" } else { "}" });
        Ok(written.told(StatusCode::OK))
    }

    fn item(&mut self, item: &Value, shop: &mut dyn Shop) -> Result<Understood, (Value, Refused)> {
        let id = item.get("id").cloned().unwrap_or(json!(0));
        let failed = |refused| (id.clone(), refused);
        let fields = item.as_object().ok_or_else(no_product).map_err(failed)?;
        let number = whole_in(&id).unwrap_or(0).to_string();
        let sku = self.product_of(&number).map_err(failed)?;
        self.understood(sku, fields, shop).map_err(failed)
    }

    pub(super) fn product_of(&self, id: &str) -> Result<SkuId, Refused> {
        let place = id.parse().ok().and_then(|id| self.products.place(id));
        place.and_then(|place| self.terms.catalogue.at(place)).ok_or_else(no_product)
    }

    /// A product in the platform's words.
    pub(super) fn product(&self, now: FaceClock, offer: &OfferRead, to: &mut Written) {
        let tag = self.tag_of(offer);
        let (created, modified) = (now.date(At::START), now.date(modified(now, offer)));
        let [price, regular] = [tag.asks(), tag.regular].map(|amount| self.terms.price(amount));
        let sale = tag.sale.map_or(String::new(), |sale| self.terms.price(sale));
        let product = Product {
            id: self.products.id(u64::from(offer.sku.0)),
            name: self.terms.catalogue.name(offer.sku),
            created: &created,
            modified: &modified,
            status: if offer.listed { "publish" } else { "draft" },
            price: &price,
            regular_price: &regular,
            sale_price: &sale,
            on_sale: tag.sale.is_some(),
            purchasable: offer.listed,
            stock_quantity: offer.stored.0,
            stock_status: stock_state(offer),
        };
        product.write(to);
    }
}

fn stock_state(offer: &OfferRead) -> &'static str {
    if offer.stored > Qty::ZERO { "instock" } else { "outofstock" }
}

/// A value as a list: `a,b`, or a list of texts or numbers.
pub(super) fn list(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => told(text),
        other => other.to_string(),
    };
    match value {
        Value::Array(all) => all.iter().map(text).collect(),
        Value::String(texts) => texts.split(',').map(|text| text.trim().to_owned()).collect(),
        other => vec![text(other)],
    }
}
