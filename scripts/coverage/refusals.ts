import { type ESTree, parseSync, Visitor } from 'rolldown/utils';

/** A place of a source that refuses. Offsets in UTF-16 code units; lines count from 1. */
export interface RefusalPlace {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** The line that it begins in. */
  readonly text: string;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What makes a refusal, by its name: `refuse(…)`, `refusalPage(…)`, `call.error(…)`, `new NetError(…)`. */
const MAKES =
  /^(?:refus(?:e|ed|al)|den(?:y|ied)|reject|fail(?:ed)?|fault|invalid|unsupported|mismatch|turnAway|error)(?:[A-Z]\w*)?$|(?:Error|Refusal|Refused|Fault|Reject|Exception)$/;

/** What holds a refusal that was made before: `return refused`. */
const HOLDS =
  /^(?:refus(?:ed|al)|denied|denial|rejected|fault|failure|problem|error|invalid|wrong)s?$|(?:Refusal|Denial|Fault|Failure|Problem|Error)s?$/;

/** What speaks of one, and makes none: `isEntradaError(…)`, `sayError(…)`, `log.error(…)`. */
const SPEAKS = /^(?:is|has|say|show|describe|explain|tell|add|log|read)(?:[A-Z]|$)/;

/** What asks whether there was one: `if (isRefusal(client)) return client`. */
const ASKS = /^is(?:[A-Z]\w*)?(?:Refus|Den[iy]|Reject|Fault|Fail|Problem|Error)/;

/** Codes as Entrada writes them. */
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** Members that say no, whatever else an object holds. */
const SAYS_NO: ReadonlyMap<string, readonly unknown[]> = new Map([
  ['ok', [false]],
  ['verdict', ['reject']],
  ['decision', ['deny']],
  ['outcome', ['denied', 'failed']],
]);

/** The types of refusals: what answers with one of them, and with nothing else, makes one. */
const TYPES =
  /^(?:[A-Z]\w*)?(?:Error|Refusal|Refused|Fault|Finding|Failure|Problem|Exit)$|^never$|^Parsed<never>$/;

/**
 * The places of sources, by file, that refuse: what throws, what makes a refusal, a fault or an error, what hands on one
 * that was made elsewhere, and what says no. Of places that run whenever another does, only the outer one counts. A table of
 * codes outside of functions refuses nobody.
 */
export function refusalsIn(sources: ReadonlyMap<string, string>): readonly RefusalPlace[] {
  const parsed = [...sources].map(([file, source]) => {
    const program = parse(file, source);
    return { file, source, program, makers: makersIn(program, source) };
  });
  const exported = parsed.flatMap(({ makers }) => makers.exported);
  return parsed.flatMap(({ file, source, program, makers }) =>
    outermost(
      [...makingPlaces(program, new Set([...exported, ...makers.own])), ...handingPlaces(program)],
      branchesOf(program),
    ).map(({ start, end }) => ({ file, start, end, ...lineAt(source, start) })),
  );
}

function parse(file: string, source: string): ESTree.Program {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return program;
}

/** Names of functions that make a refusal: in their own file, and everywhere. */
interface Makers {
  readonly own: readonly string[];
  readonly exported: readonly string[];
}

/** The functions whose type says that they make a refusal. */
function makersIn(program: ESTree.Program, source: string): Makers {
  const own: string[] = [];
  const exported: string[] = [];
  const add = (list: string[], name: string, { returnType }: ESTree.Function): void => {
    const type = returnType?.typeAnnotation;
    if (type && TYPES.test(source.slice(type.start, type.end))) list.push(name);
  };
  new Visitor({
    FunctionDeclaration: (node) => add(own, node.id?.name ?? '', node),
    MethodDefinition: ({ key, value }) => add(own, nameOf(key), value),
    ExportNamedDeclaration: ({ declaration: node }) => {
      if (node?.type === 'FunctionDeclaration') add(exported, node.id?.name ?? '', node);
    },
  }).visit(program);
  return { own, exported };
}

/** The places that lie in a branch, without those that run whenever another does. */
function outermost(places: readonly Range[], branches: readonly Range[]): readonly Range[] {
  const known = places
    .map(({ start, end }) => ({ start, end, branch: innermost(start, branches) }))
    .filter(({ branch }) => branch !== undefined)
    .toSorted((one, other) => one.start - other.start || other.end - one.end);
  return known.filter(
    ({ branch, end }, index) =>
      !known.slice(0, index).some((outer) => outer.branch === branch && outer.end >= end),
  );
}

/** The innermost of the ranges that hold an offset. */
function innermost(offset: number, ranges: readonly Range[]): Range | undefined {
  return ranges
    .filter(({ start, end }) => start <= offset && offset < end)
    .toSorted((one, other) => one.end - one.start - (other.end - other.start))[0];
}

/** What may run while the code around it does, or not: bodies of functions, arms of conditions. */
function branchesOf(program: ESTree.Program): readonly Range[] {
  const found: Range[] = [];
  const add = (...nodes: readonly (Range | null | undefined)[]): void => {
    for (const node of nodes) if (node) found.push(node);
  };
  new Visitor({
    FunctionDeclaration: ({ body }) => add(body),
    FunctionExpression: ({ body }) => add(body),
    ArrowFunctionExpression: ({ body }) => add(body),
    AssignmentPattern: ({ right }) => add(right),
    IfStatement: ({ consequent, alternate }) => add(consequent, alternate),
    ConditionalExpression: ({ consequent, alternate }) => add(consequent, alternate),
    LogicalExpression: ({ right }) => add(right),
    SwitchCase: (node) => add(node),
    CatchClause: ({ body }) => add(body),
    ForStatement: ({ body }) => add(body),
    ForOfStatement: ({ body }) => add(body),
    ForInStatement: ({ body }) => add(body),
    WhileStatement: ({ body }) => add(body),
  }).visit(program);
  return found;
}

/** What throws, and what makes a refusal. */
function makingPlaces(program: ESTree.Program, makers: ReadonlySet<string>): readonly Range[] {
  const makes = (name: string): boolean => makers.has(name) || MAKES.test(name);
  const found: Range[] = [];
  const silent: Range[] = [];
  new Visitor({
    ThrowStatement: (node) => void found.push(node),
    NewExpression: (node) => void (makes(nameOf(node.callee)) && found.push(node)),
    CallExpression: (node) => {
      const name = nameOf(node.callee);
      if (SPEAKS.test(name) || name === 'includes') silent.push(node);
      else if (makes(name)) found.push(node);
    },
    ObjectExpression: (node) => void (node.properties.some(saysNo) && found.push(node)),
    Literal: (node) =>
      void (typeof node.value === 'string' && CODE.test(node.value) && found.push(node)),
    // Asking for a code refuses nobody, nor does the type of one.
    BinaryExpression: (node) => void silent.push(node),
    TSLiteralType: (node) => void silent.push(node),
    MemberExpression: ({ computed, property }) => void (computed && silent.push(property)),
  }).visit(program);
  return found.filter(
    ({ start, end }) => !silent.some((one) => one.start <= start && end <= one.end),
  );
}

function saysNo(member: ESTree.ObjectPropertyKind): boolean {
  if (member.type !== 'Property' || member.key.type !== 'Identifier') return false;
  const { key, value } = member;
  return value.type === 'Literal' && (SAYS_NO.get(key.name)?.includes(value.value) ?? false);
}

/** What hands on a refusal: by the name of what is handed on, or by what was asked before. */
function handingPlaces(program: ESTree.Program): readonly Range[] {
  const found: Range[] = [];
  new Visitor({
    ReturnStatement: (node) =>
      void (node.argument && HOLDS.test(nameOf(node.argument)) && found.push(node)),
    YieldExpression: (node) =>
      void (node.argument && HOLDS.test(nameOf(node.argument)) && found.push(node)),
    IfStatement: ({ test, consequent }) =>
      void ((asks(test) || saysNothing(consequent)) && found.push(consequent)),
  }).visit(program);
  return found;
}

/** `return false`, `return undefined`, `return null`: whoever asked gets nothing. */
function saysNothing(node: ESTree.Statement): boolean {
  if (node.type !== 'ReturnStatement' || node.argument === null) return false;
  const { argument } = node;
  if (argument.type === 'Literal') return argument.value === false || argument.value === null;
  return nameOf(argument) === 'undefined';
}

function asks(test: ESTree.Expression): boolean {
  if (test.type === 'LogicalExpression') return asks(test.left) || asks(test.right);
  if (test.type === 'CallExpression') return ASKS.test(nameOf(test.callee));
  if (test.type === 'UnaryExpression') return nameOf(test.argument) === 'ok';
  if (test.type !== 'BinaryExpression') return HOLDS.test(nameOf(test));
  if (test.operator === 'instanceof') return MAKES.test(nameOf(test.right));
  return test.operator === '!==' && HOLDS.test(nameOf(test.left));
}

/** The last word of what an expression names; empty when it names nothing. */
function nameOf(node: ESTree.Expression | ESTree.PrivateIdentifier | ESTree.Super): string {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name;
  if (node.type === 'MemberExpression') {
    return nameOf(node.object) === 'log' ? 'log' : nameOf(node.property);
  }
  if (node.type === 'ChainExpression') return nameOf(node.expression);
  if (node.type === 'TSNonNullExpression') return nameOf(node.expression);
  return '';
}

function lineAt(source: string, offset: number): { readonly line: number; readonly text: string } {
  const line = source.slice(0, offset).split('\n').length;
  return { line, text: source.split('\n')[line - 1]?.trim() ?? '' };
}
