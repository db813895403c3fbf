//! **DONNÉES** > **CLIENTS**, **CATALOGUES**, **INVENTAIRE**.

use hub::office::customers::{CardLine, CustomerLine, CustomerPage, CustomersPage};
use hub::office::format;
use hub::office::frame::MenuEntry;
use hub::office::orders::{OrderLine, order_badge};
use hub::office::translations::Language;
use hub::office::widgets::{Badge, LabelledValue, SelectOption, Severity};

use super::{RenderedPage, frame, keep};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    customers(language, pages);
    customer(language, pages);
}

fn customers(language: Language, pages: &mut Vec<RenderedPage>) {
    let line = |id: &str, name: &str, contact: &str, orders: &str| CustomerLine {
        id: id.into(),
        name: name.into(),
        contact: contact.into(),
        orders: orders.into(),
        spending: format::money(language, "1218.30 EUR"),
        since: (orders != "0").then(|| "07/03/2026".into()),
    };
    let lists = vec![
        SelectOption::new("t6k1z", "Clients en ligne - t6k1z", true),
        SelectOption::new("t6k2b", "Habitués du quai - t6k2b", false),
    ];
    let list = CustomersPage {
        frame: frame(language, Some(MenuEntry::Customers)),
        lists: lists.clone(),
        search: String::new(),
        customers: vec![
            line("c4x8", "Ada Lovelace", "ada@clients.example", "12"),
            line("c4x7", "Société Lumière & Frères", "+33601020304", "3"),
            line("c4x6", "", "", "0"),
            line("c4x5", &"Wolfeschlegelsteinhausen".repeat(4), "", "1"),
        ],
        next: Some("/customers?list=t6k1z&cursor=abc".into()),
        first: None,
    };
    keep(pages, "customers", &list);
    let empty = CustomersPage {
        frame: frame(language, Some(MenuEntry::Customers)),
        customers: Vec::new(),
        next: None,
        ..list
    };
    keep(pages, "customers_none", &empty);
    let unmatched = CustomersPage {
        frame: frame(language, Some(MenuEntry::Customers)),
        search: "nobody@clients.example".into(),
        ..empty
    };
    keep(pages, "customers_no_match", &unmatched);
    let unreachable = CustomersPage {
        frame: frame(language, Some(MenuEntry::Customers)),
        lists: Vec::new(),
        search: String::new(),
        ..unmatched
    };
    keep(pages, "customers_no_list", &unreachable);
}

fn customer(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = language.translations();
    let (w, orders) = (&words.customers, &words.orders);
    let card = |name: &str, reference: Option<&str>, balance: &str| CardLine {
        name: name.into(),
        reference: reference.map(str::to_owned),
        balance: balance.into(),
    };
    let order = |id: &str, status: &str| OrderLine {
        id: id.into(),
        reference: Some(format!("LUM-{id}")),
        created: "07/03/2026 19:41".into(),
        location: Some("Lyon Bellecour".into()),
        customer: "Ada Lovelace".into(),
        total: format::money(language, "26.40 EUR"),
        status: order_badge(words, status),
        origin: "SiteLumiere".into(),
    };
    let customer = CustomerPage {
        frame: frame(language, Some(MenuEntry::Customers)),
        id: "c4x8".into(),
        name: "Ada Lovelace".into(),
        badge: None,
        list: ("Clients en ligne".into(), "/customers?list=t6k1z".into()),
        details: vec![
            LabelledValue::new(orders.id, "c4x8"),
            LabelledValue::new(orders.email, "ada@clients.example"),
            LabelledValue::new(orders.phone, "+33601020304 (12)"),
            LabelledValue::new(w.gender, w.female),
            LabelledValue::new(w.birth_date, "10/12/1985"),
            LabelledValue::new(w.marketing, w.by_email),
        ],
        address: vec![
            "12 rue de la République".into(),
            "69002 Lyon".into(),
            "France".into(),
        ],
        activity: vec![
            LabelledValue::new(w.order_count, "12"),
            LabelledValue::new(w.order_total, format::money(language, "1218.30 EUR")),
            LabelledValue::new(w.first_order, "07/01/2026 12:30"),
            LabelledValue::new(w.last_order, "07/03/2026 19:41"),
            LabelledValue::new(w.added, "07/01/2026 12:30"),
        ],
        cards: vec![
            card("Habitués", Some("H-77"), "120,5"),
            card("", None, "0"),
        ],
        custom_fields: Some("{\n  \"shop\": {\n    \"vip\": true\n  }\n}".into()),
        zone: "UTC+01:00".into(),
        orders: vec![order("w5x2", "new"), order("w5x1", "completed")],
        older: Some("/customers/c4x8?cursor=abc".into()),
        newest: None,
    };
    keep(pages, "customer", &customer);
    let erased = CustomerPage {
        frame: frame(language, Some(MenuEntry::Customers)),
        name: String::new(),
        badge: Some(Badge::new(orders.anonymised, Severity::Warn)),
        details: vec![LabelledValue::new(orders.id, "c4x8")],
        address: Vec::new(),
        cards: Vec::new(),
        custom_fields: None,
        orders: Vec::new(),
        older: None,
        ..customer
    };
    keep(pages, "customer_erased", &erased);
}
