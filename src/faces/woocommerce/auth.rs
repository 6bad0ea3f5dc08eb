//! Owns who may call `WooCommerce`'s API: OAuth 1.0a in one leg over plain HTTP, Basic over TLS.
//! Must not know what is asked for. The wall's time is an argument: callers sign with theirs.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::hash::{BuildHasher, Hasher};

use hyper::header;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::shapes::Refused;
use crate::faces::FaceRequest;
use crate::faces::values::{Pairs, Signer, encode_onto, encoded, is_same, of, unbase64};

/// How far a caller's clock may be off, in seconds.
const CLOCK_OFF_S: u64 = 15 * 60;
/// How many nonces are known again. The platform keeps those of a quarter of an hour; this many
/// come in no quarter of an hour that a shop sees.
const NONCES_MAX: usize = 1 << 17;

/// What callers must show.
pub(super) struct Door {
    key: String,
    secret: String,
    signer: Signer,
    /// Addresses that callers know it by beside the one that they say.
    public_urls: Vec<String>,
    nonces: Nonces,
}

/// The latest nonces, each by a hash of it and its time.
#[derive(Default)]
struct Nonces {
    known: FxHashSet<u64>,
    oldest_first: VecDeque<u64>,
}

impl Nonces {
    /// Takes one that is new.
    fn take(&mut self, stamp: u64, nonce: &str) -> bool {
        let mut hasher = FxBuildHasher.build_hasher();
        hasher.write_u64(stamp);
        hasher.write(nonce.as_bytes());
        let hash = hasher.finish();
        if !self.known.insert(hash) {
            return false;
        }
        self.oldest_first.push_back(hash);
        if self.oldest_first.len() > NONCES_MAX
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

impl Door {
    pub(super) fn new(key: String, secret: String, public_urls: Vec<String>) -> Door {
        let signer = Signer::of(format!("{secret}&").as_bytes());
        Door { key, secret, signer, public_urls, nonces: Nonces::default() }
    }

    /// Whether a request with this query may come in.
    pub(super) fn admit(
        &mut self,
        request: &FaceRequest<'_>,
        query: &Pairs<'_>,
        wall_s: u64,
    ) -> Result<(), Refused> {
        if query.iter().any(|(name, _)| name == "oauth_consumer_key") {
            return self.signed(request, query, wall_s);
        }
        let shown = basic(request).or_else(|| {
            let shown = |name| of(query, name).map(str::to_owned);
            Some((shown("consumer_key")?, shown("consumer_secret")?))
        });
        match shown {
            // As the platform has it: over plain HTTP these are not even looked at.
            Some((key, secret)) if request.is_secure => {
                if is_same(&key, &self.key) && is_same(&secret, &self.secret) {
                    return Ok(());
                }
                let what = if is_same(&key, &self.key) { "secret" } else { "key" };
                Err(Refused::unknown(&format!("the consumer {what} is not this shop's")))
            }
            Some(_) => Err(Refused::nobody(
                "over plain HTTP sign with OAuth 1.0a in the query; Basic is for HTTPS",
            )),
            None => Err(Refused::nobody("sign the request with OAuth 1.0a in the query")),
        }
    }

    /// OAuth 1.0a (RFC 5849), one leg, everything in the query.
    fn signed(
        &mut self,
        request: &FaceRequest<'_>,
        query: &Pairs<'_>,
        wall_s: u64,
    ) -> Result<(), Refused> {
        let said = |name: &str| {
            let why = || Refused::unknown(&format!("the parameter {name} is missing"));
            of(query, name).ok_or_else(why)
        };
        let (stamp, nonce) = (said("oauth_timestamp")?, said("oauth_nonce")?);
        let (signature, method) = (said("oauth_signature")?, said("oauth_signature_method")?);
        if !is_same(said("oauth_consumer_key")?, &self.key) {
            return Err(Refused::unknown("the consumer key is not this shop's"));
        }
        if method != "HMAC-SHA256" {
            return Err(Refused::unknown("sign with HMAC-SHA256: no other method is taken"));
        }
        let signed = normalised(query);
        let mut message = Vec::with_capacity(3 * signed.len() + request.path.len());
        let is_signed = self.addresses(request).any(|address| {
            message.clear();
            message.extend_from_slice(request.method.as_str().as_bytes());
            message.push(b'&');
            encode_onto(&mut message, &address);
            encode_onto(&mut message, request.path);
            message.push(b'&');
            encode_onto(&mut message, &signed);
            self.signer.has_signed(&message, signature)
        });
        if !is_signed {
            return Err(Refused::unknown("the signature is not that of this request"));
        }
        let stamp: u64 = stamp.parse().unwrap_or(0);
        if stamp.abs_diff(wall_s) > CLOCK_OFF_S {
            return Err(Refused::unknown("the timestamp is more than 15 minutes off"));
        }
        if !self.nonces.take(stamp, nonce) {
            return Err(Refused::unknown("the nonce has been used before"));
        }
        Ok(())
    }

    /// The addresses that a caller may have signed for: the one it says, and those given.
    fn addresses<'a>(&'a self, request: &FaceRequest<'_>) -> impl Iterator<Item = Cow<'a, str>> {
        let scheme = if request.is_secure { "https://" } else { "http://" };
        let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let said = host.map(|host| {
            let mut said = String::with_capacity(scheme.len() + host.len());
            said.extend([scheme, host]);
            said[scheme.len()..].make_ascii_lowercase();
            said
        });
        let given = self.public_urls.iter().map(|url| Cow::Borrowed(url.as_str()));
        said.map(Cow::Owned).into_iter().chain(given)
    }
}

/// Parameters as they are signed: encoded, sorted, each once, without the signature. Clients in use
/// send what they signed once a second time.
fn normalised(query: &Pairs<'_>) -> String {
    let signed = query.iter().filter(|(name, _)| name != "oauth_signature");
    let mut all: Vec<_> = signed.map(|(name, value)| (encoded(name), encoded(value))).collect();
    all.sort_unstable();
    all.dedup();
    let mut joined = String::with_capacity(256);
    for (name, value) in &all {
        if !joined.is_empty() {
            joined.push('&');
        }
        joined.push_str(name);
        joined.push('=');
        joined.push_str(value);
    }
    joined
}

/// Key and secret out of an `Authorization: Basic` header.
fn basic(request: &FaceRequest<'_>) -> Option<(String, String)> {
    let shown = request.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, shown) = shown.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = unbase64(shown)?;
    let (key, secret) = text.split_once(':')?;
    Some((key.to_owned(), secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::values::pairs;

    /// RFC 5849, 3.4.1.3.2: encoded first, then sorted.
    #[test]
    fn parameters_are_normalised_as_they_are_signed() {
        let query = pairs("b5=%3D%253D&a3=a&c%40=&a2=r%20b&a3=2+q&a3=a&c2=");
        let normal = "a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=";
        assert_eq!(normalised(&query), normal);
    }

    #[test]
    fn nonces_are_known_again_and_bounded() {
        let mut nonces = Nonces::default();
        assert!(nonces.take(1, "a") && !nonces.take(1, "a") && nonces.take(2, "a"));
        for number in 0..NONCES_MAX {
            assert!(nonces.take(3, &number.to_string()));
        }
        assert_eq!(nonces.known.len(), NONCES_MAX);
    }
}
