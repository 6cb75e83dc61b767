//! The procedural macros of Nuages.
