'use strict';

// Sends a picture on "#picture", and keeps the files that consumers send, in the folder LP_FILES.

const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { onMessage } = require('../common/messages');
const { acceptRings } = require('../common/rings');
const { say } = require('../common/say');
const { steadyAgent } = require('../common/steady-agent');

const FOLDER = process.env.LP_FILES || 'files';
const PICTURE = readFileSync(path.join(__dirname, 'picture.png'));
const DEADLINE = 30000; // of an upload or download, in ms

const agent = steadyAgent();
acceptRings(agent);

onMessage(agent, async ({ dialogId, event }) => {
  if (event.contentType === 'hosted/file') await keep(dialogId, event.message.relativePath);
  else if (event.message === '#picture') await sendPicture(dialogId);
  else await say(agent, dialogId, 'Send me a file, or #picture to get one.');
});

async function sendPicture(dialogId) {
  const place = await agent.generateURLForUploadFile({ fileSize: PICTURE.length, fileType: 'PNG' });
  await call(place, { method: 'PUT', body: PICTURE, headers: { 'Content-Type': 'image/png' } });
  const message = { caption: 'A picture', relativePath: place.relativePath, fileType: 'PNG' };
  await agent.publishEvent({ dialogId, event: { type: 'ContentEvent', contentType: 'hosted/file', message } });
}

async function keep(dialogId, relativePath) {
  const place = await agent.generateURLForDownloadFile({ relativePath });
  const content = Buffer.from(await (await call(place)).arrayBuffer());
  const name = path.posix.basename(relativePath); // the name alone: where it is kept is not the sender's to say
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path.join(FOLDER, name), content);
  console.log('kept', name);
  await say(agent, dialogId, `Thank you for ${name}, ${content.length} bytes.`);
}

/** Files are at the service "swift", under an address that is signed for one method and valid for a minute. */
async function call({ relativePath, queryParams }, options) {
  const { swift } = await agent.csdsClient.getAll();
  const url = `https://${swift}${relativePath}?${new URLSearchParams(queryParams)}`;
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(DEADLINE) });
  if (!answer.ok) throw new Error(`the file service answered ${answer.status} ${answer.statusText}`);
  return answer;
}
