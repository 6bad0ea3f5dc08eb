//! Owns the grammar of laws: durations, stock and prices said as a constant or a distribution.
//! Must not know what the law is for.

use super::map::{Map, each, items, list_of};
use super::problem::{Reading, Wrong};
use super::scalar::{duration, lasting, parse_duration, scalar, some_share, some_up_to};
use super::tree::{Node, Value, same_key};
use crate::law::Law;
use crate::units::Span;

/// Upper percentiles by which a lognormal can be said, in words and as quantiles.
const ONE_IN: &[(&str, f64)] = &[
    ("one in 10 above", 0.9),
    ("one in 20 above", 0.95),
    ("one in 100 above", 0.99),
    ("one in 1000 above", 0.999),
];
const PERCENTILES: &[(&str, f64)] = &[("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)];

/// What kind of law a group says; with the first two stands one upper percentile of theirs.
const KINDS: &[&str] = &["typical", "p50", "exponential", "erlang", "hyperexponential", "one of"];

/// The most values of an empirical law.
const SEEN_MAX: usize = 10_000;

const EXPECTED: &str = "a time (90s), a range (30s to 4m), or one of \
     { typical: 90s, one in 20 above: 10m }, { p50: 40ms, p99: 400ms }, { exponential: 2s }, \
     { erlang: { shape: 4, mean: 2s } }, \
     { hyperexponential: { fast: 1s, slow: 9s, of fast: 80% } }, { one of: [1s, 2s] }";

/// Whether a key says something of a law.
pub(crate) fn is_of_law(key: &str) -> bool {
    let mut upper = ONE_IN.iter().chain(PERCENTILES);
    KINDS.iter().any(|kind| same_key(kind, key)) || upper.any(|(word, _)| same_key(word, key))
}

/// Whether these keys say a law in full: a kind, and where it is a median a percentile too.
pub(crate) fn is_law(keys: &[&str]) -> bool {
    let has = |word: &str| keys.iter().any(|key| same_key(key, word));
    let has_one = |upper: &[(&str, f64)]| upper.iter().any(|(word, _)| has(word));
    (has("typical") && has_one(ONE_IN))
        || (has("p50") && has_one(PERCENTILES))
        || KINDS[2..].iter().any(|kind| has(kind))
}

/// A law of durations.
pub(crate) fn law(node: &Node, r: &Reading) -> Option<Law> {
    match &node.value {
        Value::Map(_) => distribution(node, r),
        Value::Scalar(_) => scalar(node, r, law_of_text),
        _ => {
            let wrong = Wrong::new(format!("{} is no law of times", node.kind()));
            r.wrong(&node.at, wrong.expected(EXPECTED));
            None
        }
    }
}

/// A law that is said in one value: `90s`, `30s to 4m`.
pub(crate) fn law_of_text(text: &str) -> Result<Law, Wrong> {
    if text.contains(" to ") {
        let (from, to) = parse_range(text)?;
        return Ok(Law::Uniform { from, to });
    }
    parse_duration(text).map(Law::Constant)
}

/// A law as the language says it.
pub(crate) fn law_in_words(law: &Law) -> String {
    let time = |span: Span| format!("{}us", span.0);
    match law {
        Law::Constant(span) => time(*span),
        Law::Uniform { from, to } => format!("{} to {}", time(*from), time(*to)),
        Law::Exponential { mean } => format!("{{ exponential: {} }}", time(*mean)),
        Law::Erlang { shape, mean } => {
            format!("{{ erlang: {{ shape: {shape}, mean: {} }} }}", time(*mean))
        }
        Law::Hyperexponential { p_fast, fast, slow } => format!(
            "{{ hyperexponential: {{ fast: {}, slow: {}, of fast: {}% }} }}",
            time(*fast),
            time(*slow),
            p_fast * 100.0
        ),
        Law::Lognormal { .. } => {
            let [p50, p95] = [0.5, 0.95].map(|q| time(law.sample([q, q])));
            format!("{{ p50: {p50}, p95: {p95} }}")
        }
        Law::Empirical(seen) => {
            let seen: Vec<String> = seen.iter().copied().map(time).collect();
            format!("{{ one of: [{}] }}", seen.join(", "))
        }
    }
}

/// `1s to 60s`, the second not below the first.
pub(crate) fn range(node: &Node, r: &Reading) -> Option<(Span, Span)> {
    scalar(node, r, parse_range)
}

fn parse_range(text: &str) -> Result<(Span, Span), Wrong> {
    let expected = "two times, such as 1s to 60s";
    let (from, to) = text
        .split_once(" to ")
        .ok_or_else(|| Wrong::new(format!("`{text}` is not a range")).expected(expected))?;
    let (from, to) = (parse_duration(from.trim())?, parse_duration(to.trim())?);
    if to < from {
        return Err(Wrong::new(format!("`{text}` runs backwards")).expected(expected));
    }
    Ok((from, to))
}

fn distribution(node: &Node, r: &Reading) -> Option<Law> {
    let map = Map::open(node, "law", r)?;
    let typical = map.optional("typical", lasting);
    let above = upper(&map, ONE_IN);
    let p50 = map.optional("p50", lasting);
    let percentile = upper(&map, PERCENTILES);
    let exponential = map.optional("exponential", lasting);
    let erlang = map.optional("erlang", erlang);
    let hyperexponential = map.optional("hyperexponential", hyperexponential);
    let seen = map.optional("one of", |node, r| {
        let items = items(node, "one of", r)?;
        if items.is_empty() || items.len() > SEEN_MAX {
            let wrong = Wrong::new(format!("the number of times is {}", items.len()));
            let expected = format!("from 1 to {SEEN_MAX}, such as [1s, 2s, 9s]");
            r.wrong(&node.at, wrong.expected(expected));
            return None;
        }
        each(items, |item| duration(item, r)).map(Law::Empirical)
    });
    let said = one_kind(&map, r)?;
    match said.first() {
        Some(&"typical") => lognormal(&map, typical?, above, ("one in 20 above", ONE_IN), r),
        Some(&"p50") => lognormal(&map, p50?, percentile, ("p95", PERCENTILES), r),
        Some(_) => exponential
            .map(|mean| Law::Exponential { mean })
            .or(erlang)
            .or(hyperexponential)
            .or(seen),
        None => {
            r.wrong(&map.at, Wrong::new("no law of times").expected(EXPECTED));
            None
        }
    }
}

/// The kind of law that is said, if one is. A key that the kind leaves no room for is refused: two
/// kinds, a third quantile, a percentile beside what has none or has the other words.
fn one_kind(map: &Map<'_>, r: &Reading) -> Option<Vec<&'static str>> {
    let upper = |words: &'static [(&'static str, f64)]| words.iter().map(|(word, _)| *word);
    let is_there = |key: &&'static str| map.has(key);
    let kinds: Vec<&str> = KINDS.iter().copied().filter(is_there).collect();
    let [one_in, percentiles] = [ONE_IN, PERCENTILES].map(upper);
    let above: Vec<&str> = one_in.clone().chain(percentiles.clone()).filter(is_there).collect();
    let room = |key: &&&str| match kinds.first() {
        Some(&"typical") => one_in.clone().any(|word| word == **key),
        Some(&"p50") => percentiles.clone().any(|word| word == **key),
        Some(_) => false,
        None => true,
    };
    let fits = above.iter().filter(room).count() == above.len();
    if kinds.len() <= 1 && fits && above.len() <= 1 {
        return Some(kinds);
    }
    let together: Vec<&str> = kinds.iter().chain(&above).copied().collect();
    let wrong = Wrong::new(format!("{} stand together", list_of(&together)));
    let wrong = match kinds.as_slice() {
        ["typical" | "p50"] if fits => wrong
            .expected("the median and one time above it: two quantiles define it")
            .hint("for example { p50: 40ms, p99: 400ms }; measured times: { one of: [1s, 2s] }"),
        _ => wrong.expected(EXPECTED),
    };
    r.wrong(&map.at, wrong);
    None
}

/// The upper percentile that is said, if one is.
fn upper(
    map: &Map<'_>,
    choices: &'static [(&'static str, f64)],
) -> Option<(&'static str, Span, f64)> {
    let mut found = None;
    for (key, quantile) in choices {
        if let Some(at) = map.optional(key, lasting) {
            found = Some((*key, at, *quantile));
        }
    }
    found
}

fn lognormal(
    map: &Map<'_>,
    median: Span,
    upper: Option<(&'static str, Span, f64)>,
    (example, choices): (&str, &[(&str, f64)]),
    r: &Reading,
) -> Option<Law> {
    let Some((key, at, quantile)) = upper else {
        if !choices.iter().any(|(key, _)| map.has(key)) {
            let (word, longer) = (if example.starts_with('p') { "p50" } else { "typical" }, "10m");
            let wrong =
                Wrong::new(format!("`{word}` stands alone, so how far times spread is open"));
            let expected = format!("a longer time beside it, such as `{example}: {longer}`");
            let hint = "a time that is always the same is written alone: 90s";
            r.wrong(&map.at, wrong.expected(expected).hint(hint));
        }
        return None;
    };
    if at < median {
        let place = map.key_at(key).unwrap_or_default();
        let wrong = Wrong::new(format!("`{key}: {at}` lies below the median of {median}"));
        r.wrong(&place, wrong.expected("a longer time, such as twice the median"));
        return None;
    }
    if at == median {
        return Some(Law::Constant(median));
    }
    Some(Law::lognormal(median, at, quantile))
}

fn erlang(node: &Node, r: &Reading) -> Option<Law> {
    let map = Map::open(node, "erlang", r)?;
    let shape = map.required("shape", some_up_to(1_000));
    let mean = map.required("mean", lasting);
    Some(Law::Erlang { shape: shape? as u32, mean: mean? })
}

fn hyperexponential(node: &Node, r: &Reading) -> Option<Law> {
    let map = Map::open(node, "hyperexponential", r)?;
    let fast = map.required("fast", lasting);
    let slow = map.required("slow", lasting);
    let p_fast = map.required("of fast", some_share);
    Some(Law::Hyperexponential { p_fast: p_fast?.as_f64(), fast: fast?, slow: slow? })
}
