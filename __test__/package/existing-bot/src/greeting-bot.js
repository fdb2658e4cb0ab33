'use strict';

const { Agent } = require('node-agent-sdk');

class GreetingBot extends Agent {
  constructor(conf) {
    super(conf);
    this.openConvs = {};
    this.init();
  }

  init() {
    this.on('connected', () => {
      this.setAgentState({ availability: 'ONLINE' }, (err) => err && console.error(err));
      this.subscribeRoutingTasks({}, (err) => err && console.error(err));
      this._pingClock = setInterval(() => this.getClock({}, () => {}), 30000);
    });

    this.on('routing.RoutingTaskNotification', (body) => {
      body.changes.forEach((c) => {
        if (c.type !== 'UPSERT') return;
        c.result.ringsDetails.forEach((r) => {
          if (r.ringState !== 'WAITING') return;
          this.updateRingState({ ringId: r.ringId, ringState: 'ACCEPTED' }, (e) => e && console.error(e));
        });
      });
    });

    this.on('ms.MessagingEventNotification', (body) => {
      body.changes.forEach((change) => {
        if (change.event.type === 'ContentEvent' && !change.isMe()) this.greet(body.dialogId, change.event.message);
      });
    });

    this.on('error', (err) => console.error('error', err.message));
    this.on('closed', () => clearInterval(this._pingClock));
  }

  greet(dialogId, name) {
    const event = { type: 'ContentEvent', contentType: 'text/plain', message: `Good day, ${name}!` };
    this.publishEvent({ dialogId, event }, (err) => err && console.error(err));
  }

  stop() {
    clearInterval(this._pingClock);
    this.dispose();
  }
}

module.exports = GreetingBot;
