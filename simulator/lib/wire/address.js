'use strict';

/**
 * @param {http.IncomingMessage} request
 * @returns {{path: string, query: URLSearchParams}} what it asks for; the path stays as it was sent. Takes any text, where
 *   `new URL` would throw
 */
function addressOf({ url }) {
  const at = url.indexOf('?');
  if (at < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}

module.exports = { addressOf };
