//! What rows become where a program defines its structs itself: by hand and in sqlx.

use chrono::{DateTime, Utc};

/// A row of `users`.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) hair_color: Option<String>,
}

/// A row of `posts`.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) title: String,
    pub(crate) content: Option<String>,
}

/// A row of `comments`.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub(crate) struct Comment {
    pub(crate) id: i64,
    pub(crate) post_id: i64,
    pub(crate) text: String,
}

/// A row of `events`.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub(crate) struct Event {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) kind: String,
    pub(crate) payload: String,
    pub(crate) weight: f64,
    pub(crate) at: DateTime<Utc>,
}
