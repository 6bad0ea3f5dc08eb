//! Owns how a file is spoilt: as people spoil them (a number, a word, a line) and as machines do.
//! Must not know what the file is for.

/// Numbers at which arithmetic breaks, and spellings that are none.
const NUMBERS: [&str; 34] = [
    "0",
    "1",
    "-1",
    "+1",
    "0.0000001",
    "1e308",
    "1e-308",
    "-1e308",
    "1e18",
    "1e12",
    "1e9",
    "NaN",
    "inf",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "4294967295",
    "4294967296",
    "65536",
    "255",
    "256",
    "999999999999",
    "1000000",
    "100000000",
    "0x10",
    "1_000",
    "6,000",
    "6.000",
    "33.333333",
    "100",
    "99.9999",
    "1e999",
    "٣",
];

/// Words that mean something somewhere.
const WORDS: [&str; 44] = [
    "us",
    "ms",
    "s",
    "m",
    "h",
    "d",
    "%",
    "x",
    "/s",
    "/hour",
    "/us",
    "~",
    "null",
    "yes",
    "no",
    "webhook",
    "unknown",
    "campaign",
    "end of campaign",
    "before",
    "after",
    "to",
    "none",
    "[]",
    "{}",
    "\"\"",
    "exponential",
    "linear",
    "immediate",
    "back-order",
    "busiest",
    "*",
    "&a",
    "*a",
    "<<",
    "|",
    "---",
    "oms",
    "9999-12-31 23:59 UTC",
    "-009999-01-01 00:00 UTC",
    "\u{1b}[2J",
    "\u{202e}",
    "\0",
    "é",
];

/// Draws by a counter (`SplitMix64`), so that every execution can be had again by its number.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64, run: u64) -> Dice {
        Dice(seed ^ run.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.word() % n.max(1) as u64) as usize
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// One to four changes to a file; lines may come from another of its kind.
pub(crate) fn mutated(file: &str, other: &str, dice: &mut Dice) -> Vec<u8> {
    let mut text = file.to_owned();
    for _ in 0..=dice.below(4) {
        text = match dice.below(12) {
            0..=3 => token(&text, dice, |c| c.is_ascii_digit() || c == '.', &NUMBERS),
            4 | 5 => token(&text, dice, char::is_alphabetic, &WORDS),
            6 => swapped_token(&text, dice),
            7 | 8 => lines(&text, other, dice),
            9 => bytes(&text, dice),
            10 => inserted(&text, dice),
            _ => repeated(&text, dice),
        };
    }
    let mut bytes = text.into_bytes();
    // Now and then no text at all.
    if dice.below(16) == 0 && !bytes.is_empty() {
        let at = dice.below(bytes.len());
        bytes[at] ^= 1 << dice.below(8);
    }
    bytes
}

/// Where tokens of a kind stand.
fn tokens(text: &str, of: impl Fn(char) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| of(*c)) {
        let end = at + c.len_utf8();
        match found.last_mut() {
            Some(last) if last.end == at => last.end = end,
            _ => found.push(at..end),
        }
    }
    found
}

fn token(text: &str, dice: &mut Dice, of: impl Fn(char) -> bool, by: &[&str]) -> String {
    let found = tokens(text, of);
    if found.is_empty() {
        return text.to_owned();
    }
    let at = found[dice.below(found.len())].clone();
    let mut out = text.to_owned();
    out.replace_range(at, dice.of(by));
    out
}

/// A token becomes another of the same file.
fn swapped_token(text: &str, dice: &mut Dice) -> String {
    let found = tokens(text, char::is_alphanumeric);
    if found.is_empty() {
        return text.to_owned();
    }
    let (at, from) =
        (found[dice.below(found.len())].clone(), found[dice.below(found.len())].clone());
    let mut out = text.to_owned();
    out.replace_range(at, &text[from]);
    out
}

fn lines(text: &str, other: &str, dice: &mut Dice) -> String {
    let mut all: Vec<&str> = text.lines().collect();
    let strange: Vec<&str> = other.lines().collect();
    if all.is_empty() || strange.is_empty() {
        return text.to_owned();
    }
    let (at, to) = (dice.below(all.len()), dice.below(all.len()));
    match dice.below(4) {
        0 => drop(all.remove(at)),
        1 => all.insert(to, all[at]),
        2 => all.swap(at, to),
        _ => all[at] = strange[dice.below(strange.len())],
    }
    all.join("\n") + "\n"
}

/// A stretch goes, or everything behind a place.
fn bytes(text: &str, dice: &mut Dice) -> String {
    let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    ends.push(text.len());
    let from = dice.below(ends.len());
    let until = if dice.below(4) == 0 { ends.len() - 1 } else { from + dice.below(40) };
    format!("{}{}", &text[..ends[from]], &text[ends[until.clamp(from, ends.len() - 1)]..])
}

fn inserted(text: &str, dice: &mut Dice) -> String {
    let signs = ["\n", "\t", "\"", "'", ":", ",", "{", "}", "[", "]", "#", "-", " ", "\u{1b}", "."];
    let mut at = dice.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let sign = if dice.below(2) == 0 { dice.of(&signs) } else { dice.of(&WORDS) };
    format!("{}{sign}{}", &text[..at], &text[at..])
}

/// A line many times over.
fn repeated(text: &str, dice: &mut Dice) -> String {
    let all: Vec<&str> = text.lines().collect();
    if all.is_empty() {
        return text.to_owned();
    }
    let at = dice.below(all.len());
    let times = 1 << dice.below(9);
    let many = [all[at]].repeat(times).join("\n");
    [&all[..at], &[many.as_str()], &all[at..]].concat().join("\n") + "\n"
}
