//! Owns what the parts of a workbook say beside its cells: the currencies of its formats, and rows
//! that are hidden. Must not know what a cell holds.
//!
//! Formats as ECMA-376, 18.8.30 and 18.8.31, writes them: `[$€-407]` or a sign in quotes.

use std::io::{self, Read};

use crate::records::currency;

/// The most of the styles that is looked at.
const STYLES_BYTES_MAX: u64 = 8 << 20;

/// The longest tag of a row that is looked at.
const TAG_BYTES_MAX: usize = 1 << 12;

/// The currencies of the formats that cells of a workbook have.
pub(super) fn currencies(styles: &mut impl Read) -> io::Result<Vec<String>> {
    let mut text = vec![];
    styles.take(STYLES_BYTES_MAX).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let (formats, cells) =
        (between(&text, "<numFmts", "</numFmts>"), between(&text, "<cellXfs", "</cellXfs>"));
    let used: Vec<&str> = tags(cells, "<xf").filter_map(|tag| attribute(tag, "numFmtId")).collect();
    let mut found: Vec<String> = vec![];
    for tag in tags(formats, "<numFmt") {
        let id = attribute(tag, "numFmtId").unwrap_or_default();
        let code = attribute(tag, "formatCode").filter(|_| used.contains(&id));
        let sign = code.and_then(|code| sign(&unescaped(code)));
        if let Some(sign) = sign.filter(|sign| !found.contains(sign)) {
            found.push(sign);
        }
    }
    Ok(found)
}

fn between<'t>(text: &'t str, opens: &str, closes: &str) -> &'t str {
    let rest = text.split_once(opens).map_or("", |(_, rest)| rest);
    rest.split_once(closes).map_or("", |(inside, _)| inside)
}

/// Tags of one name, each up to its end.
fn tags<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    let of_the_name = |rest: &&str| rest.starts_with(|c: char| c.is_whitespace());
    let whole = text.split(name).skip(1).filter(of_the_name);
    whole.map(|rest| rest.split_once('>').map_or(rest, |(tag, _)| tag))
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0)
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The currency that a format of numbers shows.
fn sign(format: &str) -> Option<String> {
    let positive = format.split(';').next().unwrap_or_default();
    if !positive.contains(['0', '#']) {
        return None;
    }
    let known = |sign: &str| Some(sign.trim().to_owned()).filter(|sign| currency::is_known(sign));
    let in_brackets = positive.split("[$").skip(1).find_map(|rest| {
        let inside = rest.split_once(']')?.0;
        known(inside.split_once('-').map_or(inside, |(sign, _)| sign))
    });
    in_brackets.or_else(|| positive.split('"').skip(1).step_by(2).find_map(known)).or_else(|| {
        ["€", "£", "¥", "$"].into_iter().find(|s| bare(positive).contains(s)).and_then(known)
    })
}

/// A format without what stands in brackets.
fn bare(format: &str) -> String {
    let parts = format.split('[').enumerate();
    let outside = |(n, part): (usize, &str)| {
        let part = if n == 0 { part } else { part.split_once(']').map_or("", |(_, rest)| rest) };
        part.to_owned()
    };
    parts.map(outside).collect()
}

/// How many rows of a sheet are hidden.
pub(super) fn hidden_rows(sheet: &mut impl Read) -> io::Result<u64> {
    let (mut hidden, mut tag, mut inside) = (0, Vec::new(), false);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = sheet.read(&mut buffer)?;
        if read == 0 {
            return Ok(hidden);
        }
        for byte in &buffer[..read] {
            match byte {
                b'<' => {
                    tag.clear();
                    inside = true;
                }
                b'>' => {
                    hidden += u64::from(inside && is_hidden_row(&tag));
                    inside = false;
                }
                _ if inside && tag.len() < TAG_BYTES_MAX => tag.push(*byte),
                _ => {}
            }
        }
    }
}

fn is_hidden_row(tag: &[u8]) -> bool {
    let tag = String::from_utf8_lossy(tag);
    tag.strip_prefix("row ").is_some()
        && attribute(&tag, "hidden").is_some_and(|hidden| matches!(hidden, "1" | "true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_shows_its_currency_and_percent_none() {
        for (format, shown) in [
            ("[$€-407]#,##0.00", Some("€")),
            ("#,##0.00\\ [$€-40C]", Some("€")),
            ("\"$\"#,##0.00;(\"$\"#,##0.00)", Some("$")),
            ("$#,##0", Some("$")),
            ("#,##0.00\" kr\"", Some("kr")),
            ("[$USD] #,##0.00", Some("USD")),
            ("0.00%", None),
            ("[$-409]d/m/yy h:mm AM/PM", None),
            ("0\" pcs\"", None),
            ("[Red]0.00", None),
        ] {
            assert_eq!(sign(format).as_deref(), shown, "{format}");
        }
    }

    #[test]
    fn formats_count_that_cells_have() {
        let styles = "<styleSheet><numFmts count=\"2\">\
            <numFmt numFmtId=\"164\" formatCode=\"&quot;$&quot;#,##0.00\"/>\
            <numFmt numFmtId=\"165\" formatCode=\"[$€-407]0.00\"/></numFmts>\
            <cellStyleXfs><xf numFmtId=\"165\"/></cellStyleXfs>\
            <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\" fontId=\"0\"/></cellXfs>";
        assert_eq!(currencies(&mut styles.as_bytes()).unwrap(), ["$"]);
    }

    #[test]
    fn hidden_rows_are_counted() {
        let sheet = "<sheetData><row r=\"1\"><c r=\"A1\"/></row><row r=\"2\" hidden=\"1\"/>\
            <row r=\"3\" hidden=\"0\"/><row r=\"4\" hidden=\"true\"></row></sheetData>";
        assert_eq!(hidden_rows(&mut sheet.as_bytes()).unwrap(), 2);
    }
}
