"""Counts the operations of a contract."""

import json
import sys

with open(sys.argv[1]) as file:
    paths = json.load(file)["paths"]
print(sum(len(methods.keys() - {"servers", "parameters"}) for methods in paths.values()))
