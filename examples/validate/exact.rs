//! Closed forms of queueing theory and of oversell, and what they are computed by. Knows nothing of
//! the simulator: everything here is arithmetic on rates and times.

/// Chance that a call finds all of `servers` busy and none can wait: Erlang B, by its recursion.
pub(crate) fn erlang_b(servers: u32, offered: f64) -> f64 {
    (1..=servers).fold(1.0, |b, n| offered * b / (f64::from(n) + offered * b))
}

/// Chance that a job waits in M/M/c: Erlang C.
fn erlang_c(servers: u32, offered: f64) -> f64 {
    let b = erlang_b(servers, offered);
    let rho = offered / f64::from(servers);
    b / (1.0 - rho * (1.0 - b))
}

/// Mean wait of M/M/c: C/(cμ − λ).
pub(crate) fn mmc_mean(servers: u32, rate: f64, mean: f64) -> f64 {
    erlang_c(servers, rate * mean) / (f64::from(servers) / mean - rate)
}

/// Quantile of the wait of M/M/c: P(W > t) = C·exp(−(cμ − λ)t).
pub(crate) fn mmc_quantile(servers: u32, rate: f64, mean: f64, p: f64) -> f64 {
    let waits = erlang_c(servers, rate * mean);
    (waits / (1.0 - p)).ln().max(0.0) / (f64::from(servers) / mean - rate)
}

/// M/M/1/2 in which who arrives at a full system takes the place of the one that waits: with
/// ρ = λ/μ, πₙ = ρⁿ/(1 + ρ + ρ²), as in M/M/1/2, since a replacement leaves the state as it is.
pub(crate) struct Replaced {
    /// Jobs a second that are not replaced: λ(1 − π₂).
    pub(crate) sent: f64,
    /// Jobs that wait, in the mean: π₂.
    pub(crate) waiting: f64,
    /// Jobs at work, in the mean: 1 − π₀.
    pub(crate) at_work: f64,
    /// Mean wait of those sent. A job is sent at every end of a service that leaves one waiting,
    /// and at once when it finds nobody: λπ₁ and λπ₀ a second. Who waited came last before the end
    /// of the service: seen backwards, the next of arrivals and of what began the waiting, whose
    /// length is exponential of rate μ: 1/(λ + μ).
    pub(crate) wait: f64,
}

impl Replaced {
    pub(crate) fn new(rate: f64, mean: f64) -> Replaced {
        let rho = rate * mean;
        let all = 1.0 + rho + rho * rho;
        let (none, one, two) = (1.0 / all, rho / all, rho * rho / all);
        Replaced {
            sent: rate * (1.0 - two),
            waiting: two,
            at_work: 1.0 - none,
            wait: one / (none + one) / (rate + 1.0 / mean),
        }
    }
}

/// Mean wait of M/G/1 by Pollaczek and Khinchine: λE\[S²\]/(2(1 − ρ)).
pub(crate) fn mg1_mean(rate: f64, mean: f64, second_moment: f64) -> f64 {
    rate * second_moment / (2.0 * (1.0 - rate * mean))
}

/// P(W ≤ t) of M/D/1 (Erlang 1909): (1 − ρ)·Σ e^{λ(t − jD)}·(−λ(t − jD))^j/j!, j to ⌊t/D⌋.
fn md1_below(rate: f64, lasts: f64, t: f64) -> f64 {
    let term = |j: u32| {
        let x = rate * (t - f64::from(j) * lasts);
        let power: f64 = (1..=j).map(|i| -x / f64::from(i)).product();
        x.exp() * power
    };
    let last = (t / lasts).floor() as u32;
    (1.0 - rate * lasts) * (0..=last).map(term).sum::<f64>()
}

/// Quantile of the wait of M/D/1.
pub(crate) fn md1_quantile(rate: f64, lasts: f64, p: f64) -> f64 {
    bisected(30.0 * lasts, |t| md1_below(rate, lasts, t) >= p)
}

/// A service of phases: it begins in phase i with chance `begins[i]` and leaves it at `leaves[i]`,
/// to the next phase with chance `goes_on`, else it is over.
pub(crate) struct Phases {
    pub(crate) begins: Vec<f64>,
    pub(crate) leaves: Vec<f64>,
    pub(crate) goes_on: bool,
}

impl Phases {
    /// Erlang: `shape` phases one after the other, `mean` in all.
    pub(crate) fn erlang(shape: usize, mean: f64) -> Phases {
        let begins = (0..shape).map(|i| f64::from(u8::from(i == 0))).collect();
        Phases { begins, leaves: vec![shape as f64 / mean; shape], goes_on: true }
    }

    /// Hyperexponential: one of two exponentials.
    pub(crate) fn hyperexponential(p_fast: f64, fast: f64, slow: f64) -> Phases {
        let (begins, leaves) = (vec![p_fast, 1.0 - p_fast], vec![1.0 / fast, 1.0 / slow]);
        Phases { begins, leaves, goes_on: false }
    }

    /// The rate from phase `i` to phase `j`.
    fn rate(&self, i: usize, j: usize) -> f64 {
        if i == j {
            -self.leaves[i]
        } else if self.goes_on && j == i + 1 {
            self.leaves[i]
        } else {
            0.0
        }
    }

    fn ends(&self, i: usize) -> f64 {
        if self.goes_on && i + 1 < self.leaves.len() { 0.0 } else { self.leaves[i] }
    }

    /// The phase a service is in when it is looked at from outside, in equilibrium.
    fn looked_at(&self) -> Vec<f64> {
        let mut spent = self.begins.clone();
        for i in 0..spent.len() {
            if self.goes_on && i > 0 {
                spent[i] += spent[i - 1];
            }
        }
        let spent: Vec<f64> = spent.iter().zip(&self.leaves).map(|(p, rate)| p / rate).collect();
        let mean: f64 = spent.iter().sum();
        spent.iter().map(|time| time / mean).collect()
    }

    /// P(W > t) of M/PH/1: the wait is a geometric sum of residual services, itself of phases, with
    /// rates T + ρ·(ends)·(looked at) (Asmussen, "Applied Probability and Queues", 2003, III.4 and
    /// VIII.5); by uniformisation.
    fn above(&self, rho: f64, t: f64) -> f64 {
        let (n, back) = (self.leaves.len(), self.looked_at());
        let fastest = 1.05 * self.leaves.iter().copied().fold(0.0, f64::max);
        let step = |from: &[f64]| -> Vec<f64> {
            (0..n)
                .map(|j| {
                    let into = |i: usize| {
                        let rate = self.rate(i, j) + rho * self.ends(i) * back[j];
                        f64::from(u8::from(i == j)) + rate / fastest
                    };
                    (0..n).map(|i| from[i] * into(i)).sum()
                })
                .collect()
        };
        let mut state: Vec<f64> = back.iter().map(|p| rho * p).collect();
        let (mut weight, mut sum) = ((-fastest * t).exp(), 0.0);
        for k in 1..=(fastest * t + 12.0 * (fastest * t).sqrt() + 40.0) as u32 {
            sum += weight * state.iter().sum::<f64>();
            weight *= fastest * t / f64::from(k);
            state = step(&state);
        }
        sum
    }

    /// Quantile of the wait of M/PH/1.
    pub(crate) fn wait_quantile(&self, rho: f64, p: f64) -> f64 {
        let longest: f64 = self.leaves.iter().map(|rate| 1.0 / rate).sum();
        bisected(100.0 * longest, |t| self.above(rho, t) <= 1.0 - p)
    }
}

/// Loss of a token bucket of `burst` refilled by one every 1/`refill`, calls coming at random: the
/// bucket is M/D/1/b seen from its other side. By the chain embedded at departures of M/D/1/b:
/// loss = 1 − 1/(π₀ + ρ).
pub(crate) fn token_bucket_loss(burst: usize, rate: f64, refill: f64) -> f64 {
    let rho = rate / refill;
    let arrive: Vec<f64> = (0..=burst)
        .scan((-rho).exp(), |term, j| {
            let now = *term;
            *term *= rho / (j + 1) as f64;
            Some(now)
        })
        .collect();
    // Unnormalised: π₀ = 1, then each π from the balance of the state before it.
    let mut left: Vec<f64> = vec![1.0];
    for k in 0..burst.saturating_sub(1) {
        let by_others: f64 = (1..=k).map(|i| left[i] * arrive[k - i + 1]).sum();
        left.push((left[k] - left[0] * arrive[k] - by_others) / arrive[0]);
    }
    let none = 1.0 / left.iter().sum::<f64>();
    1.0 - 1.0 / (none + rho)
}

/// P(Poisson(mean) > k).
pub(crate) fn poisson_above(k: u32, mean: f64) -> f64 {
    let terms = (0..=k).scan((-mean).exp(), |term, i| {
        let now = *term;
        *term *= mean / f64::from(i + 1);
        Some(now)
    });
    1.0 - terms.sum::<f64>()
}

/// The smallest t at which `reached` holds, when it does from there on.
fn bisected(most: f64, reached: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, most);
    if reached(0.0) {
        return 0.0;
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if reached(middle) { high = middle } else { low = middle }
    }
    high
}

/// Published values: a wrong formula here would let a wrong simulator pass.
pub(crate) fn check() {
    let near = |seen: f64, known: f64, what: &str| {
        assert!((seen / known - 1.0).abs() < 2e-3, "{what}: {seen}, published {known}");
    };
    // Erlang B tables: 10 erlang on 15 lines lose 3.65 %; 5 on 10 lose 1.84 %.
    near(erlang_b(15, 10.0), 0.036_5, "Erlang B");
    near(erlang_b(10, 5.0), 0.018_38, "Erlang B");
    // M/M/1/2 at ρ = 1 loses a third, at ρ = ½ a seventh; and a server whose work is known by the
    // jobs it does is busy λ(1 − π₂)/μ.
    near(Replaced::new(1.0, 1.0).waiting, 1.0 / 3.0, "M/M/1/2");
    let half = Replaced::new(1.0, 0.5);
    near(half.waiting, 1.0 / 7.0, "M/M/1/2");
    near(half.at_work, half.sent * 0.5, "M/M/1/2");
    // M/M/1 by M/PH/1 with one phase, and by its own formula.
    let one = Phases::erlang(1, 1.0);
    near(one.wait_quantile(0.8, 0.95), mmc_quantile(1, 0.8, 1.0, 0.95), "M/PH/1");
    // Two equal exponentials are one.
    let both = Phases::hyperexponential(0.3, 1.0, 1.0);
    near(both.wait_quantile(0.7, 0.99), mmc_quantile(1, 0.7, 1.0, 0.99), "M/H2/1");
    // An Erlang of many phases is nearly constant: its wait is longer by about the variance it has.
    let (erlang, constant) = (Phases::erlang(40, 1.0), md1_quantile(0.7, 1.0, 0.95));
    let ratio = erlang.wait_quantile(0.7, 0.95) / constant;
    assert!((ratio / (1.0 + 1.0 / 40.0) - 1.0).abs() < 0.01, "M/E40/1 against M/D/1: {ratio}");
    // One token: M/D/1/1 loses ρ/(1 + ρ), as M/G/1/1 does.
    near(token_bucket_loss(1, 3.0, 2.0), 1.5 / 2.5, "M/D/1/1");
}
