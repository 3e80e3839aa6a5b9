/** What is wrong with a text that is to be a private key, as far as it shows without reading the key. */

export type KeyProblem = 'public' | 'certificate' | 'passphrase' | 'otherKind' | 'none' | 'cut';

export function keyProblem(text: string): KeyProblem | undefined {
  const key = text.trim();
  if (key === '') return undefined;
  const [, label = ''] = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(key) ?? [];
  if (label.includes('PUBLIC KEY')) return 'public';
  if (label === 'CERTIFICATE') return 'certificate';
  if (label === 'ENCRYPTED PRIVATE KEY' || key.includes('Proc-Type: 4,ENCRYPTED')) return 'passphrase';
  if (label === 'EC PRIVATE KEY' || label === 'OPENSSH PRIVATE KEY') return 'otherKind';
  if (label !== 'PRIVATE KEY' && label !== 'RSA PRIVATE KEY') return 'none';
  return key.includes(`-----END ${label}-----`) ? undefined : 'cut';
}
