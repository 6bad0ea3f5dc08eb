//! Owns the API that shoppers use: a cart, things put into it, the checkout.
//! Must not know the shop's own API.
//!
//! A cart is known by its `Cart-Token`, or by the `Nonce` that came with it. Here stock counts:
//! when something is put into a cart, and again when it is bought.

use std::collections::VecDeque;

use hyper::{Method, StatusCode};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::shapes::Refused;
use super::{Answered, WooCommerce, parameters, told};
use crate::commerce::protocol::{ChannelReply, ChannelRequest};
use crate::faces::values::{is_same, pairs, whole_in};
use crate::faces::{FaceClock, FaceReply, FaceRequest, Shop, asking, units};
use crate::history::fact::Refusal;
use crate::ids::{Buyer, SkuId};
use crate::units::{Money, Qty};

/// Most carts that are kept; the oldest go first.
const CARTS_MAX: usize = 10_000;
/// Most different things in a cart.
const LINES_MAX: usize = 100;
/// How many digits of a token are its nonce.
const NONCE_DIGITS: usize = 10;

/// What shoppers have in their hands.
#[derive(Debug, Default)]
pub(super) struct Carts {
    /// By nonce.
    all: FxHashMap<String, Cart>,
    oldest_first: VecDeque<String>,
    numbered: u64,
}

#[derive(Clone, Debug)]
struct Cart {
    token: String,
    lines: Vec<(SkuId, Qty)>,
}

impl WooCommerce {
    /// Who answers what in the shoppers' API.
    pub(super) fn store(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        path: &str,
        shop: &mut dyn Shop,
    ) -> Answered {
        let reads = matches!(*request.method, Method::GET | Method::HEAD);
        let posts = *request.method == Method::POST;
        match path {
            "cart" if reads => {
                let nonce = self.held(request).unwrap_or_else(|_| self.new_cart());
                Ok(self.told_cart(&nonce, StatusCode::OK, shop).to_stranger())
            }
            "cart/add-item" if posts => {
                let nonce = self.held(request)?;
                self.add(&nonce, request, shop)?;
                Ok(self.told_cart(&nonce, StatusCode::CREATED, shop))
            }
            "checkout" if posts => {
                let nonce = self.held(request)?;
                self.buy(now, &nonce, request, shop)
            }
            "cart" | "cart/add-item" | "checkout" => {
                Err(Refused::new(404, "rest_no_route", "no route has this path and this method"))
            }
            _ => Err(Refused::not_here(&format!("wc/store/v1/{}", told(path)))),
        }
    }

    fn new_cart(&mut self) -> String {
        self.carts.numbered += 1;
        let token = self.terms.secret(&format!("cart {}", self.carts.numbered));
        let nonce = token[..NONCE_DIGITS].to_owned();
        if self.carts.oldest_first.len() >= CARTS_MAX
            && let Some(oldest) = self.carts.oldest_first.pop_front()
        {
            self.carts.all.remove(&oldest);
        }
        self.carts.oldest_first.push_back(nonce.clone());
        self.carts.all.insert(nonce.clone(), Cart { token, lines: vec![] });
        nonce
    }

    /// The cart that a request carries.
    fn held(&self, request: &FaceRequest<'_>) -> Result<String, Refused> {
        let text = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
        let (token, nonce) = (text("cart-token"), text("nonce"));
        let shown = token.or(nonce).ok_or_else(|| {
            let why = "send the Nonce or the Cart-Token that came with the cart";
            Refused::new(401, "woocommerce_rest_missing_nonce", why).into_stranger()
        })?;
        let nonce = shown.get(..NONCE_DIGITS).unwrap_or(shown);
        let known = self.carts.all.get(nonce);
        let is_its = |cart: &&Cart| token.is_none_or(|token| is_same(token, &cart.token));
        known.filter(is_its).map(|_| nonce.to_owned()).ok_or_else(|| {
            let why = "the nonce is no cart's: get the cart first";
            Refused::new(403, "woocommerce_rest_invalid_nonce", why).into_stranger()
        })
    }

    fn add(
        &mut self,
        nonce: &str,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> Result<(), Refused> {
        let asked = parameters(request, pairs(request.query))?;
        let id = asked.get("id").and_then(whole_in).unwrap_or(0).to_string();
        let no_product = |_| {
            let why = "this product cannot be put into a cart";
            Refused::new(400, "woocommerce_rest_cart_invalid_product", why)
        };
        let sku = self.product_of(&id).map_err(no_product)?;
        let units = asked.get("quantity").map_or(Some(1), whole_in).and_then(units);
        let units = units.filter(|units| *units > Qty::ZERO);
        let units = units
            .ok_or_else(|| Refused::parameter("quantity", "a whole number of units, 1 or more"))?;
        let offer = asking::offer(shop, sku).filter(|offer| offer.listed);
        let offer = offer.ok_or_else(|| {
            Refused::new(400, "woocommerce_rest_product_not_purchasable", "it is not sold now")
        })?;
        let Some(cart) = self.carts.all.get_mut(nonce) else { return Ok(()) };
        let held = cart.lines.iter().position(|(known, _)| *known == sku);
        let has = held.map_or(Qty::ZERO, |place| cart.lines[place].1);
        if offer.shown <= Qty::ZERO {
            let why = "it is out of stock";
            return Err(Refused::new(400, "woocommerce_rest_product_out_of_stock", why));
        }
        if has + units > offer.shown {
            let why = format!("there are {} left of it", offer.shown.0);
            return Err(Refused::new(400, "woocommerce_rest_product_partially_out_of_stock", why));
        }
        match held {
            Some(place) => cart.lines[place].1 += units,
            None if cart.lines.len() < LINES_MAX => cart.lines.push((sku, units)),
            None => {
                let why = format!("at most {LINES_MAX} things in a cart");
                return Err(Refused::new(400, "woocommerce_rest_cart_invalid_product", why));
            }
        }
        Ok(())
    }

    /// Buys what is in a cart, which is empty then.
    fn buy(
        &mut self,
        now: FaceClock,
        nonce: &str,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let asked = parameters(request, pairs(request.query))?;
        for name in ["billing_address", "payment_method"] {
            if asked.get(name).is_none_or(Value::is_null) {
                let why = format!("Missing parameter(s): {name}");
                return Err(Refused::new(400, "rest_missing_callback_param", why));
            }
        }
        let lines = self.carts.all.get(nonce).map(|cart| cart.lines.clone()).unwrap_or_default();
        if lines.is_empty() {
            return Err(Refused::new(400, "woocommerce_rest_cart_empty", "the cart is empty"));
        }
        let intent = self.terms.intent(self.entered);
        self.entered += 1;
        let buyer = Buyer(intent.0);
        let placed = match shop.ask(ChannelRequest::PlaceOrder { intent, buyer, lines }) {
            ChannelReply::Placed { order } => order.number,
            ChannelReply::TurnedAway { why: Refusal::Stock } => {
                let why = "there is not enough stock left for this cart";
                return Err(Refused::new(403, "woocommerce_product_not_enough_stock", why));
            }
            ChannelReply::TurnedAway { .. } => {
                let why = "something in the cart is not sold any more";
                return Err(Refused::new(400, "woocommerce_rest_product_not_purchasable", why));
            }
            refused => return Err(refused.into()),
        };
        if let Some(cart) = self.carts.all.get_mut(nonce) {
            cart.lines.clear();
        }
        let order = asking::order(shop, placed);
        let shape = order.map(|order| {
            self.order(now, &order, |order| serde_json::to_value(order).unwrap_or_default())
        });
        let shape = shape.unwrap_or_default();
        let told = json!({
            "order_id": shape["id"],
            "order_number": shape["number"],
            "order_key": shape["order_key"],
            "status": shape["status"],
            "customer_note": "",
            "customer_id": 0,
            "billing_address": asked.get("billing_address"),
            "shipping_address": asked.get("shipping_address"),
            "payment_method": asked.get("payment_method"),
            "payment_result": {
                "payment_status": "success",
                "payment_details": [],
                "redirect_url": "",
            },
        });
        Ok(self.known_by(nonce, FaceReply::json(StatusCode::OK, &told)))
    }

    fn told_cart(&mut self, nonce: &str, status: StatusCode, shop: &mut dyn Shop) -> FaceReply {
        let lines = self.carts.all.get(nonce).map(|cart| cart.lines.clone()).unwrap_or_default();
        let currency = |fields: Value| {
            let mut all = json!({
                "currency_code": self.terms.currency,
                "currency_minor_unit": self.terms.digits,
            });
            if let (Some(all), Value::Object(fields)) = (all.as_object_mut(), fields) {
                all.extend(fields);
            }
            all
        };
        let (mut total, mut units) = (Money::ZERO, 0);
        let mut items = Vec::new();
        for (sku, qty) in lines {
            let price = asking::offer(shop, sku).map_or(Money::ZERO, |offer| offer.price);
            let sum = price.times(qty);
            total += sum;
            units += qty.0;
            let name = self.terms.catalogue.name(sku);
            items.push(json!({
                "key": format!("{:032x}", sku.0),
                "id": self.products.id(u64::from(sku.0)),
                "quantity": qty.0,
                "name": name,
                "sku": name,
                "prices": currency(json!({ "price": price.0.to_string() })),
                "totals": currency(json!({ "line_total": sum.0.to_string() })),
            }));
        }
        let cart = json!({
            "items": items,
            "items_count": units,
            "totals": currency(json!({ "total_price": total.0.to_string() })),
            "errors": [],
        });
        self.known_by(nonce, FaceReply::json(status, &cart))
    }

    /// Says by what a cart is known. A shopper is nobody that the shop knows.
    fn known_by(&self, nonce: &str, reply: FaceReply) -> FaceReply {
        let token = self.carts.all.get(nonce).map_or("", |cart| &*cart.token);
        reply.with("nonce", nonce).with("cart-token", token)
    }
}
