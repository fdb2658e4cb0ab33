'use strict';

const { hexToken, uuid } = require('../ids');

/** What a sign-in gave: a bearer token for sockets and calls, and cookie + csrf to refresh it with. */
class Session {
  constructor({ person, now, bearer = hexToken() }) {
    this.person = person;
    this.bearer = bearer;
    this.csrf = hexToken();
    this.cookie = uuid();
    this.startedAt = now;
    this.refreshedAt = now;
    this.ended = false;
    // A ready token was made elsewhere, and whoever made it keeps it fresh.
    this.keptFresh = false;
  }
}

/**
 * The sign-in sessions. One user has one at a time: signing in again ends the earlier one for new sockets and calls, while
 * sockets that are open stay so (node-agent-sdk's and lp-messaging-sdk's documentation).
 */
class Sessions {
  #byBearer = new Map();

  constructor({ clock, settings }) {
    this.clock = clock;
    this.settings = settings;
  }

  /** @returns {Session} a new one for the person, which ends its others */
  signIn(person) {
    this.end(person);
    return this.#add(new Session({ person, now: this.clock.now() }));
  }

  /** @returns {Session} one with the given bearer, as if it came from elsewhere */
  addReadyToken(person, bearer) {
    const session = this.#add(new Session({ person, now: this.clock.now(), bearer }));
    session.keptFresh = true;
    return session;
  }

  /** @returns {Session|undefined} the live session of a bearer token */
  ofBearer(bearer) {
    const session = this.#byBearer.get(bearer);
    return session && this.isAlive(session) ? session : undefined;
  }

  /** @returns {Session|undefined} the live session of a cookie */
  ofCookie(cookie) {
    return [...this.#byBearer.values()].find((session) => session.cookie === cookie && this.isAlive(session));
  }

  isAlive(session) {
    if (session.ended) return false;
    const now = this.clock.now();
    if (now - session.startedAt >= this.settings.sessionLifetime) return false;
    return session.keptFresh || now - session.refreshedAt < this.settings.sessionIdle;
  }

  refresh(session) {
    session.refreshedAt = this.clock.now();
  }

  /** Ends every session of a person. */
  end(person) {
    for (const session of this.#byBearer.values()) if (session.person === person) this.remove(session);
  }

  remove(session) {
    session.ended = true;
    this.#byBearer.delete(session.bearer);
  }

  #add(session) {
    this.#byBearer.set(session.bearer, session);
    return session;
  }
}

module.exports = { Sessions };
