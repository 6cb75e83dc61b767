//! What rows become where a program defines its structs itself: by hand and in sqlx.

use chrono::{DateTime, Utc};
use std::collections::HashMap;

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

/// Users with their posts with their comments, put together as one would by hand.
pub(crate) fn nest(
    users: Vec<User>,
    posts: Vec<Post>,
    comments: Vec<Comment>,
) -> Vec<(User, Vec<(Post, Vec<Comment>)>)> {
    let mut of_posts: HashMap<i64, Vec<Comment>> = HashMap::with_capacity(posts.len());
    for comment in comments {
        of_posts.entry(comment.post_id).or_default().push(comment);
    }
    let mut of_users: HashMap<i64, Vec<(Post, Vec<Comment>)>> = HashMap::with_capacity(users.len());
    for post in posts {
        let of = of_posts.remove(&post.id).unwrap_or_default();
        of_users.entry(post.user_id).or_default().push((post, of));
    }
    let nested = users.into_iter().map(|user| {
        let of = of_users.remove(&user.id).unwrap_or_default();
        (user, of)
    });
    nested.collect()
}
