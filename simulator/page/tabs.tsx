/**
 * Panels of which one is seen. Arrow keys go from tab to tab.
 * Source: WAI-ARIA authoring practices, tabs.   Floor: simulator page.
 */
import type { ComponentChildren, JSX } from 'preact';

interface TabsProps {
  readonly label: string;
  readonly chosen: string;
  readonly choose: (name: string) => void;
  readonly tabs: readonly { readonly name: string; readonly title: string; readonly content: ComponentChildren }[];
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

export function Tabs({ label, chosen, choose, tabs }: TabsProps): JSX.Element {
  const moved = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(({ name }) => name === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    choose(next.name);
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  return (
    <section class="panel tabs">
      <div role="tablist" aria-label={label} onKeyDown={moved}>
        {tabs.map(({ name, title }) => (
          <button
            type="button"
            key={name}
            id={`tab-${name}`}
            role="tab"
            aria-selected={name === chosen}
            aria-controls={`panel-${name}`}
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => choose(name)}
          >
            {title}
          </button>
        ))}
      </div>
      {tabs.map(({ name, content }) => (
        <div key={name} id={`panel-${name}`} role="tabpanel" aria-labelledby={`tab-${name}`} hidden={name !== chosen}>
          {content}
        </div>
      ))}
    </section>
  );
}
