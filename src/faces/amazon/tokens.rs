//! Owns who may call: tokens that are given for a refresh token, and how long each holds.
//! Must not know what is asked with them.

use std::collections::VecDeque;

use hyper::{HeaderMap, Method, StatusCode};
use serde_json::json;

use super::shapes::Refused;
use super::{Amazon, Answered};
use crate::faces::values::{is_same, of, pairs};
use crate::faces::{FaceClock, FaceCredentials, FaceReply, FaceRequest};
use crate::units::{At, Span};

/// How long a token holds.
const HOLDS: Span = Span::from_secs(3_600);
/// So many are kept: the oldest goes first.
const TOKENS_MAX: usize = 1_000;

/// What was given, and for what.
pub(super) struct Tokens {
    client: String,
    secret: String,
    refresh: String,
    given: VecDeque<(String, At)>,
    count: u64,
}

impl Tokens {
    pub(super) fn new(shown: &FaceCredentials) -> Tokens {
        let [client, secret, refresh] = [0, 1, 2].map(|place: usize| shown[place].1.clone());
        Tokens { client, secret, refresh, given: VecDeque::new(), count: 0 }
    }

    /// Whether a request shows a token that holds.
    pub(super) fn admit(&self, now: At, headers: &HeaderMap) -> Result<(), Refused> {
        let Some(shown) = headers.get("x-amz-access-token").and_then(|token| token.to_str().ok())
        else {
            return Err(Refused::stranger("Access token is missing in the request header."));
        };
        let known = self.given.iter().rev().find(|(token, _)| is_same(token, shown));
        match known {
            Some((_, until)) if now < *until => Ok(()),
            Some(_) => Err(Refused::stranger("The access token you provided has expired.")),
            None => Err(Refused::stranger("The access token you provided is not known here.")),
        }
    }
}

impl Amazon {
    /// A token for a refresh token.
    pub(super) fn token(&mut self, now: FaceClock, request: &FaceRequest<'_>) -> Answered {
        let bad = |error, why| Err(Refused::grant(StatusCode::BAD_REQUEST, error, why));
        if *request.method != Method::POST {
            return bad("invalid_request", "tokens are asked for by POST");
        }
        let body = String::from_utf8_lossy(request.body);
        let form = pairs(&body);
        let tokens = &mut self.tokens;
        let shows = |name, wanted: &str| of(&form, name).is_some_and(|said| is_same(said, wanted));
        if !shows("client_id", &tokens.client) || !shows("client_secret", &tokens.secret) {
            let why = "Client authentication failed";
            return Err(Refused::grant(StatusCode::UNAUTHORIZED, "invalid_client", why));
        }
        match of(&form, "grant_type") {
            Some("refresh_token") if shows("refresh_token", &tokens.refresh) => {}
            Some("refresh_token") => {
                let why = "The request has an invalid grant parameter : refresh_token";
                return bad("invalid_grant", why);
            }
            Some("client_credentials" | "authorization_code") => {
                let why = "doorbuster's Amazon gives tokens for refresh tokens alone";
                return bad("unsupported_grant_type", why);
            }
            _ => return bad("invalid_request", "grant_type is missing, or not known"),
        }
        tokens.count += 1;
        let token = format!("Atza|{}", self.terms.secret(&format!("token {}", tokens.count)));
        if tokens.given.len() >= TOKENS_MAX {
            tokens.given.pop_front();
        }
        tokens.given.push_back((token.clone(), now.at + HOLDS));
        let told = json!({
            "access_token": token,
            "refresh_token": tokens.refresh,
            "token_type": "bearer",
            "expires_in": HOLDS.0 / 1_000_000,
        });
        Ok(FaceReply::json(StatusCode::OK, &told))
    }
}
