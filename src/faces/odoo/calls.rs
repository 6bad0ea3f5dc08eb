//! Owns calls of a model's methods: whose, which, with what, and who carries them out.
//! Must not know what a model has.

use serde_json::{Map, Value, json};

use super::rpc::Fault;
use super::schema::Model;
use super::{Answered, Odoo, context};
use crate::faces::{FaceClock, Shop};

/// A call of a method.
pub(super) struct Call<'a> {
    model: &'a str,
    method: &'a str,
    args: &'a [Value],
    words: Option<&'a Map<String, Value>>,
}

impl<'a> Call<'a> {
    /// As `execute` and `execute_kw` have it: model, method, what comes next.
    pub(super) fn of_object(has_words: bool, all: &'a [Value]) -> Result<Call<'a>, Fault> {
        let [Value::String(model), Value::String(method), rest @ ..] = all else {
            return Err(Fault::value("a call says a model and a method"));
        };
        if !has_words {
            return Ok(Call { model, method, args: rest, words: None });
        }
        let args = rest.first().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Ok(Call { model, method, args, words: rest.get(1).and_then(Value::as_object) })
    }

    /// As a browser sends it.
    pub(super) fn of_dataset(params: &'a Map<String, Value>) -> Result<Call<'a>, Fault> {
        let text = |name: &str| params.get(name).and_then(Value::as_str);
        let (Some(model), Some(method)) = (text("model"), text("method")) else {
            return Err(Fault::value("a call says a model and a method"));
        };
        let args = params.get("args").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Ok(Call { model, method, args, words: params.get("kwargs").and_then(Value::as_object) })
    }

    /// An argument, by its place or by its name.
    pub(super) fn said(&self, place: usize, name: &str) -> Option<&'a Value> {
        let named = self.words.and_then(|words| words.get(name));
        self.args.get(place).or(named).filter(|said| !said.is_null())
    }

    /// Whether the context that it is made in says so.
    pub(super) fn context_says(&self, name: &str) -> bool {
        let context = self.words.and_then(|words| words.get("context"));
        context.and_then(|context| context.get(name)).is_some_and(|said| *said == json!(true))
    }

    /// The numbers of the records that it is made on, each once.
    pub(super) fn ids(&self) -> Result<Vec<u64>, Fault> {
        let said = self.args.first().or_else(|| self.words?.get("ids"));
        let all = match said {
            Some(Value::Array(all)) => all.iter().map(Value::as_u64).collect(),
            Some(one) => one.as_u64().map(|id| vec![id]),
            None => None,
        };
        let mut all = all.ok_or_else(|| Fault::value("ids are whole numbers"))?;
        let mut known = rustc_hash::FxHashSet::default();
        all.retain(|id| known.insert(*id));
        Ok(all)
    }

    /// The number of the one record that it is made on.
    pub(super) fn id(&self) -> Result<u64, Fault> {
        match self.ids()?.as_slice() {
            [id] => Ok(*id),
            [] => Err(Fault::value("Expected singleton: no record")),
            _ => Err(Fault::not_here("several records in one call that changes them")),
        }
    }
}

impl Odoo {
    /// A method of a model is called.
    pub(super) fn call(
        &mut self,
        now: FaceClock,
        call: &Call<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let model = Model::named(call.model)
            .ok_or_else(|| Fault::not_here(&format!("the model {}", call.model)))?;
        match (model, call.method) {
            (_, "fields_get") => Ok(model.fields_get(call.said(0, "allfields"))),
            (_, "search") => self.search(now, model, call, shop),
            (_, "search_read") => self.search_read(now, model, call, shop),
            (_, "search_count") => self.search_count(now, model, call, shop),
            (_, "read") => self.read(now, model, call, shop),
            (_, "check_access_rights") => Ok(json!(true)),
            (Model::Users, "context_get") => Ok(context()),
            (Model::Products | Model::Templates, "write") => self.write_product(model, call, shop),
            (Model::Quants, "write") => self.count(call, shop),
            (Model::Quants, "create") => self.count_new(call, shop),
            (Model::Quants, "action_apply_inventory") => self.apply(call, shop),
            (Model::Orders, "create") => self.create_order(call, shop),
            (Model::Orders, "action_confirm") => self.confirm(call, shop),
            (Model::Orders, "action_cancel") => self.cancel(call, shop),
            (_, method) if method.starts_with('_') => {
                let why = format!("Private methods (such as {method}) cannot be called remotely.");
                Err(Fault::access(&why))
            }
            (_, method) => Err(Fault::not_here(&format!("the method {method} of {}", call.model))),
        }
    }
}
