//! What happens to the files of a database: the disk is full, another program holds a lock.

use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::time::sleep;

use super::last;
use crate::trouble::site::Site;

pub async fn disk_full(site: &Site, length: Duration) -> Result<(), String> {
    let Some(disk) = &site.disk else {
        return Ok(());
    };
    disk.fill().await?;
    last(length).await;
    disk.free().await?;
    if let Some(cluster) = &site.cluster {
        // The server may have given up, and recovers first.
        cluster.ready().await;
    }
    Ok(())
}

/// Another program writes, and takes its time.
pub async fn write_locked(site: &Site, length: Duration) -> Result<(), String> {
    let path = site.files.database.trim_start_matches("sqlite:");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let other = Connection::open_with_flags(path, flags).map_err(|it| it.to_string())?;
    other
        .busy_timeout(Duration::ZERO)
        .map_err(|it| it.to_string())?;
    loop {
        match other.execute_batch("BEGIN IMMEDIATE") {
            Ok(()) => break,
            Err(rusqlite::Error::SqliteFailure(error, _))
                if error.code == ErrorCode::DatabaseBusy =>
            {
                sleep(Duration::from_millis(1)).await;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    last(length).await;
    other.execute_batch("ROLLBACK").map_err(|it| it.to_string())
}
