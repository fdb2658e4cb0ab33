'use strict';

const { loginBody } = require('./settings');

/** What bots can read on an agent before anybody has signed in, in the original's order. */
const UNKNOWN = {
  agentId: undefined,
  userId: undefined,
  __oldAgentId: undefined,
  connected: false,
  token: undefined,
  csrf: undefined,
  jar: undefined,
  transport: undefined,
  requestTimeout: undefined,
  errorCheckInterval: undefined,
};

/** How many of its tokens an agent knows again. */
const MOST_TOKENS = 100;

/** Who the agent is and which token it uses, as the last sign-in left it. */
class Session {
  /** @type {string|undefined} the token in use */
  #bearer;
  /** What we last set `agent.token` to. */
  #assignedToken;
  /** The tokens that we generated, of the last logins: an agent may live for years. */
  #generatedTokens = new Set();
  /** Ms since the epoch when the token in use was adopted. @type {number|undefined} */
  since;

  /**
   * With what to sign in now: a provider before a token before a login. A token that we generated is not taken for the bot's own, though bots copy it to their
   * conf.
   *
   * @param {object} agent
   * @returns {{ account: *, token?: string, login?: string, stale?: string, isProvided?: boolean }} isProvided: with what
   *   conf.tokenProvider gives
   */
  access({ accountId: account, conf }) {
    const { token, tokenProvider, shareLogin } = conf || {};
    if (typeof tokenProvider === 'function') return { account, isProvided: true };
    if (token && !this.#generatedTokens.has(token)) return { account, token: String(token) };
    return {
      account,
      login: loginBody(conf || {}),
      stale: shareLogin && this.#bearer ? String(this.#bearer) : undefined,
    };
  }

  /**
   * Takes over what a login answered.
   *
   * @param {object} agent
   * @param {{ userId: *, userPid?: *, csrf?: *, bearer: * }|null} answer null: nobody had to log in
   * @param {{ token?: string, userId?: * }} [own] the bot's own token, used in that case
   * @returns {string} the token from now on
   */
  adopt(agent, answer, own) {
    const former = this.#bearer;
    if (answer === null) {
      agent.userId = own.userId === undefined ? (agent.conf || {}).userId : own.userId;
      this.#bearer = own.token;
    } else {
      agent.userId = answer.userId;
      agent.agentId = answer.userPid;
      this.#bearer = answer.bearer;
      this.#remember(this.#bearer);
    }
    agent.__oldAgentId = `${agent.accountId}.${agent.userId}`;
    if (answer !== null && answer.csrf) {
      agent.csrf = answer.csrf;
      agent.token = this.#bearer;
      this.#assignedToken = this.#bearer;
    }
    if (this.#bearer !== former) this.since = Date.now();
    return this.#bearer;
  }

  /**
   * What the service refuses, when it refuses an attempt at that step: two are the same where the texts are.
   *
   * @param {object} agent
   * @param {'domains'|'login'|'upgrade'|'socket'} step
   * @returns {string}
   */
  credential(agent, step) {
    if (step === 'upgrade' || step === 'socket') return String(agent.transport && agent.transport.configuration.token);
    const { account, token, login } = this.access(agent);
    return step === 'domains' ? String(account) : token || login || 'provided';
  }

  #remember(token) {
    this.#generatedTokens.add(token);
    if (this.#generatedTokens.size <= MOST_TOKENS) return;
    const [oldest] = this.#generatedTokens;
    this.#generatedTokens.delete(oldest);
  }

  /** The token in use: ours, or what the bot has written to `agent.token` since. @returns {string|undefined} */
  bearer({ token }) {
    return token === this.#assignedToken ? this.#bearer : token;
  }
}

module.exports = { Session, UNKNOWN };
