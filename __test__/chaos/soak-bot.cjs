'use strict';

// The process whose memory is looked at, see soak.mjs.

const SDKS = { ours: '../..', original: 'node-agent-sdk' };
/** How often it is looked at. */
const LOOKS = 200;

process.once('message', ({ sdk, conf, total }) => {
  const { Agent } = require(SDKS[sdk]);
  const agent = new Agent(conf);
  const resident = [];
  let heard = 0;
  let disordered = 0;
  agent.on('error', (error) => console.error(error));
  agent.on('ms.MessagingEventNotification', ({ changes: [{ sequence }] }) => {
    if (sequence !== heard) disordered++;
    heard++;
    if (heard % (total / LOOKS) === 0) resident.push(process.memoryUsage.rss());
    if (heard < total) return;
    agent.dispose();
    process.send({ heard, disordered, resident }, () => process.disconnect());
  });
});
