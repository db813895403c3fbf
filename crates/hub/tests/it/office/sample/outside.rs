//! Pages outside the menu: signing in, letting an app in, error_pages.

use hub::office::confirmation::ConfirmIdentityPage;
use hub::office::consent::{
    AskPage, ChoosePage, CodePage, ConsentError, ConsentErrorPage, Level, Origin, Picker, Target,
    right_in_words,
};
use hub::office::error_page::{ErrorPage, ErrorPageKind};
use hub::office::session::{
    AskResetPage, ConfirmSignUpPage, ExpiredLinkPage, ExpiredSignUpPage, FirstAccountPage,
    InvitationPage, JoinPage, LoginCodePage, LoginPage, NewLocationPage, NewPasswordPage,
    ResetSentPage, SignUpPage, SignUpSentPage,
};
use hub::office::translations::Language;
use hub::office::widgets::{AppFace, Field, SelectOption};

use super::{RenderedPage, keep, outside, say};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    session(language, pages);
    accounts(language, pages);
    consent(language, pages);
    error_pages(language, pages);
}

fn locales(language: Language) -> Vec<SelectOption> {
    Language::ALL
        .map(|one| SelectOption::new(one.tag(), one.name(), one == language))
        .to_vec()
}

fn session(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = &language.translations().session;
    let frame = || outside(language);
    let login = LoginPage {
        frame: frame(),
        for_app: None,
        email: String::new(),
        error: None,
        back: String::new(),
    };
    keep(pages, "login", &login);
    let login = LoginPage {
        for_app: Some("Kezia II".into()),
        email: "ada@example.com".into(),
        error: Some(words.wrong.into()),
        back: "/oauth2/v1/authorize?client_id=1&scope=location[orders.write]".into(),
        ..login
    };
    keep(pages, "login_wrong", &login);
    let code = LoginCodePage {
        frame: frame(),
        error: Some(language.translations().second_factor.wrong.into()),
        asks_recovery: true,
        back: "/orders?status=new".into(),
    };
    keep(pages, "login_code", &code);
    let identity = ConfirmIdentityPage {
        frame: frame(),
        action: "/settings/permissions".into(),
        hidden: vec![("email".into(), "bob@example.com".into())],
        has_form: true,
        takes_code: true,
        error: Some(language.translations().profile.wrong_current.into()),
        cancel: "/settings".into(),
    };
    keep(pages, "confirm_identity", &identity);
    let signup = SignUpPage {
        frame: frame(),
        for_app: None,
        name: Field::of("Ada Martin"),
        email: Field::of("ada@").wrong(words.email_invalid),
        password: Field::default().wrong(words.password_short),
        locales: locales(language),
        back: String::new(),
    };
    keep(pages, "signup", &signup);
    let sent = SignUpSentPage {
        frame: frame(),
        email: "ada@example.com".into(),
    };
    keep(pages, "signup_sent", &sent);
    let confirm = ConfirmSignUpPage {
        frame: frame(),
        token: "t0k3n".into(),
        email: "ada@example.com".into(),
        password: Field::default().wrong(words.confirm_wrong),
    };
    keep(pages, "signup_confirm", &confirm);
    keep(
        pages,
        "signup_expired",
        &ExpiredSignUpPage { frame: frame() },
    );
    let invitation = InvitationPage {
        frame: frame(),
        token: "t0k3n".into(),
        by: "Ada Martin".into(),
        entity: "Pizzeria Lumière".into(),
        role: language.translations().settings.technical_partner.into(),
        email: "support@poshelper.fr".into(),
        name: Field::default(),
        password: Field::default(),
    };
    keep(pages, "invitation", &invitation);
    let join = JoinPage {
        frame: frame(),
        action: "/invitations/t0k3n".into(),
        by: "Ada Martin".into(),
        entity: "Pizzeria Lumière".into(),
        role: language.translations().settings.technical_partner.into(),
    };
    keep(pages, "join", &join);
    keep(
        pages,
        "reset",
        &AskResetPage {
            frame: frame(),
            email: Field::default(),
        },
    );
    keep(
        pages,
        "reset_sent",
        &ResetSentPage {
            frame: frame(),
            email: "ada@example.com".into(),
        },
    );
    let new_password = NewPasswordPage {
        frame: frame(),
        token: "t0k3n".into(),
        password: Field::default(),
        again: Field::default().wrong(words.new_differs),
    };
    keep(pages, "new_password", &new_password);
    keep(
        pages,
        "reset_expired",
        &ExpiredLinkPage::of_a_password(frame()),
    );
    keep(
        pages,
        "address_expired",
        &ExpiredLinkPage::of_an_address(frame()),
    );
    keep(
        pages,
        "invitation_expired",
        &ExpiredLinkPage::of_an_invitation(frame()),
    );
}

fn accounts(language: Language, pages: &mut Vec<RenderedPage>) {
    let countries = vec![
        SelectOption::new("FR", "France", true),
        SelectOption::new("GB", "United Kingdom", false),
    ];
    let timezones = vec![SelectOption::new("Europe/Paris", "Europe/Paris", true)];
    let mut frame = outside(language);
    frame.user = Some("Ada Martin".into());
    let first = FirstAccountPage {
        frame,
        account_name: Field::of("Pizzeria Lumière"),
        location_name: Field::of("Lyon Bellecour"),
        countries: countries.clone(),
        timezones: timezones.clone(),
        address: Field::default(),
        postal_code: Field::default(),
        city: Field::default(),
        currencies: vec![SelectOption::new("EUR", "Euro (EUR)", true)],
        back: String::new(),
        cancel: Some("/profile".into()),
    };
    keep(pages, "first_account", &first);
    let location = NewLocationPage {
        frame: outside(language),
        accounts: vec![SelectOption::new("q7h2d", "Pizzeria Lumière (q7h2d)", true)],
        location_name: Field::default().wrong(language.translations().session.required),
        countries,
        timezones,
        address: Field::default(),
        postal_code: Field::default(),
        city: Field::default(),
        back: String::new(),
        cancel: Some("/".into()),
    };
    keep(pages, "new_location", &location);
}

fn consent(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = language.translations();
    let origin = || Origin {
        maker: Some(("Ada Martin".into(), "ada@example.com".into())),
        host: Some("till.example.net".into()),
    };
    let right = |resource, write| right_in_words(words, resource, write, true).unwrap();
    let target = |id: &str, label: &str, more| Target {
        id: id.into(),
        label: format!("{label} {id}"),
        reason: None,
        chosen: false,
        more,
    };
    let ask = |targets| {
        let mut frame = outside(language);
        frame.user = Some("Ada Martin".into());
        AskPage {
            frame,
            app: AppFace::new("Kezia II", None),
            level: Level::Location,
            targets,
            rights: vec![
                right("orders", true),
                right("customer_list", true),
                right("catalog", true),
                right("inventory", true),
            ],
            device: None,
            origin: origin(),
            open_host: None,
            action: "/oauth2/v1/authorize".into(),
            hidden: vec![("request".into(), "r3qu3st".into())],
            new_location: Some("/locations/new?back=%2F".into()),
        }
    };
    let mut villeurbanne = target("q7h2d-1", "Villeurbanne", true);
    let mut paris = target("zed91-0", "Paris", false);
    paris.reason = Some(words.consent.no_right.into());
    let mut one = ask(vec![target("q7h2d-0", "Lyon Bellecour", false)]);
    one.rights.iter_mut().for_each(|right| right.later = None);
    keep(pages, "ask_one", &one);
    let several = vec![
        target("q7h2d-0", "Lyon Bellecour", false),
        villeurbanne.clone(),
        paris.clone(),
    ];
    let mut page = ask(several);
    page.device = Some("caisse-2".into());
    page.open_host = Some("till.example.net".into());
    keep(pages, "ask_several", &page);
    villeurbanne.reason = Some(words.consent.no_right.into());
    keep(pages, "ask_without_right", &ask(vec![villeurbanne, paris]));
    keep(pages, "ask_nowhere", &ask(Vec::new()));
    let account = AskPage {
        level: Level::Account,
        rights: vec![right("all_catalogs", true), right("orders", false)],
        targets: vec![target("q7h2d", "Pizzeria Lumière", false)],
        new_location: None,
        ..ask(Vec::new())
    };
    keep(pages, "ask_account", &account);
    let profile = AskPage {
        level: Level::Profile,
        rights: vec![right("profile_with_email", false)],
        new_location: None,
        ..ask(Vec::new())
    };
    keep(pages, "ask_profile", &profile);
    let choose = ChoosePage {
        frame: outside(language),
        app: AppFace::new("Kezia II", None),
        origin: Origin {
            maker: None,
            host: None,
        },
        target: "Villeurbanne q7h2d-1".into(),
        account_level: false,
        pickers: vec![
            Picker {
                name: "customer_list_id".into(),
                label: words.consent.customer_list.into(),
                choices: vec![SelectOption::new("t6k1z", "Clients en ligne - t6k1z", true)],
            },
            Picker {
                name: "catalog_id".into(),
                label: words.consent.catalog.into(),
                choices: vec![SelectOption::new("n4w8c", "Carte Lumière - n4w8c", true)],
            },
        ],
        action: "/oauth2/v1/authorize".into(),
        hidden: vec![("target".into(), "q7h2d-1".into())],
        back: "/oauth2/v1/authorize".into(),
    };
    keep(pages, "choose", &choose);
    let code = CodePage {
        frame: outside(language),
        app: AppFace::new("Kezia II", None),
        code: "9f8b1c0d2e3f4a5b6c7d8e9f0a1b2c3d".into(),
    };
    keep(pages, "code", &code);
    let error = ConsentErrorPage {
        frame: outside(language),
        error: ConsentError::Redirect,
        detail: r#"redirect_uri "https://evil.example/cb" is not registered"#.into(),
    };
    keep(pages, "consent_error", &error);
}

fn error_pages(language: Language, pages: &mut Vec<RenderedPage>) {
    let right = say(language, "Gérer l'entité", "Manage Entity");
    for (name, kind) in [
        ("not_found", ErrorPageKind::NotFound),
        ("forbidden", ErrorPageKind::Forbidden(Some(right))),
        ("expired_form", ErrorPageKind::Expired),
        ("no_place", ErrorPageKind::NoPlace),
        ("spent", ErrorPageKind::Spent),
        ("too_long", ErrorPageKind::TooLong(200)),
        ("method", ErrorPageKind::Method),
        ("busy", ErrorPageKind::Busy),
        ("broken", ErrorPageKind::Broken),
    ] {
        let page = ErrorPage {
            frame: outside(language),
            again: matches!(
                kind,
                ErrorPageKind::Expired
                    | ErrorPageKind::NoPlace
                    | ErrorPageKind::Spent
                    | ErrorPageKind::TooLong(_)
            )
            .then(|| "/connections".to_owned()),
            request: (kind == ErrorPageKind::Broken).then(|| "req-4kq9x2".to_owned()),
            kind,
        };
        keep(pages, name, &page);
    }
}
