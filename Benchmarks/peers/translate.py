"""Cedar policies that say what the workload's AWS policies say, as far as Cedar can.

Not the same: a pattern with a policy variable in it matches whatever stands there (Cedar's `like` takes no values of
the request), ArnLike may match across colons, and letter case counts in the names of actions and keys.
"""

import json
import re

ADDRESS, TIME, NUMBER, SET = "IpAddress", "Date", "Numeric", "ForAllValues"


def policies(documents):
    """The text of a policy set with a policy for each statement."""
    return "\n".join(policy(statement) for text in documents for statement in json.loads(text)["Statement"])


def policy(statement):
    effect = "permit" if statement["Effect"] == "Allow" else "forbid"
    conditions = [either("action", "context.action", "Action", listed(statement["Action"]))]
    resources = listed(statement["Resource"])
    if resources != ["*"]:
        conditions.append(either("resource", "context.resource", "Resource", resources))
    for operator, keys in statement.get("Condition", {}).items():
        conditions += [condition(operator, key, listed(values)) for key, values in keys.items()]
    scope = {"action": "action", "resource": "resource"}
    # What is exact goes into the head, where Cedar looks first.
    for place in list(scope):
        exact = [text for text in conditions if text.startswith(f"{place} ") and "||" not in text]
        if exact:
            scope[place] = exact[0]
            conditions.remove(exact[0])
    when = f" when {{ {' && '.join(conditions)} }}" if conditions else ""
    return f"{effect}(principal, {scope['action']}, {scope['resource']}){when};"


def either(place, text, kind, names):
    """That the action or the resource is one of these, by its entity or, for patterns, by its name in the context."""
    exact = [name for name in names if not is_pattern(name)]
    patterns = [f"{text} like {pattern(name)}" for name in names if is_pattern(name)]
    if not patterns and (len(exact) == 1 or kind == "Action"):
        found = ", ".join(f"{kind}::{quoted(name)}" for name in exact)
        return f"{place} == {found}" if len(exact) == 1 else f"{place} in [{found}]"
    if exact:
        patterns.append(f"[{', '.join(map(quoted, exact))}].contains({text})")
    return f"({' || '.join(patterns)})"


def condition(operator, key, values):
    value, has = f"context[{quoted(key)}]", f"context has {quoted(key)}"
    if_exists = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    is_negated = "Not" in operator
    literals = [literal(operator, text) for text in values]
    if operator.startswith(SET):
        test = f"[{', '.join(literals)}].containsAll({value})"
        if_exists = True
    elif ADDRESS in operator:
        test = " || ".join(f"{value}.isInRange({text})" for text in literals)
    elif operator.startswith((TIME, NUMBER)):
        test = f"{value} {'<' if operator.endswith('LessThan') else '>'} {literals[0]}"
    elif "Like" in operator:
        test = " || ".join(f"{value} like {pattern(text)}" for text in values)
    else:
        test = f"{value} == {literals[0]}" if len(literals) == 1 else f"[{', '.join(literals)}].contains({value})"
    if is_negated:
        return f"(!({has}) || !({test}))"
    return f"(!({has}) || ({test}))" if if_exists else f"({has} && ({test}))"


def literal(operator, text):
    if ADDRESS in operator:
        return f"ip({quoted(text)})"
    if operator.startswith(TIME):
        return f"datetime({quoted(text)})"
    if operator.startswith(NUMBER):
        return text
    variable = re.fullmatch(r"\$\{([^}]+)\}", text)
    return f"context[{quoted(variable[1])}]" if variable else quoted(text)


def context(question):
    """The request's context, with the values that conditions compare in Cedar's types."""
    record = {"action": question["action"], "resource": question["resource"]}
    for key, values in question["context"].items():
        if key == "aws:TagKeys":
            record[key] = values
        elif key == "aws:SourceIp":
            record[key] = {"__extn": {"fn": "ip", "arg": values[0]}}
        elif key == "aws:CurrentTime":
            record[key] = {"__extn": {"fn": "datetime", "arg": values[0]}}
        elif key in ("s3:max-keys", "aws:MultiFactorAuthAge"):
            record[key] = int(values[0])
        else:
            record[key] = values[0]
    return record


def listed(value):
    return value if isinstance(value, list) else [value]


def is_pattern(name):
    return "*" in name or "${" in name


def pattern(name):
    return quoted(re.sub(r"\*+", "*", re.sub(r"\$\{[^}]+\}", "*", name)))


def quoted(text):
    return json.dumps(text)
