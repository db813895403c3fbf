//! Settings: what each may be, what depends on what, and what is said of those that are wrong.

mod table;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use hub::config::{Config, DEFAULTS, NOT_SETTINGS, Rule, Sources, holds_secrets, rules};
use toml::{Table, Value};

use table::{NOT_TOGETHER, RIGHT, WRONG};

/// What is said of settings that are wrong.
fn error_text(settings: &[(&str, &str)]) -> String {
    let flags: Vec<_> = settings
        .iter()
        .map(|(key, value)| (*key, (*value).to_owned()))
        .collect();
    match Config::read(None, [], &flags) {
        Ok(_) => "nothing".to_owned(),
        Err(bad) => bad.to_string(),
    }
}

/// What is wrong with a setting that is given this, without the value and the example.
fn sentence(settings: &[(&str, &str)]) -> String {
    let text = error_text(settings);
    let faults: Vec<&str> = text.lines().skip(1).collect();
    let [fault] = faults[..] else {
        return text;
    };
    let (_, sentence) = fault.split_once("): ").expect("an origin");
    let end = sentence.find(", not ").or_else(|| sentence.find("; "));
    sentence[..end.unwrap_or(sentence.len())].to_owned()
}

#[test]
fn each_setting_is_held_to_its_rule() {
    for (key, value, expected) in WRONG {
        assert_eq!(sentence(&[(key, value)]), *expected, "{key} = {value:?}");
    }
}

#[test]
fn values_at_the_edge_are_allowed() {
    for (key, value) in RIGHT {
        assert_eq!(error_text(&[(key, value)]), "nothing", "{key} = {value:?}");
    }
}

#[test]
fn settings_that_depend_on_each_other_are_looked_at_together() {
    for (settings, expected) in NOT_TOGETHER {
        let text = error_text(settings);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

/// The dotted names of all settings.
fn leaves(table: &Table, path: &str) -> BTreeSet<String> {
    let of = |(key, value): (&String, &Value)| match value {
        Value::Table(inner) => leaves(inner, &format!("{path}{key}.")),
        _ => BTreeSet::from([format!("{path}{key}")]),
    };
    table.iter().flat_map(of).collect()
}

#[test]
fn every_setting_has_a_rule_and_a_bad_value_in_this_file() {
    let defaults: Table = DEFAULTS.parse().expect("the defaults");
    let all = leaves(&defaults, "");
    let ruled: BTreeSet<String> = rules().iter().map(|it| it.key.to_owned()).collect();
    assert_eq!(all, ruled);
    let tested: BTreeSet<String> = WRONG.iter().map(|it| it.0.to_owned()).collect();
    assert_eq!(all, tested);
}

#[test]
fn the_examples_are_good_values() {
    let mut file = String::from("keys.value = \"\"\nimages.s3_secret_key = \"s3cret\"\n");
    for setting in rules() {
        if !matches!(setting.rule, Rule::Secret(_)) {
            file.push_str(&format!("{} = {}\n", setting.key, setting.example));
        }
    }
    if let Err(bad) = Config::read(Some(&file), [], &[]) {
        panic!("{bad}");
    }
}

#[test]
fn a_fault_names_the_setting_its_source_the_value_and_a_good_one() {
    let mut sources = Sources::default();
    sources.file("/etc/hub.toml", "[events]\nmax_in_flight = 0\n");
    sources.environment([("PASSEPLAT_LOG_LEVEL".into(), "warning".into())]);
    sources.flag("--listen", "server.listen", "8080");
    let bad = sources.read().unwrap_err().to_string();
    let expected = r#"these settings cannot be used:
  events.max_in_flight (/etc/hub.toml): must be a whole number of callbacks from 1 to 512, not 0; for example 16
  log.level (PASSEPLAT_LOG_LEVEL): must be one level for everything (error, warn, info, debug, trace, off), and may name others for modules, not "warning"; for example "info,hub::dispatch=debug"
  server.listen (--listen): must be an IP address and a port; an IPv6 address stands in brackets, not "8080"; for example "127.0.0.1:8080""#;
    assert_eq!(bad, expected);
}

#[test]
fn addresses_that_listen_twice_may_take_free_ports() {
    let any = "127.0.0.1:0";
    let free = [("server.listen", any), ("server.metrics_listen", any)];
    assert_eq!(error_text(&free), "nothing");
}

#[test]
fn a_wrong_address_of_postgresql_is_told_with_a_good_one_of_postgresql() {
    for (url, scheme) in [
        ("postgres://db/hub?sslmode=allow", "postgres"),
        ("postgres://db/hub?colour=red", "postgres"),
        ("postgresql://db:port/hub", "postgres"),
        ("sqlite::memory:", "sqlite"),
        ("mysql://db/hub", "sqlite"),
    ] {
        let text = error_text(&[("database.url", url)]);
        let (_, example) = text.rsplit_once("; for example ").expect("an example");
        assert!(example.starts_with(&format!("\"{scheme}:")), "{text}");
        let good = example.trim_matches('"').to_owned();
        assert!(Config::read(None, [], &[("database.url", good)]).is_ok());
    }
}

#[test]
fn a_name_in_a_section_that_was_renamed_is_told_with_the_new_section() {
    let hint = "there is no such setting; its section is called egress now: ";
    for name in ["guard", "guard.colour", "outbound.colour"] {
        let text = error_text(&[(name, "red")]);
        assert!(text.contains(hint), "{text}");
    }
    let given = [("PASSEPLAT_GUARD_COLOUR".to_owned(), "red".to_owned())];
    let text = Config::read(None, given, &[]).unwrap_err().to_string();
    assert!(text.contains(hint), "{text}");
}

#[test]
fn later_sources_win_over_earlier_ones() {
    let file = "brand = \"File\"\nsupport = \"file@example.com\"\n[log]\nlevel = \"warn\"\n";
    let variables = [
        (
            "PASSEPLAT_SUPPORT".to_owned(),
            "variable@example.com".to_owned(),
        ),
        ("PASSEPLAT_LOG_LEVEL".to_owned(), "debug".to_owned()),
    ];
    let flags = [("log.level", "error".to_owned())];
    let config = Config::read(Some(file), variables, &flags).unwrap();
    let text = [config.brand, config.support, config.log.level];
    assert_eq!(text, ["File", "variable@example.com", "error"]);
}

#[test]
fn a_name_that_is_mistyped_is_told_with_the_one_that_was_meant() {
    let file = |text: &str| Config::read(Some(text), [], &[]).unwrap_err().to_string();
    let variable = |name: &str| {
        let given = [(name.to_owned(), "1".to_owned())];
        Config::read(None, given, &[]).unwrap_err().to_string()
    };
    for (text, meant) in [
        (file("databse = 1"), "database"),
        (file("listen = 1"), "server.listen"),
        (file("[server]\nlistn = 1"), "server.listen"),
        (
            file("[events]\nretry-seconds = [1]"),
            "events.retry_seconds",
        ),
        (error_text(&[("log.lvel", "info")]), "log.level"),
        // A section is no setting: one that is in it is named.
        (error_text(&[("server", "1")]), "server.listen"),
        (error_text(&[("log", "debug")]), "log.format"),
        (
            error_text(&[("guard.allow_privat", "1")]),
            "egress.allow_private",
        ),
        (variable("PASSEPLAT_DATABASE"), "PASSEPLAT_DATABASE_URL"),
        (variable("PASSEPLAT_LISTEN"), "PASSEPLAT_SERVER_LISTEN"),
        (
            variable("PASSEPLAT_PUBLIC_URL"),
            "PASSEPLAT_SERVER_PUBLIC_URL",
        ),
        (variable("PASSEPLAT_KEY_FILE"), "PASSEPLAT_KEYS_FILE"),
        (
            variable("PASSEPLAT_PORT"),
            "`passeplat config` prints all there are",
        ),
        (
            variable("PASSEPLAT_API_PUBLIC_URL"),
            "PASSEPLAT_SERVER_API_PUBLIC_URL",
        ),
    ] {
        assert!(text.contains("there is no such setting; "), "{text}");
        let end = text.rsplit("; ").next().unwrap();
        let end = end
            .trim_start_matches("did you mean ")
            .trim_end_matches('?');
        assert_eq!(end, meant, "{text}");
    }
}

#[test]
fn a_setting_that_was_renamed_is_told_with_its_new_name() {
    let renamed = [
        ("guard.allow_loopback", "egress.allow_loopback"),
        ("guard.allow_private", "egress.allow_private"),
        ("guard.allow_nets", "egress.allow_nets"),
        ("outbound.extra_ca", "egress.extra_ca_file"),
        ("events.window", "events.max_in_flight"),
        ("developer.may_list", "developers.may_publish"),
    ];
    let variable = |key: &str| format!("PASSEPLAT_{}", key.replace('.', "_").to_uppercase());
    for (former, now) in renamed {
        let of = |name: &str, origin: &str, now: &str| {
            format!(
                "these settings cannot be used:\n  {name} ({origin}): this setting has been renamed: \
                 write {now}"
            )
        };
        let expected = of(former, &format!("--set {former}"), now);
        assert_eq!(error_text(&[(former, "1")]), expected);
        let (section, name) = former.split_once('.').expect("a section");
        let file = format!("[{section}]\n{name} = 1\n");
        let bad = Config::read(Some(&file), [], &[]).unwrap_err().to_string();
        assert_eq!(bad, of(former, "the configuration file", now));
        let given = [(variable(former), "1".to_owned())];
        let bad = Config::read(None, given, &[]).unwrap_err().to_string();
        let origin = "a variable of the environment";
        assert_eq!(bad, of(&variable(former), origin, &variable(now)));
    }
}

#[test]
fn a_former_section_without_settings_or_with_others_is_no_section() {
    for (file, name) in [("[guard]\n", "guard"), ("[guard]\nx = 1\n", "guard.x")] {
        let bad = Config::read(Some(file), [], &[]).unwrap_err().to_string();
        let expected = format!("{name} (the configuration file): there is no such setting; ");
        assert!(bad.contains(&expected), "{bad}");
    }
}

#[test]
fn a_section_that_is_no_section_is_told() {
    let text = Config::read(Some("server = \"127.0.0.1:80\""), [], &[]).unwrap_err();
    let text = text.to_string();
    assert!(
        text.contains("server (the configuration file): is a section: write [server]"),
        "{text}"
    );
    let text = Config::read(Some("[brand]\nname = \"P\""), [], &[]).unwrap_err();
    assert!(
        text.to_string()
            .contains("brand (the configuration file): must be a text"),
        "{text}"
    );
}

#[test]
fn variables_of_tests_and_of_kubernetes_do_not_stop_a_hub() {
    let mut variables = vec![
        ("PASSEPLAT_SERVICE_HOST", "10.0.0.7"),
        ("PASSEPLAT_SERVICE_PORT_HTTP", "80"),
        ("PASSEPLAT_PORT", "tcp://10.0.0.7:80"),
        ("PASSEPLAT_PORT_80_TCP_ADDR", "10.0.0.7"),
        ("PASSEPLAT_HUB_PORT", "tcp://10.0.0.7:80"),
        ("PASSEPLATE", "of somebody else"),
    ];
    let ours: Vec<String> = NOT_SETTINGS
        .iter()
        .map(|it| format!("PASSEPLAT_{it}"))
        .collect();
    variables.extend(ours.iter().map(|name| (name.as_str(), "x")));
    let variables = variables
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert!(Config::read(None, variables, &[]).is_ok());
}

#[test]
fn the_manual_names_the_variables_that_are_left_to_others() {
    for name in NOT_SETTINGS {
        assert!(DEFAULTS.contains(&format!("PASSEPLAT_{name}")), "{name}");
    }
}

#[test]
fn every_variable_that_the_project_names_is_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = [
        ".ci",
        "crates",
        "docs",
        "scripts",
        "test",
        "run",
        "fuzz/src",
        "README.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
    ];
    let defaults: Table = DEFAULTS.parse().expect("the defaults");
    let known: Vec<String> = leaves(&defaults, "")
        .into_iter()
        .map(|key| key.replace('.', "_").to_uppercase())
        .collect();
    let is_known = |name: &str| {
        let reserved = |it: &str| name == it || it.ends_with('_') && name.starts_with(it);
        let is_of_kubernetes = name.starts_with("SERVICE_") || name.starts_with("PORT");
        let is_left_to_others = NOT_SETTINGS.into_iter().any(reserved) || is_of_kubernetes;
        is_left_to_others || known.iter().any(|it| it == name)
    };
    let mut count = 0;
    for path in folders.iter().flat_map(|folder| files(&root.join(folder))) {
        // This file names some that are wrong.
        if path.ends_with("it/settings/mod.rs") || path.ends_with("system/cli/settings.rs") {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        for rest in text.split("PASSEPLAT_").skip(1) {
            let end =
                rest.find(|it: char| it != '_' && !it.is_ascii_uppercase() && !it.is_ascii_digit());
            let name = &rest[..end.unwrap_or(rest.len())];
            if !name.is_empty() {
                count += 1;
                assert!(is_known(name), "PASSEPLAT_{name} in {}", path.display());
            }
        }
    }
    assert!(count > 50, "{count}");
}

/// All files at a path and below.
fn files(path: &Path) -> Vec<PathBuf> {
    match std::fs::read_dir(path) {
        Ok(entries) => entries
            .flat_map(|entry| files(&entry.expect("an entry").path()))
            .collect(),
        Err(_) => vec![path.to_owned()],
    }
}

#[test]
fn a_value_that_is_no_text_does_not_panic() {
    use std::os::unix::ffi::OsStringExt as _;
    let mut sources = Sources::default();
    let broken = OsString::from_vec(vec![0xff]);
    sources.environment([
        ("PASSEPLAT_BRAND".into(), broken.clone()),
        (broken.clone(), "x".into()),
        ("OF_OTHERS".into(), broken),
    ]);
    let bad = sources.read().unwrap_err().to_string();
    let expected = "these settings cannot be used:\n  PASSEPLAT_BRAND: is not UTF-8, so that it cannot be read";
    assert_eq!(bad, expected);
}

#[test]
fn where_a_file_cannot_be_read_is_told_without_what_stands_there() {
    for broken in [
        "smtp_url = smtps://hub:geheim@mail",
        "smtp_url = \"smtps://hub:geheim@mail",
        "smtp_url = 'smtps://hub:geheim@mail\"",
        "smtp_url \"smtps://hub:geheim@mail\"",
        "smtp_url = \"geheim\" \"geheim\"",
        "smtp_url = \"geheim\"\nsmtp_url = \"geheim\"",
        "smtp_url = geheim",
        "smtp_url = 1geheim",
        "smtp_url = \"\\geheim\"",
        "geheim",
        "[geheim",
        "smtp_url = {geheim = }",
    ] {
        let text = format!("# settings\n[mail]\n{broken}\n");
        let mut sources = Sources::default();
        sources.file("hub.toml", &text);
        let bad = sources.read().unwrap_err().to_string();
        let text = bad.lines().nth(1).unwrap_or_default();
        assert!(
            text.starts_with("  hub.toml, line 3, column ")
                || text.starts_with("  hub.toml, line 4, column "),
            "{bad}"
        );
        assert!(!bad.contains("geheim"), "{broken}: {bad}");
    }
}

#[test]
fn no_secret_is_in_what_is_said_of_it() {
    for (key, value) in [
        ("keys.value", "geheim"),
        ("database.url", "mysql://hub:geheim@db/hub"),
        ("database.url", "postgres://hub:ge@heim/geheim@db:x/hub"),
        ("database.url", "postgres:/hub:geheim@db/hub"),
        ("database.url", "hub:geheim@db/hub"),
        ("database.url", "mysql://db/hub?password=geheim"),
        ("database.url", "postgres://db/hub?sslpassword=geheim"),
        (
            "database.url",
            "postgres://db/hub?api_key=geheim&X-Token=geheim",
        ),
        ("database.url", "postgres://hub:12?geheim=1@db/hub"),
        ("database.url", "postgres://hub:geheim@db/hub?sslmode=allow"),
        ("mail.smtp_url", "https://hub:geheim@mail"),
        ("mail.smtp_url", "hub:geheim@mail"),
        ("images.s3_secret_key", "geheim\n"),
        ("images.s3_endpoint", "http://hub:geheim@127.0.0.1"),
        ("server.public_url", "https://hub:geheim@hub.example.com"),
    ] {
        let text = error_text(&[(key, value)]);
        assert!(text.contains(key) && !text.contains("geheim"), "{text}");
    }
    let text = Config::read(Some("[mail]\nsmtp_url = [\"geheim\"]"), [], &[]).unwrap_err();
    assert!(!text.to_string().contains("geheim"), "{text}");
}

#[test]
fn a_long_value_is_cut_and_stays_on_its_line() {
    let text = error_text(&[("mail.from", &"a\n".repeat(1_000))]);
    assert_eq!(text.lines().count(), 2);
    assert!(text.len() < 400, "{text}");
}

#[test]
fn nothing_that_holds_settings_prints_a_secret() {
    let secrets = [
        ("keys.value", "42".repeat(32)),
        ("database.url", "postgres://hub:geheim@db/hub".to_owned()),
        ("mail.transport", "smtp".to_owned()),
        (
            "mail.smtp_url",
            "smtps://hub:geheim@mail.example.com".to_owned(),
        ),
        ("images.store", "s3://bucket".to_owned()),
        ("images.s3_access_key", "AKIAIOSFODNN7EXAMPLE".to_owned()),
        ("images.s3_secret_key", "geheim".to_owned()),
    ];
    // Whatever may hold a secret is in that list.
    for setting in rules() {
        let may = matches!(setting.rule, Rule::Secret(_)) || setting.example.contains("password");
        let is_given = secrets.iter().any(|(key, _)| *key == setting.key);
        assert!(!may || is_given, "{}", setting.key);
    }
    let config = Config::read(None, [], &secrets).unwrap();
    let Config {
        server,
        database,
        keys,
        mail,
        images,
        ..
    } = &config;
    let address = hub::db::Address::parse(&config.database.url).unwrap();
    let mailer = hub::mail::Mailer::new(&config.mail);
    let printed = format!(
        "{config:?} {server:?} {database:?} {keys:?} {mail:?} {images:?} {address:?} {mailer:?}"
    );
    assert!(printed.contains("AKIAIOSFODNN7EXAMPLE"), "{printed}");
    for secret in ["geheim", "4242"] {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let local = [
        ("database.url", format!("sqlite:{}", file("hub.db"))),
        ("images.store", file("images")),
    ];
    let others = secrets
        .iter()
        .filter(|(key, _)| ["keys.value", "mail.transport", "mail.smtp_url"].contains(key));
    let flags: Vec<_> = others.cloned().chain(local).collect();
    let config = Config::read(None, [], &flags).unwrap();
    let opened = hub::Hub::open(
        config,
        hub::clock::Clock::real(),
        hub::entropy::Entropy::seeded(7),
    );
    let printed = format!("{:?}", opened.expect("a hub"));
    for secret in ["geheim", "4242", "66, 66"] {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
}

#[test]
fn what_is_no_name_of_a_setting_is_not_shown() {
    let text = error_text(&[("postgres://hub:geheim@db/hub?sslmode", "require")]);
    assert!(text.contains("a name that is none"), "{text}");
    assert!(!text.contains("geheim"), "{text}");
}

#[test]
fn settings_that_are_shown_show_no_secret() {
    let mut sources = Sources::default();
    for (key, value) in [
        ("keys.value", "42".repeat(32).as_str()),
        (
            "database.url",
            "postgres://hub:geheim@db/hub?sslmode=require",
        ),
        ("mail.transport", "smtp"),
        ("mail.smtp_url", "smtps://hub:geheim@mail.example.com"),
        ("images.store", "s3://bucket"),
        ("images.s3_access_key", "AKIAIOSFODNN7EXAMPLE"),
        ("images.s3_secret_key", "geheim"),
    ] {
        sources.flag("--set", key, value);
    }
    let shown = sources.to_toml().unwrap();
    assert!(
        shown.contains("postgres://****@db/hub?sslmode=require"),
        "{shown}"
    );
    assert!(
        !shown.contains("geheim") && !shown.contains("4242"),
        "{shown}"
    );
}

#[test]
fn settings_do_not_print_their_secrets() {
    let flags = [
        ("keys.value", "42".repeat(32)),
        ("database.url", "postgres://hub:geheim@db/hub".to_owned()),
    ];
    let config = Config::read(None, [], &flags).unwrap();
    let printed = format!("{config:?} {:?} {:?}", config.keys, config.database);
    assert!(
        !printed.contains("4242") && !printed.contains("geheim"),
        "{printed}"
    );
    assert_eq!(
        config.database.url.without_secrets(),
        "postgres://****@db/hub"
    );
}

#[test]
fn a_file_holds_secrets_when_one_of_its_settings_is_one() {
    for (text, expected) in [
        ("[keys]\nvalue = \"42\"", true),
        ("[database]\nurl = \"postgres://hub:geheim@db/hub\"", true),
        ("[mail]\nsmtp_url = \"smtp://relay:25\"", false),
        ("[database]\nurl = \"sqlite:hub.db\"", false),
        ("brand = \"Hub\"", false),
    ] {
        assert_eq!(holds_secrets(text), expected, "{text}");
    }
}
