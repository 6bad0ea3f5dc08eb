//! Owns queries that were read already: clients send a text again and again, with other variables.
//! Must not know what a query means.

use std::collections::VecDeque;
use std::sync::Arc;

use async_graphql_parser::types::ExecutableDocument;
use rustc_hash::FxHashMap;

use super::{Wrong, read};

/// How many are known again.
const DOCUMENTS_MAX: usize = 64;
/// The longest that is kept, in bytes.
const BYTES_MAX: usize = 8 << 10;

/// The latest queries that could be read, by their text.
#[derive(Debug, Default)]
pub(in crate::faces::shopify) struct Documents {
    known: FxHashMap<Arc<str>, Arc<ExecutableDocument>>,
    oldest_first: VecDeque<Arc<str>>,
}

impl Documents {
    /// What a query says.
    pub(super) fn read(&mut self, query: &str) -> Result<Arc<ExecutableDocument>, Wrong> {
        if let Some(known) = self.known.get(query) {
            return Ok(Arc::clone(known));
        }
        let document = Arc::new(read(query)?);
        if query.len() <= BYTES_MAX {
            if self.known.len() >= DOCUMENTS_MAX
                && let Some(oldest) = self.oldest_first.pop_front()
            {
                self.known.remove(&oldest);
            }
            let text: Arc<str> = query.into();
            self.oldest_first.push_back(Arc::clone(&text));
            self.known.insert(text, Arc::clone(&document));
        }
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_known_and_no_more_than_are_borne() {
        let mut documents = Documents::default();
        let mut read = |query: &str| documents.read(query).map_err(|wrong| wrong.0);
        let first = read("{ shop { name } }").unwrap();
        assert!(Arc::ptr_eq(&first, &read("{ shop { name } }").unwrap()));
        assert!(read("{ shop { ").is_err());
        for number in 0..DOCUMENTS_MAX {
            read(&format!("{{ shop {{ a{number}: name }} }}")).unwrap();
        }
        let long = format!("{{ shop {{ name }} }}{}", " ".repeat(BYTES_MAX));
        assert!(!Arc::ptr_eq(&read(&long).unwrap(), &read(&long).unwrap()));
        assert!(!Arc::ptr_eq(&first, &read("{ shop { name } }").unwrap()));
        assert_eq!(
            (documents.known.len(), documents.oldest_first.len()),
            (DOCUMENTS_MAX, DOCUMENTS_MAX)
        );
    }
}
