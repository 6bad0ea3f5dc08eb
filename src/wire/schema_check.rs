//! Owns a small checker of JSON values against the JSON Schema keywords that docs/openapi.yaml
//! uses. A keyword that it does not know is an error, never passed over. For tests.

use serde_json::Value;

/// Keywords that only describe.
const ANNOTATIONS: [&str; 3] = ["description", "format", "example"];

/// What a `$ref` stands for; any other value stands for itself.
pub(super) fn resolved<'p>(page: &'p Value, node: &'p Value) -> &'p Value {
    match node["$ref"].as_str() {
        Some(reference) => page.pointer(&reference[1..]).expect("a reference leads somewhere"),
        None => node,
    }
}

/// What is wrong with `value`, if anything is.
pub(super) fn complaint(page: &Value, schema: &Value, value: &Value) -> Option<String> {
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
                assert_eq!(wants, &Value::Bool(false), "only `false` is known");
                let known = schema["properties"].as_object().expect("properties");
                let fields = value.as_object()?;
                fails(fields.keys().any(|name| !known.contains_key(name)))
            }
            "properties" => value.as_object()?.iter().find_map(|(name, field)| {
                complaint(page, wants.get(name)?, field).map(|why| format!("{name}: {why}"))
            }),
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
        complaint(&json!({}), &json!({ "pattern": "x" }), &json!("x"));
    }
}
