//! Which lists are measured: a line each.
//!
//! In a path `{busy}` and `{quiet}` stand for locations of the chain, `{customer}` for a regular,
//! `{ref}` for a private ref, `{late}` for a moment near the end and `{early}` for one near the
//! beginning, `{list}` for a customer list, `{card}` for the loyalty card to which most happened,
//! `{nth}` for the number of a customer near the end whom the head office has a name for.

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum ListReader {
    /// The till of the busiest location.
    Till,
    /// A program with access to the whole chain, which fetches its events.
    Office,
}

/// A list to measure.
#[derive(Clone, Copy, Debug)]
pub struct ListQuery {
    /// What it is.
    pub name: &'static str,
    /// Where it is.
    pub path: &'static str,
    /// Who asks for it.
    pub reader: ListReader,
}

const fn list(reader: ListReader, name: &'static str, path: &'static str) -> ListQuery {
    ListQuery { name, path, reader }
}

use ListReader::{Office, Till};

/// Every list, a line each.
pub const LIST_QUERIES: &[ListQuery] = &[
    list(Till, "location", "/v1/location/orders"),
    list(Till, "location, after", "/v1/location/orders?after={late}"),
    list(
        Till,
        "location, before",
        "/v1/location/orders?before={early}",
    ),
    list(
        Till,
        "location, often status",
        "/v1/location/orders?status=completed",
    ),
    list(
        Till,
        "location, rare status",
        "/v1/location/orders?status=delivery_failed",
    ),
    list(
        Till,
        "location, often sender",
        "/v1/location/orders?created_by=Vitrine",
    ),
    list(
        Till,
        "location, rare sender",
        "/v1/location/orders?created_by=Comptoir",
    ),
    list(
        Till,
        "location, customer",
        "/v1/location/orders?customer_id={customer}",
    ),
    list(
        Till,
        "location, private ref",
        "/v1/location/orders?private_ref={ref}",
    ),
    list(Office, "quiet location", "/v1/locations/{quiet}/orders"),
    list(
        Office,
        "quiet location, often status",
        "/v1/locations/{quiet}/orders?status=completed",
    ),
    list(
        Office,
        "quiet location, often sender",
        "/v1/locations/{quiet}/orders?created_by=Vitrine",
    ),
    list(Office, "account", "/v1/account/orders"),
    list(Office, "account, after", "/v1/account/orders?after={late}"),
    list(
        Office,
        "account, before",
        "/v1/account/orders?before={early}",
    ),
    list(
        Office,
        "account, often status",
        "/v1/account/orders?status=completed",
    ),
    list(
        Office,
        "account, rare status",
        "/v1/account/orders?status=delivery_failed",
    ),
    list(
        Office,
        "account, often sender",
        "/v1/account/orders?created_by=Vitrine",
    ),
    list(
        Office,
        "account, rare sender",
        "/v1/account/orders?created_by=Comptoir",
    ),
    list(
        Office,
        "account, no such sender",
        "/v1/account/orders?created_by=Personne",
    ),
    list(
        Office,
        "account, customer",
        "/v1/account/orders?customer_id={customer}",
    ),
    list(
        Office,
        "account, status and sender",
        "/v1/account/orders?status=new&created_by=Vitrine",
    ),
    list(Office, "pending events", "/v1/callback/events"),
    list(Office, "locations", "/v1/locations"),
    list(Office, "customer lists", "/v1/account/customer_lists"),
    list(Office, "customers", "/v1/customer_lists/{list}/customers"),
    list(
        Office,
        "customers, private ref",
        "/v1/customer_lists/{list}/customers?private_ref=K-{nth}",
    ),
    list(
        Office,
        "customers, e-mail",
        "/v1/customer_lists/{list}/customers?email=client{nth}@example.com",
    ),
    list(
        Office,
        "customers, e-mail begins",
        "/v1/customer_lists/{list}/customers?email=client9*",
    ),
    list(
        Office,
        "customers, e-mail ends",
        "/v1/customer_lists/{list}/customers?email=*@example.com",
    ),
    list(
        Office,
        "customers, e-mail ends, rare",
        "/v1/customer_lists/{list}/customers?email=*@rare.example",
    ),
    list(
        Office,
        "customers, e-mail holds",
        "/v1/customer_lists/{list}/customers?email=*ent9*",
    ),
    list(
        Office,
        "customers, e-mail nobody has",
        "/v1/customer_lists/{list}/customers?email=*personne*",
    ),
    list(
        Office,
        "customers, phone begins",
        "/v1/customer_lists/{list}/customers?phone=%2B33600*",
    ),
    list(
        Office,
        "customers, phone ends",
        "/v1/customer_lists/{list}/customers?phone=*77",
    ),
    list(
        Office,
        "customers, phone and e-mail",
        "/v1/customer_lists/{list}/customers?phone=*77&email=client*",
    ),
    list(Office, "cards", "/v1/customer_lists/{list}/loyalty_cards"),
    list(
        Office,
        "cards, customer",
        "/v1/customer_lists/{list}/loyalty_cards?customer_id={customer}",
    ),
    list(
        Office,
        "cards, ref",
        "/v1/customer_lists/{list}/loyalty_cards?ref=F-{nth}",
    ),
    list(
        Office,
        "cards, often name",
        "/v1/customer_lists/{list}/loyalty_cards?name=Fid%C3%A9lit%C3%A9",
    ),
    list(
        Office,
        "cards, rare name",
        "/v1/customer_lists/{list}/loyalty_cards?name=Or",
    ),
    list(
        Office,
        "operations of a card",
        "/v1/customer_lists/{list}/loyalty_cards/{card}/operations",
    ),
];
