"""Whether what clients of several nodes were told can have happened.

An object (a user, a policy, a key) has one value at a time, or is absent. What was done to it is a list of `Write`s and
what was seen of it a list of `Read`s, with the times of one clock between which each was under way. The history holds
if there is an order of the writes in which every one that was answered takes effect once between its begin and its
end, one whose outcome nobody knows takes effect once after its begin or never, and every read saw what was there at a
moment between its begin, less what the node was allowed to be behind, and its end.
"""

import collections
import dataclasses
import enum
import math

ABSENT = None


class Outcome(enum.Enum):
    ANSWERED = "answered"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Effect(enum.Enum):
    """What a write wants to find: it is refused where that is not so."""

    CREATE = "create"  # wants nothing there
    PUT = "put"  # takes anything
    CHANGE = "change"  # wants something there; so does a deletion, which is the change to ABSENT


class Kind(enum.Enum):
    LOST = "an answered write is not there"
    DOUBLED = "a write has happened more than once, or two of which only one can have"
    STALE = "a read saw what had long been over"
    HALF = "a value is there that nobody wrote whole"
    REFUSED = "a refused write is there"


class Present:
    """Stands for any value that is not ABSENT."""

    def __repr__(self):
        return "present"


PRESENT = Present()


@dataclasses.dataclass(frozen=True)
class Write:
    of: tuple
    effect: Effect
    value: object
    begin: float
    end: float
    outcome: Outcome
    by: str = ""

    @property
    def until(self):
        return math.inf if self.outcome is Outcome.UNKNOWN else self.end


@dataclasses.dataclass(frozen=True)
class Read:
    """`seen` holds every value that would explain the answer; `behind` is how many seconds the node may be behind."""

    of: tuple
    seen: tuple
    begin: float
    end: float
    behind: float = 0
    is_last: bool = False
    by: str = ""

    def explains(self, value):
        return value in self.seen or (value is not ABSENT and PRESENT in self.seen)


@dataclasses.dataclass(frozen=True)
class Anomaly:
    kind: Kind
    of: tuple
    records: tuple = ()

    def __str__(self):
        start = min((record.begin for record in self.records), default=0)
        lines = [f"  {each.begin - start:.3f}…{each.end - start:.3f} {each}" for each in self.records]
        return "\n".join([f"{self.kind.value}: {self.of}", *lines])


def anomalies(records):
    """What cannot have happened, object by object."""
    objects = collections.defaultdict(list)
    for record in records:
        objects[record.of].append(record)
    found = []
    for of, history in objects.items():
        kind = anomaly(history)
        if kind:
            found.append(Anomaly(kind, of, tuple(sorted(history, key=lambda record: record.begin))))
    return found


def anomaly(history):
    writes = [record for record in history if isinstance(record, Write)]
    reads = [record for record in history if isinstance(record, Read)]
    effective = [write for write in writes if write.outcome is not Outcome.REFUSED]
    written = [write.value for write in effective] + [ABSENT]
    for read in reads:
        if not any(read.explains(value) for value in written):
            refused = [write.value for write in writes if write.outcome is Outcome.REFUSED]
            return Kind.REFUSED if any(map(read.explains, refused)) else Kind.HALF
    if not can_have_happened(effective, []):
        return Kind.DOUBLED
    if not can_have_happened(effective, [read for read in reads if read.is_last]):
        return Kind.LOST
    if not can_have_happened(effective, reads):
        return Kind.STALE
    return None


def can_have_happened(writes, reads):
    """Looks for an order, depth first; the same writes that led to the same value are not tried twice."""
    tried = set()
    stack = [(frozenset(range(len(writes))), frozenset(range(len(reads))), ABSENT)]
    while stack:
        left, unread, value = stack.pop()
        # A read changes nothing, so the first moment at which it may have been is as good as any.
        due, count = -math.inf, -1
        while count != len(unread):
            count = len(unread)
            due = min([writes[number].until for number in left] + [reads[number].end for number in unread] + [math.inf])
            unread = frozenset(
                number for number in unread
                if reads[number].begin - reads[number].behind > due or not reads[number].explains(value))
        if not unread and all(writes[number].outcome is Outcome.UNKNOWN for number in left):
            return True
        if (left, unread, value) in tried:
            continue
        tried.add((left, unread, value))
        for number in left:
            write = writes[number]
            if write.begin <= due and applies(write, value):
                stack.append((left - {number}, unread, write.value))
    return False


def applies(write, value):
    if write.effect is Effect.CREATE:
        return value is ABSENT
    return write.effect is Effect.PUT or value is not ABSENT


def doubled_creations(of, listed, answered, unknown):
    """Things that get their names from the server: there are no more than were made, and all that were answered.

    - `listed`: names that are there in the end; `answered`: names that were answered and not removed again;
      `unknown`: how many creations have an unknown outcome.
    """
    found = []
    if set(answered) - set(listed):
        found.append(Anomaly(Kind.LOST, (*of, *sorted(set(answered) - set(listed)))))
    if len(set(listed) - set(answered)) > unknown:
        found.append(Anomaly(Kind.DOUBLED, (*of, *sorted(set(listed) - set(answered)))))
    return found


def revision_anomalies(of, numbered, first, last, unknown):
    """Whether each answered write made one revision of its own, in the order in which they were answered.

    - `numbered`: answered writes as (begin, end, the revision that the node had come to); `first` and `last`: the
      revisions before all writes and after them; `unknown`: how many writes have an unknown outcome.
    """
    made = last - first
    if made < len(numbered):
        return [Anomaly(Kind.LOST, (*of, f"{made} revisions of {len(numbered)} answered writes"))]
    if made > len(numbered) + unknown:
        return [Anomaly(Kind.DOUBLED, (*of, f"{made} revisions of {len(numbered)} answered and {unknown} unknown"))]
    by_end = sorted(numbered, key=lambda write: write[1])
    newest, position = first, 0
    for begin, _, revision in sorted(numbered):
        while by_end[position][1] < begin:
            newest = max(newest, by_end[position][2])
            position += 1
        if not newest < revision <= last:
            return [Anomaly(Kind.LOST, (*of, f"revision {revision} after {newest} had been answered, at last {last}"))]
    return []
