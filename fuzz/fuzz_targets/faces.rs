//! Gives the bytes of libFuzzer to the target of the same name: docs/fuzzing.md.
#![no_main]

#[path = "../../examples/fuzz/targets.rs"]
#[expect(dead_code, reason = "a body of several")]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::faces::faces(bytes));
