'use strict';

// The process under test: one bot a lane, on this SDK or on the original, told by messages what to do. It answers every
// message of its conversation and says which messages it has heard; who knows the truth is the parent, see run.mjs.

const { Ledger } = require('./ledger.cjs');

const SDKS = { ours: '../..', original: 'node-agent-sdk' };
/** Ms until a bot that looks after itself tries again. */
const PAUSE = 25;
/** What takes the place of looking after itself. */
const RESILIENCE = { resubscribe: true, offlineQueue: true };
/** Close codes after which the token does not do any more. Source: LivePerson, UMS; SDK, README: reconnect. */
const RENEWING = [1008, 1011, 4401, 4407];

class Bot {
  #timer = null;
  #needsToken = false;
  #hasSubscribed = false;
  #dialogs = new Map();
  /** Dialogs whose history this bot has asked for. */
  #queried = new Set();
  #lastFlood = -1;
  #isDisposed = false;

  /**
   * @param {number} lane
   * @param {object} conf
   * @param {{ Agent: Function, ledger: Ledger, looksAfterItself: boolean }} how
   */
  constructor(lane, conf, { Agent, ledger, looksAfterItself }) {
    this.lane = lane;
    this.ledger = ledger;
    this.looksAfterItself = looksAfterItself;
    this.agent = new Agent(conf);
    this.agent.on('connected', () => this.#connected());
    this.agent.on('closed', (code) => this.#closed(code));
    this.agent.on('error', (error) => this.#failed(error));
    this.agent.on('routing.RoutingTaskNotification', (body) => this.#rung(body));
    this.agent.on('cqm.ExConversationChangeNotification', (body) => this.#conversationsChanged(body));
    this.agent.on('ms.MessagingEventNotification', (body) => this.#heard(body));
    this.agent.on('gaveUp', () => ledger.count('gaveUp'));
    this.agent.on('chaos.flood', ({ number }) => this.#flooded(number));
  }

  dispose() {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.agent.dispose();
  }

  // Getting back

  #connected() {
    this.ledger.connected(this.lane);
    clearTimeout(this.#timer);
    this.#needsToken = false;
    // With `resubscribe` the SDK does this for all connections but the first.
    if (!this.looksAfterItself && this.#hasSubscribed) return;
    this.#hasSubscribed = true;
    this.#insist('setAgentState', { availability: 'ONLINE' });
    this.#insist('subscribeExConversations', { convState: ['OPEN'] });
    this.#insist('subscribeRoutingTasks', {});
    if (this.looksAfterItself) for (const [dialogId, last] of this.#dialogs) this.#fetch(dialogId, last + 1);
  }

  #closed(code) {
    // The original says it in an object where there was no socket.
    this.ledger.closed(this.lane);
    if (RENEWING.includes(code)) this.#needsToken = true;
    this.#comeBack();
  }

  #failed(error) {
    this.ledger.count('errors');
    if (/Unexpected server response: 401/.test(error && error.message)) this.#needsToken = true;
    if (!this.agent.connected) this.#comeBack();
  }

  #comeBack() {
    if (!this.looksAfterItself) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.agent.connected) return;
      const hasNothing = this.#needsToken || !this.agent.transport;
      this.agent.reconnect(!hasNothing);
    }, PAUSE);
  }

  // Requests

  #ask(method, body, then = () => {}) {
    this.ledger.ask((settle) => this.agent[method](body, settle), then);
  }

  /** Asks again until it is granted, or the socket is gone, whose successor asks anew. */
  #insist(method, body, then = () => {}) {
    const connection = this.ledger.connectionOf(this.lane);
    const isOver = () => this.ledger.connectionOf(this.lane) !== connection || !this.agent.connected;
    this.#ask(method, body, (error) => {
      if (!error || isOver()) then(error);
      else setTimeout(() => (isOver() ? then(error) : this.#insist(method, body, then)), PAUSE);
    });
  }

  /** With `resubscribe` the SDK asks for what comes later, but the beginning is the bot's to read. */
  #fetch(dialogId, fromSeq) {
    this.#queried.add(dialogId);
    this.#insist('subscribeMessagingEvents', { dialogId, fromSeq }, (error) => {
      if (!error || this.looksAfterItself) this.#queried.delete(dialogId);
      else if (!this.#isDisposed) setTimeout(() => this.#fetch(dialogId, fromSeq), PAUSE);
    });
  }

  // Conversations

  #rung({ changes }) {
    for (const { result } of changes) {
      for (const { ringId, ringState } of result.ringsDetails) {
        if (ringState === 'WAITING') this.#insist('updateRingState', { ringId, ringState: 'ACCEPTED' });
      }
    }
  }

  #conversationsChanged({ changes }) {
    for (const { type, result } of changes) {
      if (!result || !result.conversationDetails) continue;
      for (const { dialogId } of result.conversationDetails.dialogs) {
        if (type === 'DELETE') this.#dialogs.delete(dialogId);
        else this.#follow(dialogId);
      }
    }
  }

  #follow(dialogId) {
    if (this.#dialogs.has(dialogId)) return;
    this.#dialogs.set(dialogId, -1);
    this.#fetch(dialogId, 0);
  }

  #heard({ dialogId, changes }) {
    for (const change of changes) {
      const { sequence, event } = change;
      if (sequence === undefined) continue;
      if (!this.ledger.heard(this.lane, dialogId, sequence, this.#queried.has(dialogId))) continue;
      if (this.#dialogs.has(dialogId)) this.#dialogs.set(dialogId, Math.max(this.#dialogs.get(dialogId), sequence));
      if (event.type !== 'ContentEvent' || change.isMe()) continue;
      this.#ask('publishEvent', {
        dialogId,
        event: { type: 'AcceptStatusEvent', status: 'READ', sequenceList: [sequence] },
      });
      this.#ask('publishEvent', {
        dialogId,
        event: { type: 'ContentEvent', contentType: 'text/plain', message: `you said ${event.message}` },
      });
    }
  }

  #flooded(number) {
    if (number !== 0 && number !== this.#lastFlood + 1) this.ledger.count('floodGaps');
    this.#lastFlood = number;
    this.ledger.count('floods');
  }
}

let Agent;
let ledger;
let makeBot;
let fleet = [];

const ORDERS = {
  load({ sdk }) {
    ({ Agent } = require(SDKS[sdk]));
    ledger = new Ledger({ usesPromises: sdk === 'ours' });
    process.on('uncaughtException', (error) => ledger.crashed(error));
    process.on('unhandledRejection', (error) => ledger.crashed(error));
  },
  start({ confs, looksAfterItself }) {
    const resilience = looksAfterItself ? {} : { ...RESILIENCE, reconnect: { strategy: () => PAUSE } };
    const confOf = (lane) => ({ ...confs[lane], ...resilience });
    makeBot = (lane) => new Bot(lane, confOf(lane), { Agent, ledger, looksAfterItself });
    fleet = confs.map((conf, lane) => makeBot(lane));
  },
  /** What whoever runs the bot would do in the end: throw it away and start another. */
  revive({ lane }) {
    fleet[lane].dispose();
    fleet[lane] = makeBot(lane);
  },
  forget({ dialogId }) {
    ledger.forget(dialogId);
  },
  weigh() {
    process.send({ weight: ledger.weight() });
  },
  /** Everything is given up; the process has to end by itself. */
  async end() {
    for (const bot of fleet) bot.dispose();
    fleet = [];
    const figures = await ledger.final();
    process.send({ figures }, () => process.disconnect());
  },
};

process.on('message', ({ order, ...details }) => ORDERS[order](details));
