import pytest

from harness import allow, policy, refused, trust_policy


def make_user(iam, **tags):
    iam.create_user(UserName="tagged", **tags)
    return {"UserName": "tagged"}


def make_role(iam, **tags):
    iam.create_role(RoleName="tagged", AssumeRolePolicyDocument=trust_policy({"AWS": "*"}), **tags)
    return {"RoleName": "tagged"}


def make_policy(iam, **tags):
    return {"PolicyArn": iam.create_policy(PolicyName="tagged", PolicyDocument=policy(allow("a:b")), **tags)[
        "Policy"]["Arn"]}


def make_instance_profile(iam, **tags):
    iam.create_instance_profile(InstanceProfileName="tagged", **tags)
    return {"InstanceProfileName": "tagged"}


MAKERS = {"user": make_user, "role": make_role, "policy": make_policy, "instance_profile": make_instance_profile}
each_kind = pytest.mark.parametrize("kind", MAKERS)


def tags(count, start=0):
    return [{"Key": f"key{number:02}", "Value": f"value{number}"} for number in range(start, start + count)]


def listed(iam, kind, entity, **arguments):
    return getattr(iam, f"list_{kind}_tags")(**entity, **arguments)


@each_kind
def test_tags_are_added_changed_and_removed(iam, kind):
    entity = MAKERS[kind](iam, Tags=[{"Key": "Team", "Value": "a"}])
    tag, untag = getattr(iam, f"tag_{kind}"), getattr(iam, f"untag_{kind}")
    tag(**entity, Tags=[{"Key": "team", "Value": "b"}, {"Key": "empty", "Value": ""}])
    found = {each["Key"].lower(): each["Value"] for each in listed(iam, kind, entity)["Tags"]}
    assert found == {"team": "b", "empty": ""}
    untag(**entity, TagKeys=["TEAM", "not there"])
    assert listed(iam, kind, entity)["Tags"] == [{"Key": "empty", "Value": ""}]


@each_kind
def test_fifty_tags_can_be_given(account, iam, kind):
    entity = MAKERS[kind](iam, Tags=tags(50))
    tag = getattr(iam, f"tag_{kind}")
    with refused("LimitExceeded", status=409):
        tag(**entity, Tags=tags(1, start=50))
    tag(**entity, Tags=[{"Key": "key00", "Value": "changed"}])
    getattr(iam, f"untag_{kind}")(**entity, TagKeys=["key49"])
    tag(**entity, Tags=tags(1, start=50))
    assert len(listed(iam, kind, entity, MaxItems=100)["Tags"]) == 50


@each_kind
def test_tags_are_listed_page_by_page(iam, kind):
    entity = MAKERS[kind](iam, Tags=tags(5))
    for size in range(1, 7):
        found, marker = [], {}
        for _ in range(5):
            page = listed(iam, kind, entity, MaxItems=size, **marker)
            found += page["Tags"]
            if not page["IsTruncated"]:
                break
            marker = {"Marker": page["Marker"]}
        assert found == tags(5)
    with refused("ValidationError"):
        listed(iam, kind, entity, Marker="forged")


@each_kind
@pytest.mark.parametrize("wrong", [
    [{"Key": "aws:reserved", "Value": "v"}], [{"Key": "same", "Value": "1"}, {"Key": "SAME", "Value": "2"}],
    [{"Key": "", "Value": "v"}], [{"Key": "k" * 129, "Value": "v"}], [{"Key": "k", "Value": "v" * 257}],
    [{"Key": "k?", "Value": "v"}], tags(51),
])
def test_a_tag_that_aws_does_not_allow_is_refused(account, kind, wrong):
    iam = account.client("iam", account.root, parameter_validation=False)
    with pytest.raises(iam.exceptions.ClientError) as failure:
        MAKERS[kind](iam, Tags=wrong)
    assert failure.value.response["Error"]["Code"] in ("ValidationError", "InvalidInput", "LimitExceeded")


def test_tags_decide_where_a_policy_says_so(account, iam):
    user = account.user(
        "boss", allow("iam:TagUser", Condition={"StringEquals": {"aws:RequestTag/team": "${aws:PrincipalTag/team}"}}),
        allow("iam:ListUserTags", Condition={"StringEquals": {"iam:ResourceTag/team": "red"}}),
        Tags=[{"Key": "team", "Value": "red"}])
    acting = account.client("iam", user.credentials)
    iam.create_user(UserName="u")
    acting.tag_user(UserName="u", Tags=[{"Key": "team", "Value": "red"}])
    acting.list_user_tags(UserName="u")
    with refused("AccessDenied"):
        acting.tag_user(UserName="u", Tags=[{"Key": "team", "Value": "blue"}])
    iam.tag_user(UserName="u", Tags=[{"Key": "team", "Value": "blue"}])
    with refused("AccessDenied"):
        acting.list_user_tags(UserName="u")
    # The value of a tag is taken literally, never as a pattern.
    iam.tag_user(UserName="boss", Tags=[{"Key": "team", "Value": "+"}])
    with refused("AccessDenied"):
        acting.tag_user(UserName="u", Tags=[{"Key": "team", "Value": "red"}])
