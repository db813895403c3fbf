//! PostgreSQL servers of a test's own, for what would disturb the others, and poolers before one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use tokio::runtime::Runtime;

/// A program that ends when its input does: at the latest with the test.
struct ChildProgram(Child);

impl ChildProgram {
    fn start(command: &mut Command) -> (Self, impl Iterator<Item = String>) {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a program");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        (Self(child), output.lines().map_while(Result::ok))
    }
}

impl Drop for ChildProgram {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ended = self.0.wait();
    }
}

/// A server that is there for one test.
pub struct Cluster {
    /// A superuser's address.
    pub url: String,
    reloads: AtomicU32,
    _server: ChildProgram,
}

impl Cluster {
    /// Starts one, if the tests run on PostgreSQL at all.
    pub fn start() -> Option<Self> {
        super::postgres::server()?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/with-postgres");
        let mut command = Command::new(script);
        command.args(["sh", "-c", "echo $PASSEPLAT_TEST_POSTGRES; exec cat"]);
        let (server, mut output) = ChildProgram::start(&mut command);
        let url = output.next().expect("the address of the server");
        Some(Self {
            url,
            reloads: AtomicU32::new(0),
            _server: server,
        })
    }

    /// Runs SQL as its superuser.
    pub fn run(&self, sql: &str) {
        super::postgres::run(&self.url, sql, &runtime());
    }

    /// Writes a file into the server's folder, for its eyes only.
    pub fn keep_file(&self, name: &str, text: &str) {
        let coded = base64::engine::general_purpose::STANDARD.encode(text);
        self.run(&format!(
            "COPY (SELECT '{coded}') TO PROGRAM 'base64 -d > {name} && chmod 600 {name}'"
        ));
    }

    /// What was changed counts for every connection that is made from now on.
    pub fn reload(&self) {
        // The server hears of it a moment later, and then takes all of it at once.
        let ask = |sql: &str| runtime().block_on(super::postgres::ask(&self.url, sql));
        let number = 1 + self.reloads.fetch_add(1, Ordering::Relaxed);
        self.run(&format!(
            "ALTER SYSTEM SET log_autovacuum_min_duration = {number}"
        ));
        self.run("SELECT pg_reload_conf()");
        while ask("SHOW log_autovacuum_min_duration") != [format!("{number}ms")] {}
    }
}

/// A pgbouncer before a server.
pub struct Pooler {
    /// Where the hub finds it.
    pub url: String,
    _folder: tempfile::TempDir,
    _pooler: ChildProgram,
}

impl Pooler {
    /// Starts one in `mode` before the server of `url`.
    pub fn start(url: &str, mode: &str) -> Self {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .expect("pgbouncer: scripts/install-tools pooler");
        let server = url::Url::parse(url).expect("an address");
        let folder = tempfile::tempdir().expect("a folder");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let file = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
            listen_port = {port}\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = 40\n\
            unix_socket_dir =\nlogfile =\n",
            server.port().unwrap_or(5432)
        );
        // It names the user by which to go to the server.
        let text = text.replace(
            "\n[pgbouncer]",
            &format!(" user={}\n[pgbouncer]", server.username()),
        );
        std::fs::write(&file, text).expect("its settings");
        for path in [folder.path(), file.as_path()] {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(path, mode).expect("readable settings");
        }
        // It refuses to run as root.
        let script = format!(
            "if [ $(id -u) = 0 ]; then as='setpriv --reuid=postgres --regid=postgres --clear-groups --'; fi
            cd /; $as {program} -q {} >&2 & echo started; cat; kill $!",
            file.display()
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script]);
        let (pooler, mut output) = ChildProgram::start(&mut command);
        output.next().expect("a shell");
        let mut through = server;
        through.set_port(Some(port)).expect("a port");
        let pooler = Self {
            url: through.into(),
            _folder: folder,
            _pooler: pooler,
        };
        pooler.wait_until_it_listens(port);
        pooler
    }

    fn wait_until_it_listens(&self, port: u16) {
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::yield_now();
        }
        let _flushed = std::io::stderr().flush();
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
