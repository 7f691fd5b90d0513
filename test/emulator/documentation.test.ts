import { readFileSync } from 'node:fs';
import test from 'ava';
import {
  contoso,
  ENDPOINTS,
  tamperingEntry,
  TAMPERINGS,
  VARIANTS,
} from '../../src/emulator/index.ts';
import { AADSTS } from '../../src/emulator/login/aadsts.ts';
import { choosePolicies } from '../../src/emulator/tenant/policies.ts';

const page = readFileSync(new URL('../../docs/reference/emulator.md', import.meta.url), 'utf8');

/** Cells of the row of a table that begins with a name. */
function row(name: string): readonly string[] {
  const line = page.split('\n').find((text) => text.startsWith(`| \`${name}\` `)) ?? '';
  return line.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

test('the page lists every endpoint as the code does', (t) => {
  for (const [name, about] of Object.entries(ENDPOINTS)) t.is(row(name)[2], about, name);
});

test('the page lists every variant with its values, the default first', (t) => {
  for (const [name, { values, about }] of Object.entries(VARIANTS)) {
    const written = values.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
    t.deepEqual(row(name).slice(2, 4), [written, about], name);
  }
});

test('the page lists every lie, and what a right client makes of it', (t) => {
  for (const name of Object.keys(TAMPERINGS)) {
    const { about, accept, module = '' } = tamperingEntry(name) ?? { about: '' };
    t.deepEqual(
      row(name).slice(2, 5),
      [about, accept === true ? 'accept' : 'refuse', module],
      name,
    );
  }
});

test('the page lists every number and every policy', (t) => {
  const numbers = page.slice(page.indexOf('## Errors'));
  for (const number of Object.keys(AADSTS)) t.regex(numbers, new RegExp(`\\b${number}\\b`));
  for (const policy of Object.keys(choosePolicies()))
    t.true(page.includes(`\`${policy}\``), policy);
});

test('the page names every part of a seed that the demo uses', (t) => {
  const { applications = [], people = [], groups = [], ...tenant } = contoso();
  const members = [tenant, ...applications, ...people, ...groups].flatMap((part) =>
    Object.keys(part),
  );
  for (const member of new Set(members)) t.regex(page, new RegExp(`\\b${member}\\b`), member);
});
