import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../../electron/launch/places.ts';
import { buildWorkers } from '../../runner/worker_page.ts';
import { asJson, asTable } from '../table.ts';
import { ADAPTERS } from './adapters.ts';
import { askedTable } from './asked.ts';
import { own, peers, peersInWords, scripts } from './field.ts';
import { BenchPage } from './page.ts';
import type { PageContender } from './page_contender.ts';
import { productRows } from './rows/products.ts';
import { stepRows } from './rows/steps.ts';

/**
 * `npm run bench:gpu`: how long a step takes on WebGPU beside the peers' in one page of one Chromium on one adapter, and what it asks
 * of the device. `--adapter real` or `software` chooses; by default a real one is taken where there is one. `--json` prints one object
 * per row.
 */
const { values: given } = parseArgs({ options: { json: { type: 'boolean' }, adapter: { type: 'string' } } });
const wanted = ADAPTERS.find((choice) => choice === given.adapter);
if (given.adapter !== undefined && wanted === undefined) {
  console.error(`There is no adapter ${given.adapter}; there are ${ADAPTERS.join(' and ')}.`);
  process.exit(2);
}

const folder = join(ROOT, 'dist', 'bench');
await buildWorkers(folder, scripts);
const page = await BenchPage.open(folder, wanted).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
try {
  const { adapter, browserName } = page;
  // Rows go to the output; who takes part is no row.
  const tell = given.json === true ? console.error : console.log;
  tell(`${browserName} on ${adapter.name}${adapter.isSoftware ? ' (software)' : ''}`);
  tell(peersInWords);
  const start = (contenders: typeof own): Promise<PageContender[]> =>
    Promise.all(contenders.map(({ name, script }) => page.start(name, script)));
  const field = { own: await start(own), peers: await start(peers) };
  console.error('measuring steps …');
  const { rows: steps, asked } = await stepRows(field);
  console.error('measuring products …');
  const rows = [...steps, ...(await productRows(field))];
  if (given.json === true) {
    for (const row of rows) console.log(asJson(row));
    for (const row of asked) console.log(JSON.stringify({ ...row, adapter: adapter.name }));
  } else console.log(`\n${asTable(rows)}\n\n${askedTable(asked)}`);
} finally {
  await page.close();
}
