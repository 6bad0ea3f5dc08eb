//! Owns how facts are taken apart: a `match` over `What` names every kind. One that ends in `_ =>`
//! would eat a new kind of fact without a word.

use crate::source::{self, Source};
use crate::touch::stands_alone;
use crate::{Findings, found, none};

/// Matches over `What` with an arm that takes whatever is left.
fn eats_the_rest(file: &Source) -> Findings {
    let text = &file.product;
    let mut findings = Vec::new();
    for (offset, word) in text.match_indices("match") {
        if !stands_alone(text, offset, word.len()) {
            continue;
        }
        let patterns = patterns(text, offset);
        let of_facts = patterns.iter().any(|(_, pattern)| names_a_fact(pattern));
        let rest = patterns.iter().find(|(_, pattern)| takes_the_rest(pattern));
        if let Some((place, _)) = rest.filter(|_| of_facts) {
            findings.push(file.at(*place, "a match over `What` names every kind: no `_ =>`"));
        }
    }
    findings
}

/// Whether a pattern, or an alternative of it, is a kind of fact.
fn names_a_fact(pattern: &str) -> bool {
    pattern.match_indices("What::").any(|(at, _)| stands_alone(pattern, at, "What".len()))
}

/// Whether a pattern, its guard aside, is `_` or a name for whatever comes.
fn takes_the_rest(pattern: &str) -> bool {
    let bare = pattern.split(" if ").next().unwrap_or(pattern).trim();
    let name = bare.trim_start_matches("ref ").trim_start_matches("mut ");
    let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    !name.is_empty() && is_name
}

/// The patterns of the arms of the match at `from`, with where each stands.
fn patterns(text: &str, from: usize) -> Vec<(usize, &str)> {
    let mut patterns = Vec::new();
    let Some(mut at) = until(text, from, |rest| rest.starts_with('{')) else { return patterns };
    at += 1;
    while let Some(arrow) = until(text, at, |rest| rest.starts_with("=>")) {
        let start = at + (text[at..arrow].len() - text[at..arrow].trim_start().len());
        patterns.push((start, text[start..arrow].trim()));
        let body = arrow + 2;
        let body = body + (text[body..].len() - text[body..].trim_start().len());
        let braced = text[body..].starts_with('{');
        let end = if braced { closing(text, body) } else { body };
        let Some(comma) = until(text, end, |rest| rest.starts_with(',')) else {
            // A block needs no comma: what follows it is the next arm, or the end of the match.
            if !braced {
                return patterns;
            }
            at = end;
            continue;
        };
        let next = until(text, end, |rest| rest.starts_with("=>"));
        at = if braced && next.is_some_and(|next| next < comma) { end } else { comma + 1 };
        if braced && text[end..].trim_start().starts_with('}') {
            return patterns;
        }
    }
    patterns
}

/// The first place from `from` on, outside of any bracket that opens after it, where `here` holds;
/// none before the bracket around it closes.
fn until(text: &str, from: usize, here: impl Fn(&str) -> bool) -> Option<usize> {
    let mut depth = 0_i32;
    for (offset, c) in text[from..].char_indices() {
        if depth == 0 && here(&text[from + offset..]) {
            return Some(from + offset);
        }
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' if depth == 0 => return None,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The place after the brace that closes the one at `from`.
fn closing(text: &str, from: usize) -> usize {
    until(text, from + 1, |rest| rest.starts_with('}')).map_or(text.len(), |at| at + 1)
}

#[test]
fn every_kind_of_fact_is_named() {
    none(&source::rooms().iter().flat_map(eats_the_rest).collect());
}

#[test]
fn a_match_that_eats_the_rest_of_the_facts_is_found() {
    let eats = |text: &str| found(eats_the_rest, "src/judge/run.rs", text).len();
    let rest = "match *what { What::Paid { order } => f(order), What::Quiet {} => {} _ => {} }";
    assert_eq!(eats(&format!("fn f() {{ {rest} }}")), 1);
    assert_eq!(eats("fn f() { match a { What::Quiet {} if (b, c) == d => 1, other => 2 } }"), 1);
    assert_eq!(eats("fn f() { match a { ref w if g(w) => { h(); } What::Quiet {} => {}, } }"), 1);
    assert_eq!(eats(&format!("fn f() {{ match n {{ 0 => {{ {rest} }} _ => {{}} }} }}")), 1);
    assert_eq!(eats("fn f() { match a { What::Quiet {} => {} of_load!() => {} } }"), 0);
    assert_eq!(eats("fn f() { match n { 0 => What::Quiet {}, _ => What::TrafficEnded {} } }"), 0);
    assert_eq!(eats("fn f() { match a { StoryWhat::Sold => 1, _ => 2 } }"), 0);
    assert_eq!(eats("fn f() { match w { What::Quiet {} => match n { 0 => 1, _ => 2 } } }"), 0);
}
