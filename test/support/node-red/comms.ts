/** What a Node-RED tells its editors while flows run: messages for the debug sidebar, and statuses. */

import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface DebugMessage {
  /** The debug node's. */
  readonly name: string;
  /** Objects parsed; long ones have lost their ends. */
  readonly value: unknown;
}

export interface ShownStatus {
  readonly fill?: string;
  readonly shape?: string;
  readonly text?: string;
}

interface Waiter {
  check(): void;
}

export class Comms {
  readonly #ws: WebSocket;
  readonly #debug: DebugMessage[] = [];
  readonly #statuses = new Map<string, ShownStatus>();
  /** The revision of the flows that were started last. */
  #started: string | undefined;
  readonly #waiters = new Set<Waiter>();

  private constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('message', (data) => {
      for (const { topic, data: news } of JSON.parse(data.toString())) this.#take(topic, news);
      for (const waiter of [...this.#waiters]) waiter.check();
    });
  }

  /** @param url the editor's, with a slash at its end. */
  static async open(url: string): Promise<Comms> {
    const ws = new WebSocket(`${url.replace('http', 'ws')}comms`);
    const comms = new Comms(ws);
    await once(ws, 'open');
    for (const topic of ['debug', 'status/#', 'notification/#'])
      ws.send(JSON.stringify({ subscribe: topic }));
    return comms;
  }

  /** The messages of one debug node, so far. */
  shown(name: string): readonly unknown[] {
    return this.#debug.filter((message) => message.name === name).map(({ value }) => value);
  }

  /** Resolves once the debug node has shown that many. */
  async shows(name: string, count: number): Promise<readonly unknown[]> {
    await this.#until(() => this.shown(name).length >= count);
    return this.shown(name);
  }

  /** Resolves once the node's status has a text that matches. */
  async status(id: string, text: RegExp): Promise<ShownStatus> {
    await this.#until(() => text.test(this.#statuses.get(id)?.text ?? ''));
    return this.#statuses.get(id) ?? {};
  }

  /** Resolves once the flows of that revision have been started: Node-RED answers a deploy before. */
  started(revision: string): Promise<void> {
    return this.#until(() => this.#started === revision);
  }

  /** Forgets what was there: what is shown afterwards came afterwards. */
  clear(): void {
    this.#debug.length = 0;
    this.#statuses.clear();
    this.#started = undefined;
  }

  async close(): Promise<void> {
    this.#ws.close();
    await once(this.#ws, 'close');
  }

  // biome-ignore lint/suspicious/noExplicitAny: as Node-RED sends it; a test fails where it is not as expected
  #take(topic: string, news: any): void {
    if (topic === 'debug') {
      const value = decode(news.format, news.msg);
      this.#debug.push({ name: news.name, value });
    } else if (topic.startsWith('status/')) {
      this.#statuses.set(topic.slice('status/'.length), news);
    } else if (topic === 'notification/runtime-deploy') {
      this.#started = news.revision;
    }
  }

  /** Never settles when it does not come true: the test's own time-out then says which test that was. */
  #until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter = {
        check: () => {
          if (!holds()) return;
          this.#waiters.delete(waiter);
          resolve();
        },
      };
      this.#waiters.add(waiter);
    });
  }
}

function decode(format: string, text: string): unknown {
  if (/^(Object|array|error|number|boolean)/.test(format)) return JSON.parse(text);
  // Node-RED writes null and undefined alike as `(undefined)`.
  return format === 'null' ? null : text;
}
