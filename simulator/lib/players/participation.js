'use strict';

const { mayRead } = require('../state/messages');
const notifications = require('../wire/notifications');

/** One person's part in one conversation, played by a test. */
class Participation {
  // What next() and nextEvent() have given.
  #taken = new Set();

  /**
   * @param {object} simulator
   * @param {Conversation} conversation
   * @param {Agent|Consumer} person
   */
  constructor(simulator, conversation, person) {
    this.simulator = simulator;
    this.service = simulator.service;
    this.conversation = conversation;
    this.person = person;
  }

  /** @returns {string} id of the conversation */
  get id() {
    return this.conversation.id;
  }

  /** @returns {string} id of the dialog in which messages go now */
  get dialogId() {
    return this.conversation.current.id;
  }

  /** @returns {object} conversationDetails as a v2.1 notification would show them now */
  get details() {
    return notifications.conversationDetails(this.conversation);
  }

  /** @returns {object[]} everything published so far that this person may see, as on the wire; chat states too */
  get events() {
    return this.#visible().map(notifications.messageBody);
  }

  /**
   * Says something.
   * @param {string|object} message a text, or an event ({type: 'RichContentEvent', …})
   * @param {{metadata?: object[], private?: boolean}} [options] private: among the brand's people only
   * @returns {object} the event as published
   */
  says(message, { metadata, private: isPrivate = false } = {}) {
    const event = typeof message === 'string' ? { type: 'ContentEvent', contentType: 'text/plain', message } : message;
    return this.#publish(event, { metadata, audience: isPrivate ? 'AGENTS_AND_MANAGERS' : 'ALL' });
  }

  /** Reports messages as received. Takes events, or sequences. */
  receives(...messages) {
    return this.#acknowledge('ACCEPT', messages);
  }

  /** Reports messages as read. Takes events, or sequences. */
  reads(...messages) {
    return this.#acknowledge('READ', messages);
  }

  /** Shows that this person is typing. */
  types() {
    return this.#publish({ type: 'ChatStateEvent', chatState: 'COMPOSING' });
  }

  /** Shows that this person has stopped typing. */
  pauses() {
    return this.#publish({ type: 'ChatStateEvent', chatState: 'PAUSE' });
  }

  /**
   * @param {{within?: number}} [options] milliseconds
   * @returns {Promise<object>} the next message from somebody else, as on the wire: {sequence, event, originatorPId, …}. Each is
   *   given once.
   */
  next(options) {
    return this.nextEvent(
      'a message',
      (event) => event.type === 'ContentEvent' || event.type === 'RichContentEvent',
      options,
    );
  }

  /**
   * As next(), for any kind of event.
   * @param {string} description completes "waited for …"
   * @param {Function} predicate (event, published) → boolean, e.g. (event) => event.chatState === 'COMPOSING'
   * @param {{within?: number}} [options]
   */
  nextEvent(description, predicate, options = {}) {
    const looked = new Map(); // by dialog: how many events need no second look
    const find = () => {
      for (const dialog of this.conversation.dialogs) {
        for (const one of dialog.events.slice(looked.get(dialog) ?? 0)) {
          if (!this.#isNews(one) || !predicate(one.event, notifications.messageBody(one))) continue;
          this.#taken.add(one);
          return notifications.messageBody(one);
        }
        looked.set(dialog, dialog.events.length);
      }
      return undefined;
    };
    const what = `${description} to ${this.#name} in conversation ${this.id}`;
    return this.simulator.waits.until(what, find, { ...options, instead: () => this.#instead() });
  }

  /** @returns {Promise<object>} conversationDetails, once the whole conversation is closed */
  closed(options = {}) {
    return this.#becomes('closed', () => this.conversation.stage === 'CLOSE', options);
  }

  /** @returns {Promise<object>} conversationDetails, once an agent is assigned */
  accepted(options = {}) {
    return this.#becomes('accepted by an agent', () => this.conversation.assignedAgent !== undefined, options);
  }

  /**
   * @param {string} description completes "waited for conversation … to be …"
   * @param {Function} predicate (conversationDetails) → boolean
   * @returns {Promise<object>} conversationDetails, once they are so
   */
  becomes(description, predicate, options = {}) {
    return this.#becomes(description, () => predicate(this.details), options);
  }

  async #becomes(description, probe, options) {
    const what = `conversation ${this.id} to be ${description}`;
    await this.simulator.waits.until(what, probe, { ...options, instead: () => this.#instead() });
    return this.details;
  }

  #publish(event, { metadata, audience } = {}) {
    const { conversation, person: originator, service } = this;
    const message = { conversation, dialog: conversation.current, originator, event, metadata, audience };
    try {
      return notifications.messageBody(service.change(() => service.messages.publish(message)));
    } catch (error) {
      throw new Error(`${this.#name} cannot say anything in conversation ${this.id}: ${error.message}`);
    }
  }

  #acknowledge(status, messages) {
    const sequenceList = messages.flat().map((one) => (typeof one === 'number' ? one : one.sequence));
    return this.#publish({ type: 'AcceptStatusEvent', status, sequenceList });
  }

  get #name() {
    return this.person.isConsumer ? 'the consumer' : `agent ${this.person.loginName}`;
  }

  #isNews(published) {
    return published.originator !== this.person && mayRead(this.person, published) && !this.#taken.has(published);
  }

  #visible() {
    return this.conversation.dialogs.flatMap((dialog) => dialog.events).filter((one) => mayRead(this.person, one));
  }

  #instead() {
    const { state, assignedAgent } = this.conversation;
    const events = this.#visible()
      .slice(-5)
      .map(({ role, event }) => `${role} ${JSON.stringify(event).slice(0, 120)}`);
    const said = events.length === 0 ? 'nothing was said' : `the last that was said: ${events.join('; ')}`;
    const assigned = assignedAgent ? `agent ${assignedAgent.loginName} is assigned` : 'no agent is assigned';
    return `the conversation is ${state}, ${assigned}, ${said}; ${this.simulator.journal.tail()}`;
  }
}

module.exports = { Participation };
