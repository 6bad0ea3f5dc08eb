//! Owns what a page's controls show, the script that answers them, and the hash by which the page's
//! policy allows that script and no other. Must not know what charts show.

use sha2::{Digest, Sha256};

/// Ways about a page, and what its charts and tables show of it.
pub(in crate::report) struct Controls {
    /// Where one can jump: the id of a heading, and a word for it.
    pub places: Vec<(&'static str, &'static str)>,
    /// What charts can be zoomed to, the whole first.
    pub stretches: Vec<Stretch>,
    /// What can be dimmed.
    pub channels: Vec<String>,
}

/// A part of the campaign.
pub(in crate::report) struct Stretch {
    pub name: String,
    pub from_us: u64,
    pub until_us: u64,
}

/// Hover, zoom and the channel filter.
pub(super) const SCRIPT: &str = include_str!("../../../templates/report.js");

/// The script's source as a Content-Security-Policy names it.
pub(in crate::report) fn hash(script: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(script.as_bytes())))
}

/// RFC 4648, section 4, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let six = (bits >> (18 - 6 * place)) & 0x3f;
            text.push(if place <= three.len() { LETTERS[six as usize] as char } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_its_rfc() {
        let vectors =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("fooba", "Zm9vYmE=")];
        for (bytes, text) in vectors {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_hash_is_what_a_browser_computes() {
        // The example of the specification: https://www.w3.org/TR/CSP3/#csp-header
        let script = "alert('Hello, world.');";
        let hash = "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=";
        assert_eq!(super::hash(script), hash);
    }
}
