'use strict';

/** Ms without any request after an answer 429. Source: LivePerson, retry policy. */
const PAUSE = 1000;
/** The pace is halved at each 429, at most to this part of itself, and is the old one again after so many periods. */
const SLOWEST = 1 / 32;
const RECOVERY = 10;

/** A token bucket. Pure: a moment is a number of ms on the caller's clock. */
class TokenBucket {
  #capacity;
  #fastest;
  #per;
  #rate;
  #tokens;
  #at;
  #pausedUntil = -Infinity;

  /**
   * @param {number} requests so many may go out at once
   * @param {number} per and so many more in each of these, in ms
   * @param {number} now
   */
  constructor(requests, per, now) {
    this.#capacity = requests;
    this.#tokens = requests;
    this.#per = per;
    this.#fastest = requests / per;
    this.#rate = this.#fastest;
    this.#at = now;
  }

  /** @returns {boolean} whether a request may go out now; if so it counts as gone */
  take(now) {
    if (this.wait(now) > 0) return false;
    this.#tokens -= 1;
    return true;
  }

  /** @returns {number} ms until a request may go out */
  wait(now) {
    this.#refill(now);
    if (now < this.#pausedUntil) return this.#pausedUntil - now;
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / this.#rate);
  }

  /** The service has answered 429. */
  slowDown(now) {
    this.#refill(now);
    this.#tokens = Math.min(this.#tokens, 1);
    this.#rate = Math.max(this.#rate / 2, this.#fastest * SLOWEST);
    this.#pausedUntil = now + PAUSE;
  }

  #refill(now) {
    const elapsed = now - Math.max(this.#at, Math.min(this.#pausedUntil, now));
    this.#at = now;
    if (elapsed <= 0) return;
    this.#tokens = Math.min(this.#capacity, this.#tokens + elapsed * this.#rate);
    this.#rate = Math.min(this.#fastest, this.#rate + (this.#fastest * elapsed) / (RECOVERY * this.#per));
  }
}

module.exports = { TokenBucket };
