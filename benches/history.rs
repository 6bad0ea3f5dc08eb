//! How fast facts go to disk and come back: `cargo bench --bench history`.
//!
//! A plain request leaves two facts, so a million facts a second is half a million requests.

use std::hint::black_box;
use std::io;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use doorbuster::history::fact::{Call, Ending};
use doorbuster::history::frames::FrameWriter;
use doorbuster::history::{Fact, Journal, Line, Outcome, Reader, What};
use doorbuster::ids::{Buyer, ChannelId, Intent, OpId, OrderId, SkuId};
use doorbuster::units::{At, Money, Qty};

const FACTS: u64 = 100_000;

/// What plain load leaves: a call sent, a call answered.
fn plain(seq: u64) -> What {
    let op = OpId(seq / 2);
    match seq % 2 {
        0 => What::Sent {
            op,
            call: Call::Plain,
            channel: None,
            intent: Intent(op.0),
            intended: At(seq * 25),
        },
        _ => What::Answered { op, outcome: Outcome::Done },
    }
}

/// What a promotion leaves: every third fact is an order of two lines.
fn orders(seq: u64) -> What {
    if !seq.is_multiple_of(3) {
        return plain(seq);
    }
    let line = |sku| Line {
        offer: None,
        sku: SkuId(sku),
        qty: Qty(1),
        price: Money(2_490),
        offered: Qty(120),
        left: Qty(119),
    };
    What::Accepted {
        order: OrderId { channel: ChannelId((seq % 2) as u16), number: seq / 2 },
        intent: Intent(seq),
        buyer: Buyer(seq * 7_919 % 40_000),
        lines: [line((seq * 31 % 2_000) as u32), line((seq * 17 % 2_000) as u32)].into(),
        awaits_payment: true,
    }
}

fn run_of(what: impl Fn(u64) -> What) -> Vec<Fact> {
    (1..FACTS)
        .map(|seq| Fact { seq, at: At(seq * 31), wall: seq * 31, what: what(seq) })
        .chain([Fact {
            seq: FACTS,
            at: At(FACTS * 31),
            wall: FACTS * 31,
            what: What::Ended { why: Ending::Finished },
        }])
        .collect()
}

/// The charter that a history must begin with; the smallest there is.
const CHARTER: &str = include_str!("charter.json");

fn history_of(facts: &[Fact]) -> Vec<u8> {
    let charter: Fact = serde_json::from_str(CHARTER).expect("benches/charter.json is a charter");
    let mut writer = FrameWriter::new(Vec::new()).expect("memory takes everything");
    writer.push(&charter).expect("memory takes everything");
    for fact in facts {
        writer.push(fact).expect("memory takes everything");
    }
    writer.finish().expect("memory takes everything")
}

fn throughput(c: &mut Criterion) {
    let mut group = c.benchmark_group("history");
    group.throughput(Throughput::Elements(FACTS)).sample_size(20);
    for (name, facts) in [("plain", run_of(plain)), ("orders", run_of(orders))] {
        group.bench_function(format!("write {name}"), |b| {
            b.iter(|| {
                let mut writer = FrameWriter::new(io::sink()).expect("a sink takes everything");
                for fact in black_box(&facts) {
                    writer.push(fact).expect("a sink takes everything");
                }
                writer.end_frame().expect("a sink takes everything");
                writer.bytes()
            });
        });
        let bytes = history_of(&facts);
        group.bench_function(format!("read {name}"), |b| {
            b.iter(|| {
                let reader = Reader::over(black_box(bytes.as_slice())).expect("it has a charter");
                assert_eq!(reader.count() as u64, FACTS + 1);
            });
        });
    }
    group.bench_function("note and write plain", |b| {
        b.iter(|| {
            let journal = Journal::over(io::sink(), None).expect("a thread can be started");
            let mut said = Vec::with_capacity(1);
            for seq in 0..FACTS {
                said.push(plain(seq));
                journal.note(At(seq), seq, &mut said);
            }
            journal.close().expect("a sink takes everything")
        });
    });
    group.finish();
}

criterion_group!(benches, throughput);
criterion_main!(benches);
