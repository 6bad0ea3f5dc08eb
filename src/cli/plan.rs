//! Owns `doorbuster plan`: what a scenario implies before it is played.
//! Must not know how anything of it is computed (`outlook`).

use std::path::PathBuf;

use super::{Exit, ScenarioArgs, data, judged};
use crate::history::charter::Kpi;
use crate::outlook::{Assumed, Outlook};
use crate::report::outlook::{self, Sheet};
use crate::scenario;
use crate::units::{Ppm, Span};

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// How badly the systems do, as a share of each limit: half, flawless, or e.g. 30%
    #[arg(long, value_parser = performance, default_value = "half")]
    performance: Ppm,
    /// The true share of oversold orders, e.g. 0.2%
    #[arg(long, value_parser = scenario::share, help_heading = "Performance that is known")]
    oversold: Option<Ppm>,
    /// The true share of orders cancelled for want of stock
    #[arg(long, value_parser = scenario::share, help_heading = "Performance that is known")]
    cancelled: Option<Ppm>,
    /// The true share of orders that miss the OMS or its deadline
    #[arg(long, value_parser = scenario::share, help_heading = "Performance that is known")]
    lost: Option<Ppm>,
    /// The true share of orders in which the books differ
    #[arg(long, value_parser = scenario::share, help_heading = "Performance that is known")]
    variance: Option<Ppm>,
    /// The true share of stock, price and listing changes that are later than their limit
    #[arg(long, value_parser = scenario::share, help_heading = "Performance that is known")]
    late: Option<Ppm>,
    /// How much more bad events vary than independent ones [default: by skew, at least 1.5]
    #[arg(long, value_parser = design_effect)]
    deff: Option<f64>,
    /// What an exchange takes on this machine at worst (p99)
    #[arg(long, value_parser = scenario::duration, default_value = "1ms")]
    exchange: Span,
    /// Write plan.html and plan.json into this folder
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print plan.json on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let plan = scenario::read(&args.scenario.scenario, &args.scenario.overrides())?;
    for note in &plan.notes {
        eprintln!("note: {note}");
    }
    for line in &plan.charter.not_known {
        eprintln!("note: {line}: a plan is arithmetic, and is not played");
    }
    let outlook = Outlook::of(&plan, &args.assumed());
    let sheet = Sheet::of(&outlook, &plan.charter);
    if let Some(folder) = &args.out {
        outlook::write(folder, &sheet)?;
    }
    eprint!("{}", outlook::terminal::text(&sheet, judged::paper()));
    if let Some(folder) = &args.out {
        eprintln!("files  {}", folder.join("plan.html").display());
    }
    if args.json {
        data(&sheet.to_json())?;
    }
    Ok(Exit::Go)
}

impl Args {
    fn assumed(&self) -> Assumed {
        let stated = [
            (Kpi::OversoldOrders, self.oversold),
            (Kpi::StockCancellations, self.cancelled),
            (Kpi::HandoffSuccess, self.lost),
            (Kpi::ReconciliationVariance, self.variance),
            (Kpi::SyncLag, self.late),
            (Kpi::PriceLag, self.late),
            (Kpi::ListingLatency, self.late),
        ];
        Assumed {
            of_limit: self.performance,
            stated: stated.into_iter().filter_map(|(kpi, share)| Some((kpi, share?))).collect(),
            design_effect: self.deff,
            exchange: self.exchange,
        }
    }
}

/// `half`, `flawless`, `30%`.
fn performance(text: &str) -> Result<Ppm, String> {
    match text {
        "half" => Ok(Ppm(500_000)),
        "flawless" => Ok(Ppm::ZERO),
        text => scenario::share(text).map_err(|wrong| format!("{wrong}; or half, or flawless")),
    }
}

fn design_effect(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(effect) if (1.0..=1_000.0).contains(&effect) => Ok(effect),
        _ => Err("a number from 1 (independent events) to 1000, such as 1.5".to_owned()),
    }
}
