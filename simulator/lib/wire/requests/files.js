'use strict';

const { uuid } = require('../../ids');
const { RequestError } = require('../../state/errors');

const URL_RESPONSE = '.ams.ms.BaseGenerateURL$Response';

module.exports = {
  '.ams.ms.GenerateURLForUploadFile': ({ service, agent, body }) => {
    if (!/^\w{1,10}$/.test(body.fileType ?? '')) throw new RequestError(400, `File type ${body.fileType} is not known`);
    return { type: URL_RESPONSE, body: service.files.uploadUrl(agent.accountId, body.fileType) };
  },

  '.ams.ms.GenerateURLForDownloadFile': ({ service, body }) => {
    const url = service.files.downloadUrl(body.relativePath);
    if (url === undefined) throw new RequestError(500, `File ${body.relativePath} does not exist`);
    return { type: URL_RESPONSE, body: url };
  },

  '.ams.ms.token.GenerateDownloadToken': () => ({
    type: '.ams.ms.token.GenerateDownloadToken$Response',
    body: { token: { type: 'SecureFormReadToken', readOtk: uuid() } },
  }),
};
