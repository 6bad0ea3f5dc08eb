//! Prices in several currencies, and a currency that is said twice.

use super::{Asked, check, prices, read, refused, stock_list};

const ROWS: &str = "ts,order,sku,qty,price,currency\n\
    2025-11-28T09:00:00,7,LAMP,1,4.00,USD\n\
    2025-11-28T09:01:00,8,LAMP,2,4.00,USD\n\
    2025-11-28T09:02:00,9,BULB,3,1.00,USD\n";

#[test]
fn a_currency_that_is_said_twice_and_differs_is_refused_with_both_places() {
    let torn = ROWS.replace("8,LAMP,2,4.00", "8,LAMP,2,4.00 €");
    let words = [
        "line 3 says two currencies: `USD` in the column `currency`, and `€` beside the price",
        "columns: { currency: none }",
    ];
    for currency in [None, Some("USD"), Some("EUR")] {
        refused(&torn, &Asked { currency, ..Asked::default() }, &words);
    }
    // A sign of the same currency says it once more.
    let once = ROWS.replace("8,LAMP,2,4.00", "8,LAMP,2,$4.00");
    check(&once, &Asked::default(), &["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"]);
}

#[test]
fn prices_in_two_currencies_are_never_summed() {
    let two = ROWS.replace("8,LAMP,2,4.00,USD", "8,LAMP,2,4.00,EUR");
    let words = ["several currencies", "`USD` from line 2 on, `EUR` from line 3 on", "--currency"];
    refused(&two, &Asked::default(), &words);
    let signs = two.replace(",currency", "").replace("4.00,EUR", "€4.00").replace("0,USD", "0");
    refused(&signs.replace(",1,4.00", ",1,$4.00"), &Asked::default(), &["several currencies"]);
    // Where somebody says which counts, the others are not used, and told with their place.
    let said = Asked { currency: Some("USD"), ..Asked::default() };
    let log = check(&two, &said, &["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"]);
    let note = "1 price is in another currency and is not used: `EUR` from line 3 on";
    assert!(log.notes.contains(note), "{}", log.notes);
    let rows = two.replace("2,4.00,EUR", "2,9.00,EUR");
    assert_eq!(prices(&rows, &said)[0], ("LAMP".to_owned(), 400));
}

#[test]
fn what_is_no_currency_makes_no_price_of_another_one() {
    for odd in ["4.00%", "4.00 each", "4.00 k"] {
        let rows = ROWS.replace("8,LAMP,2,4.00", &format!("8,LAMP,2,{odd}"));
        let log = check(&rows, &Asked::default(), &["+0s LAMP×1", "+120s BULB×3"]);
        assert!(log.notes.contains(&format!("line 3: the price `{odd}`")), "{}", log.notes);
    }
}

/// The list of these tests is in euro.
#[test]
fn a_stock_list_in_another_currency_is_refused() {
    for list in [
        "sku,stock,price\nLAMP,4,40.00 €\nBULB,1,$5.00\n",
        "sku,stock,price,currency\nLAMP,4,40.00,EUR\nBULB,1,5.00,usd\n",
    ] {
        let why = stock_list(list, None).unwrap_err();
        assert!(why.contains("line 3") && why.contains("currency is EUR"), "{why}");
        let sound = list.replace('$', "€").replace("usd", "eur");
        assert!(stock_list(&sound, None).is_ok());
    }
}

#[test]
fn a_currency_is_heard_whatever_its_column_is_called() {
    let two = ROWS.replace("8,LAMP,2,4.00,USD", "8,LAMP,2,4.00,EUR");
    for name in ["Currency Code", "Order Currency", "Währung", "Devise", "Moneda"] {
        refused(&two.replace("currency", name), &Asked::default(), &["several currencies"]);
    }
    // A name that says nothing: its words do.
    let odd = two.replace("currency", "Z3");
    let key = "`columns: { currency: Z3 }`";
    refused(&odd, &Asked::default(), &["`Z3` is not used, and has currencies (`USD`, `EUR`)", key]);
    let said = Asked { currency: Some("EUR"), ..Asked::default() };
    refused(&ROWS.replace("currency", "Z3"), &said, &["prices in `USD`"]);
    let none = Asked { columns: vec![("currency", "none")], ..Asked::default() };
    check(&odd, &none, &["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"]);
    for symbols in ["$", "€"] {
        let odd = odd.replace("EUR", symbols);
        assert_eq!(read(odd.as_bytes(), &Asked::default()).is_ok(), symbols == "$", "{symbols}");
    }
    // Countries are no currencies, though a sign be written as one.
    for land in ["FR", "RS", "DE"] {
        let land = ROWS.replace("currency", "country").replace("USD", land);
        check(&land, &Asked::default(), &["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"]);
        let said = Asked { currency: Some("EUR"), ..Asked::default() };
        check(&land, &said, &["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"]);
    }
    let list = "sku,stock,price,origin\nLAMP,4,40.00,FR\nBULB,1,5.00,FR\n";
    assert!(stock_list(list, None).is_ok());
    let lands = odd.replace("USD", "USA").replace(",EUR", ",DEU");
    check(&lands, &Asked::default(), &["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"]);
    for name in ["Währung", "Z3"] {
        let list = format!("sku,stock,price,{name}\nLAMP,4,40.00,EUR\nBULB,1,5.00,USD\n");
        let why = stock_list(&list, None).unwrap_err();
        assert!(why.contains("line 3: price `5.00` is in `USD`"), "{why}");
    }
}
