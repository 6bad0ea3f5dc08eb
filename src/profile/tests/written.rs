//! Recorded exchanges: what they are held against, what is said of those that cannot be meant.

use proptest::prelude::*;

use super::super::{Settings, read_str, recorded};
use super::{SMALL, profile};

#[test]
fn recorded_exchanges_are_held_against_what_is_sent() {
    let small = profile(SMALL);
    let settings = Settings::said(&small, |_| Some("http://shop.test".to_owned())).0;
    let wrong = |text: &str| {
        let recorded = recorded("x.txt", text).unwrap_or_else(|problems| panic!("{problems}"));
        let mut played = recorded.play(&small, &settings);
        played.remove(0).wrong.map(|wrong| (wrong.line, wrong.why))
    };
    let good =
        "= set stock A 7\n> PUT /items/A\n> X-Token: *\n>> {\"quantity\": 7}\n< 200\n<< {}\n";
    assert_eq!(wrong(good), None);
    for (piece, by, line, why) in [
        ("PUT /items/A", "PUT /items/B", 2, "was to be"),
        ("X-Token: *", "X-Token: other", 2, "was to be"),
        ("X-Token: *", "X-Other: *", 2, "no `X-Other` is sent"),
        ("\"quantity\": 7", "\"quantity\": 8", 2, "`7` is sent at `$.quantity`"),
        ("\"quantity\": 7", "\"qty\": 7", 2, "nothing is sent at `$.qty`"),
        ("< 200", "< 500", 1, "it came to unknown"),
        ("= set stock A 7", "= read stock A", 1, "no `read stock`"),
    ] {
        let (at, said) = wrong(&good.replace(piece, by)).unwrap_or_else(|| panic!("{by} passes"));
        assert!(at == line && said.contains(why), "{by}: {at} {said}");
    }
    assert_eq!(wrong(&format!("{good}== invalid\n")).map(|wrong| wrong.0), Some(7));
    assert_eq!(wrong(&format!("{good}> GET /more\n< 200\n")).map(|wrong| wrong.0), Some(7));
}

#[test]
fn exchanges_that_cannot_be_meant_are_all_named() {
    for (text, says) in [
        ("", "no exchange stands here"),
        ("> GET /x", "nothing was asked yet"),
        ("= set stok A 7", "did you mean `set stock`?"),
        ("= set stock A", "is not what it takes"),
        ("= set price A 7", "is not what it takes"),
        ("= read stock A\n< fine", "no request stands before it"),
        ("= read stock A\n> GET /\n< fine", "`fine` is no status"),
        ("= read stock A\n> GET /\n< 200\n< 201", "a second reply"),
        ("= read stock A\n== good", "`good` is nothing that it can come to"),
        ("= webhook\n== accepted", "one of `genuine`"),
        ("what", "begins with no sign"),
    ] {
        let problems = recorded("x.txt", text).expect_err(text).to_string();
        assert!(problems.contains(says) && problems.contains("x.txt"), "{text}: {problems}");
    }
    let three = recorded("x.txt", "what\n> GET /\n= nothing").expect_err("three").count();
    assert_eq!(three, 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// No text makes a reader of exchanges or profiles panic.
    #[test]
    fn whatever_is_written_is_read_or_refused(text in "(?s).{0,200}") {
        let _ = recorded("x", &text);
        let _ = read_str("x", &text);
        let _ = read_str("x", &SMALL.replace("PUT /items/{sku}", &text));
    }
}
