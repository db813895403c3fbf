//! Working on tasks: for each connection, orders in one loop and everything else in another.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::job::{TaskError, TaskJob};
use super::operations::{self, Outcome, Report, RequestLog};
use super::restaurants::{self, BridgedRestaurant};
use super::tasks::{self, Task, TaskKind, TaskLane};
use super::{BridgeApp, chores, order_sync, till_sync};
use crate::kit::connections::{self, StoredConnection};
use crate::kit::store::StoreError;

/// The longest time between two looks at the tasks.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// The shortest: not at once, even if the clock of the store stands still.
const MIN_PAUSE: Duration = Duration::from_millis(200);

/// The hour of the nightly check.
const CHECK_HOUR: i8 = 4;

/// Works until the program ends.
pub(super) async fn run_forever(app: Arc<BridgeApp>) {
    loop {
        let mut loops = JoinSet::new();
        // Asked for before the store is read, so that no change between the two is missed.
        let changed = app.shell.connections_changed.notified();
        match app.shell.store.read(connections::all).await {
            Ok(known) => {
                if let Err(error) = app.forget_unused_clients().await {
                    tracing::error!(%error, "keys cannot be read");
                }
                let going = known.into_iter().filter(|it| it.ended.is_none());
                for place in going {
                    loops.spawn(work_forever(
                        Arc::clone(&app),
                        place.clone(),
                        TaskLane::Orders,
                    ));
                    loops.spawn(work_forever(
                        Arc::clone(&app),
                        place.clone(),
                        TaskLane::Chores,
                    ));
                    loops.spawn(look_forever(Arc::clone(&app), place));
                }
                changed.await;
            }
            Err(error) => {
                tracing::error!(%error, "connections cannot be read");
                tokio::time::sleep(MAX_PAUSE).await;
            }
        }
    }
}

async fn work_forever(app: Arc<BridgeApp>, place: StoredConnection, lane: TaskLane) {
    loop {
        let wake = app.tasks_wake.notified();
        let pause = match work_once(&app, &place, lane).await {
            Ok(Some(pause)) => pause,
            Ok(None) => continue,
            Err(error) => {
                tracing::error!(%error, "task not stored");
                Duration::from_secs(5)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause.clamp(MIN_PAUSE, MAX_PAUSE)) => {}
            () = wake => {}
        }
    }
}

/// Works on the next task of a lane, if one is due; answers how long to wait otherwise.
pub(super) async fn work_once(
    app: &Arc<BridgeApp>,
    place: &StoredConnection,
    lane: TaskLane,
) -> Result<Option<Duration>, StoreError> {
    let (id, now) = (place.id.clone(), app.shell.now());
    let (found, (task, next)) = app
        .shell
        .store
        .read(move |tx| {
            let found = restaurants::find(tx, &id)?;
            Ok((found, tasks::due(tx, &id, lane, now)?))
        })
        .await?;
    let Some(restaurant) = found else {
        return Ok(Some(MAX_PAUSE));
    };
    let Some(task) = task else {
        if lane == TaskLane::Chores {
            request_check(app, place, &restaurant).await?;
        }
        let wait = next.map(|next| Duration::try_from(next.duration_since(now)));
        return Ok(Some(wait.and_then(Result::ok).unwrap_or(MAX_PAUSE)));
    };
    let log = RequestLog::new(app.shell.settings.clock.clone());
    let worked = work(app, place, restaurant.clone(), &task, &log).await;
    store_outcome(app, &restaurant, task, worked, &log).await?;
    Ok(None)
}

async fn work(
    app: &Arc<BridgeApp>,
    place: &StoredConnection,
    restaurant: BridgedRestaurant,
    task: &Task,
    log: &RequestLog,
) -> Result<Report, TaskError> {
    let job = TaskJob::new(app, place.clone(), restaurant, log.clone())?;
    match task.kind {
        TaskKind::HubOrder => order_sync::sync_hub_order(&job, &task.subject).await,
        TaskKind::TillOrder => till_sync::sync_till_order(&job, &task.subject, &task.word).await,
        TaskKind::Catalog => chores::import_catalog(&job).await,
        TaskKind::Inventory => chores::import_inventory(&job).await,
        TaskKind::Location => chores::send_location(&job).await,
        TaskKind::Check => chores::check_catalog(&job).await,
        TaskKind::Webhooks => chores::register_webhooks(&job).await,
    }
}

async fn store_outcome(
    app: &Arc<BridgeApp>,
    restaurant: &BridgedRestaurant,
    task: Task,
    worked: Result<Report, TaskError>,
    log: &RequestLog,
) -> Result<(), StoreError> {
    let (report, is_passing) = match worked {
        Ok(report) => (report, false),
        Err(error) => {
            tracing::warn!(%error, kind = task.kind.as_str(), "task failed");
            let hub_name = &app.shell.branding.hub_name;
            let mut report = error.report(restaurant.options.language, hub_name);
            if error.is_passing() {
                report.outcome = Outcome::Failed;
            }
            (report, error.is_passing())
        }
    };
    let (connection, now, requests) = (restaurant.connection.clone(), app.shell.now(), log.take());
    let stored = app.shell.store.write(move |tx| {
        let operation = operations::record(tx, &connection, &task, &report, &requests)?;
        if is_passing {
            tasks::postpone(tx, &task, operation, now)
        } else {
            tasks::finish(tx, &task, now)
        }
    });
    stored.await?;
    app.tasks_wake.notify_waiters();
    Ok(())
}

/// Asks for the nightly check when its hour has come.
async fn request_check(
    app: &Arc<BridgeApp>,
    place: &StoredConnection,
    restaurant: &BridgedRestaurant,
) -> Result<(), StoreError> {
    let now = app.shell.now();
    let local = now.to_zoned(place.zone());
    let today = app.today(place);
    if local.hour() < CHECK_HOUR
        || restaurant.checked_on >= today
        || place.token.catalog_id.is_none()
    {
        return Ok(());
    }
    let id = place.id.clone();
    app.shell
        .store
        .write(move |tx| {
            restaurants::save_check(tx, &id, &today)?;
            tasks::request(tx, &id, (TaskKind::Check, ""), "", now)
        })
        .await?;
    app.tasks_wake.notify_waiters();
    Ok(())
}

/// Looks at the orders of the till again and again, if its own orders are wanted.
async fn look_forever(app: Arc<BridgeApp>, place: StoredConnection) {
    loop {
        let began = Instant::now();
        if let Err(error) = look_once(&app, &place).await {
            tracing::warn!(%error, "orders of the till cannot be read");
        }
        let rest = app.look_interval.saturating_sub(began.elapsed());
        tokio::time::sleep(rest.max(MIN_PAUSE)).await;
    }
}

async fn look_once(app: &Arc<BridgeApp>, place: &StoredConnection) -> Result<(), TaskError> {
    let id = place.id.clone();
    let found = app
        .shell
        .store
        .read(move |tx| restaurants::find(tx, &id))
        .await?;
    let Some(restaurant) = found.filter(|it| it.options.receives_till_orders) else {
        return Ok(());
    };
    let log = RequestLog::new(app.shell.settings.clock.clone());
    let job = TaskJob::new(app, place.clone(), restaurant, log)?;
    till_sync::look_at_till(&job).await
}
