"""Reads a document as a program would: compressed, and a second time only if it has changed."""

import sys

import httpx

url = sys.argv[1]
first = httpx.get(url).raise_for_status()
assert first.headers["content-encoding"] == "gzip", first.headers
again = httpx.get(url, headers={"If-None-Match": first.headers["etag"]})
assert again.status_code == 304 and not again.content, again
print(first.text, end="")
