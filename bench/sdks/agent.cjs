'use strict';

/**
 * A bot on an SDK that has node-agent-sdk's face: ours or the original. It is written as bots are, a subclass with
 * listeners on what it needs.
 *
 * @param {string} folder where the SDK is
 * @param {{ port: number }} service
 */
module.exports = (folder, { port }) => {
  const { Agent } = require(folder);

  class Bot extends Agent {
    constructor(heard, credentials) {
      super({ accountId: '1', csdsDomain: `localhost:${port}`, wsDomainType: 'asyncMessagingEnt', ...credentials });
      this.on('ms.MessagingEventNotification', (body) => {
        for (const change of body.changes) heard(change.event.message.length);
      });
      this.on('cqm.ExConversationChangeNotification', (body) => {
        for (const change of body.changes) heard(change.result.convId.length);
      });
      this.on('routing.RoutingTaskNotification', (body) => heard(body.changes.length));
      this.on('error', (error) => {
        throw error;
      });
      this.on('closed', (code) => {
        throw new Error(`the socket was closed: ${code}`);
      });
    }

    /** Asks for a load; settles when it has come. */
    receive(load) {
      return new Promise((resolve) => {
        this.once('.bench.Done', resolve);
        this.subscribeExConversations({ load }, () => {});
      });
    }
  }

  return {
    /** Settles with a bot that is connected. */
    connect: (heard = () => {}, credentials = { username: 'bot', password: 'secret' }) =>
      new Promise((resolve) => {
        const bot = new Bot(heard, credentials);
        bot.once('connected', () => resolve(bot));
      }),
  };
};
