//! Owns what the user of a profile has said, and that no secret of it is ever shown.
//! Must not know where it was said.

use super::model::{Profile, ProfileSetting};
use super::template::{Known, ProfileValue, url_encoded};

/// What is shown in the place of a secret.
pub const MASK: &str = "****";

/// Settings with their values; those not said are empty.
#[derive(Clone)]
pub struct Settings {
    pub(super) values: Vec<Option<ProfileValue>>,
    /// The same with every secret masked.
    pub(super) masked: Vec<Option<ProfileValue>>,
    secrets: Vec<String>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("masked", &self.masked).finish_non_exhaustive()
    }
}

impl Settings {
    /// What is said by `say`, or else by the profile's defaults; and what is missing.
    pub fn said(
        profile: &Profile,
        mut say: impl FnMut(&ProfileSetting) -> Option<String>,
    ) -> (Settings, Vec<&ProfileSetting>) {
        let mut values = vec![None; profile.names.len()];
        let mut masked = values.clone();
        let (mut secrets, mut missing) = (Vec::new(), Vec::new());
        for setting in &profile.settings {
            let at = usize::from(setting.slot.0);
            let Some(value) = say(setting).or_else(|| setting.default.clone()) else {
                masked[at] = Some(ProfileValue::text(format!("<{}>", setting.from)));
                missing.push(setting);
                continue;
            };
            let shown = if setting.is_secret { MASK } else { &value };
            masked[at] = Some(ProfileValue::text(shown));
            if setting.is_secret {
                secrets.push(value.clone());
            }
            values[at] = Some(ProfileValue::text(value));
        }
        (Settings { values, masked, secrets }, missing)
    }

    /// What is known before anything is asked.
    pub(super) fn known(&self) -> Known<'_> {
        Known { values: &self.values, items: &[] }
    }

    /// Something that is not to be shown from now on.
    pub(super) fn hide(&mut self, secret: &str) {
        if !self.secrets.iter().any(|known| known == secret) {
            self.secrets.push(secret.to_owned());
        }
    }

    /// A text in which no secret stands, as it is or escaped.
    pub fn without_secrets(&self, text: &str) -> String {
        // The longest first: one may be a part of another.
        let mut secrets: Vec<&String> = self.secrets.iter().filter(|s| !s.is_empty()).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut shown = text.to_owned();
        for secret in secrets {
            let json = serde_json::Value::from(secret.as_str()).to_string();
            let escaped = [secret.clone(), url_encoded(secret), json[1..json.len() - 1].to_owned()];
            for form in escaped {
                shown = shown.replace(&form, MASK);
            }
        }
        shown
    }
}
