'use strict';

/** How long what was asked may take to be settled after everything was given up, in ms. */
const GRACE = 5000;

/** What the bots of this process keep account of. */
class Ledger {
  #counts = { requests: 0, settled: 0, settledAgain: 0, heard: 0, doubled: 0, disordered: 0, floods: 0, floodGaps: 0 };
  #lanes = new Map();
  /** dialog → the sequences heard, and the highest of them. */
  #dialogs = new Map();
  #news = [];
  #crashes = [];

  /** @param {{ usesPromises: boolean }} options every other request is asked for by a promise */
  constructor({ usesPromises }) {
    this.usesPromises = usesPromises;
    Object.assign(this.#counts, { connected: 0, unpaired: 0, errors: 0, gaveUp: 0, crashes: 0 });
  }

  count(name) {
    this.#counts[name]++;
  }

  crashed(error) {
    this.#counts.crashes++;
    if (this.#crashes.length < 3) this.#crashes.push(String((error && error.stack) || error));
  }

  // Connections: `closed` comes once after each `connected`, before the next one.

  connected(lane) {
    const { number, isOpen } = this.#lane(lane);
    if (isOpen) this.#counts.unpaired++;
    this.#counts.connected++;
    this.#lanes.set(lane, { number: number + 1, isOpen: true });
  }

  closed(lane) {
    this.#lanes.set(lane, { ...this.#lane(lane), isOpen: false });
  }

  connectionOf(lane) {
    return this.#lane(lane).number;
  }

  #lane(lane) {
    return this.#lanes.get(lane) || { number: 0, isOpen: false };
  }

  // Requests: each is settled exactly once.

  /**
   * @param {(settle?: Function) => Promise<*>|undefined} request
   * @param {(error: *) => void} then called the first time it is settled
   */
  ask(request, then) {
    const byPromise = this.usesPromises && ++this.#counts.requests % 2 === 0;
    if (!this.usesPromises) this.#counts.requests++;
    let isSettled = false;
    const settle = (error) => {
      if (isSettled) {
        this.#counts.settledAgain++;
        return;
      }
      isSettled = true;
      this.#counts.settled++;
      then(error);
    };
    if (byPromise) request(undefined).then(() => settle(null), settle);
    else request(settle);
  }

  // Messages: each is heard exactly once, in order.

  /**
   * @param {number} lane
   * @param {string} dialogId
   * @param {number} sequence
   * @param {boolean} isQueried the bot is just asking for the dialog's history, and hears twice what comes of itself as well
   * @returns {boolean} whether it was heard for the first time
   */
  heard(lane, dialogId, sequence, isQueried) {
    if (!this.#dialogs.has(dialogId)) this.#dialogs.set(dialogId, { sequences: new Set(), last: -1 });
    const dialog = this.#dialogs.get(dialogId);
    if (dialog.sequences.has(sequence)) {
      if (!isQueried) this.#counts.doubled++;
      return false;
    }
    if (sequence < dialog.last && !isQueried) this.#counts.disordered++;
    dialog.last = Math.max(dialog.last, sequence);
    dialog.sequences.add(sequence);
    this.#counts.heard++;
    this.#tell([lane, dialogId, sequence]);
    return true;
  }

  forget(dialogId) {
    this.#dialogs.delete(dialogId);
  }

  #tell(news) {
    this.#news.push(news);
    if (this.#news.length > 1) return;
    setImmediate(() => process.connected && process.send({ heard: this.#news.splice(0) }));
  }

  // The process

  /** @returns {{ heap: number, resident: number }} bytes in use */
  weight() {
    global.gc();
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed, resident: rss };
  }

  /** The account once everything is settled and closed, or the grace is over. */
  async final() {
    const deadline = Date.now() + GRACE;
    const isQuiet = () => this.#unsettled === 0 && handles().length === 0;
    // Each turn is an Immediate, gone before the next look.
    while (!isQuiet() && Date.now() < deadline) await new Promise(setImmediate);
    this.#dialogs.clear();
    const left = { unsettled: this.#unsettled, handles: handles(), crashReports: this.#crashes };
    return { ...this.#counts, ...left, weight: this.weight() };
  }

  get #unsettled() {
    return this.#counts.requests - this.#counts.settled;
  }
}

/** What keeps this process alive, besides the channel to its parent. */
const handles = () => process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap');

module.exports = { Ledger };
