/** A process that opens a store, which may need a repair, and says so once it is open. Argument: folder. */
import { Store } from '../../../src/store/store';

const [, , folder = ''] = process.argv;

async function main(): Promise<void> {
  process.send?.('begins');
  const store = new Store({ folder, format: 'test 1', warn() {} });
  await store.open();
  await store.close();
  process.send?.('open');
}

void main();
