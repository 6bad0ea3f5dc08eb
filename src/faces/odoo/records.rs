//! Owns what a record's fields say. Must not know which records are wanted, nor how they are found.

use serde_json::{Value, json};

use super::domain::Seen;
use super::schema::Model;
use super::{Odoo, fixed};
use crate::commerce::inside::{AtSource, OfferRead, OrderRead};
use crate::commerce::protocol::OrderState;
use crate::faces::FaceClock;
use crate::history::fact::Line;
use crate::ids::SkuId;
use crate::units::{At, Money, Qty};

/// A line's number is its order's with so many digits after it.
const LINES: u64 = 1_000;

/// A record.
pub(super) enum Record {
    Offer(OfferRead),
    Order(OrderRead),
    Line(OrderRead, usize),
    Fixed(Value),
}

/// The number of an order of which this is a line.
pub(super) fn order_of_line(id: u64) -> u64 {
    id / LINES
}

impl Odoo {
    /// A record's own number.
    pub(super) fn id_of(&self, model: Model, record: &Record) -> u64 {
        match record {
            Record::Offer(offer) => {
                let ids = match model {
                    Model::Templates => self.ids.templates,
                    Model::Quants => self.ids.quants,
                    _ => self.ids.products,
                };
                ids.id(u64::from(offer.sku.0))
            }
            Record::Order(order) => self.ids.orders.id(order.number),
            Record::Line(order, place) => self.line_id(order, *place),
            Record::Fixed(value) => value["id"].as_u64().unwrap_or(0),
        }
    }

    fn line_id(&self, order: &OrderRead, place: usize) -> u64 {
        self.ids.orders.id(order.number) * LINES + place as u64 + 1
    }

    /// What a condition sees of a field.
    pub(super) fn seen(&self, model: Model, record: &Record, field: &str) -> Seen {
        let moment = match (field, record) {
            ("create_date", Record::Offer(_))
            | ("create_date" | "write_date", Record::Fixed(_)) => At::START,
            ("create_date" | "date_order", Record::Order(order) | Record::Line(order, _)) => {
                order.placed
            }
            ("write_date", Record::Order(order) | Record::Line(order, _)) => order.changed,
            ("write_date", Record::Offer(offer)) => {
                let source = offer.source;
                let changed = |source: AtSource| match model {
                    Model::Quants => source.moved,
                    _ => source.tagged,
                };
                source.map_or(At::START, changed)
            }
            _ => return Seen::Value(self.value(model, record, field)),
        };
        Seen::Moment(moment)
    }

    /// What is told of a field.
    pub(super) fn told(&self, now: FaceClock, model: Model, record: &Record, field: &str) -> Value {
        match self.seen(model, record, field) {
            // As the platform writes dates: whole seconds, whatever it knows.
            Seen::Moment(at) => json!(now.date(at).replace('T', " ")),
            Seen::Value(value) => value,
        }
    }

    fn value(&self, model: Model, record: &Record, field: &str) -> Value {
        match (field, record) {
            ("id", record) => json!(self.id_of(model, record)),
            (field, Record::Offer(offer)) if model == Model::Quants => self.of_quant(offer, field),
            (field, Record::Offer(offer)) => self.of_product(offer, field),
            (field, Record::Order(order)) => self.of_order(order, field),
            (field, Record::Line(order, place)) => self.of_line(order, *place, field),
            ("display_name", Record::Fixed(value)) => value["name"].clone(),
            (field, Record::Fixed(value)) => value.get(field).cloned().unwrap_or(json!(false)),
        }
    }

    fn of_product(&self, offer: &OfferRead, field: &str) -> Value {
        let name = self.terms.catalogue.name(offer.sku);
        let (on_hand, reserved) = units(offer);
        match field {
            "name" | "default_code" => json!(name),
            "display_name" => json!(shown(name)),
            "active" => json!(true),
            "sale_ok" => json!(offer.listed),
            "type" | "detailed_type" => json!("product"),
            "lst_price" | "list_price" => self.amount(offer.asks),
            "qty_available" => float(on_hand),
            "free_qty" | "virtual_available" => float(on_hand - reserved),
            "outgoing_qty" => float(reserved),
            "product_tmpl_id" => self.template(offer.sku),
            "product_variant_id" => self.product(offer.sku),
            "product_variant_ids" => json!([self.ids.products.id(u64::from(offer.sku.0))]),
            other => fixed::led_to(&self.terms, other),
        }
    }

    fn of_quant(&self, offer: &OfferRead, field: &str) -> Value {
        let (on_hand, reserved) = units(offer);
        let counted = self.counted.get(&offer.sku);
        match field {
            "display_name" | "product_id" => match (field, self.product(offer.sku)) {
                ("product_id", product) => product,
                (_, product) => product[1].clone(),
            },
            "product_id.default_code" => json!(self.terms.catalogue.name(offer.sku)),
            "location_id.usage" => json!("internal"),
            "product_tmpl_id" => self.template(offer.sku),
            "quantity" => float(on_hand),
            "reserved_quantity" => float(reserved),
            "available_quantity" => float(on_hand - reserved),
            "inventory_quantity" => float(counted.map_or(Qty::ZERO, |counted| counted.are)),
            "inventory_diff_quantity" => {
                float(counted.map_or(Qty::ZERO, |counted| counted.are - counted.were))
            }
            "inventory_quantity_set" => json!(counted.is_some()),
            other => fixed::led_to(&self.terms, other),
        }
    }

    fn of_order(&self, order: &OrderRead, field: &str) -> Value {
        let comes_from = self.terms.comes_from(order);
        let channel = comes_from.map_or("", |(channel, _)| channel);
        match field {
            "name" | "display_name" => json!(number_of(order)),
            "state" => json!(state(order)),
            "locked" => json!(order.is_shipped),
            "origin" => json!(channel),
            "client_order_ref" => json!(comes_from.map(|(_, number)| number.to_string())),
            "partner_id" | "partner_invoice_id" | "partner_shipping_id" => {
                fixed::buyer(&self.terms, channel)
            }
            "order_line" => {
                let places = 0..order.lines.len();
                json!(places.map(|place| self.line_id(order, place)).collect::<Vec<_>>())
            }
            "delivery_status" => match order.state {
                OrderState::Ours if order.is_shipped => json!("full"),
                OrderState::Ours => json!("pending"),
                OrderState::Waiting | OrderState::Pending | OrderState::Released(_) => json!(false),
            },
            "amount_total" | "amount_untaxed" => {
                let each = order.lines.iter().map(|line| line.price.times(line.qty));
                self.amount(each.fold(Money::ZERO, |sum, line| sum + line))
            }
            "amount_tax" => json!(0.0),
            other => fixed::led_to(&self.terms, other),
        }
    }

    fn of_line(&self, order: &OrderRead, place: usize, field: &str) -> Value {
        let Some(line) = order.lines.get(place) else { return json!(false) };
        let line: &Line = line;
        match field {
            "name" | "display_name" => json!(shown(self.terms.catalogue.name(line.sku))),
            "order_id" => json!([self.ids.orders.id(order.number), number_of(order)]),
            "product_id" => self.product(line.sku),
            "state" => json!(state(order)),
            "product_uom_qty" => float(line.qty),
            "qty_delivered" => float(if order.is_shipped { line.qty } else { Qty::ZERO }),
            "price_unit" => self.amount(line.price),
            "price_subtotal" => self.amount(line.price.times(line.qty)),
            _ => json!(false),
        }
    }

    fn product(&self, sku: SkuId) -> Value {
        let id = self.ids.products.id(u64::from(sku.0));
        json!([id, shown(self.terms.catalogue.name(sku))])
    }

    fn template(&self, sku: SkuId) -> Value {
        let id = self.ids.templates.id(u64::from(sku.0));
        json!([id, shown(self.terms.catalogue.name(sku))])
    }

    fn amount(&self, amount: Money) -> Value {
        json!(self.terms.price(amount).parse::<f64>().unwrap_or(0.0))
    }
}

/// What is in the building, and what of it is promised.
pub(super) fn units(offer: &OfferRead) -> (Qty, Qty) {
    offer.source.map_or((offer.stored, Qty::ZERO), |source| (source.on_hand, source.reserved))
}

fn float(units: Qty) -> Value {
    json!(units.0 as f64)
}

fn shown(name: &str) -> String {
    format!("[{name}] {name}")
}

fn number_of(order: &OrderRead) -> String {
    format!("S{:05}", order.number + 1)
}

fn state(order: &OrderRead) -> &'static str {
    match order.state {
        OrderState::Waiting | OrderState::Pending => "draft",
        OrderState::Ours => "sale",
        OrderState::Released(_) => "cancel",
    }
}
