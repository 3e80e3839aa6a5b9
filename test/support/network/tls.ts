/** Self-signed certificates, most for localhost and 127.0.0.1, good for a hundred years and for tests only. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root';

const folder = join(ROOT, 'test/fixtures/tls');

export const certificate = readFileSync(join(folder, 'localhost.cert.pem'), 'utf8');
export const key = readFileSync(join(folder, 'localhost.key.pem'), 'utf8');

/** Another one for the same names, that comes in its place. */
export const renewed = {
  certificate: readFileSync(join(folder, 'renewed.cert.pem'), 'utf8'),
  key: readFileSync(join(folder, 'renewed.key.pem'), 'utf8'),
};

/** Where those of a name are, for programs that read them from files: `address` is good for 127.0.0.1 alone. */
export function tlsFiles(name: 'localhost' | 'address' | 'elsewhere'): { cert: string; key: string } {
  return { cert: join(folder, `${name}.cert.pem`), key: join(folder, `${name}.key.pem`) };
}
