'use strict';

/**
 * The service's clock: it runs like the machine's until a test moves it forward. Rings, sessions and file links expire by
 * it, so that a test of a 72-second ring takes no 72 seconds.
 */
class Clock {
  #ahead = 0;
  #timers = [];
  #alarm = null;

  /** @returns {number} milliseconds since 1970, as the service sees them */
  now() {
    return Date.now() + this.#ahead;
  }

  /**
   * @param {number} delay milliseconds on this clock
   * @param {Function} action called once, when they have passed
   * @returns {Function} call it to cancel
   */
  after(delay, action) {
    const timer = { due: this.now() + delay, action };
    this.#timers.splice(this.#place(timer.due), 0, timer);
    this.#arm();
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
      if (this.#timers.length === 0) this.#disarm();
    };
  }

  /**
   * Moves the clock forward. What falls due on the way happens before this returns, in order, each at its own time.
   * @param {number} delay milliseconds
   */
  advance(delay) {
    if (!(delay >= 0)) throw new RangeError(`The clock only goes forward: advance(${delay}) needs milliseconds >= 0`);
    const end = this.now() + delay;
    while (this.#timers.length > 0 && this.#timers[0].due <= end) {
      const timer = this.#timers.shift();
      this.#ahead += Math.max(0, timer.due - this.now());
      timer.action();
    }
    this.#ahead += Math.max(0, end - this.now());
    this.#arm();
  }

  /** Forgets everything that has not happened yet. */
  stop() {
    this.#timers = [];
    this.#disarm();
  }

  // Timers due at the same time run in the order in which they were set, so a new one goes behind its equals.
  #place(due) {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timers[middle].due <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #arm() {
    this.#disarm();
    if (this.#timers.length === 0) return;
    // setTimeout takes 31 bits; a later timer is simply armed again.
    const wait = Math.min(Math.max(0, this.#timers[0].due - this.now()), 2 ** 31 - 1);
    this.#alarm = setTimeout(() => this.advance(0), wait);
    this.#alarm.unref();
  }

  #disarm() {
    clearTimeout(this.#alarm);
    this.#alarm = null;
  }
}

module.exports = { Clock };
