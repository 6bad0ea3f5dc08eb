//! Owns the tables of the load itself: lateness, latency, queues. Must not judge it.

use crate::report::document::table::{Cell, Table};
use crate::report::document::{Block, Voice};
use crate::report::summary::Summary;
use crate::report::summary::measured::Percentiles;
use crate::report::words;
use crate::report::words::number::{count, share, span, three_digits};

/// Whether it kept its schedule.
pub(super) fn section(summary: &Summary, figure: Vec<Block>) -> Vec<Block> {
    let said = format!("{} {}.", words::load_verdict(summary), words::load_honesty(summary));
    let mut blocks =
        vec![Block::heading("load", "How honest the load was"), Block::said(Voice::Plain, said)];
    blocks.extend(figure);
    // In a simulated run sending takes no time: a table of zeros would tell nothing.
    let is_timed = summary.campaign.speed_milli > 0;
    blocks.extend(is_timed.then(|| Block::Table(honesty(summary).aside(true))));
    blocks
}

/// Lateness and exchange time, in wall time.
fn honesty(summary: &Summary) -> Table {
    let load = &summary.load;
    let columns = ["wall time", "calls", "p50", "p95", "p99", "max"];
    let caption = format!(
        "{} in flight at most; longest stall {} of wall time; {} outcomes found out afterwards",
        count(load.in_flight_max),
        span(load.stall_wall_us_max),
        count(load.resolved),
    );
    let mut table = Table::new(caption, &columns);
    let rows = [("Late by", &load.lateness_wall), ("Exchange", &load.exchange_wall)];
    for (name, seen) in rows {
        let cells = [Cell::text(name), Cell::number(count(seen.count))];
        let row: Vec<Cell> = cells.into_iter().chain(percentiles(seen)).collect();
        table.push(row);
    }
    table
}

/// Queues of the connectors.
pub(super) fn queues(summary: &Summary) -> Table {
    let columns = ["queue", "workers busy, mean", "waiting, mean", "deepest", "empty again after"];
    let mut table = Table::new("Queues of the connectors, in campaign time", &columns);
    for queue in &summary.queues {
        table.push(vec![
            Cell::text(format!("{}, partition {}", queue.connector, queue.partition)),
            Cell::number(share(queue.busy_mean_ppm)),
            Cell::number(three_digits(queue.depth_mean_milli as f64 / 1e3)),
            Cell::number(count(queue.depth_max.into())),
            Cell::number(queue.emptied_after_us.map_or("never".to_owned(), span)),
        ]);
    }
    table
}

/// How long jobs waited for a worker.
pub(super) fn waits(summary: &Summary) -> Table {
    let columns = ["jobs", "attempts", "mean", "p50", "p95", "p99", "longest"];
    let mut table = Table::new("How long jobs waited for a worker, in campaign time", &columns);
    for wait in &summary.waits {
        let cells = vec![
            Cell::text(format!("{}, {}", wait.connector, wait.work.words())),
            Cell::number(count(wait.waits.count)),
            Cell::number(span(wait.mean_us)),
        ];
        table.push(cells.into_iter().chain(percentiles(&wait.waits)).collect::<Vec<Cell>>());
    }
    table
}

fn percentiles(p: &Percentiles) -> [Cell; 4] {
    let time = |us: Option<u64>| Cell::number(us.map_or("—".to_owned(), span));
    [p.p50_us, p.p95_us, p.p99_us, p.max_us].map(time)
}
