"""Hidiroglou–Berthelot by others, in an environment of their own (pandas 2): peers.py PACKAGES ASKS ANSWERS.

ASKS: a list of {now: [...], before: [...]}, the figures of units in this month and in the one before. ANSWERS: for each the
numbers of the units that are flagged, by side. Settings: Banff historical with mei 10 and exponent 0.5; vaskify's own."""

import json
import logging
import sys
import warnings

sys.path.insert(0, sys.argv[1])
import pandas  # noqa: TID253

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def pairs(ask: dict) -> pandas.DataFrame:
    frame = pandas.DataFrame({"unit": [str(n) for n in range(len(ask["now"]))], "now": ask["now"], "before": ask["before"]})
    return frame[(frame.now > 0) & (frame.before > 0)]


def by_banff(frame: pandas.DataFrame) -> list[int]:
    import banff

    one = frame[["unit", "now"]].rename(columns={"now": "value"})
    other = frame[["unit", "before"]].rename(columns={"before": "value"})
    done = banff.outlier(indata=one, indata_hist=other, outstatus="dataframe", unit_id="unit", var="value", method="historic",
                         mei=10, exponent=0.5, mdm=0.05, min_obs=5)
    told = done.outstatus
    return [] if told is None or told.empty else sorted({int(u) for u in told["unit"]})


def by_vaskify(frame: pandas.DataFrame) -> list[int]:
    from vaskify import Detect

    long = pandas.concat([frame[["unit"]].assign(value=frame.before, time="2024-01"),
                          frame[["unit"]].assign(value=frame.now, time="2024-02")])
    told = Detect(long, id_nr="unit", logger_level="critical").hb(y_var="value", time_var="time")
    return sorted(int(u) for u in told.loc[told.flag_hb == 1, "unit"])


def main() -> None:
    with open(sys.argv[2], encoding="utf-8") as file:
        asks = json.load(file)
    answers = []
    for ask in asks:
        frame = pairs(ask)
        enough = len(frame) >= 5
        answers.append({"Banff": by_banff(frame) if enough else [], "vaskify": by_vaskify(frame) if enough else []})
    with open(sys.argv[3], "w", encoding="utf-8") as file:
        json.dump(answers, file)


main()
