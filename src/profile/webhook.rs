//! Owns whether a webhook is the platform's own word: its signature over the raw body.
//! Must not know how it came, nor what it tells.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::extract::{Looked, ProfileReply};
use super::model::{Profile, SignatureAs};
use super::settings::Settings;

/// What a webhook is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// The platform's own word, with the delivery it is, where one says so.
    Genuine {
        /// Which delivery; one that comes twice has the same.
        delivery: Option<String>,
    },
    /// What is sent when one is registered: no webhook yet.
    Ping,
    /// It has no signature.
    Unsigned,
    /// Its signature is another's, or another body's.
    Forged,
}

impl Profile {
    /// What a webhook is, by its headers and its body as they came. None where the profile knows no
    /// webhooks.
    pub fn signed(&self, settings: &Settings, heard: &ProfileReply) -> Option<Signed> {
        let webhooks = self.webhooks.as_ref()?;
        let looked = Looked::at(heard);
        let is_ping = |tests: &[super::outcome::Test]| {
            !tests.is_empty() && tests.iter().all(|test| test.holds(heard, looked.json.as_ref()))
        };
        let Some(signature) = heard.header(&webhooks.header) else {
            let ping = is_ping(&webhooks.ping);
            return Some(if ping { Signed::Ping } else { Signed::Unsigned });
        };
        let read = match webhooks.written {
            SignatureAs::Base64 => STANDARD.decode(signature.trim()).ok(),
            SignatureAs::Hex => of_hex(signature.trim()),
        };
        let secret = webhooks.secret.text(settings.known());
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(&heard.body);
        // Compared in a time that tells nothing of where the two differ.
        if read.is_none_or(|read| mac.verify_slice(&read).is_err()) {
            return Some(Signed::Forged);
        }
        let id = webhooks.id.as_ref().map(|place| place.all(heard, looked.json.as_ref()));
        Some(Signed::Genuine { delivery: id.and_then(|ids| ids.into_iter().next()) })
    }
}

fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect())
}
