import { readFileSync, readdirSync } from 'node:fs';
import { filesOf, KEY } from './config-file.ts';
import { AUTHORITY_PEM } from './pem.ts';
import type { LoadOptions } from '../../src/config/load.ts';

const CORPUS = new URL('../config/corpus/', import.meta.url);

/** A file of the corpus and what it says of itself. */
export interface CorpusFile {
  readonly name: string;
  readonly text: string;
  /** What `# schema:` says; undefined for a good file. */
  readonly schema: 'refuses' | 'accepts' | undefined;
  /** Lines `# CODE line:column`, in order. */
  readonly faults: readonly string[];
}

/** The files of one folder of the corpus. */
export function readCorpus(folder: 'good' | 'bad'): readonly CorpusFile[] {
  const url = new URL(`${folder}/`, CORPUS);
  return readdirSync(url).map((name) => describe(name, readFileSync(new URL(name, url), 'utf8')));
}

function describe(name: string, text: string): CorpusFile {
  const schema = /^# schema: (refuses|accepts)$/m.exec(text)?.[1];
  const faults = [...text.matchAll(/^# ([A-Z_]+ \d+:\d+)$/gm)].map((match) => match[1] ?? '');
  return {
    name,
    text,
    faults,
    schema: schema === 'refuses' || schema === 'accepts' ? schema : undefined,
  };
}

/** The machine that the corpus is written for. */
export const CORPUS_OPTIONS: LoadOptions = {
  environment: {
    ASSOCIATION: 'base-groups',
    CLIENT_SECRET: 'correct-horse-battery',
    ENTRADA_CLIENT_SECRET: 'correct-horse-battery',
    GROUPS: 'people',
    HOMES: '/srv/homes',
    OTHER_SECRET: 'other-horse-battery',
    HR_KEY: 'correct-horse-battery',
    PROXY_HOST: 'proxy.example.com',
    PUBLIC_URL: 'https://files.example.com',
    TEAMS_URL: 'https://contoso.webhook.office.com/hook',
    TENANT: 'contoso.com',
    TYPE: 'entra-id',
  },
  files: filesOf({
    '/etc/entrada/secrets/assertion': 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl\n',
    '/etc/entrada/secrets/client': 'correct-horse-battery\n',
    '/etc/entrada/secrets/keys.txt': `${KEY}\n`,
    '/etc/entrada/tls/proxy-ca.crt': AUTHORITY_PEM,
    '/etc/entrada/tls/server.crt': '-----BEGIN CERTIFICATE-----\n',
    '/etc/entrada/tls/server.key': '-----BEGIN PRIVATE KEY-----\n',
  }),
};
