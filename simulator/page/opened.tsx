/**
 * What is behind an entry: a frame by its bytes, a command with its answer and the answer's data objects.
 * Source: docs/reference/protocol.md, frames.   Floor: simulator page.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Opened, SimulatorClient } from '../src/serve/client/simulatorClient.js';

interface OpenedViewProps {
  readonly client: SimulatorClient;
  readonly id: string;
  readonly number: number;
}

const LINE_DIGITS = 32;
const HEADER_DIGITS = 14;
const CONTINUED_DIGITS = 10;

export function OpenedView({ client, id, number }: OpenedViewProps): JSX.Element {
  const [opened, setOpened] = useState<Opened>();
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    client
      .ask('get', '/readers/{id}/log/{number}', { id, number })
      .then(setOpened, () => setTrouble('The server has forgotten it.'));
  }, [client, id, number]);
  if (opened === undefined) return <p class="opened hint">{trouble || '…'}</p>;
  return <div class="opened">{opened.holds === 'frame' ? <Frame {...opened} /> : <Apdu {...opened} />}</div>;
}

function Frame({ reports }: Extract<Opened, { readonly holds: 'frame' }>): JSX.Element {
  return (
    <>
      {reports.map((report, at) => {
        const head = at === 0 ? HEADER_DIGITS : CONTINUED_DIGITS;
        const used = report.replace(/(?:00)+$/, '').length;
        return (
          <div key={at} class="bytes">
            <p>
              {at === 0 ? 'channel 4 · command 1 · length 2 · payload' : `channel 4 · sequence ${at - 1} · payload`}
            </p>
            {lines(report).map((line, row) => (
              <code key={`${at}/${row * LINE_DIGITS}`}>
                {pairs(line).map((pair, column) => {
                  const place = row * LINE_DIGITS + 2 * column;
                  const look = place < head ? 'head' : place >= used ? 'zero' : '';
                  return (
                    <span key={place} class={look}>
                      {pair}{' '}
                    </span>
                  );
                })}
              </code>
            ))}
          </div>
        );
      })}
    </>
  );
}

function Apdu({ command, response, objects }: Extract<Opened, { readonly holds: 'apdu' }>): JSX.Element {
  return (
    <>
      <p>Command</p>
      <code>{spaced(command)}</code>
      <p>Answer</p>
      <code>{response === '' ? 'none' : spaced(response)}</code>
      {objects.length > 0 && (
        <table>
          <caption class="hidden-text">Data objects of the answer</caption>
          <thead>
            <tr>
              <th scope="col">Tag</th>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {objects.map(({ tag, name, depth, value }, at) => (
              <tr key={at}>
                <th scope="row" class={`depth-${Math.min(depth, 4)}`}>
                  {tag}
                </th>
                <td>{name}</td>
                <td>
                  <code class={value.includes('*') ? 'masked' : ''}>{value}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

const lines = (hex: string): readonly string[] => hex.match(new RegExp(`.{1,${LINE_DIGITS}}`, 'g')) ?? [];
const pairs = (hex: string): readonly string[] => hex.match(/../g) ?? [];
const spaced = (hex: string): string => pairs(hex).join(' ');
