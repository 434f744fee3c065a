import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type AnyDefinition,
  type EnumTypeDefinition,
  loadSync,
  type MessageTypeDefinition,
  type MethodDefinition,
  type PackageDefinition,
  type ServiceDefinition,
} from '@grpc/proto-loader';
import type { Access__Output } from '#gen/proto/fitme/options/v1/Access.ts';
import { LOADER_OPTIONS } from './loader-options.ts';

const PROTO_ROOT = fileURLToPath(new URL('../../proto', import.meta.url));

let loaded: PackageDefinition | undefined;

/** Every proto of the project, read once per process. */
export function loadProtos(): PackageDefinition {
  loaded ??= loadSync(protoFiles(), { ...LOADER_OPTIONS, includeDirs: [PROTO_ROOT] });
  return loaded;
}

/** The methods of a service by their proto names. */
export function serviceDefinition(name: string): ServiceDefinition {
  const definition = loadProtos()[name];
  if (definition === undefined || 'format' in definition)
    throw new Error(`proto/ defines no service ${name}`);
  return definition as ServiceDefinition;
}

/** A message type, with its serializer and its descriptor. */
export function messageDefinition(name: string): MessageTypeDefinition<object, object> {
  const definition = findMessage(name);
  if (definition === undefined) throw new Error(`proto/ defines no message ${name}`);
  return definition;
}

/** A message type, where proto/ defines it. */
export function findMessage(name: string): MessageTypeDefinition<object, object> | undefined {
  const definition = loadProtos()[name];
  return isMessage(definition) ? definition : undefined;
}

/** Full name of a method's request or response: it stands in the package of its service. */
export function messageNameOf(service: string, message: MessageTypeDefinition<object, object>): string {
  const { name } = message.type as { name: string };
  return [...service.split('.').slice(0, -1), name].join('.');
}

/** Who may call a method: its option (fitme.options.v1.access). Throws where the proto does not say. */
export function accessOf(method: MethodDefinition<object, object>): Access__Output {
  const options = method.options as unknown as Record<string, Partial<Access__Output> | undefined>;
  const access = options['(fitme.options.v1.access)'];
  if (access === undefined)
    throw new Error(`${method.path} does not state its access (fitme.options.v1.access)`);
  return {
    scopes: access.scopes ?? [],
    anonymous: access.anonymous ?? false,
    shared: access.shared ?? false,
  };
}

/** Whether a definition is a message type. */
export function isMessage(
  definition: AnyDefinition | undefined,
): definition is MessageTypeDefinition<object, object> {
  return definition !== undefined && definition.format === 'Protocol Buffer 3 DescriptorProto';
}

/** Whether a definition is an enum type. */
export function isEnum(definition: AnyDefinition | undefined): definition is EnumTypeDefinition {
  return definition !== undefined && definition.format === 'Protocol Buffer 3 EnumDescriptorProto';
}

function protoFiles(): string[] {
  return readdirSync(PROTO_ROOT, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.proto'))
    .sort();
}
