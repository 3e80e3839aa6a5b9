import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { readCertificate } from '../../bin/certificate';
import { FileError } from '../../bin/settings/text-file';
import { certificate, key } from '../support/network/tls';
import { freshFolder } from '../support/store/folders';

describe('a certificate', () => {
  let folder: string;

  beforeEach(() => {
    folder = freshFolder();
    mkdirSync(folder);
  });

  const read = (cert: string, privateKey: string) => {
    const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
    writeFileSync(files.certFile, cert);
    writeFileSync(files.keyFile, privateKey);
    return readCertificate(files);
  };

  it('is read with its key, and says when it ends', async () => {
    const { validTo, ...pems } = await read(certificate, key);
    assert.deepEqual(pems, { cert: certificate, key });
    assert(Number.isFinite(Date.parse(validTo)));
  });

  const other = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

  for (const [what, cert, privateKey, message] of [
    ['no certificate', 'x', key, /cert\.pem holds no certificate/],
    ['half a certificate', certificate.slice(0, 300), key, /cert\.pem holds no certificate/],
    ['no key', certificate, '', /key\.pem holds no private key/],
    ['another key', certificate, other, /key in .*key\.pem is not that of the certificate in .*cert\.pem/],
    ['a key that is cut off', certificate, key.slice(0, 100), /key\.pem holds no private key/],
    [
      'a broken chain',
      `${certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      key,
      /TLS/,
    ],
  ] as const) {
    it(`is refused when there is ${what}, without a word of the key`, async () => {
      await assert.rejects(read(cert, privateKey), (error) => {
        assert(error instanceof FileError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n/);
        if (privateKey.length > 60) assert(!error.message.includes(privateKey.slice(40, 60)));
        return true;
      });
    });
  }

  it('is refused when a file is missing', () =>
    assert.rejects(
      readCertificate({ certFile: join(folder, 'a'), keyFile: join(folder, 'b') }),
      /a cannot be read/,
    ));
});
