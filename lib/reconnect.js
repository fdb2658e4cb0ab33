'use strict';

const dispatch = require('./dispatch');
const { delayOf, meaningOf, outagePause } = require('./reconnect-policy');
const { milliseconds } = require('./settings');

/** Of attempts at the socket alone, each n-th goes the whole way: the service may have moved. */
const WHOLE_WAY = 4;
/** A connection that has lasted this many times `initialDelay` was one; what ends sooner counts as a failed attempt. */
const HOLDS = 10;

/**
 * The option `reconnect`: plans the next attempt when a connection, or an attempt at one, has come to its end. What each
 * end means is in reconnect-policy.js.
 */
class Reconnect {
  #port;
  #options;
  #timer = null;
  /** Planned since a connection last held. */
  #attempts = 0;
  /** 5xx answers in a row. */
  #outages = 0;
  #mustRenew = false;
  /** The token or credentials that the service refused last. */
  #refused;
  #openedAt;
  /** The bot was told of attempts whose outcome it does not know yet. */
  #isAwaited = false;

  /** How often a connection was made again. */
  count = 0;

  /**
   * @param {true|object} given the option
   * @param {import('./resilience').Port} port
   */
  constructor(given, port) {
    this.#port = port;
    this.#options = {
      initialDelay: milliseconds(given.initialDelay) || 1000,
      maxDelay: milliseconds(given.maxDelay) || 60000,
      factor: Number(given.factor) >= 1 ? Number(given.factor) : 2,
      jitter: Number(given.jitter) >= 0 ? Number(given.jitter) : 0.2,
      maxAttempts: Number(given.maxAttempts) >= 0 ? Number(given.maxAttempts) : Infinity,
      strategy: typeof given.strategy === 'function' ? given.strategy : undefined,
    };
  }

  /** An attempt begins, the bot's own or a planned one. */
  begins() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** @param {boolean} byLogin false: with the bot's own token */
  signedIn(byLogin) {
    this.#mustRenew = false;
    if (byLogin) this.#refused = undefined;
  }

  /** The service does not take the token any more, though it took it for the connection. */
  distrust() {
    this.#mustRenew = true;
  }

  opened() {
    this.#openedAt = performance.now();
    if (!this.#isAwaited) return;
    this.#isAwaited = false;
    this.count += 1;
    dispatch.reconnected(this.#port.agent, { attempts: this.#attempts });
  }

  /** @param {import('./reconnect-policy').Cause} cause why there is no connection, or none any more */
  ended(cause) {
    if (performance.now() - this.#openedAt >= HOLDS * this.#options.initialDelay) this.#begin();
    this.#openedAt = undefined;
    const meaning = meaningOf(cause);
    this.#outages = meaning.isOutage ? this.#outages + 1 : 0;
    if (meaning.action === 'renew') this.#mustRenew = true;
    const isHopeless = meaning.action === 'stop' || (meaning.isRefusal && this.#isRefusedAgain(cause));
    // the bot itself may have begun the next attempt, or be done
    if (!this.#port.isIdle()) return;
    const delay = isHopeless ? undefined : this.#delay(meaning, cause);
    if (delay === undefined) this.#giveUp(cause);
    else this.#plan(delay, cause);
  }

  stop() {
    this.begins();
    this.#begin();
    this.#isAwaited = false;
  }

  /** Everything counts from here. */
  #begin() {
    this.#attempts = 0;
    this.#outages = 0;
    this.#refused = undefined;
  }

  #isRefusedAgain({ step }) {
    const credential = this.#port.credential(step);
    const isSame = credential === this.#refused;
    this.#refused = credential;
    return isSame;
  }

  /** @returns {number|undefined} ms; undefined: no more attempts */
  #delay({ floor, isOutage }, cause) {
    const attempt = this.#attempts + 1;
    const { maxAttempts, strategy } = this.#options;
    if (attempt > maxAttempts) return undefined;
    if (strategy === undefined) {
      return delayOf(this.#options, attempt, isOutage ? outagePause(this.#outages) : floor);
    }
    const delay = strategy(attempt, cause);
    return typeof delay === 'number' && delay >= 0 ? Math.min(delay, 2 ** 31 - 1) : undefined;
  }

  #plan(delay, cause) {
    this.#attempts += 1;
    this.#isAwaited = true;
    const isStuck = cause.step === 'upgrade' && this.#attempts % WHOLE_WAY === 0;
    this.#timer = setTimeout(() => {
      if (isStuck || this.#mustRenew || !this.#port.dial()) this.#port.renew();
    }, delay);
    dispatch.reconnecting(this.#port.agent, { attempt: this.#attempts, delay, cause });
  }

  #giveUp(cause) {
    const attempts = this.#attempts;
    this.stop();
    dispatch.gaveUp(this.#port.agent, { attempts, cause });
  }
}

module.exports = { Reconnect };
