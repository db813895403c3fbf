//! **JOURNAL D'AUDIT**.

use hub::audit::AuditAction;
use hub::office::audit::{AuditFilterForm, AuditLine, AuditPage, FieldChange};
use hub::office::frame::MenuEntry;
use hub::office::translations::Language;
use hub::office::widgets::SelectOption;

use super::{RenderedPage, frame, keep};

/// Some entries.
pub fn lines(language: Language) -> Vec<AuditLine> {
    let words = language.translations();
    let w = &words.audit;
    let line =
        |action: AuditAction, subject: &str, id: &str, changes: Vec<FieldChange>| AuditLine {
            time: "07/03/2026 19:41:08".into(),
            at: "2026-03-07T19:41:08+01:00".into(),
            actor: "Ada Martin".into(),
            actor_link: Some("/settings/audit?who=u1".into()),
            origin: format!("{} · 2001:db8:85a3::8a2e:370:7334", w.from_office),
            action: w.action_label(action).into(),
            subject: subject.into(),
            subject_id: id.into(),
            subject_link: Some("/settings/audit?object=c1".into()),
            location: Some("Lyon Bellecour".into()),
            changes,
        };
    let change = |field: &str, before: Option<&str>, after: Option<&str>| FieldChange {
        label: w.field_label(field).unwrap_or(field).into(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let roles = change(
        "permissions",
        Some(words.settings.viewer),
        Some(words.settings.technical_partner),
    );
    let scope = "location[orders.write,customer_list.write,catalog.read,inventory.write]";
    vec![
        line(
            AuditAction::PermissionsUpdate,
            "Thomas Petit (thomas@example.com)",
            "u2",
            vec![roles],
        ),
        line(
            AuditAction::ConnectionEnd,
            "Kezia II",
            "c1",
            vec![change("scope", Some(scope), None)],
        ),
        AuditLine {
            actor: w.command.into(),
            actor_link: None,
            origin: w.from_command.into(),
            subject_link: None,
            location: None,
            ..line(
                AuditAction::LocationCreate,
                "Villeurbanne",
                "q7h2d-1",
                vec![change("name", None, Some("Villeurbanne"))],
            )
        },
        line(
            AuditAction::InvitationSend,
            "new@example.com",
            "",
            Vec::new(),
        ),
    ]
}

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    let w = &language.translations().audit;
    let actors = |chosen: bool| {
        vec![
            SelectOption::new("", w.anybody, !chosen),
            SelectOption::new("u1", "Ada Martin", chosen),
        ]
    };
    let page = |lines: Vec<AuditLine>, is_narrowed: bool| AuditPage {
        frame: frame(language, Some(MenuEntry::Audit)),
        filter: AuditFilterForm {
            actors: actors(is_narrowed),
            ..AuditFilterForm::default()
        },
        zone: "UTC+01:00".into(),
        lines,
        kept_days: 365,
        older: Some("/settings/audit?cursor=a".into()),
        newest: None,
    };
    keep(pages, "audit", &page(lines(language), false));
    keep(pages, "audit_empty", &page(Vec::new(), false));
    keep(pages, "audit_no_match", &page(Vec::new(), true));
}
