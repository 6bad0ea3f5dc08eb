//! Owns Odoo's JSON-RPC over the OMS: products, stock and sale orders as its clients ask for them.
//! Must not know sockets. Start at [`Odoo`]'s `receive`: it says who answers what.
//!
//! The platform tells nobody anything unasked: whoever wants to know what changed asks by
//! `write_date`. Whatever goes wrong goes wrong within an answer of 200.

mod calls;
mod domain;
mod fixed;
mod orders;
mod reading;
mod records;
mod rpc;
mod schema;
mod stock;

#[cfg(test)]
mod tests;

use hyper::{Method, StatusCode};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use self::calls::Call;
use self::rpc::{Fault, Rpc};
use self::stock::Counted;
use super::catalogue::Ids;
use super::source::Source;
use super::values::is_same;
use super::{
    Face, FaceClock, FaceCredentials, FaceReply, FaceRequest, FaceTerms, Hook, KeptOut, Shop, WAIT,
};
use crate::ids::{ChannelId, SkuId};
use crate::units::{At, US_PER_S};
use crate::wire::keys::Keyring;

/// What it says of itself.
const VERSION: &str = "17.0";
/// The name of its database.
const DATABASE: &str = "doorbuster";
/// Who may come in.
const LOGIN: &str = "admin";
/// The number of the user that this is.
const USER: u64 = 2;

/// What answers a call: its result, or what went wrong.
type Answered = Result<Value, Fault>;

/// The face of an Odoo database.
pub struct Odoo {
    terms: FaceTerms,
    password: String,
    /// What a browser's session is known by.
    session: String,
    ids: ModelIds,
    /// Stock that was counted and is not applied yet.
    counted: FxHashMap<SkuId, Counted>,
    source: Source,
}

/// Numbers of records, each model's own.
#[derive(Clone, Copy, Debug)]
struct ModelIds {
    products: Ids,
    /// A template has the number of another product's variant, as is usual.
    templates: Ids,
    quants: Ids,
    orders: Ids,
}

const IDS: ModelIds = ModelIds {
    products: Ids::above(60),
    templates: Ids::above(40),
    quants: Ids::above(200),
    orders: Ids::above(0),
};

/// What callers must show.
pub(super) fn credentials(keys: Keyring, channel: ChannelId) -> FaceCredentials {
    vec![
        ("DATABASE", DATABASE.to_owned()),
        ("LOGIN", LOGIN.to_owned()),
        ("PASSWORD", keys.of_face(channel, "password")),
    ]
}

impl Face for Odoo {
    fn receive(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> FaceReply {
        let reply = match Rpc::of(request) {
            Ok(rpc) => {
                let answered = self.route(now, request, &rpc, shop);
                rpc.told(answered)
            }
            Err(reply) => reply,
        };
        let told = self.source.take();
        FaceReply { told: if reply.meant.is_none() { told } else { vec![] }, ..reply }
    }

    fn next_wake(&self) -> Option<At> {
        None
    }

    fn wake(&mut self, _now: FaceClock, _shop: &mut dyn Shop) -> Vec<Hook> {
        vec![]
    }

    fn kept_out(&self, why: KeptOut) -> FaceReply {
        let fault = match why {
            KeptOut::Floods => Fault::throttled(WAIT.0.div_ceil(US_PER_S)),
            KeptOut::TooLarge(_) | KeptOut::TooSlow => {
                let (status, message) = why.said();
                Fault::http(status, message)
            }
        };
        Rpc::nobodys().told(Err(fault)).to_stranger()
    }

    fn is_quiet(&self) -> bool {
        true
    }
}

impl Odoo {
    /// The face of these terms.
    pub fn new(terms: FaceTerms) -> Odoo {
        let shown = credentials(terms.keys, terms.channel);
        Odoo {
            password: shown[2].1.clone(),
            session: terms.secret("session"),
            ids: IDS,
            counted: FxHashMap::default(),
            source: Source::default(),
            terms,
        }
    }

    /// Who answers what.
    fn route(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        rpc: &Rpc,
        shop: &mut dyn Shop,
    ) -> Result<FaceReply, Fault> {
        if *request.method != Method::POST {
            return Err(Fault::http(StatusCode::METHOD_NOT_ALLOWED, "JSON-RPC is posted".into()));
        }
        let path = request.path.trim_end_matches('/');
        let result = match path {
            "/web/webclient/version_info" => return Ok(rpc.result(&version()).to_stranger()),
            "/web/session/authenticate" => return self.begins(rpc),
            "/jsonrpc" => return self.service(now, rpc, shop),
            "/web/session/get_session_info" => {
                self.has_session(request)?;
                session_info()
            }
            "/web/session/destroy" => Value::Null,
            path if path == "/web/dataset/call_kw" || path.starts_with("/web/dataset/call_kw/") => {
                self.has_session(request)?;
                self.call(now, &Call::of_dataset(&rpc.params)?, shop)?
            }
            path if path.starts_with("/xmlrpc") || path.starts_with("/json/") => {
                return Err(Fault::not_here("any API but JSON-RPC").into_stranger());
            }
            _ => {
                let why = "there is nothing at this address".to_owned();
                return Err(Fault::http(StatusCode::NOT_FOUND, why).into_stranger());
            }
        };
        Ok(rpc.result(&result))
    }

    /// `/jsonrpc`: services that are told who asks with every call.
    fn service(
        &mut self,
        now: FaceClock,
        rpc: &Rpc,
        shop: &mut dyn Shop,
    ) -> Result<FaceReply, Fault> {
        let text = |name: &str| rpc.params.get(name).and_then(Value::as_str).unwrap_or("");
        let args = rpc.params.get("args").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        match (text("service"), text("method")) {
            ("db", "list") => Ok(rpc.result(&json!([DATABASE])).to_stranger()),
            ("common", "version") => Ok(rpc.result(&version()).to_stranger()),
            ("common", "login" | "authenticate") => {
                let shown = [0, 1, 2].map(|place| args.get(place).and_then(Value::as_str));
                let [Some(database), Some(login), Some(password)] = shown else {
                    return Err(Fault::value("login takes a database, a login and a password"));
                };
                is_database(database)?;
                if self.knows(login, password) {
                    return Ok(rpc.result(&json!(USER)));
                }
                Ok(FaceReply { meant: Some(StatusCode::UNAUTHORIZED), ..rpc.result(&json!(false)) }
                    .to_stranger())
            }
            ("object", method @ ("execute" | "execute_kw")) => {
                let [database, user, password, call @ ..] = args else {
                    return Err(Fault::value("a call says a database, a user and a password"));
                };
                is_database(database.as_str().unwrap_or(""))?;
                let is_user = user.as_u64() == Some(USER);
                if !is_user || !is_same(password.as_str().unwrap_or(""), &self.password) {
                    return Err(Fault::denied());
                }
                let call = Call::of_object(method == "execute_kw", call)?;
                Ok(rpc.result(&self.call(now, &call, shop)?))
            }
            ("common" | "object" | "db", _) => {
                Err(Fault::not_here("this method of a service").into_stranger())
            }
            _ => Err(Fault::value("no service has this name").into_stranger()),
        }
    }

    fn knows(&self, login: &str, password: &str) -> bool {
        login == LOGIN && is_same(password, &self.password)
    }

    /// A browser's session begins.
    fn begins(&self, rpc: &Rpc) -> Result<FaceReply, Fault> {
        let text = |name: &str| rpc.params.get(name).and_then(Value::as_str).unwrap_or("");
        is_database(text("db"))?;
        if !self.knows(text("login"), text("password")) {
            return Err(Fault::denied());
        }
        let cookie = format!("session_id={}; HttpOnly; Path=/; SameSite=Lax", self.session);
        Ok(rpc.result(&session_info()).with("set-cookie", &cookie))
    }

    fn has_session(&self, request: &FaceRequest<'_>) -> Result<(), Fault> {
        let cookies = request.headers.get_all(hyper::header::COOKIE).iter();
        let all = cookies.filter_map(|all| all.to_str().ok()).flat_map(|all| all.split(';'));
        let mut shown = all.filter_map(|one| one.trim().strip_prefix("session_id="));
        if shown.any(|shown| is_same(shown, &self.session)) {
            Ok(())
        } else {
            Err(Fault::expired())
        }
    }
}

fn session_info() -> Value {
    json!({
        "uid": USER,
        "is_system": false,
        "is_admin": false,
        "user_context": context(),
        "db": DATABASE,
        "server_version": VERSION,
        "name": "Administrator",
        "username": LOGIN,
        "partner_id": fixed::ADMINISTRATOR,
    })
}

/// What a user's calls are made in.
fn context() -> Value {
    json!({ "lang": "en_US", "tz": "UTC", "uid": USER })
}

fn version() -> Value {
    json!({
        "server_version": VERSION,
        "server_version_info": [17, 0, 0, "final", 0, ""],
        "server_serie": VERSION,
        "protocol_version": 1,
    })
}

fn is_database(name: &str) -> Result<(), Fault> {
    if name == DATABASE { Ok(()) } else { Err(Fault::no_database(name)) }
}
