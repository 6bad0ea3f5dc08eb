//! What is said of profiles that cannot be: where, what was found, what to write instead.

use super::{SMALL, said, small};

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    let said = said(text);
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
}

#[test]
fn the_small_profile_is_sound() {
    assert_eq!(said(SMALL), "nothing is wrong");
}

#[test]
fn what_is_missing_is_named_with_an_example() {
    says(&small("outcomes:\n  - { is: accepted, status: 2xx }\n", ""), &["`outcomes` is missing"]);
    says(
        &small("    send: PUT /items/{sku}\n", ""),
        &["8:3:", "`send` is missing in this operation"],
    );
    says(
        "profile: x\nbase: http://localhost\noutcomes: []\noperations: {}\n",
        &["no operation", "expected: one at least"],
    );
    let reads = "operations:\n  read stock: { send: \"GET /items/{sku}\" }\n";
    says(&small("operations:\n", reads), &["`read stock` finds no `quantity`", "gives: {"]);
    let lists = "operations:\n  list orders: { send: GET /orders }\n";
    says(&small("operations:\n", lists), &["`list orders` finds no `order`", "each:"]);
}

#[test]
fn an_operation_that_says_nothing_of_what_it_sets_is_refused() {
    says(&small("quantity: \"{quantity}\"", "quantity: 7"), &["`set stock` sends no quantity"]);
    let cancels = "operations:\n  cancel order: { send: POST /cancel }\n";
    says(&small("operations:\n", cancels), &["`cancel order` sends no order"]);
    let why = "operations:\n  cancel order: { send: \"POST /{order}\", text: \"{reason}\" }\n";
    says(&small("operations:\n", why), &["`reason` is sent", "reasons: {"]);
}

#[test]
fn names_that_nobody_knows_are_refused_where_they_stand() {
    says(
        &small("{quantity}", "{quantiti}"),
        &["10:23: nothing here is called `quantiti`", "did you mean `quantity`?", "^^^"],
    );
    says(&small("PUT /items/{sku}", "PUT /items/{id.item}"), &["nothing here is called `id.item`"]);
    says(&small("{quantity}", "{quantity as octal}"), &["`octal` is no way to write `quantity`"]);
    says(&small("\"{quantity}\"", "\"{quantity\""), &["a brace that stands alone"]);
    says(&small("\"{quantity}\"", "{quantity}"), &["stands in quotes"]);
    says(
        &small("set stock:", "set stoc:"),
        &["no operation is called", "did you mean `set stock`?"],
    );
}

#[test]
fn paths_patterns_and_statuses_are_read_before_anything_is_sent() {
    let rule = |by: &str| small("{ is: accepted, status: 2xx }", by);
    says(&rule("{ is: accepted, at: $.a[, says: x }"), &["12:", "quote, bracket"]);
    says(&rule("{ is: accepted, at: \"$.a[\", says: x }"), &["is no JSONPath", "RFC 9535"]);
    says(&rule("{ is: accepted, at: $.a, like: \"(\" }"), &["is no pattern", "unclosed group"]);
    // One that explodes is refused, and built by nobody.
    says(&rule("{ is: accepted, at: $.a, like: \"(a{1000}){1000}\" }"), &["is no pattern", "size"]);
    says(&rule("{ is: accepted, at: $.a, like: \"(?=x)\" }"), &["look-around"]);
    for status in ["often", "6xx", "99", "500 to 400", "2x"] {
        says(&rule(&format!("{{ is: accepted, status: {status} }}")), &["is no status"]);
    }
    says(&rule("{ is: fine, status: 200 }"), &["`fine` is not a word", "`accepted`"]);
    says(&rule("{ is: accepted, says: x }"), &["`says` stands without `at`"]);
    says(
        &rule("{ is: accepted, at: $.a, says: x, like: x }"),
        &["`says` and `like` stand together"],
    );
}

#[test]
fn no_credential_stands_in_a_file() {
    says(
        &small("\"{token of ours}\"", "abc123"),
        &["no secret setting is used here", "credentials never stand in a profile"],
    );
    says(
        &small("secret: yes }", "secret: yes, default: abc123 }"),
        &["a secret stands in the file", "SMALL_TOKEN"],
    );
    assert!(!said(&small("secret: yes }", "secret: yes, default: abc123 }")).contains("is abc123"));
}

#[test]
fn keys_that_cannot_stand_together_are_refused() {
    says(
        &small("    json:", "    text: x\n    json:"),
        &["`text` stands beside `json`", "one body of a request"],
    );
    says(
        &small("    send: PUT /items/{sku}\n", "    send: PUT /items/{sku}\n    steps: []\n"),
        &["`steps` stands beside `send`"],
    );
    says(
        &small("    send: PUT", "    items at most: 9\n    send: PUT"),
        &["several items, and nothing that is sent for each"],
    );
    says(&small("PUT /items/{sku}", "PUT /items?sku={sku}"), &["is no request", "under `query`"]);
    says(&small("PUT /items/{sku}", "FETCH /items"), &["is no request", "`GET`"]);
    says(&small("auth: {", "auth: { cookies: yes,"), &["not yet"]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let text = small("{quantity}", "{amount}").replace("2xx", "7xx").replace("PUT", "SET");
    let said = said(&text);
    assert!(said.contains("3 things to put right"), "{said}");
}

#[test]
fn hostile_files_are_refused_and_not_played() {
    for text in ["", "[]", "profile", "\u{0}", "a: &a [*a]", "{{{{{{", "profile: \u{202e}x\n"] {
        assert_ne!(said(text), "nothing is wrong", "{text:?}");
    }
    let deep = format!("profile: x\noperations: {}", "{ a: ".repeat(500));
    assert_ne!(said(&deep), "nothing is wrong");
}
