//! Owns reading what `replay:` says: how the log is mapped, and how it is played.
//! Must not know what the log holds.

use std::ops::Range;

use encoding_rs::Encoding;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::super::channel::Channels;
use super::super::currency::Currency;
use super::super::head::zone;
use crate::ids::ChannelId;
use crate::language::map::{Map, each, entries, items};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, multiple_milli, parse_percent_ppm, scalar, words, yes_no};
use crate::language::tree::Node;
use crate::records::columns::{NAMED, Said};
use crate::records::format;
use crate::records::mapping::{Day, Mapping, Repeats};
use crate::records::number::DecimalMark;
use crate::records::state::{self, Standing};
use crate::records::table::{DELIMITERS, Source, delimiter_named};

/// What `replay:` says.
pub(crate) struct Spec {
    pub(crate) mapping: Mapping,
    pub(crate) file_at: Range<usize>,
    /// Words of the column of channels, with the channels that they mean.
    pub(crate) channels: Vec<(String, ChannelId)>,
    pub(crate) scale_milli: u64,
    pub(crate) returns: bool,
    pub(crate) cover_ppm: Option<u64>,
    pub(crate) at: Range<usize>,
}

/// Reads the group. Channels are known by their names here, whatever else is written of them.
pub(in crate::scenario) fn spec(
    node: &Node,
    home: &TimeZone,
    currency: Option<Currency>,
    channels: &Channels,
    r: &Reading,
) -> Option<Spec> {
    let map = Map::open(node, "replay", r)?;
    let source = source(&map, r);
    let format = map.or("format", None, |node, r| format_word(node, r).map(Some));
    let columns = map.or("columns", Said::default(), columns);
    let decimal = map.or("decimal", None, |node, r| decimal(node, r).map(Some));
    let time_format = map.or("time format", None, |node, r| words(node, r).map(Some));
    let zone = map.or("zone", home.clone(), zone);
    let states = map.or("states", vec![], states);
    let day = map.or("day", None, |node, r| day(node, r).map(Some));
    let from = map.or("from", None, |node, r| civil(node, r).map(Some));
    let until = map.or("until", None, |node, r| civil(node, r).map(Some));
    let named = map.or("channels", vec![], |node, r| {
        each(entries(node, "channels", r)?, |entry| {
            let id = scalar(&entry.node, r, |text| channels.find(text))?;
            Some((entry.key.clone(), id))
        })
    });
    let scale_milli = map.or("scale", 1_000, multiple_milli);
    let skip_skus = map.or("skip skus", vec![], |node, r| {
        each(items(node, "skip skus", r)?, |item| words(item, r))
    });
    let cancellation_prefix = map.or("cancellations", None, |node, r| {
        let map = Map::open(node, "log cancellations", r)?;
        map.required("prefix", words).map(Some)
    });
    let repeats = map.or("repeated rows", None, |node, r| {
        choice(&[("once", Repeats::Once), ("each", Repeats::Each)])(node, r).map(Some)
    });
    let returns = map.or("returns", true, yes_no);
    let cover_ppm = map.or("stock", None, |node, r| {
        let map = Map::open(node, "log stock", r)?;
        map.required("cover", cover).map(Some)
    });
    let (source, file_at) = source?;
    Some(Spec {
        mapping: Mapping {
            source,
            format: format?,
            columns: columns?,
            decimal: decimal?,
            time_format: time_format?,
            zone: zone?,
            states: states?,
            skip_skus: skip_skus?,
            cancellation_prefix: cancellation_prefix?,
            repeats: repeats?,
            currency: currency.map(|currency| currency.code),
            digits: currency.map_or(2, |currency| currency.digits),
            day: day?,
            from: from?,
            until: until?,
        },
        file_at,
        channels: named?,
        scale_milli: scale_milli?,
        returns: returns?,
        cover_ppm: cover_ppm?,
        at: map.at.clone(),
    })
}

/// `file`, with `delimiter`, `encoding` and `sheet` where the file does not say them itself.
pub(crate) fn source(map: &Map<'_>, r: &Reading) -> Option<(Source, Range<usize>)> {
    let file = map.required("file", |node, r| words(node, r).map(|file| (file, node.at.clone())));
    let delimiter = map.or("delimiter", None, |node, r| delimiter(node, r).map(Some));
    let encoding = map.or("encoding", None, |node, r| encoding(node, r).map(Some));
    let sheet = map.or("sheet", None, |node, r| words(node, r).map(Some));
    let (file, at) = file?;
    let path = r.base_dir.join(&file);
    Some((Source { file, path, delimiter: delimiter?, encoding: encoding?, sheet: sheet? }, at))
}

/// Takes down where the file is, in full: a run folder's copy of the scenario stands elsewhere.
pub(crate) fn resolve(source: &Source, at: &Range<usize>, r: &Reading) {
    r.resolve(at, format!("{:?}", source.in_full().display().to_string()));
}

/// `","`, `";"`, `tab` or `"|"`.
fn delimiter(node: &Node, r: &Reading) -> Option<u8> {
    scalar(node, r, |text| {
        delimiter_named(text).ok_or_else(|| {
            let all: Vec<String> =
                DELIMITERS.iter().map(|(_, name)| format!("\"{name}\"")).collect();
            Wrong::new(format!("`{text}` is not a delimiter"))
                .expected(format!("one of {}", all.join(", ").replace("\"tab\"", "tab")))
        })
    })
}

fn encoding(node: &Node, r: &Reading) -> Option<&'static Encoding> {
    scalar(node, r, |text| {
        Encoding::for_label(text.as_bytes()).ok_or_else(|| {
            Wrong::new(format!("`{text}` is not an encoding I know"))
                .expected("a name such as utf-8, utf-16le, windows-1252 or shift_jis")
        })
    })
}

/// `"."` or `","`.
pub(crate) fn decimal(node: &Node, r: &Reading) -> Option<DecimalMark> {
    choice(&[(".", DecimalMark::Point), (",", DecimalMark::Comma)])(node, r)
}

fn format_word(node: &Node, r: &Reading) -> Option<String> {
    scalar(node, r, |text| {
        let names = format::names();
        if names.contains(&text) {
            return Ok(text.to_owned());
        }
        Err(Wrong::new(format!("`{text}` is not a format I know"))
            .expected(format!("one of {}", crate::language::map::list_of(&names)))
            .nearest(text, names.iter().copied()))
    })
}

/// `{ time: ts, order: order, sku: sku, quantity: qty, price: price, channel: … }`.
fn columns(node: &Node, r: &Reading) -> Option<Said> {
    let map = Map::open(node, "columns", r)?;
    let said: Vec<Option<Option<_>>> = NAMED
        .iter()
        .map(|(key, role)| {
            map.or(key, None, |node, r| words(node, r).map(|name| Some((*role, name))))
        })
        .collect();
    let said: Option<Vec<Option<_>>> = said.into_iter().collect();
    Some(Said(said?.into_iter().flatten().collect()))
}

/// `{ backorder: sale, quote: no sale }`.
fn states(node: &Node, r: &Reading) -> Option<Vec<(String, Standing)>> {
    each(entries(node, "states", r)?, |entry| {
        let standing = choice(&[("sale", Standing::Sale), ("no sale", Standing::NoSale)]);
        Some((state::plain(&entry.key), standing(&entry.node, r)?))
    })
}

fn day(node: &Node, r: &Reading) -> Option<Day> {
    scalar(node, r, |text| match text {
        "busiest" => Ok(Day::Busiest),
        _ => text.parse().map(Day::On).map_err(|_| {
            Wrong::new(format!("`{text}` is not a day")).expected("`busiest`, or a day: 2011-11-17")
        }),
    })
}

fn civil(node: &Node, r: &Reading) -> Option<DateTime> {
    scalar(node, r, |text| {
        text.parse().map_err(|_| {
            let wrong = Wrong::new(format!("`{text}` is not a day or a day with a time"));
            wrong.expected("a moment of the log, such as 2011-11-17 or 2011-11-17 08:30")
        })
    })
}

/// `90%`; more than all is allowed.
fn cover(node: &Node, r: &Reading) -> Option<u64> {
    scalar(node, r, |text| match parse_percent_ppm(text)? {
        ppm @ 0..=100_000_000 => Ok(ppm as u64),
        _ => Err(Wrong::new(format!("`{text}` is out of range"))
            .expected("a share of the demand, such as 90%")),
    })
}
