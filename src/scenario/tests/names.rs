//! Names of channels and connectors: those that cannot be told from others are refused.

use super::{said, small, try_read};

#[test]
fn names_that_cannot_be_told_apart_are_refused() {
    for (first, second, says) in [
        ("a-b", "a b", "cannot be told apart"),
        ("shop.de", "Shop_DE", "cannot be told apart"),
        ("Amazon", "amazon", "cannot be told apart"),
        ("hub", "amazon", "is there already"),
        ("oms", "amazon", "calls something else"),
        ("Source", "amazon", "calls something else"),
        ("connector", "amazon", "calls something else"),
        ("all", "amazon", "calls something else"),
        ("\"\"", "amazon", "without a name"),
        ("\" \"", "amazon", "without a name"),
        (&"x".repeat(65), "amazon", "more than 64 letters"),
        ("\"a\\e[31mb\"", "amazon", "U+001B"),
        ("\"a\\u202Eb\"", "amazon", "U+202E"),
        ("\"a\\x9bb\"", "amazon", "U+009B"),
    ] {
        let text = small("storefront:", &format!("{first}:"));
        let said = said(&text.replace("  amazon:", &format!("  {second}:")));
        assert!(said.contains(says), "{first}, {second}: {said}");
        assert!(!said.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{said}");
    }
    for (first, second) in [("日本", "東京"), ("amazon.de", "amazon.fr"), ("a", "b 😀")] {
        let text = small("storefront:", &format!("{first}:"));
        let read = try_read(&text.replace("  amazon:", &format!("  {second}:")));
        assert!(read.is_ok(), "{}", read.unwrap_err());
    }
    assert!(try_read(&small("  hub:", "  connector:")).is_ok());
}

#[test]
fn no_newline_ends_a_name() {
    let said = said(&small("storefront:", "\"a\\nb\":"));
    assert!(said.contains("U+000A"), "{said}");
}
