//! Owns randomness: sequential streams (`ChaCha8`) and keyed draws (Philox), both from one seed.
//! Must not know what is drawn for, nor read the operating system's entropy.
//!
//! A sequential stream serves where things come in one order (arrivals, the catalogue). A keyed
//! draw belongs to a thing: its value depends on (seed, kind, id, attempt) alone, so two settings
//! on one seed meet the same draws whatever order they come in.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// A sequential stream of its own for each purpose, reproducible on every platform.
pub fn stream(seed: u64, purpose: &str) -> ChaCha8Rng {
    // FNV-1a: a stable name-to-number map; the standard hasher's is not promised to stay.
    let name = purpose
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&name.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}

/// What a keyed draw is for. The numbers are part of a seed's meaning: append, never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Draw {
    /// How long a payment takes.
    PaymentTime = 1,
    /// Whether a payment fails.
    PaymentFails = 2,
    /// How long a channel takes to show an accepted change.
    Propagation = 3,
    /// How long a connector works on a job.
    Service = 4,
    /// Jitter of a retry.
    Backoff = 5,
    /// Whether a webhook is delivered twice.
    WebhookDuplicate = 6,
    /// Whether and how much a webhook is late.
    WebhookDelay = 7,
    /// Whether a call is answered "unavailable".
    Unavailable = 8,
    /// Whether a reply is lost after the call was carried out.
    LostReply = 9,
    /// Whether and when a customer cancels.
    CustomerCancel = 10,
    /// How long the OMS takes to ship or cancel.
    OmsDelay = 11,
    /// Jitter of a replayed copy of an order.
    ReplayJitter = 12,
    /// Who a shopper is and on which channel.
    Shopper = 13,
    /// What a shopper wants.
    Basket = 14,
    /// Whether a fault injected on purpose meets a message.
    Fault = 15,
    /// How long such a fault takes.
    FaultTime = 16,
    /// Whether a defect of a machine strikes.
    Defect = 17,
    /// Whether and when a cart is checked out.
    Cart = 18,
    /// Whether an order is of an offer that is not simply a SKU, and how many of it.
    Offer = 19,
    /// Whether, when and how a shopper edits an order.
    Edit = 20,
}

/// Keyed draws from one seed.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    key: [u32; 2],
}

impl Draws {
    /// The draws that `seed` stands for.
    pub fn new(seed: u64) -> Draws {
        Draws { key: [seed as u32, (seed >> 32) as u32] }
    }

    /// Four words for the thing `id` of this `kind` at its `attempt`.
    pub fn words(self, kind: Draw, id: u64, attempt: u32) -> [u32; 4] {
        philox4x32_10([id as u32, (id >> 32) as u32, kind as u32, attempt], self.key)
    }

    /// A number in (0, 1), never an end: safe for logarithms and inverse distributions.
    pub fn unit(self, kind: Draw, id: u64, attempt: u32) -> f64 {
        let [a, b, _, _] = self.words(kind, id, attempt);
        unit_from(a, b)
    }

    /// Two independent numbers in (0, 1).
    pub fn two_units(self, kind: Draw, id: u64, attempt: u32) -> [f64; 2] {
        let [a, b, c, d] = self.words(kind, id, attempt);
        [unit_from(a, b), unit_from(c, d)]
    }
}

/// 52 bits, moved half a step off zero: (n + ½) / 2⁵²; 53 bits would round up to 1.
fn unit_from(a: u32, b: u32) -> f64 {
    let bits = ((u64::from(a) << 32) | u64::from(b)) >> 12;
    (bits as f64 + 0.5) / (1_u64 << 52) as f64
}

/// A well-mixed key of two numbers (the finaliser of `SplitMix64`, Steele, Lea and Flood 2014).
pub fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3" (SC'11): ten rounds of two 32-bit multiplications.
fn philox4x32_10(mut ctr: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
        }
        let p0 = u64::from(ctr[0]) * 0xD251_1F53;
        let p1 = u64::from(ctr[2]) * 0xCD9E_8D57;
        ctr = [
            (p1 >> 32) as u32 ^ ctr[1] ^ key[0],
            p1 as u32,
            (p0 >> 32) as u32 ^ ctr[3] ^ key[1],
            p0 as u32,
        ];
    }
    ctr
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known-answer vectors that Random123 publishes for philox4x32-10 (`kat_vectors`).
    #[test]
    fn philox_gives_the_published_answers() {
        let answer = |ctr, key| philox4x32_10(ctr, key);
        assert_eq!(answer([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            answer([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            answer(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn units_stay_off_both_ends() {
        assert!(unit_from(0, 0) > 0.0 && unit_from(u32::MAX, u32::MAX) < 1.0);
    }

    #[test]
    fn purposes_have_streams_of_their_own() {
        use rand::Rng;
        let first = |purpose| stream(7, purpose).next_u64();
        assert_ne!(first("arrivals"), first("catalogue"));
        assert_eq!(first("arrivals"), first("arrivals"));
    }
}
