// Places an order with the client made for TypeScript, and finds it again.

import { Configuration, OrdersApi, type OrderInput } from "./typescript/index.ts";

declare const Deno: { env: { get(name: string): string | undefined } };

const orders = new OrdersApi(
  new Configuration({
    basePath: Deno.env.get("HUB"),
    apiKey: Deno.env.get("TOKEN"),
  }),
);
const order: OrderInput = {
  status: "new",
  serviceType: "collection",
  items: [{ productName: "Margherita", price: "8.90 EUR", quantity: "2.0" }],
};
const placed = await orders.ordersCreateOwn({ orderInput: order });
const found = await orders.ordersFindOwn({ orderId: placed.id });
if (found.total !== "17.80 EUR") {
  throw new Error(`not the order that was placed: ${JSON.stringify(found)}`);
}
console.log(`typescript: order ${found.id} of ${found.total}`);
