'use strict';

/** One agent's survey about one conversation. */
class AgentSurvey {
  constructor({ now, autoClose }) {
    this.status = 'open';
    this.revision = 1;
    this.answers = [];
    this.lastActionAt = now;
    this.autoCloseAt = now + autoClose;
  }
}

/**
 * The surveys that agents fill in about conversations (LivePerson developer docs, Agent Survey API). Every change needs the
 * revision of the state it was made from.
 */
class AgentSurveys {
  #byConversation = new Map();

  /** @param {object} service */
  constructor({ clock, settings }) {
    this.clock = clock;
    this.settings = settings;
  }

  /** @returns {AgentSurvey} of a conversation and skill; opened by being looked at */
  of(conversationId, skillId) {
    const key = `${conversationId}/${skillId}`;
    if (!this.#byConversation.has(key)) {
      const survey = new AgentSurvey({ now: this.clock.now(), autoClose: this.settings.agentSurveyAutoClose });
      this.#byConversation.set(key, survey);
    }
    return this.#byConversation.get(key);
  }

  /** @returns {boolean} whether it may still be changed */
  isOpen(survey) {
    return survey.status === 'open' && this.clock.now() < survey.autoCloseAt;
  }

  /**
   * @param {AgentSurvey} survey
   * @param {{status?: 'open'|'submitted'|'dismissed', answers?: object[]}} change
   */
  update(survey, { status = survey.status, answers = survey.answers }) {
    Object.assign(survey, { status, answers, lastActionAt: this.clock.now(), revision: survey.revision + 1 });
  }
}

module.exports = { AgentSurveys };
