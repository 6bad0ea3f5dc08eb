//! Owns listings: patched, put whole, read. Must not know feeds.
//!
//! 200 is no yes: a submission that is INVALID is refused, and one that is ACCEPTED shows when the
//! marketplace shows it.

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::messages::{Read, apply, would_take};
use super::shapes::{Issue, Refused};
use super::{Amazon, Answered, MARKETPLACE, is_here};
use crate::commerce::inside::OfferRead;
use crate::faces::values::{Pairs, of};
use crate::faces::{FaceClock, FaceReply, Shop, asking};
use crate::ids::SkuId;
use crate::units::{At, Qty};

impl Amazon {
    pub(super) fn patch_listing(
        &mut self,
        sku: &str,
        asked: &Pairs<'_>,
        body: &[u8],
        shop: &mut dyn Shop,
    ) -> Answered {
        is_here(asked)?;
        let body = json_of(body)?;
        has_product_type(&body)?;
        let read = self.patched(&body["patches"])?;
        self.submitted(sku, asked, read, shop)
    }

    pub(super) fn put_listing(
        &mut self,
        sku: &str,
        asked: &Pairs<'_>,
        body: &[u8],
        shop: &mut dyn Shop,
    ) -> Answered {
        is_here(asked)?;
        let body = json_of(body)?;
        has_product_type(&body)?;
        match body["requirements"].as_str() {
            None | Some("LISTING" | "LISTING_OFFER_ONLY") => {}
            Some("LISTING_PRODUCT_ONLY") => {
                return Err(Refused::not_here("product facts without an offer"));
            }
            Some(_) => return Err(Refused::input("requirements: expected LISTING")),
        }
        let read = self.put(&body["attributes"])?;
        self.submitted(sku, asked, read, shop)
    }

    fn submitted(
        &mut self,
        sku: &str,
        asked: &Pairs<'_>,
        read: Read,
        shop: &mut dyn Shop,
    ) -> Answered {
        let tries = match of(asked, "mode") {
            None => false,
            Some("VALIDATION_PREVIEW") => true,
            Some(_) => return Err(Refused::input("mode: expected VALIDATION_PREVIEW")),
        };
        let issues = match (read, self.terms.catalogue.find(sku)) {
            (Err(issues), _) => issues,
            (Ok(_), None) => vec![Issue::new("sku", "there is no such SKU")],
            (Ok(wanted), Some(sku)) if tries => would_take(sku, wanted, shop),
            (Ok(wanted), Some(sku)) => apply(sku, wanted, shop)?,
        };
        self.submissions += 1;
        let status = match (issues.is_empty(), tries) {
            (true, true) => "VALID",
            (true, false) => "ACCEPTED",
            (false, _) => "INVALID",
        };
        let issues: Vec<Value> = issues.iter().map(Issue::told).collect();
        let submission = self.terms.secret(&format!("submission {}", self.submissions));
        let told = json!({
            "sku": sku, "status": status, "submissionId": submission, "issues": issues,
        });
        let meant = (!issues.is_empty()).then_some(StatusCode::UNPROCESSABLE_ENTITY);
        Ok(FaceReply { meant, ..FaceReply::json(StatusCode::OK, &told) })
    }

    pub(super) fn get_listing(
        &self,
        now: FaceClock,
        sku: &str,
        asked: &Pairs<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        is_here(asked)?;
        let sku = self.terms.catalogue.find(sku).ok_or_else(no_listing)?;
        let (page, _) = asking::offers(shop, sku, 1)?;
        let offer = page.first().filter(|offer| offer.listed).ok_or_else(no_listing)?;
        let mut item = Map::new();
        item.insert("sku".to_owned(), json!(self.terms.catalogue.name(sku)));
        for data in of(asked, "includedData").unwrap_or("summaries").split(',') {
            item.insert(data.to_owned(), self.data_of(now, offer, data)?);
        }
        Ok(FaceReply::json(StatusCode::OK, &item))
    }

    /// A set of data of a listing.
    fn data_of(&self, now: FaceClock, offer: &OfferRead, data: &str) -> Result<Value, Refused> {
        let shows = offer.shown.max(Qty::ZERO).0;
        Ok(match data {
            "summaries" => {
                let status = &["BUYABLE", "DISCOVERABLE"][usize::from(shows == 0)..];
                json!([{
                    "marketplaceId": MARKETPLACE, "asin": asin(offer.sku),
                    "productType": "PRODUCT", "conditionType": "new_new", "status": status,
                    "itemName": self.terms.catalogue.name(offer.sku),
                    "createdDate": now.date(At::START) + "Z",
                    "lastUpdatedDate": now.date(now.at) + "Z",
                }])
            }
            "offers" => {
                let (currency, amount) = (&self.terms.currency, self.terms.price(offer.price));
                let price = json!({ "currencyCode": currency, "amount": amount });
                json!([{ "marketplaceId": MARKETPLACE, "offerType": "B2C", "price": price }])
            }
            "fulfillmentAvailability" => {
                json!([{ "fulfillmentChannelCode": "DEFAULT", "quantity": shows }])
            }
            "issues" => json!([]),
            "attributes" | "procurement" | "relationships" | "productTypes" => {
                return Err(Refused::not_here(&format!("{data} of listings")));
            }
            _ => return Err(Refused::input("includedData: expected sets such as summaries")),
        })
    }
}

/// A catalogue number of the platform's kind: ten letters and digits.
pub(super) fn asin(sku: SkuId) -> String {
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut rest = u64::from(sku.0) + 36_u64.pow(7);
    let mut digits = Vec::new();
    while rest > 0 {
        digits.push(DIGITS[(rest % 36) as usize] as char);
        rest /= 36;
    }
    format!("B0{}", digits.iter().rev().collect::<String>())
}

fn no_listing() -> Refused {
    Refused::new(StatusCode::NOT_FOUND, "NOT_FOUND", "SKU not found in this marketplace.")
}

/// A body of JSON. Keys that are not known are passed over: clients send more than they are asked.
pub(super) fn json_of(body: &[u8]) -> Result<Value, Refused> {
    let read: Result<Value, _> = serde_json::from_slice(body);
    read.ok().filter(Value::is_object).ok_or_else(|| Refused::input("the body is no JSON object"))
}

fn has_product_type(body: &Value) -> Result<(), Refused> {
    let said = body["productType"].as_str().is_some_and(|said| !said.is_empty());
    said.then_some(()).ok_or_else(|| Refused::input("productType is missing"))
}
