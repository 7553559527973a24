import { childOf, childrenOf, type XmlElement } from "../../xml/element.ts";
import type { Expression } from "../../formula/expression.ts";
import type { EventSpec } from "../spec.ts";
import { byId, type SbmlDocument } from "./document.ts";

/**
 * Reads `<event>` elements. Parts without a formula, which SBML level 3 version 2 allows, are left out with a warning; an event without a
 * trigger's formula never fires and is left out as a whole.
 *
 * @throws CoupletError FILE_INVALID for missing attributes
 */
export function readEventElements(
  elements: readonly XmlElement[],
  document: SbmlDocument,
): { events: Record<string, EventSpec>; sources: Record<string, string> } {
  const { at, need, flag, invalid, formula, warnings } = document;
  const events = byId<EventSpec>();
  const sources = byId<string>();
  elements.forEach((e, i) => {
    const id = e.attributes.get("id") ?? `event ${i + 1}`;
    document.nameOnce(e, id);
    const part = (name: string): Expression | undefined => {
      const found = childOf(e, name);
      return found === undefined ? undefined : formula(found);
    };
    const triggerElement = childOf(e, "trigger");
    const trigger = part("trigger");
    if (triggerElement === undefined || trigger === undefined) {
      warnings.push(`${at(e)}: the event "${id}" has no trigger and is skipped`);
      return;
    }
    const assignments = byId<Expression>();
    const list = childOf(e, "listOfEventAssignments");
    for (const assignment of list === undefined ? [] : childrenOf(list, "eventAssignment")) {
      const variable = need(assignment, "variable");
      const value = formula(assignment);
      if (value === undefined) continue;
      if (Object.hasOwn(assignments, variable))
        invalid(assignment, `one assignment of "${variable}"`, "a second one");
      assignments[variable] = value;
      sources[`events.${id}.${variable}`] = at(assignment);
    }
    const [delay, priority] = [part("delay"), part("priority")];
    events[id] = {
      trigger,
      before: flag(triggerElement, "initialValue", true),
      persistent: flag(triggerElement, "persistent", true),
      ...(delay === undefined ? {} : { delay }),
      ...(priority === undefined ? {} : { priority }),
      valuesAtTrigger: flag(e, "useValuesFromTriggerTime", true),
      assignments,
    };
    sources[`events.${id}`] = at(e);
  });
  return { events, sources };
}
