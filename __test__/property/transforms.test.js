'use strict';

// Random JSON as every kind of message: the façade takes it or says once what is wrong with it, and nothing is thrown.

const { settled } = require('../facade/fake-native');
const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const { connected } = require('../facade/kit');
const { METHODS } = require('../../lib/requests');

const RUNS = Number(process.env.PROPERTY_RUNS) || 300;

/** Any JSON; the words of the service are likely where they mean something, and anything may stand in their place. */
const json = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant({ toString: null, valueOf: null }));
const or = (usual) => fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: json });
const some = (fields) =>
  or(fc.record(Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, or(v)])), { requiredKeys: [] }));
const list = (entry) => or(fc.array(entry, { maxLength: 3 }));
const id = fc.constantFrom('777.2001', 'pid-2001', 'x', '__proto__', '');
const role = fc.constantFrom('CONSUMER', 'ASSIGNED_AGENT', 'MANAGER', '__proto__', 'toString');
const ids = or(fc.dictionary(role, list(id)));

const event = some({
  sequence: fc.nat(),
  dialogId: id,
  originatorId: id,
  originatorPId: id,
  event: some({ type: fc.constantFrom('ContentEvent', 'AcceptStatusEvent'), message: fc.string() }),
});
const dialog = some({
  dialogId: id,
  channelType: fc.constantFrom('MESSAGING', 'COBROWSE', 'FAX'),
  participantsDetails: list(some({ id, role, state: fc.constantFrom('ACTIVE', 'SUGGESTED') })),
});
const conversation = some({ convId: id, participants: ids, participantsPId: ids, dialogs: list(dialog), note: json });
const change = some({
  type: fc.constantFrom('UPSERT', 'DELETE'),
  result: some({ convId: id, conversationDetails: conversation }),
});
const ring = some({ result: some({ ringsDetails: list(some({ ringId: id, convId: id })), agentUserId: id }) });
const sdes = some({ lp_sdes: list(some({ type: fc.string() })), iss: id });
const profile = some({
  claims: sdes,
  authenticatedData: sdes,
  privateData: some({ email: id }),
  firstName: id,
  acr: id,
});

/** type → what the service sends with it */
const BODIES = {
  '.ams.aam.ExConversationChangeNotification': some({ changes: list(change) }),
  '.ams.ms.OnlineEventDistribution': event,
  '.ams.ms.QueryMessages$Response': list(event),
  '.ams.routing.AgentStateNotification': some({ changes: list(ring) }),
  '.ams.routing.RingUpdated': json,
  '.ams.routing.RoutingTaskNotification': some({ changes: list(ring) }),
  '.ams.userprofile.GetUserProfile$Response': profile,
  '.ams.ms.PublishEvent$Response': some({ sequence: fc.nat() }),
  'unheard.of': json,
};
/** Of which one part that cannot be read does not take the others along. */
const SEVERAL = '.ams.aam.ExConversationChangeNotification';

const message = fc.tuple(fc.constantFrom(...Object.keys(BODIES)), fc.nat(20)).chain(([type, odd]) =>
  fc.record(
    {
      kind: odd === 0 ? json : fc.constantFrom('notification', 'resp'),
      type: odd === 1 ? json : fc.constant(type),
      body: odd === 2 ? json : BODIES[type],
      code: fc.oneof(fc.constantFrom(200, 400), json),
      reqId: fc.constant('unknown'),
    },
    { requiredKeys: ['kind', 'type'] },
  ),
);

const copy = (value) => JSON.parse(JSON.stringify(value));

/** What a message made the agent say. */
async function said({ agent, client }, sent) {
  agent.heard = [];
  client.sends(copy(sent));
  await settled();
  return agent.heard;
}

test('every message is delivered, or one error says as what it was received', async () => {
  const made = await connected();
  const thrown = [];
  const note = (error) => thrown.push(error);
  process.on('uncaughtException', note);
  await fc.assert(
    fc.asyncProperty(message, async (sent) => {
      const heard = await said(made, sent);
      assert.deepEqual(thrown, []);
      const errors = heard.filter(([name]) => name === 'error').map(([, error]) => error);
      for (const error of errors) {
        assert.equal(error.constructor.name, 'TransformError');
        assert.deepEqual(copy(error.payload), copy(sent), 'the payload is the message as it was received');
      }
      const delivered = heard.filter(([name]) => name !== 'error' && name !== 'warn');
      if (sent.kind !== 'notification' && sent.kind !== 'resp') assert.deepEqual(heard, []);
      else if (sent.kind === 'notification') assert.ok(delivered.length > 0 || errors.length > 0);
      if (sent.type !== SEVERAL) assert.ok(errors.length <= 1 && (errors.length === 0 || delivered.length === 0));
    }),
    { numRuns: RUNS },
  );
  process.off('uncaughtException', note);
  made.agent.dispose();
});

test('every answer settles its request exactly once, whatever is in it', async () => {
  const made = await connected();
  const { agent, client } = made;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...METHODS), message, fc.boolean(), async (method, answer, byPromise) => {
      const outcomes = [];
      if (byPromise)
        agent[method]({}).then(
          (value) => outcomes.push([null, value]),
          (error) => outcomes.push([error]),
        );
      else agent[method]({}, (...outcome) => outcomes.push(outcome));
      const [, reqId] = client.last('send');
      await said(made, { ...answer, kind: 'resp', reqId });
      await said(made, { ...answer, kind: 'resp', reqId });
      assert.equal(outcomes.length, 1);
      const [[error]] = outcomes;
      if (error === null && typeof answer.code === 'number') assert.ok(!(answer.code > 399));
    }),
    { numRuns: RUNS },
  );
  agent.dispose();
});
