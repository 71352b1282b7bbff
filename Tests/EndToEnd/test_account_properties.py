import pytest

from harness import allow, refused, trust_policy

TEMPLATE = "arn:aws:iam::aws:role-template/iam.amazonaws.com/PowerUserRoleTemplate:1"


def test_role_manager_is_turned_on_and_off(iam):
    assert iam.get_account_properties()["Properties"] == {"RoleManager/Enabled": "false"}
    for value in ("true", "true", "false"):
        iam.put_account_properties(Properties={"RoleManager/Enabled": value})
        assert iam.get_account_properties()["Properties"] == {"RoleManager/Enabled": value}
    role = iam.get_role(RoleName="AWSServiceRoleForIAMRoleManager")["Role"]
    assert role["Path"] == "/aws-service-role/role-manager.iam.amazonaws.com/"


@pytest.mark.parametrize("properties, message", [
    ({"RoleManager": "true"}, r"Property key must be in format Namespace/PropertyName: RoleManager"),
    ({"RoleManager/Enabled": "true", "Other/x": "1"}, r"All properties must belong to the same namespace"),
    ({"Other/x": "1"}, r"Unsupported namespace: Other"),
    ({"RoleManager/Enabled": "on"}, r"Enabled must be 'true' or 'false'"),
])
def test_other_properties_are_refused(iam, properties, message):
    with refused("InvalidInput", message, 400):
        iam.put_account_properties(Properties=properties)
    assert iam.get_account_properties()["Properties"] == {"RoleManager/Enabled": "false"}


def test_the_version_of_session_tokens_is_in_the_summary(iam):
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 1
    iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 2


@pytest.mark.parametrize("operation", [
    "enable_organizations_root_credentials_management", "disable_organizations_root_credentials_management",
    "enable_organizations_root_sessions", "disable_organizations_root_sessions", "list_organizations_features",
])
def test_an_account_without_an_organization_manages_no_root_users(iam, operation):
    with refused("OrganizationNotFoundException", r"No organization is associated with your account\.", 400):
        getattr(iam, operation)()
    assert issubclass(iam.exceptions.OrganizationNotFoundException, iam.exceptions.ClientError)


def test_a_role_is_made_from_a_template(account, iam):
    template = iam.get_role_template_version(TemplateArn=TEMPLATE)["RoleTemplateVersion"]
    assert [each["Name"] for each in template["ParametersDefinition"] if each["IsRequired"]] == ["AWSServiceName"]
    values = {"AWSServiceName": {"Values": ["lambda.amazonaws.com"]}, "RoleName": {"Values": ["worker"]}}
    made = iam.acquire_role(TemplateArn=TEMPLATE, ReplacementValues=values)["Role"]
    assert made["SourceRoleTemplate"] == {"TemplateArn": TEMPLATE, "TemplateMinorVersion": 0}
    assert made["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert iam.acquire_role(TemplateArn=TEMPLATE, ReplacementValues=values)["Role"]["RoleId"] == made["RoleId"]
    assert iam.get_role(RoleName="worker")["Role"]["SourceRoleTemplate"] == made["SourceRoleTemplate"]
    with refused("InvalidInput", status=400):
        iam.acquire_role(TemplateArn=TEMPLATE)
    with refused("NoSuchEntity", status=404):
        iam.acquire_role(TemplateArn=TEMPLATE + "9", ReplacementValues=values)
    iam.create_role(RoleName="taken", AssumeRolePolicyDocument=trust_policy({"AWS": account.id}))
    with refused("NameConflict", status=409):
        iam.acquire_role(TemplateArn=TEMPLATE, ReplacementValues=values | {"RoleName": {"Values": ["taken"]}})


def test_each_thing_that_acquiring_does_needs_its_permission(account):
    user = account.user("u", allow(["iam:GetRoleTemplateVersion", "iam:CreateRole"]))
    values = {"AWSServiceName": {"Values": ["lambda.amazonaws.com"]}}
    with refused("AccessDenied", r".* not authorized to perform: iam:AttachRolePolicy on resource: .*", 403):
        account.client("iam", user.credentials).acquire_role(TemplateArn=TEMPLATE, ReplacementValues=values)
