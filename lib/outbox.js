'use strict';

const { reasonOf, tellAll } = require('./callbacks');
const errors = require('./errors');
const { milliseconds } = require('./settings');
const { Subscriptions } = require('./subscriptions');
const { TokenBucket } = require('./token-bucket');

const MAX_SIZE = 1000;
const MAX_AGE = 60000;

/** The options `offlineQueue`, `rateLimit` and `maxBufferedAmount`: when a request goes out, and which does not. */
class Outbox {
  #port;
  #waitsOffline;
  #maxSize;
  #maxAge;
  #maxBuffered;
  #bucket = null;
  /** @type {{ call: import('./outgoing').Call, body: string, since: number, unlisten: Function }[]} */
  #queue = [];
  #isReady = false;
  #timer = null;

  /**
   * @param {object} conf
   * @param {import('./resilience').Port} port
   */
  constructor({ offlineQueue, rateLimit, maxBufferedAmount }, port) {
    this.#port = port;
    this.#waitsOffline = Boolean(offlineQueue);
    this.#maxSize = Number(offlineQueue && offlineQueue.maxSize) || MAX_SIZE;
    this.#maxAge = offlineQueue ? milliseconds(offlineQueue.maxAge) || MAX_AGE : Infinity;
    this.#maxBuffered = Number(maxBufferedAmount) > 0 ? Number(maxBufferedAmount) : Infinity;
    if (rateLimit) this.#bucket = bucketOf(rateLimit);
  }

  get size() {
    return this.#queue.length;
  }

  /** A request of the bot's. @param {import('./outgoing').Call} call */
  pass(call) {
    if (this.#maxBuffered < Infinity && this.#port.bufferedAmount() > this.#maxBuffered) {
      call.settle(errors.tooMuchBuffered(this.#maxBuffered));
    } else if (this.#mustWait(call.method)) {
      this.#keep(call);
    } else {
      this.#port.send(call);
    }
  }

  /** The agent is where it was: what waits goes out. */
  ready() {
    this.#isReady = true;
    this.#pump();
  }

  lost() {
    this.#isReady = false;
    this.#pump();
    if (!this.#waitsOffline) this.#refuseAll(errors.notConnected());
  }

  /** @returns {Function} to be called once the agent is disposed of: tells those who wait */
  disposed() {
    const waiting = this.#queue.splice(0);
    this.#isReady = false;
    this.#pump();
    return () => refuse(waiting, errors.disposed());
  }

  /** The service has answered 429. */
  slowDown() {
    if (this.#bucket) this.#bucket.slowDown(performance.now());
  }

  /** The clock is asked for its own sake, and what makes a connection ready cannot wait for that. */
  #mustWait(method) {
    if (method === 'getClock') return false;
    const isOpen = this.#port.isOpen();
    if (!isOpen || !this.#isReady) return this.#waitsOffline && !(isOpen && Subscriptions.isRemembered(method));
    return this.#queue.length > 0 || (this.#bucket !== null && !this.#bucket.take(performance.now()));
  }

  /** Its body as it is now: bots use their objects again. */
  #keep(call) {
    const { signal } = call.options;
    if (signal && signal.aborted) return call.settle(reasonOf(signal));
    if (this.#queue.length >= this.#maxSize) return call.settle(errors.queueFull(this.#maxSize));
    let body;
    try {
      body = JSON.stringify(call.body);
    } catch (error) {
      if (!call.isPromised) throw error;
      return call.settle(error);
    }
    const kept = { call, body, since: performance.now(), unlisten: () => {} };
    if (signal) {
      const abort = () => {
        this.#queue = this.#queue.filter((one) => one !== kept);
        refuse([kept], reasonOf(signal));
      };
      signal.addEventListener('abort', abort, { once: true });
      kept.unlisten = () => signal.removeEventListener('abort', abort);
    }
    this.#queue.push(kept);
    if (this.#queue.length === 1) this.#pump();
  }

  /** Sends what may go out, refuses what is too old, and comes back when either will be so for the next one. */
  #pump() {
    clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#queue.length > 0) {
      const now = performance.now();
      const age = this.#queue[0].since + this.#maxAge - now;
      const isOpen = this.#isReady && this.#port.isOpen();
      const wait = this.#bucket === null ? 0 : this.#bucket.wait(now);
      if (age > 0 && (!isOpen || wait > 0)) {
        const pause = isOpen ? Math.min(age, wait) : age;
        if (pause < Infinity) this.#timer = setTimeout(() => this.#pump(), Math.max(1, Math.ceil(pause)));
        return;
      }
      const kept = this.#queue.shift();
      if (age <= 0) {
        refuse([kept], errors.waitedTooLong(this.#maxAge));
        continue;
      }
      if (this.#bucket !== null) this.#bucket.take(now);
      kept.unlisten();
      const body = kept.body === undefined ? undefined : JSON.parse(kept.body);
      tellAll([() => this.#port.send({ ...kept.call, body })]);
    }
  }

  #refuseAll(error) {
    refuse(this.#queue.splice(0), error);
  }
}

function bucketOf({ requests, per }) {
  if (!(Number(requests) >= 1) || !(Number(per) > 0)) {
    throw new TypeError('rateLimit needs { requests, per }: so many requests (1 or more) per so many ms');
  }
  return new TokenBucket(Number(requests), Number(per), performance.now());
}

function refuse(kept, error) {
  for (const { call, unlisten } of kept) {
    unlisten();
    tellAll([call.settle], error);
  }
}

module.exports = { Outbox };
