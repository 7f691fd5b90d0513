import { EntradaError } from '../../errors.ts';
import type { MappingAct, MappingCondition, MappingRule } from '../config.ts';
import type { ConditionEntry, MappingEntry } from '../schema/mapping.ts';
import { parseGuid } from '../values/guid.ts';

/** Settles one rule of `mapping`. */
export function settleRule(entry: MappingEntry): MappingRule {
  const act = settleAct(entry);
  return {
    name: entry.name ?? nameOf(act),
    act,
    when: entry.when === undefined ? null : settleCondition(entry.when),
    unless: entry.unless === undefined ? null : settleCondition(entry.unless),
    appliesTo: entry.applies_to,
  };
}

function settleAct({ claim, from, value, group, role, deny, message }: MappingEntry): MappingAct {
  if (claim !== undefined && from !== undefined) return { kind: 'claim', claim, from };
  if (claim !== undefined && value !== undefined) return { kind: 'claim', claim, value };
  if (group !== undefined) return { kind: 'group', group };
  if (role !== undefined) return { kind: 'role', role };
  if (deny !== undefined) return { kind: 'deny', code: deny, message: message ?? null };
  throw new EntradaError('CONFIG_MISSING_KEY', 'a rule without claim, group, role or deny');
}

const NAMES: { readonly [kind in MappingAct['kind']]: (act: MappingAct) => string } = {
  claim: (act) => `claim ${act.kind === 'claim' ? act.claim : ''}`,
  group: (act) => `group ${act.kind === 'group' ? act.group : ''}`,
  role: (act) => `role ${act.kind === 'role' ? act.role : ''}`,
  deny: (act) => `deny ${act.kind === 'deny' ? act.code : ''}`,
};

const nameOf = (act: MappingAct): string => NAMES[act.kind](act);

/** An object id, as Entra writes it; undefined for a name. */
function groupId(text: string): string | undefined {
  const id = parseGuid(text);
  return id.ok ? id.value : undefined;
}

function settleCondition({ attribute, is, entra_group, group }: ConditionEntry): MappingCondition {
  if (attribute !== undefined) return { kind: 'attribute', attribute, is: is ?? null };
  if (entra_group !== undefined) {
    return { kind: 'entra-group', names: entra_group.map((name) => groupId(name) ?? name) };
  }
  if (group !== undefined) return { kind: 'group', names: group };
  throw new EntradaError(
    'CONFIG_MISSING_KEY',
    'a condition without attribute, entra_group or group',
  );
}
