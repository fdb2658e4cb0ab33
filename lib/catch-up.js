'use strict';

const { tellAll } = require('./callbacks');
const { Dialog } = require('./dialog');
const dispatch = require('./dispatch');
const { isRefusal } = require('./errors');

/** How many dialogs are kept in mind; the one that was silent longest is forgotten first. */
const MOST_DIALOGS = 1000;
/** How many questions are under way at a time. */
const MOST_QUESTIONS = 8;
/** Ms until a question that was not answered is asked again; after the last it is not. One that is refused is so once. */
const PAUSES = [500, 1000, 2000, 4000];
const REFUSALS = 1;

const MESSAGE = '.ams.ms.OnlineEventDistribution';
const HISTORY = '.ams.ms.QueryMessages$Response';
const CONVERSATIONS = '.ams.aam.ExConversationChangeNotification';

/**
 * The messages of the conversations that the bot takes part in, each once and in order: what was said while there was
 * no connection, or got lost, is fetched by its sequence, and what comes meanwhile waits for it. Chat states have no
 * sequence and pass. Source: LivePerson, UMS: QueryMessages.
 */
class CatchUp {
  #port;
  /** @type {Map<string, Dialog>} by id; the one that was silent longest stands first */
  #dialogs = new Map();
  /** Ids of dialogs to ask about. */
  #queue = [];
  #questions = 0;
  #timers = new Set();
  #round = 0;
  #onSettled = () => {};

  /** @param {import('./resilience').Port} port */
  constructor(port) {
    this.#port = port;
  }

  get isSettled() {
    return this.#questions === 0 && this.#queue.length === 0 && this.#timers.size === 0;
  }

  /** A new connection: whatever was said meanwhile comes before what is said on it. */
  opening() {
    for (const [id, dialog] of this.#dialogs) this.#begin(id, dialog);
  }

  /** @param {() => void} onSettled called whenever nothing is being fetched any more */
  opened(onSettled) {
    this.#onSettled = onSettled;
    this.#ask();
  }

  /** The bot begins anew. */
  forget() {
    this.#dialogs.clear();
  }

  lost() {
    this.#round += 1;
    this.#queue = [];
    this.#questions = 0;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    // what was held back is fetched with the rest
    for (const dialog of this.#dialogs.values()) Object.assign(dialog, { held: [], isCatchingUp: false });
  }

  /** @param {object} message as the service sent it @returns {boolean} whether it goes to the bot now */
  passes(message) {
    const { type, body } = message;
    if (typeof body !== 'object' || body === null) return true;
    if (type === MESSAGE) return this.#passesMessage(message);
    if (type === HISTORY) return this.#passesHistory(message);
    if (type === CONVERSATIONS && Array.isArray(body.changes)) for (const change of body.changes) this.#follow(change);
    return true;
  }

  #passesMessage(message) {
    const { dialogId, sequence } = message.body;
    if (!Number.isInteger(sequence)) return true;
    const dialog = this.#dialog(dialogId, sequence - 1, true);
    if (dialog.isCatchingUp || (dialog.isPatient && dialog.isGap(sequence))) {
      if (!dialog.has(sequence)) dialog.held.push(message);
      if (!dialog.isCatchingUp) this.#begin(dialogId, dialog);
      this.#ask();
      return false;
    }
    if (dialog.isExact && dialog.has(sequence)) return false;
    dialog.see(sequence);
    return true;
  }

  /** What the bot has asked for it gets, and has seen. An answer that nobody waits for would tell things twice. */
  #passesHistory({ reqId, body }) {
    if (this.#port.isOwn(reqId)) return true;
    if (!this.#port.isAwaited(reqId)) return false;
    for (const event of Array.isArray(body) ? body : []) {
      if (!event || !Number.isInteger(event.sequence)) continue;
      this.#dialog(event.dialogId, event.sequence - 1, true).see(event.sequence);
    }
    return true;
  }

  #follow(change) {
    const { result, type } = change || {};
    const { dialogs, participants } = (result && result.conversationDetails) || {};
    if (!Array.isArray(dialogs) || !participants) return;
    const me = this.#port.agent.__oldAgentId;
    const isMine = Object.values(participants).some((ids) => Array.isArray(ids) && ids.includes(me));
    const { dialogId: id, sequence } = result.lastContentEventNotification || {};
    for (const dialog of dialogs.filter(Boolean)) {
      const { dialogId, channelType = 'MESSAGING', state } = dialog;
      const isOpen = type !== 'DELETE' && isMine && state !== 'CLOSE' && channelType === 'MESSAGING';
      if (isOpen) this.#dialog(dialogId, id === dialogId && Number.isInteger(sequence) ? sequence : -1, false);
      else if (this.#dialogs.has(dialogId) && !this.#dialogs.get(dialogId).isCatchingUp) this.#dialogs.delete(dialogId);
    }
  }

  #dialog(id, last, isExact) {
    const dialog = this.#dialogs.get(id) || new Dialog(last, isExact);
    this.#dialogs.delete(id);
    this.#dialogs.set(id, dialog);
    if (this.#dialogs.size > MOST_DIALOGS) {
      const [oldest] = [...this.#dialogs].find(([, { isCatchingUp }]) => !isCatchingUp) || [];
      if (oldest !== undefined) this.#dialogs.delete(oldest);
    }
    return dialog;
  }

  #begin(id, dialog) {
    dialog.isCatchingUp = true;
    this.#queue.push(id);
  }

  #ask() {
    while (this.#questions < MOST_QUESTIONS && this.#queue.length > 0) {
      const id = this.#queue.shift();
      const dialog = this.#dialogs.get(id);
      if (dialog !== undefined) this.#fetch(id, dialog);
    }
    if (this.isSettled) this.#onSettled();
  }

  #fetch(id, dialog, failures = 0) {
    const round = this.#round;
    this.#questions += 1;
    const body = { dialogId: id, fromSeq: Math.max(0, dialog.last) };
    this.#port.ask('subscribeMessagingEvents', body, {}, (error, events) => {
      if (round !== this.#round) return;
      this.#questions -= 1;
      if (error) this.#failed(id, dialog, error, failures);
      else this.#fetched(id, dialog, Array.isArray(events) ? events : []);
      if (round === this.#round) this.#ask();
    });
  }

  #fetched(id, dialog, events) {
    const fresh = events
      .filter((event) => event && Number.isInteger(event.sequence) && !dialog.has(event.sequence))
      .sort((a, b) => a.sequence - b.sequence);
    const sequences = new Set(fresh.map(({ sequence }) => sequence));
    if (fresh.length > 0) dialog.seeAllUpTo(fresh[fresh.length - 1].sequence);
    const waiting = dialog.held.sort((a, b) => a.body.sequence - b.body.sequence);
    const messages = fresh.map((body) => ({ kind: 'notification', type: MESSAGE, body }));
    dialog.held = [];
    for (const message of waiting) {
      const { sequence } = message.body;
      if (sequences.has(sequence) || (dialog.isExact && dialog.has(sequence))) continue;
      // an answer may be less than all there is; one without anything new is all
      if (dialog.isGap(sequence) && fresh.length > 0) dialog.held.push(message);
      else {
        if (dialog.isGap(sequence)) dialog.isPatient = false;
        dialog.see(sequence);
        messages.push(message);
      }
    }
    if (dialog.held.length > 0) this.#queue.push(id);
    else dialog.isCatchingUp = false;
    this.#deliver(messages);
  }

  /** A dialog that may not be read any more is done with. Another trouble may pass. */
  #failed(id, dialog, error, failures) {
    const isOver = isRefusal(error);
    if (failures < (isOver ? REFUSALS : PAUSES.length)) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#fetch(id, dialog, failures + 1);
      }, PAUSES[failures]);
      this.#timers.add(timer);
      return;
    }
    if (isOver) this.#dialogs.delete(id);
    else dispatch.warned(this.#port.agent, `Messages of dialog ${id} after ${dialog.last} could not be fetched`);
    const { held } = dialog;
    Object.assign(dialog, { held: [], isCatchingUp: false, isPatient: false });
    for (const { body } of held) dialog.see(body.sequence);
    this.#deliver(held);
  }

  #deliver(messages) {
    for (const message of messages) tellAll([() => dispatch.notification(this.#port.agent, message)]);
  }
}

module.exports = { CatchUp };
