//! Owns Mirakl's seller API over one marketplace: offers, stock and prices are imported, orders are
//! read page by page. Must not know sockets. Start at [`Mirakl`]'s `receive`: it says who answers
//! what.

mod files;
mod imports;
mod limits;
mod lines;
mod offers;
mod orders;
mod shapes;

#[cfg(test)]
mod tests;

use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use self::imports::{Imports, Sent};
use self::limits::{Limits, Operation};
use self::lines::Kind;
use self::shapes::Refused;
use super::catalogue::Ids;
use super::moment::Dated;
use super::values::{Pairs, is_same, of, pairs};
use super::{
    Face, FaceClock, FaceCredentials, FaceReply, FaceRequest, FaceTerms, Hook, KeptOut, Shop, WAIT,
};
use crate::commerce::inside::InsideReply;
use crate::ids::ChannelId;
use crate::units::{At, Money};
use crate::wire::keys::Keyring;

/// Entries of a page unless said, and the most.
const EACH_DEFAULT: u32 = 10;
const EACH_MAX: u32 = 100;
/// Shops of the platform are numbered from here.
const SHOPS_ABOVE: u64 = 2_001;
/// What the real API has at its root, and this face has not, or not all of.
const NOT_HERE: [&str; 30] = [
    "account",
    "additional_fields",
    "channels",
    "currency",
    "documents",
    "fulfillment",
    "hierarchies",
    "inbox",
    "incidents",
    "invoices",
    "locales",
    "messages",
    "mms",
    "multiple_shipments",
    "offers",
    "orders",
    "picklists",
    "platform",
    "products",
    "promotions",
    "reasons",
    "returns",
    "sellerpayment",
    "shipments",
    "shipping",
    "shops",
    "users",
    "v2",
    "values_lists",
    "version",
];

/// What answers a request: its answer, or its refusal.
type Answered = Result<FaceReply, Refused>;

/// The face of a shop on a Mirakl marketplace.
pub struct Mirakl {
    terms: FaceTerms,
    key: String,
    limits: Limits,
    imports: Imports,
    offers: Ids,
}

/// What callers must show.
pub(super) fn credentials(keys: Keyring, channel: ChannelId) -> FaceCredentials {
    let id = keys.of_face(channel, "api key");
    let parts = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]];
    vec![("API_KEY", parts.join("-")), ("SHOP_ID", shop_id(channel).to_string())]
}

fn shop_id(channel: ChannelId) -> u64 {
    SHOPS_ABOVE + u64::from(channel.0)
}

impl Face for Mirakl {
    // Sellers are sent nothing: orders are read here.
    fn receive(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> FaceReply {
        self.route(now, request, shop).unwrap_or_else(Refused::told)
    }

    fn next_wake(&self) -> Option<At> {
        self.imports.next_wake()
    }

    fn wake(&mut self, now: FaceClock, shop: &mut dyn Shop) -> Vec<Hook> {
        self.work_on_imports(now, shop);
        vec![]
    }

    fn kept_out(&self, why: KeptOut) -> FaceReply {
        let refused = match why {
            KeptOut::Floods => Refused::throttled(Some(WAIT)),
            KeptOut::TooLarge(_) | KeptOut::TooSlow => {
                let (status, message) = why.said();
                Refused::new(status, message)
            }
        };
        refused.told().to_stranger()
    }

    fn is_quiet(&self) -> bool {
        self.imports.next_wake().is_none()
    }
}

impl Mirakl {
    /// The face of these terms.
    pub fn new(terms: FaceTerms) -> Mirakl {
        let shown = credentials(terms.keys, terms.channel);
        Mirakl {
            key: shown[0].1.clone(),
            limits: Limits::default(),
            imports: Imports::new(terms.feeds_take),
            offers: Ids::above(shop_id(terms.channel) * 1_000_000),
            terms,
        }
    }

    fn shop_id(&self) -> u64 {
        shop_id(self.terms.channel)
    }

    /// An amount as JSON has it here: a number.
    fn number(&self, amount: Money) -> Value {
        self.terms.price(amount).parse::<f64>().map_or(Value::Null, Value::from)
    }

    /// Who answers what.
    fn route(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let shown = request.headers.get(AUTHORIZATION).and_then(|key| key.to_str().ok());
        if !shown.is_some_and(|shown| is_same(shown, &self.key)) {
            return Err(Refused::stranger());
        }
        let path = request.path.strip_prefix("/api/").unwrap_or("").trim_end_matches('/');
        let path: Vec<&str> = path.split('/').collect();
        let operation = operation(request.method, &path)?;
        let asked = pairs(request.query);
        if let Some(id) = of(&asked, "shop_id").filter(|id| id.parse() != Ok(self.shop_id())) {
            let why = format!("shop_id: {:?} is none of this user's shops", told(id));
            return Err(Refused::new(StatusCode::FORBIDDEN, why));
        }
        // A list is read once a minute; its further pages are read with it.
        let goes_on = of(&asked, "offset").is_some_and(|offset| offset != "0");
        if !(operation == Operation::Or11 && goes_on) {
            self.limits.ask(now.at, operation)?;
        }
        match (operation, path.as_slice()) {
            (Operation::A01, _) => Ok(self.account()),
            (Operation::Of21, _) => self.list_offers(&asked, shop),
            (Operation::Of22, [.., id]) => self.get_offer(id, shop),
            (Operation::Of24, _) => self.send_offers(now, request.body),
            (Operation::Of02, [.., id]) => self.import_status(now, Kind::Offers, id),
            (Operation::Of03, [.., id, _]) => self.import_report(Kind::Offers, id),
            (Operation::Sto01, _) => self.send_file(now, Kind::Stock, request),
            (Operation::Sto02, [.., id, _]) => self.import_status(now, Kind::Stock, id),
            (Operation::Sto03, [.., id, _]) => self.import_report(Kind::Stock, id),
            (Operation::Pri01, _) => self.send_file(now, Kind::Prices, request),
            (Operation::Pri02, _) => self.price_imports(now, &asked),
            (Operation::Pri03, [.., id, _]) => self.import_report(Kind::Prices, id),
            (Operation::Or11, _) => self.list_orders(now, &asked, shop),
            (Operation::Or21, [.., id, _]) => self.accept(id, request.body, shop),
            (Operation::Or24, [.., id, _]) => self.ship(id, shop),
            (Operation::Or29, [.., id, _]) => self.cancel(id, shop),
            _ => Err(Refused::not_found("Resource")),
        }
    }

    /// STO01 and PRI01.
    fn send_file(&mut self, now: FaceClock, kind: Kind, request: &FaceRequest<'_>) -> Answered {
        let content = request.headers.get(CONTENT_TYPE).and_then(|content| content.to_str().ok());
        let file = files::file_in(content.unwrap_or_default(), request.body);
        let file = file.map_err(Refused::input)?;
        self.import(now, kind, Sent::File(bytes::Bytes::copy_from_slice(file)))
    }

    /// A01, as far as connectors look at it.
    fn account(&self) -> FaceReply {
        let told = json!({
            "shop_id": self.shop_id(), "shop_name": self.terms.name, "shop_state": "OPEN",
            "currency_iso_code": self.terms.currency, "channels": [], "domains": ["PRODUCT"],
            "is_professional": true, "offers_count": self.terms.catalogue.len(),
        });
        FaceReply::json(StatusCode::OK, &told)
    }
}

/// What a request asks for, or by which name it is not here.
fn operation(method: &Method, path: &[&str]) -> Result<Operation, Refused> {
    use Operation as Op;
    Ok(match (method.as_str(), path) {
        ("GET", ["account"]) => Op::A01,
        ("GET", ["offers"]) => Op::Of21,
        ("POST", ["offers"]) => Op::Of24,
        ("GET", ["offers", id]) if id.bytes().all(|byte| byte.is_ascii_digit()) => Op::Of22,
        ("GET", ["offers", "imports", _]) => Op::Of02,
        ("GET", ["offers", "imports", _, "error_report"]) => Op::Of03,
        ("POST", ["offers", "stock", "imports"]) => Op::Sto01,
        ("GET", ["offers", "stock", "imports", _, "status"]) => Op::Sto02,
        ("GET", ["offers", "stock", "imports", _, "error_report"]) => Op::Sto03,
        ("POST", ["offers", "pricing", "imports"]) => Op::Pri01,
        ("GET", ["offers", "pricing", "imports"]) => Op::Pri02,
        ("GET", ["offers", "pricing", "imports", _, "error_report"]) => Op::Pri03,
        ("GET", ["orders"]) => Op::Or11,
        ("PUT", ["orders", _, "accept"]) => Op::Or21,
        ("PUT", ["orders", _, "ship"]) => Op::Or24,
        ("PUT", ["orders", _, "cancel"]) => Op::Or29,
        (method, [root, ..]) if NOT_HERE.contains(root) => {
            return Err(Refused::not_here(&format!("{method} /api/{}", told(&path.join("/")))));
        }
        _ => return Err(Refused::not_found("Resource")),
    })
}

/// A date of a query.
fn moment(asked: &Pairs<'_>, name: &str) -> Result<Option<Dated>, Refused> {
    let Some(text) = of(asked, name) else { return Ok(None) };
    let why = || Refused::input(format!("{name}: expected a date such as 2026-11-27T06:00:00Z"));
    FaceClock::read(text).map(Some).ok_or_else(why)
}

/// Which page of a list is wanted.
struct Page {
    each: u32,
    offset: u64,
    last_first: bool,
}

impl Page {
    fn of(asked: &Pairs<'_>) -> Result<Page, Refused> {
        let each = match of(asked, "max").map(str::parse) {
            None => EACH_DEFAULT,
            Some(Ok(each)) if (1..=EACH_MAX).contains(&each) => each,
            Some(_) => return Err(Refused::input(format!("max: expected 1 to {EACH_MAX}"))),
        };
        let offset = of(asked, "offset").map_or(Ok(0), str::parse);
        let offset = offset.map_err(|_| Refused::input("offset: expected a number, 0 or more"))?;
        let last_first = match of(asked, "order") {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err(Refused::input("order: expected asc or desc")),
        };
        Ok(Page { each, offset, last_first })
    }

    fn skip(&self) -> usize {
        usize::try_from(self.offset).unwrap_or(usize::MAX)
    }
}

/// Enough of a caller's text to know it again.
fn told(text: &str) -> String {
    text.chars().take(60).collect()
}

impl From<InsideReply> for Refused {
    fn from(reply: InsideReply) -> Refused {
        match reply {
            InsideReply::Throttled { retry_after } => Refused::throttled(retry_after),
            InsideReply::Refused { why } => Refused::new(StatusCode::FORBIDDEN, why),
            _ => Refused::unavailable(),
        }
    }
}
