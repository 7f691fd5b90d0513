import type { EntraIdConfig } from '../../config/config.ts';
import type { ErrorCode } from '../../errors.ts';
import { EntraError } from '../../entra/entra-error.ts';
import type { Examination } from '../../entra/examine.ts';
import { CLOCK_WARNING_MS, type Metadata } from '../../entra/metadata.ts';
import { NetError } from '../../net/net-error.ts';
import { change, type FindingName, type Line, ok, unknown } from './finding.ts';
import { inPortal } from './portal.ts';
import { proxyText } from './proxy-text.ts';

/** What the tenant's hosts said of a method, a line for each thing that can be wrong. */
export function tenantLines(config: EntraIdConfig, found: Examination): readonly Line[] {
  return [
    proxyLine(config, found),
    ...(found.metadata instanceof EntraError
      ? withoutMetadata(found.metadata)
      : metadataLines(found.metadata)),
    ...keysLines(found.keys),
    ...(found.credentials ?? []).map((said) => credentialLine(config, said)),
    ...graphLines(found.graph),
  ];
}

function proxyLine({ proxy }: EntraIdConfig, { metadata, graph }: Examination): Line {
  const failures = [metadata, graph].flatMap((one) => netErrorOf(one) ?? []);
  const broken = failures.find(({ code }) => code === 'NET_PROXY');
  if (broken) return change('proxy', broken.message, broken.next ?? 'Check the setting proxy.');
  const text = proxyText(proxy);
  return failures.length === 2 || netErrorOf(metadata)
    ? unknown('proxy', `${text}; nothing was reached by it`)
    : ok('proxy', text);
}

function netErrorOf(outcome: unknown): NetError | undefined {
  const cause = outcome instanceof EntraError ? outcome.cause : undefined;
  return cause instanceof NetError ? cause : undefined;
}

/** Codes that say that a document came, and that it is not to be trusted. */
const DISTRUSTED: ReadonlySet<ErrorCode> = new Set(['ENTRA_METADATA_REFUSED']);

function withoutMetadata(error: EntraError): readonly Line[] {
  const came = DISTRUSTED.has(error.code);
  return [
    came ? ok('discovery', 'the tenant answered') : refusal('discovery', error),
    came ? refusal('issuer', error) : unknown('issuer', 'no discovery document'),
    unknown('clock', 'no discovery document to take the time from'),
    unknown('keys', 'no discovery document'),
  ];
}

function metadataLines({ tenantId, issuer, skewMs }: Metadata): readonly Line[] {
  return [
    ok('discovery', `tenant ${tenantId}`),
    ok('issuer', issuer),
    skewMs === null ? unknown('clock', 'Entra told no time') : clockLine(skewMs),
  ];
}

function clockLine(skewMs: number): Line {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const says = `this machine's clock is ${seconds} s ${skewMs < 0 ? 'behind' : 'ahead of'} Entra's`;
  return Math.abs(skewMs) > CLOCK_WARNING_MS
    ? change(
        'clock',
        says,
        'Set the clock of this machine, and keep it set: timedatectl set-ntp true.',
      )
    : ok('clock', says);
}

function keysLines(keys: Examination['keys']): readonly Line[] {
  if (keys === null) return [];
  return [keys instanceof EntraError ? refusal('keys', keys) : ok('keys', `${keys} signing keys`)];
}

/** Says nothing of the credential: the host did not get as far as looking at it. */
const UNASKED: ReadonlySet<ErrorCode> = new Set([
  'ENTRA_UNREACHABLE',
  'ENTRA_UNAVAILABLE',
  'ENTRA_ANSWER_REFUSED',
  'ENTRA_TIME_BUDGET',
]);

function credentialLine(
  { applicationId, credential }: EntraIdConfig,
  said: EntraError | null,
): Line {
  const kind = credential?.kind.replace('-', ' ') ?? 'credential';
  if (said === null) return ok('secret', `Entra accepts the ${kind}`);
  if (UNASKED.has(said.code)) return unknown('secret', wordsOf(said), said.next);
  const where = said.code === 'ENTRA_CREDENTIAL_UNUSABLE' ? '' : portalOf(applicationId, said.code);
  return change('secret', wordsOf(said), `${said.next ?? 'Look at the credential.'}${where}`);
}

function portalOf(applicationId: string, code: ErrorCode): string {
  const page = code === 'ENTRA_CLIENT_REFUSED' ? 'secrets' : 'overview';
  return ` In the portal: ${inPortal(applicationId, page)}.`;
}

function graphLines(graph: Examination['graph']): readonly Line[] {
  if (graph === undefined) return [];
  return [graph === null ? ok('graph', 'Graph answers') : refusal('graph', graph)];
}

function refusal(check: FindingName, error: EntraError): Line {
  return change(check, wordsOf(error), error.next ?? 'See docs/reference/errors.md.');
}

/** The reason of the network, where there is one, says more than that nothing answered. */
function wordsOf(error: EntraError): string {
  const reason = netErrorOf(error)?.message;
  return `${error.code}: ${reason ?? error.message}`;
}
