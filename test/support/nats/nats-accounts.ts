/** A NATS with accounts, as whoever runs one has it: an operator, accounts, and users who hold a `.creds` file. */
import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

export interface Accounts {
  /** Lines for the configuration of a server. */
  readonly config: string;
  /** What the `.creds` file of a new user holds. */
  creds(): string;
}

const UNBOUNDED = { subs: -1, data: -1, payload: -1 };
const OF_ACCOUNTS = { ...UNBOUNDED, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const OF_JETSTREAM = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** @returns those of an operator of their own: what one gives out is good for nothing at another. */
export function drawAccounts(): Accounts {
  const [operator, account, system] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount()];
  const nameOf = (pair: KeyPair): string => pair.getPublicKey();
  const accountOf = (pair: KeyPair, limits: object): string =>
    `${nameOf(pair)}: ${signed(operator, pair, 'account', { limits: { ...OF_ACCOUNTS, ...limits } })}`;
  return {
    config: `operator: ${signed(operator, operator, 'operator', {})}
system_account: ${nameOf(system)}
resolver: MEMORY
resolver_preload: {
  ${accountOf(account, OF_JETSTREAM)}
  ${accountOf(system, {})}
}`,
    creds: () => {
      const user = nkeys.createUser();
      const jwt = signed(account, user, 'user', { ...UNBOUNDED, pub: {}, sub: {} });
      const seed = new TextDecoder().decode(user.getSeed());
      return `${framed('NATS USER JWT', jwt)}\n${framed('USER NKEY SEED', seed)}`;
    },
  };
}

function signed(issuer: KeyPair, subject: KeyPair, type: string, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({
    jti: type,
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    name: type,
    sub: subject.getPublicKey(),
    nats: { ...claims, type, version: 2 },
  })}`;
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}

function framed(name: string, text: string): string {
  return `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n`;
}
