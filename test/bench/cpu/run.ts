import { asJson, asTable, type Row } from '../table.ts';
import { describe } from './field.ts';
import { growthRows } from './rows/growth.ts';
import { productRows } from './rows/products.ts';
import { stepRows } from './rows/steps.ts';
import { watchingRows } from './rows/watching.ts';

/**
 * `npm run bench`: how long training takes, beside what its users would run otherwise and beside what the machine can do. Those
 * who are compared are processes that take turns; what is compared are medians over the rounds of one run. `--json` prints one
 * object per row; names of sections (`npm run bench -- steps`) leave the others out.
 */
const sections: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  steps: stepRows,
  products: productRows,
  growth: growthRows,
  watching: watchingRows,
};

const given = process.argv.slice(2);
const isForPrograms = given.includes('--json');
const chosen = given.filter((word) => word !== '--json');
const unknown = chosen.filter((name) => !Object.hasOwn(sections, name));
if (unknown.length > 0) {
  console.error(`There is no section ${unknown.join(', ')}; there are ${Object.keys(sections).join(', ')}.`);
  process.exit(2);
}

// Rows go to the output; who takes part is no row.
for (const line of describe()) (isForPrograms ? console.error : console.log)(line);
const rows: Row[] = [];
for (const [name, measure] of Object.entries(sections)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.error(`measuring ${name} …`);
  const measured = await measure();
  rows.push(...measured);
  if (isForPrograms) for (const row of measured) console.log(asJson(row));
}
if (!isForPrograms) console.log(`\n${asTable(rows)}`);
