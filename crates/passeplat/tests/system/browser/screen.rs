//! What a person does with a screen: click what they read, fill what is labelled, look.
//!
//! Nothing here knows ids or classes of the pages. A step waits until its thing is there, and
//! fails with the text of the page and a picture when it does not come.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::driver::Driver;

/// How long a page may take to show what it should.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How often it is looked at: the page is another process, it cannot be waited for otherwise.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

const FIND: &str = include_str!("find.js");
/// The key under which WebDriver hands an element over.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Screen {
    driver: Driver,
    /// The journey's name: pictures begin with it.
    name: &'static str,
}

impl Screen {
    /// A browser whose user reads French.
    pub async fn open(name: &'static str) -> Self {
        Self::open_in_language("fr-FR", name).await
    }

    /// A browser whose user reads `lang`, such as `en-GB`.
    pub async fn open_in_language(lang: &str, name: &'static str) -> Self {
        Self {
            driver: Driver::start(lang).await,
            name,
        }
    }

    fn client(&self) -> &Client {
        &self.driver.client
    }

    pub async fn go(&self, url: &str) {
        self.client()
            .goto(url)
            .await
            .unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Clicks the button, link, tab or menu entry with this text.
    pub async fn click(&self, text: &str) {
        self.click_near(text, "").await;
    }

    /// Clicks the element with this text that is nearest to another text.
    pub async fn click_near(&self, text: &str, near: &str) {
        self.find("click", text, near)
            .await
            .click()
            .await
            .unwrap_or_else(|error| {
                panic!("'{text}' cannot be clicked: {error}");
            });
    }

    /// Clicks it if it is there now; says whether it was.
    pub async fn click_if_there(&self, text: &str) -> bool {
        let Some(element) = self.find_now("click", text, "").await else {
            return false;
        };
        element.click().await.is_ok()
    }

    /// Fills the field with this label.
    pub async fn fill(&self, label: &str, value: &str) {
        let field = self.find("field", label, "").await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }

    /// Chooses the entry that begins with this text from the drop-down list with this label.
    pub async fn choose(&self, label: &str, entry: &str) {
        let list = self.find("field", label, "").await;
        let path = format!(".//option[starts-with(normalize-space(.), '{entry}')]");
        let option = list
            .find(Locator::XPath(&path))
            .await
            .unwrap_or_else(|_| panic!("no '{entry}' in '{label}'"));
        option.click().await.unwrap();
    }

    /// Ticks the box with this label, near another text; leaves it if it is ticked.
    pub async fn tick(&self, label: &str, near: &str) {
        let field = self.find("field", label, near).await;
        if !field.is_selected().await.unwrap() {
            field.click().await.unwrap();
        }
    }

    /// Waits until this text can be read.
    pub async fn expect_text(&self, text: &str) {
        let wanted = plain(text);
        let until = Instant::now() + TIMEOUT;
        while !plain(&self.text().await).contains(&wanted) {
            if Instant::now() > until {
                self.fail(&format!("'{text}' is not to be seen")).await;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until this text can be read, and loads the page again and again.
    pub async fn expect_text_after_reload(&self, text: &str) {
        let wanted = plain(text);
        let until = Instant::now() + TIMEOUT;
        while !plain(&self.text().await).contains(&wanted) {
            if Instant::now() > until {
                self.fail(&format!("'{text}' does not come")).await;
            }
            tokio::time::sleep(POLL_INTERVAL * 4).await;
            self.client().refresh().await.unwrap();
        }
    }

    /// Fails if this text can be read now.
    pub async fn expect_no_text(&self, text: &str) {
        if plain(&self.text().await).contains(&plain(text)) {
            self.fail(&format!("'{text}' should not be there")).await;
        }
    }

    /// What a script says of the page.
    pub async fn run(&self, script: &str) -> Value {
        let result = self.client().execute(script, Vec::new()).await;
        result.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Everything that can be read on the page.
    pub async fn text(&self) -> String {
        let text = self
            .client()
            .execute("return document.body.innerText", Vec::new())
            .await;
        text.ok()
            .as_ref()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    /// The first word that can be read or stands in a field, and looks as wanted.
    pub async fn word(&self, fits: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + TIMEOUT;
        while Instant::now() < until {
            if let Some(word) = self.find_word_now(&fits).await {
                return word;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        self.fail("the word is not there").await
    }

    /// The first word that looks as wanted, if it is there now. What nobody can see is no word: a form
    /// holds what proves it.
    pub async fn find_word_now(&self, fits: impl Fn(&str) -> bool) -> Option<String> {
        let script = "return document.body.innerText + ' ' + Array.from(document.querySelectorAll( \
            'input:not([type=hidden]), textarea'), (f) => f.value).join(' ')";
        let text = self.run_if_loaded(script).await;
        let words = text.as_str().unwrap_or_default().split_whitespace();
        words.map(str::to_owned).find(|word| fits(word))
    }

    /// What a script in the page returns; null when there is no page at this moment.
    pub async fn run_if_loaded(&self, script: &str) -> Value {
        let ran = self.client().execute(script, Vec::new()).await;
        ran.unwrap_or_default()
    }

    /// The window that is in front.
    pub async fn window(&self) -> WindowHandle {
        self.client().window().await.unwrap()
    }

    /// Goes back to a window.
    pub async fn to_window(&self, window: WindowHandle) {
        self.client().switch_to_window(window).await.unwrap();
    }

    /// Goes to the window that was opened last, if the last step opened one.
    pub async fn newest_window(&self) {
        if let Some(window) = self.client().windows().await.unwrap().pop() {
            self.to_window(window).await;
        }
    }

    /// Opens a new, empty window and goes there.
    pub async fn another_window(&self) -> WindowHandle {
        let window = self.client().new_window(true).await.unwrap().handle;
        self.to_window(window.clone()).await;
        window
    }

    /// Takes a picture: `target/screenshots/<journey>-<name>.png`.
    pub async fn picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let picture = self.client().screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{}-{name}.png", self.name)), picture).unwrap();
    }

    /// The same page as it looks wide and narrow, in light and in dark.
    pub async fn pictures(&self, name: &str) {
        for (width, height) in [(1280, 900), (360, 780)] {
            self.size(width, height).await;
            for scheme in ["light", "dark"] {
                self.colours(scheme).await;
                self.picture(&format!("{name}-{width}-{scheme}")).await;
            }
            self.expect_no_sideways_scroll(name, width).await;
        }
        self.size(1280, 900).await;
        self.colours("light").await;
    }

    /// Fails if the page is wider than the window: nobody likes to scroll sideways.
    async fn expect_no_sideways_scroll(&self, name: &str, width: u32) {
        let script = "return document.documentElement.scrollWidth";
        let needed = self.client().execute(script, Vec::new()).await.unwrap();
        let needed = needed.as_u64().unwrap_or_default();
        assert!(
            needed <= u64::from(width),
            "{name} needs {needed} of {width} pixels"
        );
    }

    /// Gives the window another size.
    pub async fn size(&self, width: u32, height: u32) {
        let wanted = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.driver
            .chromium("Emulation.setDeviceMetricsOverride", wanted)
            .await;
    }

    /// Lets the page be read in `light` or `dark`.
    pub async fn colours(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        // Nothing is caught halfway between two colours.
        let still = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        let wanted = json!({ "media": "", "features": [feature, still] });
        self.driver
            .chromium("Emulation.setEmulatedMedia", wanted)
            .await;
    }

    async fn find(&self, kind: &str, text: &str, near: &str) -> Element {
        let until = Instant::now() + TIMEOUT;
        while Instant::now() < until {
            if let Some(element) = self.find_now(kind, text, near).await {
                return element;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        self.fail(&format!("no {kind} '{text}' (near '{near}')"))
            .await
    }

    async fn find_now(&self, kind: &str, text: &str, near: &str) -> Option<Element> {
        let arguments = vec![json!(kind), json!(text), json!(near)];
        let found = self.client().execute(FIND, arguments).await.ok()?;
        let id = found.get(ELEMENT)?.as_str()?.to_owned();
        Some(Element::from_element_id(
            self.client().clone(),
            ElementRef::from(id),
        ))
    }

    async fn fail(&self, why: &str) -> ! {
        self.picture("failed").await;
        let url = self
            .client()
            .current_url()
            .await
            .map(String::from)
            .unwrap_or_default();
        panic!("{why}\non {url}, which says:\n{}", self.text().await);
    }
}

/// Text as it is compared: French spaces and apostrophes are typed in several ways.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text
        .split(char::is_whitespace)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").replace('\u{2019}', "'").to_lowercase()
}
