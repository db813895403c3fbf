//! **DONNÉES** > **CLIENTS**, **CATALOGUES**, **INVENTAIRE**.

use hub::office::catalogs::{
    CatalogLine, CatalogPage, CatalogTab, CatalogsPage, ContentCell, ContentFilter, ContentHead,
    TabLine,
};
use hub::office::connections::LogFilter;
use hub::office::customers::{CardLine, CustomerLine, CustomerPage, CustomersPage};
use hub::office::data_logs::DataLogsPage;
use hub::office::format;
use hub::office::frame::MenuEntry;
use hub::office::inventory::{InventoryPage, StockRow};
use hub::office::orders::{OrderLine, order_badge};
use hub::office::translations::Language;
use hub::office::widgets::{Badge, LabelledValue, SelectOption, Severity};

use super::{RenderedPage, exchange, frame, keep};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    customers(language, pages);
    customer(language, pages);
    catalogs(language, pages);
    inventory(language, pages);
    data_logs(language, pages);
}

fn data_logs(language: Language, pages: &mut Vec<RenderedPage>) {
    let here = || frame(language, Some(MenuEntry::Orders));
    let choice = |name: &str, chosen| SelectOption::new(name.to_lowercase(), name, chosen);
    let logs = DataLogsPage {
        frame: here(),
        filter: LogFilter {
            resources: vec![choice("Customer", false), choice("Order", true)],
            methods: vec![choice("GET", false), choice("POST", true)],
        },
        from: "2026-03-07T14:00".into(),
        to: String::new(),
        zone: "UTC+01:00".into(),
        lines: vec![
            exchange(
                "r1",
                Some("Kezia II"),
                "PATCH",
                "/v1/location/orders/w5x2rk",
                200,
            ),
            exchange(
                "r2",
                Some("Ma boutique"),
                "POST",
                "/v1/location/orders",
                422,
            ),
        ],
        older: Some("/data/logs?cursor=abc".into()),
        newest: None,
        kept_days: 30,
    };
    keep(pages, "data_logs", &logs);
    let unmatched = DataLogsPage {
        frame: here(),
        lines: Vec::new(),
        older: None,
        ..logs
    };
    keep(pages, "data_logs_no_match", &unmatched);
    let empty = DataLogsPage {
        frame: here(),
        filter: LogFilter {
            resources: vec![choice("Order", false)],
            methods: vec![choice("GET", false)],
        },
        from: String::new(),
        ..unmatched
    };
    keep(pages, "data_logs_none", &empty);
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
        service: None,
        channel: None,
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
        cards: vec![card("Habitués", Some("H-77"), "120,5"), card("", None, "0")],
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

fn catalogs(language: Language, pages: &mut Vec<RenderedPage>) {
    let w = &language.translations().catalogs;
    let line = |id: &str, name: &str, owner: &str, products: Option<&str>| CatalogLine {
        id: id.into(),
        name: name.into(),
        owner: owner.into(),
        products: products.map(str::to_owned),
        created: "07/03/2026".into(),
    };
    let list = |catalogs| CatalogsPage {
        frame: frame(language, Some(MenuEntry::Catalogs)),
        catalogs,
    };
    let lines = vec![
        line("n4w8c", "Carte Lumière", w.account, Some("128")),
        line("n4w8d", "Midi", "Lyon Bellecour", None),
    ];
    keep(pages, "catalogs", &list(lines));
    keep(pages, "catalogs_none", &list(Vec::new()));
    let page = catalog(language);
    keep(pages, "catalog", &page);
    let cell = |text: &str| ContentCell {
        text: text.into(),
        ..ContentCell::default()
    };
    let head = |label| ContentHead {
        label,
        is_number: false,
    };
    let picture = ContentCell {
        image: Some("/catalogs/n4w8c/images/i1".into()),
        ..cell("i1")
    };
    let images = CatalogPage {
        frame: frame(language, Some(MenuEntry::Catalogs)),
        tab: CatalogTab::Images,
        heads: vec![head(w.image), head(w.kind), head(w.size), head(w.use_head)],
        rows: vec![vec![
            picture,
            cell("image/png"),
            cell("12 KiB"),
            cell(&w.removed_on("07/04/2026")),
        ]],
        first: Some("/catalogs/n4w8c?tab=images".into()),
        ..page
    };
    keep(pages, "catalog_images", &images);
    let empty = CatalogPage {
        frame: frame(language, Some(MenuEntry::Catalogs)),
        tab: CatalogTab::Deals,
        filter: ContentFilter::default(),
        rows: Vec::new(),
        next: None,
        first: None,
        ..images
    };
    keep(pages, "catalog_empty", &empty);
    let unmatched = CatalogPage {
        frame: frame(language, Some(MenuEntry::Catalogs)),
        filter: ContentFilter {
            search: "sushi".into(),
            ..ContentFilter::default()
        },
        ..empty
    };
    keep(pages, "catalog_no_match", &unmatched);
    let unmatched_yet = CatalogPage {
        frame: frame(language, Some(MenuEntry::Catalogs)),
        next: Some("/catalogs/n4w8c?tab=deals&from=1.2.3".into()),
        ..unmatched
    };
    keep(pages, "catalog_no_match_yet", &unmatched_yet);
}

fn catalog(language: Language) -> CatalogPage {
    let w = &language.translations().catalogs;
    let money = |amount: &str| format::money(language, amount);
    let cell = |text: &str, under: &[String]| ContentCell {
        text: text.into(),
        under: under.to_vec(),
        ..ContentCell::default()
    };
    let product = cell(
        "Savoyarde",
        &[
            "Crème, reblochon, pommes de terre".into(),
            w.tags("allergen_milk"),
        ],
    );
    let disabled = ContentCell {
        badges: vec![Badge::new(w.disabled, Severity::Bad)],
        ..cell("40 cm", &[])
    };
    let other = w.other_price("V-PLT", &money("15.90 EUR"));
    let tab = |label, count: Option<&str>, tab: CatalogTab| TabLine {
        label,
        count: count.map(str::to_owned),
        href: format!("/catalogs/n4w8c?tab={}", tab.as_str()),
        here: tab == CatalogTab::Skus,
    };
    let head = |label, is_number| ContentHead { label, is_number };
    CatalogPage {
        frame: frame(language, Some(MenuEntry::Catalogs)),
        id: "n4w8c".into(),
        name: "Carte Lumière".into(),
        catalogs: vec![
            SelectOption::new("n4w8c", "Carte Lumière - n4w8c", true),
            SelectOption::new("n4w8d", "Midi - n4w8d", false),
        ],
        tab: CatalogTab::Skus,
        tabs: vec![
            tab(w.skus, None, CatalogTab::Skus),
            tab(w.deals, Some("3"), CatalogTab::Deals),
            tab(w.discounts, Some("1"), CatalogTab::Discounts),
            tab(w.options, Some("12"), CatalogTab::Options),
            tab(w.charges, Some("0"), CatalogTab::Charges),
            tab(w.variants, Some("2"), CatalogTab::Variants),
            tab(w.images, None, CatalogTab::Images),
        ],
        filter: ContentFilter {
            categories: vec![
                SelectOption::new("", w.any_category, false),
                SelectOption::new("g1", "Pizzas", true),
                SelectOption::new("g2", "\u{a0}\u{a0}Base crème", false),
            ],
            search: String::new(),
        },
        heads: vec![
            head(w.category, false),
            head(w.product, false),
            head(w.sku, false),
            head(w.price, true),
            head(w.code, false),
        ],
        rows: vec![
            vec![
                cell("Base crème", &[]),
                product.clone(),
                cell("33 cm", &[w.option_lists("SUP, CUI")]),
                cell(&money("13.50 EUR"), &[other]),
                cell("SAV-33", &[w.barcodes("3700000000017")]),
            ],
            vec![
                cell("Base crème", &[]),
                product,
                disabled,
                cell(&money("17.50 EUR"), &[]),
                cell("", &[]),
            ],
        ],
        next: Some("/catalogs/n4w8c?tab=skus&from=1.2.3".into()),
        first: None,
    }
}

fn inventory(language: Language, pages: &mut Vec<RenderedPage>) {
    let w = &language.translations().inventories;
    let row = |name: Option<&str>, kind, reference: &str, stock: &str| StockRow {
        name: name.map(str::to_owned),
        kind,
        reference: reference.into(),
        stock: stock.into(),
        badge: (stock == "0").then(|| Badge::new(w.sold_out, Severity::Bad)),
        until: (stock == "0").then(|| w.until("08/03/2026 11:00")),
    };
    let page = InventoryPage {
        frame: frame(language, Some(MenuEntry::Inventory)),
        locations: None,
        rows: vec![
            row(Some("Savoyarde · 33 cm"), w.sku, "SAV-33", "0"),
            row(None, w.sku, "OLD-1", "12,5"),
            row(Some("Suppléments · Burrata"), w.option, "SUP-BUR", "4"),
        ],
        next: Some("/inventory?after=option%3ASUP-BUR".into()),
        first: None,
    };
    keep(pages, "inventory", &page);
    let empty = InventoryPage {
        frame: frame(language, Some(MenuEntry::Inventory)),
        rows: Vec::new(),
        next: None,
        ..page
    };
    keep(pages, "inventory_none", &empty);
    let without_location = InventoryPage {
        frame: frame(language, Some(MenuEntry::Inventory)),
        locations: Some(vec![
            SelectOption::new("q7h2d-0", "Lyon Bellecour q7h2d-0", false),
            SelectOption::new("q7h2d-1", "Villeurbanne q7h2d-1", false),
        ]),
        ..empty
    };
    keep(pages, "inventory_no_location", &without_location);
}
