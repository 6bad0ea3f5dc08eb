//! Owns pages of lists in GraphQL: how many are asked for, and which part of a list is told.
//! Must not know what is listed.

use serde_json::{Map, Value, json};

use super::Wrong;

/// The most that a list may be asked for, and the most items of a list that is sent.
pub(super) const EACH_MAX: usize = 250;

/// How many of a list are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) each: u64,
    /// From its end.
    pub(super) is_last: bool,
}

/// What a list's arguments ask for: one of `first` and `last`, at most 250.
pub(super) fn part(arguments: &Map<String, Value>) -> Result<Part, Wrong> {
    let number = |name: &str| match arguments.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let each = value.as_u64().filter(|each| *each <= EACH_MAX as u64);
            let why = || format!("{name} must be a whole number, 0 to {EACH_MAX}");
            each.map(Some).ok_or_else(|| Wrong::new(why(), "BAD_REQUEST"))
        }
    };
    match (number("first")?, number("last")?) {
        (Some(each), None) => Ok(Part { each, is_last: false }),
        (None, Some(each)) => Ok(Part { each, is_last: true }),
        (None, None) => Err(Wrong::new("you must provide one of first or last", "BAD_REQUEST")),
        (Some(_), Some(_)) => {
            Err(Wrong::new("providing both first and last is not supported", "BAD_REQUEST"))
        }
    }
}

/// The part of a list that is asked for; none: all of it is.
pub(super) fn cut(page: &Value, arguments: &Map<String, Value>, part: Part) -> Option<Value> {
    let (edges, nodes) = (page["edges"].as_array()?, page["nodes"].as_array()?);
    let at = |name: &str| {
        let cursor = arguments.get(name).filter(|cursor| !cursor.is_null())?;
        edges.iter().position(|edge| edge["cursor"] == *cursor)
    };
    let all = edges.len().min(nodes.len());
    let mut end = at("before").unwrap_or(all).min(all);
    let mut from = at("after").map_or(0, |at| at + 1).min(end);
    let each = part.each.min(EACH_MAX as u64) as usize;
    if part.is_last {
        from = from.max(end.saturating_sub(each));
    } else {
        end = end.min(from + each);
    }
    if from == 0 && end == all {
        return None;
    }
    let (edges, nodes) = (&edges[from..end], &nodes[from..end]);
    let info = &page["pageInfo"];
    let end_of = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
    Some(json!({
        "pageInfo": {
            "hasNextPage": end < all || info["hasNextPage"] == true,
            "hasPreviousPage": from > 0 || info["hasPreviousPage"] == true,
            "startCursor": end_of(edges.first()),
            "endCursor": end_of(edges.last()),
        },
        "edges": edges,
        "nodes": nodes,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::objects::page;
    use super::*;

    fn arguments(said: &Value) -> Map<String, Value> {
        said.as_object().cloned().unwrap()
    }

    #[test]
    fn one_of_first_and_last_is_asked_for_and_no_more_than_a_page() {
        for (said, fine) in [
            (json!({ "first": 250 }), true),
            (json!({ "last": 0 }), true),
            (json!({ "first": null, "last": 3 }), true),
            (json!({ "first": 251 }), false),
            (json!({ "first": u64::MAX }), false),
            (json!({ "first": -1 }), false),
            (json!({ "first": 1.5 }), false),
            (json!({ "first": "2" }), false),
            (json!({ "first": 1, "last": 1 }), false),
            (json!({}), false),
        ] {
            assert_eq!(part(&arguments(&said)).is_ok(), fine, "{said}");
        }
    }

    #[test]
    fn a_list_is_gone_through_page_by_page_from_either_end() {
        let nodes = (0..5).map(|n: u64| (n.to_string(), json!(n))).collect();
        let all = page(nodes, (false, false));
        let cut_at = |said: &Value| {
            let said = arguments(said);
            cut(&all, &said, part(&said).unwrap()).unwrap_or_else(|| all.clone())
        };
        let mut seen = Vec::new();
        let mut told = cut_at(&json!({ "first": 2 }));
        loop {
            seen.extend(told["nodes"].as_array().unwrap().clone());
            assert_eq!(
                told["nodes"].as_array().unwrap().len(),
                told["edges"].as_array().unwrap().len()
            );
            if told["pageInfo"]["hasNextPage"] == false {
                break;
            }
            told = cut_at(&json!({ "first": 2, "after": told["pageInfo"]["endCursor"] }));
        }
        assert_eq!(seen, [0, 1, 2, 3, 4].map(|n| json!(n)));
        let last = cut_at(&json!({ "last": 2 }));
        assert_eq!(
            (&last["nodes"], &last["pageInfo"]["hasPreviousPage"]),
            (&json!([3, 4]), &json!(true))
        );
        let before = cut_at(&json!({ "last": 2, "before": last["pageInfo"]["startCursor"] }));
        assert_eq!(before["nodes"], json!([1, 2]));
        assert_eq!(before["pageInfo"]["hasNextPage"], json!(true));
        assert_eq!(cut_at(&json!({ "first": 9 })), all);
        let end = &all["pageInfo"]["endCursor"];
        assert_eq!(cut_at(&json!({ "first": 9, "after": end }))["nodes"], json!([]));
    }
}
