'use strict';

const { digits, nameUuid } = require('../ids');

/** An agent of an account: a bot, a colleague of it, or a manager. */
class Agent {
  constructor({
    accountId,
    loginName,
    userId,
    privileges,
    skills,
    maxConversations,
    autoAccept,
    profile,
    role,
    credentials,
  }) {
    this.accountId = accountId;
    this.loginName = loginName;
    this.userId = String(userId ?? digits(`${accountId}/${loginName}`));
    this.pid = nameUuid(this.id);
    this.privileges = privileges ?? [100, 1735];
    // undefined: any skill
    this.skills = skills?.map(String);
    this.maxConversations = maxConversations ?? Infinity;
    // Rings are answered by the service, as the account may be set up.
    this.autoAccept = autoAccept ?? false;
    this.profile = profile ?? {};
    this.role = role ?? 'ASSIGNED_AGENT';
    this.credentials = credentials;
    this.availability = 'OFFLINE';
    this.channels = ['MESSAGING'];
    this.stateDescription = '';
    this.connections = new Set();
    // Conversations it is assigned to, and rings that wait for its answer.
    this.conversations = new Set();
    this.rings = new Set();
  }

  /** @returns {string} the "old id", account.userId, by which requests name an agent */
  get id() {
    return `${this.accountId}.${this.userId}`;
  }

  get isConsumer() {
    return false;
  }

  /** @returns {number} conversations it has or is offered */
  get load() {
    return this.conversations.size + this.rings.size;
  }

  /** @returns {boolean} whether conversations of a skill may ring for it */
  handles(skillId) {
    return this.skills === undefined || this.skills.includes(String(skillId));
  }
}

/** A consumer. The service names consumers alike in both lists of ids. */
class Consumer {
  constructor({ accountId, id, profile }) {
    this.accountId = accountId;
    this.id = id;
    this.pid = id;
    this.profile = profile;
    this.hasTalked = false;
    this.connections = new Set();
  }

  get isConsumer() {
    return true;
  }
}

/** Everybody the service knows, by account. */
class People {
  #agents = new Map();
  #consumers = new Map();

  /**
   * @param {object} details as the constructor of Agent takes them
   * @returns {Agent}
   * @throws {Error} when the account has an agent of that name already
   */
  addAgent(details) {
    const agent = new Agent(details);
    const key = this.#key(agent.accountId, agent.loginName);
    if (this.#agents.has(key)) {
      throw new Error(`Account ${agent.accountId} already has an agent "${agent.loginName}"; choose another username`);
    }
    this.#agents.set(key, agent);
    return agent;
  }

  agentNamed(accountId, loginName) {
    return this.#agents.get(this.#key(accountId, loginName));
  }

  /** @param {string} id old id (account.userId) or PId */
  agentById(id) {
    return this.agents.find((agent) => agent.id === id || agent.pid === id);
  }

  get agents() {
    return [...this.#agents.values()];
  }

  hasAccount(accountId) {
    return this.agents.some((agent) => agent.accountId === accountId);
  }

  addConsumer(details) {
    const consumer = new Consumer(details);
    this.#consumers.set(consumer.id, consumer);
    return consumer;
  }

  consumerById(id) {
    return this.#consumers.get(id);
  }

  #key(accountId, loginName) {
    return `${accountId}/${loginName}`;
  }
}

module.exports = { People };
