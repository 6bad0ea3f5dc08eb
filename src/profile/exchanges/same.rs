//! Owns whether what was sent is what was to be sent, as far as that is written.
//! Must not know where it was written.

use serde_json::Value;

use super::super::request::ProfileRequest;
use super::Call;

/// What differs, in words.
pub(super) fn differs(call: &Call, sent: &ProfileRequest, base: &str) -> Option<String> {
    if let Some(request) = &call.request {
        let path = sent.url.strip_prefix(base.trim_end_matches('/')).unwrap_or(&sent.url);
        let shown = format!("{} {}", sent.method, without_oauth(path));
        // `GET *` is any address, `GET */token` one that ends so.
        let ends = request.split_once(" *").filter(|(method, _)| *method == sent.method);
        if shown != *request && !ends.is_some_and(|(_, end)| shown.ends_with(end)) {
            return Some(format!("`{shown}` is sent, and `{request}` was to be"));
        }
    }
    for (name, value) in &call.headers {
        let mut headers = sent.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        match found {
            None => return Some(format!("no `{name}` is sent")),
            Some((_, found)) if value != "*" && found != value => {
                return Some(format!("`{name}: {found}` is sent, and `{value}` was to be"));
            }
            Some(_) => {}
        }
    }
    if call.body.is_empty() {
        return None;
    }
    let body = String::from_utf8_lossy(&sent.body);
    let written = call.body.replace("\\n", "\n").replace("\\r", "\r");
    match (serde_json::from_str(&call.body), serde_json::from_str(&body)) {
        (Ok(expected), Ok(found)) => differs_in(&expected, &found, "$"),
        _ => (!body.contains(&written)).then(|| format!("`{body}` is sent")),
    }
}

/// What OAuth 1.0a adds differs each time.
fn without_oauth(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("oauth_")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// Where what is found does not say what is expected; `"*"` is anything.
fn differs_in(expected: &Value, found: &Value, at: &str) -> Option<String> {
    match (expected, found) {
        (Value::String(any), _) if any == "*" => None,
        (Value::Object(expected), Value::Object(found)) => expected.iter().find_map(|(key, e)| {
            let at = format!("{at}.{key}");
            match found.get(key) {
                Some(found) => differs_in(e, found, &at),
                None => Some(format!("nothing is sent at `{at}`")),
            }
        }),
        (Value::Array(expected), Value::Array(list)) if expected.len() == list.len() => {
            let pairs = expected.iter().zip(list).enumerate();
            let mut all = pairs.map(|(place, (e, f))| differs_in(e, f, &format!("{at}[{place}]")));
            all.find_map(|one| one)
        }
        (expected, found) if expected == found => None,
        (expected, found) => {
            Some(format!("`{found}` is sent at `{at}`, and `{expected}` was to be"))
        }
    }
}
