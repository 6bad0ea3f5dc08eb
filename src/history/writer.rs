//! Owns writing facts to disk as JSON lines in zstd frames. Must not know what facts mean.
