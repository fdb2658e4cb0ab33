'use strict';

const { Participation } = require('./participation');

/** A consumer played by a test. */
class ScriptedConsumer {
  constructor(simulator, consumer) {
    this.simulator = simulator;
    this.consumer = consumer;
  }

  /** @returns {string} */
  get id() {
    return this.consumer.id;
  }

  /**
   * Opens a conversation, which then waits for an agent of the skill.
   * @param {{skill?: string|number, message?: string|object, survey?: boolean|'unattended', context?: object,
   *   campaignInfo?: object, ttr?: number}} [details] message: said at once; survey: closing opens a post-conversation survey;
   *   ttr: milliseconds
   * @returns {Promise<ConsumerConversation>}
   */
  async startConversation({ skill, message, ...details } = {}) {
    const { service } = this.simulator;
    return service.change(() => {
      const conversation = service.conversations.start({ consumer: this.consumer, skillId: skill, ...details });
      const part = new ConsumerConversation(this.simulator, conversation, this.consumer);
      if (message !== undefined) part.says(message);
      return part;
    });
  }
}

/** The consumer's part in a conversation. */
class ConsumerConversation extends Participation {
  /** Ends the dialog that is open: the main one, or the survey. */
  async closes() {
    const { conversation, service } = this;
    service.change(() => service.conversations.closeDialog(conversation, conversation.current, { by: 'CONSUMER' }));
  }

  /** Rates the conversation (customer satisfaction, 1 to 5). */
  rates(csatRate, { status = 'FILLED', csatResolutionConfirmation } = {}) {
    const csat = { csatRate, status, csatResolutionConfirmation };
    this.service.change(() => this.service.conversations.set(this.conversation, { csat }));
  }

  /** Starts a co-browse dialog, which notifications show without participants. */
  opensCobrowse() {
    const details = { type: 'OTHER', channel: 'COBROWSE', participants: [] };
    this.service.change(() => this.service.conversations.openDialog(this.conversation, details));
  }

  /**
   * Uploads a file and says so.
   * @param {Buffer} content
   * @param {{fileType?: string, caption?: string, type?: string}} [details] type: content type
   * @returns {object} the event as published
   */
  sendsFile(content, { fileType = 'PNG', caption = '', type = 'image/png' } = {}) {
    const { relativePath } = this.service.files.uploadUrl(this.conversation.accountId, fileType);
    this.service.files.store(relativePath, { content, type });
    const message = { caption, relativePath, fileType };
    return this.says({ type: 'ContentEvent', contentType: 'hosted/file', message });
  }
}

module.exports = { ScriptedConsumer };
