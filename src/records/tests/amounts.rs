//! Numbers beside quantities and prices: amounts below zero, cents, prices of several units.

use super::{Asked, ROWS, check, prices, refused, stock_list, with};

const ALL: [&str; 3] = ["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"];

#[test]
fn amounts_below_zero_beside_units_that_are_not_are_asked_about() {
    for column in ["Amount", "Bruttobetrag", "Montant", "Importe", "Importo", "Bedrag", "Net Sales"]
    {
        let log = with(column, ["4.00", "8.00", "-3.00"]);
        let words = [column, "1 rows", "`-3.00` in line 4", "total: none"];
        refused(&log, &Asked::default(), &words);
        let none = Asked { columns: vec![("total", "none")], ..Asked::default() };
        check(&log, &none, &ALL);
        let column: &'static str = String::from(column).leak();
        let total = Asked { columns: vec![("total", column)], ..Asked::default() };
        check(&log, &total, &ALL[..2]);
        check(
            &log.replace(",3,1.00", ",-3,1.00"),
            &Asked::default(),
            &[ALL[0], ALL[1], "+120s; back +120s BULB×3"],
        );
    }
    for (column, words) in [
        ("Amount", ["4.00", "8.00", "3.00"]),
        ("Discount Amount", ["0", "-1.00", "0"]),
        ("Net margin", ["1", "-1", "1"]),
    ] {
        check(&with(column, words), &Asked::default(), &ALL);
    }
    // What a state leaves out hides nothing.
    let log = with("Amount", ["4.00", "8.00", "-3.00"]);
    let log = log.replace("price,", "price,status,").replace(".00,", ".00,paid,");
    let log = log.replace("paid,-3", "refunded,-3");
    check(&log, &Asked::default(), &ALL[..2]);
}

#[test]
fn cents_are_not_taken_for_prices() {
    for name in ["price_cents", "Price (cents)", "price per 100", "Price (in thousands)"] {
        let log = ROWS.replace("price", name);
        refused(&log, &Asked::default(), &["no column `price`", "not in whole units", name]);
        let name: &'static str = String::from(name).leak();
        let said = Asked { columns: vec![("price", name)], ..Asked::default() };
        refused(&log, &said, &["not in whole units", "convert them in the file"]);
        let list = format!("sku,stock,{name}\nLAMP,4,4000\n");
        let why = stock_list(&list, None).unwrap_err();
        assert!(why.contains("not in whole units") && !why.contains("is it"), "{why}");
    }
}

#[test]
fn prices_of_several_units_are_asked_about() {
    for column in ["Price unit", "Preiseinheit"] {
        let log = with(column, ["1", "1", "100"]);
        refused(&log, &Asked::default(), &[column, "`100` in line 4", "columns: { price: price }"]);
        let said = Asked { columns: vec![("price", "price")], ..Asked::default() };
        check(&log, &said, &ALL);
        check(&with(column, ["1"; 3]), &Asked::default(), &ALL);
        check(&with(column, ["EUR"; 3]), &Asked::default(), &ALL);
    }
}

#[test]
fn a_header_says_the_currency_of_its_prices() {
    for header in ["Price (EUR)", "Preis [€]"] {
        let log = ROWS.replace("price", header);
        check(&log, &Asked::default(), &ALL);
        let said = Asked { currency: Some("EUR"), ..Asked::default() };
        check(&log, &said, &ALL);
        assert_eq!(prices(&log, &said)[0], ("LAMP".to_owned(), 400));
        let other = Asked { currency: Some("GBP"), ..Asked::default() };
        refused(&log, &other, &["the scenario is in GBP"]);
    }
    let two = with("Price (USD)", ["5.00", "5.00", "2.00"]).replace("price,", "Price (EUR),");
    refused(&two, &Asked::default(), &["`Price (EUR)`, `Price (USD)`", "columns: { price: …"]);
    let euro = "sku,stock,Price (EUR)\nLAMP,4,40.00\n";
    assert!(stock_list(euro, None).is_ok());
    let why = stock_list(&euro.replace("EUR", "USD"), None).unwrap_err();
    assert!(why.contains("`Price (USD)` has prices in `USD`"), "{why}");
}

#[test]
fn more_headers_in_the_shops_own_language_are_known() {
    for header in [
        "Besteldatum,Ordernr,Artikelcode,Aantal,Stukprijs",
        "Besteld op,Ordernr,Artikelcode,Aantal,Stukprijs",
        "Date de commande,N° commande,Réf.,Qté,Prix unitaire",
        "Fecha,Nº pedido,Referencia,Cant.,Precio",
        "Data ordine,N. ordine,Codice articolo,Quantità,Prezzo",
        "Date,Receipt No,SKU,Qty,Price (EUR)",
    ] {
        check(&ROWS.replace("ts,order,sku,qty,price", header), &Asked::default(), &ALL);
    }
}
