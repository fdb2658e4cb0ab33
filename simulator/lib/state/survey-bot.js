'use strict';

const { uuid } = require('../ids');

const QUESTION = 'How satisfied were you with this conversation, from 1 to 5?';

/**
 * Plays the post-conversation survey: asks one question in a dialog of its own, which ends with the answer. An unattended
 * survey is a dialog with nobody but the consumer in it, for a survey bot of the brand's own.
 */
class SurveyBot {
  /** @param {object} service */
  constructor(service) {
    this.service = service;
  }

  /** Opens the survey dialog of a conversation whose main dialog has just closed, and asks. */
  begin(conversation) {
    const consumer = { person: conversation.consumer, role: 'CONSUMER', state: 'ACTIVE' };
    const details = { type: 'POST_SURVEY', metaData: { appInstallId: uuid() } };
    if (isUnattended(conversation)) {
      this.service.conversations.openDialog(conversation, { ...details, participants: [consumer] });
      return;
    }
    const bot = this.#botOf(conversation.accountId);
    const dialog = this.service.conversations.openDialog(conversation, {
      ...details,
      participants: [consumer, { person: bot, role: 'CONTROLLER', state: 'ACTIVE' }],
    });
    const event = { type: 'ContentEvent', contentType: 'text/plain', message: QUESTION };
    this.service.messages.publish({ conversation, dialog, originator: bot, event });
  }

  /** The consumer has answered: the survey dialog ends. */
  answered(conversation, dialog) {
    if (isUnattended(conversation)) return;
    this.service.conversations.closeDialog(conversation, dialog, { by: 'CONSUMER', cause: 'Survey answered' });
  }

  #botOf(accountId) {
    const loginName = 'survey-bot';
    return (
      this.service.people.agentNamed(accountId, loginName) ??
      this.service.people.addAgent({ accountId, loginName, skills: [], role: 'CONTROLLER' })
    );
  }
}

const isUnattended = ({ surveyWanted }) => surveyWanted === 'unattended';

module.exports = { SurveyBot };
