//! Changing an account: its name and time zone. Whoever manages the whole account may.

use super::super::account_form::AccountForm;
use super::super::editing::{EditForm as _, SaveError};
use crate::accounts::store::{self as accounts, AccountRow};
use crate::db::Tx;
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::office::form::FormFields;
use crate::office::frame::MenuEntry;
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::visitor::AccountMember;
use crate::users::permissions::Permissions;

/// Where the form is.
const PATH: &str = "/settings/account";

async fn find(hub: &Hub, member: &AccountMember) -> Result<AccountRow, PageError> {
    let id = member.at.id.clone();
    hub.read("office.account", move |tx| {
        accounts::find(tx, &id)?.ok_or(PageError::NotFound)
    })
    .await
}

/// `GET /settings/account`
pub(crate) async fn account_form(hub: Hub, member: AccountMember) -> PageResult {
    member.needs_at(Permissions::ENTITY, None)?;
    let account = find(&hub, &member).await?;
    let form = AccountForm::of(&account);
    let frame = member.frame(MenuEntry::Settings);
    let revision = form.values(frame.words).revision();
    Ok(page(&member.browser, &form.page(frame, &account, revision)))
}

/// `POST /settings/account`
pub(crate) async fn update_account(
    call: FormCall,
    member: AccountMember,
    posted: FormFields,
) -> PageResult {
    member.needs_at(Permissions::ENTITY, None)?;
    let form = AccountForm::read(&posted, member.browser.language);
    let revision = posted.get("revision").to_owned();
    let (who, typed, from) = (member.clone(), form.clone(), revision.clone());
    let saved = call
        .write("office.update_account", move |tx| {
            save(tx, &who, &typed, &from)
        })
        .await;
    let mut frame = member.frame(MenuEntry::Settings);
    PATH.clone_into(&mut frame.path);
    let Err(refused) = saved else {
        return Ok(to("/settings?done=account"));
    };
    let (status, form, revision) = refused.shown_again(form, revision, &mut frame)?;
    let account = find(call.hub(), &member).await?;
    let shown = form.page(frame, &account, revision);
    Ok(page_with(status, &member.browser, &shown))
}

fn save(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    form: &AccountForm,
    revision: &str,
) -> Result<(), SaveError<AccountForm>> {
    if !form.is_right() {
        return Err(SaveError::Invalid(Box::new(form.clone())));
    }
    let id = &member.at.id;
    accounts::lock(tx, id)?;
    let account = accounts::find(tx, id)?.ok_or(SaveError::NotFound)?;
    let (words, stored) = (
        member.browser.language.translations(),
        AccountForm::of(&account),
    );
    stored.check_revision(form, revision, words)?;
    let values = (form.name.value.as_str(), form.timezone.as_str());
    accounts::update(tx, &account, values, &member.audit_actor())?;
    Ok(())
}
