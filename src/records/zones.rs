//! Owns the names of time zones beside times: in brackets, in a header, in cells of their own.
//! Must not know how a time is read.

use jiff::tz::{Offset, TimeZone};

use super::plain;

/// Offsets by the names that marketplaces write; names that several zones share are none.
const ZONES: &[(&str, i32)] = &[
    ("Z", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("ETC/UTC", 0),
    ("ETC/GMT", 0),
    ("PST", -8),
    ("PDT", -7),
    ("MST", -7),
    ("MDT", -6),
    ("EST", -5),
    ("EDT", -4),
    ("CET", 1),
    ("CEST", 2),
    ("MEZ", 1),
    ("MESZ", 2),
];

/// Zones by the names that Windows and some tills give them, as they are compared.
const NAMED: &[(&str, &str)] = &[
    ("eastern time us canada", "America/New_York"),
    ("eastern standard time", "America/New_York"),
    ("central time us canada", "America/Chicago"),
    ("central standard time", "America/Chicago"),
    ("mountain time us canada", "America/Denver"),
    ("mountain standard time", "America/Denver"),
    ("pacific time us canada", "America/Los_Angeles"),
    ("pacific standard time", "America/Los_Angeles"),
    ("us mountain standard time", "America/Phoenix"),
    ("alaskan standard time", "America/Anchorage"),
    ("hawaiian standard time", "Pacific/Honolulu"),
    ("atlantic time canada", "America/Halifax"),
    ("atlantic standard time", "America/Halifax"),
    ("e south america standard time", "America/Sao_Paulo"),
    ("gmt standard time", "Europe/London"),
    ("w europe standard time", "Europe/Berlin"),
    ("romance standard time", "Europe/Paris"),
    ("central europe standard time", "Europe/Budapest"),
    ("central european standard time", "Europe/Warsaw"),
    ("gtb standard time", "Europe/Bucharest"),
    ("fle standard time", "Europe/Helsinki"),
    ("turkey standard time", "Europe/Istanbul"),
    ("russian standard time", "Europe/Moscow"),
    ("india standard time", "Asia/Kolkata"),
    ("china standard time", "Asia/Shanghai"),
    ("tokyo standard time", "Asia/Tokyo"),
    ("aus eastern standard time", "Australia/Sydney"),
    ("new zealand standard time", "Pacific/Auckland"),
];

/// Words for a time in the name of a column.
const TIMES: &[&str] = &[
    "ts",
    "time",
    "timestamp",
    "date",
    "at",
    "datum",
    "zeit",
    "fecha",
    "data",
    "heure",
    "hora",
    "on",
];

/// Cuts a zone in brackets off the end: `2025-11-28 10:00[Europe/Berlin]`.
pub(super) fn without_place(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    match text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
        Some((before, place)) => (before.trim_end(), Some(place)),
        None => (text, None),
    }
}

/// A zone by its name in the database, by the short name of an offset, or as an offset.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    let upper = name.to_ascii_uppercase();
    if let Some((_, hours)) = ZONES.iter().find(|(zone, _)| *zone == upper) {
        return Offset::from_seconds(hours * 3_600).ok().map(TimeZone::fixed);
    }
    let behind = upper.strip_prefix("UTC").or(upper.strip_prefix("GMT")).unwrap_or(&upper);
    let behind = behind.trim_start();
    if behind.starts_with(['+', '-', '−']) {
        // `-300` may be minutes, or three hours.
        if !behind.contains(':') && behind.chars().filter(char::is_ascii_digit).count() == 3 {
            return None;
        }
        let (_, offset) = without_offset(&format!("0:00{behind}"))
            .map(|(rest, offset)| (rest.to_owned(), offset))?;
        return offset.map(TimeZone::fixed);
    }
    let compared = plain(name);
    if let Some((_, place)) = NAMED.iter().find(|(named, _)| *named == compared) {
        return TimeZone::get(place).ok();
    }
    let known = name.contains('/') && name.len() < 64;
    known.then(|| TimeZone::get(name).ok()).flatten()
}

/// Whether a name, an offset or nought is that zone.
pub(super) fn is_that(name: &str, ours: &TimeZone) -> bool {
    let fixed = |zone: &TimeZone| zone.to_fixed_offset().ok();
    let nought = name.chars().all(|c| matches!(c, '0' | '.' | ',' | ':'));
    let theirs = if nought { Some(TimeZone::UTC) } else { zone(name) };
    let same = |theirs: &TimeZone| {
        fixed(theirs).is_some() && fixed(theirs) == fixed(ours)
            || theirs.iana_name().is_some() && theirs.iana_name() == ours.iana_name()
    };
    theirs.as_ref().is_some_and(same)
}

/// The plain name of a column of times, and the zone that it says: `Created at (UTC)`.
pub(super) fn in_words(name: &str) -> Option<(String, &str)> {
    let closed = name.trim().strip_suffix([')', ']']).and_then(|n| n.rsplit_once(['(', '[']));
    let open = || {
        name.trim().rsplit_once([' ', '_', '-']).filter(|(_, last)| {
            last.eq_ignore_ascii_case("utc") || last.eq_ignore_ascii_case("gmt")
        })
    };
    let (before, place) = closed.or_else(open)?;
    let plain = plain(before);
    let is_time = plain.split(' ').any(|word| TIMES.contains(&word));
    (is_time && zone(place).is_some()).then_some((plain, place))
}

/// Cuts an offset off the end: `Z`, `+02:00`, `-0500`, ` UTC`.
pub(super) fn without_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    let word = text
        .rfind(|c: char| !c.is_ascii_alphabetic())
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let name = &text[word..];
    if let Some((_, hours)) = ZONES.iter().find(|(zone, _)| *zone == name) {
        return Some((text[..word].trim_end(), Offset::from_seconds(hours * 3_600).ok()));
    }
    let Some(sign) = text.rfind(['+', '-', '−']) else { return Some((text, None)) };
    // A sign is one of an offset only behind a time of day.
    if !text[..sign].contains(':') {
        return Some((text, None));
    }
    let digits: String = text[sign..].chars().filter(char::is_ascii_digit).collect();
    let behind = text[sign..].chars().skip(1).all(|c| c.is_ascii_digit() || c == ':');
    let number =
        |range: std::ops::Range<usize>| digits.get(range).and_then(|d| d.parse::<i32>().ok());
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse().ok()?, 0),
        3 => (number(0..1)?, number(1..3)?),
        4 => (number(0..2)?, number(2..4)?),
        _ => return None,
    };
    if !behind || hours > 15 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3_600 + minutes * 60;
    let west = !text[sign..].starts_with('+');
    let offset = Offset::from_seconds(if west { -seconds } else { seconds }).ok()?;
    Some((text[..sign].trim_end(), Some(offset)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_go_by_names_and_offsets() {
        let seconds = |name: &str| zone(name).and_then(|zone| zone.to_fixed_offset().ok());
        for (name, hours) in
            [("UTC", 0), ("utc+2", 2), ("GMT-05:00", -5), ("+01:00", 1), ("CET", 1)]
        {
            let offset = seconds(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(offset.seconds(), hours * 3_600, "{name}");
        }
        assert!(zone("Europe/Berlin").is_some());
        for (name, place) in [
            ("Eastern Time (US & Canada)", "America/New_York"),
            ("W. Europe Standard Time", "Europe/Berlin"),
        ] {
            let found = zone(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(found.iana_name(), Some(place), "{name}");
            assert!(is_that(name, &found));
        }
        assert!(is_that("0", &TimeZone::UTC) && is_that("+00:00", &TimeZone::UTC));
        assert!(!is_that("-300", &TimeZone::UTC) && !is_that("CET", &TimeZone::UTC));
        for other in ["", "Zone 4", "Mars/Olympus", "../etc/passwd", "+99", "north", "UTC+", "-300"]
        {
            assert!(zone(other).is_none(), "{other}");
        }
    }

    #[test]
    fn headers_say_zones_of_times_alone() {
        assert_eq!(in_words("Created at (UTC)"), Some(("created at".to_owned(), "UTC")));
        assert_eq!(in_words("order_date_utc"), Some(("order date".to_owned(), "utc")));
        let berlin = Some(("datum".to_owned(), "Europe/Berlin"));
        assert_eq!(in_words("Datum [Europe/Berlin]"), berlin);
        for other in ["Price (EST)", "Date (local)", "created at", "Time (s)", "utc"] {
            assert_eq!(in_words(other), None, "{other}");
        }
    }
}
