"""Owns whether recovery came to what the charter asks of it. Must not know how a recovery is found.
"""

from needs import RESTS_ON

FAILED, HEALTHY, NOT_PROVED = "failed", "healthy", "not_proved"


def results(run, series, whole):
    """Each objective, in the shape of summary.json but for its owner."""
    names = [channel["name"] for channel in run.charter["channels"]]
    touched = run.harness.touched(None)
    disturbances = run.broken.disturbances(names, series, run, told=None)
    return [
        _result(run, objective, disturbances, whole, touched)
        for objective in run.charter.get("objectives", [])
    ]


def _result(run, objective, disturbances, whole, touched):
    ((asks, terms),) = objective.items()
    at_most = next(v for k, v in terms.items() if k != "counted_from")
    told = {
        "asks": asks, "at_most": at_most, "counted_from": terms.get("counted_from"),
        "kept": 0, "missed": 0, "open": 0, "worst": None, "first_us": None,
    }
    reason, open_at, worst, never = None, None, None, False
    for one in disturbances:
        how, value = _held(run, asks, terms, at_most, one)
        if how == "kept":
            told["kept"] += 1
            worst = value if worst is None else max(worst, value)
        elif how == "missed":
            told["missed"] += 1
            if told["first_us"] is None:
                told["first_us"] = one["from_us"]
            if value is None:
                never = True
            else:
                worst = value if worst is None else max(worst, value)
        else:
            told["open"] += 1
            reason = reason or how
            open_at = one["from_us"] if open_at is None else open_at
    if told["first_us"] is None:
        told["first_us"] = open_at
    told["worst"] = None if never else worst
    if told["missed"]:
        told["band"], told["because"] = FAILED, None
    elif reason:
        told["band"], told["because"] = NOT_PROVED, reason
    elif not told["kept"]:
        told["band"], told["because"] = NOT_PROVED, "not_exercised"
    else:
        told["band"], told["because"] = HEALTHY, None
    unseen = _unseen(run, asks)
    if unseen:
        told["band"], told["because"] = NOT_PROVED, unseen
    if told["band"] == FAILED and touched:
        told["band"], told["because"] = NOT_PROVED, "harness_failed"
    harness = (
        "unknown_kinds", "harness_failed", "generator_saturated", "time_scale_too_coarse",
    )
    if whole and not (told["band"] == FAILED and whole not in harness):
        told["band"], told["because"] = NOT_PROVED, whole
    return told


def _unseen(run, asks):
    """Why nobody could have told."""
    told = run.charter.get("observes")

    def sees(kpi):
        spoke = kpi != "handoff success" or run.oms_spoke
        return spoke and (told is None or set(RESTS_ON[kpi]) <= set(told))
    if asks != "recovers_within":
        return None if sees("handoff success") else "not_observed"
    gated = [
        gate["kpi"].replace("_", " ") for gate in run.charter["gates"]
        if gate["kpi"] in ("sync_lag", "handoff_success")
    ]
    if not gated:
        return "not_exercised"
    return None if all(sees(kpi) for kpi in gated) else "not_observed"


def _held(run, asks, terms, at_most, one):
    """("kept" or "missed", what it came to), or why it is not known."""
    lost = one["lost"]
    quiet = run.quiet_at is not None
    if asks == "loses_at_most":
        if lost["definite"] > at_most:
            return "missed", lost["definite"]
        if lost["possible"] > at_most or one["cut"]:
            return "unresolved", None
        return "kept", lost["possible"]
    if asks == "oldest_waits":
        wait = one["longest_wait_us"]
        if wait is None:
            return "missed", None
        if wait > at_most:
            return "missed", wait
        if lost["possible"] and not quiet or one["cut"]:
            return "unresolved", None
        return "kept", wait
    begin = one["from_us"] if terms["counted_from"] == "beginning" else one["until_us"]
    by = begin + at_most
    out, back = one["last_out_us"], one["back_us"]
    if out is not None and out >= by:
        return "missed", None if one["recovered"] != "in_band" else max(0, back - begin)
    if one["recovered"] == "never_out":
        return "kept", 0
    if one["recovered"] == "in_band":
        known = back is not None and back <= by
        return ("kept", max(0, back - begin)) if known else ("at_the_limit", None)
    return ("unresolved" if one["recovered"] == "not_by" else "too_few_samples"), None
