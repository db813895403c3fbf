//! A network of its own for a server, one cable away, on which packets can be lost or refused.
//!
//! The network has no name: it belongs to a process that sleeps, and is gone with the last process
//! in it, and so is the cable.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use super::process::{dying_with_this_process, run};

/// A network namespace with one address in it. It is gone with this value.
pub struct Network {
    _sleeper: Child,
    process: String,
    /// The address of a server in there.
    pub address: String,
}

impl Network {
    /// Makes the network and lays the cable. Only root may.
    pub async fn open() -> Result<Self, String> {
        let mut sleeper = Command::new("unshare");
        let words = "ip link set lo up && echo ready && exec sleep infinity";
        sleeper.args(["--net", "sh", "-c", words]);
        let mut sleeper = dying_with_this_process(&sleeper)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let out = sleeper.stdout.take().ok_or("no output")?;
        let ready = BufReader::new(out).lines().next_line().await;
        if !matches!(ready, Ok(Some(_))) {
            return Err("no network of its own".to_owned());
        }
        let own = sleeper.id().ok_or("the network is gone")?;
        // Two addresses of the range that is kept for measurements, by this process's number.
        let (high, low) = ((own >> 6) & 0xff, (own & 0x3f) << 2);
        let address = |last: u32| format!("198.18.{high}.{}", low + last);
        let (here, there) = (format!("{}/30", address(1)), format!("{}/30", address(2)));
        let (process, cable) = (own.to_string(), format!("pptr{own}"));
        let lay = ["link", "add", &cable, "type", "veth"];
        let end = ["peer", "name", "eth0", "netns", &process];
        run("ip", &[lay.as_slice(), &end].concat()).await?;
        let network = Self {
            _sleeper: sleeper,
            process,
            address: address(2),
        };
        run("ip", &["addr", "add", &here, "dev", &cable]).await?;
        run("ip", &["link", "set", &cable, "up"]).await?;
        for words in [
            ["ip", "addr", "add", &there, "dev", "eth0"].as_slice(),
            &["ip", "link", "set", "eth0", "up"],
        ] {
            run(
                "nsenter",
                &[&["--target", &network.process, "--net"], words].concat(),
            )
            .await?;
        }
        Ok(network)
    }

    /// The command, run in this network.
    pub fn enter(&self) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.process, "--net"]);
        command
    }

    /// Packets to and from the server are lost, and nobody is told.
    pub async fn lose(&self) -> Result<(), String> {
        self.rule("iifname eth0 drop", "oifname eth0 drop").await
    }

    /// Whoever sends to the server is told that the connection is not there.
    pub async fn refuse(&self) -> Result<(), String> {
        let tell = "iifname eth0 meta l4proto tcp reject with tcp reset";
        self.rule(tell, "oifname eth0 tcp flags & rst == 0 drop")
            .await
    }

    async fn rule(&self, incoming: &str, outgoing: &str) -> Result<(), String> {
        let rules = format!(
            "table inet trouble {{\n\
             chain incoming {{\ntype filter hook input priority 0\n{incoming}\n}}\n\
             chain outgoing {{\ntype filter hook output priority 0\n{outgoing}\n}}\n}}\n"
        );
        let mut command = self.enter();
        let mut child = command
            .args(["nft", "-f", "-"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut words = child.stdin.take().ok_or("no input")?;
        let written = words.write_all(rules.as_bytes()).await;
        drop(words);
        let output = child.wait_with_output().await;
        let output = output.map_err(|error| error.to_string())?;
        if written.is_ok() && output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }

    /// All goes its way again.
    pub async fn repair(&self) -> Result<(), String> {
        let words = [
            "--target",
            &self.process,
            "--net",
            "nft",
            "flush",
            "ruleset",
        ];
        run("nsenter", &words).await.map(drop)
    }
}
