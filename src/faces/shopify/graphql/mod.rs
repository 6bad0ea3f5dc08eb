//! Owns Shopify's GraphQL: a request from its text to its answer, and what it costs.
//! Must not know what a field means (`query`, `mutation`), nor how a selection is read (`select`).
//!
//! A request is read, held against the schema, priced, and only then carried out: what cannot be
//! answered changes nothing.

pub(super) mod answers;
pub(super) mod documents;
mod mutation;
mod objects;
mod paged;
mod quantities;
mod query;
mod schema;
mod select;
mod text;

use async_graphql_parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use hyper::{Method, StatusCode};
use serde_json::{Map, Value, json};

use self::select::{Chosen, Reader};
use super::{GRAPHQL, Shopify};
use crate::commerce::inside::{Inside, InsideReply};
use crate::commerce::protocol::{ChannelReply, ChannelRequest};
use crate::faces::{FaceClock, FaceReply, FaceRequest, Shop};

/// The most that one query may cost.
const COST_MAX: u64 = 1_000;
/// An error in GraphQL's own shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wrong(pub(super) Value);

impl Wrong {
    pub(super) fn new(message: impl Into<String>, code: &str) -> Wrong {
        Wrong(json!({ "message": message.into(), "extensions": { "code": code } }))
    }

    /// A list is longer than it may be.
    fn too_many(items: usize, most: usize) -> Wrong {
        let why = format!(
            "The input array size of {items} is greater than the maximum allowed of {most}."
        );
        Wrong::new(why, "MAX_INPUT_SIZE_EXCEEDED")
    }

    pub(super) fn not_here(what: &str) -> Wrong {
        let message = format!("{what}: not in this mock; docs/dialects.md says what is");
        Wrong::new(message, "NOT_IMPLEMENTED")
    }
}

/// The shop as one query asks it: however many fields it has, it is one call.
struct Asked<'s> {
    shop: &'s mut dyn Shop,
    reads: u32,
}

impl Shop for Asked<'_> {
    fn ask(&mut self, request: ChannelRequest) -> ChannelReply {
        self.shop.ask(request)
    }

    fn inside(&mut self, mut asked: Inside) -> InsideReply {
        let is_more = self.reads > 0;
        match &mut asked {
            Inside::Offers { counts, .. } => *counts &= !is_more,
            Inside::Orders(wanted) => wanted.counts &= !is_more,
            _ => return self.shop.inside(asked),
        }
        self.reads += 1;
        self.shop.inside(asked)
    }
}

/// A request as it was sent.
struct Sent {
    query: String,
    variables: Map<String, Value>,
    operation: Option<String>,
}

impl Shopify {
    /// Answers a GraphQL request: what is wrong with it is said within an answer that is fine.
    pub(super) fn graphql(
        &mut self,
        now: FaceClock,
        (version, request): (&str, &FaceRequest<'_>),
        shop: &mut dyn Shop,
    ) -> FaceReply {
        if *request.method != Method::POST {
            let message = json!({ "errors": "send a query by POST" });
            return FaceReply::json(StatusCode::NOT_FOUND, &message);
        }
        let answered = sent(request)
            .map_err(|why| vec![Wrong::new(why, "BAD_REQUEST")])
            .and_then(|sent| self.answer(now, version, &sent, shop));
        match answered {
            Ok(answer) => {
                let reply = FaceReply::json(StatusCode::OK, &answer);
                FaceReply { meant: meant(&answer), ..reply }
            }
            Err(wrong) => {
                let errors: Vec<Value> = wrong.into_iter().map(|wrong| wrong.0).collect();
                let reply = FaceReply::json(StatusCode::OK, &json!({ "errors": errors }));
                FaceReply { meant: Some(StatusCode::BAD_REQUEST), ..reply }
            }
        }
    }

    fn answer(
        &mut self,
        now: FaceClock,
        version: &str,
        sent: &Sent,
        shop: &mut dyn Shop,
    ) -> Result<Value, Vec<Wrong>> {
        let document = self.documents.read(&sent.query).map_err(|wrong| vec![wrong])?;
        let operation = operation(&document, sent.operation.as_deref())?;
        let reader = Reader::new(&document, operation, &sent.variables)?;
        let root = match operation.ty {
            OperationType::Query => "QueryRoot",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => return Err(vec![Wrong::not_here("subscriptions")]),
        };
        let chosen = reader.chosen(root, &operation.selection_set.node)?;
        let cost = chosen.iter().map(Chosen::cost).fold(0, u64::saturating_add);
        if cost > COST_MAX {
            let why = format!("Query cost is {cost}, which exceeds the limit of {COST_MAX}");
            return Err(vec![Wrong::new(why, "MAX_COST_EXCEEDED")]);
        }
        let requested = cost as u32;
        if self.graphql.take(now.at, requested).is_err() {
            let throttled = Wrong::new("Throttled", "THROTTLED").0;
            let extensions = self.cost(now, requested, None);
            return Ok(json!({ "errors": [throttled], "extensions": extensions }));
        }
        let (mut data, mut errors, mut actual) = (Map::new(), Vec::new(), 0);
        let mut shop = Asked { shop, reads: 0 };
        for field in &chosen {
            let answer = match root {
                "Mutation" => self.mutate(now, version, field, shop.shop),
                _ => self.query(now, field, &mut shop),
            };
            let value = match answer {
                Ok(value) => {
                    actual += field.costs(&value);
                    field.told(&value)
                }
                Err(Wrong(mut wrong)) => {
                    wrong["path"] = json!([field.key]);
                    errors.push(wrong);
                    Value::Null
                }
            };
            data.insert(field.key.clone(), value);
        }
        let actual = actual.min(cost) as u32;
        self.graphql.give_back(requested - actual);
        let extensions = self.cost(now, requested, Some(actual));
        let mut told = json!({ "data": data, "extensions": extensions });
        if !errors.is_empty() {
            told["errors"] = Value::Array(errors);
        }
        Ok(told)
    }

    fn cost(&mut self, now: FaceClock, requested: u32, actual: Option<u32>) -> Value {
        json!({ "cost": {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": f64::from(GRAPHQL.0),
                "currentlyAvailable": self.graphql.left(now.at),
                "restoreRate": f64::from(GRAPHQL.1),
            },
        } })
    }
}

/// What an answer says that is no plain success.
fn meant(answer: &Value) -> Option<StatusCode> {
    if let Some(first) = answer["errors"].get(0) {
        let is_throttled = first["extensions"]["code"] == "THROTTLED";
        let throttled = is_throttled.then_some(StatusCode::TOO_MANY_REQUESTS);
        return throttled.or(Some(StatusCode::BAD_REQUEST));
    }
    let mut told = answer["data"].as_object().into_iter().flat_map(Map::values);
    let has_errors =
        |told: &Value| told["userErrors"].as_array().is_some_and(|all| !all.is_empty());
    told.any(has_errors).then_some(StatusCode::UNPROCESSABLE_ENTITY)
}

/// A request in JSON, or as the text of a query.
fn sent(request: &FaceRequest<'_>) -> Result<Sent, String> {
    let content = request.headers.get(hyper::header::CONTENT_TYPE);
    let is_text = content.is_some_and(|c| c.as_bytes().starts_with(b"application/graphql"));
    if is_text {
        let query = String::from_utf8_lossy(request.body).into_owned();
        return Ok(Sent { query, variables: Map::new(), operation: None });
    }
    let mut body: Value = serde_json::from_slice(request.body)
        .map_err(|why| format!("the body is no JSON: {why}"))?;
    let mut taken = |name| body.get_mut(name).map(Value::take).unwrap_or_default();
    let Value::String(query) = taken("query") else { return Err("a query is missing".to_owned()) };
    let variables = match taken("variables") {
        Value::Object(variables) => variables,
        _ => Map::new(),
    };
    let operation = taken("operationName").as_str().map(str::to_owned);
    Ok(Sent { query, variables, operation })
}

/// Reads a query; one that is too long or too deep is not even looked at.
fn read(query: &str) -> Result<ExecutableDocument, Wrong> {
    text::can_be_parsed(query)?;
    async_graphql_parser::parse_query(query).map_err(|why| {
        let places: Vec<Value> =
            why.positions().map(|pos| json!({ "line": pos.line, "column": pos.column })).collect();
        let mut wrong = Wrong::new(format!("syntax error: {why}"), "SYNTAX_ERROR");
        wrong.0["locations"] = Value::Array(places);
        wrong
    })
}

/// The operation that is meant.
fn operation<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Result<&'d OperationDefinition, Vec<Wrong>> {
    let mut all = document.operations.iter();
    let found = match name.filter(|name| !name.is_empty()) {
        Some(name) => all.find(|(known, _)| known.is_none_or(|known| known.as_str() == name)),
        None if all.len() == 1 => all.next(),
        None => None,
    };
    let missing = || vec![Wrong::new("an operation name is required", "BAD_REQUEST")];
    found.map(|(_, operation)| &operation.node).ok_or_else(missing)
}
