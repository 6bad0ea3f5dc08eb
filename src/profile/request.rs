//! Owns writing one request: its address, query, headers, body, and who calls.
//! Must not know which step it belongs to, nor send anything.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::model::{Auth, Body, Part, Profile, Step};
use super::settings::MASK;
use super::template::{Known, Template, url_encoded};

/// A request, as it is sent or, with its secrets masked, shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRequest {
    /// The method.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
    /// The body, or nothing.
    pub body: Vec<u8>,
}

/// When a call leaves, and a number that is used once.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallTime {
    /// Seconds since 1970.
    pub epoch_s: i64,
    /// A number that nobody has used before.
    pub nonce: u64,
}

/// For whom a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eyes {
    /// The platform.
    Theirs,
    /// Whoever looks on: secrets are masked in what is known, and what is made of them here.
    Ours,
}

/// Where a request goes that is not its step's own address: the next page.
pub(super) type Elsewhere<'a> = Option<&'a str>;

/// What a request is written with.
pub(super) struct Writing<'a> {
    pub(super) profile: &'a Profile,
    pub(super) known: Known<'a>,
    pub(super) time: CallTime,
    pub(super) eyes: Eyes,
}

impl Writing<'_> {
    /// The request of a step.
    pub(super) fn request(&self, step: &Step, elsewhere: Elsewhere<'_>) -> ProfileRequest {
        let address = match elsewhere {
            Some(url) => url.to_owned(),
            None => self.address(step),
        };
        let (mut address, mut query) = (address, Vec::new());
        if elsewhere.is_none() {
            query.extend(self.pairs(&step.query));
        }
        let mut headers: Vec<(String, String)> = Vec::new();
        if !self.profile.headers.is_empty() && !is_whole(step) {
            headers.extend(self.pairs(&self.profile.headers));
        }
        headers.extend(self.pairs(&step.headers));
        let (content_type, body) = self.body(&step.body);
        if let Some(content_type) = step.content_type.clone().or(content_type) {
            headers.push(("Content-Type".to_owned(), content_type));
        }
        if step.is_authed {
            self.authorise(step.method, &address, &mut query, &mut headers);
        }
        if !query.is_empty() {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(&joined(&query));
        }
        ProfileRequest { method: step.method, url: address, headers, body }
    }

    fn address(&self, step: &Step) -> String {
        let target = step.target.text(self.known);
        if is_whole(step) {
            return target;
        }
        let base = self.profile.base.text(self.known);
        format!("{}{target}", base.trim_end_matches('/'))
    }

    /// Pairs whose names all have a value; the others are left out.
    fn pairs(&self, pairs: &[(String, Template)]) -> Vec<(String, String)> {
        let known = pairs.iter().filter(|(_, text)| text.is_known(self.known));
        known.map(|(name, text)| (name.clone(), text.text(self.known))).collect()
    }

    fn body(&self, body: &Body) -> (Option<String>, Vec<u8>) {
        match body {
            Body::None => (None, vec![]),
            Body::Text(text, kind) => {
                (Some((*kind).to_owned()), text.text(self.known).into_bytes())
            }
            Body::Form(pairs) => {
                let form = joined(&self.pairs(pairs)).into_bytes();
                (Some("application/x-www-form-urlencoded".to_owned()), form)
            }
            Body::Multipart(parts) => self.multipart(parts),
        }
    }

    fn multipart(&self, parts: &[Part]) -> (Option<String>, Vec<u8>) {
        let texts: Vec<String> = parts.iter().map(|part| part.text.text(self.known)).collect();
        let mut boundary = "doorbuster-part".to_owned();
        while texts.iter().any(|text| text.contains(&boundary)) {
            boundary.push('-');
        }
        let mut body = String::new();
        for (part, text) in parts.iter().zip(texts) {
            let file = part.file.as_ref().map(|name| format!("; filename=\"{}\"", quoted(name)));
            let kind = part.content_type.as_deref().or(file.as_ref().map(|_| "text/csv"));
            let kind = kind.map(|kind| format!("Content-Type: {kind}\r\n")).unwrap_or_default();
            body.push_str(&format!(
                "--{boundary}\r\nContent-Disposition: form-data; \
                 name=\"{}\"{}\r\n{kind}\r\n{text}\r\n",
                quoted(&part.name),
                file.unwrap_or_default()
            ));
        }
        body.push_str(&format!("--{boundary}--\r\n"));
        (Some(format!("multipart/form-data; boundary={boundary}")), body.into_bytes())
    }

    fn authorise(
        &self,
        method: &str,
        address: &str,
        query: &mut Vec<(String, String)>,
        headers: &mut Vec<(String, String)>,
    ) {
        let is_secure = address.starts_with("https:");
        match &self.profile.auth {
            Auth::None => {}
            Auth::Headers(pairs) => headers.extend(self.pairs(pairs)),
            Auth::Token(token) => headers.extend(self.pairs(&token.headers)),
            Auth::Basic { user, password } => headers.push(self.basic(user, password)),
            Auth::OAuth1 { key, secret, basic_over_tls: true } if is_secure => {
                headers.push(self.basic(key, secret));
            }
            Auth::OAuth1 { key, secret, .. } => {
                let CallTime { epoch_s, nonce } = self.time;
                for (name, value) in [
                    ("oauth_consumer_key", key.text(self.known)),
                    ("oauth_nonce", format!("{nonce:016x}")),
                    ("oauth_signature_method", "HMAC-SHA256".to_owned()),
                    ("oauth_timestamp", epoch_s.to_string()),
                    ("oauth_version", "1.0".to_owned()),
                ] {
                    query.push((name.to_owned(), value));
                }
                let signature = match self.eyes {
                    Eyes::Ours => MASK.to_owned(),
                    Eyes::Theirs => {
                        oauth1_signature(method, address, query, &secret.text(self.known))
                    }
                };
                query.push(("oauth_signature".to_owned(), signature));
            }
        }
    }

    fn basic(&self, user: &Template, password: &Template) -> (String, String) {
        let shown = match self.eyes {
            Eyes::Ours => MASK.to_owned(),
            Eyes::Theirs => {
                let both = format!("{}:{}", user.text(self.known), password.text(self.known));
                STANDARD.encode(both)
            }
        };
        ("Authorization".to_owned(), format!("Basic {shown}"))
    }
}

/// Whether the step's target is a whole address that a reply has given.
fn is_whole(step: &Step) -> bool {
    step.target.begins_with_a_name()
}

fn quoted(name: &str) -> String {
    name.replace('\\', "\\\\").replace('"', "\\\"").replace(['\r', '\n'], " ")
}

fn joined(pairs: &[(String, String)]) -> String {
    let pair =
        |(name, value): &(String, String)| format!("{}={}", url_encoded(name), url_encoded(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// RFC 5849, section 3.4, with HMAC-SHA256 and without a token: parameters of the query, in order.
fn oauth1_signature(
    method: &str,
    address: &str,
    query: &[(String, String)],
    secret: &str,
) -> String {
    let (address, written) = address.split_once('?').unwrap_or((address, ""));
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let written = written.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    });
    let all = written.chain(query.iter().cloned());
    let mut all: Vec<(String, String)> =
        all.map(|(name, value)| (url_encoded(&name), url_encoded(&value))).collect();
    all.sort();
    let parameters: Vec<String> =
        all.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let base = [method.to_owned(), url_encoded(address), url_encoded(&parameters.join("&"))];
    let key = format!("{}&", url_encoded(secret));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length is a key");
    mac.update(base.join("&").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
