//! Owns reading when a fault is in force. Must not know what it does then.

use crate::language::map::Map;
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::lasting;
use crate::scenario::timeline::Timeline;
use crate::units::{At, Span};

/// The most spells of one fault.
const SPELLS_MAX: usize = 1_000;

/// `during: peak`, or `from` with `until` or `lasts`, and `every` for more of the same.
pub(super) fn spells(
    map: &Map<'_>,
    timeline: Option<&Timeline>,
    r: &Reading,
) -> Option<Vec<(At, At)>> {
    let during = map.optional("during", |node, r| timeline?.stretch(node, r));
    let from = map.optional("from", |node, r| timeline?.moment(node, r));
    let until = map.optional("until", |node, r| timeline?.moment(node, r));
    let lasts = map.optional("lasts", |node, r| Some(timeline?.shortened(lasting(node, r)?)));
    let every = map.optional("every", |node, r| Some(timeline?.shortened(lasting(node, r)?)));
    let wrong = |key: &str, found: String, expected: &str| {
        let at = map.key_at(key).unwrap_or_else(|| map.at.clone());
        r.wrong(&at, Wrong::new(found).expected(expected));
        None::<()>
    };
    let ways = [("during", "from"), ("during", "until"), ("during", "lasts"), ("until", "lasts")];
    if let Some((one, other)) = ways.into_iter().find(|(a, b)| map.has(a) && map.has(b)) {
        wrong(other, format!("`{other}` stands beside `{one}`"), "only one of the two")?;
    }
    if !map.has("during") && !(map.has("from") && (map.has("until") || map.has("lasts"))) {
        let expected = "`during: peak`, or `from: 5m after peak` with `lasts: 10m` or `until`";
        wrong("from", "it is not said when".to_owned(), expected)?;
    }
    let (from, until) = match during {
        Some(stretch) => stretch,
        None if map.has("lasts") => {
            let from = from?;
            (from, from + lasts?)
        }
        None => (from?, until?),
    };
    let end = timeline?.end()?;
    if until <= from {
        let key = if map.has("until") { "until" } else { "during" };
        wrong(key, "it ends before it begins".to_owned(), "an end after its beginning")?;
    }
    if from >= end {
        let key = if map.has("from") { "from" } else { "during" };
        wrong(key, "it begins when nobody orders any more".to_owned(), "a moment of the campaign")?;
    }
    let Some(every) = every else {
        return (!map.has("every")).then(|| vec![(from, until)]);
    };
    repeated((from, until), every, end)
        .map_err(|(found, expected)| wrong("every", found, expected))
        .ok()
}

/// The same again and again until the end of the campaign.
fn repeated(
    (from, until): (At, At),
    every: Span,
    end: At,
) -> Result<Vec<(At, At)>, (String, &'static str)> {
    let lasts = until.since(from);
    if every <= lasts {
        let found = format!("it lasts {lasts} and comes again every {every}");
        return Err((found, "a longer time between two beginnings than it lasts"));
    }
    let begins = std::iter::successors(Some(from), |from| Some(*from + every));
    let begins = begins.take_while(|from| *from < end).take(SPELLS_MAX + 1);
    let spells: Vec<(At, At)> = begins.map(|from| (from, from + lasts)).collect();
    if spells.len() > SPELLS_MAX {
        return Err((
            format!("it comes more than {SPELLS_MAX} times"),
            "a longer time between two",
        ));
    }
    Ok(spells)
}
