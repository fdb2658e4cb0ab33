// What bots do that were written when the SDK had no types. They compile as they are, under `strict`.

import { EventEmitter } from 'node:events';
import { Agent } from 'node-agent-sdk';

class MyBot extends Agent {
  openConvs: Record<string, any> = {};
  private role = 'ASSIGNED_AGENT';

  constructor(conf: any) {
    super(conf);
    this.conf = conf;
    this.init();
  }

  init(): void {
    this.on('connected', (msg: any) => {
      console.log('connected', this.conf.id || '', msg);
      this.setAgentState({ availability: 'ONLINE' });
      this.subscribeExConversations({ agentIds: [this.agentId], convState: ['OPEN'] }, (e: any, resp: any) =>
        console.log(this.conf.id, resp, e),
      );
      this.subscribeRoutingTasks({});
      this._pingClock = setInterval(this.getClock, 30000);
    });

    this.on('cqm.ExConversationChangeNotification', (notificationBody: any) => {
      notificationBody.changes.forEach((change: any) => {
        if (change.type === 'UPSERT' && !this.openConvs[change.result.convId]) {
          this.openConvs[change.result.convId] = change.result;
          if (!change.result.conversationDetails.getMyRole()) this.joinConversation(change.result.convId, this.role);
        }
      });
    });

    this.on('ms.MessagingEventNotification', (body) => {
      body.changes.reverse();
      for (const c of body.changes) {
        c.event.readStatus = 'seen';
        if (c.originatorMetadata?.role === 'CONSUMER' && c.event.message) this.emit('MyBot.Message', body.dialogId, c);
      }
    });

    this.on('MyBot.Message', (dialogId: string, change: { sequence: number }) => console.log(dialogId, change));
    this.on(Symbol.for('mine'), (...args: any[]) => args.length);
    this.on('error', (err: any) => console.log(err.message, err.code));
    this.on('error', (err: Error) => err.stack);
    this.on('closed', (data) => {
      console.log('socket closed', data);
      clearInterval(this._pingClock);
      this.reconnect(data !== 4401);
    });
    this.on('closed', () => this.reconnect());
    this.on('closed', this.onClosed.bind(this));
    this.once('closed', async (code: number) => code);
    this.removeListener('closed', this.onClosed);
  }

  onClosed(code: any, reason?: any) {
    return [code, reason];
  }

  joinConversation(conversationId: string, role: string) {
    const field = 'ParticipantsChange';
    const type = 'ADD';
    const body = { conversationId, conversationField: [{ field, type, role }] };
    this.updateConversationField(body, (err: any) => err && this.emit('error', new Error(err.body)));
  }

  sendText(conversationId: string, message: any) {
    this.publishEvent({
      dialogId: conversationId,
      event: { type: 'ContentEvent', contentType: 'text/plain', message },
    });
  }

  emit(event: any, ...args: any[]): boolean {
    return super.emit(event, ...args);
  }
}

const conf: any = { accountId: process.env.LP_ACCOUNT, username: process.env.LP_USER, password: process.env.LP_PASS };
const bot = new MyBot(conf);
const agent = new Agent(conf);

new Agent({ accountId: process.env.ACCOUNT, username: process.env.NAME, password: process.env.PASS });
new Agent({
  accountId: process.env.ACCOUNT,
  token: process.env.TOKEN,
  csdsDomain: process.env.CSDS,
  requestTimeout: undefined,
});

// Own properties, written and read.
agent._retryConnection = setTimeout(() => {}, 1);
agent.state = { open: [] };
agent.webhooks.forEach((hook: string) => hook.trim());
agent.conf.token = agent.token;
bot.openConvs.someId.extra = 1;

// Bodies whose literals have become plain strings.
const event = { type: 'ContentEvent', contentType: 'text/plain', message: 'hi' };
const ring = { ringId: 'r', ringState: 'ACCEPTED' };
const filter = { agentIds: [agent.agentId], convState: ['OPEN'], stage: ['OPEN'] };
agent.publishEvent({ dialogId: 'd', event }, [{ type: 'x' }], (err: any, resp: any) => resp && err);
agent.updateRingState(ring);
agent.subscribeExConversations(filter);
agent.setAgentState({ availability: process.env.STATE as string });

// Arguments in every order in which they were seen, bodies of all sorts.
const callback = (err?: any, resp?: any) => resp || err;
agent.publishEvent({ dialogId: 'd', event }, callback, [{ type: 'ExternalId', id: '1' }]);
agent.publishEvent({ dialogId: 'd', event }, null, [{ type: 'BotResponse', externalConversationId: 'x' }], callback);
agent.publishEvent({ dialogId: 'd', event }, {}, false, 'encoded', callback);
agent.publishEvent({ dialogId: 'd', event }, true, null, undefined, () => {});
agent.publishEvent(JSON.parse('{}'), undefined, undefined, callback);
agent.getClock(undefined, callback);
agent.getClock(null, callback);
agent.getClock({}, (e) => e && console.log(e.body));
agent.getUserProfile('consumer', (e, profile) => profile.forEach((sde) => console.log(sde.info, sde.whatever)));
agent.getUserProfile({ userId: 'consumer' }, callback);
agent.updateConversationField(
  { conversationId: 'c', conversationField: [{ field: 'Stage', stage: 'CLOSE' }] },
  callback,
);
agent.generateURLForUploadFile({ fileSize: '5020', fileType: 'webp' }, (e, body) => body.queryParams.temp_url_sig);

for (const name of ['getClock', 'setAgentState']) agent[name]({}, callback);
const { publishEvent, getClock } = agent;
publishEvent({ dialogId: 'd', event });
setInterval(agent.getClock, 30000);
setInterval(getClock, 30000);
agent.csdsClient.getAll((err: any, domains: any) => console.log(err, domains.agentVep));
agent.connect((err: any) => err);
agent.refreshSession((err?: Error | null) => err);
agent.on('some.future.Notification', (body, id) => [body.anything, id]);
agent.emit('mine', 1, 'two');
agent.transport?.ws.close(1000, 'bye');
if (agent.transport && agent.transport.ws) agent.transport.ws.ping();
export const emitter: EventEmitter = agent;
