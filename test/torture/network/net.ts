/** What a run needs of a network, be it made of memory or of the loopback. */
import type { Agent } from 'node:http';

/** The server's end of a socket. */
export interface Peer {
  /** @param sentAt the turn in which the client wrote it */
  take(chunk: Buffer, sentAt: number): void;
  /** The client has ended it, or it broke. */
  gone(): void;
}

/** Whose sockets they are. */
export interface Owner {
  readonly dead: boolean;
}

/** What a peer has of its socket. */
export interface Outlet {
  /** Whose it is. */
  readonly owner: object | undefined;
  /** The client has not given it up. */
  readonly alive: boolean;
  /** `arrived` is called when the client has it. */
  give(chunk: string | Buffer, arrived?: () => void): void;
  end(): void;
  reset(): void;
}

/** How a new connection, and what goes over the ones there are, fares. `dead`: everything is swallowed. */
export type Weather = 'fine' | 'refused' | 'hanging' | 'dead';

/** What a host makes of a new connection. */
export type Listen = (host: string, outlet: Outlet) => Peer;

export interface Net {
  weather: Weather;
  /** Milliseconds from one end to the other; of a real one nobody can tell. */
  latency: number;
  /** Turns until a client has made something of what has reached it. */
  readonly reaction: number;
  url(host: string): string;
  /** What a client is to use; none: what it makes itself. */
  agentOf(owner: Owner): Agent | undefined;
  /** Breaks all connections. */
  cut(): void;
  /** What `owner` has open: its process has died, and the other side hears of it. */
  kill(owner: Owner): void;
  openOf(owner: Owner): number;
  /** Resolves when nothing more happens unless time passes. */
  settled(): Promise<void>;
  /** For good. */
  close(): void;
}
