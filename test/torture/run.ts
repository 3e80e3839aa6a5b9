/** A run by its seed, and a failure made as small as it gets. */
import { Random } from '../faults/random';
import { type Command, type Profile, randomCommand, randomSetup, type Setup } from './commands';
import { memoryFolders, mountFolders } from './disk';
import { Loopback } from './network/loopback';
import { Network } from './network/network';
import { countTurns } from './network/turns';
import { RealFolder } from './real-folder';
import { Violation } from './violation';
import { HOSTS, type Surroundings, TARGETS, World } from './world';

export interface Run {
  readonly seed: number;
  readonly profile: Profile;
  readonly setup: Setup;
  readonly commands: readonly Command[];
}

export interface Failure {
  readonly run: Run;
  readonly violation: Violation;
}

/** The whole run follows from the seed. */
export function runOf(seed: number, length: number, profile: Profile): Run {
  const random = new Random(seed);
  const setup = randomSetup(random);
  return { seed, profile, setup, commands: Array.from({ length }, () => randomCommand(random, profile)) };
}

/** What of a run can be done over real sockets: nobody's process dies, and what is under way arrives before it is cut. */
export function overSockets({ commands, setup, ...run }: Run): Run {
  const possible = commands.filter((command) => command.do !== 'crash' && command.do !== 'latency');
  const paced = possible.map((command, at): Command => {
    const isInRow = command.do === 'publish' && possible[at + 1]?.do === 'publish';
    return isInRow ? command : { ...command, pace: 'settle' };
  });
  return { ...run, setup: { ...setup, latency: 0 }, commands: paced };
}

/** What `act` does is done in the torture's own world of turns and folders. */
export async function inTorture<Result>(act: () => Promise<Result>): Promise<Result> {
  const endCounting = countTurns();
  const unmount = mountFolders();
  try {
    return await act();
  } finally {
    unmount();
    endCounting();
  }
}

/** The invariant that it breaks, if any. */
export async function perform(
  { seed, setup, commands }: Run,
  { trace, sockets = false }: { readonly trace?: (line: string) => void; readonly sockets?: boolean } = {},
): Promise<Violation | undefined> {
  const { folders, makeNet, remove } = sockets ? await reality() : memory();
  let unhandled: unknown;
  const heard = (reason: unknown): void => {
    unhandled ??= reason;
  };
  process.on('unhandledRejection', heard);
  const world = new World(seed, setup, { makeNet, folders });
  try {
    if (trace !== undefined) world.ledger.trace = (line) => trace(`${world.clock.passed}  ${line}`);
    for (const command of commands) await world.run(command);
    await world.end();
    return unhandled === undefined ? undefined : new Violation('handled', String(unhandled));
  } catch (thrown) {
    if (unhandled !== undefined) return new Violation('handled', String(unhandled));
    if (thrown instanceof Violation) return thrown;
    throw thrown;
  } finally {
    world.drop();
    process.off('unhandledRejection', heard);
    await remove();
  }
}

interface Stage extends Surroundings {
  remove(): Promise<void>;
}

function memory(): Stage {
  return {
    makeNet: (clock, listen) => new Network(clock, listen),
    folders: memoryFolders(TARGETS.length),
    remove: async () => {},
  };
}

async function reality(): Promise<Stage> {
  const loopback = await Loopback.open(HOSTS);
  const folders = await Promise.all(TARGETS.map(() => RealFolder.make()));
  return {
    makeNet: (_clock, listen) => {
      loopback.listen = listen;
      return loopback;
    },
    folders,
    remove: async () => {
      for (const folder of folders) await folder.remove();
    },
  };
}

/** Leaves out whatever is not needed to break the same invariant. */
export async function shrink(failure: Failure, sockets = false): Promise<Failure> {
  let best = failure;
  const attempt = async (run: Run): Promise<boolean> => {
    const violation = await perform(run, { sockets });
    if (violation?.invariant !== best.violation.invariant) return false;
    best = { run, violation };
    return true;
  };
  for (
    let size = Math.ceil(best.run.commands.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    let again = true;
    while (again) {
      again = false;
      for (let at = 0; at < best.run.commands.length; at += size) {
        const commands = best.run.commands.toSpliced(at, size);
        if (await attempt({ ...best.run, commands })) {
          again = true;
          at -= size;
        }
      }
      if (size > 1) again = false;
    }
  }
  for (const plain of [
    { latency: 0 },
    { receivers: 0 },
    { schemas: 0 },
    { maxAge: 0 },
    { queueLimit: 1_000 },
  ]) {
    await attempt({ ...best.run, setup: { ...best.run.setup, ...plain } });
  }
  for (let at = 0; at < best.run.commands.length; at += 1) {
    const command = best.run.commands[at];
    if (command === undefined) continue;
    const simpler: Partial<Command>[] = [{ pace: 'settle' }];
    if (command.do === 'publish')
      simpler.push(
        { count: 1 } as Partial<Command>,
        { via: 'offer', check: 'off', batch: true, what: 'good' } as Partial<Command>,
      );
    for (const plain of simpler) {
      await attempt({
        ...best.run,
        commands: best.run.commands.with(at, { ...command, ...plain } as Command),
      });
    }
  }
  return best;
}
