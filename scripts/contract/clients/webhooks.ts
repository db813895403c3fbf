// Checks the signature of the callback that webhooks.py has received, with the library for JavaScript.
import { Webhook } from "npm:standardwebhooks@1.0.0";

const { secret, body, headers } = JSON.parse(Deno.readTextFileSync(Deno.args[0]));
const event = new Webhook(secret).verify(body, headers) as { id: string };
let isRefused = false;
try {
  new Webhook(secret).verify(body.replace("new", "old"), headers);
} catch {
  isRefused = true;
}
if (event.id !== headers["webhook-id"] || !isRefused) {
  throw new Error("the signature is not what it should be");
}
console.log(`typescript: the signature of event ${event.id} is right`);
