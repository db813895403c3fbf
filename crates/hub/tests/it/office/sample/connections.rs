//! **CONNEXIONS**.

use hub::office::confirm::ConfirmPage;
use hub::office::connections::{
    ActivityPage, AppCard, AppPage, AppsPage, CallbackLine, Category, Connect, ConnectionCard,
    ConnectionsPage, DayCount, EndedConnection, EndedConnectionsPage, Group, LogFilter, LogLine,
    LogsPage, RepeatsPage, ResendForm, ResendJobLine, ResendPage, ResendPreviewPage, SendingPage,
    Token,
};
use hub::office::dispatches::{AttemptOutcome, AttemptView, DispatchProgress, DispatchView};
use hub::office::exchange::BodyView;
use hub::office::frame::MenuEntry;
use hub::office::translations::Language;
use hub::office::widgets::{AppFace, Badge, Field, LabelledValue, SelectOption, Severity};

use super::{RenderedPage, exchange, frame, keep, notice, say};

/// Connections that have ended.
fn ended(language: Language) -> Vec<EndedConnection> {
    let words = &language.translations().connections;
    let line = |app: &str, about: String, has_logs: bool| EndedConnection {
        id: "c9".into(),
        app: app.into(),
        entity: words.location_group("Lyon Bellecour", "q7h2d-0"),
        about,
        has_logs,
    };
    let by_user = words.ended_by_user("07/03/2026 18:02", "Thomas Petit");
    vec![
        line("Kezia II", by_user, true),
        line(
            "Developer Tools",
            words.ended_by_app("06/03/2026 09:12"),
            true,
        ),
        line("Borne", words.ended("01/01/2026 10:00"), false),
    ]
}

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    let here = || frame(language, Some(MenuEntry::Connections));
    let words = &language.translations().connections;
    let card = |id: &str, app: &str| ConnectionCard {
        id: id.into(),
        app: AppFace::new(app, None),
        badge: None,
        lines: vec![
            words.since("21/01/2026"),
            words.card_list("Clients en ligne - t6k1z"),
            words.card_catalog("Carte Lumière - n4w8c"),
        ],
        open: Some("https://example.com/open".into()),
        reconnect: Some("/connections/c1/reconnect".into()),
        history: Some("/settings/audit?object=c1".into()),
        blocked: false,
        may_manage: true,
    };
    let mut kezia = card("c2", "Kezia II");
    kezia.badge = Some(Badge::new(words.blocked, Severity::Warn));
    kezia.blocked = true;
    kezia.open = None;
    kezia.lines.push(words.card_device("caisse-2"));
    kezia
        .lines
        .push(words.blocked_by("Ada Martin", "07/03/2026 19:41"));
    let groups = vec![
        Group {
            heading: words.account_group("Pizzeria Lumière", "q7h2d"),
            cards: vec![card("c0", "Catalog Manager")],
        },
        Group {
            heading: words.location_group("Lyon Bellecour", "q7h2d-0"),
            cards: vec![
                card("c1", "Developer Tools"),
                kezia,
                card("c3", "Zelty <script>"),
            ],
        },
    ];
    let frame = notice(here(), Severity::Good, words.blocked_done("Kezia II"));
    let page = ConnectionsPage {
        frame,
        groups,
        ended: ended(language),
    };
    keep(pages, "connections", &page);
    let list = |connections: Vec<EndedConnection>| EndedConnectionsPage {
        frame: here(),
        connections,
        older: Some("/connections/ended?cursor=a".into()),
        newest: None,
    };
    keep(pages, "connections_ended", &list(ended(language)));
    keep(pages, "connections_none_ended", &list(Vec::new()));
    keep(
        pages,
        "connections_none",
        &ConnectionsPage {
            frame: here(),
            groups: Vec::new(),
            ended: Vec::new(),
        },
    );
    keep(
        pages,
        "disconnect",
        &ConfirmPage::disconnect(here(), "c2", "Kezia II"),
    );
    let repeats = |minutes| RepeatsPage {
        frame: here(),
        connection: "c2".into(),
        app: "Kezia II".into(),
        minutes,
    };
    keep(pages, "repeats", &repeats(Field::of("30")));
    let sending = |waits, is_sent| SendingPage {
        frame: here(),
        connection: "c2".into(),
        app: "Kezia II".into(),
        is_sent,
        waits,
        default_waits: "5 s, 10 s, 15 s, 30 s, 1 min, 2 min, 5 min, 1 h, 6 h".into(),
        fires_orders: true,
    };
    keep(pages, "sending", &sending(Field::of("5 s, 1 min"), true));
    keep(
        pages,
        "sending_wrong",
        &sending(Field::of("bientôt").wrong(words.sending_wrong), false),
    );
    keep(
        pages,
        "repeats_wrong",
        &repeats(Field::of("dix").wrong(words.repeats_wrong)),
    );
    resend(language, pages);
    apps(language, pages);
    let counts = [
        0, 3, 12, 40, 38, 41, 90, 120, 33, 37, 1, 0, 0, 44, 130, 160, 42, 39, 41, 45, 150,
    ];
    let days = (0..30usize)
        .map(|day| DayCount {
            day: format!("{:02}/03/2026", day + 1),
            count: counts[day % 21] * 10,
        })
        .collect();
    keep(
        pages,
        "activity",
        &ActivityPage {
            frame: here(),
            app: "Kezia II".into(),
            days,
        },
    );
    logs(language, pages);
}

fn resend(language: Language, pages: &mut Vec<RenderedPage>) {
    let here = || frame(language, Some(MenuEntry::Connections));
    let words = &language.translations().resend;
    let between = words.between("07/03/2026 18:00", "07/03/2026 19:41");
    let form = |since: Field| ResendForm {
        whats: vec![
            SelectOption::new("failed", words.failed, false),
            SelectOption::new("missed", words.missed, true),
        ],
        since,
        until: Field::of(""),
        resources: vec![SelectOption::new("", words.any, true)],
        order: Field::of(""),
    };
    let job = |stop: Option<LabelledValue>| ResendJobLine {
        badge: match stop {
            Some(_) => Badge::new(words.running, Severity::Busy),
            None => Badge::new(words.finished, Severity::Good),
        },
        what: words.missed.into(),
        lines: vec![
            between.clone(),
            words.progress(1, 3),
            words.repeated(1),
            words.skipped(2),
        ],
        stop,
    };
    let shown = |form, jobs| ResendPage {
        frame: here(),
        connection: "c2".into(),
        app: "Kezia II".into(),
        form,
        refused: None,
        jobs,
    };
    let wrong = Field::of("").wrong(words.wrong_time);
    keep(pages, "resend_form", &shown(Some(form(wrong)), Vec::new()));
    let stop = LabelledValue::new(
        words.stop_this("07/03/2026 19:41"),
        "/connections/c2/resend/j1/stop",
    );
    let jobs = vec![job(Some(stop)), job(None)];
    keep(pages, "resend_running", &shown(None, jobs));
    let preview = |found| ResendPreviewPage {
        frame: here(),
        connection: "c2".into(),
        app: "Kezia II".into(),
        found,
        facts: vec![
            LabelledValue::new(words.what, words.missed),
            LabelledValue::new(words.since, between.clone()),
        ],
        fields: vec![LabelledValue::new("what", "missed")],
    };
    let many = preview(Some(words.found_more(10_000)));
    keep(pages, "resend_preview", &many);
    keep(pages, "resend_nothing", &preview(None));
}

fn apps(language: Language, pages: &mut Vec<RenderedPage>) {
    let here = || frame(language, Some(MenuEntry::Connections));
    let words = &language.translations().connections;
    let entry = |id: &str, name: &str, connected| AppCard {
        id: id.into(),
        app: AppFace::new(name, None),
        connected,
    };
    let categories = vec![
        Category {
            name: words.pos.into(),
            apps: vec![
                entry("1", "Kezia II", true),
                entry("2", "POS HELPER", false),
                entry("3", "Zelty Bridge", false),
            ],
        },
        Category {
            name: words.delivery.into(),
            apps: vec![entry("4", "CoursiCab", false)],
        },
        Category {
            name: words.tools.into(),
            apps: vec![entry("5", "Developer Tools", true)],
        },
    ];
    keep(
        pages,
        "apps",
        &AppsPage {
            frame: here(),
            categories,
        },
    );
    keep(
        pages,
        "apps_none",
        &AppsPage {
            frame: here(),
            categories: Vec::new(),
        },
    );
    let sheet = |connect| AppPage {
        frame: here(),
        app: AppFace::new("Developer Tools", None),
        category: words.tools.into(),
        lines: vec![say(
            language,
            "Passe des commandes d'essai.",
            "Places test orders.",
        )],
        rights: vec![language.translations().consent.orders_write.into()],
        connect,
        connected: false,
    };
    keep(
        pages,
        "app",
        &sheet(Connect::Here("https://example.com/connect".into())),
    );
    keep(
        pages,
        "app_greyed",
        &sheet(Connect::Greyed(words.needs_location.into())),
    );
    let steps = vec![
        say(
            language,
            "Ouvrez Kezia II : Fichier > Paramètres > Commandes Web.",
            "In Kezia II, open Fichier > Paramètres > Commandes Web.",
        ),
        say(
            language,
            "Cliquez sur « Nouvelle Connexion ».",
            "Click “Nouvelle Connexion”.",
        ),
    ];
    keep(pages, "app_from_itself", &sheet(Connect::FromTheApp(steps)));
}

fn logs(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = &language.translations().connections;
    let page = |shown: Option<&str>, ticked, lines| LogsPage {
        frame: frame(language, Some(MenuEntry::Connections)),
        connection: "c2".into(),
        app: "Kezia II".into(),
        token: Token {
            shown: shown.map(str::to_owned),
            may_show: true,
        },
        scope: "location[orders.write,customer_list.write,catalog.write]".into(),
        facts: vec![
            LabelledValue::new(words.list, "Clients en ligne - t6k1z"),
            LabelledValue::new(words.catalog, "Carte Lumière - n4w8c"),
        ],
        filter: LogFilter {
            resources: [
                "Callback",
                "Callback Log",
                "Catalog",
                "Customer List",
                "Event",
                "Location",
                "Order",
            ]
            .map(|name| SelectOption::new(name, name, ticked && name == "Order"))
            .to_vec(),
            methods: ["GET", "POST", "PUT", "PATCH", "DELETE"]
                .map(|name| SelectOption::new(name, name, false))
                .to_vec(),
        },
        zone: "UTC+01:00".into(),
        lines,
        older: Some("?cursor=abc".into()),
        newest: None,
        kept_days: 30,
        events_kept_days: 30,
    };
    let asked =
        |id, method, url, code| LogLine::Request(Box::new(exchange(id, None, method, url, code)));
    let events = "/v1/callback/events?count=100&cursor=0a1b2c3d4e5f6071829304a5b6c7d8e9f";
    let lines = vec![
        LogLine::Callback(Box::new(callback(language))),
        asked("req-1", "PATCH", "/v1/location/orders/w5x2rk", 200),
        asked("req-2", "GET", events, 200),
        asked("req-3", "DELETE", "/v1/callback/events/e8n5y", 404),
    ];
    keep(pages, "logs", &page(None, false, lines));
    keep(
        pages,
        "logs_none",
        &page(Some("4f0c1d9be27a63885e10c2f7ab"), true, Vec::new()),
    );
}

fn callback(language: Language) -> CallbackLine {
    let words = language.translations();
    let down = AttemptOutcome::Answered(503);
    let text = down.in_words(words, "Kezia II");
    let attempt = |n: u64, time: &str| AttemptView {
        number: words.journey.number(n),
        time: time.into(),
        took: "80\u{a0}ms".into(),
        badge: down.badge(),
        text: text.clone(),
        answer: BodyView::of(r#"{"error":"maintenance"}"#, Some("/a.json".into())),
    };
    CallbackLine {
        id: "e-e8n5y".into(),
        time: "07/03/2026 19:41:08".into(),
        at: "2026-03-07T19:41:08+01:00".into(),
        name: "e8n5y · order.create".into(),
        is_sent: true,
        url: "https://till.example.net/hub/events".into(),
        outcome: down.badge(),
        took: "80\u{a0}ms".into(),
        order: Some("/orders/w5x2rk#journey".into()),
        delivery: DispatchView {
            app: "Kezia II".into(),
            badge: DispatchProgress::Retrying.badge(words),
            text: text.clone(),
            next: Some(words.journey.next_at("19:44:08")),
            attempts: vec![attempt(1, "19:41:08"), attempt(2, "19:42:08")],
            event: BodyView::of(
                r#"{"id":"e8n5y","resource_type":"order"}"#,
                Some("/e".into()),
            ),
            discard: None,
            resend: None,
            fire: None,
        },
    }
}
