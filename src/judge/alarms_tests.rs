//! Alerts that were raised, as a history tells of them.

use super::testing::*;
use crate::history::charter::{AlertRule, Charter, Severity, Signal};
use crate::history::fact::What;
use crate::ids::{AlertId, ChannelId};
use crate::judge::judgement::Spell;
use crate::judge::{Firing, Fold, NotAHistory};
use crate::units::{At, Span};

fn rule(name: &str, channels: &[u16]) -> AlertRule {
    AlertRule {
        name: name.to_owned(),
        when: Signal::SyncLag { above: Span::from_mins(5) },
        hold: Span::from_mins(2),
        severity: Severity::Warning,
        owner: None,
        channels: channels.iter().map(|&channel| ChannelId(channel)).collect(),
    }
}

fn alerted() -> Play {
    let alerts = vec![rule("all", &[]), rule("each", &[0, 1])];
    Play::new(Charter { alerts, ..charter(1) })
}

fn alert(alert: u16, channel: Option<u16>, firing: bool) -> What {
    What::Alert { alert: AlertId(alert), channel: channel.map(ChannelId), firing }
}

#[test]
fn each_alert_says_when_it_fired_on_each_of_its_channels() {
    let mut play = alerted();
    play.add(10, alert(0, None, true)).add(20, alert(1, Some(1), true));
    play.add(30, alert(0, None, false)).add(40, alert(0, None, true));
    let firing = eat(&play.history()).glance().firing;
    let fires = |alert, channel, s| Firing { alert: AlertId(alert), channel, since: secs(s) };
    assert_eq!(firing, [fires(0, None, 40), fires(1, Some(ChannelId(1)), 20)]);
    let seen = play.judge().alerts;
    let spells = |from, until: Option<u64>| Spell { from: secs(from), until: until.map(secs) };
    let all = &seen[0];
    assert_eq!(all.spells, [spells(10, Some(30)), spells(40, None)]);
    let each: Vec<_> = seen[1..].iter().map(|seen| (seen.channel, seen.spells.len())).collect();
    assert_eq!(each, [(Some(ChannelId(0)), 0), (Some(ChannelId(1)), 1)]);
    // What began while it fired already is detected when it fires anew.
    let detected = [0, 10, 11, 40, 41].map(|s| all.first_from(secs(s)));
    assert_eq!(detected, [Some(secs(10)), Some(secs(10)), Some(secs(40)), Some(secs(40)), None]);
}

/// No verdict rests on alerts, whether they fire or not.
#[test]
fn alerts_change_no_verdict() {
    let without = healthy().judge();
    let mut play = healthy();
    play.charter.alerts = vec![rule("all", &[])];
    play.add(600, alert(0, None, true));
    let with = play.judge();
    assert_eq!((with.verdict, with.reasons), (without.verdict, without.reasons));
    assert_eq!(with.gates, without.gates);
}

#[test]
fn what_no_rule_can_have_raised_is_refused() {
    let refused = |facts: Vec<What>| {
        let mut play = alerted();
        for (s, what) in facts.into_iter().enumerate() {
            play.add(s as u64, what);
        }
        let mut fold = Fold::new();
        play.history().iter().try_for_each(|fact| fold.eat(fact))
    };
    assert!(refused(vec![alert(0, None, true), alert(0, None, false)]).is_ok());
    for facts in [
        vec![alert(0, None, false)],
        vec![alert(0, None, true), alert(0, None, true)],
        vec![alert(0, Some(0), true)],
        vec![alert(1, None, true)],
    ] {
        assert!(matches!(refused(facts), Err(NotAHistory::NeverWas { .. })));
    }
    assert!(matches!(refused(vec![alert(2, None, true)]), Err(NotAHistory::Unknown { .. })));
    let mut play = alerted();
    play.charter.alerts[1].channels.push(ChannelId(9));
    let mut fold = Fold::new();
    assert!(matches!(fold.eat(&play.history()[0]), Err(NotAHistory::Charter(_))));
    assert_eq!(fold.glance().at, At::START);
}
