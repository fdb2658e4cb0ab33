'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { conversing, setup } = require('../test-support/setup');

const UPLOAD = '.ams.ms.GenerateURLForUploadFile';
const DOWNLOAD = '.ams.ms.GenerateURLForDownloadFile';

const address = ({ relativePath, queryParams }) => `${relativePath}?${new URLSearchParams(queryParams)}`;

test('a file is uploaded and downloaded by temporary URLs', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  const { code, type, body } = await socket.request(UPLOAD, { fileSize: '5020', fileType: 'PNG' });
  assert.deepStrictEqual([code, type], [200, '.ams.ms.BaseGenerateURL$Response']);
  assert.match(body.relativePath, new RegExp(`^/v1/AUTH_async-images/${client.accountId}/[0-9a-f-]{36}\\.PNG$`));
  assert.match(body.queryParams.temp_url_sig, /^[0-9a-f]+$/);
  assert.match(body.queryParams.temp_url_expires, /^\d+$/);
  const content = Buffer.from([0, 255, 1, 254]);
  const put = await client.call('PUT', address(body), { raw: content, headers: { 'content-type': 'image/png' } });
  assert.strictEqual(put.status, 201);
  const download = await socket.request(DOWNLOAD, { relativePath: body.relativePath });
  assert.deepStrictEqual([download.code, download.type], [200, '.ams.ms.BaseGenerateURL$Response']);
  const get = await client.call('GET', address(download.body));
  assert.deepStrictEqual([get.status, get.headers['content-type'], get.buffer], [200, 'image/png', content]);
});

test('a URL is for one method and path, and for a minute', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  const { body } = await socket.request(UPLOAD, { fileSize: 1, fileType: 'JPG' });
  assert.strictEqual((await client.call('GET', address(body))).status, 401);
  const other = { ...body, relativePath: body.relativePath.replace('JPG', 'PNG') };
  assert.strictEqual((await client.call('PUT', address(other), { raw: 'x' })).status, 401);
  simulator.clock.advance(61_000);
  assert.strictEqual((await client.call('PUT', address(body), { raw: 'x' })).status, 401);
});

test('a download of a file that does not exist is 500', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  const { code, type } = await socket.request(DOWNLOAD, { relativePath: '/v1/AUTH_async-images/1/none.PNG' });
  assert.deepStrictEqual([code, type], [500, '.ReqBody$StringResp']);
});

test('a file that the consumer sends can be downloaded', async (t) => {
  const { client, socket, conversation } = await conversing(t);
  conversation.sendsFile(Buffer.from('picture'), { caption: 'look' });
  const { event } = await socket.message((body) => body.event.contentType === 'hosted/file');
  assert.deepStrictEqual([event.message.caption, event.message.fileType], ['look', 'PNG']);
  const { body } = await socket.request(DOWNLOAD, { relativePath: event.message.relativePath });
  assert.strictEqual((await client.call('GET', address(body))).text, 'picture');
});
