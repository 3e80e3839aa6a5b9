/** Routes below Node-RED's admin root: permission, parameters, answers and errors, the same for each. */

import type { NodeAPI } from 'node-red';
import { StreamSeaError } from '../../../src/index';
import { settingError, type Translate } from '../../shared/catalogue';
import type { RunningSea, SeaOrProblem } from '../../shared/server-node';
import { type Said, saidOf } from '../../shared/wire/sentence';
import type { Servers } from '../servers';

/** What a request was refused for, in the words of the answer. */
export class AdminError extends Error {
  readonly status: number;
  readonly sentence: Said['sentence'];

  constructor(status: number, { message, sentence }: Said) {
    super(message);
    this.status = status;
    this.sentence = sentence;
  }
}

export interface AdminRequest {
  /** A parameter in the path. @throws AdminError (400) when it is blank. */
  parameter(name: string): string;
  /** The values of a parameter after the question mark, given once or more often. */
  query(name: string): string[];
  /** Anybody may have sent anything. */
  readonly body: unknown;
  /** Fires when the editor no longer waits for the answer. */
  readonly gone: AbortSignal;
}

/** What to answer, as JSON. */
export type Work = (request: AdminRequest) => Promise<object> | object;

export interface Admin {
  /** Reads: needs the permission `stream-sea.read`. */
  get(path: string, work: Work): void;
  /**
   * Makes the runtime act for what the dialog holds: needs `stream-sea.write`, and `flows.write`. It may send a
   * saved secret to an address that somebody has just typed in; whoever may deploy can do that by a deploy.
   */
  post(path: string, work: Work): void;
  /** Ends what a read has begun: needs `stream-sea.read`. */
  delete(path: string, work: Work): void;
}

type Method = keyof Admin;
type Handler = ReturnType<NodeAPI['auth']['needsPermission']>;

/** What somebody who reads needs leave for, and somebody who makes the runtime act. */
export interface Permissions {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

const PERMISSIONS: Permissions = { read: ['stream-sea.read'], write: ['stream-sea.write', 'flows.write'] };

/**
 * Holds nothing: each request looks up the nodes as they are then.
 *
 * @param permissions instead of those that {@link Admin} names.
 */
export function adminRoutes(RED: NodeAPI, { read, write } = PERMISSIONS): Admin {
  const add = (method: Method, permissions: readonly string[]) => (path: string, work: Work) => {
    const allowed = permissions.map((permission) => RED.auth.needsPermission(permission));
    const handle: Handler = (request, response) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const answer = (status: number, body: object): void => {
        if (response.headersSent || gone.signal.aborted) return;
        // Some answers hold a secret that was just drawn.
        response.status(status).set('Cache-Control', 'no-store').json(body);
      };
      Promise.resolve({
        parameter: (name: string) => required(name, request.params[name]),
        query: (name: string) => texts(request.query[name]),
        body: request.body as unknown,
        gone: gone.signal,
      })
        .then(work)
        .then(
          (body) => answer(200, body),
          (error: unknown) => answer(statusOf(error), saidOf(error)),
        );
    };
    RED.httpAdmin[method](`/stream-sea/${path}`, ...allowed, handle);
  };
  return {
    get: add('get', read),
    post: add('post', write),
    delete: add('delete', read),
  };
}

/** @throws AdminError when there is no such server node now, or it is filled in wrongly. */
export function findRunningSea(servers: Servers, id: string, t: Translate): RunningSea {
  const sea = findSea(servers, id, t);
  if ('problem' in sea) throw new AdminError(409, sea.problem);
  return sea;
}

/** @throws AdminError when there is no such server node now. */
export function findSea(servers: Servers, id: string, t: Translate): SeaOrProblem {
  const node = servers.find(id);
  if (node !== undefined) return node.sea;
  throw new AdminError(404, settingError(t, 'error.notDeployed'));
}

function required(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new AdminError(400, { message: `${name} is missing` });
}

function texts(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === 'string' && item !== '') as string[];
}

/** Our own family: something between here and the stream-sea server went wrong, not in the editor's request. */
function statusOf(error: unknown): number {
  if (error instanceof AdminError) return error.status;
  return error instanceof StreamSeaError ? 502 : 500;
}
