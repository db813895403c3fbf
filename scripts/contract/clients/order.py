"""Places an order with the client made for Python, and finds it again."""

import os

from passeplat_client import AuthenticatedClient
from passeplat_client.api.orders import orders_create_own, orders_find_own
from passeplat_client.models import ItemInput, Order, OrderInput, OrderStatus, ServiceType

client = AuthenticatedClient(
    base_url=os.environ["HUB"],
    token=os.environ["TOKEN"],
    prefix="",
    auth_header_name="X-Access-Token",
    raise_on_unexpected_status=True,
)
order = OrderInput(
    status=OrderStatus.NEW,
    service_type=ServiceType.COLLECTION,
    items=[ItemInput(product_name="Margherita", price="8.90 EUR", quantity="2.0")],
)
placed = orders_create_own.sync(client=client, body=order)
assert isinstance(placed, Order), placed
found = orders_find_own.sync(client=client, order_id=placed.id)
assert isinstance(found, Order) and found.total == "17.80 EUR", found
print(f"python: order {found.id} of {found.total}")
