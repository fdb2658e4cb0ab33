import { createRequire } from 'node:module';
import { STRIKES, strikeAt } from './strikes.mjs';

const require = createRequire(import.meta.url);
const { randomFrom } = require('../../simulator/lib/chaos');

/** Episodes until a conversation is over and the next one begins. */
const EPISODES_A_CONVERSATION = 20;
const MESSAGES = 4;
/** How often a bot that takes no conversation is thrown away. */
const ATTEMPTS = 5;

/** One bot, its account, its conversation, and what befalls it. */
export class Lane {
  #random;
  #spoilers = [];
  #after = [];
  #conversation;
  #written = new Set();
  #awaited = new Map();

  /**
   * @param {number} number
   * @param {{ simulator: object, seed: number|string, patience: number, tell: Function, ground: object }} about patience: ms
   *   that a bot may take to come back; tell: sends an order to the bot's process; ground: what all lanes share
   */
  constructor(number, { simulator, seed, patience, tell, ground }) {
    this.number = number;
    this.simulator = simulator;
    this.patience = patience;
    this.tell = tell;
    this.ground = ground;
    this.#random = randomFrom(`${seed}/${number}`);
    this.accountId = String(70_000_000 + number);
    this.scripted = simulator.agent({
      accountId: this.accountId,
      username: `bot-${number}`,
      password: `password-${number}`,
    });
    this.consumer = simulator.consumer({ accountId: this.accountId });
    this.figures = { episodes: 0, messages: 0, lost: 0, stuck: 0, revived: 0, logins: 0, loginsAllowed: 1 };
    simulator.on('login', ({ account }) => void (this.figures.logins += Number(account === this.accountId)));
  }

  // What strikes need

  /** The newest open socket of the bot. */
  get connection() {
    return [...this.scripted.agent.connections].at(-1);
  }

  /** @returns {number} a whole number from 0, below the limit */
  below(limit) {
    return Math.floor(this.#random() * limit);
  }

  pick(choices) {
    return choices[this.below(choices.length)];
  }

  /** The next calls of a step that are this bot's go wrong. */
  fails(step, fault, times) {
    const when = (call) => this.#isMine(call);
    this.#spoilers.push(this.simulator.fails(step, { ...fault, times, when }));
  }

  /** Once the episode is over. */
  afterwards(work) {
    this.#after.push(work);
  }

  /** The service is gone for all, for so many ms. */
  restartService(outage) {
    this.ground.restart(outage);
  }

  #isMine({ account, path = '', connection }) {
    if (connection !== undefined) return connection.agent === this.scripted.agent;
    return account === this.accountId || path.includes(`/account/${this.accountId}/`);
  }

  // What happens

  async run(episodes) {
    for (let episode = 0; episode < episodes; episode++) {
      if (episode % EPISODES_A_CONVERSATION === 0) await this.#nextConversation();
      await this.#episode();
    }
  }

  async #episode() {
    const name = strikeAt(this.#random());
    const { falls, logins = 0, isOverSoon = false } = STRIKES[name];
    const words = 1 + this.below(MESSAGES);
    const moment = this.below(words + 1);
    this.figures.loginsAllowed += logins;
    for (let word = 0; word <= words; word++) {
      if (word === moment) falls(this);
      if (word < words) this.#conversation.says(`${name} ${word}`);
      for (let turn = this.below(4); turn > 0; turn--) await new Promise(setImmediate);
    }
    if (isOverSoon) {
      this.#endSpoilers();
      this.#conversation.says(`${name} over`);
    }
    await this.#isBack(name);
    this.#endSpoilers();
    for (const work of this.#after.splice(0)) work();
    this.figures.episodes++;
  }

  #endSpoilers() {
    for (const spoiler of this.#spoilers.splice(0)) spoiler.ends();
  }

  /** Waits until the bot has heard all that was said; a bot that does not get there is helped, and that is counted. */
  async #isBack(name) {
    const complete = () => this.connection !== undefined && this.#missing().length === 0;
    const within = (what) =>
      this.simulator.waits.until(what, complete, { within: this.patience }).then(
        () => true,
        () => false,
      );
    if (await within(`lane ${this.number} after ${name}`)) return;
    this.figures.stuck++;
    this.ground.note(
      `lane ${this.number} did not come back by itself after "${name}": missing ${this.#missing().length}`,
    );
    for (const connection of this.scripted.agent.connections) connection.cuts();
    if (await within('the bot to notice')) return;
    this.#revive();
    if (await within('a new bot')) return;
    const lost = this.#missing();
    this.figures.lost += lost.length;
    for (const sequence of lost) this.hears(this.#conversation.dialogId, sequence);
    this.ground.note(`lane ${this.number} lost ${lost.length} messages after "${name}"`);
  }

  async #nextConversation() {
    if (this.#conversation !== undefined) {
      const { dialogId } = this.#conversation;
      await this.#conversation.closes();
      this.figures.messages += this.#written.size;
      this.tell({ order: 'forget', dialogId });
      this.#awaited.delete(dialogId);
    }
    this.#written = new Set();
    this.#conversation = await this.consumer.startConversation({ message: 'is anybody there?' });
    await this.#isAccepted();
  }

  /** As #isBack, for a conversation that nobody takes. */
  async #isAccepted() {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const accepted = this.#conversation.accepted({ within: this.patience });
      if (await accepted.then(Boolean, () => false)) return;
      this.figures.stuck++;
      this.ground.note(`lane ${this.number} does not take its conversation`);
      this.#revive();
    }
    throw new Error(`lane ${this.number} takes no conversation, whatever is done`);
  }

  #revive() {
    this.figures.revived++;
    this.figures.loginsAllowed++;
    this.tell({ order: 'revive', lane: this.number });
  }

  /** The sequences that the bot has not heard yet. */
  #missing() {
    const { dialogId } = this.#conversation;
    const heard = this.#heardIn(dialogId);
    for (const { sequence } of this.#conversation.conversation.main.events) {
      if (sequence !== undefined) this.#written.add(sequence);
    }
    return [...this.#written].filter((sequence) => !heard.has(sequence));
  }

  /** The bot says that it has heard a message. */
  hears(dialogId, sequence) {
    this.#heardIn(dialogId).add(sequence);
  }

  #heardIn(dialogId) {
    if (!this.#awaited.has(dialogId)) this.#awaited.set(dialogId, new Set());
    return this.#awaited.get(dialogId);
  }

  /** All there is to say in the end. */
  close() {
    this.figures.messages += this.#written.size;
    return this.figures;
  }
}
