'use strict';

const { uuid } = require('../ids');
const { RequestError } = require('./errors');

/**
 * Offers conversations that need an agent to agents that are ONLINE, one ring at a time. A ring is WAITING until it is
 * ACCEPTED (or AUTO_ACCEPT), REJECTED, EXPIRED (72 s) or CANCELLED.
 */
class Routing {
  // By conversation id: what still needs an agent.
  #open = new Map();
  // By ring id, the ended ones too: a late answer is told what became of the ring.
  #rings = new Map();

  /** @param {object} service */
  constructor(service) {
    this.service = service;
  }

  /**
   * Puts a conversation into the queue of its skill.
   * @param {Conversation} conversation
   * @param {{suggested?: Agent, avoid?: Agent, transfer?: boolean}} [options] suggested: rung first; avoid: not rung unless
   *   that skill is expressly one of its skills (the agent that has just handed it over); transfer: an agent has had it before
   */
  enqueue(conversation, { suggested, avoid, transfer = false } = {}) {
    this.cancel(conversation);
    const task = {
      id: uuid(),
      conversation,
      suggested,
      avoid,
      transfer,
      rings: [],
      completed: false,
      retry: undefined,
    };
    this.#open.set(conversation.id, task);
    this.#offer(task);
  }

  /** Withdraws what rings for a conversation (it closed, or somebody else took it). */
  cancel(conversation) {
    const task = this.#open.get(conversation.id);
    if (task === undefined) return;
    for (const ring of task.rings) if (ring.state === 'WAITING') this.#end(task, ring, 'CANCELLED');
    this.#finish(task);
    this.agentAvailable();
  }

  /** To be called when an agent may have become able to take conversations. */
  agentAvailable() {
    for (const task of [...this.#open.values()]) this.#offer(task);
  }

  /**
   * An agent's answer to a ring.
   * @param {Agent} agent
   * @param {string} ringId
   * @param {string} state ACCEPTED or REJECTED
   * @throws {RequestError} 400 for a state that is neither, or a ring that does not wait for this agent
   */
  answer(agent, ringId, state) {
    if (state !== 'ACCEPTED' && state !== 'REJECTED') throw new RequestError(400, `Ring state ${state} cannot be set`);
    const { task, ring } = this.#rings.get(ringId) ?? {};
    if (ring?.agent !== agent) throw new RequestError(400, `Ring ${ringId} does not exist`);
    if (ring.state !== 'WAITING') throw new RequestError(400, `Ring ${ringId} is ${ring.state}`);
    if (state === 'REJECTED') {
      this.#end(task, ring, 'REJECTED');
      this.#reoffer(task, agent);
      return;
    }
    this.#accept(task, ring, 'ACCEPTED');
  }

  /** @returns {Array} [task, ring] for each ring that waits for the agent */
  waitingFor(agent) {
    return [...agent.rings].map((ring) => [this.#rings.get(ring.id).task, ring]);
  }

  #offer(task) {
    if (task.completed || task.rings.some((ring) => ring.state === 'WAITING')) return;
    const agent = this.#choose(task);
    if (agent !== undefined) this.#ring(task, agent);
  }

  #choose(task) {
    if (task.suggested !== undefined) {
      if (this.#canTake(task, task.suggested)) return task.suggested;
      this.#dropSuggestion(task);
    }
    const now = this.service.clock.now();
    const resting = (agent) =>
      task.rings.some((ring) => ring.agent === agent && now < ring.endedAt + this.service.settings.ringAgain);
    const avoided = (agent) => agent === task.avoid && agent.skills === undefined;
    const candidates = this.service.people.agents.filter(
      (agent) =>
        agent.accountId === task.conversation.accountId &&
        agent.handles(task.conversation.skillId) &&
        this.#canTake(task, agent) &&
        !avoided(agent) &&
        !resting(agent),
    );
    const rung = (agent) => task.rings.filter((ring) => ring.agent === agent).length;
    return candidates.sort((one, other) => rung(one) - rung(other) || one.load - other.load)[0];
  }

  #canTake(task, agent) {
    // An OCCUPIED agent is offered transfers only (node-agent-sdk README).
    const isOpen = agent.availability === 'ONLINE' || (task.transfer && agent.availability === 'OCCUPIED');
    if (!isOpen) return false;
    return agent.load < agent.maxConversations;
  }

  #ring(task, agent) {
    const { clock, settings } = this.service;
    const { conversation } = task;
    // The id is made of the time, and no two rings of a conversation may share one.
    const now = Math.max(clock.now(), (conversation.lastRingAt ?? 0) + 1);
    conversation.lastRingAt = now;
    const ring = {
      id: `${conversation.id}_${conversation.accountId}_${now}`,
      agent,
      state: 'WAITING',
      createdAt: now,
      endedAt: Infinity,
      expiresAt: now + settings.ringExpiration,
      weight: now + conversation.ttr.value * 1000,
    };
    ring.cancelExpiry = clock.after(settings.ringExpiration, () => {
      this.service.change(() => {
        this.#end(task, ring, 'EXPIRED');
        this.#reoffer(task, agent);
      });
    });
    task.rings.push(ring);
    agent.rings.add(ring);
    this.#rings.set(ring.id, { task, ring });
    this.service.routingChanged(task, ring);
    if (agent.autoAccept) this.#accept(task, ring, 'AUTO_ACCEPT');
  }

  #accept(task, ring, state) {
    task.completed = true;
    this.#end(task, ring, state);
    this.#finish(task);
    this.service.conversations.assign(task.conversation, ring.agent);
  }

  #end(task, ring, state) {
    ring.cancelExpiry();
    ring.agent.rings.delete(ring);
    ring.state = state;
    ring.endedAt = this.service.clock.now();
    this.service.routingChanged(task, ring);
    if (task.completed || state === 'CANCELLED') this.service.routingEnded(task, ring);
  }

  #reoffer(task, agent) {
    if (task.suggested === agent) this.#dropSuggestion(task);
    this.#offer(task);
    this.agentAvailable();
    if (task.rings.some((ring) => ring.state === 'WAITING')) return;
    task.retry?.();
    task.retry = this.service.clock.after(this.service.settings.ringAgain, () =>
      this.service.change(() => this.#offer(task)),
    );
  }

  #dropSuggestion(task) {
    this.service.conversations.dropSuggestion(task.conversation, task.suggested);
    task.suggested = undefined;
  }

  #finish(task) {
    task.retry?.();
    task.completed = true;
    this.#open.delete(task.conversation.id);
  }
}

module.exports = { Routing };
