"""The checker of histories finds what it is there to find."""

import pytest

import history
from history import ABSENT, PRESENT, Effect, Kind, Outcome, Read, Write

USER = ("user", "u")


def write(effect, value, begin, end, outcome=Outcome.ANSWERED):
    return Write(USER, effect, value, begin, end, outcome)


def create(value, begin, end, outcome=Outcome.ANSWERED):
    return write(Effect.CREATE, value, begin, end, outcome)


def delete(begin, end, outcome=Outcome.ANSWERED):
    return write(Effect.CHANGE, ABSENT, begin, end, outcome)


def read(seen, begin, end, behind=0.0):
    return Read(USER, seen if isinstance(seen, tuple) else (seen,), begin, end, behind)


def last(seen, at=100):
    return Read(USER, (seen,), at, at + 1, is_last=True)


UNKNOWN, REFUSED = Outcome.UNKNOWN, Outcome.REFUSED

POSSIBLE = {
    "nothing": [],
    "a write that is there": [create("a", 0, 1), last("a")],
    "a removed thing that is gone": [create("a", 0, 1), delete(2, 3), last(ABSENT)],
    "a refused write that is not there": [create("a", 0, 1, REFUSED), last(ABSENT)],
    "an unknown write that is there": [create("a", 0, 1, UNKNOWN), last("a")],
    "an unknown write that is not there": [create("a", 0, 1, UNKNOWN), last(ABSENT)],
    "an unknown write that came late": [create("a", 0, 1, UNKNOWN), read(ABSENT, 5, 6), read("a", 7, 8), last("a")],
    "an unknown creation, and that it exists": [
        create("a", 0, 1, UNKNOWN), create("a", 2, 3, REFUSED), read(PRESENT, 2, 3), last("a")],
    "an unknown deletion between two creations": [
        create("a", 0, 1), delete(2, 3, UNKNOWN), create("b", 4, 5), last("b")],
    "two at once of which either may be later": [
        write(Effect.PUT, "a", 0, 5), write(Effect.PUT, "b", 0, 5), last("a")],
    "a read during a write": [create("a", 0, 4), read(ABSENT, 1, 2), read("a", 2, 3), last("a")],
    "a read that is behind within the bound": [create("a", 0, 1), delete(2, 3), read("a", 3.9, 4, behind=1)],
    "a read that either of two explains": [create("a", 0, 1), read(("b", "a"), 2, 3)],
}

IMPOSSIBLE = {
    "a lost write": (Kind.LOST, [create("a", 0, 1), last(ABSENT)]),
    "a lost deletion": (Kind.LOST, [create("a", 0, 1), delete(2, 3), last("a")]),
    "a lost change": (Kind.LOST, [create("a", 0, 1), write(Effect.PUT, "b", 2, 3), last("a")]),
    "an answered write lost behind an unknown one": (
        Kind.LOST, [write(Effect.PUT, "a", 0, 1, UNKNOWN), write(Effect.PUT, "b", 2, 3), last(ABSENT)]),
    "two answered creations": (Kind.DOUBLED, [create("a", 0, 1), create("a", 2, 3), last("a")]),
    "two answered creations at once": (Kind.DOUBLED, [create("a", 0, 3), create("b", 1, 2), last("a")]),
    "two answered deletions": (Kind.DOUBLED, [create("a", 0, 1), delete(2, 3), delete(4, 5), last(ABSENT)]),
    "a deletion that is undone by the creation coming twice": (
        Kind.LOST, [create("a", 0, 1), delete(2, 3), last("a")]),
    "a change of what is not there": (Kind.DOUBLED, [write(Effect.CHANGE, "a", 0, 1), last("a")]),
    "a read behind the bound": (
        Kind.STALE, [create("a", 0, 1), delete(2, 3), read("a", 4.1, 5, behind=1), last(ABSENT)]),
    "a read that does not see the reader's own write": (Kind.STALE, [create("a", 0, 1), read(ABSENT, 2, 3)]),
    "a read from the future": (Kind.STALE, [read("a", 0, 1), create("a", 2, 3), last("a")]),
    "reads that go back": (
        Kind.STALE, [create("a", 0, 9, UNKNOWN), read("a", 2, 3), read(ABSENT, 4, 5), last("a")]),
    "half an operation": (Kind.HALF, [create(("path", "tag"), 0, 1, UNKNOWN), last(("path", None))]),
    "something nobody made": (Kind.HALF, [last("a")]),
    "a refused write that is there": (Kind.REFUSED, [create("a", 0, 1, REFUSED), last("a")]),
}


@pytest.mark.parametrize("name", POSSIBLE)
def test_what_can_have_happened_is_accepted(name):
    assert history.anomalies(POSSIBLE[name]) == []


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_have_happened_is_found(name):
    kind, records = IMPOSSIBLE[name]
    found = history.anomalies(records)
    assert [each.kind for each in found] == [kind]
    assert kind.value in str(found[0])


def test_objects_are_judged_apart():
    other = Read(("user", "v"), ("a",), 5, 6)
    found = history.anomalies([create("a", 0, 1), last("a"), other])
    assert [each.of for each in found] == [("user", "v")]


def test_many_unknown_writes_and_reads_are_judged_quickly():
    writes = [write(Effect.PUT, number, number, number + 1, UNKNOWN if number % 3 else Outcome.ANSWERED)
              for number in range(40)]
    reads = [read(number, number + 1, number + 1.5, behind=1) for number in range(0, 40, 3)] * 20
    assert history.anomalies([*writes, *reads, last(39)]) == []


@pytest.mark.parametrize("listed, answered, unknown, kinds", [
    ("ab", "ab", 0, []),
    ("ab", "a", 1, []),
    ("a", "a", 1, []),
    ("a", "ab", 0, [Kind.LOST]),
    ("ab", "a", 0, [Kind.DOUBLED]),
    ("abc", "a", 1, [Kind.DOUBLED]),
])
def test_things_named_by_the_server_are_as_many_as_were_made(listed, answered, unknown, kinds):
    assert [each.kind for each in history.doubled_creations(("keys", "u"), listed, answered, unknown)] == kinds


@pytest.mark.parametrize("numbered, last_revision, unknown, kinds", [
    ([(0, 1, 11), (2, 3, 12)], 12, 0, []),
    ([(0, 3, 12), (1, 2, 12)], 12, 0, []),
    ([(0, 1, 11), (2, 3, 13)], 13, 1, []),
    ([(0, 1, 11), (2, 3, 11)], 12, 0, [Kind.LOST]),
    ([(0, 1, 12), (2, 3, 11)], 12, 0, [Kind.LOST]),
    ([(0, 1, 11), (2, 3, 12)], 11, 0, [Kind.LOST]),
    ([(0, 1, 11), (2, 3, 12)], 13, 0, [Kind.DOUBLED]),
])
def test_each_answered_write_has_one_revision(numbered, last_revision, unknown, kinds):
    found = history.revision_anomalies(("account",), numbered, 10, last_revision, unknown)
    assert [each.kind for each in found] == kinds
