//! **ALARMES**.

use hub::alarms::AlarmKind;
use hub::office::alarms::{AlarmChoice, AlarmLine, AlarmSettingsPage, AlarmsPage, TicketPage};
use hub::office::frame::MenuEntry;
use hub::office::translations::Language;
use hub::office::widgets::{Badge, Field, LabelledValue, SelectOption, Severity};

use super::{RenderedPage, frame, keep};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    let w = &language.translations().alarms;
    let here = || frame(language, Some(MenuEntry::Alarms));
    let line = |kind: AlarmKind, text: String, is_open: bool| AlarmLine {
        badge: Badge::new(
            w.kind_label(kind),
            if is_open {
                Severity::Bad
            } else {
                Severity::Plain
            },
        ),
        text,
        location: Some("Lyon Bellecour".into()),
        time: match is_open {
            true => w.began("19:44"),
            false => w.lasted("19:44", "6 min"),
        },
        is_untold: !is_open,
        link: Some((w.see_ticket, "/orders/abc12/ticket".into())),
    };
    let unreached = line(AlarmKind::OrderUnreached, w.unreached("W-1234"), true);
    let silent = line(AlarmKind::ConnectionSilent, w.silent("Kezia II"), false);
    let list = |open: Vec<AlarmLine>, past: Vec<AlarmLine>| AlarmsPage {
        frame: here(),
        open,
        past,
        older: Some("/alarms?cursor=a".into()),
        newest: None,
    };
    keep(pages, "alarms", &list(vec![unreached], vec![silent]));
    keep(pages, "alarms_empty", &list(Vec::new(), Vec::new()));
    let kinds = AlarmKind::ALL.into_iter().map(|kind| AlarmChoice {
        option: SelectOption::new(kind.as_str(), w.kind_label(kind), true),
        hint: w.kind_order_new_hint,
    });
    let settings = AlarmSettingsPage {
        frame: here(),
        entity: "Lyon Bellecour".into(),
        is_account: false,
        is_inherited: true,
        may_manage: true,
        kinds: kinds.collect(),
        minutes: Field::of("0").wrong(w.minutes_wrong),
        silent_minutes: Field::of("10"),
        quiet_from: Field::of("23:30"),
        quiet_to: Field::of("").wrong(w.quiet_missing),
        has_mails: true,
        webhook_url: Field::of("https://example.com/alarms"),
        facts: vec![LabelledValue::new(w.minutes, "3")],
        webhook_secret: Some("0123456789abcdef".repeat(4)),
    };
    keep(pages, "alarm_settings", &settings);
    let reader = AlarmSettingsPage {
        frame: here(),
        may_manage: false,
        kinds: Vec::new(),
        webhook_secret: None,
        ..settings
    };
    keep(pages, "alarm_settings_read", &reader);
    let ticket = TicketPage {
        frame: frame(language, Some(MenuEntry::Orders)),
        id: "abc12".into(),
        name: "W-1234".into(),
        text: "W-1234\n2 × Reine  19,60 €\n    + Olives\n".into(),
    };
    keep(pages, "ticket", &ticket);
}
