//! What a judgement is held to: a defect, the signs that must show it, as often as it struck, and
//! that nothing else is found.

use std::path::Path;

use doorbuster::commerce::defect::{Defect, Marked};
use doorbuster::ids::{ChannelId, SkuId};
use doorbuster::judge::Judgement;
use doorbuster::judge::judgement::{Band, ErrorClass, Invariant, OversellCauses, Unproved};
use doorbuster::scenario::patch::{Patch, read_patched};
use doorbuster::scenario::{Overrides, Plan};
use doorbuster::units::Qty;

/// The campaign of every row.
pub(crate) const SCENARIO: &str = "scenarios/validation/zoo.yaml";

/// A scenario with some of its keys set.
pub(crate) fn plan(scenario: &str, set: &[(&str, &str)], overrides: &Overrides) -> Plan {
    let patch = set.iter().fold(Patch::default(), |all, (key, to)| all.then(Patch::set(key, to)));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(scenario);
    let read = read_patched(&path, overrides, &patch);
    read.unwrap_or_else(|wrong| panic!("{scenario}: {wrong}"))
}

/// A defect and what must be said of it.
pub(crate) struct Row {
    pub(crate) defect: Defect,
    /// What a team would call it.
    pub(crate) bug: &'static str,
    /// What is set so that it is reached.
    pub(crate) set: &'static [(&'static str, &'static str)],
    /// What must be found.
    pub(crate) finds: &'static [(Sign, Times)],
    /// What follows from it, and may be found.
    pub(crate) follows: &'static [Sign],
}

/// Where a judgement shows that something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A rule is broken.
    Rule(Invariant),
    /// Units that a rule counts.
    Units(Invariant),
    /// Orders go wrong in this way.
    Class(ErrorClass),
    /// Units were oversold for this reason.
    Cause(Why),
    /// What a channel says is not to be relied on.
    Unreliable,
}

/// A reason for units oversold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    Duplicate,
    LostUpdate,
    ReservationGap,
    Unapplied,
    Race,
}

/// How often, by the coverage marks that the defect left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    /// As often as it struck.
    Each,
    /// So often for each time that it struck.
    ByMarks(u64),
    /// Once at least, and at the most so often for each time that it struck: what it spoilt may be
    /// mended by a later change, and one thing be spoilt twice.
    Within(u64),
    /// Exactly those that the machines themselves stand wrong by when all is over, and no more than
    /// so many for each time that it struck: a later change may have mended what it spoilt.
    Standing(u64),
    /// Once at least: what it did to one thing has no bound in the others.
    Some,
}

/// What came of a row on a seed.
pub(crate) struct Came {
    pub(crate) marks: u64,
    /// What was to be found and was not, in words.
    pub(crate) missed: Vec<String>,
    /// What was found and did not come of the defect.
    pub(crate) invented: Vec<String>,
}

impl Row {
    /// The campaign on a seed, with the defect or without.
    pub(crate) fn plan(&self, seed: u64, sound: bool) -> Plan {
        let overrides = Overrides { seed: Some(seed), ..Overrides::default() };
        let mut plan = plan(SCENARIO, self.set, &overrides);
        if !sound {
            plan.world.defects.push(self.defect);
        }
        plan
    }

    /// Holds a judgement to what must be said, beside what is said of the same campaign without
    /// the defect.
    pub(crate) fn held(&self, marked: &Marked, judged: &Judgement, sound: &Judgement) -> Came {
        let marks = marked.marks.of(self.defect);
        let mut missed = Vec::new();
        for (sign, times) in self.finds {
            let (n, without) = (count(*sign, judged), count(*sign, sound));
            let more = n.saturating_sub(without);
            if marks > 0 && !times.fits(more, marks) {
                missed.push(format!("{sign:?}: {n} (sound {without}) for {marks} marks"));
            }
            if let (Times::Standing(_), Some(standing)) = (times, standing(*sign, marked))
                && n != standing.len() as u64
            {
                missed.push(format!("{sign:?}: {n}, and {} stand wrong", standing.len()));
            }
        }
        // Each that is named is one of those that the machines stand wrong by, and no other.
        let named = judged.wrong.iter().map(|named| (named.channel, named.sku));
        let strangers = named.filter(|named| !marked.wrong_offers.contains(named)).count();
        if strangers > 0 {
            missed.push(format!("{strangers} offers are named that stand right"));
        }
        let expected = |sign: Sign| {
            let finds = self.finds.iter().map(|(sign, _)| *sign);
            marks > 0 && finds.chain(self.follows.iter().copied()).any(|known| known == sign)
        };
        let invented = signs()
            .filter(|sign| !expected(*sign) && count(*sign, judged) > count(*sign, sound))
            .map(|sign| format!("{sign:?}: {}", count(sign, judged)))
            .collect();
        Came { marks, missed, invented }
    }
}

impl Times {
    fn fits(self, n: u64, marks: u64) -> bool {
        match self {
            Times::Each => n == marks,
            Times::ByMarks(each) => n == marks * each,
            Times::Within(each) | Times::Standing(each) => n > 0 && n <= marks * each,
            Times::Some => n > 0,
        }
    }
}

/// What the machines themselves say of it.
fn standing(sign: Sign, marked: &Marked) -> Option<&[(ChannelId, SkuId)]> {
    match sign {
        Sign::Rule(Invariant::WrongOffer) => Some(&marked.wrong_offers),
        Sign::Rule(Invariant::WrongPrice) => Some(&marked.wrong_prices),
        _ => None,
    }
}

/// What is looked at for inventions: every rule and every class of errors.
fn signs() -> impl Iterator<Item = Sign> {
    let classes = ErrorClass::ALL.into_iter().map(Sign::Class);
    Invariant::ALL.into_iter().map(Sign::Rule).chain(classes)
}

pub(crate) fn count(sign: Sign, judged: &Judgement) -> u64 {
    match sign {
        Sign::Rule(rule) => {
            let of = judged.invariants.iter().find(|result| result.invariant == rule);
            of.map_or(0, |result| result.breaches.definite)
        }
        Sign::Units(rule) => {
            let of = judged.invariants.iter().find(|result| result.invariant == rule);
            of.map_or(0, |result| result.units.0 as u64)
        }
        Sign::Class(class) => {
            let row = judged.errors.iter().find(|row| row.class == class);
            row.map_or(0, |row| row.touched.orders)
        }
        Sign::Cause(cause) => cause.units(&judged.causes).0 as u64,
        Sign::Unreliable => {
            let told = Band::NotProved(Unproved::Contradicted);
            judged.gates.iter().filter(|gate| gate.band == told).count() as u64
        }
    }
}

impl Why {
    fn units(self, causes: &OversellCauses) -> Qty {
        match self {
            Why::Duplicate => causes.duplicate,
            Why::LostUpdate => causes.lost_update,
            Why::ReservationGap => causes.reservation_gap,
            Why::Unapplied => causes.lag_unapplied,
            Why::Race => causes.channel_race,
        }
    }
}
