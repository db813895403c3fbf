//! Changing a location: its name, address and time zone, and how it works. Whoever manages the location or the
//! whole account may.

use wire::id::LocationId;
use wire::location::Location;
use wire::time::zone;

use super::super::editing::{EditForm as _, SaveError};
use super::super::hours_form::HoursForm;
use super::super::location_form::LocationForm;
use crate::db::{self, Tx};
use crate::events::Actor;
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::locations::rules::{self, LocationDetails};
use crate::locations::store::VersionedLocation;
use crate::locations::{changes, store};
use crate::office::form::FormFields;
use crate::office::frame::{Frame, MenuEntry};
use crate::office::page_path::Path;
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::visitor::AccountMember;
use crate::users::permissions::Permissions;

/// A location of the chosen account that the reader manages.
fn manageable(member: &AccountMember, id: &str) -> Result<LocationId, PageError> {
    let mut own = member.at.locations.iter().map(|(own, _)| own);
    let location = own.find(|own| own.as_str() == id).cloned();
    let location = location.ok_or(PageError::NotFound)?;
    member.needs_location_of_object(Some(&location))?;
    member.needs_at(Permissions::ENTITY, Some(&location))?;
    Ok(location)
}

/// A location as it is now.
async fn find(hub: &Hub, member: &AccountMember, id: &LocationId) -> Result<Location, PageError> {
    let (account, id) = (member.at.id.clone(), id.clone());
    hub.read("office.location", move |tx| {
        let found = store::find(tx, &account, &id)?.ok_or(PageError::NotFound)?;
        Ok(rules::as_of(found.location, tx.now()))
    })
    .await
}

/// A location as it is now, kept from others until it is changed.
fn lock(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    id: &LocationId,
) -> db::Result<Option<VersionedLocation>> {
    let stored = store::lock(tx, &member.at.id, id)?;
    stored.map(|it| store::settle_due(tx, it)).transpose()
}

fn frame_of(member: &AccountMember, path: &str) -> Frame {
    let mut frame = member.frame(MenuEntry::Settings);
    path.clone_into(&mut frame.path);
    frame
}

/// `GET /settings/locations/{id}`
pub(crate) async fn location_form(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
) -> PageResult {
    let id = manageable(&member, &id)?;
    let form = LocationForm::of(&find(&hub, &member, &id).await?);
    let frame = member.frame(MenuEntry::Settings);
    let revision = form.values(frame.words).revision();
    let shown = form.page(frame, id.as_str(), revision);
    Ok(page(&member.browser, &shown))
}

/// `POST /settings/locations/{id}`
pub(crate) async fn update_location(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    posted: FormFields,
) -> PageResult {
    let id = manageable(&member, &id)?;
    let form = LocationForm::read(&posted, member.browser.language);
    let revision = posted.get("revision").to_owned();
    let (who, at, typed, from) = (member.clone(), id.clone(), form.clone(), revision.clone());
    let saved = call
        .write("office.update_location", move |tx| {
            save_details(tx, (&who, &at), &typed, &from)
        })
        .await;
    let mut frame = frame_of(&member, &format!("/settings/locations/{id}"));
    let Err(refused) = saved else {
        return Ok(to("/settings?done=location"));
    };
    let (status, form, revision) = refused.shown_again(form, revision, &mut frame)?;
    let shown = form.page(frame, id.as_str(), revision);
    Ok(page_with(status, &member.browser, &shown))
}

fn save_details(
    tx: &mut Tx<'_>,
    (member, id): (&AccountMember, &LocationId),
    form: &LocationForm,
    revision: &str,
) -> Result<(), SaveError<LocationForm>> {
    let stored = lock(tx, member, id)?.ok_or(SaveError::NotFound)?;
    let location = &stored.location;
    let Some(details) = form.check(&LocationDetails::of(location)) else {
        return Err(SaveError::Invalid(Box::new(form.clone())));
    };
    let words = member.browser.language.translations();
    let before = LocationForm::of(location);
    before.check_revision(form, revision, words)?;
    let after = details.apply_to(location, tx.now());
    changes::replace(tx, &stored, &after, &Actor::system(), &member.audit_actor())?;
    Ok(())
}

/// `GET /settings/locations/{id}/hours`
pub(crate) async fn hours_form(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
) -> PageResult {
    let id = manageable(&member, &id)?;
    let location = find(&hub, &member, &id).await?;
    let form = HoursForm::of(&location, &zone(&location.timezone.name));
    let frame = member.frame(MenuEntry::Settings);
    let revision = form.values(frame.words).revision();
    let shown = form.page(frame, &location, revision);
    Ok(page(&member.browser, &shown))
}

/// `POST /settings/locations/{id}/hours`
pub(crate) async fn update_hours(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    posted: FormFields,
) -> PageResult {
    let id = manageable(&member, &id)?;
    let form = HoursForm::read(&posted);
    let revision = posted.get("revision").to_owned();
    let (who, at, typed, from) = (member.clone(), id.clone(), form.clone(), revision.clone());
    let saved = call
        .write("office.update_hours", move |tx| {
            save_hours(tx, (&who, &at), &typed, &from)
        })
        .await;
    let mut frame = frame_of(&member, &format!("/settings/locations/{id}/hours"));
    let Err(refused) = saved else {
        return Ok(to("/settings?done=hours"));
    };
    let (status, form, revision) = refused.shown_again(form, revision, &mut frame)?;
    let location = find(call.hub(), &member, &id).await?;
    let shown = form.page(frame, &location, revision);
    Ok(page_with(status, &member.browser, &shown))
}

fn save_hours(
    tx: &mut Tx<'_>,
    (member, id): (&AccountMember, &LocationId),
    form: &HoursForm,
    revision: &str,
) -> Result<(), SaveError<HoursForm>> {
    let stored = lock(tx, member, id)?.ok_or(SaveError::NotFound)?;
    let (location, now) = (&stored.location, tx.now());
    let zone = zone(&location.timezone.name);
    let words = member.browser.language.translations();
    let checked = form.clone().check(words, location, &zone, now);
    let checked = checked.map_err(SaveError::Invalid)?;
    let before = HoursForm::of(location, &zone);
    before.check_revision(form, revision, words)?;
    let after = checked.apply_to(location, &zone, now);
    changes::replace(tx, &stored, &after, &Actor::system(), &member.audit_actor())?;
    Ok(())
}
