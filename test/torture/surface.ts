/** What of the client's surface a run uses; what the client has not yet is left out. */
import type { Client } from '../../src/client/client';
import type { Undelivered } from '../../src/client/subscriptions';
import type { StreamSeaError } from '../../src/errors';

export interface Unsent {
  readonly stream: string;
  readonly text: string;
  readonly publication?: unknown;
}

export interface Legacy {
  readonly undelivered: Undelivered;
  readonly unsent: readonly Unsent[];
}

export type Sending =
  | { readonly name: 'flowing' }
  | {
      readonly name: 'waiting';
      readonly attempt: number;
      readonly until: number;
      readonly why: StreamSeaError;
    }
  | { readonly name: 'refused'; readonly until: number; readonly why: StreamSeaError };

export interface Coming {
  retire?(): Promise<Legacy>;
  adopt?(legacy: Legacy): void;
  purge?(): number;
  sendNow?(): void;
  queue?(first?: number): { readonly count: number; readonly bytes: number };
  readonly sending?: Sending;
}

export function coming(client: Client): Coming {
  return client as unknown as Coming;
}
