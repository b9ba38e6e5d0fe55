import { type AwsFault, LabUnsupported, type Operation, type ServiceDouble } from '../service';
import { decodeForm, parseForm } from './form';
import type { HttpAnswer, HttpRequest } from './http';
import { decodeJson, encodeJson, parseJsonBody } from './json';
import { operationModel } from './model';
import { decodeRest, encodeRest, matchRest } from './rest';
import { element, encodeStructXml, escapeXml } from './xml';

export interface DecodedCall {
  readonly name: string;
  readonly operation: Operation;
  readonly input: Record<string, unknown>;
}

/**
 * What the caller asked of this double, as the SDK's input object.
 * Throws LabUnsupported for an operation or an input member that the double does not model.
 */
export function decodeCall(double: ServiceDouble, request: HttpRequest): DecodedCall {
  const { name, input } = readCall(double, request);
  const operation = Object.hasOwn(double.operations, name) ? double.operations[name] : undefined;
  if (operation === undefined) throw new LabUnsupported(`${double.name} ${name}`);
  const members = operation.members;
  if (members !== undefined) {
    const stray = Object.keys(input).filter((key) => !members.includes(key));
    if (stray.length > 0) throw new LabUnsupported(`${stray.join(', ')} of ${double.name} ${name}`);
  }
  return { name, operation, input };
}

/** The operation's name alone, for the call record of a request that cannot be decoded further. */
export function operationName(double: ServiceDouble, request: HttpRequest): string {
  if (double.protocol === 'ec2' || double.protocol === 'query') return formOf(request).action;
  if (double.protocol === 'json-1.0' || double.protocol === 'json-1.1') return targetOf(request);
  return matchRest(double, request).model.name;
}

function formOf(request: HttpRequest): ReturnType<typeof parseForm> {
  return parseForm(request.body.toString('utf8'));
}

function targetOf(request: HttpRequest): string {
  return (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
}

function readCall(double: ServiceDouble, request: HttpRequest): { name: string; input: Record<string, unknown> } {
  switch (double.protocol) {
    case 'ec2':
    case 'query': {
      const form = formOf(request);
      const model = operationModel(double, form.action);
      if (model === undefined) throw new LabUnsupported(`${double.name} without a model`);
      return { name: form.action, input: decodeForm(model.input, form, double.protocol === 'ec2') };
    }
    case 'json-1.0':
    case 'json-1.1': {
      const name = targetOf(request);
      const json = parseJsonBody(request.body.toString('utf8'));
      const model = operationModel(double, name);
      return { name, input: Object(model === undefined ? json : decodeJson(model.input, json, name)) };
    }
    case 'rest-json':
    case 'rest-xml': {
      const match = matchRest(double, request);
      return { name: match.model.name, input: decodeRest(double, match, request) };
    }
  }
}

/** The answer of a finished operation. `output` is the SDK's output object. */
export function encodeAnswer(double: ServiceDouble, name: string, output: unknown, requestId: string): HttpAnswer {
  const value = typeof output === 'object' && output !== null ? output : {};
  const model = operationModel(double, name);
  switch (double.protocol) {
    case 'ec2': {
      const inner =
        model === undefined || model.output.isUnitSchema()
          ? '<return>true</return>'
          : encodeStructXml(model.output, value);
      return xml(element(`${name}Response`, element('requestId', requestId) + inner, xmlns(double)), 200, requestId);
    }
    case 'query': {
      const result =
        model === undefined || model.output.isUnitSchema()
          ? ''
          : element(`${name}Result`, encodeStructXml(model.output, value));
      const meta = element('ResponseMetadata', element('RequestId', requestId));
      return xml(element(`${name}Response`, result + meta, xmlns(double)), 200, requestId);
    }
    case 'json-1.0':
    case 'json-1.1':
      return json(double, model === undefined ? value : (encodeJson(model.output, value) ?? {}), 200, requestId, {});
    case 'rest-json':
    case 'rest-xml': {
      if (model === undefined) throw new LabUnsupported(`${double.name} without a model`);
      const answer = encodeRest(double, model, value);
      return {
        ...answer,
        headers: { ...answer.headers, 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId },
      };
    }
  }
}

/** An error in the protocol's own shape, so that the SDK throws its typed exception. */
export function encodeFault(double: ServiceDouble, fault: AwsFault, requestId: string): HttpAnswer {
  const code = element('Code', escapeXml(fault.code));
  const message = element('Message', escapeXml(fault.message));
  switch (double.protocol) {
    case 'ec2': {
      const errors = element('Errors', element('Error', code + message));
      return xml(element('Response', errors + element('RequestID', requestId)), fault.status, requestId);
    }
    case 'query': {
      const error = element('Error', element('Type', fault.status < 500 ? 'Sender' : 'Receiver') + code + message);
      return xml(
        element('ErrorResponse', error + element('RequestId', requestId), xmlns(double)),
        fault.status,
        requestId,
      );
    }
    case 'rest-xml':
      return xml(element('Error', code + message + element('RequestId', requestId)), fault.status, requestId);
    case 'json-1.0':
    case 'json-1.1':
    case 'rest-json': {
      const body = { __type: fault.code, message: fault.message, ...fault.detail };
      return json(double, body, fault.status, requestId, { 'x-amzn-errortype': fault.code });
    }
  }
}

function xmlns(double: ServiceDouble): string {
  return double.xmlNamespace === undefined ? '' : ` xmlns="${double.xmlNamespace}"`;
}

function xml(body: string, status: number, requestId: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}

function json(
  double: ServiceDouble,
  body: unknown,
  status: number,
  requestId: string,
  headers: Record<string, string>,
): HttpAnswer {
  const type = double.protocol === 'rest-json' ? 'application/json' : `application/x-amz-${double.protocol}`;
  return {
    status,
    headers: { 'content-type': type, 'x-amzn-requestid': requestId, ...headers },
    body: JSON.stringify(body),
  };
}
