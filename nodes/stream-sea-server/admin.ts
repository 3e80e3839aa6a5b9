/** Routes below Node-RED's admin root: permission, parameters, answers and errors, the same for each. */

import type { Node, NodeAPI } from 'node-red';
import { messageOf, StreamSeaError } from '../../src/index';
import type { Translate } from '../shared/catalogue';
import { isServerNode, type Sea } from '../shared/server-node';

/** What a request was refused for, in the words of the answer. */
export class AdminError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
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
  /** Acts: needs `stream-sea.write`. */
  post(path: string, work: Work): void;
  delete(path: string, work: Work): void;
}

type Method = keyof Admin;

/** Holds nothing: each request looks up the nodes as they are then. */
export function adminRoutes(RED: NodeAPI): Admin {
  const add = (method: Method, permission: string) => (path: string, work: Work) => {
    const allowed = RED.auth.needsPermission(permission);
    RED.httpAdmin[method](`/stream-sea/${path}`, allowed, (request, response) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const answer = (status: number, body: object): void => {
        if (!response.headersSent && !gone.signal.aborted) response.status(status).json(body);
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
          (error: unknown) => answer(statusOf(error), { message: messageOf(error) }),
        );
    });
  };
  return {
    get: add('get', 'stream-sea.read'),
    post: add('post', 'stream-sea.write'),
    // Ends what a read has begun.
    delete: add('delete', 'stream-sea.read'),
  };
}

export type RunningSea = Exclude<Sea, { problem: unknown }>;

/** @throws AdminError when there is no such server node now, or it is filled in wrongly. */
export function findSea(RED: NodeAPI, id: string, t: Translate): RunningSea {
  const node: Node | null | undefined = RED.nodes.getNode(id);
  if (!isServerNode(node)) throw new AdminError(404, t('error.notDeployed'));
  if ('problem' in node.sea) throw new AdminError(409, node.sea.problem.message);
  return node.sea;
}

function required(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new AdminError(400, `${name} is missing`);
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
