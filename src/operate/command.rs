//! Owns what somebody commands a run to do: the words of it, what they mean in this campaign, and
//! whether who says them may. Must not know how it is carried out.

use serde::{Deserialize, Serialize};

use crate::history::Charter;
use crate::history::fact::{
    ActedBy, ActedOn, Action, OPERATOR_WORDS, OperatorAct, REMARK_CHARS_MAX,
};
use crate::ids::{ChannelId, ConnectorId, NAME_CHARS_MAX};
use crate::units::{Ppm, Qty};
use crate::wrong::Wrong;

/// Every channel, in a word.
const ALL: &str = "every channel";
/// The most units that can be said.
const UNITS_MAX: i64 = 1_000_000_000;

/// A command, as it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorCommand {
    /// What is to be done, by one of [`OPERATOR_WORDS`].
    pub command: String,
    /// Where: a channel, `every channel`, a connector; or the promotion that ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// How many units, `none`, a share such as `30%`; or words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Who commands it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// In which role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commanded {
    /// Whether it is done; else what is wrong with it, or that the role may not.
    pub done: bool,
    /// In words.
    pub said: String,
}

impl Commanded {
    /// A command that makes no sense, or may not be given.
    pub fn refused(said: impl Into<String>) -> Commanded {
        Commanded { done: false, said: said.into() }
    }
}

impl OperatorCommand {
    /// The actions that it is in a campaign, each allowed or not; else what is wrong with it.
    pub(crate) fn actions(&self, charter: &Charter) -> Result<Vec<Action>, Wrong> {
        let role = self.role(charter)?;
        let by = self.by.as_deref().map_or("somebody", str::trim);
        if by.is_empty() || by.chars().count() > NAME_CHARS_MAX {
            let wrong = Wrong::new("that is no name of a person");
            return Err(wrong.expected(format!("1 to {NAME_CHARS_MAX} letters")));
        }
        let acts = self.acts(charter)?;
        if charter.is_outside() && acts.iter().any(OperatorAct::is_for_the_connector) {
            let found = format!("{} is for the connector to do, and it is yours", self.command);
            return Err(Wrong::new(found).expected(
                "do it in your own tool, and say so: `doorbuster operate did pause amazon`",
            ));
        }
        let may = role.is_none_or(|place| {
            acts.iter().all(|act| charter.roles[usize::from(place)].may(act.word()))
        });
        let how = |act: &OperatorAct| match act {
            OperatorAct::Did { .. } => ActedBy::Elsewhere,
            _ => ActedBy::Operator,
        };
        let action = |act: OperatorAct| Action {
            by: by.to_owned(),
            role,
            how: how(&act),
            act,
            allowed: may,
        };
        Ok(acts.into_iter().map(action).collect())
    }

    /// Where a scenario names roles, somebody acts in one of them.
    fn role(&self, charter: &Charter) -> Result<Option<u16>, Wrong> {
        let names: Vec<&str> = charter.roles.iter().map(|role| &*role.name).collect();
        match (self.role.as_deref(), &names[..]) {
            (None, []) => Ok(None),
            (None, [_]) => Ok(Some(0)),
            (None, names) => Err(Wrong::new("it is not said in which role")
                .expected(format!("--role with one of {}", listed(names)))),
            (Some(role), []) => Err(Wrong::new(format!("there is no role `{role}`"))
                .expected("no role: the scenario names none, and everybody may do anything")),
            (Some(role), names) => match names.iter().position(|name| *name == role) {
                Some(place) => Ok(Some(place as u16)),
                None => Err(not_among("role", role, names)),
            },
        }
    }

    fn acts(&self, charter: &Charter) -> Result<Vec<OperatorAct>, Wrong> {
        let channels = || self.channels(charter);
        let each = |act: fn(ChannelId) -> OperatorAct| {
            channels().map(|all| all.into_iter().map(act).collect::<Vec<_>>())
        };
        let word = self.command.replace('_', "-");
        match &*word {
            "pause" => self.places(charter, |at| OperatorAct::Pause { at }),
            "resume" => self.places(charter, |at| OperatorAct::Resume { at }),
            "zero-stock" => each(|channel| OperatorAct::ZeroStock { channel }),
            "resync" => each(|channel| OperatorAct::Resync { channel }),
            "replay" => each(|channel| OperatorAct::Replay { channel }),
            "hold-back" => {
                let units = self.units()?;
                let act = |channel| OperatorAct::HoldBack { channel, units };
                Ok(channels()?.into_iter().map(act).collect())
            }
            "cap" => {
                let units = match self.value.as_deref() {
                    Some("none") => None,
                    _ => Some(self.units()?),
                };
                let act = |channel| OperatorAct::Cap { channel, units };
                Ok(channels()?.into_iter().map(act).collect())
            }
            "allocate" => {
                let share = self.share()?;
                let act = |channel| OperatorAct::Allocate { channel, share };
                Ok(channels()?.into_iter().map(act).collect())
            }
            "end-promotion" => Ok(vec![self.promotion(charter)?]),
            "detected" => Ok(vec![OperatorAct::Detected { what: self.words()? }]),
            "did" => Ok(vec![OperatorAct::Did { what: self.words()? }]),
            "note" => Ok(vec![OperatorAct::Note { what: self.words()? }]),
            _ => Err(not_among("command", &self.command, &OPERATOR_WORDS)),
        }
    }

    fn place(&self) -> Result<&str, Wrong> {
        self.at.as_deref().ok_or_else(|| {
            Wrong::new(format!("{} does not say where", self.command))
                .expected(format!("a channel, or `{ALL}`"))
        })
    }

    fn channels(&self, charter: &Charter) -> Result<Vec<ChannelId>, Wrong> {
        let at = self.place()?;
        let mut names: Vec<&str> = charter.channels.iter().map(|terms| &*terms.name).collect();
        if at == ALL {
            return Ok((0..names.len() as u16).map(ChannelId).collect());
        }
        if let Some(place) = names.iter().position(|name| *name == at) {
            return Ok(vec![ChannelId(place as u16)]);
        }
        names.push(ALL);
        Err(not_among("channel", at, &names))
    }

    fn places(
        &self,
        charter: &Charter,
        act: impl Fn(ActedOn) -> OperatorAct,
    ) -> Result<Vec<OperatorAct>, Wrong> {
        let at = self.place()?;
        let connectors: Vec<&str> = charter.connectors.iter().map(|terms| &*terms.name).collect();
        if let Some(place) = connectors.iter().position(|name| *name == at) {
            return Ok(vec![act(ActedOn::Connector(ConnectorId(place as u16)))]);
        }
        let channels = self.channels(charter).map_err(|_| {
            let mut names: Vec<&str> = charter.channels.iter().map(|terms| &*terms.name).collect();
            names.push(ALL);
            names.extend(&connectors);
            not_among("channel or connector", at, &names)
        })?;
        Ok(channels.into_iter().map(|id| act(ActedOn::Channel(id))).collect())
    }

    fn promotion(&self, charter: &Charter) -> Result<OperatorAct, Wrong> {
        let named = self.at.as_deref().unwrap_or_default();
        let names: Vec<&str> = charter.promotions.iter().map(|terms| &*terms.name).collect();
        match names.iter().position(|name| *name == named) {
            Some(place) => Ok(OperatorAct::EndPromotion { promotion: place as u16 }),
            None => Err(not_among("promotion", named, &names)),
        }
    }

    fn units(&self) -> Result<Qty, Wrong> {
        let said = self.value.as_deref().unwrap_or_default();
        match said.parse::<i64>() {
            Ok(units) if (0..=UNITS_MAX).contains(&units) => Ok(Qty(units)),
            _ => Err(Wrong::new(format!("`{said}` is no number of units"))
                .expected("a whole number from 0 to a billion, such as 5")),
        }
    }

    fn share(&self) -> Result<Ppm, Wrong> {
        let said = self.value.as_deref().unwrap_or_default();
        let number = said.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
        match number {
            Some(share) if (0.0..=100.0).contains(&share) => {
                Ok(Ppm((share * 10_000.0).round() as u32))
            }
            _ => Err(Wrong::new(format!("`{said}` is no share"))
                .expected("a share from 0% to 100%, such as 30%")),
        }
    }

    fn words(&self) -> Result<String, Wrong> {
        let said = self.value.as_deref().map_or("", str::trim);
        let letters = said.chars().count();
        if letters == 0 || letters > REMARK_CHARS_MAX {
            let wrong = Wrong::new(format!("{letters} letters"));
            return Err(wrong.expected(format!("a few words, at most {REMARK_CHARS_MAX} letters")));
        }
        Ok(said.to_owned())
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

pub(super) fn not_among(what: &str, said: &str, names: &[&str]) -> Wrong {
    let wrong = Wrong::new(format!("no {what} is named `{said}`"));
    match names {
        [] => wrong.expected(format!("the scenario has no {what}")),
        names => {
            wrong.expected(format!("one of {}", listed(names))).nearest(said, names.iter().copied())
        }
    }
}
