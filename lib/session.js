'use strict';

const { loginBody } = require('./settings');

/** Who the agent is and which token it uses, as the last sign-in left it. */
class Session {
  /** @type {string|undefined} the token in use */
  #bearer;
  /** What we last set `agent.token` to. */
  #assignedToken;
  /** All tokens that we generated, a short text for each login. */
  #generatedTokens = new Set();

  /**
   * With what to sign in now. A token that we generated is not taken for the bot's own, though bots copy it to their
   * conf.
   *
   * @param {object} agent
   * @returns {{ account: *, token?: string, login?: string }}
   */
  access({ accountId: account, conf }) {
    const { token } = conf || {};
    if (token && !this.#generatedTokens.has(token)) return { account, token: String(token) };
    return { account, login: loginBody(conf || {}) };
  }

  /**
   * Takes over what a login answered.
   *
   * @param {object} agent
   * @param {{ userId: *, userPid?: *, csrf?: *, bearer: * }|null} answer null: nobody had to log in
   * @param {string} [readyToken] the bot's own token, used in that case
   * @returns {string} the token from now on
   */
  adopt(agent, answer, readyToken) {
    if (answer === null) {
      agent.userId = (agent.conf || {}).userId;
      this.#bearer = readyToken;
    } else {
      agent.userId = answer.userId;
      agent.agentId = answer.userPid;
      this.#bearer = String(answer.bearer);
      this.#generatedTokens.add(this.#bearer);
    }
    agent.__oldAgentId = `${agent.accountId}.${agent.userId}`;
    if (answer !== null && answer.csrf) {
      agent.csrf = answer.csrf;
      agent.token = this.#bearer;
      this.#assignedToken = this.#bearer;
    }
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
    return step === 'domains' ? String(account) : token || login;
  }

  /** The token in use: ours, or what the bot has written to `agent.token` since. @returns {string|undefined} */
  bearer({ token }) {
    return token === this.#assignedToken ? this.#bearer : token;
  }
}

module.exports = { Session };
