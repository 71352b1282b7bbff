"""Inputs to begin with, made from the corpus of the engine's tests."""

import hashlib
import json
import random

from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "Tests/PolicyEngineTests/Corpus"
KINDS = {"identity": 0, "trust": 1, "resource": 2, "session": 3}
WITH_VALIDATION = 0xC0
RANDOM_INPUTS = 200


def make(target, folder, bytes_max):
    """Writes the seeds of a target into a folder, which it empties first, and answers the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for seed in {"document": documents, "pattern": patterns, "decision": decisions}[target]():
        if len(seed) <= bytes_max:
            (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    return folder


def documents():
    for case in document_cases():
        kind = KINDS[case["kind"]]
        yield bytes([kind]) + case["text"].encode()
        yield bytes([kind | WITH_VALIDATION]) + case["text"].encode()
    for case in decision_cases():
        for letter, text in case.policies():
            kind = KINDS[{"S": "session", "T": "trust", "R": "resource", "E": "resource", "D": "resource"}.get(
                letter, "identity")]
            yield bytes([kind]) + text.encode()
            yield bytes([kind | WITH_VALIDATION]) + text.encode()


def patterns():
    for case in decision_cases():
        value = next(iter(case.context().values()), [""])[:1]
        value = (value[0] if value else "").encode()[:15]
        for _, text in case.policies():
            for mode, pattern in patterns_of(text):
                pattern = pattern.encode()[:255]
                yield bytes([mode, len(value)]) + value + bytes([len(pattern)]) + pattern + case.resource().encode()
    yield from noise(1)


def patterns_of(text):
    """The texts of a policy with wildcards and variables, each with the mode that reads it."""
    for statement in statements_of(text):
        for element in ("Resource", "NotResource"):
            for pattern in texts(statement.get(element)):
                yield from ((mode, pattern) for mode in (0, 2, 3))
        conditions = statement.get("Condition")
        for values in conditions.values() if isinstance(conditions, dict) else ():
            for value in values.values() if isinstance(values, dict) else ():
                yield from ((1, pattern) for pattern in texts(value))


def statements_of(text):
    try:
        statements = json.loads(text)["Statement"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return []
    statements = statements if isinstance(statements, list) else [statements]
    return [statement for statement in statements if isinstance(statement, dict)]


def texts(value):
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def decisions():
    for case in decision_cases():
        yield b"T" + case.lines().encode()
    yield from noise(2)


def noise(seed):
    """Bytes at random, the same each time: where bytes are choices, they are as good a beginning as any."""
    source = random.Random(seed)
    return [source.randbytes(source.choice((40, 100, 250))) for _ in range(RANDOM_INPUTS)]


# Reading the corpus

def document_cases():
    for file in sorted((CORPUS / "Documents").glob("*.json")):
        yield from json.loads(file.read_text())


def decision_cases():
    for file in sorted((CORPUS / "Decisions").glob("*.jsonl")):
        for line in file.read_text().splitlines():
            if line.strip():
                yield Case(json.loads(line))


class Case:
    """A decision case as lines of text, which `DecisionBytes` reads."""

    def __init__(self, members):
        self.members = members
        self.settings = members.get("settings") or {}

    def context(self):
        context = self.members["request"].get("context") or {}
        return {key: value if isinstance(value, list) else [value] for key, value in context.items()}

    def resource(self):
        return self.members["request"].get("resource", "*")

    def policies(self):
        """Each policy's text with the letter of its layer."""
        return [(letter, text) for letter, text in self.policy_lines() if text]

    def policy_lines(self):
        """The same, with the small letters that begin a level."""
        policies = self.members.get("policies") or {}
        for name, letter in (("identity", "I"), ("boundary", "B"), ("session", "S"), ("endpoint", "E")):
            for policy in policies.get(name) or []:
                yield letter, written(policy)
        if policies.get("resource"):
            yield "T" if self.is_trust() else "R", written(policies["resource"])
        for name, letter in (("scp", "C"), ("rcp", "D")):
            for level in policies.get(name) or []:
                yield letter.lower(), ""
                for policy in level:
                    yield letter, written(policy)

    def is_trust(self):
        return self.members["request"]["action"].lower().startswith("sts:assumerole")

    def lines(self):
        request = self.members["request"]
        lines = ["p" + (request.get("principal") or ""), "a" + request["action"], "r" + self.resource()]
        for letter, value in (
                ("q", self.settings.get("roleArn") or self.settings.get("issuerArn")),
                ("u", self.settings.get("uniqueId")), ("o", request.get("resourceAccount"))):
            if value:
                lines.append(letter + value)
        lines += [f"k{key}={value}" for key, values in self.context().items() for value in values]
        if self.settings.get("resourceRule") == "mustGrant":
            lines.append("m")
        lines += [letter + without_version(text) for letter, text in self.policy_lines()]
        return "\n".join(line.replace("\n", " ") for line in lines)


def written(policy):
    return policy if isinstance(policy, str) else json.dumps(policy, separators=(",", ":"), ensure_ascii=False)


def without_version(text):
    """The statement of a usual policy, which is all that its reader needs, and shorter."""
    head = '{"Version":"2012-10-17","Statement":'
    return text[len(head):-1] if text.startswith((head + '{"Effect"', head + "[")) else text
