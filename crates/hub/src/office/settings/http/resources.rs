//! Adding, renaming and deleting catalogs and customer lists. Whoever manages connections and resources
//! at the place to which one belongs may do so.

use crate::office::page_path::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use serde_json::json;
use wire::id::{CatalogId, CustomerListId, LocationId};

use super::super::ResourceFormPage;
use super::settings_page;
use crate::accounts::refusals::{DeletionError, NameError};
use crate::audit::{self, AuditAction, AuditChange, AuditFields, AuditPosition, AuditSubject};
use crate::catalogs::{browse as catalogs, owner_changes as catalog_changes};
use crate::customer_lists::{owner_changes as list_changes, store as lists};
use crate::db::{self, Tx};
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::office::confirm::ConfirmPage;
use crate::office::form::FormFields;
use crate::office::frame::{MenuEntry, Notice};
use crate::office::pages::PageRoutes;
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::session::http::required;
use crate::office::translations::Translations;
use crate::office::visitor::AccountMember;
use crate::office::widgets::{Field, Severity};
use crate::privacy::delete_list;
use crate::users::permissions::Permissions;

/// What has a name, and belongs to the account or to a location.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ResourceKind {
    Catalog,
    CustomerList,
}

/// What is done with one.
#[derive(Clone, Copy)]
enum ResourceAction {
    Create,
    Rename,
    Delete,
}

/// A catalog or a customer list of the place that a user looks at.
#[derive(Clone)]
struct Resource {
    kind: ResourceKind,
    id: String,
    name: String,
    location: Option<LocationId>,
}

impl Resource {
    /// Records in the audit log what a user does with it. `name` is what it is called afterwards.
    fn record(
        &self,
        tx: &mut Tx<'_>,
        member: &AccountMember,
        action: ResourceAction,
        name: &str,
    ) -> db::Result<()> {
        use ResourceAction::{Create, Delete, Rename};
        use ResourceKind::{Catalog, CustomerList};
        let fields = match action {
            Rename => AuditFields::between(json!({ "name": self.name }), json!({ "name": name })),
            Create | Delete => AuditFields::default(),
        };
        if matches!(action, Rename) && fields.is_empty() {
            return Ok(());
        }
        let change = AuditChange {
            at: AuditPosition {
                account: Some(&member.at.id),
                location: self.location.as_ref(),
            },
            action: match (self.kind, action) {
                (Catalog, Create) => AuditAction::CatalogCreate,
                (Catalog, Rename) => AuditAction::CatalogRename,
                (Catalog, Delete) => AuditAction::CatalogDelete,
                (CustomerList, Create) => AuditAction::CustomerListCreate,
                (CustomerList, Rename) => AuditAction::CustomerListRename,
                (CustomerList, Delete) => AuditAction::CustomerListDelete,
            },
            subject: AuditSubject { id: &self.id, name },
            fields,
        };
        audit::record(tx, &member.audit_actor(), &change)
    }
}

/// The routes of what the settings do with catalogs and customer lists.
pub(crate) fn routes() -> PageRoutes {
    use ResourceKind::{Catalog, CustomerList};
    PageRoutes::new()
        .placed("/settings/catalogs/new", new_resource(Catalog))
        .placed("/settings/catalogs/{id}", one_resource(Catalog))
        .placed("/settings/catalogs/{id}/delete", deletion(Catalog))
        .placed("/settings/customer_lists/new", new_resource(CustomerList))
        .placed("/settings/customer_lists/{id}", one_resource(CustomerList))
        .placed(
            "/settings/customer_lists/{id}/delete",
            deletion(CustomerList),
        )
}

fn new_resource(kind: ResourceKind) -> MethodRouter<Hub> {
    get(async move |member: AccountMember| new_form(&member, kind)).post(
        async move |call: FormCall, member: AccountMember, fields: FormFields| {
            create(&call, &member, kind, &fields).await
        },
    )
}

fn one_resource(kind: ResourceKind) -> MethodRouter<Hub> {
    get(
        async move |hub: Hub, member: AccountMember, Path(id): Path<String>| {
            rename_form(&hub, &member, kind, &id).await
        },
    )
    .post(
        async move |call: FormCall,
                    member: AccountMember,
                    Path(id): Path<String>,
                    fields: FormFields| {
            rename(&call, &member, kind, &id, &fields).await
        },
    )
}

fn deletion(kind: ResourceKind) -> MethodRouter<Hub> {
    get(
        async move |hub: Hub, member: AccountMember, Path(id): Path<String>| {
            confirm_delete(&hub, &member, kind, &id).await
        },
    )
    .post(
        async move |call: FormCall,
                    member: AccountMember,
                    Path(id): Path<String>,
                    _: FormFields| { delete(&call, &member, kind, &id).await },
    )
}

impl ResourceKind {
    /// The address under which its forms are.
    fn path(self) -> &'static str {
        match self {
            Self::Catalog => "/settings/catalogs",
            Self::CustomerList => "/settings/customer_lists",
        }
    }

    /// Where one is led after something was done.
    fn done(self, what: &str) -> Response {
        let kind = match self {
            Self::Catalog => "catalog",
            Self::CustomerList => "list",
        };
        to(&format!("/settings?done={kind}_{what}"))
    }

    /// The name and the owner of one of them, if it is there.
    fn find(
        self,
        tx: &mut Tx<'_>,
        member: &AccountMember,
        id: &str,
    ) -> Result<(String, Option<LocationId>), PageError> {
        let account = &member.at.id;
        let found = match self {
            Self::Catalog => {
                let id = CatalogId::parse(id).map_err(|_| PageError::NotFound)?;
                catalogs::find(tx, account, &id)?.map(|it| (it.name, it.location))
            }
            Self::CustomerList => {
                let id = CustomerListId::parse(id).map_err(|_| PageError::NotFound)?;
                lists::find(tx, account, &id)?.map(|it| (it.name, it.location))
            }
        };
        found.ok_or(PageError::NotFound)
    }
}

/// What is said when something was done, as addresses name it.
pub(super) fn done_notice(words: &Translations, done: &str) -> Option<&'static str> {
    let words = &words.settings;
    match done {
        "catalog_created" => Some(words.catalog_created),
        "catalog_renamed" => Some(words.catalog_renamed),
        "catalog_deleted" => Some(words.catalog_deleted),
        "list_created" => Some(words.list_created),
        "list_renamed" => Some(words.list_renamed),
        "list_deleted" => Some(words.list_deleted),
        _ => None,
    }
}

/// The name of one that the reader may change.
async fn find_own(
    hub: &Hub,
    member: &AccountMember,
    kind: ResourceKind,
    id: &str,
) -> Result<Resource, PageError> {
    let (who, wanted) = (member.clone(), id.to_owned());
    let (name, location) = hub
        .read("office.resource", move |tx| kind.find(tx, &who, &wanted))
        .await?;
    if !member.may_view_what_belongs_to(location.as_ref()) {
        return Err(PageError::NotFound);
    }
    member.needs_location_of_object(location.as_ref())?;
    member.needs_at(Permissions::CONNECTIONS, location.as_ref())?;
    Ok(Resource {
        kind,
        id: id.to_owned(),
        name,
        location,
    })
}

/// A form for a name, empty or as it was typed.
struct NameForm<'a> {
    kind: ResourceKind,
    /// The id and the name of what is there; none for a new one.
    existing: Option<(&'a str, &'a str)>,
    name: Field,
}

impl NameForm<'_> {
    fn page(self, member: &AccountMember) -> Response {
        let words = member.browser.language.translations();
        let w = &words.settings;
        let action = match self.existing {
            Some((id, _)) => format!("{}/{id}", self.kind.path()),
            None => format!("{}/new", self.kind.path()),
        };
        let mut frame = member.frame(MenuEntry::Settings);
        frame.path.clone_from(&action);
        let status = match self.name.error {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        let title = match (self.existing, self.kind) {
            (Some((_, name)), _) => name,
            (None, ResourceKind::Catalog) => w.add_catalog,
            (None, ResourceKind::CustomerList) => w.add_list,
        };
        let hint = match (self.existing, &member.at.location) {
            (Some(_), _) => w.rename_hint,
            (None, None) => w.for_account,
            (None, Some(_)) => w.for_location,
        };
        let shown = ResourceFormPage {
            frame,
            title: title.to_owned(),
            hint,
            name: self.name,
            action,
            button: match self.existing {
                Some(_) => words.shell.update,
                None => words.shell.create,
            },
        };
        page_with(status, &member.browser, &shown)
    }
}

fn new_form(member: &AccountMember, kind: ResourceKind) -> PageResult {
    member.needs(Permissions::CONNECTIONS)?;
    let form = NameForm {
        kind,
        existing: None,
        name: Field::default(),
    };
    Ok(form.page(member))
}

/// What is wrong with a name that was typed, or why nothing has it.
fn refused(member: &AccountMember, name: Field, error: NameError) -> Result<Field, PageError> {
    let words = &member.browser.language.translations().settings;
    match error {
        NameError::Taken => Ok(name.wrong(words.name_taken)),
        NameError::NotFound => Err(PageError::NotFound),
        NameError::Database(error) => Err(error.into()),
    }
}

async fn create(
    call: &FormCall,
    member: &AccountMember,
    kind: ResourceKind,
    fields: &FormFields,
) -> PageResult {
    member.needs(Permissions::CONNECTIONS)?;
    let again = |name: Field| {
        let form = NameForm {
            kind,
            existing: None,
            name,
        };
        form.page(member)
    };
    let name = required(fields, "name", member.browser.language);
    if name.error.is_some() {
        return Ok(again(name));
    }
    let (who, value) = (member.clone(), name.value.clone());
    let made = call
        .write(
            "office.create_resource",
            move |tx| -> Result<(), NameError> {
                let (account, location) = (&who.at.id, who.at.location.as_ref());
                let id = match kind {
                    ResourceKind::Catalog => {
                        catalog_changes::create(tx, account, location, &value)?.to_string()
                    }
                    ResourceKind::CustomerList => {
                        list_changes::create(tx, account, location, &value)?.to_string()
                    }
                };
                let made = Resource {
                    kind,
                    id,
                    name: value.clone(),
                    location: location.cloned(),
                };
                Ok(made.record(tx, &who, ResourceAction::Create, &value)?)
            },
        )
        .await;
    match made {
        Ok(()) => Ok(kind.done("created")),
        Err(error) => Ok(again(refused(member, name, error)?)),
    }
}

async fn rename_form(
    hub: &Hub,
    member: &AccountMember,
    kind: ResourceKind,
    id: &str,
) -> PageResult {
    let own = find_own(hub, member, kind, id).await?;
    let form = NameForm {
        kind,
        existing: Some((id, &own.name)),
        name: Field::of(own.name.as_str()),
    };
    Ok(form.page(member))
}

async fn rename(
    call: &FormCall,
    member: &AccountMember,
    kind: ResourceKind,
    id: &str,
    fields: &FormFields,
) -> PageResult {
    let own = find_own(call.hub(), member, kind, id).await?;
    let again = |name: Field| {
        let form = NameForm {
            kind,
            existing: Some((id, &own.name)),
            name,
        };
        form.page(member)
    };
    let name = required(fields, "name", member.browser.language);
    if name.error.is_some() {
        return Ok(again(name));
    }
    let (who, renaming, value) = (member.clone(), own.clone(), name.value.clone());
    let renamed = call
        .write(
            "office.rename_resource",
            move |tx| -> Result<(), NameError> {
                let (account, id) = (&who.at.id, renaming.id.clone());
                match kind {
                    ResourceKind::Catalog => {
                        let id = CatalogId::from_generated(id);
                        catalog_changes::rename(tx, account, &id, &value)?;
                    }
                    ResourceKind::CustomerList => {
                        let id = CustomerListId::from_generated(id);
                        list_changes::rename(tx, account, &id, &value)?;
                    }
                }
                Ok(renaming.record(tx, &who, ResourceAction::Rename, &value)?)
            },
        )
        .await;
    match renamed {
        Ok(()) => Ok(kind.done("renamed")),
        Err(error) => Ok(again(refused(member, name, error)?)),
    }
}

async fn confirm_delete(
    hub: &Hub,
    member: &AccountMember,
    kind: ResourceKind,
    id: &str,
) -> PageResult {
    let Resource { name, .. } = find_own(hub, member, kind, id).await?;
    let words = &member.browser.language.translations().settings;
    let lead = match kind {
        ResourceKind::Catalog => words.delete_catalog_lead,
        ResourceKind::CustomerList => words.delete_list_lead,
    };
    let action = format!("{}/{id}/delete", kind.path());
    let frame = member.frame(MenuEntry::Settings);
    let confirm_page = ConfirmPage::delete_resource(frame, &name, lead, action);
    Ok(page(&member.browser, &confirm_page))
}

async fn delete(
    call: &FormCall,
    member: &AccountMember,
    kind: ResourceKind,
    id: &str,
) -> PageResult {
    let own = find_own(call.hub(), member, kind, id).await?;
    let who = member.clone();
    let deleted = call
        .write(
            "office.delete_resource",
            move |tx| -> Result<(), DeletionError> {
                let (account, id) = (&who.at.id, own.id.clone());
                match kind {
                    ResourceKind::Catalog => {
                        catalog_changes::delete(tx, account, &CatalogId::from_generated(id))?;
                    }
                    ResourceKind::CustomerList => {
                        delete_list::delete(tx, account, &CustomerListId::from_generated(id))?;
                    }
                }
                Ok(own.record(tx, &who, ResourceAction::Delete, &own.name)?)
            },
        )
        .await;
    if let Err(error) = deleted {
        let notice = Notice::new(Severity::Bad, refusal_text(member, kind, error)?);
        let (status, none) = (StatusCode::UNPROCESSABLE_ENTITY, Field::default());
        return settings_page(call.hub(), member, status, none, "", Some(notice)).await;
    }
    if kind == ResourceKind::CustomerList {
        // The chores do what cannot be done now: the list is deleted, whatever comes of this.
        let id = CustomerListId::from_generated(id.to_owned());
        let erased: db::Result<()> = delete_list::resume(call.hub(), &member.at.id, &id).await;
        if let Err(error) = erased {
            tracing::warn!(%error, "erasing customers of a deleted list failed, will be retried");
        }
    }
    Ok(kind.done("deleted"))
}

/// Why something is not deleted, in words.
fn refusal_text(
    member: &AccountMember,
    kind: ResourceKind,
    error: DeletionError,
) -> Result<String, PageError> {
    let words = &member.browser.language.translations().settings;
    match (error, kind) {
        (DeletionError::LastOfAccount, ResourceKind::Catalog) => Ok(words.last_catalog.to_owned()),
        (DeletionError::LastOfAccount, ResourceKind::CustomerList) => {
            Ok(words.last_list.to_owned())
        }
        (DeletionError::InUse(app), ResourceKind::Catalog) => Ok(words.catalog_in_use(&app)),
        (DeletionError::InUse(app), ResourceKind::CustomerList) => Ok(words.list_in_use(&app)),
        (DeletionError::NotFound, _) => Err(PageError::NotFound),
        (DeletionError::Database(error), _) => Err(error.into()),
    }
}
