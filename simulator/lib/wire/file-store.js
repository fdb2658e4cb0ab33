'use strict';

/**
 * Uploads and downloads by temporary URL (LivePerson developer docs, file sharing): PUT gives 201, GET the file; 401 for an
 * URL that is not signed or has expired.
 * @param {object} call method, path, query, headers, content
 * @param {object} simulator
 * @returns {{status: number, headers?: object, body?: Buffer}}
 */
function answerFile({ method, path, query, headers, content }, { service: { files } }) {
  if (!files.isSigned(method, path, query)) return { status: 401, message: 'Temp URL invalid or expired' };
  if (method === 'PUT') {
    files.store(path, { content, type: headers['content-type'] });
    return { status: 201 };
  }
  const file = files.find(path);
  if (file === undefined) return { status: 404 };
  return { status: 200, headers: { 'content-type': file.type ?? 'application/octet-stream' }, body: file.content };
}

module.exports = { answerFile };
