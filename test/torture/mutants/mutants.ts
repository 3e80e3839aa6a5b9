/** Each of the mutations in a copy of the source, tortured until it is found, by itself in a process. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTATIONS, type Mutation } from './mutations';

const NEEDED = [
  'src',
  'scripts/torture.mjs',
  'test/torture',
  'test/faults/random.ts',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
];

export interface Outcome {
  readonly mutation: Mutation;
  /** The run that found it. */
  readonly found: { readonly seed: number; readonly what: string } | undefined;
}

/** @param root of this checkout. @param minutes in which each must be found. */
export async function findMutants(
  root: string,
  minutes: number,
  commands: number,
  told: (outcome: Outcome) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'torture-mutant-'));
  try {
    for (const path of NEEDED) await cp(join(root, path), join(folder, path), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const mutation of MUTATIONS) {
      const file = join(folder, mutation.file);
      const source = await readFile(file, 'utf8');
      await writeFile(file, mutated(source, mutation));
      told({ mutation, found: await find(folder, mutation, minutes, commands) });
      await writeFile(file, source);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws RangeError when the source is not what the mutation was made for. */
export function mutated(source: string, { file, name, from, to }: Mutation): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new RangeError(`${file} has ${parts.length - 1} places for "${name}"`);
  return parts.join(to);
}

async function find(
  folder: string,
  { invariant, profile }: Mutation,
  minutes: number,
  commands: number,
): Promise<Outcome['found']> {
  const options = [
    '--profile',
    profile,
    '--minutes',
    `${minutes}`,
    '--commands',
    `${commands}`,
    '--only',
    invariant,
    '--whole',
  ];
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/torture.mjs', ...options], {
    cwd: folder,
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  const what = new RegExp(`^${invariant}: .*$`, 'm').exec(text)?.[0];
  const seed = /"seed":(\d+)/.exec(text)?.[1];
  return what === undefined || seed === undefined ? undefined : { seed: Number(seed), what };
}
