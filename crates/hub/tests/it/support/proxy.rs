//! Somebody between the hub and PostgreSQL who understands what the hub sends, and cuts the
//! connection where a test wants it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};

/// What the hub sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientStep {
    /// A statement is prepared.
    Prepare,
    Begin,
    /// A prepared statement is run.
    Run,
    Commit,
    Rollback,
}

/// When the connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutMoment {
    /// The server never sees the step.
    Before,
    /// The server carries the step out, and the hub does not hear of it.
    After,
}

/// How the connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// In order, as a server does that stops.
    Close,
    /// As a host does that knows nothing of the connection.
    Reset,
    /// As a network does that drops packets: nothing comes any more.
    Silence,
}

/// The next message of this kind of the hub's own sessions, after so many others of it, is where one
/// connection is cut.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub step: ClientStep,
    pub skip: usize,
    pub moment: CutMoment,
    pub cut: Cut,
}

#[derive(Default)]
struct ProxyState {
    rule: Option<Rule>,
    cuts: usize,
    /// How often all connections were closed: what came before is no longer passed on.
    closes: usize,
    drops_notifications: bool,
    /// So many connections of the notifier, the first ones, are silent.
    silent_notifiers: usize,
}

/// The one between.
pub struct Proxy {
    /// Where the hub finds the server.
    pub url: String,
    state: Arc<Mutex<ProxyState>>,
    flows: watch::Sender<bool>,
    closed: watch::Sender<()>,
    notifiers: Arc<watch::Sender<usize>>,
    _end: oneshot::Sender<()>,
}

impl Proxy {
    /// Stands before the server of `url`.
    pub fn before(url: &str) -> Self {
        let mut through = url::Url::parse(url).expect("an address");
        let host = through.host_str().expect("a host").to_owned();
        let server = (host, through.port().unwrap_or(5432));
        let state = Arc::new(Mutex::new(ProxyState::default()));
        let (flows, is_flowing) = watch::channel(true);
        let closed = watch::Sender::new(());
        let closing = closed.clone();
        let notifiers = Arc::new(watch::Sender::new(0));
        let seen_notifiers = Arc::clone(&notifiers);
        let (end, ended) = oneshot::channel::<()>();
        let (tell, port) = std::sync::mpsc::channel();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                tell.send(listener.local_addr().expect("an address").port())
                    .expect("somebody who waits");
                let letting_in = async {
                    loop {
                        let (hub, _) = listener.accept().await.expect("the hub");
                        let (server, state) = (server.clone(), Arc::clone(&shared));
                        let mut closed = closing.subscribe();
                        let came = locked(&state).closes;
                        let passing = Passing {
                            state,
                            flows: is_flowing.clone(),
                            came,
                            notifiers: Arc::clone(&seen_notifiers),
                            name: SessionOwner::Unknown,
                        };
                        tokio::spawn(async move {
                            tokio::select! {
                                () = passing.run(hub, server) => {}
                                _ = closed.changed() => {}
                            }
                        });
                    }
                };
                tokio::select! {
                    () = letting_in => {}
                    _ = ended => {}
                }
            });
        });
        let port = port.recv().expect("a port");
        through
            .set_port(Some(port))
            .expect("an address with a port");
        through.set_host(Some("127.0.0.1")).expect("an address");
        // It reads what passes.
        through.query_pairs_mut().append_pair("sslmode", "disable");
        Self {
            url: through.into(),
            state,
            flows,
            closed,
            notifiers,
            _end: end,
        }
    }

    /// Its host and port.
    pub fn address(&self) -> &str {
        let (_, address) = self.url.split_once('@').expect("a user");
        address.split('/').next().expect("a place")
    }

    /// Cuts the next connection that comes there.
    pub fn cut(&self, rule: Rule) {
        self.state().rule = Some(rule);
    }

    /// How many connections were cut.
    pub fn cuts(&self) -> usize {
        self.state().cuts
    }

    /// Ends every connection that there is.
    pub fn close_all(&self) {
        self.state().closes += 1;
        self.closed.send_replace(());
    }

    /// Nothing comes through any more, for nobody.
    pub fn hang(&self) {
        self.flows.send_replace(false);
    }

    /// What was kept back comes through, and whatever else comes.
    pub fn heal(&self) {
        self.flows.send_replace(true);
    }

    /// Until the hub's notifier has connected so often.
    pub async fn has_seen_notifiers(&self, count: usize) {
        let mut notifiers = self.notifiers.subscribe();
        let _seen = notifiers
            .wait_for(|count_so_far| *count_so_far >= count)
            .await;
    }

    /// Nothing comes through any more on the connection that the notifier has now.
    pub fn silence_the_notifier(&self) {
        self.state().silent_notifiers = *self.notifiers.borrow();
    }

    /// Keeps notifications from the hub, as a transaction pooler does.
    pub fn drop_notifications(&self) {
        self.state().drops_notifications = true;
    }

    fn state(&self) -> MutexGuard<'_, ProxyState> {
        locked(&self.state)
    }
}

fn locked(state: &Mutex<ProxyState>) -> MutexGuard<'_, ProxyState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whose connection it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SessionOwner {
    Unknown,
    /// The hub's own sessions.
    Hub,
    /// The notifier's connection of that number.
    Notifier(usize),
    /// The journal's.
    Other,
}

/// One connection.
struct Passing {
    state: Arc<Mutex<ProxyState>>,
    flows: watch::Receiver<bool>,
    /// How often all connections had been closed when it came.
    came: usize,
    notifiers: Arc<watch::Sender<usize>>,
    name: SessionOwner,
}

impl Passing {
    /// Passes it on until either side ends it, or it is cut.
    async fn run(mut self, mut hub: TcpStream, server: (String, u16)) {
        let Ok(mut server) = TcpStream::connect(server).await else {
            return;
        };
        let _fast = (hub.set_nodelay(true), server.set_nodelay(true));
        let (mut asked, mut answered) = (Messages::of_hub(), Messages::of_server());
        let (mut from_hub, mut from_server) = (vec![0; 65_536], vec![0; 65_536]);
        loop {
            flowing(&mut self.flows).await;
            tokio::select! {
                read = hub.read(&mut from_hub) => {
                    let Some(count) = read.ok().filter(|count| *count > 0) else { return };
                    asked.take(from_hub.get(..count).unwrap_or_default());
                    flowing(&mut self.flows).await;
                    if !self.pass_on(&mut asked, &mut hub, &mut server).await {
                        return;
                    }
                }
                read = server.read(&mut from_server) => {
                    let Some(count) = read.ok().filter(|count| *count > 0) else { return };
                    answered.take(from_server.get(..count).unwrap_or_default());
                    flowing(&mut self.flows).await;
                    while let Some(message) = answered.next() {
                        let is_dropped = message.first() == Some(&b'A')
                            && locked(&self.state).drops_notifications;
                        if !is_dropped && hub.write_all(&message).await.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// Passes on what the hub asked. False means that the connection ends here.
    async fn pass_on(
        &mut self,
        asked: &mut Messages,
        hub: &mut TcpStream,
        server: &mut TcpStream,
    ) -> bool {
        while let Some(message) = asked.next() {
            if is_wish_for_tls(&message) {
                asked.is_first = true;
                let _refused = hub.write_all(b"N").await;
                continue;
            }
            if self.name == SessionOwner::Unknown {
                self.name = self.name_in(&message);
            }
            let (is_over, is_silent) = self.is_over_or_silent();
            if is_over {
                return false;
            }
            if is_silent {
                std::future::pending::<()>().await;
            }
            let cut = match self.name {
                SessionOwner::Hub => where_to_cut(&message, &self.state),
                _ => None,
            };
            if cut.is_none_or(|(moment, _)| moment == CutMoment::After)
                && server.write_all(&message).await.is_err()
            {
                return false;
            }
            let Some((moment, cut)) = cut else { continue };
            if moment == CutMoment::After {
                carry_out(asked, server).await;
            }
            match cut {
                Cut::Close => {}
                Cut::Reset => drop(hub.set_zero_linger()),
                Cut::Silence => std::future::pending().await,
            }
            return false;
        }
        true
    }

    fn is_over_or_silent(&self) -> (bool, bool) {
        let state = locked(&self.state);
        let is_silent =
            matches!(self.name, SessionOwner::Notifier(number) if number <= state.silent_notifiers);
        (state.closes > self.came, is_silent)
    }

    /// Whose connection begins with this message.
    fn name_in(&self, message: &[u8]) -> SessionOwner {
        let has = |name: &str| {
            let text = format!("application_name\0{name}\0");
            message
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        if has("passeplat") {
            return SessionOwner::Hub;
        }
        if !has("passeplat notify") {
            return SessionOwner::Other;
        }
        self.notifiers.send_modify(|count| *count += 1);
        SessionOwner::Notifier(*self.notifiers.borrow())
    }
}

/// Until something comes through.
async fn flowing(flows: &mut watch::Receiver<bool>) {
    let _gone = flows.wait_for(|flows| *flows).await;
}

/// Lets the server finish what it was told, and hears it out.
async fn carry_out(asked: &mut Messages, server: &mut TcpStream) {
    while let Some(message) = asked.next() {
        if message.first() == Some(&b'S') {
            let _gone = server.write_all(&message).await;
            break;
        }
    }
    let _gone = server.shutdown().await;
    let mut rest = Vec::new();
    let _gone = server.read_to_end(&mut rest).await;
}

/// Whether somebody asks, before all else, for a connection that others cannot read.
fn is_wish_for_tls(message: &[u8]) -> bool {
    message == [0, 0, 0, 8, 4, 210, 22, 47]
}

/// Whether this is the message at which the connection is cut.
fn where_to_cut(message: &[u8], state: &Mutex<ProxyState>) -> Option<(CutMoment, Cut)> {
    let step = step_of(message)?;
    let mut state = locked(state);
    let rule = state.rule.as_mut().filter(|rule| rule.step == step)?;
    if let Some(fewer) = rule.skip.checked_sub(1) {
        rule.skip = fewer;
        return None;
    }
    let cut = (rule.moment, rule.cut);
    state.rule = None;
    state.cuts += 1;
    Some(cut)
}

fn step_of(message: &[u8]) -> Option<ClientStep> {
    let text = message.get(5..).unwrap_or_default();
    match message.first()? {
        b'P' => Some(ClientStep::Prepare),
        b'E' => Some(ClientStep::Run),
        b'Q' if text.starts_with(b"BEGIN") => Some(ClientStep::Begin),
        b'Q' if text.starts_with(b"COMMIT") => Some(ClientStep::Commit),
        b'Q' if text.starts_with(b"ROLLBACK") => Some(ClientStep::Rollback),
        _ => None,
    }
}

/// Bytes of one side, cut into messages.
struct Messages {
    bytes: Vec<u8>,
    /// The first message of the hub has no letter before its length.
    is_first: bool,
}

impl Messages {
    fn of_hub() -> Self {
        Self {
            bytes: Vec::new(),
            is_first: true,
        }
    }

    fn of_server() -> Self {
        Self {
            bytes: Vec::new(),
            is_first: false,
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn next(&mut self) -> Option<Vec<u8>> {
        let letter = usize::from(!self.is_first);
        let length: [u8; 4] = self.bytes.get(letter..letter + 4)?.try_into().ok()?;
        let end = letter + usize::try_from(u32::from_be_bytes(length)).ok()?;
        if self.bytes.len() < end {
            return None;
        }
        self.is_first = false;
        Some(self.bytes.drain(..end).collect())
    }
}
