"""Every operation that the program has is held against the API models of the pinned botocore.

This is about what an operation takes and which errors it names. What it answers is held against the models by
conformance.py, in every call that any of these tests makes.
"""

import functools
import json

import botocore.loaders
import botocore.model
import pytest

from conformance import COMMON_ERRORS, error_code
from harness import run_program

CONSTRAINTS = ("min", "max", "pattern")


@functools.cache
def declared():
    """What the program says it has, by service."""
    result = run_program("operations", "--format", "json")
    assert result.returncode == 0, result.stderr
    return {service["name"]: service for service in json.loads(result.stdout)["services"]}


@functools.cache
def model(service, version):
    description = botocore.loaders.Loader().load_service_model(service, "service-2", version)
    return botocore.model.ServiceModel(description, service)


def services():
    return [(service, model(name, service["apiVersion"])) for name, service in declared().items()]


def every_operation(check):
    """Runs the check on each operation and tells all that it finds at once."""
    problems, count = [], 0
    for service, api in services():
        for operation in service["operations"]:
            count += 1
            if operation["name"] in api.operation_names:
                found = check(service, operation, api.operation_model(operation["name"]))
                problems += [f"{service['name']}:{operation['name']}{each}" for each in found]
    assert not problems, "\n".join(problems)
    assert count > 0


def test_the_services_are_those_of_the_models():
    assert {"iam", "sts"} <= set(declared())
    for service, api in services():
        assert service["protocol"] == api.metadata["protocol"]
        assert service["apiVersion"] == api.api_version


def test_every_operation_is_either_there_or_named_as_missing():
    for service, api in services():
        there = [operation["name"] for operation in service["operations"]]
        assert len(set(there)) == len(there), "an operation is there twice"
        assert set(there) <= set(api.operation_names), set(there) - set(api.operation_names)
        assert sorted(service["missing"]) == sorted(set(api.operation_names) - set(there))


@pytest.mark.parametrize("service, wanted", [
    ("iam", """
        CreateUser GetUser UpdateUser DeleteUser ListUsers CreateGroup GetGroup UpdateGroup DeleteGroup ListGroups
        AddUserToGroup RemoveUserFromGroup ListGroupsForUser CreatePolicy GetPolicy DeletePolicy ListPolicies
        CreatePolicyVersion GetPolicyVersion DeletePolicyVersion ListPolicyVersions SetDefaultPolicyVersion
        ListEntitiesForPolicy AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies AttachGroupPolicy
        DetachGroupPolicy ListAttachedGroupPolicies AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies
        PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies PutGroupPolicy GetGroupPolicy DeleteGroupPolicy
        ListGroupPolicies PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies PutUserPermissionsBoundary
        DeleteUserPermissionsBoundary PutRolePermissionsBoundary DeleteRolePermissionsBoundary CreateRole GetRole
        UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole ListRoles CreateInstanceProfile
        GetInstanceProfile DeleteInstanceProfile ListInstanceProfiles ListInstanceProfilesForRole
        AddRoleToInstanceProfile RemoveRoleFromInstanceProfile CreateAccessKey UpdateAccessKey DeleteAccessKey
        ListAccessKeys GetAccessKeyLastUsed TagUser UntagUser ListUserTags TagRole UntagRole ListRoleTags TagPolicy
        UntagPolicy ListPolicyTags TagInstanceProfile UntagInstanceProfile ListInstanceProfileTags CreateAccountAlias
        DeleteAccountAlias ListAccountAliases GetAccountSummary GetAccountAuthorizationDetails
        CreateServiceLinkedRole DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus
        CreateLoginProfile GetLoginProfile UpdateLoginProfile DeleteLoginProfile ChangePassword
        UpdateAccountPasswordPolicy GetAccountPasswordPolicy DeleteAccountPasswordPolicy CreateVirtualMFADevice
        EnableMFADevice ResyncMFADevice DeactivateMFADevice DeleteVirtualMFADevice ListMFADevices ListVirtualMFADevices
        GetMFADevice TagMFADevice UntagMFADevice ListMFADeviceTags
     """),
    ("sts", """
        GetCallerIdentity GetSessionToken AssumeRole GetFederationToken GetAccessKeyInfo DecodeAuthorizationMessage
     """),
])
def test_what_was_promised_is_there(service, wanted):
    there = {operation["name"] for operation in declared()[service]["operations"]}
    assert set(wanted.split()) - there == set()


def test_inputs_are_the_model_s():
    every_operation(lambda _, operation, model: input_problems(operation["input"], model.input_shape))


def test_errors_are_in_the_model_with_their_status():
    def check(_, operation, model):
        known = {error_code(shape): shape.metadata.get("error", {}) for shape in model.error_shapes}
        problems = []
        for code, status in errors(operation):
            wanted = known.get(code, {}).get("httpStatusCode")
            if code not in known and code not in COMMON_ERRORS:
                problems.append(f": error {code} is not in the model")
            elif None not in (status, wanted) and status != wanted:
                problems.append(f": error {code} has the status {status}, not {wanted}")
        return problems

    every_operation(check)


def errors(operation):
    """The declared errors as pairs of code and status; the status is none where only codes are listed."""
    return [(each, None) if isinstance(each, str) else (each["code"], each["status"]) for each in operation["errors"]]


# Comparing shapes


def input_problems(found, wanted):
    if wanted is None:
        return [": takes nothing"] if found and found.get("members") else []
    if found is None:
        return [": has no input"] if wanted.members else []
    return differences(found, wanted, "")


def differences(found, wanted, where):
    kind = {"long": "integer"}.get(wanted.type_name, wanted.type_name)
    if found["type"] != kind:
        return [f"{where}: is a {found['type']}, not a {kind}"]
    match kind:
        case "structure":
            return structure_differences(found, wanted, where)
        case "list":
            spelled = (found.get("flattened", False), found.get("memberName", "member"))
            expected = (
                wanted.serialization.get("flattened", False), wanted.member.serialization.get("name", "member"))
            problems = [] if spelled == expected else [f"{where}: is spelled {spelled}, not {expected}"]
            # A list for which the model has no limit may have one of ours.
            problems += [
                each for each in constraint_differences(found, wanted, where) if not each.endswith("not None")]
            return problems + differences(found["member"], wanted.member, f"{where}[]")
        case "map":
            return differences(found["key"], wanted.key, f"{where}.key") + differences(
                found["value"], wanted.value, f"{where}.value")
        case _:
            return scalar_differences(found, wanted, where)


def structure_differences(found, wanted, where):
    members = {member["name"]: member for member in found["members"]}
    names = {member.serialization.get("name", name): name for name, member in wanted.members.items()}
    problems = [f"{where}.{name}: is not in the model" for name in members if name not in names]
    for name, model_name in names.items():
        required = model_name in wanted.required_members
        if name not in members:
            problems.append(f"{where}.{name}: is missing")
            continue
        if members[name]["required"] != required:
            problems.append(f"{where}.{name}: required should be {required}")
        problems += differences(members[name]["shape"], wanted.members[model_name], f"{where}.{name}")
    return problems


def constraint_differences(found, wanted, where):
    problems = []
    for constraint in CONSTRAINTS:
        have, want = found.get(constraint), wanted.metadata.get(constraint)
        if have != want and not (constraint == "min" and {have, want} == {None, 0}):
            problems.append(f"{where}: {constraint} is {have!r}, not {want!r}")
    return problems


def scalar_differences(found, wanted, where):
    problems = constraint_differences(found, wanted, where)
    if sorted(found.get("enum") or []) != sorted(wanted.metadata.get("enum") or []):
        problems.append(f"{where}: enum is {found.get('enum')}, not {wanted.metadata.get('enum')}")
    return problems
