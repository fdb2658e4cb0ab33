'use strict';

const { uuid } = require('../ids');

const QUESTION = 'How satisfied were you with this conversation, from 1 to 5?';

/** Plays the post-conversation survey: asks one question in a dialog of its own, which ends with the answer. */
class SurveyBot {
  /** @param {object} service */
  constructor(service) {
    this.service = service;
  }

  /** Opens the survey dialog of a conversation whose main dialog has just closed, and asks. */
  begin(conversation) {
    const bot = this.#botOf(conversation.accountId);
    const dialog = this.service.conversations.openDialog(conversation, {
      type: 'POST_SURVEY',
      metaData: { appInstallId: uuid() },
      participants: [
        { person: conversation.consumer, role: 'CONSUMER', state: 'ACTIVE' },
        { person: bot, role: 'CONTROLLER', state: 'ACTIVE' },
      ],
    });
    const event = { type: 'ContentEvent', contentType: 'text/plain', message: QUESTION };
    this.service.messages.publish({ conversation, dialog, originator: bot, event });
  }

  /** The consumer has answered: the survey dialog ends. */
  answered(conversation, dialog) {
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

module.exports = { SurveyBot };
