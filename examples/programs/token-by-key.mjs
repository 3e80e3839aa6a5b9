// Subscribes with tokens that are made here, with a private key that never leaves this machine; the server has the public
// half. Tokens are short-lived, and renewed before they end. This program makes the pair itself, to be of one piece.
//   node token-by-key.mjs http://127.0.0.1:1234 CLIENT_ID CLIENT_SECRET
import { generateKeyPairSync } from 'node:crypto';
import { Client, publicKeyOf } from '@stream-sea/node-red';

const [url, clientId, clientSecret] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const owner = new Client({ url, credentials: { type: 'basic', clientId, clientSecret } });
await owner.administration.setPublicKey(clientId, publicKeyOf(privateKey));
await owner.close();

const client = new Client({
  url,
  credentials: { type: 'key', clientId, privateKey, tokenLifetime: 60_000 },
});
await client.connected({ timeout: 10_000 });
console.log(client.state.name);
await client.close();
