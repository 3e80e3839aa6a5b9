/** What the editor may ask about keys: a new pair, the public half of a private key, and that the server gets it. */

import type { NodeAPI } from 'node-red';
import { Client, publicKeyOf } from '../../../src/index';
import { settingError, type Translate } from '../../shared/catalogue';
import { Properties } from '../../shared/properties';
import type { KeyPairAnswer, PublicKeyAnswer } from '../../shared/wire/api';
import type { Servers } from '../servers';
import { readSettings } from '../settings';
import type { Admin } from './admin';
import { makeKeyPair } from './key-pair';
import { type ParsedTest, parseTest } from './test-request';

export function addKeyRoutes(RED: NodeAPI, admin: Admin, servers: Servers, t: Translate): void {
  admin.post('key-pair', (): Promise<KeyPairAnswer> => makeKeyPair());

  admin.post('public-key', ({ body }): PublicKeyAnswer => {
    return { publicKey: publicKeyIn(RED, parseTest(servers, body), t) };
  });

  admin.post('public-key/set', async ({ body }): Promise<PublicKeyAnswer> => {
    const parsed = parseTest(servers, body);
    const publicKey = publicKeyIn(RED, parsed, t);
    // By client id and secret: before the server has the key, it takes no token of it.
    const basic = { ...parsed.saved, where: 'remote', auth: 'basic' };
    const { client: options } = readSettings(RED, parsed.node, basic, t);
    const client = new Client({ ...options, offline: 'fail', autoConnect: false });
    try {
      await client.administration.setPublicKey(client.clientId, publicKey);
    } finally {
      await client.close();
    }
    return { publicKey };
  });
}

/** @throws SettingError that shows nothing of the key. */
function publicKeyIn(RED: NodeAPI, { node }: ParsedTest, t: Translate): string {
  const secrets = new Properties(RED, node, { ...node.credentials }, { privateKey: '' });
  const privateKey = secrets.secret('privateKey');
  if (secrets.problem !== undefined) throw secrets.problem;
  if (privateKey.trim() === '') throw settingError(t, 'error.noPrivateKey');
  return publicKeyOf(privateKey);
}
