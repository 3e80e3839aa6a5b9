import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { keyProblem } from '../../../../nodes/stream-sea-server/editor/key-problem.editor';

const pem = (label: string) => `-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----\n`;

describe('what is wrong with a private key, at a glance', () => {
  it('is nothing for a key, or nothing at all', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    for (const type of ['pkcs8', 'pkcs1'] as const) {
      assert.equal(keyProblem(String(privateKey.export({ type, format: 'pem' }))), undefined);
    }
    for (const text of ['', ' \n']) assert.equal(keyProblem(text), undefined);
  });

  it('is said of whatever else people paste', () => {
    for (const [text, problem] of [
      [pem('PUBLIC KEY'), 'public'],
      [pem('RSA PUBLIC KEY'), 'public'],
      [pem('CERTIFICATE'), 'certificate'],
      [pem('ENCRYPTED PRIVATE KEY'), 'passphrase'],
      ['-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n', 'passphrase'],
      [pem('EC PRIVATE KEY'), 'otherKind'],
      [pem('OPENSSH PRIVATE KEY'), 'otherKind'],
      ['-----BEGIN PRIVATE KEY-----\nMIIB\n', 'cut'],
      ['hunter2', 'none'],
    ] as const) {
      assert.equal(keyProblem(text), problem);
    }
  });
});
