//! What happens to the server of the database, and on the way to it.

use std::time::Duration;

use super::last;
use crate::random::SeededRandom;
use crate::trouble::machine::cluster::Cluster;
use crate::trouble::site::{STOP_TIMEOUT, Site};

/// How long a server may take to end.
const SERVER_END: Duration = Duration::from_secs(60);

fn cluster(site: &Site) -> Result<&Cluster, String> {
    site.cluster.as_ref().ok_or("there is no server".to_owned())
}

/// As in a crash: the other processes of the server notice, and it recovers at its next start.
pub async fn kill(site: &Site, away: Duration) -> Result<(), String> {
    end(site, "KILL", away).await
}

/// As `pg_ctl stop -m fast` does.
pub async fn stop(site: &Site, away: Duration) -> Result<(), String> {
    end(site, "INT", away).await
}

async fn end(site: &Site, signal: &str, away: Duration) -> Result<(), String> {
    let cluster = cluster(site)?;
    cluster.server.hold();
    let ended = cluster.server.end(signal, SERVER_END).await;
    last(away).await;
    cluster.server.release();
    cluster.ready().await;
    ended.map(drop).ok_or("the server does not end".to_owned())
}

/// Does something to every session of the hub.
pub async fn each_session(site: &Site, what: &str) -> Result<(), String> {
    let others = "FROM pg_stat_activity WHERE datname = 'hub' AND pid <> pg_backend_pid()";
    let words = format!("SELECT count({what}(pid)) {others}");
    cluster(site)?.sql(&words).await.map(drop)
}

pub async fn table_locked(site: &Site) -> Result<(), String> {
    let words = "BEGIN; LOCK TABLE events; SELECT pg_sleep(5); COMMIT";
    cluster(site)?.sql(words).await.map(drop)
}

/// As after a switchover: the server answers, and takes no writes.
pub async fn read_only(site: &Site, length: Duration) -> Result<(), String> {
    let cluster = cluster(site)?;
    for (mode, length) in [("on", length), ("off", Duration::ZERO)] {
        let words = format!("ALTER SYSTEM SET default_transaction_read_only = {mode}");
        cluster.sql(&words).await?;
        cluster.sql("SELECT pg_reload_conf()").await?;
        last(length).await;
    }
    Ok(())
}

pub async fn connections_reset(site: &Site, length: Duration) -> Result<(), String> {
    let Some(network) = &site.network else {
        return Ok(());
    };
    network.refuse().await?;
    last(length).await;
    network.repair().await
}

pub async fn packets_lost(site: &Site, length: Duration) -> Result<(), String> {
    let Some(network) = &site.network else {
        return Ok(());
    };
    network.lose().await?;
    last(length).await;
    network.repair().await
}

/// Both serve for a while, then either is killed.
pub async fn two_hubs(site: &Site, random: &mut SeededRandom) -> Result<(), String> {
    let (second, address) = site.second_hub().await;
    site.addresses.add(address.clone());
    last(Duration::from_secs(4)).await;
    let is_first = random.percent(50);
    if is_first {
        super::hub::kill(site).await?;
        last(Duration::from_secs(2)).await;
    }
    second.hold();
    site.addresses.remove(&address);
    let ended = second
        .end(if is_first { "TERM" } else { "KILL" }, STOP_TIMEOUT)
        .await;
    match ended {
        Some(status) if is_first && !status.success() => {
            Err(format!("asked to stop, the second hub ended with {status}"))
        }
        Some(_) => Ok(()),
        None => Err(format!(
            "the second hub did not end within {STOP_TIMEOUT:?}"
        )),
    }
}
