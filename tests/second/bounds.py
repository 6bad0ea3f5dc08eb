"""Owns the statistics: Clopper-Pearson by an incomplete beta of its own, Student's t, the effective
sample of Korn and Graubard, Holm's rule. Must not know what is counted.

Shares are numbers between 0 and 1 inside, parts per million rounded outwards at the edge.
"""

import functools
import math

SURE = 0.95
PPM = 1_000_000


def incomplete_beta(a, b, x):
    """I_x(a, b), by the continued fraction of Lentz where it converges fast, else by symmetry."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
        + a * math.log(x) + b * math.log1p(-x)
    )
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    fraction = d
    for m in range(1, 100_000):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + numerator * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + numerator / c
            c = c if abs(c) > tiny else tiny
            fraction *= d * c
        if abs(d * c - 1.0) < 1e-15:
            break
    return math.exp(front) * fraction / a


@functools.lru_cache(maxsize=10_000)
def beta_quantile(share, a, b):
    """The x with I_x(a, b) = share, by bisection: slow and sure."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if incomplete_beta(a, b, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def upper(bad, n, sure=SURE):
    """The one-sided upper limit of a share, Clopper and Pearson; `bad` and `n` may be real."""
    if n <= 0.0 or bad >= n:
        return 1.0
    return beta_quantile(sure, bad + 1.0, n - bad)


def lower(bad, n, sure=SURE):
    """The one-sided lower limit."""
    if n <= 0.0 or bad <= 0.0:
        return 0.0
    if bad >= n:
        return beta_quantile(1.0 - sure, bad, 1.0) if bad > 0 else 0.0
    return beta_quantile(1.0 - sure, bad, n - bad + 1.0)


def ppm_up(share):
    """Parts per million, rounded up; what is whole but for rounding stays."""
    return min(PPM, math.ceil(share * PPM - 1e-6))


def ppm_down(share):
    """Parts per million, rounded down."""
    return max(0, math.floor(share * PPM + 1e-6))


def ppm_of(part, whole):
    """To the nearest part per million; zero of nothing."""
    return (part * PPM + whole // 2) // whole if whole else 0


def beyond(bad, n, limit):
    """The p-value of "the share is at most `limit`": P(X >= bad) of n at `limit`."""
    if bad <= 0 or n <= 0:
        return 1.0
    return incomplete_beta(bad, n - bad + 1.0, limit)


def student_quantile(df):
    """The t of one-sided 95 % with `df` degrees of freedom."""
    # P(T > t) = I_{df/(df+t^2)}(df/2, 1/2) / 2
    x = beta_quantile(2.0 * (1.0 - SURE), df / 2.0, 0.5)
    return math.sqrt(df * (1.0 - x) / x)


Z = 1.6448536269514722


def holm(values, level=0.05):
    """Which of the p-values (a dict) Holm's rule rejects at `level`."""
    rejected = set()
    for place, (key, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        if value > level / (len(values) - place):
            break
        rejected.add(key)
    return rejected


def clean_needed(bad, limit):
    """The least n at which `bad` events have an upper limit within `limit`."""
    low, high = bad, max(bad + 1, 64)
    while upper(bad, high) > limit:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if upper(bad, middle) > limit:
            low = middle
        else:
            high = middle
    return high


def check():
    """Holds the bounds to the numbers that docs/measures.md and tables print."""
    printed = {
        (0, 0.012): 249, (0, 0.015): 199, (0, 0.009): 332, (0, 0.005): 598, (1, 0.005): 947,
        (2, 0.005): 1258, (10, 0.005): 3389, (0, 0.006): 498, (0, 0.003): 998,
    }
    for (bad, limit), orders in printed.items():
        assert clean_needed(bad, limit) == orders, (bad, limit, clean_needed(bad, limit))
    for df, quantile in ((1, 6.313752), (10, 1.812461), (30, 1.697261)):
        assert abs(student_quantile(df) - quantile) < 1e-6, df
    # P(X >= 5) of ten throws of a coin: 638/1024.
    assert abs(beyond(5, 10, 0.5) - 638 / 1024) < 1e-12
    assert holm({"a": 0.01, "b": 0.03, "c": 0.9}) == {"a"}
    assert holm({"a": 0.01, "b": 0.02, "c": 0.9}) == {"a", "b"}


if __name__ == "__main__":
    check()
    print("the bounds are those of the tables")
