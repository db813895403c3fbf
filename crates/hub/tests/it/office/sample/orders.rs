//! **TABLEAU DE BORD** and **DONNÉES**.

use hub::office::confirm::ConfirmPage;
use hub::office::dispatches::{AttemptOutcome, AttemptView, DispatchProgress, DispatchView};
use hub::office::exchange::BodyView;
use hub::office::format;
use hub::office::frame::{Frame, MenuEntry, Notice};
use hub::office::orders::{
    CustomerView, ItemOption, ItemView, Journey, JourneyStep, Loyalty, MoneyLine, OrderFilterForm,
    OrderLine, OrderPage, OrdersPage, Rejection, RelatedLine, Settlement, order_badge,
    service_mark,
};
use hub::office::translations::Language;
use hub::office::widgets::{Badge, LabelledValue, SelectOption, Severity};

use super::{RenderedPage, exchange, frame, keep, say};

const STATUSES: [&str; 11] = [
    "new",
    "received",
    "accepted",
    "in_preparation",
    "awaiting_shipment",
    "awaiting_collection",
    "in_delivery",
    "completed",
    "rejected",
    "cancelled",
    "delivery_failed",
];

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = language.translations();
    let lines = |all: bool| -> Vec<OrderLine> {
        STATUSES
            .iter()
            .enumerate()
            .map(|(n, status)| line(language, n, status, all))
            .collect()
    };
    super::dashboard::draw(language, pages, lines(true).into_iter().take(5).collect());
    let filter =
        |search: &str| OrderFilterForm {
            from: String::new(),
            to: String::new(),
            statuses: std::iter::once(SelectOption::new("", words.orders.any_status, true))
                .chain(STATUSES.map(|status| {
                    SelectOption::new(status, words.orders.status_label(status), false)
                }))
                .collect(),
            search: search.into(),
        };
    let list = |orders, search| OrdersPage {
        frame: frame(language, Some(MenuEntry::Orders)),
        filter: filter(search),
        zone: "UTC+01:00".into(),
        all_locations: true,
        orders,
        older: Some("/orders?cursor=abc".into()),
        newest: Some("/orders".into()),
        newer: None,
    };
    keep(pages, "orders", &list(lines(true), ""));
    keep(pages, "orders_none", &list(Vec::new(), ""));
    keep(pages, "orders_no_match", &list(Vec::new(), "LUM-1"));
    keep(
        pages,
        "order",
        &order(language, frame(language, Some(MenuEntry::Orders))),
    );
    keep(pages, "order_bare", &bare(language));
    let discard =
        ConfirmPage::cancel_dispatch(frame(language, Some(MenuEntry::Orders)), "w5x2rk", "d1");
    keep(pages, "discard", &discard);
    let resend =
        ConfirmPage::resend_dispatch(frame(language, Some(MenuEntry::Orders)), "w5x2rk", "d1");
    keep(pages, "resend", &resend);
}

fn line(language: Language, n: usize, status: &str, all: bool) -> OrderLine {
    OrderLine {
        id: format!("w5x2r{n}"),
        reference: (n != 3).then(|| format!("LUM-2048{n}")),
        created: say(language, "07/03/2026 19:41", "7 Mar 2026, 19:41"),
        location: all.then(|| "Lyon Bellecour".to_owned()),
        customer: if n == 1 {
            String::new()
        } else {
            "Ada Lovelace-Byron".into()
        },
        total: format::money(language, "1226.40 EUR"),
        status: order_badge(language.translations(), status),
        service: ["delivery", "collection", "eat_in"]
            .get(n % 4)
            .and_then(|service| service_mark(language.translations(), service)),
        channel: ["Uber Eats", "Web", "Borne"]
            .get(n % 4)
            .map(|it| (*it).to_owned()),
        origin: "Site Lumière".into(),
    }
}

fn order(language: Language, frame: Frame) -> OrderPage {
    let words = language.translations();
    let w = &words.orders;
    let money = |amount: &str| format::money(language, amount);
    let option = |name: &str, list: &str, price: Option<&str>| ItemOption {
        name: name.into(),
        list: list.into(),
        price: price.map(money),
        removed: price.is_none(),
    };
    let item = |name: &str, quantity: &str, price: &str, subtotal: &str| ItemView {
        name: name.into(),
        sku: None,
        reference: Some("TIRA".into()),
        quantity: quantity.into(),
        price: money(price),
        subtotal: money(subtotal),
        vat: None,
        deal: None,
        options: Vec::new(),
        notes: None,
        deleted: false,
    };
    let money_line = |name: &str, reference: &str, amount: &str| MoneyLine {
        name: name.into(),
        reference: Some(reference.into()),
        amount: money(amount),
        deleted: false,
    };
    let mut pizza = item("Quatre saisons", "1", "12.50 EUR", "15.50 EUR");
    pizza.sku = Some("33 cm".into());
    pizza.vat = Some(format::percent(language, "10.0"));
    pizza.options = vec![
        option("Burrata", "Suppléments", Some("3.00 EUR")),
        option("Olives", "Sans", None),
    ];
    pizza.notes = Some("Bien cuite, merci".into());
    let mut tiramisu = item("Tiramisu", "2", "5.00 EUR", "10.00 EUR");
    tiramisu.deal = Some(w.deal_line("Duo du soir", "Dessert"));
    let mut gone = item("Limonade", "1", "3.00 EUR", "3.00 EUR");
    gone.deleted = true;
    let time = say(language, "07/03/2026 19:41", "7 Mar 2026, 19:41");
    OrderPage {
        frame,
        id: "w5x2rk".into(),
        reference: Some("LUM-20488".into()),
        status: order_badge(words, "rejected"),
        summary: vec![
            Notice::new(
                Severity::Good,
                w.received_by("Kezia II", &format::duration(language, 200)),
            ),
            Notice::new(Severity::Warn, w.waiting_for("CoursiCab")),
        ],
        related: vec![RelatedLine {
            severity: Severity::Warn,
            text: w.same_customer("07/03/2026 19:40", "LUM-20487"),
            link: Some((w.open_order("LUM-20487"), "/orders/w5x2rj".into())),
        }],
        rejection: Some(Rejection {
            lines: vec![
                "Code ref MAR-XL inconnu.".into(),
                "Code ref proche : MAR-LG.".into(),
            ],
            more: Some("https://example.com/help".into()),
        }),
        facts: vec![
            LabelledValue::new(w.id, "w5x2rk"),
            LabelledValue::new(w.created_by, "Developer Tools"),
            LabelledValue::new(w.channel, "Site Lumière"),
            LabelledValue::new(w.service, w.delivery),
            LabelledValue::new(w.service_code, "WEB-LIV"),
            LabelledValue::new(w.created, &time),
            LabelledValue::new(w.expected, &time),
            LabelledValue::new(w.collection_code, "A12"),
        ],
        notes: vec![LabelledValue::new(w.customer_notes, "Allergie aux noix")],
        items: vec![pizza, tiramisu, gone],
        discounts: vec![money_line("Bienvenue", "BIENVENUE", "-2.00 EUR")],
        charges: vec![money_line("Livraison", "LIV", "2.90 EUR")],
        total: money("26.40 EUR"),
        total_discrepancy: Some(money("0.10 EUR")),
        payments: vec![money_line("Carte en ligne", "CB", "20.00 EUR")],
        settlement: Settlement {
            badge: Badge::new(w.due, Severity::Warn),
            amount: Some(money("6.40 EUR")),
        },
        customer: Some(CustomerView {
            name: "Ada Lovelace-Byron".into(),
            badge: Some(Badge::new(w.guest_customer, Severity::Plain)),
            facts: vec![
                LabelledValue::new(w.phone, "+33 6 12 34 56 78"),
                LabelledValue::new(w.email, "ada.lovelace-byron@example.com"),
            ],
            address: vec!["12 rue de la République".into(), "69002 Lyon".into()],
            href: Some("/customers/c4x8".into()),
        }),
        loyalty: vec![Loyalty {
            card: "Club Lumière".into(),
            points: format!("+{}", format::decimal(language, "2.50")),
            reason: Some("Commande".into()),
        }],
        custom_fields: Some("{\n  \"restaurant\": {\n    \"table_name\": \"T4\"\n  }\n}".into()),
        raw: "{\n  \"id\": \"w5x2rk\"\n}".into(),
        raw_download: "/orders/w5x2rk.json".into(),
        journey: journey(language),
    }
}

fn bare(language: Language) -> OrderPage {
    let full = order(language, frame(language, Some(MenuEntry::Orders)));
    OrderPage {
        reference: None,
        status: order_badge(language.translations(), "new"),
        summary: Vec::new(),
        related: Vec::new(),
        rejection: None,
        notes: Vec::new(),
        discounts: Vec::new(),
        charges: Vec::new(),
        total_discrepancy: None,
        payments: Vec::new(),
        settlement: Settlement {
            badge: Badge::new(language.translations().orders.unpaid, Severity::Fresh),
            amount: None,
        },
        customer: None,
        loyalty: Vec::new(),
        custom_fields: None,
        journey: Journey::default(),
        ..full
    }
}

fn journey(language: Language) -> Journey {
    let words = language.translations();
    let j = &words.journey;
    let event = || {
        BodyView::of(
            r#"{"id":"e8n5y","resource_type":"order","event_type":"create"}"#,
            Some("/e.json".into()),
        )
    };
    let attempt = |n: u64, outcome: &AttemptOutcome, took: u64, answer: &str| AttemptView {
        number: j.number(n),
        time: "19:41:08".into(),
        took: format::duration(language, took),
        badge: outcome.badge(),
        text: outcome.in_words(words, "Kezia II"),
        answer: BodyView::of(answer, None),
    };
    let delivery = |app: &str, state: DispatchProgress, text: String, attempts| DispatchView {
        app: app.into(),
        badge: state.badge(words),
        text,
        next: None,
        attempts,
        event: event(),
        discard: None,
        resend: Some("/orders/w5x2rk/callbacks/d1/resend".into()),
        fire: None,
    };
    let (slow, down) = (AttemptOutcome::TimedOut, AttemptOutcome::Answered(503));
    let mut retrying = delivery(
        "Kezia II",
        DispatchProgress::Retrying,
        slow.in_words(words, "Kezia II"),
        vec![
            attempt(1, &down, 80, r#"{"error":"maintenance"}"#),
            attempt(2, &slow, 20_000, ""),
        ],
    );
    retrying.next = Some(j.next_at("19:43:20"));
    retrying.resend = None;
    retrying.discard = Some("/orders/w5x2rk/callbacks/d1/delete".into());
    let mut held = delivery(
        "Zelty",
        DispatchProgress::Held,
        j.held_until("20:15:00"),
        Vec::new(),
    );
    held.resend = None;
    held.fire = Some("/orders/w5x2rk/callbacks/d2/fire".into());
    let fine = AttemptOutcome::Answered(200);
    let odd = AttemptOutcome::Answered(404);
    let step = |what: &str, change: Option<String>, name: &str, deliveries| JourneyStep::Event {
        what: what.into(),
        change,
        by: Some(language.translations().journey.by("Kezia II")),
        time: "19:41:08".into(),
        at: "2026-03-07T19:41:08+01:00".into(),
        name: name.into(),
        deliveries,
    };
    let changed = j.changed(words.orders.new, words.orders.received);
    Journey {
        zone: "UTC+01:00".into(),
        note: None,
        steps: vec![
            JourneyStep::Request {
                what: j.order_create.into(),
                by: j.by("Developer Tools"),
                exchange: Box::new(exchange("req-9", None, "POST", "/v1/location/orders", 200)),
            },
            step(
                j.order_create,
                None,
                "e8n5y · order.create",
                vec![
                    delivery(
                        "POS HELPER",
                        DispatchProgress::Acknowledged,
                        fine.in_words(words, "POS HELPER"),
                        vec![attempt(1, &fine, 200, "{}")],
                    ),
                    retrying,
                    held,
                    delivery(
                        "CoursiCab",
                        DispatchProgress::AcknowledgedAnyway,
                        odd.in_words(words, "CoursiCab"),
                        Vec::new(),
                    ),
                    delivery(
                        "Qwenta",
                        DispatchProgress::Expired,
                        j.gave_up("Qwenta", 7),
                        Vec::new(),
                    ),
                    delivery(
                        "OrderLine",
                        DispatchProgress::Waiting,
                        j.not_fetched("OrderLine"),
                        Vec::new(),
                    ),
                ],
            ),
            JourneyStep::Request {
                what: j.order_update.into(),
                by: j.by("POS HELPER"),
                exchange: Box::new(exchange(
                    "req-10",
                    None,
                    "PATCH",
                    "/v1/location/orders/w5x2rk",
                    422,
                )),
            },
            step(
                j.order_update,
                Some(changed),
                "e8n6a · order.update",
                Vec::new(),
            ),
        ],
    }
}
