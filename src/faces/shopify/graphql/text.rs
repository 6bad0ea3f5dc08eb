//! Owns how deep the text of a query is nested, found out before anybody parses it: a parser that
//! goes down a level for each bracket would go down for ever. Must not know what is asked.

use super::Wrong;

/// The longest text of a query.
const BYTES_MAX: usize = 50_000;
/// How deep a query may be nested.
pub(super) const NESTED_MAX: usize = 40;

/// Refuses a text that is not even to be parsed.
pub(super) fn can_be_parsed(text: &str) -> Result<(), Wrong> {
    if text.len() > BYTES_MAX {
        let why = format!("the query is longer than {BYTES_MAX} bytes");
        return Err(Wrong::new(why, "BAD_REQUEST"));
    }
    match deepest(text.as_bytes()) {
        None => Err(Wrong::new("syntax error: a string does not end", "SYNTAX_ERROR")),
        Some(depth) if depth > NESTED_MAX => {
            Err(Wrong::new("the query is nested too deeply", "BAD_REQUEST"))
        }
        Some(_) => Ok(()),
    }
}

/// How deep brackets are nested at the deepest; none where a string does not end. What stands in
/// strings and comments is none.
fn deepest(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth, mut deepest) = (0, 0_usize, 0);
    while let Some(byte) = text.get(at) {
        at += match byte {
            b'#' => comment(&text[at..]),
            b'"' => string(&text[at..])?,
            b'{' | b'[' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
                1
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ => 1,
        };
    }
    Some(deepest)
}

/// How long a comment is: to the end of its line.
fn comment(text: &[u8]) -> usize {
    text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len())
}

/// How long a string is, quotes and all. One in three quotes has lines, and the only thing escaped
/// in it is its end.
fn string(text: &[u8]) -> Option<usize> {
    const BLOCK: &[u8] = b"\"\"\"";
    const ESCAPED: &[u8] = b"\\\"\"\"";
    if text.starts_with(BLOCK) {
        let mut at = BLOCK.len();
        while !text.get(at..)?.starts_with(BLOCK) {
            at += if text[at..].starts_with(ESCAPED) { ESCAPED.len() } else { 1 };
        }
        return Some(at + BLOCK.len());
    }
    let mut at = 1;
    loop {
        at += match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\n' | b'\r' => return None,
            b'\\' if matches!(text.get(at + 1)?, b'\n' | b'\r') => return None,
            b'\\' => 2,
            _ => 1,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn depth(text: &str) -> Option<usize> {
        deepest(text.as_bytes())
    }

    #[test]
    fn what_stands_in_strings_and_comments_is_no_bracket() {
        for (text, depth_is) in [
            ("{ a(b: [1]) { c } }", Some(3)),
            ("{ # }}}}\n{ # ]\r{ } } }", Some(3)),
            ("{ a(b: \"}}}\") { c } }", Some(2)),
            ("{ a(b: \"# {{{ \\\" }}}\") }", Some(2)),
            ("{ a(b: \"\\\\\") { } }", Some(2)),
            ("{ # \"\n { } }", Some(2)),
            ("{ a(b: \"\"\"}}} \" \\\"\"\" }\n}\"\"\") }", Some(2)),
            ("{ a(b: \"\") { } }", Some(2)),
            ("", Some(0)),
            ("}}}{", Some(1)),
            ("{ a(b: \"", None),
            ("{ a(b: \"x\n\") }", None),
            ("{ a(b: \"x\\\n\") }", None),
            ("\"\"\" {", None),
            ("\"\"\"\\\"\"\"", None),
            ("\"\\", None),
        ] {
            assert_eq!(depth(text), depth_is, "{text}");
        }
    }

    /// Whatever hides closing brackets from a parser, and however many there are: it is not asked.
    #[test]
    fn a_text_that_would_be_too_deep_for_a_parser_is_not_given_to_it() {
        for hidden in
            ["#}\n", "#]\r", "#)\r\n", "#\"\n", "#\"}\n", "a(b:\"}\")", "a(b:\"\"\"}\"\"\")"]
        {
            for open in ["{", "a{", "[", "(", "{a(b:[", "{a(b:{c:"] {
                let one = format!("{open}{hidden}");
                let text = one.repeat(20_000 / one.len());
                assert!(can_be_parsed(&text).is_err(), "{one}");
            }
        }
        for bracket in ["{", "[", "(", "{a", "query($a:["] {
            assert!(can_be_parsed(&bracket.repeat(20_000 / bracket.len())).is_err());
        }
        let nested = |depth: usize| format!("{}b{}", "{a".repeat(depth), "}".repeat(depth));
        assert!(can_be_parsed(&nested(NESTED_MAX)).is_ok());
        assert!(can_be_parsed(&nested(NESTED_MAX + 1)).is_err());
        assert!(async_graphql_parser::parse_query(nested(NESTED_MAX)).is_ok());
        assert!(can_be_parsed(&"#".repeat(BYTES_MAX + 1)).is_err());
    }

    proptest! {
        /// Brackets that are outside strings and comments are counted, those within are not,
        /// however they follow one another.
        #[test]
        fn depth_is_that_of_what_is_outside(
            parts in proptest::collection::vec(0..8_usize, 0..60),
        ) {
            let (mut text, mut depth, mut most) = (String::new(), 0_usize, 0);
            for part in parts {
                match part {
                    0..=2 => {
                        text.push(['{', '[', '('][part]);
                        depth += 1;
                        most = most.max(depth);
                    }
                    3 => {
                        text.push('}');
                        depth = depth.saturating_sub(1);
                    }
                    4 => text += "# }}{{ \"\"\" \" \n",
                    5 => text += "\"}{ # \\\" \\\\\" ",
                    6 => text += "\"\"\"}{ \" # \\\"\"\" \n\"\"\" ",
                    _ => text += "a: $b",
                }
            }
            prop_assert_eq!(deepest(text.as_bytes()), Some(most));
        }

        #[test]
        fn any_text_has_a_depth_or_none(text in "[\\\\\"{}#\n\r a]{0,200}") {
            if can_be_parsed(&text).is_ok() {
                let _ = async_graphql_parser::parse_query(&text);
            }
        }
    }
}
