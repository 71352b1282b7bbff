"""`sallyport explain`: why a request is allowed or denied, for people and as JSON."""

import json
import os
import pty
import re
import shlex
import subprocess

import jsonschema
import pytest

from harness import PROGRAM, ROOT, environment

DOCS = ROOT / "docs"
EXAMPLES = sorted((DOCS / "examples").glob("*.jsonl"))
CORPUS = sorted((ROOT / "Tests" / "PolicyEngineTests" / "Corpus" / "Decisions").glob("*.jsonl"))
ANN = "arn:aws:iam::111122223333:user/ann"
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": "s3:Get*",
      "Resource": "arn:aws:s3:::photos/*",
      "Condition": {"StringEquals": {"aws:PrincipalTag/team": "photo"}}
    },
    {"Sid": "Keep", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::photos/secret/*"}
  ]
}
"""


def schema(name):
    description = json.loads((DOCS / "schemas" / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(description)
    return jsonschema.Draft202012Validator(description)


EXPLANATION = schema("explanation")


def run(*arguments, given=b"", status, cwd=None, **variables):
    result = subprocess.run(
        [PROGRAM, "explain", *map(str, arguments)], input=given, env=environment(**variables), capture_output=True,
        timeout=120, check=False, cwd=cwd,
    )
    assert result.returncode == status, (result.stdout[-2000:], result.stderr[-2000:])
    return result.stdout.decode(), result.stderr.decode()


def explained(*arguments, given=b"", status):
    """The explanations as JSON, each held against the schema."""
    said, complaint = run("--json", *arguments, given=given, status=status)
    assert complaint == ""
    found = [json.loads(line) for line in said.splitlines()]
    for explanation in found:
        EXPLANATION.validate(explanation)
    return found


def refused(*arguments, given=b""):
    """What is said of input that is of no use; nothing is explained."""
    said, complaint = run(*arguments, given=given, status=2)
    assert said == ""
    return complaint


def case(name="a", **more):
    request = {"principal": ANN, "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/cat.jpg"}
    return {"id": name, "policies": {"identity": [POLICY]}, "request": request | more}


def line(value):
    return json.dumps(value).encode() + b"\n"


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(POLICY)
    return path


# Cases


@pytest.mark.parametrize("file", EXAMPLES + CORPUS, ids=lambda file: file.stem)
def test_every_case_is_explained_as_it_is_decided(file):
    decided = subprocess.run(
        [PROGRAM, "decide", file], env=environment(), capture_output=True, timeout=120, check=True,
    ).stdout
    answers = [json.loads(text) for text in decided.splitlines()]
    is_denied = any(answer["decision"] != "Allowed" for answer in answers)
    explanations = explained(file, status=1 if is_denied else 0)
    shared = ["id", "decision", "by", "invalid"]
    assert [{key: found[key] for key in shared if key in found} for found in explanations] == answers


def test_the_statement_that_denies_is_named_with_its_place():
    (found,) = explained(given=line(case(resource="arn:aws:s3:::photos/secret/x")), status=1)
    place = {"layer": "identity", "policy": 0, "statement": 1, "sid": "Keep", "line": 11, "column": 5}
    assert found["by"] == [place]
    (identity,) = [layer for layer in found["layers"] if layer["layer"] == "identity"]
    assert identity["says"] == "denies"
    assert identity["deciding"] == [{"statement": place, "effect": "Deny", "endLine": 11, "endColumn": 100}]


def test_a_near_miss_says_which_element_failed_against_what():
    given = case(context={"aws:PrincipalTag/team": "video"})
    (found,) = explained(given=line(given), status=1)
    (identity,) = [layer for layer in found["layers"] if layer["layer"] == "identity"]
    assert (identity["says"], identity["need"]) == ("silent", "eitherSide")
    (miss,) = identity["nearMisses"]
    assert miss["statement"]["sid"] == "Read"
    assert miss["mismatches"] == [{
        "element": "Condition", "operator": "StringEquals", "key": "aws:PrincipalTag/team", "wanted": ["photo"],
        "given": ["video"], "reason": "differs", "line": 9, "column": 38, "endLine": 9, "endColumn": 70,
    }]
    assert miss["changes"] == [{"key": "aws:PrincipalTag/team", "values": ["photo"]}]
    given["request"]["context"] = {change["key"]: change["values"] for change in miss["changes"]}
    explained(given=line(given), status=0)


def test_a_missing_key_that_matters_is_named_and_one_that_does_not_is_not():
    (found,) = explained(given=line(case()), status=1)
    (missing,) = found["missingKeys"]
    assert missing["key"] == "aws:PrincipalTag/team"
    assert [(use["statement"]["sid"], use["could"]) for use in missing["uses"]] == [("Read", "match")]
    (found,) = explained(given=line(case(action="s3:PutObject")), status=1)
    assert found["missingKeys"] == []


def test_what_was_not_given_is_told_and_what_was_is_not():
    given = case()
    (found,) = explained(given=line(given), status=1)
    assert {"what": "policies", "layer": "boundary"} in found["notGiven"]
    assert {"what": "resourceAccount", "takenAs": "111122223333"} in found["notGiven"]
    given["policies"]["boundary"] = [POLICY]
    given["request"]["resourceAccount"] = "111122223333"
    (found,) = explained(given=line(given), status=1)
    assert {"what": "policies", "layer": "boundary"} not in found["notGiven"]
    assert not [entry for entry in found["notGiven"] if entry["what"] == "resourceAccount"]


def test_a_layer_that_has_no_part_is_not_called_absent():
    given = case() | {"settings": {"managementAccount": True}}
    given["policies"]["scp"] = [[]]
    (found,) = explained(given=line(given), status=1)
    (scp,) = [layer for layer in found["layers"] if layer["layer"] == "scp"]
    assert (scp["says"], scp["because"]) == ("exempt", "managementAccount")
    assert {"what": "policies", "layer": "scp"} not in found["notGiven"]


def test_one_case_of_many_by_its_id():
    given = line(case("one")) + line(case("two", resource="*"))
    assert [found["id"] for found in explained("--id", "two", given=given, status=1)] == ["two"]
    assert "no case has the id `three`" in refused("--id", "three", given=given)


def test_a_case_over_several_lines():
    given = json.dumps(case("wide"), indent=2).encode()
    assert [found["id"] for found in explained(given=given, status=1)] == ["wide"]
    assert [found["id"] for found in explained(given=b"\xef\xbb\xbf" + given, status=1)] == ["wide"]


# One question


def test_a_question_on_the_command_line(policy):
    options = ["--policy", policy, "--principal", ANN, "--action", "s3:GetObject", "--resource",
               "arn:aws:s3:::photos/cat.jpg"]
    said, _ = run(*options, status=1)
    assert f"{policy}:4:5 `Read` would allow, but for" in said
    said, _ = run(*options, "--context", "aws:PrincipalTag/team=photo", status=0)
    assert said.startswith("question: Allowed, by identity policies\n")
    (found,) = explained(*options, "--context", "k:a=1", "k:a=2", "aws:PrincipalTag/team=", status=1)
    assert found["request"]["context"]["k:a"] == ["1", "2"]
    assert found["request"]["context"]["aws:principaltag/team"] == [""]
    assert found["request"]["context"]["aws:username"] == ["ann"]


def test_boundary_resource_policy_and_organization_of_a_question(policy, tmp_path):
    grant = tmp_path / "grant.json"
    grant.write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ANN}, "Action": "s3:*", "Resource": "arn:aws:s3:::photos/*"}]}))
    options = ["--principal", ANN, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::photos/cat.jpg",
               "--resource-policy", grant]
    explained(*options, status=0)
    explained(*options, "--boundary", policy, status=0)
    (found,) = explained(*options, "--scp", policy, policy, status=1)
    assert found["by"] == [{"layer": "scp"}]
    assert [layer["level"] for layer in found["layers"] if layer["layer"] == "scp"] == [0, 1]


@pytest.mark.parametrize(("options", "complaint"), [
    (["--action", "s3:GetObject"], "--principal is missing: who asks?"),
    (["--principal", ANN], "--action is missing: what is asked for?"),
    (["--principal", "ann", "--action", "s3:GetObject"], "--principal: `ann` is neither the ARN of a principal"),
    (["--principal", ANN, "--action", "s3"], "--action: must be written as service:Action"),
    (["--principal", ANN, "--action", "s3:*"], "--action: must be written as service:Action"),
    (["--principal", ANN, "--action", "s3:Get", "--resource", "x"], "--resource: must be an ARN"),
    (["--principal", ANN, "--action", "s3:Get", "--context", "k"], "--context: `k` is not written as key=value"),
    (["--principal", ANN, "--action", "s3:Get", "--context", "=v"], "--context: `=v` is not written as key=value"),
    (["--principal", ANN, "--action", "s3:Get", "--policy", "/nowhere"], "cannot read `/nowhere`: No such file"),
    (["cases.jsonl", "--principal", ANN, "--action", "s3:Get"], "give either a file with cases or one question"),
    (["/nowhere"], "cannot read `/nowhere`: No such file or directory"),
])
def test_a_question_of_no_use_is_told(options, complaint):
    assert refused(*options).startswith(complaint)


@pytest.mark.parametrize(("given", "complaint"), [
    (b"", "there is no case in the input\n"),
    (b"\n \n", "there is no case in the input\n"),
    (b"nonsense", "line 1: not JSON from column 2"),
    (b'{\n"id":\n', "line 1: not JSON from column 2"),
    (line(case()) + b"nonsense\n", "line 2: not JSON from column 2"),
    (b"\n" + line({"id": "a"}), "line 2: request: missing"),
    (b'{\n"id": "a", "policies": {}\n}', "request: missing"),
    (line(case(action="s3:*")), "line 1: request.action: must be written as service:Action"),
])
def test_input_of_no_use_is_told_and_nothing_is_explained(given, complaint):
    assert refused(given=given).startswith(complaint)


def test_a_policy_that_aws_refuses_is_left_out_and_told(policy):
    given = case()
    given["policies"]["identity"] = ["nonsense", POLICY]
    said, _ = run(given=line(given), status=1)
    assert "Left out, since AWS refuses them\n    identity[0]:1:2: Syntax errors in policy.\n" in said
    assert "identity[1]:4:5 `Read` would allow" in said


# Terminals and pipes


def on_terminal(*arguments, given=b"", **variables):
    """What the command writes where standard output is a terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "explain", *map(str, arguments)], stdin=subprocess.PIPE, stdout=follower, stderr=subprocess.STDOUT,
        env=environment(TERM="xterm", **variables),
    )
    os.close(follower)
    process.stdin.write(given)
    process.stdin.close()
    said = b""
    while True:
        try:
            piece = os.read(leader, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        said += piece
    os.close(leader)
    process.wait(60)
    return said.decode().replace("\r\n", "\n")


def test_colour_is_for_terminals_that_want_it():
    plain, _ = run(given=line(case()), status=1, TERM="xterm")
    assert "\x1b" not in plain
    coloured = on_terminal(given=line(case()))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert on_terminal(given=line(case()), NO_COLOR="1") == plain
    assert "\x1b" not in on_terminal("--json", given=line(case()))


def test_what_a_case_says_cannot_move_the_cursor():
    hostile = "x\x1b[2J\x07\u202e"
    given = case(hostile, action="s3:Get" + "Object", resource="arn:aws:s3:::photos/" + hostile,
                 context={"aws:PrincipalTag/team": hostile})
    statement = {"Sid": "a", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*",
                 "Condition": {"StringEquals": {"k:" + hostile: hostile}}}
    given["policies"]["identity"].append(json.dumps({"Version": "2012-10-17", "Statement": statement}))
    said, _ = run(given=line(given), status=1)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", said)


def test_a_reader_that_goes_away_ends_the_run_quietly():
    process = subprocess.Popen(
        [PROGRAM, "explain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )
    process.stdout.close()
    process.stdin.write(line(case()))
    process.stdin.close()
    assert process.stderr.read() == b""
    assert process.wait(60) != 0


# The documentation


def test_the_documentation_shows_what_the_program_says():
    shown = re.findall(r"^\$ sallyport (explain .*?[^\\])\n(.*?)^```", (DOCS / "explain.md").read_text(), re.S | re.M)
    assert len(shown) >= 2
    for command, answer in shown:
        result = subprocess.run(
            [PROGRAM, *shlex.split(command.replace("\\\n", " "))], env=environment(), capture_output=True, text=True,
            timeout=60, check=False, cwd=ROOT,
        )
        assert (result.stdout, result.stderr) == (answer, "")
