//! The text of a page of the help, written in Markdown (CommonMark).
//!
//! | In the file | On the page |
//! |---|---|
//! | `# Title`, then a paragraph | the title, and what the page is about |
//! | `## Heading {#anchor}` | a section, with an anchor that is the same in every language |
//! | `### Symptom {#anchor}`, then three paragraphs | a problem: its cause, what to do, who can |
//! | a numbered list, a list | steps, and a list |
//! | `**label**` | the name of a screen or button of the back office |
//! | `*label*` | the name of a screen or button of another program |
//! | `[words](/address)`, `` `code` `` | a link, and something to be typed or read letter by letter |
//! | `{brand}` | the product's name on this hub |

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A piece of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum HelpSpan {
    /// Plain words.
    Text(String),
    /// The name of a screen, button or choice of the back office.
    Label(String),
    /// The name of a screen, button or choice of another program.
    OtherLabel(String),
    /// Something letter by letter.
    Code(String),
    /// A link: its words, and where it leads.
    Link(HelpLine, String),
}

/// A line: a paragraph, or a step.
pub type HelpLine = Vec<HelpSpan>;

/// Something that goes wrong.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HelpProblem {
    /// Its anchor.
    pub anchor: String,
    /// What one sees.
    pub symptom: String,
    /// Why.
    pub cause: HelpLine,
    /// What to do.
    pub remedy: HelpLine,
    /// Who can do it.
    pub who: HelpLine,
}

/// A part of a section.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum HelpBlock {
    /// A paragraph.
    Paragraph(HelpLine),
    /// Steps, in their order.
    Steps(Vec<HelpLine>),
    /// A list.
    Bullets(Vec<HelpLine>),
    /// Something that goes wrong.
    Problem(HelpProblem),
}

/// A section of a page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HelpSection {
    /// Its anchor.
    pub anchor: String,
    /// Its heading.
    pub heading: String,
    /// What it says.
    pub blocks: Vec<HelpBlock>,
}

/// A page of the help.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HelpText {
    /// The title.
    pub title: String,
    /// What the page is about.
    pub lead: HelpLine,
    /// The sections.
    pub sections: Vec<HelpSection>,
}

impl HelpText {
    /// Reads a text. What no guide needs, such as a table, becomes plain words: tests see to it that there is no
    /// such thing.
    #[must_use]
    pub fn parse(source: &str, brand: &str) -> Self {
        let source = keep_together(&source.replace("{brand}", brand));
        let mut reader = HelpReader::default();
        Parser::new_ext(&source, Options::ENABLE_HEADING_ATTRIBUTES)
            .for_each(|event| reader.read(event));
        reader.text
    }

    /// The title of a text, without reading the rest of it.
    #[must_use]
    pub fn title_of(source: &str, brand: &str) -> String {
        let first = source.lines().next().unwrap_or_default();
        keep_together(&first.trim_start_matches("# ").replace("{brand}", brand))
    }

    /// All that can go wrong, according to this page.
    pub fn problems(&self) -> impl Iterator<Item = &HelpProblem> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        blocks.filter_map(|block| match block {
            HelpBlock::Problem(problem) => Some(problem),
            _ => None,
        })
    }

    /// All lines, wherever they stand.
    pub fn lines(&self) -> impl Iterator<Item = &HelpLine> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        std::iter::once(&self.lead).chain(blocks.flat_map(HelpBlock::lines))
    }
}

impl HelpBlock {
    fn lines(&self) -> Vec<&HelpLine> {
        match self {
            Self::Paragraph(line) => vec![line],
            Self::Steps(lines) | Self::Bullets(lines) => lines.iter().collect(),
            Self::Problem(problem) => vec![&problem.cause, &problem.remedy, &problem.who],
        }
    }
}

/// French has a space before some signs, at which no line may end.
fn keep_together(text: &str) -> String {
    let mut text = text.replace("« ", "«\u{a0}");
    for sign in [":", ";", "?", "!", "»"] {
        text = text.replace(&format!(" {sign}"), &format!("\u{a0}{sign}"));
    }
    text
}

/// Makes a page of what the parser finds.
#[derive(Default)]
struct HelpReader {
    text: HelpText,
    /// The lines that have begun: the last one stands within those before it.
    open: Vec<HelpLine>,
    /// The list that has begun.
    items: Option<Vec<HelpLine>>,
    /// The anchor of the heading, and the address of the link, that began last.
    anchor: String,
    href: String,
}

impl HelpReader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::List(_)) => self.items = Some(Vec::new()),
            Event::Start(tag) => {
                match tag {
                    Tag::Heading { id, .. } => {
                        self.anchor = id.map(CowStr::into_string).unwrap_or_default();
                    }
                    Tag::Link { dest_url, .. } => self.href = dest_url.into_string(),
                    _ => {}
                }
                self.open.push(HelpLine::new());
            }
            Event::End(TagEnd::List(is_numbered)) => {
                let items = self.items.take().unwrap_or_default();
                self.add(match is_numbered {
                    true => HelpBlock::Steps(items),
                    false => HelpBlock::Bullets(items),
                });
            }
            Event::End(tag) => {
                let line = self.open.pop().unwrap_or_default();
                self.end(tag, line);
            }
            Event::Code(code) => self.push(HelpSpan::Code(code.into_string())),
            Event::Text(words) | Event::InlineHtml(words) | Event::Html(words) => {
                self.push(HelpSpan::Text(words.into_string()))
            }
            _ => self.push(HelpSpan::Text(" ".to_owned())),
        }
    }

    /// What has ended, with its words.
    fn end(&mut self, tag: TagEnd, line: HelpLine) {
        match tag {
            TagEnd::Heading(HeadingLevel::H1) => self.text.title = words(&line),
            TagEnd::Heading(HeadingLevel::H2) => self.text.sections.push(HelpSection {
                anchor: std::mem::take(&mut self.anchor),
                heading: words(&line),
                blocks: Vec::new(),
            }),
            TagEnd::Heading(_) => {
                let anchor = std::mem::take(&mut self.anchor);
                self.add(HelpBlock::Problem(HelpProblem {
                    anchor,
                    symptom: words(&line),
                    ..HelpProblem::default()
                }));
            }
            TagEnd::Item => self.items.get_or_insert_default().push(line),
            TagEnd::Strong => self.push(HelpSpan::Label(words(&line))),
            TagEnd::Emphasis => self.push(HelpSpan::OtherLabel(words(&line))),
            TagEnd::Link => {
                let href = std::mem::take(&mut self.href);
                self.push(HelpSpan::Link(line, href));
            }
            TagEnd::Paragraph if self.open.is_empty() => self.add_paragraph(line),
            // Within an item, for instance.
            _ => line.into_iter().for_each(|span| self.push(span)),
        }
    }

    fn push(&mut self, span: HelpSpan) {
        let Some(line) = self.open.last_mut() else {
            return;
        };
        match (line.last_mut(), span) {
            (Some(HelpSpan::Text(before)), HelpSpan::Text(more)) => before.push_str(&more),
            (_, span) => line.push(span),
        }
    }

    fn add_paragraph(&mut self, line: HelpLine) {
        let Some(section) = self.text.sections.last_mut() else {
            self.text.lead = line;
            return;
        };
        if let Some(HelpBlock::Problem(problem)) = section.blocks.last_mut() {
            let parts = [&mut problem.cause, &mut problem.remedy, &mut problem.who];
            if let Some(part) = parts.into_iter().find(|part| part.is_empty()) {
                *part = line;
                return;
            }
        }
        section.blocks.push(HelpBlock::Paragraph(line));
    }

    fn add(&mut self, block: HelpBlock) {
        if let Some(section) = self.text.sections.last_mut() {
            section.blocks.push(block);
        }
    }
}

/// The words of a line, without what marks them.
fn words(line: &[HelpSpan]) -> String {
    let words = line.iter().map(|span| match span {
        HelpSpan::Text(text)
        | HelpSpan::Label(text)
        | HelpSpan::OtherLabel(text)
        | HelpSpan::Code(text) => text.clone(),
        HelpSpan::Link(line, _) => words(line),
    });
    words.collect()
}
