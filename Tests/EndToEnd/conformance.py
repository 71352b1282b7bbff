"""Checks raw answers against the API models, far more strictly than the clients do when they read them."""

import datetime
import re
import xml.etree.ElementTree as ElementTree

import regex  # knows \p{…}, which the models' patterns use

# Errors that any operation of the query protocol may answer, whatever its model declares.
COMMON_ERRORS = {
    "AccessDenied", "ExpiredToken", "IncompleteSignature", "InternalFailure", "InvalidAction", "InvalidClientTokenId",
    "InvalidParameterCombination", "InvalidParameterValue", "InvalidQueryParameter", "MalformedInput",
    "MalformedQueryString", "MissingAction", "MissingAuthenticationToken", "MissingParameter", "NotImplemented",
    "OptInRequired", "RequestExpired", "ServiceFailure", "ServiceUnavailable", "SignatureDoesNotMatch", "Throttling",
    "ValidationError",
}
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
REQUEST_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class NotConforming(AssertionError):
    """An answer that the API model does not allow."""


def watch(client):
    """Makes the client refuse every answer that the model of its operation does not allow."""
    client.meta.events.register("before-parse", _check)


def _check(operation_model, response_dict, **_):
    if operation_model.service_model.resolved_protocol != "query":
        return
    status, body = response_dict["status_code"], response_dict["body"]
    try:
        check_query(operation_model, status, dict(response_dict["headers"]), body)
    except NotConforming as error:
        text = body[:4000].decode("utf-8", "replace")
        raise NotConforming(f"{operation_model.name} ({status}): {error}\n{text}") from None


def check_query(operation_model, status, headers, body):
    """Checks one answer of the query protocol: its root, wrapper, members, values, error code and request id."""
    headers = {name.lower(): value for name, value in headers.items()}
    expect(headers.get("content-type", "").startswith("text/xml"), f"content type {headers.get('content-type')}")
    root = ElementTree.fromstring(body)
    namespace = operation_model.service_model.metadata["xmlNamespace"]
    for element in root.iter():
        expect(element.tag.startswith("{" + namespace + "}"), f"{element.tag} is not in the namespace {namespace}")
        element.tag = element.tag.partition("}")[2]
    if status >= 300:
        request_id = check_error(operation_model, status, root)
    else:
        request_id = check_success(operation_model, status, root)
    expect(REQUEST_ID.fullmatch(request_id or "") is not None, f"request id {request_id}")
    expect(headers.get("x-amzn-requestid") == request_id, "the header x-amzn-RequestId is another than the body's")


def check_success(operation_model, status, root):
    expect(status == 200, "not 200")
    expect(root.tag == f"{operation_model.name}Response", f"root {root.tag}")
    children = {child.tag: child for child in root}
    expect(len(children) == len(root), "an element twice")
    shape = operation_model.output_shape
    wrapper = shape.serialization.get("resultWrapper") if shape else None
    expect(set(children) <= {wrapper, "ResponseMetadata"}, f"elements {sorted(children)}")
    if shape is not None and shape.members:
        expect(wrapper in children, f"no {wrapper}")
        check_shape(shape, children[wrapper], operation_model.name)
    expect("ResponseMetadata" in children, "no ResponseMetadata")
    return children["ResponseMetadata"].findtext("RequestId")


def check_error(operation_model, status, root):
    expect(root.tag == "ErrorResponse", f"root {root.tag}")
    expect([child.tag for child in root] == ["Error", "RequestId"], f"elements {[child.tag for child in root]}")
    error = root.find("Error")
    code, fault = error.findtext("Code"), error.findtext("Type")
    expect({child.tag for child in error} <= {"Type", "Code", "Message"}, f"in Error {[child.tag for child in error]}")
    expect(error.findtext("Message") is not None, "no Message")
    expect(fault == ("Sender" if status < 500 else "Receiver"), f"fault {fault}")
    declared = {error_code(shape): shape for shape in operation_model.error_shapes}
    expect(code in declared or code in COMMON_ERRORS, f"code {code} is not declared")
    if code in declared:
        wanted = declared[code].metadata.get("error", {}).get("httpStatusCode")
        expect(wanted in (None, status), f"{code} should have the status {wanted}")
    return root.findtext("RequestId")


def error_code(shape):
    """The name of an error on the wire; the shape's own name is often another."""
    return shape.metadata.get("error", {}).get("code", shape.name)


def check_shape(shape, element, where):
    match shape.type_name:
        case "structure":
            check_structure(shape, element, where)
        case "list":
            name = shape.member.serialization.get("name", "member")
            expect(not (element.text or "").strip(), f"{where}: text in a list")
            for index, child in enumerate(element):
                expect(child.tag == name, f"{where}: {child.tag} in a list of {name}")
                check_shape(shape.member, child, f"{where}[{index}]")
        case "map":
            check_map(shape, element, where)
        case kind:
            expect(len(element) == 0, f"{where}: elements in a {kind}")
            check_scalar(kind, shape, element.text or "", where)


def check_structure(shape, element, where):
    expect(not (element.text or "").strip(), f"{where}: text in a structure")
    members = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
    seen = [child.tag for child in element]
    expect(len(set(seen)) == len(seen), f"{where}: a member twice in {seen}")
    for child in element:
        expect(child.tag in members, f"{where}: {child.tag} is not known")
        check_shape(members[child.tag][1], child, f"{where}.{child.tag}")
    for tag, (name, _) in members.items():
        expect(tag in seen or name not in shape.required_members, f"{where}: {tag} is missing")


def check_map(shape, element, where):
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    for entry in element:
        expect(entry.tag == "entry", f"{where}: {entry.tag} in a map")
        expect([child.tag for child in entry] == [key_name, value_name], f"{where}: {[c.tag for c in entry]}")
        check_shape(shape.key, entry[0], f"{where}.key")
        check_shape(shape.value, entry[1], f"{where}[{entry[0].text}]")


def check_scalar(kind, shape, text, where):
    match kind:
        case "string":
            check_string(shape, text, where)
        case "integer" | "long":
            expect(re.fullmatch(r"-?\d+", text) is not None, f"{where}: {text!r} is not a number")
        case "boolean":
            expect(text in ("true", "false"), f"{where}: {text!r} is not a boolean")
        case "timestamp":
            expect(TIMESTAMP.fullmatch(text) is not None, f"{where}: {text!r} is not a timestamp")
            datetime.datetime.fromisoformat(text)
        case "blob":
            pass
        case _:
            raise NotConforming(f"{where}: a {kind} was not expected")


# Where AWS's answers do not keep to its own model. The list may only shrink.
CONTRADICTIONS = {
    # The model's documentation: "This data type can only have a value of Policy."; its enumeration says otherwise.
    "PermissionsBoundaryAttachmentType": lambda text: text == "Policy",
    # The root user's id is the account's, twelve digits, and so shorter than the model says.
    "idType": lambda text: re.fullmatch(r"\d{12}", text) is not None,
    # Sixteen bytes with colons between them are 47 characters, and that is what the documentation's examples have.
    "publicKeyFingerprintType": lambda text: re.fullmatch("[0-9a-f]{2}(:[0-9a-f]{2}){15}", text) is not None,
    # The pattern wants two slashes; the root path is one.
    "rolePathPatternType": lambda text: text == "/",
    # Documents of AWS's own policies, such as ReadOnlyAccess, are longer than what customers may send.
    "policyDocumentType": lambda text: len(text) > 131_072,
}


def check_string(shape, text, where):
    if CONTRADICTIONS.get(shape.name, lambda _: False)(text):
        return
    if shape.enum:
        expect(text in shape.enum, f"{where}: {text!r} is none of {shape.enum}")
    length = len(text)
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
    expect(length >= low, f"{where}: {text!r} is shorter than {low}")
    expect(high is None or length <= high, f"{where}: {length} characters are more than {high}")
    pattern = shape.metadata.get("pattern")
    if pattern:
        expect(regex.fullmatch(pattern, text) is not None, f"{where}: {text!r} does not match {pattern}")


def expect(condition, message):
    if not condition:
        raise NotConforming(message)
