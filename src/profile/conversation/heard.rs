//! Owns what a reply leads to: a rule that speaks, what is found, the next step, look or page.
//! Must not know how a request is written.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::super::extract::{Extraction, Looked, Place, ProfileReply};
use super::super::model::{Auth, Each, NextPage, Replies, Step};
use super::super::outcome::{self, Means, Rule};
use super::super::request::CallTime;
use super::super::template::{ProfileValue, Slot};
use super::{Conversation, FoundOne, IDS_MAX, Session, Stage};

/// The most things that are taken out of all pages of a list.
const FOUND_MAX: usize = 1_000_000;

/// The letters of a reply that are shown of it.
const SHOWN_CHARS: usize = 80;

impl Conversation<'_> {
    pub(super) fn take(&mut self, session: &mut Session, reply: &ProfileReply, time: CallTime) {
        let step = self.step();
        let looked = Looked::at(reply);
        let rules = step.outcomes.iter().chain(&self.profile.outcomes);
        let Some(rule) = outcome::first(rules, reply, looked.json.as_ref()) else {
            let why = format!("no rule speaks of it: {}", begins(session, reply));
            return self.end(Means::Unknown, None, Some(why));
        };
        self.rules.insert(rule.line);
        match rule.means {
            Means::Accepted | Means::Queued => {}
            Means::NotAllowed if self.may_log_in_again(step) => {
                session.token = None;
                self.has_logged_in_again = true;
                return;
            }
            means => return self.refused(session, rule, means, &looked),
        }
        if step.replies == Replies::Json && looked.json.is_none() {
            let why = format!("it is {}, and no JSON: {}", rule.means, begins(session, reply));
            return self.end(Means::Unknown, None, Some(why));
        }
        if let Some(again) = &step.again
            && again.while_.holds(reply, looked.json.as_ref())
        {
            self.looks += 1;
            if self.looks >= again.at_most {
                let why = format!("not done after {} looks", self.looks);
                return self.end(Means::Queued, None, Some(why));
            }
            self.wait = Some(again.every);
            return;
        }
        if let Err(why) = self.find(&step.gives, &looked) {
            return self.end(Means::Unknown, None, Some(why));
        }
        if let Some(each) = &step.each
            && let Err(why) = self.find_each(each, &looked)
        {
            return self.end(Means::Unknown, None, Some(why));
        }
        match self.next_page(step, &looked) {
            Ok(true) => {}
            Ok(false) => self.go_on(session, rule.means, time),
            Err(why) => self.end(Means::Unknown, None, Some(why)),
        }
    }

    /// A token may be over before its time: once, another is asked for.
    fn may_log_in_again(&self, step: &Step) -> bool {
        let has_token = matches!(self.profile.auth, Auth::Token(_));
        has_token && step.is_authed && !self.has_logged_in_again
    }

    fn refused(&mut self, session: &Session, rule: &Rule, means: Means, looked: &Looked<'_>) {
        let wait = rule.waits.as_ref().and_then(|waits| waits.span(looked));
        self.end(means, wait, Some(begins(session, looked.reply)));
    }

    fn find(&mut self, gives: &[(Slot, Extraction)], looked: &Looked<'_>) -> Result<(), String> {
        for (slot, extraction) in gives {
            let name = &self.profile.names[usize::from(slot.0)];
            let value = extraction.find(looked).map_err(|why| format!("`{name}`: {why}"))?;
            self.values[usize::from(slot.0)] = Some(value);
            // What a login or a look-up finds is nothing that was asked.
            if matches!(self.stage, Stage::Step(_)) {
                self.given.insert(*slot);
            }
        }
        Ok(())
    }

    /// What is said of each of several things. One that is listed twice, as where pages overlap,
    /// counts once.
    fn find_each(&mut self, each: &Each, looked: &Looked<'_>) -> Result<(), String> {
        let Some(json) = &looked.json else { return Ok(()) };
        for (place, node) in each.among.query(json).iter().enumerate() {
            let one = self.one(each, looked.reply, (place, node));
            let is_new = match one.given.get("order") {
                Some(order) => self.seen.insert(order.text.clone()),
                None => true,
            };
            if is_new {
                self.found.push(one);
            }
            if self.found.len() > FOUND_MAX {
                return Err(format!("more than {FOUND_MAX} things listed"));
            }
        }
        Ok(())
    }

    fn one(&mut self, each: &Each, reply: &ProfileReply, at: (usize, &Json)) -> FoundOne {
        let (place, node) = at;
        let rule = outcome::first(&each.outcomes, reply, Some(node));
        let means = match rule {
            Some(rule) => rule.means,
            None if each.outcomes.is_empty() => Means::Accepted,
            None => Means::Unknown,
        };
        self.rules.extend(rule.map(|rule| rule.line));
        let item = match &each.known_by {
            None => Some(place).filter(|place| *place < self.skus.len()),
            Some(known_by) => {
                let said = known_by.find_in(reply, Some(node)).ok();
                said.and_then(|said| self.skus.iter().position(|sku| *sku == said.text))
            }
        };
        let (mut given, mut why) = (BTreeMap::new(), None);
        for (slot, extraction) in &each.gives {
            let name = &self.profile.names[usize::from(slot.0)];
            match extraction.find_in(reply, Some(node)) {
                Ok(value) => {
                    given.insert(name.clone(), value);
                }
                Err(not) => why = Some(format!("`{name}`: {not}")),
            }
        }
        let means = if why.is_some() { Means::Unknown } else { means };
        FoundOne { means, item, given, why }
    }

    /// Whether there is another page, and the way to it.
    fn next_page(&mut self, step: &Step, looked: &Looked<'_>) -> Result<bool, String> {
        let Some(pages) = &step.pages else { return Ok(false) };
        self.pages += 1;
        let there_is = match &pages.next {
            NextPage::Cursor { at, more } => self.cursor(at, more.as_ref(), looked)?,
            NextPage::Link(relation) => self.link(relation, looked.reply)?,
            NextPage::Count { from, last } => {
                let last: u64 = number(last, looked)?;
                let page = from + self.pages;
                self.put("page", ProfileValue::bare(page));
                page < last + from
            }
            NextPage::Offset { by, total } => {
                let offset = by.saturating_mul(self.pages);
                self.put("offset", ProfileValue::bare(offset));
                offset < number(total, looked)?
            }
        };
        if there_is && self.pages >= pages.at_most {
            return Err(format!("it goes on beyond {} pages", pages.at_most));
        }
        Ok(there_is)
    }

    fn cursor(
        &mut self,
        at: &Extraction,
        more: Option<&Place>,
        looked: &Looked<'_>,
    ) -> Result<bool, String> {
        let goes_on = more.is_none_or(|more| {
            more.all(looked.reply, looked.json.as_ref()).iter().any(|word| word == "true")
        });
        let Ok(cursor) = at.find(looked) else { return Ok(false) };
        if !goes_on || cursor.text.is_empty() {
            return Ok(false);
        }
        let before =
            self.profile.slot("cursor").and_then(|s| self.values[usize::from(s.0)].clone());
        if before.is_some_and(|before| before == cursor) {
            return Err("the next page has the cursor of this one".to_owned());
        }
        self.put("cursor", cursor);
        Ok(true)
    }

    fn link(&mut self, relation: &str, reply: &ProfileReply) -> Result<bool, String> {
        let link = reply.header("link").unwrap_or_default();
        let next = link.split(',').find_map(|one| {
            let (url, rest) = one.trim().strip_prefix('<')?.split_once('>')?;
            let says = rest.split(';').any(|said| {
                let said = said.trim();
                said.strip_prefix("rel=").is_some_and(|rel| rel.trim_matches('"') == relation)
            });
            says.then(|| url.to_owned())
        });
        let Some(next) = next else { return Ok(false) };
        let base = self.profile.base.text(self.known(&self.values));
        if origin(&next) != origin(&base) {
            return Err(format!("the next page is at another host: {}", origin(&next)));
        }
        if self.elsewhere.as_ref() == Some(&next) {
            return Err("the next page is this one".to_owned());
        }
        self.elsewhere = Some(next);
        Ok(true)
    }

    /// What follows a step that is done.
    fn go_on(&mut self, session: &mut Session, means: Means, time: CallTime) {
        match self.stage {
            Stage::Login(at) => {
                let Auth::Token(token) = &self.profile.auth else { return };
                if at + 1 < token.steps.len() {
                    self.stage = Stage::Login(at + 1);
                    return;
                }
                let value = |name| {
                    let slot = self.profile.slot(name)?;
                    self.values[usize::from(slot.0)].clone()
                };
                let told = value("token lasts").and_then(|told| told.text.parse::<i64>().ok());
                let lasts = told.or(token.lasts.map(|span| span.as_secs_f64() as i64));
                if let Some(found) = value("token") {
                    session.settings.hide(&found.text);
                    let until = lasts.map(|lasts| time.epoch_s.saturating_add(lasts));
                    session.token = Some((found, until));
                }
                self.resume();
            }
            Stage::Ids(item, at) => {
                let Some(ids) = &self.profile.ids else { return };
                if at + 1 < ids.steps.len() {
                    self.stage = Stage::Ids(item, at + 1);
                    return;
                }
                let found =
                    ids.steps.iter().flat_map(|step| &step.gives).filter_map(|(slot, _)| {
                        let name = &self.profile.names[usize::from(slot.0)];
                        let known = self.profile.slot(&format!("id.{name}"))?;
                        Some((known, self.values[usize::from(slot.0)].clone()?))
                    });
                let found: Vec<_> = found.collect();
                if session.ids.len() >= IDS_MAX {
                    session.ids.clear();
                }
                session.ids.insert(self.skus[item].clone(), found);
                self.resume();
            }
            Stage::Step(at) if at + 1 < self.procedure.steps.len() => {
                (self.looks, self.elsewhere) = (0, None);
                self.begin_page(at + 1);
                self.stage = Stage::Step(at + 1);
            }
            Stage::Step(_) => self.end(means, None, None),
        }
    }

    /// Back to what a login or a look-up was for.
    fn resume(&mut self) {
        self.stage = self.resumes.pop().unwrap_or(Stage::Step(0));
    }

    /// The first page of a step.
    pub(super) fn begin_page(&mut self, step: usize) {
        self.pages = 0;
        match self.procedure.steps[step].pages.as_ref().map(|pages| &pages.next) {
            Some(NextPage::Count { from, .. }) => self.put("page", ProfileValue::bare(from)),
            Some(NextPage::Offset { .. }) => self.put("offset", ProfileValue::bare(0)),
            Some(NextPage::Cursor { .. } | NextPage::Link(_)) | None => {}
        }
    }
}

fn number(extraction: &Extraction, looked: &Looked<'_>) -> Result<u64, String> {
    let value = extraction.find(looked).map_err(|why| format!("the end of the list: {why}"))?;
    let read = value.text.trim().parse().ok();
    read.ok_or_else(|| format!("the end of the list: `{}` is no number", value.text))
}

/// Scheme, host and port of an address.
pub(super) fn origin(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    let end = url[after..].find(['/', '?', '#']).map_or(url.len(), |at| after + at);
    &url[..end]
}

/// A status and how a body begins, without a secret and on one line.
fn begins(session: &Session, reply: &ProfileReply) -> String {
    let text = String::from_utf8_lossy(&reply.body[..reply.body.len().min(8 << 10)]).into_owned();
    let text = session.settings.without_secrets(&text);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = line.chars().take(SHOWN_CHARS).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    if shown.is_empty() {
        return format!("{}, with nothing", reply.status);
    }
    format!("{}, `{}`", reply.status, crate::wrong::on_one_line(&shown))
}
