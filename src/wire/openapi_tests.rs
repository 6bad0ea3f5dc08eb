//! Holds docs/openapi.yaml and the dialect together: the same routes, the same shapes.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::dialect::samples::{
    channel_exchange, channel_request, notice, oms_exchange, oms_request,
};
use super::dialect::{
    self, Code, HttpReply, HttpRequest, ProblemDetails, Received, channel, oms, webhook,
};
use super::routes::{Operation, ROUTES, Routes, Side};
use crate::commerce::protocol::{Asked, Receipt};
use crate::ids::ChannelId;
use crate::language::schema_check::{complaint, resolved};

fn page() -> Value {
    serde_yaml::from_str(include_str!("../../docs/openapi.yaml")).expect("the page is YAML")
}

/// Path, method and description of every operation, webhooks at the path they are sent to. How
/// mocks are commanded is held to its page where they are (`operate::double`).
fn operations(page: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    let paths = page["paths"].as_object().expect("paths").iter();
    for (path, item) in paths.filter(|(path, _)| !path.starts_with("/control/")) {
        for (method, operation) in item.as_object().expect("a path item") {
            all.push((path.clone(), method.clone(), operation.clone()));
        }
    }
    for item in page["webhooks"].as_object().expect("webhooks").values() {
        for (method, operation) in item.as_object().expect("a path item") {
            let path = operation["x-doorbuster-path"].as_str().expect("a webhook has a path");
            all.push((path.to_owned(), method.clone(), operation.clone()));
        }
    }
    all
}

/// The description of what `call` asks.
fn operation_of(page: &Value, side: Side, call: &HttpRequest) -> (Operation, Value) {
    let path = call.target.split('?').next().expect("a path");
    let found = Routes::of(side).find(&call.method, path).expect("a route").operation;
    let route = ROUTES.iter().find(|route| route.operation == found).expect("a route");
    let described = operations(page).into_iter().find(|(path, method, _)| {
        path == route.path && method.eq_ignore_ascii_case(route.method.as_str())
    });
    (found, described.expect("described").2)
}

/// What is wrong with a request's body, by the page.
fn complaint_of_body(page: &Value, operation: &Value, body: &Value) -> Option<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    complaint(page, schema, body)
}

/// What is wrong with a reply, by the page.
fn complaint_of_reply(page: &Value, operation: &Value, told: &HttpReply) -> Option<String> {
    let response = &operation["responses"][told.status.as_str()];
    if response.is_null() {
        return Some(format!("status {} is not described", told.status));
    }
    let response = resolved(page, response);
    if told.retry_after.is_some() && response["headers"]["X-Retry-After-Us"].is_null() {
        return Some("the wait is not described".to_owned());
    }
    if told.body.is_empty() {
        return response.get("content").map(|_| "the body is missing".to_owned());
    }
    let body = serde_json::from_slice(&told.body).expect("a reply is JSON");
    complaint(page, &response["content"]["application/json"]["schema"], &body)
}

fn json_of(call: &HttpRequest) -> Value {
    serde_json::from_slice(&call.body).expect("a request's body is JSON")
}

#[test]
fn the_page_and_the_server_know_the_same_routes() {
    let described: BTreeSet<_> = operations(&page())
        .into_iter()
        .map(|(path, method, operation)| {
            (operation["tags"][0].as_str().unwrap().to_owned(), method.to_uppercase(), path)
        })
        .collect();
    let known: BTreeSet<_> = ROUTES
        .iter()
        .map(|route| {
            let side = format!("{:?}", route.side).to_lowercase();
            (side, route.method.to_string(), route.path.to_owned())
        })
        .collect();
    assert_eq!(described, known);
}

#[test]
fn every_operation_describes_what_the_door_refuses() {
    let page = page();
    for (path, method, operation) in operations(&page) {
        let codes: &[Code] = match method.as_str() {
            "get" => &[Code::Malformed, Code::Unauthorized],
            _ => &[
                Code::Malformed,
                Code::Unauthorized,
                Code::TooSlow,
                Code::TooLarge,
                Code::WrongContent,
            ],
        };
        for &code in codes {
            let wrong =
                complaint_of_reply(&page, &operation, &ProblemDetails::new(code, "why").told());
            assert_eq!(wrong, None, "{method} {path} {code:?}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let page = page();
    let text = serde_json::to_string(&page).unwrap();
    for (kind, components) in page["components"].as_object().unwrap() {
        for name in components.as_object().unwrap().keys() {
            let used = match kind.as_str() {
                "securitySchemes" => text.contains(&format!("{{\"{name}\":[]}}")),
                _ => text.contains(&format!("\"#/components/{kind}/{name}\"")),
            };
            assert!(used, "{kind}/{name} is described and never used");
        }
    }
    for reference in text.split("\"$ref\":\"").skip(1) {
        let reference = reference.split('"').next().unwrap();
        assert!(page.pointer(&reference[1..]).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn the_examples_of_the_page_are_requests_that_are_read() {
    for (path, _, operation) in operations(&page()) {
        let content = &operation["requestBody"]["content"]["application/json"];
        if content.is_null() {
            continue;
        }
        assert_eq!(complaint_of_body(&page(), &operation, &content["example"]), None, "{path}");
        let route = ROUTES.iter().find(|r| r.path == path && r.method == hyper::Method::POST);
        let read = read(route.expect("a route").operation, &content["example"]);
        assert_eq!(read, Ok(()), "{path}");
    }
}

/// Whether the dialect reads a body.
fn read(operation: Operation, body: &Value) -> Result<(), dialect::Misread> {
    let body = serde_json::to_vec(body).expect("a value is JSON");
    let received = Received { operation, number: "7", query: "", key: None, body: &body };
    let route = ROUTES.iter().find(|r| r.operation == operation).expect("a route");
    match route.side {
        Side::Channel => channel::decode_request(ChannelId(0), &received).map(drop),
        Side::Oms => oms::decode_request(&received).map(drop),
        Side::Connector => webhook::decode(&body).map(drop),
    }
}

/// Bodies close to `body`: a field less, a field more, a field of another type.
fn mutilated(body: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let Some(fields) = body.as_object() else { return all };
    let mut more = fields.clone();
    more.insert("unheard_of".to_owned(), json!(1));
    all.push(Value::Object(more));
    for (name, value) in fields {
        let mut less = fields.clone();
        less.remove(name);
        all.push(Value::Object(less));
        for other in [json!("text"), json!(-1), json!(1.5), json!(true), json!(u64::MAX)] {
            let mut changed = fields.clone();
            changed.insert(name.clone(), other);
            all.push(Value::Object(changed));
        }
        for inner in mutilated(value) {
            let mut changed = fields.clone();
            changed.insert(name.clone(), inner);
            all.push(Value::Object(changed));
        }
    }
    all
}

/// Place and name of every parameter that is described.
fn parameters(page: &Value, operation: &Value) -> BTreeSet<String> {
    let described = operation["parameters"].as_array().into_iter().flatten();
    let word = |parameter: &Value, key: &str| parameter[key].as_str().expect("a word").to_owned();
    described
        .map(|parameter| resolved(page, parameter))
        .map(|parameter| word(parameter, "in") + " " + &word(parameter, "name"))
        .collect()
}

/// The page and the dialect take the same bodies: this one, and neither or both of those near it.
fn agree_on(side: Side, call: &HttpRequest) -> Result<(), TestCaseError> {
    let page = page();
    let (found, operation) = operation_of(&page, side, call);
    let parameters = parameters(&page, &operation);
    let sent = call.key.map(|_| "header Idempotency-Key".to_owned());
    let query = call.target.split_once('?').map_or("", |(_, query)| query);
    let asked =
        query.split('&').filter_map(|pair| Some(format!("query {}", pair.split_once('=')?.0)));
    for parameter in sent.into_iter().chain(asked) {
        prop_assert!(parameters.contains(&parameter), "{parameter} is not described");
    }
    if call.body.is_empty() {
        prop_assert!(operation["requestBody"].is_null());
        return Ok(());
    }
    let body = json_of(call);
    prop_assert_eq!(complaint_of_body(&page, &operation, &body), None);
    for near in mutilated(&body) {
        let by_page = complaint_of_body(&page, &operation, &near);
        let by_dialect = read(found, &near);
        prop_assert!(
            by_page.is_none() == by_dialect.is_ok(),
            "{near}: the page says {by_page:?}, the dialect {by_dialect:?}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn channel_requests_are_as_described((id, request) in channel_request()) {
        agree_on(Side::Channel, &dialect::call(&Asked::Channel(id, request)))?;
    }

    #[test]
    fn oms_requests_are_as_described(request in oms_request()) {
        agree_on(Side::Oms, &dialect::call(&Asked::Oms(request)))?;
    }

    #[test]
    fn notices_are_as_described(notice in notice()) {
        agree_on(Side::Connector, &webhook::encode(&notice))?;
    }

    #[test]
    fn channel_replies_are_as_described((id, request, reply) in channel_exchange()) {
        let page = page();
        let call = dialect::call(&Asked::Channel(id, request));
        let (_, operation) = operation_of(&page, Side::Channel, &call);
        let told = channel::encode_reply(&reply);
        prop_assert_eq!(complaint_of_reply(&page, &operation, &told), None);
    }

    #[test]
    fn oms_replies_are_as_described((request, reply) in oms_exchange()) {
        let page = page();
        let call = dialect::call(&Asked::Oms(request));
        let (_, operation) = operation_of(&page, Side::Oms, &call);
        let told = oms::encode_reply(&reply);
        prop_assert_eq!(complaint_of_reply(&page, &operation, &told), None);
    }
}

#[test]
fn a_notice_that_is_taken_or_refused_is_as_described() {
    let page = page();
    let call = HttpRequest {
        target: "/notices".to_owned(),
        ..dialect::call(&Asked::Oms(crate::commerce::protocol::OmsRequest::Publish {
            sku: crate::ids::SkuId(1),
        }))
    };
    let (_, operation) = operation_of(&page, Side::Connector, &call);
    for receipt in [Receipt::Taken, Receipt::Refused] {
        assert_eq!(complaint_of_reply(&page, &operation, &webhook::answer(receipt)), None);
    }
}
