import { readFileSync } from 'node:fs';

/** The kernel's unit of the fields below: a hundredth of a second. */
const TICK_MS = 10;

/** CPU time of a process so far, all its threads together. Unit: milliseconds. */
export function cpuOf(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const values = fields.split(' ');
  return (Number(values[11]) + Number(values[12])) * TICK_MS;
}

/** Memory that belongs to a process alone. Unit: MiB. */
export function memoryOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = [...text.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].map(([, value]) => Number(value));
  return kib.reduce((sum, each) => sum + each, 0) / 1024;
}
