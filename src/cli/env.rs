//! Owns the file in which mocks say where they are, as NAME=value lines: there while they can be
//! asked, with their secrets, gone with them. Must not know whose addresses they are.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Misused;
use crate::drive::live::FacePlace;
use crate::history::Charter;
use crate::history::charter::{Halfway, Tax, TaxBasis};
use crate::ids::ChannelId;

/// A file that stands there until this goes.
pub(super) struct EnvFile {
    path: PathBuf,
    text: String,
}

impl EnvFile {
    /// Takes what an earlier one has left away: whoever waits for the file must not read of mocks
    /// that are gone.
    pub(super) fn clear(path: &Path) -> anyhow::Result<()> {
        is_free(path)?;
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot write {}", path.display()))
            }
            _ => Ok(()),
        }
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(path: &Path, text: String) -> anyhow::Result<EnvFile> {
        write_env(path, &text)?;
        Ok(EnvFile { path: path.to_owned(), text })
    }
}

impl Drop for EnvFile {
    fn drop(&mut self) {
        // Other mocks may have written theirs there meanwhile.
        if std::fs::read_to_string(&self.path).is_ok_and(|text| text == self.text) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Names as variables may have them; those that come to the same are numbered.
pub(super) fn variables(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let plain: String = name.to_uppercase().chars().map(letter).collect();
        let numbered = (2..).map(|n| format!("{plain}_{n}"));
        let mut free = std::iter::once(plain.clone()).chain(numbered);
        all.push(free.find(|name| !all.contains(name)).unwrap_or_default());
    }
    all
}

/// Where the face of a system of that name is, and what callers must show.
pub(super) fn of_face(name: &str, face: &FacePlace) -> Vec<(String, String)> {
    let dialect = face.dialect.name().to_uppercase();
    let mut vars = vec![(format!("DOORBUSTER_{name}_{dialect}_URL"), face.url.clone())];
    if let Some(url) = &face.https_url {
        vars.push((format!("DOORBUSTER_{name}_{dialect}_HTTPS_URL"), url.clone()));
    }
    let shown = face.credentials.iter();
    vars.extend(shown.map(|(what, secret)| (format!("DOORBUSTER_{name}_{what}"), secret.clone())));
    vars
}

/// What a channel's prices are, where it converts those of the source.
pub(super) fn of_tariff(name: &str, charter: &Charter, id: ChannelId) -> Vec<(String, String)> {
    let Some(tariff) = &charter.channels[id.index()].tariff else { return vec![] };
    let half = match tariff.half {
        Halfway::Up => "up",
        Halfway::Even => "even",
    };
    let named = [
        ("CURRENCY", tariff.currency.clone()),
        ("DIGITS", tariff.digits.to_string()),
        ("RATE", decimal(tariff.rate_e9, 9)),
        ("ROUND_TO", tariff.step.0.to_string()),
        ("ROUND_HALF", half.to_owned()),
    ];
    let taxed = of_tax(tariff.tax);
    let all = named.into_iter().chain(taxed);
    all.map(|(what, value)| (format!("DOORBUSTER_{name}_{what}"), value)).collect()
}

/// What the source's prices are, where some channel's are not the same.
pub(super) fn of_source(charter: &Charter) -> Vec<(String, String)> {
    let Some(tariff) = charter.channels.iter().find_map(|channel| channel.tariff.as_ref()) else {
        return vec![];
    };
    let named =
        [("CURRENCY", charter.currency.clone()), ("DIGITS", charter.currency_digits.to_string())];
    let all = named.into_iter().chain(of_tax(tariff.source));
    all.map(|(what, value)| (format!("DOORBUSTER_{what}"), value)).collect()
}

fn of_tax(tax: Tax) -> [(&'static str, String); 2] {
    let prices = match tax.prices {
        TaxBasis::Net => "net",
        TaxBasis::Gross => "gross",
    };
    [("TAX", prices.to_owned()), ("TAX_RATE", decimal(u64::from(tax.rate.0), 6))]
}

/// A number of so many decimals, without zeros that say nothing: `1.17`.
fn decimal(number: u64, digits: u32) -> String {
    let one = 10_u64.pow(digits);
    let text = format!("{}.{:0width$}", number / one, number % one, width = digits as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Nobody's link or pipe leads tokens astray.
fn is_free(path: &Path) -> anyhow::Result<()> {
    let Ok(there) = path.symlink_metadata() else { return Ok(()) };
    if there.is_file() {
        return Ok(());
    }
    let what = if there.is_symlink() { "is a link" } else { "is no file" };
    Err(no_file(path, what).into())
}

fn no_file(path: &Path, what: &str) -> Misused {
    let place = path.display();
    Misused(format!(
        "{place} {what}: tokens are not written through it\n  \
         expected: --env with the name of a file, such as doorbuster.env"
    ))
}

/// The file holds tokens: readable by its owner alone.
pub(super) fn write_env(path: &Path, env: &str) -> anyhow::Result<()> {
    is_free(path)?;
    let name = path.file_name().ok_or_else(|| no_file(path, "has no name"))?.to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(env.as_bytes())?;
        std::fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn tokens_are_their_owners_alone_also_in_a_file_that_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("doorbuster.env");
        std::fs::write(&file, "old").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        write_env(&file, "A=1\n").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "A=1\n");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn no_link_is_followed_and_no_pipe_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let [victim, link, pipe] = ["victim", "link", "pipe"].map(|name| folder.path().join(name));
        std::fs::write(&victim, "mine").unwrap();
        symlink(&victim, &link).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for (path, says) in [(&link, "is a link"), (&pipe, "is no file")] {
            let refused = write_env(path, "A=1\n").unwrap_err();
            assert!(EnvFile::clear(path).unwrap_err().is::<Misused>());
            assert!(refused.is::<Misused>() && refused.to_string().contains(says), "{refused}");
        }
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
    }

    #[test]
    fn it_is_gone_with_its_mocks_and_never_that_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("doorbuster.env");
        EnvFile::clear(&file).unwrap();
        let ours = EnvFile::write(&file, "A=1\n".to_owned()).unwrap();
        EnvFile::clear(&file).unwrap();
        let theirs = EnvFile::write(&file, "A=2\n".to_owned()).unwrap();
        drop(ours);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "A=2\n");
        drop(theirs);
        assert!(!file.exists());
    }

    #[test]
    fn every_role_has_variables_of_its_own() {
        let names = ["日本", "東京", "Shop DE", "oms"].map(str::to_owned);
        assert_eq!(variables(names.into_iter()), ["__", "___2", "SHOP_DE", "OMS"]);
    }
}
