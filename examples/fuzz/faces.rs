//! Owns what is fuzzed of platforms' own APIs: requests as exchanges have them, from somebody who
//! has the right credentials and may send anything.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorbuster::commerce::inside::{Inside, InsideReply};
use doorbuster::commerce::marketplace::Marketplace;
use doorbuster::commerce::oms::Oms;
use doorbuster::commerce::outbox::Outbox;
use doorbuster::commerce::protocol::{ChannelReply, ChannelRequest, Notice};
use doorbuster::commerce::terms::{
    ChannelPlay, Dialect, Imperfections, OmsPlay, Payment, Shortage, SkuTerms, Taking,
};
use doorbuster::faces::{self, Catalogue, Face, FaceClock, FaceRequest, FaceTerms, Shop};
use doorbuster::history::charter::{OwnSales, SourceTells, StockRule};
use doorbuster::ids::{ChannelId, ConnectorId};
use doorbuster::law::Law;
use doorbuster::units::{At, Money, Qty, Span};
use doorbuster::wire::keys::Keyring;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method};

/// Requests to each face in turn: `> METHOD target`, `> header: value`, `>> body`, `@ seconds`.
pub(crate) fn faces(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for dialect in [Dialect::WooCommerce, Dialect::Shopify, Dialect::Amazon, Dialect::Mirakl] {
        play(dialect, None, &text);
    }
    for dialect in [Dialect::Shopify, Dialect::WooCommerce, Dialect::Odoo] {
        play(dialect, Some(source(dialect)), &text);
    }
}

struct Counter {
    machine: Marketplace,
    /// What stands there in its place: the shop is the source.
    oms: Option<Oms>,
    now: At,
    out: Outbox,
}

impl Shop for Counter {
    fn ask(&mut self, request: ChannelRequest) -> ChannelReply {
        self.machine.handle(self.now, request, &mut self.out).reply
    }

    fn inside(&mut self, asked: Inside) -> InsideReply {
        if let Some(oms) = &mut self.oms {
            let means = oms.means(&asked);
            return oms.inside(self.now, asked, means.as_ref(), &mut self.out).reply;
        }
        self.machine.inside(self.now, asked, &mut self.out).reply
    }
}

fn catalog() -> [SkuTerms; 3] {
    let sku = |listed| SkuTerms { stock: Qty(10), price: Money(1_250), listed };
    [sku(true), sku(true), sku(false)]
}

/// An OMS that is a shop of a platform's.
fn source(dialect: Dialect) -> Oms {
    let play = OmsPlay {
        knows_record_ids: false,
        tells: SourceTells::Available,
        shortage: Shortage::Cancel { after: Law::Constant(Span::from_secs(60)) },
        ships_after: Some(Law::Constant(Span::from_secs(90))),
        limits: Vec::new(),
        imperfections: Imperfections::NONE,
        dialect,
        books: doorbuster::history::charter::BookedBy::Order,
        takes: doorbuster::commerce::terms::TakesFrom::default(),
    };
    Oms::new(play, &catalog(), vec![ConnectorId(0)], 7)
}

fn play(dialect: Dialect, oms: Option<Oms>, text: &str) {
    let names = ["MUG-RED", "MUG-BLUE", "MUG-NEW"].map(str::to_owned);
    let keys = Keyring::of("a secret of the fuzzing").expect("it is long enough");
    let terms = FaceTerms {
        channel: ChannelId(0),
        name: "shop".to_owned(),
        currency: "EUR".to_owned(),
        digits: 2,
        gross: false,
        catalogue: Catalogue::new(3, &names),
        batch_max: 100,
        feeds_take: Span::from_secs(1),
        keys,
        public_urls: vec![],
        holds: oms.as_ref().map(|_| ["shop", "other"].map(str::to_owned).into()),
    };
    let mut face = faces::face(dialect, terms).expect("it has a face");
    let machine = Marketplace::new(ChannelId(0), calm(), &catalog(), Some(ConnectorId(0)), 7);
    let mut shop = Counter { machine, oms, now: At::START, out: Outbox::default() };
    let shown = credentials(dialect, keys, face.as_mut(), &mut shop);
    let seller = faces::credentials(Dialect::Amazon, keys, ChannelId(0))[3].1.clone();
    let text = text.replace("$seller", &seller);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(seconds) = line.strip_prefix("@ ").and_then(|s| s.parse::<u32>().ok()) {
            shop.now = shop.now + Span::from_secs(u64::from(seconds));
        }
        let Some(first) = line.strip_prefix("> ") else { continue };
        let (method, target) = first.split_once(' ').unwrap_or(("GET", first));
        let (mut headers, mut body) = (shown.clone(), String::new());
        while let Some(next) = lines.next_if(|next| next.starts_with('>')) {
            if let Some(more) = next.strip_prefix(">> ") {
                body += more;
            } else if let Some((name, value)) = next.trim_start_matches("> ").split_once(": ")
                && let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse())
            {
                headers.insert(name, value);
            }
        }
        if headers.get("content-type").is_some_and(|is| is.as_bytes().starts_with(b"multipart/")) {
            body = body.replace("\\r", "\r").replace("\\n", "\n");
        }
        let Ok(method) = method.parse::<Method>() else { continue };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (headers, body) = (&headers, body.as_bytes());
        let request = FaceRequest { method: &method, path, query, headers, body, is_secure: true };
        let reply = face.receive(clock(shop.now), &request, &mut shop);
        assert!(
            !reply.status.is_server_error() || reply.status == 501,
            "{method} {target}: {}",
            reply.status
        );
        settle(face.as_mut(), &mut shop);
    }
}

/// What the shop has said is told, what is due is done, and every webhook fails.
fn settle(face: &mut dyn Face, shop: &mut Counter) {
    shop.machine.wake(shop.now, &mut shop.out);
    if let Some(oms) = &mut shop.oms {
        oms.wake(shop.now, &mut shop.out);
    }
    let notices = std::mem::take(&mut shop.out.notices);
    shop.out.facts.clear();
    let now = clock(shop.now);
    let mut hooks = Vec::new();
    for posted in notices {
        match &posted.notice {
            Notice::Order(order) => face.notice(now, order, posted.is_spoiled, shop),
            Notice::Source(change) => face.change(now, change, posted.is_spoiled, shop),
        }
    }
    if face.next_wake().is_some_and(|at| at <= shop.now) {
        hooks.extend(face.wake(now, shop));
    }
    for hook in hooks {
        face.delivered(now, hook.delivery, None);
    }
}

fn clock(at: At) -> FaceClock {
    FaceClock { at, epoch_us: 1_795_759_200_000_000, wall_s: 1_795_759_200 + at.0 / 1_000_000 }
}

/// A shop that shows at once what it is told, and is never out of order.
fn calm() -> ChannelPlay {
    ChannelPlay {
        name: "shop".to_owned(),
        rule: StockRule::ALL,
        own_sales: OwnSales::AtOnce,
        takes: Taking::AtOrder,
        edits: None,
        shows_changes_after: Law::Constant(Span::ZERO),
        lists_after: Law::Constant(Span::ZERO),
        limits: Vec::new(),
        batch_max: 100,
        payment: Payment::Immediate,
        imperfections: Imperfections::NONE,
        webhooks: true,
        dialect: Dialect::Neutral,
        feeds_take: Span::from_secs(1),
    }
}

fn credentials(
    dialect: Dialect,
    keys: Keyring,
    face: &mut dyn Face,
    shop: &mut Counter,
) -> HeaderMap {
    let shown = faces::credentials(dialect, keys, ChannelId(0));
    let (name, value) = match dialect {
        Dialect::Shopify => ("x-shopify-access-token", shown[0].1.clone()),
        Dialect::Amazon => ("x-amz-access-token", token(&shown, face, shop)),
        Dialect::Mirakl => ("authorization", shown[0].1.clone()),
        Dialect::Odoo => ("cookie", session(&shown, face, shop)),
        Dialect::WooCommerce | Dialect::Neutral => {
            let both = STANDARD.encode(format!("{}:{}", shown[0].1, shown[1].1));
            ("authorization", format!("Basic {both}"))
        }
    };
    let value = HeaderValue::from_str(&value).expect("visible ASCII");
    [(HeaderName::from_static(name), value)].into_iter().collect()
}

/// An Odoo gives a session for what its callers have.
fn session(shown: &faces::FaceCredentials, face: &mut dyn Face, shop: &mut Counter) -> String {
    let [database, login, password] = [0, 1, 2].map(|place: usize| shown[place].1.as_str());
    let params = serde_json::json!({ "db": database, "login": login, "password": password });
    let body = serde_json::json!({ "params": params }).to_string();
    let request = FaceRequest {
        method: &Method::POST,
        path: "/web/session/authenticate",
        query: "",
        headers: &HeaderMap::new(),
        body: body.as_bytes(),
        is_secure: true,
    };
    let reply = face.receive(clock(shop.now), &request, shop);
    let cookie = reply.headers.iter().find(|(name, _)| name == "set-cookie");
    let cookie = cookie.and_then(|(_, cookie)| cookie.to_str().ok()).unwrap_or("");
    cookie.split(';').next().unwrap_or("").to_owned()
}

/// Amazon gives a token for what its callers have.
fn token(shown: &faces::FaceCredentials, face: &mut dyn Face, shop: &mut Counter) -> String {
    let form = format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
        shown[0].1, shown[1].1, shown[2].1
    );
    let request = FaceRequest {
        method: &Method::POST,
        path: "/auth/o2/token",
        query: "",
        headers: &HeaderMap::new(),
        body: form.as_bytes(),
        is_secure: true,
    };
    let reply = face.receive(clock(shop.now), &request, shop);
    let told: serde_json::Value = serde_json::from_slice(&reply.body).expect("it is JSON");
    told["access_token"].as_str().expect("it is given").to_owned()
}
