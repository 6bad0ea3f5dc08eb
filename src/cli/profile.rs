//! Owns `doorbuster profile`: which profile was typed, what it is held against, the exit code.
//! Must not know any platform, nor how a profile is read.

mod face;
mod sent;
mod told;

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{Exit, Misused};
use crate::commerce::terms::Dialect;
use crate::profile::{
    self, CallTime, Conversation, Profile, ProfileOperation, ProfileSetting, RuleLine, SHIPPED,
    Session, Settings,
};
use told::Entry;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show what a profile sends, and play every operation of it
    #[command(after_help = "Examples:
  doorbuster profile check woocommerce
  doorbuster profile check ours.yaml --against recorded.txt
  SHOP_URL=https://shop.example doorbuster profile check ours.yaml --against nothing

Settings come from the environment, under the names that the profile gives; secrets are masked in
what is shown. Nothing is sent but to a face of doorbuster's own, on this machine.

Exit codes: 0 every operation passed · 1 one failed · 2 the profile is wrong, or nothing of that
name is there · 3 nothing failed, and not all was played")]
    Check(CheckArgs),
    /// Print a profile that ships, to start from
    #[command(after_help = "Examples:
  doorbuster profile show woocommerce > ours.yaml
  doorbuster profile show")]
    Show {
        /// Its name; without one, the names of all
        name: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
struct CheckArgs {
    /// A file, or the name of a profile that ships
    profile: String,
    /// `face`: doorbuster's own of the platform, hosted on loopback; `nothing`: only shown; or a
    /// file of recorded exchanges [default: face, where there is one, else nothing]
    #[arg(long)]
    against: Option<String>,
}

/// What a profile is held against.
enum Against {
    Face(Dialect),
    Recorded(PathBuf),
    Nothing,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Check(args) => check(args),
        Command::Show { name } => show(name.as_deref()),
    }
}

fn show(name: Option<&str>) -> anyhow::Result<Exit> {
    let Some(name) = name else {
        let names = SHIPPED.iter().map(|(name, _)| format!("{name}\n"));
        super::data(names.collect::<String>().as_bytes())?;
        return Ok(Exit::Go);
    };
    let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
    let Some((_, text)) = shipped else {
        let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        return Err(
            Misused(format!("no profile `{name}` ships\n  expected: one of {names}")).into()
        );
    };
    super::data(text.as_bytes())?;
    Ok(Exit::Go)
}

fn check(args: &CheckArgs) -> anyhow::Result<Exit> {
    let profile = profile::read(&args.profile)?;
    let against = against(args, &profile)?;
    let mut told = told::head(&args.profile, &profile);
    let entries = match &against {
        Against::Face(dialect) => {
            told += &told::at_a_face(dialect.name());
            face::play(&profile, *dialect)?
        }
        Against::Recorded(path) => {
            told += &told::at_a_file(path);
            recorded(&profile, path)?
        }
        Against::Nothing => {
            told += told::AT_NOTHING;
            previews(&profile, &of_environment(&profile))
        }
    };
    told += &told::entries(&profile, &entries);
    if !matches!(against, Against::Nothing) {
        let spoke: BTreeSet<RuleLine> =
            entries.iter().flat_map(|entry| entry.rules.iter().copied()).collect();
        told += &told::rules(&profile, &spoke);
    }
    super::data(told.as_bytes())?;
    let (failed, open) = entries.iter().fold((0, 0), |(failed, open), entry| match entry.went {
        told::Went::Well(_) => (failed, open),
        told::Went::Wrong { .. } => (failed + 1, open),
        told::Went::Not(_) => (failed, open + 1),
    });
    Ok(match (failed, open) {
        (0, 0) => Exit::Go,
        (0, _) => Exit::Inconclusive,
        _ => Exit::NoGo,
    })
}

fn against(args: &CheckArgs, profile: &Profile) -> anyhow::Result<Against> {
    let face = profile.face().map(|name| {
        let known = Dialect::OF_CHANNELS.iter().find(|(known, _)| *known == name);
        known.map(|(_, dialect)| *dialect).ok_or_else(|| {
            let names: Vec<_> = Dialect::OF_CHANNELS.iter().map(|(name, _)| *name).collect();
            let names = names.join(", ");
            Misused(format!("the profile's `face: {name}` is none\n  expected: one of {names}"))
        })
    });
    match args.against.as_deref() {
        Some("nothing") => Ok(Against::Nothing),
        Some("face") => match face.transpose()? {
            Some(dialect) => Ok(Against::Face(dialect)),
            None => Err(Misused(
                "the profile names no face\n  \
                 expected: `face: woocommerce` in it, or --against with a file of exchanges"
                    .to_owned(),
            )
            .into()),
        },
        Some(path) => Ok(Against::Recorded(PathBuf::from(path))),
        None => Ok(face.transpose()?.map_or(Against::Nothing, Against::Face)),
    }
}

/// What the environment says; what it does not is shown by its name.
fn of_environment(profile: &Profile) -> Settings {
    let said = |setting: &ProfileSetting| {
        let said = std::env::var(&setting.from).ok().or_else(|| setting.default.clone());
        said.or_else(|| Some(format!("<{}>", setting.from)))
    };
    Settings::said(profile, said).0
}

/// Every operation as it would be sent.
fn previews(profile: &Profile, settings: &Settings) -> Vec<Entry> {
    let session = Session::new(settings.clone());
    let all = ProfileOperation::ALL.into_iter().filter(|operation| profile.has(*operation));
    all.filter_map(|operation| {
        let arguments = face::arguments(operation, "SKU-1", None);
        let talk = Conversation::new(profile, operation, &arguments, &session).ok()?;
        let time = CallTime { epoch_s: face::wall_s(), nonce: 1 };
        let shown = Some(talk.preview(&session, time));
        let went = told::Went::Not("shown, and sent to nobody".to_owned());
        Some(Entry { name: operation.to_string(), shown, went, rules: BTreeSet::new() })
    })
    .collect()
}

/// Every case of a file, and the operations that none of them plays.
fn recorded(profile: &Profile, path: &Path) -> anyhow::Result<Vec<Entry>> {
    let file = path.display().to_string();
    let text = text_of(path).map_err(|why| Misused(format!("{file} cannot be read: {why}")))?;
    let recorded = profile::recorded(&file, &text)?;
    let settings = of_environment(profile);
    let mut entries = Vec::new();
    let mut played = BTreeSet::new();
    for case in recorded.play(profile, &settings) {
        played.extend(case.operation);
        let name = case.operation.map_or("webhook".to_owned(), |operation| operation.to_string());
        let went = match case.wrong {
            Some(wrong) => {
                told::Went::Wrong { place: format!("{file}:{}", wrong.line), why: wrong.why }
            }
            None => told::Went::Well(format!("{} ({file}:{})", case.came_to, case.line)),
        };
        entries.push(Entry { name, shown: None, went, rules: case.rules });
    }
    let left = previews(profile, &settings).into_iter();
    entries.extend(
        left.filter(|entry| !played.iter().any(|one| one.name() == entry.name))
            .map(|entry| Entry { went: told::Went::Not("not recorded".to_owned()), ..entry }),
    );
    Ok(entries)
}

/// A file's text, with a byte more than exchanges may have where it has that many.
fn text_of(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let most = profile::EXCHANGES_BYTES_MAX as u64 + 1;
    std::fs::File::open(path)?.take(most).read_to_string(&mut text)?;
    Ok(text)
}
