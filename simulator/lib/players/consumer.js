'use strict';

const { consumerToken } = require('../wire/consumer-token');
const { Participation } = require('./participation');

/** A consumer: played by a test, or the one as whom a client of the consumer's socket signs in. */
class ScriptedConsumer {
  #session;

  constructor(simulator, consumer) {
    this.simulator = simulator;
    this.consumer = consumer;
  }

  /** @returns {string} */
  get id() {
    return this.consumer.id;
  }

  /** @returns {string} a token for the consumer's socket, the same until it expires or is revoked */
  get jwt() {
    const { consumerSessions } = this.simulator.service;
    if (this.#session === undefined || !consumerSessions.isAlive(this.#session)) {
      const token = consumerToken(this.consumer, this.simulator);
      this.#session = consumerSessions.addReadyToken(this.consumer, token);
    }
    return this.#session.bearer;
  }

  /** @returns {Connection[]} its sockets that are open */
  get connections() {
    return [...this.consumer.connections];
  }

  /**
   * Its token is revoked.
   * @param {{closes?: number, answers?: number}} [how] as Connection.losesToken()
   */
  losesToken(how) {
    this.simulator.service.revoke(this.consumer, how);
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
