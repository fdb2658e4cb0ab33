//! One login for all agents of this process that ask with the same credentials, for those that want it so.
//!
//! A second login of a user ends the first one's token (LivePerson: messaging agent SDK), so agents of one user that log in
//! each for itself take their tokens from each other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use once_cell::sync::Lazy;
use reqwest::Url;
use tokio::time::Instant;

use super::config::{NetworkSettings, Secret, Settings};
use super::error::Cause;
use super::http::{Answer, Call, Post};
use super::network::Network;

/// How long an answer is good for others, unless its token is known to be of no use (Login Service API: sessions that are not
/// refreshed for some minutes end).
const GOOD: Duration = Duration::from_secs(240);

type Key = (Url, Secret, NetworkSettings);
type Login = Result<Arc<Answer>, Cause>;
type Asking = Shared<BoxFuture<'static, Login>>;

enum Entry {
    Known {
        answer: Arc<Answer>,
        since: Instant,
    },
    /// Weak: when all who wait for it are gone it ends.
    Asking(WeakShared<BoxFuture<'static, Login>>),
}

static LOGINS: Lazy<Mutex<HashMap<Key, Entry>>> = Lazy::new(Mutex::default);

fn logins() -> MutexGuard<'static, HashMap<Key, Entry>> {
    LOGINS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the login answered to somebody in this process: the call under way, or the last one where its token is not the one
/// that the asker is about to replace.
///
/// # Errors
/// As for the call itself.
pub async fn share(network: &Arc<Network>, settings: &Settings, url: &Url, body: &str, user_agent: &str) -> Login {
    let key = (url.clone(), Secret::from(body), settings.network.clone());
    let asking = {
        let mut logins = logins();
        let under_way = match logins.get(&key) {
            Some(Entry::Known { answer, since }) if since.elapsed() < GOOD && !is_stale(answer, settings) => {
                return Ok(answer.clone());
            }
            Some(Entry::Asking(weak)) => weak.upgrade().filter(|asking| asking.peek().is_none()),
            _ => None,
        };
        match under_way {
            Some(asking) => asking,
            None => {
                let asking = ask(network.clone(), settings, url.clone(), body.to_owned(), user_agent.to_owned());
                if let Some(weak) = asking.downgrade() {
                    logins.insert(key.clone(), Entry::Asking(weak));
                }
                asking
            }
        }
    };
    let login = asking.clone().await;
    remember(key, &asking, &login);
    login
}

fn is_stale(answer: &Answer, settings: &Settings) -> bool {
    settings.stale_token.as_ref().is_some_and(|token| answer.body.contains(token.reveal()))
}

fn ask(network: Arc<Network>, settings: &Settings, url: Url, body: String, user_agent: String) -> Asking {
    let deadline = settings.http_deadline();
    async move {
        let post = Post { body: &body, user_agent, cookies: String::new() };
        network.call(Call { url: &url, post: Some(post), deadline }).await.map(Arc::new)
    }
    .boxed()
    .shared()
}

/// Keeps a good answer for those to come. The first of those who shared the call does that for all of them.
fn remember(key: Key, asking: &Asking, login: &Login) {
    let mut logins = logins();
    match logins.get(&key) {
        Some(Entry::Asking(weak)) if weak.upgrade().is_some_and(|other| other.ptr_eq(asking)) => {}
        _ => return,
    }
    logins.remove(&key);
    logins.retain(|_, entry| match entry {
        Entry::Known { since, .. } => since.elapsed() < GOOD,
        Entry::Asking(weak) => weak.upgrade().is_some(),
    });
    if let Ok(answer) = login
        && answer.status <= 299
    {
        logins.insert(key, Entry::Known { answer: answer.clone(), since: Instant::now() });
    }
}
