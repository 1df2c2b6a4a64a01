//! The whole guard against documents made by machine.

use std::time::{Duration, Instant};

use super::{admit, many, verdict};

/// A small generator of pseudo-random numbers, so that a failure can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

const PIECES: [&str; 40] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "$",
    "@",
    "=",
    "...",
    "\"",
    "\"\"\"",
    "\\",
    "\\\"\"\"",
    "#",
    "\n",
    "\r",
    " ",
    ",",
    "a",
    "on",
    "fragment F on A",
    "query",
    "mutation",
    "$v",
    ":Int!",
    "@skip(if:true)",
    "{a}",
    "{a(b:[1,2])}",
    "...F",
    "1",
    "-1.5e9",
    "1e999",
    "true",
    "null",
    "园",
    "\u{feff}",
    "__schema",
];

#[test]
fn pieces_thrown_together_are_judged_without_a_panic() {
    for seed in 1..=5_000 {
        let mut dice = Dice(seed);
        let length = dice.roll(40) + 1;
        let document: String = (0..length).map(|_| PIECES[dice.roll(PIECES.len())]).collect();
        let judged = std::panic::catch_unwind(|| verdict(&document));
        assert!(judged.is_ok(), "seed {seed}: {document:?}");
    }
}

#[test]
fn a_good_document_with_one_piece_exchanged_is_judged_without_a_panic() {
    let good = "query Q($a: [Int!]! = [1, -2.5e3], $b: Boolean!) { x: f(a: {b: \"\\u4e2d\\n\", c: \
                \"\"\"\n  d\n   e\"\"\"}) @skip(if: $b) { ...F ... on C { d } } } fragment F on A { g }";
    for seed in 1..=5_000 {
        let mut dice = Dice(seed);
        let at = dice.roll(good.len());
        let piece = PIECES[dice.roll(PIECES.len())];
        let document = format!("{}{piece}{}", &good[..at], &good[at + 1..]);
        let judged = std::panic::catch_unwind(|| verdict(&document));
        assert!(judged.is_ok(), "seed {seed}: {document:?}");
    }
}

/// Documents at the edge of several bounds at once, each of a kind that costs one part most.
fn heavy() -> Vec<String> {
    let kib = 1024;
    vec![
        format!("{{a(b:\"{}\")}}", "x".repeat(63 * kib)),
        format!("{{a(b:\"{}\")}}", "\\u4e2d".repeat(10 * kib)),
        format!("{{a(b:\"\"\"{}\"\"\")}}", "\n".repeat(63 * kib)),
        format!("{{a {}}}", "#\n".repeat(31 * kib)),
        format!("{{{}}}", "a #\n".repeat(3_900)),
        format!("{}{} ?", "{a".repeat(48), " ".repeat(60 * kib)),
        format!("{{a(b:[{}])}}", format!("1{}", " ".repeat(15)).repeat(3_900)),
        format!("{{a{{{}}}}}", many(999, |n| format!("field{n:050}"))),
        many(480, |n| format!("fragment F{n} on A{{...F{}}}", n + 1)),
        many(400, |n| format!("fragment F{n} on A{{...F{0}...F{0}}}", n + 1)),
        format!("{{a{{{}}}}} fragment F on A{{b}}", "...F ".repeat(1_900)),
        format!("{{a{}}}", "@b".repeat(1_900)),
    ]
}

#[test]
fn heavy_documents_are_judged_in_little_time() {
    for document in heavy() {
        let start = Instant::now();
        let verdict = admit(&document).map_or_else(|error| error.code(), |_| "ADMITTED");
        let took = start.elapsed();
        // The promise is 50 ms of an optimised build; this one is not, and machines are shared.
        assert!(took < Duration::from_millis(500), "{took:?} {verdict} {:.60}", document);
    }
}
