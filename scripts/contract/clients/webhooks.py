"""Receives a callback of an order, and checks its signature with the library for Standard Webhooks.

    webhooks.py FILE: writes the request to FILE, for other libraries to check.

HUB, SECRET (of the client), TILL and SHOP (tokens) are in the environment.
"""

import base64
import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

received = []


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def post(path, token, body):
    request = urllib.request.Request(
        os.environ["HUB"] + path,
        json.dumps(body).encode(),
        {"X-Access-Token": token, "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request).read()


server = HTTPServer(("127.0.0.1", 0), Receiver)
server.timeout = 60
callback = {"url": f"http://127.0.0.1:{server.server_port}/", "events": {"order": ["create"]}}
post("/v1/callback", os.environ["TILL"], callback)
post("/v1/location/orders", os.environ["SHOP"], {"status": "new", "seller_notes": "Épicé"})
server.handle_request()
[(headers, body)] = received

secret = "whsec_" + base64.b64encode(os.environ["SECRET"].encode()).decode()
event = Webhook(secret).verify(body, headers)
assert event["id"] == headers["webhook-id"], event
try:
    Webhook(secret).verify(body.replace(b"new", b"old"), headers)
except WebhookVerificationError:
    pass
else:
    raise AssertionError("a changed body is accepted")
with open(sys.argv[1], "w") as file:
    json.dump({"secret": secret, "body": body.decode(), "headers": headers}, file)
print(f"python: the signature of event {event['id']} is right")
