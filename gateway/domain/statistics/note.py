"""What is missing where a figure is null."""

from enum import StrEnum


class Note(StrEnum):
    """Why a figure is not there, or what to know of one that is; the value is the sentence for a reader."""

    NO_UNITS = "no unit has come into this arm yet"
    ONE_UNIT = "one unit says nothing of how units differ: two are needed"
    NO_VARIANCE = "the units of each arm are all alike: there is nothing to measure a difference by"
    NO_DENOMINATOR = "the ratio's denominator is zero: nothing has happened that could be counted"
    NO_HISTORY = "no unit has figures from before the experiment that differ: nothing is adjusted"
    NO_CONTROL = "there is no control to compare with"
    NO_INFORMATION = "no error may be spent at this look yet: more units, or more of the planned time, are needed"
    ERROR_SPENT = "the planned end is past and its error is spent: the look at the planned end decided"
    NO_LEVEL = "the level of error must lie between 0 and 1"
    NO_EXPECTATION = "no expected shares, or one share only: there is nothing to compare the split with"
    CONTROL_NEAR_ZERO = "the control's mean cannot be told from zero: a relative change of it has no bounds"
    CONTROL_NEGATIVE = "the control's mean is negative: a relative change of it would read the wrong way round"
    NOT_FINITE = "a sum is infinite, not a number, or too large to be squared"
    CONTRADICTORY = "the sums contradict each other: no units could have them"
    UNEXPECTED_ARM = "an arm that should get no units has some: the split is broken for certain"
    NOTHING_LOGGED = "no logged row carries a reward and a propensity"
    BAD_PROPENSITY = "a logged propensity lies outside (0, 1], or a probability of the other policy outside [0, 1]"
    NO_OVERLAP = "the other policy never does what was logged: the log says nothing of it"
    TOO_FEW_EFFECTIVE = "the log is worth too few rows for this policy: a handful of rows would decide"
    NO_CAP = "there is no cap: too few units had come before the start to take one from, and one large order weighs as it is"
    ONLY_TIES = "no pair had a winner: only ties, or nothing at all"
    NO_DIFFERENCE = "an effect of zero is found by no number of units"
    NO_TRAFFIC = "without units a day there is no duration"
