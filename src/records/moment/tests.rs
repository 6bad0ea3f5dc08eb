//! Times as files write them.

use super::*;

fn clock(order: Option<DateOrder>) -> TimeStyle {
    TimeStyle { zone: TimeZone::UTC, format: None, order }
}

#[test]
fn one_moment_written_in_many_ways() {
    for text in [
        "2025-11-28T13:05:00",
        "2025-11-28 13:05",
        "2025-11-28T13:05:00Z",
        "2025-11-28T15:05:00+02:00",
        "2025-11-28 08:05:00 -0500",
        "2025-11-28T08:05:00.000-05:00[America/New_York]",
        "2025-11-28 13:05:00 UTC",
        "2025/11/28 13:05:00",
        "28.11.2025 13:05",
        "28/11/2025 13:05",
        "11/28/2025 1:05 PM",
        "11/28/25 13:05",
        "Nov 28, 2025, 1:05:00\u{202f}PM",
        "November 28, 2025 1:05:00 pm",
        "Nov-28-25 05:05:00 PST",
        "28-Nov-2025 13:05:00",
        "Fri, 28 Nov 2025 13:05:00 +0000",
        "1764335100",
        "1764335100000",
        "1764335100000000",
        "20251128130500",
        "45989.5451388889",
    ] {
        let (at, _) = clock(None).read(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(at.timestamp().to_string(), "2025-11-28T13:05:00Z", "{text}");
    }
    for text in [
        "yesterday",
        "",
        "2025-13-01",
        "13/13/2025",
        "2025-11-28 25:00",
        "2025-11-28T08:00:00 CST",
        "2025-11-28 08:00 Uhr",
        "12345",
        "2025-11-28T08:00+99:00",
        "99999999999999999999",
        "2025-11-28 13:05 PM",
    ] {
        assert_eq!(clock(None).read(text), None, "{text}");
    }
}

#[test]
fn a_format_that_is_said_honours_its_offset() {
    let format = Some("%Y-%m-%d %H:%M:%S %z".to_owned());
    let clock = TimeStyle { zone: TimeZone::UTC, format, order: None };
    let (at, _) = clock.read("2025-11-28 10:30:00 +0200").expect("a time");
    assert_eq!(at.timestamp().to_string(), "2025-11-28T08:30:00Z");
    let format = Some("%d.%m.%Y".to_owned());
    let clock = TimeStyle { zone: TimeZone::UTC, format, order: None };
    assert!(clock.read("28.11.2025").is_some());
}

#[test]
fn day_or_month_first_is_proved_or_asked() {
    let order = |times: &[&str], usual| {
        let mut evidence = TimeEvidence::default();
        for time in times {
            evidence.hear(time);
        }
        evidence.order(usual).map_err(|wrong| wrong.to_string())
    };
    assert_eq!(order(&["05/11/2025", "28/11/2025"], None), Ok(Some(DateOrder::DayFirst)));
    assert_eq!(order(&["11/05/2025", "11/28/2025"], None), Ok(Some(DateOrder::MonthFirst)));
    assert_eq!(order(&["2025-11-05"], None), Ok(None));
    let usual = Some(DateOrder::MonthFirst);
    assert_eq!(order(&["11/05/25"], usual), Ok(usual));
    assert!(order(&["11/05/2025"], None).is_err());
    assert!(order(&["28/11/2025", "11/28/2025"], usual).is_err());
    let (at, _) = clock(Some(DateOrder::DayFirst)).read("05/11/2025").expect("a day");
    assert_eq!(at.date().to_string(), "2025-11-05");
}

#[test]
fn one_offset_of_all_times_is_a_zone() {
    let zone = |times: &[&str]| {
        let mut evidence = TimeEvidence::default();
        for time in times {
            evidence.hear(time);
        }
        evidence.zone().and_then(|zone| zone.iana_name().map(str::to_owned))
    };
    assert_eq!(zone(&["2025-11-28 08:00 -0500"; 2]).as_deref(), Some("Etc/GMT+5"));
    assert_eq!(zone(&["2025-11-28T08:00+01:00"]).as_deref(), Some("Etc/GMT-1"));
    for open in [
        &["2025-11-28 08:00 -0500", "2025-11-28 08:00 -0400"][..],
        &["2025-11-28 08:00 -0500", "2025-11-28 08:00"],
        &["2025-11-28 08:00", "2025-11-28 08:00 -0500", "2025-11-28 08:00 -0500"],
        &["2025-11-28 08:00 +0530"],
        &["2025-11-28T08:00Z"],
        &[],
    ] {
        assert_eq!(zone(open), None, "{open:?}");
    }
}

#[test]
fn a_year_of_two_digits_that_may_stand_first_is_asked_about() {
    let order = |times: &[&str]| {
        let mut evidence = TimeEvidence::default();
        for time in times {
            evidence.hear(time);
        }
        evidence.order(None).map_err(|wrong| format!("{wrong} {:?}", wrong.expected))
    };
    for open in [
        &["25-11-27 08:00"][..],
        &["25-11-27 08:00", "25-11-28 09:00", "25-11-30 09:00"],
        &["25/11/27"],
        &["11/11/25 08:00"],
        &["25.11.27 08:00", "25.11.30 09:00"],
    ] {
        let why = order(open).expect_err(open[0]);
        assert!(why.contains("year first"), "{why}");
    }
    let why = order(&["25-11-27 08:00", "25-11-28 09:00"]).expect_err("open");
    assert!(why.contains("%d-%m-%y %H:%M") && why.contains("%y-%m-%d %H:%M"), "{why}");
    assert!(order(&["10/11/12"]).expect_err("open").contains("three ways"));
    // Its days are days with the day first, and years with the year first.
    assert_eq!(order(&["27/11/25", "28/11/25", "30/11/25"]), Ok(Some(DateOrder::DayFirst)));
    assert_eq!(order(&["28/11/52"]), Ok(Some(DateOrder::DayFirst)));
    assert_eq!(order(&["11/28/25"]), Ok(Some(DateOrder::MonthFirst)));
    assert_eq!(order(&["28.11.25 08:00"]), Ok(None));
}

#[test]
fn times_with_and_without_an_offset_are_counted() {
    let mixed = |times: &[&str]| {
        let mut evidence = TimeEvidence::default();
        for time in times {
            evidence.hear(time);
        }
        evidence.mixed("Europe/London")
    };
    let told = mixed(&["2025-11-28 08:00 -0500", "2025-11-28 08:00", "2025-11-28 09:00"]);
    let told = told.expect("both kinds");
    assert!(told.starts_with("1 of") && told.contains(" and 2 have none"), "{told}");
    assert_eq!(mixed(&["2025-11-28 08:00"; 2]), None);
    assert_eq!(mixed(&["2025-11-28 08:00Z"; 2]), None);
}
