import type { EventDraft, LoggedEvent } from '#platform/event-log/event.ts';

/** The topic of a person: what happens to their diet. */
export function personTopic(userId: string): string {
  return `diet.person.${userId}`;
}

/** The topic of a shopping list: who shares it, and what is ticked off. */
export function shoppingListTopic(shoppingListId: string): string {
  return `diet.shopping-list.${shoppingListId}`;
}

/** Whose diet it is about, and who did it. */
interface Act {
  userId: string;
  actorId: string;
}

/** A person's objective is another one. */
export function objectiveChanged(act: Act): EventDraft {
  return {
    topic: personTopic(act.userId),
    kind: 'diet.objective-changed',
    payload: { objectiveChanged: act },
  };
}

/** A plan was written, changed or assigned. */
export function mealPlanSaved(act: Act & { mealPlanId: string }): EventDraft {
  return { topic: personTopic(act.userId), kind: 'diet.meal-plan-saved', payload: { mealPlanSaved: act } };
}

/** A plan is gone. */
export function mealPlanDeleted(act: Act & { mealPlanId: string }): EventDraft {
  return {
    topic: personTopic(act.userId),
    kind: 'diet.meal-plan-deleted',
    payload: { mealPlanDeleted: act },
  };
}

/** A plan was saved although it misses the objective. */
export function planOverridden(act: Act & { mealPlanId: string; mealPlanOverrideId: string }): EventDraft {
  return { topic: personTopic(act.userId), kind: 'diet.plan-overridden', payload: { planOverridden: act } };
}

/** Somebody has looked at an override. */
export function planOverrideReviewed(act: Act & { mealPlanOverrideId: string }): EventDraft {
  return {
    topic: personTopic(act.userId),
    kind: 'diet.plan-override-reviewed',
    payload: { planOverrideReviewed: act },
  };
}

/** An entry of the food log came or went. */
export function foodLogChanged(entry: { userId: string; foodEntryId: string; day: string }): EventDraft {
  return {
    topic: personTopic(entry.userId),
    kind: 'diet.food-log-changed',
    payload: { foodLogChanged: entry },
  };
}

/** A day of a person's is over. */
export function dayClosed(day: { userId: string; day: string; withinTarget: boolean }): EventDraft {
  return { topic: personTopic(day.userId), kind: 'diet.day-closed', payload: { dayClosed: day } };
}

/** What a trainer may see of a person changed. */
export function accessChanged(userId: string, trainerId: string): EventDraft {
  return {
    topic: personTopic(userId),
    kind: 'diet.access-changed',
    payload: { dietAccessChanged: { userId, trainerId } },
  };
}

/** A list was made: the first event of its topic. */
export function shoppingListCreated(shoppingListId: string, actorId: string): EventDraft {
  return {
    topic: shoppingListTopic(shoppingListId),
    kind: 'diet.shopping-list-created',
    payload: { shoppingListCreated: { shoppingListId, actorId } },
  };
}

/** Somebody shares a list from here on. */
export function shoppingListShared(shoppingListId: string, memberId: string): EventDraft {
  return {
    topic: shoppingListTopic(shoppingListId),
    kind: 'diet.shopping-list-shared',
    payload: { shoppingListShared: { shoppingListId, memberId } },
  };
}

/** Somebody shares a list no longer. */
export function shoppingListUnshared(shoppingListId: string, memberId: string): EventDraft {
  return {
    topic: shoppingListTopic(shoppingListId),
    kind: 'diet.shopping-list-unshared',
    payload: { shoppingListUnshared: { shoppingListId, memberId } },
  };
}

/** An item was ticked off or put back. */
export function shoppingItemTicked(
  shoppingListId: string,
  shoppingItemId: string,
  actorId: string,
): EventDraft {
  return {
    topic: shoppingListTopic(shoppingListId),
    kind: 'diet.shopping-item-ticked',
    payload: { shoppingItemTicked: { shoppingListId, shoppingItemId, actorId } },
  };
}

/** A list is gone: the last event of its topic. */
export function shoppingListDeleted(shoppingListId: string): EventDraft {
  return {
    topic: shoppingListTopic(shoppingListId),
    kind: 'diet.shopping-list-deleted',
    payload: { shoppingListDeleted: { shoppingListId } },
  };
}

/** Who joined or left a list by this event; null where it is about something else. */
export function memberOf(event: LoggedEvent): string | null {
  return event.shoppingListShared?.memberId ?? event.shoppingListUnshared?.memberId ?? null;
}
