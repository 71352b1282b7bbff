"""`sallyport decide`: cases in, answers out, and what happens to lines that are no cases."""

import json
import os
import pathlib
import re
import select
import subprocess
import time

import jsonschema
import pytest

from harness import PROGRAM, ROOT, environment

DOCS = ROOT / "docs"
EXAMPLES = sorted((DOCS / "examples").glob("*.jsonl"))
CORPUS = sorted((ROOT / "Tests" / "PolicyEngineTests" / "Corpus" / "Decisions").glob("*.jsonl"))
LINE_BYTES_MAX = 16 << 20
BOM = b"\xef\xbb\xbf"


def schema(name):
    description = json.loads((DOCS / "schemas" / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(description)
    return jsonschema.Draft202012Validator(description)


CASE, ANSWER = schema("decision-case"), schema("decision-answer")


def decide(given, *options, status=0):
    """Runs the command on bytes; answers what it said, each line held against the schema."""
    result = subprocess.run(
        [PROGRAM, "decide", *map(str, options)], input=given, env=environment(), capture_output=True, timeout=120,
        check=False,
    )
    assert result.returncode == status, result.stderr[-2000:]
    answers = [json.loads(line) for line in result.stdout.decode().split("\n")[:-1]]
    assert not result.stdout or result.stdout.endswith(b"\n")
    for answer in answers:
        ANSWER.validate(answer)
    return answers, result.stderr.decode()


def allow(action, **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*", **more}]}


def case(name="a", *, request=None, **more):
    asked = {"principal": "arn:aws:iam::111122223333:user/ann", "action": "s3:GetObject", "resource": "*"}
    return {"id": name, "policies": {"identity": [allow("s3:*")]}, "request": asked | (request or {})} | more


def line(value):
    return json.dumps(value).encode() + b"\n"


# Examples and corpus


@pytest.mark.parametrize("file", EXAMPLES + CORPUS, ids=lambda file: file.stem)
def test_every_case_fits_the_schema_and_is_decided_as_it_expects(file):
    cases = [json.loads(text) for text in file.read_text().splitlines() if text.strip()]
    assert cases
    for given in cases:
        CASE.validate(given)
        assert given["source"] and given["expect"]
    answers, said = decide(b"", "--check", file)
    assert [answer["id"] for answer in answers] == [given["id"] for given in cases]
    assert [answer["decision"] for answer in answers] == [given["expect"]["decision"] for given in cases]
    count = len(cases)
    assert said == f"{count} cases: {count} as expected, 0 not as expected, 0 without an expectation, 0 malformed\n"


def test_there_are_examples_and_a_corpus():
    assert len(EXAMPLES) >= 4
    assert len(CORPUS) >= 10


def test_the_documentation_shows_what_the_program_says():
    shown = re.search(r"\$ sallyport decide (docs/\S+)\n(.*?)```", (DOCS / "decide.md").read_text(), re.DOTALL)
    result = subprocess.run(
        [PROGRAM, "decide", ROOT / shown[1]], env=environment(), capture_output=True, text=True, timeout=60, check=True,
    )
    assert result.stdout == shown[2]


def test_the_case_of_the_documentation_is_one():
    shown = re.search(r"```json\n(.*?)```", (DOCS / "decide.md").read_text(), re.DOTALL)
    given = json.loads(shown[1])
    CASE.validate(given)
    decide(line(given), "--check")


# Lines that are no cases

MALFORMED = [
    (b"nonsense", "not JSON from column 2"),
    (b'{"id":"a"', "not JSON from column 10"),
    (b'"\xff"', "not UTF-8"),
    (b'"\xc3\xa9" x', "not JSON from column 5"),
    (line([]), "must be an object, not a list"),
    (line(case() | {"extra": 1}), "unknown member `extra`"),
    (line(case(policies={"identities": []})), "policies: unknown member `identities`"),
    (line(case(policies={"identity": [7]})), r"policies.identity\[0\]: must be a policy"),
    (line(case(policies={"scp": [allow("*")]})), r"policies.scp\[0\]: must be a list, not an object"),
    (line(case(7)), "id: must be a string, not a number"),
    (line({"id": "a", "policies": {}}), "request: missing"),
    (line({"id": "a", "request": case()["request"]}), "policies: missing"),
    (line(case(request={"principal": "ann"})), "request.principal: `ann` is neither"),
    (line(case(request={"principal": "arn:aws:iam::1:user/ann"})), "request.principal: .* names no principal"),
    (line(case(request={"action": "s3:*"})), "request.action: must be written as service:Action"),
    (line(case(request={"resource": "photos"})), "request.resource: must be an ARN"),
    (line(case(request={"resourceAccount": "1"})), "request.resourceAccount: must have twelve digits"),
    (line(case(request={"context": {"k:a": 1}})), "request.context.`k:a`: must be a string or a list"),
    (line(case(request={"context": {"k:a": ["x", None]}})), r"request.context.`k:a`\[1\]: must be a string"),
    (line(case(request={"wildcardOnly": "yes"})), "request.wildcardOnly: must be true or false"),
    (line(case(settings={"roleArn": "deploy"})), "settings.roleArn: `deploy` is no ARN"),
    (line(case(settings={"resourceRule": "any"})), "settings.resourceRule: must be one of union, mustGrant"),
    (line(case(expect={"decision": "Denied"})), "expect.decision: must be one of"),
    (line(case(expect={"decision": "Allowed", "layer": "scp"})), "expect.layer: no layer denies"),
]


@pytest.mark.parametrize(("given", "error"), MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_line_is_told_with_its_number_and_the_run_goes_on(given, error):
    answers, said = decide(line(case("first")) + given.rstrip(b"\n") + b"\n" + line(case("last")), status=1)
    assert [answer.get("id") for answer in answers] == ["first", None, "last"]
    assert answers[1]["line"] == 2
    assert re.match(error, answers[1]["error"]), answers[1]["error"]
    assert said == "1 of 3 lines were malformed\n"


@pytest.mark.parametrize("given", [given for given, _ in MALFORMED if given.endswith(b"\n")])
def test_the_schema_refuses_what_the_program_refuses(given):
    assert not CASE.is_valid(json.loads(given))


def test_a_huge_line_is_told_and_not_kept():
    huge = line(case("x" * (LINE_BYTES_MAX + 1)))
    answers, _ = decide(line(case("first")) + huge + line(case("last")), status=1)
    assert answers[1] == {"line": 2, "error": f"longer than {LINE_BYTES_MAX} bytes"}
    assert [answer.get("id") for answer in answers] == ["first", None, "last"]


@pytest.mark.parametrize("given", [b"", b"\n", b" \t\n\r\n", BOM, BOM + b"\n"])
def test_nothing_to_decide_is_no_error(given):
    assert decide(given) == ([], "")


@pytest.mark.parametrize("given", [
    line(case()), line(case()).rstrip(), BOM + line(case()), line(case()).replace(b"\n", b"\r\n"),
    b"\n \n" + line(case()) + b"\n\n", b"  " + line(case()),
])
def test_byte_order_mark_line_ends_and_blank_lines_do_no_harm(given):
    answers, _ = decide(given)
    assert [(answer["id"], answer["decision"]) for answer in answers] == [("a", "Allowed")]


def test_blank_lines_count():
    answers, _ = decide(b"\n\r\n" + b"x\n", status=1)
    assert answers[0]["line"] == 3


def test_names_in_any_script_come_back():
    answers, _ = decide(json.dumps(case("猫 \"\\ \u0001 \U0001f600"), ensure_ascii=False).encode())
    assert answers[0]["id"] == "猫 \"\\ \u0001 \U0001f600"


# Policies that are invalid


def test_an_invalid_policy_is_left_out_and_named():
    text = '{\n  "Version": "2012-10-17",\n  "Statement": [{"Effect": "Allow", "Action": "s3", "Resource": "*"}]\n}'
    given = case(policies={"identity": [text, allow("s3:*")], "scp": [[allow("*")], [{}, allow("*")]]})
    (answer,), said = decide(line(given))
    assert answer["decision"] == "Allowed"
    assert answer["invalid"] == [
        {"layer": "identity", "policy": 0, "line": 3, "column": 47,
         "message": "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
        {"layer": "scp", "level": 1, "policy": 0, "message": "Syntax errors in policy.", "line": 1, "column": 1},
    ]
    assert said == ""


@pytest.mark.parametrize("layer", ["boundary", "session", "endpoint"])
def test_a_layer_of_invalid_policies_allows_nothing(layer):
    given = case(policies={"identity": [allow("s3:*")], layer: ["nonsense"]})
    (answer,), _ = decide(line(given))
    assert (answer["decision"], answer["by"]) == ("ImplicitlyDenied", [{"layer": layer}])


# Checking


def test_a_difference_is_told_and_ends_with_status_1():
    given = line(case("right", expect={"decision": "Allowed"})) + line(case("none")) + b"x\n"
    given += line(case("wrong", expect={"decision": "ImplicitlyDenied", "layer": "scp"}))
    answers, said = decide(given, "--check", status=1)
    assert [answer.get("decision") for answer in answers] == ["Allowed", "Allowed", None, "Allowed"]
    assert said.splitlines() == [
        "line 3: not JSON from column 1 on, or deeper than 128 levels",
        "line 4: `wrong` is Allowed, expected ImplicitlyDenied (scp)",
        "4 cases: 1 as expected, 1 not as expected, 1 without an expectation, 1 malformed",
    ]


def test_without_check_a_difference_is_no_error():
    decide(line(case(expect={"decision": "ImplicitlyDenied"})))


def test_the_layer_must_be_right_too():
    given = case(policies={}, expect={"decision": "ImplicitlyDenied", "layer": "boundary"})
    _, said = decide(line(given), "--check", status=1)
    assert "is ImplicitlyDenied (identity), expected ImplicitlyDenied (boundary)" in said


# Files and pipes


def test_a_file_or_standard_input(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_bytes(line(case("file")))
    assert decide(line(case("input")), file)[0][0]["id"] == "file"
    assert decide(line(case("input")), "-")[0][0]["id"] == "input"
    assert decide(line(case("input")))[0][0]["id"] == "input"


def test_a_file_that_cannot_be_read_ends_with_status_2(tmp_path):
    missing = tmp_path / "missing.jsonl"
    answers, said = decide(b"", missing, status=2)
    assert (answers, said) == ([], f"cannot read `{missing}`: No such file or directory\n")
    answers, said = decide(b"", tmp_path, status=2)
    assert (answers, said) == ([], f"cannot read `{tmp_path}`: Is a directory\n")


@pytest.mark.skipif(not pathlib.Path("/dev/full").exists(), reason="there is no device that is always full")
def test_answers_that_cannot_be_written_end_with_status_2():
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [PROGRAM, "decide"], input=line(case()), stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=60,
            check=False,
        )
    assert result.returncode == 2
    assert result.stderr == b"cannot write the answers: No space left on device\n"


def test_a_reader_that_goes_away_ends_the_run_quietly(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_bytes(line(case()) * 20_000)
    process = subprocess.Popen(
        [PROGRAM, "decide", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )
    assert process.stdout.readline().startswith(b'{"id"')
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) != 0


@pytest.fixture
def running():
    """The command, waiting for cases."""
    process = subprocess.Popen(
        [PROGRAM, "decide"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), bufsize=0,
    )
    yield process
    process.kill()
    process.wait()


def read_line(process, seconds=30):
    deadline = time.monotonic() + seconds
    text = b""
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
        assert ready, f"no answer within {seconds} s after {text!r}"
        piece = os.read(process.stdout.fileno(), 1 << 16)
        assert piece, "the program ended"
        text += piece
    return text


def test_an_answer_comes_before_the_next_case_is_there(running):
    for number in range(3):
        running.stdin.write(line(case(f"c{number}"))[:20])
        running.stdin.write(line(case(f"c{number}"))[20:])
        assert json.loads(read_line(running))["id"] == f"c{number}"


def memory_kib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


@pytest.mark.skipif(not pathlib.Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_100_000_cases_are_answered_in_their_order_and_memory_does_not_grow(running):
    size, growth_kib_max = 10_000, 24 << 10
    after_first = None
    for block in range(10):
        wanted = [f"c{number}" for number in range(block * size, (block + 1) * size)]
        given = b"".join(line(case(name)) for name in wanted)
        answered = b""
        while given or answered.count(b"\n") < size:
            readable, writable, _ = select.select([running.stdout], [running.stdin] if given else [], [], 60)
            assert readable or writable, "the program stands still"
            if writable:
                given = given[os.write(running.stdin.fileno(), given[:1 << 16]):]
            if readable:
                answered += os.read(running.stdout.fileno(), 1 << 20)
        assert [json.loads(text)["id"] for text in answered.splitlines()] == wanted
        after_first = after_first or memory_kib(running)
    assert memory_kib(running) - after_first < growth_kib_max
    running.stdin.close()
    assert running.wait(60) == 0
