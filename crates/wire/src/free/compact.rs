//! JSON text without what says nothing, written with a budget.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::input::without_halves;
use crate::text::without_zeros;

/// Bytes that may become a single one: an escape such as `\u0041`.
const MAX_ESCAPE_BYTES: usize = 6;

/// Why something is not written to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CompactError {
    /// It has too many bytes.
    CustomFieldsSizeError,
    /// It has too many levels.
    TooDeep,
    /// It has a number that is beyond every `f64`.
    OutOfRange,
}

/// Writes JSON that was read once already: without white space, without the values that a later one
/// under the same key replaces, with U+FFFD for U+0000 and for halves of characters. Numbers stay as
/// they are; one that programs read as infinite is refused, since serde_json and others do not read
/// the text around it either.
pub(super) struct Writer {
    text: String,
    most: usize,
    /// The objects that are being written, the innermost last.
    objects: Vec<Object>,
}

/// An object that is being written.
#[derive(Default)]
struct Object {
    begin: usize,
    /// Where each field stands.
    fields: Vec<Range<usize>>,
    /// Which field has which key.
    indexes: BTreeMap<String, usize>,
    has_twins: bool,
}

impl Writer {
    pub fn new(most: usize) -> Self {
        Self {
            text: String::new(),
            most,
            objects: Vec::new(),
        }
    }

    pub fn finish(self) -> String {
        self.text
    }

    pub fn begin_object(&mut self) {
        self.text.push('{');
        self.objects.push(Object {
            begin: self.text.len(),
            ..Object::default()
        });
    }

    /// A field of the innermost object, whose value may have so many levels.
    pub fn field(&mut self, key: &str, value: &str, levels: usize) -> Result<(), CompactError> {
        let key = without_zeros(key).into_owned();
        let begin = self.begin_field(&key);
        self.value(value, levels)?;
        self.end_field(key, begin);
        Ok(())
    }

    pub fn end_object(&mut self) {
        let object = self.objects.pop().unwrap_or_default();
        if object.has_twins {
            let fields = object.fields.iter();
            let fields: Vec<&str> = fields.filter_map(|it| self.text.get(it.clone())).collect();
            let fields = fields.join(",");
            self.text.truncate(object.begin);
            self.text.push_str(&fields);
        }
        self.text.push('}');
    }

    fn begin_field(&mut self, key: &str) -> usize {
        if self.objects.last().is_some_and(|it| !it.fields.is_empty()) {
            self.text.push(',');
        }
        let begin = self.text.len();
        self.text.push_str(&quote(key));
        self.text.push(':');
        begin
    }

    fn end_field(&mut self, key: String, begin: usize) {
        let range = begin..self.text.len();
        let Some(object) = self.objects.last_mut() else {
            return;
        };
        let index = *object.indexes.entry(key).or_insert(object.fields.len());
        match object.fields.get_mut(index) {
            Some(earlier) => {
                *earlier = range;
                object.has_twins = true;
            }
            None => object.fields.push(range),
        }
    }

    /// A value of so many levels at most.
    pub fn value(&mut self, json: &str, levels: usize) -> Result<(), CompactError> {
        self.next(&mut Cursor { json, at: 0 }, levels)
    }

    fn next(&mut self, json: &mut Cursor<'_>, levels: usize) -> Result<(), CompactError> {
        match json.peek() {
            Some(b'{' | b'[') if levels == 0 => return Err(CompactError::TooDeep),
            Some(b'{') => self.object(json, levels - 1)?,
            Some(b'[') => self.array(json, levels - 1)?,
            Some(b'"') => {
                let token = json.string();
                if token.len() / MAX_ESCAPE_BYTES > self.most {
                    return Err(CompactError::CustomFieldsSizeError);
                }
                if token.contains('\\') {
                    self.text.push_str(&quote(&unquoted(token)));
                } else {
                    self.text.push_str(token);
                }
            }
            _ => {
                let word = json.word();
                if serde_json::from_str::<serde_json::Value>(word).is_err() {
                    return Err(CompactError::OutOfRange);
                }
                self.text.push_str(word);
            }
        }
        if self.text.len() > self.most {
            return Err(CompactError::CustomFieldsSizeError);
        }
        Ok(())
    }

    fn object(&mut self, json: &mut Cursor<'_>, levels: usize) -> Result<(), CompactError> {
        json.at += 1;
        self.begin_object();
        loop {
            match json.peek() {
                Some(b'"') => {
                    let key = unquoted(json.string());
                    if json.peek() == Some(b':') {
                        json.at += 1;
                    }
                    let begin = self.begin_field(&key);
                    self.next(json, levels)?;
                    self.end_field(key, begin);
                }
                Some(b',') => json.at += 1,
                _ => break,
            }
        }
        json.at += 1;
        self.end_object();
        Ok(())
    }

    fn array(&mut self, json: &mut Cursor<'_>, levels: usize) -> Result<(), CompactError> {
        json.at += 1;
        self.text.push('[');
        loop {
            match json.peek() {
                None | Some(b']') => break,
                Some(b',') => {
                    json.at += 1;
                    self.text.push(',');
                }
                Some(_) => self.next(json, levels)?,
            }
        }
        json.at += 1;
        self.text.push(']');
        Ok(())
    }
}

/// A place in JSON that was found to be good.
struct Cursor<'a> {
    json: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.json.as_bytes().get(self.at..)?;
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        self.at += blank.count();
        self.json.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let token = self.json.get(self.at..self.at + bytes).unwrap_or_default();
        self.at += bytes;
        token
    }

    /// A string with its quotes.
    fn string(&mut self) -> &'a str {
        let rest = self.json.as_bytes().get(self.at + 1..).unwrap_or_default();
        let mut length = 0;
        loop {
            length += match rest.get(length) {
                Some(b'\\') => 2,
                Some(b'"') | None => break,
                Some(_) => 1,
            };
        }
        self.take(length + 2)
    }

    /// A number, `true`, `false` or `null`. One byte at least, whatever is there.
    fn word(&mut self) -> &'a str {
        let rest = self.json.as_bytes().get(self.at..).unwrap_or_default();
        let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace();
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.take(length.max(1))
    }
}

/// The text behind a string with its quotes.
fn unquoted(token: &str) -> String {
    let read = serde_json::from_str::<String>(token).or_else(|error| {
        let mended = without_halves(token.as_bytes()).ok_or(error)?;
        serde_json::from_slice(&mended)
    });
    without_zeros(&read.unwrap_or_default()).into_owned()
}

/// A text as a string of JSON.
pub(super) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
