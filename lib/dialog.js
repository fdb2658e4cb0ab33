'use strict';

/** More than this many messages beyond a gap are not remembered one by one. */
const LONGEST = 1000;

/** Which messages of a dialog the bot has seen, by their sequence. Pure. */
class Dialog {
  /** All up to here were seen, or are older than what the bot knows of the dialog. */
  #last;
  /** Those seen beyond it. */
  #beyond = new Set();

  /** Messages that wait until what is missing before them has been fetched. */
  held = [];
  /** What is missing is being fetched. */
  isCatchingUp = false;
  /** Gaps are worth a question: the last one was not in vain. */
  isPatient = true;

  /**
   * @param {number} last
   * @param {boolean} isExact false: nothing is known of the messages themselves yet
   */
  constructor(last, isExact) {
    this.#last = last;
    this.isExact = isExact;
  }

  /** From where on to ask for messages. */
  get last() {
    return this.#last;
  }

  has(sequence) {
    return sequence <= this.#last || this.#beyond.has(sequence);
  }

  /** Whether messages before this one were not seen. */
  isGap(sequence) {
    return this.isExact && sequence > this.#last + 1;
  }

  see(sequence) {
    if (!this.isExact) this.#last = Math.max(this.#last, sequence - 1);
    this.isExact = true;
    if (sequence > this.#last) this.#beyond.add(sequence);
    while (this.#beyond.delete(this.#last + 1)) this.#last += 1;
    if (this.#beyond.size > LONGEST) this.seeAllUpTo(Math.max(...this.#beyond));
    if (this.#beyond.size === 0) this.isPatient = true;
  }

  /** The service has said all that there is up to here. */
  seeAllUpTo(sequence) {
    this.isExact = true;
    this.#last = Math.max(this.#last, sequence);
    for (const one of this.#beyond) if (one <= this.#last) this.#beyond.delete(one);
    while (this.#beyond.delete(this.#last + 1)) this.#last += 1;
  }
}

module.exports = { Dialog };
