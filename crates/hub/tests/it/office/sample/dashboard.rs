//! The dashboard as it is on a good day, on a bad one, and on the first.

use hub::office::dashboard::{
    BarChart, Breakdown, ChartBar, DashboardPage, HourCell, HourLine, Metric, PeriodChoice,
    PeriodLink, ProductLine, ShareLine, SoldProductsPage, StateBox, Tile, Warning,
};
use hub::office::format;
use hub::office::frame::MenuEntry;
use hub::office::orders::OrderLine;
use hub::office::translations::Language;
use hub::office::widgets::Severity;

use super::{RenderedPage, frame, keep};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>, orders: Vec<OrderLine>) {
    let d = &language.translations().dashboard;
    let good = state(Severity::Good, d.all_delivered(128));
    let dashboard = page(language, vec![good], orders.clone());
    keep(pages, "dashboard", &dashboard);
    keep(
        pages,
        "dashboard_in_need",
        &page(language, in_need(language), orders),
    );
    let mut nothing = state(Severity::Plain, d.nothing_connected.to_owned());
    nothing.action = Some((language.translations().connections.apps, "/apps"));
    let mut first = page(language, vec![nothing], Vec::new());
    first.has_sales = false;
    keep(pages, "dashboard_first", &first);
    let mut sold = SoldProductsPage {
        frame: frame(language, Some(MenuEntry::Dashboard)),
        days: "07/03/2026".into(),
        back: "/dashboard?period=today".into(),
        products: products(language),
        left_out: Some(d.products_left_out(12)),
    };
    keep(pages, "sold_products", &sold);
    sold.products.clear();
    keep(pages, "sold_products_empty", &sold);
}

fn state(severity: Severity, headline: String) -> StateBox {
    StateBox {
        severity,
        headline,
        lines: Vec::new(),
        action: None,
    }
}

fn in_need(language: Language) -> Vec<StateBox> {
    let words = language.translations();
    let d = &words.dashboard;
    let mut orders = state(Severity::Bad, d.orders_in_need(3));
    let line = |text: String| Warning {
        text: format!("07/03/2026 12:04 · Lyon Bellecour · {text}"),
        href: "/orders/w5x2rk".into(),
    };
    orders.lines = vec![
        line(d.order_without_receiver("UE-4471")),
        line(words.alarms.unreached("UE-4472")),
        line(d.order_rejected_because("UE-4473", "Le produit « Reine » n'existe pas.")),
    ];
    let mut ill = state(Severity::Warn, d.ill_connections(2));
    ill.lines = vec![
        line(d.blocked_since("POS HELPER", "06/03/2026 18:02")),
        line(d.failing_since("Kezia II", "07/03/2026 12:04") + " " + &d.events_waiting(3)),
    ];
    vec![orders, ill]
}

fn page(language: Language, states: Vec<StateBox>, orders: Vec<OrderLine>) -> DashboardPage {
    let words = language.translations();
    let (d, shell) = (&words.dashboard, &words.shell);
    let tile = |label: String, value: &str, href: &str| Tile {
        label,
        value: value.into(),
        href: href.into(),
    };
    let money = |amount: &str| format::money(language, amount);
    let metric = |label, value: String, before: Option<(String, String)>| Metric {
        label,
        value,
        before,
    };
    DashboardPage {
        frame: frame(language, Some(MenuEntry::Dashboard)),
        states,
        has_tour: true,
        tiles: vec![
            tile(shell.today_orders(128), "128", "/orders"),
            tile(shell.waiting_deliveries(3), "3", "/orders"),
            tile(shell.active_connections(5), "5", "/connections"),
        ],
        period: period(language),
        metrics: vec![
            metric(
                d.total_revenue,
                money("4218.30 EUR"),
                Some((money("3750.00 EUR"), format::percent(language, "12.5"))),
            ),
            metric(
                d.number_of_sales,
                "163".into(),
                Some(("0".into(), d.no_comparison.into())),
            ),
            metric(d.average_basket, money("25.88 EUR"), None),
            metric(d.new_customers, "21".into(), None),
        ],
        has_sales: true,
        chart: chart(language),
        breakdowns: vec![
            breakdown(language, "channels", d.by_channel, d.channel),
            breakdown(language, "origins", d.by_connection, d.connection),
            breakdown(language, "locations", d.by_location, words.orders.location),
        ],
        weekdays: [
            d.monday,
            d.tuesday,
            d.wednesday,
            d.thursday,
            d.friday,
            d.saturday,
            d.sunday,
        ],
        hours: (11..15).chain(18..23).map(hour).collect(),
        products: products(language),
        all_products: Some("/dashboard/products?period=30".into()),
        zone: "UTC+01:00".into(),
        all_locations: true,
        orders,
    }
}

fn period(language: Language) -> PeriodChoice {
    let d = &language.translations().dashboard;
    let link = |label, value: &str| PeriodLink {
        label,
        href: format!("/dashboard?period={value}"),
        chosen: value == "30",
    };
    PeriodChoice {
        links: vec![
            link(d.today, "today"),
            link(d.yesterday, "yesterday"),
            link(d.seven_days, "7"),
            link(d.thirty_days, "30"),
            link(d.this_month, "month"),
        ],
        from: "2026-02-06".into(),
        to: "2026-03-07".into(),
        days: "06/02/2026 – 07/03/2026".into(),
        compare: (
            d.compare_with("07/01/2026 – 05/02/2026"),
            "/dashboard?period=30&compare=1".into(),
        ),
        is_compared: true,
    }
}

fn chart(language: Language) -> BarChart {
    let bars = (0..30).map(|day| {
        let height = 300 + (day * 7 % 11) * 130;
        let label = format!("{:02}/02/2026", day + 1);
        let total = format::money(language, &format!("{height}.00 EUR"));
        ChartBar {
            x: day * 240 + 20,
            y: 2_100 - height,
            width: 200,
            height,
            title: format!("{label} · {total}"),
            label,
            count: "12".into(),
            total,
        }
    });
    BarChart {
        bars: bars.collect(),
        top: format::money(language, "1600.00 EUR"),
    }
}

fn breakdown(
    language: Language,
    id: &'static str,
    title: &'static str,
    column: &'static str,
) -> Breakdown {
    let line = |label: &str, total: &str, share: &str, length| ShareLine {
        label: label.into(),
        count: "96".into(),
        total: format::money(language, total),
        share: format::percent(language, share),
        length,
    };
    Breakdown {
        id,
        title,
        column,
        lines: vec![
            line("Livraison Lumière Lyon", "2109.20 EUR", "50.0", 100),
            line("Sur place", "1265.50 EUR", "30.0", 60),
            line("Site", "843.60 EUR", "20.0", 40),
        ],
    }
}

fn hour(hour: i64) -> HourLine {
    let cells = (0..7).map(|day| {
        let count = (hour * (day + 3)) % 5;
        HourCell {
            count: if count == 0 {
                String::new()
            } else {
                count.to_string()
            },
            heat: count,
        }
    });
    HourLine {
        label: format!("{hour:02}:00"),
        cells: cells.collect(),
    }
}

fn products(language: Language) -> Vec<ProductLine> {
    let names = [
        ("Reine", "30 cm"),
        ("Quatre saisons", ""),
        ("Tiramisù", ""),
        ("Eau", "50 cl"),
    ];
    let lines = names
        .iter()
        .enumerate()
        .map(|(index, (product, sku))| ProductLine {
            rank: (index + 1).to_string(),
            product: (*product).into(),
            sku: (*sku).into(),
            quantity: "41".into(),
            total: format::money(language, "410.00 EUR"),
        });
    lines.collect()
}
