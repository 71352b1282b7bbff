"""Checking policies from the terminal and in CI."""

import json
import os
import pathlib
import pty
import re
import subprocess

import botocore.loaders
import botocore.model
import botocore.validate
import pytest

from harness import PROGRAM, environment, run_program

FINE = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}'
WRONG = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "",
      "Effect": "Allow",
      "Action": ["s3:GetObjekt", "iam:PassRole"],
      "Resource": "*"
    }
  ]
}
"""
PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
LINE = re.compile(r"(.+):(\d+):(\d+): (error|security warning|warning|suggestion): (.+) \[([A-Z0-9_]+)\] (https://\S+)")


@pytest.fixture
def policy(tmp_path):
    """Writes a policy and answers its path."""

    def write(text, name="policy.json"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def validate(*arguments, status, stdin=""):
    result = subprocess.run(
        [PROGRAM, "validate", *map(str, arguments)], env=environment(), input=stdin, capture_output=True, text=True,
        timeout=30, check=False,
    )
    assert result.returncode == status, result
    return result


def found(result):
    """The findings of the text form: line, column, kind and code."""
    lines = [LINE.fullmatch(line) for line in result.stdout.splitlines()]
    assert all(lines), result.stdout
    return [(int(line[2]), int(line[3]), line[4], line[6]) for line in lines]


# Statuses


def test_a_policy_in_order_says_nothing(policy):
    result = validate(policy(FINE), status=0)
    assert (result.stdout, result.stderr) == ("", "")


def test_each_finding_is_a_line_that_an_editor_can_follow(policy):
    path = policy(WRONG)
    result = validate(path, status=1)
    assert found(result) == [
        (5, 14, "suggestion", "EMPTY_SID_VALUE"),
        (7, 18, "error", "INVALID_ACTION"),
        (7, 34, "security warning", "PASS_ROLE_WITH_STAR_IN_RESOURCE"),
    ]
    second = LINE.fullmatch(result.stdout.splitlines()[1])
    assert second[1] == str(path)
    assert second[5] == "The action s3:GetObjekt does not exist. Did you mean s3:GetObject?"
    assert second[7] == f"{PAGE}#access-analyzer-reference-policy-checks-error-invalid-action"


@pytest.mark.parametrize(
    "text, status, strict",
    [
        (FINE, 0, 0),
        (FINE.replace('"Effect"', '"Sid":"","Effect"'), 0, 1),  # a suggestion
        (FINE.replace('"Version":"2012-10-17",', ""), 0, 1),  # a warning
        (FINE.replace("s3:GetObject", "iam:*").replace("arn:aws:s3:::b/*", "*"), 1, 1),  # a security warning
        (FINE.replace("Allow", "Permit"), 1, 1),  # an error
        ("{", 1, 1),
    ],
)
def test_the_status_says_what_the_findings_weigh(policy, text, status, strict):
    path = policy(text)
    validate(path, status=status)
    validate("--strict", path, status=strict)


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_checked(policy, tmp_path):
    missing = tmp_path / "missing.json"
    result = validate(missing, policy(WRONG), policy(b'{"Id":"\xff"}', "latin.json"), tmp_path, status=2)
    assert len(found(result)) == 3
    told = result.stderr.splitlines()
    assert len(told) == 3
    assert str(missing) in told[0] and "latin.json` is not UTF-8" in told[1] and str(tmp_path) in told[2]


def test_a_file_larger_than_any_policy_is_refused(policy):
    result = validate(policy(" " * (1 << 20) + FINE), status=2)
    assert result.stdout == "" and "larger" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["--type", "nonsense", "-"], ["--format", "xml", "-"], ["-", "-"]])
def test_a_command_that_is_not_understood_is_refused(arguments):
    result = validate(*arguments, status=64)
    assert result.stdout == "" and "Usage: sallyport validate" in result.stderr


# What is checked


def test_standard_input_is_read():
    result = validate("-", stdin=WRONG, status=1)
    assert result.stdout.startswith("<stdin>:5:14: ")
    assert len(found(result)) == 3


def test_several_files_are_told_apart(policy):
    first, second = policy(WRONG, "a.json"), policy("{", "b.json")
    files = {line.split(":")[0] for line in validate(first, policy(FINE, "c.json"), second, status=1).stdout.splitlines()}
    assert files == {str(first), str(second)}


TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
BUCKET = FINE.replace('"Effect"', '"Principal":{"AWS":"111122223333"},"Effect"')


@pytest.mark.parametrize(
    "text, type_, codes",
    [
        (FINE, None, []),
        (BUCKET, None, []),
        (TRUST, None, ["ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"]),
        (BUCKET, "identity", ["UNSUPPORTED_PRINCIPAL"]),
        (BUCKET, "session", ["UNSUPPORTED_PRINCIPAL"]),
        (FINE, "resource", ["MISSING_PRINCIPAL"]),
        (FINE, "trust", ["MISSING_PRINCIPAL", "UNSUPPORTED_ACTION_IN_POLICY", "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"]),
        (BUCKET, "scp", ["SCP_SYNTAX_ERROR_PRINCIPAL"]),
        (BUCKET, "rcp", ["RCP_SYNTAX_ERROR_PRINCIPAL", "RCP_SYNTAX_ERROR_ALLOW"]),
        (BUCKET, "AWS::S3::Bucket", []),
        (BUCKET, "AWS::DynamoDB::Table", ["UNSUPPORTED_ACTION_IN_POLICY", "UNSUPPORTED_RESOURCE_ARN_IN_POLICY"]),
    ],
)
def test_the_type_decides_what_is_checked(policy, text, type_, codes):
    arguments = ["--type", type_] if type_ else []
    result = validate(*arguments, policy(text), status=1 if codes else 0)
    assert [code for *_, code in found(result)] == codes


# The form of AWS's API


def response_shape():
    """What ValidatePolicy answers, by the model of botocore."""
    model = botocore.loaders.Loader().load_service_model("accessanalyzer", "service-2")
    return botocore.model.ServiceModel(model).operation_model("ValidatePolicy").output_shape


def enums(shape, value, path=""):
    """Holds every enumerated text against the model, which botocore's own validation does not do."""
    if shape.type_name == "structure":
        for name, member in value.items():
            enums(shape.members[name], member, f"{path}.{name}")
    elif shape.type_name == "list":
        for member in value:
            enums(shape.member, member, path)
    elif getattr(shape, "enum", None):
        assert value in shape.enum, (path, value)


def test_json_is_the_answer_of_the_api(policy):
    path = policy(WRONG)
    lines = validate("--format", "json", path, policy(FINE, "fine.json"), status=1).stdout.splitlines()
    answers = [json.loads(line) for line in lines]
    assert [pathlib.Path(answer.pop("file")).name for answer in answers] == ["policy.json", "fine.json"]
    assert answers[1] == {"findings": []}
    shape = response_shape()
    report = botocore.validate.ParamValidator().validate(answers[0], shape)
    assert not report.has_errors(), report.generate_report()
    enums(shape, answers[0])
    finding = answers[0]["findings"][1]
    assert finding["findingType"] == "ERROR"
    assert finding["issueCode"] == "INVALID_ACTION"
    (location,) = finding["locations"]
    assert location["path"] == [{"value": "Statement"}, {"index": 0}, {"value": "Action"}, {"index": 0}]
    span = location["span"]
    assert (span["start"]["line"], span["start"]["column"]) == (7, 17)
    assert WRONG[span["start"]["offset"] : span["end"]["offset"]] == '"s3:GetObjekt"'


# On a terminal


def on_a_terminal(*arguments, **extra):
    """What the program writes where its standard output is a terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, *map(str, arguments)], env=environment(**extra), stdin=subprocess.DEVNULL, stdout=follower,
        stderr=subprocess.DEVNULL,
    )
    os.close(follower)
    written = b""
    while True:
        try:
            piece = os.read(leader, 65_536)
        except OSError:
            break
        if not piece:
            break
        written += piece
    os.close(leader)
    process.wait(timeout=30)
    return written.decode()


def test_colours_are_for_terminals_only(policy):
    path = policy(WRONG)
    assert "\x1b[" not in run_program("validate", path).stdout
    assert "\x1b[1;31merror\x1b[0m" in on_a_terminal("validate", path, TERM="xterm")
    assert "\x1b[" not in on_a_terminal("validate", path, TERM="xterm", NO_COLOR="1")


def test_a_policy_cannot_steer_the_terminal(policy):
    path = policy(FINE.replace("2012-10-17", "\\u001b[2J\\u009b\\n"))
    result = validate(path, status=1)
    assert "\x1b" not in result.stdout and "\x9b" not in result.stdout
    assert len(result.stdout.splitlines()) == 1
