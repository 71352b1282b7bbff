"""The checker itself: what it lets pass and what it refuses."""

import botocore.loaders
import botocore.model
import pytest

from conformance import NotConforming, check_query

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
REQUEST_ID = "7a62c49f-347e-4fc4-9331-6e8e4b3d2c10"
USER = (
    "<Path>/</Path><UserName>Bob</UserName><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>"
    "<Arn>arn:aws:iam::123456789012:user/Bob</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate>"
)


def operation(name):
    description = botocore.loaders.Loader().load_service_model("iam", "service-2")
    return botocore.model.ServiceModel(description, "iam").operation_model(name)


def answer(name, result, status=200, namespace=NAMESPACE, request_id=REQUEST_ID, kind="text/xml"):
    body = (
        f'<{name}Response xmlns="{namespace}"><{name}Result>{result}</{name}Result>'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    )
    check_query(operation(name), status, {"Content-Type": kind, "x-amzn-RequestId": REQUEST_ID}, body.encode())


def failure(name, code, status, fault="Sender", message="<Message>m</Message>"):
    body = (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>{fault}</Type><Code>{code}</Code>{message}</Error>'
        f"<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    )
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": REQUEST_ID}
    check_query(operation(name), status, headers, body.encode())


def test_good_answers_pass():
    answer("GetUser", f"<User>{USER}</User>")
    answer("ListUsers", f"<Users><member>{USER}</member></Users><IsTruncated>false</IsTruncated>")
    answer("ListUsers", "<Users/><IsTruncated>true</IsTruncated><Marker>m</Marker>")
    answer("GetAccountSummary", "<SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap>")
    failure("GetUser", "NoSuchEntity", 404)
    failure("GetUser", "AccessDenied", 403)
    failure("GetUser", "ServiceFailure", 500, "Receiver")


@pytest.mark.parametrize("name, result", [
    ("GetUser", ""),
    ("GetUser", f"<User>{USER}</User><Extra/>"),
    ("GetUser", f"<User>{USER}<Unknown>x</Unknown></User>"),
    ("GetUser", f"<User>{USER}<Path>/</Path></User>"),
    ("GetUser", f"<User>{USER.replace('<UserName>Bob</UserName>', '')}</User>"),
    ("GetUser", f"<User>{USER.replace('2026-01-02T03:04:05Z', '2026-01-02 03:04:05')}</User>"),
    ("GetUser", f"<User>{USER.replace('2026-01-02T03:04:05Z', '2026-13-02T03:04:05Z')}</User>"),
    ("GetUser", f"<User>{USER.replace('AIDACKCEVSQ6C2EXAMPLE', 'short')}</User>"),
    ("GetUser", f"<User>{USER.replace('>Bob<', '>with space<')}</User>"),
    ("ListUsers", f"<Users><User>{USER}</User></Users>"),
    ("ListUsers", "<Users/><IsTruncated>no</IsTruncated>"),
    ("ListUsers", "<IsTruncated>false</IsTruncated>"),
    ("GetAccountSummary", "<SummaryMap><entry><key>Users</key><value>x</value></entry></SummaryMap>"),
    ("GetAccountSummary", "<SummaryMap><entry><key>Uzers</key><value>3</value></entry></SummaryMap>"),
    ("GetAccountSummary", "<SummaryMap><Users>3</Users></SummaryMap>"),
])
def test_a_bad_result_is_refused(name, result):
    with pytest.raises((NotConforming, ValueError)):
        answer(name, result)


@pytest.mark.parametrize("wrong", [
    {"namespace": "https://iam.amazonaws.com/doc/2010-05-09/"}, {"request_id": "none"}, {"kind": "application/json"},
    {"request_id": REQUEST_ID.replace("7a", "7b")}, {"status": 201},
])
def test_a_bad_envelope_is_refused(wrong):
    with pytest.raises(NotConforming):
        answer("GetUser", f"<User>{USER}</User>", **wrong)


@pytest.mark.parametrize("code, status, more", [
    ("NoSuchEntity", 400, {}), ("EntityAlreadyExists", 409, {}), ("NoSuchEntityException", 404, {}),
    ("NoSuchEntity", 404, {"fault": "Receiver"}), ("NoSuchEntity", 404, {"message": ""}),
])
def test_a_bad_error_is_refused(code, status, more):
    with pytest.raises(NotConforming):
        failure("GetUser", code, status, **more)
