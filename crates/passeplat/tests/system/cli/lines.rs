//! The parts of the log by themselves: the queue, the limit on lines that say the same, panics.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tracing::Level;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::log::levels;
use crate::log::limit::{REPORT_INTERVAL, RepeatFilter, RepeatLimit};
use crate::log::line::LineFormat;
use crate::log::queue::{MAX_QUEUED_BYTES, Queue, QueueWriter};
use crate::log::{init, report_panics, run_and_log_error};

const PLAIN: LineFormat = LineFormat {
    json: false,
    colours: false,
};

/// Longer than anything takes.
const LONG: Duration = Duration::from_secs(600);

/// A place for lines that does with each write what it is told to, and what is beyond that it takes.
#[derive(Clone, Default)]
struct FakeSink {
    written: Arc<Mutex<Vec<u8>>>,
    plan: Arc<Mutex<Vec<Act>>>,
}

#[derive(Clone, Copy)]
enum Act {
    Refuse,
    Take(usize),
    Panic,
}

impl FakeSink {
    fn with(plan: &[Act]) -> Self {
        let sink = Self::default();
        *sink.plan.lock().unwrap() = plan.iter().rev().copied().collect();
        sink
    }

    /// What was written, without the time at the beginning of lines.
    fn lines(&self) -> Vec<String> {
        let written = self.written.lock().unwrap().clone();
        let text = String::from_utf8(written).unwrap();
        text.lines()
            .map(|line| match line.split_once("Z ") {
                Some((_, rest)) => rest.trim_start().to_owned(),
                None => line.to_owned(),
            })
            .collect()
    }
}

impl Write for FakeSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let act = self.plan.lock().unwrap().pop();
        let some = match act {
            Some(Act::Refuse) => return Err(io::ErrorKind::StorageFull.into()),
            Some(Act::Panic) => panic!("as planned"),
            Some(Act::Take(some)) => some,
            None => bytes.len(),
        };
        self.written.lock().unwrap().extend(&bytes[..some]);
        Ok(some)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What comes out when these lines wait before the first is written.
fn written(lines: &[&str], plan: &[Act]) -> Vec<String> {
    let (queue, sink) = (Queue::default(), FakeSink::with(plan));
    for line in lines {
        queue.push(format!("{line}\n").as_bytes());
    }
    write_out(&queue, &sink);
    sink.lines()
}

/// Writes everything that waits.
fn write_out(queue: &Queue, sink: &FakeSink) {
    thread::scope(|scope| {
        scope.spawn(|| queue.write_out(sink.clone(), PLAIN, &RepeatLimit::default()));
        queue.close(None, LONG);
    });
}

#[test]
fn lines_that_cannot_be_written_are_counted_and_told_of_as_soon_as_one_can() {
    // The second and the third try are those of the line that tells of it.
    let plan = [Act::Refuse, Act::Refuse, Act::Refuse];
    let lines = written(&["one", "two", "three", "four", "five"], &plan);
    assert_eq!(lines, ["WARN log lines dropped count=3", "four", "five"]);
}

#[test]
fn lost_lines_are_told_of_even_if_no_other_line_follows() {
    struct FailingOnceSink(mpsc::Sender<Vec<u8>>, bool);
    impl Write for FailingOnceSink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !std::mem::replace(&mut self.1, true) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.send(bytes.to_vec()).unwrap();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (queue, (sender, lines)) = (Queue::default(), mpsc::channel());
    thread::scope(|scope| {
        let sink = FailingOnceSink(sender, false);
        scope.spawn(|| queue.write_out(sink, PLAIN, &RepeatLimit::default()));
        queue.push(b"one\n");
        let line = String::from_utf8(lines.recv().unwrap()).unwrap();
        assert!(line.ends_with("WARN log lines dropped count=1\n"), "{line}");
        queue.close(None, LONG);
    });
}

#[test]
fn half_a_line_is_ended_before_the_next() {
    let plan = [Act::Take(2), Act::Refuse];
    let lines = written(&["first", "second"], &plan);
    assert_eq!(lines, ["fi", "WARN log lines dropped count=1", "second"]);
}

#[test]
fn a_panic_while_a_line_is_written_costs_that_line() {
    let lines = written(&["one", "two"], &[Act::Panic]);
    assert_eq!(lines, ["WARN log lines dropped count=1", "two"]);
}

#[test]
fn a_full_queue_takes_no_more_and_says_so_where_the_lines_would_have_stood() {
    let queue = Queue::default();
    let line = "x".repeat(999);
    let fitting = (MAX_QUEUED_BYTES - 1) / 1_000;
    for _ in 0..fitting + 5 {
        queue.push(line.as_bytes());
    }
    queue.push(b"short");
    let sink = FakeSink::default();
    write_out(&queue, &sink);
    let lines = sink.lines();
    assert_eq!(lines.len(), fitting + 1);
    assert_eq!(lines[fitting], "WARN log lines dropped count=6");
}

#[test]
fn an_end_does_not_wait_for_a_place_that_takes_nothing() {
    struct Stuck(mpsc::Receiver<()>);
    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _freed = self.0.recv();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (queue, (free, stuck)) = (Queue::default(), mpsc::channel());
    thread::scope(|scope| {
        scope.spawn(|| queue.write_out(Stuck(stuck), PLAIN, &RepeatLimit::default()));
        for _ in 0..10_000 {
            queue.push(&[b'x'; 1_000]);
        }
        queue.close(None, Duration::from_millis(1));
        drop(free);
    });
}

#[test]
fn the_last_line_finds_room_in_a_full_queue() {
    let (queue, sink) = (Queue::default(), FakeSink::default());
    for _ in 0..2 {
        queue.push(&vec![b'x'; MAX_QUEUED_BYTES - 10]);
    }
    thread::scope(|scope| {
        scope.spawn(|| queue.write_out(sink.clone(), PLAIN, &RepeatLimit::default()));
        queue.close(Some(b"passeplat: the end\n".to_vec()), LONG);
    });
    let lines = sink.lines();
    assert_eq!(
        lines[1..],
        ["WARN log lines dropped count=1", "passeplat: the end"]
    );
}

#[test]
fn what_an_error_says_does_not_look_like_a_line_of_its_own() {
    let lines = written(&["error=one\nERROR two\r"], &[]);
    assert_eq!(lines, ["error=one\\nERROR two\\r"]);
}

/// Runs something with a log, and answers what was logged and what the limit keeps back.
fn collect_lines(run: impl FnOnce()) -> (Vec<String>, Arc<RepeatLimit>) {
    let (queue, limit) = (Arc::new(Queue::default()), Arc::new(RepeatLimit::default()));
    let writer = Arc::clone(&queue);
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_target(false)
        .with_writer(move || QueueWriter(Arc::clone(&writer)));
    let log = tracing_subscriber::registry()
        .with(lines)
        .with(RepeatFilter(Arc::clone(&limit)));
    tracing::subscriber::with_default(log, run);
    let sink = FakeSink::default();
    write_out(&queue, &sink);
    (sink.lines(), limit)
}

/// The lines about repetitions that are due after some windows.
fn due(limit: &RepeatLimit, windows: u32) -> Vec<String> {
    let due = limit.due(Instant::now() + REPORT_INTERVAL * windows, false);
    due.iter()
        .map(|line| line.to_text(PLAIN))
        .map(|line| {
            line.trim_end()
                .split_once("Z ")
                .unwrap()
                .1
                .trim()
                .to_owned()
        })
        .collect()
}

fn fail(error: &str) {
    tracing::warn!(error, request = "a1", "it failed");
}

#[test]
fn of_lines_that_say_the_same_the_first_is_written_and_the_others_are_counted() {
    let (lines, limit) = collect_lines(|| (0..5).for_each(|_| fail("full")));
    assert_eq!(lines, [r#"WARN it failed error="full" request="a1""#]);
    assert_eq!(due(&limit, 0), [""; 0]);
    assert_eq!(due(&limit, 1), ["WARN it failed error=full repeated=4"]);
    assert_eq!(due(&limit, 2), [""; 0]);
}

#[test]
fn another_error_is_another_line() {
    let (lines, limit) = collect_lines(|| ["full", "broken", "full"].into_iter().for_each(fail));
    assert_eq!(lines.len(), 2);
    assert_eq!(due(&limit, 1), ["WARN it failed error=full repeated=1"]);
}

#[test]
fn another_file_is_another_line() {
    let warn = |file: &str| tracing::warn!(file, "others can read the database");
    let (lines, _) = collect_lines(|| ["a", "b"].into_iter().for_each(warn));
    assert_eq!(lines.len(), 2);
}

#[test]
fn lines_about_the_life_of_the_hub_are_all_written() {
    let (lines, _) = collect_lines(|| (0..3).for_each(|_| tracing::info!("it stops")));
    assert_eq!(lines.len(), 3);
}

#[test]
fn what_begins_again_after_a_while_is_told_again() {
    let limit = Arc::new(RepeatLimit::default());
    let log = tracing_subscriber::registry().with(RepeatFilter(Arc::clone(&limit)));
    tracing::subscriber::with_default(log, || fail("full"));
    assert_eq!(due(&limit, 1), [""; 0]);
    assert_eq!(limit.wait(Instant::now()), None, "it is remembered");
}

#[test]
fn at_the_end_of_the_log_everything_that_was_counted_is_told() {
    let (_, limit) = collect_lines(|| (0..3).for_each(|_| fail("full")));
    let due = limit.due(Instant::now(), true);
    assert_eq!(due.len(), 1);
    assert!(due[0].to_text(PLAIN).ends_with(" repeated=2\n"));
}

#[test]
fn a_flood_of_different_errors_is_limited_too() {
    let (lines, limit) = collect_lines(|| (0..5_000).for_each(|number| fail(&number.to_string())));
    assert!(lines.len() < 300, "{}", lines.len());
    let due = due(&limit, 1);
    assert_eq!(
        due,
        [format!("WARN it failed repeated={}", 5_000 - lines.len())]
    );
}

#[test]
fn lines_of_the_log_itself_are_json_where_all_are() {
    let form = LineFormat {
        json: true,
        colours: false,
    };
    let (_, limit) = collect_lines(|| (0..2).for_each(|_| fail("a \"quoted\" one")));
    let line = limit.due(Instant::now(), true)[0].to_text(form);
    let line: Value = serde_json::from_str(&line).unwrap();
    let values = ["level", "message", "error", "repeated"].map(|key| line[key].clone());
    let expected = [
        Value::from("WARN"),
        Value::from("it failed"),
        Value::from("a \"quoted\" one"),
        Value::from(1),
    ];
    assert_eq!(values, expected);
    assert!(line["timestamp"].is_string() && line["target"].is_string());
}

/// Whether this process is the one in which [`panicking`] does what it is for.
const CHILD: &str = "PASSEPLAT_TEST_PANICS";

#[test]
fn a_level_is_for_the_project_and_libraries_have_to_be_named() {
    for (setting, target, most) in [
        ("info", "hub::dispatch", Some(Level::INFO)),
        ("trace", "hub::dispatch", Some(Level::TRACE)),
        ("trace", "wire", Some(Level::TRACE)),
        (
            "trace",
            "hyper_util::client::legacy::pool",
            Some(Level::WARN),
        ),
        ("off", "hyper_util", None),
        ("error", "hyper_util", Some(Level::ERROR)),
        (
            "info,hyper_util=debug",
            "hyper_util::client",
            Some(Level::DEBUG),
        ),
        ("info,hyper_util=debug", "hub", Some(Level::INFO)),
        (
            "info,hub::dispatch=debug",
            "hub::dispatch::round",
            Some(Level::DEBUG),
        ),
        ("debug,hub=warn", "hub::http", Some(Level::WARN)),
        ("debug", "tokio_postgres::query", Some(Level::WARN)),
        (
            "warn,tokio_postgres=info",
            "tokio_postgres::connection",
            Some(Level::INFO),
        ),
        // The driver logs the parameters of statements at debug, which are customers' data.
        (
            "trace,tokio_postgres=trace",
            "tokio_postgres::query",
            Some(Level::INFO),
        ),
        (
            "trace,tokio_postgres::query=trace",
            "tokio_postgres::query",
            Some(Level::INFO),
        ),
        (
            "trace,tokio=trace",
            "tokio_postgres::query",
            Some(Level::INFO),
        ),
        ("trace,t=trace,tokio=off", "tokio_postgres::query", None),
    ] {
        let levels = levels::parse(setting).unwrap();
        let all = [
            Level::TRACE,
            Level::DEBUG,
            Level::INFO,
            Level::WARN,
            Level::ERROR,
        ];
        let logged = all.into_iter().find(|it| levels.would_enable(target, it));
        assert_eq!(logged, most, "{setting}: {target}");
    }
}

/// Panics in a process of its own, with and without a log; a test by name only.
#[test]
#[ignore = "it is run by other tests"]
fn panicking() {
    let Ok(how) = std::env::var(CHILD) else {
        return;
    };
    report_panics();
    if how == "with a log" {
        let settings = hub::config::Config::read(None, [], &[]).unwrap().log;
        init(&settings).unwrap();
    }
    let run = |what: fn()| thread::Builder::new().name("worker".to_owned()).spawn(what);
    assert!(run(|| panic!("as planned")).unwrap().join().is_err());
    let formatted: fn() = || panic!("the address of {}", std::process::id());
    assert!(run(formatted).unwrap().join().is_err());
    // As the main task of a hub.
    assert!(!run_and_log_error(|| panic!(
        "of the address of {}",
        std::process::id()
    )));
}

fn panicked(how: &str) -> Vec<String> {
    let output: Output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "cli::lines::panicking",
            "--nocapture",
        ])
        .env(CHILD, how)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let log = String::from_utf8(output.stderr).unwrap();
    log.lines().map(str::to_owned).collect()
}

#[test]
fn a_panic_is_a_line_of_the_log_without_what_may_be_personal() {
    let lines = panicked("with a log");
    let [first, second, main, _last] = &lines[..] else {
        panic!("{lines:?}");
    };
    for line in [first, second] {
        let what = "ERROR thread panicked thread=\"worker\" at=\"";
        assert!(line.contains(what), "{line}");
    }
    assert!(first.ends_with(" said=\"as planned\""), "{first}");
    for line in [first, second, main] {
        assert!(line.contains("tests/system/cli/lines.rs:"), "{line}");
        assert!(!line.contains("the address of"), "{line}");
    }
}

#[test]
fn a_program_whose_main_task_panics_says_so_in_its_last_line() {
    for how in ["with a log", "without"] {
        let lines = panicked(how);
        let last = "passeplat: a fault of its own has ended it";
        assert_eq!(lines.last().map(String::as_str), Some(last), "{lines:?}");
    }
}

#[test]
fn a_panic_is_told_before_there_is_a_log() {
    let lines = panicked("without");
    assert_eq!(lines.len(), 4, "{lines:?}");
    let first = &lines[0];
    assert!(
        first.starts_with("passeplat: the thread 'worker' panicked at "),
        "{first}"
    );
    assert!(first.ends_with(": as planned"), "{first}");
    assert!(
        lines.iter().all(|line| !line.contains("the address of")),
        "{lines:?}"
    );
}
