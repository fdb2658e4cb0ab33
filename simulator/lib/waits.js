'use strict';

/**
 * Waiting without sleeping: each wait asks its question again whenever something has happened, and gives up at a deadline
 * with an error that says what was waited for and what came instead.
 */
class Waits {
  #open = new Set();

  /** @param {number} limit milliseconds (of the machine's clock) that a wait may last when it names no limit itself */
  constructor(limit) {
    this.limit = limit;
  }

  /**
   * @param {string} what completes the sentence "waited for …"
   * @param {Function} probe its first answer that is neither undefined, null nor false ends the wait
   * @param {{within?: number, instead?: Function}} [options] within: milliseconds, or Infinity; instead: gives the text of what came
   * @returns {Promise<*>} the probe's answer
   */
  until(what, probe, { within = this.limit, instead } = {}) {
    // Made here, so that its stack shows who waited.
    const failure = new Error();
    return new Promise((resolve, reject) => {
      const wait = { what, failure, reject };
      const end = () => {
        clearTimeout(timer);
        this.#open.delete(wait);
      };
      wait.check = () => {
        try {
          const found = probe();
          if (found === undefined || found === null || found === false) return;
          end();
          resolve(found);
        } catch (error) {
          end();
          reject(error);
        }
      };
      wait.fail = (message) => {
        end();
        failure.message = message;
        reject(failure);
      };
      const giveUp = () =>
        wait.fail(`Waited ${within} ms for ${what}, in vain. ${instead ? `Instead: ${instead()}` : ''}`.trim());
      const timer = within === Infinity ? undefined : setTimeout(giveUp, within);
      this.#open.add(wait);
      wait.check();
    });
  }

  /** To be called whenever something has happened that a wait might be about. */
  check() {
    for (const wait of [...this.#open]) wait.check();
  }

  /** Ends all waits, with an error each. */
  close() {
    for (const wait of [...this.#open]) wait.fail(`The simulator was closed while waiting for ${wait.what}.`);
  }
}

module.exports = { Waits };
