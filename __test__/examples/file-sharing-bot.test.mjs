import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { endsCleanly, openStage } from './kit.mjs';

async function conversing(t) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'file-sharing-bot-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const stage = await openStage(t);
  const bot = stage.startBot('file-sharing-bot', { LP_FILES: folder });
  const conversation = await stage.simulator.consumer().startConversation();
  return { stage, simulator: stage.simulator, bot, conversation, folder };
}

test('on #picture it uploads a picture and sends it', async (t) => {
  const { stage, simulator, bot, conversation } = await conversing(t);
  conversation.says('#picture');
  const { event } = await conversation.next();
  assert.equal(event.contentType, 'hosted/file');
  assert.equal(event.message.fileType, 'PNG');
  const { content, type } = simulator.service.files.find(event.message.relativePath);
  const picture = new URL('../../examples/file-sharing-bot/picture.png', import.meta.url);
  assert.ok(content.equals(readFileSync(picture)));
  assert.equal(type, 'image/png');
  await endsCleanly(stage, bot);
});

test('it keeps what it is sent', async (t) => {
  const { stage, bot, conversation, folder } = await conversing(t);
  const content = Buffer.from([0, 255, 10, 13, 128]);
  const { event } = conversation.sendsFile(content, { fileType: 'PDF' });
  const name = path.posix.basename(event.message.relativePath);
  assert.equal((await conversation.next()).event.message, `Thank you for ${name}, 5 bytes.`);
  assert.deepEqual(readdirSync(folder), [name]);
  assert.ok(readFileSync(path.join(folder, name)).equals(content));
  await endsCleanly(stage, bot);
});

test('what cannot be fetched is said, and the bot goes on', async (t) => {
  const { simulator, bot, conversation, folder } = await conversing(t);
  const message = { relativePath: '/v1/AUTH_async-images/../../gone', fileType: 'PNG', caption: '' };
  conversation.says({ type: 'ContentEvent', contentType: 'hosted/file', message });
  simulator.fails('file', { status: 401, times: 1 });
  conversation.sendsFile(Buffer.from('x'));
  conversation.says('hello');
  assert.match((await conversation.next()).event.message, /#picture/);
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(await bot.stop(), 0);
  assert.match(bot.lines.join('\n'), /does not exist[^]*the file service answered 401 Unauthorized/);
});
