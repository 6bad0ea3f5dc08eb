//! Owns one operation as it goes on: what is sent next, what a reply means, when it is over.
//! Must not know sockets, clocks or chance: they are arguments.
//!
//! [`Conversation::next`] says what to do, and says the same until something was done:
//! [`Conversation::hear`] takes the reply to what was to be sent, [`Conversation::waited`] that a
//! wait is over. What outlives an operation (a token, the ids of a SKU) is the [`Session`]'s.

mod heard;
mod said;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::extract::ProfileReply;
use super::model::{Auth, Procedure, Profile, Step};
use super::operation::ProfileOperation;
use super::outcome::{Happened, Means, RuleLine};
use super::request::{CallTime, Eyes, ProfileRequest, Writing};
use super::settings::{MASK, Settings};
use super::template::{Known, ProfileValue, Slot, url_encoded};
use crate::units::Span;

pub use said::{Arguments, ItemArguments};

/// The most SKUs whose ids are kept; beyond them they are looked up again.
const IDS_MAX: usize = 200_000;

/// A token is not used in its last seconds: it may be over when the call arrives.
const TOKEN_MARGIN_S: i64 = 30;

/// What holds for all operations of one caller.
#[derive(Debug)]
pub struct Session {
    settings: Settings,
    token: Option<(ProfileValue, Option<i64>)>,
    ids: HashMap<String, Vec<(Slot, ProfileValue)>>,
}

impl Session {
    /// A caller who has not called yet.
    pub fn new(settings: Settings) -> Session {
        Session { settings, token: None, ids: HashMap::new() }
    }

    /// What its user has said.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn token(&self, now_s: i64) -> Option<&ProfileValue> {
        let (token, until) = self.token.as_ref()?;
        until.is_none_or(|until| now_s < until - TOKEN_MARGIN_S).then_some(token)
    }
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq)]
pub enum ProfileTurn {
    /// Send this and say what was heard.
    Send(ProfileRequest),
    /// Let so much time pass.
    Wait(Span),
    /// It is over.
    Over(ProfileOutcome),
}

/// What an operation came to.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileOutcome {
    /// What the last reply meant.
    pub means: Means,
    /// Every rule that spoke on the way.
    pub rules: BTreeSet<RuleLine>,
    /// The step of the profile that it ended in, by its line.
    pub line: usize,
    /// How long the reply asks to wait.
    pub wait: Option<Span>,
    /// Why, where the means alone do not say it.
    pub why: Option<String>,
    /// What was found, by name.
    pub given: BTreeMap<String, ProfileValue>,
    /// What was said of each of several things.
    pub found: Vec<FoundOne>,
    /// How many requests it took.
    pub calls: u64,
}

impl ProfileOutcome {
    /// Whether what was asked happened.
    pub fn happened(&self) -> Happened {
        self.means.happened()
    }
}

/// What a reply says of one of several things.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundOne {
    /// What it means.
    pub means: Means,
    /// Which item it is about, by its place in the arguments.
    pub item: Option<usize>,
    /// What was found of it, by name.
    pub given: BTreeMap<String, ProfileValue>,
    /// Why, where the means alone do not say it.
    pub why: Option<String>,
}

/// Where a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Login(usize),
    /// The ids of an item, and the step of looking them up.
    Ids(usize, usize),
    Step(usize),
}

/// An operation of a profile, under way.
#[derive(Debug)]
pub struct Conversation<'p> {
    profile: &'p Profile,
    procedure: &'p Procedure,
    values: Vec<Option<ProfileValue>>,
    items: Vec<Vec<(Slot, ProfileValue)>>,
    skus: Vec<String>,
    stage: Stage,
    /// Where it goes on after a login or a look-up.
    resumes: Vec<Stage>,
    wait: Option<Span>,
    over: Option<ProfileOutcome>,
    rules: BTreeSet<RuleLine>,
    found: Vec<FoundOne>,
    given: BTreeSet<Slot>,
    seen: BTreeSet<String>,
    /// The address of the next page, where a reply gave it whole.
    elsewhere: Option<String>,
    pages: u64,
    looks: u64,
    calls: u64,
    has_logged_in_again: bool,
}

/// The profile has no such operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the profile has no `{0}`")]
pub struct NoSuchOperation(pub ProfileOperation);

impl<'p> Conversation<'p> {
    /// An operation that has not begun.
    ///
    /// # Errors
    /// Where the profile has no such operation.
    pub fn new(
        profile: &'p Profile,
        operation: ProfileOperation,
        arguments: &Arguments,
        session: &Session,
    ) -> Result<Conversation<'p>, NoSuchOperation> {
        let procedure = profile.procedure(operation).ok_or(NoSuchOperation(operation))?;
        let mut values = session.settings.values.clone();
        arguments.fill(profile, procedure, &mut values);
        let items: Vec<_> = arguments.items.iter().map(|item| item.values(profile)).collect();
        let mut conversation = Conversation {
            profile,
            procedure,
            values,
            items,
            skus: arguments.items.iter().map(|item| item.sku.clone()).collect(),
            stage: Stage::Step(0),
            resumes: vec![],
            wait: None,
            over: None,
            rules: BTreeSet::new(),
            found: vec![],
            given: BTreeSet::new(),
            seen: BTreeSet::new(),
            elsewhere: None,
            pages: 0,
            looks: 0,
            calls: 0,
            has_logged_in_again: false,
        };
        if arguments.items.len() > procedure.items_max {
            let most = procedure.items_max;
            let why = format!("{} items, and a call takes {most}", arguments.items.len());
            conversation.end(Means::Invalid, None, Some(why));
        }
        conversation.begin_page(0);
        Ok(conversation)
    }

    /// What is to be done now.
    pub fn next(&mut self, session: &Session, time: CallTime) -> ProfileTurn {
        if let Some(over) = &self.over {
            return ProfileTurn::Over(over.clone());
        }
        if let Some(span) = self.wait {
            return ProfileTurn::Wait(span);
        }
        self.settle(session, time);
        if let Some(why) = self.unsaid() {
            self.end(Means::Invalid, None, Some(why));
            return self.next(session, time);
        }
        ProfileTurn::Send(self.written(session, time, Eyes::Theirs))
    }

    /// What is to be sent now, with every secret masked: for whoever looks on.
    pub fn shown(&self, session: &Session, time: CallTime) -> ProfileRequest {
        self.written(session, time, Eyes::Ours)
    }

    /// The operation's own first request with every secret masked, and what is not known before
    /// anything was asked by its name: for whoever wants to see it and not send it.
    pub fn preview(mut self, session: &Session, time: CallTime) -> ProfileRequest {
        let names = self.profile.names.iter().enumerate();
        let looked_up = names.filter(|(_, name)| name.starts_with("id."));
        for (at, name) in looked_up {
            let value = ProfileValue::text(name);
            self.items.iter_mut().for_each(|item| item.push((Slot(at as u16), value.clone())));
        }
        self.put("token", ProfileValue::text(MASK));
        self.written(session, time, Eyes::Ours)
    }

    /// Whether what is sent now comes before the operation itself: a login, ids looked up.
    pub fn is_before(&self) -> bool {
        !matches!(self.stage, Stage::Step(_))
    }

    /// The wait is over.
    pub fn waited(&mut self) {
        self.wait = None;
    }

    /// What came back to what was to be sent.
    pub fn hear(&mut self, session: &mut Session, reply: &ProfileReply, time: CallTime) {
        self.calls += 1;
        self.take(session, reply, time);
    }

    /// Nothing came back, or nothing that can be read.
    pub fn lost(&mut self, why: &str) {
        self.calls += 1;
        self.end(Means::Unknown, None, Some(why.to_owned()));
    }

    /// Before a step: a token, and the ids of the items, where they are needed and not known.
    fn settle(&mut self, session: &Session, time: CallTime) {
        if let Stage::Step(_) = self.stage
            && self.procedure.needs_ids
            && let Some(unknown) = self.put_ids(session)
        {
            self.resumes.push(self.stage);
            self.stage = Stage::Ids(unknown, 0);
        }
        if let Auth::Token(_) = self.profile.auth
            && !matches!(self.stage, Stage::Login(_))
            && self.step().is_authed
        {
            if let Some(token) = session.token(time.epoch_s) {
                self.put("token", token.clone());
            } else {
                self.resumes.push(self.stage);
                self.stage = Stage::Login(0);
            }
        }
    }

    /// Gives every item its ids; the first whose ids are not known is to be looked up.
    fn put_ids(&mut self, session: &Session) -> Option<usize> {
        let is_id = |slot: &Slot| self.profile.names[usize::from(slot.0)].starts_with("id.");
        for (at, sku) in self.skus.iter().enumerate() {
            if self.items[at].iter().any(|(slot, _)| is_id(slot)) {
                continue;
            }
            let Some(ids) = session.ids.get(sku) else { return Some(at) };
            self.items[at].extend(ids.iter().cloned());
        }
        None
    }

    /// A name that a request needs and nobody has said.
    fn unsaid(&self) -> Option<String> {
        let step = self.step();
        let known = self.known(&self.values);
        let mut needs = step.needs();
        if step.is_authed {
            needs.extend(self.profile.auth.needs());
        }
        needs.push(&self.profile.base);
        let slots = needs.iter().flat_map(|template| template.slots());
        let mut unsaid = slots.filter(|slot| {
            let name = self.profile.names[usize::from(slot.0)].as_str();
            // The first page has no cursor, which JSON writes as null; time is put in last.
            let comes_later = name == "cursor" || name.starts_with("now");
            !comes_later && !known.has(*slot)
        });
        let slot = unsaid.next()?;
        Some(format!(
            "`{}` is sent, and nobody has said it",
            self.profile.names[usize::from(slot.0)]
        ))
    }

    fn step(&self) -> &'p Step {
        let login = || match &self.profile.auth {
            Auth::Token(token) => token.steps.as_slice(),
            Auth::None | Auth::Headers(_) | Auth::Basic { .. } | Auth::OAuth1 { .. } => &[],
        };
        match self.stage {
            Stage::Login(at) => &login()[at],
            Stage::Ids(_, at) => &self.profile.ids.as_ref().expect("ids are looked up").steps[at],
            Stage::Step(at) => &self.procedure.steps[at],
        }
    }

    fn known<'a>(&'a self, values: &'a [Option<ProfileValue>]) -> Known<'a> {
        let items = match self.stage {
            Stage::Ids(item, _) => &self.items[item..=item],
            Stage::Login(_) | Stage::Step(_) => &self.items[..],
        };
        Known { values, items }
    }

    fn written(&self, session: &Session, time: CallTime, eyes: Eyes) -> ProfileRequest {
        let mut values = Cow::Borrowed(&self.values[..]);
        if self.profile.uses_time {
            self.put_time(values.to_mut(), time);
        }
        if eyes == Eyes::Ours {
            let values = values.to_mut();
            for setting in &self.profile.settings {
                let at = usize::from(setting.slot.0);
                values[at].clone_from(&session.settings.masked[at]);
            }
            if let Some(slot) =
                self.profile.slot("token").filter(|slot| values[usize::from(slot.0)].is_some())
            {
                values[usize::from(slot.0)] = Some(ProfileValue::text(MASK));
            }
        }
        let known = self.known(&values);
        let writing = Writing { profile: self.profile, known, time, eyes };
        let elsewhere = self.elsewhere.as_deref().filter(|_| !self.is_before());
        let request = writing.request(self.step(), elsewhere);
        if eyes == Eyes::Theirs {
            return request;
        }
        let escaped = url_encoded(MASK);
        let hide = |text: &str| session.settings.without_secrets(text).replace(&escaped, MASK);
        let headers = request.headers.iter().map(|(name, value)| (name.clone(), hide(value)));
        ProfileRequest {
            url: hide(&request.url),
            headers: headers.collect(),
            body: hide(&String::from_utf8_lossy(&request.body)).into_bytes(),
            ..request
        }
    }

    fn put(&mut self, name: &str, value: ProfileValue) {
        if let Some(slot) = self.profile.slot(name) {
            self.values[usize::from(slot.0)] = Some(value);
        }
    }

    fn end(&mut self, means: Means, wait: Option<Span>, why: Option<String>) {
        let given = self.given.iter().filter_map(|slot| {
            let value = self.values[usize::from(slot.0)].clone()?;
            Some((self.profile.names[usize::from(slot.0)].clone(), value))
        });
        self.over = Some(ProfileOutcome {
            means,
            rules: self.rules.clone(),
            line: self.step().line,
            wait,
            why,
            given: given.collect(),
            found: std::mem::take(&mut self.found),
            calls: self.calls,
        });
    }
}
