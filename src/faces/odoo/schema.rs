//! Owns which models and fields there are, and of what type each is. Must not know any record.

use serde_json::{Map, Value, json};

use super::rpc::Fault;
use crate::faces::source::Says;

/// A model that is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    Products,
    Templates,
    Quants,
    Orders,
    Lines,
    Users,
    Partners,
    Companies,
    Currencies,
    Units,
    Locations,
    Warehouses,
    Models,
}

/// A field: its name, its type, and the model that it leads to.
type Field = (&'static str, Kind, &'static str);

/// A field's type, in the platform's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Truth,
    Text,
    Date,
    Number,
    Whole,
    One,
    Many,
    Choice,
}

use Kind::{Choice, Date, Many, Number, One, Text, Truth, Whole};

/// What every model has.
const COMMON: [Field; 4] = [
    ("id", Whole, ""),
    ("display_name", Text, ""),
    ("create_date", Date, ""),
    ("write_date", Date, ""),
];

/// What a product and its template have alike.
const PRODUCT: [Field; 14] = [
    ("name", Text, ""),
    ("default_code", Text, ""),
    ("active", Truth, ""),
    ("sale_ok", Truth, ""),
    ("type", Choice, ""),
    ("detailed_type", Choice, ""),
    ("list_price", Number, ""),
    ("currency_id", One, "res.currency"),
    ("uom_id", One, "uom.uom"),
    ("company_id", One, "res.company"),
    ("qty_available", Number, ""),
    ("free_qty", Number, ""),
    ("virtual_available", Number, ""),
    ("outgoing_qty", Number, ""),
];

const QUANT: [Field; 10] = [
    ("product_id", One, "product.product"),
    ("product_tmpl_id", One, "product.template"),
    ("location_id", One, "stock.location"),
    ("company_id", One, "res.company"),
    ("quantity", Number, ""),
    ("reserved_quantity", Number, ""),
    ("available_quantity", Number, ""),
    ("inventory_quantity", Number, ""),
    ("inventory_diff_quantity", Number, ""),
    ("inventory_quantity_set", Truth, ""),
];

const ORDER: [Field; 16] = [
    ("name", Text, ""),
    ("state", Choice, ""),
    ("locked", Truth, ""),
    ("origin", Text, ""),
    ("client_order_ref", Text, ""),
    ("date_order", Date, ""),
    ("partner_id", One, "res.partner"),
    ("partner_invoice_id", One, "res.partner"),
    ("partner_shipping_id", One, "res.partner"),
    ("user_id", One, "res.users"),
    ("company_id", One, "res.company"),
    ("currency_id", One, "res.currency"),
    ("warehouse_id", One, "stock.warehouse"),
    ("order_line", Many, "sale.order.line"),
    ("delivery_status", Choice, ""),
    ("amount_total", Number, ""),
];

const LINE: [Field; 8] = [
    ("name", Text, ""),
    ("order_id", One, "sale.order"),
    ("product_id", One, "product.product"),
    ("state", Choice, ""),
    ("product_uom_qty", Number, ""),
    ("qty_delivered", Number, ""),
    ("price_unit", Number, ""),
    ("price_subtotal", Number, ""),
];

/// What others may lead to, and no more than that.
const NAMED: [Field; 1] = [("name", Text, "")];

const ALL: [(&str, Model); 13] = [
    ("product.product", Model::Products),
    ("product.template", Model::Templates),
    ("stock.quant", Model::Quants),
    ("sale.order", Model::Orders),
    ("sale.order.line", Model::Lines),
    ("res.users", Model::Users),
    ("res.partner", Model::Partners),
    ("res.company", Model::Companies),
    ("res.currency", Model::Currencies),
    ("uom.uom", Model::Units),
    ("stock.location", Model::Locations),
    ("stock.warehouse", Model::Warehouses),
    ("ir.model", Model::Models),
];

impl Model {
    /// The model of that name.
    pub(super) fn named(name: &str) -> Option<Model> {
        ALL.iter().find(|(known, _)| *known == name).map(|(_, model)| *model)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    /// Every one of them by its name.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        ALL.iter().map(|(name, _)| *name)
    }

    fn fields(self) -> impl Iterator<Item = Field> {
        let (own, more): (&[Field], &[Field]) = match self {
            Model::Products => (
                &PRODUCT,
                &[("lst_price", Number, ""), ("product_tmpl_id", One, "product.template")],
            ),
            Model::Templates => (
                &PRODUCT,
                &[
                    ("product_variant_id", One, "product.product"),
                    ("product_variant_ids", Many, "product.product"),
                ],
            ),
            Model::Quants => (&QUANT, &[]),
            Model::Orders => {
                (&ORDER, &[("amount_untaxed", Number, ""), ("amount_tax", Number, "")])
            }
            Model::Lines => (&LINE, &[]),
            Model::Users => (
                &NAMED,
                &[("login", Text, ""), ("lang", Text, ""), ("partner_id", One, "res.partner")],
            ),
            Model::Locations => (&NAMED, &[("complete_name", Text, ""), ("usage", Choice, "")]),
            Model::Warehouses => {
                (&NAMED, &[("code", Text, ""), ("lot_stock_id", One, "stock.location")])
            }
            Model::Models => (&NAMED, &[("model", Text, "")]),
            Model::Partners | Model::Companies | Model::Currencies | Model::Units => (&NAMED, &[]),
        };
        COMMON.iter().chain(own).chain(more).copied()
    }

    /// A field's type; none: there is no such field.
    pub(super) fn kind(self, field: &str) -> Option<Kind> {
        self.fields().find(|(known, ..)| *known == field).map(|(_, kind, _)| kind)
    }

    /// The fields that a reader wants: all of them where he says none.
    pub(super) fn wanted(self, said: Option<&Value>) -> Result<Vec<&'static str>, Fault> {
        let said = said.and_then(Value::as_array).filter(|said| !said.is_empty());
        let Some(said) = said else { return Ok(self.fields().map(|(name, ..)| name).collect()) };
        let mut wanted = vec!["id"];
        for name in said {
            let name = name.as_str().ok_or_else(|| Fault::value("fields are named"))?;
            let (known, ..) = self
                .fields()
                .find(|(known, ..)| *known == name)
                .ok_or_else(|| Fault::not_here(&format!("the field {name} of {}", self.name())))?;
            if !wanted.contains(&known) {
                wanted.push(known);
            }
        }
        Ok(wanted)
    }

    /// What an answer with these fields says of offers.
    pub(super) fn says(self, wanted: &[&str]) -> Says {
        let has = |names: &[&str]| wanted.iter().any(|wanted| names.contains(wanted));
        let levels = match self {
            Model::Products | Model::Templates => {
                has(&["qty_available", "free_qty", "virtual_available"])
            }
            Model::Quants => has(&["quantity", "available_quantity"]),
            _ => false,
        };
        let is_product = matches!(self, Model::Products | Model::Templates);
        let prices = is_product && has(&["lst_price", "list_price"]);
        Says { levels, prices, listings: is_product && has(&["sale_ok"]) }
    }

    /// What there is of it, as `fields_get` tells it.
    pub(super) fn fields_get(self, only: Option<&Value>) -> Value {
        let only = only.and_then(Value::as_array).filter(|only| !only.is_empty());
        let is_wanted =
            |name: &str| only.is_none_or(|only| only.iter().any(|wanted| wanted == name));
        let told = |(name, kind, leads_to): Field| {
            let mut told = json!({ "type": kind.name(), "string": name, "readonly": false });
            told["required"] = json!(false);
            match kind {
                One | Many => told["relation"] = json!(leads_to),
                Choice => told["selection"] = selection(self, name),
                Truth | Text | Date | Number | Whole => {}
            }
            if kind == Many {
                let inverse = if self == Model::Orders { "order_id" } else { "product_tmpl_id" };
                told["relation_field"] = json!(inverse);
            }
            (name.to_owned(), told)
        };
        let fields = self.fields().filter(|(name, ..)| is_wanted(name));
        Value::Object(fields.map(told).collect::<Map<_, _>>())
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Truth => "boolean",
            Text => "char",
            Date => "datetime",
            Number => "float",
            Whole => "integer",
            One => "many2one",
            Many => "one2many",
            Choice => "selection",
        }
    }
}

/// What a field may say.
fn selection(model: Model, field: &str) -> Value {
    match (model, field) {
        (Model::Orders | Model::Lines, "state") => json!([
            ["draft", "Quotation"],
            ["sent", "Quotation Sent"],
            ["sale", "Sales Order"],
            ["cancel", "Cancelled"],
        ]),
        (_, "delivery_status") => json!([
            ["pending", "Not Delivered"],
            ["started", "Started"],
            ["partial", "Partially Delivered"],
            ["full", "Fully Delivered"],
        ]),
        (_, "usage") => json!([["internal", "Internal Location"]]),
        _ => json!([["product", "Storable Product"]]),
    }
}
