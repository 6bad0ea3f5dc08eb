//! Owns credentials: a bearer token for each system, a signing key for each webhook sink.
//! Must not know where they are checked. Neither shows itself in debug output.

use std::{fmt, io};

use hmac::{Hmac, KeyInit, Mac};
use hyper::header::HeaderValue;
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

use crate::commerce::protocol::Role;
use crate::ids::{ChannelId, ConnectorId};

/// The longest token or key that is taken.
pub const CREDENTIAL_BYTES_MAX: usize = 512;

/// The shortest secret that credentials are made from.
pub const SECRET_BYTES_MIN: usize = 16;

/// What stands before the digits of a signature.
const SCHEME: &[u8] = b"sha256=";

/// A credential that cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Empty, too long, or with characters that no header carries.
    #[error(
        "a token or signing key must be 1 to {CREDENTIAL_BYTES_MAX} visible ASCII characters; \
         is the environment variable set?"
    )]
    Unusable,
    /// A secret that could be guessed.
    #[error("a secret must have at least {SECRET_BYTES_MIN} characters: `openssl rand -hex 16`")]
    TooShort,
}

/// A bearer token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    text: String,
    header: HeaderValue,
}

impl Token {
    /// A token that was given.
    pub fn given(text: &str) -> Result<Token, KeyError> {
        usable(text)?;
        let mut header =
            HeaderValue::from_str(&format!("Bearer {text}")).map_err(|_| KeyError::Unusable)?;
        header.set_sensitive(true);
        Ok(Token { text: text.to_owned(), header })
    }

    /// The token itself, for the env file that a system under test reads.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The `Authorization` header that carries it.
    pub fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Whether an `Authorization` header carries this token; takes as long for a near miss as for
    /// a far one.
    pub fn is_in(&self, header: &[u8]) -> bool {
        const SCHEME: &[u8] = b"bearer ";
        header.len() > SCHEME.len()
            && header[..SCHEME.len()].eq_ignore_ascii_case(SCHEME)
            && is_same(&header[SCHEME.len()..], self.text.as_bytes())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Compares every byte whatever the first ones are; only the length shows.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let differing = a.iter().zip(b).fold(0_u8, |seen, (x, y)| seen | (x ^ y));
    a.len() == b.len() && std::hint::black_box(differing) == 0
}

/// The key that signs a sink's webhooks: HMAC-SHA256 over the raw body.
#[derive(Clone)]
pub struct SigningKey {
    text: String,
    // Keyed once: cloning the state saves two of the four compressions of a short message.
    keyed: Hmac<Sha256>,
}

impl SigningKey {
    /// A key that was given.
    pub fn given(text: &str) -> Result<SigningKey, KeyError> {
        usable(text)?;
        let keyed = hmac_of(text.as_bytes());
        Ok(SigningKey { text: text.to_owned(), keyed })
    }

    /// The key itself, for the env file that a system under test reads.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The signature of a body: `sha256=` and 64 lower-case hexadecimal digits.
    #[expect(clippy::missing_panics_doc, reason = "hexadecimal digits are visible ASCII")]
    pub fn sign(&self, body: &[u8]) -> HeaderValue {
        let mut text = SCHEME.to_vec();
        text.extend(hex(&self.mac(body).finalize().into_bytes()));
        HeaderValue::from_bytes(&text).expect("hexadecimal digits are visible ASCII")
    }

    /// Whether `signature` is this key's for `body`; takes as long for a near miss as for a far
    /// one.
    pub fn is_signed(&self, signature: &[u8], body: &[u8]) -> bool {
        signature
            .strip_prefix(SCHEME)
            .and_then(unhex)
            .is_some_and(|tag| self.mac(body).verify_slice(&tag).is_ok())
    }

    /// A signature that is wrong for a body, and that whoever has the key knows for one of this
    /// run's all the same.
    #[expect(clippy::missing_panics_doc, reason = "hexadecimal digits are visible ASCII")]
    pub fn sign_spoiled(&self, body: &[u8]) -> HeaderValue {
        let mut text = SCHEME.to_vec();
        text.extend(hex(&self.spoiled(body).finalize().into_bytes()));
        HeaderValue::from_bytes(&text).expect("hexadecimal digits are visible ASCII")
    }

    /// Whether a wrong signature is [`SigningKey::sign_spoiled`]'s.
    pub fn is_spoiled(&self, signature: &[u8], body: &[u8]) -> bool {
        signature
            .strip_prefix(SCHEME)
            .and_then(unhex)
            .is_some_and(|tag| self.spoiled(body).verify_slice(&tag).is_ok())
    }

    /// That of a body which is one byte longer.
    fn spoiled(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.mac(body);
        mac.update(&[0]);
        mac
    }

    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.keyed.clone();
        mac.update(body);
        mac
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// The credentials of a run against mocks, all from one secret. It is drawn anew for every run, so
/// that a call with the right token is a call of this run; a secret of your own keeps an external
/// connector's settings as they are from one `serve` to the next.
#[derive(Clone, Copy)]
pub struct Keyring {
    secret: [u8; 32],
}

impl Keyring {
    /// Credentials that nobody can know.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn random() -> io::Result<Keyring> {
        let mut secret = [0; 32];
        SysRng.try_fill_bytes(&mut secret).map_err(io::Error::other)?;
        Ok(Keyring { secret })
    }

    /// The credentials that a secret stands for.
    ///
    /// # Errors
    /// When it is too short to be one.
    pub fn of(secret: &str) -> Result<Keyring, KeyError> {
        if secret.len() < SECRET_BYTES_MIN {
            return Err(KeyError::TooShort);
        }
        Ok(Keyring { secret: Sha256::digest(secret.as_bytes()).into() })
    }

    /// What callers of this system must show.
    #[expect(clippy::missing_panics_doc, reason = "hexadecimal digits are usable")]
    pub fn token(self, role: Role) -> Token {
        let text = match role {
            Role::Channel(channel) => self.derive("channel", channel.0),
            Role::Oms => self.derive("oms", 0),
            Role::Connector(connector) => self.derive("connector", connector.0),
        };
        Token::given(&text).expect("hexadecimal digits are usable")
    }

    /// What a connector that is somebody else's program must show to a system: by it is told apart
    /// from shoppers and the merchant.
    #[expect(clippy::missing_panics_doc, reason = "hexadecimal digits are usable")]
    pub fn outside(self, role: Role) -> Token {
        let text = match role {
            Role::Channel(channel) => self.derive("outside channel", channel.0),
            Role::Oms => self.derive("outside oms", 0),
            Role::Connector(connector) => self.derive("outside connector", connector.0),
        };
        Token::given(&text).expect("hexadecimal digits are usable")
    }

    /// What whoever commands the run must show.
    #[expect(clippy::missing_panics_doc, reason = "hexadecimal digits are usable")]
    pub fn control(self) -> Token {
        Token::given(&self.derive("control", 0)).expect("hexadecimal digits are usable")
    }

    /// What signs the webhooks to this connector.
    #[expect(clippy::missing_panics_doc, reason = "hexadecimal digits are usable")]
    pub fn signing(self, connector: ConnectorId) -> SigningKey {
        SigningKey::given(&self.derive("webhooks", connector.0))
            .expect("hexadecimal digits are usable")
    }

    /// 32 hexadecimal digits of a channel's face, the same for the same purpose.
    pub fn of_face(self, channel: ChannelId, purpose: &str) -> String {
        self.derive(&format!("face {purpose}"), channel.0)
    }

    fn derive(self, purpose: &str, index: u16) -> String {
        let mut mac = hmac_of(b"doorbuster credentials");
        mac.update(&self.secret);
        mac.update(purpose.as_bytes());
        mac.update(&index.to_le_bytes());
        // 128 bits are plenty and fit on a line of an env file.
        hex(&mac.finalize().into_bytes()[..16]).map(char::from).collect()
    }
}

fn usable(text: &str) -> Result<(), KeyError> {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    let fits = !text.is_empty() && text.len() <= CREDENTIAL_BYTES_MAX;
    (visible && fits).then_some(()).ok_or(KeyError::Unusable)
}

fn hmac_of(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn hex(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
    bytes.iter().flat_map(move |byte| [digit(byte >> 4), digit(byte & 15)])
}

fn unhex(text: &[u8]) -> Option<[u8; 32]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|value| value as u8);
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test case 2 of RFC 4231: key "Jefe".
    fn ring(which: u32) -> Keyring {
        Keyring::of(&format!("a secret of test {which}")).unwrap()
    }

    /// They were once computed from the seed of the scenario, which stands in every report.
    #[test]
    fn nobody_can_know_the_credentials_of_a_run() {
        let token = || Keyring::random().unwrap().token(Role::Oms).reveal().to_owned();
        assert_ne!(token(), token());
        assert_eq!(Keyring::of("guess me").err(), Some(KeyError::TooShort));
        assert_eq!(format!("{:?}", ring(1)), "Keyring(…)");
    }

    #[test]
    fn signatures_are_the_published_ones() {
        let key = SigningKey::given("Jefe").unwrap();
        let body = b"what do ya want for nothing?";
        let signed = key.sign(body);
        assert_eq!(
            signed.to_str().unwrap(),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(key.is_signed(signed.as_bytes(), body));
    }

    #[test]
    fn a_signature_holds_for_its_key_and_body_only() {
        let key = ring(7).signing(ConnectorId(0));
        let other = ring(7).signing(ConnectorId(1));
        let signed = key.sign(b"body");
        assert!(!key.is_signed(signed.as_bytes(), b"Body"));
        assert!(!other.is_signed(signed.as_bytes(), b"body"));
        let digits = signed.to_str().unwrap();
        for wrong in [&digits[7..], &digits[..70], "", "sha256=", &digits.replace('6', "g")] {
            assert!(!key.is_signed(wrong.as_bytes(), b"body"), "{wrong}");
        }
    }

    #[test]
    fn a_spoiled_signature_is_wrong_and_is_known_by_its_key() {
        let (key, other) = (ring(7).signing(ConnectorId(0)), ring(7).signing(ConnectorId(1)));
        let spoiled = key.sign_spoiled(b"body");
        assert!(!key.is_signed(spoiled.as_bytes(), b"body"));
        assert!(key.is_spoiled(spoiled.as_bytes(), b"body"));
        assert!(!other.is_spoiled(spoiled.as_bytes(), b"body"));
        assert!(!key.is_spoiled(key.sign(b"body").as_bytes(), b"body"));
    }

    #[test]
    fn a_token_is_recognised_whole_or_not_at_all() {
        let token = ring(7).token(Role::Channel(ChannelId(0)));
        let other = ring(7).token(Role::Channel(ChannelId(1)));
        assert!(token.is_in(token.header().as_bytes()));
        assert!(token.is_in(format!("bearer {}", token.reveal()).as_bytes()));
        assert!(!token.is_in(other.header().as_bytes()));
        let text = token.reveal();
        for wrong in ["", "Bearer", "Bearer ", text, &format!("Basic {text}")] {
            assert!(!token.is_in(wrong.as_bytes()), "{wrong}");
        }
        assert!(!token.is_in(format!("Bearer {}", &text[1..]).as_bytes()));
        assert!(!token.is_in(format!("Bearer {text}x").as_bytes()));
    }

    #[test]
    fn credentials_differ_by_secret_role_and_purpose_and_stay_out_of_sight() {
        let of = |seed, role| ring(seed).token(role).reveal().to_owned();
        let connector = Role::Connector(ConnectorId(0));
        let mut all = vec![
            of(1, Role::Oms),
            of(2, Role::Oms),
            of(1, connector),
            of(1, Role::Channel(ChannelId(0))),
        ];
        all.push(ring(1).signing(ConnectorId(0)).reveal().to_owned());
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 5);
        let shown = format!("{:?}", ring(1).token(Role::Oms));
        assert_eq!(shown, "Token(…)");
    }

    #[test]
    fn unusable_credentials_are_refused() {
        for text in ["", "two words", "ümlaut", "line\nbreak", &"x".repeat(513)] {
            assert_eq!(Token::given(text).err(), Some(KeyError::Unusable), "{text}");
            assert!(SigningKey::given(text).is_err());
        }
        assert_eq!(Token::given("s3cret").unwrap().reveal(), "s3cret");
    }
}
