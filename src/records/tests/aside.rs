//! Columns that nobody uses and that change what rows are: zones, parts, packs, what is promised.

use super::{Asked, ROWS, check, refused, stock_list, with};

const AS_THEY_STAND: [&str; 3] = ["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"];

#[test]
fn zones_beside_times_are_asked_about_and_read() {
    let log = with("Timezone", ["UTC", "Europe/Berlin", "-05:00"]);
    refused(
        &log,
        &Asked::default(),
        &["`Timezone`", "`Europe/Berlin` in line 3", "`columns: { zone: none }`"],
    );
    let read = Asked { columns: vec![("zone", "Timezone")], ..Asked::default() };
    // 09:00, 08:01 and 14:02 in UTC.
    check(&log, &read, &["+3540s LAMP×1", "+0s LAMP×2", "+21660s BULB×3"]);
    let none = Asked { columns: vec![("zone", "none")], ..Asked::default() };
    check(&log, &none, &AS_THEY_STAND);
    let unknown = with("Timezone", ["UTC", "UTC", "Mars/Olympus"]);
    let seen = check(&unknown, &read, &["+0s LAMP×1", "+60s LAMP×2"]);
    assert!(seen.notes.contains("`2025-11-28T09:02:00[Mars/Olympus]` is not a time"));
    let format = Asked { time_format: Some("%Y-%m-%dT%H:%M:%S"), ..read };
    check(&log, &format, &["+3540s LAMP×1", "+0s LAMP×2", "+21660s BULB×3"]);
}

#[test]
fn zones_under_other_names_are_read_and_those_that_nobody_understands_are_asked_about() {
    for names in [
        ["Pacific Time (US & Canada)", "Eastern Time (US & Canada)"],
        ["Pacific Standard Time", "Eastern Standard Time"],
    ] {
        let log = with("Time Zone", [names[0], names[1], ""]).replace(",3,1.00,", ",3,1.00,UTC");
        refused(&log, &Asked::default(), &["`columns: { zone: Time Zone }`"]);
        let read = Asked { columns: vec![("zone", "Time Zone")], ..Asked::default() };
        // 17:00, 14:01 and 09:02 in UTC.
        check(&log, &read, &["+28680s LAMP×1", "+17940s LAMP×2", "+0s BULB×3"]);
    }
    for (column, words) in [
        ("tz_offset_minutes", ["-300", "-300", "-300"]),
        ("Time Zone", ["Middle Earth", "UTC", "UTC"]),
        ("Zeitzone", ["UTC", "UTC", "Sommerzeit"]),
        ("UTC offset", ["0", "0", "3600"]),
    ] {
        let log = with(column, words);
        refused(&log, &Asked::default(), &[column, "not understood", "columns: { zone: none }"]);
        let none = Asked { columns: vec![("zone", "none")], ..Asked::default() };
        check(&log, &none, &AS_THEY_STAND);
    }
    for (column, words) in [
        ("UTC offset", ["0", "+00:00", "Z"]),
        ("tz_offset_minutes", ["0", "0", "0"]),
        ("offset", ["11", "12", "13"]),
        ("Time Zone", ["UTC", "Etc/UTC", ""]),
    ] {
        check(&with(column, words), &Asked::default(), &AS_THEY_STAND);
    }
}

#[test]
fn zones_that_change_nothing_are_not_asked_about() {
    // That of the file already; zones of parcels; times that have an offset.
    let berlin = Asked { zone: Some("Europe/Berlin"), ..Asked::default() };
    check(&with("tz", ["Europe/Berlin"; 3]), &berlin, &AS_THEY_STAND);
    check(&with("Shipping Zone", ["UTC", "North", "EU"]), &Asked::default(), &AS_THEY_STAND);
    let offsets = with("Timezone", ["Europe/Berlin"; 3]).replace(":00,1", ":00Z,1");
    check(&offsets, &Asked::default(), &AS_THEY_STAND);
}

#[test]
fn a_header_says_the_zone_of_its_times() {
    let berlin = |header: &str| {
        let log = ROWS.replace("ts,", &format!("{header},"));
        let log = log.replace("2025-11-28T09:01:00", "2025-11-28T08:01:00Z");
        let said = Asked { zone: Some("Europe/Berlin"), ..Asked::default() };
        match header {
            "ts" => check(&log, &said, &AS_THEY_STAND),
            _ => check(&log, &said, &["+3540s LAMP×1", "+0s LAMP×2", "+3660s BULB×3"]),
        };
    };
    berlin("ts");
    berlin("Created at (UTC)");
    berlin("order_date_utc");
    berlin("Date [Etc/UTC]");
}

/// Of a day and a time of day, of a cancellation; and not where somebody says that none does.
#[test]
fn every_time_is_in_the_zone_that_its_header_says() {
    let berlin = || Asked { zone: Some("Europe/Berlin"), ..Asked::default() };
    let two = "Date (UTC),Time,order,sku,qty,price\n\
        2025-11-28,09:00,1,LAMP,1,4.00\n2025-11-28,09:01,2,LAMP,2,4.00\n";
    let with_offset = |rows: &str| rows.replace("09:01,2", "09:01 +01:00,2");
    check(&with_offset(two), &berlin(), &["+3540s LAMP×1", "+0s LAMP×2"]);
    let bare = two.replace(" (UTC)", "");
    check(&with_offset(&bare), &berlin(), &["+0s LAMP×1", "+60s LAMP×2"]);
    let none = Asked { columns: vec![("zone", "none")], ..berlin() };
    check(&with_offset(two), &none, &["+0s LAMP×1", "+60s LAMP×2"]);
    let cancelled = "ts,order,sku,qty,price,Cancelled at (UTC)\n\
        2025-11-28T09:00:00Z,1,LAMP,1,4.00,2025-11-28T09:20:00\n";
    check(cancelled, &berlin(), &["+0s LAMP×1 cancelled after 1200 s"]);
}

#[test]
fn parts_of_a_bundle_are_asked_about_where_both_are_rows() {
    let log = "ts,order,sku,qty,price,Parent SKU\n\
        2025-11-28T09:00:00,1001,SET,1,9.00,\n\
        2025-11-28T09:00:00,1001,LAMP,1,0.00,SET\n\
        2025-11-28T09:00:00,1001,BULB,2,0.00,SET\n\
        2025-11-28T09:01:00,1002,LAMP,1,4.00,STYLE-7\n";
    refused(log, &Asked::default(), &["`Parent SKU`", "2 rows", "`SET` in line 3", "parent: none"]);
    let both = Asked { columns: vec![("parent", "none")], ..Asked::default() };
    check(log, &both, &["+0s SET×1 LAMP×1 BULB×2", "+60s LAMP×1"]);
    let whole = log.replace("STYLE-7", "");
    let parts = Asked { columns: vec![("parent", "Parent SKU")], ..Asked::default() };
    check(&whole, &parts, &["+0s SET×1", "+60s LAMP×1"]);
    // A style is no row, and what names itself is no part.
    let itself = with("Parent SKU", ["LAMP", "LAMP", "BULB"]);
    check(&itself, &Asked::default(), &AS_THEY_STAND);
    let styles = with("Parent SKU", ["STYLE-1", "STYLE-1", "STYLE-2"]);
    check(&styles, &Asked::default(), &AS_THEY_STAND);
}

#[test]
fn parts_that_name_the_number_of_another_row_are_asked_about() {
    for (number, parent, first, other) in [
        ("item_id", "parent_item_id", "", "81"),
        ("Line", "Belongs to line", "81", "81"),
        ("Line", "Parent line", "0", "81"),
        ("Line", "Hauptartikel", "", "SET"),
    ] {
        let log = format!(
            "ts,order,sku,qty,price,{number},{parent}\n\
             2025-11-28T09:00:00,1001,SET,1,9.00,81,{first}\n\
             2025-11-28T09:00:00,1001,LAMP,1,0.00,82,{other}\n\
             2025-11-28T09:01:00,1002,LAMP,1,4.00,83,\n"
        );
        refused(&log, &Asked::default(), &[parent, "1 rows", "in line 3", "parent: none"]);
        let both = Asked { columns: vec![("parent", "none")], ..Asked::default() };
        check(&log, &both, &["+0s SET×1 LAMP×1", "+60s LAMP×1"]);
        if first != "81" {
            let parent: &'static str = String::from(parent).leak();
            let parts = Asked { columns: vec![("parent", parent)], ..Asked::default() };
            check(&log, &parts, &["+0s SET×1", "+60s LAMP×1"]);
        }
    }
    for (column, words) in
        [("Line type", ["bundle", "standard", "component"]), ("Kit component", ["no", "no", "yes"])]
    {
        refused(&with(column, words), &Asked::default(), &[column, "1 rows"]);
    }
    // Numbers of nothing in the same order.
    let log = with("Parent ID", ["7", "8", "9"]);
    check(&log, &Asked::default(), &AS_THEY_STAND);
    check(&with("Type", ["component", "lamp", "lamp"]), &Asked::default(), &AS_THEY_STAND);
}

#[test]
fn packs_are_told() {
    let seen =
        check(&with("Unit", ["each", "carton of 12", "each"]), &Asked::default(), &AS_THEY_STAND);
    assert!(seen.notes.contains("`Unit` is not used, which says `carton of 12` in line 3"));
    let seen = check(&with("Unit", ["each"; 3]), &Asked::default(), &AS_THEY_STAND);
    assert!(!seen.notes.contains("Unit"), "{}", seen.notes);
}

#[test]
fn signs_codes_and_offers_are_asked_about() {
    for (column, words) in [
        ("Sign", ["1", "1", "-1"]),
        ("Vorzeichen", ["+", "+", "-"]),
        ("Doc", ["SO", "SO", "CN"]),
        ("Belegart", ["AU", "AU", "GS"]),
        ("Type", ["Order", "Order", "Quote"]),
        ("Vorgang", ["Auftrag", "Auftrag", "Angebot"]),
        ("Reason", ["Order", "Order", "Exchange"]),
    ] {
        let words = [column, words[2], "1 rows"].map(str::to_owned).into_iter().zip(words);
        let (asked, cells): (Vec<String>, Vec<&str>) = words.unzip();
        let log = with(column, [cells[0], cells[1], cells[2]]);
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        refused(&log, &Asked::default(), &asked);
    }
    for (column, words) in
        [("Country", ["DE", "CN", "CR"]), ("Sign", ["1", "1", "1"]), ("Shift", ["1", "-1", "1"])]
    {
        check(&with(column, words), &Asked::default(), &AS_THEY_STAND);
    }
}

#[test]
fn amounts_that_went_back_are_asked_about_with_what_can_be_said() {
    let log = with("Refund Amount", ["0.00", "9.50", "0"]);
    let words = ["`Refund Amount`", "1 rows", "`9.50`", "`columns: { state: none }`", "left out"];
    refused(&log, &Asked::default(), &words);
    let sold = Asked { columns: vec![("state", "none")], ..Asked::default() };
    check(&log, &sold, &AS_THEY_STAND);
}

/// No list of states says what each of many reasons means.
#[test]
fn many_reasons_are_not_to_be_listed_one_by_one() {
    let rows = |reasons: usize| {
        let row = |n: usize| {
            let reason = if n < reasons {
                format!("reason {}", (b'a' + n as u8) as char)
            } else {
                String::new()
            };
            format!("2025-11-28T09:{n:02}:00,{},LAMP,1,4.00,{reason}\n", 1000 + n)
        };
        let rows: String = (0..20).map(row).collect();
        format!("ts,order,sku,qty,price,Refund Reason\n{rows}")
    };
    refused(&rows(8), &Asked::default(), &["`columns: { state: Refund Reason }`"]);
    refused(&rows(9), &Asked::default(), &["sold all the same", "9 rows"]);
}

#[test]
fn refunds_in_json_are_asked_about() {
    let order = |number: u32, refunds: &str| {
        format!(
            "{{\"ts\":\"2025-11-28T09:0{number}:00Z\",\"order\":\"{number}\",\"refunds\":{refunds},\
             \"line_items\":[{{\"sku\":\"LAMP\",\"quantity\":1,\"price\":\"4.00\"}}]}}\n"
        )
    };
    let log = order(1, "[]") + &order(2, "[]");
    check(&log, &Asked::default(), &["+0s LAMP×1", "+60s LAMP×1"]);
    let log = log + &order(3, "[{\"id\": 7}]");
    refused(&log, &Asked::default(), &["`refunds`", "1 rows"]);
}

#[test]
fn headers_in_the_shops_own_language_are_known() {
    for header in [
        "Bestelldatum,Bestellnummer,Artikelnummer,Menge,Einzelpreis",
        "Date de commande,Numéro de commande,Référence,Quantité,Prix unitaire",
        "Fecha,Pedido,Referencia,Cantidad,Precio",
        "Data ordine,Numero ordine,Codice articolo,Quantità,Prezzo",
        "Orderdatum,Ordernummer,Artikelcode,Aantal,Prijs",
    ] {
        let log = ROWS.replace("ts,order,sku,qty,price", header);
        check(&log, &Asked::default(), &AS_THEY_STAND);
    }
}

#[test]
fn a_total_alone_is_pointed_at() {
    let log = ROWS.replace(",price", ",Total");
    refused(&log, &Asked::default(), &["no column `price`", "`columns: { total: Total }`"]);
    let said = Asked { columns: vec![("total", "Total")], ..Asked::default() };
    check(&log, &said, &AS_THEY_STAND);
    let below = log.replace("4.00", "-4.00");
    refused(&below, &said, &["total `-4.00` is below zero"]);
    refused(&ROWS.replace("4.00", "9.50-"), &Asked::default(), &["price `9.50-` is below zero"]);
}

#[test]
fn stock_that_is_promised_or_elsewhere_is_asked_about() {
    let list = |header: &str, cells: [&str; 2]| {
        let [a, b] = cells;
        stock_list(&format!("sku,{header},price\nLAMP,{a},40.00\nBULB,{b},5.00\n"), None)
    };
    for header in [
        "stock,reserved",
        "on hand,Qty allocated",
        "Bestand,Reserviert",
        "stock,Stock Berlin",
        "stock,blocked",
        "stock,Damaged",
        "stock,Qty",
    ] {
        let why = list(header, ["4,1", "8,0"]).unwrap_err();
        assert!(why.contains("may change what is in stock: `1` beside `4`"), "{header}: {why}");
        assert!(why.contains("in line 2"), "{why}");
    }
    // Nothing is promised; it is taken off already; no stock.
    for (header, cells) in [
        ("stock,reserved", ["4,0", "8,"]),
        ("available,reserved", ["4,1", "8,2"]),
        ("stock,Stock status", ["4,in", "8,out"]),
        ("Stock,In stock?", ["4,1", "8,1"]),
        ("Available (not editable),Stock on order", ["4,9", "8,9"]),
        ("Stock,Low stock amount", ["4,2", "8,2"]),
        ("Stock,Stock value", ["4,160", "8,40"]),
        ("Stock,Qty", ["4,4", "8,8"]),
        ("Stock,Damaged", ["4,0", "8,"]),
    ] {
        let (rows, _) = list(header, cells).unwrap_or_else(|why| panic!("{header}: {why}"));
        assert_eq!(rows.len(), 2);
    }
    let (_, notes) = list("stock,Status", ["4,active", "8,inactive"]).unwrap();
    assert!(notes.contains("1 row is not offered (`Status: inactive`)"), "{notes}");
    let (_, notes) = list("stock,Discontinued", ["4,no", "8,yes"]).unwrap();
    assert!(notes.contains("1 row is not offered (`Discontinued: yes`)"), "{notes}");
    let (_, notes) = list("stock,visibility", ["4,visible", "8,hidden"]).unwrap();
    assert!(notes.contains("1 row is not offered (`visibility: hidden`)"), "{notes}");
    let (_, notes) = list("stock,Safety stock", ["4,2", "8,0"]).unwrap();
    assert!(notes.contains("`Safety stock` is not used, which says `2` in line 2"), "{notes}");
    let (_, notes) = list("stock,Unit", ["4,piece", "8,carton of 12"]).unwrap();
    assert!(notes.contains("`Unit` is not used, which says `carton of 12` in line 3"), "{notes}");
}
