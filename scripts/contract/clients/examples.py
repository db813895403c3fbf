"""Checks every example of a contract against the schema that it stands in."""

import json
import sys

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

with open(sys.argv[1]) as file:
    document = json.load(file)
registry = Registry().with_resource("urn:contract", Resource(document, DRAFT202012))
seen = 0
faults = []


def absolute(value):
    """References as they are from outside of the document."""
    if isinstance(value, list):
        return [absolute(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: f"urn:contract{inner}" if key == "$ref" else absolute(inner)
        for key, inner in value.items()
    }


def check(way, schema, examples):
    global seen
    validator = Draft202012Validator(absolute(schema), registry=registry)
    for example in examples:
        seen += 1
        faults.extend(f"{way}: {fault.message}" for fault in validator.iter_errors(example))


def walk(way, value):
    if isinstance(value, list):
        for index, inner in enumerate(value):
            walk(f"{way}/{index}", inner)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("examples"), list):
        check(way, value, value["examples"])
    if "schema" in value and "example" in value:
        check(way, value["schema"], [value["example"]])
    if "default" in value and not way.endswith(("/properties", "/responses")):
        check(way, value, [value["default"]])
    for key, inner in value.items():
        if key not in ("example", "examples"):
            walk(f"{way}/{key}", inner)


walk("", document)
print(f"examples: {seen}")
sys.exit("\n".join(faults) if faults or not seen else 0)
