// Checks what GraphQL's types cannot: class-validator's rules on input and argument classes, once per argument.
// Strings become Unicode NFC on the way. A refusal names the field and the rule, never the value.
import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { TypeMetadataStorage } from '@nestjs/graphql';
import type { ValidationError } from 'class-validator';
import { validateSync } from 'class-validator';
import { InvalidInput } from '#libs/kernel';

/** How to make an instance of an input class: which of its properties hold instances of other input classes. */
interface Shape {
  readonly prototype: object;
  readonly nested: ReadonlyMap<string, () => Shape | undefined>;
}

type Plain = Record<string, unknown>;

export class InputValidation implements PipeTransform {
  readonly #shapes = new Map<unknown, Shape | undefined>();

  transform(value: unknown, { metatype, data }: ArgumentMetadata): unknown {
    if (typeof value === 'string') return value.normalize('NFC');
    const shape = this.#shapeOf(metatype);
    if (!shape || typeof value !== 'object' || value === null) return value;
    return this.#read(value as Plain, shape, data === undefined ? '' : `${data}.`);
  }

  #read(plain: Plain, shape: Shape, path: string): object {
    const instance = Object.create(shape.prototype) as Plain;
    for (const [name, value] of Object.entries(plain)) {
      instance[name] = this.#readProperty(value, shape.nested.get(name)?.(), `${path}${name}`);
    }
    const [error] = validateSync(instance, VALIDATION);
    if (error) throw refusal(error, path);
    return instance;
  }

  #readProperty(value: unknown, shape: Shape | undefined, path: string): unknown {
    if (typeof value === 'string') return value.normalize('NFC');
    if (Array.isArray(value)) return value.map((item, index) => this.#readProperty(item, shape, `${path}.${index}`));
    if (shape && typeof value === 'object' && value !== null) return this.#read(value as Plain, shape, `${path}.`);
    return value;
  }

  #shapeOf(target: unknown): Shape | undefined {
    if (typeof target !== 'function') return undefined;
    if (!this.#shapes.has(target)) this.#shapes.set(target, this.#makeShape(target as Type));
    return this.#shapes.get(target);
  }

  #makeShape(target: Type): Shape | undefined {
    const classes = [...TypeMetadataStorage.getArgumentsMetadata(), ...TypeMetadataStorage.getInputTypesMetadata()];
    const lineage = new Set(lineageOf(target));
    const properties = classes.filter((known) => lineage.has(known.target)).flatMap((known) => known.properties ?? []);
    if (properties.length === 0) return undefined;
    const nested = properties.map(({ name, typeFn }) => [name, () => this.#shapeOf(typeFn())] as const);
    return { prototype: target.prototype as object, nested: new Map(nested) };
  }
}

const VALIDATION = {
  skipMissingProperties: true,
  forbidUnknownValues: false,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
};

function lineageOf(target: Type): unknown[] {
  const lineage: unknown[] = [];
  for (let of: unknown = target; typeof of === 'function'; of = Object.getPrototypeOf(of)) lineage.push(of);
  return lineage;
}

function refusal(error: ValidationError, path: string): InvalidInput {
  const field = `${path}${error.property}`;
  const [reason = 'is not allowed'] = Object.values(error.constraints ?? {});
  return new InvalidInput(`${field}: ${reason}.`, { field });
}
