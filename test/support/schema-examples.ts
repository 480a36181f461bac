/** What the examples need of a JSON schema in an OpenAPI document. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
}

export interface ExampleOptions {
  /** The schemas that `$ref` names. */
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Values for a field by its name and type, the first one valid; null where any will do. */
  readonly hint: (name: string, type: 'string' | 'number') => readonly unknown[] | null;
}

/**
 * Bodies for a schema: first one with every field, then one with each other value of each field, then the shortest.
 *
 * They need not be valid in every respect: what a field may hold beyond its type is not all in a schema.
 */
export function examplesOf(schema: Schema, options: ExampleOptions, name = ''): unknown[] {
  const known = schema.$ref === undefined ? schema : resolve(schema.$ref, options);
  if (known.const !== undefined) return [known.const];
  if (known.enum !== undefined) return [...known.enum];
  const choices = known.anyOf ?? known.oneOf;
  if (choices !== undefined) return choices.flatMap((choice) => examplesOf(choice, options, name));
  const type = typeof known.type === 'string' ? known.type : known.type?.find((one) => one !== 'null');
  switch (type) {
    case 'string':
      return [...(options.hint(name, 'string') ?? [text(known, name)])];
    case 'integer':
    case 'number':
      return [...(options.hint(name, 'number') ?? [known.minimum ?? (known.exclusiveMinimum ?? 0) + 1])];
    case 'boolean':
      return [true, false];
    case 'null':
      return [null];
    case 'array':
      return examplesOf(known.items ?? {}, options, name).map((item) => [item]);
    default:
      return objects(known, options);
  }
}

function resolve(ref: string, { schemas }: ExampleOptions): Schema {
  const found = schemas[ref.replace('#/components/schemas/', '')];
  if (found === undefined) throw new Error(`The document has no ${ref}.`);
  return found;
}

function objects({ properties = {}, required = [], allOf = [] }: Schema, options: ExampleOptions): unknown[] {
  const parts = allOf.map((part) => (part.$ref === undefined ? part : resolve(part.$ref, options)));
  const all = Object.assign({}, ...parts.map((part) => part.properties ?? {}), properties) as Record<string, Schema>;
  const needed = [...parts.flatMap((part) => part.required ?? []), ...required];
  const values = Object.entries(all).map(([name, schema]) => [name, examplesOf(schema, options, name)] as const);
  const base = Object.fromEntries(values.map(([name, [first]]) => [name, first]));
  const others = values.flatMap(([name, [, ...rest]]) => rest.map((value) => ({ ...base, [name]: value })));
  const shortest = Object.fromEntries(needed.map((name) => [name, base[name]]));
  return [base, ...others, shortest];
}

function text({ format }: Schema, name: string): string {
  if (format === 'date-time') return name === 'endsAt' ? '2031-01-01T10:00:00Z' : '2031-01-01T09:00:00Z';
  if (format === 'email') return 'bravo@example.com';
  if (format === 'uri') return 'http://127.0.0.1:9';
  return name === 'timeZone' ? 'Europe/Paris' : 'bravo';
}
