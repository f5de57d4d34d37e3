/**
 * Something goes wrong: a form made from the table of faults, and the ones that are wanted most.
 * Source: docs/reference/faults.md.   Floor: simulator page.
 */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Rule } from '#files';
import type { CardDescription, Fault, SimulatorClient } from '../../src/serve/client/simulatorClient.js';
import { FAULTS, type FaultKind } from '../../src/simulation/faults/fault.js';
import type { Attempt } from '../attempt.js';

interface FaultFormProps {
  readonly client: SimulatorClient;
  readonly attempt: Attempt;
  readonly id: string;
  readonly cards: readonly CardDescription[];
}

const READY: readonly (readonly [title: string, fault: Fault])[] = [
  ['Tear the card', { kind: 'tear', atApdu: 4 }],
  ['Pull the cable while it’s authorised', { kind: 'unplug', at: 'during-authorisation', replugMs: 2_000 }],
  ['The acquirer is silent', { kind: 'acquirer', does: 'silent' }],
  ['Lose an answer of the reader', { kind: 'frames', does: 'drop', from: 'reader' }],
  ['Noise in the air', { kind: 'noise', errorsPerMillionBits: 200 }],
  ['A second card', { kind: 'second-card', card: 'mastercard' }],
];

export function FaultForm({ client, attempt, id, cards }: FaultFormProps): JSX.Element {
  const [kind, setKind] = useState<FaultKind>('tear');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [told, setTold] = useState('');
  const inject = (fault: Fault): Promise<void> =>
    attempt(async () => {
      setTold('');
      await client.ask('post', '/readers/{id}/fault', { id }, fault);
      setTold(`Injected: ${Object.values(fault).join(' ')}.`);
    });
  const { meaning, fields } = FAULTS[kind];
  const submit = (event: Event): void => {
    event.preventDefault();
    const given = Object.entries(fields).flatMap(([name, { rule }]) => {
      const value = values[name] ?? '';
      return value === '' ? [] : [[name, rule.is === 'whole' ? Number(value) : value] as const];
    });
    // The table makes the form; the server checks it.
    void inject({ kind, ...Object.fromEntries(given) } as Fault);
  };
  return (
    <div class="faults">
      <fieldset class="ready" aria-label="At once">
        {READY.map(([title, fault]) => (
          <button type="button" key={title} onClick={() => inject(fault)}>
            {title}
          </button>
        ))}
      </fieldset>
      <form onSubmit={submit} aria-label="Any fault">
        <label>
          Fault
          <select
            value={kind}
            onChange={({ currentTarget: { value } }) => {
              setKind(value as FaultKind);
              setValues({});
            }}
          >
            {Object.keys(FAULTS).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <p class="hint">{meaning}.</p>
        {Object.entries(fields).map(([name, { rule, meaning: about, isRequired }]) => (
          <div class="field" key={`${kind}/${name}`}>
            <label for={`fault-${name}`}>
              <span>
                {name}
                {isRequired === true ? ' (required)' : ''} <small>{about.replaceAll('`', '')}</small>
              </span>
            </label>
            <FaultField
              id={`fault-${name}`}
              rule={rule}
              isRequired={isRequired === true}
              value={values[name] ?? ''}
              cards={cards}
              given={(value) => setValues({ ...values, [name]: value })}
            />
          </div>
        ))}
        <button type="submit" class="danger">
          Inject
        </button>
        <p class="told" role="status">
          {told}
        </p>
      </form>
    </div>
  );
}

interface FaultFieldProps {
  readonly id: string;
  readonly rule: Rule;
  readonly isRequired: boolean;
  readonly value: string;
  readonly cards: readonly CardDescription[];
  readonly given: (value: string) => void;
}

function FaultField({ id, rule, isRequired, value, cards, given }: FaultFieldProps): JSX.Element {
  if (rule.is === 'whole')
    return (
      <input
        id={id}
        type="number"
        min={rule.min}
        max={rule.max}
        required={isRequired}
        value={value}
        onInput={({ currentTarget }) => given(currentTarget.value)}
      />
    );
  const choices = rule.is === 'choice' ? rule.of.map(String) : cards.map(({ name }) => name);
  return (
    <select id={id} required={isRequired} value={value} onChange={({ currentTarget }) => given(currentTarget.value)}>
      <option value="">{isRequired ? 'Choose…' : ''}</option>
      {choices.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
