//! What holds for every page, and the words that guides send their readers to look for.

use std::collections::BTreeSet;

use hub::contract;
use hub::office::reference::slices;
use hub::office::session::{
    address_requested, already_registered, confirm_address, invitation, password_changed, reset,
    sign_up,
};
use hub::office::translations::Language;
use scraper::{Html, Selector};

use super::sample::{self, RenderedPage};

fn every_page() -> Vec<(Language, RenderedPage)> {
    Language::ALL
        .into_iter()
        .flat_map(|language| {
            sample::all(language)
                .into_iter()
                .map(move |page| (language, page))
        })
        .collect()
}

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

/// The text of a page, with every kind of blank as a plain one.
fn text(html: &str) -> String {
    let words: Vec<String> = Html::parse_document(html)
        .root_element()
        .text()
        .flat_map(str::split_whitespace)
        .map(str::to_owned)
        .collect();
    words.join(" ")
}

/// Writes the pages for looking at them, when `PASSEPLAT_PAGES` names a folder.
#[test]
fn every_page_is_drawn_in_both_languages() {
    let pages = every_page();
    let folder = std::env::var_os("PASSEPLAT_PAGES").map(std::path::PathBuf::from);
    if let Some(folder) = folder {
        std::fs::create_dir_all(&folder).unwrap();
        for asset in &hub::office::assets::ALL {
            std::fs::write(folder.join(asset.name), asset.text).unwrap();
        }
        std::fs::write(folder.join("design.css"), &*hub::office::design::STYLESHEET).unwrap();
        for (language, page) in &pages {
            let html = page.html.replace("\"/assets/", "\"");
            let name = format!("{}.{}.html", page.name, &language.tag()[..2]);
            std::fs::write(folder.join(name), html).unwrap();
        }
    }
    for (language, page) in &pages {
        let lang = format!("<html lang=\"{}\">", language.tag());
        assert!(page.html.contains(&lang), "{}", page.name);
    }
}

#[test]
fn who_has_no_place_to_open_to_an_app_is_not_told_of_a_suspension() {
    for language in Language::ALL {
        let words = &language.translations().consent;
        let drawn = sample::all(language);
        let page = drawn.iter().find(|page| page.name == "ask_nowhere");
        let text = text(&page.unwrap().html);
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&plain(words.no_right_lead)), "{text}");
        assert!(!text.contains(&plain(words.suspended_lead)), "{text}");
    }
}

#[test]
fn every_section_of_the_reference_has_a_name_in_both_languages() {
    for language in Language::ALL {
        for slice in slices(contract::openapi()) {
            let name = language.translations().reference.section(&slice);
            assert_ne!(name, slice);
        }
    }
}

#[test]
fn a_table_of_words_has_no_column_for_their_types() {
    let drawn = sample::all(Language::English);
    let page = drawn.iter().find(|page| page.name == "reference_types");
    let page = Html::parse_document(&page.unwrap().html);
    let heads = |id: &str| {
        let css = format!("#{id} th[scope=col]");
        page.select(&select(&css)).count()
    };
    assert_eq!((heads("OrderStatus"), heads("Account")), (2, 3));
}

#[test]
fn what_the_contract_says_of_itself_is_marked_as_english_on_a_french_page() {
    let drawn = sample::all(Language::French);
    let page = |name: &str| {
        let found = drawn.iter().find(|page| page.name == name);
        Html::parse_document(&found.unwrap().html)
    };
    let english = |html: &Html, css: &str| {
        let (all, marked) = (select(css), format!("{css}[lang=en], {css} > [lang=en]"));
        let marked = select(&marked);
        let count = html.select(&all).count();
        count > 0 && count == html.select(&marked).count()
    };
    let orders = page("reference_orders");
    assert!(english(&orders, "section.card > h2"));
    assert!(english(&orders, "table.list td"));
    assert!(english(&orders, "dl.facts dd"));
    assert!(!english(&orders, "h1") && !english(&orders, "section.card > h3"));
    let types = page("reference_types");
    assert!(english(&types, "section.card > p"));
    assert!(english(&types, "table.list td"));
}

#[test]
fn no_page_needs_an_inline_script_or_style() {
    let forbidden = select("[style], style, script:not([src]), [onclick], [onchange], [onsubmit]");
    for (_, page) in every_page() {
        let html = Html::parse_document(&page.html);
        let found: Vec<String> = html
            .select(&forbidden)
            .map(|element| element.html())
            .collect();
        assert!(found.is_empty(), "{}: {found:?}", page.name);
    }
}

#[test]
fn every_form_that_changes_something_carries_its_token_page_and_number() {
    let mut count = 0;
    for (_, page) in every_page() {
        let html = Html::parse_document(&page.html);
        for form in html.select(&select("form[method=post]")) {
            count += 1;
            let carried = |name: &str| {
                let css = format!("input[type=hidden][name={name}]");
                let css = select(&css);
                let mut found = form.select(&css);
                let value = found.next().and_then(|input| input.attr("value"));
                assert!(found.next().is_none(), "{}: two of {name}", page.name);
                value.unwrap_or_else(|| panic!("{}: no {name}: {}", page.name, form.html()))
            };
            assert_eq!(carried("csrf"), "csrf-token");
            assert_eq!(carried("number"), "a-number");
            assert!(carried("page").starts_with('/'));
        }
    }
    eprintln!("{count} forms on the sample pages");
}

#[test]
fn no_heading_is_skipped() {
    for (_, page) in every_page() {
        let html = Html::parse_document(&page.html);
        let mut above = 0;
        for heading in html.select(&select("h1, h2, h3, h4, h5, h6")) {
            let level: u32 = heading.value().name()[1..].parse().unwrap();
            assert!(level <= above + 1, "{}: {}", page.name, heading.html());
            above = level;
        }
    }
}

#[test]
fn names_keep_their_direction_to_themselves() {
    for language in Language::ALL {
        let words = language.translations();
        let sentence = words.connections.logs_title("מסעדה 7");
        assert!(sentence.contains("\u{2068}מסעדה 7\u{2069}"), "{sentence:?}");
        let sentence = words.connections.logs_title("evil\u{202e}gpj\u{2069}");
        assert!(sentence.contains("\u{2068}evilgpj\u{2069}"), "{sentence:?}");
        let sentence = words
            .connections
            .logs_title("\u{2068}מסעדה\u{2069} (q7h2d)");
        assert!(
            sentence.contains("\u{2068}\u{2068}מסעדה\u{2069} (q7h2d)\u{2069}"),
            "a name beside its id: {sentence:?}"
        );
        let sentence = words.connections.logs_title("Kezia II é");
        assert!(sentence.ends_with("Kezia II é"), "{sentence:?}");
    }
}

#[test]
fn ids_are_unique_and_labels_lead_to_a_field() {
    for (_, page) in every_page() {
        let html = Html::parse_document(&page.html);
        let mut ids = BTreeSet::new();
        for id in html
            .select(&select("[id]"))
            .filter_map(|element| element.attr("id"))
        {
            assert!(
                ids.insert(id.to_owned()),
                "{}: id {id} stands twice",
                page.name
            );
        }
        for target in html
            .select(&select("label[for]"))
            .filter_map(|label| label.attr("for"))
        {
            assert!(ids.contains(target), "{}: no field {target}", page.name);
        }
    }
}

#[test]
fn every_field_button_and_link_has_a_name() {
    for (_, page) in every_page() {
        let html = Html::parse_document(&page.html);
        for element in html.select(&select("button, a[href], summary")) {
            let named = element.text().any(|text| !text.trim().is_empty())
                || element.attr("aria-label").is_some();
            assert!(named, "{}: {}", page.name, element.html());
        }
        for field in html.select(&select("select, textarea, input:not([type=hidden])")) {
            let labelled = field.attr("id").is_some_and(|id| {
                html.select(&select(&format!("label[for={id}]")))
                    .next()
                    .is_some()
            });
            let kind = field.attr("type").unwrap_or_default();
            assert!(
                labelled || kind == "checkbox",
                "{}: {}",
                page.name,
                field.html()
            );
        }
    }
}

#[test]
fn a_page_has_one_title_and_names_the_brand() {
    for (_, page) in every_page() {
        let html = Html::parse_document(&page.html);
        assert_eq!(html.select(&select("h1")).count(), 1, "{}", page.name);
        let title = html
            .select(&select("title"))
            .next()
            .unwrap()
            .text()
            .collect::<String>();
        assert!(
            title.ends_with(" · Ma Marque") && title.len() > 14,
            "{title}"
        );
        assert!(
            !page.html.contains("Passeplat") && !page.html.contains("HubRise"),
            "{}",
            page.name
        );
    }
}

#[test]
fn what_apps_call_themselves_cannot_become_markup() {
    for (_, page) in every_page() {
        assert!(!page.html.contains("Zelty <script>"), "{}", page.name);
    }
}

#[test]
fn the_words_of_the_guides_are_on_screen() {
    let pages = sample::all(Language::French);
    let on = |page: &str, words: &[&str]| {
        let text = text(&pages.iter().find(|drawn| drawn.name == page).unwrap().html);
        for word in words {
            assert!(text.contains(word), "{word} is not on {page}: {text}");
        }
    };
    on(
        "connections",
        &[
            "CONNEXIONS",
            "DONNÉES",
            "COMMANDES",
            "CONFIGURATION",
            "COMPTES",
            "DÉVELOPPEUR",
            "Voir les apps disponibles",
            "Actions",
            "Déconnecter",
            "Bloquer",
            "Débloquer",
            "Reconnecter",
            "Voir les logs",
            "Voir l'activité",
            "Ouvrir",
            "Connectée le 21/01/2026",
            "Compte Pizzeria Lumière - q7h2d",
            "Point de vente Lyon Bellecour - q7h2d-0",
            "Bloquée",
            "Tous les points de vente",
        ],
    );
    on("disconnect", &["Confirmer"]);
    on("app", &["Connecter"]);
    on(
        "ask_several",
        &[
            "Kezia II souhaite accéder à un point de vente :",
            "Choisissez le point de vente",
            "Kezia II pourra :",
            "Voir et modifier les commandes",
            "Refuser",
            "Suivant",
            "Créer un nouveau point de vente",
        ],
    );
    on("ask_one", &["Autoriser"]);
    on("choose", &["Liste de clients", "Catalogue", "Autoriser"]);
    on(
        "logs",
        &[
            "Logs de connexion : Kezia II",
            "Jeton d'accès",
            "afficher",
            "Portée",
            "Filtrer : Aucun filtre",
            "Éditer",
            "HEURE (UTC+01:00)",
            "RÉPONSE",
            "Plus anciens",
        ],
    );
    on(
        "orders",
        &[
            "Du",
            "Au",
            "DATE (UTC+01:00)",
            "POINT DE VENTE",
            "CLIENT",
            "MONTANT",
            "STATUT",
            "ORIGINE",
            "Attente récupération",
        ],
    );
    on(
        "order",
        &[
            "Le logiciel de caisse a rejeté cette commande.",
            "Kezia II n'a pas répondu (délai dépassé).",
            "Reçue par Kezia II en 0,2 s.",
        ],
    );
    on(
        "customers",
        &["CLIENTS", "NOM", "COMMANDES", "DÉPENSE", "DEPUIS"],
    );
    on(
        "catalog",
        &[
            "CATALOGUES",
            "SKUS",
            "PROMOTIONS",
            "REMISES",
            "CATÉGORIE",
            "PRODUIT",
            "PRIX",
            "CODE REF",
        ],
    );
    on("inventory", &["INVENTAIRE", "SKU / OPTION", "REF", "STOCK"]);
    on(
        "settings_account",
        &[
            "Catalogues",
            "Ajouter un catalogue",
            "Listes de clients",
            "Nombre de clients",
            "Ajouter une liste de clients",
            "Permissions",
            "Ajouter l'utilisateur",
            "Manager",
            "Partenaire technique",
            "Points de vente",
            "+",
            "Invitation en attente",
        ],
    );
    on(
        "set_permissions",
        &[
            "Définir les permissions",
            "Une invitation lui sera envoyée.",
        ],
    );
    on(
        "login",
        &["Mot de passe perdu ?", "Ou créez votre compte", "Connexion"],
    );
    on(
        "first_account",
        &["Entrez les informations ci-dessous :", "Créer", "Annuler"],
    );
}

#[test]
fn letters_name_the_brand_and_hold_one_link() {
    for language in Language::ALL {
        let words = language.translations();
        let link = "https://hub.example/reset_password/t0k3n";
        let letters = [
            reset(words, "Ma Marque", link, 2),
            sign_up(words, "Ma Marque", link, 24),
            already_registered(words, "Ma Marque", link),
            confirm_address(words, "Ma Marque", link, 24),
            address_requested(words, "Ma Marque", "ada.m@example.com", link),
            password_changed(words, "Ma Marque", link),
            invitation(
                words,
                "Ma Marque",
                "Ada https://evil.example",
                "http://evil.example/parcel www.evil.example\r\nBcc: x@evil.example",
                link,
                "14/03/2026",
            ),
        ];
        for letter in letters {
            assert!(letter.subject.starts_with("Ma Marque"));
            assert_eq!(letter.text.matches("https://").count(), 1);
            assert!(letter.text.contains(link));
            for word in ["evil.example", "http://", "www.evil", "x@evil", "\nBcc"] {
                assert!(!letter.text.contains(word), "{word} in {}", letter.text);
            }
            assert!(!letter.subject.contains("evil"), "{}", letter.subject);
        }
    }
}
