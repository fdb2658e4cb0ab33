// What the tables of notifications have in common.

import { transformError } from './show.mjs';

/** What is left of a value on its way. */
export const wire = (value) => JSON.parse(JSON.stringify(value));

export const TYPES = {
  conversation: ['.ams.aam.ExConversationChangeNotification', 'cqm.ExConversationChangeNotification'],
  task: ['.ams.routing.RoutingTaskNotification', 'routing.RoutingTaskNotification'],
  state: ['.ams.routing.AgentStateNotification', 'routing.AgentStateNotification'],
  event: ['.ams.ms.OnlineEventDistribution', 'ms.MessagingEventNotification'],
};

/** What is pushed, and what must come of it. */
export const push = (row, items, client, Class) => ({
  row,
  connects: true,
  Class,
  bot: (k) => k.service.push(...[items].flat()),
  client,
});

export const notification = (type, body) => ({ kind: 'notification', type, body });
export const arrives = (type, body) => [
  [type, body],
  ['notification', { kind: 'notification', type, body }],
];

/** A body that a transform makes into another one. */
export const becomes = (row, which, received, body) =>
  push(row, notification(TYPES[which][0], received), arrives(TYPES[which][1], body));

export const fails = (row, which, body, words) => {
  const message = wire(notification(TYPES[which][0], body));
  return {
    row: `fails: ${row}`,
    connects: true,
    async bot(k) {
      k.service.push(message);
      await k.event('error');
      k.client = k.client.map((line) =>
        words ? line : line.replace(/TransformError\("\w+: [^"]*"\)/, 'TransformError("…")'),
      );
    },
    client: [['error', transformError(words ?? '…', message)]],
  };
};

export const changes = (...list) => ({ subscriptionId: 's', changes: list });
