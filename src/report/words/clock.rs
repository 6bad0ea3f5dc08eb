//! Owns how it is said that a run's clock was too fast, and which speed to play it at instead.
//! Must not know gates.

use super::number::{span, speed};
use crate::report::summary::Summary;
use crate::report::summary::load::{Coarse, TookTooLong};

/// What took too long for it, with its numbers.
pub(super) fn too_fast(summary: &Summary) -> String {
    let milli = summary.campaign.speed_milli;
    let rests = "no longer small against what gates and connectors rest on";
    let Some(coarse) = &summary.load.coarse else {
        return format!(
            "At {} the clock ran too fast: what took wall time is {rests}",
            speed(milli)
        );
    };
    let wall = format!("{} of wall time", span(coarse.took_us));
    // A step back is one of campaign time.
    let campaign = match coarse.what {
        TookTooLong::StepBack => coarse.took_us,
        _ => coarse.took_us.saturating_mul(milli) / 1_000,
    };
    let took = match coarse.what {
        TookTooLong::Unpaced => {
            return "How fast the clock ran is not in the record, which has times of the wall"
                .to_owned();
        }
        TookTooLong::Exchanges => format!("half of all exchanges took {wall} or longer"),
        TookTooLong::SlowExchanges => format!("an exchange in a hundred took {wall} or longer"),
        TookTooLong::Sends => format!("in the mean calls left {wall} late"),
        TookTooLong::LateSends => format!("a call in a hundred left {wall} late, or later"),
        TookTooLong::Stall => format!("doorbuster stood still for {wall}"),
        TookTooLong::StepBack => "time stepped back".to_owned(),
    };
    let enough = coarse.speed_milli_max.filter(|&most| most > 0);
    let enough =
        enough.map_or_else(String::new, |most| format!("; at {} it would be", speed(most)));
    format!(
        "At {} the clock ran too fast: {took}: {} of the campaign, {rests}{enough}",
        speed(milli),
        span(campaign)
    )
}

/// What to do about it.
pub(super) fn slower(summary: &Summary) -> String {
    let alone = "play it where nothing else uses the machine";
    match summary.load.coarse.as_ref().and_then(steady) {
        Some(steady) if steady < summary.campaign.speed_milli => {
            format!("lower `speed` to {}, or {alone}", speed(steady))
        }
        _ => alone.to_owned(),
    }
}

/// A round speed with a fifth to spare; nothing where that would be slower than the wall.
fn steady(coarse: &Coarse) -> Option<u64> {
    let most = coarse.speed_milli_max? / 5 * 4;
    let step = if most >= 10_000 { 5_000 } else { 1_000 };
    Some(most / step * step).filter(|&milli| milli > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn said(what: TookTooLong, took_us: u64, speed_milli_max: Option<u64>) -> [String; 2] {
        let mut summary = sample::summary_go();
        summary.campaign.speed_milli = 45_000;
        summary.load.coarse = Some(Coarse { what, took_us, speed_milli_max });
        [too_fast(&summary), slower(&summary)]
    }

    /// What is named is what was too long, and the speed that is proposed would have done.
    #[test]
    fn a_clock_that_is_too_fast_says_what_took_too_long_and_which_speed_would_do() {
        let alone = "play it where nothing else uses the machine";
        insta::assert_snapshot!(said(TookTooLong::Sends, 1_900, Some(34_210)).join("\n"), @r"
        At 45x the clock ran too fast: in the mean calls left 1.9 ms of wall time late: 85.5 ms of the campaign, no longer small against what gates and connectors rest on; at 34.2x it would be
        lower `speed` to 25x, or play it where nothing else uses the machine
        ");
        insta::assert_snapshot!(said(TookTooLong::Stall, 700_000, Some(3_100)).join("\n"), @r"
        At 45x the clock ran too fast: doorbuster stood still for 700 ms of wall time: 31.5 s of the campaign, no longer small against what gates and connectors rest on; at 3.1x it would be
        lower `speed` to 2x, or play it where nothing else uses the machine
        ");
        let [_, action] = said(TookTooLong::Exchanges, 90_000_000, Some(700));
        assert_eq!(action, alone, "nothing is slower than the wall");
        let [sentence, action] = said(TookTooLong::Unpaced, 0, None);
        assert!(sentence.contains("not in the record") && action == alone);
    }
}
