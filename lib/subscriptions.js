'use strict';

const { tellAll } = require('./callbacks');
const dispatch = require('./dispatch');
const { isRefusal } = require('./errors');

/** What a connection is told once and what is lost with it. Of the first the last one counts, of the others each. */
const REMEMBERED = ['setAgentState', 'subscribeExConversations', 'subscribeRoutingTasks', 'subscribeAgentsState'];
/** The requests whose body names a subscription. */
const NAMING = ['unsubscribeExConversations', 'updateRoutingTaskSubscription'];

/**
 * @typedef {object} Entry something that the bot asked for
 * @property {string} method
 * @property {string} body as JSON, as the bot gave it
 * @property {object} given headers and the like
 * @property {string} signature equal for what does the same; numbers, which are moments in these bodies, do not count
 * @property {number} round the connection on which it was last asked for
 * @property {boolean} isOurs asked for again by us on that connection, and not by the bot
 * @property {boolean} isOver the bot has asked for the same itself meanwhile
 * @property {string} [heldId] the id of the subscription that the bot holds
 * @property {string} [currentId] its id on this connection
 */

/** The option `resubscribe`: what the bot asked for is asked for again on each new connection. */
class Subscriptions {
  #port;
  /** @type {Entry[]} in the order of the requests */
  #entries = [];
  /** Counts the connections. */
  #round = 0;
  /** Requests of this round that are not answered. */
  #waiting = 0;
  /** Subscriptions of this round that the bot has made anew itself. */
  #dropped = new Set();
  /** Notifications of subscriptions whose id is not known yet. */
  #held = [];
  #onSettled = () => {};

  /** @param {import('./resilience').Port} port */
  constructor(port) {
    this.#port = port;
  }

  /** Whether a request is one that makes a connection what it was. @param {string} method @returns {boolean} */
  static isRemembered(method) {
    return REMEMBERED.includes(method);
  }

  /** Nothing of this connection is unanswered. */
  get isSettled() {
    return this.#waiting === 0;
  }

  opening() {
    this.#round += 1;
    this.#waiting = 0;
    this.#dropped.clear();
    this.#held = [];
    for (const entry of this.#entries) Object.assign(entry, { currentId: undefined, isOurs: false });
  }

  /** The bot begins anew. */
  forget() {
    this.#entries = [];
  }

  /** The connection is gone: what is still answered is of no interest. */
  lost() {
    this.#round += 1;
  }

  /**
   * The bot's listeners have heard of the connection: asks for what they did not ask for themselves.
   *
   * @param {() => void} onSettled called whenever all is answered
   */
  opened(onSettled) {
    this.#onSettled = onSettled;
    const fresh = this.#entries.filter((entry) => entry.round === this.#round).map(({ signature }) => signature);
    const [claimed, missing] = [[], []];
    for (const entry of this.#entries.filter((one) => one.round < this.#round)) {
      const place = fresh.indexOf(entry.signature);
      if (place >= 0) fresh.splice(place, 1);
      (place >= 0 ? claimed : missing).push(entry);
    }
    for (const entry of claimed) this.#forget(entry);
    for (const entry of missing) this.#askAgain(entry);
  }

  /**
   * A request of the bot's, on its way.
   *
   * @param {import('./outgoing').Call} call
   * @returns {import('./outgoing').Call} the one to be sent
   */
  follow(call) {
    if (NAMING.includes(call.method)) return this.#translate(call);
    if (!REMEMBERED.includes(call.method) || !this.#port.isOpen()) return call;
    const { method, given } = call;
    const body = textOf(call.body);
    if (body === undefined) return call;
    const entry = { method, body, given, signature: signatureOf(method, body), round: this.#round, isOurs: false };
    // what we asked for again and the bot asks for now, somewhat later
    const ours = this.#entries.find((one) => one.isOurs && one.signature === entry.signature);
    if (method === 'setAgentState') this.#entries = this.#entries.filter((one) => one.method !== method);
    this.#entries.push(entry);
    const { round } = entry;
    this.#waiting += 1;
    return {
      ...call,
      settle: (error, answer) => {
        const isHeard = round === this.#round;
        if (isHeard) this.#waiting -= 1;
        if (error && error.kind === 'resp') this.#forget(entry);
        if (!error && ours) this.#replace(ours);
        if (!error && isHeard) this.#answered(entry, answer);
        tellAll([call.settle], error, answer);
        if (isHeard) this.#settled();
      },
    };
  }

  /**
   * A notification gets the id of the subscription that the bot holds.
   *
   * @param {object} message
   * @returns {boolean} whether it goes to the bot now
   */
  passes(message) {
    const id = message.body && message.body.subscriptionId;
    if (id === undefined) return true;
    if (this.#dropped.has(id)) return false;
    const entry = this.#entries.find((one) => one.currentId === id);
    if (entry) message.body.subscriptionId = entry.heldId;
    else if (this.#waiting > 0 && this.#entries.some(({ isOurs }) => isOurs)) return this.#held.push(message) === 0;
    return true;
  }

  #translate(call) {
    const id = call.body && call.body.subscriptionId;
    const entry = this.#entries.find((one) => one.heldId !== undefined && one.heldId === id);
    if (!entry) return call;
    if (call.method === 'unsubscribeExConversations') this.#forget(entry);
    return { ...call, body: { ...call.body, subscriptionId: entry.currentId || id } };
  }

  #askAgain(entry, isSecond = false) {
    const round = (entry.round = this.#round);
    entry.isOurs = true;
    this.#waiting += 1;
    this.#port.ask(entry.method, JSON.parse(entry.body), entry.given, (error, answer) => {
      if (round !== this.#round) return;
      // without what the service could not do the bot would be deaf
      if (error && !isRefusal(error)) return this.#port.distrust(error.code === 401);
      this.#waiting -= 1;
      if (error && !isSecond) this.#askAgain(entry, true);
      else if (error) this.#refused(entry, error);
      else this.#answered(entry, answer);
      this.#settled();
    });
  }

  #answered(entry, answer) {
    const id = answer && answer.subscriptionId;
    if (id === undefined) return;
    entry.currentId = id;
    if (entry.heldId === undefined) entry.heldId = id;
    if (entry.isOver) this.#drop(entry);
    const held = this.#held;
    this.#held = [];
    for (const message of held) this.#deliver(message);
  }

  /** What the service does not want, asked twice, is not asked for again. */
  #refused(entry, { code }) {
    this.#forget(entry);
    dispatch.warned(this.#port.agent, `${entry.method} could not be made again: it was refused with code ${code}`);
  }

  #settled() {
    if (this.#waiting > 0) return;
    const held = this.#held;
    this.#held = [];
    for (const message of held) this.#deliver(message);
    this.#onSettled();
  }

  #deliver(message) {
    if (this.passes(message)) tellAll([() => dispatch.notification(this.#port.agent, message)]);
  }

  /** The bot has made the same subscription itself, so that this one of ours would tell everything twice. */
  #replace(entry) {
    entry.isOver = true;
    this.#forget(entry);
    if (entry.currentId !== undefined) this.#drop(entry);
  }

  #drop({ method, currentId }) {
    this.#dropped.add(currentId);
    if (method !== 'subscribeExConversations') return;
    this.#port.ask('unsubscribeExConversations', { subscriptionId: currentId }, {}, () => {});
  }

  #forget(entry) {
    this.#entries = this.#entries.filter((one) => one !== entry);
  }
}

/** @returns {string|undefined} undefined: no JSON, which whoever sends it will say */
function textOf(body) {
  try {
    return JSON.stringify(body || {});
  } catch {
    return undefined;
  }
}

function signatureOf(method, body) {
  if (method === 'setAgentState') return method;
  return method + JSON.stringify(JSON.parse(body), (key, value) => (typeof value === 'number' ? 0 : value));
}

module.exports = { Subscriptions };
