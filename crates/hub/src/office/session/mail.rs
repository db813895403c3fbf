//! The letters that the back office sends. Plain text: nothing to load, nothing to hide behind. Subjects
//! and links are ours; a name that somebody chose is [`harmless_name`].

use crate::mail::Email;
use crate::office::translations::Translations;

/// The link to choose a new password. `hours` is how long it works.
#[must_use]
pub fn reset(words: &Translations, brand: &str, link: &str, hours: u64) -> Email {
    let mail = &words.mail;
    Email {
        subject: mail.reset_subject(brand),
        text: with_signature(
            words,
            brand,
            &mail.reset_body(brand, link, &mail.hours(hours)),
        ),
    }
}

/// The link that finishes signing up. `hours` is how long it works.
#[must_use]
pub fn sign_up(words: &Translations, brand: &str, link: &str, hours: u64) -> Email {
    let mail = &words.mail;
    let body = mail.sign_up_body(brand, link, &mail.hours(hours));
    Email {
        subject: mail.sign_up_subject(brand),
        text: with_signature(words, brand, &body),
    }
}

/// For the owner of an address with which somebody has tried to sign up again: where to log in.
#[must_use]
pub fn already_registered(words: &Translations, brand: &str, link: &str) -> Email {
    let mail = &words.mail;
    Email {
        subject: mail.known_subject(brand),
        text: with_signature(words, brand, &mail.known_body(brand, link)),
    }
}

/// The link that makes an address a user's own. `hours` is how long it works.
#[must_use]
pub fn confirm_address(words: &Translations, brand: &str, link: &str, hours: u64) -> Email {
    let mail = &words.mail;
    Email {
        subject: mail.wished_subject(brand),
        text: with_signature(
            words,
            brand,
            &mail.wished_body(brand, link, &mail.hours(hours)),
        ),
    }
}

/// For the owner of an address that another user would like to have.
#[must_use]
pub fn address_taken(words: &Translations, brand: &str) -> Email {
    let mail = &words.mail;
    Email {
        subject: mail.known_subject(brand),
        text: with_signature(words, brand, &mail.wished_in_vain_body(brand)),
    }
}

/// For the address that a user would like to give up. `reset` is where to choose a new password.
#[must_use]
pub fn address_requested(words: &Translations, brand: &str, address: &str, reset: &str) -> Email {
    let mail = &words.mail;
    Email {
        subject: mail.wish_told_subject(brand),
        text: with_signature(words, brand, &mail.wish_told_body(brand, address, reset)),
    }
}

/// For the address that a user had before. `support` is whom to turn to, or empty.
#[must_use]
pub fn address_changed(words: &Translations, brand: &str, address: &str, support: &str) -> Email {
    let mail = &words.mail;
    let mut body = mail.address_changed_body(brand, address);
    if !support.is_empty() {
        body = format!("{body}\n{support}");
    }
    Email {
        subject: mail.address_changed_subject(brand),
        text: with_signature(words, brand, &body),
    }
}

/// For a user whose password is another one now. `reset` is where to choose a new one.
#[must_use]
pub fn password_changed(words: &Translations, brand: &str, reset: &str) -> Email {
    let mail = &words.mail;
    Email {
        subject: mail.password_changed_subject(brand),
        text: with_signature(words, brand, &mail.password_changed_body(brand, reset)),
    }
}

/// For a user who has a second factor now. `reset` is where to choose a new password.
#[must_use]
pub fn second_factor_enabled(words: &Translations, brand: &str, reset: &str) -> Email {
    let mail = &words.mail;
    let body = mail.second_factor_enabled_body(brand, reset);
    Email {
        subject: mail.second_factor_enabled_subject(brand),
        text: with_signature(words, brand, &body),
    }
}

/// For a user who has no second factor any more. `reset` is where to choose a new password.
#[must_use]
pub fn second_factor_disabled(words: &Translations, brand: &str, reset: &str) -> Email {
    let mail = &words.mail;
    let body = mail.second_factor_disabled_body(brand, reset);
    Email {
        subject: mail.second_factor_disabled_subject(brand),
        text: with_signature(words, brand, &body),
    }
}

/// For a user one of whose recovery codes was used. `link` is where to make new ones.
#[must_use]
pub fn second_factor_recovered(words: &Translations, brand: &str, left: u64, link: &str) -> Email {
    let mail = &words.mail;
    let body = mail.second_factor_recovered_body(brand, left, link);
    Email {
        subject: mail.second_factor_recovered_subject(brand),
        text: with_signature(words, brand, &body),
    }
}

/// A change of permissions, in words.
#[derive(Clone, Copy, Debug)]
pub struct PermissionMail<'a> {
    /// Whose, by name.
    pub who: &'a str,
    /// Their address.
    pub email: &'a str,
    /// The account's or location's name.
    pub entity: &'a str,
    /// The role that was.
    pub before: &'a str,
    /// The role that is.
    pub now: &'a str,
    /// Who changed it.
    pub by: &'a str,
    /// Where the permissions are seen.
    pub link: &'a str,
}

/// For those who manage a place: somebody's permissions there have changed.
#[must_use]
pub fn permissions_changed(
    words: &Translations,
    brand: &str,
    change: &PermissionMail<'_>,
) -> Email {
    let mail = &words.mail;
    let who = mail.permissions_whose(
        &harmless_name(change.who),
        change.email,
        &harmless_name(change.entity),
    );
    let what = mail.permissions_what(change.before, change.now, &harmless_name(change.by));
    let body = format!(
        "{who}\n\n{what}\n\n{}\n{}",
        mail.permissions_see, change.link
    );
    Email {
        subject: mail.permissions_subject(brand),
        text: with_signature(words, brand, &body),
    }
}

/// A connection that a user has ended.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionEndMail<'a> {
    /// The app's name.
    pub app: &'a str,
    /// The account's or location's name.
    pub entity: &'a str,
    /// Who has ended it.
    pub by: &'a str,
    /// Where ended connections are seen.
    pub link: &'a str,
}

/// For those who manage a place: an app there was disconnected.
#[must_use]
pub fn connection_ended(words: &Translations, brand: &str, end: &ConnectionEndMail<'_>) -> Email {
    let mail = &words.mail;
    let body = mail.connection_ended_body(
        &harmless_name(end.app),
        &harmless_name(end.entity),
        &harmless_name(end.by),
    );
    let body = format!("{body}\n\n{}\n{}", mail.connection_ended_see, end.link);
    Email {
        subject: mail.connection_ended_subject(brand),
        text: with_signature(words, brand, &body),
    }
}

/// The link that lets an invited person in. `until` is a formatted date.
#[must_use]
pub fn invitation(
    words: &Translations,
    brand: &str,
    by: &str,
    entity: &str,
    link: &str,
    until: &str,
) -> Email {
    let mail = &words.mail;
    Email {
        subject: mail.invitation_subject(brand),
        text: with_signature(
            words,
            brand,
            &mail.invitation_body(
                brand,
                &harmless_name(by),
                &harmless_name(entity),
                link,
                until,
            ),
        ),
    }
}

/// Characters of a name at most.
const MAX_NAME_CHARS: usize = 60;

/// A name that somebody chose, as it may stand in a mail of ours: short, on one line, nothing that
/// cannot be seen, and nothing that a mail program would make a link of. In no subject but
/// those of alarms, whose readers know the names.
pub(crate) fn harmless_name(name: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let words: Vec<&str> = name.split_whitespace().collect();
    let mut plain = String::new();
    for (count, c) in words.join(" ").chars().enumerate() {
        if count == MAX_NAME_CHARS {
            plain.push('…');
            break;
        }
        if is_hidden(c) {
            continue;
        }
        if plain.ends_with(['.', ':', '/', '@', '．', '。', '：', '／', '＠']) && c != ' ' {
            plain.push(' ');
        }
        plain.push(c);
    }
    plain
}

fn with_signature(words: &Translations, brand: &str, body: &str) -> String {
    format!("{}\n\n{body}\n\n-- \n{brand}\n", words.mail.greeting)
}
