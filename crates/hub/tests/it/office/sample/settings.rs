//! **CONFIGURATION**, **DÉVELOPPEUR**, profile.

use hub::oauth::clients::CallbackOptions;
use hub::office::confirm::ConfirmPage;
use hub::office::developer::{ClientLine, ClientPage, ClientsPage, NewClientPage, SecretPage};
use hub::office::frame::{Frame, MenuEntry, Notice};
use hub::office::portal::{PortalCard, PortalPage};
use hub::office::profile::{AccessLine, InvitationLine, ProfilePage, SessionLine};
use hub::office::settings::{
    AccountFormPage, AccountLine, AccountsPage, DayField, HoursFormPage, LocationFormPage,
    LocationLine, LocationSection, PeopleSection, PermissionGroup, Person, ResourceFormPage,
    ResourceLine, SetPermissionsPage, SettingsPage, Tick, role_choices,
};
use hub::office::suspended::{Contact, SuspendedPage};
use hub::office::translations::Language;
use hub::office::widgets::{AppFace, Field, LabelledValue, SelectOption, Severity};
use hub::secret::webhook_secret;
use hub::users::permissions::Permissions;
use wire::location::Day;

use super::second_factor::draw as second_factor;
use super::{RenderedPage, frame, keep};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    settings(language, pages);
    developer(language, pages);
    profile(language, pages);
    suspended(language, pages);
}

fn settings(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = language.translations();
    let w = &words.settings;
    let here = || frame(language, Some(MenuEntry::Settings));
    let accounts = vec![
        AccountLine {
            id: "q7h2d".into(),
            name: "Pizzeria Lumière".into(),
            role: w.full_administrator.into(),
            chosen: true,
        },
        AccountLine {
            id: "zed91".into(),
            name: "Fast Pizza".into(),
            role: w.viewer.into(),
            chosen: false,
        },
    ];
    keep(
        pages,
        "accounts",
        &AccountsPage {
            frame: frame(language, Some(MenuEntry::Accounts)),
            accounts,
        },
    );
    let person = |id: &str, name: &str, email: &str, role: &str| Person {
        id: id.into(),
        name: name.into(),
        email: email.into(),
        role: role.into(),
        may_change: id != "u1",
        pending: name.is_empty().then(|| w.until("14/03/2026")),
        by: name.is_empty().then(|| w.invited_by("Ada Martin")),
    };
    let people = vec![
        person("u1", "Ada Martin", "ada@example.com", w.full_administrator),
        person(
            "u2",
            "Support Qwenta",
            "help@qwenta.ch",
            w.technical_partner,
        ),
        person("i3", "", "licencekezia@jdc.fr", w.technical_partner),
    ];
    let permissions = PeopleSection {
        people,
        email: Field::of("support@zelty").wrong(w.not_found),
        roles: role_choices(words, true, "", Permissions::from_bits(63)),
    };
    let facts = vec![
        LabelledValue::new(w.name, "Pizzeria Lumière"),
        LabelledValue::new(w.id, "q7h2d"),
        LabelledValue::new(w.timezone, "Europe/Paris"),
        LabelledValue::new(w.currency, "EUR"),
        LabelledValue::new(w.address, "12 rue de la République, 69002 Lyon"),
    ];
    let resource = |id: &str, name: &str, owner: Option<&str>, count: Option<&str>| ResourceLine {
        id: id.into(),
        name: name.into(),
        owner: owner.map(str::to_owned),
        created: "07/03/2026".into(),
        count: count.map(str::to_owned),
        may_change: true,
    };
    let account = SettingsPage {
        frame: here(),
        account_level: true,
        facts,
        may_manage: true,
        location: None,
        locations: vec![
            LocationLine {
                id: "q7h2d-0".into(),
                name: "Lyon Bellecour".into(),
                city: "Lyon".into(),
                may_change: true,
            },
            LocationLine {
                id: "q7h2d-1".into(),
                name: "Villeurbanne".into(),
                city: "Villeurbanne".into(),
                may_change: true,
            },
        ],
        catalogs: vec![
            resource("n4w8c", "Carte Lumière", None, Some("128")),
            resource("n4w8d", "Midi", Some("Lyon Bellecour"), None),
        ],
        customer_lists: vec![resource("t6k1z", "Clients en ligne", None, Some("2 431"))],
        may_add: true,
        permissions: Some(permissions),
    };
    keep(pages, "settings_account", &account);
    let location = SettingsPage {
        frame: here(),
        account_level: false,
        location: Some(LocationSection {
            id: "q7h2d-0".into(),
            facts: vec![
                LabelledValue::new(
                    words.location_settings.acceptance,
                    words.location_settings.minutes_more(15),
                ),
                LabelledValue::new(words.location_settings.monday, "11:45-14:15, 18:30-01:00"),
                LabelledValue::new(
                    words.location_settings.sunday,
                    words.location_settings.closed,
                ),
            ],
        }),
        permissions: None,
        catalogs: Vec::new(),
        customer_lists: Vec::new(),
        may_add: false,
        ..account
    };
    keep(pages, "settings_location", &location);
    entity_forms(language, pages);
    let new_catalog = ResourceFormPage {
        frame: here(),
        title: w.add_catalog.into(),
        hint: w.for_account,
        name: Field::of("Carte Lumière").wrong(w.name_taken),
        action: "/settings/catalogs/new".into(),
        button: words.shell.create,
    };
    keep(pages, "catalog_new", &new_catalog);
    let list = ResourceFormPage {
        frame: here(),
        title: "Clients en ligne".into(),
        hint: w.rename_hint,
        name: Field::of("Clients en ligne"),
        action: "/settings/customer_lists/t6k1z".into(),
        button: words.shell.update,
    };
    keep(pages, "customer_list_rename", &list);
    let deletion = ConfirmPage::delete_resource(
        here(),
        "Clients en ligne",
        w.delete_list_lead,
        "/settings/customer_lists/t6k1z/delete".into(),
    );
    keep(pages, "customer_list_delete", &deletion);
    let tick = |value: &str, label: &str, gives: &str, ticked| Tick {
        value: value.into(),
        label: label.into(),
        gives: gives.into(),
        ticked,
        given: value != "manage_billing",
    };
    let groups = vec![
        PermissionGroup {
            name: w.back_office_group.into(),
            ticks: vec![
                tick(
                    "view_back_office",
                    w.view_back_office,
                    w.view_back_office_gives,
                    true,
                ),
                tick(
                    "manage_connections",
                    w.manage_connections,
                    w.manage_connections_gives,
                    true,
                ),
                tick(
                    "manage_entity",
                    w.manage_entity,
                    w.manage_entity_gives,
                    false,
                ),
                tick(
                    "manage_billing",
                    w.manage_billing,
                    w.manage_billing_gives,
                    false,
                ),
            ],
        },
        PermissionGroup {
            name: w.apps_group.into(),
            ticks: vec![tick(
                "use_orderline",
                w.use_orderline,
                w.use_orderline_gives,
                true,
            )],
        },
    ];
    let set = SetPermissionsPage {
        frame: here(),
        who: "support@zelty.com".into(),
        email: "support@zelty.com".into(),
        now: None,
        action: "/settings/permissions".into(),
        roles: role_choices(
            words,
            false,
            "technical_partner",
            Permissions::from_bits(63),
        ),
        groups,
        error: Some(w.last_holder.into()),
    };
    keep(pages, "set_permissions", &set);
    let there = SetPermissionsPage {
        frame: here(),
        who: "Support Qwenta".into(),
        email: String::new(),
        now: Some(w.already_there("Support Qwenta", w.technical_partner)),
        error: None,
        ..set
    };
    keep(pages, "set_permissions_there", &there);
    keep(
        pages,
        "remove_user",
        &ConfirmPage::remove_user(here(), "u2", "Support Qwenta"),
    );
}

/// The forms of an account and of a location.
fn entity_forms(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = language.translations();
    let l = &words.location_settings;
    let here = || frame(language, Some(MenuEntry::Settings));
    let zones = || vec![SelectOption::new("Europe/Paris", "Europe/Paris", true)];
    let account = AccountFormPage {
        frame: here(),
        id: "q7h2d".into(),
        name: Field::default().wrong(words.session.required),
        timezones: zones(),
        currency: "EUR".into(),
        revision: "0123456789abcdef".into(),
    };
    keep(pages, "account_modify", &account);
    let mut conflict = here();
    let text = l.conflict("Nom : Lyon Bellecour");
    conflict.notices.push(Notice::new(Severity::Warn, text));
    let location = LocationFormPage {
        frame: conflict,
        id: "q7h2d-0".into(),
        name: Field::of("Lyon République"),
        address: Field::of("12 rue de la République"),
        postal_code: Field::of("69002"),
        city: Field::of("Lyon"),
        countries: vec![SelectOption::new("FR", "France", true)],
        timezones: zones(),
        revision: "0123456789abcdef".into(),
    };
    keep(pages, "location_modify", &location);
    let day = |(index, day): (usize, &Day)| DayField {
        key: day.as_str(),
        label: l.day(*day),
        slots: match index {
            0 => Field::of("11:45-14:15, 18:30-01:00"),
            1 => Field::of("18:30-11:00").wrong(l.slot_order("06:00")),
            _ => Field::default(),
        },
    };
    let hours = HoursFormPage {
        frame: here(),
        id: "q7h2d-0".into(),
        name: "Lyon Bellecour".into(),
        preparation_time: Field::of("15"),
        modes: vec![
            SelectOption::new("normal", l.normal, false),
            SelectOption::new("busy", l.busy, true),
            SelectOption::new("paused", l.paused, false),
        ],
        extra_preparation_time: Field::default().wrong(l.minutes_missing),
        resume_at: Field::of("2026-03-07T21:30"),
        reason: Field::default(),
        cutoff_time: Field::of("06:00"),
        days: Day::ALL.iter().enumerate().map(day).collect(),
        revision: "0123456789abcdef".into(),
    };
    keep(pages, "location_hours", &hours);
}

fn developer(language: Language, pages: &mut Vec<RenderedPage>) {
    let w = &language.translations().developer;
    let here = || frame(language, Some(MenuEntry::Developer));
    let id = "312908447765.clients.example.com";
    let line = |id: &str, name: &str, kind: &str, open| ClientLine {
        id: id.into(),
        name: name.into(),
        created: "21/01/2026".into(),
        kind: kind.into(),
        connections: w.connection_count(2),
        open,
    };
    let clients = vec![
        line(id, "Developer Tools", w.app, false),
        line("41", "Kezia II", w.plain_client, true),
    ];
    keep(
        pages,
        "clients",
        &ClientsPage {
            frame: here(),
            clients,
        },
    );
    keep(
        pages,
        "clients_none",
        &ClientsPage {
            frame: here(),
            clients: Vec::new(),
        },
    );
    let name = Field::default().wrong(language.translations().session.required);
    keep(
        pages,
        "client_new",
        &NewClientPage {
            frame: here(),
            name,
        },
    );
    let secret = SecretPage {
        frame: here(),
        id: id.into(),
        name: "Developer Tools".into(),
        secret: "5f0d2c7b9a8e4d3f6b1c0a9e8d7c6b5a".into(),
        webhook_secret: webhook_secret("5f0d2c7b9a8e4d3f6b1c0a9e8d7c6b5a"),
    };
    keep(pages, "client_secret", &secret);
    let client = ClientPage {
        frame: here(),
        id: id.into(),
        title: "Developer Tools".into(),
        facts: vec![
            LabelledValue::new(w.created, "21/01/2026"),
            LabelledValue::new(w.connections, "2"),
        ],
        name: Field::of("Developer Tools"),
        redirects: Field::default(),
        open: true,
        location_scope: Field::of("location[orders.write]"),
        account_scope: Field::of("account[order]").wrong(w.scope_invalid),
        connect_url: Field::of("https://example.com/connect"),
        open_url: Field::default(),
        disconnect_url: Field::default(),
        logo_url: Field::default(),
        categories: vec![SelectOption::new(
            "tools",
            language.translations().connections.tools,
            true,
        )],
        description: [Field::of("Passe des commandes d'essai."), Field::default()],
        instructions: [Field::default(), Field::default()],
        may_list: true,
        is_listed: true,
        listed_error: Some(w.listed_empty.into()),
        callbacks: CallbackOptions {
            has_standard_webhooks: true,
            ..CallbackOptions::default()
        },
        previous_until: Some("08/03/2026 19:41".into()),
        history: super::audit::lines(language),
        zone: "UTC+01:00".into(),
    };
    keep(pages, "client", &client);
    keep(
        pages,
        "client_rotate",
        &ConfirmPage::rotate(here(), id, "Developer Tools"),
    );
    keep(
        pages,
        "client_end_rotation",
        &ConfirmPage::end_rotation(here(), id, "Developer Tools"),
    );
    keep(
        pages,
        "client_delete",
        &ConfirmPage::delete_client(here(), id, "Developer Tools"),
    );
}

fn profile(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = language.translations();
    let access = |id: &str, account: &str, location: &str| AccessLine {
        id: id.into(),
        account: account.into(),
        location: location.into(),
        role: words.settings.full_administrator.into(),
    };
    let session = |browser: &str, address: &str, is_current: bool| SessionLine {
        id: "0123456789abcdef".into(),
        browser: browser.into(),
        address: address.into(),
        about: match is_current {
            true => words.profile.session_began("07/03/2026"),
            false => words.profile.session_used("06/03/2026 18:00", "01/02/2026"),
        },
        is_current,
    };
    let page = ProfilePage {
        sessions: vec![
            session("Firefox, Windows", "192.0.2.7", true),
            session("Safari, iPhone", "2001:db8:85a3::8a2e:370:7334", false),
            session(words.profile.unknown_browser, "", false),
        ],
        frame: frame(language, None),
        name: Field::of("Ada Martin"),
        email: Field::of("ada@example.com"),
        waiting: Some("ada.martin@example.com".into()),
        locales: Language::ALL
            .map(|one| SelectOption::new(one.tag(), one.name(), one == language))
            .to_vec(),
        current: Field::default().wrong(words.profile.wrong_current),
        confirm: Field::default(),
        second_factor: Some(words.second_factor.state("07/03/2026", 9)),
        password: Field::default(),
        again: Field::default(),
        invitations: vec![InvitationLine {
            id: "zed92".into(),
            entity: "Sushi Express".into(),
            about: words
                .profile
                .invited("Bob", words.settings.viewer, "14/03/2026"),
        }],
        access: vec![
            access(
                "r1",
                "Pizzeria Lumière - q7h2d",
                words.profile.all_locations,
            ),
            access("r2", "Fast Pizza - zed91", "Paris zed91-0"),
        ],
    };
    keep(pages, "profile", &page);
    second_factor(language, pages);
    keep(
        pages,
        "log_out_everywhere",
        &ConfirmPage::log_out_everywhere(frame(language, None)),
    );
    keep(
        pages,
        "new_address",
        &ConfirmPage::new_address(frame(language, None), "t0k3n", "ada.martin@example.com"),
    );
    keep(
        pages,
        "leave",
        &ConfirmPage::leave(frame(language, None), "r2", "Fast Pizza"),
    );
}

fn suspended(language: Language, pages: &mut Vec<RenderedPage>) {
    let page = |contact: &str| SuspendedPage {
        frame: frame(language, Some(MenuEntry::Dashboard)),
        account: "Pizzeria Lumière (q7h2d)".into(),
        since: "07/03/2026".into(),
        contact: Contact::of(contact),
        people: vec![("Ada Martin".into(), "ada@example.com".into())],
    };
    let card = |name: &str, entity: &str| PortalCard {
        app: AppFace::new(name, None),
        entity: entity.into(),
        open: Some("https://example.com/open".into()),
    };
    let portal = |cards| PortalPage {
        frame: Frame {
            entries: vec![MenuEntry::Portal],
            ..frame(language, Some(MenuEntry::Portal))
        },
        cards,
    };
    let cards = vec![
        card("OrderLine", "Lyon Bellecour q7h2d-0"),
        card("Catalog Manager", "Pizzeria Lumière"),
    ];
    keep(pages, "portal", &portal(cards));
    keep(pages, "portal_none", &portal(Vec::new()));
    keep(pages, "suspended", &page("support@example.com"));
    keep(pages, "suspended_no_contact", &page(""));
}
