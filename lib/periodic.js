'use strict';

/**
 * Does something again and again, each time a while after the last time has ended. While it runs, the process is kept
 * alive. The timers are looked up when they are needed, so that those of a test count.
 */
class Periodic {
  #timer = null;

  /**
   * Begins anew.
   *
   * @param {() => number} interval ms until the next time
   * @param {(done: () => void) => void} work
   */
  start(interval, work) {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => {
      work(() => {
        // not if somebody has started or stopped it meanwhile
        if (this.#timer === timer) this.start(interval, work);
      });
    }, interval());
    this.#timer = timer;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}

module.exports = { Periodic };
