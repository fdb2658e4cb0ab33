'use strict';

const https = require('node:https');
const { conceal } = require('./concealment');

/** How long a call may go without any answer, in ms. */
const TIMEOUT = 30000;

/**
 * The answer of the survey service, in the shape that axios gives it.
 *
 * @typedef {object} SurveyResponse
 * @property {number} status
 * @property {string} statusText
 * @property {Object<string, string|string[]>} headers names in lower case
 * @property {*} data parsed where it is JSON
 */

/**
 * A client for agent surveys (LivePerson, Run Time Form Logic: agent surveys). Each method returns a promise of the
 * answer, HTTP errors included, and of undefined where there was none.
 */
class AgentSurveyClient {
  /**
   * @param {object} conf
   * @param {string} conf.rflDomain host of the service `runtimeFormLogic`
   * @param {string|number} conf.accountId
   * @param {string} conf.token a bearer token, `agent.getBearerToken()`
   */
  constructor({ rflDomain, accountId, token }) {
    this.rflDomain = rflDomain;
    this.accountId = accountId;
    this.token = token;
  }

  /**
   * How far the survey of a conversation is; the answer's header `x-lp-state-rev` is what the next two want.
   *
   * @param {string} conv conversation id
   * @param {string} skill skill id
   * @returns {Promise<SurveyResponse|undefined>}
   */
  getAgentSurveyState(conv, skill) {
    return this.#call('GET', 'agent_survey/state', { conv, skill, v: '2.0' });
  }

  /**
   * @param {string} conv conversation id
   * @param {string} skill skill id
   * @param {string|number} rev revision of the state
   * @param {*} body the answers
   * @returns {Promise<SurveyResponse|undefined>}
   */
  submitAgentSurvey(conv, skill, rev, body) {
    return this.#call('POST', 'agent_survey/state', { conv, skill, v: '2.0' }, { rev, body });
  }

  /**
   * @param {string} conv conversation id
   * @param {string} skill skill id
   * @param {string|number} rev revision of the state
   * @returns {Promise<SurveyResponse|undefined>}
   */
  dismissAgentSurvey(conv, skill, rev) {
    return this.#call('DELETE', 'agent_survey/state', { conv, skill, v: '2.0' }, { rev });
  }

  /**
   * The questions.
   *
   * @param {string} conv conversation id
   * @param {string} skill skill id
   * @param {string|number} [seqRoot]
   * @param {boolean} [isSequence]
   * @returns {Promise<SurveyResponse|undefined>}
   */
  getAgentSurvey(conv, skill, seqRoot, isSequence) {
    const query = { conv, skill, v: '2.0', seq: isSequence || true };
    return this.#call('GET', 'agent_survey', seqRoot ? { ...query, seqRoot } : query);
  }

  async #call(method, form, query, { rev, body } = {}) {
    const url = `https://${this.rflDomain}/api/account/${this.accountId}/forms/${form}?${new URLSearchParams(query)}`;
    const headers = { Accept: 'application/json, text/plain, */*', Authorization: `Bearer ${this.token}` };
    if (rev != null) headers['x-lp-state-rev'] = rev;
    const text = body === undefined ? undefined : JSON.stringify(body);
    if (text !== undefined) {
      headers['Content-Type'] = 'application/json';
      headers['Content-Length'] = Buffer.byteLength(text);
    }
    return exchange(url, { method, headers, timeout: TIMEOUT }, text).catch(() => undefined);
  }
}

/** @returns {Promise<SurveyResponse>} rejects where there is no whole answer */
function exchange(url, options, text) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status, statusMessage: statusText, headers } = response;
        resolve({ status, statusText, headers, data: parsed(Buffer.concat(chunks).toString()) });
      });
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.end(text);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

conceal(AgentSurveyClient.prototype);

module.exports = AgentSurveyClient;
