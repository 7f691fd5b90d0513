import type { Context, Extension, Json } from 'entrada/extension';

interface Config {
  /** Group of Entrada by team of the HR service. */
  teams: { [team: string]: string };
  /** How long an answer is used without asking again. */
  fresh_minutes?: number;
}

interface Known {
  teams: string[];
  /** Unit: milliseconds since 1970-01-01 UTC. */
  at: number;
}

/** Values are read as anything that JSON can say: an earlier version may have kept another form. */
function isKnown(value: Json | undefined): value is Known & Json {
  return typeof value === 'object' && value !== null && 'teams' in value && 'at' in value;
}

/** While the HR service is down, what it said in the last day counts. Unit: seconds. */
const KEPT = 24 * 3600;

/** Puts people into the groups of the teams that the HR service has them in. */
export default {
  async enrich(signIn, ctx) {
    const teams = await teamsOf(signIn.principal.oid, ctx);
    const groups = teams.flatMap((team) => ctx.config.teams[team] ?? []);
    return groups.length === 0 ? undefined : { groups: { add: [...new Set(groups)] } };
  },
} satisfies Extension<Config>;

async function teamsOf(oid: string, ctx: Context<Config>): Promise<readonly string[]> {
  const key = `teams/${oid}`;
  const kept = await ctx.kv.get(key);
  const known = isKnown(kept) ? kept : undefined;
  const freshMs = (ctx.config.fresh_minutes ?? 15) * 60_000;
  if (known && Date.now() - known.at < freshMs) return known.teams;
  try {
    const teams = await ask(oid, ctx);
    await ctx.kv.set(key, { teams, at: Date.now() }, { ttl: KEPT });
    return teams;
  } catch (error) {
    // Whoever the service never spoke of has no groups to fall back to: that is a failure.
    if (!known) throw error;
    ctx.log.warn(`HR does not answer; using what it said before: ${String(error)}`);
    return known.teams;
  }
}

async function ask(oid: string, ctx: Context<Config>): Promise<string[]> {
  const response = await fetch(`https://hr.example.com/v2/people/${oid}/teams`, {
    headers: { 'x-api-key': ctx.secrets['hr_key'] ?? '' },
    signal: ctx.signal,
  });
  if (response.status === 404) return [];
  if (!response.ok) throw new Error(`the HR service answered ${response.status}`);
  const { teams }: { teams: string[] } = await response.json();
  return teams;
}
