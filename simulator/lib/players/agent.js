'use strict';

const { updateConversation } = require('../wire/requests/conversation-fields');
const { Participation } = require('./participation');

/** An agent or manager: played by a test, or the one as whom a bot signs in. */
class ScriptedAgent {
  constructor(simulator, agent, token) {
    this.simulator = simulator;
    this.service = simulator.service;
    this.agent = agent;
    this.token = token;
  }

  /** @returns {string} the old id, account.userId */
  get id() {
    return this.agent.id;
  }

  /** @returns {string} the PId */
  get pid() {
    return this.agent.pid;
  }

  /**
   * Options for a bot that signs in as this agent.
   * @param {object} [extra] laid over them
   * @returns {object} as simulator.options(), with this agent's credentials; a ready token comes alone with its userId
   */
  options(extra = {}) {
    const { csdsDomain, ca } = this.simulator;
    const { accountId, userId, credentials } = this.agent;
    const own = this.token === undefined ? defined(usable(credentials)) : { token: this.token, userId };
    return { accountId, ...own, csdsDomain, ca, ...extra };
  }

  /** Becomes ONLINE: conversations of its skills may ring. */
  goesOnline() {
    this.setsState('ONLINE');
  }

  /** @param {string} availability ONLINE, OCCUPIED, BACK_SOON, AWAY or OFFLINE */
  setsState(availability) {
    this.service.change(() => this.service.setAgentState(this.agent, { availability }));
  }

  /**
   * Waits until a conversation rings for this agent, and accepts.
   * @param {{id: string}} conversation
   * @returns {Promise<AgentConversation>}
   */
  async accepts(conversation, options) {
    await this.#answers(conversation, 'ACCEPTED', options);
    return this.#part(conversation);
  }

  /** Waits until a conversation rings for this agent, and rejects. */
  async rejects(conversation, options) {
    await this.#answers(conversation, 'REJECTED', options);
  }

  /**
   * Joins a conversation without a ring.
   * @param {{id: string}} conversation
   * @param {string} [role] default: MANAGER for a manager, AGENT for an agent
   * @returns {Promise<AgentConversation>}
   */
  async joins(conversation, role = this.agent.role === 'MANAGER' ? 'MANAGER' : 'AGENT') {
    const part = this.#part(conversation);
    part.updates({ field: 'ParticipantsChange', type: 'ADD', role });
    return part;
  }

  /**
   * Its token is revoked.
   * @param {{closes?: number, answers?: number}} [how] as Connection.losesToken()
   */
  losesToken(how) {
    this.service.revoke(this.agent, how);
  }

  async #answers({ id }, state, options = {}) {
    const { routing } = this.service;
    const find = () => routing.waitingFor(this.agent).find(([task]) => task.conversation.id === id);
    const [, ring] = await this.simulator.waits.until(
      `conversation ${id} to ring for agent ${this.agent.loginName} (${this.agent.availability})`,
      find,
      { ...options, instead: () => this.simulator.journal.tail() },
    );
    this.service.change(() => routing.answer(this.agent, ring.id, state));
  }

  #part({ id }) {
    const conversation = this.service.conversations.get(id, this.agent.accountId);
    return new AgentConversation(this.simulator, conversation, this.agent);
  }
}

/** An agent's part in a conversation. */
class AgentConversation extends Participation {
  /** Says something that only agents and managers see. */
  whispers(message) {
    return this.says(message, { private: true });
  }

  /**
   * Hands the conversation over.
   * @param {{skill?: string|number, to?: ScriptedAgent}} where to: suggested to that agent first
   */
  transfers({ skill, to } = {}) {
    const entries = [{ field: 'ParticipantsChange', type: 'REMOVE', role: 'ASSIGNED_AGENT' }];
    if (to !== undefined) {
      entries.push({ field: 'ParticipantsChange', type: 'SUGGEST', role: 'ASSIGNED_AGENT', userId: to.id });
    }
    if (skill !== undefined) entries.push({ field: 'Skill', type: 'UPDATE', skill: String(skill) });
    this.updates(...entries);
  }

  /** Leaves the conversation. */
  leaves() {
    this.updates({ field: 'ParticipantsChange', type: 'REMOVE' });
  }

  /** Ends the main dialog; a survey follows where the conversation has one. */
  async closes() {
    const dialog = { dialogId: this.conversation.main.id, state: 'CLOSE', closedBy: 'AGENT' };
    this.updates({ field: 'DialogChange', type: 'UPDATE', dialog });
  }

  /** Any entries of an UpdateConversationField request. */
  updates(...entries) {
    this.service.change(() => updateConversation(this.service, this.person, this.conversation, entries));
  }
}

// A SAML agent signs in with its assertion alone; a name or password beside it would come first.
const usable = ({ assertion, username, password, ...rest }) =>
  assertion !== undefined && password === undefined ? { assertion } : { username, password, ...rest };

const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

module.exports = { ScriptedAgent };
