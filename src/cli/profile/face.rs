//! Owns hosting a platform's face on loopback and playing every operation of a profile against it.
//! Must not know what a platform says: that is the profile's.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::sent::{STOCK, scenario, send};
use super::told::{Entry, Went};
use crate::cli::signals;
use crate::commerce::terms::Dialect;
use crate::drive::live::{AlsoCalled, FacePlace, Mocks, MocksTerms};
use crate::history::writer::Journal;
use crate::profile::{
    self, Arguments, CallTime, Conversation, Happened, ItemArguments, Means, Profile,
    ProfileOperation, ProfileOutcome, ProfileRequest, ProfileTurn, ProfileValue, RuleLine, Session,
    Settings,
};
use crate::scenario::{self, Overrides};
use crate::units::{Money, Span};
use crate::wire::keys::Keyring;
use anyhow::Context;

/// Campaign seconds a wall second: waits that a platform asks for are minutes.
const SPEED: u64 = 60;
/// What is set, and what is asked for it.
const QUANTITY: i64 = 7;
const PRICE: (Money, u8) = (Money(1_490), 2);
/// How often a throttled operation is tried, and how long it waits where nobody says.
const TRIES: u32 = 4;
const WAIT: Span = Span::from_secs(30);
/// How often it is looked whether what was written shows, and how long apart.
const LOOKS: u32 = 30;
const LOOK_EVERY: Span = Span::from_secs(10);

/// Plays every operation that the profile has.
pub(super) fn play(profile: &Profile, dialect: Dialect) -> anyhow::Result<Vec<Entry>> {
    let overrides = Overrides { speed_milli: Some(SPEED * 1_000), ..Overrides::default() };
    let plan = scenario::read_str(&scenario(dialect), Path::new("."), &overrides)?;
    let runtime = signals::runtime()?;
    runtime.block_on(async {
        let terms = MocksTerms { held: false, faults_when_told: true };
        let journals = Box::new(|_, observer| Journal::over(std::io::sink(), Some(observer)));
        let keys = Keyring::random()?;
        let mut mocks = Mocks::open(&plan, terms, (keys, AlsoCalled::default()), journals).await?;
        let (_, address, token) = mocks.places().into_iter().next().context("no channel")?;
        let own = Own { url: format!("http://{address}"), token };
        let faced = mocks.faces().first().cloned();
        let mut check = Check::new(profile, &own, faced.as_ref())?;
        let played = tokio::select! {
            kept = mocks.keep_time() => Err(kept.err().map_or_else(
                || anyhow::anyhow!("the face has stopped"),
                anyhow::Error::from,
            )),
            entries = check.all(&own) => entries,
        };
        let closed = mocks.close().await;
        let entries = played?;
        closed?;
        Ok(entries)
    })
}

/// The channel's neutral API.
struct Own {
    url: String,
    token: String,
}

/// What an operation is asked with in a check.
pub(super) fn arguments(
    operation: ProfileOperation,
    sku: &str,
    order: Option<&ProfileValue>,
) -> Arguments {
    let quantity = if operation == ProfileOperation::PlaceOrder { 2 } else { QUANTITY };
    let item = ItemArguments {
        sku: sku.to_owned(),
        quantity: Some(quantity),
        was: Some(STOCK),
        price: Some(PRICE),
    };
    Arguments {
        items: vec![item],
        order: Some(order.cloned().unwrap_or_else(|| ProfileValue::text("<order>"))),
        reason: Some("no stock".to_owned()),
        since_s: Some(wall_s() - 3_600),
        reference: Some("900000001".to_owned()),
        carrier: Some("DHL".to_owned()),
        tracking: Some("00340434161094000000".to_owned()),
        // Digits: a key that every platform takes, another for each operation.
        key: Some((9_000_000_001 + operation as u64).to_string()),
    }
}

/// Seconds since 1970, by this machine.
#[expect(clippy::disallowed_methods, reason = "a platform's lists begin by the wall's clock")]
pub(super) fn wall_s() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// A check under way.
struct Check<'p> {
    profile: &'p Profile,
    session: Session,
    sku: String,
    /// An order to be read and cancelled, once one is known.
    order: Option<ProfileValue>,
    begun: (Instant, i64),
    nonce: u64,
}

/// What playing an operation came to.
struct Ended {
    outcome: ProfileOutcome,
    shown: Option<ProfileRequest>,
    rules: BTreeSet<RuleLine>,
}

impl<'p> Check<'p> {
    #[expect(clippy::disallowed_methods, reason = "the face's time runs by the wall's clock")]
    fn new(profile: &'p Profile, own: &Own, face: Option<&FacePlace>) -> anyhow::Result<Self> {
        let neutral = || {
            [("URL", own.url.clone()), ("TOKEN", own.token.clone())].into_iter().collect::<Vec<_>>()
        };
        let mut known = face.map_or_else(neutral, |face| {
            let mut known = face.credentials.clone();
            known.push(("URL", face.url.clone()));
            known
        });
        known.push(("CURRENCY", "EUR".to_owned()));
        let (settings, missing) = Settings::said(profile, |setting| {
            let on_face = setting.on_face.as_ref();
            let said = known.iter().find(|(name, _)| on_face.is_some_and(|want| want == name));
            // A secret of somebody's own is of no use here, and is not sent.
            let own = || {
                let shown = setting.is_secret.then(|| format!("<{}>", setting.from));
                shown.or_else(|| std::env::var(&setting.from).ok())
            };
            said.map(|(_, value)| value.clone()).or_else(own)
        });
        if let Some(setting) = missing.first() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let told = format!(
                "the setting `{}` has no value\n  expected: the variable {}, or `on face:` with \
                 one of {}",
                setting.name,
                setting.from,
                names.join(", ")
            );
            return Err(super::Misused(told).into());
        }
        // The neutral API numbers SKUs; platforms name them.
        let sku = if face.is_some() { "SKU-0" } else { "0" };
        Ok(Check {
            profile,
            session: Session::new(settings),
            sku: sku.to_owned(),
            order: None,
            begun: (Instant::now(), wall_s()),
            nonce: 0,
        })
    }

    fn time(&mut self) -> CallTime {
        self.nonce += 1;
        let (begun, wall_s) = self.begun;
        let passed_s = begun.elapsed().as_secs_f64() * SPEED as f64;
        CallTime {
            epoch_s: wall_s + passed_s as i64,
            nonce: u64::from(std::process::id()) << 32 | self.nonce,
        }
    }

    async fn all(&mut self, own: &Own) -> anyhow::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        if !self.profile.has(ProfileOperation::PlaceOrder) {
            sell(own).await?;
        }
        for operation in ProfileOperation::ALL {
            if self.profile.has(operation) {
                entries.push(self.operation(operation).await?);
            }
        }
        Ok(entries)
    }

    async fn operation(&mut self, operation: ProfileOperation) -> anyhow::Result<Entry> {
        let name = operation.to_string();
        let needs_order = matches!(
            operation,
            ProfileOperation::ReadOrder
                | ProfileOperation::AcceptOrder
                | ProfileOperation::ShipOrder
                | ProfileOperation::CancelOrder
        );
        if needs_order && self.order.is_none() {
            let why = "no order is known: neither `place order` nor `list orders` gave one";
            let went = Went::Not(why.to_owned());
            return Ok(Entry { name, shown: None, went, rules: BTreeSet::new() });
        }
        let mut ended = self.patiently(operation).await?;
        let went = match self.failed(&ended.outcome) {
            Some(went) => went,
            None => self.follow(operation, &mut ended).await?,
        };
        Ok(Entry { name, shown: ended.shown, went, rules: ended.rules })
    }

    /// What is wrong with an outcome by itself.
    fn failed(&self, outcome: &ProfileOutcome) -> Option<Went> {
        let why = outcome.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let place = format!("line {} of the profile", outcome.line);
        if outcome.happened() != Happened::Done {
            let why = self.hidden(&format!("{}{why}", outcome.means));
            return Some(Went::Wrong { place, why });
        }
        let one = outcome.found.iter().find(|one| one.means.happened() != Happened::Done)?;
        let why = one.why.clone().unwrap_or_else(|| "as its own rule says".to_owned());
        Some(Went::Wrong { place, why: self.hidden(&format!("an item is {}: {why}", one.means)) })
    }

    fn hidden(&self, text: &str) -> String {
        self.session.settings().without_secrets(text)
    }

    /// What an operation that was done must have changed.
    async fn follow(
        &mut self,
        operation: ProfileOperation,
        ended: &mut Ended,
    ) -> anyhow::Result<Went> {
        let given = |name: &str| ended.outcome.given.get(name).cloned();
        let calls = if ended.outcome.calls == 1 {
            "one call".to_owned()
        } else {
            format!("{} calls", ended.outcome.calls)
        };
        let said = format!("{} in {calls}", ended.outcome.means);
        Ok(match operation {
            ProfileOperation::SetStock => {
                self.reads_back(ProfileOperation::ReadStock, "quantity", QUANTITY as f64, said)
                    .await?
            }
            ProfileOperation::SetPrice => {
                let wanted = self.profile.amount(PRICE.0, PRICE.1);
                self.reads_back(ProfileOperation::ReadPrice, "price", wanted, said).await?
            }
            ProfileOperation::PlaceOrder => {
                self.order = given("order");
                Went::Well(format!("{said}, order {}", text(self.order.as_ref())))
            }
            ProfileOperation::ListOrders => self.listed(ended).await?,
            ProfileOperation::ReadOrder => {
                let state = given("state");
                let ours = state.as_ref().map_or("", |state| self.profile.state(&state.text));
                Went::Well(format!("{said}, {} ({ours})", text(state.as_ref())))
            }
            ProfileOperation::ReadStock => {
                Went::Well(format!("{said}, quantity {}", text(given("quantity").as_ref())))
            }
            ProfileOperation::ReadPrice => {
                Went::Well(format!("{said}, price {}", text(given("price").as_ref())))
            }
            ProfileOperation::AcceptOrder
            | ProfileOperation::ShipOrder
            | ProfileOperation::CancelOrder => Went::Well(said),
        })
    }

    /// What was written is read back, as soon as it shows.
    async fn reads_back(
        &mut self,
        reads: ProfileOperation,
        name: &str,
        wanted: f64,
        said: String,
    ) -> anyhow::Result<Went> {
        if !self.profile.has(reads) {
            return Ok(Went::Well(said));
        }
        let mut last = String::new();
        for _ in 0..LOOKS {
            let ended = self.patiently(reads).await?;
            last = text(ended.outcome.given.get(name));
            if last.parse::<f64>().is_ok_and(|found| (found - wanted).abs() < 1e-9) {
                return Ok(Went::Well(format!("{said}, and reads {last}")));
            }
            pass(LOOK_EVERY).await;
        }
        let why = format!("{said}, and `{reads}` finds {last} where {wanted} was set");
        let line = self.profile.line(reads).unwrap_or_default();
        Ok(Went::Wrong { place: format!("line {line} of the profile"), why: self.hidden(&why) })
    }

    /// The order of before is in the list, as soon as lists have it.
    async fn listed(&mut self, ended: &mut Ended) -> anyhow::Result<Went> {
        for _ in 0..LOOKS {
            let orders = ended.outcome.found.iter().filter_map(|one| one.given.get("order"));
            let is_it = |order: &&ProfileValue| {
                self.order.as_ref().is_none_or(|known| known.text == order.text)
            };
            let all = ended.outcome.found.len();
            if let Some(order) = orders.into_iter().find(is_it) {
                let told = format!("{all} listed, order {} among them", order.text);
                self.order = Some(order.clone());
                return Ok(Went::Well(told));
            }
            pass(LOOK_EVERY).await;
            let again = self.patiently(ProfileOperation::ListOrders).await?;
            ended.rules.extend(&again.rules);
            ended.outcome = again.outcome;
            if let Some(went) = self.failed(&ended.outcome) {
                return Ok(went);
            }
        }
        let line = ended.outcome.line;
        let why = format!("the order {} is in no list", text(self.order.as_ref()));
        Ok(Went::Wrong { place: format!("line {line} of the profile"), why })
    }

    /// One operation; throttled, it waits as it is told and tries again.
    async fn patiently(&mut self, operation: ProfileOperation) -> anyhow::Result<Ended> {
        let mut rules = BTreeSet::new();
        let mut tries = 0;
        loop {
            let mut ended = self.once(operation).await?;
            tries += 1;
            rules.extend(&ended.outcome.rules);
            if ended.outcome.means != Means::Throttled || tries >= TRIES {
                ended.rules = rules;
                return Ok(ended);
            }
            pass(ended.outcome.wait.unwrap_or(WAIT)).await;
        }
    }

    async fn once(&mut self, operation: ProfileOperation) -> anyhow::Result<Ended> {
        let arguments = arguments(operation, &self.sku, self.order.as_ref());
        let mut talk = Conversation::new(self.profile, operation, &arguments, &self.session)?;
        // Of an operation that never begins, what came before it.
        let (mut shown, mut before) = (None, None);
        loop {
            let time = self.time();
            match talk.next(&self.session, time) {
                ProfileTurn::Wait(span) => {
                    pass(span).await;
                    talk.waited();
                }
                ProfileTurn::Send(request) => {
                    let first = if talk.is_before() { &mut before } else { &mut shown };
                    first.get_or_insert_with(|| talk.shown(&self.session, time));
                    let heard = send(request).await;
                    let time = self.time();
                    match heard {
                        Ok(reply) => talk.hear(&mut self.session, &reply, time),
                        Err(why) => talk.lost(&why),
                    }
                }
                ProfileTurn::Over(outcome) => {
                    let shown = shown.or(before);
                    return Ok(Ended { outcome, shown, rules: BTreeSet::new() });
                }
            }
        }
    }
}

fn text(value: Option<&ProfileValue>) -> String {
    value.map_or("nothing", |value| value.text.as_str()).to_owned()
}

/// Lets so much of the face's time pass.
async fn pass(span: Span) {
    tokio::time::sleep(Duration::from_micros(span.0 / SPEED)).await;
}

/// An order of a shopper's, where the platform lets nobody else place one.
async fn sell(own: &Own) -> anyhow::Result<()> {
    let neutral = profile::read_shipped("neutral").context("the neutral profile ships")?;
    let mut check = Check::new(&neutral, own, None)?;
    let ended = check.patiently(ProfileOperation::PlaceOrder).await?;
    let done = ended.outcome.happened() == Happened::Done;
    anyhow::ensure!(done, "the face sells nothing: {}", ended.outcome.means);
    Ok(())
}
