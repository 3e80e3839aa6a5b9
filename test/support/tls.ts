/** A self-signed certificate for localhost and 127.0.0.1, good for a hundred years and for tests only. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../fixtures/tls');

export const certificate = readFileSync(join(folder, 'localhost.cert.pem'), 'utf8');
export const key = readFileSync(join(folder, 'localhost.key.pem'), 'utf8');
