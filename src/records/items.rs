//! Owns the lines of an order that stand in one field.
//! Must not know what the lines are for.
//!
//! `name:Mug|sku:MUG|quantity:2|total:20.00; name:…` as plugins of `WooCommerce` write them, a
//! JSON list, or `2× Mug, 1× Cup`.

use serde_json::Value;

/// A line as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) quantity: String,
    pub(super) price: String,
    pub(super) total: String,
}

/// The most lines of a field.
const ITEMS_MAX: usize = 10_000;

/// The keys by which a line begins or goes on.
const KEYS: &[&str] = &[
    "id",
    "item_id",
    "name",
    "product_id",
    "product",
    "sku",
    "quantity",
    "qty",
    "price",
    "subtotal",
    "sub_total",
    "subtotal_tax",
    "sub_total_tax",
    "total",
    "total_tax",
    "tax",
    "refunded",
    "refunded_qty",
    "meta",
    "tax_data",
    "variation_id",
    "_reduced_stock",
];

/// The lines of a field, or why they cannot be read.
pub(super) fn read(text: &str) -> Result<Vec<Item>, String> {
    let text = text.trim();
    let items = match () {
        () if text.starts_with('[') => of_json(text),
        () if text.contains(':') && text.contains('|') => of_keys(text),
        () => of_counts(text),
    };
    match items {
        Some(items) if (1..=ITEMS_MAX).contains(&items.len()) => Ok(items),
        _ => Err(format!("`{}` is no list of lines", super::short(text))),
    }
}

fn put(item: &mut Item, key: &str, value: &str) {
    let into = match key {
        "sku" => &mut item.sku,
        "name" | "product" | "title" => &mut item.name,
        "quantity" | "qty" => &mut item.quantity,
        "price" => &mut item.price,
        "total" | "line_total" => &mut item.total,
        _ => return,
    };
    if into.is_empty() {
        value.trim().clone_into(into);
    }
}

fn of_json(text: &str) -> Option<Vec<Item>> {
    let Value::Array(items) = serde_json::from_str(text).ok()? else { return None };
    let item = |value: &Value| {
        let mut item = Item::default();
        for (key, value) in value.as_object()? {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => continue,
            };
            put(&mut item, key, &value);
        }
        Some(item)
    };
    items.iter().map(item).collect()
}

/// A semicolon or line end is between lines only where a key follows: names have them too.
fn of_keys(text: &str) -> Option<Vec<Item>> {
    let begins =
        |rest: &str| rest.split_once(':').is_some_and(|(key, _)| KEYS.contains(&key.trim()));
    let mut pieces = vec![];
    let mut from = 0;
    for (at, sign) in text.char_indices() {
        if matches!(sign, ';' | '\n') && begins(&text[at + 1..]) {
            pieces.push(&text[from..at]);
            from = at + 1;
        }
    }
    pieces.push(&text[from..]);
    let item = |piece: &&str| {
        let mut item = Item::default();
        for pair in piece.split('|') {
            // What is no pair belongs to the value before it: a name with a stroke.
            if let Some((key, value)) = pair.split_once(':') {
                put(&mut item, key.trim(), value);
            }
        }
        (!item.quantity.is_empty()).then_some(item)
    };
    pieces.iter().filter(|piece| !piece.trim().is_empty()).map(item).collect()
}

/// `2× Mug, 1x Cup` or `Mug x 2; Cup x 1`. A comma within a name is followed by no count.
fn of_counts(text: &str) -> Option<Vec<Item>> {
    let mut items: Vec<Item> = vec![];
    for piece in text.split([',', ';', '\n']) {
        let piece = piece.trim();
        match counted(piece) {
            Some((quantity, name)) => items.push(Item {
                name: name.to_owned(),
                quantity: quantity.to_owned(),
                ..Item::default()
            }),
            None if piece.is_empty() => {}
            None => {
                let last = items.last_mut()?;
                last.name.push_str(", ");
                last.name.push_str(piece);
            }
        }
    }
    Some(items)
}

fn counted(piece: &str) -> Option<(&str, &str)> {
    let is_count = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let times = ['×', 'x', '*'];
    let first = piece.split_once(times).map(|(count, name)| (count.trim(), name));
    if let Some((count, name)) =
        first.filter(|(count, name)| is_count(count) && name.starts_with(' '))
    {
        return Some((count, name.trim()));
    }
    let (name, count) = piece.rsplit_once(times)?;
    (is_count(count.trim()) && name.ends_with(' ')).then_some((count.trim(), name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(String, String, String)> {
        let items = read(text).unwrap_or_else(|why| panic!("{why}"));
        let of = |item: Item| {
            (if item.sku.is_empty() { item.name } else { item.sku }, item.quantity, item.total)
        };
        items.into_iter().map(of).collect()
    }

    fn line(sku: &str, quantity: &str, total: &str) -> (String, String, String) {
        (sku.to_owned(), quantity.to_owned(), total.to_owned())
    }

    #[test]
    fn every_way_to_write_lines_in_a_field() {
        let two = [line("LAMP", "2", "58.00"), line("BULB-7", "4", "12.00")];
        for text in [
            "id:7|name:Lamp; brass|product_id:3|sku:LAMP|quantity:2|total:58.00;id:8|name:Bulb|sk\
            u:BULB-7|quantity:4|total:12.00",
            "name:Lamp|sku:LAMP|quantity:2|total:58.00\nname:Bulb|sku:BULB-7|quantity:4|total:12.\
            00",
            "[{\"sku\":\"LAMP\",\"quantity\":2,\"total\":\"58.00\"},\
             {\"sku\":\"BULB-7\",\"quantity\":4,\"total\":\"12.00\"}]",
        ] {
            assert_eq!(lines(text), two, "{text}");
        }
        assert_eq!(
            lines("2× Lamp, brass, 4x Bulb"),
            [line("Lamp, brass", "2", ""), line("Bulb", "4", "")]
        );
        assert_eq!(lines("Lamp x 2; Bulb × 4"), [line("Lamp", "2", ""), line("Bulb", "4", "")]);
        for none in ["", "Lamp", "name:Lamp|total:58.00", "[1, 2]", "[{"] {
            assert!(read(none).is_err(), "{none}");
        }
    }
}
