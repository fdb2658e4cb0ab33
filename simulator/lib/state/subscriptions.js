'use strict';

const { uuid } = require('../ids');
const notifications = require('../wire/notifications');

/**
 * What sockets have subscribed to. A subscription begins with the full present state, then come the changes; it ends with
 * its socket.
 */
class Subscriptions {
  #byId = new Map();

  /** @param {object} service */
  constructor(service) {
    this.service = service;
  }

  /**
   * @param {Connection} connection
   * @param {Function} wants tells whether it covers a conversation: (conversation) → boolean
   * @returns {string} subscription id
   */
  toConversations(connection, wants) {
    const subscription = this.#add({ kind: 'conversations', connection, wants, seen: new Set() });
    this.service.outbox.add(() => {
      const matches = this.service.conversations.all
        .filter((conversation) => conversation.accountId === connection.accountId && wants(conversation))
        .sort((one, other) => other.lastUpdateTime - one.lastUpdateTime)
        .slice(0, this.service.settings.snapshotLimit);
      for (const conversation of matches) subscription.seen.add(conversation);
      const changes = matches.map((conversation) =>
        connection.dialect.conversationChange(conversation, 'UPSERT', connection),
      );
      connection.notify(connection.dialect.conversations(subscription.id, changes));
    });
    return subscription.id;
  }

  /**
   * @param {Connection} connection
   * @param {Agent} agent whose rings are wanted
   * @returns {string} subscription id
   */
  toRings(connection, agent) {
    const subscription = this.#add({ kind: 'rings', connection, agent });
    this.service.outbox.add(() => {
      const changes = this.service.routing
        .waitingFor(agent)
        .map(([task, ring]) => notifications.routingTaskChange(task, ring));
      connection.notify(notifications.routingTasks(subscription.id, changes));
    });
    return subscription.id;
  }

  /**
   * @param {Connection} connection
   * @param {Agent} agent whose availability is wanted
   * @returns {string} subscription id
   */
  toAgentState(connection, agent) {
    const subscription = this.#add({ kind: 'agentState', connection, agent });
    this.service.outbox.add(() => connection.notify(notifications.agentState(subscription.id, agent)));
    return subscription.id;
  }

  /**
   * A consumer's socket gets the events of a dialog only once it has asked for them; the history first.
   * @param {Connection} connection
   * @param {Dialog} dialog
   * @param {object[]} history published events, oldest first
   */
  toDialog(connection, dialog, history) {
    if (!this.coverDialog(connection, dialog)) this.#add({ kind: 'dialog', connection, dialog });
    if (history.length === 0) return;
    this.service.outbox.add(() => connection.notify(connection.dialect.messages(history)));
  }

  /** @returns {boolean} whether the connection has subscribed to the events of a dialog */
  coverDialog(connection, dialog) {
    return this.#of('dialog').some((one) => one.connection === connection && one.dialog === dialog);
  }

  /** @returns {object|undefined} the connection's subscription of that id */
  find(id, connection) {
    const subscription = this.#byId.get(id);
    return subscription?.connection === connection ? subscription : undefined;
  }

  remove(subscription) {
    this.#byId.delete(subscription.id);
  }

  /** Forgets what a socket had subscribed to. */
  drop(connection) {
    for (const one of this.#byId.values()) if (one.connection === connection) this.remove(one);
  }

  /** Tells of a changed conversation: UPSERT where it is covered, DELETE where it no longer is. */
  conversationChanged(conversation) {
    for (const { id, connection, wants, seen } of this.#of('conversations')) {
      if (connection.accountId !== conversation.accountId) continue;
      const wanted = wants(conversation);
      if (!wanted && !seen.has(conversation)) continue;
      if (wanted) seen.add(conversation);
      else seen.delete(conversation);
      const change = connection.dialect.conversationChange(conversation, wanted ? 'UPSERT' : 'DELETE', connection);
      connection.notify(connection.dialect.conversations(id, [change]));
    }
  }

  routingChanged(task, ring, change) {
    for (const { id, connection, agent } of this.#of('rings')) {
      if (agent === ring.agent) connection.notify(notifications.routingTasks(id, [change]));
    }
  }

  agentStateChanged(agent) {
    for (const { id, connection, agent: wanted } of this.#of('agentState')) {
      if (wanted === agent) connection.notify(notifications.agentState(id, agent));
    }
  }

  #of(kind) {
    return [...this.#byId.values()].filter((subscription) => subscription.kind === kind);
  }

  #add(subscription) {
    const named = { id: uuid(), ...subscription };
    this.#byId.set(named.id, named);
    return named;
  }
}

module.exports = { Subscriptions };
