'use strict';

const crypto = require('node:crypto');

const { uuid } = require('../ids');

/**
 * The file store: uploads and downloads by temporary URLs, signed for one method and path and valid for a minute
 * (LivePerson developer docs, file sharing).
 */
class Files {
  #stored = new Map();
  #secret = crypto.randomBytes(32);

  /** @param {object} service */
  constructor({ clock, settings }) {
    this.clock = clock;
    this.settings = settings;
  }

  /**
   * @param {string} accountId
   * @param {string} fileType e.g. 'PNG'; becomes the extension
   * @returns {object} relativePath and queryParams for a PUT
   */
  uploadUrl(accountId, fileType) {
    return this.#url('PUT', `/v1/AUTH_async-images/${accountId}/${uuid()}.${fileType}`);
  }

  /** @returns {object|undefined} relativePath and queryParams for a GET; undefined when there is no such file */
  downloadUrl(relativePath) {
    return this.#stored.has(relativePath) ? this.#url('GET', relativePath) : undefined;
  }

  /** @returns {boolean} whether the query signs this method and path, and has not expired */
  isSigned(method, path, query) {
    const expires = query.get('temp_url_expires');
    const given = Buffer.from(query.get('temp_url_sig') ?? '');
    const right = Buffer.from(this.#signature(method, path, expires));
    if (given.length !== right.length || !crypto.timingSafeEqual(given, right)) return false;
    return this.clock.now() < Number(expires) * 1000;
  }

  /** @param {string} path @param {{content: Buffer, type?: string}} file */
  store(path, file) {
    this.#stored.set(path, file);
  }

  /** @returns {{content: Buffer, type?: string}|undefined} */
  find(path) {
    return this.#stored.get(path);
  }

  #url(method, relativePath) {
    const expires = String(Math.ceil((this.clock.now() + this.settings.fileLink) / 1000));
    return {
      relativePath,
      queryParams: { temp_url_sig: this.#signature(method, relativePath, expires), temp_url_expires: expires },
    };
  }

  #signature(method, path, expires) {
    return crypto.createHmac('sha1', this.#secret).update(`${method}\n${expires}\n${path}`).digest('hex');
  }
}

module.exports = { Files };
