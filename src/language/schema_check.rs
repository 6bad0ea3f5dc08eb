//! Owns a small checker of JSON values against the JSON Schema keywords that docs/openapi.yaml and
//! schemas/scenario.schema.json use. A keyword that it does not know is an error, never passed
//! over. For tests.

use regex::Regex;
use serde_json::Value;

/// Keywords that only describe.
const ANNOTATIONS: [&str; 7] =
    ["description", "format", "example", "examples", "title", "$schema", "$defs"];

/// What a `$ref` stands for; any other value stands for itself.
pub(crate) fn resolved<'p>(page: &'p Value, node: &'p Value) -> &'p Value {
    match node["$ref"].as_str() {
        Some(reference) => page.pointer(&reference[1..]).expect("a reference leads somewhere"),
        None => node,
    }
}

/// What is wrong with `value`, if anything is.
pub(crate) fn complaint(page: &Value, schema: &Value, value: &Value) -> Option<String> {
    let keywords = schema.as_object().expect("a schema is a map");
    keywords.iter().find_map(|(keyword, wants)| {
        let fails = |fails: bool| fails.then(|| format!("{value} breaks {keyword}: {wants}"));
        match keyword.as_str() {
            "$ref" => complaint(page, resolved(page, schema), value),
            "type" => fails(!is_of_type(wants, value)),
            "const" => fails(wants != value),
            "enum" => fails(!wants.as_array().expect("a list").contains(value)),
            "minimum" => fails(whole(value).is_some_and(|n| Some(n) < whole(wants))),
            "maximum" => fails(whole(value).is_some_and(|n| Some(n) > whole(wants))),
            "required" => fails(value.is_object() && has_all(wants, value).is_none()),
            "additionalProperties" => {
                let known = schema["properties"].as_object();
                let fields = value.as_object()?.iter();
                let mut others = fields
                    .filter(|(name, _)| !known.is_some_and(|known| known.contains_key(*name)));
                match wants {
                    Value::Bool(false) => others
                        .next()
                        .map(|(name, _)| format!("{name}: no key of that name is known")),
                    _ => others.find_map(|(name, field)| {
                        complaint(page, wants, field).map(|why| format!("{name}: {why}"))
                    }),
                }
            }
            "pattern" => {
                let pattern = Regex::new(wants.as_str().expect("a pattern")).expect("a pattern");
                fails(value.as_str().is_some_and(|text| !pattern.is_match(text)))
            }
            "anyOf" => {
                let mut all =
                    wants.as_array().expect("a list").iter().map(|one| complaint(page, one, value));
                let first = all.next().expect("a choice");
                let fits = first.is_none() || all.any(|why| why.is_none());
                if fits { None } else { first }
            }
            "properties" => value.as_object()?.iter().find_map(|(name, field)| {
                complaint(page, wants.get(name)?, field).map(|why| format!("{name}: {why}"))
            }),
            "minItems" => fails(length(value).is_some_and(|n| Some(n) < whole(wants))),
            "maxItems" => fails(length(value).is_some_and(|n| Some(n) > whole(wants))),
            "items" => value.as_array()?.iter().find_map(|item| complaint(page, wants, item)),
            "oneOf" => {
                let all = wants.as_array().expect("a list");
                let fitting = all.iter().filter(|one| complaint(page, one, value).is_none());
                fails(fitting.count() != 1)
            }
            annotation if ANNOTATIONS.contains(&annotation) => {
                // Formats of integers are bounds that the keywords here do not repeat.
                fails(keyword == "format" && !is_of_format(wants, value))
            }
            unknown => panic!("the checker does not know {unknown:?}; teach it"),
        }
    })
}

fn has_all(names: &Value, value: &Value) -> Option<()> {
    let mut names = names.as_array().expect("a list").iter();
    names.all(|name| value.get(name.as_str().expect("a name")).is_some()).then_some(())
}

fn whole(value: &Value) -> Option<i128> {
    value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))
}

fn length(value: &Value) -> Option<i128> {
    value.as_array().map(|items| items.len() as i128)
}

fn is_of_format(format: &Value, value: &Value) -> bool {
    match format.as_str() {
        Some("uint64") => value.is_u64(),
        Some("int64") => value.is_i64(),
        _ => panic!("the checker does not know format {format}; teach it"),
    }
}

fn is_of_type(wants: &Value, value: &Value) -> bool {
    match wants {
        Value::Array(any) => any.iter().any(|one| is_of_type(one, value)),
        Value::String(name) => match name.as_str() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            unknown => panic!("the checker does not know type {unknown:?}; teach it"),
        },
        _ => panic!("a type is a name or a list of names"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_keyword_fires_and_does_not() {
        let page = json!({ "a": { "b": { "type": "string" } } });
        let cases = [
            (json!({ "$ref": "#/a/b" }), json!("x"), json!(1)),
            (json!({ "type": ["integer", "null"] }), json!(null), json!(1.5)),
            (json!({ "const": "x" }), json!("x"), json!("y")),
            (json!({ "enum": ["x", "y"] }), json!("y"), json!("z")),
            (json!({ "minimum": 0 }), json!(0), json!(-1)),
            (json!({ "maximum": 9 }), json!(9), json!(u64::MAX)),
            (json!({ "format": "uint64" }), json!(u64::MAX), json!(-1)),
            (json!({ "format": "int64" }), json!(-1), json!(u64::MAX)),
            (json!({ "required": ["x"] }), json!({ "x": 1 }), json!({ "y": 1 })),
            (
                json!({ "additionalProperties": false, "properties": { "x": {} } }),
                json!({ "x": 1 }),
                json!({ "y": 1 }),
            ),
            (
                json!({ "properties": { "x": { "type": "null" } } }),
                json!({ "x": null }),
                json!({ "x": 1 }),
            ),
            (
                json!({ "additionalProperties": { "type": "string" } }),
                json!({ "x": "y" }),
                json!({ "x": 1 }),
            ),
            (json!({ "pattern": "^[0-9]+s$" }), json!("90s"), json!("90")),
            (json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }), json!(null), json!(1)),
            (json!({ "type": "number" }), json!(1.5), json!("1.5")),
            (json!({ "minItems": 1 }), json!([1]), json!([])),
            (json!({ "maxItems": 1 }), json!([1]), json!([1, 2])),
            (json!({ "items": { "type": "boolean" } }), json!([true]), json!([true, 1])),
            (json!({ "oneOf": [{ "minimum": 0 }, { "maximum": 9 }] }), json!(10), json!(5)),
        ];
        for (schema, good, bad) in cases {
            assert_eq!(complaint(&page, &schema, &good), None, "{schema} {good}");
            assert!(complaint(&page, &schema, &bad).is_some(), "{schema} {bad}");
        }
    }

    #[test]
    #[should_panic(expected = "does not know")]
    fn an_unknown_keyword_is_not_passed_over() {
        complaint(&json!({}), &json!({ "contains": "x" }), &json!("x"));
    }
}
