//! Owns how records are found and told: searches, pages, orders of them, fields.
//! Must not know what a field says.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::calls::Call;
use super::domain::{Domain, Seen, compared};
use super::records::{Record, order_of_line};
use super::rpc::Fault;
use super::schema::{Kind, Model};
use super::{Answered, Odoo, fixed};
use crate::commerce::inside::OrdersWanted;
use crate::faces::catalogue::Ids;
use crate::faces::{FaceClock, Shop, asking};
use crate::ids::SkuId;

/// Fields that a condition may look through to.
const THROUGH: [&str; 2] = ["location_id.usage", "product_id.default_code"];
/// Most fields that records are sorted by.
const SORTED_MAX: usize = 8;

impl Odoo {
    pub(super) fn search(
        &mut self,
        now: FaceClock,
        model: Model,
        call: &Call<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let found = self.page(now, (model, call), [1, 2, 3], shop)?;
        let ids = found.iter().map(|record| self.id_of(model, record));
        Ok(json!(ids.collect::<Vec<_>>()))
    }

    pub(super) fn search_read(
        &mut self,
        now: FaceClock,
        model: Model,
        call: &Call<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let wanted = model.wanted(call.said(1, "fields"))?;
        let found = self.page(now, (model, call), [2, 3, 4], shop)?;
        Ok(self.tell(now, (model, is_bare(call, 5)), &found, &wanted))
    }

    pub(super) fn search_count(
        &mut self,
        now: FaceClock,
        model: Model,
        call: &Call<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        Ok(json!(self.found(now, model, call, shop)?.len()))
    }

    /// Records by their numbers, in the order in which these are named.
    pub(super) fn read(
        &mut self,
        now: FaceClock,
        model: Model,
        call: &Call<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let (ids, wanted) = (call.ids()?, model.wanted(call.said(1, "fields"))?);
        let all = json!([["id", "in", ids]]);
        let found = self.fetch(model, &Domain::of(Some(&all))?, shop)?;
        let mut by_id: rustc_hash::FxHashMap<u64, Record> =
            found.into_iter().map(|record| (self.id_of(model, &record), record)).collect();
        let mut shown = Vec::with_capacity(ids.len().min(by_id.len()));
        for id in ids {
            let record = by_id.remove(&id);
            shown.push(record.ok_or_else(|| Fault::missing(model.name(), &id.to_string()))?);
        }
        Ok(self.tell(now, (model, is_bare(call, 2)), &shown, &wanted))
    }

    /// Tells records' fields; what that says of the source is noted.
    fn tell(
        &mut self,
        now: FaceClock,
        (model, is_bare): (Model, bool),
        all: &[Record],
        wanted: &[&str],
    ) -> Value {
        let offers = all.iter().filter_map(|record| match record {
            Record::Offer(offer) => Some(offer),
            Record::Order(_) | Record::Line(..) | Record::Fixed(_) => None,
        });
        self.source.tells(offers, model.says(wanted));
        let told = |record: &Record| {
            let fields = wanted.iter();
            let field = |name: &&str| {
                let value = match self.told(now, model, record, name) {
                    Value::Array(one) if is_bare && model.kind(name) == Some(Kind::One) => {
                        one.into_iter().next().unwrap_or(json!(false))
                    }
                    value => value,
                };
                ((*name).to_owned(), value)
            };
            Value::Object(fields.map(field).collect::<Map<_, _>>())
        };
        Value::Array(all.iter().map(told).collect())
    }

    /// The page that is wanted of what a domain finds, in the order that is wanted.
    fn page(
        &mut self,
        now: FaceClock,
        (model, call): (Model, &Call<'_>),
        [offset, limit, order]: [usize; 3],
        shop: &mut dyn Shop,
    ) -> Result<Vec<Record>, Fault> {
        let number = |place: usize, name: &str| match call.said(place, name) {
            None | Some(Value::Bool(false)) => Ok(None),
            Some(said) => {
                let number = said.as_u64().and_then(|number| usize::try_from(number).ok());
                let why = || Fault::value(format!("{name} is a whole number, 0 or more"));
                number.map(Some).ok_or_else(why)
            }
        };
        let (skip, most) = (number(offset, "offset")?, number(limit, "limit")?);
        let by = sorted_by(model, call.said(order, "order"))?;
        let mut found = self.found(now, model, call, shop)?;
        found.sort_by(|one, other| self.compare(model, &by, one, other));
        let page = found.into_iter().skip(skip.unwrap_or(0));
        // As the platform has it: a limit of none is no limit.
        Ok(page.take(most.filter(|most| *most > 0).unwrap_or(usize::MAX)).collect())
    }

    fn compare(
        &self,
        model: Model,
        by: &[(String, bool)],
        one: &Record,
        other: &Record,
    ) -> Ordering {
        let each = by.iter().map(|(field, last_first)| {
            let order = match (self.seen(model, one, field), self.seen(model, other, field)) {
                (Seen::Moment(one), Seen::Moment(other)) => one.cmp(&other),
                (Seen::Value(one), Seen::Value(other)) => {
                    compared(&one, &other).unwrap_or(Ordering::Equal)
                }
                _ => Ordering::Equal,
            };
            if *last_first { order.reverse() } else { order }
        });
        each.fold(Ordering::Equal, Ordering::then)
    }

    /// What a call's domain finds.
    fn found(
        &mut self,
        now: FaceClock,
        model: Model,
        call: &Call<'_>,
        shop: &mut dyn Shop,
    ) -> Result<Vec<Record>, Fault> {
        let said = call.said(0, "domain").or_else(|| call.said(0, "args"));
        let domain = Domain::of(said)?;
        for field in domain.fields() {
            let leads_through = model == Model::Quants && THROUGH.contains(&field);
            if model.kind(field).is_none() && !leads_through {
                return Err(Fault::not_here(&format!("the field {field} of {}", model.name())));
            }
        }
        let mut found = self.fetch(model, &domain, shop)?;
        found.retain(|record| domain.has(now, |field| self.seen(model, record, field)));
        Ok(found)
    }

    /// Records of a model, among them all that a domain wants.
    fn fetch(
        &self,
        model: Model,
        domain: &Domain,
        shop: &mut dyn Shop,
    ) -> Result<Vec<Record>, Fault> {
        match model {
            Model::Products | Model::Templates | Model::Quants => {
                let Some((from, limit)) = self.among(model, domain) else { return Ok(vec![]) };
                let (page, _) = asking::offers(shop, from, limit)?;
                Ok(page.into_iter().map(Record::Offer).collect())
            }
            Model::Orders => {
                let (page, _) = asking::orders(shop, self.orders_among(model, domain))?;
                Ok(page.into_iter().map(Record::Order).collect())
            }
            Model::Lines => {
                let (page, _) = asking::orders(shop, self.orders_among(model, domain))?;
                let lines = page.into_iter().flat_map(|order| {
                    let places = 0..order.lines.len();
                    places.map(move |place| Record::Line(order.clone(), place))
                });
                Ok(lines.collect())
            }
            fixed => {
                let all = fixed::records(&self.terms, fixed).into_iter();
                Ok(all.map(Record::Fixed).collect())
            }
        }
    }

    /// From which SKU on a domain wants some, and how many; none: it wants none.
    fn among(&self, model: Model, domain: &Domain) -> Option<(SkuId, u32)> {
        let by_id = |field: &str, ids: Ids| {
            let all = domain.demands(field)?;
            let places = all.into_iter().filter_map(|id| ids.place(id.as_u64()?));
            Some(places.filter_map(|place| self.terms.catalogue.at(place)).collect())
        };
        let own = match model {
            Model::Templates => self.ids.templates,
            Model::Quants => self.ids.quants,
            _ => self.ids.products,
        };
        let by_name = |field: &str| {
            let all = domain.demands(field)?;
            let names = all.into_iter().filter_map(Value::as_str);
            Some(names.filter_map(|name| self.terms.catalogue.find(name)).collect())
        };
        let skus: Option<Vec<SkuId>> = by_id("id", own)
            .or_else(|| by_id("product_id", self.ids.products))
            .or_else(|| by_id("product_tmpl_id", self.ids.templates))
            .or_else(|| by_name("default_code"))
            .or_else(|| by_name("product_id.default_code"));
        let Some(skus) = skus else { return Some((SkuId(0), u32::MAX)) };
        let (first, last) = (skus.iter().min()?, skus.iter().max()?);
        Some((*first, last.0 - first.0 + 1))
    }

    /// Orders among which a domain wants some.
    fn orders_among(&self, model: Model, domain: &Domain) -> OrdersWanted {
        let all = OrdersWanted { limit: u32::MAX, ..OrdersWanted::default() };
        let numbers = |field: &str, order_id: fn(u64) -> u64| -> Option<BTreeSet<u64>> {
            let ids = domain.demands(field)?.into_iter().filter_map(Value::as_u64);
            Some(ids.filter_map(|id| self.ids.orders.place(order_id(id))).collect())
        };
        let only = match model {
            Model::Lines => numbers("id", order_of_line).or_else(|| numbers("order_id", |id| id)),
            _ => numbers("id", |id| id),
        };
        if let Some(only) = only {
            let one = only.first().copied().filter(|_| only.len() == 1);
            return match one {
                Some(number) => OrdersWanted::one(number),
                None => OrdersWanted { only: Some(only), ..all },
            };
        }
        let text = |field: &str| match domain.demands(field).as_deref() {
            Some([Value::String(text)]) if model == Model::Orders => Some(text.clone()),
            _ => None,
        };
        let channel = text("origin").and_then(|name| self.terms.channel_called(&name));
        let number_there = text("client_order_ref").and_then(|number| number.parse().ok());
        OrdersWanted { channel, number_there, ..all }
    }
}

/// Whether records that others lead to are told by their numbers alone.
fn is_bare(call: &Call<'_>, place: usize) -> bool {
    call.said(place, "load").is_some_and(|said| said != "_classic_read")
}

/// By which fields records are sorted, and whether the last come first.
fn sorted_by(model: Model, said: Option<&Value>) -> Result<Vec<(String, bool)>, Fault> {
    let unless = if model == Model::Orders { "date_order desc, id desc" } else { "id" };
    let said = said.and_then(Value::as_str).filter(|said| !said.is_empty()).unwrap_or(unless);
    let one = |part: &str| {
        let mut words = part.split_whitespace();
        let (field, way) = (words.next().unwrap_or(""), words.next().unwrap_or("asc"));
        let last_first = way.eq_ignore_ascii_case("desc");
        if model.kind(field).is_none() || !(last_first || way.eq_ignore_ascii_case("asc")) {
            let why = format!("Invalid \"order\" specified ({})", super::rpc::told(part));
            return Err(Fault::user(why));
        }
        Ok((field.to_owned(), last_first))
    };
    let by: Vec<_> = said.split(',').take(SORTED_MAX).map(one).collect::<Result<_, _>>()?;
    Ok(by)
}
