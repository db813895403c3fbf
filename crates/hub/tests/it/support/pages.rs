//! Somebody who is signed in and reads pages.

#![expect(
    clippy::expect_used,
    reason = "a test ends where the world is not as it must be"
)]

use hub::db;
use hub::office::place::Place;
use hub::secret;
use hub::users::mailbox::VerifiedEmail;
use hub::users::permissions::Role;
use hub::users::store::{self as users, NewUser};
use wire::id::{AccountId, LocationId};

use super::{Answer, Anybody, TestHub};

/// A browser with a session.
pub struct Reader {
    anybody: Anybody,
    cookies: String,
}

impl TestHub {
    /// Somebody with a role in the account, or at one of its locations only, who reads French and
    /// has no location chosen.
    pub fn reader(&self, role: Role, location: Option<&LocationId>) -> Reader {
        self.reader_in(&self.account, role, location)
    }

    /// A reader of the back office in any account.
    pub fn reader_in(
        &self,
        account: &AccountId,
        role: Role,
        location: Option<&LocationId>,
    ) -> Reader {
        let selection = location.map_or(account.as_str(), LocationId::as_str);
        let token = format!("{}{selection}", role.as_str());
        let new = NewUser {
            email: VerifiedEmail::by_operator(&format!("{token}@example.com")),
            name: "Zoé Martin".to_owned(),
            locale: "fr-FR".to_owned(),
            timezone: "Europe/Paris".to_owned(),
            password_hash: None,
        };
        let (account, location) = (account.clone(), location.cloned());
        let hash = secret::hash(&token);
        self.wait(self.hub.write("test.reader", move |tx| {
            let user = users::insert(tx, &new)?.expect("a new user");
            let permissions = role.permissions(location.is_none());
            let now = tx.now();
            users::grant(tx, &account, location.as_ref(), &user, permissions, now)?;
            tx.write(
                "INSERT INTO sessions (hash, user_id, created_at, seen_at) VALUES ($1, $2, $3, $3)",
                hub::args![hash.as_str(), &user, now],
            )
        }))
        .unwrap_or_else(|error: db::Error| panic!("no reader: {error}"));
        Reader {
            anybody: self.anybody(),
            cookies: format!("passeplat_session={token}"),
        }
    }
}

impl Reader {
    /// Chooses a location.
    pub fn at(self, account: &AccountId, location: &LocationId) -> Self {
        Self {
            cookies: format!("{}; passeplat_place={account}/{location}", self.cookies),
            ..self
        }
    }

    /// Opens a page, at its place if the address says none.
    pub fn get(&self, path: &str) -> Answer {
        let open = |path: &str| {
            let cookies = [("Cookie", self.cookies.as_str())];
            self.anybody.send("GET", path, &cookies, "")
        };
        let answer = open(path);
        match answer.header("location") {
            Some(target) if target != path && Place::split(target).1 == path => open(target),
            _ => answer,
        }
    }

    /// The same address where an address without a place leads to.
    fn at_place(&self, path: &str) -> String {
        let cookies = [("Cookie", self.cookies.as_str())];
        let asked = self.anybody.send("GET", "/settings", &cookies, "");
        let place = asked.header("location").and_then(|it| Place::split(it).0);
        place.map_or_else(|| path.to_owned(), |place| place.to(path))
    }

    /// The text of a page that is there.
    #[track_caller]
    pub fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.text
    }

    /// Sends the form of a page.
    #[track_caller]
    pub fn confirm(&self, path: &str) -> Answer {
        let page = self.page(path);
        let carried = |name: &str| {
            let (_, rest) = page
                .split_once(&format!("name=\"{name}\" value=\""))
                .expect("a form with a token");
            rest.split('"').next().unwrap_or_default()
        };
        self.post(path, &format!("csrf={}", carried("csrf")))
    }

    /// Sends any form, where addresses without a place lead to.
    pub fn post(&self, path: &str, form: &str) -> Answer {
        let headers = [
            ("Cookie", self.cookies.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let address = self.at_place(path);
        self.anybody
            .send("POST", &address, &headers, form.to_owned())
    }
}
