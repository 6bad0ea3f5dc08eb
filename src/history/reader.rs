//! Owns reading a history back, torn or whole. Must not know what facts mean.
