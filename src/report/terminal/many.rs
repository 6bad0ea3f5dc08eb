//! Owns what a terminal shows of many afternoons: channels, measures, sales.
//! Must not print, nor know how the afternoons were played.

use super::lines::{Lines, Paper, Tone, pad};
use super::verdict_tone;
use crate::report::many::words::{
    More, channel_reason, cut_short, gate_name, headline, interval, quantile, sales, trouble, why,
    worst_gates,
};
use crate::report::many::{Afternoons, GateOver};
use crate::report::words::gate::capitalised;
use crate::report::words::verdict_word;

/// Gates that are told one by one.
const GATES_TOLD: usize = 8;

/// Many afternoons of one scenario.
pub fn afternoons(all: &Afternoons, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    out.hung("", 0, Some(verdict_tone(all.verdict)), &headline(all));
    out.hung("", 0, Some(Tone::Quiet), &all.campaign);
    out.blank();
    out.wrapped("", &why(all));
    if let Some(cut) = cut_short(all) {
        out.wrapped("", &format!("{cut}."));
    }
    out.blank();
    out.title("all afternoons together, by channel");
    let widest = all.channels.iter().map(|c| c.name.chars().count()).max().unwrap_or(0);
    for channel in &all.channels {
        let reason = channel_reason(all, &channel.name);
        let reason = if reason.is_empty() { reason } else { format!(": {reason}") };
        let said = format!("{}{reason}", verdict_word(channel.verdict));
        out.wrapped(&format!("{}  ", pad(&channel.name, widest)), &said);
    }
    out.blank();
    out.wrapped("", &format!("{}.", capitalised(&sales::kept(&all.sales, &all.currency))));
    out.blank();
    let two = all.runs == 2;
    out.title(if two {
        "measures of the run, in both"
    } else {
        "measures of the run: median, and where nine of ten afternoons lie"
    });
    for gate in all.gates.iter().filter(|gate| gate.channel.is_none()) {
        out.wrapped("- ", &measure(gate, two));
    }
    out.blank();
    let worst = worst_gates(all);
    if !worst.is_empty() {
        out.title("what stands in the way");
        for gate in worst.iter().take(GATES_TOLD) {
            out.wrapped(
                "- ",
                &format!("{}: {}", gate_name(gate), trouble(gate, all.runs, More::of(all))),
            );
        }
        if worst.len() > GATES_TOLD {
            out.wrapped("  ", &format!("and {} more", worst.len() - GATES_TOLD));
        }
        out.blank();
    }
    out.text
}

fn measure(gate: &GateOver, two: bool) -> String {
    let [low, median, high] = gate.quantiles.map(|value| quantile(gate.kpi, value));
    // Of two there is no middle.
    if two {
        return format!("{}: {low} and {high}", gate.kpi.title());
    }
    let mean =
        gate.mean.map_or(String::new(), |mean| format!("; mean {}", interval(gate.kpi, mean)));
    format!("{}: {median} ({low} … {high}){mean}", gate.kpi.title())
}
