//! What a user does with their second factor.

use axum::http::StatusCode;
use axum::response::Response;
use wire::time::zone;

use super::{AppSetUp, QrDrawing, RecoveryCodesPage, SecondFactorPage, SecondFactorStep};
use crate::db;
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::mail::Email;
use crate::office::current_password::check_current_password;
use crate::office::form::FormFields;
use crate::office::format;
use crate::office::profile::http::frame;
use crate::office::response::{PageResult, page, page_with, to};
use crate::office::session::http::send_recovery_mail;
use crate::office::session::store as sessions;
use crate::office::session::{second_factor_disabled, second_factor_enabled};
use crate::office::translations::Translations;
use crate::office::visitor::SignedIn;
use crate::office::widgets::Field;
use crate::users::second_factor::{self, CodeCheck, RecoveryCode, SecondFactorState, TotpSecret};

/// Where all of this is.
const PATH: &str = "/profile/second_factor";

/// Since when a user has a second factor, and how many recovery codes, in words.
pub(crate) fn state_text(signed_in: &SignedIn, state: SecondFactorState) -> String {
    let language = signed_in.browser.language;
    let since = state.enabled_at.to_zoned(zone(&signed_in.user.timezone));
    let left = u64::try_from(state.codes_left).unwrap_or_default();
    let words = &language.translations().second_factor;
    words.state(&format::date(language, &since), left)
}

fn set_up(hub: &Hub, signed_in: &SignedIn, secret: &TotpSecret) -> AppSetUp {
    let address = secret.address(&hub.config().brand, &signed_in.user.email);
    AppSetUp {
        qr_code: QrDrawing::of(&address),
        secret: secret.spaced_text(),
    }
}

/// The page as it is when nothing was typed.
async fn load_page(hub: &Hub, signed_in: &SignedIn) -> db::Result<SecondFactorPage> {
    let (user, key) = (signed_in.user.id.clone(), hub.key().clone());
    let (state, pending) = hub
        .read("office.second_factor", move |tx| {
            let state = second_factor::find_state(tx, &user)?;
            let pending = second_factor::find_pending(tx, &key, &user)?;
            Ok::<_, db::Error>((state, pending))
        })
        .await?;
    let step = match (state, pending) {
        (Some(state), _) => SecondFactorStep::On(state_text(signed_in, state)),
        (None, Some(secret)) => SecondFactorStep::SetUp(set_up(hub, signed_in, &secret)),
        (None, None) => SecondFactorStep::Off,
    };
    Ok(SecondFactorPage {
        frame: frame(signed_in),
        step,
        code: Field::default(),
        current: Field::default(),
        confirm: Field::default(),
    })
}

fn show_again(signed_in: &SignedIn, form: &SecondFactorPage) -> Response {
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &signed_in.browser, form)
}

fn codes_page(signed_in: &SignedIn, codes: &[RecoveryCode]) -> Response {
    let codes = codes.iter().map(RecoveryCode::text).collect();
    let frame = frame(signed_in);
    page(&signed_in.browser, &RecoveryCodesPage { frame, codes })
}

/// Tells the user what has happened to their second factor.
fn send_mail(hub: &Hub, signed_in: &SignedIn, letter: impl Fn(&Translations, &str, &str) -> Email) {
    let words = signed_in.browser.language.translations();
    let reset = format!("{}/reset_password/new", hub.config().office_url());
    let letter = letter(words, &hub.config().brand, &reset);
    hub.mailer()
        .send_later(signed_in.user.email.clone(), letter);
}

/// `GET /profile/second_factor`
pub(crate) async fn show(hub: Hub, signed_in: SignedIn) -> PageResult {
    let form = load_page(&hub, &signed_in).await?;
    Ok(page(&signed_in.browser, &form))
}

/// `POST /profile/second_factor/new`: makes a secret for the app, which counts for nothing yet.
pub(crate) async fn begin(call: FormCall, signed_in: SignedIn, _: FormFields) -> PageResult {
    let (user, key) = (signed_in.user.id.clone(), call.hub().key().clone());
    call.write("office.second_factor.begin", move |tx| {
        second_factor::begin(tx, &key, &user)
    })
    .await?;
    Ok(to(PATH))
}

/// `POST /profile/second_factor`: the code shows that the app knows the secret. It takes the password, so that
/// nobody locks the user out who finds their session open. Every other session ends, since it began without a
/// code.
pub(crate) async fn enable(call: FormCall, signed_in: SignedIn, fields: FormFields) -> PageResult {
    let current = check_current_password(call.hub(), &signed_in, fields.get("current")).await?;
    if current.error.is_some() {
        let mut form = load_page(call.hub(), &signed_in).await?;
        form.current = current;
        return Ok(show_again(&signed_in, &form));
    }
    let (user, key) = (signed_in.user.clone(), call.hub().key().clone());
    let (by, typed) = (signed_in.audit_actor(), fields.get("code").to_owned());
    let token = signed_in.browser.session.clone().unwrap_or_default();
    let codes = call
        .write("office.second_factor.enable", move |tx| {
            let codes = second_factor::enable(tx, &key, &by, &user, &typed)?;
            if codes.is_some() {
                sessions::end_others(tx, &user.id, &token)?;
            }
            Ok::<_, db::Error>(codes)
        })
        .await?;
    match codes {
        Some(codes) => {
            send_mail(call.hub(), &signed_in, second_factor_enabled);
            Ok(codes_page(&signed_in, &codes))
        }
        None => {
            let words = &signed_in.browser.language.translations().second_factor;
            let mut form = load_page(call.hub(), &signed_in).await?;
            if !matches!(form.step, SecondFactorStep::SetUp(_)) {
                return Ok(to(PATH));
            }
            form.code = form.code.wrong(words.wrong_clock);
            Ok(show_again(&signed_in, &form))
        }
    }
}

/// `POST /profile/second_factor/recovery_codes`: makes new codes in the place of those before. It takes the
/// password, since each of them is as good as the app.
pub(crate) async fn renew_recovery_codes(
    call: FormCall,
    signed_in: SignedIn,
    fields: FormFields,
) -> PageResult {
    let confirm = check_current_password(call.hub(), &signed_in, fields.get("confirm")).await?;
    if confirm.error.is_some() {
        let mut form = load_page(call.hub(), &signed_in).await?;
        form.confirm = confirm;
        return Ok(show_again(&signed_in, &form));
    }
    let (user, key) = (signed_in.user.clone(), call.hub().key().clone());
    let by = signed_in.audit_actor();
    let codes = call
        .write("office.second_factor.renew", move |tx| {
            second_factor::renew_recovery_codes(tx, &key, &by, &user)
        })
        .await?;
    Ok(match codes {
        Some(codes) => codes_page(&signed_in, &codes),
        None => to(PATH),
    })
}

/// `POST /profile/second_factor/delete`: takes password and code, so that neither a session that was left open nor
/// a stolen password is enough.
pub(crate) async fn disable(call: FormCall, signed_in: SignedIn, fields: FormFields) -> PageResult {
    let words = signed_in.browser.language.translations();
    let mut form = load_page(call.hub(), &signed_in).await?;
    let hub = call.hub();
    form.current = check_current_password(hub, &signed_in, fields.get("current")).await?;
    if form.current.error.is_some() {
        return Ok(show_again(&signed_in, &form));
    }
    match try_code(&call, &signed_in, fields.get("code")).await? {
        CodeCheck::Right(proven) => {
            send_recovery_mail(hub, &signed_in.user, proven);
            send_mail(hub, &signed_in, second_factor_disabled);
            Ok(to("/profile?done=second_factor"))
        }
        refused => {
            form.code = form.code.wrong(match refused {
                CodeCheck::TooMany => words.second_factor.too_many,
                _ => words.second_factor.wrong,
            });
            Ok(show_again(&signed_in, &form))
        }
    }
}

/// Looks at the code and disables the second factor, in one transaction.
async fn try_code(call: &FormCall, signed_in: &SignedIn, typed: &str) -> db::Result<CodeCheck> {
    let (user, key) = (signed_in.user.clone(), call.hub().key().clone());
    let (by, typed) = (signed_in.audit_actor(), typed.to_owned());
    call.write("office.second_factor.disable", move |tx| {
        let checked = second_factor::check(tx, &key, &by, &user, &typed)?;
        if let CodeCheck::Right(_) = checked {
            second_factor::disable(tx, &by, &user)?;
        }
        Ok(checked)
    })
    .await
}
