//! The text of a page of the help: Markdown, as far as a guide needs it.
//!
//! | In the file | On the page |
//! |---|---|
//! | `# Title`, then a paragraph | the title, and what the page is about |
//! | `## Heading {#anchor}` | a section, with an anchor that is the same in every language |
//! | `### Symptom {#anchor}`, then lines beginning with `?`, `!` and `@` | a problem: its cause, what to do, who can |
//! | `1. …`, `- …` | steps, and a list |
//! | `**label**` | the name of a screen or button of the back office |
//! | `*label*` | the name of a screen or button of another program |
//! | `[words](/address)`, `` `code` `` | a link, and something to be typed or read letter by letter |
//! | `{brand}` | the product's name on this hub |
//!
//! A paragraph or step is one line, however long.

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
    /// Reads a text. What it cannot read it shows as it is: tests see to it that there is no such thing.
    #[must_use]
    pub fn parse(source: &str, brand: &str) -> Self {
        let source = keep_together(&source.replace("{brand}", brand));
        let mut text = Self::default();
        for line in source.lines().map(str::trim) {
            match line.split_once(' ') {
                _ if line.is_empty() => {}
                Some(("#", title)) => text.title = title.to_owned(),
                Some(("##", heading)) => {
                    let (heading, anchor) = anchored(heading);
                    text.sections.push(HelpSection {
                        anchor,
                        heading,
                        blocks: Vec::new(),
                    });
                }
                _ => match text.sections.last_mut() {
                    None => text.lead.extend(spans(line)),
                    Some(section) => section.add(line),
                },
            }
        }
        text
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

impl HelpSection {
    fn add(&mut self, line: &str) {
        let problem = match self.blocks.last_mut() {
            Some(HelpBlock::Problem(problem)) => Some(problem),
            _ => None,
        };
        match (line.split_once(' '), problem) {
            (Some(("###", symptom)), _) => {
                let (symptom, anchor) = anchored(symptom);
                self.blocks.push(HelpBlock::Problem(HelpProblem {
                    anchor,
                    symptom,
                    ..HelpProblem::default()
                }));
            }
            (Some(("?", cause)), Some(problem)) => problem.cause = spans(cause),
            (Some(("!", remedy)), Some(problem)) => problem.remedy = spans(remedy),
            (Some(("@", who)), Some(problem)) => problem.who = spans(who),
            (Some(("-", item)), _) => match self.blocks.last_mut() {
                Some(HelpBlock::Bullets(items)) => items.push(spans(item)),
                _ => self.blocks.push(HelpBlock::Bullets(vec![spans(item)])),
            },
            (Some((mark, step)), _) if is_number(mark) => match self.blocks.last_mut() {
                Some(HelpBlock::Steps(steps)) => steps.push(spans(step)),
                _ => self.blocks.push(HelpBlock::Steps(vec![spans(step)])),
            },
            _ => self.blocks.push(HelpBlock::Paragraph(spans(line))),
        }
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

/// Whether this begins a step, as in `2.`.
fn is_number(mark: &str) -> bool {
    let figures = mark.strip_suffix('.').unwrap_or_default();
    !figures.is_empty() && figures.bytes().all(|byte| byte.is_ascii_digit())
}

/// A heading and its anchor.
fn anchored(heading: &str) -> (String, String) {
    let found = heading
        .strip_suffix('}')
        .and_then(|heading| heading.split_once(" {#"));
    let (heading, anchor) = found.unwrap_or((heading, ""));
    (heading.to_owned(), anchor.to_owned())
}

/// The pieces of a line.
fn spans(line: &str) -> HelpLine {
    let mut found = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (plain, marked) = rest.split_at(rest.find(['*', '`', '[']).unwrap_or(rest.len()));
        push_text(&mut found, plain);
        match span(marked) {
            Some((span, behind)) => {
                found.push(span);
                rest = behind;
            }
            None => {
                let first = marked.chars().next().map_or(0, char::len_utf8);
                push_text(&mut found, &marked[..first]);
                rest = &marked[first..];
            }
        }
    }
    found
}

fn push_text(found: &mut HelpLine, text: &str) {
    match found.last_mut() {
        _ if text.is_empty() => {}
        Some(HelpSpan::Text(before)) => before.push_str(text),
        _ => found.push(HelpSpan::Text(text.to_owned())),
    }
}

/// The piece that begins with a mark, and what comes behind it.
fn span(marked: &str) -> Option<(HelpSpan, &str)> {
    let between = |mark: &str| marked.strip_prefix(mark)?.split_once(mark);
    if let Some((label, rest)) = between("**") {
        return Some((HelpSpan::Label(label.to_owned()), rest));
    }
    if let Some((label, rest)) = between("*") {
        return Some((HelpSpan::OtherLabel(label.to_owned()), rest));
    }
    if let Some((code, rest)) = between("`") {
        return Some((HelpSpan::Code(code.to_owned()), rest));
    }
    let (words, rest) = marked.strip_prefix('[')?.split_once("](")?;
    let (href, rest) = rest.split_once(')')?;
    Some((HelpSpan::Link(spans(words), href.to_owned()), rest))
}
