'use strict';

/**
 * No SDK: `ws` and JSON. It knows nothing but what this benchmark needs, and keeps no deadlines: the limit of pure
 * JavaScript.
 *
 * @param {string} folder where the `ws` package is
 * @param {{ port: number }} service
 */
module.exports = (folder, { port }) => {
  const WebSocket = require(folder);

  class Bot {
    #callbacks = new Map();
    #lastId = 0;
    #done;

    constructor(heard, opened) {
      this.socket = new WebSocket(`wss://localhost:${port}/ws_api/account/1/messaging/brand/ready?v=2.1`);
      this.socket.on('open', () => opened(this));
      this.socket.on('message', (data) => this.#receive(JSON.parse(data), heard));
      this.socket.on('error', (error) => {
        throw error;
      });
    }

    #receive({ kind, type, body, reqId }, heard) {
      if (kind === 'resp') {
        this.#callbacks.get(reqId)(null, body);
        this.#callbacks.delete(reqId);
      } else if (type === '.ams.ms.OnlineEventDistribution') {
        heard(body.event.message.length);
      } else if (type === '.ams.aam.ExConversationChangeNotification') {
        for (const change of body.changes) heard(change.result.convId.length);
      } else if (type === '.bench.Done') {
        this.#done();
      }
    }

    #request(type, body, callback) {
      const id = String(++this.#lastId);
      this.#callbacks.set(id, callback);
      this.socket.send(JSON.stringify({ kind: 'req', id, type, body }));
    }

    getClock(body, callback) {
      this.#request('.GetClock', body, callback);
    }

    publishEvent(body, callback) {
      this.#request('.ams.ms.PublishEvent', body, callback);
    }

    subscribeMessagingEvents(body, callback) {
      this.#request('.ams.ms.QueryMessages', body, callback);
    }

    receive(load) {
      return new Promise((resolve) => {
        this.#done = resolve;
        this.#request('.ams.aam.SubscribeExConversations', { load }, () => {});
      });
    }
  }

  return { connect: (heard = () => {}) => new Promise((resolve) => new Bot(heard, resolve)) };
};
